"""Pinning an answer, going back, and reading a term, in a real Chromium."""

from driving import menu, move, no_traceback, settled, slider, still, visit
from playwright.sync_api import expect


def test_an_answer_is_pinned_changed_gone_back_to_and_let_go(page, dashboard):
    visit(page, dashboard + "/cost")
    before = page.url
    page.get_by_role("button", name="Pin this answer").click()
    settled(page)
    move(page, "traffic.requests_per_day", times=2)
    rows = page.locator(".st-key-what_if_table tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("+$")
    expect(page.locator(".st-key-what_if_foot")).to_contain_text("Requests a day 10,000 →")
    changed = page.url
    menu(page, "Latency")
    expect(rows).to_have_count(3)
    menu(page, "Cost")
    page.get_by_role("button", name="Back to the pinned inputs").click()
    page.wait_for_url(lambda url: url.rpartition("s=")[2] == before.rpartition("s=")[2])
    still(page)
    expect(slider(page, "traffic.requests_per_day")).to_have_attribute("aria-valuetext", "10,000")
    page.get_by_role("button", name="To the changed inputs again").click()
    page.wait_for_url(lambda url: url.rpartition("s=")[2] == changed.rpartition("s=")[2])
    still(page)
    page.get_by_role("button", name="Unpin").click()
    settled(page)
    expect(page.locator(".st-key-what_if_table")).to_have_count(0)
    assert page.url.rpartition("s=")[2] == changed.rpartition("s=")[2]
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]


def test_a_term_is_explained_on_hover_and_by_keyboard(page, dashboard):
    visit(page, dashboard + "/cost")
    term = page.locator(".st-key-cost_table th abbr", has_text="Sticker price")
    expect(term).to_have_attribute(
        "title", "US dollars a month from mean tokens times the base prices alone: no cache, no price cliff, no batch."
    )
    term.focus()
    drawn = term.evaluate("element => getComputedStyle(element, '::after').content")
    assert "no price cliff" in drawn
    assert "dotted" in term.evaluate("element => getComputedStyle(element).textDecorationStyle")
    menu(page, "Compare")
    page.get_by_role("tab", name="Glossary").click()
    settled(page)
    expect(page.locator("dl.fa-terms dt", has_text="Sticker price")).to_be_visible()


def test_the_strip_does_not_make_a_phone_scroll_sideways(chromium, dashboard):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    visit(page, dashboard)
    page.get_by_role("button", name="Pin this answer").click()
    settled(page)
    page.get_by_role("button", name="Code assistant").click()
    expect(page.locator(".st-key-what_if_table tbody tr")).to_have_count(3)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".st-key-what_if_table th abbr").last.focus()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()

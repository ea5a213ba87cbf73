"""The latency page in a real Chromium: its views, its remedies and its evidence."""

from driving import move, no_traceback, options, settled, still, visit
from playwright.sync_api import expect

from pages.ui.latency_views import VIEWS


def charts(page):
    return page.locator(".js-plotly-plot")


def unfolded(page, label):
    """Open a section, unless the page has opened it itself."""
    still(page)
    section = page.locator("details").filter(has=page.locator("summary").filter(has_text=label))
    if section.get_attribute("open") is None:
        section.locator("summary").click()
    expect(section).to_have_attribute("open", "")
    settled(page)


def test_one_chart_at_a_time_with_its_finding_in_words(page, dashboard):
    visit(page, dashboard + "/latency")
    for view in VIEWS:
        page.get_by_role("tab", name=view, exact=True).click()
        settled(page)
        expect(charts(page)).to_have_count(1)
        expect(charts(page).locator("svg").first).to_be_visible()
    expect(page.locator(".st-key-length_table tbody tr").first).to_be_visible()
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]


def test_the_open_view_stays_open_while_a_slider_moves(page, dashboard):
    visit(page, dashboard + "/latency")
    page.get_by_role("tab", name="Against the budget", exact=True).click()
    settled(page)
    expect(page.locator(".st-key-chart_budget")).to_contain_text("your budget: 2.0 s")
    move(page, "budget.ttft_s", times=2)
    expect(page.locator(".st-key-chart_budget")).to_contain_text("your budget: 3.0 s")
    expect(page.get_by_role("tab", name="Against the budget", exact=True)).to_have_attribute("aria-selected", "true")
    no_traceback(page)


def test_remedies_and_evidence_unfold(page, dashboard):
    visit(page, dashboard + "/latency")
    unfolded(page, "What would bring an offer inside the budget")
    box = page.get_by_role("combobox", name="Offer")
    still(page)
    before = box.input_value()
    options(page, box).filter(has_not_text=before).first.click()
    expect(box).not_to_have_value(before)
    still(page)
    expect(page.locator(".st-key-latency_fixes")).to_contain_text("Each by itself")
    unfolded(page, "How good the readings are")
    links = page.locator(".st-key-evidence_table a")
    expect(links.nth(10)).to_be_attached()
    assert all(link.get_attribute("href").startswith("https://") for link in links.all()[:10])
    expect(page.locator(".st-key-latency_evidence")).to_contain_text("Readings of the")
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]


def test_nothing_is_wider_than_a_small_screen(page, dashboard):
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, dashboard + "/latency")
    for view in VIEWS:
        page.get_by_role("tab", name=view, exact=True).click()
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

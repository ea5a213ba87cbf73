"""Entering a limit of one's own in a real Chromium."""

import re

from driving import no_traceback, settled, still, visit
from playwright.sync_api import expect


def test_a_limit_that_is_entered_changes_the_table_and_travels_in_the_link(page, dashboard, chromium):
    visit(page, dashboard + "/rate_limits")
    row = page.locator(".st-key-limit_table tbody tr").filter(has_text="openai/gpt-6-sol").first
    before, address = row.text_content(), page.url
    page.locator("summary").filter(has_text="Your own limits").click()
    settled(page)
    chooser = page.locator(".st-key-own_offer input")
    chooser.fill("openai/gpt-6-sol")
    chooser.press("Enter")
    # The box of the offer that stood there before looks the same.
    box = page.locator(".st-key-own-openai-gpt-6-sol-rpm").get_by_role("spinbutton", name="Requests per minute")
    expect(box).to_have_count(1)
    settled(page)
    box.fill("42")
    box.press("Enter")
    page.wait_for_url(lambda url: url != address)
    still(page)
    expect(row).not_to_have_text(before)
    expect(row).to_contain_text("own limits")
    expect(page.locator(".st-key-own_limits_banner")).to_contain_text("Your own limits for 1 offer are used instead of the published ones.")
    expect(page.locator(".st-key-own_table tbody tr")).to_contain_text(re.compile(r"Requests per minute\s*42\s*10,000"))
    expect(chooser).to_have_value("openai/gpt-6-sol")
    other = chromium.new_context().new_page()
    visit(other, page.url)
    expect(other.locator(".st-key-own_limits_banner")).to_contain_text("Your own limits for 1 offer")
    expect(other.locator(".st-key-limit_table tbody tr").filter(has_text="openai/gpt-6-sol").first).to_contain_text("own limits")
    other.context.close()
    page.get_by_role("button", name="Remove openai/gpt-6-sol").click()
    expect(page.locator(".st-key-own_limits_banner")).to_have_count(0)
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]

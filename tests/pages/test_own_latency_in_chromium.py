"""Uploading a profile in a real Chromium."""

from catalogue.test_own_profile import USUAL, written
from driving import no_traceback, settled, still, visit
from playwright.sync_api import expect


def test_an_uploaded_profile_changes_the_table_and_travels_in_the_link(page, dashboard, chromium):
    visit(page, dashboard + "/latency")
    row = page.locator(".st-key-latency_table tbody tr").filter(has_text="openai/gpt-6-sol").first
    before, address = row.text_content(), page.url
    page.locator("summary").filter(has_text="Your own measurements").click()
    settled(page)
    file = {"name": "profile.yaml", "mimeType": "application/yaml", "buffer": written(*USUAL, offer="openai/gpt-6-sol").encode()}
    page.locator(".st-key-own_profile input[type=file]").set_input_files(file)
    page.wait_for_url(lambda url: url != address)
    still(page)
    expect(row).not_to_have_text(before)
    expect(row).to_contain_text("measured by you, n = 10 to 40")
    expect(page.locator(".st-key-own_latency_banner")).to_contain_text("Your own measurements of 1 offer are used")
    expect(page.locator(".st-key-own_latency_table tbody tr").first).to_contain_text("500 ms")
    other = chromium.new_context().new_page()
    visit(other, page.url)
    expect(other.locator(".st-key-own_latency_banner")).to_contain_text("Your own measurements of 1 offer")
    other.context.close()
    page.get_by_role("button", name="Remove openai/gpt-6-sol").click()
    expect(page.locator(".st-key-own_latency_banner")).to_have_count(0)
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]

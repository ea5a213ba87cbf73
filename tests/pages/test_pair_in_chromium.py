"""The pair in a real Chromium."""

import re

from driving import no_traceback, still, visit
from playwright.sync_api import expect


def test_the_pair_unfolds_and_follows_the_providers_compared(page, dashboard):
    visit(page, dashboard + "/recommendation")
    main = page.locator("[data-testid=stMain]")
    expect(main.get_by_role("heading", name="The pair", exact=True)).to_be_visible()
    expect(main.get_by_text("as the fallback: another provider")).to_be_visible()
    page.locator("summary").filter(has_text="The pair in figures").click()
    still(page)
    table = page.locator(".st-key-pair_table table")
    expect(table).to_contain_text(re.compile(r"\d\d\.\d\d to (> )?99\.\d\d"))
    expect(page.locator(".st-key-provider_table tbody tr.on")).to_contain_text("primary")
    before = page.locator(".st-key-provider_table").text_content()
    # Without one of the two providers no outage of the other is survived, and the page says so.
    page.locator("[data-testid=stSidebar] [aria-label*='OpenAI API'] svg").first.click()
    still(page)
    expect(page.locator(".st-key-provider_table")).not_to_have_text(before)
    expect(main.get_by_text("the same provider, whose outage takes both")).to_be_visible()
    no_traceback(page)

"""Counting a pasted text in a real Chromium."""

import re

from driving import no_traceback, settled, still, visit
from playwright.sync_api import expect


def test_a_pasted_prompt_is_counted_and_becomes_the_mean_prompt(page, dashboard):
    visit(page, dashboard)
    before = page.url
    page.get_by_role("tab", name="Tokens").click()
    page.locator("summary:visible").filter(has_text="Count a prompt of your own").click()
    box = page.locator(".st-key-prompt_text textarea")
    use = page.get_by_role("button", name="Use as the mean prompt")
    expect(use).to_be_disabled()
    # OpenAI's cookbook counts 6 tokens, the last of them `!`; `!` and a line end are one token too: 1,000 times 6.
    box.fill("\n".join(["tiktoken is great!"] * 1_000))
    box.press("Control+Enter")
    expect(page.locator(".st-key-prompt_count")).to_contain_text("6,000 o200k tokens, exactly")
    expect(page.locator(".st-key-prompt_table table")).to_contain_text("exact: o200k_base")
    settled(page)
    use.click()
    page.wait_for_url(lambda url: url != before)
    still(page)
    expect(page.locator(".st-key-tokens-input_mean")).to_contain_text("6,000")
    expect(page.get_by_role("combobox", name="Tokens are counted in")).to_have_value("o200k tokens, converted")
    expect(box).to_have_value(re.compile("tiktoken is great!"))
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]

"""Trade-off questions and an own evaluation in a real Chromium."""

from driving import no_traceback, settled, still, visit
from playwright.sync_api import expect

from framework.link import decode

RESULTS = b"model,passed,total\ngpt-6-sol,184,200\nanthropic/claude-haiku-5-5,80,200\n"


def test_answers_become_the_weights_at_one_click_and_stay(page, dashboard):
    visit(page, dashboard + "/recommendation")
    page.locator("summary").filter(has_text="Find the weights by five trade-off questions").click()
    settled(page)
    address = page.url
    page.locator(".st-key-trade_off_1").get_by_text("clearly yes").click()
    expect(page.locator(".st-key-trade_off_weights tbody tr")).to_have_count(4)
    box = page.locator(".st-key-trade_off_2 input[type=number]")
    box.fill("500")
    box.press("Enter")
    expect(page.locator(".st-key-trade_off_answers tbody tr")).to_have_count(2)
    assert page.url == address, "nothing changes until the weights are taken"
    fitted = page.locator(".st-key-trade_off_weights tbody tr td:last-child").all_inner_texts()
    page.get_by_role("button", name="Use these weights").click()
    page.wait_for_url(lambda url: url != address)
    still(page)
    expect(page.get_by_role("button", name="These weights are in use")).to_be_disabled()
    assert page.locator(".st-key-trade_off_weights tbody tr td:nth-child(2)").all_inner_texts() == fitted
    expect(box).to_have_value("500")
    # The label of a slider: its input itself is rounded to the step by the browser.
    for path, text in zip(("cost", "latency", "rate_limits", "context_window"), fitted, strict=True):
        weight = getattr(decode(page.url.split("s=")[1]).priorities.weights, path)
        assert f"{100 * weight:.0f} %" == text.replace("\u00a0", " ")
        expect(page.locator(f".st-key-priorities-weights-{path}")).to_contain_text(f"{weight:g}")
    no_traceback(page)


def test_an_uploaded_evaluation_shuts_out_what_is_below_and_travels_in_the_link(page, dashboard, chromium):
    visit(page, dashboard + "/recommendation")
    page.locator("summary").filter(has_text="Your own evaluation: pass rates by model").click()
    settled(page)
    address = page.url
    file = {"name": "evals.csv", "mimeType": "text/csv", "buffer": RESULTS}
    page.locator(".st-key-own_evals_file input[type=file]").set_input_files(file)
    page.wait_for_url(lambda url: url != address)
    still(page)
    expect(page.locator(".st-key-own_evals_table tbody tr").first).to_contain_text("92 % of 200")
    other = chromium.new_context().new_page()
    visit(other, page.url)
    other.locator("summary").filter(has_text="Your own evaluation: pass rates by model").click()
    expect(other.locator(".st-key-own_evals_table tbody tr")).to_have_count(2)
    other.context.close()
    wrong = {**file, "buffer": b"model,passed,total\ngpt-6-sol,3,2\n"}
    page.locator(".st-key-own_evals_file input[type=file]").set_input_files(wrong)
    expect(page.locator(".st-key-own_evals [data-testid=stAlert]")).to_contain_text("evals.csv:2: passed: 3 of 2 cases cannot have passed")
    expect(page.locator(".st-key-own_evals_table tbody tr")).to_have_count(2)
    no_traceback(page)

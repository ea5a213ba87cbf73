"""What a user does, in a real Chromium against the running server."""

import io
import re

import pytest
from driving import PAGES, headline, menu, move, no_traceback, settled, slider, still, visit
from playwright.sync_api import expect
from pypdf import PdfReader


def benign(fault: str) -> bool:
    """Streamlit's own client looks for its endpoints under the page's path before it looks at the root."""
    return "404" in fault and fault.endswith(("/_stcore/health", "/_stcore/host-config"))


def test_a_walk_through_all_pages_shows_an_answer_on_each(page, dashboard):
    visit(page, dashboard)
    for label in PAGES:
        menu(page, label)
        no_traceback(page)
        assert len(headline(page)) > 20
    assert not [fault for fault in page.faults if not benign(fault)]


@pytest.mark.parametrize("path", PAGES.values())
def test_every_page_opens_cold_and_has_its_sources_one_click_away(page, dashboard, path):
    visit(page, dashboard + path)
    no_traceback(page)
    assert len(headline(page)) > 20
    page.locator("summary").filter(has_text="Sources: where these numbers come from").click()
    table = page.locator(".st-key-sources table")
    expect(table).to_contain_text(re.compile(r"20\d\d-\d\d"))
    expect(table.locator("a[href^='https://']").first).to_be_visible()
    assert not [fault for fault in page.faults if "Content Security Policy" in fault]


def test_moving_a_slider_changes_the_named_numbers(page, dashboard):
    visit(page, dashboard + "/cost")
    first = page.locator(".st-key-cost_table tbody tr").first
    before, said = first.text_content(), page.locator("[data-testid=headline]").text_content()
    move(page, "traffic.requests_per_day", times=2)
    expect(first).not_to_have_text(before)
    expect(page.locator("[data-testid=headline]")).not_to_have_text(said)
    assert "?s=2." in page.url


def test_each_axis_page_follows_its_own_slider(page, dashboard):
    visit(page, dashboard)
    for label, table, field in (
        ("Latency", "latency_table", "budget.ttft_s"),
        ("Rate limits", "limit_table", "traffic.peak_factor"),
        ("Context window", "context_table", "context.turn_tokens"),
        ("Recommendation", "ranking_table", "priorities.weights.cost"),
    ):
        menu(page, label)
        shown = page.locator(f".st-key-{table} table")
        before = shown.text_content()
        move(page, field, times=4)
        expect(shown, label).not_to_have_text(before)
        no_traceback(page)


def test_the_link_opens_the_same_answer_for_a_colleague_on_any_page(page, dashboard, chromium):
    visit(page, dashboard)
    first = page.url
    page.get_by_role("button", name="RAG over documents").click()
    page.wait_for_url(lambda url: url != first)
    still(page)
    menu(page, "Recommendation")
    move(page, "priorities.weights.cost", times=3)
    said, link = headline(page), page.url
    other = chromium.new_context().new_page()
    visit(other, link)
    assert headline(other) == said
    assert slider(other, "priorities.weights.cost").input_value() == slider(page, "priorities.weights.cost").input_value()
    other.context.close()


def test_reload_back_and_forward_keep_the_inputs(page, dashboard):
    visit(page, dashboard + "/cost")
    first, shown = page.url, page.locator("[data-testid=headline]").first
    said = shown.text_content()
    move(page, "traffic.requests_per_day", times=3)
    expect(shown).not_to_have_text(said)
    still(page)
    moved, answer = page.url, headline(page)
    page.reload()
    page.wait_for_selector("[data-testid=headline]")
    expect(shown).to_have_text(answer)
    assert page.url == moved
    page.go_back()
    page.wait_for_url(lambda url: url != moved)
    settled(page)
    expect(page.locator("[data-testid=headline]").first).not_to_have_text(answer)
    assert page.url == first or "s=" not in page.url or page.url != moved
    page.go_forward()
    page.wait_for_url(moved)
    expect(page.locator("[data-testid=headline]").first).to_have_text(answer)


def test_a_price_is_searched_opened_by_its_name_and_found_again_by_going_back(page, dashboard):
    visit(page, dashboard + "/prices")
    rows = page.locator(".st-key-price_table tbody tr")
    assert rows.count() > 100
    box = page.locator(".st-key-find input")
    box.fill("gpt6 sol azure")
    box.press("Enter")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="GPT-6 Sol", exact=True).click()
    expect(page.locator(".st-key-figures_table")).to_contain_text("Standard, above 272,000 tokens")
    expect(page.locator(".st-key-offer input")).to_have_value("azure/gpt-6-sol")
    expect(page.locator(".st-key-chart_history .js-plotly-plot")).to_be_visible()
    expect(page.locator(".st-key-offer_sources a[href^='https://']").first).to_be_visible()
    page.go_back()
    expect(box).to_have_value("gpt6 sol azure")
    expect(rows).to_have_count(2)
    box.fill("<img src=x onerror=alert(1)>")
    box.press("Enter")
    expect(page.get_by_text("No offer, model or provider is called “<img src=x onerror=alert(1)>”")).to_be_visible()
    page.get_by_role("button", name="Show all offers").click()
    expect(rows.nth(100)).to_be_attached()
    assert not [fault for fault in page.faults if not benign(fault)]


def test_the_answer_downloads_in_every_form_and_the_pdf_reads_back(page, dashboard):
    visit(page, dashboard + "/recommendation")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Report (PDF)").click()
    content = waiting.value.path().read_bytes()
    reader = PdfReader(io.BytesIO(content))
    text = "\n".join(item.extract_text() for item in reader.pages)
    choice = re.search(r"Build on (.+?)(?:, with|\. )", headline(page)).group(1)
    assert choice in text.replace("\n", "")
    assert "Support chatbot" in text
    assert 2 <= len(reader.pages) <= 6
    for button, ending, holds in (
        ("Decision record (ADR)", ".md", b"Revisit"),
        ("CSV", ".csv", b"openai/"),
        ("JSON", ".json", b'"recommendation"'),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button, exact=True).click()
        assert waiting.value.suggested_filename.endswith(ending)
        assert holds in waiting.value.path().read_bytes()


def test_a_workload_file_goes_down_and_up_again(page, dashboard, tmp_path):
    visit(page, dashboard)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this workload").click()
    text = waiting.value.path().read_text()
    assert "requests_per_day: 10000" in text
    changed, wrong = tmp_path / "mine.yaml", tmp_path / "wrong.yaml"
    changed.write_text(text.replace("requests_per_day: 10000", "requests_per_day: 77777"))
    wrong.write_text("traffic: {requests_per_day: lots}\n")
    page.get_by_role("button", name="Upload a workload file").click()
    page.locator(".st-key-upload input[type=file]").set_input_files(changed)
    expect(page.locator(".st-key-traffic-requests_per_day")).to_contain_text("77,777")
    settled(page)
    page.locator(".st-key-upload input[type=file]").set_input_files(wrong)
    expect(page.get_by_text("must be a number")).to_be_visible()
    expect(page.locator(".st-key-traffic-requests_per_day")).to_contain_text("77,777")


def test_the_answer_carries_the_security_headers(page, dashboard):
    answer = page.goto(dashboard)
    headers = answer.headers
    assert "script-src 'self' 'sha256-" in headers["content-security-policy"]
    assert "'unsafe-eval'" not in headers["content-security-policy"].replace("'wasm-unsafe-eval'", "")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-encoding"] == "gzip" and "server" not in headers


def test_no_page_scrolls_sideways_on_a_phone(page, dashboard):
    page.set_viewport_size({"width": 390, "height": 844})
    visit(page, dashboard)
    for label in PAGES:
        menu(page, label)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, label
        no_traceback(page)


def test_what_cannot_be_used_is_kept_on_the_way_through_other_pages(page, dashboard):
    visit(page, dashboard)

    def box():
        page.get_by_role("tab", name="Tokens").click()
        page.locator("summary:visible").filter(has_text="Type exact figures").click()
        return page.locator(".st-key-tokens-input_p95-exact input").first

    typed = box()
    typed.fill("10")
    typed.press("Enter")
    expect(page.get_by_text("Nothing is computed until this is put right")).to_be_visible()
    menu(page, "Cost")
    expect(page.get_by_text("“Prompt, 95th percentile” (10) is below “Prompt, mean tokens” (1155)")).to_be_visible()
    menu(page, "Workload")
    typed = box()
    expect(typed).to_have_value("10")
    typed.fill("3000")
    typed.press("Enter")
    page.wait_for_selector("[data-testid=headline]")
    expect(page.get_by_text("Nothing is computed")).to_have_count(0)
    expect(page.locator(".st-key-tokens-input_mean")).to_contain_text("1,155")

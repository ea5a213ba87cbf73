"""Documents of one's own in a real Chromium, which also says what of a page is visible."""

import json

import pytest
from driving import no_traceback, settled, still, visit
from playwright.sync_api import expect
from texts.making import typeset

from framework.texts.html_text import visible_text

GREAT = "tiktoken is great!"  # 6 tokens, by OpenAI's cookbook


def handed(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def open_documents(page, dashboard: str) -> None:
    visit(page, f"{dashboard}/context_window")
    page.locator("summary:visible").filter(has_text="Count documents of your own").click()
    expect(page.locator("input[type=file]")).to_have_count(1)
    settled(page)


def test_two_uploaded_files_are_counted_and_become_the_prompt_of_the_workload(page, dashboard):
    open_documents(page, dashboard)
    before = page.url
    tickets = "\n".join(json.dumps({"text": " ".join(["a"] * number)}) for number in range(1, 21))  # 210 tokens
    page.locator("input[type=file]").set_input_files([handed("tickets.jsonl", tickets.encode()), handed("great.pdf", typeset(GREAT))])
    table = page.locator(".st-key-documents_table table")
    expect(page.locator(".st-key-documents_count")).to_contain_text("216 o200k tokens, exactly, in 21 documents")
    expect(table).to_contain_text("tickets.jsonl")
    expect(table).to_contain_text("great.pdf")
    settled(page)
    assert page.url == before
    # Lengths 1 to 20 and a 6: mean 216 / 21 = 10.3, and the 20th of the 21 is 19.
    page.get_by_role("button", name="Use as the prompt: mean 10, p95 19").click()
    page.wait_for_url(lambda url: url != before)
    still(page)
    expect(page.get_by_role("combobox", name="Tokens are counted in")).to_have_value("o200k tokens, converted")
    page.locator(".st-key-menu").get_by_role("link", name="Workload", exact=True).click()
    page.get_by_role("tab", name="Tokens").click()
    settled(page)
    expect(page.locator(".st-key-tokens-input_mean")).to_contain_text("10")
    expect(page.locator(".st-key-tokens-input_p95")).to_contain_text("19")
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]


def test_a_file_taken_out_of_the_uploader_leaves_the_counts_and_a_refusal_stays_beside_them(page, dashboard):
    open_documents(page, dashboard)
    files = [handed("great.txt", GREAT.encode()), handed("renamed.txt", b"PK\x03\x04"), handed("twice.txt", f"{GREAT} {GREAT}".encode())]
    page.locator("input[type=file]").set_input_files(files)
    count = page.locator(".st-key-documents_count")
    expect(count).to_contain_text("in 2 documents")
    expect(page.locator(".st-key-documents_refused")).to_contain_text("renamed.txt: this is a ZIP archive")
    settled(page)
    page.get_by_role("button", name="Remove twice.txt").click()
    expect(count).to_contain_text("6 o200k tokens, exactly, in 1 document")
    expect(page.locator(".st-key-documents_refused")).to_contain_text("renamed.txt")
    settled(page)
    page.locator("input[type=file]").set_input_files([handed("more.md", GREAT.encode() + b"\n")])
    expect(count).to_contain_text("in 2 documents")
    settled(page)
    page.get_by_role("button", name="Forget these counts").click()
    expect(count).to_have_count(0)
    expect(page.locator(".st-key-documents_refused")).to_have_count(0)
    no_traceback(page)


def test_a_large_upload_shows_how_far_it_is(page, dashboard, tmp_path):
    open_documents(page, dashboard)
    line = json.dumps({"text": "The customer's third ticket; they will wait no longer. " * 20}) + "\n"
    large = tmp_path / "large.jsonl"
    large.write_text(line * (19_000_000 // len(line)))
    assert large.stat().st_size > 18_000_000
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => document.querySelectorAll('[role=progressbar]').forEach(
            bar => window.seen.push(Number(bar.getAttribute('aria-valuenow'))))).observe(document.body,
            {subtree: true, childList: true, attributes: true}) }"""
    )
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".st-key-documents_count")).to_contain_text("documents", timeout=60_000)
    settled(page)
    expect(page.locator(".st-key-documents_table")).to_contain_text("large.jsonl")
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    assert len({share for share in page.evaluate("window.seen") if 0 < share < 100}) >= 3


PAGES = {
    "an article": "<title>no</title><h1>Hi &amp; ho</h1><div>x</div><p>one <b>two</b>\n  three<br>four</p><ul><li>a<li>b</ul>"
    "<div>c</div><div>d <i>e</i></div><h2>f</h2>g<br><br>h",
    "what is hidden": "a<script>no</script><style>no{}</style><p hidden>no</p><div style='display:none'>no<div>no</div></div>"
    "<template>no</template>b<noscript>no</noscript>",
    "attributes": "<a title='x > y' href=\"a'>b\">link</a> <a href=it's>more</a> <img alt=no src='data:,'>end",
    "a table": "<table><tr><th>a</th><th>b</th></tr><tr><td>1<td>2</table>",
    "code": "<p>before</p><pre>\na  b\n\tc\n\nd\n</pre><p>after</p><pre>e <b>f</b>  </pre>",
    "comments": "a<!-- no > --><p>b</p><!-- --><![CDATA[no]]>c<!-->d",
    "broken": "<p>a<b>b<p>c</b></i><p>d<span>e",
    "entities": "&lt;p&gt; &nbsp;&nbsp; &#x1F991; &notanentity; &copy &amp;amp; x&#10;y",
}


@pytest.mark.parametrize("content", PAGES.values(), ids=PAGES.keys())
def test_the_visible_text_is_the_one_that_a_browser_shows(page, content):
    page.set_content(f"<!doctype html><body>{content}</body>")
    assert visible_text(content) == page.evaluate("document.body.innerText").strip()

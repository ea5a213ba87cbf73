"""Documents of one's own on the context page, without a browser."""

import json
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest
from texts.making import locked, typeset

from framework.link import decode
from framework.texts.corpus import Corpus, CorpusCounts, count_file
from pages.ui import uploads

ROOT = Path(__file__).resolve().parents[2]
GREAT = "tiktoken is great!"  # 6 tokens, by OpenAI's cookbook
BIRTHDAY = "お誕生日おめでとう"  # 8
TICKETS = "\n".join(json.dumps({"text": " ".join(["a"] * number)}) for number in range(1, 21))  # mean 10.5, p95 19


def context_page() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page("pages/context_window.py").run()
    app.session_state["count_documents"] = True
    return app.run()


def uploaded(*files: tuple[str, str | bytes], app: AppTest | None = None) -> AppTest:
    app = app or context_page()
    handed = [(name, text if isinstance(text, bytes) else text.encode(), "application/octet-stream") for name, text in files]
    app.get("file_uploader")[0].set_value(handed).run()
    assert not app.exception
    return app


def workload(app: AppTest):
    found = app.query_params["s"]
    return decode(found if isinstance(found, str) else found[0]).workload


def shown(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.error, *app.code, *app.caption])


def table(app: AppTest, heading: str = "o200k, exactly") -> str:
    return next((body for item in app.get("html") if heading in (body := str(item.proto.body))), "")


def test_files_are_counted_each_and_in_total_for_the_offers_in_the_running():
    app = uploaded(("great.md", GREAT), ("birthday.jsonl", json.dumps(BIRTHDAY)))
    assert "**14** o200k tokens, exactly, in 2 documents" in shown(app)
    files = table(app)
    assert all(text in files for text in ("great.md", "birthday.jsonl", "All files", "Markdown", "JSONL", "the string of 1 line"))
    # 14 times 1.53, 1 and 1.71 of the newer Claude tokenizer, and file by file.
    assert "21 (14 to 24)" in files and "9 (6 to 10)" in files and "12 (8 to 14)" in files
    assert "exact: o200k_base" in table(app, "Low to high") and "estimated: 1.53 x o200k" in table(app, "Low to high")


def test_the_lengths_become_those_of_the_prompt_and_nothing_else_is_lost():
    app = uploaded(("tickets.jsonl", TICKETS))
    before = workload(app)
    button = app.button(key="documents-tokens.input")
    assert button.label == "Use as the prompt: mean 10, p95 19" and not button.proto.icon
    button.click().run()
    after = workload(app)
    assert (after.tokens.input_mean, after.tokens.input_p95, after.tokens.tokenizer) == (10, 19, "o200k")
    assert after.tokens.output_mean == before.tokens.output_mean and after.context == before.context and after.caching == before.caching
    assert not app.exception and not app.error
    assert app.button(key="documents-tokens.input").proto.icon == ":material/check:"
    app.button(key="documents-tokens.output").click().run()
    assert (workload(app).tokens.output_mean, workload(app).tokens.output_p95) == (10, 19)
    app.button(key="documents-caching.prefix_tokens").click().run()
    assert workload(app).caching.prefix_tokens == 10 and not app.exception


def test_a_spread_too_wide_for_a_mean_is_entered_by_its_median():
    lines = [100] * 70 + [150] * 20 + [1_000] * 10
    app = uploaded(("wide.jsonl", "\n".join(json.dumps(" ".join(["a"] * number)) for number in lines)))
    assert app.button(key="documents-tokens.input").label == "Use as the prompt: median 100, p95 1,000"
    assert "the mean that follows is 266" in shown(app)
    app.button(key="documents-tokens.input").click().run()
    tokens = workload(app).tokens
    assert (tokens.input_p50, tokens.input_p95) == (100, 1_000) and tokens.input_mean == pytest.approx(266.4, abs=0.1)
    assert not app.exception


def test_one_document_moves_the_mean_and_its_95th_percentile_with_it():
    app = uploaded(("great.txt", GREAT))
    assert app.button(key="documents-tokens.input").label == "Use as the prompt: mean 6"
    app.button(key="documents-tokens.input").click().run()
    # 4,083 times 6 / 1,155 is 21.2, as with a pasted prompt.
    assert (workload(app).tokens.input_mean, workload(app).tokens.input_p95) == (6, 21)
    assert app.button(key="documents-tokens.input").proto.icon == ":material/check:"


def test_a_bad_file_is_named_with_its_cure_and_the_others_are_counted():
    app = uploaded(
        ("renamed.txt", b"PK\x03\x04rest"),
        ("great.txt", GREAT),
        ("secret.pdf", locked(typeset("Hello"), "x")),
        ("broken.md", b"gr\xfc\xdf"),
        ("bomb.pdf", b"%PDF-1.7\n" + zlib.compress(b" " * 10**7)),
    )
    assert "**6** o200k tokens, exactly, in 1 document" in shown(app)
    for text in (
        "renamed.txt: this is a ZIP archive",
        "secret.pdf: it is encrypted",
        "broken.md: no UTF-8 (line 1",
        "bomb.pdf: it cannot be read",
    ):
        assert text in shown(app)
    assert "Not counted, and in none of the figures below:" in shown(app)


def test_nothing_but_bad_files_leaves_nothing_to_use():
    app = uploaded(("empty.txt", b""))
    assert "empty.txt: it is empty" in shown(app) and not table(app)
    assert not [button for button in app.button if button.key and button.key.startswith("documents")]


def test_the_texts_are_kept_nowhere_and_the_counts_are_in_no_link():
    app = uploaded(("private.txt", "my own secret words"))
    assert "secret words" not in repr(app.session_state) and "**4** o200k" in shown(app)
    assert [file.getvalue() for file in app.session_state["documents-0"]] == [b""]
    before = app.query_params["s"]
    app.run()
    assert app.query_params["s"] == before and "**4** o200k" in shown(app)


def test_counts_stay_while_other_pages_are_looked_at_until_they_are_forgotten():
    app = uploaded(("great.txt", GREAT))
    app.switch_page("pages/cost.py").run()
    app.switch_page("pages/context_window.py").run()
    app.session_state["count_documents"] = True
    app.run()
    assert "**6** o200k tokens" in shown(app)
    app.button(key="documents_forget").click().run()
    assert not table(app) and not app.exception
    assert "**8** o200k" in shown(uploaded(("birthday.txt", BIRTHDAY), app=app))


def test_what_is_taken_out_of_the_uploader_is_forgotten():
    app = uploaded(("great.txt", GREAT), ("birthday.txt", BIRTHDAY), ("empty.txt", b""))
    uploader = app.get("file_uploader")[0]
    listed = app.session_state["documents-0"]
    assert "**14** o200k" in shown(app) and len(listed) == 3
    uploader.set_value(None).run()
    assert not table(app) and "empty.txt" not in shown(app)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>.txt", "$x$ ![i](http://127.0.0.1:1/b).txt", "a" * 300 + ".txt"], ids=["script", "markdown", "long"]
)
def test_hostile_names_are_shown_as_they_are(name):
    app = uploaded((name, GREAT), ("empty.txt", b""))
    assert "**6** o200k" in shown(app) and "<script>" not in table(app)
    assert not app.exception


def test_the_planner_is_given_mean_and_95th_percentile():
    script = "from pages.ui import texts, uploads\nimport streamlit as st\nst.text(repr(texts.corpus_counts()))"
    app = AppTest.from_string(script).run()
    assert app.text[0].value == "None"
    app.session_state["fouraxes.corpus"] = Corpus((count_file(TICKETS.encode(), "tickets.jsonl"),))
    assert app.run().text[0].value == repr(CorpusCounts(20, 10.5, 10.0, 19.0, 210))


def test_what_was_counted_is_gone_from_the_servers_store(monkeypatch):
    store = MemoryUploadedFileManager("/upload")
    urls = FileURLs(file_id="1", upload_url="", delete_url="")
    for file_id in ("1", "2"):
        store.add_file("me", UploadedFileRec(file_id=file_id, name="a.txt", type="text/plain", data=b"secret"))
    file = UploadedFile(store.get_files("me", ["1"])[0], urls)
    monkeypatch.setattr(uploads, "get_script_run_ctx", lambda: SimpleNamespace(uploaded_file_mgr=store, session_id="me"))
    uploads._drop([file, DeletedFile("3")])
    assert not store.get_files("me", ["1"]) and store.get_files("me", ["2"]) and file.getvalue() == b""

"""Documents of the user's own on the context page: exact counts, every model's tokens, and the lengths as figures of the workload."""

from __future__ import annotations

import streamlit as st

from framework import wording
from framework.report import listing, text_rows, token_rows
from framework.texts.corpus import UPLOAD_BYTES, Corpus, CorpusCounts
from framework.texts.spread import spread_of
from pages.ui import prompt, session, show, uploads
from pages.ui.frame import Page

KINDS = ["txt", "text", "md", "markdown", "html", "htm", "jsonl", "ndjson", "pdf"]
USES = {"tokens.input": "prompt", "tokens.output": "reply"}
PREFIX = "caching.prefix_tokens"
HOW = (
    "Plain text and Markdown are counted as they are written, of HTML the visible text (folded parts too), "
    "of PDF the text that it holds (no pictures). "
    "Each line of JSONL is a document: a string, or an object with “text”, “content” or “messages”, the first of them that it has; "
    "of messages the contents count, not roles, tool calls or pictures. UTF-8, or UTF-16 with a byte order mark. "
    "To count markup too, name the file .txt."
)


def your_own_text(page: Page) -> None:
    """Paste or upload, side by side in two unfoldings; to be called once on a page."""
    prompt.count_your_own(page)
    documents(page)


def corpus_counts() -> CorpusCounts | None:
    """How long the documents are that were counted in this session; None where none were."""
    return uploads.corpus().counts


def documents(page: Page) -> None:
    """An uploader, what was counted, and what it may be used as."""
    folder = show.unfolding("Count documents of your own", "count_documents")
    if not folder.open:
        return
    with folder:
        st.caption(
            "They are counted by this dashboard itself and sent nowhere. Only the counts and the names are kept, until you close the page: "
            "the files are dropped once they are counted, and are in no link, no file and no report."
        )
        _upload()
        corpus = uploads.corpus()
        _refused(corpus)
        counts = corpus.counts
        if counts is not None:
            _told(page, corpus, counts)
            _buttons(counts)


def _upload() -> None:
    """The uploader and, while files are counted, how far it is."""
    key = uploads.documents_key()
    files = st.file_uploader(
        f"Text, Markdown, HTML, JSONL or PDF, several at once, {UPLOAD_BYTES // 1_000_000} MB in all",
        type=KINDS,
        accept_multiple_files=True,
        key=key,
        help=HOW,
        on_change=uploads.take_out_documents,
        args=(key,),
        max_upload_size=UPLOAD_BYTES // 1_000_000,
    )
    place = st.empty()
    bar = place.progress(0.0, text="Counting ...") if files else place
    uploads.count_documents(key, files, lambda name, share: bar.progress(share, text=f"Counting {show.plain(name)} ...") and None)
    place.empty()


def _refused(corpus: Corpus) -> None:
    if corpus.refused:
        with st.container(key="documents_refused"):
            st.error("Not counted, and in none of the figures below:" if corpus.files else "Not counted:")
            st.code("\n".join(refusal.why for refusal in corpus.refused), language=None, wrap_lines=True)


def _told(page: Page, corpus: Corpus, counts: CorpusCounts) -> None:
    with st.container(key="documents_count"):
        st.markdown(f"**{wording.count(counts.total_tokens)}** o200k tokens, exactly, in {text_rows.documents(counts.documents)}")
    models = []
    if page.study is not None:
        columns = page.study.columns
        models = [columns.models[columns.index(offer)] for offer in listing.compared_ids(page.study)]
    table = text_rows.by_file(corpus, models, page.catalogue)
    show.axis_table(table.columns, table.rows, key="documents_table")
    if models:
        st.caption("All files together, for the offers in the running. The text alone: each API adds a few tokens for roles and tools.")
        show.axis_table(token_rows.COLUMNS, token_rows.by_tokenizer(models, counts.total_tokens, page.catalogue), key="documents_models")


def _buttons(counts: CorpusCounts) -> None:
    spread = spread_of(counts)
    with st.container(horizontal=True, gap="small", key="documents_uses"):
        for path, name in USES.items():
            icon = _check(*((spread.fields(path) if counts.documents > 1 else {f"{path}_mean": spread.mean}).items()))
            label = f"Use as the {name}: {spread.words}"
            st.button(label, key=f"documents-{path}", on_click=_use_as, args=(path,), icon=icon)
        label = f"Use as the reusable prefix: {wording.count(spread.mean)}"
        icon = _check((PREFIX, spread.mean))
        st.button(label, key=f"documents-{PREFIX}", on_click=_use_as_prefix, icon=icon)
        st.button("Forget these counts", key="documents_forget", on_click=uploads.forget_documents, type="tertiary")
    moved = "A 95th percentile moves with its mean. " if counts.documents == 1 else ""
    st.caption(
        show.plain(
            f"{spread.told} {moved}A button also sets “Tokens are counted in” to o200k, so that every other length is read as o200k tokens "
            "too; all other figures stay as they are."
        )
    )


def _check(*fields: tuple[str, float | None]) -> str | None:
    """The sign on a button whose figures are in use."""
    used = all(session.value(field) == new for field, new in fields) and session.value("tokens.tokenizer") == "o200k"
    return ":material/check:" if used else None


def _use_as(path: str) -> None:
    """Several documents bring their spread; one alone moves the mean, and the spread keeps its distance to it."""
    counts = corpus_counts()
    if counts is not None and counts.documents > 1:
        session.amend(spread_of(counts).fields(path) | {"tokens.tokenizer": "o200k"})
    elif counts is not None:
        session.take_count(f"{path}_mean", spread_of(counts).mean)


def _use_as_prefix() -> None:
    if (counts := corpus_counts()) is not None:
        session.take_count(PREFIX, spread_of(counts).mean)

"""Controls of the parts that only the plans of the context window read."""

from __future__ import annotations

from framework import wording
from pages.ui.declared import Control, off, percent, whole

_COUNTS = tuple(float(n) for n in (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 1000))

PLANS = (
    Control("retrieval.documents", "Documents in the corpus", "log", whole(1, 100_000_000.0), show=wording.count),
    Control("retrieval.document_tokens", "Document, mean tokens", "log", whole(50, 5_000_000.0), show=wording.count),
    Control(
        "retrieval.document_p95_tokens",
        "Document, 95th percentile",
        "log",
        (None, *whole(50, 10_000_000.0)),
        show=off(wording.count, "all alike"),
        optional=True,
    ),
    Control(
        "retrieval.overlap_share",
        "Overlap of chunks",
        "log",
        (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5),
        show=percent,
    ),
    Control(
        "retrieval.top_k", "Chunks retrieved (top-k)", "log", (None, *_COUNTS), show=off(wording.count, "as in the prompt"), optional=True
    ),
    Control("retrieval.whole_documents", "Whole documents instead", "log", _COUNTS[:16], show=wording.count),
    Control("history.kept_turns", "Trimmed to the newest turns", "log", (0.0, *_COUNTS[:15]), show=wording.count),
    Control("history.summary_tokens", "Length of a summary, tokens", "log", whole(10, 100_000.0), show=wording.count),
)

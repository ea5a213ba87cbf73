"""The glossary: what a column head or a figure's label means, one source for the hints of every table and for the list of all terms."""

from __future__ import annotations

from framework.report.glossary_terms import CHAPTERS as _CHAPTERS
from framework.report.glossary_terms import PLAIN
from framework.report.glossary_weights import TERMS

__all__ = ["CHAPTERS", "PLAIN", "meaning", "rows"]

CHAPTERS = {**_CHAPTERS, "Weights and evaluations": TERMS}

IN_TABLE: dict[tuple[str, str], str] = {
    ("forecast_table", "Difference"): "Twelve months less twelve times today's bill, in USD.",
    ("turns_table", "Turns that fit"): "How many turns of a conversation, each with its reply, the window holds.",
    ("knowing_table", "Input"): "The figure of yours, or of the offers, that is not known exactly.",
    ("knowing_table", "A month"): "What knowing this input would save or cost in USD a month on average over the draws.",
}
"""By key of the table: heads that mean something else there than elsewhere."""

_MEANINGS = {term: text for terms in CHAPTERS.values() for term, text in terms.items()}


def meaning(label: str, table: str = "") -> str | None:
    """One or two sentences; None where the label says all there is to say. A leading `>` (a number column) is no part of it."""
    term = label.removeprefix(">").strip()
    if own := IN_TABLE.get((table, term)):
        return own
    if table == "ranks_table" and term in ("1st", "2nd", "3rd", "4th", "5th"):
        return "Share of the draws in which the offer takes this rank, the first being the best."
    if term.startswith("Cache write, "):
        return f"{_MEANINGS['Cache write']} Kept for {term.removeprefix('Cache write, ')}."
    return _MEANINGS.get(term)


def rows(chapter: str) -> list[dict[str, str]]:
    """The terms of a chapter with their meanings, by alphabet."""
    return [{"name": term, "what": text} for term, text in sorted(CHAPTERS[chapter].items(), key=lambda item: item[0].casefold())]

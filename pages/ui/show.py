"""The few repeated drawings: headline, verdict badge, table, findings, chart, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from framework.axes.assessment import Finding, Verdict
from framework.catalogue.catalogue import Catalogue
from framework.catalogue.records import Source
from framework.report import sentences
from framework.study import Study

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")
_VERDICTS = {
    Verdict.MEETS: ("meets", "✓"),
    Verdict.FAILS: ("fails", "✕"),
    Verdict.UNRESOLVED: ("unresolved", "≈"),
    Verdict.UNKNOWN: ("unknown", "?"),
}

_STYLE = """
<style>
.block-container {padding-top: 2.8rem; max-width: 1280px;}
.fa-brand {font-weight: 700; letter-spacing: .01em; white-space: nowrap; padding-right: .5rem; line-height: 2rem; display: inline-block;}
.st-key-menu {border-bottom: 1px solid color-mix(in srgb, currentColor 16%, transparent); padding-bottom: .25rem; align-items: center;}
.fa-headline {font-size: 1.3rem; line-height: 1.45; font-weight: 600; margin: .25rem 0 .5rem; text-wrap: pretty; overflow-wrap: anywhere;}
.fa-scroll {overflow-x: auto; max-height: 34rem; overflow-y: auto;}
table.fa {border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums;}
table.fa th {text-align: left; font-weight: 600; padding: .4rem .6rem; white-space: nowrap; border-bottom: 2px solid color-mix(in srgb, currentColor 25%, transparent);}
table.fa td {padding: .35rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); vertical-align: top;}
.fa-finding {font-weight: 600; margin: .25rem 0 0; text-wrap: pretty; overflow-wrap: anywhere;}
table.fa td.w {min-width: 11rem;}
table.fa td.n, table.fa th.n {text-align: right; white-space: nowrap;}
table.fa tr.on td {background: color-mix(in srgb, #1f6feb 14%, transparent);}
table.fa tr.out td {opacity: .62;}
table.fa td.id {font-weight: 600; overflow-wrap: anywhere; min-width: 9rem;}
.fa-badge {display: inline-block; border-radius: 999px; padding: 0 .5rem; font-size: .78rem; line-height: 1.35rem; font-weight: 600; white-space: nowrap; border: 1px solid;}
.fa-meets {color: light-dark(#116329, #56d364);} .fa-fails {color: light-dark(#a40e26, #ff7b72);}
.fa-unresolved {color: light-dark(#7d4e00, #e3b341);} .fa-unknown {color: light-dark(#57606a, #9ea7b3);}
.fa-muted {opacity: .72;}
.fa-card {border: 1px solid color-mix(in srgb, currentColor 18%, transparent); border-radius: .6rem; padding: .8rem 1rem; height: 100%;}
.fa-card b {font-size: 1.35rem; display: block; overflow-wrap: anywhere;} .fa-card small {opacity: .75; display: block;}
.fa-cards {display: grid; grid-template-columns: repeat(auto-fit, minmax(13.5rem, 1fr)); gap: .75rem; margin: .25rem 0 1rem;}
@media (max-width: 640px) {.block-container {padding-left: .9rem; padding-right: .9rem;} h1 {font-size: 1.7rem !important;} .fa-headline {font-size: 1.1rem;}}
</style>
"""


def style() -> None:
    """The page's own few rules."""
    st.html(_STYLE)


def plain(text: str) -> str:
    """Text that Markdown shows as it is: no link, image, formula or emoji code comes of it."""
    return _MARKDOWN.sub(r"\\\1", text)


def headline(text: str) -> None:
    """The page's answer in one sentence, before anything else."""
    st.html(f"<p class='fa-headline' data-testid='headline'>{escape(text)}</p>")


def badge(verdict: int) -> str:
    """A verdict as HTML: a sign and a word, never colour alone."""
    word, sign = _VERDICTS[Verdict(verdict)]
    return f"<span class='fa-badge fa-{word}'>{sign} {word}</span>"


def cards(items: Iterable[tuple[str, str, str]]) -> None:
    """`(label, figure, note)` as cards that wrap on narrow screens."""
    made = "".join(f"<div class='fa-card'><small>{escape(label)}</small><b>{escape(figure)}</b><small>{escape(note)}</small></div>" for label, figure, note in items)
    st.html(f"<div class='fa-cards'>{made}</div>")


class Html(str):
    """Markup of our own making that a table cell may hold as it is."""


def table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Rows as a real HTML table. `columns`: field -> heading, a heading beginning with `>` is a number column.

    A row's `_class` marks it: `on` the choice, `out` excluded. Text is escaped, `Html` is not.
    """
    heads = "".join(f"<th class='{'n' if label.startswith('>') else ''}' scope='col'>{escape(label.removeprefix('>'))}</th>" for label in columns.values())
    body = "".join(_row(columns, row) for row in rows)
    with st.container(key=key):
        st.html(f"<div class='fa-scroll' tabindex='0'><table class='fa'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>")


def _row(columns: Mapping[str, str], row: Mapping[str, Any]) -> str:
    cells = []
    for field, label in columns.items():
        content = row.get(field, "")
        text = content if isinstance(content, Html) else escape(str(content))
        kind = "n" if label.startswith(">") else "id" if field == "name" else "w" if len(str(content)) > 24 else ""
        cells.append(f"<td class='{kind}'>{text}</td>")
    return f"<tr class='{escape(str(row.get('_class', '')))}'>{''.join(cells)}</tr>"


def axis_table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """A table of offers with verdict badges; a column that is empty in every row is left out."""
    kept = {field: label for field, label in columns.items() if any(str(row.get(field, "")) for row in rows)}
    table(kept, [{**row, "verdict": Html(badge(row["verdict"]))} if "verdict" in row else row for row in rows], key=key)


def flip_points(study: Study) -> None:
    """What would change the answer."""
    st.subheader("What would change it")
    rows = [{"name": text} for text in sentences.flips(study)]
    if rows:
        table({"name": "The choice changes if"}, rows, key="flip_points")
    else:
        st.caption("Nothing within twenty times or a twentieth of your figures changes the choice.")


def could_win(study: Study) -> None:
    """Offers that something unknown keeps back."""
    if study.recommendation.could_win:
        st.subheader("Could win if known")
        table({"name": "Offer", "what": "What to enter or measure"}, [{"name": offer, "what": what} for offer, what in study.recommendation.could_win], key="could_win")


def exclusions(study: Study) -> None:
    """Every excluded offer with its reason and cure, those of the providers asked for first."""
    found = study.recommendation.exclusions
    with st.expander(f"Excluded offers ({len(found)})"):
        rows = [{"name": item.offer, "gate": item.gate.replace("_", " "), "why": item.reason, "cure": item.cure or ""} for item in sorted(found, key=lambda item: item.gate == "providers")]
        table({"name": "Offer", "gate": "Gate", "why": "Why", "cure": "What would let it in"}, rows, key="exclusions")


def chart(figure: dict[str, Any], *, key: str, alt: str, said: str = "") -> None:
    """A figure dict as an interactive chart; its finding stands above it as text, unless the page has `said` it already."""
    layout = figure["layout"]
    finding = str(layout.get("meta", {}).get("headline", ""))
    if finding and finding not in said:
        st.html(f"<p class='fa-finding'>{escape(finding)}</p>")
    bare = {**layout, "title": None, "margin": {**layout.get("margin", {}), "t": 24}}
    st.plotly_chart({**figure, "layout": bare}, key=key, theme="streamlit", config={"displayModeBar": False, "responsive": True}, alt=alt)


def findings(found: Sequence[Finding], offers: Iterable[str] | None = None) -> None:
    """What the axis has to say, the grave first; about the shown offers only, where they are given."""
    shown = set(offers) if offers is not None else None
    order = {"blocking": 0, "warning": 1, "info": 2}
    kept = sorted((item for item in found if shown is None or item.offer is None or item.offer in shown), key=lambda item: order[item.gravity])
    if not kept:
        return
    with st.expander(f"Worth knowing ({len(kept)})", expanded=any(item.offer is None and item.gravity != "info" for item in kept)):
        rows = [{"name": item.offer or "all offers", "text": item.text} for item in kept[:200]]
        table({"name": "Offer", "text": "Finding"}, rows, key="findings")


def sources(catalogue: Catalogue, offer_ids: Iterable[str], groups: Mapping[str, str]) -> None:
    """Where the numbers come from: one row per offer and group of figures, with date and kind."""
    with st.expander("Sources: where these numbers come from, and as of when"):
        rows = []
        for offer_id in offer_ids:
            found = catalogue.sources_of(catalogue.offer(offer_id))
            for group, label in groups.items():
                rows += [_source_row(offer_id, label, source) for source in found.get(group, ())] or [{"name": offer_id, "what": label, "where": "unknown: no source", "seen": "", "kind": ""}]
        table({"name": "Offer", "what": "Figure", "where": "Source", "seen": "Seen", "kind": "Kind"}, rows, key="sources")


def _source_row(offer_id: str, label: str, source: Source) -> dict[str, Any]:
    linked = re.match(r"https?://[^\s]+$", source.url)
    where = f"<a href='{escape(source.url)}' target='_blank' rel='noopener noreferrer'>{escape(source.url)}</a>" if linked else escape(source.url)
    note = f"<br><span class='fa-muted'>{escape(source.note)}</span>" if source.note else ""
    return {"name": offer_id, "what": label, "where": Html(where + note), "seen": source.seen or "undated", "kind": source.kind}

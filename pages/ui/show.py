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
from framework.report import excluded, sentences
from framework.report.ink import inked
from framework.report.own_limits import OwnSource
from framework.study import Study
from pages.ui import pictures, source_rows, terms
from pages.ui.fields import CONTROLS
from pages.ui.source_rows import Html

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")
_FIELDS = re.compile("|".join(re.escape(path) for path in sorted(CONTROLS, key=len, reverse=True) if "." in path))
_TAGS = re.compile("<[^>]*>")
_UNITS = re.compile(r"(?<=\d) (?=%|(?:ms|s|min)\b)")
_VERDICTS = {
    Verdict.MEETS: ("meets", "✓"),
    Verdict.FAILS: ("fails", "✕"),
    Verdict.UNRESOLVED: ("unresolved", "≈"),
    Verdict.UNKNOWN: ("unknown", "?"),
}


def plain(text: str) -> str:
    """Text that Markdown shows as it is: no link, image, formula or emoji code comes of it."""
    return _MARKDOWN.sub(r"\\\1", text)


def in_words(text: str, *, part: str = "") -> str:
    """Fields named as in the workload file are called what their control on the screen is called, those of a `part` without its name."""
    for path, declared in CONTROLS.items():
        owner, _, tail = path.rpartition(".")
        if part and owner == part and "_" in tail:
            text = text.replace(tail, f"“{declared.label}”")
    return _FIELDS.sub(lambda field: f"“{CONTROLS[field[0]].label}”", text)


def _unbroken(text: str) -> str:
    return _UNITS.sub("\u00a0", escape(text)).replace("&gt; ", "&gt;\u00a0").replace("&lt; ", "&lt;\u00a0")


def headline(text: str) -> None:
    """The page's answer in one sentence, before anything else."""
    st.html(f"<p class='fa-headline' data-testid='headline'>{_unbroken(text)}</p>")


def finding(text: str) -> None:
    """A sentence that carries a finding; nothing where there is none."""
    if text:
        st.html(f"<p class='fa-finding'>{_unbroken(text)}</p>")


def note(text: str) -> None:
    """Something that a reader should know about what is shown; nothing where there is nothing."""
    if text:
        st.caption(plain(text))


def badge(verdict: int) -> str:
    """A verdict as HTML: a sign and a word, never colour alone."""
    word, sign = _VERDICTS[Verdict(verdict)]
    return f"<span class='fa-badge fa-{word}'>{sign} {word}</span>"


def cards(items: Iterable[tuple[str, str, str, int]]) -> None:
    """`(label, figure, note, verdict)` as cards that wrap on narrow screens."""
    made = "".join(
        f"<div class='fa-card'>{badge(verdict)}<small>{terms.explained(label)}</small><b>{_unbroken(figure)}</b>"
        f"<small>{escape(note)}</small></div>"
        for label, figure, note, verdict in items
    )
    st.html(f"<div class='fa-cards'>{made}</div>")


def table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """Rows as a real HTML table. `columns`: field -> heading, a heading beginning with `>` is a number column.

    A row's `_class` marks it: `on` the choice, `out` excluded. A row's `id` stands small under its name. Text is escaped, `Html` is not.
    """
    heads = "".join(f"<th class='{_kind(field, label)}' scope='col'>{terms.explained(label, key)}</th>" for field, label in columns.items())
    body = "".join(_row(columns, row) for row in rows)
    with st.container(key=key):
        st.html(f"<div class='fa-scroll' tabindex='0'><table class='fa'><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>")


def _kind(field: str, label: str, content: Any = "") -> str:
    if field == "name":
        return "id"
    if label.startswith(">"):
        return "n"
    shown = _TAGS.sub("", content.replace("<br>", "\n")) if isinstance(content, Html) else content
    return "w" if any(len(line) > 28 for line in shown.split("\n")) else ""


def _row(columns: Mapping[str, str], row: Mapping[str, Any]) -> str:
    cells = []
    for field, label in columns.items():
        content = row.get(field, "")
        content = content if isinstance(content, Html) else str(content)
        text = content if isinstance(content, Html) else escape(content)
        below = f"<small>{escape(row['id'])}</small>" if field == "name" and row.get("id") not in (None, row.get("name")) else ""
        cells.append(f"<td class='{_kind(field, label, content)}'>{text}{below}</td>")
    return f"<tr class='{escape(str(row.get('_class', '')))}'>{''.join(cells)}</tr>"


def axis_table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], *, key: str) -> None:
    """A table of offers with verdict badges; a column that is empty in every row is left out, as is a table without rows."""
    kept = {field: label for field, label in columns.items() if any(str(row.get(field, "")) for row in rows)}
    if rows:
        table(kept, [{**row, "verdict": Html(badge(row["verdict"]))} if "verdict" in row else row for row in rows], key=key)


def reasons(texts: Iterable[str]) -> None:
    """Sentences as a list."""
    st.markdown("\n".join(f"- {plain(in_words(text))}" for text in texts))


def answer(study: Study) -> None:
    """The reasons that decide, and the others on demand."""
    first, rest = sentences.brief(study)
    reasons(first)
    if rest:
        with st.expander("Its weak side, the fallback, and how sure this is"):
            reasons(rest)


def flip_points(study: Study) -> None:
    """What would change the answer; nothing where no offer fits, as the reasons then say what would let one in."""
    if study.recommendation.choice is None:
        return
    st.subheader("What would change it")
    found = sentences.flips(study)
    if found:
        reasons(found)
    else:
        st.caption("Nothing within twenty times or a twentieth of your figures changes the choice.")


def could_win(study: Study) -> None:
    """Offers that something unknown keeps back."""
    if study.recommendation.could_win:
        name = dict(zip(study.columns.ids, study.columns.names, strict=True))
        st.subheader("Could win if known")
        table(
            {"name": "Offer", "what": "What to enter or measure"},
            [{"name": name[offer], "id": offer, "what": what} for offer, what in study.recommendation.could_win],
            key="could_win",
        )


def unfolding(label: str, key: str, *, expanded: bool = False) -> Any:
    """An expander whose content is made only while it is open. The label must not change: it is what the browser knows it by."""
    return st.expander(label, expanded=expanded, key=key, on_change="rerun")


def exclusions(study: Study) -> None:
    """Every excluded offer with its reason and cure, those of the providers asked for first."""
    folder = unfolding("Which offers are out, and why", "excluded")
    if not folder.open:
        return
    with folder:
        st.caption(excluded.counted(study))
        rows = [{**row, "cure": in_words(row["cure"]), "source": source_rows.dated(row["source"])} for row in excluded.rows(study)]
        heads = {"name": "Offer", "gate": "Must-have", "why": "Why", "cure": "What would let it in", "source": "Source"}
        axis_table(heads, rows, key="exclusions")


def chart(figure: dict[str, Any], *, key: str, alt: str, said: str = "", note: str = "") -> None:
    """A figure dict as an interactive chart; its finding stands above it as text, unless the page has `said` it; `note` is below.

    One without anything to draw is its finding alone.
    """
    layout = figure["layout"]
    told = str(layout.get("meta", {}).get("headline", ""))
    if told and told not in said:
        finding(told)
    if not figure["data"]:
        return
    bare = {**layout, "title": None, "margin": {**layout.get("margin", {}), "t": 24}}
    ink = pictures.ink()
    config = {"displayModeBar": False, "responsive": True}
    st.plotly_chart(inked({**figure, "layout": bare}, ink), key=key, theme="streamlit", config=config, alt=f"{alt}. {told}")
    if note:
        st.caption(note)


def findings(found: Sequence[Finding], offers: Iterable[str]) -> None:
    """What the axis has to say of these offers and of all: each sentence once, the grave first."""
    shown, order = set(offers), {"blocking": 0, "warning": 1, "info": 2}
    kept = sorted((item for item in found if item.offer is None or item.offer in shown), key=lambda item: order[item.gravity])
    if not kept:
        return
    folder = unfolding("Worth knowing", "worth_knowing", expanded=any(item.offer is None and item.gravity != "info" for item in kept))
    if not folder.open:
        return
    about: dict[str, list[str]] = {}
    for item in kept:
        about.setdefault(item.text, []).append(item.offer or "all offers")
    with folder:
        rows = [{"text": in_words(text), "who": ", ".join(dict.fromkeys(who))} for text, who in about.items()]
        table({"text": "Finding", "who": "About"}, rows, key="findings")


def sources(
    catalogue: Catalogue, offer_ids: Iterable[str], groups: Mapping[str, str], *, own: Mapping[str, tuple[OwnSource, ...]] | None = None
) -> None:
    """Where the numbers come from: each source once, with the offers and figures it stands behind, its date and kind.

    `own`: by offer, where limits and latency of the user's own are from; they come first.
    """
    folder = unfolding("Sources: where these numbers come from, and as of when", "sources_of_figures")
    if not folder.open:
        return
    behind: dict[tuple[str, Source | OwnSource | None], list[str]] = {}
    mine = own or {}
    asked = list(offer_ids)
    for offer_id in asked:
        found = catalogue.sources_of(catalogue.offer(offer_id))
        for group, label in groups.items():
            places = (*(place for place in mine.get(offer_id, ()) if place.group == group), *found.get(group, ()))
            for source in places or (None,):
                behind.setdefault((label, source), []).append(offer_id)
    with folder:
        rows = [
            source_rows.row(label, source, source_rows.briefly(who, asked))
            for (label, source), who in sorted(behind.items(), key=lambda item: (item[0][1] is None, not isinstance(item[0][1], OwnSource)))
        ]
        axis_table({"what": "Figure", "where": "Source", "seen": "Seen", "kind": "Kind", "who": "Offers"}, rows, key="sources")

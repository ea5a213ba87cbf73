"""The views of the prices page: the list, one offer in full, what is announced, what retires, and who says otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from framework.catalogue.conflicts import Disagreement
from framework.catalogue.readings import STALE_DAYS, reading
from framework.catalogue.records import Offer
from framework.errors import FourAxesError
from framework.report import price_entry, price_search, price_tables, retirements
from framework.report.charts_prices import price_history
from framework.report.price_lines import Line
from pages.ui import cached, price_cells, session, show
from pages.ui.frame import Page, finish
from pages.ui.show import Html

STANDARD, TERMS = "Standard", "Terms"
SERVICES = {STANDARD: "standard", "Batch": "batch", "Flex": "flex", "Priority": "priority"}
PRICES = {
    "name": "Offer",
    "input": ">Input",
    "read": ">Cache read",
    "write": ">Cache write",
    "output": ">Output",
    "long": ">Long prompts",
    "next": "Next change",
    "seen": "Seen",
    "where": "Sources",
}
OTHER_TERMS = {
    "name": "Offer",
    "batch": ">Batch",
    "flex": ">Flex",
    "priority": ">Priority",
    "storage": ">Cache storage, hour",
    "regions": "Regions",
    "peak": "Peak hours",
    "prefix": ">Min. prefix",
}
ENTRIES = {
    "name": "Days",
    "status": "",
    "input": ">Input",
    "read": ">Cache read",
    "write": ">Cache write",
    "output": ">Output",
    "what": "What it changes",
    "seen": "Seen",
    "where": "Sources",
}
LEGEND = (
    "USD per million tokens at the global endpoint, exact. **free**: a stated price of 0. **unknown**: no source read states it. "
    "**not sold**: no source read has it for sale. **as input**: a cache write has no price of its own, a miss pays the input price. "
    f"*Seen*: the day that the newest source of a price states, marked when over {STALE_DAYS} days old."
)


def read(page: Page) -> tuple[tuple[Line, ...], tuple[Disagreement, ...]]:
    """The price list of the page's day; where the file of the known differences is wrong, the page says so and stops."""
    try:
        return cached.price_list(page.catalogue.digest, page.on)
    except FourAxesError as error:
        st.error("The file of what other price lists say cannot be read, so no price is shown beside it.")
        st.code(str(error), language=None, wrap_lines=True)
        finish()
        st.stop()


def asked(providers: dict[str, str]) -> price_search.Asked:
    """Search box and filters."""
    left, right = st.columns([3, 2])
    hint = "offer, model or provider, such as gpt-6 azure"
    text = left.text_input("Search", key="find", type="search", placeholder=hint, max_chars=price_search.LONGEST, bind="query-params")
    names = providers.get
    chosen = right.multiselect(
        "Providers", list(providers), key="sellers", format_func=lambda item: names(item, item), placeholder="all", persist_state="session"
    )
    only = st.pills("Only offers with", list(price_search.ONLY), selection_mode="multi", key="only", persist_state="session")
    return price_search.Asked(text or "", tuple(chosen), tuple(only))


def nothing(why: str) -> None:
    """That no offer is left, why, and the way back."""
    st.info(show.plain(why), icon=":material/search_off:")
    st.button("Show all offers", on_click=session.put, args=({"find": "", "sellers": [], "only": []},), key="show_all")


def price_list(page: Page, lines: Sequence[Line], total: int) -> None:
    """One row per offer: the meters of one service, or what else the price list says."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    shown = left.segmented_control("Prices of", [*SERVICES, TERMS], default=STANDARD, key="service", required=True)
    order = right.selectbox("Order by", list(price_search.ORDERS), key="order")
    service = SERVICES.get(str(shown), "standard")
    placed = price_search.ordered(lines, str(order), service)
    st.caption(f"**{len(lines)}** of {total} offers; a name opens every figure of it. {LEGEND}")
    if shown == TERMS:
        show.axis_table(OTHER_TERMS, [price_cells.linked(row, page.token) for row in price_tables.term_rows(placed)], key="price_terms")
    else:
        rows = [price_cells.price_row(row, page.token) for row in price_tables.price_rows(placed, service)]
        show.axis_table(PRICES, rows, key="price_table")


def one_offer(page: Page, lines: Sequence[Line], differences: Sequence[Disagreement]) -> None:
    """Every figure of one offer, its history, who says otherwise, and its sources."""
    by_id = {line.offer: line for line in price_search.ordered(lines, "Name", "standard")}
    chosen = st.selectbox("Offer", list(by_id), key="offer", bind="query-params")
    line, offer = by_id[str(chosen)], page.catalogue.offer(str(chosen))
    alt = f"Standard prices of {line.name} over time"
    show.chart(price_history(line, offer, page.on), key="chart_history", alt=alt)
    _figures(page, line, offer)
    _entries(page, offer)
    if line.differs:
        st.markdown("**Where another list differs**")
        lists_that_differ(page, [line], differences)
    _sources(page, offer)


def _figures(page: Page, line: Line, offer: Offer) -> None:
    """Every figure of one entry, each row with its sources, their day and their age."""
    spans = {price_entry.span(offer, number): number for number in reversed(range(len(offer.prices)))}
    current = price_entry.in_force(offer, page.on) or 0
    chosen = current
    if len(spans) > 1:
        start = price_entry.span(offer, current)
        picked = st.segmented_control("Days", list(spans), default=start, key=f"entry-{offer.id}", required=True)
        chosen = spans[str(picked)]
    entry = offer.prices[chosen]
    standing = "the last before it was switched off" if line.gone and chosen == current else price_entry.standing(offer, chosen, page.on)
    st.markdown(f"**Every figure: {standing}** · USD per million tokens")
    fresh, numbers = reading(entry.source, page.on), price_entry.numbered(offer)
    stamp = {"seen": price_cells.seen(fresh, apart=" · "), "where": price_cells.notes(entry.source, numbers)}
    columns = price_entry.columns(entry) | {"seen": "Seen", "where": "Sources"}
    show.table(columns, [row | stamp for row in price_entry.figures(entry, line.unsettled)], key="figures_table")
    terms = {"name": "Also", "what": "", "seen": "Seen", "where": "Sources"}
    show.table(terms, [row | stamp for row in price_entry.terms(entry)], key="terms_table")


def _entries(page: Page, offer: Offer) -> None:
    numbers = price_entry.numbered(offer)
    rows = [row | {"where": price_cells.notes(row["sources"], numbers)} for row in price_entry.entries(offer, page.on)]
    st.markdown("**Every dated entry** · standard prices, the latest first")
    show.axis_table(ENTRIES, rows, key="entries_table")


def _sources(page: Page, offer: Offer) -> None:
    """The numbered sources; they stand behind an entry as a whole."""
    st.markdown("**Its sources** · they stand behind an entry as a whole, each with the day it states")
    rows = [
        {
            "number": str(number),
            "where": Html(price_cells.link(source.url, source.url)),
            "kind": source.kind,
            "seen": price_cells.seen(reading([source], page.on)),
            "note": source.note or "",
        }
        for source, number in price_entry.numbered(offer).items()
    ]
    show.axis_table({"number": ">No.", "where": "Source", "kind": "Kind", "seen": "Seen", "note": "Note"}, rows, key="offer_sources")


def changes_ahead(page: Page, lines: Sequence[Line]) -> None:
    """What is announced of prices and services, the next first."""
    rows = price_tables.ahead_rows(lines, page.on)
    if not rows:
        st.caption("No price change is announced for these offers.")
        return
    st.caption("Announced is not certain: *may be called off* marks what the vendor can still take back. Per million tokens.")
    drawn = [price_cells.linked(row, page.token) | {"sure": price_cells.mark(row["sure"])} for row in rows]
    show.axis_table({"name": "Offer", "date": "Day", "left": "", "what": "What happens", "sure": ""}, drawn, key="ahead_table")


def retirement_calendar(page: Page, lines: Sequence[Line]) -> None:
    """What is announced to be switched off, by day."""
    rows = retirements.retirement_rows(page.catalogue, lines, page.on)
    if not rows:
        st.caption("No retirement is announced for these offers.")
        return
    st.caption(retirements.calendar_summary(rows, page.on))
    drawn = [price_cells.linked(row, page.token) | {"where": price_cells.places(row["sources"])} for row in rows]
    columns = {"name": "Offer", "date": "Day", "left": "", "what": "What is said", "scope": "Of", "note": "Note", "where": "Source"}
    show.axis_table(columns, drawn, key="retirement_table")


def lists_that_differ(page: Page, lines: Sequence[Line], differences: Sequence[Disagreement]) -> None:
    """Both values of every figure on which another list is known to differ, with the reason; never averaged."""
    rows = price_tables.difference_rows(lines, differences)
    if not rows:
        st.caption("No other list is known to differ on these offers.")
        return
    st.caption("Both values as they stand, never averaged, on the day the other list was read; `fouraxes prices compare` reads them anew.")
    drawn = [
        price_cells.linked(row, page.token) | {name: price_cells.lines(row[name]) for name in ("figure", "ours", "theirs")} for row in rows
    ]
    columns = {"name": "Offer", "figure": "Figure", "ours": ">Here", "theirs": ">There", "list": "Other list", "why": "Why", "read": "Read"}
    show.axis_table(columns, drawn, key="difference_table")

"""Limits of the user's own console in the place of published ones: typed, pasted as headers, or from Anthropic's Rate Limits API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.limit_account import OwnAccount, limits_from_anthropic_api, offers_of
from framework.catalogue.limit_headers import MEANS, limits_from_headers
from framework.catalogue.own_names import holder
from framework.clients import OwnLimits
from framework.errors import FourAxesError
from framework.report import listing
from framework.report import own_limits as words
from framework.vocabulary import LIMIT_WORDS, METERS, LimitOrigin
from pages.ui import own_figures, session, show
from pages.ui.frame import Page, today

OFFER, HEADERS, ANSWER = "own_offer", "own_headers", "own_answer"
CAP = "monthly_cap_usd"
TABLE = {"name": "Offer", "limit": "Limit", "own": ">Yours", "published": ">Published", "also": "Also for", "where": "From"}
PREVIEW = {"name": "Header", "value": ">Value", "note": "Read as"}
GROUPS = {"name": "Group", "note": "What becomes of it"}


def own_limits_banner(page: Page) -> None:
    """That figures of the user's own are in force; nothing where there are none."""
    said = words.banner(page.study) if page.study is not None else ""
    own_figures.banner("own_limits", badge="own limits", icon="tune", said=said)


def own_limits(page: Page) -> None:
    """Everything about them, behind one unfolding: what is replaced, and three ways to enter more."""
    folder = show.unfolding("Your own limits", "own_limits")
    if not folder.open:
        return
    with folder:
        st.caption(
            "What your provider's console says goes before what is published: at your tier, for every offer that draws on the same "
            "buckets. It travels in the link and in the workload file. Other tiers, and boxes you leave empty, stay as published: the grey "
            "figure in a box."
        )
        _entered(page)
        offer = _offer(page)
        _boxes(page, offer)
        _headers(page.catalogue, offer)
        if offer.startswith("anthropic/"):
            _answer(page.catalogue)


def _entered(page: Page) -> None:
    """What is overridden against what is published, and the way back; the buttons alone while nothing can be computed."""
    entries = words.entries(page.study) if page.study is not None else ()
    rows = [{"name": entry.title, "id": entry.offer, "where": entry.where, **row} for entry in entries for row in entry.rows]
    if rows:
        show.axis_table(TABLE, rows, key="own_table")
    own_figures.removals("own_limits", key="own")


def _offer(page: Page) -> str:
    """Which offer the figures are of: those in the running first."""
    compared = listing.compared_ids(page.study) if page.study is not None else []
    options = list(dict.fromkeys([*compared, *page.offer_names]))
    kept = session.held(OFFER)
    # Assigned on every run: the order follows the ranking, and a list in another order would else begin at its first offer again.
    session.put({OFFER: kept if kept in options else options[0]})
    chosen: str = st.selectbox("Offer", options, key=OFFER, help="The model whose limits you have before you, at the provider you call.")
    return chosen


def _boxes(page: Page, offer: str) -> None:
    """A box for each meter that the provider is known to enforce and for the cap; the others one click away."""
    enforced = page.catalogue.provider_of(page.catalogue.offer(offer)).enforcement.meters
    were = _published(page, offer)
    first = [meter for meter in METERS if meter in enforced or _value(page.catalogue, offer, meter) is not None]
    with st.container(horizontal=True, gap="small"):
        for field in (*first, CAP):
            _box(page.catalogue, offer, field, were)
    with st.popover("Other limits"):
        st.caption("Limits that the catalogue does not know this provider to have. One that you enter counts as enforced.")
        for meter in METERS:
            if meter not in first:
                _box(page.catalogue, offer, meter, were)


def _published(page: Page, offer: str) -> Mapping[str, str]:
    try:
        return words.published(page.catalogue, page.on, session.value("tiers"))[offer]
    except FourAxesError:
        return {}  # a tier that is none, said at the top of the page


def _value(catalogue: Catalogue, offer: str, field: str) -> float | None:
    own = session.value("own_limits")
    entry: dict[str, Any] = own.get(_holder(catalogue, offer, field), {})
    return entry.get(field)


def _holder(catalogue: Catalogue, offer: str, field: str) -> str:
    """The entry that a figure of this offer goes to: of a cap one that has a cap for the provider already."""
    own = session.value("own_limits")
    names = [name for name, entry in own.items() if field != CAP or entry.get(CAP) is not None]
    found = holder(names, offer, catalogue, whole_provider=field == CAP)
    return found if found in names else holder(own, offer, catalogue)


def _box(catalogue: Catalogue, offer: str, field: str, were: Mapping[str, str]) -> None:
    dimension = field.removesuffix("_usd")
    key, now = f"own.{offer}.{field}", _value(catalogue, offer, field)
    if session.held(key) != now:
        session.put({key: now})
    st.number_input(
        LIMIT_WORDS[dimension].capitalize() + (", USD" if field == CAP else ""),
        key=key,
        value=None,
        min_value=0.01 if field == CAP else 1.0,
        max_value=1e9 if field == CAP else 1e10,
        step=1.0,
        format="%.2f" if field == CAP else "%.0f",
        width=240,
        placeholder=were.get(dimension),
        on_change=_typed,
        args=(catalogue, offer, field, key),
    )


def _typed(catalogue: Catalogue, offer: str, field: str, key: str) -> None:
    _enter(_holder(catalogue, offer, field), {field: session.held(key)}, "console")


def _enter(name: str, figures: Mapping[str, float | None], origin: LimitOrigin) -> None:
    """Add figures to an entry, as of today; a figure that is None is taken out, and an entry that none is left of goes."""
    own = session.value("own_limits")
    entry = {**own.get(name, {}), **figures}
    if any(figure is not None for figure in figures.values()):
        entry |= {"origin": origin, "seen": today()}
    left = any(entry.get(field) is not None for field in (*METERS, CAP))
    session.amend({"own_limits": {**own, name: entry} if left else {key: item for key, item in own.items() if key != name}})


def _figures(limits: OwnLimits) -> dict[str, float | None]:
    return {field: figure for field in (*METERS, CAP) if (figure := getattr(limits, field)) is not None}


def _headers(catalogue: Catalogue, offer: str) -> None:
    """Headers of a reply as they were printed; what each was read as is shown before anything is taken."""
    provider = offer.partition("/")[0]
    if provider not in MEANS:
        return
    text = st.text_area(
        "Or paste the headers of a reply", key=HEADERS, height=120, placeholder="curl -i, a printed dict, JSON: any form will do",
        help="Read by this dashboard itself, when you click elsewhere or press Ctrl+Enter; only the figures taken go into the link.",
    )  # fmt: skip
    if not text:
        return
    try:
        found = limits_from_headers(text, provider)
    except FourAxesError as problem:
        st.error(show.plain(str(problem)))
        return
    if found.key_lines:
        lines = ", ".join(map(str, found.key_lines[:5]))
        st.warning(f"What looks like a key stands on line {lines} of the text: it was not read. Delete it.", icon=":material/key:")
    show.table(PREVIEW, [{"name": item.name, "value": item.value, "note": item.note} for item in found.readings], key="own_preview")
    st.button("Take these figures", key="own-take-headers", on_click=_take_headers, args=(catalogue, offer), disabled=found.limits is None)


def _take_headers(catalogue: Catalogue, offer: str) -> None:
    """Enter what is in the box now: it may be newer than what the button was drawn with."""
    try:
        found = limits_from_headers(session.held(HEADERS) or "", offer.partition("/")[0])
    except FourAxesError:
        return  # said beside the box
    if found.limits is not None:
        _enter(_holder(catalogue, offer, METERS[0]), _figures(found.limits), "headers")
        session.put({HEADERS: ""})


def _answer(catalogue: Catalogue) -> None:
    """The answer of Anthropic's Rate Limits API: all the account's groups at once."""
    upload = st.file_uploader("Or upload the answer of Anthropic's Rate Limits API (JSON)", type=["json"], key=ANSWER, max_upload_size=1)
    st.caption("`GET /v1/organizations/rate_limits` with an Admin API key, saved as it came; that of one workspace will do too.")
    if upload is None:
        return
    try:
        found = _account(catalogue)
    except FourAxesError as problem:
        st.error(show.plain(f"{upload.name[:80]}: {problem}"))
        return
    show.table(GROUPS, [{"name": label, "note": note} for label, note in found.told], key="own_groups")
    st.button("Take these figures", key="own-take-account", on_click=_take_account, args=(catalogue,), disabled=not found.limits)


def _account(catalogue: Catalogue) -> OwnAccount:
    upload = session.held(ANSWER)
    return offers_of(limits_from_anthropic_api(upload.getvalue() if upload else b""), catalogue)


def _take_account(catalogue: Catalogue) -> None:
    try:
        found = _account(catalogue)
    except FourAxesError:
        return  # said beside the upload
    for offer, limits in found.limits.items():
        _enter(_holder(catalogue, offer, METERS[0]), _figures(limits), "api")

"""What every page begins with: page config, menu, prices-as-of line, and errors turned into messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from framework.catalogue.catalogue import Catalogue
from framework.errors import FourAxesError
from framework.priorities import Priorities, Target
from framework.study import Study
from framework.workload import Budget
from pages.ui import cached, session, show

ICON = Path(__file__).with_name("icon.png")
MENU = (
    ("app.py", "Workload"),
    ("pages/cost.py", "Cost"),
    ("pages/latency.py", "Latency"),
    ("pages/rate_limits.py", "Rate limits"),
    ("pages/context_window.py", "Context window"),
    ("pages/recommendation.py", "Recommendation"),
)


@dataclass(frozen=True)
class Page:
    """What a page works with. `study` None: the inputs cannot be used yet, the message stands above, controls still work."""

    catalogue: Catalogue
    token: str | None
    study: Study | None

    @property
    def provider_names(self) -> dict[str, str]:
        """Name by provider id."""
        return {record.provider: record.name for record in self.catalogue.providers.values()}

    @property
    def offer_names(self) -> dict[str, str]:
        """Offer id by offer id, in the order of the catalogue."""
        return {offer.id: offer.id for offer in self.catalogue.offers}

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region that some offer names."""
        return tuple(sorted({region for offer in self.catalogue.offers for region in offer.regions}))

    @property
    def anchors(self) -> dict[str, Target]:
        """The anchors in force, the defaults where the inputs cannot be used."""
        study = self.study
        return study.priorities.anchors(study.workload.budget) if study else Priorities().anchors(Budget())

    def deepened(self) -> Study:
        """The study with confidence and flip points; only where `study` is not None."""
        if self.study is None or self.token is None:
            raise RuntimeError("there is no study to deepen")
        return cached.deepened(self.token, self.catalogue.digest, self.study, self.study.on)


def today() -> dt.date:
    """The day at the edge; everything below is told."""
    return dt.date.today()


def frame(title: str) -> Page:
    """Open the page; to be called first."""
    st.set_page_config(page_title=f"{title} · Four Axes", page_icon=str(ICON), layout="wide")
    show.style()
    try:
        catalogue = cached.catalogue()
    except FourAxesError as error:
        st.title("Four Axes")
        st.error("The catalogue cannot be read, so nothing can be computed.")
        st.code(str(error), language=None, wrap_lines=True)
        st.stop()
    opened = session.open_session(today(), catalogue.digest)
    _menu(opened.token)
    st.title(title)
    study = _study(opened, catalogue)
    _as_of(catalogue, opened)
    _banners(opened, study, catalogue)
    return Page(catalogue, opened.token, study)


def _menu(token: str | None) -> None:
    query = {session.PARAMETER: token} if token else None
    with st.container(horizontal=True, gap="small", key="menu"):
        st.html("<span class='fa-brand'>Four Axes</span>", width="content")
        for path, label in MENU:
            st.page_link(path, label=label, query_params=query)


def _study(opened: session.Opened, catalogue: Catalogue) -> Study | None:
    if opened.workload is None or opened.priorities is None or opened.token is None:
        return None
    try:
        return cached.studied(opened.token, catalogue.digest, opened.workload, opened.priorities, opened.on)
    except FourAxesError as error:
        st.error(show.plain(str(error)))
        return None


def _as_of(catalogue: Catalogue, opened: session.Opened) -> None:
    st.caption(
        f"Prices as of **{catalogue.prices_as_of.isoformat()}**, answered for **{opened.on.isoformat()}** · {len(catalogue.offers)} offers of "
        f"{len(catalogue.providers)} providers · catalogue {catalogue.digest[:12]} · every number has a source and a date under *Sources* below"
    )


def _banners(opened: session.Opened, study: Study | None, catalogue: Catalogue) -> None:
    if opened.link_problem:
        st.error(f"{opened.link_problem} You see the usual starting values instead.", icon=":material/link_off:")
    if opened.problems:
        lines = "\n".join(f"- **{show.plain(field)}**: {show.plain(text)}" if field else f"- {show.plain(text)}" for field, text in opened.problems)
        st.error(f"Nothing is computed until this is put right; all you entered is kept.\n{lines}")
    if study is not None:
        for warning in study.workload.warnings():
            st.warning(show.plain(warning))
        if opened.on != today() or (opened.linked and opened.digest != catalogue.digest[:12]):
            _dated(opened, study, catalogue)


def _dated(opened: session.Opened, study: Study, catalogue: Catalogue) -> None:
    """A link opens as of its own day: say whether today's answer is the same."""
    now = cached.studied(str(opened.token), catalogue.digest, study.workload, study.priorities, today())
    then, since = study.recommendation.choice, now.recommendation.choice
    same = "today's answer is the same" if then == since else f"today's answer differs: **{show.plain(since or 'none fits')}** instead of **{show.plain(then or 'none fits')}**"
    changed = "" if opened.digest == catalogue.digest[:12] else f" It was made with catalogue {opened.digest}, this is {catalogue.digest[:12]}."
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(f"This is answered as of {opened.on.isoformat()}; {same}.{changed}", icon=":material/event:")
    right.button("Answer as of today", on_click=session.move_to, args=(today(), catalogue.digest), key="as_of_today", width="stretch")

"""What every page begins with: page config, menu, prices-as-of line, and errors turned into messages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from framework.axes.assessment import AXES, Criterion
from framework.catalogue.catalogue import Catalogue
from framework.errors import FourAxesError
from framework.priorities import Priorities, Target
from framework.study import Spend, Study
from framework.workload import Budget
from pages.ui import cached, pinned, session, show, style

ICON = Path(__file__).with_name("icon.png")
MENU = (
    ("app.py", "Workload"),
    ("pages/cost.py", "Cost"),
    ("pages/latency.py", "Latency"),
    ("pages/rate_limits.py", "Rate limits"),
    ("pages/context_window.py", "Context window"),
    ("pages/recommendation.py", "Recommendation"),
    ("pages/compare.py", "Compare"),
    ("pages/rollout.py", "Rollout"),
    ("pages/prices.py", "Prices"),
)


@dataclass(frozen=True)
class Page:
    """What a page works with. `study` None: the inputs cannot be used yet, the message stands above, controls still work.

    `on` is the day that is answered for.
    """

    catalogue: Catalogue
    token: str | None
    study: Study | None
    on: dt.date

    @property
    def provider_names(self) -> dict[str, str]:
        """Name by provider id."""
        return {record.provider: record.name for record in self.catalogue.providers.values()}

    @property
    def offer_names(self) -> dict[str, str]:
        """Offer id by offer id, in the order of the catalogue."""
        return {offer.id: offer.id for offer in self.catalogue.offers}

    @property
    def compared_providers(self) -> dict[str, str]:
        """Name by id of the providers asked for, all of them where none is."""
        asked = session.value("needs.providers")
        return {provider: name for provider, name in self.provider_names.items() if not asked or provider in asked}

    @property
    def compared_models(self) -> dict[str, str]:
        """Name by id of the models that they sell."""
        providers = self.compared_providers
        sold = dict.fromkeys(offer.model for offer in self.catalogue.offers if self.catalogue.provider_of(offer).provider in providers)
        return {model: self.catalogue.models[model].name for model in sold}

    @property
    def regions(self) -> tuple[str, ...]:
        """Every region that some offer names."""
        return tuple(sorted({region for offer in self.catalogue.offers for region in offer.regions}))

    @property
    def anchors(self) -> dict[str, Target]:
        """The anchors in force, the defaults where the inputs cannot be used."""
        study = self.study
        return study.case.anchors if study else Priorities().anchors(Budget())

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What is weighed: the four axes, and success where the team has evaluated any offer."""
        return self.study.case.criteria if self.study else AXES

    def deepened(self) -> Study:
        """The study with confidence and flip points; only where `study` is not None."""
        if self.study is None or self.token is None:
            raise RuntimeError("there is no study to deepen")
        return cached.deepened(self.token, self.catalogue.digest, self.study, self.study.on)

    def spent(self) -> Spend:
        """The bills over seeded draws; only where `study` is not None."""
        if self.study is None or self.token is None:
            raise RuntimeError("there is no study whose bills could be drawn")
        return cached.spent(self.token, self.catalogue.digest, self.study, self.study.on)


def today() -> dt.date:
    """The day at the edge; everything below is told."""
    return dt.date.today()


def frame(title: str) -> Page:
    """Open the page; to be called first."""
    st.set_page_config(page_title=f"{title} · Four Axes", page_icon=str(ICON), layout="wide")
    style.style()
    try:
        catalogue = cached.catalogue()
    except FourAxesError as error:
        st.title("Four Axes")
        st.error("The catalogue cannot be read, so nothing can be computed.")
        st.code(str(error), language=None, wrap_lines=True)
        st.stop()
    opened = session.open_session(today(), catalogue.digest, title)
    _menu(opened.token or session.address())
    st.title(title)
    # What comes and goes stands in a container of its own: a tab or box below would otherwise be made anew, and lose its place.
    with st.container(key="banners"):
        study = _study(opened, catalogue)
        _as_of(catalogue, opened)
        _banners(opened, study, catalogue)
    pinned.strip(opened.token, study, catalogue)
    return Page(catalogue, opened.token, study, opened.on)


def finish() -> None:
    """Close the page; to be called last: the address follows when the whole answer is there."""
    session.finish()


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
        f"Prices as of **{catalogue.prices_as_of.isoformat()}**, answered for **{opened.on.isoformat()}** · "
        f"{len(catalogue.offers)} offers of {len(catalogue.providers)} providers · every number with source and date under *Sources* below",
        help=f"Catalogue {catalogue.digest[:12]}. The same link, catalogue and day give the same answer.",
    )


def _banners(opened: session.Opened, study: Study | None, catalogue: Catalogue) -> None:
    if opened.link_problem:
        st.error(f"{opened.link_problem} You see the usual starting values instead.", icon=":material/link_off:")
    if opened.problems:
        st.error(
            "Nothing is computed until this is put right; all you entered is kept.\n"
            + "\n".join(_problem(*item) for item in opened.problems)
        )
    if study is not None:
        for warning in study.workload.warnings():
            st.warning(show.plain(show.in_words(warning)))
        if opened.on != today() or (opened.linked and opened.digest != catalogue.digest[:12]):
            _dated(opened, study, catalogue)


def _problem(field: str, text: str) -> str:
    told = show.plain(show.in_words(text, part=field))
    return f"- **{show.plain(show.in_words(field))}**: {told}" if field else f"- {told}"


def _dated(opened: session.Opened, study: Study, catalogue: Catalogue) -> None:
    """A link opens as of its own day: say whether today's answer is the same, and whether the catalogue has changed under it."""
    told = []
    if opened.on != today():
        now = cached.studied(str(opened.token), catalogue.digest, study.workload, study.priorities, today())
        then, since = (_chosen(item) for item in (study, now))
        same = "today's answer is the same" if then == since else f"today's answer differs: {since} instead of {then}"
        told.append(f"Answered as of {opened.on.isoformat()}; {same}.")
    if opened.digest != catalogue.digest[:12]:
        told.append("The catalogue has changed since this link was made: figures may differ from what its sender saw.")
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.info(" ".join(told), icon=":material/event:")
    right.button("Answer as of today", on_click=session.move_to, args=(today(), catalogue.digest), key="as_of_today", width="stretch")


def _chosen(study: Study) -> str:
    choice = study.recommendation.choice
    return f"**{show.plain(study.columns.names[study.columns.index(choice)])}**" if choice else "**none fits**"

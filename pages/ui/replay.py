"""The day's replay on the page: made once per move, shown as charts of which one is open, with what would change it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from framework.axes.day_replay import countable
from framework.axes.day_story import cold_cache, limits_at, story
from framework.axes.limit_fixes import Fixes
from framework.axes.tiers import title
from framework.errors import TraceError
from framework.replayed import Replayed, checked_rows, work_s
from framework.report import charts, charts_replay, charts_tiers, fix_rows, headlines, listing, replay_words
from framework.report.charts_replay import Told
from framework.simulation.bundled import bundled_trace
from framework.simulation.limiter import WINDOWS_S
from framework.study import Study
from pages.ui import cached, session, show, uploads
from pages.ui import remedies as remedy
from pages.ui.frame import Page
from pages.ui.remedies import Section, Tried
from pages.ui.traffic_source import AS_RECORDED

PATIENCE_S = 0.15
VIEWS = ("Load over the day", "Refused by tier", "Delays", "Use per tier")
OFFER, WINDOW = "replay_offer", "replay_window"
REMEDIES = Section(
    "What would change it",
    "limit_fixes",
    {"what": "What is changed", "served": ">Served at the peak", "room": ">Room", "takes": "What it takes"},
    "fix_table",
    fix_rows.HOW,
)


def replayed(page: Page) -> Replayed | None:
    """The day of the page's study; None where its trace cannot be replayed, which is then said."""
    if page.study is None or page.token is None:
        return None
    cached.kernels()
    with st.container(key="replaying"):
        try:
            return _replayed(page.token, page.catalogue.digest, page.study)
        except TraceError as problem:
            st.error(show.plain(str(problem)))
            return None


def _replayed(token: str, digest: str, study: Study) -> Replayed:
    uploaded, recorded, bundled = uploads.trace(), bool(session.held(AS_RECORDED)), study.workload.traffic.trace
    trace = uploaded.trace.arrivals if uploaded else bundled_trace(bundled).arrivals if bundled else None
    rows = checked_rows(study, trace=trace, as_recorded=recorded)
    ask = cached.Ask(token, digest, study, trace, uploaded.digest if uploaded else bundled or "", recorded and trace is not None)
    bars: list[DeltaGenerator] = []

    def begun() -> Callable[[float], None] | None:
        if work_s(study, rows) <= PATIENCE_S:
            return None
        text = f"Replaying {rows:,} calls against {len(listing.listed(study))} offers"
        bars.append(st.progress(0.0, text=text))
        return lambda share: bars[0].progress(share, text=text) and None

    found = cached.replayed(ask, begun)
    for bar in bars:
        bar.empty()
    return found


def views(study: Study, found: Replayed, said: str) -> None:
    """Four charts, of which the open one is made."""
    load, tiers, waits, use = st.tabs(VIEWS, on_change="rerun", key="limit_charts")
    if load.open:
        with load:
            _load(study, found)
    if tiers.open:
        with tiers:
            figure = charts_tiers.refused_by_tier(study, found)
            alt = "Share of the day's calls refused or delayed, per offer and tier"
            show.chart(figure, key="chart_tiers", alt=alt, note=charts_tiers.ladders(study))
    if waits.open:
        with waits:
            _delays(study, found)
    if use.open:
        with use:
            note = "Tiers of the choice, the fallback and what you are on today: the busiest minute by plain averages."
            show.chart(charts.limit_use(study), key="chart_limits", alt="Use of each limit at peak, per tier", said=said, note=note)


def _load(study: Study, found: Replayed) -> None:
    with st.container(horizontal=True, gap="small", key="replay_choice"):
        at, tier = _offer(study), None
        tier = _tier(study, at)
        window_s = st.selectbox(
            "Buckets", WINDOWS_S, key=WINDOW, format_func=lambda item: replay_words.WINDOW_WORDS[item], persist_state="session"
        )
    told = _told(found, at, tier=tier, window_s=window_s) if tier is not None else None
    figure = charts_replay.load_against_limit(study, told) if told is not None else None
    if told is None or figure is None:
        st.caption(replay_words.nothing_drawn(found, at, tier))
        return
    alt = f"Load against limit over the day, {study.columns.names[at]}"
    show.chart(figure, key="chart_load", alt=alt, note=show.plain(charts_replay.notes(told)))


def _offer(study: Study) -> int:
    """Which offer is looked at: the compared ones, the subject first."""
    return remedy.offer(study, headlines.subject(study), listing.compared_ids(study) or listing.shown_ids(study), key=OFFER)


def _tier(study: Study, at: int) -> int | None:
    """A rung of its ladder, the user's own unless another is picked."""
    names, own = study.columns.limits.tier_names[at], int(study.assessments.rate_limits.tier_index[at])
    if not names:
        return None
    key = f"replay_tier-{study.columns.providers[at]}-{own}"
    chosen: int = st.selectbox("Tier", range(len(names)), index=max(own, 0), key=key, format_func=lambda rung: title(names[rung]))
    return chosen


def _told(found: Replayed, at: int, *, tier: int, window_s: int) -> Told | None:
    limits, day = limits_at(found.question, at, tier), found.day_of(at)
    if not limits or not len(day) or np.isnan(found.answers.calls[at]) or not countable(found.question, at, tier):
        return None
    one = story(found.question, day, at, tier=tier, window_s=window_s, met=found.met_of(at))
    return Told(at, tier, window_s, one, cold_cache(found.question, day, at, limits))


def _delays(study: Study, found: Replayed) -> None:
    with st.container(horizontal=True, gap="small", key="replay_choice"):
        at = _offer(study)
        tier = _tier(study, at)
    told = [] if tier is None else [_told(found, at, tier=tier, window_s=window_s) for window_s in WINDOWS_S]
    known = tuple(each for each in told if each is not None)
    figure = charts_replay.delays(study, known) if known else None
    if figure is None:
        st.caption(replay_words.no_delays(study))
        return
    show.chart(figure, key="chart_delays", alt=f"Share of calls admitted within so many seconds, {study.columns.names[at]}")


def remedies(page: Page, at: int) -> None:
    """What would change who is served by the subject, each remedy replayed; open of itself where the target is missed."""

    def work(study: Study, token: str) -> Tried:
        found: Fixes = cached.fixes(token, page.catalogue.digest, study, study.on, at)
        notes = [text for text in (fix_rows.idle(found), *fix_rows.spend_sentences(study, at)) if text]
        return Tried(fix_rows.best(study, at, found), fix_rows.fix_rows(found), notes)

    remedy.remedies(page, REMEDIES, wanted=page.study is not None and fix_rows.wanted(page.study, at), work=work)

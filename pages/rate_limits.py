import streamlit as st

from framework.report import headlines, listing, own_limits, replay_tables, replay_words, tables
from pages.ui import controls, replay, show, traffic_source
from pages.ui.frame import finish, frame
from pages.ui.outage import outage_drill
from pages.ui.own_limits import own_limits as own_section
from pages.ui.own_limits import own_limits_banner

COLUMNS = {
    "rank": ">#",
    "name": "Offer",
    "served": ">Served at peak",
    "verdict": "Target",
    "room": ">Room",
    "refused": ">Refused in the day",
    "delayed": ">Delayed",
    "binding": "Binding limit",
    "tier": "Your tier",
    "lowest": "Lowest tier that serves",
    "step": "Next step",
}
DETAILS = {
    "rank": ">#",
    "name": "Offer",
    "first": "First refused",
    "p50": ">Delay, p50",
    "p95": ">Delay, p95",
    "max": ">Longest delay",
    "attempts": ">Attempts a call",
    "users": ">Users affected",
    "use": ">Peak use",
    "second": ">In a busy second",
    "lasting": ">Headroom by averages",
}
LIMITS = {"name": "Limit", "load": ">At peak", "limit": ">Limit", "use": ">Use", "whose": "Figure from"}

page = frame("Rate limits")
with st.sidebar:
    controls.providers(page.provider_names)
    controls.tiers(page.catalogue)
    controls.at_a_limit()
    controls.controls(
        "traffic.requests_per_day",
        "traffic.active_hours",
        "traffic.peak_factor",
        "traffic.batch_share",
        "tokens.input_mean",
        "tokens.output_mean",
        "context.output_reserve_tokens",
        "caching.prefix_tokens",
        "caching.hit_rate",
    )

if page.study is not None:
    study = page.study
    said, at = headlines.headline(study, "rate_limits"), headlines.subject(study)
    show.headline(said)
    found = replay.replayed(page)
    if found is not None and at is not None:
        show.finding(replay_words.of_the_day(study, found, at))
        show.note(replay_words.merged(found.met_of(at)))
    own_limits_banner(page)
    traffic_source.note(study)
    if found is not None and at is not None:
        replay.views(study, found, said)
    show.axis_table(COLUMNS, replay_tables.limit_rows(study, found), key="limit_table")
    st.caption(replay_words.DEPTH)
    if at is not None:
        replay.remedies(page, at)
traffic_source.traffic_source(page.study)
if page.study is not None:
    if found is not None:
        folder = show.unfolding("Delays, attempts, users and averages of every offer", "limit_details")
        if folder.open:
            with folder:
                show.axis_table(DETAILS, replay_tables.detail_rows(study, found), key="detail_table")
    if at is not None:
        st.subheader(f"{show.plain(study.columns.names[at])} at its busiest minute")
        show.axis_table(LIMITS, tables.limit_figures(study, at), key="limit_figures")
    compared = listing.compared_ids(study)
    extra = replay_words.findings(study, found, compared) if found is not None else ()
    show.findings((*extra, *study.assessments.rate_limits.findings), compared)
own_section(page)
outage_drill(page)
if page.study is not None:
    groups = {"limits": "Limits and tiers", "enforcement": "Counting rules"}
    show.sources(page.catalogue, listing.shown_ids(page.study), groups, own=own_limits.sources(page.study))
finish()

"""The workload as a form: one tab for each part, sliders first, the same figures as typed numbers below."""

from __future__ import annotations

import streamlit as st

from framework.presets import Preset, presets
from framework.report.traffic_strip import traffic_strip
from framework.vocabulary import SERIES
from framework.workload_file import write_workload
from pages.ui import controls, pictures, prompt, session, show, uploads
from pages.ui.frame import Page
from pages.ui.retention import retention

TABS = ("Traffic", "Tokens", "Caching", "Conversation", "Context", "Budget", "Needs", "At a limit", "Terms", "Tiers and today", "How sure")
VOLUME = (
    "traffic.requests_per_day",
    "traffic.active_hours",
    "traffic.starts_utc",
    "traffic.peak_factor",
    "traffic.batch_share",
    "traffic.users",
)
FLOW = ("traffic.ramp_minutes", "traffic.burstiness")
TOKENS = (
    "tokens.input_mean",
    "tokens.input_p95",
    "tokens.input_p50",
    "tokens.reasoning_mean",
    "tokens.output_mean",
    "tokens.output_p95",
    "tokens.output_p50",
    "tokens.effort",
    "tokens.tokenizer",
)
AT_A_LIMIT = (
    "clients.policy",
    "clients.target_share",
    "clients.max_wait_s",
    "clients.retry_after",
    "clients.retries",
    "clients.first_backoff_s",
    "clients.backoff_cap_s",
)


def take_preset(preset_id: str) -> None:
    """Replace every input by those of a preset."""
    preset = presets()[preset_id]
    session.load(preset.workload, preset.priorities)


def preset_buttons(page: Page) -> None:
    """One button each; the one whose figures are those of the page is marked."""
    st.subheader("Your workload")
    st.caption("Start from the preset that resembles yours, then put in your own figures: the answer above follows at once.")
    with st.container(horizontal=True, gap="small"):
        for preset in presets().values():
            now = _is_active(page, preset)
            st.button(
                preset.title,
                key=f"preset-{preset.id}",
                on_click=take_preset,
                args=(preset.id,),
                type="primary" if now else "secondary",
                icon=":material/check:" if now else None,
            )


def _is_active(page: Page, preset: Preset) -> bool:
    study = page.study
    return study is not None and study.workload == preset.workload and study.priorities == preset.priorities


def _tab(*paths: str) -> None:
    _columns(*paths)
    _typed(*paths)


def _columns(*paths: str) -> None:
    left, right = st.columns(2, gap="medium")
    half = (len(paths) + 1) // 2
    with left:
        controls.controls(*paths[:half])
    with right:
        controls.controls(*paths[half:])


def _typed(*paths: str) -> None:
    typed = tuple(path for path in paths if controls.CONTROLS[path].kind in ("log", "linear"))
    if typed:
        folder = show.unfolding("Type exact figures", f"exact-{typed[0].partition('.')[0]}")
        if folder.open:
            with folder, st.container(horizontal=True, key=f"typed-{typed[0].partition('.')[0]}"):
                controls.exact(*typed)


def inputs(page: Page) -> None:
    """Every field of the workload, in tabs; those that few workloads need are made only while they are open."""
    parts = st.tabs(TABS, on_change="rerun", key="parts")
    traffic, tokens, cache, conversation, context, budget, needs, at_a_limit, terms, tiers, sure = parts
    with traffic:
        _traffic(page)
    with tokens:
        _tab(*TOKENS)
        prompt.count_your_own(page)
    with cache:
        _tab("caching.prefix_tokens", "caching.prefixes", "caching.hit_rate", "caching.lifetime", "caching.explicit")
    if conversation.open:
        with conversation:
            _tab("conversation.turns", "conversation.user_tokens", "conversation.pause_s", "conversation.cached")
    with context:
        _tab(
            "context.system_tokens",
            "context.tools_tokens",
            "context.chunks",
            "context.chunk_tokens",
            "context.turns",
            "context.turn_tokens",
            "context.output_reserve_tokens",
        )
    with budget:
        _tab("budget.monthly_usd", "budget.percentile", "budget.streaming", "budget.ttft_s", "budget.response_s")
    with needs:
        controls.providers(page.provider_names)
        _tab("needs.class", "needs.features", "needs.least_success", "needs.fallback", "needs.review_by")
        controls.regions(page.regions)
        retention(page.provider_names)
    if at_a_limit.open:
        with at_a_limit:
            st.caption("What your side does when a provider answers 429, and when you call that served.")
            _tab(*AT_A_LIMIT)
    if terms.open:
        with terms:
            _terms(page)
    if sure.open:
        with sure:
            st.caption("One standard deviation of each figure: ranges, confidence and who is the cheapest how often are drawn from them.")
            _tab(*(path for path in controls.CONTROLS if path.startswith("spreads.")))
    with tiers:
        controls.tiers(page.catalogue)
        controls.baseline(page.offer_names)
        controls.control("name")


def _traffic(page: Page) -> None:
    """How many calls come, then how they come within a day, with a picture of it beside."""
    _columns(*VOLUME)
    left, right = st.columns(2, gap="medium")
    with left:
        controls.controls("traffic.trace", "traffic.shape")
    with right:
        _picture(page)
    _columns(*FLOW)
    _typed(*VOLUME, *FLOW)


def _picture(page: Page) -> None:
    """Where the shape is used and known; a control may stand where the page has no answer."""
    with st.container(key="traffic_picture"):
        if page.study is None:
            return
        traffic = page.study.workload.traffic
        if traffic.trace is not None:
            st.caption("The recorded requests are replayed as they came: the shape is not used.")
        elif traffic.shape not in SERIES:
            drawn = traffic_strip(traffic, page.study.load)
            pictures.picture(drawn.svg, alt=drawn.words)


def _terms(page: Page) -> None:
    """Service, tools, failures and success; then what differs from provider to provider and from model to model."""
    _tab(
        "billing.service",
        "billing.gateway_fee",
        "billing.billed_failures",
        "task.calls",
        "task.round_trips",
        "task.success_rate",
        "tools.web_searches",
        "tools.file_searches",
        "tools.code_sessions",
    )
    for title, key, draw, names in (
        ("Negotiated discounts (0.1 is 10 %)", "discounts", controls.discounts, page.compared_providers),
        ("Success rates of single models (0.9 is 90 %)", "success_rates", controls.success_rates, page.compared_models),
    ):
        folder = show.unfolding(title, key)
        if folder.open:
            with folder:
                draw(names)


def files(page: Page) -> None:
    """The workload as a file, out and in."""
    with st.container(horizontal=True, gap="small"):
        with st.popover("Upload a workload file"):
            st.file_uploader(
                "A workload file (YAML)",
                type=["yaml", "yml"],
                key="upload",
                on_change=uploads.take_file,
                args=("upload",),
                max_upload_size=1,
            )
        if page.study is not None:
            study = page.study
            st.download_button(
                "Download this workload",
                data=lambda: write_workload(study.workload, study.priorities).encode(),
                file_name="workload.yaml",
                mime="application/yaml",
                key="download_workload",
                on_click="ignore",
            )
    if uploads.refused():
        st.error("The file was not taken; your inputs are as they were.")
        st.code(uploads.refused(), language=None, wrap_lines=True)


def preset_reasons() -> None:
    """Where each preset's figures come from."""
    folder = show.unfolding("Why the presets have these figures", "preset_reasons")
    if folder.open:
        with folder:
            for preset in presets().values():
                rows = [{"name": part, "why": why} for part, why in preset.why]
                show.table({"name": preset.title, "why": "Reason or source"}, rows, key=f"why-{preset.id}")

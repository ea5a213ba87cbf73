"""Page 1, Workload: presets, traffic, tokens, budgets, needs; the headline answer above them."""

import streamlit as st

from framework.presets import presets
from framework.report import headlines, tables
from framework.report.selection import eligible
from framework.workload_file import write_workload
from pages.ui import controls, session, show
from pages.ui.frame import Page, frame


def answer(page: Page) -> None:
    if page.study is None:
        return
    study = page.study
    show.headline(headlines.recommendation(study))
    at = headlines.subject(study)
    if at is not None:
        show.cards(tables.cards(study, at))


def take_preset(preset_id: str) -> None:
    preset = presets()[preset_id]
    session.load(preset.workload, preset.priorities)


def preset_buttons() -> None:
    st.subheader("Your workload")
    st.caption("Start from a preset that resembles yours, then put in your own figures.")
    with st.container(horizontal=True, gap="small"):
        for preset in presets().values():
            st.button(preset.title, key=f"preset-{preset.id}", on_click=take_preset, args=(preset.id,))


def reasons_behind() -> None:
    with st.expander("Why the presets have these figures"):
        for preset in presets().values():
            show.table({"name": preset.title, "why": "Reason or source"}, [{"name": part, "why": why} for part, why in preset.why], key=f"why-{preset.id}")


def tab(main: tuple[str, ...]) -> None:
    left, right = st.columns(2, gap="large")
    half = (len(main) + 1) // 2
    with left:
        controls.controls(*main[:half])
    with right:
        controls.controls(*main[half:])
    typed = tuple(path for path in main if controls.CONTROLS[path].kind in ("log", "linear"))
    if typed:
        with st.expander("Type exact figures"), st.container(horizontal=True):
            controls.exact(*typed)


def inputs(page: Page) -> None:
    traffic, tokens, cache, context, budget, needs, tiers = st.tabs(
        ["Traffic", "Tokens", "Caching", "Context", "Budget", "Needs", "Tiers and today"]
    )
    with traffic:
        tab(("traffic.requests_per_day", "traffic.active_hours", "traffic.peak_factor", "traffic.batch_share"))
    with tokens:
        tab(("tokens.input_mean", "tokens.input_p95", "tokens.reasoning_mean", "tokens.output_mean", "tokens.output_p95"))
        controls.control("tokens.tokenizer")
    with cache:
        tab(("caching.prefix_tokens", "caching.lifetime", "caching.hit_rate", "caching.prefixes"))
    with context:
        tab(("context.system_tokens", "context.chunks", "context.chunk_tokens", "context.turns", "context.turn_tokens", "context.output_reserve_tokens"))
    with budget:
        tab(("budget.monthly_usd", "budget.percentile", "budget.streaming", "budget.ttft_s", "budget.response_s"))
    with needs:
        controls.providers(page.provider_names)
        tab(("needs.class", "needs.features", "needs.fallback", "needs.review_by"))
        controls.regions(page.regions)
    with tiers:
        controls.tiers(page.catalogue)
        controls.baseline(page.offer_names)
        controls.control("name")


def files(page: Page) -> None:
    left, right = st.columns(2, gap="large")
    if page.study is not None:
        left.download_button(
            "Download this workload", data=lambda: write_workload(page.study.workload, page.study.priorities).encode(),
            file_name="workload.yaml", mime="application/yaml", key="download_workload", on_click="ignore",
        )  # fmt: skip
    with right.popover("Upload a workload file"):
        st.file_uploader("A workload file (YAML)", type=["yaml", "yml"], key="upload", on_change=session.take_file, args=("upload",))
    if session.refused():
        st.error("The file was not taken; your inputs are as they were.")
        st.code(session.refused(), language=None, wrap_lines=True)


def not_shown(page: Page) -> None:
    if page.study is not None:
        left = len(page.study.columns) - len(eligible(page.study))
        st.caption(f"{left} of {len(page.study.columns)} offers are excluded by your gates; the recommendation page names each with its reason.")


page = frame("Workload")
answer(page)
preset_buttons()
inputs(page)
files(page)
not_shown(page)
reasons_behind()

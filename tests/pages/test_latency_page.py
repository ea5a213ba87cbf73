"""The latency page without a browser: one chart at a time, what would help, what readings are worth, what lies beyond them."""

import opening
import pytest
from opening import html

from framework.presets import presets
from pages.ui.latency_views import OFFER, VIEWS

LATE = {"percentile": 99.0}
OWN = {"readings": [{"at_input_tokens": 1_000.0, "n": 60, "p50_s": 0.6, "p95_s": 1.4}], "tps": 90.0, "region": "eu", "seen": "2026-11-20"}


def opened(state=None, preset="support-chatbot", **changes):
    return opening.opened("pages/latency.py", state, preset, **changes)


def said(app):
    return "\n".join(item.value for item in [*app.markdown, *app.caption, *app.error, *app.info]).replace("\\", "")


@pytest.mark.parametrize("preset", presets())
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws_one_chart_for_every_preset(view, preset):
    app = opened({"latency_charts": view}, preset)
    assert len(app.get("plotly_chart")) == 1
    assert ">Asked share<" in html(app)


def test_the_view_of_the_seconds_has_the_verdict_on_long_prompts_of_every_offer():
    text = html(opened({"latency_charts": "Seconds by length"}))
    assert "Leaves the budget at" in text and ": inside" in text and "optimistic" in text
    assert "Leaves the budget at" not in html(opened())


def test_the_page_says_what_long_prompts_do_to_the_choice():
    assert "at your longest prompts (p95, " in html(opened())


def test_remedies_are_open_where_the_budget_is_missed_and_for_any_compared_offer():
    app = opened(budget=LATE)
    assert "nearer to 99 % in time" in said(app)
    ids = app.selectbox(key=OFFER).options
    assert len(ids) > 20
    app.selectbox(key=OFFER).set_value("openai/gpt-6-sol").run()
    assert not app.exception and "GPT-6 Sol" in said(app)
    # Its priority tier is sold, without a word on its speed.
    assert ">What is changed<" in html(app) and "its speed is not published" in html(app)
    assert ">What is changed<" not in html(opened(budget={"ttft_s": 60.0, "response_s": 600.0}))


def test_a_reply_that_is_too_long_is_told_how_short_it_must_be():
    late = {"streaming": False, "response_s": 6.0}
    app = opened({"latency_fixes": True, OFFER: "openai/gpt-6-sol"}, tokens={"output_mean": 900.0, "output_p95": None}, budget=late)
    assert "Replies of " in html(app) and " tokens on average instead of 900" in html(app) and ">enough<" in html(app)


def test_the_evidence_is_shown_with_a_link_to_every_reading():
    app = opened({"latency_evidence": True})
    assert "None is good, because" in said(app) and "fouraxes probe llm.yaml says what it may cost" in said(app)
    text = html(app)
    assert "third party" in text and "<a href='https://artificialanalysis.ai" in text and "-token prompt" in text
    assert "-token prompt" not in html(opened())
    # The word stands beside every offer all the same.
    assert ">Evidence<" in html(opened())


@pytest.mark.parametrize("percentile", [97.0, 99.0, 99.9])
def test_shares_beyond_95_per_cent_are_called_extrapolated(percentile):
    app = opened(budget={"percentile": percentile})
    text = html(app)
    assert "All above 95 % is extrapolated." in text and ", extrapolated<" in text
    told = f"rule out that {percentile:g} % are in time" if percentile >= 99 else f"and so is a verdict on {percentile:g} %"
    assert told in said(app)
    assert "extrapolated" not in html(opened(budget={"percentile": 95.0}))


def test_captions_name_the_own_measurements_in_force():
    app = opened(own_latency={"openai/gpt-6-luna": OWN}, state={"latency_evidence": True})
    assert "Shares are estimates from your own measurements of GPT-6 Luna and published readings of the other offers" in said(app)
    assert "1 own measurement" in said(app) and "own measurement" in html(app)
    assert "Shares are estimates from published readings, in steps" in said(opened())


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_breaks_where_nothing_is_sold_or_nothing_fits(view):
    app = opened({"latency_charts": view}, needs={"providers": ("groq",)})
    assert "Traceback" not in html(app)
    opened({"latency_charts": view}, budget={"monthly_usd": 0.01, "ttft_s": 0.01, "response_s": 0.01})


@pytest.mark.parametrize("view", VIEWS)
def test_absurd_lengths_and_budgets_are_drawn(view):
    tokens = {"input_mean": 10_000_000.0, "input_p95": None, "output_mean": 1.0, "output_p95": None}
    assert len(opened({"latency_charts": view}, tokens=tokens, budget={"ttft_s": 3_600.0}).get("plotly_chart")) <= 1
    tokens = {"input_mean": 1.0, "input_p95": None, "output_mean": 1_000_000.0, "output_p95": None, "reasoning_mean": 1_000_000.0}
    opened({"latency_charts": view}, tokens=tokens, budget={"streaming": False, "response_s": 0.001}, task={"round_trips": 20.0})


def test_the_wait_at_the_limits_is_counted_when_it_is_asked_for():
    assert ">In time, limits counted<" not in html(opened())
    app = opened({"latency_queue": True})
    assert ">In time, limits counted<" in html(app)
    assert "the limits make no reply late that would not be late anyway" in said(app)
    crowded = opened({"latency_queue": True}, traffic={"requests_per_day": 300_000.0, "peak_factor": 10.0})
    assert "of the replies in time, instead of" in said(crowded)

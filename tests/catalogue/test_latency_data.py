"""The shipped readings: figures checked by hand against the sources that `pricing/latency/` names."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.choose_reading import effort_rank, named_effort
from framework.catalogue.load import load_catalogue
from framework.vocabulary import EFFORTS, Effort

ON = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(("tokens", "seconds"), [(10_000, 0.89), (50_000, 1.30), (250_000, 3.93), (550_000, 9.61), (850_000, 17.41)])
def test_gpt_6_sol_slows_with_the_length_of_the_prompt_as_measured(catalogue: Catalogue, tokens: int, seconds: float) -> None:
    """At 250k: 0.89 + 9.605 * 0.24 + 11.697 * (0.0625 - 0.0001) = 3.925; measured there: 3.77."""
    columns = catalogue.columns(ON)
    sol, latency = columns.index("openai/gpt-6-sol"), columns.latency
    x, x_at = tokens / 1e6, latency.at_tokens[sol] / 1e6
    median = latency.m_at_s[sol] + latency.beta[sol] * (x - x_at) + latency.gamma[sol] * (x**2 - x_at**2)
    assert round(float(median), 2) == seconds


@pytest.mark.parametrize(
    ("offer", "effort", "at_tokens", "median_s", "tps"),
    [
        ("openai/gpt-6-sol", "none", 10_000, 0.89, 103.3),
        ("openai/gpt-6-astra", "low", 10_000, 2.81, 49),
        ("openai/gpt-6-luna", "none", 10_000, 0.81, 132),
        ("openai/gpt-5.6-sol", "none", 10_000, 1.03, 67),
        ("openai/gpt-5.6-terra", "none", 1_000, 0.774, 92.1),
        ("openai/gpt-5.4", "none", 10_000, 0.711, 95.9),
        ("openai/gpt-5-mini", "minimal", 10_000, 0.941, 93.1),
        ("openai/gpt-4o-mini", "none", 10_000, 1.333, 72.3),
        ("anthropic/claude-opus-5-5", "low", 10_000, 4.79, 94),
        ("anthropic/claude-sonnet-5-5", "low", 10_000, 1.17, 88),
        ("anthropic/claude-sonnet-5", "none", 1_000, 1.917, 62.6),
        ("anthropic/claude-haiku-5-5", "none", 50_000, 1.125, 180),
        ("anthropic/claude-haiku-4-5", "none", 10_000, 1.048, 92.3),
        ("google/gemini-3.7-flash", "low", 1_000, 1.012, 321.3),
        ("google/gemini-2.5-flash", "none", 10_000, 0.483, 209.1),
        ("xai/grok-4.3", "none", 10_000, 0.769, 94.1),
        ("mistral/mistral-large-2512", "none", 10_000, 1.318, 42.3),
        ("deepseek/deepseek-v4-pro", "none", 10_000, 1.724, 62.4),
    ],
)
def test_without_thinking_the_newest_usable_reading_is_chosen(
    catalogue: Catalogue, offer: str, effort: str, at_tokens: int, median_s: float, tps: float
) -> None:
    columns = catalogue.columns(ON)
    at, latency = columns.index(offer), columns.latency
    assert (latency.effort[at], latency.at_tokens[at], latency.m_at_s[at], latency.tps[at]) == (effort, at_tokens, median_s, tps)


@pytest.mark.parametrize(
    ("offer", "asked", "effort", "median_s"),
    [
        ("openai/gpt-6-luna", "low", "low", 2.45),
        ("openai/gpt-6-astra", "medium", "medium", 4.88),
        ("openai/gpt-6-astra", "max", "max", 305.56),
        ("openai/gpt-5.4-mini", "medium", "medium", 6.384),
        ("openai/gpt-6-sol", "max", "max", 165.07),
        ("anthropic/claude-sonnet-5-5", "medium", "medium", 1.34),
        ("anthropic/claude-sonnet-5", "xhigh", "xhigh", 15.228),
        ("anthropic/claude-opus-5-5", "high", "high", 37.37),
        ("anthropic/claude-haiku-4-5", "high", "thinking", 9.75),
        ("google/gemini-2.5-pro", "low", "default", 19.488),
    ],
)
def test_with_thinking_the_reading_at_the_effort_is_chosen(
    catalogue: Catalogue, offer: str, asked: Effort, effort: str, median_s: float
) -> None:
    columns = catalogue.columns(ON, effort=asked)
    at = columns.index(offer)
    assert columns.latency.thinks[at] and columns.latency.scale[at] == 1
    assert (columns.latency.effort[at], columns.latency.m_at_s[at]) == (effort, median_s)


@pytest.mark.parametrize(
    ("offer", "asked", "read", "median_s"),
    [
        ("xai/grok-4.6", "low", "high", 40.45 * 0.5 / 3.1),
        ("xai/grok-4.6", "max", "high", 40.45 * 39 / 3.1),
        ("anthropic/claude-sonnet-5-5", "high", "medium", 1.34 * 3.1),
        ("anthropic/claude-opus-5", "xhigh", "high", 12.725 * 10 / 3.1),
    ],
)
def test_an_effort_that_nobody_read_is_scaled_from_the_nearest_and_far_less_sure(
    catalogue: Catalogue, offer: str, asked: Effort, read: str, median_s: float
) -> None:
    columns = catalogue.columns(ON, effort=asked)
    at, latency = columns.index(offer), columns.latency
    moved = 1.1 if latency.early[at] else 1.0  # grok-4.6: read 8 days after its release, more than 30 days ago
    assert latency.effort[at] == read and latency.m_at_s[at] == pytest.approx(median_s * moved)
    assert latency.stale_sigma[at] >= 0.6


def test_the_typical_efforts_are_the_least_squares_of_the_readings_that_ship(catalogue: Catalogue) -> None:
    """ln median = model + effort over 57 readings of 15 models; one reading strays by 0.43, the ratio of two by 0.43 * sqrt(2)."""
    thinking = {
        key: [(named_effort(profile.effort), math.log(profile.ttft_s.p50)) for profile in profiles if profile.thinks and profile.ttft_s]
        for key, profiles in catalogue.profiles.items()
    }
    named = {key: [pair for pair in pairs if pair[0] is not None] for key, pairs in thinking.items()}
    rows = [(key, effort, y) for key, pairs in named.items() if len(pairs) > 1 for effort, y in pairs]
    models, efforts = sorted({key for key, _, _ in rows}), ("low", "high", "xhigh", "max")
    design = np.array(
        [[*(key == model for model in models), *(effort == each for each in efforts)] for key, effort, _ in rows], dtype=float
    )
    y = np.array([value for _, _, value in rows])
    found = np.linalg.lstsq(design, y, rcond=None)[0]
    shipped = catalogue.defaults.effort_scale
    fitted = dict(zip(efforts, np.exp(found[len(models) :]), strict=True))
    assert fitted == pytest.approx({effort: shipped.times_medium[effort] for effort in efforts}, rel=0.05)
    spread = math.sqrt(float(((y - design @ found) ** 2).sum()) / (len(y) - design.shape[1]))
    assert (len(y), len(models)) == (57, 15) and spread * math.sqrt(2) == pytest.approx(shipped.log_sigma, abs=0.02)


def test_a_reading_without_thinking_is_what_an_unread_effort_starts_from(catalogue: Catalogue) -> None:
    """Asked to think a little, GPT-6 Sol starts from its 0.89 s without thinking, and the workload's own thinking tokens come on top."""
    columns = catalogue.columns(ON, effort="low")
    sol = columns.index("openai/gpt-6-sol")
    assert columns.latency.m_at_s[sol] == 0.89 and not columns.latency.thinks[sol]


@pytest.mark.parametrize(
    "offer",
    [
        "openai/gpt-6.1-terra",
        "openai/gpt-5",
        "anthropic/claude-fable-5-2",
        "anthropic/claude-opus-4-8",
        "google/gemini-4-argon",
        "xai/grok-4.7",
        "mistral/mistral-large-4",
        "deepseek/deepseek-flash",
        "groq/gpt-oss-120b",
        "cerebras/gpt-oss-120b",
        "cohere/command-a-03-2025",
        "bedrock/claude-opus-5-5",
        "vertex/claude-opus-5-5",
        "azure/gpt-6-sol",
    ],
)
def test_where_nobody_measured_the_first_token_it_stays_unknown(catalogue: Catalogue, offer: str) -> None:
    columns = catalogue.columns(ON)
    assert math.isnan(columns.latency.m_at_s[columns.index(offer)])


def test_an_output_speed_alone_is_kept(catalogue: Catalogue) -> None:
    columns = catalogue.columns(ON)
    offers = ("groq/gpt-oss-120b", "cerebras/gpt-oss-120b", "xai/grok-4.7", "anthropic/claude-opus-4-8")
    assert [float(columns.latency.tps[columns.index(offer)]) for offer in offers] == [476, 1705.8, 74, 57.2]


def test_the_doubtful_reading_of_opus_5_5_is_left_out_and_its_neighbours_say_so(catalogue: Catalogue) -> None:
    profiles = catalogue.profiles[("anthropic", "claude-opus-5-5")]
    medians = [profile.ttft_s.p50 for profile in profiles if profile.ttft_s]
    assert medians == [4.79, 21.87, 37.37, 137.34, 702.55]
    assert {profile.confidence for profile in profiles} == {"low"}
    assert all("12.49" in (profiles[i].note or "") for i in (0, 2))


def test_deepseek_waits_for_the_answer_and_not_for_the_first_thought(catalogue: Catalogue) -> None:
    """The first thinking token came after 1.167 s, the first answer token after 29.195 s."""
    high = next(profile for profile in catalogue.profiles[("deepseek", "deepseek-v4-pro")] if profile.effort == "high")
    assert high.thinks and high.ttft_s and high.ttft_s.p50 == 29.195 and high.ttft_s.p95 is None


def test_all_five_percentiles_travel_where_they_were_published(catalogue: Catalogue) -> None:
    columns = catalogue.columns(ON)
    knots = columns.latency.knots_s[:, columns.index("openai/gpt-4.1")]
    assert knots.tolist() == [0.749, 0.878, 1.029, 1.237, 1.406]
    assert np.isnan(columns.latency.knots_s[:, columns.index("openai/gpt-6-sol")]).all()


def test_a_reading_without_a_fit_grows_by_its_own_slope_or_by_the_providers(catalogue: Catalogue) -> None:
    """1 ms per 1,000 tokens is 1 s per million: GPT-4o 41.9 of its own, GPT-5 mini and GPT-6 Luna OpenAI's 37, Haiku 4.5 21.6."""
    columns = catalogue.columns(ON)
    slopes = [("openai/gpt-4o", 41.9), ("openai/gpt-5-mini", 37), ("openai/gpt-6-luna", 37), ("anthropic/claude-haiku-4-5", 21.6)]
    for offer, slope in slopes:
        at = columns.index(offer)
        assert (columns.latency.beta[at], columns.latency.gamma[at]) == (slope, 0)


@pytest.mark.parametrize(
    ("offer", "beta", "gamma"),
    [
        ("openai/gpt-6-astra", 20.476, 11.632),
        ("openai/gpt-6-sol", 9.605, 11.697),
        ("openai/gpt-6.1-sol", 11.711, 4.766),
        ("openai/gpt-5.6-sol", 11.566, 10.416),
        ("openai/gpt-5.6-terra", 5.543, 8.026),
        ("anthropic/claude-opus-5", 20.36, 1.575),
        ("anthropic/claude-opus-5-5", 13.284, 11.707),
        ("anthropic/claude-sonnet-5", 13.118, -0.206),
        ("anthropic/claude-sonnet-5-5", 15.861, 3.942),
        ("anthropic/claude-haiku-5-5", 2.507, 14.387),
    ],
)
def test_the_ten_published_length_fits_hold_at_every_effort(catalogue: Catalogue, offer: str, beta: float, gamma: float) -> None:
    for effort in EFFORTS:
        columns = catalogue.columns(ON, effort=effort)
        at = columns.index(offer)
        assert (columns.latency.beta[at], columns.latency.gamma[at]) == (beta, gamma)


def test_a_fit_taken_over_from_another_effort_says_so(catalogue: Catalogue) -> None:
    by_effort = {profile.effort: profile for profile in catalogue.profiles[("openai", "gpt-6-astra")]}
    assert by_effort["low"].note is None
    assert "effort low" in (by_effort["medium"].note or "") and "effort low" in (by_effort["high"].note or "")


def test_readings_of_one_model_run_from_no_thinking_to_the_highest_effort(catalogue: Catalogue) -> None:
    assert len(catalogue.profiles) >= 50
    for key, profiles in catalogue.profiles.items():
        ranks = [(profile.thinks, effort_rank(profile.effort)) for profile in profiles]
        assert ranks == sorted(ranks), key


def test_every_reading_of_artificial_analysis_is_credited_to_it(catalogue: Catalogue) -> None:
    for key, profiles in catalogue.profiles.items():
        for profile in profiles:
            origins = " ".join(f"{source.url} {source.note}" for source in profile.source)
            assert "Artificial Analysis" in origins or "Epoch AI" in origins, key
            assert all(source.kind == "third party" for source in profile.source), key


def test_no_reading_claims_to_be_younger_than_the_day_on_which_it_was_copied(catalogue: Catalogue) -> None:
    days = [profile.measured for profiles in catalogue.profiles.values() for profile in profiles if profile.measured]
    assert max(days) == "2026-10-10" and min(days) == "2026-05-31"


def test_a_reading_of_july_has_aged_by_a_third_and_a_thinking_one_by_the_cap(catalogue: Catalogue) -> None:
    """2026-07-10 to 2026-11-23 is 136 days: 0.030 * sqrt(136) = 0.3499, and 0.045 * sqrt(136) = 0.5248 is capped at 0.4."""
    calm, thinking = catalogue.columns(ON).latency, catalogue.columns(ON, effort="low").latency
    at = catalogue.columns(ON).index("openai/gpt-5.5")
    assert calm.stale_sigma[at] == pytest.approx(0.3499, abs=1e-4)
    assert thinking.stale_sigma[at] == 0.4
    assert calm.tps_sigma[at] == pytest.approx(math.hypot(0.24, 0.3499), abs=1e-4)


def test_a_reading_from_the_first_days_of_a_model_has_moved_as_such_readings_do(catalogue: Catalogue) -> None:
    """GPT-6.1 Sol, released 2026-09-29, at effort low read on 2026-10-01: 15 days later half of the 10 % has come, after 30 all of it."""
    for day, seconds, speed in (
        (dt.date(2026, 10, 1), 2.61, 60.0),
        (dt.date(2026, 10, 16), 2.61 * 1.05, 60 * 0.95),
        (ON, 2.61 * 1.1, 60 * 0.9),
    ):
        columns = catalogue.columns(day, effort="low")
        at, latency = columns.index("openai/gpt-6.1-sol"), columns.latency
        days = day.toordinal() - dt.date(2026, 10, 1).toordinal()
        assert latency.early[at] and (latency.m_at_s[at], latency.tps[at]) == (pytest.approx(seconds), pytest.approx(speed))
        assert latency.stale_sigma[at] == pytest.approx(min(0.4, 1.5 * 0.045 * math.sqrt(days)))
    assert not catalogue.columns(ON).latency.early[catalogue.columns(ON).index("openai/gpt-5.4")]  # read four months after its release


def test_shapes_for_a_known_median_are_those_of_the_vendor(catalogue: Catalogue) -> None:
    shapes = catalogue.defaults.shapes
    openai, other = shapes["fast/openai"], shapes["fast/ALL"]
    assert (openai.s, openai.floor, openai.eps, openai.typical_floor) == (0.504, 0.387, 0.06, 0.63)
    assert (other.s, other.floor, other.eps, other.typical_floor) == (0.167, 0, 0.087, None)
    assert (shapes["reasoning/google"].s, shapes["reasoning/google"].eps) == (0.659, 0.051)
    assert len(shapes) == 12


def test_what_stands_for_all_vendors_is_derived_from_those_that_were_fitted(catalogue: Catalogue) -> None:
    """Speed: (0.24 + 0.22 + 0.19 + 0.28 + 0.20 + 0.20) / 6 = 0.2217. Slope: median of 21, 27, 37, 46, 49, 51, 59, 133 = 47.5."""
    assert catalogue.defaults.tps_log_sigma["ALL"] == 0.22
    assert catalogue.defaults.slope_ms_per_1k["ALL"] == 47.5

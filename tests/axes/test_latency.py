import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from axes.builders import IDS, NAN, ON, make_columns, make_load, only
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.assessment import Verdict
from framework.axes.latency import NODES, LatencyAssessment, assess, attainment, ttft_curve
from framework.axes.reply_time import lattice
from framework.axes.ttft import median_s, relative_cdf, relative_draw, spread_of
from framework.catalogue.columns import Columns
from framework.load import Load, load_of
from framework.workload import Workload

PHI = NormalDist().cdf
PLAIN, CACHED, CLIFF, IMPLICIT, UNREAD = range(5)
SHARES = ("first_in_time", "reply_in_time", "attainment")
TIMES = ("ttft_p50_s", "ttft_p95_s", "reply_p50_s", "reply_p95_s")
EVERY = (*TIMES, *(f"{share}{end}" for share in SHARES for end in ("", "_low", "_high")))


def one(**reading: Any) -> Columns:
    """A single offer, replaced in part: 1 s at 1,000 tokens, no slope, log-normal of log-sigma 0.5, 100 tokens a second, fresh."""
    plain = {"m_at_s": 1.0, "at_tokens": 1_000.0, "beta": 0.0, "gamma": 0.0, "p95_s": NAN, "s": 0.5, "floor": 0.0, "eps": 0.0}
    plain |= {
        "typical_floor": 0.0,
        "tps": 100.0,
        "tps_sigma": 0.2,
        "stale_sigma": 0.0,
        "scale": 1.0,
        "measured_ordinal": ON.toordinal() - 10.0,
    }
    arrays = {name: np.full(5, value) for name, value in (plain | reading).items() if name != "knots_s"}
    knots = np.repeat(np.array(reading.get("knots_s", [NAN] * 5))[:, None], 5, axis=1)
    return only(make_columns(**{"thinks": np.zeros(5, dtype=bool)} | arrays, knots_s=knots, always_thinks=np.zeros(5)), "acme/plain")


def load(**fields: Any) -> Load:
    """1,000 tokens in, 300 out, no spread, with these fields replaced."""
    return make_load(**{"input_mean": 1_000.0, "output_mean": 300.0} | fields)


def share(columns: Columns, what: str = "first_in_time", **fields: Any) -> float:
    return float(getattr(assess(load(**fields), columns), what)[0])


def texts(assessment: LatencyAssessment, offer: str | None) -> str:
    return " ".join(finding.text for finding in assessment.findings if finding.offer == offer)


# Median against length


def test_the_median_of_gpt_6_sol_at_long_prompts_is_the_published_fit_from_the_reading_at_10k() -> None:
    columns = one(m_at_s=0.89, at_tokens=10_000.0, beta=9.605, gamma=11.697)
    # observed 1.35, 3.77, 9.77 and 17.43 s
    curve = ttft_curve(columns, np.array([[10_000.0], [50_000.0], [250_000.0], [550_000.0], [850_000.0]]))
    assert curve[:, 0] == pytest.approx([0.89, 1.30, 3.93, 9.61, 17.41], abs=0.006)


def test_a_plain_slope_adds_its_milliseconds_per_thousand_tokens() -> None:
    # 37 ms per 1,000 tokens from 0.8 s at 10k: 0.8 + 0.037 * 20
    assert median_s(one(m_at_s=0.8, at_tokens=10_000.0, beta=37.0).latency, 30_000.0)[0] == pytest.approx(1.54)


def test_a_short_prompt_never_takes_less_than_a_third_of_the_reading() -> None:
    columns = one(m_at_s=0.9, at_tokens=10_000.0, beta=100.0)
    # 0.9 - 0.1 * 9 would be nothing
    assert ttft_curve(columns, np.array([[1_000.0], [5_000.0]]))[:, 0] == pytest.approx([0.3, 0.4])


# Spread of one reading


@pytest.mark.parametrize(
    ("s", "floor", "eps", "p75", "p90", "p95"),
    [
        (0.504, 0.387, 0.060, 1.31, 1.79, 2.56),  # fast OpenAI
        (0.311, 0.285, 0.061, 1.21, 1.49, 2.21),  # fast Anthropic
        (0.175, 0, 0.079, 1.17, 1.40, 3.15),  # fast Google
        (0.439, 0.658, 0.065, 1.15, 1.39, 2.42),  # fast xAI
        (0.952, 0.851, 0.070, 1.19, 1.64, 2.91),  # fast Mistral
        (0.207, 0, 0.026, 1.16, 1.34, 1.49),  # fast DeepSeek
        (0.806, 0.198, 0.006, 1.59, 2.49, 3.30),  # reasoning OpenAI
        (0.646, 0, 0, 1.55, 2.29, 2.89),  # reasoning Anthropic
        (0.659, 0.340, 0.051, 1.45, 2.16, 2.99),  # reasoning Google
        (0.585, 0, 0, 1.48, 2.11, 2.61),  # reasoning xAI
    ],
)
def test_class_shapes_have_the_quantiles_they_were_fitted_to(
    s: float, floor: float, eps: float, p75: float, p90: float, p95: float
) -> None:
    spread = spread_of(one(s=s, floor=floor, eps=eps).latency)
    below = [float(relative_cdf(spread, np.array([ratio]))[0]) for ratio in (p75, p90, p95)]
    assert below == pytest.approx([0.75, 0.90, 0.95], abs=0.009)


def test_the_printed_p95_of_a_lone_median_is_that_of_its_class() -> None:
    times = assess(load(), one(m_at_s=0.5, s=0.504, floor=0.387, eps=0.06))
    assert times.ttft_p95_s[0] == pytest.approx(0.5 * 2.56, rel=0.01)
    # 0.94 F(t) + 0.06 * (nearly 0) = 0.5 -> F = 0.532, z = 0.080 -> 0.387 + 0.613 exp(0.504 * 0.080) = 1.026
    assert times.ttft_p50_s[0] == pytest.approx(0.5 * 1.026, rel=0.005)


def test_nothing_of_the_shifted_part_is_below_its_floor() -> None:
    spread = spread_of(one(s=0.5, floor=0.4).latency)
    assert relative_cdf(spread, np.array([[0.0], [0.39], [0.4], [-3.0]])).tolist() == [[0.0]] * 4
    # (1 - 0.4) exp(0) + 0.4 = 1, the median
    assert relative_cdf(spread, np.array([1.0]))[0] == pytest.approx(0.5)


def test_a_slow_share_is_a_log_normal_around_four_medians() -> None:
    spread = spread_of(one(s=0.1, eps=0.08).latency)
    # at 4 medians all of the quick and half of the slow replies are there
    assert relative_cdf(spread, np.array([4.0]))[0] == pytest.approx(0.92 + 0.04)


def test_median_and_p95_fix_the_spread_of_the_typical_floor() -> None:
    columns = one(m_at_s=2.0, p95_s=4.4, typical_floor=0.63, s=9.0, floor=0.9, eps=0.5)
    spread = spread_of(columns.latency)
    assert relative_cdf(spread, np.array([[1.0], [2.2], [0.63]]))[:, 0] == pytest.approx([0.5, 0.95, 0.0])
    # s = ln((2.2 - 0.63) / 0.37) / 1.645
    assert spread.sigma[0] == pytest.approx(math.log(1.57 / 0.37) / 1.645, rel=1e-4)
    assert assess(load(), columns).ttft_p95_s[0] == pytest.approx(4.4, rel=1e-3)


def test_five_percentiles_are_met_exactly_and_joined_on_a_log_scale() -> None:
    columns = one(m_at_s=0.8, knots_s=[0.4, 0.6, 0.8, 1.1, 1.8], eps=0.5)
    spread = spread_of(columns.latency)
    below = relative_cdf(spread, np.array([0.4, 0.6, 0.8, 1.1, 1.8])[:, None] / 0.8)
    assert below[:, 0] == pytest.approx([0.05, 0.25, 0.5, 0.75, 0.95], abs=1e-9)
    # halfway in ln t between p50 and p75 is halfway in z: 0.6745 / 2
    assert relative_cdf(spread, np.array([math.sqrt(0.8 * 1.1) / 0.8]))[0] == pytest.approx(PHI(0.33724), abs=1e-5)
    # past p95 the last slope goes on: one more step of ln(1.8 / 1.1) is one more step of z, 1.64485 - 0.67449
    assert relative_cdf(spread, np.array([1.8**2 / 1.1 / 0.8]))[0] == pytest.approx(PHI(2 * 1.64485 - 0.67449), abs=1e-6)
    times = assess(load(), columns)
    assert (times.ttft_p50_s[0], times.ttft_p95_s[0]) == pytest.approx((0.8, 1.8), rel=2e-3)


@pytest.mark.parametrize("q", [0.5, 0.8, 0.9, 0.95])
def test_seconds_at_any_share_up_to_the_last_percentile_are_those_of_the_spread(q: float) -> None:
    first, reply = assess(load(), one(tps_sigma=0.0)).spread.at(q)
    expected = math.exp(0.5 * NormalDist().inv_cdf(q))
    assert (first[0], reply[0]) == (pytest.approx(expected, rel=2e-3), pytest.approx(expected + 3.0, rel=2e-3))


def test_percentiles_that_coincide_are_a_steep_step_not_an_error() -> None:
    below = relative_cdf(spread_of(one(knots_s=[1.0, 1.0, 1.0, 1.0, 2.0]).latency), np.array([[0.9], [1.0], [1.01], [1.9]]))[:, 0]
    assert below[0] < 1e-3
    assert np.all(np.diff(below) > 0)
    assert below[3] < 0.95


def test_longer_prompts_stretch_every_percentile_alike() -> None:
    # 2 s at 1,000 tokens, 4 s per million tokens: 6 s at 1,001,000
    columns = one(m_at_s=2.0, beta=4.0, knots_s=[1.0, 1.5, 2.0, 3.0, 5.0])
    assert share(columns, input_mean=1_001_000.0, ttft_budget_s=15.0) == pytest.approx(0.95, abs=1e-6)


@given(st.floats(0.02, 0.98), st.sampled_from([(0.5, 0.4, 0.0), (0.3, 0.0, 0.0), (1.2, 0.8, 0.0)]))
def test_draws_and_shares_are_inverse_to_each_other(u: float, shape: tuple[float, float, float]) -> None:
    spread = spread_of(one(s=shape[0], floor=shape[1], eps=shape[2]).latency)
    assert relative_cdf(spread, relative_draw(spread, np.array([u])))[0] == pytest.approx(u, abs=1e-9)


# The whole workload


def test_a_fresh_reading_without_any_spread_of_length_is_its_own_distribution() -> None:
    # log-normal, median 1 s, log-sigma 0.5, budget exp(0.5): one sigma
    assert share(one(), ttft_budget_s=math.exp(0.5)) == pytest.approx(PHI(1), abs=1e-9)


def test_the_reply_takes_the_visible_tokens_at_a_varying_speed_on_top() -> None:
    # TTFT is 1 s sharp; 300 tokens at 100 a second take 3 s, log-sigma 0.2: 1 + 3 exp(0.2) is one sigma
    columns = one(p95_s=1.0)
    assert share(columns, "reply_in_time", response_budget_s=4.0) == pytest.approx(0.5, abs=0.004)
    assert share(columns, "reply_in_time", response_budget_s=1 + 3 * math.exp(0.2)) == pytest.approx(PHI(1), abs=0.004)
    times = assess(load(), columns)
    assert times.reply_p50_s[0] == pytest.approx(4.0, rel=0.005)
    assert times.reply_p95_s[0] == pytest.approx(1 + 3 * math.exp(0.2 * 1.64485), rel=0.01)


def test_spread_of_output_and_of_speed_add_in_variance() -> None:
    # median of the output is 300 exp(-0.3^2 / 2); 0.3 and 0.4 make log-sigma 0.5
    columns, median = one(p95_s=1.0, tps_sigma=0.4), 3 * math.exp(-(0.3**2) / 2)
    fields = {"output_sigma": 0.3, "response_budget_s": 1 + median * math.exp(0.5)}
    assert share(columns, "reply_in_time", **fields) == pytest.approx(PHI(1), abs=0.004)


def test_thinking_comes_first_where_the_reading_does_not_hold_it() -> None:
    outside, inside = one(p95_s=1.0, tps_sigma=0.0), one(p95_s=1.0, tps_sigma=0.0, thinks=True)
    # 1 s, 500 tokens at 100 a second, then 300 more
    added, held = (assess(load(reasoning_mean=500.0), columns) for columns in (outside, inside))
    assert (added.ttft_p50_s[0], added.reply_p50_s[0]) == pytest.approx((6.0, 9.0), rel=2e-3)
    assert (held.ttft_p50_s[0], held.reply_p50_s[0]) == pytest.approx((1.0, 4.0), rel=2e-3)


def test_thinking_and_the_visible_reply_share_the_speed_of_their_request() -> None:
    # both stretch by the same factor: 1 + 8 exp(0.2) is one sigma
    fields = {"reasoning_mean": 500.0, "response_budget_s": 1 + 8 * math.exp(0.2)}
    assert share(one(p95_s=1.0), "reply_in_time", **fields) == pytest.approx(PHI(1), abs=0.004)


def test_an_old_reading_widens_the_distribution_and_the_band() -> None:
    # log-normal on log-normal: variances add, 0.3 and 0.4 make 0.5
    columns = one(s=0.3, stale_sigma=0.4)
    found = assess(load(ttft_budget_s=math.exp(0.5)), columns)
    assert found.first_in_time[0] == pytest.approx(PHI(1), abs=0.005)
    assert found.first_in_time_low[0] == pytest.approx(PHI((0.5 - 0.4) / 0.3), abs=1e-9)
    assert found.first_in_time_high[0] == pytest.approx(PHI((0.5 + 0.4) / 0.3), abs=1e-9)
    assert found.ttft_p95_s[0] == pytest.approx(math.exp(0.3 * 1.64485), rel=2e-3), "the printed percentile is that of the reading"


def test_a_fresh_reading_has_no_band() -> None:
    found = assess(load(input_sigma=0.5), one(beta=500.0))
    assert found.first_in_time_low[0] == pytest.approx(found.first_in_time[0]) == pytest.approx(found.first_in_time_high[0])


def test_the_band_holds_the_average_even_where_the_drift_has_long_tails() -> None:
    found = assess(load(ttft_budget_s=1.6), one(s=0.01, stale_sigma=0.4))
    # at +0.4 the sharp median of 1.49 s is still in time, on average P(0.4 Z < ln 1.6) is
    assert found.first_in_time[0] == pytest.approx(PHI(math.log(1.6) / 0.4), abs=0.01)
    assert found.first_in_time_low[0] == found.first_in_time[0] < found.first_in_time_high[0]


def test_the_spread_of_prompt_lengths_counts_not_their_mean_alone() -> None:
    # every prompt of L tokens takes L * 20 us exactly; median length 50k * exp(-0.5); budget: median plus one sigma
    columns = one(m_at_s=0.02, beta=20.0, p95_s=0.02)
    fields = {"input_mean": 50_000.0, "input_sigma": 1.0, "ttft_budget_s": math.exp(-0.5) * math.exp(1)}
    assert share(columns, **fields) == pytest.approx(PHI(1), abs=0.009)


def test_cached_tokens_leave_the_prompt_that_is_read_in() -> None:
    # 100k in, 90k of them read by every request: 10k remain
    cached = assess(
        load(input_mean=100_000.0, prefix_tokens=90_000.0, ttft_budget_s=1.5), one(beta=20.0), cached_tokens=np.array([90_000.0])
    )
    assert cached.first_in_time[0] == pytest.approx(share(one(beta=20.0), input_mean=10_000.0, ttft_budget_s=1.5))


def test_hits_and_misses_are_told_apart_not_averaged() -> None:
    columns = one(beta=40.0)
    fields = {"input_mean": 100_000.0, "ttft_budget_s": 2.0}
    hit, miss = share(columns, **fields | {"input_mean": 10_000.0}), share(columns, **fields)
    found = assess(load(prefix_tokens=90_000.0, **fields), columns, cached_tokens=np.array([0.7 * 90_000.0]))
    assert found.first_in_time[0] == pytest.approx(0.7 * hit + 0.3 * miss)
    # three in ten start at 4.96 s (log-sigma 0.5) and rule the p95: of them 1/6 are later, z = 0.967
    assert found.ttft_p95_s[0] == pytest.approx(4.96 * math.exp(0.5 * 0.9674), rel=0.03)


def test_unknown_cached_tokens_count_as_none() -> None:
    columns = one(beta=40.0)
    known = assess(load(input_mean=50_000.0, prefix_tokens=40_000.0), columns)
    unknown = assess(load(input_mean=50_000.0, prefix_tokens=40_000.0), columns, cached_tokens=np.array([NAN]))
    assert unknown.first_in_time[0] == known.first_in_time[0]


def test_token_counts_of_another_tokenizer_are_converted_by_the_likely_ratio() -> None:
    columns = make_columns()
    converted = assess(load(input_mean=40_000.0, converts=True), columns)
    own = assess(load(input_mean=60_000.0, output_mean=450.0), columns)
    for name in EVERY:
        assert getattr(converted, name)[CACHED] == pytest.approx(getattr(own, name)[CACHED])
        assert math.isnan(getattr(converted, name)[UNREAD])


def simulated(columns: Columns, load: Load, *, hit_rate: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Seconds to the first token and to the last of 400,000 requests of the first offer, by the model's words, drift left out."""
    rng, n, lat = np.random.default_rng(20261123), 400_000, columns.latency
    z = rng.standard_normal((4, n))
    length = load.input_mean * np.exp(load.input_sigma * z[0] - load.input_sigma**2 / 2)
    output = load.output_mean * np.exp(load.output_sigma * z[1] - load.output_sigma**2 / 2)
    uncached = length - np.minimum(length, load.prefix_tokens) * (rng.random(n) < hit_rate)
    x, x_at = uncached / 1e6, lat.at_tokens[0] / 1e6
    median = np.maximum(lat.m_at_s[0] + lat.beta[0] * (x - x_at) + lat.gamma[0] * (x**2 - x_at**2), lat.m_at_s[0] / 3)
    quick = lat.floor[0] + (1 - lat.floor[0]) * np.exp(lat.s[0] * z[2])
    ttft = median * np.where(rng.random(n) < lat.eps[0], 4 * np.exp(0.7 * rng.standard_normal(n)), quick)
    speed = lat.tps[0] * np.exp(lat.tps_sigma[0] * z[3])
    first = ttft + (0.0 if lat.thinks[0] else load.reasoning_mean / speed)
    return first, first + output / speed


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], float]] = {
    "support chat": (
        {"m_at_s": 0.6, "s": 0.504, "floor": 0.387, "eps": 0.06, "beta": 37.0},
        {"input_sigma": 0.4, "output_sigma": 0.5},
        0.0,
    ),
    "documents": (
        {"m_at_s": 1.2, "s": 0.311, "floor": 0.285, "eps": 0.061, "beta": 16.0, "gamma": 4.0},
        {"input_mean": 60_000.0, "input_sigma": 0.8, "output_mean": 800.0, "output_sigma": 0.6},
        0.0,
    ),
    "cached agent": (
        {"m_at_s": 1.0, "s": 0.427, "eps": 0.048, "beta": 27.0, "tps": 70.0, "tps_sigma": 0.3},
        {"input_mean": 50_000.0, "input_sigma": 0.5, "prefix_tokens": 30_000.0, "output_sigma": 0.7},
        0.8,
    ),
    "thinking outside": (
        {"m_at_s": 0.9, "s": 0.175, "eps": 0.079, "beta": 51.0, "tps": 120.0, "tps_sigma": 0.19},
        {"input_mean": 8_000.0, "input_sigma": 0.6, "output_sigma": 0.8, "reasoning_mean": 900.0},
        0.0,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_shares_and_percentiles_agree_with_a_simulation(case: str) -> None:
    reading, fields, hit_rate = CASES[case]
    columns, requests = one(**reading), load(**fields)
    cached = np.array([hit_rate * requests.input_length.mean_of_min_above(requests.prefix_tokens, 0.0)])
    first, reply = simulated(columns, requests, hit_rate=hit_rate)
    for q in (0.3, 0.7, 0.95):
        budgets = requests.with_(ttft_budget_s=float(np.quantile(first, q)), response_budget_s=float(np.quantile(reply, q)))
        found = assess(budgets, columns, cached_tokens=cached)
        # 400,000 draws have a standard error of 0.0008 at most
        assert (found.first_in_time[0], found.reply_in_time[0]) == pytest.approx((q, q), abs=0.007)
    expected = [np.quantile(times, q) for times in (first, reply) for q in (0.5, 0.95)]
    assert [getattr(found, name)[0] for name in TIMES] == pytest.approx(expected, rel=0.03)


def fine_grid(count: int) -> np.ndarray:
    return np.array([NormalDist().inv_cdf((i + 0.5) / count) for i in range(count)])


@pytest.mark.parametrize("stale", [0.0, 0.15, 0.4])
@pytest.mark.parametrize("budget", [3.0, 5.0, 8.0])
def test_the_lattice_agrees_with_a_slow_quadrature(stale: float, budget: float) -> None:
    columns = one(m_at_s=0.9, s=0.311, floor=0.285, eps=0.061, beta=27.0, stale_sigma=stale)
    requests = load(input_mean=20_000.0, input_sigma=0.7, output_sigma=0.5, ttft_budget_s=budget / 2, response_budget_s=budget)
    drift, length, duration = np.meshgrid(fine_grid(61), fine_grid(121), fine_grid(121), indexing="ij", sparse=True)
    median = np.maximum(0.9 + 27e-6 * (20_000 * np.exp(0.7 * length - 0.245) - 1_000), 0.3) * np.exp(stale * drift)
    spread = spread_of(columns.latency)
    first = relative_cdf(spread, (budget / 2 / median)[..., None]).mean()
    left = np.maximum(budget - 3 * np.exp(math.hypot(0.5, 0.2) * duration - 0.125), 1e-9)
    reply = relative_cdf(spread, (left / median)[..., None]).mean()
    found = assess(requests, columns)
    assert found.reply_in_time[0] == pytest.approx(reply, abs=0.005)
    assert found.first_in_time[0] == pytest.approx(first, abs=0.008)
    finely = attainment(requests.with_(response_budget_s=1e9), columns, nodes=NODES)
    assert finely[0] == pytest.approx(first, abs=0.005)
    assert attainment(requests, columns)[0] == pytest.approx(min(first, reply), abs=0.02)


@pytest.mark.parametrize("nodes", [31, 61, 127])
def test_every_coordinate_of_the_lattice_is_evenly_spread(nodes: int) -> None:
    points = lattice(nodes)
    assert points.shape == (5, nodes)
    for row in points:
        assert np.sort(row) == pytest.approx((np.arange(nodes) + 0.5) / nodes)


# Sweeps


def test_rows_of_a_sweep_agree_with_single_workloads_element_by_element() -> None:
    columns, base = make_columns(), load(input_sigma=0.5, output_sigma=0.6, prefix_tokens=4_000.0, reasoning_mean=200.0)
    rows = {
        "input_mean": [800.0, 6_000.0, 90_000.0],
        "output_mean": [50.0, 400.0, 2_000.0],
        "ttft_budget_s": [0.7, 2.0, 5.0],
        "prefix_tokens": [0.0, 4_000.0, 60_000.0],
    }
    cached = np.array([[0.0], [1_500.0], [30_000.0]]) * np.ones(5)
    sweep = base.with_(**{name: np.array(values)[:, None] for name, values in rows.items()})
    together, quickly = assess(sweep, columns, cached_tokens=cached), attainment(sweep, columns, cached_tokens=cached)
    for row in range(3):
        single = base.with_(**{name: values[row] for name, values in rows.items()})
        alone = assess(single, columns, cached_tokens=cached[row])
        for name in EVERY:
            np.testing.assert_allclose(getattr(together, name)[row], getattr(alone, name), rtol=1e-9)
        np.testing.assert_allclose(quickly[row], attainment(single, columns, cached_tokens=cached[row]), rtol=1e-9)
        assert together.verdicts[row].tolist() == alone.verdicts.tolist()


@pytest.mark.parametrize("name", ["input_mean", "input_sigma", "output_sigma", "response_budget_s", "requests_per_day", "percentile_share"])
def test_any_single_field_may_be_a_column_and_answers_come_in_its_rows(name: str) -> None:
    base, columns = load(input_sigma=0.2, output_sigma=0.2), make_columns()
    values = np.array([[0.5], [0.9]])
    sweep = base.with_(**{name: values})
    found = assess(sweep, columns)
    assert found.attainment.shape == found.ttft_p95_s.shape == found.verdicts.shape == attainment(sweep, columns).shape == (2, 5)
    for row, value in enumerate(values[:, 0]):
        np.testing.assert_allclose(found.attainment[row], assess(base.with_(**{name: value}), columns).attainment, rtol=1e-9)


def test_offers_side_by_side_may_each_have_their_own_load() -> None:
    columns, base = make_columns(), load(input_sigma=0.5, output_sigma=0.6)
    lengths, budgets = np.array([900.0, 40_000.0, 7_000.0, 300.0, 1_000.0]), np.array([0.5, 1.0, 2.0, 3.0, 4.0])
    together = attainment(base.with_(input_mean=lengths, ttft_budget_s=budgets), columns)
    for k in range(5):
        alone = attainment(base.with_(input_mean=float(lengths[k]), ttft_budget_s=float(budgets[k])), columns)
        np.testing.assert_allclose(together[k], alone[k], rtol=1e-12)


def test_an_offer_s_times_do_not_depend_on_which_others_are_compared() -> None:
    columns, requests = make_columns(), load(input_sigma=0.5, output_sigma=0.6, prefix_tokens=500.0)
    every, cached = assess(requests, columns, cached_tokens=np.full(5, 300.0)), np.array([300.0])
    for k, offer in enumerate(IDS):
        alone = assess(requests, only(columns, offer), cached_tokens=cached)
        for name in (*EVERY, "age_days"):
            np.testing.assert_allclose(getattr(alone, name)[0], getattr(every, name)[k], rtol=1e-12)


def test_the_quick_way_with_all_nodes_is_the_assessment() -> None:
    requests = load(input_sigma=0.5, output_sigma=0.6, streaming=False)
    np.testing.assert_allclose(attainment(requests, make_columns(), nodes=NODES), assess(requests, make_columns()).attainment, rtol=1e-12)


# Unknowns, verdicts, findings


def test_an_offer_without_a_reading_stays_unknown_and_says_what_to_do() -> None:
    found = assess(load(), make_columns())
    assert all(math.isnan(getattr(found, name)[UNREAD]) for name in (*EVERY, "age_days"))
    assert found.verdicts[UNREAD] == Verdict.UNKNOWN
    assert "Measure your own" in texts(found, IDS[UNREAD])
    assert "pricing/latency/delta.yaml" in texts(found, IDS[UNREAD])
    assert math.isnan(attainment(load(), make_columns())[UNREAD])
    assert math.isnan(ttft_curve(make_columns(), np.array([[1_000.0]]))[0, UNREAD])


def test_no_offer_with_a_reading_at_all_is_no_error() -> None:
    found = assess(load(input_sigma=0.3), one(m_at_s=NAN))
    assert np.isnan(found.attainment).all()
    assert found.verdicts.tolist() == [Verdict.UNKNOWN]


def test_without_a_speed_the_first_token_is_known_and_the_reply_is_not() -> None:
    columns = one(tps=NAN, tps_sigma=NAN)
    found = assess(load(ttft_budget_s=3.0), columns)
    assert found.first_in_time[0] > 0.9
    assert math.isnan(found.reply_in_time[0])
    assert math.isnan(found.attainment[0])
    assert found.verdicts.tolist() == [Verdict.UNKNOWN]
    assert "output speed is not known" in texts(found, IDS[PLAIN])


def test_a_late_first_token_fails_a_streamed_reply_of_unknown_speed() -> None:
    columns = one(tps=NAN, tps_sigma=NAN)
    assert assess(load(ttft_budget_s=0.5), columns).verdicts.tolist() == [Verdict.FAILS]
    assert assess(load(ttft_budget_s=0.5, streaming=False), columns).verdicts.tolist() == [Verdict.UNKNOWN]


def test_an_unknown_slope_leaves_other_lengths_unknown() -> None:
    found = assess(load(input_mean=5_000.0), one(beta=NAN))
    assert math.isnan(found.first_in_time[0])
    assert "length of the prompt is not known" in texts(found, IDS[PLAIN])


def test_streaming_asks_for_both_and_otherwise_for_the_whole_reply() -> None:
    columns = one()
    streamed, whole = (assess(load(ttft_budget_s=1.0, response_budget_s=9.0, streaming=flag), columns) for flag in (True, False))
    assert streamed.attainment[0] == pytest.approx(0.5)
    assert whole.attainment[0] == whole.reply_in_time[0] > 0.99
    assert attainment(load(ttft_budget_s=1.0, response_budget_s=9.0), columns)[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("budget_s", "verdict"),
    [(math.exp(0.3 * 2 + 0.2), Verdict.MEETS), (math.exp(0.3 * 1.645), Verdict.UNRESOLVED), (math.exp(0.3 * 1.2 - 0.2), Verdict.FAILS)],
)
def test_the_band_against_the_percentile_gives_the_verdict(budget_s: float, verdict: Verdict) -> None:
    # log-sigma 0.3, drift 0.2: low is Phi((ln B - 0.2) / 0.3), high Phi((ln B + 0.2) / 0.3), asked are 95 %
    columns = one(s=0.3, stale_sigma=0.2)
    assert assess(load(ttft_budget_s=budget_s, response_budget_s=100.0), columns).verdicts.tolist() == [verdict]


def test_99_in_100_is_never_shown_by_published_readings_but_can_be_ruled_out() -> None:
    easy = assess(load(ttft_budget_s=500.0, response_budget_s=5_000.0, percentile_share=0.99), one())
    assert easy.attainment_low[0] > 0.999
    assert easy.verdicts.tolist() == [Verdict.UNRESOLVED]
    assert "95th percentile" in texts(easy, None)
    assert assess(load(ttft_budget_s=1.0, percentile_share=0.99), one()).verdicts.tolist() == [Verdict.FAILS]


def test_the_percentile_of_99_in_a_workload_file_is_the_one_of_the_rule() -> None:
    workload = Workload.model_validate({"budget": {"ttft_s": 500, "response_s": 5_000, "percentile": 99}})
    assert assess(load_of(workload), one()).verdicts.tolist() == [Verdict.UNRESOLVED]
    below = Workload.model_validate({"budget": {"ttft_s": 500, "response_s": 5_000, "percentile": 98.9}})
    assert assess(load_of(below), one()).verdicts.tolist() == [Verdict.MEETS]


def test_age_is_counted_in_days_and_old_or_undated_readings_are_named() -> None:
    found = assess(load(), make_columns(measured_ordinal=ON.toordinal() - np.array([1.0, 60.0, 61.0, NAN, NAN])))
    assert found.age_days[:3].tolist() == [1, 60, 61]
    assert np.isnan(found.age_days[3:]).all()
    assert "days old" not in texts(found, IDS[PLAIN]) + texts(found, IDS[CACHED])
    assert "61 days old" in texts(found, IDS[CLIFF])
    assert "bears no date" in texts(found, IDS[IMPLICIT])


def test_a_prompt_far_beyond_the_reading_is_called_a_straight_line_unless_the_length_was_fitted() -> None:
    far = assess(load(input_mean=150_000.0), make_columns())
    # plain was read at 1,000 tokens; cliff has a fitted curve
    assert "Read at 1k tokens; your 150k uncached tokens" in texts(far, IDS[PLAIN])
    assert "straight line" not in texts(far, IDS[CLIFF])
    assert "straight line" not in texts(assess(load(input_mean=10_000.0), make_columns()), IDS[PLAIN])
    cached = assess(load(input_mean=150_000.0), make_columns(), cached_tokens=np.full(5, 145_000.0))
    assert "straight line" not in texts(cached, IDS[PLAIN])


def test_a_model_that_always_thinks_is_named_where_no_thinking_is_given() -> None:
    columns = make_columns(always_thinks=np.array([1.0, 0.0, 0.0, 1.0, NAN]))
    found = assess(load(), columns)
    assert "real replies start later" in texts(found, IDS[PLAIN])
    assert "hold its thinking (effort high)" in texts(found, IDS[IMPLICIT])
    assert "thinks" not in texts(found, IDS[CACHED])
    given = assess(load(reasoning_mean=300.0), columns)
    assert "thinks" not in texts(given, IDS[PLAIN]) + texts(given, IDS[IMPLICIT])


def test_a_reading_that_was_scaled_or_is_early_says_so():
    found = assess(load(reasoning_mean=100.0, effort="max"), one(scale=4.0, early=True))
    said = texts(found, "acme/plain")
    assert "No time at effort max was found" in said and "multiplied by 4," in said
    assert "a tenth later" in said
    plain = texts(assess(load(), one()), "acme/plain")
    assert "multiplied" not in plain and "tenth later" not in plain


def test_beyond_the_last_percentile_of_the_readings_a_share_is_called_extrapolated():
    for share, word in ((0.95, False), (0.96, True), (0.99, False)):
        found = assess(load(percentile_share=share), one())
        assert ("extrapolated" in texts(found, None)) is word


# Round trips


def test_without_spread_each_call_before_the_answer_takes_one_more_first_token():
    columns = one(s=1e-9, tps_sigma=0.0)
    for trips in (0, 1, 4):
        found = assess(load(round_trips=trips), columns)
        assert float(found.ttft_p50_s[0]) == pytest.approx(1.0 + trips, rel=2e-3)
        assert float(found.reply_p50_s[0]) == pytest.approx(1.0 + trips + 3.0, rel=2e-3)
        assert "what your tools take" in texts(found, None) or not trips


def test_thinking_happens_in_every_call():
    # 100 tokens of thinking at 100 a second: 1 + 1 s a call, two calls before the answer.
    found = assess(load(round_trips=2, reasoning_mean=100.0, effort="medium"), one(s=1e-9, tps_sigma=0.0))
    assert float(found.ttft_p50_s[0]) == pytest.approx(6.0, rel=2e-3)


@pytest.mark.parametrize("reading", [{"s": 0.5}, {"s": 0.4, "floor": 0.4, "eps": 0.06}, {"knots_s": [0.5, 0.8, 1.0, 1.4, 3.0]}])
@pytest.mark.parametrize("trips", [1, 3, 10])
def test_several_calls_agree_with_a_simulation(reading: dict[str, Any], trips: int):
    columns, draws = one(**reading, stale_sigma=0.2), 200_000
    rng = np.random.default_rng(3)
    spread = spread_of(columns.latency)
    waits = sum(relative_draw(spread, rng.random((draws, 1)))[:, 0] for _ in range(trips + 1))
    old = waits * np.exp(0.2 * rng.standard_normal(draws))
    for budget in (1.0 + trips, 1.3 * (1 + trips), 2.0 * (1 + trips)):
        found = share(columns, round_trips=trips, ttft_budget_s=budget)
        assert found == pytest.approx(float(np.mean(old <= budget)), abs=0.02)
    told = assess(load(round_trips=trips), columns)
    for q, seconds in ((0.5, told.ttft_p50_s), (0.95, told.ttft_p95_s)):
        assert float(seconds[0]) == pytest.approx(float(np.quantile(waits, q)), rel=0.035)


def test_calls_before_the_answer_hit_and_miss_the_cache_as_it_does():
    reading = {"s": 1e-9, "beta": 10.0, "at_tokens": 100_000.0}
    fields = {"input_mean": 100_000.0, "prefix_tokens": 100_000.0, "round_trips": 1, "ttft_budget_s": 1.0}
    columns = one(**reading)
    found = assess(load(**fields), columns, cached_tokens=50_000.0)
    # A miss takes 1 s a call, a hit a third of it; half of the requests hit, in both calls.
    assert float(found.first_in_time[0]) == pytest.approx(0.5, abs=0.01)


def test_one_call_alone_is_the_assessment_without_round_trips():
    fields = {"reasoning_mean": 200.0, "effort": "medium", "output_sigma": 0.4, "input_sigma": 0.5}
    several, alone = assess(load(round_trips=3, **fields), make_columns()), assess(load(**fields), make_columns())
    np.testing.assert_allclose(several.spread.of_one_call.percentiles, alone.spread.percentiles)
    assert alone.spread.of_one_call is alone.spread


def test_rows_of_a_sweep_agree_with_single_workloads_with_round_trips_too():
    columns = make_columns()
    lengths = np.array([[500.0], [20_000.0], [80_000.0]])
    rows = attainment(load(input_mean=lengths, round_trips=2), columns)
    for row, length in zip(rows, lengths[:, 0], strict=True):
        np.testing.assert_allclose(row, attainment(load(input_mean=float(length), round_trips=2), columns))
        full = assess(load(input_mean=float(length), round_trips=2), columns)
        np.testing.assert_allclose(row, full.attainment, atol=0.04)


# Properties

shapes = st.fixed_dictionaries(
    {
        "m_at_s": st.floats(0.2, 30),
        "s": st.floats(0.1, 1.2),
        "floor": st.floats(0, 0.9),
        "eps": st.floats(0, 0.1),
        "beta": st.floats(0, 60),
        "gamma": st.sampled_from([0.0, 12.0]),
        "tps": st.floats(10, 1_000),
        "tps_sigma": st.floats(0.05, 0.6),
        "stale_sigma": st.floats(0, 0.4),
        "thinks": st.booleans(),
        "p95_s": st.just(NAN),
        "typical_floor": st.just(0.3),
    }
)
workloads = st.fixed_dictionaries(
    {
        "input_mean": st.floats(10, 500_000),
        "input_sigma": st.just(0.0) | st.floats(0.01, 1.6),
        "output_mean": st.floats(1, 5_000),
        "output_sigma": st.just(0.0) | st.floats(0.01, 1.6),
        "reasoning_mean": st.sampled_from([0.0, 700.0]),
        "prefix_tokens": st.floats(0, 400_000),
        "ttft_budget_s": st.floats(0.05, 100),
        "response_budget_s": st.floats(0.1, 1_000),
        "streaming": st.booleans(),
    }
)


@settings(max_examples=60, deadline=None)
@given(shapes, workloads, st.floats(0, 1))
def test_shares_lie_between_0_and_1_and_percentiles_rise(reading: dict[str, Any], fields: dict[str, Any], hit_rate: float) -> None:
    columns, requests = one(**reading), load(**fields)
    cached = np.array([hit_rate * min(requests.input_mean, requests.prefix_tokens)])
    found = assess(requests, columns, cached_tokens=cached)
    for what in SHARES:
        low, middle, high = (float(getattr(found, f"{what}{end}")[0]) for end in ("_low", "", "_high"))
        assert 0 <= low <= middle <= high <= 1 + 1e-12
    assert 0 < found.ttft_p50_s[0] <= found.ttft_p95_s[0] < np.inf
    assert found.ttft_p50_s[0] <= found.reply_p50_s[0] <= found.reply_p95_s[0] < np.inf
    assert found.ttft_p95_s[0] <= found.reply_p95_s[0]
    assert found.verdicts[0] in (Verdict.MEETS, Verdict.FAILS, Verdict.UNRESOLVED)


@settings(max_examples=60, deadline=None)
@given(
    shapes,
    workloads,
    st.sampled_from(["ttft_budget_s", "response_budget_s", "input_mean", "output_mean", "reasoning_mean"]),
    st.floats(1.01, 5),
)
def test_more_time_never_lowers_and_more_tokens_never_raise_the_share_in_time(
    reading: dict[str, Any], fields: dict[str, Any], what: str, times: float
) -> None:
    columns, requests = one(**reading), load(**fields | {"prefix_tokens": 0.0})
    before, after = assess(requests, columns), assess(requests.with_(**{what: getattr(requests, what) * times}), columns)
    # Other lengths meet other nodes: the figures may then differ by what the nodes are off.
    sign, slack = (1, 1e-12) if what.endswith("budget_s") else (-1, 2e-3)
    for name in EVERY[len(TIMES) :]:
        assert sign * (getattr(after, name)[0] - getattr(before, name)[0]) >= -slack


@settings(max_examples=40, deadline=None)
@given(shapes, workloads)
def test_an_own_p95_overrides_the_class_and_is_printed_back(reading: dict[str, Any], fields: dict[str, Any]) -> None:
    columns = one(**reading | {"p95_s": 2.5 * reading["m_at_s"], "beta": 0.0, "gamma": 0.0})
    found = assess(load(**fields | {"reasoning_mean": 0.0}), columns)
    assert found.ttft_p50_s[0] == pytest.approx(reading["m_at_s"], rel=0.005)
    assert found.ttft_p95_s[0] == pytest.approx(2.5 * reading["m_at_s"], rel=0.005)


@settings(max_examples=40, deadline=None)
@given(shapes, st.integers(0, 19), st.floats(0.1, 60))
def test_one_more_round_trip_never_raises_the_share_in_time(reading: dict[str, Any], trips: int, budget: float):
    columns = one(**reading)
    fewer, more = (share(columns, round_trips=trips + further, ttft_budget_s=budget) for further in (0, 1))
    assert more <= fewer + 1e-12

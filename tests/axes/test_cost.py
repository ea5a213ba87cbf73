import dataclasses
import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from axes.builders import IDS, NAN, make_columns, make_load, make_prices, only, prices
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.assessment import Verdict
from framework.axes.bill import BATCH_LINES, INTERACTIVE_LINES, LINES
from framework.axes.cost import CostAssessment, assess, monthly_usd
from framework.catalogue.columns import Columns
from framework.catalogue.load import load_catalogue
from framework.load import Load, load_of
from framework.presets import presets
from framework.quantities import sigma_from_mean

PLAIN, CACHED, CLIFF, IMPLICIT, PEAK = range(5)
BATCH = 1


def one_offer(base: list[float], *, long: list[float] | None = None, **parts: Any) -> Columns:
    """A single offer with these standard prices."""
    price = {name: value[..., :1] for name, value in vars(make_prices()).items()}
    mtok = np.full((4, 2, 7, 1), NAN)
    mtok[0, 0, :, 0], mtok[0, 1, :, 0] = base, base if long is None else long
    plain = only(make_columns(), "acme/plain")
    known = {"mtok": mtok, "caches": ~np.isnan(mtok[0, 0, 1]), "min_cache_tokens": np.zeros(1)}
    return replace(plain, price=type(plain.price)(**price | known | parts))


def per_month(calls: float) -> float:
    return calls / 30


def texts(bill: CostAssessment, offer: int) -> str:
    return " ".join(finding.text for finding in bill.findings if finding.offer == IDS[offer])


def test_the_published_estimator_is_the_case_without_spread_minimum_and_write_price() -> None:
    columns = one_offer(prices(input=3, read=0.3, output=15), write_is_input=np.array([True]))
    bill = assess(make_load(requests_per_day=10_000, input_mean=1_200, output_mean=300, prefix_tokens=800.0, hit_rate=0.7), columns)
    assert bill.expected_usd[0] == pytest.approx(1976.40, rel=1e-12)
    # 300,000 calls: 640 uncached tokens at 3, 560 read at 0.30, 300 out at 15
    assert [bill.lines[name][0] for name in LINES] == pytest.approx([576, 50.4, 0, 1350, 0, 0, 0, 0, 0, 0])


def test_reads_misses_and_the_rest_of_the_prompt_pay_three_prices() -> None:
    load = make_load(requests_per_day=1_000, input_mean=5_000, output_mean=100, prefix_tokens=2_000.0, hit_rate=0.75)
    bill = assess(load, make_columns())
    # 30,000 calls: 3,000 x 2; 0.75 x 2,000 x 0.20; 0.25 x 2,000 x 2.50 (5 minutes, the shortest sold); 100 x 10
    assert [bill.lines[name][CACHED] for name in INTERACTIVE_LINES] == pytest.approx([180, 9, 37.5, 30])
    assert bill.expected_usd[CACHED] == pytest.approx(256.5)
    assert bill.usd_per_request[CACHED] == pytest.approx(256.5 / 30_000)
    assert bill.cached_tokens[CACHED] == pytest.approx(1_500)
    assert bill.lifetime == (None, "5m", "30m", None, None)


def test_a_given_hit_rate_belongs_to_the_lifetime_named() -> None:
    load = make_load(requests_per_day=1_000, input_mean=5_000, prefix_tokens=2_000.0, hit_rate=0.75, lifetime="1h")
    bill = assess(load, make_columns())
    assert bill.lines["cache_write"][CACHED] == pytest.approx(30_000 * 0.25 * 2_000 * 4e-6)
    assert bill.lifetime[CACHED] == "1h"
    assert "Sells no 1h lifetime: billed with 30m." in texts(bill, CLIFF)
    assert "1h does not apply" in texts(bill, IMPLICIT)


def test_misses_without_a_write_price_are_input() -> None:
    load = make_load(requests_per_day=1_000, input_mean=5_000, output_mean=100, prefix_tokens=2_000.0, hit_rate=0.75)
    bill = assess(load, make_columns())
    # carol: 3,000 + 500 missed at 1; 1,500 read at 0.10; 100 x 5
    assert [bill.lines[name][IMPLICIT] for name in INTERACTIVE_LINES] == pytest.approx([105, 4.5, 0, 15])


def test_a_bill_is_made_per_class_of_request_and_not_on_the_average() -> None:
    # Haiku 5.5, a million calls of 500 tokens out: 80 % of 70k and 20 % of 170k in, everything five times dearer above 100k.
    columns = one_offer(prices(input=0.1, output=0.5), long=prices(input=0.5, output=2.5), threshold_tokens=np.array([100_000.0]))
    short = make_load(requests_per_day=per_month(800_000), input_mean=70_000, output_mean=500)
    long = make_load(requests_per_day=per_month(200_000), input_mean=170_000, output_mean=500)
    average = make_load(requests_per_day=per_month(1_000_000), input_mean=90_000, output_mean=500)
    assert monthly_usd(short, columns)[0] + monthly_usd(long, columns)[0] == pytest.approx(23_050)
    assert monthly_usd(average, columns)[0] == pytest.approx(9_250)


def test_output_of_long_prompts_has_its_own_surcharge() -> None:
    # gpt-5.6-sol, 100,000 calls of 2k out: 75 % of 150k and 25 % of 350k in, input twice and output half as much again above 272k.
    columns = one_offer(prices(input=4, output=20), long=prices(input=8, output=30), threshold_tokens=np.array([272_000.0]))
    short = make_load(requests_per_day=per_month(75_000), input_mean=150_000, output_mean=2_000)
    long = make_load(requests_per_day=per_month(25_000), input_mean=350_000, output_mean=2_000)
    assert monthly_usd(short, columns)[0] + monthly_usd(long, columns)[0] == pytest.approx(119_500)


@pytest.mark.parametrize(("prompt", "usd_per_mtok"), [(272_000, 4.0), (272_001, 8.0)])
def test_the_cliff_lies_above_the_threshold(prompt: int, usd_per_mtok: float) -> None:
    load = make_load(requests_per_day=per_month(1), input_mean=prompt, output_mean=0)
    assert monthly_usd(load, make_columns())[CLIFF] == pytest.approx(prompt * usd_per_mtok / 1e6)


def test_reasoning_tokens_are_billed_as_output() -> None:
    # 3,000 in, 800 visible and 3,000 thinking at 4/20: $0.088 against the $0.028 of the visible reply.
    load = make_load(requests_per_day=per_month(1), input_mean=3_000, output_mean=800, reasoning_mean=3_000)
    columns = one_offer(prices(input=4, output=20))
    assert assess(load, columns).lines["output"][0] == pytest.approx(0.076)
    assert monthly_usd(load, columns)[0] == pytest.approx(0.088)
    assert monthly_usd(load.with_(reasoning_mean=0), columns)[0] == pytest.approx(0.028)


def test_a_model_that_cannot_reason_is_not_billed_for_reasoning() -> None:
    load = make_load(requests_per_day=per_month(1), input_mean=3_000, output_mean=800, reasoning_mean=3_000)
    columns = dataclasses.replace(one_offer(prices(input=4, output=20)), reasoning=np.array([0.0]))
    assert monthly_usd(load, columns)[0] == pytest.approx(0.028)


def test_the_batch_share_pays_batch_prices_meter_by_meter() -> None:
    load = make_load(requests_per_day=1_000, input_mean=5_000, output_mean=100, prefix_tokens=2_000.0, hit_rate=0.75, batch_share=0.4)
    bill = assess(load, make_columns())
    # 12,000 of 30,000 calls. carol's batch halves input and output and leaves the read at 0.10: 3,500 x 0.5; 1,500 x 0.1; 100 x 2.5
    assert [bill.lines[name][IMPLICIT] for name in BATCH_LINES] == pytest.approx([21, 1.8, 0, 3])
    # acme/cached halves everything: 3,000 x 1; 1,500 x 0.1; 500 x 1.25; 100 x 5
    assert [bill.lines[name][CACHED] for name in BATCH_LINES] == pytest.approx([36, 1.8, 7.5, 6])
    assert [bill.lines[name][CACHED] for name in INTERACTIVE_LINES] == pytest.approx([108, 5.4, 22.5, 18])


def test_where_batch_is_not_sold_its_share_pays_standard_prices() -> None:
    bill = assess(make_load(batch_share=0.4), make_columns())
    assert bill.expected_usd[PLAIN] == pytest.approx(monthly_usd(make_load(), make_columns())[PLAIN])
    assert bill.lines["batch_input"][PLAIN] == 0
    assert "Sells no batch" in texts(bill, PLAIN)


def test_a_batch_that_takes_no_long_prompts_leaves_them_at_the_standard_price() -> None:
    columns = make_columns()
    mtok = columns.price.mtok.copy()
    mtok[BATCH, 1, :, CLIFF] = NAN
    load = make_load(requests_per_day=per_month(1), input_mean=300_000, output_mean=1_000, batch_share=1.0)
    bill = assess(load, make_columns(mtok=mtok))
    assert bill.expected_usd[CLIFF] == pytest.approx(300_000 * 8e-6 + 1_000 * 30e-6)
    assert bill.lines["batch_input"][CLIFF] == 0
    assert "Batch takes no prompts above 272,000" in texts(bill, CLIFF)


def test_no_lifetime_is_named_where_nothing_is_cached() -> None:
    assert assess(make_load(prefix_tokens=800.0), make_columns()).lifetime == (None,) * 5


def test_a_region_multiplies_the_bill() -> None:
    multiplier = np.array([1.0, 1.1, 1.1, 1.0, 1.0])
    dearer = monthly_usd(make_load(), make_columns(region_multiplier=multiplier))
    assert dearer == pytest.approx(multiplier * monthly_usd(make_load(), make_columns()))


def test_the_sticker_price_knows_no_cache_cliff_or_tokenizer() -> None:
    load = make_load(requests_per_day=1_000, input_mean=300_000, output_mean=100, prefix_tokens=2_000.0, hit_rate=1.0, converts=True)
    assert assess(load, make_columns()).sticker_usd == pytest.approx([9_012, 18_030, 36_060, 9_015, 4_506])


def test_a_tokenizer_range_is_a_price_range() -> None:
    bill = assess(make_load(converts=True, input_mean=1_000, output_mean=1_000), make_columns())
    own = monthly_usd(make_load(input_mean=1_000, output_mean=1_000), make_columns())
    assert (bill.low_usd / own)[:4] == pytest.approx([1, 1.2, 1, 0.9])
    assert (bill.expected_usd / own)[:4] == pytest.approx([1, 1.5, 1, 1])
    assert (bill.high_usd / own)[:4] == pytest.approx([1, 1.6, 1, 1.2])


def test_without_a_tokenizer_ratio_there_is_no_bill() -> None:
    bill = assess(make_load(converts=True), make_columns())
    assert np.isnan([bill.low_usd[PEAK], bill.expected_usd[PEAK], bill.high_usd[PEAK]]).all()
    assert bill.verdicts[PEAK] == Verdict.UNKNOWN
    assert "own tokens" in texts(bill, PEAK)


def test_a_denser_tokenizer_makes_a_prefix_long_enough_to_cache() -> None:
    # 700 tokens are 840, 1,050 or 1,120 of acme's against a minimum of 1,024; the dear bill takes the 840 and caches nothing.
    load = make_load(requests_per_day=per_month(1e6), input_mean=700, output_mean=0, prefix_tokens=700.0, hit_rate=1.0, converts=True)
    bill = assess(load, make_columns())
    assert bill.cached[CACHED]
    assert bill.low_usd[CACHED] == pytest.approx(840 * 0.2)
    assert bill.expected_usd[CACHED] == pytest.approx(1_050 * 0.2)
    assert bill.high_usd[CACHED] == pytest.approx(1_120 * 2)


def test_a_cliff_lies_at_fewer_of_the_users_tokens_where_the_tokenizer_is_denser() -> None:
    columns = one_offer(prices(input=0.1, output=0.5), long=prices(input=0.5, output=2.5), threshold_tokens=np.array([100_000.0]))
    columns = replace(columns, ratio=np.array([[1.2], [1.5], [1.6]]))
    bill = assess(make_load(requests_per_day=per_month(1), input_mean=70_000, output_mean=0, converts=True), columns)
    # 84,000 tokens at 0.10; 105,000 and 112,000 at 0.50
    assert [bill.low_usd[0], bill.expected_usd[0], bill.high_usd[0]] == pytest.approx([0.0084, 0.0525, 0.056])


def test_without_a_cache_price_the_whole_prompt_is_input() -> None:
    load = make_load(prefix_tokens=1_000.0, hit_rate=0.9)
    bill = assess(load, make_columns())
    assert bill.expected_usd[PLAIN] == pytest.approx(bill.sticker_usd[PLAIN])
    assert not bill.cached[PLAIN]
    assert "No price for cached tokens" in texts(bill, PLAIN)


def test_without_a_promised_lifetime_the_bill_counts_on_no_hits_and_its_low_end_on_all() -> None:
    load = make_load(requests_per_day=1_000, input_mean=5_000, output_mean=0, prefix_tokens=2_000.0)
    bill = assess(load, make_columns())
    assert bill.expected_usd[IMPLICIT] == bill.high_usd[IMPLICIT] == pytest.approx(150)
    assert bill.low_usd[IMPLICIT] == pytest.approx(30_000 * (3_000 + 200) / 1e6)
    assert "Promises no cache lifetime" in texts(bill, IMPLICIT)


def test_an_unknown_write_price_lies_between_the_input_price_and_a_quarter_more() -> None:
    columns = one_offer(prices(input=2, read=0.2, output=10))
    load = make_load(requests_per_day=per_month(1e6), input_mean=1_000, output_mean=0, prefix_tokens=1_000.0, hit_rate=0.5)
    bill = assess(load, columns)
    assert [bill.low_usd[0], bill.expected_usd[0], bill.high_usd[0]] == pytest.approx([1_100, 1_350, 1_350])
    assert "What a cache write costs is not known" in bill.findings[0].text


def test_an_unknown_minimum_is_read_as_none_and_the_high_bill_as_the_largest_published() -> None:
    columns = one_offer(prices(input=2, read=0.2, output=10), write_is_input=np.array([True]), min_cache_tokens=np.array([NAN]))
    load = make_load(requests_per_day=per_month(1e6), input_mean=10_000, output_mean=0, prefix_tokens=6_000.0, hit_rate=1.0)
    assert assess(load, columns).expected_usd[0] == pytest.approx(4_000 * 2 + 6_000 * 0.2)
    assert assess(load, columns).high_usd[0] == pytest.approx(20_000)
    longer = load.with_(prefix_tokens=7_000.0)
    assert assess(longer, columns).high_usd[0] == pytest.approx(3_000 * 2 + 7_000 * 0.2)


def test_batches_find_their_prefix_by_best_effort() -> None:
    load = make_load(requests_per_day=per_month(1e6), input_mean=2_000, output_mean=0, prefix_tokens=2_000.0, hit_rate=0.9, batch_share=1.0)
    bill = assess(load, make_columns())
    # acme's batch: 0.9 x 0.10 + 0.1 x 1.25 expected; at worst 30 % hits
    assert bill.expected_usd[CACHED] == pytest.approx(2_000 * 0.215)
    assert bill.high_usd[CACHED] == pytest.approx(2_000 * (0.3 * 0.1 + 0.7 * 1.25))


def test_a_batch_write_without_a_price_keeps_the_standard_multiple_of_input() -> None:
    columns = make_columns()
    mtok = columns.price.mtok.copy()
    mtok[BATCH, :, 2:6, CACHED] = NAN
    load = make_load(requests_per_day=per_month(1e6), input_mean=2_000, output_mean=0, prefix_tokens=2_000.0, hit_rate=0.0, batch_share=1.0)
    bill = assess(load.with_(lifetime="1h"), make_columns(mtok=mtok))
    assert (bill.low_usd[CACHED], bill.expected_usd[CACHED]) == pytest.approx((2_000, 4_000))
    assert "same multiple" in texts(bill, CACHED)


@pytest.mark.parametrize(
    ("active_hours", "low", "expected", "high"),
    # 25 of 168 hours cost double; 2 active hours a day are 14 of them at most; in 22 a day at least 25 + 154 - 168 = 11 are dear
    [(24, 25 / 168, 25 / 168, 25 / 168), (2, 0, 25 / 168, 1), (10, 0, 25 / 168, 25 / 70), (22, 11 / 154, 25 / 168, 25 / 154)],
)
def test_dear_hours_are_spread_over_the_week_within_what_is_possible(active_hours: float, low: float, expected: float, high: float) -> None:
    bill = assess(make_load(active_hours=active_hours), make_columns())
    more = [usd[PEAK] / bill.sticker_usd[PEAK] - 1 for usd in (bill.low_usd, bill.expected_usd, bill.high_usd)]
    assert more == pytest.approx([low, expected, high])


def test_an_unknown_price_is_no_bill_and_an_unknown_long_price_only_where_prompts_are_long() -> None:
    mtok = make_columns().price.mtok.copy()
    mtok[0, 0, 6, PLAIN] = NAN
    mtok[0, 1, :, CLIFF] = NAN
    columns = make_columns(mtok=mtok)
    short = assess(make_load(input_mean=1_000), columns)
    assert short.verdicts[PLAIN] == Verdict.UNKNOWN
    assert np.isnan(short.expected_usd[PLAIN])
    assert short.expected_usd[CLIFF] == pytest.approx(short.sticker_usd[CLIFF])
    assert np.isnan(assess(make_load(input_mean=300_000), columns).expected_usd[CLIFF])


def test_a_range_that_straddles_the_budget_is_unresolved() -> None:
    columns = only(make_columns(), "acme/cached")
    usd = monthly_usd(make_load(), columns)[0]
    found = [assess(make_load(converts=True, budget_usd=share * usd), columns).verdicts[0] for share in (1.1, 1.5, 1.7)]
    assert found == [Verdict.FAILS, Verdict.UNRESOLVED, Verdict.MEETS]


def test_caching_that_costs_more_than_it_saves_is_named_with_its_break_even() -> None:
    # (2.50 - 2) / (2.50 - 0.20) = 21.7 %
    below, above = (assess(make_load(prefix_tokens=1_100.0, hit_rate=hit), make_columns()) for hit in (0.21, 0.22))
    assert "it pays from 22 % on" in texts(below, CACHED)
    assert "it pays from" not in texts(above, CACHED)


LOADS = st.builds(
    make_load,
    requests_per_day=st.floats(1, 1e6),
    active_hours=st.floats(0.25, 24),
    batch_share=st.floats(0, 1),
    input_mean=st.floats(1, 1e6),
    input_sigma=st.one_of(st.just(0.0), st.floats(1e-3, 2)),
    output_mean=st.floats(1, 1e5),
    reasoning_mean=st.floats(0, 1e5),
    prefix_tokens=st.floats(0, 1e6),
    hit_rate=st.one_of(st.just(NAN), st.floats(0, 1)),
    prefixes=st.floats(1, 1e6),
    converts=st.booleans(),
    lifetime=st.sampled_from([None, "5m", "30m", "1h", "12h"]),
)
KNOWN = only(make_columns(), *IDS[:4])
FEW = settings(max_examples=60, deadline=None)


@given(LOADS)
@FEW
def test_lines_sum_to_the_bill_inside_its_range(load: Load) -> None:
    bill = assess(load, KNOWN)
    assert sum(bill.lines[name] for name in LINES) == pytest.approx(bill.expected_usd)
    assert np.all((bill.low_usd <= bill.expected_usd) & (bill.expected_usd <= bill.high_usd))
    assert all(np.all(line >= -1e-9 * bill.expected_usd) for line in bill.lines.values())
    assert np.all((bill.hit_rate_low <= bill.hit_rate) & (bill.hit_rate <= bill.hit_rate_high))


@given(LOADS, st.floats(0, 1))
@FEW
def test_a_bill_is_the_sum_of_the_bills_of_its_requests(load: Load, share: float) -> None:
    load = load.with_(hit_rate=0.5 if np.isnan(load.hit_rate) else load.hit_rate)
    parts = [monthly_usd(load.with_(requests_per_day=part * load.requests_per_day), KNOWN) for part in (share, 1 - share)]
    assert sum(parts) == pytest.approx(monthly_usd(load, KNOWN))


@given(LOADS, st.sampled_from(range(7)), st.sampled_from([0, BATCH]), st.floats(1, 10))
@FEW
def test_a_price_rise_never_lowers_a_bill(load: Load, meter: int, service: int, factor: float) -> None:
    load = load.with_(hit_rate=0.5 if np.isnan(load.hit_rate) else load.hit_rate)
    mtok = KNOWN.price.mtok.copy()
    mtok[service, :, meter] *= factor
    dearer = replace(KNOWN, price=replace(KNOWN.price, mtok=mtok))
    assert np.all(monthly_usd(load, dearer) >= monthly_usd(load, KNOWN) * (1 - 1e-12))


@given(LOADS, st.permutations(IDS[:4]), st.integers(1, 4))
@FEW
def test_no_bill_depends_on_which_other_offers_there_are(load: Load, ids: list[str], how_many: int) -> None:
    some = only(KNOWN, *ids[:how_many])
    everywhere, here = assess(load, KNOWN), assess(load, some)
    where = [KNOWN.index(offer) for offer in some.ids]
    for name in ("low_usd", "expected_usd", "high_usd", "hit_rate"):
        assert getattr(here, name) == pytest.approx(getattr(everywhere, name)[where], rel=1e-12)


@given(LOADS)
@FEW
def test_more_of_anything_that_is_billed_never_costs_less(load: Load) -> None:
    load = load.with_(hit_rate=0.5 if np.isnan(load.hit_rate) else load.hit_rate)
    for field in ("requests_per_day", "output_mean", "reasoning_mean"):
        more = load.with_(**{field: 1.5 * getattr(load, field)})
        assert np.all(monthly_usd(more, KNOWN) >= monthly_usd(load, KNOWN))


def test_arrays_of_loads_give_what_each_load_gives() -> None:
    rng = np.random.default_rng(5)
    rows = 400
    fields = {
        "requests_per_day": rng.uniform(1, 1e6, (rows, 1)),
        "input_mean": rng.uniform(100, 4e5, (rows, 1)),
        "input_sigma": rng.uniform(0, 1, (rows, 1)),
        "prefix_tokens": rng.uniform(0, 5_000, (rows, 1)),
        "hit_rate": np.where(rng.random((rows, 1)) < 0.5, NAN, rng.random((rows, 1))),
        "batch_share": rng.random((rows, 1)),
    }
    columns = only(make_columns(), *(IDS * 20))
    together = monthly_usd(make_load(converts=True, **fields), columns)
    assert together.shape == (rows, 100)
    whole = assess(make_load(converts=True, **fields), columns)
    assert together == pytest.approx(whole.expected_usd, rel=1e-12, nan_ok=True)
    for row in (0, 149, 150, 399):
        alone = assess(make_load(converts=True, **{name: float(value[row, 0]) for name, value in fields.items()}), columns)
        assert together[row] == pytest.approx(alone.expected_usd, rel=1e-12, nan_ok=True)
        assert whole.low_usd[row] == pytest.approx(alone.low_usd, rel=1e-12, nan_ok=True)


def simulated_usd(load: Load, offer: int, hit: float) -> float:
    """The mean bill of a million drawn requests at `make_columns`' prices, one by one and without closed forms."""
    rng, price = np.random.default_rng(11), make_prices()
    prompt = rng.lognormal(np.log(load.input_mean) - load.input_sigma**2 / 2, load.input_sigma, 1_000_000)
    band = (prompt > price.threshold_tokens[offer]).astype(int)
    minimum = price.min_cache_tokens[offer]
    prefix = np.where((prompt >= minimum) & (load.prefix_tokens >= minimum), np.minimum(prompt, load.prefix_tokens), 0)
    service = (rng.random(prompt.size) < load.batch_share).astype(int)
    meters = price.mtok[:, :, :, offer][service, band]
    write = np.nanmin(meters[:, 2:6], axis=1) if not price.write_is_input[offer] else meters[:, 0]
    found = rng.random(prompt.size) < hit
    cached = prefix * np.where(found, meters[:, 1], write)
    output = (load.output_mean + load.reasoning_mean) * meters[:, 6]
    return float(np.mean((prompt - prefix) * meters[:, 0] + cached + output) / 1e6 * load.requests_per_day * 30)


@pytest.mark.parametrize("offer", [CACHED, CLIFF, IMPLICIT])
@pytest.mark.parametrize(("mean", "p95"), [(1_500, 4_000), (150_000, 400_000)])
def test_the_closed_form_is_the_mean_of_a_simulation(offer: int, mean: float, p95: float) -> None:
    load = make_load(input_mean=mean, input_sigma=sigma_from_mean(mean, p95), output_mean=200, reasoning_mean=100)
    load = load.with_(prefix_tokens=2_000.0, hit_rate=0.6, batch_share=0.3)
    assert monthly_usd(load, make_columns())[offer] == pytest.approx(simulated_usd(load, offer, 0.6), rel=0.005)


@pytest.mark.parametrize("preset", presets())
def test_every_preset_has_a_bill_at_every_offer_of_the_catalogue(preset: str) -> None:
    load, columns = load_of(presets()[preset].workload), load_catalogue().columns(dt.date(2026, 11, 23))
    bill = assess(load, columns)
    assert np.all(bill.expected_usd > 0)
    assert np.all((bill.low_usd <= bill.expected_usd) & (bill.expected_usd <= bill.high_usd))
    assert sum(bill.lines.values()) == pytest.approx(bill.expected_usd)
    assert monthly_usd(load, columns) == pytest.approx(bill.expected_usd)

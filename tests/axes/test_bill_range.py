"""P10, P50 and P90 of the bill, and how often an offer is the cheapest: by hand where one thing is drawn, pinned where all are."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from axes.builders import NAN, make_columns, make_load, only
from axes.rich import CACHED, CLIFF, FIELDS, PEAK, PLAIN, load_from, rich_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from framework.axes.bill_range import BillRange, Groups, bill_range, cheapest_share
from framework.axes.cost import assess, monthly_usd
from framework.billing import Spreads
from framework.catalogue.columns import Columns
from framework.load import Load

COLUMNS = make_columns()
NONE = Spreads(volume=0, input_tokens=0, output_tokens=0, hit_rate=0, prefixes=0, reasoning=0, tokenizer=0)
ALL = np.arange(5)
Z90 = 1.2815515655446004
# A percentile of 512 stratified draws is off by less than two of the 512 slices: 0.0225 in z at the tenth.
SLICE = 0.0225


def drawn(load: Load, columns: Columns = COLUMNS, *, places: Any = ALL, **spreads: float) -> BillRange:
    """The range where only what is named is unsure; all offers compete."""
    places = np.asarray(places)
    return bill_range(load, columns, NONE.model_copy(update=spreads), places=places, compete=np.ones(len(places), dtype=bool))


def certain(**fields: Any) -> Load:
    """A workload at which nothing is left open by the offers either: given hits, no batch, a known start."""
    common = {
        "requests_per_day": 1_000.0,
        "input_mean": 4_000.0,
        "output_mean": 100.0,
        "hit_rate": 0.6,
        "starts_utc": 3.0,
        "active_hours": 8.0,
    }
    return make_load(**common | fields)


def test_where_nothing_is_unsure_all_three_are_the_expected_bill() -> None:
    load = certain(prefix_tokens=2_000.0, reasoning_mean=300.0, gateway_fee=0.05)
    found, expected = drawn(load), monthly_usd(load, COLUMNS)
    for usd in (found.p10_usd, found.p50_usd, found.p90_usd):
        assert usd == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("spread", [0.1, 0.2, 1.0])
def test_volume_alone_moves_the_bill_like_itself(spread: float) -> None:
    found, expected = drawn(certain(), volume=spread), monthly_usd(certain(), COLUMNS)
    assert found.p50_usd == pytest.approx(expected, rel=0.005 * spread)
    assert np.log(found.p10_usd / found.p50_usd) == pytest.approx(np.full(5, -Z90 * spread), abs=SLICE * spread)
    assert np.log(found.p90_usd / found.p50_usd) == pytest.approx(np.full(5, Z90 * spread), abs=SLICE * spread)


def test_longer_replies_move_what_is_paid_for_replies_and_nothing_else() -> None:
    # Acme Plain: 4,000 in at 1 and 1,000 out at 4, so 4,000 + 4,000 e^(0.3 z) of 30,000 calls.
    found = drawn(certain(output_mean=1_000.0), output_tokens=0.3)
    for usd, z in ((found.p10_usd, -Z90), (found.p50_usd, 0.0), (found.p90_usd, Z90)):
        assert usd[PLAIN] == pytest.approx(30_000 * 4_000 * (1 + np.exp(0.3 * z)) / 1e6, rel=0.006)


def test_longer_prompts_may_cross_the_cliff_within_the_range() -> None:
    # Bravo at 250,000 tokens: 272,000 lie 0.0843 of a logarithm above, z = 0.84 at a spread of 0.1; one draw in five is beyond.
    load = certain(input_mean=250_000.0)
    found = drawn(load, input_tokens=0.1)
    assert found.p50_usd[CLIFF] == pytest.approx(30_000 * (250_000 * 4 + 100 * 20) / 1e6, rel=0.002)
    long = 250_000 * np.exp(0.1 * Z90)
    assert found.p90_usd[CLIFF] == pytest.approx(30_000 * (long * 8 + 100 * 30) / 1e6, rel=0.003)
    assert found.p90_usd[CLIFF] / found.p50_usd[CLIFF] > 2


def test_hits_are_drawn_on_the_logit_scale() -> None:
    # Acme Cached, 2,000 of 2,000 tokens cached: h x 0.20 + (1 - h) x 2.50, and 100 x 10 of reply; odds of 0.6 are 1.5.
    found = drawn(certain(input_mean=2_000.0, prefix_tokens=2_000.0), hit_rate=0.5)
    for usd, z in ((found.p90_usd, -Z90), (found.p10_usd, Z90)):
        odds = 1.5 * np.exp(0.5 * z)
        hit = odds / (1 + odds)
        assert usd[CACHED] == pytest.approx(30_000 * (2_000 * (2.50 - 2.30 * hit) + 1_000) / 1e6, rel=0.006)


def test_thinking_is_drawn_for_each_model_around_the_mean_that_was_entered() -> None:
    load, s = certain(input_mean=1.0, output_mean=1.0, reasoning_mean=10_000.0), 0.5
    found = drawn(load, reasoning=s)
    rest = 30_000 * (1 + 4) / 1e6
    for usd, z in ((found.p10_usd, -Z90), (found.p50_usd, 0.0), (found.p90_usd, Z90)):
        assert usd[PLAIN] == pytest.approx(30_000 * 40_000 * np.exp(s * z - s**2 / 2) / 1e6 + rest, rel=0.012)


def test_offers_of_one_model_think_alike_and_others_do_not() -> None:
    twice = replace(only(COLUMNS, "acme/plain", "acme/plain", "bravo/cliff"), models=("one", "one", "two"))
    groups = Groups.of(twice)
    assert groups.models[0] == groups.models[1] != groups.models[2]
    found = drawn(certain(reasoning_mean=5_000.0), twice, places=range(3), reasoning=0.5)
    assert found.p10_usd[0] == found.p10_usd[1]
    assert found.cheapest_share[0] == found.cheapest_share[1]


def test_a_tokenizers_range_is_reached_at_its_fifth_and_ninety_fifth_percentile() -> None:
    # Acme Cached: 1.2, 1.5 or 1.6 of its tokens for one of the user's; P10 lies 1.2816 / 1.6449 = 0.7791 of the way down.
    load = certain(converts=True)
    found, per_token = drawn(load, tokenizer=1.0), 30_000 * (4_000 * 2 + 100 * 10) / 1e6
    way = Z90 / 1.6448536269514722
    assert found.p10_usd[CACHED] == pytest.approx(per_token * (1.5 - 0.3 * way), rel=0.004)
    assert found.p50_usd[CACHED] == pytest.approx(per_token * 1.5, rel=0.002)
    assert found.p90_usd[CACHED] == pytest.approx(per_token * (1.5 + 0.1 * way), rel=0.004)
    assert drawn(load).p10_usd[CACHED] == pytest.approx(drawn(load).p90_usd[CACHED])


def test_what_an_offer_leaves_open_is_drawn_between_its_cheap_and_its_dear_bill() -> None:
    # Delta with an unknown start: 8 of 24 hours, dear from none to 25 / 56 of the time.
    load = certain(starts_utc=NAN)
    bill, found = assess(load, COLUMNS), drawn(load)
    way = Z90 / 1.6448536269514722
    expected, low, high = bill.expected_usd[PEAK], bill.low_usd[PEAK], bill.high_usd[PEAK]
    assert found.p10_usd[PEAK] == pytest.approx(expected - (expected - low) * way, rel=0.01)
    assert found.p90_usd[PEAK] == pytest.approx(expected + (high - expected) * way, rel=0.01)


def test_a_bill_of_nothing_has_a_range_of_nothing() -> None:
    free = make_columns(mtok=np.where(np.isnan(COLUMNS.price.mtok), NAN, 0.0))
    found = drawn(certain(), free, volume=0.2)
    assert found.p10_usd.tolist() == found.p90_usd.tolist() == [0.0] * 5
    assert found.cheapest_share == pytest.approx(np.full(5, 0.2))


def test_what_is_not_known_has_no_range_and_does_not_compete() -> None:
    found = drawn(certain(converts=True), volume=0.2)
    assert np.isnan([found.p10_usd[PEAK], found.p50_usd[PEAK], found.p90_usd[PEAK], found.cheapest_share[PEAK]]).all()
    assert np.nansum(found.cheapest_share) == pytest.approx(1)


# --- the cheapest ---------------------------------------------------------------------------------------------------------------------


def test_ties_split_the_draw() -> None:
    usd = np.array([[1.0, 1.0, 2.0], [1.0, 3.0, 2.0], [5.0, 4.0, 4.0 * (1 + 1e-13)], [2.0, 2.0, 2.0]])
    # A half, one, none, a third; a half, none, a half, a third; none, none, a half, a third: of four draws.
    shares = cheapest_share(usd, np.ones(3, dtype=bool))
    assert shares == pytest.approx([(0.5 + 1 + 1 / 3) / 4, (0.5 + 0.5 + 1 / 3) / 4, (0.5 + 1 / 3) / 4])


def test_only_those_that_compete_win_and_one_alone_wins_nothing() -> None:
    usd = np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]])
    assert cheapest_share(usd, np.array([False, True, True])) == pytest.approx([NAN, 0.5, 0.5], nan_ok=True)
    assert np.isnan(cheapest_share(usd, np.array([True, False, False]))).all()
    assert np.isnan(cheapest_share(np.array([[1.0, NAN]]), np.ones(2, dtype=bool))).all()


def test_of_two_offers_that_nothing_tells_apart_each_is_the_cheapest_half_the_time() -> None:
    twins = replace(only(COLUMNS, "acme/plain", "acme/plain"), ids=("a/one", "b/two"))
    assert drawn(certain(), twins, places=range(2), volume=0.2, output_tokens=0.1).cheapest_share.tolist() == [0.5, 0.5]


# --- any workload ---------------------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(FIELDS)
def test_percentiles_rise_and_shares_are_whole(fields: dict[str, Any]) -> None:
    found = bill_range(load_from(fields), rich_columns(), Spreads(), places=ALL, compete=np.ones(5, dtype=bool))
    known = ~np.isnan(found.p50_usd)
    assert np.all(found.p10_usd[known] <= found.p50_usd[known]) and np.all(found.p50_usd[known] <= found.p90_usd[known])
    if known.sum() > 1:
        assert np.nansum(found.cheapest_share) == pytest.approx(1)


@settings(max_examples=40)
@given(FIELDS, st.lists(st.sampled_from(range(5)), min_size=1, unique=True))
def test_no_range_depends_on_which_offers_are_compared(fields: dict[str, Any], some: list[int]) -> None:
    load, columns = load_from(fields), rich_columns()
    together = bill_range(load, columns, Spreads(), places=ALL, compete=np.ones(5, dtype=bool))
    alone = bill_range(load, columns, Spreads(), places=np.array(some), compete=np.ones(len(some), dtype=bool))
    for name in ("p10_usd", "p50_usd", "p90_usd"):
        np.testing.assert_allclose(getattr(alone, name), getattr(together, name)[some], rtol=1e-12)


@settings(max_examples=25)
@given(FIELDS)
def test_without_spreads_the_median_is_the_expected_bill_and_the_rest_stays_in_its_range(fields: dict[str, Any]) -> None:
    load = load_from(fields | {"converts": False})
    bill, found = assess(load, COLUMNS), drawn(load)
    known = ~np.isnan(bill.expected_usd)
    np.testing.assert_allclose(found.p50_usd[known], bill.expected_usd[known], rtol=0.01)
    assert np.all(found.p10_usd[known] >= bill.low_usd[known] * (1 - 1e-9))
    assert np.all(found.p90_usd[known] <= bill.high_usd[known] * (1 + 1e-9))


def spread_out(**fields: Any) -> BillRange:
    return bill_range(make_load(**fields), rich_columns(), Spreads(), places=ALL, compete=np.ones(5, dtype=bool))


STEADY = {"requests_per_day": 5_000.0, "active_hours": 10.0}
ALONE = STEADY | {"batch_share": 0.3, "input_mean": 6_000.0, "input_sigma": 0.8, "output_mean": 400.0, "reasoning_mean": 600.0}
ALONE |= {"prefix_tokens": 3_000.0, "prefixes": 40.0, "converts": True}
TALKING = STEADY | {"batch_share": 0.1, "converses": True, "conversation_turns": 12, "system_tokens": 3_000.0, "user_tokens": 150.0}
TALKING |= {
    "output_mean": 350.0,
    "prefix_tokens": 2_000.0,
    "pause_s": 90.0,
    "service": "priority",
    "effort": "high",
    "reasoning_mean": 200.0,
}


@pytest.mark.parametrize(
    ("fields", "p10", "p50", "p90", "cheapest"),
    [
        (
            ALONE,
            [1101.2261011769406, 2227.5370034188345, 2892.90379597262, 804.8386281381779, NAN],
            [1491.5284984807624, 3157.81749106188, 3765.8008016137082, 1128.6635467771355, NAN],
            [2021.406495646983, 4617.613016910191, 5226.092290735902, 1601.231860724384, NAN],
            [0.103515625, 0.0, 0.0, 0.896484375, NAN],
        ),
        (
            TALKING,
            [1980.77242377209, 1993.3127535843937, 3805.7554734427613, 733.451981715951, 119.81248094518413],
            [2600.5357214565497, 2782.79751600678, 5244.572518333376, 1201.0819679989593, 171.87308047006212],
            [3496.8882779787514, 4030.632295491056, 7944.55479448268, 1679.8926642849765, 247.5272640991662],
            [0.0, 0.0, 0.0, 0.0, 1.0],
        ),
    ],
    ids=["alone", "talking"],
)
def test_figures_pinned_from_a_run_are_those_of_every_other_run(
    fields: dict[str, Any], p10: list[float], p50: list[float], p90: list[float], cheapest: list[float]
) -> None:
    # Not worked out by hand: taken from a run, so that a change of draws, of seed or of library does not pass unseen.
    found = spread_out(**fields)
    pinned = ((found.p10_usd, p10), (found.p50_usd, p50), (found.p90_usd, p90), (found.cheapest_share, cheapest))
    for usd, expected in pinned:
        np.testing.assert_allclose(usd, expected, rtol=1e-9)

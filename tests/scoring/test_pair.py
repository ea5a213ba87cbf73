"""Which fallback is chosen, and who is passed over by which rule."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from axes.builders import IDS, only
from hypothesis import given
from hypothesis import strategies as st
from scoring.fakes import array, make_case, verdicts

from framework.axes.assessment import Verdict
from framework.scoring.chain import Assessments, Case
from framework.scoring.recommend import recommend

FAILS, UNKNOWN, UNRESOLVED = Verdict.FAILS, Verdict.UNKNOWN, Verdict.UNRESOLVED
# At a budget of $5,000 cost is worth 1 at $1,500 and 0 at $5,000: acme/cached first, then acme/plain, bravo, delta, carol.
PRICED = array(2_500, 2_000, 3_000, 4_500, 4_000)


def answer(**parts):
    return recommend(make_case(cost_usd=PRICED, **parts), prices_as_of=None, catalogue_digest="d")


def passed(found):
    return {IDS[one.offer]: (one.why, one.share) for one in found.pair.passed_over}


def test_the_best_ranked_offer_of_another_provider_steps_in_and_the_own_provider_is_passed_over():
    found = answer()
    assert (found.choice, found.fallback) == ("acme/cached", "bravo/cliff")
    assert passed(found) == {"acme/plain": ("same provider", pytest.approx(float("nan"), nan_ok=True))}


def test_a_shared_pool_is_never_a_fallback():
    found = answer(columns={"pool": ("acme", "acme", "bravo", None, "delta")})
    assert passed(found)["acme/plain"][0] == "shared pool"
    alone = answer(workload={"needs": {"providers": ["acme"]}}, columns={"pool": ("acme", "acme", "bravo", None, "delta")})
    assert alone.choice == "acme/cached" and alone.fallback is None and passed(alone)["acme/plain"][0] == "shared pool"


def test_a_pool_that_is_not_known_to_be_apart_does_not_count_at_the_same_provider():
    alone = answer(workload={"needs": {"providers": ["acme"]}}, columns={"pool": (None, None, "bravo", None, "delta")})
    assert alone.fallback is None


def test_a_tier_that_is_too_small_is_passed_over_with_the_share_that_it_holds():
    found = answer(rate_limits=verdicts(o2=FAILS), served=array(1, 1, 0.4, 1, 1))
    assert found.fallback == "delta/peak"
    assert passed(found)["bravo/cliff"] == ("tier", 0.4)
    assert "whose tier holds your peak" in found.reasons[-1]


def test_a_tier_that_holds_with_a_warm_cache_and_not_with_a_cold_one_is_passed_over():
    # bravo first, then acme/cached, whose 400,000 uncached tokens a minute take 300 calls of 500 and not of 2,000.
    workload = {
        "traffic": {"requests_per_day": 432_000, "active_hours": 24, "peak_factor": 1},
        "tokens": {"input_mean": 2_000, "output_mean": 50},
        "caching": {"prefix_tokens": 1_500, "hit_rate": 1.0},
        "context": {"system_tokens": 1_500, "turns": 1, "turn_tokens": 500, "output_reserve_tokens": 100},
    }
    columns = {"ratio": np.ones((3, 5))}
    case = make_case(workload, cost_usd=array(3_000, 2_000, 1_600, 4_500, 4_000), hit_rate=np.ones(5), columns=columns)
    found = recommend(case, prices_as_of=None, catalogue_digest="d")
    assert (found.choice, found.fallback) == ("bravo/cliff", "acme/plain")
    why, share = passed(found)["acme/cached"]
    assert why == "tier" and share == pytest.approx(2 / 3, abs=0.03)


def test_prompts_that_fit_the_primary_alone_rule_an_offer_out():
    found = answer(fits=array(1, 1, 0.6, 1, 1), context_window=verdicts(o2=UNRESOLVED))
    assert found.fallback == "delta/peak" and passed(found)["bravo/cliff"] == ("prompts", 0.6)
    # One in a hundred may be lost.
    kept = answer(fits=array(1, 1, 0.99, 1, 1))
    assert kept.fallback == "bravo/cliff" and kept.pair.lost_share == pytest.approx(0.01)


def test_limits_that_are_not_published_come_behind_a_tier_that_is_known_to_hold():
    weights = {"weights": {"cost": 1, "latency": 0, "rate_limits": 0, "context_window": 0}}
    found = answer(rate_limits=verdicts(o2=UNKNOWN), priorities=weights)
    assert found.fallback == "delta/peak" and passed(found)["bravo/cliff"][0] == "unknown"
    assert "whose tier is known to hold your peak" in found.reasons[-1]
    # Unknown is not nothing: where no other one is left it is taken, and said.
    last = answer(rate_limits=verdicts(o2=UNKNOWN), cost=verdicts(o3=FAILS, o4=FAILS))
    assert last.fallback == "bravo/cliff" and last.pair.holds == "unknown" and np.isnan(last.pair.served)


def test_a_tier_that_hangs_on_the_depth_of_its_buckets_stands_between():
    found = answer(rate_limits=verdicts(o2=UNRESOLVED, o4=UNKNOWN), served_worst=array(1, 1, 0.9, 1, 1), cost=verdicts(o3=FAILS))
    assert (found.fallback, found.pair.holds) == ("bravo/cliff", "hangs on depth")
    assert (found.pair.served, found.pair.served_worst) == (1.0, 0.9)


def test_another_model_comes_before_the_same_one():
    found = answer(columns={"models": ("plain", "big", "big", "implicit", "peak")})
    assert found.fallback == "delta/peak" and passed(found)["bravo/cliff"][0] == "same model"


def test_another_operator_comes_before_another_name_of_the_same_one():
    columns = {"providers": ("vertex", "google", "vertex", "carol", "delta")}
    found = answer(columns=columns)
    assert found.fallback == "delta/peak" and passed(found)["bravo/cliff"][0] == "same host"


def test_the_same_text_in_the_tokens_of_the_fallback():
    # acme/cached counts 1.5, bravo/cliff 1.0 tokens for one of o200k.
    assert answer().pair.growth == pytest.approx(1 / 1.5)


def test_no_pair_where_none_is_asked_for_or_nothing_fits():
    assert answer(workload={"needs": {"fallback": False}}).pair is None
    assert answer(cost=np.full(5, FAILS)).pair is None


def without(case: Case, at: int) -> Case:
    """The same question with one offer less."""
    keep = [place for place in range(len(case.columns)) if place != at]

    def cut(value):
        if isinstance(value, np.ndarray) and value.shape[-1:] == (5,):
            return value[..., keep]
        return tuple(value[place] for place in keep) if isinstance(value, tuple) and len(value) == 5 else value

    axes = {
        field.name: SimpleNamespace(**{name: cut(value) for name, value in vars(getattr(case.assessments, field.name)).items()})
        for field in dataclasses.fields(Assessments)
    }
    return dataclasses.replace(case, columns=only(case.columns, *(IDS[place] for place in keep)), assessments=Assessments(**axes))


some = st.sampled_from


@given(
    usd=st.lists(some([1_500.0, 2_000.0, 2_500.0, 3_000.0, 4_000.0]), min_size=5, max_size=5),
    limits=st.lists(some([Verdict.MEETS, UNRESOLVED, UNKNOWN, FAILS]), min_size=5, max_size=5),
    fits=st.lists(some([1.0, 0.995, 0.6]), min_size=5, max_size=5),
    pool=st.lists(some(["one", "two", "three", None]), min_size=5, max_size=5),
    models=st.lists(some(["a", "b", "c"]), min_size=5, max_size=5),
    providers=st.lists(some(["acme", "bravo", "google", "vertex"]), min_size=5, max_size=5),
)
def test_an_offer_that_is_not_chosen_never_changes_the_pair(usd, limits, fits, pool, models, providers):
    case = make_case(
        cost_usd=np.array(usd),
        rate_limits=np.array(limits),
        fits=np.array(fits),
        columns={"pool": tuple(pool), "models": tuple(models), "providers": tuple(providers)},
    )
    whole = recommend(case, prices_as_of=None, catalogue_digest="d")
    for at, offer in enumerate(IDS):
        if offer not in (whole.choice, whole.fallback):
            less = recommend(without(case, at), prices_as_of=None, catalogue_digest="d")
            assert (less.choice, less.fallback) == (whole.choice, whole.fallback), f"without {offer}"


@given(
    worse=some([0, 1, 2, 3, 4]), limits=some([Verdict.MEETS, UNRESOLVED, UNKNOWN, FAILS]), fits=some([1.0, 0.6]), dearer=some([1.0, 500.0])
)
def test_the_worst_offer_added_never_changes_the_pair(worse, limits, fits, dearer):
    usd, found_limits, found_fits = PRICED.copy(), verdicts(), np.ones(5)
    usd[worse], found_limits[worse], found_fits[worse] = usd.max() + dearer, limits, fits
    case = make_case(cost_usd=usd, rate_limits=found_limits, fits=found_fits)
    less, more = (recommend(one, prices_as_of=None, catalogue_digest="d") for one in (without(case, worse), case))
    assert less.fallback is not None
    assert (more.choice, more.fallback) == (less.choice, less.fallback)

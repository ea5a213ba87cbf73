"""Is a choice that is given with 80 % confidence right in 80 % of the cases? A world in which the truth is known.

Each world is a reading: a workload and prices as a team would enter them. Its truths are drawn from the very ranges that the screen shows
around that reading (a reading is its truth times the same noise, so that with no other knowledge the truth is the reading times it), by
random numbers of their own. Who is best at a truth is worked out by the plain bill of that truth and a weighted sum written out here.
"""

from functools import cache

import numpy as np
import pytest
from axes.builders import make_columns, make_limits, make_prices, only

from framework.axes import cost
from framework.load import load_of
from framework.priorities import Priorities
from framework.scoring import sensitivity
from framework.scoring.chain import Case, assess_all
from framework.scoring.outcome import candidates
from framework.scoring.rank import shares_of
from framework.scoring.recommend import recommend
from framework.workload import Workload

WORLDS = 360
TRUTHS = 40
OFFERS = ("acme/plain", "acme/cached", "carol/implicit")


def world(rng):
    """A reading: three offers at prices of their own, a workload whose bill is about half of its budget, and its case."""
    requests, prompt, reply = rng.uniform(500, 4_000), rng.uniform(1_500, 6_000), rng.uniform(100, 500)
    workload = Workload.model_validate(
        {
            "traffic": {"requests_per_day": requests, "active_hours": 24, "peak_factor": 2},
            "tokens": {"input_mean": prompt, "output_mean": reply},
            "caching": {"prefix_tokens": 1_100, "hit_rate": rng.uniform(0.2, 0.9)},
            "budget": {
                "monthly_usd": 30 * requests * (2 * prompt + 8 * reply) / 1e6 * rng.uniform(0.6, 2),
                "ttft_s": rng.uniform(0.8, 2.5),
                "response_s": rng.uniform(3, 12),
                "percentile": 90,
            },
            "spreads": {"volume": 0.3, "input_tokens": 0.2, "output_tokens": 0.2, "hit_rate": 0.5},
        }
    )
    # Prices and speeds of their own, near enough to each other that the choice is often open.
    mtok = make_prices().mtok * np.array([1.2, 0.8, 1, 1, 1]) * np.exp(rng.normal(0, 0.1, 5))
    limits = make_limits()
    columns = make_columns(
        mtok=mtok,
        enforced=np.zeros_like(limits.enforced),
        monthly_cap_usd=np.full_like(limits.monthly_cap_usd, np.inf),
        m_at_s=np.array([0.6, 0.7, 1, 0.8, np.nan]) * np.exp(rng.normal(0, 0.2, 5)),
        knots_s=np.full((5, 5), np.nan),
        p95_s=np.full(5, np.nan),
        tps=np.full(5, 70.0),
        stale_sigma=np.full(5, 0.25),
    )
    columns, load = only(columns, *OFFERS), load_of(workload)
    cheap = rng.uniform(0.3, 0.7)
    priorities = Priorities.model_validate({"weights": {"cost": cheap, "latency": 1 - cheap, "rate_limits": 0, "context_window": 0}})
    return Case(workload, priorities, columns, load, assess_all(load, columns, {}))


def winners_of_truths(case, rng):
    """Position of the best offer at each truth, -1 where all are over the budget."""
    spreads, load, speed = case.workload.spreads, case.load, case.assessments.latency
    z = rng.normal(size=(5, TRUTHS, 1))
    logit = np.log(load.hit_rate / (1 - load.hit_rate)) + spreads.hit_rate * z[3]
    truth = load.with_(
        requests_per_day=load.requests_per_day * np.exp(spreads.volume * z[0]),
        input_mean=load.input_mean * np.exp(spreads.input_tokens * z[1]),
        output_mean=load.output_mean * np.exp(spreads.output_tokens * z[2]),
        hit_rate=1 / (1 + np.exp(-logit)),
    )
    usd = cost.ranges(truth, case.columns).expected_usd
    drift = rng.normal(size=(TRUTHS, len(OFFERS)))
    away = np.where(drift > 0, speed.attainment - speed.attainment_low, speed.attainment_high - speed.attainment)
    attained = np.clip(speed.attainment - drift * away, 0, 1)
    budget = case.workload.budget.monthly_usd
    weights = shares_of(case.priorities.weights)
    cheap = np.clip((budget - usd) / (budget - 0.3 * budget), 0, 1)
    quick = np.clip((attained - 0.45) / (0.9 - 0.45), 0, 1)
    score = np.where(usd <= budget, np.round(weights[0] * cheap + weights[1] * quick, 6), -1)
    tied = score == score.max(axis=1, keepdims=True)
    best = np.where(tied, usd, np.inf).argmin(axis=1)
    return np.where(score.max(axis=1) < 0, -1, best)


@cache
def trials():
    """`(confidence, share of its truths at which the choice is the best)` per world that has a choice."""
    rng, found = np.random.default_rng(20_261_129), []
    with pytest.MonkeyPatch.context() as patched:
        # The weights are fixed.
        patched.setattr(sensitivity.draws, "weight_draws", lambda shares: np.tile(shares, (sensitivity.DRAWS, 1)))
        for _ in range(WORLDS):
            case = world(rng)
            answer = recommend(case, prices_as_of=None, catalogue_digest="")
            if answer.choice is None:
                continue
            choice = case.columns.index(answer.choice)
            drawn = sensitivity.draw(case, answer.scores, candidates(case, choice=choice))
            confidence = float((drawn.positions[drawn.won] == choice)[drawn.won >= 0].sum() / sensitivity.DRAWS)
            found.append((confidence, float((winners_of_truths(case, rng) == choice).mean())))
    return np.array(found)


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.65), (0.65, 0.75), (0.75, 0.85), (0.85, 0.95)])
def test_of_the_choices_given_with_some_confidence_that_share_is_right(low, high):
    confidence, right = trials().T
    given = (confidence >= low) & (confidence <= high)
    # Some tens of worlds with 40 truths each: the share is known to about a point and a half.
    assert given.sum() >= 20
    assert low <= right[given].mean() <= high
    assert right[given].mean() == pytest.approx(confidence[given].mean(), abs=0.03)


def test_what_is_given_as_certain_is_right():
    confidence, right = trials().T
    assert right[confidence == 1].mean() > 0.99
    assert (confidence == 1).sum() >= 20


def test_the_world_tells_a_wrong_confidence_from_a_right_one():
    # Confidence told ten points too high would not pass.
    confidence, right = trials().T
    given = (confidence + 0.1 >= 0.75) & (confidence + 0.1 <= 0.85)
    assert right[given].mean() < 0.75

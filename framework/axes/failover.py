"""The fail-over traffic: the peak of an offer that is down, arriving at once at another one that had no traffic and has a cold cache.

The rate-limit axis already holds every offer against the whole peak; what a cold cache changes is the input that is counted where cached
input is not. Only those offers are replayed again, with every call a miss: harsher than an outage that lasts, as its own first calls warm
the cache (`outage_drill` replays that, call by call).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.axes.assessment import Verdict
from framework.axes.demand import LEAST, Expected, read_share
from framework.axes.peak_replay import peak_replay
from framework.axes.rate_limits import RateLimitAssessment
from framework.axes.tiers import at_tier, ladder
from framework.catalogue.columns import Array, Bools, Columns, Ints, at_offers, figures_of
from framework.load import Load


@dataclass(frozen=True, eq=False)
class FailOver:
    """Shares `(offers,)` of the fail-over traffic that are served in time at the user's tier, buckets a minute and a second deep.

    `verdicts`: MEETS holds at both readings, UNRESOLVED hangs on the depth of the buckets, UNKNOWN a limit is not known, FAILS too small.
    """

    served: Array
    served_worst: Array
    verdicts: Ints


def counts_cached(load: Load, columns: Columns, warm: RateLimitAssessment, hit_rate: Array) -> Bools:
    """`(offers,)`: a cache that is cold draws more on the limits than the axis has counted."""
    return np.asarray(read_share(load, columns, Expected(0.0, hit_rate, warm.duration_s), LEAST) > 0)


def fail_over(load: Load, columns: Columns, warm: RateLimitAssessment, *, among: Bools) -> FailOver:
    """For one load (scalars); the cold cache is counted at the offers `among` `(offers,)`, of those that `counts_cached` tells."""
    places = np.flatnonzero(among)
    served, worst, verdicts = np.array(warm.served), np.array(warm.served_worst), np.array(warm.verdicts)
    if not places.size:
        return FailOver(served, worst, verdicts)
    cold = Expected(0.0, np.zeros(places.size), at_offers(np.asarray(warm.duration_s), places))
    limit = at_tier(ladder(columns.limits), warm.tier_index)[:, places]
    found = peak_replay(load, figures_of(columns, places), cold, best=cold, limit=limit)
    served[places], worst[places] = found.served, found.served_worst
    doubtful = (found.served_worst < load.target_share) & (verdicts[places] == Verdict.MEETS)
    verdicts[places] = np.where(doubtful, Verdict.UNRESOLVED, verdicts[places])
    verdicts[places] = np.where(found.served_best < load.target_share, Verdict.FAILS, verdicts[places])
    return FailOver(served, worst, verdicts)

"""The pair: the offer to build on and the one that steps in when it fails, chosen by rules that can be read.

The primary is the best ranked offer; nothing of the fallback moves it. A fallback passes every must-have and, in its own role:

1. it draws on a pool of rate limits of its own (one that is not known to be its own does not count),
2. of the prompts that fit the primary all but one in a hundred fit it too, in its own tokens,
3. its tier holds the primary's peak arriving at once on a cold cache (`axes.failover`); it has no traffic of its own before that.

Among those that pass, the first difference decides: who stays up when the primary's provider is down (another operator, then another
provider on the same operator's machines, then a pool of its own at the same provider); another model before the same; a tier that is
known to hold before one that hangs on how deep the buckets are, before one whose limits are not published; then the better rank. Every
rule looks at the primary and one candidate only, so that an offer which loses to the fallback on all of them cannot change the pair.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import Verdict
from framework.axes.failover import FailOver, counts_cached, fail_over
from framework.axes.tokens import LIKELY
from framework.scoring import screen
from framework.scoring.chain import REQUIRED_SHARE, Case
from framework.scoring.rank import ranks
from framework.scoring.results import OTHER_OPERATOR, SAME_HOST, SAME_PROVIDER, ChosenPair, Holds, PassedOver, Scores, Why
from framework.vocabulary import HOSTS

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

HOLDS: tuple[Holds, ...] = ("yes", "hangs on depth", "unknown")
IN_THE_ROLE = ("rate_limits", "context_window")
"""Must-haves that the role asks again: who fails only them is told of among those passed over."""


@dataclass(frozen=True, eq=False)
class _Role:
    """What each offer is worth as the fallback of one primary, each `(offers,)`; `order`: its rank, 0 where it does not stand."""

    shares_pool: Bools
    lost_share: Array
    fits: Bools
    unknown_fit: Bools
    independence: Ints
    same_model: Bools
    order: Ints
    over: FailOver

    @property
    def out(self) -> Bools:
        return np.asarray(self.shares_pool | ~self.fits | (self.over.verdicts == Verdict.FAILS))

    @property
    def known(self) -> Ints:
        """Places in `HOLDS`."""
        doubt = np.where(self.over.verdicts == Verdict.MEETS, 0, np.where(self.over.verdicts == Verdict.UNRESOLVED, 1, 2))
        return np.where(self.unknown_fit, 2, doubt)


def pair_of(case: Case, scores: Scores, primary: int) -> ChosenPair:
    """The best fallback for a primary, and who was passed over for it."""
    gates = screen.all_gates(case.workload, case.columns, case.assessments)
    standing = screen.passing({name: shut for name, shut in gates.items() if name not in IN_THE_ROLE})
    standing[primary] = False
    order = ranks(scores.low, scores.high, cost_usd=case.assessments.cost.expected_usd, eligible=standing, ids=case.columns.ids)
    able = standing & scores.eligible
    role = _cold(case, _warm(case, primary, order), able)
    places = np.flatnonzero(able & ~role.out)
    fallback = None
    if places.size:
        first = np.lexsort((order[places], role.known[places], role.same_model[places], role.independence[places]))[0]
        fallback = int(places[first])
    above = np.flatnonzero(standing & (order < (np.inf if fallback is None else order[fallback])))
    passed = tuple(_passed(case, role, int(at), fallback, float(scores.low[at])) for at in above[np.argsort(order[above])])
    return _pair(case, role, primary, fallback, passed)


def _warm(case: Case, primary: int, order: Ints) -> _Role:
    """The role as the axes have it, caches warm."""
    columns, window, limits = case.columns, case.assessments.context_window, case.assessments.rate_limits
    providers = np.array(columns.providers)
    same_provider = providers == providers[primary]
    hosts = np.array([HOSTS.get(provider, provider) for provider in columns.providers])
    pool = np.array([name or "" for name in columns.limits.pool])
    # At one provider a pool that is not known may be the primary's own.
    known_apart = (pool != "") & (pool[primary] != "") & (pool != pool[primary])
    fits = np.asarray(window.fits_share, dtype=float)
    lost = np.maximum(fits[primary] - fits, 0.0)
    return _Role(
        shares_pool=np.asarray(np.where(same_provider, ~known_apart, (pool != "") & (pool == pool[primary]))),
        lost_share=lost,
        fits=(window.verdicts != Verdict.FAILS) & ~((lost > 1 - REQUIRED_SHARE) & (fits < REQUIRED_SHARE)),
        unknown_fit=np.isnan(fits),
        independence=np.where(same_provider, SAME_PROVIDER, np.where(hosts == hosts[primary], SAME_HOST, OTHER_OPERATOR)),
        same_model=np.array(columns.models) == columns.models[primary],
        order=order,
        over=FailOver(limits.served, limits.served_worst, limits.verdicts),
    )


def _cold(case: Case, warm: _Role, able: Bools) -> _Role:
    """The same with the cold cache counted wherever it could decide: a replay is dear, and most of them change nothing.

    Nobody beats an offer of another operator and model that is sure to hold but who ranks before it. Where there is no such offer all are
    counted, those of the primary's own provider only if no other one holds.
    """
    limits, kept = case.assessments.rate_limits, able & ~warm.out
    counts = kept & counts_cached(case.load, case.columns, limits, np.asarray(case.assessments.cost.hit_rate))
    first_class = kept & (warm.independence == OTHER_OPERATOR) & ~warm.same_model
    sure = first_class & ~counts & (warm.known == 0)
    if sure.any():
        return _counted(case, warm, counts & first_class & (warm.order < warm.order[sure].min()))
    role = _counted(case, warm, counts & (warm.independence != SAME_PROVIDER))
    held = able & ~role.out & (role.independence == OTHER_OPERATOR)
    return role if held.any() else _counted(case, warm, counts)


def _counted(case: Case, warm: _Role, among: Bools) -> _Role:
    return dataclasses.replace(warm, over=fail_over(case.load, case.columns, case.assessments.rate_limits, among=among))


def _passed(case: Case, role: _Role, at: int, fallback: int | None, score: float) -> PassedOver:
    why, share = _rule(case, role, at, fallback)
    return PassedOver(at, why, share, score)


def _rule(case: Case, role: _Role, at: int, fallback: int | None) -> tuple[Why, float]:
    """The first rule by which an offer loses."""
    if role.shares_pool[at]:
        return "shared pool", float("nan")
    if not role.fits[at]:
        return "prompts", float(case.assessments.context_window.fits_share[at])
    if role.over.verdicts[at] == Verdict.FAILS or fallback is None:
        return "tier", float(role.over.served[at])
    if role.independence[at] > role.independence[fallback]:
        return ("same provider" if role.independence[at] == SAME_PROVIDER else "same host"), float("nan")
    if role.same_model[at] > role.same_model[fallback]:
        return "same model", float("nan")
    return ("unknown" if role.known[at] == 2 else "hangs on depth"), float(role.over.served_worst[at])


def _pair(case: Case, role: _Role, primary: int, fallback: int | None, passed: tuple[PassedOver, ...]) -> ChosenPair:
    nan = float("nan")
    if fallback is None:
        return ChosenPair(primary, None, passed, OTHER_OPERATOR, False, "unknown", nan, nan, nan, nan)
    ratio = case.columns.ratio[LIKELY]
    told = HOLDS[int(role.known[fallback])]
    limits_known = role.over.verdicts[fallback] != Verdict.UNKNOWN
    return ChosenPair(
        primary=primary,
        fallback=fallback,
        passed_over=passed,
        independence=int(role.independence[fallback]),
        same_model=bool(role.same_model[fallback]),
        holds=told,
        served=float(role.over.served[fallback]) if limits_known else nan,
        served_worst=float(role.over.served_worst[fallback]) if limits_known else nan,
        lost_share=float(role.lost_share[fallback]),
        growth=float(ratio[fallback] / ratio[primary]),
    )

"""What to watch once it runs: each metric with what the study expects, the figure at which to act, and where the layer counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from framework import wording
from framework.axes.assessment import Verdict
from framework.axes.cost import monthly_usd
from framework.axes.latency_findings import LAST_PERCENTILE_SHARE
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import Array, figures_of
from framework.workload import DAYS_PER_MONTH

if TYPE_CHECKING:
    from framework.report.rollout import Rollout

Row = dict[str, Any]
STEPS = 101
"""Hit rates that are tried, in whole per cents."""


def watch_rows(plan: Rollout) -> list[Row]:
    """`name`, `expected`, `act`, `where` and `why` per metric, worded with units; empty where nothing is rolled out."""
    if plan.primary is None:
        return []
    at = plan.at(plan.primary)
    rows = [_first_token(plan, at), _whole_reply(plan, at), _refused(plan, at), _bill(plan, at), _cached(plan, at), _fallback(plan, at)]
    return [row for row in rows if row is not None]


def probing(plan: Rollout) -> str:
    """How to measure the providers of this very plan."""
    told = "`fouraxes probe llm.yaml` first shows what it would send and cost, then times the first visible token of the primary"
    other = f"; `--target {plan.fallback.name}` measures the fallback" if plan.fallback else ""
    return f"{told}, from where you run it and with your keys{other}."


def tally_words(plan: Rollout) -> str:
    """Where the tallies of those rows are found; empty where there is only one provider, which has none."""
    if plan.fallback is None:
        return ""
    if not plan.split_share:
        return "`tally` is `llm.tallies[name]`: the layer counts per provider of the fallback."
    return (
        "`tally` is `next(iter(llm.arms)).tallies[name]`: the first arm of the split is a fallback, which counts per provider. "
        "`llm.tallies[name]` counts per arm, in USD as well; there, a call that nobody answered is `NoProviderLeft`."
    )


def _row(name: str, expected: str, act: str, *, where: str, why: str) -> Row:
    return {"name": name, "expected": expected, "act": act, "where": where, "why": why}


def _counted(plan: Rollout, tally: str, reply: str) -> str:
    """Where to read it: the layer keeps tallies of a fallback and a split; of a provider alone there are only its replies."""
    return f"tally.{tally}" if plan.fallback else f"{reply}, in metrics of your own"


def _timed(plan: Rollout, tally: str, reply: str) -> str:
    """The same of seconds, which calls before the answer add to, while the layer times each call alone."""
    calls = 1 + plan.study.load.round_trips
    return _counted(plan, tally, reply) if calls == 1 else f"from the first of the {calls} calls on, in metrics of your own"


def _first_token(plan: Rollout, at: int) -> Row | None:
    budget, speed = plan.study.workload.budget, plan.study.assessments.latency
    if not budget.streaming:
        return None
    return _row(
        f"First token, P{budget.percentile:g}",
        _speed(plan, at, 0, speed.first_in_time),
        f"above {wording.seconds(budget.ttft_s)}",
        where=_timed(plan, f"ttft.quantile_s({_share(plan)})", "ttft_s of every reply"),
        why=f"The budget of the first token{_all_calls(plan)}; the layer counts up to the first visible text, retries included.",
    )


def _whole_reply(plan: Rollout, at: int) -> Row:
    budget, speed = plan.study.workload.budget, plan.study.assessments.latency
    return _row(
        f"Whole reply, P{budget.percentile:g}",
        _speed(plan, at, 1, speed.reply_in_time),
        f"above {wording.seconds(budget.response_s)}",
        where=_timed(plan, f"response.quantile_s({_share(plan)})", "response_s of every reply"),
        why=f"The budget of the whole reply{_all_calls(plan)}.",
    )


def _share(plan: Rollout) -> str:
    return f"{plan.study.workload.budget.percentile / 100:.6g}"


def _all_calls(plan: Rollout) -> str:
    calls = 1 + plan.study.load.round_trips
    return f", which all {calls} calls share" if calls > 1 else ""


def _speed(plan: Rollout, at: int, which: int, in_time: Array) -> str:
    """The seconds at the percentile that is watched, or at the last that readings have."""
    percentile = min(plan.study.workload.budget.percentile, 100 * LAST_PERCENTILE_SHARE)
    seconds = float(plan.study.assessments.latency.spread.at(percentile / 100)[which][at])
    if np.isnan(seconds):
        return wording.UNKNOWN
    return f"P{percentile:g} {wording.seconds(seconds)}; {wording.probability(float(in_time[at]))} in time, estimated"


def _lost(plan: Rollout, at: int) -> str:
    """The share of the calls at the peak that the limits do not serve in time, from a minute's buckets to a second's."""
    limits = plan.study.assessments.rate_limits
    if limits.verdicts[at] == Verdict.UNKNOWN:
        return wording.UNKNOWN
    likely, worst = (wording.share(1 - float(served[at])) for served in (limits.served, limits.served_worst))
    return likely if likely == worst else f"{likely} (up to {worst})"


def _refused(plan: Rollout, at: int) -> Row:
    allowed = 1 - plan.study.workload.clients.target_share
    return _row(
        "Calls lost to rate limits (429), busiest hour",
        _lost(plan, at),
        f"above {wording.share(allowed)}",
        where=_counted(plan, 'errors["RateLimited"] / tally.calls', "RateLimited errors over all calls"),
        why=f"Your target is to serve {wording.share(1 - allowed)} of the calls at the peak: beyond that, ask for the next tier.",
    )


def _bill(plan: Rollout, at: int) -> Row:
    budget_usd = plan.study.workload.budget.monthly_usd
    cost = plan.study.assessments.cost
    daily = [_per_day(plan, float(usd[at]), usd) for usd in (cost.low_usd, cost.expected_usd, cost.high_usd)]
    return _row(
        "Bill per day, mean of a week",
        wording.between(*map(wording.usd, daily)),
        f"above {wording.usd(budget_usd / DAYS_PER_MONTH)}",
        where="tally.usd of the split" if plan.split_share else "the provider's console",
        why=f"A thirtieth of the budget of {wording.usd(budget_usd)} a month, at today's volume.",
    )


def _per_day(plan: Rollout, usd: float, monthly: Any) -> float:
    """USD a day, the split's share at the fallback."""
    if plan.split_share and plan.fallback is not None:
        usd = (1 - plan.split_share) * usd + plan.split_share * float(monthly[plan.at(plan.fallback)])
    return usd / DAYS_PER_MONTH


def _cached(plan: Rollout, at: int) -> Row | None:
    """Measured as the share of the input tokens that were read from the cache, which is what the replies report."""
    study, cost = plan.study, plan.study.assessments.cost
    hits = float(cost.hit_rate[at])
    if not cost.cached[at] or cost.stored[at] or not hits > 0:
        return None
    input_tokens = float(study.load.input_mean * ratio_of(study.load, study.columns)[at])
    share = float(cost.cached_tokens[at]) / input_tokens
    least = _least_hits(plan, at)
    if least is None:
        act, why = "any fall", "The month is over the budget even if every prompt finds its prefix."
    elif least == 0:
        act = f"below {wording.share(share / 2)}"
        without = wording.usd(float(_at_hit_rates(plan, at, [0.0])[0]))
        why = f"Half of what is expected: something breaks the prefix. Without any hits the month costs {without}."
    else:
        act = f"below {wording.share(share * least / hits)}"
        why = f"Where fewer than {wording.share(least)} of the prompts find their prefix, the month costs more than the budget."
    where = _counted(plan, "cached_tokens / tally.input_tokens", "cached_tokens over input_tokens of the replies")
    return _row("Input tokens read from the cache", wording.share(share), act, where=where, why=why)


def _at_hit_rates(plan: Rollout, at: int, rates: Any) -> Any:
    """USD a month of one offer at these hit rates, `(n,)`."""
    load, columns = plan.study.load, figures_of(plan.study.columns, np.array([at]))
    return monthly_usd(load.with_(hit_rate=np.asarray(rates, dtype=float)[:, None]), columns)[:, 0]


def _least_hits(plan: Rollout, at: int) -> float | None:
    """The lowest hit rate, in whole per cents, from which on the month stays within the budget; None where there is none."""
    rates = np.linspace(0, 1, STEPS)
    over = _at_hit_rates(plan, at, rates) > plan.study.workload.budget.monthly_usd
    if over[-1]:
        return None
    return float(rates[np.flatnonzero(over).max(initial=-1) + 1])


def _fallback(plan: Rollout, at: int) -> Row | None:
    if plan.fallback is None:
        return None
    other, limits = plan.at(plan.fallback), plan.study.assessments.rate_limits
    alone = wording.usd(float(plan.study.assessments.cost.expected_usd[other]) / DAYS_PER_MONTH)
    known = limits.verdicts[other] != Verdict.UNKNOWN
    room = f"holds {wording.factor(float(limits.headroom[other]))} your peak" if known else "is not known to hold your peak"
    return _row(
        "Answers of the fallback",
        f"{_lost(plan, at)} at the peak, and the primary's outages",
        f"above {wording.share(1 - plan.study.workload.clients.target_share)}",
        where="tally.answered of the fallback / of both",
        why=f"More means that the primary misses its own target. {plan.fallback.label} {room}, and alone costs {alone} a day.",
    )

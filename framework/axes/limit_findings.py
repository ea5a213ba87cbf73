"""What the rate limits mean for one offer, in sentences with their figures; one source for screen, PDF and record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework import wording
from framework.axes.assessment import Finding, Verdict
from framework.axes.demand import DIMENSIONS, peak_calls
from framework.axes.peak_classes import REPLAYED
from framework.axes.peak_replay import PeakReplay
from framework.axes.tiers import TierChoice, reaching, title
from framework.axes.tokens import ratio_of
from framework.catalogue.columns import Array, Bools, Columns, Ints
from framework.load import Load
from framework.vocabulary import LIMIT_WORDS

FAILS = int(Verdict.FAILS)
SERVES = (int(Verdict.MEETS), int(Verdict.UNRESOLVED))
MISSING = {"concurrency": "its reply time", "spend_10min": "the bill", "monthly_cap": "the bill"}
RATIO = "how many of its tokens your text becomes"
TOKEN_ROWS = [DIMENSIONS.index(meter) for meter in ("tpm", "tpd", "itpm", "otpm")]


@dataclass(frozen=True, eq=False, kw_only=True)
class Limits:
    """The readings of one load: `(dimensions, offers)`, `by_tier` `(tiers, dimensions, offers)`, `verdicts` and `lowest` `(offers,)`.

    `rooms` and `bend` as `RateLimitAssessment` has them: as shown and at best.
    """

    load: Load
    columns: Columns
    tier: TierChoice
    limit: Array
    demand: Array
    single: Array
    use: Array
    pessimistic: Array
    unknown: Bools
    by_tier: Array
    replayed: PeakReplay
    rooms: tuple[Array, Array]
    bend: Array
    verdicts: NDArray[np.int64]
    lowest: Ints


def amount(dimension: str, value: float) -> str:
    """A demand or a limit in its own unit."""
    if dimension in ("spend_10min", "monthly_cap"):
        return wording.usd(value)
    return wording.count(value) if dimension in ("rpm", "rpd", "concurrency") else wording.tokens(value)


def _times(value: float) -> str:
    if value < 1.095:
        return f"{value:.2f} times"
    return f"{value:.1f} times" if value < 9.95 else f"{value:,.0f} times"


def _over_text(facts: Limits, row: int, offer: int) -> str:
    dimension, tier = DIMENSIONS[row], title(facts.tier.names[offer] or "")
    limit, single = float(facts.limit[row, offer]), float(facts.single[row, offer])
    allowed = f"{amount(dimension, limit)} {LIMIT_WORDS[dimension]}"
    if single > limit:
        return f"One call in a hundred draws {wording.tokens(single)} tokens at once, {tier} allows {allowed}: it is never admitted."
    drawn = f"{amount(dimension, float(facts.demand[row, offer]))} {'forecast' if dimension == 'monthly_cap' else 'at peak'}"
    times = _times(float(facts.use[row, offer]))
    return f"{LIMIT_WORDS[dimension].capitalize()}: {drawn} against {amount(dimension, limit)} at {tier}, {times} the limit."


def _over(facts: Limits) -> Iterator[Finding]:
    fails = (facts.verdicts == FAILS).tolist()
    for row, offer in np.argwhere(facts.use > 1).tolist():
        yield Finding(_over_text(facts, row, offer), "blocking" if fails[offer] else "warning", facts.columns.ids[offer])


def _straddling(facts: Limits) -> Iterator[Finding]:
    """Served or not by how deep the buckets are, or by rules that are not published; then what is not replayed and may be exceeded."""
    replayed, target = facts.replayed, facts.load.target_share
    for offer in np.flatnonzero((replayed.served_worst < target) & (replayed.served_best >= target)).tolist():
        text = (
            f"At the peak {_refused(replayed.served_best[offer])} of the calls {_miss(facts)} if its buckets are as deep as a minute, and "
            f"{_refused(replayed.served_worst[offer])} if they are as deep as a second or unpublished rules are strict: no provider says."
        )
        yield Finding(text, "warning", facts.columns.ids[offer])
    beside = np.array([dimension not in REPLAYED for dimension in DIMENSIONS])[:, None]
    for row, offer in np.argwhere(beside & (facts.pessimistic > 1) & ~(facts.use > 1)).tolist():
        name, use = LIMIT_WORDS[DIMENSIONS[row]].capitalize(), wording.share(float(facts.use[row, offer]))
        text = f"{name}: {use} of the limit at peak, but up to {_times(float(facts.pessimistic[row, offer]))} the limit at a busy moment."
        yield Finding(text, "warning", facts.columns.ids[offer])


def _refused(served: float) -> str:
    return wording.share(1 - float(served)) if served < 1 else "none"


def _miss(facts: Limits) -> str:
    return "are refused" if facts.load.client.policy == "refuse" else "are not served in time"


def _bursts(facts: Limits) -> Iterator[Finding]:
    """Too much is refused although no limit is used up on average."""
    short = (facts.replayed.served_best < facts.load.target_share) & ~(facts.use > 1).any(axis=0)
    for offer in np.flatnonzero(short):
        text = (
            f"{_refused(facts.replayed.served_best[offer]).capitalize()} of the calls at the peak {_miss(facts)}, although no limit is "
            "used up on average: they come in bursts, or single calls draw much at once."
        )
        yield Finding(text, "blocking", facts.columns.ids[offer])


def _unknown(facts: Limits) -> Iterator[Finding]:
    for offer in np.flatnonzero(facts.unknown.any(axis=0)):
        unpublished = [LIMIT_WORDS[DIMENSIONS[row]] for row in np.flatnonzero(facts.unknown[:, offer] & np.isnan(facts.limit[:, offer]))]
        unmeasured = [DIMENSIONS[row] for row in np.flatnonzero(facts.unknown[:, offer] & ~np.isnan(facts.limit[:, offer]))]
        if unpublished:
            at = facts.tier.names[offer]
            where = f" at {title(at)}" if at else ""
            yield Finding(f"Limited, but no figure is published{where}: {', '.join(unpublished)}.", "warning", facts.columns.ids[offer])
        for dimension in unmeasured:
            text = f"How much of {LIMIT_WORDS[dimension]} is used cannot be told: {MISSING.get(dimension, RATIO)} is not known."
            yield Finding(text, "warning", facts.columns.ids[offer])


def _rules(facts: Limits) -> Iterator[Finding]:
    """Counting rules that are not published, where a figure hangs on them."""
    limits, published = facts.columns.limits, ~np.isnan(facts.limit[TOKEN_ROWS]).all(axis=0)
    caches = facts.columns.price.caches & bool(np.any(np.asarray(facts.load.prefix_tokens) > 0))
    for offer in np.flatnonzero(published & np.isnan(limits.cached_counts) & caches):
        yield Finding("Whether cached input counts is not published: it is counted here.", "info", facts.columns.ids[offer])
    for offer in np.flatnonzero(published & np.isnan(limits.max_tokens_reserved)):
        text = "Whether max_tokens is reserved is not published: the pessimistic reading reserves it."
        yield Finding(text, "info", facts.columns.ids[offer])


def _ramps(facts: Limits) -> Iterator[Finding]:
    load, threshold = facts.load, facts.columns.limits.ramp_above_itpm
    prompts = peak_calls(load, facts.columns) * load.input_mean * ratio_of(load, facts.columns)
    for offer in np.flatnonzero(prompts > threshold):
        text = (
            f"{wording.tokens(float(prompts[offer]))} input tokens a minute at peak: above {wording.tokens(float(threshold[offer]))} the "
            "provider also limits how fast traffic may grow, so raise it in steps."
        )
        yield Finding(text, "warning", facts.columns.ids[offer])


def _assumed(facts: Limits) -> Iterator[Finding]:
    for offer, (name, assumed) in enumerate(zip(facts.tier.names, facts.tier.assumed, strict=True)):
        if assumed and len(facts.columns.limits.tier_names[offer]) != 1:
            text = f"Your tier is not given: {title(name)} is assumed." if name else "Your tier is not given, and none can be assumed."
            yield Finding(text, "info", facts.columns.ids[offer])


def findings(facts: Limits) -> tuple[Finding, ...]:
    """All sentences, the blocking ones first."""
    batch = float(facts.load.batch_share)
    queue = f"{wording.share(batch)} of the calls go through the batch queue where one is sold, and draw on none of these limits there"
    shared = [Finding(f"{queue}; the queue's own limit is not checked.")] if batch > 0 else []
    per_offer = [finding for part in (_over, _bursts, _straddling, _unknown, _ramps, _rules, _assumed) for finding in part(facts)]
    return (*sorted(per_offer, key=lambda finding: finding.gravity != "blocking"), *shared)


def _where_none_serves(facts: Limits, offer: int, over: list[bool]) -> str:
    """No rung is known to serve and the present one does not; `over[row]`: a known use is above the limit there."""
    ladder, current = facts.columns.limits.tier_names[offer], int(facts.tier.index[offer])
    above = [title(ladder[row]) for row in range(current + 1, len(ladder)) if not over[row]]
    if above:
        return f"ask the provider for the limits at {', '.join(above)}: they are not all published"
    return "no tier on the ladder serves this: ask the provider for a higher limit"


def _where_unknown(facts: Limits, offer: int) -> str:
    words = [LIMIT_WORDS[DIMENSIONS[row]] for row in np.flatnonzero(facts.unknown[:, offer] & np.isnan(facts.limit[:, offer]))]
    if words:
        return f"read {', '.join(words)} in the provider's console"
    missing = {MISSING.get(DIMENSIONS[row], RATIO): None for row in np.flatnonzero(facts.unknown[:, offer])}
    return f"find out {' and '.join(missing)}" if missing else "ask the provider: no limit is published"


def next_steps(facts: Limits) -> tuple[str, ...]:
    """What the next tier takes, or what else to do, one sentence per offer."""
    over = (np.fmax.reduce(facts.by_tier, axis=1) > 1).T.tolist()
    steps, ladders = [], facts.columns.limits.tier_names
    per_offer = zip(facts.verdicts.tolist(), facts.tier.index.tolist(), facts.lowest.tolist(), strict=True)
    for offer, (verdict, current, lowest) in enumerate(per_offer):
        if verdict in SERVES:
            steps.append("none needed" if lowest in (current, -1) else f"none needed, {title(ladders[offer][lowest])} would serve too")
        elif lowest > current:
            steps.append(reaching(facts.columns.limits, lowest, offer))
        elif verdict == FAILS:
            steps.append(_where_none_serves(facts, offer, over[offer]))
        else:
            steps.append(_where_unknown(facts, offer))
    return tuple(steps)

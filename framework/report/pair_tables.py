"""The pair as rows, the best offer of each provider as rows, and both for machines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from framework import wording
from framework.report.pair_passed import reason
from framework.report.pair_words import differences, hours, percent, provider_name, usd_range
from framework.report.selection import labels
from framework.scoring.results import OTHER_OPERATOR, SAME_HOST
from framework.scoring.rollup import ProviderBest, roll_up

if TYPE_CHECKING:
    from framework.outage_year import Range
    from framework.pair import PairWorth
    from framework.scoring.results import PassedOver
    from framework.study import Study

Row = dict[str, Any]


def figures(found: PairWorth) -> list[Row]:
    """`what`, `figure`, `note` of the availability and the fail-over."""
    alone, both = (down if not math.isnan(down.high) else None for down in (found.alone, found.together))
    extra, hour = found.extra_usd, found.hour
    cold = f"{wording.usd(hour.warm_usd)} with a warm cache, {wording.usd(hour.primary_usd)} at the primary; the busiest hours"
    return [
        _row(
            "Answers, primary alone",
            percent(found.availability_alone) if alone else "",
            f"{hours(alone)} a year without an answer" if alone else "",
        ),
        _row("Answers, with the fallback", percent(found.availability_together) if both else "", _not(both)),
        _row("An hour of fail-over, cache cold", wording.usd(hour.cold_usd), cold),
        _row("Fail-overs of a year", _signed(extra), "expected, beyond what the same calls cost at the primary"),
    ]


def _row(what: str, figure: str, note: str) -> Row:
    return {"what": what, "figure": figure or wording.UNKNOWN, "note": note}


def _not(both: Range | None) -> str:
    return f"{hours(both)} a year without one, if the two fail independently" if both else ""


def _signed(extra: Range) -> str:
    return "" if math.isnan(extra.high) else ("−" if extra.high < 0 else "+") + usd_range(extra)


def provider_rows(study: Study) -> list[Row]:
    """A row per provider that is asked for: its best offer with rank, score and cost, or what keeps its nearest one out."""
    asked = study.workload.needs.providers
    found = roll_up(study.columns, study.recommendation)
    return [_provider(study, one) for one in found if not asked or one.provider in asked]


def not_asked(study: Study) -> str:
    """How many providers the table leaves out, as they are not compared; empty where it has all."""
    asked, all_ = study.workload.needs.providers, set(study.columns.providers)
    left = len(all_ - set(asked)) if asked else 0
    return f"{left} more providers are in the catalogue and not among those you compare." if left else ""


def _provider(study: Study, one: ProviderBest) -> Row:
    answer, ids = study.recommendation, study.columns.ids
    first = study.columns.providers.index(one.provider)
    row = {
        "name": provider_name(study, first),
        "id": one.provider,
        "passing": f"{one.passing} of {one.offers}",
        "_class": "" if one.best is not None else "out",
    }
    if one.best is None:
        offer, why = ("", "") if one.nearest is None else (labels(study)[one.nearest.offer], one.nearest.reason)
        return {**row, "best": offer, "rank": "out", "score": "", "usd": "", "role": "", "why": why}
    offer = ids[one.best]
    role = {answer.choice: "primary", answer.fallback: "fallback"}.get(offer, "")
    return {
        **row,
        "_class": "on" if offer == answer.choice else "",
        "best": labels(study)[offer],
        "rank": str(int(answer.scores.rank[one.best])),
        "score": f"{answer.scores.low[one.best]:.2f}",
        "usd": wording.usd(float(study.assessments.cost.expected_usd[one.best])),
        "role": role,
        "why": "",
    }


def pair_json(study: Study, found: PairWorth | None) -> Row | None:
    """The pair as `comparison.as_json` documents it; None without a choice, or where no fallback is asked for."""
    pair, ids = study.recommendation.pair, study.columns.ids
    if pair is None:
        return None
    passed = [_passed(study, one) for one in pair.passed_over]
    if pair.fallback is None or found is None:
        return {"primary": ids[pair.primary], "fallback": None, "passed_over": passed}
    apart = {OTHER_OPERATOR: "operator", SAME_HOST: "provider"}.get(pair.independence, "pool")
    kept = differences(study)
    return {
        "primary": ids[pair.primary],
        "fallback": ids[pair.fallback],
        "passed_over": passed,
        "apart_by": apart,
        "same_model": pair.same_model,
        "holds": {"yes": True, "hangs on depth": False}.get(pair.holds),
        "served": {"low": _number(min(pair.served, pair.served_worst)), "high": _number(max(pair.served, pair.served_worst))},
        "prompts_lost_share": _number(pair.lost_share),
        "tokens_factor": _number(pair.growth),
        "availability": {"primary": _range(found.availability_alone), "pair": _range(found.availability_together)},
        "down_hours_a_year": {"primary": _range(found.alone), "pair": _range(found.together)},
        "failover_usd_per_hour": {key: _number(getattr(found.hour, f"{key}_usd")) for key in ("cold", "warm", "primary")},
        "failover_extra_usd_a_year": _range(found.extra_usd),
        "differences": None if kept is None else {"differ": kept[0], "unknown": kept[1], "of": kept[2]},
    }


def _passed(study: Study, one: PassedOver) -> Row:
    pair = study.recommendation.pair
    why = reason(study, pair, one) if pair is not None else ""
    return {"offer": study.columns.ids[one.offer], "rule": one.why, "share": _number(one.share), "score": _number(one.score), "why": why}


def providers_json(study: Study) -> list[Row]:
    """The roll-up as `comparison.as_json` documents it."""
    answer, ids, usd = study.recommendation, study.columns.ids, study.assessments.cost.expected_usd
    return [
        {
            "provider": one.provider,
            "offers": one.offers,
            "passing": one.passing,
            "best": None if one.best is None else ids[one.best],
            "rank": None if one.best is None else int(answer.scores.rank[one.best]),
            "score": None if one.best is None else min(float(answer.scores.low[one.best]), 1.0),
            "monthly_usd": None if one.best is None else _number(usd[one.best]),
            "nearest": None if one.nearest is None else one.nearest.offer,
            "excluded": None if one.nearest is None else one.nearest.reason,
        }
        for one in roll_up(study.columns, answer)
    ]


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _range(found: Range) -> Row:
    return {"low": _number(found.low), "high": _number(found.high)}

"""The comparison for machines and tables: JSON with stable keys, CSV, Markdown, plain text, all from one `Study`."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

from framework.axes.assessment import Verdict
from framework.report import pair_tables, pair_words, robust_json
from framework.report.comparison_words import as_markdown_table, as_text_table, excluded, in_order, rows
from framework.report.escaping import csv_cell
from framework.report.selection import baseline
from framework.report.served import share_served
from framework.study import spend

if TYPE_CHECKING:
    from framework.study import Spend, Study

__all__ = ["as_csv", "as_json", "as_markdown_table", "as_text_table", "rows"]

Row = dict[str, Any]


def as_json(study: Study) -> dict[str, Any]:
    """Everything JSON can hold: finite numbers, texts, true, false, null.

    Shares are 0..1, money USD a month (`usd_per_success`: USD, from low to high by
    the 95 % interval of an own evaluation, null where none succeeds); `drawn_usd` and `cheapest_share` are null for offers not asked for;
    `headroom` a factor. Null is unknown, but `headroom` null beside `peak_use` 0 is no limit at all,
    `chunks_that_fit` and `turns_that_fit` are null too where a chunk or turn has no tokens, and `rank` and `score` are null where excluded.
    `success`: what the team's own evaluation says of an offer, null where it says nothing; `cases` null for a rate given without.
    `replay`: by offer id, the peak replayed call by call: share `served` within the time allowed from low (buckets a second deep) to high
    (a minute), `room` (times that traffic would still be served as `target_share` asks; null where it is not known or nothing limits it),
    `room_at_best`, the `policy` of a refused call and the `lowest_tier` known to serve. `headroom` beside it is that of plain averages.
    `flip_points`: `p95` from and to where the mean alone cannot move, null where it can.
    `robustness`: shares of ranks over the draws, regret per axis in its own unit, price cuts and weights that change the answer, what is
    worth knowing; null without a choice.
    `pair`: null without a choice or where no fallback is asked for; `fallback` null (and only `passed_over` beside it) where none holds.
    `passed_over`: offers of no lower score, by which `rule`, the `share` served or fitting where it has one, and `why` in words.
    `apart_by`: what the two do not share, "operator", "provider" (one operator's machines) or "pool" (one provider). `holds`: its tier
    holds the fail-over traffic, false where that hangs on the depth of its buckets, null unknown; `served`: the share of it, low to high.
    `prompts_lost_share` fit the primary alone; `tokens_factor`: tokens there for one at the primary. `availability` and
    `down_hours_a_year`: low to high, `pair` if both fail independently. `failover_usd_per_hour` in the busiest hours;
    `failover_extra_usd_a_year` beyond the primary's own price. `differences`: points of the roll-out's list, null where it cannot be made.
    `providers`: by provider the `best` offer with rank, score and USD a month; null where none passes, and then its `nearest` and why not.
    """
    answer, spent = study.recommendation, spend(study)
    return {
        "name": study.workload.name,
        "on": study.on.isoformat(),
        "prices_as_of": answer.prices_as_of.isoformat() if answer.prices_as_of else None,
        "catalogue_digest": answer.catalogue_digest,
        "workload": study.workload.model_dump(mode="json") | {"priorities": study.priorities.model_dump(mode="json")},
        "offers": [_offer(study, at) for at in range(len(study.columns))],
        "replay": {offer: _replay(study, at) for at, offer in enumerate(study.columns.ids)},
        "spend": {offer: _spend(spent, at) for at, offer in enumerate(study.columns.ids)},
        "recommendation": {
            "choice": answer.choice,
            "fallback": answer.fallback,
            "confidence": answer.confidence,
            "reasons": list(answer.reasons),
            "flip_points": [
                {
                    "what": flip.what,
                    "from": _number(flip.from_),
                    "to": _number(flip.to),
                    "new_winner": flip.new_winner,
                    "p95": None if flip.p95_from is None else [flip.p95_from, flip.p95_to],
                }
                for flip in answer.flip_points
            ],
        },
        "robustness": robust_json.as_json(study),
        "baseline": _baseline(study),
        "pair": pair_tables.pair_json(study, pair_words.worth(study)),
        "providers": pair_tables.providers_json(study),
    }


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _count(value: Any) -> int | None:
    """Pieces come whole."""
    number = _number(value)
    return None if number is None else int(number)


def _offer(study: Study, at: int) -> dict[str, Any]:
    columns, scores = study.columns, study.recommendation.scores
    fits = bool(scores.eligible[at])
    return {
        "id": columns.ids[at],
        "provider": columns.providers[at],
        "model": columns.models[at],
        "excluded": excluded(study, columns.ids[at]),
        "rank": int(scores.rank[at]) if fits else None,
        # The weighted sum may overshoot 1 by its own rounding.
        "score": min(float(scores.low[at]), 1.0) if fits else None,
        "cost": _cost(study, at),
        "latency": _latency(study, at),
        "rate_limits": _rate_limits(study, at),
        "context_window": _context_window(study, at),
        "success": _success(study, at),
    }


def _success(study: Study, at: int) -> dict[str, Any] | None:
    rated = study.case.success
    if math.isnan(rated.rate[at]):
        return None
    return {"rate": float(rated.rate[at]), "low": float(rated.low[at]), "high": float(rated.high[at]), "cases": _count(rated.n[at])}


def _verdict(verdicts: Any, at: int) -> str:
    return Verdict(int(verdicts[at])).name


def _spend(spent: Spend, at: int) -> dict[str, Any]:
    return {
        "drawn_usd": {key: _number(getattr(spent.range, f"{key}_usd")[at]) for key in ("p10", "p50", "p90")},
        "cheapest_share": _number(spent.range.cheapest_share[at]),
        "usd_per_success": _number(spent.usd_per_success[at]),
        "usd_per_success_low": _number(spent.usd_per_success_low[at]),
        "usd_per_success_high": _number(spent.usd_per_success_high[at]),
    }


def _cost(study: Study, at: int) -> dict[str, Any]:
    cost = study.assessments.cost
    return {
        "monthly_usd": {"low": _number(cost.low_usd[at]), "expected": _number(cost.expected_usd[at]), "high": _number(cost.high_usd[at])},
        "lines": {key: _number(amounts[at]) for key, amounts in cost.lines.items()},
        "verdict": _verdict(cost.verdicts, at),
    }


def _latency(study: Study, at: int) -> dict[str, Any]:
    speed = study.assessments.latency
    return {
        "ttft_s": {"p50": _number(speed.ttft_p50_s[at]), "p95": _number(speed.ttft_p95_s[at])},
        "attainment": _number(speed.attainment[at]),
        "verdict": _verdict(speed.verdicts, at),
    }


def _rate_limits(study: Study, at: int) -> dict[str, Any]:
    limits = study.assessments.rate_limits
    return {
        "tier": limits.tier[at],
        "binding": limits.binding[at],
        "peak_use": _number(limits.peak_use[at]),
        "headroom": _number(limits.headroom[at]),
        "verdict": _verdict(limits.verdicts, at),
    }


def _replay(study: Study, at: int) -> dict[str, Any]:
    limits, load = study.assessments.rate_limits, study.load
    low, high = share_served(study, at) or (math.nan, math.nan)
    return {
        "tier": limits.tier[at],
        "served": {"low": _number(low), "high": _number(high)},
        "room": _number(limits.room[at]),
        "room_at_best": _number(limits.room_best[at]),
        "target_share": load.target_share,
        "policy": load.client.policy,
        "lowest_tier": limits.lowest_tier[at],
    }


def _context_window(study: Study, at: int) -> dict[str, Any]:
    window = study.assessments.context_window
    return {
        "fits_share": _number(window.fits_share[at]),
        "chunks_that_fit": _count(window.chunks_that_fit[at]),
        "turns_that_fit": _count(window.turns_that_fit[at]),
        "verdict": _verdict(window.verdicts, at),
    }


def _baseline(study: Study) -> dict[str, Any] | None:
    """What each offer would change a month for a team that is on the baseline today; null differences are unknown."""
    today, usd = baseline(study), study.assessments.cost.expected_usd
    if today is None:
        return None
    return {
        "id": study.columns.ids[today],
        "monthly_usd": _number(usd[today]),
        "differences_usd": {offer: _number(usd[at] - usd[today]) for at, offer in enumerate(study.columns.ids)},
    }


def as_csv(study: Study) -> str:
    """RFC 4180 with a header; numbers raw, unknown empty, and no text cell that a spreadsheet would run."""
    out = io.StringIO()
    spent = spend(study)
    found = [_flat(study, spent, at) for at in in_order(study)]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(found[0] if found else ["id"])
    for row in found:
        writer.writerow("" if value is None else csv_cell(value) if isinstance(value, str) else value for value in row.values())
    return out.getvalue()


def _flat(study: Study, spent: Spend, at: int) -> Row:
    """The JSON of one offer on one level, keys joined by `_`, with the ranges that tables want beside it."""
    axes, answer, nested = study.assessments, study.recommendation, _offer(study, at)
    usd, today, drawn = axes.cost.expected_usd, baseline(study), _spend(spent, at)
    return {
        **{key: nested[key] for key in ("id", "provider", "model")},
        "name": study.columns.names[at],
        **{key: nested[key] for key in ("excluded", "rank", "score")},
        "score_high": min(float(answer.scores.high[at]), 1.0) if answer.scores.eligible[at] else None,
        **{f"monthly_usd_{key}": amount for key, amount in nested["cost"]["monthly_usd"].items()},
        **{f"drawn_{key}_usd": amount for key, amount in drawn["drawn_usd"].items()},
        **{key: drawn[key] for key in ("cheapest_share", "usd_per_success", "usd_per_success_low", "usd_per_success_high")},
        "difference_to_baseline_usd": None if today is None else _number(usd[at] - usd[today]),
        **{f"{key}_usd": amount for key, amount in nested["cost"]["lines"].items()},
        "cost_verdict": nested["cost"]["verdict"],
        **{f"ttft_{key}_s": seconds for key, seconds in nested["latency"]["ttft_s"].items()},
        "attainment": nested["latency"]["attainment"],
        "attainment_low": _number(axes.latency.attainment_low[at]),
        "attainment_high": _number(axes.latency.attainment_high[at]),
        "latency_verdict": nested["latency"]["verdict"],
        **{key: nested["rate_limits"][key] for key in ("tier", "binding", "peak_use", "headroom")},
        "rate_limits_verdict": nested["rate_limits"]["verdict"],
        **{key: nested["context_window"][key] for key in ("fits_share", "chunks_that_fit", "turns_that_fit")},
        "context_window_verdict": nested["context_window"]["verdict"],
        "on": study.on.isoformat(),
        "prices_as_of": answer.prices_as_of.isoformat() if answer.prices_as_of else None,
        "catalogue_digest": answer.catalogue_digest,
    }

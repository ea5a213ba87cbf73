"""The outage drill for the terminal and for machines: plain text, JSON with stable keys."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from framework.report.escaping import clean
from framework.report.figure import plain
from framework.report.outage_tables import basis, rows, tier_rows
from framework.report.outage_words import cautions, sentence
from framework.simulation.limiter import WINDOWS_S

if TYPE_CHECKING:
    from framework.outage import Drill, StandIn
    from framework.outage_year import Range
    from framework.simulation.outage import Held
    from framework.simulation.uptime import Incidents
    from framework.study import Study

WIDTH = 100
_TIERS = {"name": "tier", "harsh": "not in time, 1 s buckets", "kind": "60 s buckets", "first": "first after", "binding": "limit"}


def as_text(study: Study, drill: Drill) -> str:
    """The finding, what to mind, the figures, a row per tier of the fallback, and what the year rests on; at most 100 columns wide."""
    lines = [*_wrapped(sentence(study, drill)), *(line for _, text in cautions(study, drill) for line in _wrapped(text, "! ")), ""]
    for what, figure, note in rows(study, drill):
        lines += [f"{what}: {figure}", *_wrapped(note, "    ")]
    tiers = tier_rows(study, drill)
    lines += ["", *_table([_TIERS, *tiers])] if tiers else []
    lines += ["", *(line for text in basis(drill) for line in _wrapped(text))]
    return "".join(f"{line}\n" for line in lines)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    return textwrap.wrap(clean(text), WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet), break_on_hyphens=False)


def _table(found: list[dict[str, str]]) -> list[str]:
    widths = {key: max(len(row[key]) for row in found) for key in _TIERS}
    return ["  ".join(row[key].ljust(widths[key]) for key in _TIERS).rstrip() for row in found]


def as_json(study: Study, drill: Drill) -> str:
    """Shares 0 to 1; pairs of `low` and `high` from the kind reading to the harsh one; null is "not known", `fallback` null "none"."""
    as_of = study.recommendation.prices_as_of
    content = {
        "name": study.workload.name,
        "on": study.on.isoformat(),
        "prices_as_of": as_of.isoformat() if as_of else None,
        "catalogue_digest": study.recommendation.catalogue_digest,
        "primary": study.columns.ids[drill.primary],
        "hours": drill.hours,
        "failing_share": drill.failing_share,
        "starts_s": None if drill.starts_s is None else round(drill.starts_s, 3),
        "calls_in_window": drill.calls,
        "calls_failing": drill.moved,
        "calls_of_mean_day": drill.calls_of_day,
        "failing_share_without": drill.fails_without,
        "failing_share_with": _range(drill.fails_with),
        "fallback": None if drill.stand_in is None else _stand_in(study, drill.stand_in),
        "cautions": [{"id": name.replace(" ", "_"), "text": text} for name, text in cautions(study, drill)],
        "yearly": _yearly(drill),
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _range(found: Range) -> dict[str, float | None]:
    return {"low": plain(found.low), "high": plain(found.high)}


def _stand_in(study: Study, one: StandIn) -> dict[str, Any]:
    names, cost = study.columns.limits.tier_names[one.offer], one.costs
    return {
        "id": study.columns.ids[one.offer],
        "tier": names[one.tier] if one.tier >= 0 else None,
        "failing_share_of_moved": _range(one.fails),
        "too_long_share": plain(one.lost_share),
        "lowest_tier": {f"{window}s": None if at is None else names[at] for window, at in zip(WINDOWS_S, one.lowest, strict=True)},
        "fits_per_minute": plain(one.fits_a_minute),
        "tightest": one.tightest,
        "usd": {"at_primary": plain(cost.primary_usd), "warm": plain(cost.warm_usd), "cold": plain(cost.cold_usd)},
        "tiers": [
            {"tier": name, **{f"{window}s": _held(part) for window, part in zip(WINDOWS_S, readings, strict=True)}}
            for name, readings in zip(names, one.every, strict=True)
        ],
    }


def _held(one: Held | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "refused_share": one.refused_share,
        "delayed_share": one.delayed_share,
        "late_share": one.late_share,
        "first_s": plain(one.first_s),
        "binding": one.binding,
    }


def _yearly(drill: Drill) -> dict[str, Any]:
    one = drill.yearly
    return {
        "calls": one.calls,
        "incident_hours": plain(one.hours),
        "failing_calls_without": _range(one.without),
        "failing_calls_with": _range(one.with_fallback),
        "primary": _incidents(one.primary),
        "fallback": _incidents(one.fallback),
    }


def _incidents(one: Incidents | None) -> dict[str, Any] | None:
    return None if one is None else one.model_dump(mode="json")

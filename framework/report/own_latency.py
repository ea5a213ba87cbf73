"""Where the team's own measurements stand in the place of published readings, in words: the banner, the table, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from framework import wording
from framework.axes.ttft import median_s
from framework.catalogue.own_latency import asked_effort
from framework.catalogue.own_names import by_id
from framework.catalogue.readings import STALE_DAYS
from framework.measured import LEAST_REPLIES_FOR_P95
from framework.report import own_limits
from framework.report.own_limits import OwnSource
from framework.report.selection import labels

if TYPE_CHECKING:
    from framework.measured import OwnLatency, OwnReading
    from framework.study import Study

PLACE, KIND, GROUP = "measured by you", "own measurement", "latency"


def entered(study: Study) -> dict[str, OwnLatency]:
    """The entries by offer id."""
    return by_id(study.workload.own_latency, study.catalogue, "own_latency")


def banner(study: Study) -> str:
    """`Your own measurements of 2 offers are used instead of the published readings.`; empty where there are none."""
    count = len(study.workload.own_latency)
    offers = "1 offer" if count == 1 else f"{count} offers"
    return f"Your own measurements of {offers} are used instead of the published readings." if count else ""


def rows(study: Study) -> list[dict[str, str]]:
    """Every prompt length that was measured, against what is published for that length."""
    names = labels(study)
    return [
        {
            "name": names[offer],
            "id": offer,
            "prompt": f"{wording.tokens(reading.at_input_tokens)} tokens",
            "own": wording.seconds(reading.p50_s),
            "p95": wording.seconds(reading.p95_s) if reading.p95_s is not None else f"n below {LEAST_REPLIES_FOR_P95}",
            "warm": wording.seconds(reading.warm_p50_s) if reading.warm_p50_s is not None else "",
            "published": _published(study, offer, own, reading),
            "tps": f"{wording.count(own.tps)} a second" if own.tps is not None else "as published",
            "n": wording.count(reading.n),
            "where": _where(own, study),
        }
        for offer, own in entered(study).items()
        for reading in own.readings
    ]


def _published(study: Study, offer: str, own: OwnLatency, reading: OwnReading) -> str:
    columns = study.catalogue.columns(study.on, effort=asked_effort(own))
    seconds = float(median_s(columns.latency, reading.at_input_tokens)[columns.index(offer)])
    return "none" if seconds != seconds else wording.seconds(seconds)


def _where(own: OwnLatency, study: Study) -> str:
    """`2026-11-24, eu-central, effort low, thinking`, with its age where it is old."""
    age = (study.on - own.seen).days
    told = [own.seen.isoformat(), *([own.region] if own.region else ["region not named"])]
    told += [f"effort {own.effort}"] if own.effort else []
    told += ["with thinking"] if own.thinks else []
    return ", ".join(told) + (f": {age} days old, measure again" if age > STALE_DAYS else "")


def cell(study: Study, at: int) -> str:
    """What the table of the offers says of the reading: `measured by you, n = 40`; empty for a published one."""
    own = entered(study).get(study.columns.ids[at]) if study.workload.own_latency else None
    return "" if own is None else f"{PLACE}, {_counts(own)}"


def _counts(own: OwnLatency) -> str:
    counts = sorted({reading.n for reading in own.readings})
    return f"n = {counts[0]:,}" if len(counts) == 1 else f"n = {counts[0]:,} to {counts[-1]:,}"


def own_sources(study: Study) -> dict[str, tuple[OwnSource, ...]]:
    """Per offer the places of all figures of the user's own, limits and latency."""
    found = dict(own_limits.sources(study))
    for offer, own in entered(study).items() if study.workload.own_latency else ():
        lengths = ", ".join(wording.tokens(reading.at_input_tokens) for reading in own.readings)
        where = f", from {own.region}" if own.region else ""
        note = f"{_counts(own)} at {lengths} prompt tokens{where}, in the place of the published."
        found[offer] = (*found.get(offer, ()), OwnSource(PLACE, own.seen.isoformat(), KIND, note, GROUP))
    return found


def in_words(study: Study) -> str:
    """All entries as one fact of the workload; empty without any."""
    names = labels(study)
    return "; ".join(
        f"{names[offer]}: {_lengths(own)} to the first token ({PLACE}, {_where(own, study)}, {_counts(own)})"
        for offer, own in entered(study).items()
    )


def _lengths(own: OwnLatency) -> str:
    return ", ".join(f"{wording.seconds(reading.p50_s)} at {wording.tokens(reading.at_input_tokens)}" for reading in own.readings)

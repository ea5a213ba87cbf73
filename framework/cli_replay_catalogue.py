"""`fouraxes replay` at the catalogue's limits: each offer counts the same requests by its provider's own rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from framework.cli_replay_asked import Asked, Habits
from framework.errors import TraceError, WorkloadError
from framework.priorities import Priorities
from framework.vocabulary import LIMIT_WORDS, METERS
from framework.workload import Workload

if TYPE_CHECKING:
    from framework.axes.day import Day
    from framework.axes.day_charges import Question
    from framework.catalogue.catalogue import Catalogue
    from framework.load import Load
    from framework.report.replay_rows import Answer, Row
    from framework.simulation.traces import Trace

MOST_ROWS = 10_000_000
"""Above it several calls are merged into one row."""
Case = tuple[Workload, Priorities]


def with_habits(workload: Workload, habits: Habits) -> Workload:
    """What was typed goes before what the file says."""
    typed = {name: value for name, value in vars(habits).items() if value is not None and name != "seed"}
    return workload.model_copy(update={"clients": workload.clients.model_copy(update=typed)}) if typed else workload


def planned(workload: Workload) -> Trace:
    """The calls that a workload plans for a day or a week and that do not go in batches, in its own tokens with their reasoning."""
    from framework.axes.day import planned_day
    from framework.load import load_of
    from framework.simulation.arrivals import Arrivals
    from framework.simulation.traces import Trace

    load = load_of(workload)
    day = planned_day(workload.traffic, load, share=1 - workload.traffic.batch_share, most_rows=MOST_ROWS)
    if day.merged > 1:
        raise WorkloadError(
            f"traffic.requests_per_day: {day.calls:,} calls are more than {MOST_ROWS:,}, which is all that is replayed one by one"
        )
    reply = day.texts.reply + float(load.reasoning_mean)
    arrivals = Arrivals(day.time_us, day.texts.prompt.astype(np.int64), np.rint(reply).astype(np.int64), day.user, day.starts_s)
    return Trace(arrivals, "workload", ())


def asked_workload(asked: Asked, catalogue: Catalogue, trace: Trace | None) -> Case:
    """The workload of the file, or one with the trace's volume and mean lengths and nothing cached; then what was typed beside it."""
    from framework.workload_file import read_workload

    workload, priorities = (_of_trace(trace), Priorities()) if trace is not None else read_workload(_path(asked))
    workload = with_habits(workload, asked.habits)
    if asked.against.max_tokens is not None:
        context = workload.context.model_copy(update={"output_reserve_tokens": float(asked.against.max_tokens)})
        workload = workload.model_copy(update={"context": context})
    if asked.against.tier is not None:
        have = [record.provider for record in catalogue.providers.values() if asked.against.tier in [tier.id for tier in record.tiers]]
        workload = workload.model_copy(update={"tiers": dict(workload.tiers) | dict.fromkeys(have, asked.against.tier)})
    return workload, priorities


def _thins(asked: Asked, load: Load) -> bool:
    """Whether one of several calls is replayed rather than all of them merged: a queue has them all, and a fixed window its own clock."""
    return load.client.policy != "wait" and asked.against.fixed is None


def _path(asked: Asked) -> Path:
    if asked.workload_file is None:
        raise WorkloadError("nothing to replay: give a workload file, or a trace with --trace FILE")
    return asked.workload_file


def _of_trace(trace: Trace) -> Workload:
    from framework.simulation.scaling import per_minute

    arrivals, rate = trace.arrivals, per_minute(trace.arrivals)
    tokens = {"input_mean": max(1.0, float(arrivals.input_tokens.mean())), "output_mean": max(1.0, float(arrivals.output_tokens.mean()))}
    calls = len(arrivals) if np.isnan(rate) else max(1.0, rate * 1_440)
    return Workload.model_validate(
        {"name": "Trace", "traffic": {"requests_per_day": min(calls, 1e9), "peak_factor": 1.0}, "tokens": tokens}
    )


def answer_of(asked: Asked, case: Case, catalogue: Catalogue, on: dt.date, trace: Trace | None) -> Answer:
    """A row per offer and window, at the tier in force."""
    from framework.axes.day import planned_day, trace_day
    from framework.axes.day_replay import client_of
    from framework.axes.demand import interactive_share
    from framework.replayed import question_of
    from framework.report.replay_rows import Answer
    from framework.study import study

    studied = study(*case, catalogue, on)
    question = question_of(studied)
    shares = np.broadcast_to(interactive_share(studied.load, studied.columns), (len(studied.columns),))
    days: dict[float, Day] = {}
    rows: list[Row] = []
    notes: dict[str, None] = dict.fromkeys(trace.notes if trace is not None else ())
    for offer in _offers(asked, studied.workload, catalogue, studied.columns.ids):
        share = float(shares[offer])
        if share not in days:
            days[share] = (
                trace_day(trace.arrivals, studied.load, as_recorded=True)
                if trace is not None
                else planned_day(
                    studied.workload.traffic, studied.load, share=share, most_rows=MOST_ROWS, thinned=_thins(asked, studied.load)
                )
            )
        tier = int(studied.assessments.rate_limits.tier_index[offer])
        found, said = _rows(asked, question, days[share], offer, tier)
        rows += found
        notes |= dict.fromkeys(said)
    if not rows:
        raise WorkloadError("none of these offers has a limit that is known: give limits by hand with --limits")
    client = client_of(studied.load, studied.columns.providers[studied.columns.index(str(rows[0].offer))])
    return Answer(asked.trace or studied.workload.name, client, tuple(rows), fixed=asked.against.fixed, notes=tuple(notes))


def _offers(asked: Asked, workload: Workload, catalogue: Catalogue, ids: tuple[str, ...]) -> list[int]:
    if asked.against.offers:
        return [ids.index(catalogue.offer(name).id) for name in asked.against.offers]
    wanted = workload.needs.providers
    return [place for place, offer in enumerate(ids) if not wanted or offer.split("/")[0] in wanted]


def _rows(asked: Asked, question: Question, day: Day, offer: int, tier: int) -> tuple[list[Row], Iterator[str]]:
    """One offer at its tier; no row where no limit is known there."""
    from framework.axes.day_replay import countable, replay_one
    from framework.axes.day_story import limits_at
    from framework.output import put_parts
    from framework.report.replay_rows import Row, arrival_lines, times_merged

    columns = question.columns
    limits = limits_at(question, offer, tier) if tier >= 0 else {}
    if not limits:
        return [], iter([f"{columns.ids[offer]}: no limit is known at its tier, so it is not replayed"])
    if not countable(question, offer, tier):
        return [], iter(
            [f"{columns.ids[offer]}: what calls draw on its limits is not known (tokens, price or seconds), so it is not replayed"]
        )
    rows = []
    for window_s in asked.windows_s:
        # A provider that is known to look at whole minutes only has no shallower bucket.
        depth_s = 60 if columns.limits.subminute[offer] == 0 and asked.against.fixed is None else window_s
        starts = _starts_us(asked, day)
        one, _ = replay_one(question, day, offer, limits=limits, window_s=depth_s, fixed_from_us=starts, seed=asked.habits.seed or 0)
        rows.append(Row(window_s, times_merged(one, day.merged), columns.ids[offer], columns.limits.tier_names[offer][tier]))
        if asked.arrivals is not None:
            put_parts(arrival_lines(one), asked.arrivals, asked.force)
    return rows, _said(question, day, offer, limits)


def _starts_us(asked: Asked, day: Day) -> int | None:
    if asked.against.fixed is None:
        return None
    if asked.against.fixed == "first":
        return 0
    if day.starts_s is None:
        cure = "give traffic.starts_utc or a trace with dates, or let them begin with the first request (--fixed-windows first)"
        raise TraceError(f"the time of day is not known, so windows cannot follow the clock: {cure}")
    return round(1e6 * day.starts_s)


def _said(question: Question, day: Day, offer: int, limits: dict[str, Any]) -> Iterator[str]:
    columns = question.columns
    hidden = [LIMIT_WORDS[meter] for row, meter in enumerate(METERS) if columns.limits.enforced[row, offer] and meter not in limits]
    if hidden:
        yield f"{columns.ids[offer]}: also limited, but no figure is published, so more may be refused: {', '.join(hidden)}"
    if columns.limits.subminute[offer] == 0:
        yield f"{columns.ids[offer]} counts whole minutes: both windows are a minute deep"
    if "concurrency" in limits and not np.isfinite(np.broadcast_to(question.expected.duration_s, (len(columns),))[offer]):
        yield f"{columns.ids[offer]}: how long a call is under way is not known, so its limit of calls in flight is not held against them"
    if day.merged > 1:
        yield f"{day.calls:,} calls: " + (f"one in {day.merged} is replayed" if day.thinned else f"{day.merged} are replayed at a time")

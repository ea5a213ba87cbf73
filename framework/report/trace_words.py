"""What is said about a trace: what stands in it, whose it is, and what it is used for."""

from __future__ import annotations

from framework import wording
from framework.report import clock
from framework.simulation.bundled import about
from framework.simulation.traces import Trace
from framework.vocabulary import Trace as TraceName

FORMATS = (
    "One row per request, in order of time: a time, input tokens and output tokens, and a user if you have one. The layouts of the Azure "
    "and Mooncake traces are read as they are. At most 50 MB, 200 MB unpacked, 2 million rows; Parquet is read on the command line."
)
AS_RECORDED = (
    "Off: the trace is thinned or laid over itself until it has your requests a day, and its lengths are scaled to your means. On: it is "
    "replayed as it is. It concerns traces that you upload and those that are bundled."
)
SEEDED = (
    "Shapes and arrivals are drawn from a fixed seed: the same inputs give the same calls, and a moved control is applied to the same "
    "luck. Only the day's replay uses a trace; the peak, the room and the ranking stay those of your workload."
)


def in_use(name: str, trace: Trace) -> str:
    """Name, rows and length of an upload, and what was assumed or left out of it."""
    calls = trace.arrivals
    span = clock.lasting(float(calls.time_us[-1]) / 1e6) if len(calls) else "no time"
    requests = "1 request" if len(calls) == 1 else f"{wording.count(len(calls))} requests"
    told = f"Replayed is your trace {name}: {requests} in {span}, instead of the shape."
    return " ".join([told, *(f"{note[:1].upper()}{note[1:].removesuffix('.')}." for note in trace.notes)])


def bundled(name: TraceName) -> str:
    """Title, rows, licence, source and caveats of a trace that is bundled."""
    entry = about(name)
    where = "; ".join(f"{source.url} ({source.seen or 'undated'})" for source in entry.source)
    told = f"Replayed is {entry.title}: {wording.count(entry.rows)} requests, {entry.attribution} Licence {entry.licence}. Source: {where}."
    return " ".join([told, *entry.caveats])

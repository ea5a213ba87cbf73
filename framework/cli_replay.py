"""`fouraxes replay`: traffic against rate limits, request by request: who is served, who waits, who is refused, and by what.

Exit codes: 0 replayed (whatever was refused), 2 wrong input.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from framework.cli_options import ForceOption, OnOption, PricingOption, TableOrJson
from framework.cli_replay_asked import Against, Asked, Habits, check, check_names, client_of, ignored
from framework.errors import ReportError
from framework.output import put, put_parts
from framework.vocabulary import TRACES, Alignment, Policy

if TYPE_CHECKING:
    from framework.report.replay_rows import Answer
    from framework.simulation.replay import Client
    from framework.simulation.traces import Trace

_LIMITS = "limits by hand instead of the catalogue's: rpm, itpm, otpm, tpm, rpd, tpd, concurrency, as in rpm=5000,itpm=2M"
_DEPTH = "how many seconds of refill a bucket holds, which no provider publishes (default: both, a row for each)"
_RETRY_AFTER = "obey the provider's retry-after up to 120 s (default: not with --limits, which name no provider that sends it)"

WorkloadArgument = Annotated[Path | None, typer.Argument(metavar="WORKLOAD.yaml", help="traffic and tokens of a workload, or give --trace")]
TraceOption = Annotated[
    str | None, typer.Option("--trace", metavar="FILE", help=f"CSV, JSONL (or .gz) or Parquet; or the bundled {' or '.join(TRACES)}")
]
OfferOption = Annotated[list[str] | None, typer.Option("--offer", metavar="ID", help="at this offer's limits; may be repeated")]
TierOption = Annotated[str | None, typer.Option("--tier", metavar="NAME", help="at this tier (default: the workload's or the provider's)")]
PolicyOption = Annotated[Policy | None, typer.Option("--policy", help="what a refused request does (default: the workload's, or refuse)")]
WindowOption = Annotated[Literal["1", "60"] | None, typer.Option("--window", help=_DEPTH)]
LimitsOption = Annotated[str | None, typer.Option("--limits", metavar="METER=N,...", help=_LIMITS)]
MaxTokensOption = Annotated[
    int | None, typer.Option("--max-tokens", min=1, max=10**9, help="output cap sent, where it is reserved up front")
]
FixedOption = Annotated[
    Alignment | None, typer.Option("--fixed-windows", help="fixed windows instead of buckets, from the first request or by the clock")
]
CallOption = Annotated[
    float | None, typer.Option("--seconds-per-call", metavar="N", help="how long a call is under way, for a limit of concurrency")
]
ArrivalsOption = Annotated[
    Path | None, typer.Option("--arrivals", metavar="FILE", help="write when each request was admitted: time_s,admitted_s,attempts,cause")
]
RetriesOption = Annotated[int | None, typer.Option("--retries", min=0, max=10, help="with --policy retry: how often (default: 2)")]
BackoffOption = Annotated[float | None, typer.Option("--first-backoff", metavar="S", help="seconds before the first retry (default: 0.5)")]
CapOption = Annotated[float | None, typer.Option("--backoff-cap", metavar="S", help="doubled each time up to this (default: 8)")]
HeaderOption = Annotated[bool | None, typer.Option("--retry-after/--no-retry-after", help=_RETRY_AFTER)]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, max=2**62, help="of the jitter between retries (default: 0)")]


def replay(
    workload_file: WorkloadArgument = None,
    trace: TraceOption = None,
    offer: OfferOption = None,
    tier: TierOption = None,
    policy: PolicyOption = None,
    window: WindowOption = None,
    limits: LimitsOption = None,
    max_tokens: MaxTokensOption = None,
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    arrivals: ArrivalsOption = None,
    force: ForceOption = False,
    fixed_windows: FixedOption = None,
    seconds_per_call: CallOption = None,
    retries: RetriesOption = None,
    first_backoff: BackoffOption = None,
    backoff_cap: CapOption = None,
    retry_after: HeaderOption = None,
    seed: SeedOption = None,
    on: OnOption = None,
    pricing: PricingOption = None,
) -> None:
    """Replay traffic against rate limits, request by request: who is served, waits or is refused, and by which limit."""
    from framework.report import replay_rows
    from framework.simulation.limiter import WINDOWS_S

    asked = Asked(
        workload_file,
        trace,
        Against(limits, tuple(offer or ()), tier.lower() if tier else tier, max_tokens, fixed_windows, seconds_per_call),
        Habits(policy, retries, first_backoff, backoff_cap, retry_after, seed),
        windows_s=WINDOWS_S if window is None else (int(window),),
        arrivals=arrivals,
        force=force,
        on=on,
        pricing=pricing,
    )
    check(asked)
    for notice in ignored(asked):
        sys.stderr.write(f"fouraxes: {notice}\n")
    answer = _by_hand(asked) if asked.by_hand else _from_catalogue(asked)
    put((replay_rows.as_json if format_ is TableOrJson.json else replay_rows.as_text)(answer))


def _by_hand(asked: Asked) -> Answer:
    """A trace at limits given by hand; the admitted times are written on the way."""
    from framework.report.replay_rows import Answer, Row, arrival_lines, on_sizes
    from framework.simulation.replay import outcome
    from framework.simulation.trace_replay import Enforced, replays, too_large
    from framework.simulation.typed_limits import typed_limits

    against = asked.against
    name, trace, client = _traffic(asked)
    limits = typed_limits(str(against.limits))
    _say_if_cold(client)
    rows = []
    try:
        enforced = Enforced(limits, against.fixed, against.seconds_per_call or 0.0)
        for window_s, replayed in zip(asked.windows_s, replays(trace.arrivals, enforced, client, asked.windows_s), strict=True):
            rows.append(Row(window_s, outcome(replayed)))
            if asked.arrivals is not None:
                put_parts(arrival_lines(replayed), asked.arrivals, asked.force)
    except OSError as error:
        raise ReportError(f"the compiled replay cannot be kept on disk ({error.strerror}): set NUMBA_CACHE_DIR to another folder") from None
    notes = (*on_sizes(too_large(trace.arrivals, limits), limits), *trace.notes)
    return Answer(name, client, tuple(rows), limits, against.fixed, notes)


def _traffic(asked: Asked) -> tuple[str, Trace, Client]:
    """What it is called, the requests, and what they do at a limit: of a trace, or as a workload plans and says it."""
    if asked.workload_file is None:
        return str(asked.trace), _trace(str(asked.trace)), client_of(asked.habits)
    from framework.cli_replay_catalogue import planned, with_habits
    from framework.workload_file import read_workload

    workload, _ = read_workload(asked.workload_file)
    workload = with_habits(workload, asked.habits)
    own = Habits(**{name: getattr(workload.clients, name) for name in _OF_CLIENTS} | {"retry_after": asked.habits.retry_after or False})
    return workload.name, planned(workload), client_of(dataclasses.replace(own, seed=asked.habits.seed))


_OF_CLIENTS = ("policy", "retries", "first_backoff_s", "backoff_cap_s")


def _trace(name: str) -> Trace:
    """A bundled one by its name, with the line that its licence asks for; else a file."""
    from framework.simulation.bundled import about, bundled_trace
    from framework.simulation.traces import read_trace

    if name not in TRACES:
        return read_trace(Path(name))
    found = bundled_trace(name)
    return dataclasses.replace(found, notes=(*found.notes, about(name).attribution))


def _say_if_cold(client: Client) -> None:
    from framework.simulation.warm import is_cold

    if is_cold(client.policy):
        sys.stderr.write("Compiling the replay once, a few seconds ...\n")


def _from_catalogue(asked: Asked) -> Answer:
    """A workload, or a trace, at the limits that the catalogue has."""
    from framework.catalogue.load import load_catalogue
    from framework.cli_options import day
    from framework.cli_replay_catalogue import answer_of, asked_workload

    catalogue = load_catalogue(asked.pricing)
    check_names(asked, catalogue)
    trace = None if asked.workload_file is not None else _trace(str(asked.trace))
    _say_if_cold(client_of(asked.habits))
    return answer_of(asked, asked_workload(asked, catalogue, trace), catalogue, day(asked.on), trace)

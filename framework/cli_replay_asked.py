"""What `fouraxes replay` is asked, held against itself before anything is read: what is missing, contradicts itself or does not count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from framework.cli_options import day
from framework.errors import WorkloadError
from framework.explain import shown, suggestion
from framework.output import may_write
from framework.vocabulary import Alignment, Policy

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.simulation.replay import Client

SHORTEST_S = 1e-6
_LONGEST_S = {"--seconds-per-call": 86_400, "--first-backoff": 600, "--backoff-cap": 3_600}


@dataclass(frozen=True)
class Habits:
    """What a refused request does, as typed; None: not given."""

    policy: Policy | None = None
    retries: int | None = None
    first_backoff_s: float | None = None
    backoff_cap_s: float | None = None
    retry_after: bool | None = None
    seed: int | None = None


@dataclass(frozen=True)
class Against:
    """Limits by hand, or the catalogue's `offers` (empty: all) at a `tier` (its id, in small letters); None: not given."""

    limits: str | None = None
    offers: tuple[str, ...] = ()
    tier: str | None = None
    max_tokens: int | None = None
    fixed: Alignment | None = None
    seconds_per_call: float | None = None


@dataclass(frozen=True)
class Asked:
    """A whole command but its format; `on` and `pricing` say which catalogue, `arrivals` where the admitted times go."""

    workload_file: Path | None
    trace: str | None
    against: Against
    habits: Habits
    windows_s: tuple[int, ...]
    arrivals: Path | None = None
    force: bool = False
    on: str | None = None
    pricing: Path | None = None

    @property
    def by_hand(self) -> bool:
        """Whether no catalogue is needed: limits by hand have their own figures."""
        return self.against.limits is not None


def check(asked: Asked) -> None:
    """`WorkloadError` names the option and the cure; `ReportError` for a file that is not to be written."""
    _check_traffic(asked)
    _check_limits(asked.against)
    _check_span("--first-backoff", asked.habits.first_backoff_s)
    _check_span("--backoff-cap", asked.habits.backoff_cap_s)
    day(asked.on)
    if asked.arrivals is not None:
        _check_arrivals(asked, asked.arrivals)


def _check_traffic(asked: Asked) -> None:
    if asked.workload_file is None and asked.trace is None:
        raise WorkloadError("nothing to replay: give a workload file, or a trace with --trace FILE")
    if asked.workload_file is not None and asked.trace is not None:
        raise WorkloadError(
            "a workload and a trace are two kinds of traffic: give one of them (a workload can name a trace as traffic.trace)"
        )


def _check_limits(against: Against) -> None:
    _check_span("--seconds-per-call", against.seconds_per_call)
    if against.limits is None:
        return
    for option, given in (("--offer", against.offers), ("--tier", against.tier)):
        if given:
            raise WorkloadError(f"{option} and --limits both say which limits hold: give one of the two")
    if _in_flight(against) and against.seconds_per_call is None:
        raise WorkloadError("--limits: concurrency counts calls under way, and a trace does not say how long: add --seconds-per-call N")


def _in_flight(against: Against) -> bool:
    from framework.simulation.typed_limits import typed_limits

    return against.limits is not None and "concurrency" in typed_limits(against.limits)


def _check_span(option: str, value_s: float | None) -> None:
    if value_s is not None and not SHORTEST_S <= value_s <= _LONGEST_S[option]:
        raise WorkloadError(f"{option}: must be more than 0 and at most {_LONGEST_S[option]:,} seconds, not {value_s:g}")


def _check_arrivals(asked: Asked, target: Path) -> None:
    if len(asked.windows_s) > 1:
        raise WorkloadError("--arrivals: holds one replay, and two windows are replayed: choose --window 1 or --window 60")
    if not asked.by_hand and len(asked.against.offers) != 1:
        raise WorkloadError("--arrivals: holds one replay: choose one with --offer ID")
    may_write(target, asked.force)
    for source in (asked.workload_file, Path(asked.trace) if asked.trace else None):
        if source is not None and target.exists() and source.exists() and target.samefile(source):
            raise WorkloadError(f"--arrivals: {target} is the traffic that is replayed: choose another name")


def check_names(asked: Asked, catalogue: Catalogue) -> None:
    """`UnknownOffer` for an offer that is not in the catalogue, `WorkloadError` for a tier that is on no ladder it could be on."""
    offers, tier = [catalogue.offer(name) for name in asked.against.offers], asked.against.tier
    if tier is None:
        return
    providers = {provider.provider: provider for provider in map(catalogue.provider_of, offers or catalogue.offers)}
    ladders = {name: [rung.id for rung in provider.tiers] for name, provider in providers.items()}
    lacking = [name for name, ladder in ladders.items() if tier not in ladder]
    if offers and lacking:
        _refuse_tier(tier, lacking[0], ladders[lacking[0]])
    if len(lacking) == len(ladders):
        _refuse_tier(tier, "no provider", list(dict.fromkeys(rung for ladder in ladders.values() for rung in ladder)))


def _refuse_tier(tier: str, whose: str, ladder: list[str]) -> NoReturn:
    has = "has a tier" if whose == "no provider" else "has no tier"
    cure = f"take one of {', '.join(ladder)}" if ladder else "it has none, leave the option out"
    raise WorkloadError(f"--tier: {whose} {has} {shown(tier)}: {cure}{suggestion(tier, ladder)}")


def ignored(asked: Asked) -> Iterator[str]:
    """What was given and does not count, a sentence each."""
    against, habits = asked.against, asked.habits
    if asked.by_hand and against.max_tokens is not None:
        yield "--max-tokens is ignored: with --limits each request is charged the output tokens that it has"
    if asked.by_hand and (asked.on is not None or asked.pricing is not None):
        yield "--on and --pricing are ignored: with --limits no catalogue is read"
    if against.seconds_per_call is not None and not _in_flight(against):
        yield "--seconds-per-call is ignored: --limits names no concurrency"
    given = [name for name, value in vars(habits).items() if value is not None and name != "policy"]
    if given and asked.workload_file is None and habits.policy != "retry":
        options = ", ".join("--" + name.removesuffix("_s").replace("_", "-") for name in given)
        yield f"ignored without --policy retry: {options}"


def client_of(habits: Habits) -> Client:
    """What is not given is as the official SDKs have it, and no `retry-after` is sent."""
    from framework.simulation.replay import SDK_HEADER_CAP_S, Client

    given: dict[str, Any] = {name: value for name, value in vars(habits).items() if value is not None and name != "retry_after"}
    return Client(**given, header_cap_s=SDK_HEADER_CAP_S if habits.retry_after else 0.0)

"""`fouraxes probe`: measure the latency of a provider of llm.yaml with requests of one's own.

Exit codes: 0 done (or only planned: nothing is sent without --yes), 2 wrong input, 4 stopped by a limit or a refusal, 130 interrupted;
after 4 and 130 what was measured until then is written, if anything was.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framework.cli_options import ForceOption, PricingOption, day
from framework.errors import ProfileError, ReportError
from framework.output import may_write, put

if TYPE_CHECKING:
    import datetime as dt

    from framework.catalogue.catalogue import Catalogue
    from framework.providers.base import LLMProvider
    from framework.providers.measure import Probe
    from framework.providers.plan import ProbePlan
    from framework.providers.profile import About
    from framework.providers.tally import Prices
    from framework.providers.target import Target

STOPPED, INTERRUPTED = 4, 130
TOKENS_WITHOUT_PRICE = 1_000_000
BAR = 24

Config = Annotated[Path, typer.Argument(metavar="LLM.yaml", help="the file that load_provider reads; keys come from the environment only")]
Name = Annotated[str | None, typer.Option("--target", metavar="PROVIDER/MODEL", help="another one that the file names than its primary")]
Requests = Annotated[int, typer.Option(help="cold requests per prompt length; below 40 there is no 95th percentile")]
Warm = Annotated[int | None, typer.Option(help="how many of them are sent again at once (default: 10)")]
Lengths = Annotated[str, typer.Option(metavar="N,N", help="prompt lengths, at most six")]
OutputTokens = Annotated[int, typer.Option(help="most tokens of a reply, thinking included")]
MaxUsd = Annotated[float, typer.Option(help="stop before the bill can exceed this", min=0, max=100_000)]
MaxTokens = Annotated[int | None, typer.Option(help="as many tokens may be billed (default: a million where no price is known)", min=1)]
MaxSeconds = Annotated[float, typer.Option(help="stop after this long", min=0.01, max=86_400)]
Region = Annotated[str | None, typer.Option(help="where you measure from, in your words, for the profile")]
AllowHost = Annotated[list[str] | None, typer.Option(help="an inner host that base_url may name; on loopback http will do")]
Yes = Annotated[bool, typer.Option("--yes", help="send the requests without asking")]
ProfileOut = Annotated[Path | None, typer.Option("-o", "--output", help="write the profile to this file instead of the screen")]


def probe(
    config: Config,
    target: Name = None,
    requests: Requests = 40,
    warm: Warm = None,
    prompt_tokens: Lengths = "1000,10000",
    output_tokens: OutputTokens = 256,
    max_usd: MaxUsd = 1.0,
    max_tokens: MaxTokens = None,
    max_seconds: MaxSeconds = 3_600,
    region: Region = None,
    allow_host: AllowHost = None,
    yes: Yes = False,
    output: ProfileOut = None,
    force: ForceOption = False,
    pricing: PricingOption = None,
) -> None:
    """Measure a provider's latency with your own requests: first what it may cost; nothing is sent until you agree."""
    from framework.catalogue.load import load_catalogue
    from framework.catalogue.own_profile import offer_named
    from framework.providers.measure import Probe
    from framework.providers.plan import ProbeCaps
    from framework.providers.profile import About
    from framework.report.probe_words import planned

    _check_region(region)
    plan = _plan(prompt_tokens, requests, warm=warm, output_tokens=output_tokens)
    if output is not None:
        may_write(output, force)
    aim = _target(config, target, allow_host or ())
    catalogue, on = load_catalogue(pricing), day(None)
    offer = offer_named(aim.name, catalogue)
    prices = _prices(aim, catalogue, offer, plan=plan, on=on)
    most_tokens = TOKENS_WITHOUT_PRICE if not prices and max_tokens is None else max_tokens
    caps = ProbeCaps(plan.size, most_tokens, max_usd if prices else None, max_seconds)
    thinks = offer is not None and catalogue.model_of(catalogue.offer(offer)).features.always_thinks is True
    window = catalogue.window_of(catalogue.offer(offer)) if offer is not None else None
    if not _agreed(planned(aim, plan, caps, prices=prices, window=window, thinks=thinks), yes):
        return
    run = Probe(_opened(aim), plan, caps, prices, _bar(plan.size))
    interrupted = _send(run)
    _write(run, About(on.isoformat(), offer, region, aim.effort), output, force)
    if interrupted or run.ended is not None:
        raise typer.Exit(INTERRUPTED if interrupted else STOPPED)


def _check_region(region: str | None) -> None:
    from framework.providers.keys import hide_keys

    if region is not None and (not region.strip() or len(region) > 80 or not region.isprintable() or hide_keys(region) != region):
        raise ProfileError("--region: must be 1 to 80 printable characters that say where you measure from, and no key")


def _plan(prompt_tokens: str, requests: int, *, warm: int | None, output_tokens: int) -> ProbePlan:
    from framework.providers.plan import ProbePlan

    try:
        lengths = tuple(int(part) for part in prompt_tokens.split(","))
    except ValueError:
        raise ProfileError(f"--prompt-tokens: {prompt_tokens[:60]!r} must be whole numbers such as 1000,10000") from None
    try:
        return ProbePlan(lengths, requests, min(10, max(0, requests)) if warm is None else warm, output_tokens)
    except ValueError as error:
        raise ProfileError(f"{error} (--prompt-tokens, --requests, --warm, --output-tokens)") from None


def _target(config: Path, name: str | None, allow_hosts: list[str] | tuple[()]) -> Target:
    from framework.providers import ProviderError, load_target

    try:
        return load_target(config, name, allow_hosts=tuple(allow_hosts))
    except ProviderError as error:
        raise ProfileError(str(error)) from None


def _opened(aim: Target) -> LLMProvider:
    from framework.providers import ProviderError

    try:
        return aim.open()
    except ProviderError as error:
        raise ProfileError(str(error)) from None


def _prices(aim: Target, catalogue: Catalogue, offer: str | None, *, plan: ProbePlan, on: dt.date) -> dict[int, Prices]:
    """By prompt length: those that llm.yaml gives, else the catalogue's; empty where neither knows."""
    from framework.catalogue.probe_prices import probe_prices

    if aim.prices is not None:
        return dict.fromkeys(plan.prompt_tokens, aim.prices)
    return probe_prices(catalogue, offer, plan.prompt_tokens, service=aim.service, on=on) if offer else {}


def _agreed(told: str, yes: bool) -> bool:
    """Show the plan and ask, where somebody is there to be asked; the profile alone goes to standard output."""
    asked = not yes and sys.stdin.isatty() and sys.stderr.isatty()
    if not yes and not asked:
        put(f"{told}Nothing was sent. Add --yes to send it.\n")
        return False
    sys.stderr.write(told)
    if asked and not typer.confirm("Send it?", err=True):
        sys.stderr.write("Nothing was sent.\n")
        return False
    return True


def _send(run: Probe) -> bool:
    """Run it to its end; whether Ctrl-C ended it. What was measured until then stays in `run`."""

    async def whole() -> None:
        async with run.llm:
            await run.run()

    try:
        asyncio.run(whole())
    except KeyboardInterrupt:
        return True
    return False


def _write(run: Probe, about: About, output: Path | None, force: bool) -> None:
    """The profile, where anything was timed; what cannot be written to its file still comes out on standard output."""
    from framework.providers.profile import as_yaml, profile
    from framework.report.probe_words import found

    sys.stderr.write(("\n" if sys.stderr.isatty() else "") + found(run))
    if not run.timed:
        sys.stderr.write("No reply was timed, so there is no profile to write.\n")
        return
    content = as_yaml(profile(run, about))
    try:
        put(content, output, force)
    except ReportError:
        if output is not None:
            put(content)  # it has been paid for
        raise


def _bar(size: int) -> Callable[[Probe], None]:
    """Progress on standard error: a bar on a terminal, elsewhere a line at every tenth."""
    from framework.report.probe_words import progress

    tenths = [0]

    def show(run: Probe) -> None:
        share = run.done / size
        if sys.stderr.isatty():
            filled = round(BAR * share)
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {progress(run)}  ")
        elif int(10 * share) > tenths[-1]:
            tenths.append(int(10 * share))
            sys.stderr.write(f"{progress(run)}\n")
        sys.stderr.flush()

    return show

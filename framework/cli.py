"""The `fouraxes` command.

Exit codes: 0 done, 1 price lists differ (`prices`) or prices are out of proportion (`check`), 2 wrong input, 3 the answer is "none fits"
(it is printed all the same), 4 a measurement was stopped (`probe`; what it has is written), 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framework.cli_bill import bill
from framework.cli_fit import fit
from framework.cli_forecast import forecast
from framework.cli_options import ForceOption, OnOption, OutOption, PricingOption, ProfilesOption, TableOrJson, day
from framework.cli_outage import outage
from framework.cli_prices import prices_app
from framework.cli_probe import probe
from framework.cli_replay import replay
from framework.cli_rollout import rollout
from framework.cli_tokens import tokens
from framework.errors import FourAxesError, ReportError
from framework.output import may_write, put

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.study import Study

ALARM, WRONG_INPUT, NONE_FITS = 1, 2, 3

app = typer.Typer(
    name="fouraxes",
    help="Decide which LLM API to build on: cost, latency, rate limits, context window, from your own workload.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(prices_app, name="prices")
app.command()(tokens)
app.command()(bill)
app.command()(forecast)
app.command()(fit)
app.command()(replay)
app.command()(rollout)
app.command()(outage)
app.command()(probe)


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"
    md = "md"


def main() -> None:
    """Entry point: every expected error is one message on standard error and exit code 2."""
    try:
        app()
    except FourAxesError as error:
        sys.stderr.write(f"fouraxes: {error}\n")
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:
        sys.exit(0)
    except KeyboardInterrupt:
        sys.exit(130)


def _catalogue(pricing: Path | None) -> Catalogue:
    from framework.catalogue.load import load_catalogue

    return load_catalogue(pricing)


def _study(workload_file: Path, *, on: str | None, pricing: Path | None, profiles: list[Path] | None) -> Study:
    from framework.study import deepen, study
    from framework.workload_file import read_workload

    workload, priorities = read_workload(workload_file)
    catalogue = _catalogue(pricing)
    if profiles:
        from framework.catalogue.own_profile import merged, read_profiles

        workload = workload.with_own_latency(merged(workload.own_latency, read_profiles(profiles, catalogue, day(None)), catalogue))
    return deepen(study(workload, priorities, catalogue, day(on)))


@app.command()
def run(
    port: Annotated[int, typer.Option(help="port to listen on", min=1, max=65_535)] = 8501,
    host: Annotated[str, typer.Option(help="address to listen on; log-in is not built in, so keep it on this machine")] = "127.0.0.1",
) -> None:
    """Start the dashboard and print its URL."""
    import socket

    import uvicorn

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ReportError(f"cannot listen on {host}:{port} ({error.strerror}): stop what runs there or choose another --port") from None
    shown = "localhost" if host in ("127.0.0.1", "::1") else host
    sys.stdout.write(f"Four Axes: http://{shown}:{port}\nStop it with Ctrl+C.\n")
    sys.stdout.flush()
    uvicorn.run(
        "pages.ui.server:app",
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws_max_size=50 * 2**20,
        timeout_graceful_shutdown=3,
    )


@app.command()
def check(
    pricing: PricingOption = None,
    on: OnOption = None,
) -> None:
    """Check the catalogue strictly: prices out of proportion alarm, figures not re-read for 60 days are warnings."""
    from framework.catalogue.compare_pins import load_pins
    from framework.catalogue.files import pricing_directory
    from framework.catalogue.ratios import odd_prices, stale_ratios

    catalogue, pins = _catalogue(pricing), load_pins(pricing or pricing_directory())
    alarms = odd_prices(catalogue, pins, day(on))
    stale = [*map(str, catalogue.stale_figures(day(on))), *stale_ratios(catalogue, pins, day(on))]
    told = [*(f"warning: {figure}\n" for figure in stale), *(f"ALARM: {price}\n" for price in alarms)]
    told.append(
        f"{len(catalogue.offers)} offers of {len(catalogue.providers)} providers, {len(catalogue.models)} models: no errors, "
        f"{len(alarms) or 'no'} alarm{'s' if len(alarms) != 1 else ''}, {len(stale)} warnings. "
        f"Prices as of {catalogue.prices_as_of}, digest {catalogue.digest[:12]}.\n"
    )
    put("".join(told))
    if alarms:
        raise typer.Exit(ALARM)


@app.command()
def decide(
    workload_file: Annotated[Path, typer.Argument(metavar="WORKLOAD.yaml")],
    format_: Annotated[Format, typer.Option("--format")] = Format.table,
    on: OnOption = None,
    pricing: PricingOption = None,
    profile: ProfilesOption = None,
    output: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Compare every offer for a workload and recommend one."""
    from framework.report import comparison

    study = _study(workload_file, on=on, pricing=pricing, profiles=profile)
    if format_ is Format.json:
        content = json.dumps(comparison.as_json(study), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    elif format_ is Format.csv:
        content = comparison.as_csv(study)
    elif format_ is Format.md:
        content = comparison.as_markdown_table(study)
    else:
        content = comparison.as_text_table(study, width=100)
    put(content, output, force)
    _exit_for(study)


@app.command()
def report(
    workload_file: Annotated[Path, typer.Argument(metavar="WORKLOAD.yaml")],
    output: Annotated[Path, typer.Option("-o", "--output", help="FILE.pdf for the report, FILE.md for the architecture decision record")],
    on: OnOption = None,
    pricing: PricingOption = None,
    profile: ProfilesOption = None,
    force: ForceOption = False,
) -> None:
    """Write the report as PDF or the decision as ADR, by the file's ending."""
    from framework.report import adr, pdf

    ending = output.suffix.lower()
    if ending not in (".pdf", ".md"):
        raise ReportError(f"{output}: the file must end in .pdf (report) or .md (architecture decision record)")
    may_write(output, force)
    study = _study(workload_file, on=on, pricing=pricing, profiles=profile)
    put(pdf.render(study) if ending == ".pdf" else adr.render(study), output, force)
    put(f"{output}\n")
    _exit_for(study)


@app.command()
def price(
    offer: Annotated[str, typer.Argument(metavar="OFFER", help="such as openai/gpt-6-sol")],
    input_: Annotated[int, typer.Option("--input", min=0, max=10**9, help="uncached prompt tokens")],
    output_: Annotated[int, typer.Option("--output", min=0, max=10**9, help="reply and reasoning tokens")],
    cache_read: Annotated[int, typer.Option(min=0, max=10**9, help="prompt tokens read from the cache")] = 0,
    cache_write: Annotated[int, typer.Option(min=0, max=10**9, help="prompt tokens written to the cache")] = 0,
    lifetime: Annotated[str | None, typer.Option(help="5m, 30m, 1h or 12h; default: the shortest sold")] = None,
    service: Annotated[str, typer.Option(help="standard, batch, flex or priority")] = "standard",
    on: OnOption = None,
    at: Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="time of day in UTC, for prices with peak hours")] = None,
    region: Annotated[str | None, typer.Option(help="such as us or eu; default: the base price")] = None,
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    pricing: PricingOption = None,
) -> None:
    """Price one request; the four token classes are disjoint and in the model's own tokens."""
    from framework import wording
    from framework.catalogue.request_price import Request, request_usd

    catalogue = _catalogue(pricing)
    request = Request(
        input=input_,
        output=output_,
        cache_read=cache_read,
        cache_write=cache_write,
        lifetime=lifetime,
        service=service,
        region=region,
        at=at,
    )
    priced = request_usd(catalogue.price_in_force(catalogue.offer(offer), day(on)), request, on=day(on))
    if format_ is TableOrJson.json:
        put(json.dumps({"usd": priced.usd, "lines": priced.lines}) + "\n")
        return
    told = [f"{line:<12} {usd:>14.8f}\n" for line, usd in priced.lines.items()]
    told.append(f"{'total':<12} {priced.usd:>14.8f}  ({wording.usd(priced.usd)})\n")
    off = catalogue.switched_off(catalogue.offer(offer))
    gone = (f"switched off on {off}: this is its last known price",) if off and off <= day(on) else ()
    put("".join((*told, *(f"note: {note}\n" for note in (*gone, *priced.notes)))))


def _exit_for(study: Study) -> None:
    if study.recommendation.choice is None:
        sys.stderr.write("fouraxes: no offer passes every must-have; the answer names what would let one in.\n")
        raise typer.Exit(NONE_FITS)

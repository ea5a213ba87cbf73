"""`fouraxes prices`: the catalogue held against other price lists, and brought up to date from them.

Exit codes: 0 nothing unexplained (or all of it written), 1 differences, 2 wrong input or a source that cannot be had or understood.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framework.cli_options import PricingOption, TableOrJson, day
from framework.errors import WorkloadError
from framework.output import put

if TYPE_CHECKING:
    from framework.catalogue.compare_pins import Pins
    from framework.catalogue.compare_source import Source

DIFFERENCES = 1

prices_app = typer.Typer(help="Hold the catalogue against other price lists, and append what has changed.", no_args_is_help=True)

OnOption = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="compare as of this day (default: today)")]
GenaiOption = Annotated[bool, typer.Option("--genai/--no-genai", help="compare with genai-prices")]
UpdateOption = Annotated[bool, typer.Option("--update", help="download what genai-prices publishes now instead of using the package")]
LiteLLMOption = Annotated[
    str | None, typer.Option("--litellm", metavar="FILE|URL", help="compare with LiteLLM's price map: a JSON file or an https address")
]


def _directory(pricing: Path | None) -> Path:
    from framework.catalogue.files import pricing_directory

    return pricing or pricing_directory()


def _sources(pins: Pins, *, genai: bool, download: bool, litellm: str | None) -> list[Source]:
    from framework.catalogue.compare_genai import genai_source
    from framework.catalogue.compare_litellm import litellm_source

    if download and not genai:
        raise WorkloadError("--update downloads genai-prices: leave out --no-genai")
    if not genai and litellm is None:
        raise WorkloadError("nothing to compare with: leave out --no-genai, or give --litellm FILE|URL")
    found: list[Source] = [genai_source(pins, update=download)] if genai else []
    return [*found, litellm_source(litellm, pins)] if litellm is not None else found


@prices_app.command("compare")
def compare_prices(
    genai: GenaiOption = True,
    download: UpdateOption = False,
    litellm: LiteLLMOption = None,
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    everything: Annotated[bool, typer.Option("--all", help="show pinned, missing and agreeing cells too")] = False,
    on: OnOption = None,
    pricing: PricingOption = None,
) -> None:
    """Compare every price cell; exit code 1 where a difference is not explained by a pin in deviations.yaml."""
    from framework.catalogue.compare import compare
    from framework.catalogue.compare_pins import load_pins
    from framework.catalogue.compare_text import as_json, as_text
    from framework.catalogue.load import load_catalogue

    directory = _directory(pricing)
    catalogue, pins = load_catalogue(directory), load_pins(directory)
    comparison = compare(catalogue, _sources(pins, genai=genai, download=download, litellm=litellm), pins, day(on))
    shown = as_json if format_ is TableOrJson.json else as_text
    put(shown(comparison, pins, everything=everything))
    if comparison.alarms:
        raise typer.Exit(DIFFERENCES)


@prices_app.command("update")
def update_prices(
    genai: GenaiOption = True,
    download: UpdateOption = False,
    litellm: LiteLLMOption = None,
    accept: Annotated[bool, typer.Option("--accept", help="let in changes of over 30 % too, after a look at the vendor's page")] = False,
    write: Annotated[bool, typer.Option("--write", help="change the files; without it the changes are only shown")] = False,
    on: OnOption = None,
    pricing: PricingOption = None,
) -> None:
    """Append a dated entry for each change that a list dates, or that was downloaded now; old entries stay as they are."""
    from framework.catalogue import compare_update
    from framework.catalogue.compare_pins import load_pins

    directory = _directory(pricing)
    pins = load_pins(directory)
    sources = _sources(pins, genai=genai, download=download, litellm=litellm)
    result = compare_update.update(directory, sources, pins, on=day(on), accept=accept)
    if write:
        compare_update.write(directory, result)
    told = [result.diff, *(f"{'appended' if write else 'would append'}: {line}\n" for line in result.appended)]
    told += [f"left to you: {line}\n" for line in result.left]
    if result.texts and not write:
        told.append("Nothing was written; add --write to do so.\n")
    put("".join(told) or "Nothing has changed.\n")
    if result.left or (result.texts and not write):
        raise typer.Exit(DIFFERENCES)

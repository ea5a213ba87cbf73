"""`fouraxes fit`: what fits into each window, by which limit, and how far chunks and turns can go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from framework.cli_options import ForceOption, OnOption, OutOption, PricingOption, TableOrJson, day
from framework.output import put


def fit(
    workload_file: Annotated[Path, typer.Argument(metavar="WORKLOAD.yaml")],
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    on: OnOption = None,
    pricing: PricingOption = None,
    output: OutOption = None,
    force: ForceOption = False,
) -> None:
    """Per offer: do the prompts fit, which limit binds, how many chunks and turns, and where the price cliff is.

    JSON: offers [{id, provider, words, fit (room, tight, overflows, none, unknown), verdict, fits_share {low, expected, high}, limit,
    prompt_tokens, usable_tokens, window_tokens, max_input_tokens, max_output_tokens, price_cliff_tokens, parts, chunks {at_most, binds,
    ...}, conversation {turns_that_fit, turns_at_base_price, turns_in_time, trimmed, summarised, ...}, overflow}]. null is not known or no
    limit.
    """
    from framework.catalogue.load import load_catalogue
    from framework.report import window_export
    from framework.study import study
    from framework.workload_file import read_workload

    workload, priorities = read_workload(workload_file)
    found = study(workload, priorities, load_catalogue(pricing), day(on))
    put((window_export.as_json if format_ is TableOrJson.json else window_export.as_text)(found), output, force)

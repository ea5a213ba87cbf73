"""`fouraxes forecast`: the bill month by month, with growth and what is announced, beside today's bill carried on."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from framework.cli_options import ForceOption, OnOption, OutOption, PricingOption, day
from framework.output import put


class Form(StrEnum):
    """How a forecast is written."""

    table = "table"
    json = "json"
    csv = "csv"


def forecast(
    workload_file: Annotated[Path, typer.Argument(metavar="WORKLOAD.yaml")],
    months: Annotated[int, typer.Option(help="how many months", min=1, max=60)] = 12,
    start: Annotated[str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="first day (default: the first of next month)")] = None,
    firm: Annotated[bool, typer.Option("--firm", help="leave out announced changes that may still be called off")] = False,
    format_: Annotated[Form, typer.Option("--format")] = Form.table,
    on: OnOption = None,
    pricing: PricingOption = None,
    output: OutOption = None,
    force: ForceOption = False,
) -> None:
    """The bill of the months ahead: growth, announced prices and switch-offs, beside today's bill carried on."""
    from framework import forecast as ahead
    from framework.catalogue.load import load_catalogue
    from framework.report import forecast_export
    from framework.study import study
    from framework.workload_file import read_workload

    workload, priorities = read_workload(workload_file)
    found = study(workload, priorities, load_catalogue(pricing), day(on))
    first = day(start, "--from") if start else ahead.next_month(found.on)
    coming = ahead.twelve_months(workload, found.catalogue, first, months=months, scheduled=not firm, today=found.on)
    written = {Form.table: forecast_export.as_text, Form.json: forecast_export.as_json, Form.csv: forecast_export.as_csv}
    put(written[format_](found, coming), output, force)

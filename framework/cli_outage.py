"""`fouraxes outage`: the primary down at the worst time, and what becomes of its calls."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from framework.cli_options import ForceOption, OnOption, OutOption, PricingOption, TableOrJson, day
from framework.output import put


def outage(
    workload_file: Annotated[Path, typer.Argument(metavar="WORKLOAD.yaml")],
    primary: Annotated[str | None, typer.Option(metavar="OFFER", help="the offer that fails (default: the recommended one)")] = None,
    fallback: Annotated[str | None, typer.Option(metavar="OFFER", help="the one that steps in, or none (default: as recommended)")] = None,
    hours: Annotated[float, typer.Option(help="how long, in hours, at most 168")] = 2.0,
    failing_share: Annotated[float, typer.Option("--failing-share", help="share of the calls that fail: 1 is all of them")] = 1.0,
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    on: OnOption = None,
    pricing: PricingOption = None,
    output: OutOption = None,
    force: ForceOption = False,
) -> None:
    """The outage drill: does the fallback's tier hold, what does its cold cache cost, which calls fail, and how many in a year.

    JSON: primary, hours, failing_share, starts_s (second of the UTC day), calls_in_window, calls_failing, failing_share_without,
    failing_share_with {low, high}, fallback {id, tier, failing_share_of_moved, too_long_share, lowest_tier and tiers by bucket depth (1s,
    60s), fits_per_minute, tightest, usd {at_primary, warm, cold}}, cautions [{id, text}], yearly {calls, incident_hours,
    failing_calls_without, failing_calls_with, primary, fallback}. null is not known.
    """
    from framework.catalogue.load import load_catalogue
    from framework.outage import drill
    from framework.report import outage_export
    from framework.study import study
    from framework.workload_file import read_workload

    workload, priorities = read_workload(workload_file)
    found = study(workload, priorities, load_catalogue(pricing), day(on))
    drilled = drill(found, primary=primary, fallback=fallback, hours=hours, failing_share=failing_share)
    put((outage_export.as_json if format_ is TableOrJson.json else outage_export.as_text)(found, drilled), output, force)

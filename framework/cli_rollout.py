"""`fouraxes rollout`: the abstraction layer with a configuration for the choice, as a folder, a zip or the bare `llm.yaml`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from framework.cli_options import ForceOption, OnOption, PricingOption, day
from framework.errors import ReportError
from framework.output import may_write, put

if TYPE_CHECKING:
    from framework.report.rollout import Rollout

NONE_FITS = 3


def rollout(
    workload_file: Annotated[Path, typer.Argument(metavar="WORKLOAD.yaml")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="a folder, FILE.zip for the same as one file, or FILE.yaml for llm.yaml alone")
    ],
    split: Annotated[float, typer.Option(help="share of the calls that go to the fallback as an A/B test, such as 0.1")] = 0.0,
    on: OnOption = None,
    pricing: PricingOption = None,
    force: ForceOption = False,
) -> None:
    """Write llm.yaml for the recommendation with the layer that reads it, an example and what to watch."""
    from framework.catalogue.load import load_catalogue
    from framework.report import rollout as reports
    from framework.study import study
    from framework.workload_file import read_workload

    workload, priorities = read_workload(workload_file)
    found = study(workload, priorities, load_catalogue(pricing), day(on))
    plan = reports.rollout(found, split)
    if plan.primary is None:
        sys.stderr.write("".join(f"fouraxes: {note}\n" for note in (reports.headline(plan), *plan.notes)))
        raise typer.Exit(NONE_FITS)
    written = _write(plan, output, force)
    put("".join((f"{reports.headline(plan)}\n", *(f"note: {note}\n" for note in plan.notes), f"{written}\n")))


def _write(plan: Rollout, output: Path, force: bool) -> Path:
    from framework.report.rollout_config import llm_yaml
    from framework.report.rollout_files import starter, starter_zip

    ending = output.suffix.lower()
    if ending in (".zip", ".yaml", ".yml"):
        put(starter_zip(plan) if ending == ".zip" else llm_yaml(plan), output, force)
        return output
    content = {output / path: content for path, content in starter(plan).items()}
    for target in content:
        may_write(target, force)
    for target, data in content.items():
        _folder(target.parent)
        put(data, target, force)
    return output


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(f"{path}: cannot be made: {error.strerror}; choose another folder") from None

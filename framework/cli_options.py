"""What the commands share: options, and the day at the edge."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from framework.errors import WorkloadError

PricingOption = Annotated[Path | None, typer.Option("--pricing", help="another catalogue folder than the bundled one")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="answer as of this day (default: today)")]
OutOption = Annotated[Path | None, typer.Option("-o", "--output", help="write to this file instead of the screen")]
ForceOption = Annotated[bool, typer.Option("--force", help="overwrite the output file if it exists")]
ProfilesOption = Annotated[
    list[Path] | None,
    typer.Option("--profile", metavar="FILE", help="latency that `fouraxes probe` measured, before the published; may be given again"),
]


class TableOrJson(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"


def day(text: str | None, option: str = "--on") -> dt.date:
    """The day named by an option, today where none is; `WorkloadError` for any other form than YYYY-MM-DD."""
    if text is None:
        return dt.date.today()
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise WorkloadError(f"{option}: {text[:40]!r} is not a day: write it as YYYY-MM-DD") from None

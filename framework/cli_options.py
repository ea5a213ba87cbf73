"""What the commands share: options, and the day at the edge."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from framework.errors import WorkloadError

PricingOption = Annotated[Path | None, typer.Option("--pricing", help="another catalogue folder than the bundled one")]


class TableOrJson(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"


def day(text: str | None) -> dt.date:
    """The day named by `--on`, today where none is; `WorkloadError` for any other form than YYYY-MM-DD."""
    if text is None:
        return dt.date.today()
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise WorkloadError(f"--on: {text[:40]!r} is not a day: write it as YYYY-MM-DD") from None

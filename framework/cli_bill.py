"""`fouraxes bill`: what recorded usage cost, to the cent, and what the same usage would have cost elsewhere.

Exit codes: 0 billed (parts may be unknown, and say so), 2 wrong input.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from framework.cli_options import PricingOption, day
from framework.output import put


class BillFormat(StrEnum):
    """How a bill is written."""

    table = "table"
    json = "json"
    csv = "csv"


class UsageForm(StrEnum):
    """Whose form the usage objects have."""

    anthropic = "anthropic"
    openai = "openai"
    google = "google"
    deepseek = "deepseek"
    bedrock = "bedrock"
    cohere = "cohere"
    plain = "plain"


def bill(
    log: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL, or .jsonl.gz: a usage object or a whole response per line")],
    offer: Annotated[str | None, typer.Option("--offer", help="price every line at this offer, whatever model it names")] = None,
    form: Annotated[UsageForm | None, typer.Option("--as", help="form of the usage objects; default: told by their fields")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="price the same tokens at every other offer too")] = False,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="YYYY-MM-DD", help="prices of this day for every line (default: each line's own day, else today)"),
    ] = None,
    format_: Annotated[BillFormat, typer.Option("--format")] = BillFormat.table,
    pricing: PricingOption = None,
) -> None:
    """Bill recorded usage request by request: cached tokens, long prompts, service tiers and price changes included."""
    from framework.catalogue.load import load_catalogue
    from framework.recorded import writing
    from framework.recorded.assumptions import comparison_notes
    from framework.recorded.read import read_log
    from framework.recorded.statement import Terms, statement

    terms = Terms(on=day(on), always=on is not None, offer=offer)
    catalogue, read = load_catalogue(pricing), read_log(log, form.value if form else None)
    billed = statement(read, catalogue, terms, compare=compare)
    notes = comparison_notes(read.usage) if compare else ()
    if format_ is BillFormat.csv:
        put(writing.as_csv(billed))
    else:
        put((writing.as_json if format_ is BillFormat.json else writing.as_text)(billed, notes))

"""Limits as they are typed: `rpm=5000,itpm=40M`."""

from __future__ import annotations

import re
from decimal import Decimal

from framework.errors import WorkloadError
from framework.explain import shown, suggestion
from framework.simulation.limiter import MAX_LIMIT
from framework.vocabulary import METERS

OPTION = "--limits"
_FIGURE = re.compile(r"(\d[\d_]*(?:\.\d+)?)(?:e\+?(\d{1,2}))?([kmb]?)", re.ASCII | re.IGNORECASE)
_TENS = {"": 0, "k": 3, "m": 6, "b": 9}
_LONGEST = 40


def typed_limits(text: str) -> dict[str, int]:
    """Whole figures by meter, in the order given; `WorkloadError` names the meter and the cure.

    `1e6`, `1_000_000`, `1000k` and `1M` are the same figure.
    """
    found: dict[str, int] = {}
    for part in text.split(","):
        meter, figure = _parted(part.strip())
        if meter in found:
            raise WorkloadError(f"{OPTION}: {meter} is given twice: give it once")
        found[meter] = _figure(meter, figure)
    return found


def _parted(part: str) -> tuple[str, str]:
    name, equals, figure = (piece.strip() for piece in part.partition("="))
    if not equals:
        said = shown(part) if part else "nothing"
        raise WorkloadError(f"{OPTION}: {said} is not a limit: write meter=figure, such as rpm=5000,tpm=1M (no commas within a figure)")
    meter = name.lower()
    if meter not in METERS:
        close = suggestion(meter, METERS)
        raise WorkloadError(f"{OPTION}: no meter {shown(name)}: take one of {', '.join(METERS)}{close}")
    return meter, figure


def _figure(meter: str, text: str) -> int:
    match = _FIGURE.fullmatch(text) if len(text) <= _LONGEST else None
    limit = Decimal(match[1].replace("_", "")).scaleb(int(match[2] or 0) + _TENS[match[3].lower()]) if match else Decimal(0)
    if not 1 <= limit <= MAX_LIMIT or limit != int(limit):
        raise WorkloadError(
            f"{OPTION}: {meter} must be a whole number from 1 to {MAX_LIMIT:,}, not {shown(text)}: "
            "write it as 5000, 1_000_000, 1e6, 200k or 40M, and leave out a meter that has no limit"
        )
    return int(limit)

"""Fees of tools and reserved capacity: models that the provider sells, entries in order, one price per tool, model and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from framework.catalogue.checks import Names, Problem, unknown
from framework.catalogue.figures import seen_day
from framework.catalogue.records import ProviderFile, ToolFee
from framework.catalogue.validate import Parsed
from framework.documents import Path, shown


def check_fees(parsed: Parsed[ProviderFile], names: Names) -> Iterator[Problem]:
    """Everything beside the tokens that one provider charges; `names` are those of all models."""
    record = parsed.record
    for i, fee in enumerate(record.tools):
        yield from _check_sold(fee.models, ("tools", i), parsed, names)
        yield from _check_announced(fee, ("tools", i))
    yield from _check_order(parsed)
    if record.reserved:
        yield from _check_sold(record.reserved.models, ("reserved",), parsed, names)


def _check_sold(models: Sequence[str], at: Path, parsed: Parsed[ProviderFile], names: Names) -> Iterator[Problem]:
    sold = {offer.model for offer in parsed.record.offers}
    for k, model in enumerate(models):
        here: Path = (*at, "models", k)
        if model in models[:k]:
            yield here, f"{shown(model)} is named twice; delete one"
        elif model in names.stands_for:
            yield here, f"{shown(model)} is an alias; write {names.stands_for[model]}"
        elif model not in sold:
            yield here, unknown("model among this provider's offers", model, sold)


def _check_announced(fee: ToolFee, at: Path) -> Iterator[Problem]:
    read = max((day for source in fee.source if (day := seen_day(source.seen, last=True))), default=None)
    if fee.effective and read and fee.effective > read and not fee.revocable:
        yield (*at, "revocable"), f"a price from {fee.effective} that was read on {read} is an announcement; write revocable: true"


def _check_order(parsed: Parsed[ProviderFile]) -> Iterator[Problem]:
    """Per tool and model (or all other models) the days must rise, so that one entry is in force on each day."""
    last: dict[tuple[str, str | None], tuple[dt.date | None, int]] = {}
    for i, fee in enumerate(parsed.record.tools):
        for model in fee.models or (None,):
            before = last.get((fee.tool, model))
            if before and not _follows(fee.effective, before[0]):
                whom = model or "all other models"
                line = parsed.document.line(("tools", before[1]))
                yield ("tools", i, "effective"), f"{fee.tool} of {whom} has a price of that day or a later one on line {line}; sort by day"
            last[(fee.tool, model)] = (fee.effective, i)


def _follows(day: dt.date | None, before: dt.date | None) -> bool:
    return day is not None and (before is None or day > before)

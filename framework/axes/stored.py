"""Explicit caches: created once, stored for a fee per token and hour, read at every call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes.tariff import Tariff
from framework.catalogue.columns import Array, Bools, Columns
from framework.load import Load
from framework.workload import DAYS_PER_MONTH


@dataclass(frozen=True, eq=False)
class Stored:
    """USD a month to keep every prefix, `(..., offers)`, NaN where no such cache is sold; `pays` says where that is done."""

    created_usd: Array
    kept_usd: Array
    pays: Bools

    @property
    def usd(self) -> Array:
        """Creating and keeping."""
        return self.created_usd + self.kept_usd

    def where(self, pays: Bools) -> Stored:
        """The same, done where it pays."""
        return Stored(self.created_usd, self.kept_usd, pays)

    def lines(self) -> dict[str, Array]:
        """The charges by name of line, 0 where it is not done."""
        return {"cache_write": np.where(self.pays, self.created_usd, 0.0), "storage": np.where(self.pays, self.kept_usd, 0.0)}


def stored_of(load: Load, columns: Columns, scale: Array, *, tariff: Tariff) -> Stored | None:
    """What it takes to keep each prefix through the active hours: created at the input price every day, once a month where they never end.

    `scale` as in `Terms`: the failed attempts in it store nothing and are taken out again. Prices by the hour know no region and no peak,
    but where they are not told apart both are taken, which is never too cheap. None where no offer sells it.
    """
    price = columns.price
    if np.isnan(price.storage_mtok_hour).all():
        return None
    hours, tokens = load.active_hours * DAYS_PER_MONTH, load.prefixes * load.prefix_tokens * (1 - load.billed_failures)
    times: Any = np.where(np.asarray(load.active_hours) >= 24, 1, DAYS_PER_MONTH)
    created = tokens * times * tariff.input
    kept = tokens * hours * price.storage_mtok_hour * scale / 1e6
    created, kept = np.broadcast_arrays(np.where(np.isnan(price.storage_mtok_hour), np.nan, created), kept)
    return Stored(created, kept, np.zeros(kept.shape, dtype=bool))

"""The bill of a whole log at every offer, from one scan for the partial sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.catalogue.columns import Array, Bools, Ints
from framework.recorded.sheets import PriceSheets
from framework.recorded.table import cliff_groups
from framework.recorded.usage import USAGE_METERS, RecordedUsage


@dataclass(frozen=True, eq=False)
class Totals:
    """USD by meter `(USAGE_METERS, offers)`, NaN where tokens were used whose price is not known.

    `short_usd` `(offers,)`: the same tokens at base prices, without any long-context surcharge. `long_requests` `(offers,)`: how many
    requests pay long-context prices, or would if the offer charged more for them.
    """

    usd_by_meter: Array
    short_usd: Array
    long_requests: Ints

    @property
    def usd(self) -> Array:
        """The bill `(offers,)`."""
        return np.asarray(self.usd_by_meter.sum(axis=0))


def totals(usage: RecordedUsage, sheets: PriceSheets) -> Totals:
    """Sum up at every offer; additive over requests, independent of their order and of which other offers there are."""
    offers, prompt = len(sheets.ids), usage.prompt_tokens
    everything = _sums(usage.tokens, sheets.situation, len(sheets.usd))
    by_meter, long_requests = np.zeros((len(USAGE_METERS), offers)), np.zeros(offers, dtype=np.int64)
    for thresholds, runs in cliff_groups(sheets):
        is_long = _is_long(prompt, thresholds, sheets.situation)
        long = _sums(usage.tokens[:, is_long], sheets.situation[is_long], len(sheets.usd))
        volumes = np.stack([everything - long, long], axis=1)
        for run in runs:
            by_meter[:, run] = _charged(volumes, sheets.usd[..., run])
            long_requests[run] = np.count_nonzero(is_long)
    short = _charged(everything[:, None], sheets.usd[:, :1]).sum(axis=0)
    return Totals(by_meter, short, long_requests)


def _is_long(prompt: Array, thresholds: Array, situation: Ints) -> Bools:
    if not np.isfinite(thresholds).any():
        return np.zeros(prompt.size, dtype=np.bool_)
    return np.asarray(prompt > thresholds[situation])


def _sums(tokens: Array, situation: Ints, situations: int) -> Array:
    """Tokens `(situations, USAGE_METERS)`: whole numbers, so that sums and differences are exact."""
    return np.stack([np.bincount(situation, weights=row, minlength=situations) for row in tokens], axis=1)


def _charged(volumes: Array, usd: Array) -> Array:
    """`(situations, bands, meters)` times prices, summed to `(meters, offers)`; what was not used costs 0 at any price."""
    amount = volumes[..., None] * usd
    return np.asarray(np.where(volumes[..., None] > 0, amount, 0.0).sum(axis=(0, 1)))

"""The monthly bill as a range: seeded draws of volume, lengths, hits, thinking and tokenizers go through the bill itself.

Nothing is interpolated that the bill can work out: a denser tokenizer moves the price cliff and the smallest cacheable prefix too. What
no figure of the workload moves (lifetimes and minima that are not published, dear hours) is drawn between the cheap and the dear bill.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework import draws
from framework.axes.caching import hit_rates
from framework.axes.cost import drawn_usd, three_bills
from framework.axes.reading import AT_LIKELY_TOKENS
from framework.axes.tokens import HIGH, LIKELY, LOW
from framework.billing import Spreads
from framework.catalogue.columns import Array, Bools, Columns, Ints, figures_of
from framework.draws import Draws
from framework.load import Load

DRAWS = 512
P10, P50, P90 = 10, 50, 90
_TIE = 1e-12


@dataclass(frozen=True, eq=False)
class BillRange:
    """USD a month at three percentiles of the draws, `(offers,)`, NaN where the bill is not known.

    `cheapest_share`: share of the draws in which the offer is the cheapest of those that `compete`; NaN for the others, and where not
    even two compete. Offers that cost the same share the draw.
    """

    p10_usd: Array
    p50_usd: Array
    p90_usd: Array
    cheapest_share: Array

    def everywhere(self, places: Ints, offers: int) -> BillRange:
        """The same among all offers, NaN at those not asked about."""

        def spread(values: Array) -> Array:
            out = np.full(offers, np.nan)
            out[places] = values
            return out

        return BillRange(*map(spread, (self.p10_usd, self.p50_usd, self.p90_usd, self.cheapest_share)))


@dataclass(frozen=True, eq=False)
class Groups:
    """Which offers err together, as indices `(offers,)`: `texts` count a text alike, `models` think alike, `providers` bill alike."""

    texts: Ints
    models: Ints
    providers: Ints

    @classmethod
    def of(cls, columns: Columns) -> Groups:
        """Of all offers of a catalogue, so that an offer draws the same whichever others are asked about."""
        ratios = np.nan_to_num(columns.ratio).round(6).T
        return cls(_index(ratios), _index(np.array(columns.models)), _index(np.array(columns.providers)))

    def draws(self, n: int = draws.DRAWS) -> Draws:
        """The draws of all these offers."""
        texts, models, providers = (int(group.max()) + 1 for group in (self.texts, self.models, self.providers))
        return draws.standard_normals(offers=len(self.texts), tokenizers=texts, models=models, providers=providers, n=n)

    def of_offers(self, places: Ints) -> Groups:
        """The same for some of the offers."""
        return Groups(self.texts[places], self.models[places], self.providers[places])


def _index(keys: Array) -> Ints:
    return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)


def drawn_load(load: Load, drawn: Draws, spreads: Spreads) -> Load:
    """The load of every draw, `(n, 1)`: more or fewer requests, longer or shorter texts, more or fewer hits, calls closer or farther."""
    longer = load.longer(np.exp(spreads.input_tokens * drawn.input_tokens))
    apart = np.exp(spreads.prefixes * drawn.prefixes)
    return longer.with_(
        requests_per_day=load.requests_per_day * np.exp(spreads.volume * drawn.volume),
        output_mean=load.output_mean * np.exp(spreads.output_tokens * drawn.output_tokens),
        hit_rate=draws.shifted_share(load.hit_rate, spreads.hit_rate * drawn.hit_rate),
        prefixes=np.maximum(load.prefixes * apart, 1.0) if load.prefixes > 1 else load.prefixes,
        pause_s=load.pause_s * apart if load.converses else load.pause_s,
    )


def drawn_bills(load: Load, columns: Columns, drawn: Draws, spreads: Spreads, groups: Groups) -> Array:
    """USD a month of every draw `(n, offers)`; `columns` and `groups` may be some of the offers, the draws are those of all groups."""
    cases = drawn_load(load, drawn, spreads)
    if np.any(load.reasoning_mean) and spreads.reasoning:
        # The mean stays what it is: exp(s Z - s^2 / 2).
        thinking = np.exp(spreads.reasoning * drawn.reasoning[:, groups.models] - spreads.reasoning**2 / 2)
        cases = cases.with_(reasoning_mean=load.reasoning_mean * thinking)
    usd = drawn_usd(cases, columns, _ratios(load, columns, spreads.tokenizer * drawn.tokenizer[:, groups.texts]))
    return usd * _left_open(load, columns, drawn.terms[:, groups.providers])


def _ratios(load: Load, columns: Columns, z: Array) -> Array | None:
    if not load.converts or not z.any():
        return None
    return draws.between(columns.ratio[LOW], columns.ratio[LIKELY], columns.ratio[HIGH], z=z)


def _left_open(load: Load, columns: Columns, z: Array) -> Array:
    """A factor `(n, offers)` that stays between the cheap and the dear bill of the load as entered, tokenizers at their likely ratio."""
    _, (low, expected, high) = three_bills(load, columns, hit_rates(load, columns), AT_LIKELY_TOKENS)
    known = np.where(expected == 0, 1.0, expected)  # a bill of nothing stays nothing
    return draws.between(low / known, np.ones_like(expected), high / known, z=z)


def bill_range(load: Load, columns: Columns, spreads: Spreads, *, places: Ints, compete: Bools) -> BillRange:
    """The range of the offers at `places`, over the draws that all offers of `columns` share; `compete` `(places,)`."""
    groups = Groups.of(columns)
    drawn = groups.draws(DRAWS)
    usd = drawn_bills(load, figures_of(columns, places), drawn, spreads, groups.of_offers(places))
    low, middle, high = np.percentile(usd, (P10, P50, P90), axis=0)
    return BillRange(low, middle, high, cheapest_share(usd, compete))


def cheapest_share(usd: Array, compete: Bools) -> Array:
    """Share of the draws `(n, offers)` that each offer wins; those that cost the same to 1e-12 share the draw."""
    known = compete & np.isfinite(usd).all(axis=0)
    if known.sum() < 2:
        return np.full(usd.shape[1], np.nan)
    bids = np.where(known, usd, np.inf)
    least = bids.min(axis=1, keepdims=True)
    won = bids <= least * (1 + _TIE)
    return np.asarray(np.where(known, (won / won.sum(axis=1, keepdims=True)).mean(axis=0), np.nan))

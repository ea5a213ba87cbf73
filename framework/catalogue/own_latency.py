"""The team's own latency in the place of the published reading, offer by offer.

What was measured stands: the median, the p95 where enough replies give one, and the speed. The published fit or slope of the offer, else
that of its provider, says how the seconds grow with the prompt. Several lengths correct it where they differ from it by more than the
chance of their medians: a thousand and ten thousand tokens alone say next to nothing of a hundred thousand. The bend of long prompts stays
as published, as few lengths show none. The shape of the spread stays that of the class. The median of few replies is uncertain, so its
standard error widens the range as age does. Seconds of thinking at another effort than the one asked for are scaled as published ones are.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from framework.catalogue.build_latency import OfferReading, columns_of, shape_of, slope_of
from framework.catalogue.choose_reading import Choice, choose, speed_for
from framework.catalogue.columns import Array, Columns, LatencyColumns
from framework.catalogue.records import LatencyProfile, Source
from framework.measured import OwnLatency, OwnReading
from framework.vocabulary import EFFORTS, Effort

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

MEDIAN_ERROR = math.sqrt(math.pi / 2)
"""Standard error of a median of n normal values, times sqrt(n) and over their standard deviation."""


CHANCE = 2.0
"""Standard errors by which a measured slope has to differ from the published one to be taken for another."""


MOST_OF_SHORTEST = 2.0
"""Where the curve may start from, in medians of the shortest prompt."""


def with_own_latency(columns: Columns, own: Mapping[str, OwnLatency], catalogue: Catalogue, effort: Effort) -> Columns:
    """The columns with the team's own readings, by offer id; the same columns where there are none, else a copy of what changes.

    `effort`: the one asked for, `none` without thinking.
    """
    if not own:
        return columns
    places = [columns.index(offer) for offer in own]
    mine = columns_of([_reading(offer, entry, catalogue, effort) for offer, entry in own.items()], catalogue.defaults, columns.on)
    error = MEDIAN_ERROR * mine.s * (1 - mine.floor) / np.sqrt([_anchor(entry).n for entry in own.values()])
    mine = dataclasses.replace(mine, stale_sigma=np.hypot(mine.stale_sigma, error))
    published = columns.latency
    arrays = {name: _put(value, places, getattr(mine, name)) for name, value in vars(published).items() if name != "effort"}
    told = list(published.effort)
    for place, measured in zip(places, mine.effort, strict=True):
        told[place] = measured
    return dataclasses.replace(columns, latency=LatencyColumns(**arrays, effort=tuple(told)))


def _put(published: Any, places: list[int], mine: Any) -> Any:
    values = published.copy()
    values[..., places] = mine
    return values


def _anchor(own: OwnLatency) -> OwnReading:
    """The reading whose spread is taken: one with a p95 before one without, then the one of most replies, then the longest."""
    return max(own.readings, key=lambda reading: (reading.p95_s is not None, reading.n, reading.at_input_tokens))


def _reference(own: OwnLatency) -> OwnReading:
    """The length that the curve starts from: the anchor, unless prompts were measured that are far quicker.

    No prompt is taken to need less than a third of the median there.
    """
    anchor, shortest = _anchor(own), own.readings[0]
    return anchor if anchor.p50_s <= MOST_OF_SHORTEST * shortest.p50_s else shortest


@dataclass(frozen=True)
class Curve:
    """Median seconds at the reference, and what a million tokens and a million tokens squared add; `lent`: these two are published."""

    median_s: float
    beta: float
    gamma: float
    lent: bool


def curve(own: OwnLatency, published: tuple[float, float], spread: float) -> Curve:
    """The curve through what was measured, by least squares over the medians, each counted with its replies.

    `published`: its two terms, NaN not known; `spread`: log-sigma of the replies around a median. A slope below 0 is chance and taken as
    0; a median that would not be above 0 is the one measured.
    """
    start, (beta, gamma) = _reference(own), published
    x, x_at = np.array([reading.at_input_tokens for reading in own.readings]) / 1e6, start.at_input_tokens / 1e6
    y, n = (np.array([getattr(reading, name) for reading in own.readings], dtype=float) for name in ("p50_s", "n"))
    if len(x) == 1:
        return Curve(start.p50_s, beta, gamma, lent=True)
    above = y - beta * (x - x_at) - gamma * (x**2 - x_at**2)
    level_s, (median_s, more) = float(np.average(above, weights=n)), _line(x - x_at, above, n)
    pull = n * (x - np.average(x, weights=n))
    error = MEDIAN_ERROR * spread * np.sqrt(np.sum(np.square(pull * y) / n)) / np.sum(pull * x)
    if abs(more) <= CHANCE * error and level_s > 0:
        return Curve(level_s, beta, gamma, lent=True)
    if beta + more >= 0 and median_s > 0:
        return Curve(median_s, beta + more, gamma, lent=False)
    median_s, slope = _line(x - x_at, y, n)
    if slope < 0:
        median_s, slope = float(np.average(y, weights=n)), 0.0
    return Curve(median_s if median_s > 0 else start.p50_s, slope, 0.0, lent=False)


def _line(x: Array, y: Array, weight: Array) -> tuple[float, float]:
    """Value at 0 and slope of the least squares."""
    mean_x, mean_y = np.average(x, weights=weight), np.average(y, weights=weight)
    slope = np.sum(weight * (x - mean_x) * (y - mean_y)) / np.sum(weight * (x - mean_x) ** 2)
    return float(mean_y - slope * mean_x), float(slope)


def _reading(offer_id: str, own: OwnLatency, catalogue: Catalogue, effort: Effort) -> OfferReading:
    offer, defaults = catalogue.offer(offer_id), catalogue.defaults
    provider, vendor, published = catalogue.provider_of(offer).provider, catalogue.vendors[offer.model], catalogue.profiles_of(offer)
    near = choose(published, asked_effort(own), defaults.effort_scale).profile
    # With the published terms it tells its class; then its own terms are worked out.
    lent = _profile(offer.model, own, Curve(_reference(own).p50_s, 0.0, 0.0, lent=True), near)
    like = OfferReading(provider, vendor, Choice(lent, None))
    shape, (beta, gamma) = shape_of(defaults, like), slope_of(defaults, like)
    terms = (math.nan, math.nan) if beta is None or gamma is None else (beta, gamma)
    profile = _profile(offer.model, own, curve(own, terms, shape.s * (1 - shape.floor)), near)
    chosen = choose([profile], effort, defaults.effort_scale)
    return OfferReading(provider, vendor, dataclasses.replace(chosen, speed=profile if profile.tps else speed_for(profile, published)))


def asked_effort(own: OwnLatency) -> Effort:
    """The effort at which published readings are to be compared with it."""
    return next((effort for effort in EFFORTS if effort == own.effort), "medium") if own.thinks else "none"


def _profile(model: str, own: OwnLatency, found: Curve, published: LatencyProfile | None) -> LatencyProfile:
    """The reading as the catalogue would hold it; the published one lends its length terms where these stand."""
    anchor, source = _anchor(own), (Source(url="measured by you", seen=own.seen.isoformat(), kind="measured"),)
    tail = None if anchor.p95_s is None else anchor.p95_s / anchor.p50_s
    terms: dict[str, Any] = {}
    if not found.lent:
        fit = {"beta_s_per_mtok": found.beta, "gamma_s_per_mtok2": found.gamma, "measured": own.seen, "source": source}
        terms = {"length_fit": fit}
    elif published is not None:
        terms = {"slope_ms_per_1k": published.slope_ms_per_1k, "length_fit": published.length_fit}
    return LatencyProfile.model_validate(
        {
            "model": model,
            "effort": own.effort or "",
            "thinks": own.thinks,
            "at_input_tokens": round(_reference(own).at_input_tokens),
            "ttft_s": {"p50": found.median_s, "p95": None if tail is None else found.median_s * tail},
            "tps": None if own.tps is None else {"p50": own.tps},
            "measured": own.seen,
            "source": source,
            **terms,
        }
    )

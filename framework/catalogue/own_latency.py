"""The team's own latency in the place of the published reading, offer by offer.

What was measured stands: the median, the p95 where enough replies give one, and the speed. Two prompt lengths give a slope of their own;
with one the published fit or slope of the offer stands, else that of its provider. The shape of the spread stays that of the class. The
median of few replies is uncertain, so its standard error widens the range as age does.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from framework.catalogue.build_latency import OfferReading, columns_of
from framework.catalogue.choose_reading import Choice, choose, speed_for
from framework.catalogue.columns import Columns, LatencyColumns
from framework.catalogue.records import LatencyProfile, Source
from framework.measured import OwnLatency, OwnReading
from framework.vocabulary import EFFORTS, Effort

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

MEDIAN_ERROR = math.sqrt(math.pi / 2)
"""Standard error of a median of n normal values, times sqrt(n) and over their standard deviation."""


def with_own_latency(columns: Columns, own: Mapping[str, OwnLatency], catalogue: Catalogue) -> Columns:
    """The columns with the team's own readings, by offer id; the same columns where there are none, else a copy of what changes."""
    if not own:
        return columns
    places = [columns.index(offer) for offer in own]
    mine = columns_of([_reading(offer, entry, catalogue) for offer, entry in own.items()], catalogue.defaults, columns.on)
    error = MEDIAN_ERROR * mine.s * (1 - mine.floor) / np.sqrt([_anchor(entry).n for entry in own.values()])
    mine = dataclasses.replace(mine, stale_sigma=np.hypot(mine.stale_sigma, error))
    published = columns.latency
    arrays = {name: _put(value, places, getattr(mine, name)) for name, value in vars(published).items() if name != "effort"}
    effort = list(published.effort)
    for place, told in zip(places, mine.effort, strict=True):
        effort[place] = told
    return dataclasses.replace(columns, latency=LatencyColumns(**arrays, effort=tuple(effort)))


def _put(published: Any, places: list[int], mine: Any) -> Any:
    values = published.copy()
    values[..., places] = mine
    return values


def _anchor(own: OwnLatency) -> OwnReading:
    """The reading whose spread is taken: one with a p95 before one without, then the one of most replies, then the longest."""
    return max(own.readings, key=lambda reading: (reading.p95_s is not None, reading.n, reading.at_input_tokens))


def line(own: OwnLatency) -> tuple[float, float | None]:
    """Median seconds at the anchor, and seconds per million tokens more; None where one length gives no slope.

    Least squares over the medians, each counted with its replies; a slope below 0 is chance and taken as 0.
    """
    anchor = _anchor(own)
    if len(own.readings) == 1:
        return anchor.p50_s, None
    weight = np.array([reading.n for reading in own.readings], dtype=float)
    x = np.array([reading.at_input_tokens for reading in own.readings]) / 1e6
    y = np.array([reading.p50_s for reading in own.readings])
    mean_x, mean_y = np.average(x, weights=weight), np.average(y, weights=weight)
    slope = max(0.0, float(np.sum(weight * (x - mean_x) * (y - mean_y)) / np.sum(weight * (x - mean_x) ** 2)))
    return float(mean_y + slope * (anchor.at_input_tokens / 1e6 - mean_x)), slope


def _reading(offer_id: str, own: OwnLatency, catalogue: Catalogue) -> OfferReading:
    offer = catalogue.offer(offer_id)
    published = catalogue.profiles_of(offer)
    profile = _profile(offer.model, own, choose(published, asked_effort(own), catalogue.defaults.effort_scale).profile)
    speed = profile if profile.tps else speed_for(profile, published)
    return OfferReading(catalogue.provider_of(offer).provider, catalogue.vendors[offer.model], Choice(profile, speed))


def asked_effort(own: OwnLatency) -> Effort:
    """The effort at which published readings are to be compared with it."""
    return next((effort for effort in EFFORTS if effort == own.effort), "medium") if own.thinks else "none"


def _profile(model: str, own: OwnLatency, published: LatencyProfile | None) -> LatencyProfile:
    """The reading as the catalogue would hold it; the published one lends its length terms where there is but one length."""
    anchor, (median_s, slope) = _anchor(own), line(own)
    tail = None if anchor.p95_s is None else anchor.p95_s / anchor.p50_s
    lent = published if slope is None else None
    return LatencyProfile.model_validate(
        {
            "model": model,
            "effort": own.effort or "",
            "thinks": own.thinks,
            "at_input_tokens": round(anchor.at_input_tokens),
            "ttft_s": {"p50": median_s, "p95": None if tail is None else median_s * tail},
            "tps": None if own.tps is None else {"p50": own.tps},
            "slope_ms_per_1k": lent.slope_ms_per_1k if lent else slope,
            "length_fit": lent.length_fit if lent else None,
            "measured": own.seen,
            "source": (Source(url="measured by you", seen=own.seen.isoformat(), kind="measured"),),
        }
    )

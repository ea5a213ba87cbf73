"""Where a choice begins to pay at one offer, in words: caching, lifetimes, batch, short prompts for a long one, reserved capacity."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from framework import wording
from framework.axes.break_even import sentences
from framework.axes.commitment import use_of_reservation
from framework.axes.splitting import splitting

if TYPE_CHECKING:
    from framework.study import Study


def break_evens(study: Study, offer: str) -> tuple[str, ...]:
    """All that can be said of one offer."""
    at = study.columns.index(offer)
    return (*sentences(study.load, study.columns, at), *_splitting(study, at), *_reserved(study, offer))


def _splitting(study: Study, at: int) -> Iterator[str]:
    name, found = study.columns.names[at], splitting(study.load, study.columns, at)
    threshold = float(study.columns.price.threshold_tokens[at])
    if found is None:
        if np.isfinite(threshold):
            yield f"Prompts of more than {wording.tokens(threshold)} tokens cost more at {name}; practically none of yours is that long."
        return
    length = f"has {wording.tokens(found.prompt_tokens)} tokens on average"
    one = f"A prompt above the cliff of {name} {length} and costs {wording.usd(found.whole_usd)}"
    several = f"in {found.pieces} calls below the cliff, each with what they share, {wording.usd(found.split_usd)}"
    limit = (
        ""
        if not 0 < found.reply_tokens < np.inf
        else f" Splitting pays up to replies of {wording.tokens(found.reply_tokens)} tokens a call."
    )
    yield f"{one}; {several}, neither cached and without a call that joins the replies.{limit}"


def _reserved(study: Study, offer: str) -> Iterator[str]:
    record = study.catalogue.offer(offer)
    reserved = study.catalogue.provider_of(record).reserved
    if reserved is None or (reserved.models and record.model not in reserved.models):
        return
    at_peak, at_mean = use_of_reservation(study.load)
    price = (
        f"costs {wording.usd(reserved.usd_per_unit_hour)} an hour and unit"
        if reserved.usd_per_unit_hour is not None
        else "is sold on quotation"
        if not reserved.price_published
        else "has a list price that is not recorded here"
    )
    yield (
        f"{reserved.name} ({reserved.unit}) {price}. Your traffic would use {wording.share(at_peak)} of a reservation for its busiest "
        f"minute, and at most {wording.share(at_mean)} of one for its mean active minute: it pays only where it costs less than that share "
        "of what the reserved amount costs as you go."
    )

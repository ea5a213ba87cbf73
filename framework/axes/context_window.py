"""Context window: which share of the prompts fits, and how many chunks and turns would.

Window, largest input and largest output are three limits. The output reserve and the reasoning are taken off the window first; the
prompt is `system + tools + chunks * chunk_tokens + turns * turn_tokens`, log-normal with that mean and the spread of the input length. All
in the model's own tokens.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import Assessment, Verdict
from framework.axes.context_findings import Windows, findings
from framework.axes.context_fit import LONGER, fit_of
from framework.axes.prompt_room import ROUNDING_TOKENS, cliff_tokens, dear, largest_mean, refused, room_tokens, usable, whole
from framework.axes.tokens import HIGH, LIKELY, LOW, ratio_of, thinking_tokens
from framework.axes.turns import turns_within
from framework.catalogue.columns import Array, Columns, Ints
from framework.load import Load
from framework.quantities import LogNormal

# An empty prompt has no logarithm.
_AT_LEAST_TOKENS = 1e-9


@dataclass(frozen=True, eq=False)
class ContextAssessment(Assessment):
    """Arrays are `(..., offers)`, tokens the model's own, NaN unknown.

    `fits_share`: P(prompt <= `usable_tokens`), with the range that the tokenizer leaves. `prompt_tokens`: mean. `chunks_that_fit`,
    `turns_that_fit`: totals with all else as given, at which as many prompts fit as are required, at the dear end of that range; NaN where
    a chunk or turn has no tokens. `turns_to_cliff`: the first turn at which fewer prompts stay at the base price, inf where there is none.
    `parts`: `system`, `tools`, `chunks`, `history`, `user` (the newest turn),
    `reserve`, `reasoning` and `free`, by which the prompt could still grow. `fit`: of `Fit`, for one load.
    """

    fits_share: Array
    fits_share_low: Array
    fits_share_high: Array
    usable_tokens: Array
    prompt_tokens: Array
    chunks_that_fit: Array
    turns_that_fit: Array
    turns_to_cliff: Array
    parts: dict[str, Array]
    fit: Ints


def fits_share(load: Load, columns: Columns, k: int = LIKELY) -> Array:
    """P(prompt <= usable), `(..., offers)`; `k` is the end of the tokenizer's range. Also for `(n, 1)` loads."""
    return _share_within(load, load.prompt_tokens * ratio_of(load, columns, k), usable(load, columns, k))


def _share_within(load: Load, mean: Array, room: Array) -> Array:
    """Share of prompts of that mean that the room holds; NaN where it is not known."""
    length = LogNormal(np.maximum(mean, _AT_LEAST_TOKENS), load.prompt_sigma)
    share = 1.0 - length.share_above(np.where(room > 0, room + ROUNDING_TOKENS, room))
    return np.where(np.isnan(room), np.nan, share)


def limit_shares(load: Load, columns: Columns) -> dict[str, Array]:
    """How much a mean request uses of `window`, largest `input`, largest `output`, and of the way to the price `cliff`; `(offers,)`.

    NaN where a limit is not known or there is none. Above 1 it does not fit, or is beyond the cliff.
    """
    ratio, threshold = ratio_of(load, columns), columns.price.threshold_tokens
    prompt, reserve = load.prompt_tokens * ratio, load.max_tokens * ratio
    return {
        "window": (prompt + reserve + thinking_tokens(load, columns) * ratio) / columns.window_tokens,
        "input": prompt / columns.max_input_tokens,
        "output": reserve / columns.max_output_tokens,
        "cliff": np.where(np.isfinite(threshold), prompt / threshold, np.nan),
    }


def binding_limits(load: Load, columns: Columns) -> tuple[str | None, ...]:
    """Which limit leaves the prompt no more than it has, per offer: `largest output` where the reserve alone is above it; None unknown."""
    ratio = ratio_of(load, columns)
    left = columns.window_tokens - (load.max_tokens + thinking_tokens(load, columns)) * ratio
    by_input = (columns.max_input_tokens < left) | (np.isnan(left) & ~np.isnan(columns.max_input_tokens))
    names = np.where(refused(load, columns), "largest output", np.where(by_input, "largest input", np.where(np.isnan(left), "", "window")))
    return tuple(str(name) or None for name in np.where(np.isnan(ratio), "", names))


def _chunks(load: Load, columns: Columns, required_share: float) -> Array:
    most = largest_mean(room_tokens(load, columns), load.prompt_sigma, required_share)
    return whole(most - (load.prompt_tokens - load.chunks * load.chunk_tokens), load.chunk_tokens)


def _turns(load: Load, columns: Columns, required_share: float) -> tuple[Array, Array]:
    """How many turns fit, and the first whose prompt costs more per token, inf where none does."""
    fit, cliff = room_tokens(load, columns), cliff_tokens(load, columns)
    if load.converses:
        return turns_within(load, fit), turns_within(load, cliff) + 1
    fit, cliff = (largest_mean(tokens, load.prompt_sigma, required_share) - load.opening_tokens for tokens in (fit, cliff))
    if load.turn_tokens <= 0:
        return whole(fit, load.turn_tokens), np.where(cliff < 0, 1.0, np.inf)
    return whole(fit, load.turn_tokens), whole(cliff, load.turn_tokens) + 1


def _parts(load: Load, ratio: Array, room: Array, thinking: Array) -> dict[str, Array]:
    prompt, newest = load.prompt_tokens * ratio, load.newest_tokens
    return {
        "system": load.system_tokens * ratio,
        "tools": load.tools_tokens * ratio,
        "chunks": load.chunks * load.chunk_tokens * ratio,
        "history": (load.turns * load.turn_tokens - newest) * ratio,
        "user": newest * ratio,
        "reserve": load.max_tokens * ratio,
        "reasoning": thinking * ratio,
        "free": np.maximum(room - prompt, 0.0),
    }


def _verdicts(low: Array, high: Array, required_share: float) -> NDArray[np.int64]:
    verdicts = np.where(low >= required_share, Verdict.MEETS, np.where(high < required_share, Verdict.FAILS, Verdict.UNRESOLVED))
    return np.where(np.isnan(low) | np.isnan(high), Verdict.UNKNOWN, verdicts).astype(np.int64)


def _longer(load: Load, columns: Columns) -> Array:
    """Share of the prompts that would fit if all were `LONGER` times as long, at the dear end of the tokenizer's range."""
    k = dear(load)
    return _share_within(load, load.prompt_tokens * LONGER * ratio_of(load, columns, k), usable(load, columns, k))


def assess(load: Load, columns: Columns, *, required_share: float = 0.99) -> ContextAssessment:
    """What fits, for one load (scalars); MEETS where `required_share` of the prompts fit even at the dear end of the tokenizer's range."""
    ratio, room = ratio_of(load, columns), usable(load, columns)
    parts, fits = _parts(load, ratio, room, thinking_tokens(load, columns)), fits_share(load, columns)
    turns, cliff = _turns(load, columns, required_share)
    low, high = (fits_share(load, columns, HIGH), fits_share(load, columns, LOW)) if load.converts else (fits, fits)
    facts = Windows(
        load=load,
        columns=columns,
        verdicts=_verdicts(low, high, required_share),
        low=low,
        fits=fits,
        high=high,
        usable=room,
        fit=fit_of(required=required_share, low=low, high=high, longer=_longer(load, columns)),
        turns_to_cliff=cliff,
        turns_that_fit=turns,
    )
    return ContextAssessment(
        axis="context_window",
        verdicts=facts.verdicts,
        say=functools.partial(findings, facts),
        fits_share=fits,
        fits_share_low=low,
        fits_share_high=high,
        usable_tokens=room,
        prompt_tokens=load.prompt_tokens * ratio,
        chunks_that_fit=_chunks(load, columns, required_share),
        turns_that_fit=facts.turns_that_fit,
        turns_to_cliff=facts.turns_to_cliff,
        parts=parts,
        fit=facts.fit,
    )

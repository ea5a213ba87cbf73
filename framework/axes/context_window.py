"""Context window: which share of the prompts fits, and how many chunks and turns would.

Window, largest input and largest output are three limits. The output reserve and the reasoning are taken off the window first; the
prompt is `system + tools + chunks * chunk_tokens + turns * turn_tokens`, log-normal with that mean and the spread of the input length. All
in the model's own tokens.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framework.axes.assessment import Assessment, Verdict
from framework.axes.context_findings import Windows, findings
from framework.axes.context_fit import LONGER, fit_of
from framework.axes.tokens import HIGH, LIKELY, LOW, ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Columns, Ints
from framework.load import Load
from framework.quantities import LogNormal

# A quotient such as 650.0 / 1.3 may come out a hair below a whole number.
_ROUNDING = 1e-9
# An empty prompt has no logarithm.
_AT_LEAST_TOKENS = 1e-9


@dataclass(frozen=True, eq=False)
class ContextAssessment(Assessment):
    """Arrays are `(..., offers)`, tokens the model's own, NaN unknown.

    `fits_share`: P(prompt <= `usable_tokens`), with the range that the tokenizer leaves. `prompt_tokens`: mean. `chunks_that_fit`,
    `turns_that_fit`: totals at mean sizes with all else as given, NaN where a chunk or turn has no tokens. `turns_to_cliff`: the first turn
    whose prompt costs more per token, inf where there is none. `parts`: `system`, `tools`, `chunks`, `history`, `user` (the newest turn),
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


def usable(load: Load, columns: Columns, k: int = LIKELY) -> Array:
    """Own tokens left for the prompt: `min(max input, window - reserve - reasoning)`, whichever of the two is known.

    0 where the reserve is above the largest output: such a call is refused whatever its prompt.
    """
    ratio = ratio_of(load, columns, k)
    room = np.fmin(columns.max_input_tokens, columns.window_tokens - (load.max_tokens + thinking_tokens(load, columns)) * ratio)
    room = np.where(load.max_tokens * ratio > columns.max_output_tokens, 0.0, np.maximum(room, 0.0))
    return np.where(np.isnan(ratio), np.nan, room)


def fits_share(load: Load, columns: Columns, k: int = LIKELY) -> Array:
    """P(prompt <= usable), `(..., offers)`; `k` is the end of the tokenizer's range. Also for `(n, 1)` loads."""
    mean = np.maximum(load.prompt_tokens * ratio_of(load, columns, k), _AT_LEAST_TOKENS)
    room = usable(load, columns, k)
    share = 1.0 - LogNormal(mean, load.prompt_sigma).share_above(room)
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
    refused = load.max_tokens * ratio > columns.max_output_tokens
    by_input = (columns.max_input_tokens < left) | (np.isnan(left) & ~np.isnan(columns.max_input_tokens))
    names = np.where(refused, "largest output", np.where(by_input, "largest input", np.where(np.isnan(left), "", "window")))
    return tuple(str(name) or None for name in np.where(np.isnan(ratio), "", names))


def _whole(room: Array, each: Array) -> Array:
    """How many whole pieces fit, never negative; NaN where a piece has no tokens."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pieces = np.floor(room / each + _ROUNDING)
    return np.where(each > 0, np.maximum(pieces, 0.0), np.nan)


def _turns_to_cliff(before: Any, turn: Any, threshold: Array) -> Array:
    """First turn with `before + turn * turns > threshold`, 1 or more; inf where no turn comes there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.maximum(np.floor((threshold - before) / turn + _ROUNDING) + 1, 1.0)
    return np.where(turn > 0, first, np.where(before > threshold, 1.0, np.inf))


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
    k = HIGH if load.converts else LIKELY
    mean = np.maximum(load.prompt_tokens * LONGER * ratio_of(load, columns, k), _AT_LEAST_TOKENS)
    return 1.0 - LogNormal(mean, load.prompt_sigma).share_above(usable(load, columns, k))


def assess(load: Load, columns: Columns, *, required_share: float = 0.99) -> ContextAssessment:
    """What fits, for one load (scalars); MEETS where `required_share` of the prompts fit even at the dear end of the tokenizer's range."""
    ratio, room = ratio_of(load, columns), usable(load, columns)
    parts, turn = _parts(load, ratio, room, thinking_tokens(load, columns)), load.turn_tokens * ratio
    fits, opening = fits_share(load, columns), load.opening_tokens * ratio
    low, high = (fits_share(load, columns, HIGH), fits_share(load, columns, LOW)) if load.converts else (fits, fits)
    facts = Windows(
        load=load,
        columns=columns,
        verdicts=_verdicts(low, high, required_share),
        low=low,
        fits=fits,
        high=high,
        usable=room,
        fit=fit_of(load.prompt_tokens * ratio, room, required=required_share, low=low, longer=_longer(load, columns)),
        turns_to_cliff=_turns_to_cliff(opening, turn, columns.price.threshold_tokens),
        turns_that_fit=_whole(room - opening, turn),
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
        chunks_that_fit=_whole(room - (load.prompt_tokens - load.chunks * load.chunk_tokens) * ratio, load.chunk_tokens * ratio),
        turns_that_fit=facts.turns_that_fit,
        turns_to_cliff=facts.turns_to_cliff,
        parts=parts,
        fit=facts.fit,
    )

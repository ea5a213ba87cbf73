"""One long prompt above a price cliff, or several below it: what each costs, and up to which reply splitting pays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from framework.axes.prompt import parts_of
from framework.axes.tariff import BASE, INPUT, LONG, OUTPUT, STANDARD
from framework.axes.tokens import ratio_of, thinking_tokens
from framework.catalogue.columns import Columns
from framework.load import Load


@dataclass(frozen=True)
class Splitting:
    """The mean prompt above the cliff, in the offer's own tokens, as one call or as `pieces` calls that each repeat what is shared.

    Nothing is cached in either. `reply_tokens`: the longest reply (each piece writes one) at which splitting is the cheaper, inf where it
    always is, below 0 where it never is; thinking counts as reply.
    """

    prompt_tokens: float
    pieces: int
    whole_usd: float
    split_usd: float
    reply_tokens: float


def splitting(load: Load, columns: Columns, at: int) -> Splitting | None:
    """The choice at one offer, for one load of scalars; None where no prompt is above a cliff or what is shared leaves no room below it.

    With `n` pieces of a prompt `L` that share `P` and write `O` each: `L I' + O O'` against `(L + (n - 1) P) I + n O O''`.
    """
    ratio, threshold = float(ratio_of(load, columns)[at]), float(columns.price.threshold_tokens[at])
    if not np.isfinite(threshold) or not np.isfinite(ratio):
        return None
    parts = parts_of(load, np.array([threshold / ratio]), np.array([np.inf]))
    share, tokens = float(parts.long_share[..., 0]), float(parts.long_tokens[..., 0])
    shared = ratio * float(load.opening_tokens if load.converses else max(load.prefix_tokens, load.system_tokens + load.tools_tokens))
    if share <= 1e-6 or shared >= threshold:
        return None
    prompt, reply = (
        ratio * tokens / share,
        ratio * float(load.output_mean + np.broadcast_to(thinking_tokens(load, columns), len(columns))[at]),
    )
    pieces = int(np.ceil((prompt - shared) / (threshold - shared) - 1e-9))
    return _compared(columns, at, prompt=prompt, shared=shared, pieces=max(pieces, 2), reply=reply)


def _compared(columns: Columns, at: int, *, prompt: float, shared: float, pieces: int, reply: float) -> Splitting | None:
    base, long = columns.price.mtok[STANDARD, BASE, :, at] / 1e6, columns.price.mtok[STANDARD, LONG, :, at] / 1e6
    sent = prompt + (pieces - 1) * shared
    whole = prompt * long[INPUT] + reply * long[OUTPUT]
    split = sent * base[INPUT] + pieces * reply * base[OUTPUT]
    if not (np.isfinite(whole) and np.isfinite(split)):
        return None
    dearer = pieces * base[OUTPUT] - long[OUTPUT]
    saved = prompt * long[INPUT] - sent * base[INPUT]
    level = saved / dearer if dearer > 0 else np.inf if saved > 0 else -1.0
    return Splitting(prompt, pieces, float(whole), float(split), float(level))

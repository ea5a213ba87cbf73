"""What the context window means for one offer, in sentences with their figures; one source for screen, PDF and record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from framework import wording
from framework.axes.assessment import Finding, Verdict
from framework.axes.prompt_room import refused
from framework.axes.tokens import HIGH, LIKELY, ratio_of, thinking_tokens
from framework.catalogue.columns import Array, Columns
from framework.load import Load


@dataclass(frozen=True, eq=False, kw_only=True)
class Windows:
    """The readings of one load, each `(offers,)`; tokens are the model's own."""

    load: Load
    columns: Columns
    verdicts: NDArray[np.int64]
    fit: NDArray[np.int64]
    low: Array
    fits: Array
    high: Array
    usable: Array
    turns_to_cliff: Array
    turns_that_fit: Array


def _say(tokens: float) -> str:
    return wording.tokens(float(tokens))


def _refused(facts: Windows) -> Iterator[Finding]:
    """Offers whose largest output is below the reserve, surely or at the dear end of the tokenizer's range."""
    reserve, dearest = (facts.load.max_tokens * ratio_of(facts.load, facts.columns, k) for k in (LIKELY, HIGH))
    largest, likely = facts.columns.max_output_tokens, refused(facts.load, facts.columns)
    for offer in np.flatnonzero(refused(facts.load, facts.columns, HIGH)):
        sure = likely[offer]
        text = (
            f"The output reserve of {_say((reserve if sure else dearest)[offer])} tokens {'is' if sure else 'may be'} above the largest "
            f"output, {_say(largest[offer])}: such a call is refused. Lower context.output_reserve_tokens."
        )
        yield Finding(text, "blocking" if facts.verdicts[offer] == Verdict.FAILS else "warning", facts.columns.ids[offer])


def _short(facts: Windows) -> Iterator[Finding]:
    """Offers into which too few prompts fit."""
    prompt = facts.load.prompt_tokens * ratio_of(facts.load, facts.columns)
    for offer in np.flatnonzero((facts.verdicts == Verdict.FAILS) | (facts.verdicts == Verdict.UNRESOLVED)):
        low, high = wording.share(float(facts.low[offer])), wording.share(float(facts.high[offer]))
        share = low if low == high else f"{low} to {high}"
        text = (
            f"{share} of the prompts fit: {_say(facts.usable[offer])} tokens are left for a prompt after reply and reasoning, "
            f"the mean prompt has {_say(prompt[offer])}."
        )
        yield Finding(text, "blocking" if facts.verdicts[offer] == Verdict.FAILS else "warning", facts.columns.ids[offer])


def _unknown(facts: Windows) -> Iterator[Finding]:
    no_ratio = np.isnan(ratio_of(facts.load, facts.columns))
    for offer in np.flatnonzero(np.isnan(facts.usable)):
        text = (
            "How many of its tokens your text becomes is not known, so what fits cannot be told."
            if no_ratio[offer]
            else "Neither window nor largest input is published, so what fits cannot be told."
        )
        yield Finding(text, "warning", facts.columns.ids[offer])
    for offer in np.flatnonzero(np.isnan(facts.columns.max_output_tokens)):
        text = f"The largest output is not published: test whether {_say(facts.load.max_tokens)} tokens may be asked for."
        yield Finding(text, "info", facts.columns.ids[offer])


def _input_binds(facts: Windows) -> Iterator[Finding]:
    columns, load = facts.columns, facts.load
    left = columns.window_tokens - (load.max_tokens + thinking_tokens(load, columns)) * ratio_of(load, columns)
    for offer in np.flatnonzero(columns.max_input_tokens < left):
        text = (
            f"The window holds {_say(columns.window_tokens[offer])} tokens, but a prompt may have at most "
            f"{_say(columns.max_input_tokens[offer])}: the rest is for output only."
        )
        yield Finding(text, "info", facts.columns.ids[offer])


def _cliffs(facts: Windows) -> Iterator[Finding]:
    """Conversations that reach the long-context price before they overflow."""
    threshold, (likely, dearest) = facts.columns.price.threshold_tokens, (ratio_of(facts.load, facts.columns, k) for k in (LIKELY, HIGH))
    # Where prompts differ in length, the turn is the one at which 99 of 100 no longer stay below.
    alike = not facts.load.prompt_sigma
    for offer in np.flatnonzero(facts.turns_to_cliff <= facts.turns_that_fit):
        turn, over = wording.count(float(facts.turns_to_cliff[offer])), f"above {_say(threshold[offer])} tokens"
        what, whole = ("the prompt", "all of it") if alike else ("more than 1 prompt in 100", "all of such a prompt")
        text = (
            f"From turn {turn} on {what} may be {over}, as its tokens are known only by a range; then {whole} costs more."
            if dearest[offer] > likely[offer]
            else f"From turn {turn} on {what} is {over} and {whole} costs more."
        )
        yield Finding(text, "info", facts.columns.ids[offer])


def findings(facts: Windows) -> tuple[Finding, ...]:
    """All sentences, the blocking ones first."""
    said = [finding for part in (_refused, _short, _unknown, _input_binds, _cliffs) for finding in part(facts)]
    return tuple(sorted(said, key=lambda finding: finding.gravity != "blocking"))

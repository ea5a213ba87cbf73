"""What calls are charged, in one pass over them: the sums are those that `axes.charging` describes."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np

from framework.simulation.compiling import compiled
from framework.simulation.limiter import BOTH, CALLS, INPUT, LONG_BOTH, LONG_CALLS, MONEY_UNITS_PER_USD, OUTPUT


@compiled
def own_tokens(table, prompt, reusable, reply, found):
    """`(2, classes, n)` of prompt and reply in each class's own tokens; `table` `(5, classes)`."""
    classes, n = table.shape[1], prompt.size
    own = np.empty((2, classes, n), np.float64)
    for c in range(classes):
        ratio, reads, thinking, reserve = table[0, c], table[1, c], table[2, c], table[4, c]
        stretch = ratio * table[3, c]
        for i in range(n):
            own[0, c, i] = (prompt[i] - (reusable[i] if found[i] < reads else 0.0)) * ratio
            own[1, c, i] = max((reply[i] + thinking) * stretch, reserve)
    return own


@compiled
def whole_tokens(own, merged, most, charge):
    """Fills four rows of `charge` `(classes, kinds, n)` with `own` `(2, classes, n)`, of `merged` calls, rounded and `most` at most."""
    for c in range(own.shape[1]):
        for i in range(own.shape[2]):
            # Never negative: adding a half and cutting rounds.
            given, made = np.int64(min(own[0, c, i] + 0.5, most)), np.int64(min(own[1, c, i] + 0.5, most))
            charge[c, CALLS, i] = merged
            charge[c, INPUT, i], charge[c, OUTPUT, i], charge[c, BOTH, i] = given, made, given + made


@compiled
def money(prompt, reply, usd_prompt, usd_reply, merged, charge):
    """Fills `charge` `(n,)` with what `merged` calls alike cost, in units of money."""
    for i in range(charge.size):
        charge[i] = np.int64(np.rint(merged * (prompt[i] * usd_prompt + reply[i] * usd_reply) * MONEY_UNITS_PER_USD))


@compiled
def long_apart(prompt, ratio, above, charge):
    """Moves what calls with more than so many own prompt tokens are charged, `(kinds, n)`, to the meters of their own pool."""
    for i in range(prompt.size):
        long = prompt[i] * ratio > above
        charge[LONG_CALLS, i], charge[LONG_BOTH, i] = charge[CALLS, i] * long, charge[BOTH, i] * long
        if long:
            charge[CALLS, i] = charge[INPUT, i] = charge[OUTPUT, i] = charge[BOTH, i] = 0

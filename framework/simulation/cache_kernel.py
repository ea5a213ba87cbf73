"""Which calls find their prefix in the cache, one after the other."""

# mypy: disable-error-code="no-untyped-def,no-untyped-call"

from __future__ import annotations

import numpy as np

from framework.simulation.compiling import compiled

_NEVER = -(1 << 62)


@compiled
def found_in_cache(time, prefix, prefixes, life, renews, warm, emptied, together):
    """`(n,)` of truth. An entry lives for `life` microseconds after the call that wrote it, where it `renews` after the last that found it.

    It can be found once the reply of the call that wrote it has begun, `warm` later. At `emptied` (-1: never) all entries go. With
    `together` one call on any prefix keeps all of them.
    """
    n = time.size
    found = np.zeros(n, np.bool_)
    usable, ends = np.full(prefixes, _NEVER, np.int64), np.full(prefixes, _NEVER, np.int64)
    written = np.full(prefixes, _NEVER, np.int64)
    idle_since, began = np.int64(_NEVER), np.int64(_NEVER)
    for i in range(n):
        now, p = time[i], prefix[i]
        if together:
            if now - idle_since > life:
                began = now  # everything that was written before has gone
            idle_since = now
            alive = written[p] >= began
        else:
            alive = now <= ends[p]
        if emptied >= 0 and now >= emptied and written[p] < emptied:
            alive = False
        if alive and now >= usable[p]:
            found[i] = True
            if renews:
                ends[p] = now + life
        elif not alive:
            usable[p], ends[p], written[p] = now + warm, now + life, now
    return found

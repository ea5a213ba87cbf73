"""Compiles every loop of the limiter once, so that nobody waits for it at the first page: `python -m framework.simulation.warm`.

What is compiled is kept on disk by numba. Where it cannot be, this costs some seconds and changes nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from framework.simulation.limiter import KINDS, lanes_of
from framework.simulation.replay import MANY_CALLS, Client, refuse_all, replay
from framework.vocabulary import POLICIES, Policy

LOOPS: dict[Policy, str] = {"refuse": "refuse_kernel.refuse_lane", "wait": "kernels.wait_lane", "retry": "kernels.retry_lane"}
"""Module and function."""


def warm() -> None:
    """Every loop on two requests, through the functions that use it, so that each is compiled for the arrays it will get."""
    from framework.simulation.cache_kernel import found_in_cache
    from framework.simulation.charge_kernel import long_apart, money, own_tokens, whole_tokens

    time_us, charge = np.arange(2), np.ones((len(KINDS), 2), dtype=np.int64)
    lanes = lanes_of({"rpm": 60}, np.ones(len(KINDS)))
    refuse_all(time_us, charge, lanes, marks=np.zeros((2, 1), dtype=np.uint8))
    many = np.arange(MANY_CALLS)
    refuse_all(many, np.ones((len(KINDS), len(many)), dtype=np.int64), lanes)
    for policy in POLICIES:
        replay(time_us, charge, lanes, Client(policy=policy))
    texts = np.ones(2)
    own = own_tokens(np.ones((5, 1)), texts, texts, texts, texts)
    whole_tokens(own, 1, 1, charge[None])
    long_apart(texts, 1.0, 1.0, charge)
    money(texts, texts, 1.0, 1.0, 1, charge[0])
    found_in_cache(time_us, np.zeros_like(time_us), 1, 1, True, 1, -1, False)


def is_cold(policy: Policy) -> bool:
    """Whether the loop of a policy has still to be compiled, told from the times of the files on disk and so not with certainty."""
    from framework.simulation import kernels, refuse_kernel

    module = refuse_kernel if policy == "refuse" else kernels
    cache = getattr(module, LOOPS[policy].partition(".")[2]).stats.cache_path
    if cache is None:
        return True
    changed_s = Path(str(module.__file__)).stat().st_mtime
    # The name of an index ends in the Python that it is for.
    kept = Path(cache).glob(f"{LOOPS[policy]}-*.py{sys.version_info.major}{sys.version_info.minor}*.nbi")
    return not any(index.stat().st_mtime >= changed_s for index in kept)


if __name__ == "__main__":
    try:
        warm()
    except OSError as error:
        sys.stderr.write(f"The replay is not compiled ahead, it cannot be kept on disk: {error.strerror}\n")

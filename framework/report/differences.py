"""Which inputs of two studies differ: one entry per field, named as in the workload file, with both values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from framework.flat import MAPPINGS, flat
from framework.priorities import Priorities
from framework.workload import Workload

Inputs = tuple[Workload, Priorities]


@dataclass(frozen=True)
class Difference:
    """A field as a dotted path (`traffic.requests_per_day`, `tiers.openai`); None: the field is not set there."""

    path: str
    was: Any
    now: Any


def differences(was: Inputs, now: Inputs) -> tuple[Difference, ...]:
    """In the order of the workload file, the name last, as no figure follows from it; entries of a mapping one by one."""
    before, after = _entries(was), _entries(now)
    paths = sorted(dict.fromkeys([*before, *after]), key=lambda path: path == "name")
    return tuple(Difference(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path))


def _entries(inputs: Inputs) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in flat(*inputs).items():
        found |= {f"{path}.{key}": item for key, item in value.items()} if path in MAPPINGS else {path: value}
    return found

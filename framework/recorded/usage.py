"""Recorded usage as columns: what each request used, in which service, when and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.catalogue.columns import Array, Bools, Ints
from framework.catalogue.records import SERVICES

USAGE_METERS: tuple[str, ...] = ("input", "cache_read", "write_5m", "write_30m", "write_1h", "write_12h", "write", "output")
INPUT, READ, WRITE, OUTPUT = (USAGE_METERS.index(name) for name in ("input", "cache_read", "write", "output"))
WRITES = slice(USAGE_METERS.index("write_5m"), WRITE)
NOT_LISTED = -1
"""The service of a request that list prices do not cover, such as one paid by a commitment."""
NONE = -1


@dataclass(frozen=True, eq=False)
class RecordedUsage:
    """One column per request, in the order of the log.

    `tokens` `(USAGE_METERS, requests)`: disjoint classes in the model's own tokens; `write` are cache writes whose lifetime is not
    reported, `output` holds the reasoning. `service`: index of `SERVICES` as the response reports it, or `NOT_LISTED`; where
    `tier_known` is False none was reported and standard is assumed. `at_s`: Unix seconds UTC, NaN = not recorded.
    `region` and `model` point into `regions` and `models`; `NONE` = the base price, no model named.
    """

    tokens: Array
    service: Ints
    tier_known: Bools
    at_s: Array
    region: Ints
    model: Ints
    regions: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    def __len__(self) -> int:
        return int(self.tokens.shape[1])

    @property
    def prompt_tokens(self) -> Array:
        """The whole prompt of each request: fresh, read and written; it decides whether long-context prices apply."""
        return np.asarray(self.tokens[:OUTPUT].sum(axis=0))

    def take(self, rows: Any) -> RecordedUsage:
        """Some of the requests, by index, mask or slice."""
        parts = {name: getattr(self, name)[..., rows] for name in ("tokens", "service", "tier_known", "at_s", "region", "model")}
        return RecordedUsage(**parts, regions=self.regions, models=self.models)


def recorded_usage(
    tokens: Mapping[str, Sequence[float] | Array],
    *,
    service: Sequence[str] | None = None,
    at_s: Sequence[float] | None = None,
    region: Sequence[str | None] | None = None,
) -> RecordedUsage:
    """Usage from columns by meter; a meter left out is 0 throughout, a service left out is standard, a time or region left out unknown."""
    requests = max((len(column) for column in tokens.values()), default=0)
    table = np.zeros((len(USAGE_METERS), requests))
    for name, column in tokens.items():
        table[USAGE_METERS.index(name)] = column
    named = tuple(sorted({name for name in region or () if name is not None}))
    return RecordedUsage(
        tokens=table,
        service=_ints([SERVICES.index(name) for name in service] if service is not None else [0] * requests),
        tier_known=np.full(requests, service is not None),
        at_s=np.full(requests, np.nan) if at_s is None else np.array(at_s, dtype=np.float64),
        region=_ints([NONE if name is None else named.index(name) for name in region] if region is not None else [NONE] * requests),
        model=np.full(requests, NONE, dtype=np.int64),
        regions=named,
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)

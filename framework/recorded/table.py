"""What every request would cost at every offer: one matrix product per group of offers that share a price cliff."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from framework.catalogue.columns import Array, Bools, Ints
from framework.recorded.sheets import PriceSheets
from framework.recorded.usage import OUTPUT, RecordedUsage

Groups = list[tuple[Array, list[slice]]]
BLOCK = 1 << 13
"""Requests in one product: few enough to stay in the cache and on one core, where a table this narrow is filled fastest."""


def usd_table(usage: RecordedUsage, sheets: PriceSheets, out: Array | None = None) -> Array:
    """USD `(requests, offers)`; NaN where a request used a meter that the offer does not sell or whose price is not known.

    `out` is filled and returned where given; the layout of `empty_table` is the fast one.
    """
    out = empty_table(len(usage), len(sheets.ids)) if out is None else out
    groups, step = cliff_groups(sheets), BLOCK if len(sheets.usd) == 1 else 2 * BLOCK
    for start in range(0, len(usage), step):
        rows = slice(start, start + step)
        _fill(out[rows].T, usage.tokens[:, rows], sheets, situation=sheets.situation[rows], groups=groups)
    return out


def empty_table(requests: int, offers: int) -> Array:
    """Room for a table, each offer's column in one piece."""
    return np.empty((offers, requests)).T


def cliff_groups(sheets: PriceSheets) -> Groups:
    """Thresholds `(situations,)`, and the runs of neighbouring offers that have them."""
    groups: dict[bytes, tuple[Array, list[slice]]] = {}
    thresholds = np.ascontiguousarray(sheets.threshold_tokens.T)
    for run in _runs(thresholds):
        groups.setdefault(thresholds[run.start].tobytes(), (thresholds[run.start], []))[1].append(run)
    return list(groups.values())


def _runs(rows: Array) -> Iterator[slice]:
    edges = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1)) + 1
    for start, stop in zip([0, *edges], [*edges, len(rows)], strict=True):
        yield slice(int(start), int(stop))


def _fill(out: Array, tokens: Array, sheets: PriceSheets, *, situation: Ints, groups: Groups) -> None:
    """`out` `(offers, requests)`: sorted by situation, computed, and put back in the order of the log."""
    if len(sheets.usd) == 1:
        _fill_one(out, tokens, sheets, situation=0, groups=groups)
        return
    order = np.argsort(situation, kind="stable")
    ordered, edges = tokens[:, order], np.searchsorted(situation[order], np.arange(len(sheets.usd) + 1))
    found = np.empty(out.shape)
    for number, (first, last) in enumerate(pairwise(edges)):
        for start in range(first, last, BLOCK):
            rows = slice(start, min(start + BLOCK, last))
            _fill_one(found[:, rows], ordered[:, rows], sheets, situation=number, groups=groups)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    for offer, usd in enumerate(found):
        np.take(usd, place, out=out[offer], mode="clip")


def _fill_one(out: Array, tokens: Array, sheets: PriceSheets, *, situation: int, groups: Groups) -> None:
    """The same for requests that all pay the prices of one sheet."""
    meters = np.flatnonzero(tokens.max(axis=1) > 0)
    used, prices, prompt = tokens[meters], sheets.usd[situation][:, meters], tokens[:OUTPUT].sum(axis=0)
    longest = prompt.max()
    for thresholds, runs in groups:
        bands, volumes = 1, used
        if longest > thresholds[situation]:
            long = used * (prompt > thresholds[situation])
            bands, volumes = 2, np.concatenate([used - long, long])
        for run in runs:
            _multiply(prices[:bands, :, run].reshape(len(volumes), -1), volumes, out[run])


def _multiply(usd: Array, volumes: Array, out: Array) -> None:
    """`out = usd.T @ volumes`, and NaN exactly where a volume meets a price that is not known."""
    unknown = np.isnan(usd)
    np.matmul(np.where(unknown, 0.0, usd).T, volumes, out=out)
    touched: dict[bytes, Bools] = {}
    for offer in np.flatnonzero(unknown.any(axis=0)):
        pattern = unknown[:, offer]
        if pattern.tobytes() not in touched:
            touched[pattern.tobytes()] = np.asarray((volumes[pattern] > 0).any(axis=0))
        np.copyto(out[offer], np.nan, where=touched[pattern.tobytes()])

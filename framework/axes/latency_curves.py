"""Shares in time along the budget and along the prompt, and where the median of an offer leaves the budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from framework.axes import latency
from framework.axes.tokens import ratio_of, thinking_tokens
from framework.axes.ttft import LEAST_SHARE_OF_MEDIAN, median_s
from framework.catalogue.columns import Array, Columns, LatencyColumns
from framework.load import Load

POINTS = 25
REACH = 5.0


@dataclass(frozen=True, eq=False)
class Curves:
    """Shares in time at `values` `(n,)`, with the band of the drift: each `(n, offers)`, NaN where there is no reading."""

    values: Array
    share: Array
    low: Array
    high: Array


def against_budget(load: Load, columns: Columns, *, cached_tokens: Any) -> Curves:
    """While the budget runs from a fifth to five times the user's: that of the first token where the reply streams, else of the whole."""
    field, what = ("ttft_budget_s", "first_in_time") if load.streaming else ("response_budget_s", "reply_in_time")
    values = float(getattr(load, field)) * np.geomspace(1 / REACH, REACH, POINTS)
    found = latency.assess(load.with_(**{field: values[:, None]}), columns, cached_tokens=cached_tokens)
    return Curves(values, *(getattr(found, what + end) for end in ("", "_low", "_high")))


def against_prompt(load: Load, columns: Columns, values: Array) -> Curves:
    """Of requests whose prompt has exactly that many tokens of the user's, none of them cached; NaN beyond the largest prompt taken."""
    exact = load.with_(input_mean=values[:, None], input_sigma=0.0, prefix_tokens=0.0)
    found = latency.assess(exact, columns)
    taken = values[:, None] * ratio_of(load, columns) <= largest_prompt(columns)
    shares = (found.attainment, found.attainment_low, found.attainment_high)
    return Curves(values, *(np.where(taken, share, np.nan) for share in shares))


def largest_prompt(columns: Columns) -> Array:
    """Tokens of the longest prompt an offer takes, `(offers,)`; inf where neither of its limits is known."""
    limit = np.fmin(columns.max_input_tokens, columns.window_tokens)
    return np.where(np.isnan(limit), np.inf, limit)


def thinking_beside_s(load: Load, columns: Columns) -> Array:
    """Seconds of thinking that the reading does not hold, at the median speed and in all calls `(offers,)`; NaN without a speed for it."""
    tokens = np.where(columns.latency.thinks, 0.0, thinking_tokens(load, columns) * ratio_of(load, columns)) * (1 + load.round_trips)
    return np.where(tokens > 0, tokens / columns.latency.tps, 0.0 * columns.latency.m_at_s)


def first_token_limit_s(load: Load, columns: Columns) -> Array:
    """When the first token must be there `(offers,)`: its budget, or where the reply does not stream the whole one less the writing."""
    if load.streaming:
        return np.full(len(columns), float(load.ttft_budget_s))
    visible = load.output_length.scaled(ratio_of(load, columns)).quantile(0.5)
    return np.asarray(load.response_budget_s - visible / columns.latency.tps)


def leaves_budget_at_tokens(load: Load, columns: Columns) -> Array:
    """Own uncached tokens up to which the median first token is in time, `(offers,)`, as `leaves_at_tokens` says; all calls are as long."""
    left = first_token_limit_s(load, columns) - thinking_beside_s(load, columns)
    return leaves_at_tokens(columns.latency, left / (1 + load.round_trips))


def leaves_at_tokens(latency_: LatencyColumns, left_s: Array) -> Array:
    """Own uncached tokens up to which the median first token comes within `left_s`, `(offers,)`.

    0: not even at the shortest prompt; inf: at any length; NaN: not known. The root of `m_at + (x - x_at) (beta + gamma (x + x_at)) = left`
    with x in million tokens, in the form that also holds for gamma 0.
    """
    x_at = latency_.at_tokens / 1e6
    rest = latency_.m_at_s - x_at * (latency_.beta + latency_.gamma * x_at) - left_s
    with np.errstate(divide="ignore", invalid="ignore"):
        bend = np.square(latency_.beta) - 4 * latency_.gamma * rest
        slope = latency_.beta + np.sqrt(np.maximum(bend, 0.0))
        x = np.where((bend < 0) | (slope <= 0), np.where(rest <= 0, np.inf, 0.0), -2 * rest / slope)
    shortest = np.where(left_s < latency_.m_at_s * LEAST_SHARE_OF_MEDIAN, 0.0, np.maximum(x, 0.0))
    return np.where(np.isnan(rest), np.nan, shortest * 1e6)


def first_token_s(load: Load, columns: Columns, own_tokens: Any) -> Array:
    """Median seconds to the first token at so many uncached own tokens `(..., offers)`.

    Thinking beside the reading is added, and the calls before the answer, each at its median and with a prompt as long.
    """
    return np.asarray(median_s(columns.latency, own_tokens) * (1 + load.round_trips) + thinking_beside_s(load, columns))

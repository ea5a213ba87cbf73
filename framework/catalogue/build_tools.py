"""Fees of the built-in tools on one day as arrays over offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from framework.catalogue.columns import Array
from framework.catalogue.records import TOOLS, Offer, Tool, ToolFee


def tool_columns(offers: Sequence[Offer], fees: Sequence[Sequence[ToolFee]], on: dt.date) -> tuple[Array, Array]:
    """USD per call and free calls a month, each `(tools, offers)`; `fees` are those of each offer's provider, in the order of its file."""
    usd = np.full((len(TOOLS), len(offers)), np.nan)
    free = np.zeros(usd.shape)
    for column, (offer, entries) in enumerate(zip(offers, fees, strict=True)):
        for row, tool in enumerate(TOOLS):
            fee = fee_in_force(entries, tool, offer.model, on)
            if fee is not None and fee.usd_per_1000 is not None:
                usd[row, column] = fee.usd_per_1000 / 1000
                free[row, column] = fee.free_per_month or 0.0
    return usd, free


def fee_in_force(fees: Sequence[ToolFee], tool: Tool, model: str, on: dt.date) -> ToolFee | None:
    """The last entry for the model whose day has come, else the last for every model; None where the fee is not known."""
    standing = [fee for fee in fees if fee.tool == tool and (fee.effective is None or fee.effective <= on)]
    own = [fee for fee in standing if model in fee.models]
    return next(reversed(own or [fee for fee in standing if not fee.models]), None)

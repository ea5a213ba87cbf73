"""Readings of what is not known: cheap, likely and dear, as figures per offer; several stand side by side as if they were more offers."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from framework.axes.tariff import peak_factors
from framework.axes.tokens import HIGH, LIKELY, LOW, ratio_of
from framework.catalogue.columns import Array, Bools, Columns, PriceColumns
from framework.load import Load

# The largest minimum that any vendor publishes (6,144: Gemini 3.1 Pro and 4 Argon on Vertex): the dear reading of an unpublished one.
MINIMUM_AT_WORST_TOKENS = 6_144.0


@dataclass(frozen=True)
class Case:
    """One reading of what is not known.

    `ratio`, `minimum_ratio`: rows of `Columns.ratio` for token counts and for the test against the minimum prefix; `minimum_tokens`: what
    stands in for a minimum that is not published; `free_writes`: an unknown write costs no more than input.
    """

    reading: int
    ratio: int
    minimum_ratio: int
    minimum_tokens: float
    free_writes: bool = False


# A denser tokenizer makes a prefix longer, hence cacheable: the cheap reading takes the long count for that, the dear one the short count.
CASES = (
    Case(0, LOW, HIGH, 0.0, free_writes=True),
    Case(1, LIKELY, LIKELY, 0.0),
    Case(2, HIGH, LOW, MINIMUM_AT_WORST_TOKENS),
)
CHEAP, EXPECTED, DEAR = CASES
# The same with the tokenizer as likely as it is: what is left open beside it.
AT_LIKELY_TOKENS = tuple(dataclasses.replace(case, ratio=LIKELY, minimum_ratio=LIKELY) for case in (EXPECTED, CHEAP, DEAR))


@dataclass(frozen=True, eq=False)
class Reading:
    """A case as figures per offer `(..., offers)`; several stand side by side as if they were so many more offers of `columns`.

    One pass over three times the offers takes a third of the steps of three passes.
    """

    columns: Columns
    ratio: Array
    minimum_ratio: Array
    minimum_tokens: Array
    free_writes: Bools
    peak: Array

    @classmethod
    def of(cls, load: Load, columns: Columns, *cases: Case) -> Reading:
        """One reading after the other of all offers."""
        offers, peaks = len(columns), peak_factors(load, columns)
        rows = max((np.shape(peak)[:-1] for peak in peaks), key=len)
        return cls(
            columns=columns if len(cases) == 1 else _repeated(columns, len(cases)),
            ratio=np.concatenate([ratio_of(load, columns, case.ratio) for case in cases]),
            minimum_ratio=np.concatenate([ratio_of(load, columns, case.minimum_ratio) for case in cases]),
            minimum_tokens=np.repeat([case.minimum_tokens for case in cases], offers),
            free_writes=np.repeat([case.free_writes for case in cases], offers),
            peak=np.concatenate([np.broadcast_to(peaks[case.reading], (*rows, offers)) for case in cases], axis=-1),
        )


_BILLED = ("reasoning", "always_thinks", "effort_factor", "discount_share", "tool_usd", "tool_free")


def _repeated(columns: Columns, times: int) -> Columns:
    """What a bill needs of the columns, several times over."""
    price = {name: np.concatenate([value] * times, axis=-1) for name, value in vars(columns.price).items()}
    others = {name: np.concatenate([getattr(columns, name)] * times, axis=-1) for name in _BILLED}
    return dataclasses.replace(columns, ids=columns.ids * times, price=PriceColumns(**price), **others)  # type: ignore[arg-type]

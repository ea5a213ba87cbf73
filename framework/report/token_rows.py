"""Counts of one text as people read them: on the screen by tokenizer, in the terminal by model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from framework import wording
from framework.counting.count import Count, count_of

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

Row = dict[str, str]
COLUMNS = {"name": "Models", "tokens": ">Tokens", "range": ">Low to high", "how": "How", "where": "Source"}


def about(tokens: float | None) -> str:
    """An estimate in three figures: the ratio has no more."""
    return wording.UNKNOWN if tokens is None else wording.count(float(f"{round(tokens):.3g}"))


def cells(count: Count) -> Row:
    """The figure, its range and how it came about; the range is empty where there is none."""
    if count.exact:
        return {"tokens": wording.count(count.likely), "range": "", "how": f"exact: {count.tokenizer}"}
    if count.likely is None:
        return {"tokens": wording.UNKNOWN, "range": "", "how": "no ratio in the catalogue"}
    between = f"{about(count.low)} to {about(count.high)}"
    return {"tokens": about(count.likely), "range": between, "how": f"estimated: {count.ratio:g} x o200k"}


def by_tokenizer(model_ids: Iterable[str], o200k_tokens: int, catalogue: Catalogue) -> list[Row]:
    """One row for all models that the text has the same tokens in: the exact ones first, then the fewest tokens, the unknown last."""
    models: dict[Count, list[str]] = {}
    for model_id in dict.fromkeys(model_ids):
        model = catalogue.models[model_id]
        models.setdefault(count_of(model, o200k_tokens), []).append(model.name)
    found = sorted(models.items(), key=lambda item: (not item[0].exact, item[0].likely is None, item[0].likely or 0))
    return [{"name": ", ".join(names), **cells(count), "where": _where(count)} for count, names in found]


def _where(count: Count) -> str:
    told = (f"{source.url.removeprefix('https://')} ({source.seen or 'undated'})" for source in count.sources)
    return "; ".join(dict.fromkeys(told))

"""Counted files as a table: one row for all and one for each, with the tokens of every tokenizer among the models asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framework import wording
from framework.counting.count import Count, count_of

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Model
    from framework.texts.corpus import Corpus, CorpusCounts

Row = dict[str, str]
ALL = "All files"


@dataclass(frozen=True)
class Table:
    """Heading by field, and rows with those fields."""

    columns: dict[str, str]
    rows: list[Row]


def documents(number: int) -> str:
    """`1 document`, `1,200 documents`."""
    return f"{number:,} document{'s' if number != 1 else ''}"


def by_file(corpus: Corpus, model_ids: Iterable[str], catalogue: Catalogue) -> Table:
    """Exact o200k tokens of each file, and the low, likely and high of each other tokenizer; several files have a row for all of them."""
    others = _estimated(model_ids, catalogue)
    columns = {"name": "File", "documents": ">Documents", "spread": ">Mean, p95", "exact": ">o200k, exactly"}
    columns |= {f"model-{at}": f">{_heading(models)}" for at, models in enumerate(others)}
    rows = [_row(file.name, file.counts, others) | {"id": file.kind, "how": file.note} for file in corpus.files]
    if len(rows) > 1 and (together := corpus.counts) is not None:
        rows.insert(0, _row(ALL, together, others) | {"_class": "on"})
    return Table(columns | {"how": "Read as"}, rows)


def _estimated(model_ids: Iterable[str], catalogue: Catalogue) -> list[list[Model]]:
    """The models with a ratio, those of one ratio together, the fewest tokens first."""
    groups: dict[Count, list[Model]] = {}
    for model_id in dict.fromkeys(model_ids):
        model = catalogue.models[model_id]
        count = count_of(model, 1)
        if not count.exact and count.likely is not None:
            groups.setdefault(count, []).append(model)
    return [models for _, models in sorted(groups.items(), key=lambda item: item[0].likely or 0)]


def _heading(models: list[Model]) -> str:
    return models[0].name + (f" and {len(models) - 1} more" if len(models) > 1 else "")


def _row(name: str, counts: CorpusCounts, others: list[list[Model]]) -> Row:
    spread = f"{wording.count(round(counts.mean_tokens))}, {wording.count(counts.p95_tokens)}" if counts.documents > 1 else ""
    row = {"name": name, "documents": f"{counts.documents:,}", "spread": spread, "exact": wording.count(counts.total_tokens)}
    return row | {f"model-{at}": _range(count_of(models[0], counts.total_tokens)) for at, models in enumerate(others)}


def _range(count: Count) -> str:
    return f"{wording.tokens(count.likely)} ({wording.tokens(count.low)} to {wording.tokens(count.high)})"

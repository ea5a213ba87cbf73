"""`fouraxes tokens`: how many tokens a text is, for every model of the catalogue."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from framework import wording
from framework.cli_options import PricingOption, TableOrJson
from framework.errors import CountError, UnknownOffer
from framework.output import put

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue
    from framework.catalogue.records import Model
    from framework.counting.count import Count

Files = dict[str, tuple[int, int]]
"""Bytes and o200k tokens by the name of the file."""


def tokens(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="plain text in UTF-8; - is standard input")],
    models: Annotated[str | None, typer.Option("--models", metavar="A,B", help="only these models or offers, by id")] = None,
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    pricing: PricingOption = None,
) -> None:
    """Count the tokens of a text: exactly for o200k models, as a range where only a ratio is known. Nothing is sent anywhere."""
    from framework.catalogue.load import load_catalogue
    from framework.counting.count import count_of

    catalogue = load_catalogue(pricing)
    asked = _asked(models, catalogue) if models is not None else list(catalogue.models.values())
    counted = _counted(files)
    total = sum(of for _, of in counted.values())
    found = [(model, count_of(model, total)) for model in asked]
    shown = _as_json(counted, found) if format_ is TableOrJson.json else _as_text(counted, found, everything=models is not None)
    put(shown)


def _asked(names: str, catalogue: Catalogue) -> list[Model]:
    wanted = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not wanted:
        raise CountError("--models: no model is named: give ids such as gpt-5.4,claude-haiku-4-5, or leave the option out for all")
    return list({model.id: model for model in (_model(name, catalogue) for name in wanted)}.values())


def _model(name: str, catalogue: Catalogue) -> Model:
    """A model by its id or alias, or the one that an offer sells."""
    if "/" in name:
        return catalogue.model_of(catalogue.offer(name))
    by_name = {alias: model for model in catalogue.models.values() for alias in (*model.aliases, model.id)}
    if name not in by_name:
        close = difflib.get_close_matches(name[:120], list(catalogue.models), n=3, cutoff=0)
        raise UnknownOffer(f"--models: no model {name[:120]!r}; the closest are {', '.join(close) or 'none: the catalogue is empty'}")
    return by_name[name]


def _counted(names: list[str]) -> Files:
    from framework.counting.plain_text import FILE_BYTES, read_text
    from framework.counting.tokenizers import o200k_tokens

    if len(set(names)) < len(names):
        raise CountError("a file is named twice: name each one once")
    texts = {name: read_text(name) for name in names}
    return {name: (len(text.encode()), o200k_tokens(text, at_most_bytes=FILE_BYTES)) for name, text in texts.items()}


def _as_json(counted: Files, found: list[tuple[Model, Count]]) -> str:
    content = {
        "files": [{"file": name, "bytes": size, "o200k_tokens": of} for name, (size, of) in counted.items()],
        "o200k_tokens": sum(of for _, of in counted.values()),
        "models": [_model_as_json(model, count) for model, count in found],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _model_as_json(model: Model, count: Count) -> dict[str, Any]:
    figures = {"low": count.low, "likely": count.likely, "high": count.high}
    return {
        "id": model.id,
        "name": model.name,
        "tokens": {end: None if figure is None else round(figure) for end, figure in figures.items()},
        "exact": count.exact,
        "tokenizer": count.tokenizer,
        "ratio_to_o200k": count.ratio,
        "sources": [source.model_dump(mode="json") for source in count.sources],
    }


def _as_text(counted: Files, found: list[tuple[Model, Count]], *, everything: bool) -> str:
    from framework.report.token_rows import cells

    total = ("", sum(size for size, _ in counted.values()), sum(of for _, of in counted.values()))
    files = [*((name, *figures) for name, figures in counted.items()), *([total] if len(counted) > 1 else [])]
    lines = [f"{'bytes':>12} {'o200k tokens':>14}  file", *(f"{size:>12,} {of:>14,}  {name or 'together'}" for name, size, of in files)]
    shown = [(model, count) for model, count in found if everything or count.likely is not None]
    lines += ["", f"{'tokens':>12} {'low to high':>22}  {'model':<26} how"]
    for model, count in shown:
        row = cells(count)
        lines.append(f"{row['tokens']:>12} {row['range']:>22}  {model.id:<26} {row['how']}")
    if len(shown) < len(found):
        lines += ["", f"Unknown for {wording.count(len(found) - len(shown))} more models: the catalogue has no ratio for them."]
    lines += ["", "The text alone: each API adds a few tokens for roles and tools."]
    return "".join(f"{line.rstrip()}\n" for line in lines)

"""`fouraxes tokens`: how many tokens a text is, for every model of the catalogue."""

from __future__ import annotations

import dataclasses
import difflib
import json
import sys
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
    from framework.texts.corpus import Corpus, CorpusCounts, FileCount

WRONG_INPUT = 2


def tokens(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="text, Markdown, HTML, JSONL or PDF; - is standard input")],
    models: Annotated[str | None, typer.Option("--models", metavar="A,B", help="only these models or offers, by id")] = None,
    format_: Annotated[TableOrJson, typer.Option("--format")] = TableOrJson.table,
    pricing: PricingOption = None,
) -> None:
    """Count the tokens of texts: exactly for o200k models, as a range where only a ratio is known. Nothing is sent anywhere.

    Of HTML the visible text is counted, of PDF the text, and each line of JSONL is a document. Files that cannot be read are named on
    standard error with exit code 2, and the others are counted.
    """
    from framework.catalogue.load import load_catalogue

    catalogue = load_catalogue(pricing)
    asked = _asked(models, catalogue) if models is not None else list(catalogue.models.values())
    corpus = _counted(files)
    if corpus.files:
        put(_as_json(corpus, asked) if format_ is TableOrJson.json else _as_text(corpus, asked, named=models is not None))
    if corpus.refused:
        from framework.report.escaping import clean

        sys.stderr.write("".join(f"fouraxes: {clean(refusal.why)}\n" for refusal in corpus.refused))
        raise typer.Exit(WRONG_INPUT)


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


def _counted(names: list[str]) -> Corpus:
    """Every file that can be read; the others are refused and stop none."""
    from framework.texts.corpus import Corpus, Refusal

    if len(set(names)) < len(names):
        raise CountError("a file is named twice: name each one once")
    counted, refused = [], []
    for name in names:
        try:
            counted.append(_count(name))
        except CountError as problem:
            refused.append(Refusal(str(problem)))
    return Corpus(tuple(counted), tuple(refused))


def _count(name: str) -> FileCount:
    """One file; a pipe that brings nothing is no token, a file that holds nothing is refused."""
    from framework.texts.corpus import count_file, nothing
    from framework.texts.files import STANDARD_INPUT, content_of, told_as

    content = content_of(name)
    if name == STANDARD_INPUT and not content:
        return nothing(name)
    return dataclasses.replace(count_file(content, told_as(name)), name=name)


def _as_json(corpus: Corpus, asked: list[Model]) -> str:
    content = {
        "files": [_file_as_json(file) for file in corpus.files],
        "refused": [refusal.why for refusal in corpus.refused],
        "o200k_tokens": corpus.total_tokens,
        "documents": _lengths(corpus.counts),
        "models": [_model_as_json(model, corpus) for model in asked],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _file_as_json(file: FileCount) -> dict[str, Any]:
    return {
        "file": file.name,
        "kind": file.kind,
        "bytes": file.text_bytes,
        "o200k_tokens": file.counts.total_tokens,
        "documents": _lengths(file.counts),
        "note": file.note,
    }


def _lengths(counts: CorpusCounts | None) -> dict[str, float] | None:
    """How long the documents are, in o200k tokens."""
    if counts is None:
        return None
    return {"count": counts.documents, "mean": round(counts.mean_tokens, 1), "p50": counts.p50_tokens, "p95": counts.p95_tokens}


def _model_as_json(model: Model, corpus: Corpus) -> dict[str, Any]:
    from framework.counting.count import count_of

    total = count_of(model, corpus.total_tokens)
    return {
        "id": model.id,
        "name": model.name,
        "tokens": _ends(total),
        "by_file": [_ends(count_of(model, file.counts.total_tokens)) for file in corpus.files],
        "exact": total.exact,
        "tokenizer": total.tokenizer,
        "ratio_to_o200k": total.ratio,
        "sources": [source.model_dump(mode="json") for source in total.sources],
    }


def _ends(count: Count) -> dict[str, int | None]:
    ends = {"low": count.low, "likely": count.likely, "high": count.high}
    return {end: None if figure is None else round(figure) for end, figure in ends.items()}


def _as_text(corpus: Corpus, asked: list[Model], *, named: bool) -> str:
    """Files, then models; models that were named are given file by file too."""
    from framework.counting.count import count_of
    from framework.report.escaping import clean

    found = [(model, count_of(model, corpus.total_tokens)) for model in asked]
    shown = [(model, count) for model, count in found if named or count.likely is not None]
    lines = [*_file_lines(corpus), "", f"{'tokens':>12} {'low to high':>22}  {'model':<26} how"]
    several = named and len(corpus.files) > 1
    for model, count in shown:
        lines.append(_model_line(model.id, count))
        if several:
            lines += [_model_line(f"  {clean(file.name)}", count_of(model, file.counts.total_tokens)) for file in corpus.files]
    if len(shown) < len(found):
        lines += ["", f"Unknown for {wording.count(len(found) - len(shown))} more models: the catalogue has no ratio for them."]
    lines += ["", "The text alone: each API adds a few tokens for roles and tools."]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _model_line(name: str, count: Count) -> str:
    from framework.report.token_rows import cells

    row = cells(count)
    return f"{row['tokens']:>12} {row['range']:>22}  {name:<26} {row['how']}"


def _file_lines(corpus: Corpus) -> list[str]:
    """A line a file and one for all; the spread where a file holds several documents."""
    from framework.report.escaping import clean

    rows = [(file.text_bytes, file.counts, f"{clean(file.name)} ({file.kind})") for file in corpus.files]
    if len(rows) > 1 and (together := corpus.counts) is not None:
        rows.append((sum(size for size, _, _ in rows), together, "together"))
    lines = [f"{'bytes':>12} {'o200k tokens':>14}  file"]
    for size, counts, name in rows:
        spread = (
            f": {counts.documents:,} documents, mean {counts.mean_tokens:,.0f}, p50 {counts.p50_tokens:,.0f}, p95 {counts.p95_tokens:,.0f}"
        )
        lines.append(f"{size:>12,} {counts.total_tokens:>14,}  {name}{spread if counts.documents > 1 else ''}")
    return lines

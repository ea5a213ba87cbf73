"""Results of the team's own evaluation as CSV: one line per model or offer, read strictly and with its limits."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from framework.errors import EvalError
from framework.evals import EvalResult
from framework.explain import shown, suggestion

if TYPE_CHECKING:
    from framework.catalogue.catalogue import Catalogue

MAX_BYTES = 200_000
MAX_ENTRIES = 200
MAX_CASES = 10_000_000
COUNTS, RATES = ("passed", "total"), ("pass_rate", "n")
FORMS = "model,passed,total or model,pass_rate,n"
_NAMES = ("model", "offer")
_DELIMITERS = ",;\t"
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_LINE = re.compile(r"\r\n|\r|\n")


def parse_evals(content: bytes, name: str, catalogue: Catalogue) -> dict[str, EvalResult]:
    """Results by model or offer id of the catalogue; `EvalError` says `file:line: column: what, and the cure`."""
    rows = _rows(_text(content, name), name)
    line, header = next(rows, (1, []))
    columns = _columns(header, f"{name}:{line}")
    found: dict[str, EvalResult] = {}
    lines: dict[str, int] = {}
    for line, cells in rows:
        place = f"{name}:{line}"
        if len(cells) != len(header):
            raise EvalError(f"{place}: {len(cells)} cells where the header names {len(header)}; write one per column, no comma in a number")
        row = {column: cells[at].strip() for column, at in columns.items()}
        key = known_name(row["model"], catalogue, f"{place}: model")
        if key in found:
            raise EvalError(f"{place}: model: {key} stands in line {lines[key]} already; keep one of the two, or add them up")
        found[key], lines[key] = _result(row, place), line
        if len(found) > MAX_ENTRIES:
            raise EvalError(f"{place}: more than {MAX_ENTRIES} results; keep those of the models that you would use")
    if not found:
        raise EvalError(f"{name}: holds no results; it needs the header {FORMS} and a line per model")
    return found


def known_name(text: str, catalogue: Catalogue, place: str) -> str:
    """The id of the model or offer that is meant; `EvalError` with the nearest one where there is none."""
    if text in catalogue.models:
        return text
    model = next((key for key, record in catalogue.models.items() if text in record.aliases), None)
    if model is not None:
        return model
    offer = catalogue.find(text)
    if offer is not None:
        return offer.id
    known = [*catalogue.models, *(item.id for item in catalogue.offers)]
    hint = suggestion(text, known) or "; write the id as the page Prices shows it, or take the line out"
    raise EvalError(f"{place}: the catalogue has no model or offer {shown(text)}{hint}")


def counted(model: str | None, passed: int | None, total: int | None) -> dict[str, EvalResult]:
    """One result as it is typed; `EvalError` where something is missing or cannot be."""
    if model is None or passed is None or total is None:
        raise EvalError("your entry: give the model, how many cases passed, and of how many")
    if not 0 <= passed <= total or total < 1:
        raise EvalError(f"your entry: {passed:,} of {total:,} cases cannot have passed; correct one of the two")
    return {model: EvalResult(pass_rate=passed / total, n=total)}


def merged(given: Mapping[str, EvalResult], more: Mapping[str, EvalResult], place: str) -> dict[str, EvalResult]:
    """Both, the new ones in the place of old ones of the same name; `EvalError` where that is too many."""
    both = {**given, **more}
    if len(both) > MAX_ENTRIES:
        raise EvalError(f"{place}: {len(both)} results with those entered before, at most {MAX_ENTRIES}; remove some first")
    return both


def _text(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise EvalError(f"{name}: more than {MAX_BYTES:,} bytes; give one line per model, not one per case")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = content[: error.start].count(b"\n") + 1
        raise EvalError(f"{name}:{broken}: is not UTF-8 text; save it as CSV in UTF-8, not as a workbook") from None
    for number, line in enumerate(_LINE.split(text), 1):
        if any(ord(char) < 32 and char != "\t" for char in line):
            raise EvalError(f"{name}:{number}: holds a control character; save it as plain CSV in UTF-8")
    return text


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with its line."""
    head = next((line for line in _LINE.split(text) if line.strip()), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        what = "a quotation mark that is not closed or stands inside a cell, or a cell without end"
        raise EvalError(f"{name}:{reader.line_num}: {what}; take the quotes out") from None


def _columns(header: list[str], place: str) -> dict[str, int]:
    """Where each column stands; others are not read."""
    words = [cell.strip().lower().replace(" ", "_") for cell in header]
    twice = next((word for word in words if word and words.count(word) > 1), None)
    if twice:
        raise EvalError(f"{place}: the column {shown(twice)} stands there twice; keep one of them")
    name = next((word for word in _NAMES if word in words), None)
    pair = next((both for both in (COUNTS, RATES) if set(both) <= set(words)), None)
    if name is None or pair is None:
        raise EvalError(f"{place}: the header is {shown(','.join(words))}; it needs the columns {FORMS}")
    return {"model": words.index(name), **{word: words.index(word) for word in pair}}


def _result(row: Mapping[str, str], place: str) -> EvalResult:
    if "pass_rate" in row:
        rate = _number(row["pass_rate"], f"{place}: pass_rate", "a share from 0 to 1, such as 0.92")
        if not 0 <= rate <= 1:
            raise EvalError(f"{place}: pass_rate: must be from 0 to 1, not {shown(row['pass_rate'])}; 92 % is 0.92")
        return EvalResult(pass_rate=rate, n=_cases(row["n"], f"{place}: n"))
    total = _cases(row["total"], f"{place}: total")
    passed = _whole(row["passed"], f"{place}: passed")
    if not 0 <= passed <= total:
        raise EvalError(f"{place}: passed: {passed:,} of {total:,} cases cannot have passed; check which column is which")
    return EvalResult(pass_rate=passed / total, n=total)


def _cases(text: str, place: str) -> int:
    cases = _whole(text, place)
    if not 1 <= cases <= MAX_CASES:
        raise EvalError(f"{place}: must be from 1 to {MAX_CASES:,} cases, not {shown(text)}; take out lines that were not evaluated")
    return cases


def _whole(text: str, place: str) -> int:
    number = _number(text, place, "a whole number of cases, such as 200")
    if not number.is_integer():
        raise EvalError(f"{place}: is {shown(text)}; write a whole number of cases, such as 200")
    return int(number)


def _number(text: str, place: str, example: str) -> float:
    """Plain digits only: Python would also read `1_000`, other scripts' digits and `nan`."""
    if len(text) > 30 or not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise EvalError(f"{place}: is {shown(text)}; write {example}")
    return float(text)

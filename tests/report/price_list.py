"""The price list of the small fixture catalogue, as it is or with some figures of its files replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

from report.studies import ON, SMALL, catalogue

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.conflicts import Disagreement
from framework.catalogue.load import load_catalogue
from framework.report.price_lines import Line, price_lines


def small_lines(differences: tuple[Disagreement, ...] = ()) -> tuple[Line, ...]:
    return price_lines(catalogue(), differences, ON)


def by_id(lines: tuple[Line, ...]) -> dict[str, Line]:
    return {line.offer: line for line in lines}


def edited(folder: Path, provider: str, *replacements: tuple[str, str]) -> Catalogue:
    """A copy of the small catalogue in `folder`, the first occurrence of each text in a provider's file replaced."""
    shutil.copytree(SMALL, folder / "pricing")
    file = folder / "pricing" / "providers" / f"{provider}.yaml"
    text = file.read_text()
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text)
    return load_catalogue(folder / "pricing")

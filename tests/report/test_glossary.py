"""Every head of every table is explained, or says all there is to say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from framework.report import glossary

ROOT = Path(__file__).resolve().parents[2]
DRAWING = {"table", "axis_table"}


def words(node: ast.Dict) -> list[str] | None:
    """Texts of a dict of constants; None where it is no such dict."""
    keys = [key for key in node.keys if key is not None]
    values = [value for key, value in zip(node.keys, node.values, strict=True) if key is not None]
    if not keys or not all(isinstance(item, ast.Constant) and isinstance(item.value, str) for item in [*keys, *values]):
        return None
    return [value.value for value in values]


def named(tree: ast.AST) -> dict[str, ast.Dict]:
    """Dicts by the name that they are assigned to."""
    return {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def heads(path: Path) -> list[tuple[str, str]]:
    """`(key of the table, head)`: dicts handed to `show.table`, and all that have a number column."""
    tree = ast.parse(path.read_text())
    by_name, found = named(tree), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and any(text.startswith(">") for text in words(node) or ()):
            found += [("", text) for text in words(node) or ()]
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in DRAWING and node.args:
            key = next((word.value.value for word in node.keywords if word.arg == "key" and isinstance(word.value, ast.Constant)), "")
            first = node.args[0]
            given = by_name.get(first.id) if isinstance(first, ast.Name) else first
            if isinstance(given, ast.Dict):
                found = [item for item in found if item[1] not in (words(given) or ())] + [(key, text) for text in words(given) or ()]
    return found


FILES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "framework" / "report").rglob("*.py")])


def test_there_are_tables_to_look_at():
    assert sum(len(heads(path)) for path in FILES) > 150


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_head_of_every_table_is_explained_or_plain(path):
    bare = [head for key, head in heads(path) if not glossary.meaning(head, key)]
    missing = [head for head in bare if head.removeprefix(">").strip() not in glossary.PLAIN]
    assert not missing, f"add these to framework/report/glossary_terms.py: {missing}"


def test_nothing_is_both_explained_and_plain():
    explained = {term for terms in glossary.CHAPTERS.values() for term in terms}
    assert not explained & glossary.PLAIN


def test_no_term_stands_in_two_chapters_with_two_meanings():
    seen: dict[str, str] = {}
    for terms in glossary.CHAPTERS.values():
        for term, text in terms.items():
            assert seen.setdefault(term, text) == text


@pytest.mark.parametrize("chapter", list(glossary.CHAPTERS))
def test_meanings_are_one_or_two_plain_sentences(chapter):
    for row in glossary.rows(chapter):
        assert row["what"].endswith(".") and 1 <= row["what"].replace("Max. ", "").count(". ") + 1 <= 2, row
        assert len(row["what"]) <= 140


def test_money_says_dollars_and_times_say_seconds():
    assert "USD" in str(glossary.meaning("Against today")) and "US dollars" in str(glossary.meaning("USD a month"))
    assert "Seconds" in str(glossary.meaning(">First token, median"))


def test_a_head_may_mean_something_else_in_one_table():
    assert glossary.meaning("Difference", "forecast_table") != glossary.meaning("Difference")
    assert glossary.meaning("nonsense") is None

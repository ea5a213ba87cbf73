"""Strict YAML: what is read, what is refused and in which words."""

import datetime as dt
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from framework import documents
from framework.documents import dump, explain, parse
from framework.errors import DocumentError, FourAxesError


def refusal(text: str | bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        parse(text, "file.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("272000", 272_000),
        ("-5", -5),
        ("0.30", 0.3),
        (".5", 0.5),
        ("1e6", 1_000_000),
        ("2.5e-3", 0.0025),
        ("2026-10-08", dt.date(2026, 10, 8)),
        ("2026-10", "2026-10"),
        ("2026-10-08T10:00:00", "2026-10-08T10:00:00"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("007", "007"),
        ("12:30", "12:30"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("gpt-6-sol", "gpt-6-sol"),
        ("inf", "inf"),
        ("'<<'", "<<"),
        ('"a\\nb"', "a\nb"),
        ("日本語 🙂", "日本語 🙂"),
    ],
)
def test_a_scalar_is_what_a_reader_takes_it_for(text: str, value: Any) -> None:
    found = parse(f"a: {text}", "f").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_every_key_and_item_has_its_line() -> None:
    document = parse("a: 1\nb:\n  - x\n  - c: 2\n    d:\n      3\n", "f")
    assert document.lines == {(): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 5}
    assert document.line(("b", 1, "missing", "deeper")) == 4


def test_crlf_and_a_byte_order_mark_are_read_like_plain_text() -> None:
    document = parse(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - x\r\n", "f")
    assert document.data == {"a": 1, "b": ["x"]}
    assert document.lines["b", 0] == 3


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: &x 1", 1, "an anchor (&x)"),
        ("a: 1\nb: *x", 2, "an alias (*x)"),
        ("*x : 1", 1, "an alias (*x)"),
        ("a:\n  <<: {b: 1}", 2, "a merge key"),
        ("a: !!python/object/apply:os.system ['true']", 1, "a tag"),
        ("a: !x y", 1, "a tag"),
        ("a: ! y", 1, "a tag"),
        ("---\na: 1\n---\nb: 1", 3, "a second document"),
        ("%YAML 1.1\n---\na: 1", 1, "directive"),
        ("a: 1\nb: 2\na: 3", 3, "'a' is already given on line 1"),
        ("a: 1\n'a': 3", 2, "'a' is already given on line 1"),
        ("1: a", 1, "the key '1' is not text; put it in quotes"),
        ("true: a", 1, "the key 'true' is not text"),
        ("2026-10-08: a", 1, "is not text"),
        ("~: a", 1, "the key '~' is not text"),
        ("? [a, b]\n: c", 1, "a key that is a list or a mapping"),
        ("a: .nan", 1, "write null where a value is not known"),
        ("a: -.INF", 1, "write null where a value is not known"),
        ("a: 1e999", 1, "too large a number"),
        ("a: " + "9" * 5000, 1, "a number of 5000 digits"),
        ("a: 2026-02-30", 1, "2026-02-30 is not a day of the calendar"),
        ("a:\n\tb: 1", 2, "indent with spaces, not tabs"),
        ("a: [1, 2", 1, "not valid YAML"),
        ("a: 'x", 1, "not valid YAML"),
        ("a: b: c", 1, "not valid YAML"),
        ("a: 1\nb: \x00", 2, "control character (U+0000)"),
        ("a: \x1b[31mred", 1, "control character (U+001B)"),
        ("a: x\u2028y", 1, "control character (U+2028)"),
        ('a: "\\0"', 1, "escaped control character (U+0000)"),
        ("a: \ud800", 1, "lone surrogate"),
        ("", 1, "the file is empty"),
        ("# only a remark\n", 1, "the file is empty"),
        (b"a: 1\nb: \xff", 2, "not UTF-8"),
        ("a: 1".encode("utf-16"), 1, "not UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00", 1, "control character"),
    ],
)
def test_what_would_mislead_a_reader_is_refused_with_its_line(text: str | bytes, line: int, words: str) -> None:
    message = refusal(text)
    assert message.startswith(f"file.yaml:{line}: ")
    assert words in message


def test_bombs_are_refused_at_once() -> None:
    alias_bomb = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20))
    merge_bomb = "a: {b: 1}\n" + "c:\n  <<: [" + ", ".join(["*a"] * 5000) + "]\n"
    start = time.process_time()
    assert "an anchor" in refusal(alias_bomb)
    assert "a merge key" in refusal(merge_bomb)
    assert "nested more than 20 deep" in refusal("a: " + "[" * 200_000)
    assert "nested more than 20 deep" in refusal("".join(" " * i + "a:\n" for i in range(500)))
    assert "keys and values" in refusal("a: [" + "1," * 450_000 + "1]")
    assert "400,000" in refusal("a: [" + "1," * 450_000 + "1]")
    assert time.process_time() - start < 10


def test_depth_counts_lists_and_mappings() -> None:
    assert parse("[" * 20 + "]" * 20, "f").data
    assert "nested more than 20 deep" in refusal("[" * 21 + "]" * 21)


def test_a_megabyte_is_read_and_one_byte_more_is_not() -> None:
    assert len(parse("a: " + "x" * 999_997, "f").data["a"]) == 999_997
    assert "more than 1,000,000 bytes; split the file" in refusal("a: " + "x" * 999_998)


def test_the_pure_python_parser_reads_and_refuses_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_LOADER", documents.yaml.SafeLoader)
    assert parse("a: NO\nb: [1e6, ~]", "f").data == {"a": "NO", "b": [1_000_000, None]}
    assert "an anchor" in refusal("a: &x 1")
    assert "a tag" in refusal("a: !x 1")
    assert "indent with spaces" in refusal("a:\n\tb: 1")
    assert "nested more than 20" in refusal("[" * 3000)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_our_own_words(raw: bytes) -> None:
    try:
        parse(raw, "f")
    except FourAxesError as error:
        assert str(error).startswith("f:")


@given(st.text(alphabet="a:-[]{}&*!<>'\"%#|?,. \t\n01~@`\\", max_size=60))
def test_any_punctuation_is_read_or_refused_in_our_own_words(text: str) -> None:
    try:
        parse(text, "f")
    except FourAxesError as error:
        assert str(error).startswith("f:")


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\ufeff"), max_size=20) | st.sampled_from(
    ["NO", "yes", "true", "null", "~", "", "1e6", "5", "0x1F", ".nan", "2026-10-08", "2026-99-99", "<<", "a: b", "a\nb", " a ", "9" * 40]
)
_SCALAR = _TEXT | st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False) | st.dates()


_TREE = st.recursive(_SCALAR, lambda x: st.lists(x, max_size=3) | st.dictionaries(_TEXT, x, max_size=3), max_leaves=8)


@given(st.dictionaries(_TEXT, _TREE))
def test_what_is_written_is_read_back_the_same(data: dict[str, Any]) -> None:
    assert parse(dump(data), "f").data == data


def test_what_is_written_keeps_its_order_and_its_letters() -> None:
    assert dump({"b": 1, "a": ["é", "NO", "1e6"], "c": {}}) == "b: 1\na:\n- é\n- 'NO'\n- '1e6'\nc: {}\n"


def test_what_is_used_twice_is_written_out_twice() -> None:
    tokens = [1, 2]
    assert parse(dump({"a": tokens, "b": tokens}), "f").data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize("data", [{"a": float("nan")}, {"a": float("inf")}, {"a": object()}, {"a": "x\x00"}, {1: "a"}])
def test_what_could_not_be_read_back_is_not_written(data: Any) -> None:
    with pytest.raises(DocumentError):
        dump(data)


class _Wheel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    size_cm: float = Field(gt=0, le=100)
    kind: str = Field(default="road", pattern="^[a-z]+$")


class _Bike(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    wheels: list[_Wheel]
    spare: _Wheel | None = None
    gears: int = 1


def explained(text: str) -> list[str]:
    document = parse(text, "bike.yaml")
    with pytest.raises(ValidationError) as caught:
        _Bike.model_validate(document.data)
    return explain(caught.value, document, entry="bike", model=_Bike)


def test_problems_come_in_the_order_of_the_file_with_line_entry_key_and_cure() -> None:
    text = "gears: '5'\nspare:\n  kind: 7\nwheels:\n  - size_cm: 0\n  - {sise_cm: 60, size_cm: 60}\n  - size_cm: 101\n    kind: A\n"
    assert explained(text) == [
        "bike.yaml:1: bike: gears: must be a whole number, not '5'",
        "bike.yaml:2: bike: spare.size_cm: is missing; add it",
        "bike.yaml:3: bike: spare.kind: must be text: put it in quotes, not 7",
        "bike.yaml:5: bike: size_cm: must be more than 0, not 0",
        "bike.yaml:6: bike: sise_cm: unknown key; did you mean 'size_cm'?",
        "bike.yaml:7: bike: size_cm: must be at most 100, not 101",
        "bike.yaml:8: bike: kind: 'A' is not of the form ^[a-z]+$",
    ]


def test_an_unknown_key_with_no_likeness_says_to_delete_it() -> None:
    assert explained("wheels: []\nzzz: 1") == ["bike.yaml:2: bike: zzz: unknown key; delete it"]


def test_a_value_of_the_wrong_kind_is_named_shortly() -> None:
    assert explained("wheels: " + "x" * 5000) == ["bike.yaml:1: bike: wheels: must be a list, not '" + "x" * 56 + "..."]
    assert explained("wheels:\n  - 5\n") == ["bike.yaml:2: bike: item 1: must be a mapping of keys to values, not 5"]

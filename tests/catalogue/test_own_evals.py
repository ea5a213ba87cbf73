"""The CSV of a team's own evaluation: both forms, and files that are wrong or hostile."""

from types import MappingProxyType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.catalogue.own_evals import MAX_BYTES, merged, parse_evals
from framework.errors import EvalError
from framework.evals import EvalResult


class Catalogue:
    """Two models, one of them sold as one offer, each with an alias: all that the reader asks of a catalogue."""

    models = MappingProxyType({"gpt-5.4": SimpleNamespace(aliases=()), "claude-opus-5.5": SimpleNamespace(aliases=("opus",))})

    class Offer:
        id = "openai/gpt-5.4"

    offers = (Offer,)

    def find(self, name):
        return self.Offer if name in ("openai/gpt-5.4", "gpt5") else None


CATALOGUE = Catalogue()


def read(text: str | bytes, name: str = "e.csv"):
    return parse_evals(text if isinstance(text, bytes) else text.encode(), name, CATALOGUE)


def refusal(text: str | bytes) -> str:
    with pytest.raises(EvalError) as caught:
        read(text)
    return str(caught.value)


def test_counts_and_rates_are_both_read():
    expected = {"gpt-5.4": EvalResult(pass_rate=0.92, n=200), "claude-opus-5.5": EvalResult(pass_rate=0.5, n=10)}
    assert read("model,passed,total\ngpt-5.4,184,200\nclaude-opus-5.5,5,10\n") == expected
    assert read("model,pass_rate,n\ngpt-5.4,0.92,200\nclaude-opus-5.5,0.5,10\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffmodel,passed,total\r\ngpt-5.4,184,200\r\n",
        "Model;Passed;Total\n\ngpt-5.4;184;200\n",
        "note\ttotal\tpassed\tmodel\nfirst run\t200\t184\tgpt-5.4\n",
        'model, passed, total\n"gpt-5.4", 184, 200',
    ],
    ids=["windows", "semicolons and blank lines", "tabs, other order, a column more", "spaces and quotes"],
)
def test_what_spreadsheets_write_is_read(text):
    assert read(text) == {"gpt-5.4": EvalResult(pass_rate=0.92, n=200)}


def test_an_alias_of_a_model_is_that_model():
    assert set(read("model,passed,total\nopus,1,2\n")) == {"claude-opus-5.5"}


def test_an_alias_of_an_offer_is_that_offer_and_an_offer_column_will_do():
    assert set(read("offer,passed,total\ngpt5,1,2\n")) == {"openai/gpt-5.4"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "e.csv:1: the header is ''; it needs the columns model,passed,total or model,pass_rate,n"),
        ("model,passed,total\n", "e.csv: holds no results; it needs the header"),
        ("gpt-5.4,1,2\n", "it needs the columns"),
        ("model,passed,total,total\ngpt-5.4,1,2,2\n", "e.csv:1: the column 'total' stands there twice"),
        ("model,passed,total\ngpt-5.4,3,2\n", "e.csv:2: passed: 3 of 2 cases cannot have passed"),
        ("model,passed,total\ngpt-5.4,-1,2\n", "e.csv:2: passed: -1 of 2"),
        ("model,passed,total\ngpt-5.4,0,0\n", "e.csv:2: total: must be from 1"),
        ("model,passed,total\ngpt-5.4,1.5,2\n", "e.csv:2: passed: is '1.5'; write a whole number"),
        ("model,passed,total\ngpt-5.4,1_0,20\n", "e.csv:2: passed: is '1_0'"),
        ("model,passed,total\ngpt-5.4,١,٢\n", "e.csv:2: total: is '٢'"),
        ("model,pass_rate,n\ngpt-5.4,92,200\n", "e.csv:2: pass_rate: must be from 0 to 1, not '92'; 92 % is 0.92"),
        ("model,pass_rate,n\ngpt-5.4,nan,200\n", "e.csv:2: pass_rate: is 'nan'; write a share"),
        ("model,pass_rate,n\ngpt-5.4,1e999,200\n", "e.csv:2: pass_rate: is '1e999'"),
        ("model,pass_rate,n\ngpt-5.4,0,92,200\n", "e.csv:2: 4 cells where the header names 3"),
        ("model,passed,total\ngpt-5.5,1,2\n", "e.csv:2: model: the catalogue has no model or offer 'gpt-5.5'; did you mean 'gpt-5.4'?"),
        ("model,passed,total\n=cmd|x,1,2\n", "e.csv:2: model: the catalogue has no model or offer '=cmd|x'; write the id"),
        ("model,passed,total\ngpt-5.4,1,2\n\ngpt-5.4,2,2\n", "e.csv:4: model: gpt-5.4 stands in line 2 already"),
        ('model,passed,total\n"gpt-5.4,1,2\n', "e.csv:2: a quotation mark that is not closed"),
        ("model,passed,total\ngpt-5.4,1,2\x00\n", "e.csv:2: holds a control character"),
        (b"model,passed,total\n\xff\xfe,1,2\n", "e.csv:2: is not UTF-8 text"),
        (b"PK\x03\x04workbook", "e.csv:1: holds a control character"),
        (b"x" * (MAX_BYTES + 1), "more than 200,000 bytes"),
        (
            "model,passed,total\n" + "x" * 150_000 + ",1,2\n",
            "e.csv:2: a quotation mark that is not closed or stands inside a cell, or a cell",
        ),
        ("model,passed,total\n" + "x" * 100_000 + ",1,2\n", "no model or offer"),
        ("model,passed,total\ngpt-5.4,1\x0b,2\n", "e.csv:2: holds a control character"),
    ],
    ids=range(25),
)
def test_what_is_wrong_is_told_with_its_line_and_cure(text, told):
    message = refusal(text)
    assert told in message and len(message) < 400


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: ("model,passed,total\n" + text).encode(errors="replace")))
def test_whatever_is_uploaded_is_read_or_refused(content):
    try:
        assert all(0 <= own.pass_rate <= 1 for own in read(content).values())
    except EvalError as error:
        assert str(error).startswith("e.csv")


def test_new_results_stand_in_the_place_of_old_ones():
    old, new = EvalResult(pass_rate=0.1, n=10), EvalResult(pass_rate=0.9, n=100)
    assert merged({"a": old, "b": old}, {"b": new}, "e.csv") == {"a": old, "b": new}
    with pytest.raises(EvalError, match="remove some first"):
        merged({str(place): old for place in range(200)}, {"b": new}, "e.csv")

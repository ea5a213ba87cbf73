"""What is written in any of the formats is read back as the same whole numbers; the careful and the fast reading agree."""

import datetime as dt
import gzip
import json
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from framework.simulation.arrivals import Arrivals
from framework.simulation.trace_dates import careful_date, plain_dates
from framework.simulation.trace_numbers import byte_rows, careful_number, plain_numbers
from framework.simulation.trace_writing import compact
from framework.simulation.traces import parse_trace, read_trace

GAPS_US = st.one_of(st.integers(0, 5), st.integers(0, 10**7), st.integers(0, 10**11))
TOKENS = st.one_of(st.integers(0, 10), st.integers(0, 10**9))
START_US = st.one_of(st.just(0), st.integers(0, 10**9), st.integers(10**15, 4 * 10**15))
NAMES = ("time_s", "time_ms", "time_us", "timestamp")


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    gaps = draw(st.lists(GAPS_US, min_size=1, max_size=12))
    time = np.cumsum([draw(START_US), *gaps]).tolist()
    return time, *(draw(st.lists(TOKENS, min_size=len(time), max_size=len(time))) for _ in range(2))


def decimal(time_us: int, places: int) -> str:
    """Microseconds in a unit of `10 ** places` of them, in digits only."""
    if not places:
        return str(time_us)
    whole, rest = divmod(time_us, 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")


def date(time_us: int) -> str:
    return (dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=time_us)).isoformat(sep=" ")


WRITTEN = {"time_s": lambda at: decimal(at, 6), "time_ms": lambda at: decimal(at, 3), "time_us": str, "timestamp": date}


def same(arrivals: Arrivals, expected: tuple[list[int], list[int], list[int]]) -> bool:
    time, given_tokens, produced = expected
    return (
        arrivals.time_us.tolist() == [at - time[0] for at in time]
        and arrivals.input_tokens.tolist() == given_tokens
        and arrivals.output_tokens.tolist() == produced
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@given(requests=rows(), separator=st.sampled_from(",;\t"))
def test_csv_is_read_back_exactly(name, packed, requests, separator):
    lines = [(name, "input_tokens", "output_tokens"), *((WRITTEN[name](at), *counts) for at, *counts in zip(*requests, strict=True))]
    content = "".join(separator.join(map(str, line)) + "\n" for line in lines).encode()
    assert same(parse_trace(gzip.compress(content) if packed else content, "t").arrivals, requests)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@given(requests=rows())
def test_jsonl_is_read_back_exactly(name, packed, requests):
    def line(at: int, given_tokens: int, produced: int) -> str:
        time = WRITTEN[name](at)
        quoted = json.dumps(time) if name == "timestamp" else time
        return f'{{"{name}": {quoted}, "input_tokens": {given_tokens}, "output_tokens": {produced}}}\n'

    content = "".join(line(*request) for request in zip(*requests, strict=True)).encode()
    assert same(parse_trace(gzip.compress(content) if packed else content, "t").arrivals, requests)


@pytest.mark.parametrize(
    "kind", [pyarrow.int64(), pyarrow.timestamp("us"), pyarrow.timestamp("us", "Asia/Kolkata"), pyarrow.string()], ids=str
)
@given(requests=rows())
def test_parquet_is_read_back_exactly(kind, requests):
    time, given_tokens, produced = requests
    array = pyarrow.array(time, pyarrow.int64()).cast(kind)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        parquet.write_table(pyarrow.table({"time_us": array, "input_tokens": given_tokens, "output_tokens": produced}), path)
        assert same(read_trace(path).arrivals, requests)


@given(requests=rows(), users=st.none() | st.integers(1, 4))
def test_the_compact_form_is_read_back_exactly_and_the_same_requests_give_the_same_bytes(requests, users):
    time, given_tokens, produced = (np.array(column, dtype=np.int64) for column in requests)
    user = None if users is None else np.arange(len(time)) % users
    arrivals = Arrivals(time - time[0], given_tokens, produced, user)
    read = parse_trace(compact(arrivals), "t.csv.gz").arrivals
    assert same(read, requests)
    assert (read.user is None) if user is None else (read.user.tolist() == user.tolist())
    assert compact(read) == compact(arrivals)


@given(st.lists(st.from_regex(r"[0-9]{0,9}(\.[0-9]{0,9})?", fullmatch=True), min_size=1, max_size=8), st.sampled_from((0, 3, 6)))
def test_numbers_read_at_once_are_those_read_one_by_one_and_those_of_exact_fractions(texts, places):
    found = byte_rows(texts)
    assert found is not None
    values, ok, cuts = plain_numbers(found, places)
    for text, value, plain, cut in zip(texts, values.tolist(), ok.tolist(), cuts.tolist(), strict=True):
        assert plain == (text[:1].isdigit())
        if plain:
            exact = Fraction(text.rstrip(".")) * 10**places
            assert (value, cut) == careful_number(text, places) == (int(exact), exact.denominator != 1)


PARTS = st.tuples(
    st.integers(1968, 2105),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 25),
    st.integers(0, 61),
    st.integers(0, 61),
    st.integers(0, 10**7),
)


@given(st.lists(PARTS, min_size=1, max_size=8), st.sampled_from(("", "Z", "+05:30", "-0800")))
def test_dates_read_at_once_are_those_read_one_by_one_and_those_of_the_calendar(parts, zone):
    texts = [f"{y:04d}-{mo:02d}-{d:02d} {h:02d}:{mi:02d}:{s:02d}.{f:07d}{zone}"[:27] + zone for y, mo, d, h, mi, s, f in parts]
    found = byte_rows(texts)
    assert found is not None
    values, ok, cuts = plain_dates(found, texts, zoned=bool(zone))
    for text, value, plain, cut, (*moment, fraction) in zip(texts, values.tolist(), ok.tolist(), cuts.tolist(), parts, strict=True):
        try:
            offset = dt.timedelta(hours={"+05:30": 5.5, "-0800": -8}.get(zone, 0))
            seconds = (dt.datetime(*moment) - offset - dt.datetime(1970, 1, 1)).total_seconds()
        except ValueError:
            seconds = -1
        assert plain == (seconds >= 0)
        if plain:
            digits = f"{fraction:07d}"[:7]
            assert value == int(seconds) * 10**6 + int(digits[:6])
            assert careful_date(text) == (bool(zone), value, cut)
            assert cut == (digits[6] != "0")

"""What is no usable trace is refused in one line that names file, line, column and cure; nothing is guessed and nothing runs away."""

import bz2
import gzip
import lzma
import os
import random
import tracemalloc

import pyarrow
import pytest
from pyarrow import parquet
from simulation.trace_files import HEADER, csv_text, file_refusal, refusal

from framework.errors import TraceError
from framework.simulation import traces
from framework.simulation.trace_lines import Bounds
from framework.simulation.traces import parse_trace, read_trace

NO_ZONE = "is a date without a zone, the rows before it have a date with a zone; write all times of a file in one way"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("0.5,1,1", "time_s: is earlier than the row before it; sort the file by time"),
        ("-1,1,1", "time_s: must not be negative, as '-1' is; correct it, or delete the row"),
        (",1,1", "time_s: is missing; fill it in, or delete the row"),
        ("nan,1,1", "time_s: 'nan' is not a usable number; fill it in, or delete the row"),
        ("-inf,1,1", "time_s: '-inf' is not a usable number"),
        ("soon,1,1", "time_s: must be a number, not 'soon'; correct it"),
        ('"1,5",1,1', "time_s: must be a number, not '1,5'; correct it: a point before decimals, nothing between thousands"),
        ("1_5,1,1", "time_s: must be a number, not '1_5'"),
        ("１５,1,1", "time_s: must be a number"),
        (
            "1700000000000,1,1",
            "time_s: '1700000000000' is after the year 5000; if it counts milliseconds or microseconds, end the column's name",
        ),
        ("9e18,1,1", "time_s: '9e18' is after the year 5000"),
        ("1e99,1,1", "time_s: '1e99' is too large a number; correct it"),
        ("1e999999999,1,1", "time_s: must be a number"),
        (f"{'9' * 200},1,1", "time_s: '999"),
        (
            "2023-11-16 18:15:46,1,1",
            "time_s: is a date without a zone, the rows before it have a number; write all times of a file in one way",
        ),
        (
            "11/16/2023 18:15,1,1",
            "time_s: '11/16/2023 18:15' is not a time; write it as 2026-11-23T14:30:00.25Z, or as a number of seconds",
        ),
        ("2,-1,1", "input_tokens: must not be negative, as '-1' is; correct it"),
        ("2,1,-0.5", "output_tokens: must not be negative, as '-0.5' is; correct it"),
        ("2,1000000001,1", "input_tokens: must be at most 1,000,000,000 tokens, not '1000000001'; correct it"),
        ("2,1000000000000,1", "input_tokens: must be at most 1,000,000,000 tokens, not '1000000000000'"),
        ("2,18446744073709551617,1", "input_tokens: must be at most 1,000,000,000 tokens"),
        ("2,1,1.5", "output_tokens: must be a whole number of tokens, not '1.5'; correct it"),
        ("2,1,1e-9", "output_tokens: must be a whole number of tokens, not '1e-9'"),
        ("2,1,", "output_tokens: is missing; fill it in, or delete the row"),
        ("2,NaN,1", "input_tokens: 'NaN' is not a usable number"),
        ("2,null,1", "input_tokens: 'null' is not a usable number"),
        ("2,0x10,1", "input_tokens: must be a number, not '0x10'"),
        ("2,1", "2 columns where the header has 3; complete the row, or put values with separators in quotes"),
        ("2,1,1,000", "4 columns where the header has 3"),
        ("   ", "1 columns where the header has 3"),
        (f"2,1,{'0' * 500}1", "time, tokens and user take more than 400 characters; shorten them"),
        ('2,"1"2,3', "not CSV ("),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line_and_the_cure(row, says):
    assert refusal(csv_text("1,1,1", "", row, "3,1,1")).startswith(f"t.csv:4: {says}")


@pytest.mark.parametrize(
    ("first", "row", "says"),
    [
        ("2023-11-16 18:15:46Z", "2023-11-16 18:15:47", NO_ZONE),
        ("2023-11-16 18:15:46", "2023-11-16 18:15:47Z", "is a date with a zone, the rows before it have a date without a zone"),
        ("2023-11-16 18:15:46", "1700158547", "is a number, the rows before it have a date without a zone"),
        ("2023-11-16 18:15:46", "2023-11-16 18:15:45.9", "is earlier than the row before it; sort the file by time"),
        ("2023-11-16 18:15:46+00:00", "2023-11-16 18:15:47+01:00", "is earlier than the row before it"),
        ("2023-11-16 18:15:46", "2023-02-29 18:15:46", "'2023-02-29 18:15:46' is not a moment of calendar and clock; correct it"),
        ("2023-11-16 18:15:46", "2023-13-16 18:15:46", "'2023-13-16 18:15:46' is not a moment"),
        ("2023-11-16 18:15:46", "2023-11-00 18:15:46", "'2023-11-00 18:15:46' is not a moment"),
        ("2023-11-16 18:15:46", "2023-11-16 24:15:46", "'2023-11-16 24:15:46' is not a moment"),
        ("2023-11-16 18:15:46", "2023-11-16 18:60:46", "'2023-11-16 18:60:46' is not a moment"),
        ("2023-11-16 18:15:46", "2023-11-16 18:15:60", "'2023-11-16 18:15:60' is not a moment"),
        ("2023-11-16 18:15:46+01:00", "2023-11-16 18:15:46+15:00", "'2023-11-16 18:15:46+15:00' is not a moment"),
        ("2023-11-16 18:15:46", "1969-11-16 18:15:46", "'1969-11-16 18:15:46' is before 1970; correct it"),
        ("2023-11-16 18:15:46", "2023-11-16", "'2023-11-16' is not a time; write it as"),
        ("2023-11-16 18:15:46", "2023-11-16 18:15:4x", "'2023-11-16 18:15:4x' is not a time"),
        ("2023-11-16 18:15:46", "", "is missing; fill it in"),
    ],
)
def test_a_clock_that_changes_its_kind_or_shows_no_moment_is_refused(first, row, says):
    header = "timestamp,input_tokens,output_tokens"
    assert refusal(csv_text(f"{first},1,1", f"{row},1,1", header=header)).startswith(f"t.csv:3: timestamp: {says}")


def test_the_first_row_out_of_order_is_named_and_not_the_first_that_could_be_moved():
    assert refusal(csv_text("0,1,1", "5,1,1", "3,1,1", "2,1,1")).startswith("t.csv:4: ")


def test_a_row_out_of_order_is_found_where_a_new_piece_begins(monkeypatch):
    monkeypatch.setattr("framework.simulation.trace_rows.BATCH_ROWS", 2)
    assert refusal(csv_text("0,1,1", "5,1,1", "3,1,1")).startswith("t.csv:4: time_s: is earlier")


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (
            "when,input_tokens,output_tokens",
            "no column for the time of arrival; it has when, input_tokens, output_tokens; name one of them time_s or time_ms or",
        ),
        (
            "time_s,tokens",
            "no column for the input tokens; it has time_s, tokens; name one of them input_tokens or prompt_tokens or context_tokens",
        ),
        ("time_s,prompt_tokens", "no column for the output tokens; it has time_s, prompt_tokens; name one of them output_tokens or"),
        ("0.5,374,44", "no column for the time of arrival; it has 0.5, 374, 44; name"),
        (",,", "no column for the time of arrival; it has none with a name"),
        (
            "time_s,input_tokens,output_tokens,Input Tokens",
            "the same column is there twice (input_tokens, Input Tokens); delete or rename one",
        ),
        ("time_s,model,output_tokens,input_tokens,model", "the same column is there twice (model, model)"),
        ("time_s,time_ms,input_tokens,output_tokens", "time_s, time_ms could each be the time of arrival; keep one of them"),
        ("time_s,input_tokens,prompt_tokens,output_tokens", "input_tokens, prompt_tokens could each be the input tokens; keep one of them"),
        ("a\x1b[2J,b", "no column for the time of arrival; it has 'a\\x1b[2J', b; name"),
        (
            ",".join(f"c{i}" for i in range(5_000)),
            "no column for the time of arrival; it has c0, c1, c2, c3, c4, c5, c6, c7 and 4992 more; name",
        ),
        ('time_s,"input_tokens', "not CSV ("),
    ],
)
def test_columns_that_are_missing_or_doubled_are_named(header, says):
    assert refusal(csv_text("0,1,1", header=header)).startswith(f"t.csv:1: {says}")


def test_milliseconds_are_not_guessed_where_only_mooncakes_names_are_there():
    says = "t.csv:2: timestamp: seconds or milliseconds? Mooncake's files count milliseconds and have hash_ids, this one has not; name the"
    assert refusal(csv_text("0,1,1", header="timestamp,input_length,output_length")).startswith(says)
    dated = csv_text("2023-11-16 18:15:46,1,1", header="timestamp,input_length,output_length")
    assert len(parse_trace(dated, "t.csv").arrivals) == 1


GOOD = '{"time_s": 1, "input_tokens": 1, "output_tokens": 1}\n'


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"time_s": 2, "input_tokens": 1, "output_tokens": 1', "not JSON; write one whole object per line"),
        ("2,1,1", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[2, 1, 1]", "must be a JSON object, not a list"),
        ('{"time_s": 2, "input_tokens": 1, "input_tokens": 2, "output_tokens": 1}', "input_tokens: is given twice; keep one of the two"),
        ('{"time_s": 2, "input_tokens": true, "output_tokens": 1}', "input_tokens: must be a number or a text, not true; correct it"),
        ('{"time_s": 2, "input_tokens": [1], "output_tokens": 1}', "input_tokens: must be a number or a text, not a list; correct it"),
        ('{"time_s": 2, "input_tokens": null, "output_tokens": 1}', "input_tokens: is missing; fill it in, or delete the row"),
        ('{"time_s": 2, "output_tokens": 1}', "input_tokens: is missing; fill it in, or delete the row"),
        ('{"time_s": NaN, "input_tokens": 1, "output_tokens": 1}', "time_s: 'NaN' is not a usable number"),
        ('{"time_s": 2, "input_tokens": Infinity, "output_tokens": 1}', "input_tokens: 'Infinity' is not a usable number"),
        ('{"time_s": 2, "input_tokens": 1.5, "output_tokens": 1}', "input_tokens: must be a whole number of tokens, not '1.5'; correct it"),
        ('{"time_s": 2, "input_tokens": "1\\u0000", "output_tokens": 1}', "input_tokens: must be a number"),
        ('{"time_s": 2, "input_tokens": "1\\u00002", "output_tokens": 1}', "input_tokens: must be a number"),
        ('{"time_s": 2, "input_tokens": ' + "9" * 6_000 + ', "output_tokens": 1}', "time, tokens and user take more than 400 characters"),
        ('{"time_s": 0, "input_tokens": 1, "output_tokens": 1}', "time_s: is earlier than the row before it; sort the file by time"),
    ],
)
def test_a_line_of_json_that_cannot_be_used_is_named(line, says):
    assert refusal(f"{GOOD}\n{line}\n".encode(), "t.jsonl").startswith(f"t.jsonl:3: {says}")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "t.csv: is empty; it needs a header"),
        (b"\n \r\n\n", "t.csv: is empty"),
        (gzip.compress(b"", mtime=0), "t.csv: is empty"),
        (HEADER.encode(), "t.csv: has a header and no requests; write one line per request below it"),
        (b"[" + GOOD.encode() + b"]", "t.csv:1: a JSON array; write one object per line"),
        (b'{"usage": {"input_tokens": 1}}', "t.csv:1: no column for the time of arrival; it has usage; name"),
        (csv_text("0,1,1").decode().encode("utf-16"), "t.csv:1: not UTF-8 text; save the trace as CSV or JSONL in UTF-8"),
        (csv_text("0,1,1") + b"1,\xe4,1\n", "t.csv:3: not UTF-8 text"),
        (csv_text("0,1,1") + b"1,1\x00,1\n", "t.csv:3: not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "t.csv:1: not UTF-8 text"),
        (b"PK\x03\x04" + bytes(100), "t.csv: a zip file or a workbook; unpack it, or save the sheet as CSV"),
        (bz2.compress(csv_text("0,1,1")), "t.csv: packed with bzip2; unpack it, or pack it with gzip"),
        (lzma.compress(csv_text("0,1,1")), "t.csv: packed with xz; unpack it, or pack it with gzip"),
        (b"\x28\xb5\x2f\xfd" + bytes(100), "t.csv: packed with zstd; unpack it, or pack it with gzip"),
        (b"PAR1" + bytes(100), "t.csv: a Parquet file; convert it to CSV, or read it from the command line"),
        (gzip.compress(gzip.compress(csv_text("0,1,1"), mtime=0), mtime=0), "t.csv: packed twice with gzip; unpack it once"),
        (gzip.compress(csv_text("0,1,1"), mtime=0)[:-9], "t.csv: not a whole gzip file; pack or copy it again"),
        (b"\x1f\x8b" + bytes(50), "t.csv: not a whole gzip file"),
        (gzip.compress(csv_text("0,1,1"), mtime=0) + b"more", "t.csv: not a whole gzip file"),
        (csv_text("0,1,1") + b"1,1," + b"1" * 2**21, "t.csv:3: a line of more than 1 MB; write one request per line, without its text"),
        (b"a" * (2**20 + 1), "t.csv:1: a line of more than 1 MB"),
        (b"time_s,input_tokens,output_tokens\r0,1,1\r1,1,1\r", "t.csv:1: not CSV ("),
        (
            csv_text(f'0,1,1,"{"x" * 140_000}"', header=f"{HEADER},prompt"),
            "t.csv:2: a value of more than 131,072 characters, or a quote that is never",
        ),
        (
            csv_text('0,1,1,"open', *["1,1,1,x"] * 30_000, header=f"{HEADER},prompt"),
            "t.csv:2: a value of more than 131,072 characters, or a quote",
        ),
        (csv_text('0,1,1,"open', "1,1,1,x", header=f"{HEADER},prompt"), "t.csv:2: not CSV (unexpected end of data); close the quotes"),
    ],
)
def test_what_is_no_trace_is_refused(content, says):
    assert refusal(content).startswith(says)


def test_truncated_gzip_is_refused_wherever_it_ends():
    packed = gzip.compress(csv_text(*(f"{i},{i * 7 % 1_000},{i * 13 % 400}" for i in range(3_000))))
    for end in (3, 9, 20, len(packed) // 2, len(packed) - 1):
        assert "gzip" in refusal(packed[:end])


def test_rubbish_of_any_kind_gets_an_answer_and_no_traceback():
    chance = random.Random(1)
    whole = csv_text(*(f"{i}.5,{i},{i + 1}" for i in range(50)))
    for _ in range(300):
        noise = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            noise[chance.randrange(len(noise))] = chance.randrange(256)
        for content in (bytes(noise), gzip.compress(bytes(noise), mtime=0), os.urandom(200)):
            try:
                parse_trace(content, "t")
            except TraceError as error:
                assert str(error).startswith("t:")


def test_an_upload_is_bounded_packed_unpacked_and_in_rows(monkeypatch):
    monkeypatch.setattr(traces, "MAX_UPLOAD_BYTES", 2**20)
    assert refusal(bytes(2**20 + 1)).startswith("t.csv: more than 1 MB; pack it with gzip, or cut out the hours that matter")
    monkeypatch.setattr(traces, "UPLOAD", Bounds(2**40, 2, "cut"))
    assert refusal(csv_text("0,1,1", "", "1,1,1", "2,1,1")) == "t.csv:5: more than 2 rows; cut"
    assert len(parse_trace(csv_text("0,1,1", "1,1,1"), "t").arrivals) == 2
    assert refusal(csv_text("0,1,1") + b"\n" * 20).startswith("t.csv:23: more than 8 lines; delete the blank ones, or cut")


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    row = b"1,1,1," + b"x" * 1_000 + b"\n"
    bomb = gzip.compress(csv_text(header=f"{HEADER},prompt") + row * 30_000, mtime=0)  # 30 MB in less than a tenth of one
    assert len(bomb) < 2**18
    tracemalloc.start()
    monkeypatch.setattr(traces, "UPLOAD", Bounds(16 * 2**20, 2_000_000, "cut out the hours that matter"))
    assert "more than 16 MB of text; cut out the hours that matter" in refusal(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20
    monkeypatch.setattr(traces, "FILE", Bounds(16 * 2**20, 2_000_000, "cut out the hours that matter"))
    (tmp_path / "t.gz").write_bytes(bomb)
    assert "more than 16 MB of text" in file_refusal(tmp_path / "t.gz")


def test_a_bomb_of_one_line_is_refused_at_once():
    assert refusal(gzip.compress(bytes(2**23).replace(b"\0", b"a"), mtime=0)).startswith("t.csv:1: a line of more than 1 MB")


def test_files_that_are_none_are_refused(tmp_path):
    assert file_refusal(tmp_path).endswith("no such file (or not a regular file)")
    assert file_refusal(tmp_path / "x").endswith("no such file (or not a regular file)")
    os.mkfifo(tmp_path / "pipe")
    assert file_refusal(tmp_path / "pipe").endswith("no such file (or not a regular file)")


def table(tmp_path, **arrays):
    path = tmp_path / "t.parquet"
    whole = {"time_s": [0, 1, 2], "input_tokens": [1, 2, 3], "output_tokens": [1, 2, 3]} | arrays
    parquet.write_table(pyarrow.table({name: array for name, array in whole.items() if array is not None}), path)
    return path


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"time_s": [0, 2, 1]}, ": row 3: time_s: is earlier than the row before it; sort the file by time"),
        ({"time_s": pyarrow.array([0.0, 1.0, 2.0], pyarrow.float32())}, ": time_s: numbers of 32 bits or less are too coarse"),
        ({"time_s": [0.0, float("nan"), 2.0]}, ": row 2: time_s: 'nan' is not a usable number"),
        ({"input_tokens": [1, None, 3]}, ": row 2: input_tokens: is missing; fill it in"),
        ({"input_tokens": [1, 2, -3]}, ": row 3: input_tokens: must not be negative"),
        ({"output_tokens": [1.0, 2.5, 3.0]}, ": row 2: output_tokens: must be a whole number of tokens, not '2.5'"),
        ({"output_tokens": [[1], [2], [3]]}, ": output_tokens: must be numbers, moments or texts, not list"),
        ({"output_tokens": [True, False, True]}, ": output_tokens: must be numbers, moments or texts, not bool; convert it"),
        ({"output_tokens": ["1", "2", "3" * 500]}, ": output_tokens: a text of more than 400 characters; shorten it"),
        ({"output_tokens": None}, ": no column for the output tokens; it has time_s, input_tokens; name one of them"),
        ({"time_s": [], "input_tokens": [], "output_tokens": []}, ": has a header and no requests"),
    ],
)
def test_a_parquet_table_that_cannot_be_used_is_named_with_its_row(tmp_path, arrays, says):
    path = table(tmp_path, **arrays)
    assert file_refusal(path).startswith(f"{path}{says}")


def test_a_damaged_or_too_large_parquet_file_is_refused(tmp_path, monkeypatch):
    path = table(tmp_path)
    whole = path.read_bytes()
    for content in (whole[:-10], whole[:60], whole[:4] + bytes(60) + whole[64:]):
        path.write_bytes(content)
        assert "Parquet" in file_refusal(path)
    path.write_bytes(whole)
    assert len(read_trace(path).arrivals) == 3
    monkeypatch.setattr(traces, "FILE", Bounds(2**30, 2, "cut"))
    assert file_refusal(path) == f"{path}: row 3: more than 2 rows; cut"
    monkeypatch.setattr(traces, "FILE", Bounds(10, 20, "cut"))
    assert file_refusal(path) == f"{path}: row 1: more than 10 bytes in the columns that are read; cut"


def test_a_damaged_byte_in_a_parquet_file_ends_neither_the_program_nor_in_a_traceback(tmp_path):
    path = table(tmp_path, time_s=[f"2023-11-16 18:15:{second:02d}" for second in range(3)])
    whole, chance = path.read_bytes(), random.Random(1)
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[chance.randrange(4, len(whole) - 4)] = chance.randrange(256)
        path.write_bytes(damaged)
        try:
            read_trace(path)
        except TraceError as error:
            assert str(error).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("header", "rates"),
    [
        ("minute_from_start,rpm_low,rpm_mid,rpm_high", "rpm_low, rpm_mid, rpm_high"),
        ("t_seconds,requests_per_second,rate_weighted_interarrival_cv,active_clients", "requests_per_second"),
    ],
)
def test_rates_over_time_are_named_as_such_and_where_they_belong(header, rates):
    said = refusal(f"{header}\n1,2,3,4\n".encode())
    assert (
        f":1: rates over time ({rates}), not requests; the bundled ones are shapes of a workload (traffic.shape: azure_code_week," in said
    )
    assert said.endswith("else write one line per request")


def test_a_rate_beside_the_tokens_of_each_request_is_one_more_column():
    trace = parse_trace(b"time_s,rps,input_tokens,output_tokens\n1,9,2,3\n", "x.csv")
    assert len(trace.arrivals) == 1 and trace.notes[-1] == "not read: rps"

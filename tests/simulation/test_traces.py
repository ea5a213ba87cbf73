"""Traces as people have them: layouts, clocks and formats are told by content, and times are exact to the microsecond."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet
from simulation.trace_files import both_ways, csv_text, jsonl, parsed

from framework.simulation.traces import Trace, parse_trace, read_trace

FIXTURES = Path(__file__).parent / "fixtures"


def columns(trace: Trace) -> list[list[int]]:
    found = trace.arrivals
    return [found.time_us.tolist(), found.input_tokens.tolist(), found.output_tokens.tolist()]


def test_azures_file_is_read_as_published_to_the_microsecond():
    trace = read_trace(FIXTURES / "azure_2023_conversation_head.csv")
    assert (trace.layout, len(trace.arrivals)) == ("azure", 40)
    # 18:15:46.6805900, 18:15:50.9951690 and 18:15:51.2224670.
    assert trace.arrivals.time_us[:3].tolist() == [0, 4_314_579, 4_541_877]
    assert trace.arrivals.input_tokens[:3].tolist() == [374, 396, 879]
    assert trace.arrivals.output_tokens[:3].tolist() == [44, 109, 55]
    assert trace.arrivals.starts_s == 18 * 3_600 + 15 * 60 + 46.68059
    assert trace.arrivals.user is None
    assert trace.notes == ("the times name no zone: the hour of the day is the one written",)


def test_mooncakes_file_is_read_as_published_in_milliseconds():
    trace = read_trace(FIXTURES / "mooncake_synthetic_head.jsonl")
    assert (trace.layout, len(trace.arrivals)) == ("mooncake", 40)
    assert trace.arrivals.time_us[:4].tolist() == [0, 0, 40_000, 277_000]
    assert (trace.arrivals.input_tokens[0], trace.arrivals.output_tokens[0]) == (40_160, 6)
    assert trace.arrivals.starts_s is None
    assert trace.notes == ("not read: hash_ids",)


@pytest.mark.parametrize("name", ["azure_2023_conversation_head.csv", "mooncake_synthetic_head.jsonl"])
def test_an_upload_a_file_and_a_packed_one_are_the_same_trace_whatever_they_are_called(tmp_path, name):
    content = (FIXTURES / name).read_bytes()
    traces = both_ways(tmp_path, content, "trace.bin")
    assert [columns(trace) for trace in traces] == [columns(traces[0])] * 4
    assert {trace.layout for trace in traces} == {read_trace(FIXTURES / name).layout}


def test_every_array_is_of_whole_numbers_of_64_bits():
    arrivals = parsed("0.5,1,2,a", "0.75,3,4,b", header="time_s,input_tokens,output_tokens,user").arrivals
    assert arrivals.user is not None
    assert {array.dtype for array in (arrivals.time_us, arrivals.input_tokens, arrivals.output_tokens, arrivals.user)} == {
        np.dtype("int64")
    }


@pytest.mark.parametrize(
    ("column", "first", "second", "step_us"),
    [
        ("time_s", "10", "12.5", 2_500_000),
        ("timestamp", "10.000001", "10.000003", 2),
        ("Time", "1e3", "1.0005e3", 500_000),
        ("arrival_s", ".25", "0.5", 250_000),
        ("arrived_at", "1700000000.123456", "1700000000.123457", 1),
        ("timestamp_s", "0.1", "0.3", 200_000),
        ("time_ms", "7", "8", 1_000),
        ("Arrival Time ms", "7.25", "8.5", 1_250),
        ("timestamp_ms", "1700000000000", "1700000000001", 1_000),
        ("time_us", "1700000000000000", "1700000000000001", 1),
        ("ts", "2023-11-16 18:15:46", "2023-11-16T18:15:47.5", 1_500_000),
        ("timestamp", "2023-11-16T23:59:59.999999Z", "2023-11-17T00:00:00Z", 1),
        ("created_at", "2024-02-29 23:59:59,75 UTC", "2024-03-01 01:00:00 +0100", 250_000),
        ("time", "2024-05-12 00:00:00+02", "2024-05-11 22:00:00.000001+00:00", 1),
        ("time", "2023-11-16 18:15", "2023-11-16 18:16", 60_000_000),
    ],
)
def test_numbers_are_seconds_unless_the_name_says_otherwise_and_dates_carry_their_own_zone(column, first, second, step_us):
    header = f"{column};input_tokens;output_tokens"
    arrivals = parsed(f"{first};1;2", f"{second};3;4", header=header).arrivals
    assert arrivals.time_us.tolist() == [0, step_us]


@pytest.mark.parametrize(
    ("column", "first", "starts_s"),
    [
        ("time_s", "36000", None),
        ("timestamp_ms", "1700000000250", 80_000.25),  # 2023-11-14 22:13:20.25 UTC
        ("time", "2023-11-14 22:13:20.25", 80_000.25),
        ("time", "2023-11-14T23:13:20.25+01:00", 80_000.25),
    ],
)
def test_the_hour_of_the_day_is_told_by_dates_and_unix_times_but_not_by_times_from_a_start_of_their_own(column, first, starts_s):
    assert parsed(f"{first},1,1", header=f"{column},input_tokens,output_tokens").arrivals.starts_s == starts_s


@pytest.mark.parametrize(
    "header",
    [
        "time_s,input_tokens,output_tokens",
        "OUTPUT_TOKENS,Input_Tokens,Time_S",
        "time_s\tprompt_tokens\tcompletion_tokens",
        "model;time_s;input_length;output_length",
        '"time_s","Request tokens","Response tokens"',
        "arrived_at,num_prefill_tokens,num_decode_tokens",
        "\ufefftime_s,ContextTokens,GeneratedTokens,",
    ],
)
def test_columns_are_told_by_name_in_any_order_with_any_of_three_separators(header):
    separator = next(one for one in "\t;," if one in header)
    names = [name.strip('"\ufeff').lower() for name in header.split(separator)]
    values = {"time_s": "1", "arrived_at": "1", "model": "m", "": ""}
    row = [
        values.get(name, "20" if any(word in name for word in ("output", "completion", "respon", "generated", "decode")) else "10")
        for name in names
    ]
    found = parsed(separator.join(row), header=header)
    assert columns(found) == [[0], [10], [20]]


def test_what_is_not_needed_is_not_read_even_over_several_lines():
    header = "id,time_s,input_tokens,prompt,output_tokens"
    trace = parsed('1,0,10,"a, ""b""\nand\n\nc",20', "", "2,1,30,plain,40", header=header)
    assert columns(trace) == [[0, 1_000_000], [10, 30], [20, 40]]
    assert "not read: id, prompt" in trace.notes


def test_users_become_small_numbers_in_the_order_of_their_first_request():
    header = "time_s,input_tokens,output_tokens,session_id"
    trace = parsed("0,1,1,zoe@example.com", "1,1,1,7", "2,1,1,zoe@example.com", header=header)
    assert trace.arrivals.user is not None
    assert trace.arrivals.user.tolist() == [0, 1, 0]
    assert jsonl('{"t": 0, "input_tokens": 1, "output_tokens": 1, "user_id": 7, "user": "a"}').arrivals.user.tolist() == [0]


def test_users_are_not_told_apart_where_a_request_names_none():
    header = "time_s,input_tokens,output_tokens,user"
    trace = parsed("0,1,1,a", "1,1,1,", "2,1,1, ", header=header)
    assert trace.arrivals.user is None
    assert "2 requests name no user: users are not told apart" in trace.notes


def test_too_many_users_are_not_told_apart(monkeypatch):
    monkeypatch.setattr("framework.simulation.trace_users.MAX_USERS", 2)
    trace = parsed("0,1,1,a", "0,1,1,b", "0,1,1,c", header="time_s,input_tokens,output_tokens,user")
    assert trace.arrivals.user is None
    assert "more than 2 users: they are not told apart" in trace.notes


def test_whole_numbers_may_be_written_as_floats_and_with_spaces():
    assert columns(parsed("0, 374.0 ,1.2e2")) == [[0], [374], [120]]
    assert columns(jsonl('{"time_s": 0.0, "input_tokens": 374.0, "output_tokens": "44"}')) == [[0], [374], [44]]


def test_decimals_beyond_the_microsecond_are_cut_off_and_said_so():
    trace = parsed("0.0000009,1,1", "0.0000019999,1,1")
    assert trace.arrivals.time_us.tolist() == [0, 1]
    assert "decimals of the time beyond the microsecond are cut off" in trace.notes
    zeros = parsed("0.0000010,1,1", "0.0000020,1,1")
    assert not [note for note in zeros.notes if "cut off" in note]


def test_times_in_coarse_steps_are_said_to_hide_bursts():
    assert "the times step by 30 s: bursts shorter than that cannot be seen in this file" in parsed("0,1,1", "30,1,1", "90,1,1").notes
    assert not [note for note in parsed("0,1,1", "30.5,1,1").notes if "step by" in note]
    assert not [note for note in parsed("5,1,1").notes if "step by" in note]


def test_the_unit_that_was_taken_is_said():
    assert "the numbers under time_ms are read as milliseconds" in parsed("0,1,1", header="time_ms,input_tokens,output_tokens").notes


def test_lines_may_end_as_windows_ends_them_and_the_last_one_not_at_all():
    content = b"time_s,input_tokens,output_tokens\r\n0,1,2\r\n\r\n1.5,3,4"
    assert columns(parse_trace(content, "t.csv")) == [[0, 1_500_000], [1, 3], [2, 4]]
    content = b'\xef\xbb\xbf\r\n{"time_s":0,"input_tokens":1,"output_tokens":2}\r\n\r\n{"time_s":1.5,"input_tokens":3,"output_tokens":4}'
    assert columns(parse_trace(content, "t.jsonl")) == [[0, 1_500_000], [1, 3], [2, 4]]


def test_lines_that_lie_across_blocks_are_read_whole(tmp_path, monkeypatch):
    rows = [f"{index}.25,{index},{index + 1}" for index in range(500)]
    whole = columns(parsed(*rows))
    for size in (1, 7, 64, 1_000):
        monkeypatch.setattr("framework.simulation.trace_lines.BLOCK_BYTES", size)
        assert columns(parsed(*rows)) == whole


def test_the_order_is_held_across_pieces(monkeypatch):
    monkeypatch.setattr("framework.simulation.trace_rows.BATCH_ROWS", 3)
    rows = [f"{index // 2},{index},{index + 1}" for index in range(10)]
    assert columns(parsed(*rows))[0] == [index // 2 * 1_000_000 for index in range(10)]


def test_a_gzip_file_of_several_parts_is_one_trace(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(csv_text("0,1,2")) + gzip.compress(b"1,3,4\n"))
    assert columns(read_trace(path)) == [[0, 1_000_000], [1, 3], [2, 4]]


def written(tmp_path: Path, **arrays: object) -> Path:
    path = tmp_path / "t.parquet"
    parquet.write_table(pyarrow.table(arrays), path)
    return path


@pytest.mark.parametrize(
    ("kind", "starts_s"),
    [(pyarrow.timestamp("us", "Europe/Berlin"), 80_000.0), (pyarrow.timestamp("ns"), 80_000.0), (pyarrow.timestamp("ms"), 80_000.0)],
)
def test_parquet_moments_are_read_with_and_without_a_zone(tmp_path, kind, starts_s):
    times = pyarrow.array([1_700_000_000_000_000, 1_700_000_000_250_000], pyarrow.timestamp("us")).cast(kind)
    trace = read_trace(written(tmp_path, timestamp=times, prompt_tokens=[10, 30], completion_tokens=[20, 40], model=["a", "b"]))
    assert columns(trace) == [[0, 250_000], [10, 30], [20, 40]]
    assert trace.arrivals.starts_s == starts_s
    assert "not read: model" in trace.notes


def test_parquet_numbers_texts_and_categories_are_read_alike(tmp_path):
    trace = read_trace(
        written(
            tmp_path,
            time_s=[0.1, 0.3],
            input_tokens=pyarrow.array(["10", "30"]).dictionary_encode(),
            output_tokens=[20.0, 40.0],
            user=pyarrow.array([900, 800], pyarrow.int32()),
        )
    )
    assert columns(trace) == [[0, 200_000], [10, 30], [20, 40]]
    assert trace.arrivals.user.tolist() == [0, 1]

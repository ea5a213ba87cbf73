"""Traces as text and as files, and what reading them says."""

import gzip
from pathlib import Path

import pytest

from framework.errors import TraceError
from framework.simulation.traces import Trace, parse_trace, read_trace

HEADER = "time_s,input_tokens,output_tokens"


def csv_text(*rows: str, header: str = HEADER) -> bytes:
    return "".join(f"{line}\n" for line in (header, *rows)).encode()


def parsed(*rows: str, header: str = HEADER) -> Trace:
    return parse_trace(csv_text(*rows, header=header), "t.csv")


def jsonl(*rows: str) -> Trace:
    return parse_trace("".join(f"{row}\n" for row in rows).encode(), "t.jsonl")


def refusal(content: bytes, name: str = "t.csv") -> str:
    """What an upload of it is answered with, on one line."""
    with pytest.raises(TraceError) as error:
        parse_trace(content, name)
    said = str(error.value)
    assert "\n" not in said and len(said) < 600
    return said


def file_refusal(path: Path) -> str:
    with pytest.raises(TraceError) as error:
        read_trace(path)
    return str(error.value)


def both_ways(tmp_path: Path, content: bytes, name: str) -> list[Trace]:
    """The same bytes as an upload, as a file, and each packed with gzip."""
    packed = gzip.compress(content)
    (tmp_path / name).write_bytes(content)
    (tmp_path / f"{name}.gz").write_bytes(packed)
    return [
        parse_trace(content, name),
        parse_trace(packed, f"{name}.gz"),
        read_trace(tmp_path / name),
        read_trace(tmp_path / f"{name}.gz"),
    ]

"""The traces and series in the package are what their list says, and have the figures that were computed when they were taken."""

import dataclasses
import gzip
from pathlib import Path

import numpy as np
import pytest
import setuptools

from framework.catalogue.load import load_catalogue
from framework.errors import CatalogueError, TraceError
from framework.simulation import bundled as module
from framework.simulation.bundled import about, bundled, bundled_trace, traces_directory
from framework.simulation.series import rate_series
from framework.simulation.trace_writing import compact
from framework.vocabulary import SERIES, TRACES

ROOT = Path(__file__).resolve().parents[2]


def test_every_trace_and_series_that_can_be_chosen_is_there_and_nothing_else():
    assert tuple(entry.id for entry in bundled().traces) == TRACES
    assert tuple(entry.id for entry in bundled().series) == SERIES
    files = {entry.file for entry in (*bundled().traces, *bundled().series)}
    assert {path.name for path in traces_directory().iterdir()} == files | {"traces.yaml", "README.md", "APACHE-2.0.txt"}


def test_every_file_says_whose_it_is_and_the_readme_names_them_all():
    readme = (traces_directory() / "README.md").read_text()
    for entry in (*bundled().traces, *bundled().series):
        assert entry.licence in entry.attribution
        assert entry.commit in entry.source[0].url and entry.repository in entry.source[0].url
        assert f"https://github.com/{entry.repository}" in readme
        assert entry.source[0].seen == "2026-11-23"
        assert entry.caveats


def test_the_catalogue_is_read_as_if_the_folder_were_not_there():
    assert load_catalogue(traces_directory().parent).offers


def test_the_folder_is_part_of_the_package():
    found = setuptools.find_namespace_packages(str(ROOT), include=["pricing*"])
    assert "pricing.traces" in found


# Rows, mean requests per minute, then p50, mean and p95 of input and of output, as published with the files on 2026-11-23.
FIGURES = {
    "azure_2023_conversation": (19_366, 333, (1_020, 1_155, 4_083), (129, 211, 451)),
    "mooncake_synthetic": (3_993, 234, (11_587, 15_325, 48_905), (69, 149, 519)),
}


@pytest.mark.parametrize("name", TRACES)
def test_a_bundled_trace_has_the_figures_it_had_at_its_source(name):
    rows, rpm, given, produced = FIGURES[name]
    arrivals = bundled_trace(name).arrivals
    assert len(arrivals) == rows
    whole_minutes = int(arrivals.time_us[-1]) // 60_000_000
    assert round(np.count_nonzero(arrivals.time_us < whole_minutes * 60_000_000) / whole_minutes) == rpm
    for tokens, (p50, mean, p95) in ((arrivals.input_tokens, given), (arrivals.output_tokens, produced)):
        ordered = sorted(tokens.tolist())
        assert round(sum(ordered) / rows) == mean
        for quantile, expected in ((0.5, p50), (0.95, p95)):
            below, share = divmod(quantile * (rows - 1), 1)
            between = ordered[int(below)] * (1 - share) + ordered[int(below) + 1] * share
            assert round(between) == expected


def test_the_azure_hours_fullest_minute_is_the_published_one_and_its_first_request_comes_at_18_15_46():
    trace = bundled_trace("azure_2023_conversation")
    assert np.bincount(trace.arrivals.time_us // 60_000_000).max() == 507
    assert trace.arrivals.starts_s == 18 * 3_600 + 15 * 60 + 46.68059
    assert trace.notes == about("azure_2023_conversation").caveats


def test_mooncakes_fullest_minute_is_1_17_times_the_mean():
    minutes = np.bincount(bundled_trace("mooncake_synthetic").arrivals.time_us // 60_000_000)[:-1]  # the last one is not whole
    assert minutes.max() == 273
    assert round(minutes.max() / minutes.mean(), 2) == 1.17


@pytest.mark.parametrize("name", TRACES)
def test_a_bundled_file_is_as_the_writer_of_the_compact_form_writes_it(name):
    trace = bundled_trace(name)
    again = compact(dataclasses.replace(trace.arrivals, starts_s=None))
    assert gzip.decompress((traces_directory() / about(name).file).read_bytes()) == gzip.decompress(again)


def test_a_trace_is_read_once():
    assert bundled_trace("mooncake_synthetic") is bundled_trace("mooncake_synthetic")


def test_one_kind_is_not_given_for_the_other():
    with pytest.raises(TraceError, match="servegen_mid is a series of rates, not a trace of requests; take one of the traces"):
        bundled_trace("servegen_mid")
    with pytest.raises(TraceError, match="mooncake_synthetic is a trace of requests, not a series of rates; take one of the series"):
        rate_series("mooncake_synthetic")
    with pytest.raises(TraceError, match="has no nothing; take one of azure_2023_conversation, "):
        about("nothing")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder of its own, which is read anew."""
    for path in traces_directory().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    for cached in (bundled, bundled_trace):
        cached.cache_clear()
    monkeypatch.setattr(module, "traces_directory", lambda: tmp_path)
    yield tmp_path
    for cached in (bundled, bundled_trace):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("rows: 19366", "rows: 0", r"traces.yaml:\d+: azure_2023_conversation: rows: must be at least 1, not 0"),
        ("licence: CC-BY-4.0", "licence: free", "licence: 'free' is not of the form"),
        ("id: azure_code_week", "id: azure_code", "must be one of .* did you mean 'azure_code_week'"),
        ("file: servegen_mid.csv", "file: ../secret.csv", "file: '../secret.csv' is not of the form"),
        ("starts_s: null", "start_s: null", "unknown key; did you mean 'starts_s'"),
        ("source: servegen\n", "source: elsewhere\n", "no such source 'elsewhere'"),
    ],
)
def test_a_fault_in_the_list_is_named_with_its_line(elsewhere, old, new, says):
    path = elsewhere / "traces.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(CatalogueError, match=says):
        bundled()


def test_a_file_with_other_rows_than_the_list_says_is_refused(elsewhere):
    path = elsewhere / "traces.yaml"
    path.write_text(path.read_text().replace("rows: 3993", "rows: 3994"))
    with pytest.raises(
        TraceError, match=r"traces/mooncake_synthetic.csv.gz: 3,993 requests where traces.yaml says 3,994; restore the file"
    ):
        bundled_trace("mooncake_synthetic")

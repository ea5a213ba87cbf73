"""Rates of real services as shapes: mean 1, gaps filled and counted, and the figures published with them."""

import numpy as np
import pytest

from framework.errors import TraceError
from framework.simulation import series as module
from framework.simulation.bundled import about, traces_directory
from framework.simulation.series import rate_series
from framework.vocabulary import SERIES

DAY_S = 86_400


@pytest.mark.parametrize("name", SERIES)
def test_a_series_is_relative_to_its_mean_and_spans_its_period(name):
    series = rate_series(name)
    assert series.name == name
    assert series.rate.dtype == np.float64
    assert series.rate.mean() == pytest.approx(1, abs=1e-12)
    assert (series.rate > 0).all()
    assert series.period_s == pytest.approx({"azure": 7, "servegen": 14}[name.split("_")[0]] * DAY_S if "r1" not in name else DAY_S)


# Mean requests per minute, fullest bin per minute, that bin over the mean: as published with the files on 2026-11-23.
PUBLISHED = {"servegen_large": (11_751, 34_980, 2.98), "servegen_deepseek_r1": (961, 2_551, 2.66)}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_whole_series_has_the_published_mean_and_peak(name):
    series = rate_series(name)
    mean, peak, over = PUBLISHED[name]
    assert (series.gaps, series.step_s) == (0, 600)
    assert round(series.per_minute) == mean
    assert round(series.rate.max() * series.per_minute) == pytest.approx(peak, abs=1)
    assert round(series.rate.max(), 2) == over


# Bins without a rate, mean per minute with them at 0, fullest bin per minute.
WITH_GAPS = {"servegen_mid": (102, 107_400, 206_700), "servegen_small": (37, 70_464, 232_770)}


@pytest.mark.parametrize("name", WITH_GAPS)
def test_gaps_of_the_source_are_counted_and_filled_and_the_rest_has_the_published_figures(name):
    gaps, mean_with_gaps_at_0, peak = WITH_GAPS[name]
    lines = (traces_directory() / about(name).file).read_text().splitlines()[1:]
    rates = [float(line.split(",")[1]) for line in lines if not line.endswith(",")]
    assert len(lines) - len(rates) == gaps == rate_series(name).gaps
    assert sum(rates) / len(lines) * 60 == pytest.approx(mean_with_gaps_at_0, rel=2e-4)
    assert max(rates) * 60 == pytest.approx(peak, rel=2e-4)
    assert min(rates) > 0
    # A straight line between neighbours stays between them: the peak is still the peak, the mean is above that with zeros.
    series = rate_series(name)
    assert series.rate.max() * series.per_minute == pytest.approx(max(rates) * 60)
    assert series.per_minute > mean_with_gaps_at_0


def test_a_gap_lies_on_the_straight_line_between_its_neighbours():
    lines = (traces_directory() / "servegen_small.csv").read_text().splitlines()[1:]
    assert [line.endswith(",") for line in lines[1331:1337]] == [False, True, True, True, True, False]
    before, after = (float(lines[row].split(",")[1]) for row in (1331, 1336))
    series = rate_series("servegen_small")
    filled = series.rate[1332:1336] * series.per_minute / 60
    assert filled == pytest.approx([before + (after - before) * fifth / 5 for fifth in (1, 2, 3, 4)])


# Rows that Azure published for the week, how near the digitized sum is, the fullest hour over the mean.
WEEKS = {"azure_code_week": (16_803_695, 0.01, 2.98), "azure_conversation_week": (27_303_999, 0.004, 1.67)}


@pytest.mark.parametrize("name", WEEKS)
def test_a_digitized_week_adds_up_to_the_published_rows_and_has_the_published_peak_hour(name):
    rows, near, peak_hour = WEEKS[name]
    series = rate_series(name)
    assert series.step_s == pytest.approx(7 * DAY_S / 1_396)
    assert series.per_minute * 7 * 24 * 60 == pytest.approx(rows, rel=near)
    hours = ((np.arange(1_396) + 0.5) * series.step_s // 3_600).astype(int)
    hourly = np.bincount(hours, weights=series.rate) / np.bincount(hours)
    assert hourly.max() == pytest.approx(peak_hour, abs=0.02)


def test_the_code_week_starts_on_a_friday_and_the_conversation_week_on_a_sunday():
    for name, weekend in (("azure_code_week", {1, 2}), ("azure_conversation_week", {0, 6})):
        series = rate_series(name)
        days = ((np.arange(1_396) + 0.5) * series.step_s // DAY_S).astype(int)
        daily = np.bincount(days, weights=series.rate)
        assert set(np.argsort(daily)[:2].tolist()) == weekend


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"t_s,rate_per_s", b"t,rate", r"servegen_deepseek_r1.csv:1: must be t_s,rate_per_s and 144 rows; restore the file"),
        (b"600,18.40333\n", b"", r"servegen_deepseek_r1.csv:1: must be t_s,rate_per_s and 144 rows"),
        (b"600,18.40333", b"601,18.40333", r"servegen_deepseek_r1.csv:3: t_s must be 600.000, the start of the bin, not 601"),
        (b"600,18.40333", b"x,18.40333", r"servegen_deepseek_r1.csv:3: t_s must be 600.000"),
        (b"600,18.40333", b"600,-1", r"servegen_deepseek_r1.csv:3: the rate must be a number from 0 on, or nothing"),
        (b"600,18.40333", b"600,nan", r"servegen_deepseek_r1.csv:3: the rate must be a number from 0 on, or nothing"),
        (b"600,18.40333", b"600,inf", r"servegen_deepseek_r1.csv:3: the rate must be a number from 0 on, or nothing"),
        (b"600,18.40333", b"600,many", r"servegen_deepseek_r1.csv:3: must be a second and a rate"),
        (b"600,18.40333", b"600", r"servegen_deepseek_r1.csv:3: must be a second and a rate"),
        (b"600,18.40333", b"600,\xff", r"servegen_deepseek_r1.csv: cannot be read; restore the file"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(tmp_path, monkeypatch, old, new, says):
    content = (traces_directory() / "servegen_deepseek_r1.csv").read_bytes()
    assert old in content
    (tmp_path / "servegen_deepseek_r1.csv").write_bytes(content.replace(old, new, 1))
    monkeypatch.setattr(module, "traces_directory", lambda: tmp_path)
    rate_series.cache_clear()
    with pytest.raises(TraceError, match=says):
        rate_series("servegen_deepseek_r1")


def test_a_series_without_any_rate_is_refused(tmp_path, monkeypatch):
    lines = [f"{600 * row}," for row in range(144)]
    (tmp_path / "servegen_deepseek_r1.csv").write_text("\n".join(["t_s,rate_per_s", *lines]) + "\n")
    monkeypatch.setattr(module, "traces_directory", lambda: tmp_path)
    rate_series.cache_clear()
    with pytest.raises(TraceError, match="no rate above 0; restore the file"):
        rate_series("servegen_deepseek_r1")

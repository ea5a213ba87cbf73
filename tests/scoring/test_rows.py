import numpy as np
import pytest

from framework.load import load_of
from framework.scoring.rows import Field, Way, along, fields_of
from framework.workload import Workload


def made(**parts):
    workload = Workload.model_validate(parts)
    return workload, load_of(workload)


def names(**parts):
    return [field.what for field in fields_of(*made(**parts))]


def test_only_fields_that_mean_something_are_swept():
    assert names() == [
        "traffic.requests_per_day",
        "traffic.peak_factor",
        "tokens.input_mean",
        "tokens.output_mean",
        "budget.monthly_usd",
        "budget.ttft_s",
        "budget.response_s",
    ]
    assert "budget.ttft_s" not in names(budget={"streaming": False})
    assert "caching.hit_rate" in names(caching={"prefix_tokens": 500, "hit_rate": 0.5})
    assert "caching.hit_rate" not in names(caching={"prefix_tokens": 500, "prefixes": 9})
    assert {"context.chunks", "context.turns"} <= set(names(context={"chunks": 4, "turns": 3}))
    assert "tokens.input_mean" not in names(tokens={"input_p50": 500, "input_p95": 5_000})
    assert "traffic.peak_factor" not in names(traffic={"shape": "steady", "peak_factor": 4})
    assert "traffic.peak_factor" in names(traffic={"shape": "servegen_large", "peak_factor": 4})


def test_a_field_goes_twenty_times_either_way_and_never_beyond_what_it_may_be():
    fields = {field.what: field for field in fields_of(*made(traffic={"requests_per_day": 10, "peak_factor": 100}))}
    assert (fields["traffic.requests_per_day"].low, fields["traffic.requests_per_day"].high) == (1, 200)
    assert (fields["traffic.peak_factor"].low, fields["traffic.peak_factor"].high) == (5, 1_000)
    assert fields["budget.monthly_usd"].low == 250


def test_a_way_starts_where_the_field_stands_and_quantities_go_in_equal_ratios():
    field = Field("x", "peak_factor", 4.0, 1.0, 64.0, frozenset())
    up, down = field.ways(4)
    assert up.values.tolist() == pytest.approx([4, 8, 16, 32, 64])
    assert down.values.tolist() == pytest.approx([4, 2.828427, 2, 1.414214, 1])
    share = Field("x", "hit_rate", 0.5, 0.0, 1.0, frozenset())
    assert share.ways(2)[1].values.tolist() == [0.5, 0.25, 0]


def test_a_field_at_its_bound_goes_one_way_only():
    assert len(Field("x", "hit_rate", 1.0, 0.0, 1.0, frozenset()).ways(4)) == 1


def test_rows_change_one_field_at_a_time():
    workload, load = made()
    fields = fields_of(workload, load)
    rows = along([Way(fields[0], np.array([1.0, 2.0])), Way(fields[1], np.array([7.0]))], load, workload)
    assert (rows.count, rows.starts.tolist()) == (3, [0, 2, 3])
    assert rows.load.requests_per_day[:, 0].tolist() == [1, 2, load.requests_per_day]
    assert rows.load.peak_factor[:, 0].tolist() == [load.peak_factor, load.peak_factor, 7]
    assert rows.load.input_mean == load.input_mean


def test_a_mean_moves_alone_while_its_p95_allows_it_and_takes_it_along_beyond():
    workload, load = made(tokens={"input_mean": 1_000, "input_p95": 2_000})
    field = next(field for field in fields_of(workload, load) if field.what == "tokens.input_mean")
    rows = along([Way(field, np.array([1_000.0, 1_600.0, 2_000.0, 4_000.0, 100.0]))], load, workload)
    sigmas = rows.load.input_sigma[:, 0]
    assert sigmas[0] == pytest.approx(load.input_sigma)
    # z - sqrt(z^2 - 2 ln 1.25) with z = 1.644854
    assert sigmas[1] == pytest.approx(1.6448536 - np.sqrt(1.6448536**2 - 2 * np.log(1.25)))
    assert sigmas[2:4].tolist() == [0, 0]
    # Below 2,000 / 3.868 the widest log-normal there is.
    assert sigmas[4] == pytest.approx(1.6448536, abs=0.02)

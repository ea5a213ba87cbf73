import datetime as dt

import numpy as np
import pytest

from framework.catalogue.load import load_catalogue
from framework.presets import presets
from framework.scoring.in_time import Speed, attainment, between_knots, exactly
from framework.scoring.rows import Way, along, fields_of, pick
from framework.study import study

FOUND = presets()


@pytest.fixture(scope="module", params=["support-chatbot", "document-analysis"])
def case(request):
    preset = FOUND[request.param]
    return study(preset.workload, preset.priorities, load_catalogue(), dt.date(2026, 11, 23)).case


def fast(case, **changes):
    return Speed(case.columns, True, np.zeros(len(case.columns)))


def rows_of(case, what, points=5):
    field = next(field for field in fields_of(case.workload, case.load) if field.what == what)
    return along([Way(field, field.between(field.now, 3 * field.now, points))], case.load, case.workload)


def test_the_fine_figure_is_the_assessments_own(case):
    cached = case.assessments.cost.cached_tokens
    found = attainment(case.load, case.columns, cached, fine=True)
    assert found == pytest.approx(case.assessments.latency.attainment, abs=1e-12, nan_ok=True)


def test_pairs_side_by_side_give_what_load_by_load_gives(case):
    rows, cached = rows_of(case, "budget.response_s"), case.assessments.cost.cached_tokens
    found = exactly(fast(case), rows.load, cached, wanted=np.ones((rows.count, len(case.columns)), dtype=bool))
    for row in range(rows.count):
        alone = case.load.with_(response_budget_s=float(rows.load.response_budget_s[row, 0]))
        assert found[row] == pytest.approx(attainment(alone, case.columns, cached, fine=True), abs=1e-12, nan_ok=True)


def test_only_the_wanted_pairs_are_worked_out(case):
    rows, wanted = rows_of(case, "budget.response_s"), np.zeros((6, len(case.columns)), dtype=bool)
    assert np.isnan(exactly(fast(case), rows.load, case.assessments.cost.cached_tokens, wanted=wanted)).all()


def test_what_is_read_off_between_knots_is_exact_at_the_knots_and_close_between(case):
    rows, cached = rows_of(case, "budget.response_s", points=20), case.assessments.cost.cached_tokens
    everyone = np.ones((rows.count, len(case.columns)), dtype=bool)
    sure = exactly(fast(case), rows.load, cached, wanted=everyone)
    read = between_knots(fast(case), rows, cached, knots=5, near=everyone[:1])
    assert read[::4] == pytest.approx(sure[::4], abs=1e-5, nan_ok=True)
    assert read == pytest.approx(sure, abs=0.02, nan_ok=True)


def test_some_rows_are_the_loads_of_those_rows(case):
    rows = rows_of(case, "tokens.output_mean")
    assert pick(rows.load, np.array([0, 5])).output_mean[:, 0] == pytest.approx([case.load.output_mean, 3 * case.load.output_mean])

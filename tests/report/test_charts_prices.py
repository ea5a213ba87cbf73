"""The price of one offer through time, as steps that carry the catalogue's own figures."""

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest
from report.price_list import by_id
from report.studies import ON, catalogue

from framework.report import svg
from framework.report.charts_prices import headline, price_history
from framework.report.price_lines import Line, price_lines

CHANGE = float(dt.date(2027, 1, 1).toordinal())
NOW = float(ON.toordinal())


def drawn(offer: str, *, real: bool = False, on: dt.date = ON) -> dict[str, Any]:
    known = catalogue(real)
    return price_history(by_id(price_lines(known, (), on))[offer], known.offer(offer), on)


def named(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["name"] == name)


def test_a_price_steps_to_the_day_and_goes_on_dashed_to_what_is_announced() -> None:
    figure = drawn("alpha/sage-2")
    past, ahead = named(figure, "Input"), named(figure, "Input, ahead")
    assert past["x"] == [float(dt.date(2026, 5, 1).toordinal()), NOW] and past["y"] == [3.0, 3.0]
    assert ahead["x"][:3] == [NOW, CHANGE, CHANGE] and ahead["y"] == [3.0, 3.0, 2.0, 2.0]
    assert (past["line"]["dash"], ahead["line"]["dash"]) == ("solid", "dash")
    assert (past["showlegend"], ahead["showlegend"]) == (True, False)


def test_an_announced_change_is_marked_on_every_meter_as_one_that_may_be_called_off() -> None:
    mark = named(drawn("alpha/sage-2"), "Announced, may be called off")
    assert mark["x"] == [CHANGE] * 3 and mark["y"] == [10.0, 2.0, 0.2]
    assert mark["marker"]["symbol"] == "diamond-open"
    assert "may be called off" in mark["hovertext"][0]


def test_a_line_ends_where_the_offer_is_switched_off_and_an_unknown_meter_has_none() -> None:
    figure = drawn("gamma/sage-2")
    end = float(dt.date(2027, 3, 31).toordinal())
    assert named(figure, "Output, ahead")["x"] == [NOW, end]
    assert named(figure, "Switched off")["y"] == [16.5, 3.3]
    assert not [trace for trace in figure["data"] if trace["name"].startswith("Cache read")]


def test_a_price_of_old_begins_at_the_edge_and_says_so() -> None:
    line = named(drawn("beta/bolt"), "Output")
    step = float(dt.date(2026, 9, 1).toordinal())
    assert line["x"][1:] == [step, step, NOW] and line["y"] == [20.0, 20.0, 10.0, 10.0]
    assert "as far back as is known" in line["hovertext"][0]


def test_an_offer_that_is_gone_is_drawn_to_its_end_without_the_day() -> None:
    figure = drawn("alpha/sage-1")
    assert figure["layout"]["shapes"] == []
    assert named(figure, "Input")["x"][-1] == float(dt.date(2026, 6, 1).toordinal())
    assert not [trace for trace in figure["data"] if trace["name"].endswith("ahead")]


def test_a_free_price_is_drawn_on_a_linear_axis() -> None:
    line, offer = by_id(price_lines(catalogue(), (), ON))["beta/bolt"], catalogue().offer("beta/bolt")
    free = offer.model_copy(update={"prices": (offer.prices[0].model_copy(update={"input_mtok": 0.0}), offer.prices[1])})
    figure = price_history(line, free, ON)
    assert figure["layout"]["yaxis"]["type"] == "linear"
    assert named(figure, "Input")["y"][0] == 0.0


def told(offer: str, on: dt.date = ON) -> str:
    return headline(by_id(price_lines(catalogue(), (), on))[offer], on)


def test_the_finding_says_price_day_and_what_is_announced() -> None:
    assert told("alpha/sage-2").startswith(
        "Sage 2 at Alpha API: $3.00 input and $15.00 output per million tokens since 2026-05-01; on 2027-01-01: input $3.00 to $2.00"
    )
    assert told("alpha/sage-2").endswith(", may be called off.")
    assert told("alpha/sage-1") == "Sage 1 at Alpha API was switched off on 2026-06-01."
    assert told("gamma/reed", dt.date(2026, 6, 30)) == (
        "Reed at Gamma Cloud is not sold on 2026-06-30; its first known price is from 2026-07-01 on."
    )


def test_the_finding_names_a_promise_that_has_run_out() -> None:
    line: Line = dataclasses.replace(by_id(price_lines(catalogue(), (), ON))["beta/bolt"], unpromised=dt.date(2026, 11, 1))
    assert "may be switched off any day, it was promised until 2026-11-01" in headline(line, ON)


@pytest.mark.parametrize("on", [dt.date(2024, 1, 1), ON, dt.date(2030, 1, 1)])
def test_every_offer_of_the_catalogue_can_be_drawn_and_printed_on_any_day(on: dt.date) -> None:
    graph_objects = pytest.importorskip("plotly.graph_objects")
    known = catalogue(True)
    for line in price_lines(known, (), on):
        figure = price_history(line, known.offer(line.offer), on)
        assert json.loads(json.dumps(figure, allow_nan=False)) == figure
        assert 1 <= len(figure["layout"]["xaxis"]["tickvals"]) <= 5
        assert figure["layout"]["meta"]["headline"]
        assert svg.render(figure, width=318).startswith("<svg")
    graph_objects.Figure(figure)

"""The months ahead and the way from price list to bill, as figures that carry the engine's own numbers."""

import dataclasses
import datetime as dt
import json
from typing import Any

import numpy as np
import pytest
from report.studies import chatbot, made, nothing_fits, plain

from framework.axes.waterfall import LABELS, STEPS
from framework.axes.waterfall import waterfall as steps_of
from framework.forecast import twelve_months as forecast_of
from framework.report import charts, svg

DECEMBER = dt.date(2026, 12, 1)


def traces(figure: dict[str, Any], mode: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace.get("mode") == mode]


def named(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["name"] == name)


@pytest.mark.parametrize("make", [charts.twelve_months, charts.waterfall])
@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
def test_the_figures_are_strict_json_with_a_finding_and_can_be_printed(make: Any, study: Any) -> None:
    figure = make(study())
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert figure["layout"]["meta"]["headline"]
    assert svg.render(figure, width=318).startswith("<svg")


@pytest.mark.parametrize("make", [charts.twelve_months, charts.waterfall])
def test_plotly_accepts_the_figures_as_they_are(make: Any) -> None:
    graph_objects = pytest.importorskip("plotly.graph_objects")
    graph_objects.Figure(make(chatbot()))


def test_a_line_steps_from_month_to_month_with_the_forecast_s_bills() -> None:
    study = made(traffic={"requests_per_day": 1_000, "growth_per_month": 0.1}, deep=False)
    line = named(charts.twelve_months(study), "Bolt Mini")
    # 30 M tokens at $0.20 and 3 M at $0.80: $8.40 in December, a tenth more each month
    assert line["x"][:4] == [0, 1, 1, 2]
    assert line["y"][:4] == pytest.approx([8.40, 8.40, 9.24, 9.24])
    assert line["y"][-1] == pytest.approx(8.40 * 1.1**11)


def test_today_s_bill_is_a_dotted_level_where_the_months_differ_from_it() -> None:
    figure = charts.twelve_months(plain())
    dotted = [trace for trace in traces(figure, "lines") if trace["line"]["dash"] == "dot"]
    # Of the offers shown Sage 2 changes price in January ($135 a month today), and Sage 2 on Gamma Cloud ends in March ($148.50).
    assert sorted(trace["y"][0] for trace in dotted) == pytest.approx([135.0, 148.5])
    assert [trace["showlegend"] for trace in dotted] == [True, False]


def test_an_offer_that_ends_keeps_its_level_to_its_last_day() -> None:
    figure = charts.twelve_months(plain())
    line = next(trace for trace in traces(figure, "lines") if "Gamma" in trace["name"])
    assert line["x"][7] == pytest.approx(3 + 30 / 31)
    assert line["y"][6:8] == pytest.approx([148.5, 148.5])
    assert line["y"][8:] == [None] * 16
    gone = named(figure, "Switched off")
    assert (gone["x"][0], gone["y"][0]) == (pytest.approx(3 + 30 / 31), pytest.approx(148.5))
    assert "switched off on 2027-03-31" in gone["hovertext"][0]


def test_a_revocable_change_is_marked_as_counted_or_as_left_out() -> None:
    study = plain()
    counted = named(charts.twelve_months(study), "Price changes")
    without = forecast_of(study.workload, study.catalogue, DECEMBER, scheduled=False)
    left_out = named(charts.twelve_months(study, without), "Announced, left out")
    # Sage 2 falls from 3/15 to 2/10: $135 to $90 a month.
    assert (counted["x"], counted["y"]) == ([1.0], [pytest.approx(90.0)])
    assert (left_out["x"], left_out["y"]) == ([1.0], [pytest.approx(135.0)])


def test_a_change_before_the_first_month_stands_at_its_start() -> None:
    study = plain()
    late = forecast_of(study.workload, study.catalogue, dt.date(2027, 2, 1), today=study.on)
    change = named(charts.twelve_months(study, late), "Price changes")
    assert (change["x"], change["y"]) == ([0.0], [pytest.approx(90.0)])


def test_each_day_of_a_change_is_a_line_upright_dashed_where_it_may_be_called_off() -> None:
    layout = charts.twelve_months(plain())["layout"]
    # Sage 2's price of 2027-01-01 is revocable; Gamma switches it off on 2027-03-31, on the 31st of March's 31 days.
    assert [(line["x0"], line["x1"], line["line"]["dash"]) for line in layout["shapes"]] == [
        (1.0, 1.0, "dash"),
        (pytest.approx(3 + 30 / 31), pytest.approx(3 + 30 / 31), "solid"),
    ]
    assert [note["text"] for note in layout["annotations"]] == ["1 Jan", "31 Mar"]


def test_days_too_close_to_each_other_share_the_words_of_the_first() -> None:
    study = plain()
    first = forecast_of(study.workload, study.catalogue, DECEMBER)
    beside = [dataclasses.replace(event, date=event.date + dt.timedelta(days=20)) for event in first.events if event.kind == "price"]
    layout = charts.twelve_months(study, dataclasses.replace(first, events=(*first.events, *beside)))["layout"]
    # 1 and 21 January are 20 days apart; words need 0.14 x 12 = 1.7 months.
    assert len(layout["shapes"]) == 3
    assert [note["text"] for note in layout["annotations"]] == ["1 Jan", "31 Mar"]


def test_offers_of_one_provider_differ_in_colour() -> None:
    study = made(real=True, deep=False, needs={"providers": ["google"], "class": "fast", "fallback": False})
    lines = [trace for trace in traces(charts.twelve_months(study), "lines") if trace["line"]["dash"] == "solid"]
    assert len(lines) == 6 and len({trace["line"]["color"] for trace in lines}) == 6


def test_the_sentence_of_an_end_carries_what_is_known_of_it() -> None:
    study = made(real=True, deep=False)
    coming = forecast_of(study.workload, study.catalogue, DECEMBER)
    (told,) = [event.sentence for event in coming.events if event.offer == "openai/gpt-5" and event.kind == "retirement"]
    assert told.startswith("GPT-5 is switched off on 2026-12-11. Shut-down of the dated snapshot")


@pytest.mark.parametrize("growth", [-0.9, 5])
def test_wild_growth_over_five_years_is_drawn(growth: float) -> None:
    study = made(traffic={"requests_per_day": 1_000, "growth_per_month": growth}, deep=False)
    figure = charts.twelve_months(study, forecast_of(study.workload, study.catalogue, DECEMBER, months=60))
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert svg.render(figure, width=318).startswith("<svg")
    assert len(figure["layout"]["xaxis"]["tickvals"]) == 4


def test_the_finding_holds_the_months_against_today_s_bill() -> None:
    growing = made(traffic={"requests_per_day": 1_000, "growth_per_month": 0.1}, deep=False)
    # 8.40 x (1.1^12 - 1) / 0.1 = 179.63 against 12 x 8.40 = 100.80
    assert charts.twelve_months(growing)["layout"]["meta"]["headline"].startswith(
        "Bolt Mini costs $179.63 over the 12 months from Dec 2026; today's bill carried on would be $100.80"
    )
    assert "as today's bill suggests; the least of the 4 that fit" in charts.twelve_months(plain())["layout"]["meta"]["headline"]


def ending() -> Any:
    """The plain study with an offer chosen that ends on 2027-03-31."""
    study = plain()
    return dataclasses.replace(study, recommendation=dataclasses.replace(study.recommendation, choice="gamma/sage-2"))


def test_the_finding_names_the_end_of_an_offer() -> None:
    words = charts.twelve_months(ending())["layout"]["meta"]["headline"]
    assert words.endswith("is switched off on 2027-03-31, within the 12 months from Dec 2026.")


def test_a_forecast_wholly_after_an_offer_s_end_still_has_words() -> None:
    late = forecast_of(ending().workload, ending().catalogue, dt.date(2028, 1, 1))
    words = charts.twelve_months(ending(), late)["layout"]["meta"]["headline"]
    assert words.endswith("is switched off before the 12 months from Jan 2028.")


def test_the_rows_of_a_waterfall_are_the_engine_s_steps() -> None:
    study, offer = chatbot(), "anthropic/claude-haiku-5-5"
    figure = charts.waterfall(study, offer)
    usd = steps_of(study.load, study.columns).usd[:, study.columns.index(offer)]
    rows = [name.replace("<br>", " ") for name in figure["layout"]["yaxis"]["categoryarray"]]
    expected = [LABELS[name] for name, amount in zip(STEPS, usd, strict=True) if abs(amount) > 1e-9 * usd[0]]
    assert rows == [*expected, "Your bill"]
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    hidden, bill = bars[0], named(figure, "Bill")
    assert bill["x"][0] == pytest.approx(usd[0])
    assert bill["x"][-1] == pytest.approx(usd.sum()) == pytest.approx(study.assessments.cost.expected_usd[study.columns.index(offer)])
    # Each step hangs between the totals before and after it.
    reached = np.cumsum(usd[np.abs(usd) > 1e-9 * usd[0]])
    for row in range(1, len(rows) - 1):
        length = next(trace["x"][row] for trace in bars[1:] if trace["x"][row] is not None)
        assert [hidden["x"][row], hidden["x"][row] + length] == pytest.approx(sorted([reached[row - 1], reached[row]]))


def test_the_waterfall_s_finding_names_the_largest_step() -> None:
    study = made(real=True, deep=False, tokens={"input_mean": 60_000, "input_p95": 180_000, "output_mean": 500})
    words = charts.waterfall(study, "anthropic/claude-haiku-5-5")["layout"]["meta"]["headline"]
    assert words.startswith("Claude Haiku 5.5 costs $")
    assert "most is added by long prompts above the cliff" in words
    assert "what its price list says" in charts.waterfall(plain())["layout"]["meta"]["headline"]


def test_an_offer_without_a_known_bill_draws_nothing_and_says_so() -> None:
    study = made(real=True, deep=False, tokens={"input_mean": 1_000, "output_mean": 100, "tokenizer": "o200k"})
    unknown = study.columns.ids[int(np.flatnonzero(np.isnan(study.assessments.cost.expected_usd))[0])]
    figure = charts.waterfall(study, unknown)
    assert figure["data"] == []
    assert "is unknown" in figure["layout"]["meta"]["headline"]

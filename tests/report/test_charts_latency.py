"""The charts of the latency page carry the study's own figures, and mark what no reading shows."""

from functools import cache

import numpy as np
import pytest
from report.studies import PLAIN, chatbot, made, nothing_fits, plain

from framework.report import charts
from framework.report.charts_latency_budget import budget_curves, needed_budget
from framework.report.charts_latency_prompt import longest_prompt, prompt_quantiles
from framework.report.svg import render
from framework.study import Study


def bars(figure):
    return {trace["name"]: dict(zip(trace["y"], trace["x"], strict=True)) for trace in figure["data"] if trace["type"] == "bar"}


def curves(figure, name):
    return [trace for trace in figure["data"] if trace["type"] == "scatter" and trace["name"] == name]


def headline(figure):
    return figure["layout"]["meta"]["headline"]


@cache
def thinking() -> Study:
    own = {"readings": [{"at_input_tokens": 1_000, "n": 40, "p50_s": 0.5}], "tps": 100.0, "seen": "2026-11-20"}
    tokens = {"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 200}
    return made(deep=False, tokens=tokens, own_latency={"alpha/sage-2": own})


@cache
def tools() -> Study:
    return made(deep=False, task={"round_trips": 3}, tokens={"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 200})


@cache
def asking(percentile: float) -> Study:
    return made(deep=False, budget={**PLAIN["budget"], "percentile": percentile})


@pytest.mark.parametrize("study", [plain, thinking, chatbot, tools])
def test_the_parts_of_a_bar_add_up_to_the_medians_of_the_table(study) -> None:
    found = study()
    parts, speed = bars(charts.budget_strip(found)), found.assessments.latency
    for offer, name in zip(found.columns.ids, found.columns.names, strict=True):
        at = found.columns.index(offer)
        seconds = [row[name] for row in parts.values() if row.get(name) is not None]
        if seconds and np.isfinite(speed.reply_p50_s[at]):
            assert sum(seconds) == pytest.approx(float(speed.reply_p50_s[at]))


def test_thinking_inside_a_reading_is_hatched_and_not_split_and_beside_it_is_told_apart() -> None:
    figure = charts.budget_strip(thinking())
    parts = bars(figure)
    # Bolt's readings hold the thinking; the team's own of Sage 2 does not: 200 tokens at 100 a second.
    assert parts["Waiting, thinking inside the reading"]["Bolt"] is not None
    assert parts["Waiting for the first token"]["Bolt"] is None and parts["Thinking"]["Bolt"] is None
    assert parts["Thinking"]["Sage 2"] == pytest.approx(2.0)
    hatched = [trace["name"] for trace in figure["data"] if "pattern" in trace.get("marker", {})]
    assert hatched == ["Waiting, thinking inside the reading"]


def test_calls_before_the_answer_are_a_part_of_their_own() -> None:
    study = made(deep=False, task={"round_trips": 2})
    parts, at = bars(charts.budget_strip(study)), study.columns.index("beta/bolt-mini")
    alone = float(plain().assessments.latency.ttft_p50_s[at])
    assert parts["Waiting for the first token"]["Bolt Mini"] == pytest.approx(alone)
    # Two calls as long: with their slow ones somewhat more than twice the median.
    assert 2 * alone < parts["Calls before the answer"]["Bolt Mini"] < 3 * alone
    assert "Calls before the answer" not in bars(charts.budget_strip(plain()))


def test_the_strip_marks_both_budgets_of_a_streamed_reply_and_one_otherwise() -> None:
    def marks(study):
        return [note["text"] for note in charts.budget_strip(study)["layout"]["annotations"]]

    assert marks(plain()) == ["whole reply 20.0 s", "first token 5.0 s"]
    whole = made(deep=False, budget={**PLAIN["budget"], "streaming": False})
    assert marks(whole) == ["whole reply 20.0 s"]


def test_the_line_of_an_offer_passes_through_its_share_at_the_user_s_budget() -> None:
    study = chatbot()
    figure, budget = charts.in_time_by_budget(study), study.workload.budget.ttft_s
    for offer, name in zip(study.columns.ids, study.columns.names, strict=True):
        share = float(study.assessments.latency.first_in_time[study.columns.index(offer)])
        points = {round(x, 9): y for trace in curves(figure, name) for x, y in zip(trace["x"], trace["y"], strict=True) if y is not None}
        assert not points or points[round(budget, 9)] == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("draw", [charts.in_time_by_budget, charts.in_time_by_prompt])
@pytest.mark.parametrize("study", [plain, chatbot, thinking])
def test_what_lies_above_95_per_cent_is_dotted_and_nothing_else_is(draw, study) -> None:
    lines = [trace for trace in draw(study())["data"] if trace.get("legendgroup")]
    assert lines
    for trace in lines:
        known = [y for y in trace["y"] if y is not None]
        if trace["line"]["dash"] == "dot":
            # One point on either side keeps the line whole.
            assert max(known) > 0.95 and sum(y <= 0.95 for y in known) <= 2
            assert [words.endswith("extrapolated") for words in trace["hovertext"]] == [y > 0.95 for y in trace["y"]]
        else:
            assert max(known) <= 0.95 and not any("extrapolated" in words for words in trace["hovertext"])
    # Each offer stands in the legend once.
    shown = [trace["name"] for trace in lines if trace.get("showlegend", True)]
    assert len(shown) == len(set(shown)) == len({trace["name"] for trace in lines})


def test_the_band_is_that_of_the_choice_and_holds_its_line() -> None:
    study = chatbot()
    choice = study.columns.index(study.recommendation.choice)
    found = budget_curves(study, [choice])
    (area,) = [trace for trace in charts.in_time_by_budget(study)["data"] if trace.get("fill") == "toself"]
    assert area["name"] == f"Range of {study.columns.names[choice]}"
    half = len(area["y"]) // 2
    np.testing.assert_allclose(area["y"][:half], found.high[:, 0])
    np.testing.assert_allclose(area["y"][half:], found.low[::-1, 0])


def test_the_asked_share_and_the_end_of_the_readings_are_marked() -> None:
    layout = charts.in_time_by_budget(asking(80))["layout"]
    assert "asked 80 %" in layout["yaxis"]["ticktext"]
    assert {shape["y0"] for shape in layout["shapes"] if shape["yref"] == "y"} == {0.8, 0.95}
    assert "above 95 %: extrapolated" in [note["text"] for note in layout["annotations"]]
    at_end = charts.in_time_by_budget(asking(95))["layout"]
    assert {shape["y0"] for shape in at_end["shapes"] if shape["yref"] == "y"} == {0.95}


def test_a_mark_on_a_logarithmic_axis_stands_where_its_value_is() -> None:
    layout = charts.in_time_by_budget(plain())["layout"]
    line = next(shape for shape in layout["shapes"] if shape["xref"] == "x")
    note = next(note for note in layout["annotations"] if note["text"].startswith("your budget"))
    assert line["x0"] == 5.0 and note["x"] == pytest.approx(np.log10(5.0))


def test_the_user_s_prompts_are_marked_once_where_they_do_not_spread() -> None:
    def marks(study):
        return [note["text"] for note in charts.in_time_by_prompt(study)["layout"]["annotations"] if "extrapolated" not in note["text"]]

    assert marks(plain()) == ["your p50 1k"]
    p50, p95 = prompt_quantiles(chatbot())
    assert p95 == pytest.approx(4_800, rel=1e-3) and p50 < 2_400
    assert marks(chatbot()) == [f"your p50 {p50 / 1000:.3g}k", "p95 4.8k"]


def test_findings_speak_of_the_choice() -> None:
    assert "Bolt Mini" in headline(charts.in_time_by_budget(plain()))
    assert "95 % of your prompts are below 1k" in headline(charts.in_time_by_prompt(plain()))
    assert headline(charts.budget_strip(plain())).startswith("At the median reply of Bolt Mini, 10 % of the 5.0 s for the first token")


def test_more_than_95_per_cent_is_called_extrapolated_in_every_finding() -> None:
    study = asking(99)
    assert "99 % lie beyond what readings show, extrapolated" in headline(charts.in_time_by_budget(study))
    assert "more than 95 % is extrapolated" in headline(charts.in_time_by_prompt(study))
    assert "extrapolated" in charts.in_time(study)["layout"]["xaxis"]["title"]["text"]
    assert "extrapolated" not in charts.in_time(plain())["layout"]["xaxis"]["title"]["text"]


def test_the_budget_a_share_needs_is_read_off_between_two_steps() -> None:
    values, share = np.array([1.0, 4.0, 16.0]), np.array([0.2, 0.6, 0.8])
    assert needed_budget(values, share, 0.4) == pytest.approx(2.0)
    assert needed_budget(values, share, 0.1) == 0 and needed_budget(values, share, 0.9) == np.inf


def test_the_longest_prompt_that_keeps_a_share_is_read_off_the_same_way() -> None:
    values, share = np.array([100.0, 400.0, 1_600.0]), np.array([0.8, 0.6, np.nan])
    assert longest_prompt(values, share, 0.7) == pytest.approx(200.0)
    assert longest_prompt(values, share, 0.5) == np.inf and longest_prompt(values, share, 0.9) == 0


@pytest.mark.parametrize("draw", [charts.budget_strip, charts.in_time_by_budget, charts.in_time_by_prompt])
@pytest.mark.parametrize("study", [plain, chatbot, nothing_fits])
def test_every_chart_can_be_printed(draw, study) -> None:
    assert render(draw(study())).startswith("<svg")

"""Every chart is a plain dictionary that carries the study's own numbers."""

import dataclasses
import json

import numpy as np
import pytest
from report.studies import chatbot, made, nothing_fits, plain

from framework.axes import cost, latency
from framework.report import charts
from framework.report.figure import PROVIDERS, axis, log_ticks, shade, ticks
from framework.report.ink import inked

ALL = {
    "monthly_cost": charts.monthly_cost,
    "cost_against_ratio": charts.cost_against_ratio,
    "cost_against_hit_rate": charts.cost_against_hit_rate,
    "in_time": charts.in_time,
    "first_token_by_length": charts.first_token_by_length,
    "budget_strip": charts.budget_strip,
    "in_time_by_budget": charts.in_time_by_budget,
    "in_time_by_prompt": charts.in_time_by_prompt,
    "limit_use": charts.limit_use,
    "window_fill": charts.window_fill,
    "score_parts": charts.score_parts,
    **{
        f"weight_{name}": (lambda study, name=name: charts.ranking_against_weight(study, name))
        for name in ("cost", "latency", "rate_limits", "context_window")
    },
}


def traces(figure, kind: str):
    return [trace for trace in figure["data"] if trace["type"] == kind]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
def test_a_chart_is_strict_json_with_a_title_units_and_no_background(name, study) -> None:
    figure = ALL[name](study())
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    layout = figure["layout"]
    assert layout["title"]["text"]
    assert layout["meta"]["headline"]
    assert layout["xaxis"]["title"]["text"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["uirevision"]
    assert figure["data"] or study is nothing_fits


@pytest.mark.parametrize("name", ALL)
def test_plotly_accepts_every_chart_as_it_is(name) -> None:
    graph_objects = pytest.importorskip("plotly.graph_objects")
    graph_objects.Figure(ALL[name](chatbot()))


def test_the_stacked_lines_of_the_bill_are_the_study_s() -> None:
    study = plain()
    figure = charts.monthly_cost(study)
    by_name = {trace["name"]: trace for trace in traces(figure, "bar")}
    assert set(by_name) == {"Input", "Output and reasoning"}
    row = by_name["Input"]["y"].index("Bolt Mini")
    # 30 M tokens at $0.20 and 3 M at $0.80 per million.
    assert by_name["Input"]["x"][row] == pytest.approx(6.0)
    assert by_name["Output and reasoning"]["x"][row] == pytest.approx(2.4)


def test_the_bars_of_the_bill_add_up_to_the_expected_cost() -> None:
    study = chatbot()
    figure = charts.monthly_cost(study)
    names = figure["layout"]["yaxis"]["categoryarray"]
    by_name = dict(zip(study.columns.names, study.assessments.cost.expected_usd, strict=True))
    for row, name in enumerate(names):
        total = sum(trace["x"][row] or 0 for trace in traces(figure, "bar"))
        assert total == pytest.approx(by_name[name.replace("<br>", " ")])


def test_the_budget_line_is_drawn_where_it_can_be_seen_and_else_named() -> None:
    near = charts.monthly_cost(made(budget={"monthly_usd": 150.0}))
    far = charts.monthly_cost(made(budget={"monthly_usd": 1e6}))
    assert near["layout"]["shapes"][0]["x0"] == 150.0
    assert "shapes" not in far["layout"]
    assert "beyond" in far["layout"]["xaxis"]["title"]["text"]


def test_the_baseline_is_always_among_the_bars() -> None:
    figure = charts.monthly_cost(chatbot(), 2)
    assert "GPT-5.4" in figure["layout"]["yaxis"]["categoryarray"]


def test_cost_against_ratio_uses_the_engine_and_marks_the_crossing() -> None:
    study = plain()
    figure = charts.cost_against_ratio(study)
    line = next(trace for trace in figure["data"] if trace["name"] == "Reed")
    offer = study.columns.names.index(line["name"])
    for at in (0, 40, 80):
        load = study.load.with_(output_mean=line["x"][at] * study.load.input_mean)
        assert line["y"][at] == pytest.approx(float(cost.monthly_usd(load, study.columns)[offer]))


def test_a_crossing_lies_where_the_two_cheapest_cost_the_same() -> None:
    study = chatbot()
    figure = charts.cost_against_hit_rate(study)
    crossings = [trace for trace in figure["data"] if trace.get("name") == "Cheapest changes"]
    assert len(crossings) <= 1
    for at, usd in zip(crossings[0]["x"], crossings[0]["y"], strict=True) if crossings else []:
        known = np.sort(cost.monthly_usd(study.load.with_(hit_rate=at), study.columns)[study.recommendation.scores.eligible])
        assert known[1] - known[0] < 0.01 * known[0]
        assert usd == pytest.approx(known[0], rel=0.01)


def test_bars_in_time_carry_the_band_of_the_study() -> None:
    study = plain()
    bar = traces(charts.in_time(study), "bar")[0]
    speed, offer = study.assessments.latency, study.columns.index("beta/bolt-mini")
    row = bar["y"].index("Bolt Mini")
    assert bar["x"][row] == pytest.approx(float(speed.attainment[offer]))
    assert bar["x"][row] + bar["error_x"]["array"][row] == pytest.approx(float(speed.attainment_high[offer]))
    assert bar["x"][row] - bar["error_x"]["arrayminus"][row] == pytest.approx(float(speed.attainment_low[offer]))
    assert bar["x"][bar["y"].index("Reed")] is None


def test_modelled_shares_are_worded_in_steps_of_five_points() -> None:
    words = next(trace for trace in charts.in_time(plain())["data"] if trace.get("mode") == "text")["text"]
    assert {word.strip() for word in words} == {"95 %", "&gt; 95 %", "unknown"}


def test_the_line_asked_for_stands_at_the_percentile() -> None:
    assert charts.in_time(plain())["layout"]["shapes"][0]["x0"] == 0.8


def test_the_first_token_curve_is_the_engine_s_and_stops_at_the_largest_prompt() -> None:
    study = plain()
    line = next(trace for trace in charts.first_token_by_length(study)["data"] if trace.get("name") == "Sage 2")
    offer = study.columns.index("alpha/sage-2")
    expected = latency.ttft_curve(study.columns, np.array(line["x"])[:, None])[:, offer]
    largest = study.columns.window_tokens[offer]
    for tokens, seconds, curve in zip(line["x"], line["y"], expected, strict=True):
        if tokens > largest:
            assert seconds is None
        else:
            assert seconds == pytest.approx(curve)
    assert any(seconds is None for seconds in line["y"])


def test_the_heat_map_shows_each_tier_and_outlines_the_user_s() -> None:
    study = plain()
    figure = charts.limit_use(study, ("beta/bolt-mini",))
    heat = traces(figure, "heatmap")[0]
    assert heat["y"] == ["Bolt Mini · Tier 1", "Bolt Mini · Tier 2", "Bolt Mini · Tier 3"]
    rpm = heat["x"].index("requests<br>/min")
    # 1.389 a minute at peak, of 500 at tier 1 and 30,000 at tier 3.
    assert heat["z"][0][rpm] == pytest.approx(2 * 1_000 / 1_440 / 500)
    assert heat["z"][2][rpm] == pytest.approx(2 * 1_000 / 1_440 / 30_000)
    assert [(shape["y0"], shape["y1"]) for shape in figure["layout"]["shapes"]] == [(1.5, 2.5)]


def test_an_enforced_limit_without_a_published_size_is_a_question_mark() -> None:
    figure = charts.limit_use(plain(), ("beta/bolt",))
    assert "?" in next(trace for trace in figure["data"] if trace.get("mode") == "text")["text"]


def test_window_parts_are_the_study_s() -> None:
    study = plain()
    by_name = {trace["name"]: trace for trace in traces(charts.window_fill(study), "bar")}
    row = by_name["System prompt"]["y"].index("Bolt Mini")
    assert by_name["System prompt"]["x"][row] == 600
    assert by_name["User turn"]["x"][row] == 400
    assert by_name["Reserve for the reply"]["x"][row] == 500


def test_what_is_said_of_an_unknown_window_stands_behind_its_bar() -> None:
    study = plain()
    context, offer = study.assessments.context_window, study.columns.index("beta/bolt-mini")
    unknown = {"free": np.where(np.arange(len(study.columns)) == offer, np.nan, context.parts["free"] * 0)}
    columns = dataclasses.replace(study.columns, window_tokens=np.full(len(study.columns), np.nan))
    found = dataclasses.replace(
        study,
        columns=columns,
        assessments=dataclasses.replace(study.assessments, context_window=dataclasses.replace(context, parts=context.parts | unknown)),
    )
    words = next(trace for trace in charts.window_fill(found)["data"] if trace.get("mode") == "text")
    row = words["y"].index(next(each for each in words["y"] if "Bolt Mini" in each))
    assert words["x"][row] >= 1_500 and "of an unknown window" in words["text"][row]


def test_an_unknown_tokenizer_fills_no_window() -> None:
    study = plain()
    context = study.assessments.context_window
    offer = study.columns.index("beta/bolt-mini")
    parts = {key: np.where(np.arange(len(values)) == offer, np.nan, values) for key, values in context.parts.items()}
    assessments = dataclasses.replace(study.assessments, context_window=dataclasses.replace(context, parts=parts))
    figure = charts.window_fill(dataclasses.replace(study, assessments=assessments))
    row = figure["layout"]["yaxis"]["categoryarray"].index("Bolt Mini")
    assert all(trace["x"][row] is None for trace in traces(figure, "bar"))
    words = next(trace for trace in figure["data"] if trace.get("mode") == "text")["text"]
    assert words[row].strip() == "unknown"
    assert words[row - 1].strip() != "unknown"


def test_score_parts_add_up_to_the_score_and_the_unknown_to_its_upper_end() -> None:
    study = plain()
    bars = traces(charts.score_parts(study), "bar")
    scores = study.recommendation.scores
    for name in ("Bolt Mini", "Reed"):
        offer, row = study.columns.names.index(name), bars[0]["y"].index(name)
        known = sum(trace["x"][row] for trace in bars if trace["name"] != "Unknown")
        assert known == pytest.approx(float(scores.low[offer]))
        assert sum(trace["x"][row] for trace in bars) == pytest.approx(float(scores.high[offer]))
    unknown = next(trace for trace in bars if trace["name"] == "Unknown")
    assert unknown["marker"]["pattern"]["shape"]


def _valued(study, low: dict[str, tuple[float, float, float, float]]):
    """The study with two offers left in and their values set by hand."""
    scores = study.recommendation.scores
    value = np.zeros_like(scores.value_low)
    eligible = np.zeros(len(study.columns), dtype=bool)
    rank = np.zeros(len(study.columns), dtype=np.int64)
    for place, (offer, values) in enumerate(low.items(), 1):
        at = study.columns.index(offer)
        value[:, at], eligible[at], rank[at] = values, True, place
    changed = dataclasses.replace(
        scores, weights=np.array([0.4, 0.3, 0.2, 0.1]), value_low=value, value_high=value, eligible=eligible, rank=rank
    )
    choice = next(iter(low))
    return dataclasses.replace(
        study, recommendation=dataclasses.replace(study.recommendation, scores=changed, choice=choice, fallback=None)
    )


def test_the_weight_at_which_the_ranking_flips_is_exact() -> None:
    # Sage: cost 0.2, the rest 1 each -> 1 - 0.8w. Mini: cost 1, the rest 0.5 -> 0.5 + 0.5w. Level at w = 0.5/1.3.
    study = _valued(plain(), {"alpha/sage-2": (0.2, 1.0, 1.0, 1.0), "beta/bolt-mini": (1.0, 0.5, 0.5, 0.5)})
    figure = charts.ranking_against_weight(study, "cost")
    flip = next(trace for trace in figure["data"] if trace["name"] == "First place changes")
    assert flip["x"] == pytest.approx([0.5 / 1.3])
    assert flip["y"] == pytest.approx([0.5 + 0.5 * 0.5 / 1.3])
    sage = next(trace for trace in figure["data"] if trace["name"] == "Sage 2")
    assert sage["y"] == pytest.approx([1.0, 0.2])
    assert figure["layout"]["shapes"][0]["x0"] == pytest.approx(0.4)
    # At 38 % it is not yet: rounded inwards.
    assert figure["layout"]["meta"]["headline"] == "Bolt Mini is first while cost weighs above 39 %."


def test_who_is_level_where_nothing_else_counts_does_not_change_the_first_place() -> None:
    # Both fit all requests but for a millionth; on all else the first is ahead.
    study = _valued(plain(), {"alpha/sage-2": (1.0, 1.0, 1.0, 1.0 - 1e-6), "beta/bolt-mini": (0.5, 0.5, 0.5, 1.0)})
    figure = charts.ranking_against_weight(study, "context_window")
    assert figure["layout"]["meta"]["headline"] == "Sage 2 stays first whatever the weight of context window."


def test_an_offer_that_leads_everywhere_is_said_to_stay_first() -> None:
    study = _valued(plain(), {"alpha/sage-2": (1.0, 1.0, 1.0, 1.0), "beta/bolt-mini": (0.5, 0.5, 0.5, 0.5)})
    assert (
        charts.ranking_against_weight(study, "latency")["layout"]["meta"]["headline"]
        == "Sage 2 stays first whatever the weight of latency."
    )


def test_names_are_escaped_for_plotly() -> None:
    study = plain()
    names = tuple(
        "<b>x</b><script>" if offer == "beta/bolt-mini" else name
        for offer, name in zip(study.columns.ids, study.columns.names, strict=True)
    )
    hostile = dataclasses.replace(study, columns=dataclasses.replace(study.columns, names=names))
    for make in ALL.values():
        figure = make(hostile)
        del figure["layout"]["meta"]
        text = json.dumps(figure)
        assert "<script" not in text
        assert "<b>" not in text


def test_a_provider_has_one_colour_and_its_offers_their_own_shade() -> None:
    assert len(set(PROVIDERS.values())) == len(PROVIDERS) == 12
    assert shade("openai", 0) == PROVIDERS["openai"]
    assert len({shade("openai", number) for number in range(5)}) == 5


def test_ticks_are_round_and_few() -> None:
    assert [value for value, _ in ticks(5_000, str)] == [0, 1_000, 2_000, 3_000, 4_000, 5_000]
    assert [value for value, _ in log_ticks(1, 100, str)] == [1, 3, 10, 30, 100]
    assert len(log_ticks(1, 1e12, str)) <= 6
    assert axis("x", [(1, "1")], (1, 100), log=True)["range"] == [0, 2]


def trace_named(figure, name):
    return next((trace for trace in figure["data"] if trace.get("name") == name), None)


def test_the_workloads_own_point_stands_at_its_bill_on_every_line() -> None:
    study = chatbot()
    for figure in (charts.cost_against_ratio(study), charts.cost_against_hit_rate(study)):
        lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
        own = trace_named(figure, "Your traffic")
        for line in lines:
            near = [
                usd for x, usd in zip(own["x"], own["y"], strict=True) if np.interp(x, line["x"], line["y"]) == pytest.approx(usd, rel=0.02)
            ]
            assert near, line["name"]


def test_the_choice_and_the_fallback_meet_where_their_bills_are_level() -> None:
    study = chatbot()
    figure = charts.cost_against_hit_rate(study)
    meeting = trace_named(figure, "Same cost as the choice")
    if meeting is None:
        assert "cost the same" not in figure["layout"]["meta"]["headline"]
        return
    lines = {trace["name"]: trace for trace in figure["data"] if trace["mode"] == "lines"}
    names = study.columns.names
    ours = lines[names[study.columns.index(study.recommendation.choice)]]
    for x, usd in zip(meeting["x"], meeting["y"], strict=True):
        level = [name for name, line in lines.items() if np.interp(x, line["x"], line["y"]) == pytest.approx(usd, rel=1e-6)]
        assert len(level) >= 2 and ours["name"] in level


def test_the_choice_leaves_the_time_budget_where_its_curve_crosses_the_line() -> None:
    study = chatbot()
    figure = charts.first_token_by_length(study)
    dot = trace_named(figure, "Leaves the budget")
    curve = figure["data"][0]
    assert dot["y"] == [study.workload.budget.ttft_s]
    seconds = np.exp(np.interp(np.log(dot["x"][0]), np.log(curve["x"]), np.log([y or np.nan for y in curve["y"]])))
    assert seconds == pytest.approx(study.workload.budget.ttft_s, rel=1e-6)


def test_on_a_dark_ground_words_are_light_and_dark_lines_lighter() -> None:
    figure = inked(charts.cost_against_ratio(chatbot()), "#c6cdd8")
    assert figure["layout"]["xaxis"]["tickfont"]["color"] == "#c6cdd8"
    dark = {"data": [{"type": "scatter", "mode": "lines", "line": {"color": "#00476F"}}], "layout": figure["layout"]}
    assert inked(dark, "#c6cdd8")["data"][0]["line"]["color"] == "#6691A9"
    assert inked(dark, "#3b4452")["data"][0]["line"]["color"] == "#00476F"

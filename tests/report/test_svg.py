import xml.etree.ElementTree as ET

import pytest
from report.studies import chatbot, nothing_fits, plain

from framework.report import charts, charts_robust, svg
from framework.report.figure import axis, brightness, categories, figure, row_name, ticks
from framework.report.svg_scale import text_width
from framework.scoring.holding import Held

NAMESPACE = "{http://www.w3.org/2000/svg}"


def parsed(figure, **options):
    return ET.fromstring(svg.render(figure, **options))


def bars(names, values, **trace):
    return figure(
        [
            {
                "type": "bar",
                "orientation": "h",
                "name": "a",
                "y": [row_name(name) for name in names],
                "x": values,
                "marker": {"color": "#112233"},
                **trace,
            }
        ],
        headline="A headline",
        key="k",
        xaxis=axis("USD", ticks(100, str), (0, 100)),
        yaxis=categories(names),
    )


@pytest.mark.parametrize("make", [getattr(charts, name) for name in charts.__all__ if name not in ("Figure", "ranking_against_weight")])
@pytest.mark.parametrize("study", [plain, nothing_fits, chatbot])
@pytest.mark.parametrize("width", [318, 640])
def test_every_chart_becomes_well_formed_svg_of_the_asked_width(make, study, width) -> None:
    root = parsed(make(study()), width=width)
    assert root.get("width") == str(width)
    assert float(root.get("height")) > 50
    for rect in root.iter(f"{NAMESPACE}rect"):
        assert float(rect.get("width")) >= 0
        assert -1 <= float(rect.get("x")) <= width + 1


def test_a_bar_is_as_long_as_its_value() -> None:
    root = parsed(bars(["one", "two"], [25, 50]), width=640)
    long = [float(rect.get("width")) for rect in root.iter(f"{NAMESPACE}rect") if rect.get("fill") == "#112233"]
    assert long[1] == pytest.approx(2 * long[0], rel=0.01)


def test_the_first_name_is_on_top() -> None:
    root = parsed(bars(["one", "two"], [25, 50]), width=640)
    tops = [float(rect.get("y")) for rect in root.iter(f"{NAMESPACE}rect") if rect.get("fill") == "#112233"]
    assert tops[0] < tops[1]


def test_an_unknown_value_draws_no_bar() -> None:
    root = parsed(bars(["one", "two"], [None, 50]), width=640)
    assert len([rect for rect in root.iter(f"{NAMESPACE}rect") if float(rect.get("width")) > 20]) == 1


def test_an_unknown_stretch_of_a_line_is_a_gap() -> None:
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": "l",
        "x": [0, 1, 2, 3, 4],
        "y": [1, 2, None, 3, 4],
        "line": {"color": "#445566", "width": 2},
    }
    drawn = figure([line], headline="h", key="k", xaxis=axis("x", ticks(4, str), (0, 4)), yaxis=axis("y", ticks(4, str), (0, 4)))
    found = [item for item in parsed(drawn).iter(f"{NAMESPACE}polyline") if item.get("stroke") == "#445566"]
    assert [len(item.get("points").split()) for item in found[:2]] == [2, 2]


def test_text_is_escaped_and_nothing_runs() -> None:
    text = svg.render(bars(["</text><script>alert(1)</script>"], [1]))
    assert "<script" not in text
    assert "alert(1)" in "".join(ET.fromstring(text).itertext())


def test_the_title_is_drawn_only_where_asked_for() -> None:
    assert "A headline" not in "".join(parsed(bars(["one"], [1])).itertext())
    assert "A headline" in "".join(parsed(bars(["one"], [1]), title=True).itertext())
    assert parsed(bars(["one"], [1])).get("aria-label") == "A headline"


def test_compact_drawings_are_lower() -> None:
    tall, low = (float(parsed(charts.monthly_cost(chatbot()), compact=compact).get("height")) for compact in (False, True))
    assert low < tall


@pytest.mark.parametrize(("share", "reach"), [(0.5, "48.0"), (2.0, "96.0"), (-1.0, "0.0")])
def test_a_strip_is_full_at_one(share: float, reach: str) -> None:
    rects = list(ET.fromstring(svg.bar_strip(share)).iter(f"{NAMESPACE}rect"))
    assert rects[1].get("width") == reach


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf")])
def test_an_unknown_strip_is_an_empty_dashed_box(unknown) -> None:
    rects = list(ET.fromstring(svg.bar_strip(unknown)).iter(f"{NAMESPACE}rect"))
    assert [rect.get("stroke-dasharray") for rect in rects] == ["2 2"]


def test_a_sparkline_breaks_where_values_are_unknown() -> None:
    lines = list(ET.fromstring(svg.sparkline([1, 2, None, 3, 4])).iter(f"{NAMESPACE}polyline"))
    assert [len(line.get("points").split()) for line in lines] == [2, 2]
    assert ET.fromstring(svg.sparkline([])) is not None


def test_a_cell_of_a_heat_map_lies_between_the_colours_of_its_scale() -> None:
    trace = {
        "type": "heatmap",
        "x": ["a", "b", "c"],
        "y": ["one"],
        "z": [[0.0, 50.0, 100.0]],
        "text": [["", "", ""]],
        "zmin": 0,
        "zmax": 100,
        "colorscale": [[0, "#000000"], [1, "#FFFFFF"]],
    }
    layout = {"xaxis": categories(["a", "b", "c"], downwards=False), "yaxis": categories(["one"])}
    root = parsed(figure([trace], headline="h", key="k", **layout), width=640)
    # Half of 255 is 127.5; the words on it are white, as it is darker than 140.
    assert [rect.get("fill") for rect in root.iter(f"{NAMESPACE}rect")] == ["#000000", "#808080", "#FFFFFF"]
    assert (brightness("#000000"), brightness("#FFFFFF")) == (0, pytest.approx(255))
    # 0.299 x 255
    assert brightness("#FF0000") == pytest.approx(76.245)


def test_the_last_label_of_an_axis_stays_inside_the_drawing() -> None:
    drawn = bars(["a"], [80])
    drawn["layout"]["xaxis"] = axis("USD", [(0, "$0"), (100, "$3,000,000,000")], (0, 100))
    label = next(span for span in parsed(drawn, width=300).iter() if span.text == "$3,000,000,000")
    assert float(label.get("x")) + text_width("$3,000,000,000") / 2 <= 300.1


def test_a_word_beside_a_point_at_nothing_does_not_cover_it() -> None:
    drawn = charts_robust.robustness(chatbot(), [Held("latency", 0.86, 0.0, 0.4)])
    root = parsed(drawn, width=318, compact=True)
    word = next(span for span in root.iter() if (span.text or "").startswith("slower"))
    # The diamond's first corner is its middle; the other diamond is that of the legend, further to the left.
    point = max(float(line.get("points").split(",")[0]) for line in root.iter() if line.tag.endswith("polygon"))
    assert float(word.get("x")) <= point

"""Weights by trade-off questions on the recommendation page, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.link import decode

ROOT = Path(__file__).resolve().parents[2]


def opened() -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/recommendation.py")
    app.session_state["trade_offs"] = True
    app.run()
    assert not app.exception
    return app


def weights(app: AppTest) -> list[float]:
    found = app.query_params["s"]
    given = decode(found if isinstance(found, str) else found[0]).priorities.weights
    return [given.cost, given.latency, given.rate_limits, given.context_window]


def boxes(app: AppTest):
    return [item for item in app.number_input if str(item.key).startswith("trade_")]


def scales(app: AppTest):
    return [item for item in app.get("button_group") if str(item.key).startswith("trade_")]


def said(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def test_the_questions_are_asked_only_when_they_are_unfolded():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/recommendation.py").run()
    assert not app.exception and boxes(app) == []
    assert len(boxes(opened())) == 5


def test_nothing_changes_until_the_weights_are_taken_and_the_answers_stay():
    app = opened()
    before = weights(app)
    assert not [item for item in app.button if item.key == "take_weights"]
    boxes(app)[0].set_value(100.0).run()
    assert not app.exception and weights(app) == before and "Nothing is said of rate limits and context window" in said(app)
    app.button(key="take_weights").click().run()
    assert not app.exception
    after = weights(app)
    assert sum(after) == pytest.approx(1) and after[0] != before[0]
    assert after[2] / sum(after) == pytest.approx(before[2] / sum(before), abs=1e-3), "what was not asked keeps its weight"
    assert boxes(app)[0].value == 100.0 and app.button(key="take_weights").disabled
    assert app.slider(key="priorities.weights.cost").value == pytest.approx(after[0])


def test_answers_stay_when_the_page_is_left_and_are_asked_anew_when_the_amounts_change():
    app = opened()
    boxes(app)[1].set_value(100.0).run()
    app.switch_page("pages/cost.py").run()
    app.switch_page("pages/recommendation.py").run()
    app.session_state["trade_offs"] = True
    app.run()
    assert boxes(app)[1].value == 100.0
    app.select_slider(key="budget.monthly_usd").set_value(100_000.0).run()
    assert not app.exception and boxes(app)[1].value is None, "another amount is another question"


def test_contradictions_are_shown():
    app = opened()
    for place, value in ((1, 1.0), (2, 5_000.0), (4, 0.01)):
        boxes(app)[place].set_value(value).run()
    assert not app.exception and "Your answers contradict each other" in said(app) and "contradicts the others" in said(app)

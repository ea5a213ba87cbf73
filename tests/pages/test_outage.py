"""The outage drill on its pages, without a browser."""

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.catalogue.load import load_catalogue
from framework.link import Shared, encode
from framework.presets import presets
from framework.study import study
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[2]


def opened(page: str = "pages/rate_limits.py", preset: str = "support-chatbot", **parts) -> AppTest:
    chosen = presets()[preset]
    workload = Workload.model_validate({**chosen.workload.model_dump(by_alias=True), **parts})
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page(page)
    app.query_params["s"] = encode(Shared(workload, chosen.priorities, dt.date.today(), "0" * 12))
    app.session_state["outage_drill"] = True
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(item.value.replace("\\", "") for item in [*app.markdown, *app.caption, *app.warning, *app.info])


def paired() -> tuple[str, str]:
    """Choice and fallback of the preset today."""
    preset = presets()["support-chatbot"]
    answer = study(preset.workload, preset.priorities, load_catalogue(), dt.date.today()).recommendation
    assert answer.choice and answer.fallback
    return answer.choice, answer.fallback


def name_of(offer: str) -> str:
    catalogue = load_catalogue()
    return catalogue.model_of(catalogue.offer(offer)).name


def test_the_section_begins_with_choice_and_fallback():
    app, (choice, fallback) = opened(), paired()
    assert app.selectbox(key="outage_primary").value == choice
    assert app.selectbox(key="outage_fallback").value == fallback
    assert f"If {name_of(choice)} is down for 2 hours at the worst time" in said(app)
    assert "confidence low" in said(app)


def test_a_moved_control_moves_the_answer():
    app = opened()
    app.select_slider(key="outage_hours").set_value(8.0).run()
    app.select_slider(key="outage_failing").set_value(0.3).run()
    assert not app.exception
    assert "fails 30 % of the calls for 8 hours" in said(app)


def test_another_pair_can_be_drilled_and_a_shared_pool_is_warned_of():
    app = opened()
    app.selectbox(key="outage_primary").set_value("anthropic/claude-opus-4-8").run()
    app.selectbox(key="outage_fallback").set_value("anthropic/claude-opus-4-7").run()
    assert not app.exception
    assert any("share one pool" in warning.value for warning in app.warning)


def test_no_fallback_at_all_can_be_drilled():
    app = opened()
    app.selectbox(key="outage_fallback").set_value("none").run()
    assert not app.exception and "there is no fallback" in said(app)


def test_where_no_offer_fits_one_can_still_be_drilled():
    app = opened(budget={"monthly_usd": 0.01})
    assert not app.exception and "at the worst time" in said(app)


@pytest.mark.parametrize("preset", list(presets()), ids=str)
def test_every_preset_has_its_drill(preset):
    app = opened(preset=preset)
    assert not app.error and "at the worst time" in said(app)


def test_the_recommendation_says_in_one_sentence_whether_the_fallback_holds():
    choice, fallback = map(name_of, paired())
    assert f"If {choice} is down for 2 hours at the worst time, {fallback} at tier " in said(opened("pages/recommendation.py"))


def test_without_a_fallback_the_recommendation_says_nothing_of_it():
    app = opened("pages/recommendation.py", needs={"fallback": False})
    assert "at the worst time" not in said(app)

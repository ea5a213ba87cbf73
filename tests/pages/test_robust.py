"""The tab on how firm the answer is: opened, read, and left alone while it is closed."""

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.link import Shared, encode
from framework.presets import presets
from framework.priorities import Priorities
from framework.workload import Workload
from pages.ui import robust

ROOT = Path(__file__).resolve().parents[2]


def opened(workload, priorities, tab=robust.TAB):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/recommendation.py")
    app.query_params["s"] = encode(Shared(workload, priorities, dt.date.today(), "0" * 12))
    app.session_state["score_charts"] = tab
    return app.run()


def shown(app):
    written = [item.value for item in [*app.markdown, *app.caption, *app.subheader]]
    return "\n".join([*written, *(item.proto.body for item in app.get("html"))])


@pytest.mark.parametrize("name", presets())
def test_every_preset_shows_what_would_make_each_rival_win(name):
    preset = presets()[name]
    app = opened(preset.workload, preset.priorities)
    told = shown(app)
    assert not app.exception
    for part in (
        "What would make each rival win",
        "Weights between which it stays first",
        "Ranks over the draws",
        "TOPSIS, a second method",
    ):
        assert part in told
    assert "stays first in" in told


def test_a_close_call_names_the_field_by_the_label_of_its_control():
    preset = presets()["rag"]
    told = shown(opened(preset.workload, preset.priorities)).replace("\\", "")
    assert "Too close to call" in told
    assert "enter “Requests a day”" in told
    assert "traffic.requests_per_day" not in told


def test_the_tab_is_not_worked_out_while_it_is_closed(monkeypatch):
    asked = []
    monkeypatch.setattr(robust.cached, "held", lambda *given: asked.append(given) or ())
    preset = presets()["rag"]
    app = opened(preset.workload, preset.priorities, "Score by axis")
    assert not app.exception and not asked
    assert "Ranks over the draws" not in shown(app)


def test_where_nothing_fits_it_says_so():
    app = opened(Workload.model_validate({"budget": {"monthly_usd": 0.01}}), Priorities())
    assert not app.exception
    assert "there is no choice to hold" in shown(app)

"""Requests that were made before the last answer arrived, and answers that were never drawn: nothing of the user's is lost or invented."""

import pytest
from opening import linked, opened
from streamlit.testing.v1 import AppTest

from framework.presets import presets
from pages.ui import session
from pages.ui.placed import Placed

VOLUME, P95 = "traffic.requests_per_day", "tokens.input_p95"


def late(app: AppTest, address: str) -> AppTest:
    """The next request is one that the browser made while its address was this one."""
    app.query_params["s"] = address
    return app


def address(app: AppTest) -> str:
    found = app.query_params["s"]
    return found if isinstance(found, str) else found[0]


def test_a_slider_moved_before_the_address_has_caught_up_is_not_taken_for_going_back(monkeypatch):
    app = opened("pages/cost.py")
    app.select_slider(key=VOLUME).set_value(20_000.0).run()
    overtaken = address(app)
    app.select_slider(key=VOLUME).set_value(30_000.0).run()
    late(app, overtaken).select_slider(key=VOLUME).set_value(40_000.0).run()
    assert linked(app).traffic.requests_per_day == 40_000
    monkeypatch.setattr(session, "_went_back", lambda: True)
    late(app, overtaken).run()
    assert app.select_slider(key=VOLUME).value == 20_000


def test_a_tab_opened_before_the_address_has_caught_up_does_not_undo_the_last_move():
    app = opened("app.py")
    first = address(app)
    app.select_slider(key=VOLUME).set_value(20_000.0).run()
    late(app, first).run()
    assert linked(app).traffic.requests_per_day == 20_000
    assert app.select_slider(key=VOLUME).value == 20_000


def test_a_preset_chosen_before_the_address_has_caught_up_is_kept():
    app = opened("app.py")
    first = address(app)
    app.select_slider(key=VOLUME).set_value(20_000.0).run()
    late(app, first).button(key="preset-agent").click().run()
    assert linked(app) == presets()["agent"].workload


def test_controls_that_still_show_what_stood_before_a_preset_do_not_undo_it():
    app = opened("app.py")
    first, before = address(app), app.select_slider(key=VOLUME).value
    app.button(key="preset-agent").click().run()
    agent = presets()["agent"].workload
    assert agent.traffic.requests_per_day != before
    late(app, first).select_slider(key=VOLUME).set_value(before).run()
    assert linked(app) == agent
    assert app.select_slider(key=VOLUME).value == agent.traffic.requests_per_day
    # With the answer before one's eyes the same move is a move.
    app.select_slider(key=VOLUME).set_value(before).run()
    assert linked(app).traffic.requests_per_day == before


def test_an_answer_that_was_broken_off_counts_as_not_seen():
    app = opened("app.py")
    before = app.select_slider(key=VOLUME).value
    app.button(key="preset-agent").click().run()
    app.session_state["fouraxes.done"] = False
    app.select_slider(key=VOLUME).set_value(before).run()
    assert linked(app) == presets()["agent"].workload


def told(app: AppTest, key: str) -> bool:
    """Whether the last answer told the browser what a control shows."""
    return bool(app.select_slider(key=key).proto.set_value)


def test_what_was_assigned_in_an_answer_that_was_broken_off_is_assigned_again():
    app = opened("app.py", tokens={"input_p95": 3000.0})
    assert told(app, P95)
    app.session_state["fouraxes.done"] = False
    app.run()
    assert told(app, P95)
    app.run()
    assert not told(app, P95)


def test_a_control_that_began_without_its_value_is_not_taken_for_moved():
    app = opened("app.py")
    given, blank = app.select_slider(key=VOLUME).value, 10.0
    app.session_state["fouraxes.done"] = False
    app.select_slider(key=VOLUME).set_value(blank).run()
    assert linked(app).traffic.requests_per_day == given != blank
    app.select_slider(key=VOLUME).set_value(blank).run()
    assert linked(app).traffic.requests_per_day == blank


@pytest.mark.parametrize("behind", [False, True])
def test_a_move_to_a_value_that_was_never_there_is_always_a_move(behind):
    placed, state = Placed(), {"a": 1}
    placed.place(state, "a", "field", 2, None)
    placed.begin(behind=behind)
    state["a"] = 3
    assert list(placed.moved(state)) == [("field", 3)]


def test_of_two_answers_not_seen_both_former_values_are_stale():
    placed, state = Placed(), {"a": 1}
    placed.place(state, "a", "field", 2, None)
    state["a"] = 1
    placed.begin(behind=True)
    placed.place(state, "a", "field", 3, None)
    for stale in (1, 2):
        state["a"] = stale
        assert not list(placed.moved(state))
    placed.begin(behind=False)
    assert list(placed.moved(state)) == [("field", 2)]


def test_a_slider_that_is_being_moved_is_not_assigned():
    placed, state = Placed(), {"a": 1}
    placed.place(state, "a", "field", 1, None)
    placed.begin(behind=True)
    state["a"] = 2
    assert list(placed.moved(state)) == [("field", 2)]

    class Untouched(dict):
        def __setitem__(self, key, value):
            raise AssertionError("assigned")

    placed.place(Untouched(state), "a", "field", 2, None)

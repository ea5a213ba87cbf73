"""The day's replay on the rate-limit page, without a browser."""

import datetime as dt
import gzip

import pytest
from pages.test_pages import opened, texts
from streamlit.testing.v1 import AppTest

from framework.flat import flat, from_flat
from framework.link import Shared, encode
from framework.presets import presets

PAGE = "pages/rate_limits.py"
BUSY = {"traffic.requests_per_day": 60_000.0, "traffic.users": 500.0, "tiers": {"openai": "build", "anthropic": "start"}}


def opened_with(**changes) -> AppTest:
    preset = presets()["code-assistant"]
    workload, priorities = from_flat(flat(preset.workload, preset.priorities) | BUSY | changes)
    return opened(PAGE, encode(Shared(workload, priorities, dt.date.today(), "0" * 12)))


def tables(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def unfolding(app: AppTest) -> AppTest:
    app.session_state["replayed_traffic"] = True
    return app.run()


@pytest.mark.parametrize(("policy", "word"), [("refuse", "refused"), ("wait", "made to wait"), ("retry", "tried again")])
def test_the_day_says_what_becomes_of_the_calls_under_each_policy(policy, word):
    app = opened_with(**{"clients.policy": policy})
    assert not app.exception
    said = tables(app) + texts(app)
    assert "Replayed call by call over" in said and word in said


@pytest.mark.parametrize("view", ["Load over the day", "Refused by tier", "Delays", "Use per tier"])
def test_every_view_draws(view):
    app = opened_with(**{"clients.policy": "retry"})
    app.session_state["limit_charts"] = view
    app.run()
    assert not app.exception


def test_what_would_change_it_is_replayed_and_ranked():
    app = opened_with()
    app.session_state["limit_fixes"] = True
    app.run()
    assert not app.exception
    assert "What is changed" in tables(app)


def test_a_trace_that_is_handed_in_takes_the_place_of_the_shape_and_goes_again():
    app = unfolding(opened_with())
    rows = "time_s,input_tokens,output_tokens\n" + "".join(f"{k / 2},1000,100\n" for k in range(600))
    app.file_uploader(key="trace_upload").set_value(("mine.csv.gz", gzip.compress(rows.encode()), "application/gzip")).run()
    assert not app.exception
    assert "600 requests in 4 min" in "\n".join(item.value for item in app.info)
    app.button(key="drop_trace").click().run()
    assert "600 requests" not in "\n".join(item.value for item in app.info)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"time_s,input_tokens,output_tokens\n1,2,3\n0,2,3\n", "mine.csv:3:"),
        (b"time_s,input_tokens,output_tokens\n0,-2,3\n", "mine.csv:2:"),
        (b"time_s,input_tokens,output_tokens\n0,1000000000000,3\n", "mine.csv:2:"),
        (b"when,what\n0,3\n", "no column for the time of arrival"),
        (b"\x00\xff\xfe", "mine.csv"),
        (gzip.compress(b"\0" * 300_000_000, mtime=0), "MB"),
    ],
    ids=["empty", "unsorted", "negative", "absurd", "no columns", "rubbish", "bomb"],
)
def test_a_trace_that_cannot_be_used_gets_a_message_and_nothing_typed_is_lost(content, said):
    app = unfolding(opened_with())
    before = app.select_slider(key="traffic.requests_per_day").value
    app.file_uploader(key="trace_upload").set_value(("mine.csv", content, "text/csv")).run()
    assert not app.exception
    assert said in "\n".join(item.value for item in app.code)
    assert app.select_slider(key="traffic.requests_per_day").value == before


def test_a_bundled_trace_is_named_with_its_licence():
    app = opened_with(**{"traffic.trace": "azure_2023_conversation"})
    assert not app.exception
    assert "licence" in texts(app).lower()


def test_more_calls_than_are_replayed_one_by_one_are_said_to_be_merged():
    app = opened_with(**{"traffic.requests_per_day": 400_000.0})
    assert not app.exception
    assert "stands for" in texts(app) + tables(app)

"""The replayed day on the rate-limit page, without a browser."""

import gzip
import re
from pathlib import Path

import opening
import pytest

from framework.link import decode
from framework.vocabulary import POLICIES

ROOT = Path(__file__).resolve().parents[2]
VIEWS = ("Load over the day", "Refused by tier", "Delays", "Use per tier")
# Of OpenAI's Build limits the tokens of a minute run out at the peak.
CROWDED = {"traffic": {"requests_per_day": 100_000, "peak_factor": 10}, "tiers": {"openai": "build", "anthropic": "start"}}


def opened(state=None, **changes):
    return opening.opened("pages/rate_limits.py", state, **changes)


def crowded(policy="refuse", state=None):
    return opened(state, **CROWDED, clients={"policy": policy})


def html(app):
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def said(app):
    return "\n".join(item.value for item in [*app.markdown, *app.caption, *app.error, *app.info, *app.code]).replace("\\", "")


def charts(app):
    return app.get("plotly_chart")


def test_the_page_answers_with_the_served_share_and_the_replay_of_the_day():
    text = html(opened())
    assert re.search(r"At tier (Launch|Scale), [^<]* serves 100.% of the calls at the peak and takes [\d.]+ times this traffic", text)
    assert "Replayed call by call over a day, none of 10,000 calls is refused or has to wait." in text
    assert "Refused in the day" in text and "Headroom<" not in text


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("policy", POLICIES)
def test_one_chart_at_a_time_for_every_view_and_policy(view, policy):
    app = crowded(policy, {"limit_charts": view})
    drawn = charts(app)
    assert len(drawn) == (0 if view == "Delays" and policy == "refuse" else 1)
    if view == "Delays" and policy == "refuse":
        assert "fails at once here, so none waits" in said(app)


def test_what_a_refused_call_does_moves_refusals_to_delays():
    app = crowded()
    assert "of the calls are refused, by the tokens per minute" in html(app) and ">Delayed<" not in html(app)
    app.selectbox(key="clients.policy").set_value("wait").run()
    assert not app.exception
    assert "of the calls are made to wait, by the tokens per minute." in html(app) and ">Delayed<" in html(app)
    app.selectbox(key="clients.policy").set_value("retry").run()
    assert not app.exception
    assert {"clients.retries", "clients.first_backoff_s"} <= {item.key for item in app.select_slider}
    found = app.query_params["s"]
    assert decode(found if isinstance(found, str) else found[0]).workload.clients.policy == "retry"


def test_another_offer_tier_and_depth_can_be_looked_at():
    app = crowded()
    app.selectbox(key="replay_offer").set_value("anthropic/claude-haiku-5-5").run()
    assert not app.exception and "Claude Haiku 5.5 at tier Start" in html(app)
    tier = next(item for item in app.selectbox if item.label == "Tier")
    tier.set_value(3).run()
    assert not app.exception and "Claude Haiku 5.5 at tier Scale" in html(app)
    app.selectbox(key="replay_window").set_value(60).run()
    assert not app.exception and app.selectbox(key="replay_window").value == 60
    assert app.selectbox(key="replay_offer").value == "anthropic/claude-haiku-5-5"


def test_remedies_are_open_where_the_target_is_missed_and_closed_where_it_is_met():
    assert "Most for" in said(crowded()) and "As it is" in html(crowded())
    assert "Nothing needs fixing" not in said(opened())
    assert "Nothing needs fixing" in said(opened({"limit_fixes": True}))


def test_the_details_of_every_offer_are_one_click_away():
    text = html(crowded("retry", {"limit_details": True}))
    assert {"Delay, p50", "Delay, p95", "Longest delay", "First refused", "Attempts a call", "Peak use"} <= set(
        re.findall(r"<th[^>]*>(?:<abbr[^>]*>)?([^<]*)<", text)
    )


def test_many_calls_are_replayed_in_rows_and_the_page_says_so():
    app = opened(traffic={"requests_per_day": 400_000})
    assert "400,000 calls are replayed as 100,000 single ones, each stands for 4." in said(app)


def upload(app, name, content):
    app.get("file_uploader")[0].set_value([(name, content, "text/csv")]).run()
    assert not app.exception
    return app


ROWS = b"time,input_tokens,output_tokens\n" + b"".join(b"%d,500,100\n" % (10 * row) for row in range(720))


@pytest.mark.parametrize(("name", "content"), [("mine.csv", ROWS), ("mine.csv.gz", gzip.compress(ROWS))])
def test_an_uploaded_trace_takes_the_place_of_the_shape_and_can_be_dropped(name, content):
    app = upload(opened({"replayed_traffic": True}), name, content)
    assert f"Replayed is your trace {name}: 720 requests in 1 h 59 min, instead of the shape." in said(app)
    assert "it is in no link, no file and no report" in said(app)
    app.toggle(key="trace_as_recorded").set_value(True).run()
    assert not app.exception
    assert "Replayed call by call over 1 h 59 min, none of 720 calls is refused or has to wait." in html(app).replace("\xa0", " ")
    app.button(key="drop_trace").click().run()
    assert not app.exception and "your trace" not in said(app) and "over a day, none of 10,000 calls" in html(app)


def test_an_uploaded_trace_outlives_a_visit_to_another_page():
    app = upload(opened({"replayed_traffic": True}), "mine.csv", ROWS)
    app.switch_page("pages/cost.py").run()
    app.switch_page("pages/rate_limits.py").run()
    assert not app.exception and "Replayed is your trace mine.csv" in said(app)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "mine.csv: "),
        (b"a,b\n1,2\n", "mine.csv:1"),
        (b"time,input_tokens,output_tokens\n5,1,1\n4,1,1\n", "mine.csv:3: time: is earlier than the row before it; sort the file by time"),
        (b"time,input_tokens,output_tokens\n0,-1,1\n", "mine.csv:2"),
        (b"time,input_tokens,output_tokens\n0,<script>alert(1)</script>,1\n", "mine.csv:2"),
        (b"\x1f\x8b broken", "mine.csv"),
        (b"PAR1" + b"\0" * 50 + b"PAR1", "convert it to CSV"),
    ],
)
def test_a_hostile_trace_gets_its_line_and_cure_and_nothing_is_lost(content, words):
    app = opened({"replayed_traffic": True}, traffic={"requests_per_day": 12_345})
    before = html(app)
    upload(app, "mine.csv", content)
    assert "The trace was not taken; what was replayed before still is." in said(app)
    assert words in said(app) and "Traceback" not in said(app)
    assert "none of 12,345 calls" in html(app) and "none of 12,345 calls" in before


def test_a_trace_without_a_rate_is_said_on_the_page_and_can_be_replayed_as_recorded():
    app = upload(opened({"replayed_traffic": True}), "at-once.csv", b"time,input_tokens,output_tokens\n0,5,1\n0,5,1\n")
    assert "a trace whose requests all come at once has no rate" in said(app)
    app.toggle(key="trace_as_recorded").set_value(True).run()
    assert not app.exception and "has no rate" not in said(app)


def test_a_bundled_trace_names_its_licence_and_source():
    app = opened({"replayed_traffic": True})
    app.selectbox(key="traffic.trace").set_value("azure_2023_conversation").run()
    assert not app.exception
    assert "19,366 requests" in said(app) and "Licence CC-BY-4.0" in said(app) and "https://" in said(app)
    assert "Replayed call by call over 5" in html(app)  # an hour of 2023: 58 minutes from the first to the last


def test_a_trace_too_long_for_the_page_gets_a_message_and_the_rest_of_the_page():
    app = opened(traffic={"requests_per_day": 1e9, "trace": "azure_2023_conversation"})
    assert "that a page replays; lower the requests a day" in said(app)
    assert "Next step" in html(app)


def test_measured_series_have_a_picture_here_too():
    app = opened({"replayed_traffic": True}, traffic={"shape": "azure_code_week"})
    assert re.search(r"class='fa-picture' alt='Busiest minute: ", html(app))
    assert "Replayed call by call over 7 days" in html(app)

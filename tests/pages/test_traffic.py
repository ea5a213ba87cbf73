"""The controls of how calls come and what they do at a limit, without a browser."""

import base64
import datetime as dt
import re
import zlib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.link import Shared, decode, encode
from framework.link_words import WORDS
from framework.priorities import Priorities
from framework.vocabulary import POLICIES, SERIES, SHAPES, TRACES
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[2]


def opened(workload=None, page="app.py"):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "app.py":
        app.switch_page(page)
    if workload is not None:
        app.query_params["s"] = encode(Shared(Workload.model_validate(workload), Priorities(), dt.date.today(), "0" * 12))
    return app.run()


def at_a_limit(app):
    app.session_state["parts"] = "At a limit"
    return app.run()


def asked(app):
    found = app.query_params["s"]
    return decode(found if isinstance(found, str) else found[0]).workload


def picture(app):
    """The words of the drawing of the traffic and the drawing itself, None where there is none."""
    for item in app.get("html"):
        found = re.search(r"class='fa-picture' alt='([^']*)' src='data:image/svg\+xml;base64,([^']*)'", item.proto.body)
        if found:
            return found[1], base64.b64decode(found[2]).decode()
    return None


def test_how_the_calls_come_reaches_the_link_and_survives_other_pages():
    app = opened()
    app.selectbox(key="traffic.shape").set_value("launch_spike").run()
    app.selectbox(key="traffic.trace").set_value("mooncake_synthetic").run()
    app.select_slider(key="traffic.ramp_minutes").set_value(30.0).run()
    app.select_slider(key="traffic.burstiness").set_value(3.0).run()
    app.select_slider(key="traffic.users").set_value(500.0).run()
    app.switch_page("pages/cost.py").run()
    app.switch_page("app.py").run()
    assert not app.exception
    traffic = asked(app).traffic
    assert (traffic.shape, traffic.trace, traffic.ramp_minutes, traffic.burstiness, traffic.users) == (
        "launch_spike",
        "mooncake_synthetic",
        30,
        3,
        500,
    )
    assert app.selectbox(key="traffic.shape").value == "launch_spike"
    assert app.select_slider(key="traffic.users").value == 500


def test_a_trace_and_the_users_can_be_taken_back():
    app = opened({"traffic": {"trace": "azure_2023_conversation", "users": 7}})
    app.selectbox(key="traffic.trace").set_value(None).run()
    app.session_state["exact-traffic"] = True
    app.run()
    app.number_input(key="traffic.users~exact").set_value(None).run()
    assert not app.exception
    assert (asked(app).traffic.trace, asked(app).traffic.users) == (None, None)


def test_what_a_call_does_at_a_limit_reaches_the_link_and_survives_other_pages():
    app = at_a_limit(opened())
    app.selectbox(key="clients.policy").set_value("retry").run()
    app.select_slider(key="clients.target_share").set_value(0.999).run()
    app.select_slider(key="clients.max_wait_s").set_value(5.0).run()
    app.select_slider(key="clients.retries").set_value(4.0).run()
    app.select_slider(key="clients.first_backoff_s").set_value(1.0).run()
    app.select_slider(key="clients.backoff_cap_s").set_value(60.0).run()
    app.toggle(key="clients.retry_after").set_value(False).run()
    app.switch_page("pages/cost.py").run()
    app = at_a_limit(app.switch_page("app.py").run())
    assert not app.exception
    assert asked(app).clients.model_dump() == {
        "policy": "retry",
        "target_share": 0.999,
        "max_wait_s": 5,
        "retries": 4,
        "first_backoff_s": 1,
        "backoff_cap_s": 60,
        "retry_after": False,
    }
    assert app.select_slider(key="clients.retries").value == 4


def test_a_typed_number_of_retries_must_be_whole():
    app = at_a_limit(opened())
    app.session_state["exact-clients"] = True
    app.run()
    app.number_input(key="clients.retries~exact").set_value(2.5).run()
    assert not app.exception
    assert any("must be a whole number" in item.value and "Retries" in item.value for item in app.error)
    app.number_input(key="clients.retries~exact").set_value(3.0).run()
    assert not app.error and asked(app).clients.retries == 3


def test_every_word_of_the_lists_has_a_name_for_people():
    app = at_a_limit(opened())
    for key, words in (("traffic.shape", (*SHAPES, *SERIES)), ("traffic.trace", (None, *TRACES)), ("clients.policy", POLICIES)):
        options = app.selectbox(key=key).options
        assert len(options) == len(words)
        assert not set(options) & set(words)


def test_the_picture_follows_the_shape_and_says_the_busiest_minute():
    # 12,000 calls in ten hours are 20 a minute.
    app = opened({"traffic": {"requests_per_day": 12_000, "active_hours": 10, "peak_factor": 3, "starts_utc": 8}})
    words, svg = picture(app)
    assert words == "Busiest minute: 60 calls, 3.0x the mean minute of the active hours, at 13:00 UTC"
    assert "13:00" in svg and "currentColor" not in svg
    app.selectbox(key="traffic.shape").set_value("steady").run()
    assert picture(app)[0] == "All minutes of the active hours are alike: 20 calls each"
    assert any("“Peak factor” (3) is not used" in item.value.replace("\\", "") for item in app.warning)


def test_no_picture_of_the_shape_is_drawn_where_it_is_not_what_is_replayed():
    app = opened({"traffic": {"trace": "azure_2023_conversation"}})
    assert picture(app) is None
    assert any("the shape is not used" in item.value for item in app.caption)


@pytest.mark.parametrize("series", SERIES)
def test_every_page_opens_with_a_measured_series(series):
    for page in ("app.py", "pages/rate_limits.py", "pages/recommendation.py"):
        assert not opened({"traffic": {"shape": series}}, page).exception


@pytest.mark.parametrize(
    ("written", "nonsense"),
    [
        ('"shape":"working_day"', '"shape":"zigzag"'),
        ('"shape":"working_day"', '"shape":null'),
        ('"trace":null', '"trace":"nobody"'),
        ('"burstiness":1', '"burstiness":0'),
        ('"burstiness":1', '"burstiness":1e9'),
        ('"ramp_minutes":5', '"ramp_minutes":-1'),
        ('"users":null', '"users":0'),
        ('"policy":"refuse"', '"policy":"panic"'),
        ('"target_share":0.99', '"target_share":0'),
        ('"max_wait_s":null', '"max_wait_s":-1'),
        ('"retries":2', '"retries":2.5'),
        ('"retries":2', '"retries":"2"'),
        ('"first_backoff_s":0.5', '"first_backoff_s":0'),
        ('"backoff_cap_s":8', '"backoff_cap_s":1e6'),
        ('"retry_after":true', '"retry_after":1'),
    ],
)
def test_nonsense_in_a_link_is_refused(written, nonsense):
    token = encode(Shared(Workload(), Priorities(), dt.date.today(), "0" * 12))
    packed = base64.urlsafe_b64decode(token[2:] + "=" * (-len(token[2:]) % 4))
    plain = zlib.decompressobj(zdict=WORDS).decompress(packed).decode()
    plain = re.sub(r"(\d)\.0\b", r"\1", plain)
    assert plain.count(written) == 1
    packed = zlib.compress(plain.replace(written, nonsense).encode(), 9)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["s"] = "1." + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    app.run()
    assert not app.exception
    assert any("holds a value that cannot be used" in item.value for item in app.error)
    assert app.selectbox(key="traffic.shape").value == "working_day"

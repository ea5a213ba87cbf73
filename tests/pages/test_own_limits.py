"""The user's own limits on the rate-limit page, without a browser."""

import datetime as dt
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.link import Shared, decode, encode
from framework.presets import presets
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[2]
SOL, RPM = "openai/gpt-6-sol", "own.openai/gpt-6-sol.rpm"


def opened(**own) -> AppTest:
    """The page with the section unfolded; `own`: entries that a link brings."""
    preset = presets()["support-chatbot"]
    parts = {**preset.workload.model_dump(by_alias=True), "own_limits": own}
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/rate_limits.py")
    app.query_params["s"] = encode(Shared(Workload.model_validate(parts), preset.priorities, dt.date.today(), "0" * 12))
    app.session_state["own_limits"] = True
    app.run()
    assert not app.exception
    return app


def entries(app: AppTest) -> dict[str, dict]:
    found = app.query_params["s"]
    own = decode(found if isinstance(found, str) else found[0]).workload.own_limits
    return {name: entry.model_dump(exclude_none=True) for name, entry in own.items()}


def of(app: AppTest, offer: str) -> AppTest:
    app.selectbox(key="own_offer").set_value(offer).run()
    assert not app.exception
    return app


def tables(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.error, *app.warning]).replace("\\", "")


def test_a_typed_limit_reaches_the_link_with_the_day_and_the_page_says_so():
    app = of(opened(), SOL)
    assert "own limits" not in said(app)
    assert app.number_input(key=RPM).placeholder == "10,000"  # the published one at Launch
    app.number_input(key=RPM).set_value(5_000.0).run()
    assert not app.exception
    assert entries(app) == {SOL: {"rpm": 5_000, "origin": "console", "seen": dt.date.today()}}
    assert "Your own limits for 1 offer are used instead of the published ones." in said(app)
    assert f"your console, {dt.date.today().isoformat()}" in tables(app) and "Launch, own limits" in tables(app)
    assert app.selectbox(key="own_offer").value == SOL and app.number_input(key=RPM).value == 5_000


def test_emptying_the_last_box_and_the_remove_button_both_take_the_entry_away():
    app = of(opened(**{SOL: {"rpm": 5_000, "tpm": 9, "origin": "api", "seen": dt.date(2026, 11, 1)}}), SOL)
    app.number_input(key=RPM).set_value(None).run()
    # A figure that goes says nothing of the others: they keep their day.
    assert entries(app) == {SOL: {"tpm": 9, "origin": "api", "seen": dt.date(2026, 11, 1)}}
    app.number_input(key="own.openai/gpt-6-sol.tpm").set_value(None).run()
    assert entries(app) == {}
    app.number_input(key=RPM).set_value(7.0).run()
    app.button(key=f"own-remove-{SOL}").click().run()
    assert not app.exception and entries(app) == {} and app.number_input(key=RPM).value is None


def test_the_boxes_are_those_of_the_provider_s_meters_first():
    def first(offer: str) -> list[str]:
        return [box.key.rpartition(".")[2] for box in of(opened(), offer).number_input if box.key.startswith("own.")]

    assert first(SOL)[:3] == ["rpm", "tpm", "monthly_cap_usd"]
    assert first("anthropic/claude-opus-4-8")[:4] == ["rpm", "itpm", "otpm", "monthly_cap_usd"]
    assert first("deepseek/deepseek-flash")[:2] == ["concurrency", "monthly_cap_usd"]


def test_a_figure_of_an_offer_that_shares_its_buckets_goes_to_the_entry_that_is_there():
    app = of(opened(**{"anthropic/claude-opus-4.7": {"rpm": 4_000}}), "anthropic/claude-opus-4-8")
    assert app.number_input(key="own.anthropic/claude-opus-4-8.rpm").value == 4_000
    app.number_input(key="own.anthropic/claude-opus-4-8.itpm").set_value(9.0).run()
    assert set(entries(app)) == {"anthropic/claude-opus-4.7"} and entries(app)["anthropic/claude-opus-4.7"]["itpm"] == 9
    of(app, "anthropic/claude-haiku-5-5")
    app.number_input(key="own.anthropic/claude-haiku-5-5.monthly_cap_usd").set_value(800.0).run()
    of(app, "anthropic/claude-opus-4-8")
    assert app.number_input(key="own.anthropic/claude-opus-4-8.monthly_cap_usd").value == 800
    app.number_input(key="own.anthropic/claude-opus-4-8.monthly_cap_usd").set_value(900.0).run()
    assert entries(app)["anthropic/claude-haiku-5-5"]["monthly_cap_usd"] == 900
    assert "monthly_cap_usd" not in entries(app)["anthropic/claude-opus-4.7"]


HEADERS = "HTTP/2 200\nx-ratelimit-limit-requests: 8000\nx-ratelimit-limit-tokens: 3000000\nAuthorization: Bearer sk-topsecret"


def test_pasted_headers_are_shown_as_what_they_were_read_before_they_are_taken():
    app = of(opened(), SOL)
    app.text_area(key="own_headers").set_value(HEADERS).run()
    assert entries(app) == {}
    assert "<td class='n'>8,000</td><td class=''>requests per minute</td>" in tables(app)
    assert "looks like a key stands on line 4" in said(app) and "topsecret" not in tables(app) + said(app)
    app.button(key="own-take-headers").click().run()
    assert not app.exception
    assert entries(app) == {SOL: {"rpm": 8_000, "tpm": 3_000_000, "origin": "headers", "seen": dt.date.today()}}
    assert app.text_area(key="own_headers").value == "" and app.number_input(key=RPM).value == 8_000


def test_headers_that_cannot_be_read_are_explained_and_nothing_typed_is_lost():
    app = of(opened(**{SOL: {"rpm": 5}}), SOL)
    for text, cure in (
        ("x-ratelimit-limit-requests: many", "line 1: x-ratelimit-limit-requests must be a whole number"),
        ("anthropic-ratelimit-requests-limit: 5", "choose the offer that sent this reply"),
        ("<script>alert(1)</script>", "no rate-limit header is in the text"),
        ("x-ratelimit-limit-images: 5", ""),
    ):
        app.text_area(key="own_headers").set_value(text).run()
        assert not app.exception and cure in said(app) and "<script>alert" not in tables(app)
        assert app.text_area(key="own_headers").value == text and entries(app)[SOL]["rpm"] == 5
        taking = [button for button in app.button if button.key == "own-take-headers"]
        assert all(button.disabled for button in taking)


def test_only_where_the_headers_are_known_can_they_be_pasted_and_only_anthropic_has_an_answer_to_upload():
    app = of(opened(), "mistral/mistral-large-4")
    assert not app.text_area and not app.get("file_uploader")
    assert of(app, "groq/gpt-oss-120b").text_area and not app.get("file_uploader")
    assert of(app, "anthropic/claude-opus-5-5").text_area and app.get("file_uploader")


def group(model: str, value: object) -> dict:
    return {"group_type": "model_group", "models": [model], "limits": [{"type": "requests_per_minute", "value": value}]}


def test_an_uploaded_answer_is_shown_group_by_group_and_taken_as_a_whole():
    app = of(opened(**{"anthropic/claude-opus-4-8": {"otpm": 77}}), "anthropic/claude-opus-5-5")
    answer = {"data": [group("claude-opus-4-7", 500), group("claude-sonnet-5-5", 600), group("claude-nobody", 7)]}
    app.file_uploader(key="own_answer").set_value(("limits.json", json.dumps(answer).encode(), "application/json")).run()
    assert not app.exception
    assert "none of its models is an offer of the catalogue" in tables(app)
    app.button(key="own-take-account").click().run()
    assert not app.exception
    today = dt.date.today()
    assert entries(app) == {
        "anthropic/claude-opus-4-8": {"otpm": 77, "rpm": 500, "origin": "api", "seen": today},
        "anthropic/claude-sonnet-5-5": {"rpm": 600, "origin": "api", "seen": today},
    }


def test_an_answer_that_cannot_be_read_is_explained_and_the_workload_stays():
    app = of(opened(**{SOL: {"rpm": 5}}), "anthropic/claude-opus-5-5")
    broken = json.dumps({"data": [group("claude-opus-5-5", "many")]}).encode()
    app.file_uploader(key="own_answer").set_value(("limits.json", broken, "application/json")).run()
    assert not app.exception and "limits.json: data[0].limits[0].value: must be a whole number" in said(app)
    assert entries(app)[SOL]["rpm"] == 5
    assert not [button for button in app.button if button.key == "own-take-account"]


@pytest.mark.parametrize(
    "own",
    [
        {"anthropic/claude-opus-4-8": {"rpm": 4}, "anthropic/claude-opus-4-7": {"rpm": 5}},
        {"anthropic/claude-opus-5-5": {"rpm": 4}, "anthropic/claude-opus-5.5": {"rpm": 4}},
        {"openai/gpt-nothing": {"rpm": 4}},
    ],
    ids=["contradict", "twice", "unknown"],
)
def test_entries_of_a_link_that_cannot_hold_are_explained_and_can_be_removed_on_the_page(own):
    app = opened(**own)
    assert app.error
    for name in list(own):
        app.button(key=f"own-remove-{name}").click().run()
        assert not app.exception
    assert not app.error and entries(app) == {}


def test_a_limit_that_is_out_of_bounds_does_not_get_into_the_workload():
    app = of(opened(**{SOL: {"tpm": 9}}), SOL)
    for absurd in (0.5, -3.0, 1e12):
        app.number_input(key=RPM).set_value(absurd).run()
        assert not app.exception and not app.error
        assert entries(app)[SOL]["tpm"] == 9 and "rpm" not in entries(app)[SOL]


@pytest.mark.parametrize("page", ["app.py", "pages/rate_limits.py", "pages/recommendation.py"])
def test_every_page_that_names_the_sources_of_limits_names_the_console(page):
    names = ("openai/gpt-6-sol", "openai/gpt-5.6-terra", "anthropic/claude-sonnet-5-5")
    app = opened(**{name: {"rpm": 5_000, "seen": dt.date(2026, 11, 20)} for name in names})
    app.switch_page(page).run()
    app.session_state["sources_of_figures"] = True
    app.run()
    assert not app.exception
    row = next(row for row in tables(app).split("<tr") if ">own limit<" in row)
    assert ">your console<" in row and ">2026-11-20<" in row


def test_a_limit_stays_when_the_page_is_left_and_the_boxes_follow_a_preset():
    app = of(opened(), SOL)
    app.number_input(key=RPM).set_value(5_000.0).run()
    for page in ("app.py", "pages/rate_limits.py"):
        app.switch_page(page).run()
        assert not app.exception and entries(app)[SOL]["rpm"] == 5_000
    app.switch_page("app.py").run()
    app.button(key="preset-rag").click().run()
    assert entries(app) == {}

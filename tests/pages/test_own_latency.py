"""The team's own latency on the latency page, without a browser."""

import datetime as dt

import opening
from catalogue.test_own_profile import USUAL, written
from opening import linked
from streamlit.testing.v1 import AppTest

from framework.measured import OwnLatency

TERRA = "openai/gpt-6.1-terra"


def entry(p50_s: float = 0.6, **others) -> dict:
    readings = [{"at_input_tokens": 1_020, "n": 40, "p50_s": p50_s, "p95_s": 2 * p50_s}]
    return OwnLatency.model_validate({"readings": readings, "seen": dt.date(2026, 11, 20), **others}).model_dump()


def opened(page: str = "pages/latency.py", **own) -> AppTest:
    """The page with the section unfolded; `own`: entries that a link brings."""
    return opening.opened(page, {"own_latency": True}, own_latency=own)


def entries(app: AppTest) -> dict[str, OwnLatency]:
    return linked(app).own_latency


def upload(app: AppTest, text: str, name: str = "profile.yaml") -> AppTest:
    app.file_uploader(key="own_profile").set_value((name, text.encode(), "application/yaml")).run()
    assert not app.exception
    return app


def tables(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.error, *app.warning]).replace("\\", "")


def test_an_uploaded_profile_reaches_the_link_and_stands_against_the_published_reading():
    app = opened()
    assert "own measurements" not in said(app)
    upload(app, written(*USUAL, offer="openai/gpt-6-sol", region="eu, office"))
    own = entries(app)
    assert set(own) == {"openai/gpt-6-sol"} and own["openai/gpt-6-sol"].region == "eu, office"
    assert "Your own measurements of 1 offer are used instead of the published readings." in said(app)
    row = next(row for row in tables(app).split("<tr") if "eu, office" in row and "1.02k tokens" in row)
    # Published for GPT-6 Sol: 0.89 s at 10,000 tokens, with its fit 9.605 and 11.697: 0.89 - 0.0863 - 0.0012 = 0.803 at 1,020.
    for shown in (">500 ms<", ">803 ms<", ">300 ms<", ">100 a second<", ">40<", "2026-11-20"):
        assert shown in row
    assert "measured by you, n = 10 to 40" in tables(app)


def test_an_offer_without_a_published_reading_gets_one():
    app = upload(opened(), written(*USUAL, offer=TERRA))
    row = next(row for row in tables(app).split("<tr") if TERRA in row and "1.02k tokens" in row)
    assert ">none<" in row and ">500 ms<" in row


def test_a_second_profile_of_an_offer_replaces_the_first_and_the_button_removes_it():
    app = upload(opened(**{TERRA: entry(9.0), "openai/gpt-5.2": entry()}), written(*USUAL, offer=TERRA))
    assert set(entries(app)) == {TERRA, "openai/gpt-5.2"} and entries(app)[TERRA].readings[0].p50_s == 0.5
    app.button(key=f"own-latency-remove-{TERRA}").click().run()
    assert not app.exception and set(entries(app)) == {"openai/gpt-5.2"}
    app.button(key="own-latency-remove-openai/gpt-5.2").click().run()
    assert not app.exception and entries(app) == {} and "own measurements" not in said(app)


def test_a_file_that_is_no_profile_is_explained_and_nothing_changes():
    app = opened(**{TERRA: entry()})
    before = entries(app)
    for text, cure in (
        ("a: &a [x]\nb: *a\n", "profile.yaml:1: an anchor (&a)"),
        ("traffic: {}\n", "this is no latency profile"),
        (written(*USUAL, offer="openai/nobody"), "write the id of the offer that was measured"),
        ("x" * 1_000_001, "more than 1,000,000 bytes"),
        ("<script>alert(1)</script>", "this is no latency profile"),
    ):
        upload(app, text)
        assert cure in said(app) and entries(app) == before and "<script>alert" not in tables(app)
    upload(app, written(*USUAL, offer=TERRA))
    assert not app.error, "what was wrong before is forgotten"


def test_an_entry_of_a_link_whose_offer_is_gone_is_explained_and_can_be_removed():
    app = opened(**{"openai/gpt-nothing": entry()})
    assert app.error
    app.button(key="own-latency-remove-openai/gpt-nothing").click().run()
    assert not app.exception and not app.error and entries(app) == {}


def test_every_page_that_names_the_sources_of_latency_names_the_measurement():
    for page in ("app.py", "pages/latency.py", "pages/recommendation.py"):
        offers = ("openai/gpt-6-sol", "openai/gpt-5.6-terra", "anthropic/claude-sonnet-5-5", "anthropic/claude-haiku-5-5")
        app = opened(page, **{name: entry(region="eu") for name in offers})
        app.session_state["sources_of_figures"] = True
        app.run()
        assert not app.exception
        row = next(row for row in tables(app).split("<tr") if ">own measurement<" in row and "fa-muted" in row)
        assert "measured by you" in row and ">2026-11-20<" in row and "n = 40 at 1.02k prompt tokens, from eu" in row


def test_a_measurement_stays_when_the_page_is_left_and_goes_with_a_preset():
    app = upload(opened(), written(*USUAL, offer=TERRA))
    for page in ("app.py", "pages/latency.py"):
        app.switch_page(page).run()
        assert not app.exception and set(entries(app)) == {TERRA}
    app.switch_page("app.py").run()
    app.button(key="preset-rag").click().run()
    assert entries(app) == {}

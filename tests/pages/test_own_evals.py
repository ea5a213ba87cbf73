"""The team's own evaluation on the recommendation page, without a browser."""

import datetime as dt
from pathlib import Path

from streamlit.testing.v1 import AppTest

from framework.evals import EvalResult
from framework.link import Shared, decode, encode
from framework.presets import presets
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[2]
GOOD = "model,passed,total\ngpt-6-sol,184,200\nanthropic/claude-sonnet-5-5,80,200\n"


def opened(page: str = "pages/recommendation.py", **parts) -> AppTest:
    preset = presets()["support-chatbot"]
    given = preset.workload.model_dump(by_alias=True)
    given = {**given, **parts, "needs": {**given["needs"], **parts.get("needs", {})}}
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page(page)
    app.query_params["s"] = encode(Shared(Workload.model_validate(given), preset.priorities, dt.date.today(), "0" * 12))
    app.session_state["own_evals"] = True
    app.session_state["excluded"] = True
    app.run()
    assert not app.exception
    return app


def workload(app: AppTest) -> Workload:
    found = app.query_params["s"]
    return decode(found if isinstance(found, str) else found[0]).workload


def upload(app: AppTest, text: str, name: str = "evals.csv") -> AppTest:
    app.file_uploader(key="own_evals_file").set_value((name, text.encode(), "text/csv")).run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def said(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.error]).replace("\\", "")


def test_an_uploaded_evaluation_reaches_the_link_and_is_shown_with_its_interval():
    app = upload(opened(), GOOD)
    assert workload(app).evals == {
        "gpt-6-sol": EvalResult(pass_rate=0.92, n=200),
        "anthropic/claude-sonnet-5-5": EvalResult(pass_rate=0.4, n=200),
    }
    row = next(row for row in html(app).split("<tr") if ">gpt-6-sol<" in row)
    # Wilson, 184 of 200: 87.4 to 95.0 %.
    for shown in (">92 % of 200<", ">87 % to 95 %<"):
        assert shown in row.replace("\u00a0", " ")


def test_the_must_have_shuts_out_what_is_surely_below_it():
    app = upload(opened(), GOOD)
    app.select_slider(key="needs.least_success").set_value(0.8).run()
    assert not app.exception and workload(app).needs.least_success == 0.8
    out = next(row for row in html(app).split("<tr") if "of 200 cases of your own pass" in row)
    assert "anthropic/claude-sonnet-5-5" in out and "needs at least 80 %" in out.replace("\u00a0", " ")
    assert "below 80 %" in html(app).replace("\u00a0", " ")


def test_a_hostile_file_is_explained_with_its_line_and_nothing_changes():
    app = upload(opened(), GOOD)
    before = workload(app)
    for text, told in (
        ("model,passed,total\ngpt-6-sol,3,2\n", "evals.csv:2: passed: 3 of 2 cases cannot have passed"),
        ("model,passed,total\n<script>alert(1)</script>,1,2\n", "has no model or offer"),
        ("PK\x03\x04", "evals.csv:1: holds a control character"),
        ("x" * 200_001, "more than 200,000 bytes"),
    ):
        upload(app, text)
        assert told in said(app) and workload(app) == before and "<script>alert" not in html(app)
    upload(app, GOOD)
    assert not app.error, "what was wrong before is forgotten"


def test_a_result_may_be_typed_and_taken_out_again():
    app = opened()
    app.button(key="own_evals_enter").click().run()
    assert "give the model, how many cases passed" in said(app)
    app.selectbox(key="own_evals_model").set_value(app.selectbox(key="own_evals_model").options[0].rpartition(" · ")[2])
    app.number_input(key="own_evals_passed").set_value(9)
    app.number_input(key="own_evals_total").set_value(10)
    app.button(key="own_evals_enter").click().run()
    assert not app.exception and not app.error
    ((name, own),) = workload(app).evals.items()
    assert own == EvalResult(pass_rate=0.9, n=10)
    app.button(key=f"own-evals-remove-{name}").click().run()
    assert not app.exception and workload(app).evals == {}


def test_the_cost_page_prices_a_success_with_the_interval():
    app = opened("pages/cost.py", evals={"gpt-6-sol": {"pass_rate": 0.92, "n": 200}, "claude-sonnet-5-5": {"pass_rate": 0.0, "n": 5}})
    assert "Per success" in html(app) and "none succeeds" in html(app)


def test_zero_retention_asks_with_whom_it_is_agreed():
    app = opened("app.py")
    assert not [item for item in app.multiselect if item.key == "needs.retention_agreed"]
    app.toggle(key="needs.zero_retention").set_value(True).run()
    assert not app.exception and "zero retention" in said(app) + html(app)
    app.multiselect(key="needs.retention_agreed").set_value(["openai"]).run()
    assert not app.exception
    assert workload(app).needs.retention_agreed == ("openai",) and workload(app).needs.zero_retention


def test_zero_retention_agreed_with_nobody_shuts_out_all_and_every_page_still_says_why():
    for page in (
        "app.py",
        "pages/cost.py",
        "pages/latency.py",
        "pages/rate_limits.py",
        "pages/context_window.py",
        "pages/recommendation.py",
    ):
        app = opened(page, needs={"zero_retention": True})
        assert not app.exception
    assert "without zero retention agreed" in said(app)
    app.session_state["trade_offs"] = True
    app.run()
    assert not app.exception


WEIGHT = "priorities.weights.success"


def test_an_evaluation_brings_a_fifth_weight_of_nothing_that_can_be_moved_and_goes_with_it():
    app = opened()
    assert not [item for item in app.select_slider if item.key.startswith(WEIGHT)]
    upload(app, GOOD)
    before = said(app)
    assert "Own evaluation" in html(app)
    slider(app).set_value(1.0).run()
    assert not app.exception and said(app) != before
    token = app.query_params["s"]
    assert decode(token if isinstance(token, str) else token[0]).priorities.weights.success == 1.0
    for name in list(workload(app).evals):
        app.button(key=f"own-evals-remove-{name}").click().run()
    assert not app.exception and not [item for item in app.slider if WEIGHT in str(item.key)]


def slider(app: AppTest):
    return next(item for item in [*app.slider, *app.select_slider] if WEIGHT in str(item.key))

"""Counting a pasted text on the first page, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.link import decode
from pages.ui.lengths import scaled
from pages.ui.prompt import USES

ROOT = Path(__file__).resolve().parents[2]
GREAT = "tiktoken is great!"  # 6 tokens, by OpenAI's cookbook


def pasted(text: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.session_state["count_prompt"] = True
    app.run()
    app.text_area(key="prompt_text").set_value(text).run()
    assert not app.exception
    return app


def workload(app: AppTest):
    found = app.query_params["s"]
    return decode(found if isinstance(found, str) else found[0]).workload


def shown(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.error])


def table(app: AppTest) -> str:
    return next((body for item in app.get("html") if "Low to high" in (body := str(item.proto.body))), "")


def test_a_pasted_text_is_counted_for_the_offers_in_the_running():
    app = pasted(GREAT)
    assert "**6** o200k tokens, exactly" in shown(app)
    assert "exact: o200k_base" in table(app) and "estimated: 1.53 x o200k" in table(app)


def test_the_count_becomes_the_mean_prompt_and_its_95th_percentile_moves_with_it():
    app = pasted(GREAT)
    before = workload(app)
    assert (before.tokens.input_mean, before.tokens.input_p95, before.tokens.tokenizer) == (1_155, 4_083, "own")
    app.button(key="use-tokens.input_mean").click().run()
    after = workload(app)
    # 4,083 times 6 / 1,155 is 21.2.
    assert (after.tokens.input_mean, after.tokens.input_p95, after.tokens.tokenizer) == (6, 21, "o200k")
    assert after.tokens.output_mean == before.tokens.output_mean and after.caching == before.caching
    assert not app.exception and not app.error
    assert app.select_slider(key="tokens.input_mean").value == 6
    assert app.selectbox(key="tokens.tokenizer").value == "o200k"
    assert app.text_area(key="prompt_text").value == GREAT
    assert [button.proto.icon for button in app.button if button.key in {f"use-{path}" for path in USES}] == [":material/check:", "", ""]


def test_the_count_becomes_the_mean_reply_or_the_reusable_prefix():
    app = pasted(GREAT)
    app.button(key="use-tokens.output_mean").click().run()
    # 451 times 6 / 211 is 12.8.
    assert (workload(app).tokens.output_mean, workload(app).tokens.output_p95) == (6, 12)
    app.button(key="use-caching.prefix_tokens").click().run()
    assert workload(app).caching.prefix_tokens == 6 and workload(app).tokens.tokenizer == "o200k"
    assert not app.exception


def test_a_button_enters_the_count_of_the_text_that_is_in_the_box_when_it_is_clicked():
    app = pasted("one")
    app.text_area(key="prompt_text").set_value(GREAT)
    app.button(key="use-tokens.input_mean").click().run()
    assert workload(app).tokens.input_mean == 6


def test_without_a_text_there_is_nothing_to_use():
    app = pasted("")
    assert "Nothing to count yet" in shown(app) and not table(app)
    assert all(app.button(key=f"use-{path}").disabled for path in USES)


def test_the_workload_stays_when_the_page_is_left():
    app = pasted(GREAT)
    app.button(key="use-tokens.input_mean").click().run()
    for page in ("pages/cost.py", "app.py"):
        app.switch_page(page).run()
        assert not app.exception and workload(app).tokens.input_mean == 6


@pytest.mark.parametrize(
    ("text", "tokens"),
    # A squid is three tokens; a NUL and the two letters beside it are three.
    [("🦑" * 100_000, 300_000), ("<script>alert(1)</script>", None), ("a\0b", 3), ("$x$ :red[y] ![i](http://127.0.0.1:1/b)", None)],
    ids=["emoji", "script", "NUL", "markdown"],
)
def test_hostile_texts_are_counted_and_shown_nowhere(text, tokens):
    app = pasted(text)
    assert tokens is None or f"**{tokens:,}** o200k" in shown(app)
    assert text not in shown(app) and "<script>alert" not in "".join(str(item.proto.body) for item in app.get("html"))
    app.button(key="use-tokens.output_mean").click().run()
    assert not app.exception and not app.error


def test_a_text_that_is_too_long_is_refused_with_the_cure_and_the_workload_stays():
    app = pasted("x" * 3_000_000)
    assert "too long to be counted here" in shown(app) and "in parts" in shown(app)
    assert workload(app).tokens.input_mean == 1_155
    assert not [button for button in app.button if button.key.startswith("use-")]
    app.text_area(key="prompt_text").set_value(GREAT).run()
    assert not app.error and "**6**" in shown(app)


def test_a_count_that_no_reply_can_have_is_explained_and_nothing_is_lost():
    app = pasted("🦑" * 400_000)  # 1.2 million tokens
    app.button(key="use-tokens.output_mean").click().run()
    assert not app.exception and any("Reply, mean tokens" in item.value for item in app.error)
    assert len(app.text_area(key="prompt_text").value) == 400_000
    app.text_area(key="prompt_text").set_value(GREAT)
    app.button(key="use-tokens.output_mean").click().run()
    assert not app.error and workload(app).tokens.output_mean == 6


def test_a_length_is_scaled_with_its_spread():
    draft = {"tokens.input_mean": 1_000.0, "tokens.input_p95": 3_868.0, "tokens.input_p50": None}
    # The widest spread that a mean allows is 3.868 times it: 7 tokens allow 27.08, so 27 and not 28.
    assert scaled(draft, "tokens.input", 7.0) == {"tokens.input_mean": 7, "tokens.input_p95": 27}
    assert scaled(draft | {"tokens.input_p95": None}, "tokens.input", 7.0) == {"tokens.input_mean": 7}
    assert scaled(draft | {"tokens.input_p95": 1_000.0}, "tokens.input", 333.0)["tokens.input_p95"] == 333
    by_median = draft | {"tokens.input_p50": 100.0, "tokens.input_p95": 9_000.0}
    assert scaled(by_median, "tokens.input", 500.0) == {"tokens.input_mean": 500, "tokens.input_p50": 50, "tokens.input_p95": 4_500}
    assert scaled(draft | {"tokens.input_mean": 0.0}, "tokens.input", 7.0)["tokens.input_mean"] == 7

"""Page logic without a browser: every page, every preset, hostile and impossible input."""

import datetime as dt
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from framework.link import Shared, decode, encode
from framework.presets import presets
from framework.priorities import Priorities
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "app.py",
    "pages/cost.py",
    "pages/latency.py",
    "pages/rate_limits.py",
    "pages/context_window.py",
    "pages/recommendation.py",
    "pages/compare.py",
    "pages/rollout.py",
    "pages/prices.py",
]
HOSTILE = [
    "<script>alert(1)</script>",
    '#eval("sys")',
    "![x](http://127.0.0.1:1/b.png)",
    "x" * 200,
    "工作负载 分析",
    "تحليل الحمل",
    "🦑🔥",
    "$x$ :red[y] `z`",
]


def opened(page: str = "app.py", token: str | None = None) -> AppTest:
    """A cold visit to a page, as its own address gives it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "app.py":
        app.switch_page(page)
    if token is not None:
        app.query_params["s"] = token
    return app.run()


def unfolded(part: str) -> AppTest:
    """The first page with the number boxes of a part of the workload open."""
    app = opened()
    app.session_state[f"exact-{part}"] = True
    return app.run()


def link(app: AppTest) -> str:
    found = app.query_params["s"]
    return found if isinstance(found, str) else found[0]


def token_for(workload: Workload, on: dt.date | None = None) -> str:
    return encode(Shared(workload, Priorities(), on or dt.date.today(), "0" * 12))


def texts(app: AppTest) -> str:
    return "\n".join(item.value for item in [*app.markdown, *app.error, *app.warning, *app.caption, *app.info])


def html(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def test_the_first_page_answers_before_anything_is_touched():
    app = opened()
    assert not app.exception
    assert "headline" in html(app)
    assert decode(link(app)).workload == presets()["support-chatbot"].workload


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_cold_and_gives_its_headline(page):
    app = opened(page)
    assert not app.exception and not app.error
    assert "data-testid='headline'" in html(app)
    assert "Prices as of" in texts(app)


@pytest.mark.parametrize("preset", list(presets()), ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_every_preset_shows_on_every_page(page, preset):
    chosen = presets()[preset]
    app = opened(page, encode(Shared(chosen.workload, chosen.priorities, dt.date.today(), "0" * 12)))
    assert not app.exception and not app.error


def test_a_preset_button_replaces_the_inputs_and_the_link():
    app = opened()
    app.button(key="preset-agent").click().run()
    assert not app.exception
    assert decode(link(app)).workload == presets()["agent"].workload


def test_a_moved_slider_reaches_the_link_and_the_other_controls_stay():
    app = opened("pages/cost.py")
    before = decode(link(app)).workload
    app.select_slider(key="traffic.requests_per_day").set_value(20_000.0).run()
    after = decode(link(app)).workload
    assert after.traffic.requests_per_day == 20_000
    assert after.model_copy(update={"traffic": before.traffic}) == before


def test_an_exact_figure_that_no_slider_stop_has_is_kept():
    app = unfolded("traffic")
    app.number_input(key="traffic.requests_per_day~exact").set_value(12_345.0).run()
    assert decode(link(app)).workload.traffic.requests_per_day == 12_345
    assert app.select_slider(key="traffic.requests_per_day").value == 12_345


def test_an_impossible_pair_is_explained_and_nothing_typed_is_lost():
    app = unfolded("tokens")
    before = link(app)
    app.number_input(key="tokens.input_p95~exact").set_value(10.0).run()
    assert not app.exception
    assert any("raise it to" in item.value for item in app.error)
    assert app.number_input(key="tokens.input_p95~exact").value == 10
    assert link(app) == before
    app.number_input(key="tokens.input_p95~exact").set_value(3000.0).run()
    assert not app.error and decode(link(app)).workload.tokens.input_p95 == 3000


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("page", ["app.py", "pages/recommendation.py"])
def test_hostile_names_are_only_text(page, name):
    app = opened(page, token_for(Workload(name=name)))
    assert not app.exception and not app.error
    assert "<script>alert" not in html(app)


@pytest.mark.parametrize("token", ["", "1.", "nonsense", "1.AAAA", "2.abc", "1." + "A" * 20_000, "1.eJyr"])
def test_a_broken_link_says_so_and_shows_the_starting_values(token):
    app = opened("pages/cost.py", token)
    assert not app.exception
    assert any("link" in item.value for item in app.error)
    assert "data-testid='headline'" in html(app)


def test_a_link_of_another_day_is_answered_as_of_that_day_with_a_way_to_today():
    app = opened("pages/recommendation.py", token_for(Workload(), dt.date(2026, 10, 20)))
    assert not app.exception
    assert any("as of 2026-10-20" in item.value for item in app.info)
    app.button(key="as_of_today").click().run()
    assert decode(link(app)).on == dt.date.today()


@pytest.mark.parametrize(
    "workload",
    [
        {"budget": {"monthly_usd": 0.01}},
        {"needs": {"providers": ["nobody"]}},
        {"needs": {"regions": ["atlantis"]}},
        {"traffic": {"requests_per_day": 1e9}},
        {"traffic": {"requests_per_day": 1}},
        {"tokens": {"input_mean": 10_000_000, "output_mean": 1_000_000}},
        {"tokens": {"input_mean": 1, "output_mean": 1}},
        {"context": {"output_reserve_tokens": 1_000_000}},
        {"budget": {"percentile": 99.9, "ttft_s": 0.001}},
        {"baseline": "nobody/nothing"},
        {"tiers": {"openai": "platinum"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("page", PAGES)
def test_absurd_workloads_give_a_message_or_a_page_never_a_traceback(page, workload):
    app = opened(page, token_for(Workload.model_validate(workload)))
    assert not app.exception


def test_leaving_everything_out_of_the_weights_is_explained():
    app = opened("pages/recommendation.py")
    for axis in ("cost", "latency", "rate_limits", "context_window"):
        app.slider(key=f"priorities.weights.{axis}").set_value(0.0)
    app.run()
    assert not app.exception
    assert any("the weights of all four axes are 0" in item.value for item in app.error)


def test_controls_show_their_own_value_on_every_page_and_after_coming_back():
    app = opened()
    for page in ("pages/cost.py", "app.py", "pages/latency.py", "app.py", "pages/cost.py"):
        app.switch_page(page).run()
        tokens = decode(link(app)).workload.tokens
        assert app.select_slider(key="tokens.input_mean").value == tokens.input_mean == 1155


def test_only_the_preset_whose_figures_are_shown_is_marked():
    app = opened()

    def marked():
        return [preset for preset in presets() if app.button(key=f"preset-{preset}").proto.type == "primary"]

    assert marked() == ["support-chatbot"]
    app.button(key="preset-rag").click().run()
    assert marked() == ["rag"]
    app.select_slider(key="traffic.requests_per_day").set_value(20_000.0).run()
    assert marked() == []


@pytest.mark.parametrize("page", PAGES[1:5])
def test_where_none_fits_every_headline_says_so_before_it_speaks_of_the_nearest(page):
    app = opened(page, token_for(Workload.model_validate({"budget": {"monthly_usd": 0.01}})))
    assert "data-testid='headline'>No offer fits; the nearest: " in html(app)


def test_where_none_fits_the_first_page_names_the_smallest_change_in_the_words_of_its_controls():
    app = opened("app.py", token_for(Workload.model_validate({"budget": {"monthly_usd": 0.01}})))
    assert "Raise “Budget a month” to" in texts(app).replace("\\", "")
    assert "The nearest to fitting" in texts(app)


def test_an_unknown_axis_is_called_unknown_in_the_ranking():
    app = opened("pages/recommendation.py", token_for(Workload()))
    ranking = next(item.proto.body for item in app.get("html") if "TOPSIS" in item.proto.body)
    # Mistral publishes no limits.
    row = next(row for row in ranking.split("<tr") if "<small>mistral/" in row)
    assert ">unknown<" in row


def test_what_could_win_if_known_is_called_by_name_like_every_other_row():
    shown = html(opened("pages/recommendation.py"))
    table = shown[shown.index("What to enter or measure") :]
    assert "<td class='id'>GPT-6.1 Terra<small>openai/gpt-6.1-terra</small>" in table


def test_a_link_of_another_catalogue_says_that_figures_may_differ():
    app = opened("pages/cost.py", token_for(Workload()))
    assert any("catalogue has changed since this link was made" in item.value for item in app.info)
    assert not any("today's answer" in item.value for item in app.info)


def test_a_median_moves_the_mean_and_a_mean_drops_the_median():
    app = unfolded("tokens")
    app.number_input(key="tokens.input_p50~exact").set_value(500.0).run()
    app.number_input(key="tokens.input_p95~exact").set_value(9000.0).run()
    tokens = decode(link(app)).workload.tokens
    # sigma = ln(9000 / 500) / 1.6449 = 1.7572, mean = 500 exp(sigma^2 / 2)
    assert (tokens.input_p50, tokens.input_mean) == (500, pytest.approx(2341.4, abs=0.5))
    app.select_slider(key="tokens.input_mean").set_value(3000.0).run()
    assert not app.error and decode(link(app)).workload.tokens.input_p50 is None


def test_excluded_offers_of_providers_that_are_not_compared_are_not_listed():
    app = opened("pages/cost.py")
    listed = next(item.proto.body for item in app.get("html") if "Sticker price" in item.proto.body)
    assert "anthropic/claude-haiku-4-5<" in listed and "google/" not in listed


def test_the_cost_page_explains_a_bill_and_looks_twelve_months_ahead():
    app = opened("pages/cost.py")
    for name in ("Why this bill", "Twelve months"):
        app.session_state["cost_charts"] = name
        app.run()
        assert not app.exception
    assert "Twelve months" in html(app)
    app.toggle(key="scheduled").set_value(False).run()
    assert not app.exception


def test_a_link_of_the_last_month_of_the_calendar_says_that_nothing_can_be_looked_ahead():
    app = opened("pages/cost.py", token_for(Workload(), dt.date(9999, 12, 1)))
    app.session_state["cost_charts"] = "Twelve months"
    app.run()
    assert not app.exception
    assert [note.value for note in app.info if "no calendar holds a month after" in note.value]


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["parts"] = name
    return app.run()


def test_a_conversation_replaces_the_length_of_prompts_and_says_so():
    app = tab(opened(), "Conversation")
    app.select_slider(key="conversation.turns").set_value(10.0).run()
    assert not app.exception
    assert decode(link(app)).workload.conversation.turns == 10
    assert "In conversations of 10 turns the prompts grow" in texts(app)
    app.session_state["exact-conversation"] = True
    app.run()
    app.number_input(key="conversation.turns~exact").set_value(None).run()
    assert decode(link(app)).workload.conversation.turns is None


def test_the_terms_of_the_bill_reach_the_link_and_a_cleared_one_leaves_it():
    app = tab(opened(), "Terms")
    app.session_state["discounts"] = True
    app.run()
    app.number_input(key="billing.discounts.openai").set_value(0.2).run()
    app.selectbox(key="billing.service").set_value("priority").run()
    assert not app.exception
    assert decode(link(app)).workload.billing.discounts == {"openai": 0.2}
    assert decode(link(app)).workload.billing.service == "priority"
    app.number_input(key="billing.discounts.openai").set_value(None).run()
    assert decode(link(app)).workload.billing.discounts == {}


def test_what_a_task_costs_appears_once_its_success_is_known():
    workload = presets()["support-chatbot"].workload
    before = opened("pages/cost.py", token_for(workload))
    assert "Per success" not in html(before)
    rated = workload.model_copy(update={"task": workload.task.model_copy(update={"success_rate": 0.9})})
    assert "Per success" in html(opened("pages/cost.py", token_for(rated)))


def test_every_view_of_the_cost_page_opens_for_a_conversation_with_all_terms():
    parts = presets()["rag"].workload.model_dump()
    parts["conversation"] = {"turns": 12, "user_tokens": 400, "pause_s": 400, "cached": True}
    parts["billing"] = {"service": "flex", "discounts": {"google": 0.1}, "gateway_fee": 0.055, "billed_failures": 0.05}
    parts["tools"] = {"web_searches": 0.2, "file_searches": 0, "code_sessions": 0}
    parts["needs"]["providers"] = ()
    app = opened("pages/cost.py", token_for(Workload.model_validate(parts)))
    for name in ("By line", "Range", "Why this bill", "Twelve months", "Output/input ratio", "Cache hit rate", "Volume"):
        app.session_state["cost_charts"] = name
        app.run()
        assert not app.exception and not app.error, name


def test_a_surer_figure_narrows_the_range():
    workload = presets()["support-chatbot"].workload
    sure = workload.model_copy(update={"spreads": workload.spreads.model_copy(update={"volume": 0.0})})
    app = tab(opened(token=token_for(sure)), "How sure")
    assert app.select_slider(key="spreads.volume").value == 0
    app.select_slider(key="spreads.volume").set_value(0.3).run()
    assert decode(link(app)).workload.spreads.volume == 0.3

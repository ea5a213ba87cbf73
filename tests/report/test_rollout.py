"""The rollout of a recommendation: what is written, that it loads, and the figures beside it worked out by hand."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import yaml
from report.studies import PLAIN, catalogue, chatbot, made, nothing_fits, plain

from framework import wording
from framework.errors import ReportError
from framework.providers import AnthropicProvider, Fallback, OpenAIProvider, Split, load_provider, load_target
from framework.report.rollout import SPLITS, Rollout, headline, rollout
from framework.report.rollout_config import llm_yaml
from framework.report.rollout_differences import difference_rows
from framework.report.rollout_reach import KEY_VARIABLES, layer_name
from framework.report.rollout_watch import probing, tally_words, watch_rows
from framework.study import Study

UNREACHED = {"azure", "bedrock", "cohere", "vertex"}
OFFERS = [offer.id for offer in catalogue(real=True).offers]
GEMINI = next(offer for offer in OFFERS if offer.startswith(("google/", "gemini/")))
CALLABLE = [offer for offer in OFFERS if offer.partition("/")[0] not in UNREACHED]


def chosen(choice: str | None, fallback: str | None = None, study: Study | None = None) -> Study:
    """The study with that answer, whatever it would have recommended."""
    study = study or chatbot()
    return dataclasses.replace(study, recommendation=dataclasses.replace(study.recommendation, choice=choice, fallback=fallback))


def real(**changes: Any) -> Study:
    return chosen("openai/gpt-6-sol", "anthropic/claude-haiku-5-5", made(real=True, deep=False, **changes))


def written(plan: Rollout) -> dict[str, Any]:
    return yaml.safe_load(llm_yaml(plan))


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in KEY_VARIABLES.values():
        monkeypatch.setenv(variable, "sk-canary-7Q2xV9tR4mB1nZ8c")


def test_the_layer_reaches_all_providers_of_the_catalogue_but_the_clouds_and_cohere() -> None:
    assert {provider for provider in catalogue(real=True).providers if layer_name(provider) is None} == UNREACHED


@pytest.mark.parametrize("offer", CALLABLE)
def test_the_file_for_every_offer_that_the_layer_can_call_loads(offer: str, tmp_path: Any) -> None:
    other = "openai/gpt-6-luna" if offer.startswith("anthropic/") else "anthropic/claude-haiku-5-5"
    path = tmp_path / "llm.yaml"
    for primary, fallback in ((offer, other), (other, offer)):
        plan = rollout(chosen(primary, fallback), 0.1)
        path.write_text(llm_yaml(plan))
        llm = load_provider(path)
        assert isinstance(llm, Split)
        assert isinstance(next(iter(llm.arms)), Fallback)
        assert list(llm.arms.values()) == pytest.approx([0.9, 0.1])
        assert set(llm._prices) == {one.name for one in plan.callees}


@pytest.mark.parametrize(
    ("offer", "name"),
    [
        ("google/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
        ("groq/gpt-oss-120b", "groq/openai/gpt-oss-120b"),
        ("groq/qwen3.8-27b", "groq/qwen/qwen3.8-27b"),
        ("cerebras/gpt-oss-120b", "cerebras/gpt-oss-120b"),
        ("xai/grok-4.20", "xai/grok-4.20-0309-reasoning"),
        ("anthropic/claude-opus-4-5", "anthropic/claude-opus-4-5"),
    ],
)
def test_the_file_has_the_names_of_the_interface_and_not_those_of_the_catalogue(offer: str, name: str) -> None:
    assert written(rollout(chosen(offer)))["primary"] == name


def test_primary_and_fallback_stand_in_order_and_the_types_follow(tmp_path: Any) -> None:
    path = tmp_path / "llm.yaml"
    path.write_text(llm_yaml(rollout(real())))
    llm = load_provider(path)
    assert isinstance(llm, Fallback)
    assert [provider.name for provider in llm.providers] == ["openai/gpt-6-sol", "anthropic/claude-haiku-5-5"]
    assert isinstance(llm.providers[0], OpenAIProvider) and isinstance(llm.providers[1], AnthropicProvider)


@pytest.mark.parametrize(
    ("budget", "clients", "expected"),
    [
        # Streaming: the whole reply's 20 s are the wait for the first text; two providers have 40 s. Refused calls count as lost.
        ({"response_s": 20, "streaming": True}, {}, (20, 0, 40)),
        # A whole reply may be late twice over: 2 x 20; two providers 80. Retries as the study has them.
        ({"response_s": 20, "streaming": False}, {"policy": "retry", "retries": 4}, (40, 4, 80)),
        ({"response_s": 0.25, "streaming": True}, {"policy": "wait", "retries": 1}, (0.25, 1, 0.5)),
        # The layer takes an hour at most, and then no budget for both fits.
        ({"response_s": 7_200, "streaming": False}, {}, (3600, 0, None)),
    ],
)
def test_timeouts_come_from_the_budget_and_retries_from_the_clients(
    budget: dict[str, Any], clients: dict[str, Any], expected: tuple[float, int, float | None], tmp_path: Any
) -> None:
    plan = rollout(real(budget={**PLAIN["budget"], **budget}, clients=clients))
    found = written(plan)
    assert (found["timeout_s"], found["max_retries"], found.get("budget_s")) == expected
    path = tmp_path / "llm.yaml"
    path.write_text(llm_yaml(plan))
    load_provider(path)


def test_the_split_has_its_share_and_prices_after_region_and_discount() -> None:
    # GPT-6 Luna: 0.10 in, 0.01 from the cache, 0.125 written, 0.50 out; 20 % off for OpenAI, 10 % more in the EU.
    study = chosen(
        "openai/gpt-6-luna",
        "anthropic/claude-haiku-5-5",
        made(real=True, deep=False, needs={"regions": ["eu"]}, billing={"discounts": {"openai": 0.2}}),
    )
    found = written(rollout(study, 0.05))
    assert found["split"] == {"anthropic/claude-haiku-5-5": 0.05}
    assert found["prices"]["openai/gpt-6-luna"] == pytest.approx(
        {"input": 0.1 * 0.88, "output": 0.5 * 0.88, "cache_read": 0.01 * 0.88, "cache_write": 0.125 * 0.88}
    )
    assert "split" not in written(rollout(study)) and "prices" not in written(rollout(study))


def settings(plan: Rollout) -> dict[str, Any]:
    return written(plan).get("providers", {})


def said(plan: Rollout) -> str:
    return " ".join(llm_yaml(plan).replace("\n# ", " ").split())


CALM = {
    "openai/gpt-6-sol": {"options": {"reasoning_effort": "none"}},
    "anthropic/claude-haiku-5-5": {"options": {"thinking": {"type": "disabled"}}},
}


def test_what_the_study_counts_on_is_asked_for() -> None:
    # Without thinking in the study neither model may think, which both do unless they are told not to.
    assert settings(rollout(real())) == CALM
    cached = rollout(real(caching={"prefix_tokens": 900, "hit_rate": 0.8}))
    assert settings(cached) == {"anthropic": {"cache_system": True}, **CALM}
    thinking = rollout(real(tokens={**PLAIN["tokens"], "reasoning_mean": 300, "effort": "low"}, billing={"service": "flex"}))
    assert settings(thinking) == {"openai/gpt-6-sol": {"options": {"service_tier": "flex", "reasoning_effort": "low"}}}
    assert "lets Claude Haiku 5.5 think at low effort; this file does not ask for it" in said(thinking)


@pytest.mark.parametrize(
    ("offer", "tokens", "options"),
    [
        # Always thinks: its times were read at effort low, so that is asked for.
        ("anthropic/claude-sonnet-5-5", {}, {"output_config": {"effort": "low"}}),
        ("anthropic/claude-sonnet-5-5", {"reasoning_mean": 300, "effort": "max"}, {"output_config": {"effort": "max"}}),
        ("openai/gpt-6.1-sol", {}, {"reasoning_effort": "low"}),
        ("openai/gpt-6.1-sol", {"reasoning_mean": 300, "effort": "xhigh"}, {"reasoning_effort": "xhigh"}),
        # Chat Completions refuses max.
        ("openai/gpt-6.1-sol", {"reasoning_mean": 300, "effort": "max"}, None),
        # Whether it can be without thinking is not known, and a word that it refuses would refuse every call.
        ("openai/gpt-6.1-terra", {}, None),
        ("anthropic/claude-opus-4-8", {"reasoning_mean": 300, "effort": "high"}, None),
        ("google/gemini-3.8-flash", {}, None),
        # Does not think at all: nothing to ask and nothing to say.
        ("openai/gpt-4.1", {"reasoning_mean": 300, "effort": "high"}, None),
    ],
)
def test_an_effort_is_named_only_where_the_model_is_known_to_have_it(
    offer: str, tokens: dict[str, Any], options: Any, tmp_path: Any
) -> None:
    study = chosen(offer, None, made(real=True, deep=False, tokens={**PLAIN["tokens"], **tokens}))
    plan = rollout(study)
    assert plan.primary is not None
    assert settings(plan) == ({plan.primary.name: {"options": options}} if options else {})
    open_questions = ("counts on", "lets") if options is None and offer != "openai/gpt-4.1" else ()
    assert any(f"study {word}" in said(plan) for word in open_questions) == bool(open_questions)
    assert ("Left alone, a model may think harder" in said(plan)) == bool(options)
    path = tmp_path / "llm.yaml"
    path.write_text(llm_yaml(plan))
    wanted = None if options is None else next(iter(options.values()))
    assert load_target(path).effort == (wanted["effort"] if isinstance(wanted, dict) else wanted), "the probe measures at that effort"


def test_the_file_says_for_what_on_which_day_and_by_which_catalogue() -> None:
    text, study = llm_yaml(rollout(real())), real()
    assert "# Written by Four Axes for: Plain\n" in text
    assert f"# Answered for 2026-11-23, prices as of 2026-11-23, catalogue {study.catalogue.digest[:16]}." in text
    assert "(OPENAI_API_KEY and ANTHROPIC_API_KEY)" in text


HOSTILE = [
    "x\nprimary: evil/model",
    "x\r\nprimary: evil/model",
    "x\x85primary: evil/model",
    "x\u2028primary: evil/model",
    "a: b # c",
    "---\n- &a [*a]",
    "!!python/object/apply:os.system ['x']",
    "\x00\x07\ud800\ufffe tail",
    "'\"{}[]%@`|>",
    "x" * 120,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_inside_its_comment(name: str, tmp_path: Any) -> None:
    honest = rollout(real())
    workload = honest.study.workload.model_copy(update={"name": name})
    plan = dataclasses.replace(honest, study=dataclasses.replace(honest.study, workload=workload))
    path = tmp_path / "llm.yaml"
    path.write_text(llm_yaml(plan), encoding="utf-8")
    load_provider(path)
    assert written(plan) == written(honest)


def test_a_strange_name_of_an_interface_is_quoted() -> None:
    plan = rollout(real())
    assert plan.primary is not None
    strange = dataclasses.replace(plan.primary, model="a: b, #c]")
    assert written(dataclasses.replace(plan, primary=strange))["primary"] == "openai/a: b, #c]"


@pytest.mark.parametrize(
    ("offer", "says"),
    [
        ("bedrock/claude-haiku-5-5", ("AsyncAnthropicBedrock", "anthropic/claude-haiku-5-5, ranked 1")),
        ("azure/gpt-6-luna", ("AsyncAzureOpenAI", "openai/gpt-6-luna, ranked 2")),
        ("vertex/gemini-3.8-flash", ("AsyncAnthropicVertex", "google/gemini-3.8-flash")),
        ("cohere/command-a-03-2025", ("its SDK", "No provider that it can call sells the same model")),
    ],
)
def test_a_choice_that_the_layer_cannot_call_gets_no_file_but_what_to_do(offer: str, says: tuple[str, ...]) -> None:
    plan = rollout(chosen(offer, "openai/gpt-6-luna"), 0.1)
    assert plan.primary is None and plan.split_share == 0 and watch_rows(plan) == [] and difference_rows(plan) == []
    assert "cannot call it" in headline(plan)
    assert all(word in plan.notes[0] for word in says)
    with pytest.raises(ReportError, match="cannot call"):
        llm_yaml(plan)


def test_a_fallback_that_the_layer_cannot_call_is_left_out_and_named() -> None:
    plan = rollout(chosen("openai/gpt-6-luna", "bedrock/claude-haiku-5-5"), 0.1)
    found = written(plan)
    assert "fallback" not in found and "split" not in found and "budget_s" not in found
    assert "AsyncAnthropicBedrock" in plan.notes[0] and "can call is anthropic/claude-haiku-5-5" in plan.notes[0]
    assert "nothing to split" in plan.notes[1]
    assert "with nothing to take over" in headline(plan)


def test_without_a_choice_there_is_nothing_to_roll_out() -> None:
    plan = rollout(nothing_fits())
    assert plan.primary is None and "Nothing to roll out yet" in headline(plan) and "must-have" in plan.notes[0]
    with pytest.raises(ReportError):
        llm_yaml(plan)


def test_an_unasked_fallback_is_told_apart_from_one_that_does_not_exist() -> None:
    assert "needs.fallback" in rollout(chosen("openai/gpt-6-luna", None, made(real=True, needs={"fallback": False}))).notes[0]
    assert "nothing takes over when the provider fails" in rollout(chosen("openai/gpt-6-luna")).notes[0]


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_that_is_no_part_of_the_calls_is_refused(share: float) -> None:
    with pytest.raises(ReportError, match="give a share"):
        rollout(real(), share)
    assert all(rollout(real(), fine).split_share == fine for fine in SPLITS)


def watched(plan: Rollout) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in watch_rows(plan)}


def test_what_to_watch_follows_from_the_study_by_hand() -> None:
    # 30,000 calls a month at Luna: 1,000 x 0.10 + 100 x 0.50 = 150 USD per million calls: 4.50 a month, 0.15 a day.
    # At Haiku the same prices, with counts that are each model's own: 0.15 as well. A budget of 500 is 16.67 a day.
    study = chosen("openai/gpt-6-luna", "anthropic/claude-haiku-5-5", made(real=True, deep=False, clients={"target_share": 0.98}))
    found = watched(rollout(study))
    assert found["Bill per day, mean of a week"]["expected"].startswith("$0.15")
    assert found["Bill per day, mean of a week"]["act"] == "above $16.67"
    assert found["First token, P80"]["act"] == "above 5.0 s"
    assert found["First token, P80"]["where"] == "tally.ttft.quantile_s(0.8)"
    assert found["Whole reply, P80"]["act"] == "above 20.0 s"
    refused = found["Calls lost to rate limits (429), busiest hour"]
    assert (refused["expected"], refused["act"]) == ("0 %", "above 2 %")
    assert found["Answers of the fallback"]["act"] == "above 2 %"
    assert "alone costs $0.15 a day" in found["Answers of the fallback"]["why"]
    assert "Input tokens read from the cache" not in found


@pytest.mark.parametrize(("percentile", "told"), [(50, 0.5), (80, 0.8), (95, 0.95), (99.9, 0.95)])
def test_what_is_expected_is_the_percentile_that_is_watched_or_the_last_that_readings_have(percentile: float, told: float) -> None:
    study = made(real=True, deep=False, budget={**PLAIN["budget"], "percentile": percentile})
    plan = rollout(chosen("openai/gpt-6-luna", None, study))
    seconds = [float(each[study.columns.index("openai/gpt-6-luna")]) for each in study.assessments.latency.spread.at(told)]
    rows = [watched(plan)[f"{what}, P{percentile:g}"]["expected"] for what in ("First token", "Whole reply")]
    assert [row.split(";")[0] for row in rows] == [f"P{100 * told:g} {wording.seconds(second)}" for second in seconds]


def test_calls_before_the_answer_are_no_figure_of_the_layer() -> None:
    study = made(real=True, deep=False, task={"round_trips": 2})
    found = watched(rollout(chosen("openai/gpt-6-luna", "anthropic/claude-haiku-5-5", study)))
    for name in ("First token, P80", "Whole reply, P80"):
        assert found[name]["where"] == "from the first of the 3 calls on, in metrics of your own"
        assert ", which all 3 calls share" in found[name]["why"]


def test_the_split_moves_its_share_of_the_bill() -> None:
    # Sol, 2 in and 10 out per million: 30,000 x (1,000 x 2 + 100 x 10) / 1e6 = 90 a month; Haiku 30,000 x 150 / 1e6 = 4.50.
    # Four fifths and one fifth: (72 + 0.90) / 30 = 2.43 a day.
    assert watched(rollout(real()))["Bill per day, mean of a week"]["expected"] == "$3.00"
    assert watched(rollout(real(), 0.2))["Bill per day, mean of a week"]["expected"] == "$2.43"


def cached_row(monthly_usd: float) -> dict[str, str]:
    study = made(
        real=True,
        deep=False,
        caching={"prefix_tokens": 1_000, "hit_rate": 0.8},
        tokens={"input_mean": 2_000, "output_mean": 100},
        context={"system_tokens": 1_000, "turns": 1, "turn_tokens": 1_000, "output_reserve_tokens": 500},
        budget={**PLAIN["budget"], "monthly_usd": monthly_usd},
    )
    return watched(rollout(chosen("anthropic/claude-haiku-5-5", None, study)))["Input tokens read from the cache"]


def test_the_cache_is_watched_by_the_share_at_which_the_budget_breaks() -> None:
    # 30,000 calls of 2,000 tokens, 1,000 of them a prefix: a hit costs 0.01, a miss 0.125, the rest 0.10 and 100 out at 0.50 per million.
    # With h hits a month costs 0.03 x (1,000 x (0.01 h + 0.125 (1 - h)) + 1,000 x 0.10 + 100 x 0.50) = 8.25 - 3.45 h: at 0.8 that is 5.49.
    # A budget of 6.525 breaks below h = 0.5; 1,000 x 0.8 of 2,000 tokens are 40 %, and 0.5 of the prompts 25 %.
    row = cached_row(6.525)
    assert (row["expected"], row["act"]) == ("40 %", "below 25 %")
    assert "fewer than 50 %" in row["why"]
    # A budget that holds without any hit: half of the expected share, and the bill of no hits, 8.25.
    row = cached_row(500)
    assert (row["act"], "costs $8.25" in row["why"]) == ("below 20 %", True)
    # 4 is less than the 4.80 of all hits.
    assert cached_row(4)["act"] == "any fall"


def test_unknown_limits_and_readings_are_unknown_and_not_zero() -> None:
    found = watched(rollout(chosen("google/gemini-3.8-flash", "mistral/mistral-large-4", made(real=True, deep=False))))
    assert found["Calls lost to rate limits (429), busiest hour"]["expected"] == "unknown"
    assert "is not known to hold your peak" in found["Answers of the fallback"]["why"]


def test_a_provider_alone_is_watched_by_its_replies() -> None:
    found = watched(rollout(chosen("openai/gpt-6-luna", None, made(real=True, deep=False))))
    assert found["Whole reply, P80"]["where"] == "response_s of every reply, in metrics of your own"
    assert "Answers of the fallback" not in found


def test_the_checklist_tells_the_two_wire_formats_apart() -> None:
    rows = {row["name"]: row for row in difference_rows(rollout(real()))}
    told = {name: (row["primary"], row["fallback"], row["differs"]) for name, row in rows.items()}
    assert told["System prompt"] == ("first message, of the role system", "system, a field of the request", "yes")
    assert told["Field of the longest reply"] == ("max_completion_tokens; thinking counts", "max_tokens, required; thinking counts", "yes")
    assert told["Longest reply counts against the limit"] == ("charged on arrival", "only what is written", "yes")
    assert told["Why a reply ended"][0] == "cut: length; declined: content_filter"
    assert told["Why a reply ended"][1] == "cut: max_tokens, model_context_window_exceeded; declined: refusal"
    assert told["Asking for the cache"] == ("automatic", "cache_control in the request", "yes")
    assert told["Shortest cached prefix"] == ("1,024 tokens", "512 tokens", "yes")
    assert told["Cached input counts against the limit"] == ("yes", "no", "yes")
    assert told["Overloaded"][1] == "529 overloaded_error"
    assert "enforced_spend_limit_reached" in told["Out of money"][1]
    assert told["Says how long to wait"] == ("yes", "yes", "no")
    assert told["Batch discount"] == ("50 % off", "50 % off", "no")


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_the_tallies_are_where_the_page_says(share: float, tmp_path: Any) -> None:
    plan = rollout(real(), share)
    (tmp_path / "llm.yaml").write_text(llm_yaml(plan))
    llm: Any = load_provider(tmp_path / "llm.yaml")
    place = tally_words(plan).split("`")[3]
    tallies = next(iter(llm.arms)).tallies if share else llm.tallies
    assert place == ("next(iter(llm.arms)).tallies[name]" if share else "llm.tallies[name]")
    assert list(tallies) == ["openai/gpt-6-sol", "anthropic/claude-haiku-5-5"]
    assert len(llm.tallies) == 2
    assert tally_words(rollout(chosen("openai/gpt-6-sol"))) == ""


def test_the_probe_that_is_told_of_measures_what_is_said(tmp_path: Any) -> None:
    plan = rollout(real())
    (tmp_path / "llm.yaml").write_text(llm_yaml(plan))
    assert load_target(tmp_path / "llm.yaml").name == "openai/gpt-6-sol", "the primary"
    told = probing(plan)
    other = told.split("--target ")[1].split("`")[0]
    assert "of the primary" in told and load_target(tmp_path / "llm.yaml", other).name == other == "anthropic/claude-haiku-5-5"
    assert "--target" not in probing(rollout(chosen("openai/gpt-6-sol")))


def test_where_to_say_how_hard_to_think_is_told_where_the_sdk_says_it() -> None:
    def of(primary: str, fallback: str) -> tuple[str, str, str]:
        study = chosen(primary, fallback, made(real=True, deep=False))
        row = next(row for row in difference_rows(rollout(study)) if row["name"] == "How hard to think")
        return row["primary"], row["fallback"], row["differs"]

    assert of("openai/gpt-6-sol", "anthropic/claude-sonnet-5-5") == ("reasoning_effort", "output_config: {effort: ...}", "yes")
    assert of("openai/gpt-6-sol", GEMINI)[1:] == ("unknown", "unknown")


def test_the_checklist_says_at_whom_a_short_prefix_is_not_cached() -> None:
    # GPT-6 Sol caches from 1,024 tokens on, Haiku 5.5 from 512.
    rows = {row["name"]: row["care"] for row in difference_rows(rollout(real(caching={"prefix_tokens": 900, "hit_rate": 0.8})))}
    assert rows["Shortest cached prefix"] == "Your 900 tokens, as the study has it: not cached at GPT-6 Sol, cached at Claude Haiku 5.5."
    assert {row["name"]: row["care"] for row in difference_rows(rollout(real()))}["Shortest cached prefix"] == "You cache no prefix."


def test_what_no_source_says_is_unknown_in_the_checklist() -> None:
    study = chosen("mistral/mistral-large-4", "groq/gpt-oss-120b")
    told = {row["name"]: (row["primary"], row["fallback"], row["differs"]) for row in difference_rows(rollout(study))}
    assert told["Longest reply counts against the limit"] == ("unknown", "unknown", "unknown")
    assert told["Overloaded"] == ("unknown", "unknown", "unknown")
    assert told["Why a reply ended"] == (
        "cut: length, model_length; declined: content_filter",
        "cut: length; declined: content_filter",
        "yes",
    )
    assert told["Field of the longest reply"][0] == "max_tokens; whether thinking counts was not found"
    assert difference_rows(rollout(plain())) == []

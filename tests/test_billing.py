"""The parts of a workload that only the bill reads: wrong ones are answered with field and cure, right ones survive file and table."""

import pytest

from framework.errors import WorkloadError
from framework.flat import flat, from_flat
from framework.load import load_of
from framework.priorities import Priorities
from framework.workload import Workload
from framework.workload_file import parse_workload, write_workload

EVERYTHING = """
name: Agents
traffic: {starts_utc: 6.5, active_hours: 10}
tokens: {output_mean: 300, reasoning_mean: 500, effort: high}
caching: {explicit: false}
conversation: {turns: 12, user_tokens: 200, pause_s: 45, cached: false}
billing: {service: flex, discounts: {openai: 0.15, anthropic: 0}, gateway_fee: 0.055, billed_failures: 0.02}
tools: {web_searches: 0.5, file_searches: 1.25, code_sessions: 0.01}
task: {calls: 8, success_rate: 0.7, success_rates: {claude-opus-5.5: 0.9, openai/gpt-5.4: 0.6}}
spreads: {volume: 0, input_tokens: 0.3, output_tokens: 0.2, hit_rate: 1, prefixes: 2, reasoning: 0, tokenizer: 0.5}
"""


def read(text: str) -> Workload:
    return parse_workload(text, "w.yaml")[0]


def test_everything_is_read_as_written_and_reaches_the_numbers() -> None:
    workload = read(EVERYTHING)
    load = load_of(workload)
    assert (load.starts_utc, load.effort, load.service, load.explicit, load.caches_history) == (6.5, "high", "flex", False, False)
    assert (load.converses, load.conversation_turns, load.user_tokens, load.pause_s) == (True, 12, 200, 45)
    assert (load.gateway_fee, load.billed_failures, load.tool_calls) == (0.055, 0.02, (0.5, 1.25, 0.01))
    assert workload.billing.discounts == {"openai": 0.15, "anthropic": 0}
    assert workload.task.success_rates["openai/gpt-5.4"] == 0.6


def test_everything_survives_the_file_and_the_flat_table() -> None:
    pair = (read(EVERYTHING), Priorities())
    assert parse_workload(write_workload(*pair), "w.yaml") == pair
    assert from_flat(flat(*pair)) == pair


def test_what_a_workload_does_not_say_adds_nothing_to_the_bill() -> None:
    load = load_of(Workload())
    assert (load.gateway_fee, load.billed_failures, load.tool_calls) == (0, 0, (0, 0, 0))
    assert (load.service, load.effort, load.converses) == ("standard", "medium", False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conversation: {turns: 2.5}", "conversation.turns: must be a whole number of turns, not 2.5"),
        ("conversation: {turns: 0}", "conversation.turns: must be at least 1, not 0"),
        ("conversation: {turns: 1001}", "conversation.turns: must be at most 1,000, not 1001"),
        ("conversation: {turns: '3'}", "conversation.turns: must be a number, not '3'"),
        ("conversation: {turns: true}", "conversation.turns: must be a number, not true"),
        ("conversation: {turn: 3}", "conversation.turn: unknown key; did you mean 'turns'?"),
        ("conversation: {user_tokens: -5}", "conversation.user_tokens: must be at least 1, not -5"),
        ("conversation: {pause_s: 0}", "conversation.pause_s: must be more than 0, not 0"),
        ("conversation: {cached: 1}", "conversation.cached: must be true or false, not 1"),
        ("conversation: null", "conversation: must be a mapping"),
        ("billing: {service: batch}", "billing.service: must be one of 'standard', 'flex' or 'priority', not 'batch'"),
        ("billing: {service: Flex}", "did you mean 'flex'?"),
        ("billing: {discounts: {openai: 1}}", "billing.discounts.openai: must be less than 1, not 1"),
        ("billing: {discounts: {openai: -0.1}}", "billing.discounts.openai: must be at least 0, not -0.1"),
        ("billing: {discounts: {openai: '10 %'}}", "billing.discounts.openai: must be a number, not '10 %'"),
        ("billing: {discounts: 0.1}", "billing.discounts: must be a mapping"),
        ("billing: {gateway_fee: 5.5}", "billing.gateway_fee: must be at most 1, not 5.5"),
        ("billing: {billed_failures: 1}", "billing.billed_failures: must be at most 0.9, not 1"),
        ("tools: {web_searches: -1}", "tools.web_searches: must be at least 0, not -1"),
        ("tools: {web_search: 1}", "tools.web_search: unknown key; did you mean 'web_searches'?"),
        ("task: {calls: 0}", "task.calls: must be at least 1, not 0"),
        ("task: {success_rate: 0}", "task.success_rate: must be more than 0, not 0"),
        ("task: {success_rates: {gpt-5.5: 2}}", "task.success_rates.gpt-5.5: must be at most 1, not 2"),
        ("spreads: {volume: -1}", "spreads.volume: must be at least 0, not -1"),
        ("spreads: {volume: 3}", "spreads.volume: must be at most 2, not 3"),
        ("spreads: {tokenizer: 2}", "spreads.tokenizer: must be at most 1, not 2"),
        ("spreads: []", "spreads: must be a mapping"),
        ("traffic: {starts_utc: 24}", "traffic.starts_utc: must be less than 24, not 24"),
        ("traffic: {starts_utc: 06:00}", "traffic.starts_utc: must be a number, not '06:00'"),
        ("tokens: {effort: extreme}", "tokens.effort: must be one of 'none', 'low'"),
        ("tokens: {effort: null}", "did you mean 'none'?"),
        ("caching: {explicit: 1}", "caching.explicit: must be true or false, not 1"),
        ("tokens: {output_mean: 300, output_p95: 100}", "output_p95 (100) is below output_mean (300): raise it to 300 or more"),
    ],
)
def test_a_wrong_part_is_answered_with_its_field_and_the_cure(text: str, message: str) -> None:
    with pytest.raises(WorkloadError) as caught:
        read("name: A\n" + text)
    assert str(caught.value).startswith("w.yaml:2: ") and message in str(caught.value)


@pytest.mark.parametrize("number", [".nan", ".inf", "-.inf", "1e999"])
@pytest.mark.parametrize("field", ["conversation: {turns: %s}", "billing: {discounts: {openai: %s}}", "spreads: {volume: %s}"])
def test_what_is_no_number_is_answered_with_its_line_and_the_cure(field: str, number: str) -> None:
    with pytest.raises(WorkloadError, match=r"w\.yaml:2: .*null where a value is not known"):
        read("name: A\n" + field % number)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, "3", True])
@pytest.mark.parametrize(
    "field",
    ["conversation.turns", "conversation.pause_s", "billing.gateway_fee", "tools.web_searches", "spreads.volume", "traffic.starts_utc"],
)
def test_a_wrong_value_from_a_form_or_a_link_names_its_field(field: str, number: object) -> None:
    with pytest.raises(WorkloadError) as caught:
        from_flat(flat(Workload(), Priorities()) | {field: number})
    assert [where for where, _ in caught.value.problems] == [field]

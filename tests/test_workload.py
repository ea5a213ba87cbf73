import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework.errors import WorkloadError
from framework.flat import flat, from_flat
from framework.load import load_of
from framework.presets import presets
from framework.priorities import Priorities
from framework.workload import Budget, Workload
from framework.workload_file import parse_workload, write_workload

EXAMPLE = """
name: Support chatbot
traffic: {requests_per_day: 10000, active_hours: 24, peak_factor: 3, batch_share: 0, growth_per_month: 0}
tokens: {input_mean: 1200, input_p95: 2400, output_mean: 300, output_p95: 700, reasoning_mean: 0, tokenizer: own}
caching: {prefix_tokens: 800, hit_rate: 0.7, lifetime: null}
context: {system_tokens: 800, chunks: 0, chunk_tokens: 500, turns: 1, turn_tokens: 400, output_reserve_tokens: 1024}
budget: {monthly_usd: 5000, ttft_s: 1.0, response_s: 6.0, percentile: 95, streaming: true}
needs: {class: balanced, features: [tools], providers: [openai, anthropic], regions: [], fallback: true, review_by: 2027-05-01}
tiers: {openai: launch, anthropic: build}
priorities: {weights: {cost: 0.4, latency: 0.3, rate_limits: 0.2, context_window: 0.1}, targets: {cost: {good: 1500, unacceptable: 5000}}}
baseline: openai/gpt-5.4
"""


def read(text):
    return parse_workload(text, "w.yaml")


def test_the_published_example_is_read_as_written():
    workload, priorities = read(EXAMPLE)
    assert workload.tokens.input_p95 == 2400
    assert workload.needs.capability_class == "balanced"
    assert str(workload.needs.review_by) == "2027-05-01"
    assert priorities.anchors(workload.budget)["cost"].good == 1500
    assert workload.warnings() == ()


def test_every_part_has_a_default():
    workload, priorities = read("name: only a name")
    assert workload.traffic.requests_per_day == 10_000
    assert priorities.weights.cost == 0.4
    assert workload.warnings() == ()


def test_the_default_cost_anchors_are_the_budget_and_thirty_per_cent_of_it():
    anchors = Priorities().anchors(Budget(monthly_usd=2_000))
    assert (anchors["cost"].good, anchors["cost"].unacceptable) == (600, 2_000)
    assert (anchors["latency"].good, anchors["latency"].unacceptable) == (0.95, 0.475)


def test_context_follows_from_tokens_where_only_tokens_are_given():
    workload, _ = read("tokens: {input_mean: 50000, output_mean: 4000, output_p95: 9000}\ncaching: {prefix_tokens: 2000}")
    assert workload.context.prompt_tokens == 50_000
    assert workload.context.system_tokens == 2_000
    assert workload.context.output_reserve_tokens == 9_000
    assert workload.warnings() == ()


def test_tokens_follow_from_context_where_only_context_is_given():
    workload, _ = read("context: {system_tokens: 1000, chunks: 8, chunk_tokens: 500, turn_tokens: 300}")
    assert workload.tokens.input_mean == 5_300


@pytest.mark.parametrize(("turn", "warned"), [(400, False), (530, False), (540, True), (280, False), (270, True)])
def test_more_than_ten_per_cent_between_tokens_and_context_is_warned_of(turn, warned):
    workload, _ = read(f"tokens: {{input_mean: 1200}}\ncontext: {{system_tokens: 800, turn_tokens: {turn}}}")
    assert any("add up" in text for text in workload.warnings()) == warned


def test_a_median_and_p95_stand_in_for_a_spread_too_wide_for_the_mean():
    workload, _ = read("tokens: {input_p50: 39, input_p95: 525}")
    # s = ln(525/39)/1.644854 = 1.58061; mean = 39 * exp(s^2 / 2) = 39 * 3.4874 = 136.01
    assert workload.tokens.input_mean == pytest.approx(136.01, abs=0.05)
    assert load_of(workload).input_length.quantile(0.95) == pytest.approx(525)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("traffic: {requests_per_day: -5}", r"w\.yaml:1: traffic\.requests_per_day: must be at least"),
        ("traffic: {requests_per_dai: 5}", "did you mean 'requests_per_day'"),
        ("tokens: {input_mean: 100, input_p95: 50}", "raise it to 100 or more"),
        ("tokens: {input_mean: 100, input_p95: 400}", "give input_p50 and input_p95"),
        ("tokens: {input_mean: '100'}", r"tokens\.input_mean: must be a number"),
        ("tokens: {input_mean: 1e999}", r"1e999|not a usable number"),
        ("budget: {monthly_usd: .nan}", "not a usable number"),
        ("caching: {hit_rate: 1.2}", r"caching\.hit_rate: must be at most"),
        ("needs: {class: best}", "must be one of 'fast', 'balanced' or 'frontier'"),
        ("needs: {features: [telepathy]}", "must be one of 'tools'"),
        ("priorities: {weights: {cost: 0, latency: 0, rate_limits: 0, context_window: 0}}", "the weights of all four axes are 0"),
        ("priorities: {targets: {cost: {good: 5, unacceptable: 1}}}", "must be below"),
        ("[1, 2]", "mapping"),
        ("", "the file is empty"),
        ("name: [", r"w\.yaml:"),
        ("name: a\nname: b", "name"),
        ("name: &a x\nbaseline: *a", "anchor"),
    ],
)
def test_a_wrong_file_is_answered_with_place_and_cure(text, message):
    with pytest.raises(WorkloadError, match=message):
        read(text)


def test_a_problem_names_its_field_for_the_page():
    values = flat(Workload(), Priorities()) | {"tokens.input_p95": 1.0, "traffic.active_hours": 99.0}
    with pytest.raises(WorkloadError) as caught:
        from_flat(values)
    assert dict(caught.value.problems).keys() == {"traffic.active_hours", "tokens"}


@pytest.mark.parametrize("preset", presets().values(), ids=lambda preset: preset.id)
def test_presets_survive_the_file_and_the_flat_table(preset):
    pair = (preset.workload, preset.priorities)
    assert read(write_workload(*pair)) == pair
    assert from_flat(flat(*pair)) == pair
    assert preset.workload.warnings() == () and preset.why


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "#eval(1)", "工作负载", "حمولة", "🦑", "null", "2026-01-01", "- x: y", "x" * 200, "'\"\\"]
)
def test_any_printable_name_survives_the_file(name):
    workload = Workload(name=name)
    assert read(write_workload(workload, Priorities()))[0].name == name


@pytest.mark.parametrize("name", ["", "   ", "x" * 10_000, "a\x00b", "a\nb"])
def test_names_that_break_links_and_reports_are_refused(name):
    with pytest.raises(ValueError):
        Workload(name=name)


def test_a_name_of_spaces_in_a_file_is_a_clear_refusal():
    with pytest.raises(WorkloadError, match=r"w\.yaml:1: name: must have at least 1 character that is not a space"):
        parse_workload("name: '   '", "w.yaml")


@given(st.binary(max_size=400))
def test_any_bytes_are_a_workload_or_a_clear_refusal(content):
    try:
        parse_workload(content, "w.yaml")
    except WorkloadError as error:
        assert "w.yaml" in str(error)


def test_steady_traffic_has_no_peak_whatever_factor_is_given():
    steady, _ = read("traffic: {shape: steady, peak_factor: 4}")
    assert load_of(steady).peak_factor == 1
    assert any("traffic.peak_factor (4) is not used" in text for text in steady.warnings())
    for text in ("traffic: {shape: steady}", "traffic: {shape: steady, peak_factor: 1}", "traffic: {shape: weekly, peak_factor: 4}"):
        assert read(text)[0].warnings() == ()


@pytest.mark.parametrize("shape", ["working_day", "idle_then_burst", "azure_code_week"])
def test_every_other_shape_and_a_measured_series_keep_the_peak_factor_given(shape):
    assert load_of(read(f"traffic: {{shape: {shape}, peak_factor: 4}}")[0]).peak_factor == 4


def test_retries_may_come_from_a_number_box_and_are_whole():
    table = flat(Workload(), Priorities())
    workload, _ = from_flat(table | {"clients.retries": 3.0})
    assert workload.clients.retries == 3 and type(workload.clients.retries) is int
    for wrong, told in ((2.5, "whole number"), ("2", "whole number"), (True, "whole number"), (11.0, "at most 10"), (-1.0, "at least 0")):
        with pytest.raises(WorkloadError, match=told):
            from_flat(table | {"clients.retries": wrong})


def test_own_limits_of_a_file_are_read_and_written_back_as_they_were():
    text = "own_limits: {openai/gpt-6-sol: {rpm: 5000, tpm: 1000000, origin: console, seen: 2026-11-20}}\n"
    workload, priorities = read(text)
    entry = workload.own_limits["openai/gpt-6-sol"]
    assert (entry.rpm, entry.tpm, entry.itpm, entry.origin, entry.seen) == (5_000, 1_000_000, None, "console", dt.date(2026, 11, 20))
    written = write_workload(workload, priorities)
    assert read(written) == (workload, priorities)
    assert "rpm: 5000\n" in written and "seen: 2026-11-20" in written


@pytest.mark.parametrize(
    ("entry", "cure"),
    [
        ("{}", "names no limit"),
        ("{origin: console}", "names no limit"),
        ("{rpm: 0}", "at least 1"),
        ("{rpm: '5000'}", "must be a number"),
        ("{rpn: 5}", "did you mean 'rpm'"),
    ],
)
def test_an_own_limit_that_cannot_be_used_is_refused_with_the_cure(entry, cure):
    with pytest.raises(WorkloadError, match=cure):
        read(f"own_limits: {{openai/gpt-6-sol: {entry}}}")

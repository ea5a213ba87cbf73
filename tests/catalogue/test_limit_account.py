"""The answer of Anthropic's Rate Limits API: the documented layouts, what becomes of each group, and what hostile files get."""

import json
import time

import pytest

from framework.catalogue.limit_account import MAX_BYTES, limits_from_anthropic_api, offers_of
from framework.catalogue.load import load_catalogue
from framework.clients import OwnLimits
from framework.errors import WorkloadError


def limit(kind, value, **more):
    return {"type": kind, "value": value, **more}


def three(rpm, itpm, otpm):
    kinds = ("requests_per_minute", "input_tokens_per_minute", "output_tokens_per_minute")
    return [limit(kind, value) for kind, value in zip(kinds, (rpm, itpm, otpm), strict=True)]


# The layout that the documentation shows, with its figures (an example, no tier).
OPUS_4 = ["claude-opus-4-5", "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-7", "claude-opus-4-8"]
DOCUMENTED = {
    "data": [
        {"type": "rate_limit", "group_type": "model_group", "models": ["claude-opus-5-5"], "limits": three(4_000, 10_000_000, 800_000)},
        {"type": "rate_limit", "group_type": "model_group", "models": OPUS_4, "limits": three(2_000, 5_000_000, 400_000)},
        {"type": "rate_limit", "group_type": "batch", "models": None, "limits": [limit("enqueued_batch_requests", 500_000)]},
    ],
    "next_page": None,
}


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def read(answer, catalogue):
    return offers_of(limits_from_anthropic_api(json.dumps(answer)), catalogue)


def own(**figures):
    return OwnLimits.model_validate({**figures, "origin": "api"})


def in_words(rpm, itpm, otpm):
    return f"{rpm} requests per minute, {itpm} input tokens per minute, {otpm} output tokens per minute"


def group(models, limits, **more):
    return {"type": "rate_limit", "group_type": "model_group", "models": models, "limits": limits, **more}


def test_the_documented_answer_becomes_one_entry_for_each_set_of_buckets(catalogue):
    found = read(DOCUMENTED, catalogue)
    # Opus 4.5 to 4.8 share their buckets in the catalogue: the entry stands under the first that is named.
    assert found.limits == {
        "anthropic/claude-opus-5-5": own(rpm=4_000, itpm=10_000_000, otpm=800_000),
        "anthropic/claude-opus-4-5": own(rpm=2_000, itpm=5_000_000, otpm=400_000),
    }
    assert found.told == (
        ("claude-opus-5-5", f"taken for anthropic/claude-opus-5-5: {in_words('4,000', '10,000,000', '800,000')}"),
        ("claude-opus-4-5", f"taken for anthropic/claude-opus-4-5: {in_words('2,000', '5,000,000', '400,000')}"),
        ("batch", "not taken: no limit on calls of a model"),
    )


def test_one_name_of_a_group_is_enough_and_it_may_be_an_alias(catalogue):
    found = read({"data": [group(["claude-nobody-9", "claude-haiku-4-5-20251001"], three(5, 6, 7))]}, catalogue)
    assert found.limits == {"anthropic/claude-haiku-4-5": own(rpm=5, itpm=6, otpm=7)}


def test_the_bare_list_and_a_single_group_are_read_too(catalogue):
    assert read(DOCUMENTED["data"], catalogue) == read(DOCUMENTED, catalogue)
    assert list(read(DOCUMENTED["data"][0], catalogue).limits) == ["anthropic/claude-opus-5-5"]


def test_the_newer_layout_with_a_group_object_is_read_by_the_same_rule_and_called_by_its_name(catalogue):
    newer = group(OPUS_4, three(1, 2, 3), id="x", group={"id": "rlg_1", "type": "model_group", "display_name": "Claude Opus 4.x"})
    found = read({"data": [newer]}, catalogue)
    assert found.told[0][0] == "Claude Opus 4.x" and found.limits == {"anthropic/claude-opus-4-5": own(rpm=1, itpm=2, otpm=3)}


def test_a_workspace_s_limit_holds_together_with_the_organisation_s(catalogue):
    limits = [limit("requests_per_minute", 1_000, org_limit=4_000), limit("output_tokens_per_minute", 9, org_limit=8)]
    limits.append(limit("input_tokens_per_minute", 500, org_limit=None))
    found = read({"data": [group(["claude-opus-5-5"], limits, type="workspace_rate_limit")]}, catalogue)
    assert found.limits == {"anthropic/claude-opus-5-5": own(rpm=1_000, otpm=8, itpm=500)}


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_input_limiters_the_one_that_does_not_count_cache_reads_holds(catalogue, order):
    limits = [limit("input_tokens_per_minute", 900), limit("input_tokens_per_minute_cache_aware", 400)][::order]
    found = read({"data": [group(["claude-opus-5-5"], limits)]}, catalogue)
    assert found.limits == {"anthropic/claude-opus-5-5": own(itpm=400)}


def test_limiters_of_fast_mode_are_named_and_left_out(catalogue):
    found = read({"data": [group(["claude-opus-5-5"], [*three(1, 2, 3), limit("fast_itpmca", 4), limit("fast_otpm", 5)])]}, catalogue)
    assert found.told[0][1].endswith("3 output tokens per minute; left out: 'fast_itpmca', 'fast_otpm'")
    assert found.limits["anthropic/claude-opus-5-5"] == own(rpm=1, itpm=2, otpm=3)


def test_what_the_catalogue_does_not_have_is_listed(catalogue):
    found = read({"data": [group(["claude-9"], three(1, 2, 3)), group(["claude-opus-5-5"], [limit("other", 5)])]}, catalogue)
    assert found.limits == {}
    assert [note for _, note in found.told] == [
        "not taken: none of its models is an offer of the catalogue",
        "not taken: it holds no limit of requests, input or output tokens; left out: 'other'",
    ]


def test_two_groups_with_different_figures_for_one_set_of_buckets_are_both_left_alone(catalogue):
    differ = [group(["claude-opus-4-7"], three(1, 2, 3)), group(["claude-opus-4-8"], three(9, 2, 3))]
    found = read({"data": differ}, catalogue)
    assert found.limits == {}
    assert all("not taken for opus-4.x: another group of the answer has other figures" in note for _, note in found.told)
    same = read({"data": [differ[0], group(["claude-opus-4-8"], three(1, 2, 3))]}, catalogue)
    assert same.limits == dict.fromkeys(("anthropic/claude-opus-4-7", "anthropic/claude-opus-4-8"), own(rpm=1, itpm=2, otpm=3))


def test_a_group_that_spans_two_sets_of_buckets_speaks_for_both(catalogue):
    found = read({"data": [group(["claude-fable-5", "claude-fable-5-2"], three(1, 2, 3))]}, catalogue)
    assert set(found.limits) == {"anthropic/claude-fable-5", "anthropic/claude-fable-5-2"}


@pytest.mark.parametrize(
    "value",
    ["4000", None, True, 0, -1, 1.5, 10_000_000_001, [], {}],
    ids=["text", "null", "true", "0", "-1", "1.5", "huge", "list", "object"],
)
def test_a_limit_that_is_no_whole_number_is_refused_with_its_place_and_the_cure(value):
    answer = {"data": [group(["claude-opus-5-5"], three(1, 2, 3)), group(["claude-opus-5"], [limit("requests_per_minute", value)])]}
    with pytest.raises(WorkloadError, match=r"data\[1\]\.limits\[0\]\.value: must be a whole number from 1 to .*: upload"):
        limits_from_anthropic_api(json.dumps(answer))


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        ("", r"line 1: not JSON"),
        ('{"data": [\n{"limits"\n}', r"line 3: not JSON"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        ("5", "it holds no list `data`"),
        ("{}", "it holds no list `data`"),
        ('{"data": []}', "it holds no list `data`"),
        ('{"data": {"a": 1}}', "it holds no list `data`"),
        ('{"data": [5]}', r"data\[0\]\.limits: must be a list"),
        ('{"data": [{"models": ["a"]}]}', r"data\[0\]\.limits: must be a list"),
        ('{"data": [{"models": "claude", "limits": []}]}', r"data\[0\]\.models: must be a list of model names"),
        ('{"data": [{"models": [5], "limits": []}]}', r"data\[0\]\.models: must be a list of model names"),
        ('{"data": [{"models": ["a"], "limits": [5]}]}', r"data\[0\]\.limits\[0\]\.type: must name the limiter"),
        ('{"data": [{"models": ["a"], "limits": [{"type": "requests_per_minute", "value": NaN}]}]}', "NaN is no number"),
        ('{"data": [], "data": [1]}', "a key stands twice"),
        ('{"type": "error", "error": {"message": "x"}}', "an error answer of the API"),
        ('{"data": [{"models": null, "limits": []}], "next_page": "abc"}', "ask again without `limit`"),
        ("[" * 100_000, "not"),
        ('{"data": [' + "9" * 5_000 + "]}", "not usable JSON"),
        (" " * (MAX_BYTES + 1), "longer than 262,144 bytes"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_answer_gets_the_place_and_the_cure(content, cure):
    with pytest.raises(WorkloadError, match=cure):
        limits_from_anthropic_api(content)


def test_a_file_full_of_names_is_looked_up_at_once(catalogue):
    answer = {"data": [group([f"claude-opus-{number}" for number in range(9_000)], three(1, 2, 3))]}
    before = time.process_time()
    read(answer, catalogue)
    assert time.process_time() - before < 0.5

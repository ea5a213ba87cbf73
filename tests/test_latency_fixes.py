"""What would bring an offer inside its budget: remedies of the small catalogue, each against the study of the changed workload."""

import math

import pytest
from report.studies import PLAIN, made

from framework.axes.latency_search import InTime
from framework.latency_fixes import Fix, Fixes, latency_fixes
from framework.report import latency_fix_rows
from framework.report.latency_fix_rows import best, fix_rows, idle, in_words, wanted

TIGHT = {**PLAIN["budget"], "ttft_s": 1.0, "response_s": 3.0, "percentile": 80}


def study(**changes):
    return made(deep=False, **{"budget": TIGHT, **changes})


def fixes(found, offer="beta/bolt-mini") -> Fixes:
    return latency_fixes(found, found.columns.index(offer))


def of(found: Fixes, kind: str) -> list[Fix]:
    return [fix for fix in (*found.helps, *found.idle, *found.unknown) if fix.kind == kind]


def in_time(found, offer="beta/bolt-mini") -> float:
    return float(found.assessments.latency.attainment[found.columns.index(offer)])


def test_nothing_is_tried_where_the_budget_is_kept_even_at_the_low_end():
    kept = made(deep=False)
    found = fixes(kept)
    assert found.helps == found.idle == found.unknown == ()
    assert best(kept, kept.columns.index("beta/bolt-mini"), found).startswith("Nothing needs fixing: Bolt Mini keeps your budget in 80 %")


def test_before_is_the_study_s_own_share():
    long = study(tokens={"input_mean": 1_000, "output_mean": 400})
    assert fixes(long).before.likely == in_time(long)


def test_a_shorter_reply_comes_to_what_the_study_of_that_workload_says_and_is_enough():
    # 0.5 s and 400 tokens at 100 a second are 4.5 s against 3.
    long = study(tokens={"input_mean": 1_000, "output_mean": 400})
    (fix,) = of(fixes(long), "output")
    tokens = float(fix.what.split()[2].replace(",", ""))
    assert 100 < tokens < 260 and fix.sure and fix in fixes(long).helps
    shorter = study(tokens={"input_mean": 1_000, "output_mean": tokens})
    assert fix.after.likely == pytest.approx(in_time(shorter), abs=1e-9)
    assert fix.after.low >= 0.8


def test_where_the_first_token_is_late_no_shorter_reply_is_enough_and_that_is_said():
    late = study(tokens={"input_mean": 40_000, "output_mean": 50}, context=PLAIN["context"])
    (fix,) = of(fixes(late), "output")
    assert fix in fixes(late).idle and not fix.enough
    assert fix.what == "Replies of 25 tokens on average instead of 50" and "no length of the reply would be enough" in fix.takes


def test_a_prefix_is_tried_only_where_prompts_are_cached_and_comes_to_the_study_s_share():
    slow = study(tokens={"input_mean": 60_000, "output_mean": 50}, budget={**TIGHT, "ttft_s": 2.5, "response_s": 10})
    (fix,) = of(fixes(slow, "beta/bolt"), "caching")
    tokens = float(fix.what.split()[4].replace(",", ""))
    cached = study(
        tokens={"input_mean": 60_000, "output_mean": 50},
        budget={**TIGHT, "ttft_s": 2.5, "response_s": 10},
        caching={"prefix_tokens": tokens, "hit_rate": 0.9},
    )
    assert fix.after.likely == pytest.approx(in_time(cached, "beta/bolt"), abs=1e-9)
    assert fix in fixes(slow, "beta/bolt").helps
    assert of(fixes(slow), "caching") != []
    index = slow.columns.index("alpha/sage-1")
    assert not slow.columns.price.caches[index] and of(latency_fixes(slow, index), "caching") == []


def test_effort_is_lowered_only_where_the_workload_thinks():
    tokens = {"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 400, "effort": "high"}
    thinking = study(tokens=tokens)
    tried = of(fixes(thinking, "alpha/sage-2"), "effort")
    assert [fix.what for fix in sorted(tried, key=lambda fix: fix.what)] == [
        f"Effort {effort} instead of high" for effort in ("low", "medium", "none")
    ]
    for fix in tried:
        lower = study(tokens={**tokens, "effort": fix.what.split()[1]})
        assert fix.after.likely == pytest.approx(in_time(lower, "alpha/sage-2"), abs=1e-9)
    assert of(fixes(study(tokens={"input_mean": 40_000})), "effort") == []


def test_a_reply_that_streams_is_judged_by_its_first_token_alone():
    whole = study(budget={**TIGHT, "streaming": False, "response_s": 1.2}, tokens={"input_mean": 1_000, "output_mean": 100})
    (fix,) = of(fixes(whole), "streaming")
    assert fix.what == "Stream, and ask only for the first token within 1.0 s" and fix in fixes(whole).helps
    assert fix.after.likely == float(whole.assessments.latency.first_in_time[whole.columns.index("beta/bolt-mini")])
    # 0.5 s and 100 tokens at 100 a second, and a little more for the slow replies.
    assert fix.takes == "the last words still come after 1.6 s at the median"


def test_the_priority_tier_has_a_price_and_no_speed():
    real = made(real=True, deep=False, budget={**TIGHT, "ttft_s": 0.2})
    found = fixes(real, "openai/gpt-6-sol")
    (fix,) = of(found, "priority")
    assert fix in found.unknown and math.isnan(fix.after.likely) and not fix.enough
    assert "a month instead of $" in fix.takes and fix.takes.endswith("its speed is not published")
    assert fix_rows(found)[-1]["in_time"] == fix_rows(found)[-1]["enough"] == "unknown"


def test_the_most_effective_stands_first_and_gains_nothing_stands_below():
    long = study(tokens={"input_mean": 1_000, "output_mean": 400})
    found = fixes(long)
    assert [fix.after.low for fix in found.helps] == sorted((fix.after.low for fix in found.helps), reverse=True)
    rows = fix_rows(found)
    assert rows[0]["what"] == "As it is" and len(rows) == 1 + len(found.helps) + len(found.unknown)
    told = best(long, long.columns.index("beta/bolt-mini"), found)
    assert told.startswith("Most for Bolt Mini does this: ") and told.endswith("That is enough.")
    assert all(fix.what[1:] in idle(found) for fix in found.idle)


@pytest.mark.parametrize("percentile", [99, 99.9])
def test_readings_never_show_99_per_cent(percentile):
    asked = made(deep=False, budget={**PLAIN["budget"], "ttft_s": 300, "response_s": 3_000, "percentile": percentile})
    found = fixes(asked)
    assert found.before.likely > 0.99
    assert not any(fix.enough or fix.sure for fix in (*found.helps, *found.idle))
    assert in_words(found.before, found.asked) == "> 95 %, extrapolated"
    assert {row["enough"] for row in fix_rows(found)[1:]} <= {"cannot be shown", "unknown"}
    assert not best(asked, asked.columns.index("beta/bolt-mini"), found).startswith("Nothing needs fixing")


@pytest.mark.parametrize(
    ("likely", "said"),
    [(0.81, "keeps your budget in about 80 % of requests, but not surely"), (0.78, "but not surely"), (0.77, "nearer to 80 % in time")],
)
def test_where_nothing_helps_what_is_shown_as_enough_is_not_called_too_little(likely, said):
    missed = study(budget={**TIGHT, "ttft_s": 0.1})
    nothing = Fixes(0.8, InTime(likely - 0.1, likely, likely + 0.1), (), (), ())
    assert said in best(missed, missed.columns.index("beta/bolt-mini"), nothing)


@pytest.mark.parametrize("changes", [{}, {"task": {"round_trips": 3}}, {"tokens": {"reasoning_mean": 200, "effort": "high"}}])
def test_without_a_reading_remedies_are_unknown_not_useless(changes):
    unread = study(**changes)
    at = unread.columns.index("gamma/reed")
    found = latency_fixes(unread, at)
    assert "measure it with fouraxes probe" in best(unread, at, found)
    assert found.helps == found.idle == found.unknown == (), "rows of nothing but unknown tell nobody anything"


def test_the_section_opens_by_itself_where_the_budget_is_missed():
    assert wanted(study(budget={**TIGHT, "ttft_s": 0.1}), 3) and not wanted(made(deep=False), 3)
    assert latency_fix_rows.HOW


def test_fewer_calls_before_the_answer_come_to_the_study_of_fewer():
    tools = study(task={"round_trips": 2})
    tried = of(fixes(tools), "trips")
    assert {fix.what for fix in tried} == {"1 call before the answer instead of 2", "No calls before the answer instead of 2"}
    none = next(fix for fix in tried if fix.what.startswith("No"))
    assert none.after.likely == pytest.approx(in_time(study()), abs=1e-9) and none in fixes(tools).helps
    assert of(fixes(study(budget={**TIGHT, "ttft_s": 0.1})), "trips") == []

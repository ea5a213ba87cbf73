"""The word for a reading follows from its rules, whatever the offer."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from report.studies import chatbot, made, plain

from framework.report.latency_evidence import GRADES, RULES, Evidence, evidence, evidence_rows, tally, why_not_better
from framework.study import Study

OWN = {
    "readings": [{"at_input_tokens": 1_000, "n": 40, "p50_s": 0.5, "p95_s": 1.2}, {"at_input_tokens": 9_000, "n": 12, "p50_s": 0.9}],
    "tps": 92.1,
    "region": "eu, office",
    "seen": "2026-11-20",
}


def of(offer: str, study: Study) -> Evidence:
    return evidence(study, study.columns.index(offer))


def changed(study: Study, offer: str, **latency: object) -> Study:
    """The study with figures of one offer's reading replaced."""
    at = study.columns.index(offer)
    arrays = {}
    for name, value in latency.items():
        arrays[name] = getattr(study.columns.latency, name).copy()
        arrays[name][..., at] = value
    columns = dataclasses.replace(study.columns, latency=dataclasses.replace(study.columns.latency, **arrays))
    return dataclasses.replace(study, columns=columns)


@cache
def mine() -> Study:
    return made(deep=False, own_latency={"gamma/reed": OWN, "beta/bolt": {**OWN, "seen": "2026-09-01", "thinks": True, "effort": "low"}})


def aged(days: float) -> Study:
    """The small catalogue's study with every reading so much older."""
    speed = plain().assessments.latency
    speed = dataclasses.replace(speed, age_days=speed.age_days + days)
    return dataclasses.replace(plain(), assessments=dataclasses.replace(plain().assessments, latency=speed))


@cache
def thinking(effort: str = "low") -> Study:
    return made(deep=False, tokens={"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 100, "effort": effort})


def test_five_recent_percentiles_are_good() -> None:
    found = of("alpha/sage-2", plain())
    assert (found.grade, found.why, found.read) == ("good", "five percentiles", "2026-10-24")
    assert found.words == "good: five percentiles"


def test_a_recent_median_is_fair() -> None:
    assert of("beta/bolt", thinking()).words == "fair: median only"


def test_what_was_read_while_thinking_is_weak_for_replies_without() -> None:
    assert of("beta/bolt", plain()).words == "weak: read while thinking at effort low"


def test_a_median_with_a_p95_is_fair_after_a_month_and_says_so() -> None:
    assert of("alpha/sage-2", thinking()).words == "fair: median and 95th percentile, 53 days old"


def test_an_undated_reading_is_weak() -> None:
    assert of("beta/bolt-mini", plain()).words == "weak: undated"


def test_a_month_makes_a_good_reading_fair_and_two_make_it_weak_however_much_of_it_is_known() -> None:
    assert of("alpha/sage-2", plain()).grade == "good", "30 days"
    assert of("alpha/sage-2", aged(1)).words == "fair: five percentiles, 31 days old"
    assert of("alpha/sage-2", aged(30)).grade == "fair"
    assert of("alpha/sage-2", aged(31)).words == "weak: 61 days old"


def test_why_none_is_good_is_said_with_the_way_to_better_ones() -> None:
    every = list(range(6))
    assert why_not_better(plain(), every) == "", "one is good"
    told = why_not_better(aged(12), every)
    assert told.startswith("None is good, because those with a measured tail are 42 days old or more and the fresher ones are medians.")
    assert "fouraxes probe llm.yaml" in told
    bolt = [plain().columns.index("beta/bolt")]
    assert why_not_better(plain(), bolt).startswith("None is good, because none has a measured tail.")
    assert why_not_better(plain(), [plain().columns.index("gamma/reed")]).startswith("There is no reading to go by.")
    assert why_not_better(mine(), [mine().columns.index("gamma/reed")]) == "", "measured by the team"


def test_the_real_catalogue_says_why_it_has_no_good_reading() -> None:
    offers = list(range(len(chatbot().columns.ids)))
    if "good" in tally(chatbot(), offers):
        pytest.skip("it has one now")
    assert "those with a measured tail are " in why_not_better(chatbot(), offers)


def test_no_reading_is_none_and_empty() -> None:
    assert of("gamma/reed", plain()) == Evidence("none", "", "", "", "", "", "", "")


def test_a_scaled_reading_and_an_early_one_are_weak() -> None:
    latency = plain().columns.latency
    if not hasattr(latency, "scale"):
        pytest.skip("readings are not scaled")
    assert "scaled from effort low" in of("beta/bolt", changed(plain(), "beta/bolt", scale=1.5)).why
    early = changed(thinking(), "beta/bolt", early=True)
    assert of("beta/bolt", early).words == "weak: from the model's first 14 days"


def test_an_own_measurement_stands_above_all_and_says_its_replies_and_region() -> None:
    found = of("gamma/reed", mine())
    assert (found.words, found.read, found.n, found.kind) == ("own measurement", "2026-11-20", "12 to 40", "own measurement")
    assert found.conditions == "prompts of 1k, 9k, median and 95th percentile, eu, office"
    assert of("beta/bolt", mine()).words == "own measurement: 83 days old, measure again"


def test_an_own_measurement_of_few_replies_says_that_it_is_one() -> None:
    few = {**OWN, "readings": [{"at_input_tokens": 1_000, "n": 5, "p50_s": 0.5}]}
    found = of("gamma/reed", made(deep=False, own_latency={"gamma/reed": few}))
    assert found.words == "own measurement: 5 replies at most, no 95th percentile"


def test_conditions_name_prompt_effort_thinking_percentiles_length_and_speed() -> None:
    told = of("alpha/sage-2", plain()).conditions
    assert told == (
        "10k-token prompt, effort thinking off, no thinking, five percentiles, long prompts measured in 80 runs (2026-10-07), "
        "speed at effort low (2026-10), region not stated"
    )
    assert "thinking inside" in of("beta/bolt", plain()).conditions


def test_every_listed_offer_has_its_row_and_a_link_to_where_it_was_read() -> None:
    rows = evidence_rows(chatbot())
    assert len(rows) > 20
    for row in rows:
        grade = row["grade"].partition(":")[0]
        assert grade in GRADES
        assert grade == "none" or (row["url"].startswith("https://") and row["source"] and row["kind"] == "third party")
        assert grade == "none" or (row["read"] and "-token prompt" in row["conditions"])


def test_the_tally_counts_every_offer_once() -> None:
    study = plain()
    assert tally(study, list(range(6))) == "1 good, 2 weak, 3 none"
    assert tally(study, []) == ""


def test_the_rules_name_every_grade() -> None:
    assert all(grade.capitalize() in RULES for grade in GRADES)


def test_a_reading_without_a_date_has_no_age_in_the_study_either() -> None:
    assert np.isnan(plain().assessments.latency.age_days[plain().columns.index("beta/bolt-mini")])

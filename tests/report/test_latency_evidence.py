"""The word for a reading follows from its rules, whatever the offer."""

import dataclasses
from functools import cache

import numpy as np
import pytest
from report.studies import chatbot, made, plain

from framework.report.latency_evidence import GRADES, RULES, Evidence, evidence, evidence_rows, tally
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


def test_five_recent_percentiles_are_good() -> None:
    found = of("alpha/sage-2", plain())
    assert (found.grade, found.why, found.read) == ("good", "five percentiles", "2026-10-24")
    assert found.words == "good: five percentiles"


def test_a_recent_median_is_fair() -> None:
    assert of("beta/bolt", plain()).words == "fair: median only"


def test_a_median_with_a_p95_is_fair_and_says_so() -> None:
    thinking = made(deep=False, tokens={"input_mean": 1_000, "output_mean": 100, "reasoning_mean": 100, "effort": "low"})
    assert of("alpha/sage-2", thinking).words == "fair: median and 95th percentile"


def test_an_undated_reading_is_weak() -> None:
    assert of("beta/bolt-mini", plain()).words == "weak: undated"


def test_an_old_reading_is_weak_however_much_of_it_is_known() -> None:
    old = dataclasses.replace(plain(), assessments=dataclasses.replace(plain().assessments, latency=plain().assessments.latency))
    speed = dataclasses.replace(old.assessments.latency, age_days=old.assessments.latency.age_days + 31)
    old = dataclasses.replace(old, assessments=dataclasses.replace(old.assessments, latency=speed))
    # 30 days and 31 more.
    assert of("alpha/sage-2", old).words == "weak: 61 days old"
    assert of("beta/bolt", old).grade == "fair"


def test_no_reading_is_none_and_empty() -> None:
    assert of("gamma/reed", plain()) == Evidence("none", "", "", "", "", "", "", "")


def test_a_scaled_reading_and_an_early_one_are_weak() -> None:
    latency = plain().columns.latency
    if not hasattr(latency, "scale"):
        pytest.skip("readings are not scaled")
    assert "scaled from effort low" in of("beta/bolt", changed(plain(), "beta/bolt", scale=1.5)).why
    assert of("beta/bolt", changed(plain(), "beta/bolt", early=True)).words == "weak: from the model's first 14 days"


def test_an_own_measurement_stands_above_all_and_says_its_replies_and_region() -> None:
    found = of("gamma/reed", mine())
    assert (found.words, found.read, found.n, found.kind) == ("own measurement", "2026-11-20", "12 to 40", "own measurement")
    assert found.conditions == "prompts of 1k, 9k, median and 95th percentile, eu, office"
    assert of("beta/bolt", mine()).words == "own measurement: 83 days old, measure again"


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
    assert tally(study, list(range(6))) == "1 good, 1 fair, 1 weak, 3 none"
    assert tally(study, []) == ""


def test_the_rules_name_every_grade() -> None:
    assert all(grade.capitalize() in RULES for grade in GRADES)


def test_a_reading_without_a_date_has_no_age_in_the_study_either() -> None:
    assert np.isnan(plain().assessments.latency.age_days[plain().columns.index("beta/bolt-mini")])

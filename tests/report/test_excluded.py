import dataclasses

from report.studies import made, plain

from framework.evals import EvalResult
from framework.report import excluded, own_evals
from framework.report.premises import needs, workload_facts
from framework.scoring.results import Exclusion


def with_exclusions(*items):
    study = plain()
    return dataclasses.replace(study, recommendation=dataclasses.replace(study.recommendation, exclusions=items))


def test_near_misses_come_first_and_those_of_other_providers_last():
    study = with_exclusions(
        Exclusion("a/one", "providers", "Not asked for.", "Add a."),
        Exclusion("b/two", "budget", "Too dear.", "Raise it.", missed_by=0.081),
        Exclusion("c/three", "class", "Too small."),
        Exclusion("d/four", "rate_limits", "Too little room.", None, missed_by=0.02),
    )
    rows = excluded.rows(study)
    assert [row["name"] for row in rows] == ["d/four", "b/two", "c/three", "a/one"]
    assert [row["gate"] for row in rows] == [
        "rate limits (near miss: 2 % too much at the peak, or too few served)",
        "budget (near miss: 8.1 % over)",
        "class",
        "providers",
    ]
    assert rows[0]["cure"] == ""
    assert "2 of them are near misses: each fails a single one, by less than 10 % of what is asked." in excluded.counted(study)


def test_every_exclusion_names_the_source_of_what_it_is_judged_by():
    rows = {row["name"]: row for row in excluded.rows(made(budget={"monthly_usd": 10.0}, needs={"providers": ["alpha", "gamma"]}))}
    assert rows["alpha/sage-1"]["gate"] == "retired" and rows["alpha/sage-1"]["source"].covers.startswith("Retirement")
    assert rows["alpha/sage-2"]["gate"] == "budget" and rows["alpha/sage-2"]["source"].url.startswith("https://alpha.example/")
    assert rows["beta/bolt-mini"]["gate"] == "providers" and rows["beta/bolt-mini"]["source"] == "your own inputs"
    assert {row["source"] for row in excluded.rows(made(needs={"regions": ["eu", "us"]})) if row["gate"] == "regions"} == {
        "unknown: no source"
    }


def test_every_gate_of_degree_has_its_words():
    for gate in ("budget", "context_window", "rate_limits", "success"):
        assert "5 %" in excluded.near(Exclusion("a/b", gate, "why", missed_by=0.05))
    assert excluded.near(Exclusion("a/b", "class", "why")) == ""


def test_no_near_miss_is_no_word_of_one():
    assert "near miss" not in excluded.counted(with_exclusions(Exclusion("a/b", "class", "why")))
    assert "One of them is a near miss: it fails a single one" in excluded.counted(
        with_exclusions(Exclusion("a/b", "budget", "why", missed_by=0.01))
    )


def test_results_are_told_best_first_with_their_interval_and_what_it_says_of_the_must_have():
    evals = {"low": EvalResult(pass_rate=0.6, n=100), "open": EvalResult(pass_rate=0.75, n=100), "high": EvalResult(pass_rate=0.95, n=100)}
    rows = own_evals.rows(evals, 0.8)
    assert [row["name"] for row in rows] == ["high", "open", "low"]
    assert [row["against"] for row in rows] == ["reaches 80 %", "open; about 246 cases would tell", "below 80 %"]
    assert rows[2]["interval"] == "50 % to 69 %" and rows[2]["rate"] == "60 % of 100"
    assert {row["against"] for row in own_evals.rows(evals, None)} == {""}
    assert own_evals.rows({"a": EvalResult(pass_rate=0.8, n=100)}, 0.8)[0]["against"] == "open; too near to tell"


def test_evaluation_and_agreed_retention_stand_in_the_workloads_facts():
    study = made(
        evals={"bolt": {"pass_rate": 0.9, "n": 1200}},
        needs={"least_success": 0.8, "zero_retention": True, "retention_agreed": ["beta"]},
    )
    facts = dict(workload_facts(study))
    assert facts["Own evaluation"] == "bolt passes 90 % of 1,200 cases"
    assert "success in 80 % of tasks or more by your own evaluation" in needs(study.workload)
    assert "zero retention (agreed with beta)" in needs(study.workload)
    assert study.columns.providers[study.columns.index(study.recommendation.choice)] == "beta"

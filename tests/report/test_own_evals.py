"""The team's own evaluation as every output tells it: the criteria of the score, the record, the report, the comparison and the JSON."""

import io

import pypdf
import pytest
from report.studies import PLAIN, made

from framework.report import adr, charts, compared, comparison, pdf, pdf_content, robust_words, sentences, tables, what_if
from framework.report.side_by_side import Side, gap, lines, one_scale
from framework.study import spend

EVALS = {"sage-2": {"pass_rate": 0.95, "n": 200}, "bolt-mini": {"pass_rate": 0.6, "n": 50}}
WEIGHTS = {"cost": 0.1, "success": 0.9}


@pytest.fixture(scope="module")
def weighed():
    return made(WEIGHTS, evals=EVALS)


def test_it_turns_the_choice_and_is_told_with_its_figures(weighed):
    assert made(WEIGHTS).recommendation.choice == "beta/bolt-mini"
    assert weighed.recommendation.choice == "alpha/sage-2"
    assert "ahead on your own evaluation (95 % of your tasks succeed against 60 % of your tasks succeed)" in " ".join(
        weighed.recommendation.reasons
    )
    assert any(line.startswith("Own evaluation, weight ") and "worth 1 at 100 %" in line for line in sentences.drivers(weighed))
    assert not any("valuation, weight" in line for line in sentences.drivers(made(WEIGHTS)))


def test_the_table_and_the_chart_have_it_only_where_something_was_evaluated(weighed):
    row = next(row for row in tables.ranking_rows(weighed) if row["id"] == "alpha/sage-2")
    assert row["success"] == "0.95"
    assert all(row["success"] == "" for row in tables.ranking_rows(made()))
    names = [trace.get("name", "") for trace in charts.score_parts(weighed)["data"]]
    assert any("Own evaluation" in name for name in names)
    # Without it the two are level and the other is cheaper, so that any weight at all puts it first.
    headline = charts.ranking_against_weight(weighed, "success")["layout"]["meta"]["headline"]
    assert headline == "Sage 2 stays first unless own evaluation weighs nothing."


def test_what_was_not_evaluated_has_no_known_price_of_a_success(weighed):
    rows = {row["id"]: row["success"] for row in tables.cost_rows(weighed, spend(weighed))}
    assert rows["alpha/sage-2"].startswith("$") and rows["gamma/reed"] == "unknown"


def test_the_record_names_each_option_with_its_cases(weighed):
    text = adr.render(weighed)
    assert "because of own evaluation: 95 % of 200 cases of your own pass (95 % interval 91 % to 97.3 %)" in text
    assert "* Neutral, because of own evaluation: not evaluated" in text
    assert "own evaluation:" not in adr.render(made())


def test_the_report_shows_it_as_a_fifth_figure_and_still_fits(weighed):
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(weighed)))
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Pass your evaluation" in text and "of 200 cases" in text and "Own evaluation" in text
    assert len(reader.pages) <= 5


def test_the_json_has_rate_interval_and_cases(weighed):
    answer = comparison.as_json(weighed)
    found = {item["id"]: item["success"] for item in answer["offers"]}
    assert found["alpha/sage-2"] == pytest.approx({"rate": 0.95, "low": 0.910, "high": 0.973, "cases": 200}, abs=1e-3)
    # A result of a model counts wherever the model is sold; what nobody evaluated is null.
    assert found["gamma/sage-2"] == found["alpha/sage-2"] and found["gamma/reed"] is None
    assert set(answer["robustness"]["weight_intervals"]) == {"cost", "latency", "rate_limits", "context_window", "success"}
    assert "success" in answer["robustness"]["certainty"]["regret"]
    assert {item["success"] for item in comparison.as_json(made())["offers"]} == {None}


def test_the_smallest_change_of_weights_may_be_the_evaluations():
    # At no weight, bolt-mini wins by its bill; what would win in its place is what passes more often.
    told = robust_words.moved_weight(made({"cost": 1.0}, evals=EVALS, budget={**PLAIN["budget"], "monthly_usd": 150}))
    assert "own evaluation from 0 % to 44 %, cost from 62 % to 18 %; Sage 2 then draws level" in told


def test_two_offers_are_held_against_each_other_on_it(weighed):
    columns = weighed.columns
    left, right = Side(weighed, columns.index("alpha/sage-2")), Side(weighed, columns.index("beta/bolt-mini"))
    row = next(row for row in lines(left, right) if row["name"] == "Tasks that pass your evaluation")
    assert (row["left_worth"], row["right_worth"], row["change"]) == ("0.95", "0.60", "−35 points")
    assert "better at tasks that pass your evaluation" in " ".join(compared.providers(left, right))
    assert gap("success", 0.6, 0.95) == "+35 points"


def test_a_workload_with_it_beside_one_without_shows_it_as_unknown_and_compares_no_scores(weighed):
    plain = made(WEIGHTS)
    at = plain.columns.index("alpha/sage-2")
    row = next(row for row in lines(Side(plain, at), Side(weighed, at)) if row["name"] == "Tasks that pass your evaluation")
    assert (row["left"], row["left_worth"], row["right_worth"]) == ("unknown", "unknown", "0.95")
    assert not one_scale(plain, weighed)


@pytest.mark.parametrize(("least", "side"), [(None, "Good"), (0.9, "Good"), (0.94, "Neutral")])
def test_the_side_it_speaks_for_follows_the_least_that_is_asked(least, side):
    study = made(evals=EVALS, needs={"least_success": least} if least else {}, deep=False)
    assert f"* {side}, because of own evaluation: 95 % of 200 cases" in adr.render(study)


def test_the_command_line_s_tables_the_report_s_and_the_what_if_strip_have_it(weighed):
    text = comparison.as_text_table(weighed, 100)
    assert " Passes " in text and "Passes" not in comparison.as_text_table(made())
    assert all(len(line) <= 100 for line in text.splitlines())
    assert "| Fits | Passes | Score |" in comparison.as_markdown_table(weighed)
    table = pdf_content.content(weighed, 8)["table"]
    assert table["heads"][-2:] == ["Passes", "Score"]
    assert next(row[-2]["main"] for row in table["rows"] if row[1]["main"] == "Sage 2") == "95 %"
    assert {len(row) for row in table["rows"]} == {len(table["heads"])}
    assert "success" not in what_if.columns(made(), made())
    before, after, change = what_if.rows(made(), weighed)
    assert "success" in what_if.columns(made(), weighed)
    assert (before["success"], change["success"]) == ("unknown", "unknown") and after["success"] == "95 %"


def test_the_report_has_every_sentence_on_how_firm_the_answer_is(weighed):
    told = robust_words.how_firm(weighed)
    assert pdf_content.content(weighed, 8)["firm"] == told and not any(text.endswith(" more") for text in told)

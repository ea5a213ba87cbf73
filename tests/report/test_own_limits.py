"""Own limits as every report says them: banner, table, sources, PDF and decision record."""

import io
from functools import cache

import pypdf
import pytest
from report.studies import ON, catalogue, made, plain

from framework.errors import WorkloadError
from framework.report import adr, own_limits, pdf, premises, replay_tables, tables
from framework.report.pdf_content import content
from framework.report.sources import footnotes
from framework.study import Study

ENTRIES = {
    "alpha/sage-2": {"rpm": 12_000, "itpm": 4_500_000, "seen": "2026-11-20"},
    "beta/bolt-mini": {"tpm": 900_000, "monthly_cap_usd": 250, "origin": "headers", "seen": "2026-09-01"},
}


@cache
def mine() -> Study:
    """The plain workload at alpha's Scale (10,000 RPM, 4,000,000 ITPM, no cap) and beta's Tier 3 (mini: 30,000 RPM, 150,000,000 TPM)."""
    return made(own_limits=ENTRIES)


def test_the_banner_counts_the_offers_named_and_those_that_the_figures_hold_for_too():
    # sage-1 shares the buckets of sage-2; bolt has the cap that was given for bolt-mini.
    assert own_limits.banner(mine()) == (
        "Your own limits for 2 offers are used instead of the published ones. They hold for 2 more, which draw on the same buckets or have "
        "the same cap."
    )
    alone = made(own_limits={"beta/bolt": {"rpm": 5}}, deep=False)
    assert own_limits.banner(alone) == "Your own limits for 1 offer are used instead of the published ones."
    assert own_limits.banner(plain()) == ""


def test_every_figure_stands_against_the_published_one_at_the_tier_in_force():
    first, second = own_limits.entries(mine())
    assert (first.name, first.title, first.where) == ("alpha/sage-2", "Sage 2", "your console, 2026-11-20")
    assert [dict(row) for row in first.rows] == [
        {"limit": "Requests per minute", "own": "12,000", "published": "10,000", "also": "Sage 1"},
        {"limit": "Input tokens per minute", "own": "4,500,000", "published": "4,000,000", "also": "Sage 1"},
    ]
    assert [(row["own"], row["published"], row["also"]) for row in second.rows] == [
        ("900,000", "150,000,000", ""),
        ("$250.00", "not published", "all 2 of Beta Platform"),
    ]
    # From 1 September to 23 November are 83 days.
    assert second.where == "headers of your replies, 2026-09-01: 83 days old, read it again"
    assert own_limits.entries(plain()) == ()


def test_an_uncapped_tier_and_one_without_figures_are_told_apart():
    were = own_limits.published(catalogue(), ON, {"alpha": "scale"})
    assert (were["alpha/sage-2"]["monthly_cap"], were["alpha/sage-2"]["tpm"]) == ("no cap", "not published")
    assert were["gamma/reed"]["rpm"] == "not published"
    with pytest.raises(WorkloadError, match="nonsense"):
        own_limits.published(catalogue(), ON, {"alpha": "nonsense"})


def test_the_tables_say_whose_a_limit_is():
    tiers = {row["id"]: row["tier"] for row in replay_tables.limit_rows(mine(), None)}
    assert tiers["alpha/sage-2"] == tiers["alpha/sage-1"] == "Scale, own limits"
    assert tiers["gamma/reed"] == "unknown"
    assert all("own limits" not in row["tier"] for row in replay_tables.limit_rows(plain(), None))
    figures = {row["name"]: row for row in tables.limit_figures(mine(), mine().columns.index("alpha/sage-1"))}
    assert (figures["requests per minute"]["limit"], figures["requests per minute"]["whose"]) == ("12,000", "your console, 2026-11-20")
    assert (figures["output tokens per minute"]["limit"], figures["output tokens per minute"]["whose"]) == ("800,000", "published")
    assert {row["whose"] for row in tables.limit_figures(plain(), plain().columns.index("alpha/sage-1"))} == {""}


def test_the_console_is_the_first_source_of_the_limits_with_its_day_and_the_published_stay():
    found = footnotes(mine(), ["alpha/sage-1", "beta/bolt"])
    notes = {note.number: note for note in found.notes}
    first = notes[found.numbers["alpha/sage-1"]["limits"][0]]
    assert (first.url, first.day, first.kind) == ("your console", "2026-11-20", "own limit")
    assert first.note == "Requests per minute, input tokens per minute, in the place of the published."
    assert "Limits of Sage 1" in first.covers
    assert "https://alpha.example/limits" in {notes[number].url for number in found.numbers["alpha/sage-1"]["limits"]}
    cap = notes[found.numbers["beta/bolt"]["limits"][0]]
    assert (cap.url, cap.day) == ("headers of your replies", "2026-09-01")
    assert all(note.kind != "own limit" for note in footnotes(plain(), ["alpha/sage-1", "beta/bolt"]).notes)


def test_a_figure_of_no_named_day_is_undated():
    study = made(own_limits={"beta/bolt": {"rpm": 5}}, deep=False)
    assert [source.seen for source in own_limits.sources(study)["beta/bolt"]] == [None]
    assert own_limits.entries(study)[0].where == "your console, undated"


def test_the_workload_s_facts_name_them_only_where_there_are_any():
    facts = dict(premises.workload_facts(mine()))
    assert facts["Own limits"] == (
        "Sage 2: 12,000 requests per minute, 4,500,000 input tokens per minute (your console, 2026-11-20); "
        "Bolt Mini: 900,000 tokens per minute, $250.00 monthly spend cap (headers of your replies, 2026-09-01)"
    )
    assert "Own limits" not in dict(premises.workload_facts(plain()))


def test_the_decision_record_and_the_pdf_say_where_the_figures_are_from():
    text = adr.render(mine())
    assert "* Own limits: Sage 2: 12,000 requests per minute" in text
    assert "your console (2026-11-20, own limit): " in text
    assert {"headers of your replies", "your console"} <= {note["shown"] for note in content(mine(), 8)["sources"]["notes"]}
    read = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(mine()))).pages)
    assert "your console" in read and "12,000 requests per minute" in read


def test_they_decide_who_is_served():
    # 1,000 calls a day with a peak of 2 are 1.39 a minute: within 30,000 RPM, over the 1 that the console says.
    served = made(deep=False).assessments.rate_limits.verdicts
    held_back = made(own_limits={"beta/bolt-mini": {"rpm": 1}}, deep=False)
    at = held_back.columns.index("beta/bolt-mini")
    assert served[at] != held_back.assessments.rate_limits.verdicts[at]
    assert "beta/bolt-mini" in {item.offer for item in held_back.recommendation.exclusions if item.gate == "rate_limits"}

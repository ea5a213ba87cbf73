"""Own measurements as every report says them: banner, table, sources, PDF and decision record."""

import io
from functools import cache

import pypdf
from report.studies import made, plain

from framework.report import adr, latency_rows, own_latency, pdf, premises
from framework.report.sources import footnotes
from framework.study import Study

ENTRIES = {
    "gamma/reed": {
        "readings": [
            {"at_input_tokens": 1_000, "n": 40, "p50_s": 0.5, "p95_s": 1.2, "warm_p50_s": 0.3},
            {"at_input_tokens": 9_000, "n": 12, "p50_s": 0.9},
        ],
        "tps": 92.1,
        "region": "eu, office",
        "seen": "2026-11-20",
    },
    "beta/bolt": {"readings": [{"at_input_tokens": 10_000, "n": 5, "p50_s": 3.0}], "effort": "low", "thinks": True, "seen": "2026-09-01"},
}


@cache
def mine() -> Study:
    return made(own_latency=ENTRIES)


def test_the_banner_counts_the_offers():
    assert own_latency.banner(mine()) == "Your own measurements of 2 offers are used instead of the published readings."
    assert own_latency.banner(plain()) == ""


def test_every_length_stands_against_what_is_published_for_it():
    first, second, third = own_latency.rows(mine())
    assert (first["id"], first["prompt"], first["own"], first["p95"]) == ("gamma/reed", "1k tokens", "500 ms", "1.2 s")
    assert (first["published"], first["warm"], first["n"], first["tps"]) == ("none", "300 ms", "40", "92 a second")
    assert first["where"] == "2026-11-20, eu, office"
    assert (second["p95"], second["warm"], second["n"]) == ("n below 40", "", "12")
    # Published for bolt at low effort: 2 s at 10,000 tokens. From 1 September to 23 November are 83 days.
    assert (third["own"], third["published"], third["tps"]) == ("3.0 s", "2.0 s", "as published")
    assert third["where"] == "2026-09-01, region not named, effort low, with thinking: 83 days old, measure again"
    assert own_latency.rows(plain()) == []


def test_the_table_of_offers_says_whose_a_reading_is():
    readings = {row["id"]: row["reading"] for row in latency_rows.latency_rows(mine())}
    assert readings["gamma/reed"] == "default, 3 days old, measured by you, n = 12 to 40"
    assert readings["beta/bolt"] == "low, 83 days old, measured by you, n = 5"
    assert all("measured by you" not in row["reading"] for row in latency_rows.latency_rows(plain()))
    assert {row["id"]: row["reading"] for row in latency_rows.latency_rows(plain())}["gamma/reed"] == "none published"


def test_the_measurement_is_the_first_source_of_the_latency_and_of_nothing_else():
    found = footnotes(mine(), ["gamma/reed", "beta/bolt"])
    notes = {note.number: note for note in found.notes}
    first = notes[found.numbers["beta/bolt"]["latency"][0]]
    assert (first.url, first.day, first.kind) == ("measured by you", "2026-09-01", "own measurement")
    assert first.note == "n = 5 at 10k prompt tokens, in the place of the published."
    reed = notes[found.numbers["gamma/reed"]["latency"][0]]
    assert reed.note == "n = 12 to 40 at 1k, 9k prompt tokens, from eu, office, in the place of the published."
    assert all(notes[number].kind != "own measurement" for number in found.numbers["beta/bolt"]["limits"])
    assert "https://bench.example/beta" in {notes[number].url for number in found.numbers["beta/bolt"]["latency"]}


def test_both_kinds_of_own_figures_have_their_sources():
    both = made(deep=False, own_latency=ENTRIES, own_limits={"beta/bolt": {"rpm": 5, "seen": "2026-11-01"}})
    assert [(source.group, source.kind) for source in own_latency.own_sources(both)["beta/bolt"]] == [
        ("limits", "own limit"),
        ("latency", "own measurement"),
    ]


def test_the_facts_the_decision_record_and_the_pdf_name_it():
    fact = dict(premises.workload_facts(mine()))["Own latency"]
    assert fact.split("; ")[0].endswith(
        "500 ms at 1k, 900 ms at 9k to the first token (measured by you, 2026-11-20, eu, office, n = 12 to 40)"
    )
    assert "Own latency" not in dict(premises.workload_facts(plain()))
    assert "* Own latency: " in adr.render(mine())
    read = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.render(mine()))).pages)
    assert "measured by you" in " ".join(read.split())

"""The plans of the context window in words, tables and charts: the figures of the plan and no others."""

import dataclasses
import json
from functools import cache

import numpy as np
import pytest
from report.studies import PLAIN, chatbot, made, nothing_fits, plain

from framework import wording
from framework.planning.conversation_plan import conversation_plan
from framework.planning.retrieval_plan import retrieval_plan
from framework.report import charts, charts_plans, charts_window, headlines, tables, window_export, window_tables, window_words
from framework.report.listing import listed
from framework.report.selection import shown

TALK = {"conversation": {"turns": 12, "user_tokens": 100, "pause_s": 30}}
RAG = {
    "tokens": {"input_mean": 3_000, "output_mean": 100},
    "context": {"system_tokens": 600, "chunks": 4, "chunk_tokens": 500, "turns": 1, "turn_tokens": 400, "output_reserve_tokens": 500},
}


@cache
def rag():
    found = made(deep=False, **RAG)
    return found, retrieval_plan(found, shown(found, 12))


@cache
def talk():
    found = made(deep=False, **TALK)
    return found, conversation_plan(found, shown(found, 12))


def test_the_corpus_is_said_in_documents_chunks_and_tokens():
    found, plan = rag()
    told = window_words.corpus(found, plan)
    assert told.startswith("1,000 documents of 6k tokens on average make about")
    assert f"{wording.tokens(plan.corpus_chunks)} chunks ({plan.chunks_each:.1f} each)" in told


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.9992, "practically every document fits whole"),
        (0.998, "99.8 % of the documents or more fit whole"),
        (0.0, "0 % of the documents or more"),
    ],
)
def test_how_many_documents_need_no_cutting_up_is_said_in_words(share, words):
    found, plan = rag()
    told = window_words.corpus(found, dataclasses.replace(plan, whole_share=np.full(len(plan.places), share)))
    assert f"At each offer below {words}" in told and ">" not in told


def test_whole_documents_and_chunks_are_compared_with_both_bills():
    found, plan = rag()
    told = window_words.whole_against_chunks(found, plan, 0)
    assert "1 whole document in the place of 4 chunks" in told
    usd = [wording.usd(float(each.usd[0])) for each in (plan.whole, plan.chunked)]
    assert f"({usd[0]} against {usd[1]})" in told and ("more" in told or "less" in told)


def test_the_advice_names_the_number_the_bound_and_the_other_bounds():
    found, plan = rag()
    for row in range(len(plan.places)):
        told = window_words.advice(found, plan, row)
        if plan.budget.binds[row] is None:
            assert "not known" in told
        elif plan.budget.best[row] > 0:
            assert f"at most {wording.count(float(plan.budget.best[row]))} chunk" in told
        else:
            assert "even a prompt without chunks" in told


def test_a_latency_budget_that_no_prompt_keeps_is_said_with_what_would_fit():
    found = made(deep=False, **RAG, budget={**PLAIN["budget"], "ttft_s": 0.001})
    plan = retrieval_plan(found, shown(found, 12))
    row = plan.budget.binds.index("latency")
    told = window_words.advice(found, plan, row)
    assert "even a prompt without chunks misses the latency budget. Latency left aside, at most" in told


def test_larger_and_smaller_window_are_spoken_of_alike():
    found, plan = rag()
    larger, smaller = window_words.larger_window(found, plan)
    held = plan.budget.window[np.isfinite(plan.budget.window)]
    assert larger.startswith("What a larger window buys") and wording.count(float(held.max())) in larger
    assert smaller.startswith("What a smaller window asks for") and wording.count(float(held.min())) in smaller
    one = retrieval_plan(found, [plan.places[0]])
    assert window_words.larger_window(found, one) == ()


def test_a_window_without_room_for_a_chunk_asks_for_a_shorter_prompt():
    # 399,700 tokens beside the chunks and 500 in reserve: a window of 400,000 has no room for a chunk, one of a million has.
    found = made(deep=False, **{**RAG, "context": {**RAG["context"], "system_tokens": 399_300}})
    plan = retrieval_plan(found, list(range(len(found.columns))))
    held = plan.budget.window
    assert held[np.isfinite(held)].min() == 0 and held[np.isfinite(held)].max() > 2
    larger, smaller = window_words.larger_window(found, plan)
    assert " holds none." in larger and smaller.endswith("the rest of the prompt must shrink before a chunk finds room.")
    assert "even a prompt without chunks is too long in more than one case of a hundred." in [
        window_words.advice(found, plan, row).partition(": ")[2] for row in range(len(plan.places))
    ]


def test_the_reach_of_a_conversation_names_window_cliff_and_latency():
    found, plan = talk()
    for row, at in enumerate(plan.places):
        told = window_words.reach(found, plan, row)
        if np.isfinite(plan.reach.overflow[row]):
            # 100 tokens of the user and 100 of the reply.
            assert f"the window holds {wording.count(float(plan.reach.overflow[row]))} turns of 200 tokens with their replies" in told
        if np.isfinite(found.columns.price.threshold_tokens[at]):
            assert f"from turn {wording.count(float(plan.reach.cliff[row] + 1))} on the whole prompt costs more" in told


@pytest.mark.parametrize(
    ("turns", "words"),
    [
        (0, "the window does not hold even the first turn,"),
        (1, "the window holds 1 turn of 200 tokens with its reply,"),
        (np.nan, "not known,"),
    ],
)
def test_the_first_turns_are_spoken_of_as_such(turns, words):
    found, plan = talk()
    held = dataclasses.replace(plan, reach=dataclasses.replace(plan.reach, overflow=np.full(len(plan.places), float(turns))))
    assert words in window_words.reach(found, held, 0)


def test_a_cut_is_told_with_its_k_its_bill_and_what_it_saves_or_costs():
    found, plan = talk()
    told = window_words.cutting(found, plan, 0)
    assert told.startswith("Over 12 turns")
    for cut, what in ((plan.trimmed, "Trimmed to the newest 2"), (plan.summarised, "Summarised in 400 tokens")):
        assert f"{what} every {wording.count(float(cut.best[0]))} turns" in told
        assert window_words.saved(float(cut.saved_usd[0])) in told


def test_where_the_window_is_not_known_no_conversation_is_said_not_to_fit():
    found, plan = talk()
    nothing = {"trimmed": blank(plan.trimmed), "summarised": blank(plan.summarised), "uncut_fits": np.zeros(len(plan.places), dtype=bool)}
    unfit = dataclasses.replace(plan, **nothing)
    told = window_tables.conversation_rows(found, unfit)[0]
    assert (told["uncut"], told["trimmed_k"], told["summarised_k"]) == ("does not fit", "none fits", "none fits")
    assert "the last turns do not fit" in window_words.cutting(found, unfit, 0)
    # What no window holds cannot be saved against.
    cut = dataclasses.replace(plan, uncut_fits=nothing["uncut_fits"])
    assert window_words.cutting(found, cut, 0).count("which makes it fit.") == 2 and "saves" not in window_words.cutting(found, cut, 0)
    nowhere = np.full(len(plan.places), np.nan)
    unknown = dataclasses.replace(unfit, reach=dataclasses.replace(plan.reach, overflow=nowhere))
    told = window_tables.conversation_rows(found, unknown)[0]
    assert (told["overflow"], told["uncut"], told["trimmed_k"], told["summarised_k"]) == ("unknown",) * 4
    assert window_words.cutting(found, unknown, 0).endswith("whether they fit its window is not known, nor which cuts would.")


def blank(cut):
    return dataclasses.replace(cut, best=cut.best * np.nan, best_usd=cut.best_usd * np.nan)


@pytest.mark.parametrize(("usd", "words"), [(12.5, "saves $12.50"), (-12.5, "costs $12.50"), (0.0, "saves $0.00")])
def test_what_a_cut_saves_is_never_a_negative_saving(usd, words):
    assert window_words.saved(usd) == words


def test_rows_hold_the_plans_figures():
    found, plan = rag()
    row = window_tables.retrieval_rows(found, plan)[0]
    assert row["usd_chunked"] == wording.usd(float(plan.chunked.usd[0]))
    assert row["use_whole"] == wording.share(float(plan.whole.input_use[0]))
    budget = window_tables.budget_rows(found, plan)[0]
    assert budget["best"] == wording.count(float(plan.budget.best[0])) and budget["binds"] == plan.budget.binds[0]
    spoken, conversation = talk()
    turns = window_tables.conversation_rows(spoken, conversation)[0]
    assert turns["uncut"] == wording.usd(float(conversation.uncut_usd[0]))
    assert turns["summarised_k"] == f"every {wording.count(float(conversation.summarised.best[0]))} turns"


def test_overflow_has_a_row_per_provider_with_the_tightest_of_its_offers():
    found = chatbot()
    rows = {row["name"]: row for row in window_tables.overflow_rows(found, listed(found))}
    assert rows["Anthropic API"]["prompt"] == "refused"
    assert "stop reason model_context_window_exceeded" in rows["Anthropic API"]["how"]
    assert "2026-08-22 (vendor page copy)" in rows["Anthropic API"]["source"]
    small = window_tables.overflow_rows(plain(), listed(plain()))
    assert {row["prompt"] for row in small} == {"not found"}


def test_the_headline_gives_both_ends_where_the_tokenizer_leaves_a_range():
    # A prompt of 80,000 o200k tokens fits a small window at one end of the range of its tokenizer and not at the other.
    found = made(deep=False, tokens={"input_mean": 80_000, "output_mean": 100, "tokenizer": "o200k"}, context={"system_tokens": 79_600})
    window = found.assessments.context_window
    at = int(np.flatnonzero(window.fits_share_low < window.fits_share_high)[0])
    assert (window.fits_share_low[at], window.fits_share_high[at]) == (0, 1)
    assert headlines.context_window(found, at).startswith("0 % to 100 % of requests fit ")
    sure = dataclasses.replace(
        window, fits_share_low=window.fits_share_low * 0 + 0.997, fits_share_high=window.fits_share_high * 0 + 0.9999
    )
    nearly = dataclasses.replace(found, assessments=dataclasses.replace(found.assessments, context_window=sure))
    assert headlines.context_window(nearly, at).startswith("99.7 % or more of requests fit ")


def test_the_table_says_in_words_what_fits_and_by_which_limit():
    rows = {row["id"]: row for row in tables.context_rows(plain())}
    assert (rows["beta/bolt"]["words"], rows["beta/bolt"]["limit"]) == ("fits with room", "largest input")
    assert rows["beta/bolt-mini"]["limit"] == "window"
    assert "of requests fit" in headlines.headline(plain(), "context_window") and ", with room;" in headlines.headline(
        plain(), "context_window"
    )


def test_limits_inside_the_picture_are_marked_where_they_are():
    found = made(deep=False, tokens={"input_mean": 200_000, "output_mean": 100}, context={**PLAIN["context"], "turn_tokens": 199_400})
    figure = charts.window_fill(found)
    marks = {trace["name"]: trace for trace in figure["data"] if trace.get("mode") == "markers"}
    assert 272_000 in marks["Price cliff"]["x"]
    assert set(marks["Largest input"]["x"]) <= {900_000} and 400_000 in marks["Window"]["x"]
    # Words begin behind the last mark of their row, not where what is usable ends.
    words = next(trace for trace in figure["data"] if trace.get("mode") == "text")
    begins = dict(zip(words["y"], words["x"], strict=True))
    for mark in marks.values():
        assert all(begins[row] >= at for row, at in zip(mark["y"], mark["x"], strict=True))


def test_how_much_of_each_limit_is_used_is_drawn_per_offer():
    figure = charts_window.window_limits(plain())
    used = {trace["name"]: trace for trace in figure["data"]}
    assert set(used) == {"Of the window", "Of the largest input", "Of the largest output", "Of the way to the price cliff"}
    row = used["Of the window"]["y"].index("Bolt Mini")
    assert used["Of the window"]["x"][row] == pytest.approx(1_500 / 400_000)
    cliff = used["Of the way to the price cliff"]
    assert cliff["x"][cliff["y"].index("Bolt")] == pytest.approx(1_000 / 272_000)


def figures():
    found, plan = rag()
    spoken, conversation = talk()
    return {
        "usd": charts_plans.usd_by_chunks(found, plan),
        "ttft": charts_plans.first_token_by_chunks(found, plan),
        "cut": charts_plans.by_cut(spoken, conversation),
        "turns": charts_plans.turns_in_reach(spoken, conversation),
        "limits": charts_window.window_limits(found),
        "none": charts_window.window_limits(nothing_fits()),
    }


@pytest.mark.parametrize("name", ["usd", "ttft", "cut", "turns", "limits", "none"])
def test_every_chart_is_strict_json_with_units(name):
    figure = figures()[name]
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    assert figure["layout"]["xaxis"]["title"]["text"] and figure["layout"]["uirevision"]
    pytest.importorskip("plotly.graph_objects").Figure(figure)


def test_there_is_no_chart_of_cuts_where_calls_stand_alone():
    found = plain()
    assert charts_plans.by_cut(found, conversation_plan(found, [0])) is None


ABSURD = [
    {},
    {"tokens": {"input_mean": 10_000_000, "output_mean": 1}, "context": {"chunks": 10_000, "chunk_tokens": 100_000}},
    {"context": {"system_tokens": 0, "chunks": 0, "chunk_tokens": 0, "turn_tokens": 0}},
    {"context": {"output_reserve_tokens": 1_000_000}},
    {"conversation": {"turns": 1}},
    {"conversation": {"turns": 1_000, "user_tokens": 1_000_000}},
    {"conversation": {"turns": 2, "cached": False}, "history": {"kept_turns": 1_000}},
    {"retrieval": {"documents": 1, "document_tokens": 1}},
    {"retrieval": {"documents": 1_000_000_000, "document_tokens": 10_000_000, "top_k": 10_000, "whole_documents": 1_000}},
    {"budget": {**PLAIN["budget"], "percentile": 99.9, "ttft_s": 0.001, "streaming": False}},
    {"needs": {"providers": ["gamma"]}},
]


@pytest.mark.parametrize("changes", ABSURD, ids=str)
def test_absurd_workloads_have_plans_words_and_charts(changes):
    found = made(deep=False, **changes)
    places = shown(found, 12)
    assert window_export.as_text(found) and json.loads(window_export.as_json(found))
    charts_window.window_limits(found)
    if places:
        plan, spoken = retrieval_plan(found, places), conversation_plan(found, places)
        assert window_words.corpus(found, plan)
        for row in range(len(places)):
            assert window_words.advice(found, plan, row) and window_words.reach(found, spoken, row)
            assert "nan" not in window_words.whole_against_chunks(found, plan, row) + window_words.cutting(found, spoken, row)
        drawn = [charts_plans.usd_by_chunks(found, plan), charts_plans.first_token_by_chunks(found, plan)]
        drawn += [charts_plans.turns_in_reach(found, spoken), charts_plans.by_cut(found, spoken)]
        json.dumps([figure for figure in drawn if figure], allow_nan=False)
        rows = [*window_tables.retrieval_rows(found, plan), *window_tables.budget_rows(found, plan)]
        rows += window_tables.conversation_rows(found, spoken)
        assert not any("nan" in str(value) for row in rows for value in row.values())


def test_where_no_offer_is_listed_the_export_says_so_and_no_more(monkeypatch):
    monkeypatch.setattr(window_export, "listed", lambda _: [])
    assert len(window_export.as_text(plain()).splitlines()) <= 3
    assert json.loads(window_export.as_json(plain()))["offers"] == []


def test_every_line_over_the_chunks_ends_where_its_window_does():
    found, plan = rag()
    usd = charts_plans.usd_by_chunks(found, plan)
    lines = [trace for trace in usd["data"] if trace.get("mode") == "lines" and "hovertext" in trace]
    ends = {line["name"]: line["x"][-1] for line in lines}
    for row, at in enumerate(plan.places[: charts_plans.LINES]):
        if found.columns.names[at] in ends and np.isfinite(plan.budget.window[row]):
            assert ends[found.columns.names[at]] == pytest.approx(plan.budget.window[row])
            last = next(line["y"][-1] for line in lines if line["name"] == found.columns.names[at])
            assert last == pytest.approx(float(plan.full.usd[row]))


def test_headline_table_and_plan_say_the_same_number_of_chunks_and_turns():
    found, plan = rag()
    at = headlines.subject(found)
    row = plan.places.index(at)
    chunks = wording.count(float(plan.budget.window[row]))
    turns = wording.count(float(found.assessments.context_window.turns_that_fit[at]))
    assert (
        f"room for {chunks} chunks of 500 tokens or {turns} turns of 400 tokens in all where 99 % of the prompts are to fit."
        in headlines.headline(found, "context_window")
    )
    told = next(each for each in tables.context_rows(found) if each["id"] == found.columns.ids[at])
    assert (told["chunks"], told["turns"]) == (chunks, turns)


def test_headline_table_and_plan_say_the_same_turns_of_a_conversation():
    found, plan = talk()
    np.testing.assert_array_equal(found.assessments.context_window.turns_that_fit[list(plan.places)], plan.reach.overflow)
    np.testing.assert_array_equal(found.assessments.context_window.turns_to_cliff[list(plan.places)], plan.reach.cliff + 1)
    row = plan.places.index(headlines.subject(found))
    said = headlines.headline(found, "context_window")
    assert f"room for {wording.count(float(plan.reach.overflow[row]))} turns in all." in said


def test_where_every_turn_that_fits_is_in_time_a_ring_stands_around_it():
    found = made(deep=False, **TALK, budget={"ttft_s": 3_600, "response_s": 86_400, "percentile": 50})
    plan = conversation_plan(found, shown(found, 12))
    traces = {trace["name"]: trace for trace in charts_plans.turns_in_reach(found, plan)["data"]}
    fit, late = (dict(zip(traces[name]["y"], traces[name]["x"], strict=True)) for name in ("Fit the window", "In time"))
    assert late and all(fit[offer] == turn for offer, turn in late.items())
    assert traces["In time"]["marker"]["size"] > traces["Fit the window"]["marker"]["size"]
    assert "all that fit" in {row["latency"] for row in window_tables.conversation_rows(found, plan)}
    conversations = [offer["conversation"] for offer in json.loads(window_export.as_json(found))["offers"]]
    known = [each for each in conversations if each["turns_in_time"] is not None]
    assert known and all(each["turns_in_time"] == each["turns_that_fit"] for each in known)


def test_of_hundreds_of_cuts_few_are_drawn_and_the_cheapest_always():
    found = made(deep=False, conversation={"turns": 900, "user_tokens": 10, "pause_s": 30})
    plan = conversation_plan(found, shown(found, 12))
    drawn = charts_plans.by_cut(found, plan)["data"]
    lines = [trace for trace in drawn if trace["mode"] == "lines"]
    assert lines and all(len(trace["x"]) < 120 for trace in lines)
    cheapest = next(trace for trace in drawn if trace["name"] == "Cheapest with summaries")
    assert set(cheapest["x"]) <= {x for trace in lines for x in trace["x"]}


def test_the_picture_says_how_much_is_free_of_each_window():
    found, _ = rag()
    at = headlines.subject(found)
    free = wording.tokens(float(found.assessments.context_window.parts["free"][at]))
    window = wording.tokens(float(found.columns.window_tokens[at]))
    assert f"{free} free of {window}" in json.dumps(charts.window_fill(found))

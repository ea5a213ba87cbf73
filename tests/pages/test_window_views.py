"""The planners of the context-window page, without a browser."""

import json
import re

import opening
import pytest
from opening import html, linked

from framework.presets import presets

VIEWS = ("Budget of a prompt", "Retrieval planner", "Conversation planner", "Too long a call")


def opened(view, preset="rag", **changes):
    return opening.opened("pages/context_window.py", {"window_views": view}, preset, **changes)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("preset", list(presets()))
def test_every_view_opens_for_every_preset_with_two_charts_at_most(view, preset):
    app = opened(view, preset)
    assert not app.error
    assert len(app.get("plotly_chart")) <= 2
    assert "<table class='fa'>" in html(app)


def test_the_budget_shows_what_fills_a_prompt_and_the_limits():
    app = opened("Budget of a prompt")
    assert len(app.get("plotly_chart")) == 1
    text = html(app)
    assert "Closest to a limit" in text and "<img class='fa-picture' alt='Share of window" in text
    assert "fits with room" in text and "Max. input" in text


def test_the_table_of_the_budget_has_every_figure_in_few_enough_columns_for_a_screen():
    table = html(opened("Budget of a prompt")).split("<table class='fa'>")[1].split("</table>")[0]
    heads = [re.sub("<[^>]*>", "", head) for head in table.split("</thead>")[0].split("<th ")[1:]]
    assert len(heads) == 12 and not [head for head in heads if head.endswith(("In words", "By"))]
    first = table.split("<tr class='on'>")[1].split("</tr>")[0]
    assert "meets</span><br><small class='fa-muted'>fits with room</small>" in first
    assert "<br><small class='fa-muted'>window</small>" in table and "<br><small class='fa-muted'>largest input</small>" in table


def test_the_retrieval_planner_advises_a_number_of_chunks_and_speaks_of_both_windows():
    text = html(opened("Retrieval planner"))
    assert "in the place of 8 chunks" in text
    assert "What a larger window buys" in text and "What a smaller window asks for" in text
    assert "Chunks at most" in text and "What binds" in text


def test_chunks_without_tokens_are_asked_for_and_nothing_is_worked_out_with_them():
    app = opened("Retrieval planner", context={"chunk_tokens": 0, "chunks": 0})
    assert "A chunk has no tokens: give “Tokens a chunk” to plan with." in html(app)
    assert "<table class='fa'>" not in html(app) and not app.get("plotly_chart") and "in the place of" not in html(app)


def test_a_move_of_a_planner_reaches_the_link_and_no_answer():
    app = opened("Retrieval planner")
    before, headline = linked(app), html(app).split("data-testid='headline'>")[1].split("<")[0]
    app.select_slider(key="retrieval.top_k").set_value(20.0).run()
    assert not app.exception
    assert linked(app).retrieval.top_k == 20
    assert linked(app).model_copy(update={"retrieval": before.retrieval}) == before
    assert "in the place of 20 chunks" in html(app)
    assert html(app).split("data-testid='headline'>")[1].split("<")[0] == headline


def test_a_spread_that_no_log_normal_has_is_explained_and_can_be_put_right_where_it_was_made():
    app = opened("Retrieval planner", retrieval={"document_tokens": 6_000, "document_p95_tokens": 18_000})
    app.select_slider(key="retrieval.document_tokens").set_value(1_000.0).run()
    assert not app.exception
    assert any("lower it to 3,868" in item.value for item in app.error)
    app.select_slider(key="retrieval.document_p95_tokens").set_value(3_000.0).run()
    assert not app.exception and not app.error
    assert linked(app).retrieval.document_p95_tokens == 3_000


def test_calls_that_stand_alone_are_told_how_to_plan_a_conversation():
    app = opened("Conversation planner")
    assert any("Turns of a conversation" in item.value for item in app.info)
    app.select_slider(key="conversation.turns").set_value(40.0).run()
    assert not app.exception and not app.info[1:]
    text = html(app)
    assert "Over 40 turns" in text and "Summarised in 400 tokens every" in text


def test_every_provider_compared_says_what_becomes_of_too_long_a_call():
    text = html(opened("Too long a call"))
    assert "model_context_window_exceeded" in text and "context_length_exceeded" in text


def test_documents_counted_on_the_page_become_the_corpus_of_the_plan():
    app = opened("Retrieval planner")
    app.session_state["count_documents"] = True
    app.run()
    assert not any(button.key == "plan_documents" for button in app.button)
    lines = "\n".join(json.dumps({"text": " ".join(["a"] * number)}) for number in range(1, 21))  # mean 10.5, p95 19
    app.get("file_uploader")[0].set_value([("tickets.jsonl", lines.encode(), "application/octet-stream")]).run()
    app.button(key="plan_documents").click().run()
    assert not app.exception
    found = linked(app)
    assert (found.retrieval.documents, found.retrieval.document_tokens, found.tokens.tokenizer) == (20, 10, "o200k")
    assert found.retrieval.document_p95_tokens == 19
    assert "20 documents of 10 tokens" in html(app)

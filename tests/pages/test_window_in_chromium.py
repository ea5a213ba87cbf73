"""The planners of the context-window page in a real Chromium."""

from driving import headline, move, no_traceback, settled, slider, still, visit
from playwright.sync_api import expect


def tab(page, name):
    page.get_by_role("tab", name=name).click()
    still(page)


def test_a_plan_of_retrieval_follows_its_sliders_and_travels_in_the_link(page, dashboard, chromium):
    visit(page, dashboard + "/context_window")
    tab(page, "Retrieval planner")
    table, said = page.locator(".st-key-retrieval_table table"), headline(page)
    before = table.text_content()
    move(page, "retrieval.top_k", times=6)
    expect(table).not_to_have_text(before)
    assert headline(page) == said  # a plan changes no answer
    expect(page.locator(".st-key-chart_chunks .js-plotly-plot")).to_contain_text("USD a month")
    page.locator(".st-key-plan_chart").get_by_text("First token", exact=True).click()
    still(page)
    expect(page.locator(".st-key-chart_chunks .js-plotly-plot")).to_contain_text("Median seconds to first token", timeout=20_000)
    link = page.url
    other = chromium.new_context().new_page()
    visit(other, link)
    tab(other, "Retrieval planner")
    assert slider(other, "retrieval.top_k").input_value() == slider(page, "retrieval.top_k").input_value()
    expect(other.locator(".st-key-retrieval_table table")).to_have_text(table.text_content())
    other.context.close()
    no_traceback(page)
    assert not [fault for fault in page.faults if "404" not in fault]


def test_a_conversation_is_given_turns_and_its_cuts_appear(page, dashboard):
    visit(page, dashboard + "/context_window")
    tab(page, "Conversation planner")
    expect(page.locator(".st-key-chart_cut")).to_have_count(0)
    move(page, "conversation.turns", times=12)
    expect(page.locator(".st-key-chart_cut .js-plotly-plot")).to_be_visible()
    table = page.locator(".st-key-turns_table table")
    expect(table).to_contain_text("every")
    before = table.text_content()
    move(page, "history.summary_tokens", times=6)
    expect(table).not_to_have_text(before)
    tab(page, "Too long a call")
    expect(page.locator(".st-key-overflow_table")).to_contain_text("model_context_window_exceeded")
    settled(page)
    no_traceback(page)

"""The prices page without a browser: searching, narrowing, one offer in full, and words that must not be confused."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from framework.catalogue.files import pricing_directory
from framework.link import Shared, encode
from framework.priorities import Priorities
from framework.workload import Workload

ROOT = Path(__file__).resolve().parents[2]
ON = dt.date(2026, 11, 24)
VIEWS = ("All prices", "One offer", "Changes ahead", "Retirements", "Lists that differ")
HOSTILE = [
    "<script>alert(1)</script>",
    "x" * 10_000,
    ".*",
    "((((",
    "[a-z]+$",
    "\\",
    "![x](http://127.0.0.1:1/b.png)",
    ":red[y] $x$ `z` **b**",
    "' OR 1=1 --",
    "\x00\u202e",
    "工作负载",
]


def opened(view: str = "", *, on: dt.date = ON, workload: Workload | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page("pages/prices.py")
    app.query_params["s"] = encode(Shared(workload or Workload(), Priorities(), on, "0" * 12))
    if view:
        app.query_params["view"] = view
    return app.run()


def html(app: AppTest) -> str:
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def rows(app: AppTest, *, holding: str) -> list[str]:
    """The rows of the table that holds a heading."""
    body = next(item.proto.body for item in app.get("html") if f">{holding}</" in item.proto.body)
    return body.split("<tr")[2:]


def search(app: AppTest, text: str) -> AppTest:
    return app.text_input(key="find").set_value(text).run()


@pytest.fixture
def prices_of(monkeypatch, tmp_path):
    """The shipped catalogue with some texts of a provider's file replaced."""

    def make(provider: str, *replacements: tuple[str, str]) -> None:
        shutil.copytree(pricing_directory(), tmp_path / "pricing")
        file = tmp_path / "pricing" / "providers" / f"{provider}.yaml"
        text = file.read_text()
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new, 1)
        file.write_text(text)
        st.cache_resource.clear()
        monkeypatch.setattr("framework.catalogue.load.pricing_directory", lambda: tmp_path / "pricing")

    yield make
    st.cache_resource.clear()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_by_its_address(view):
    app = opened(view)
    assert not app.exception and not app.error
    heading = {"All prices": "Cache write", "One offer": "Every", "Changes ahead": "What happens", "Retirements": "What is said"}
    if view == "One offer":
        assert "Every figure" in "\n".join(item.value for item in app.markdown)
    else:
        assert f">{heading.get(view, 'Other list')}</" in html(app)


def test_a_search_finds_by_model_provider_and_alias():
    app = search(opened(), "gpt6 sol azure")
    found = rows(app, holding="Cache write")
    assert ["azure/gpt-6-sol" in found[0], "azure/gpt-6.1-sol" in found[1], len(found)] == [True, True, 2]
    assert any("**2** of 122 offers" in item.value for item in app.caption)


def test_nothing_found_says_so_and_has_a_way_back():
    app = search(opened(), "gpt-99")
    assert not app.exception
    assert "No offer, model or provider is called “gpt\\-99”" in app.info[-1].value
    app.button(key="show_all").click().run()
    assert len(rows(app, holding="Cache write")) == 122 and app.text_input(key="find").value == ""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("view", VIEWS)
def test_a_hostile_search_is_only_text(view, text):
    app = search(opened(view), text)
    assert not app.exception and not app.error
    assert "<script>alert" not in html(app)
    assert len(app.info[-1].value) < 500


def test_filters_narrow_together():
    app = opened()
    app.multiselect(key="sellers").set_value(["google"]).run()
    app.get("button_group")[0].set_value(["Price change ahead"]).run()
    found = rows(app, holding="Cache write")
    assert len(found) == 4 and all("google/gemini" in row and "may be called off" in row for row in found)


def test_free_unknown_and_not_sold_are_told_apart(prices_of):
    prices_of("deepseek", ("input_mtok: 0.15\n", "input_mtok: 0\n"), ("output_mtok: 0.6\n", "output_mtok: null\n"))
    app = search(opened(), "deepseek/deepseek-flash")
    (row,) = rows(app, holding="Cache write")
    assert ">free<" in row and ">unknown<" in row and "not sold" not in row
    app.session_state["service"] = "Batch"
    app.run()
    (row,) = rows(app, holding="Cache write")
    assert row.count("not sold") == 4 and "unknown" not in row and "free" not in row


def test_one_offer_shows_every_figure_with_sources_day_and_age():
    app = opened("One offer")
    app.selectbox(key="offer").set_value("openai/gpt-5.4").run()
    table = rows(app, holding="Service")
    assert len(table) == 8
    assert all("2026-11-23" in row and "1 day old" in row and "href='https://" in row for row in table)
    assert "Priority, above 272,000 tokens" in table[7] and table[7].count("not sold") == 4
    assert any("genai-prices" in row and "$30.00" in row for row in rows(app, holding="Other list"))
    assert all("href='https://" in row for row in rows(app, holding="Kind"))


def test_an_announced_entry_can_be_looked_at_in_full():
    app = opened("One offer")
    app.selectbox(key="offer").set_value("google/gemini-4-argon").run()
    assert "$2.00" in rows(app, holding="Service")[0]
    app.session_state["entry-google/gemini-4-argon"] = "from 2026-12-01 on"
    app.run()
    assert not app.exception
    assert "$4.00" in rows(app, holding="Service")[0]
    assert any("announced, may be called off" in item.value for item in app.markdown)


def test_an_offer_that_the_search_leaves_out_gives_way_to_one_it_finds():
    app = opened("One offer")
    app.selectbox(key="offer").set_value("openai/gpt-5.4").run()
    search(app, "mistral large")
    assert not app.exception
    assert app.selectbox(key="offer").value.startswith("mistral/")


def test_the_calendar_follows_the_day_of_the_link():
    (row,) = [row for row in rows(opened("Retirements"), holding="What is said") if "openai/gpt-5<" in row]
    assert "in 17 days" in row and "will be switched off" in row
    later = opened("Retirements", on=dt.date(2026, 12, 12))
    (row,) = [row for row in rows(later, holding="What is said") if "openai/gpt-5<" in row]
    assert "1 day ago" in row and row.startswith(" class='out'")


def test_old_readings_are_marked_on_a_later_day():
    # 2026-11-23 and 61 days more.
    app = opened(on=dt.date(2027, 1, 23))
    assert all(">old<" in row for row in rows(app, holding="Cache write"))
    assert "prices not read for 60 days" in html(app)


def test_other_lists_stand_beside_ours_with_the_reason():
    (row,) = [row for row in rows(opened("Lists that differ"), holding="Other list") if "mistral-large-4" in row]
    assert "$0.70" in row and "$0.68" in row and "LiteLLM" in row and "The launch prices" in row


def test_a_broken_file_of_differences_is_named_with_its_line_and_not_as_a_traceback(monkeypatch, tmp_path):
    (tmp_path / "deviations.yaml").write_text("deviations: 5\n")
    st.cache_resource.clear()
    monkeypatch.setattr("pages.ui.cached.pricing_directory", lambda: tmp_path)
    app = opened()
    assert not app.exception
    assert "cannot be read" in app.error[0].value and "deviations.yaml:1" in app.code[0].value
    st.cache_resource.clear()


def test_an_offer_on_which_lists_differ_is_marked_in_the_list():
    marked = [row for row in rows(opened(), holding="Cache write") if "another list differs" in row]
    assert any("mistral/mistral-large-4" in row for row in marked) and 5 < len(marked) < 40


def test_prices_are_shown_even_where_the_workload_cannot_be_used():
    app = opened(workload=Workload.model_validate({"needs": {"providers": ["nobody"]}}))
    assert not app.exception and app.error
    assert len(rows(app, holding="Cache write")) == 122

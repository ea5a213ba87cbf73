"""Pinning an answer, comparing two workloads and two providers, and the glossary, without a browser."""

import datetime as dt
import re
from pathlib import Path

import pytest
from driving import PAGES as ADDRESSES
from streamlit.testing.v1 import AppTest

from framework.link import Shared, decode, encode
from framework.presets import presets
from framework.priorities import Priorities
from framework.report import glossary
from framework.workload import Workload
from framework.workload_file import write_workload
from pages.ui import robust

ROOT = Path(__file__).resolve().parents[2]
PAGES = [f"pages{address}.py" if address != "/" else "app.py" for address in ADDRESSES.values()]


def opened(page="app.py", token=None, **state):
    """A cold visit to a page."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if page != "app.py":
        app.switch_page(page)
    if token is not None:
        app.query_params["s"] = token
    for key, value in state.items():
        app.session_state[key] = value
    return app.run()


def unfolded(part):
    app = opened()
    app.session_state[f"exact-{part}"] = True
    return app.run()


def link(app):
    found = app.query_params["s"]
    return found if isinstance(found, str) else found[0]


def token_for(workload, on=None):
    return encode(Shared(workload, Priorities(), on or dt.date.today(), "0" * 12))


def texts(app):
    return "\n".join(item.value for item in [*app.markdown, *app.error, *app.warning, *app.caption, *app.info])


def html(app):
    return "\n".join(str(item.proto.body) for item in app.get("html"))


def table(app, head):
    """Rows of the first table with that head, as lists of texts."""
    found = next((item.proto.body for item in app.get("html") if "<table" in item.proto.body and f">{head}<" in item.proto.body), None)
    if found is None:
        return None
    rows = re.findall(r"<tr class='[^']*'>(.*?)</tr>", found)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


def volume(app, requests):
    return app.select_slider(key="traffic.requests_per_day").set_value(requests).run()


def shown(app):
    return texts(app).replace("\\", "")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_offers_to_pin_its_answer(page):
    assert opened(page).button(key="pin").label == "Pin this answer"


def test_a_pinned_answer_stands_beside_the_changed_one_with_what_was_changed():
    app = opened("pages/cost.py")
    app.button(key="pin").click().run()
    assert not app.exception
    assert "Change any input" in shown(app) and table(app, "Answer") is None
    volume(app, 20_000.0)
    rows = table(app, "Answer")
    assert [row[0] for row in rows] == ["Pinned", "Now", "Change"]
    assert rows[0][3] != rows[1][3] and rows[2][3].startswith("+$")
    assert "Changed: Requests a day 10,000 → **20,000**" in shown(app)


def test_the_strip_follows_to_other_pages_and_the_link_does_not_carry_it():
    app = opened("pages/cost.py")
    app.button(key="pin").click().run()
    volume(app, 20_000.0)
    app.switch_page("pages/latency.py").run()
    assert table(app, "Answer") is not None
    assert table(opened("pages/latency.py", link(app)), "Answer") is None


def test_going_back_restores_the_pinned_inputs_and_the_changed_ones_are_not_lost():
    app = opened("pages/cost.py")
    before = link(app)
    app.button(key="pin").click().run()
    volume(app, 20_000.0)
    changed = link(app)
    app.button(key="pin_back").click().run()
    assert link(app) == before and app.select_slider(key="traffic.requests_per_day").value == 10_000
    app.button(key="pin_again").click().run()
    assert link(app) == changed and app.select_slider(key="traffic.requests_per_day").value == 20_000
    assert table(app, "Answer") is not None


def test_unpinning_takes_the_strip_away_and_leaves_the_inputs():
    app = opened("pages/cost.py")
    app.button(key="pin").click().run()
    volume(app, 20_000.0)
    app.button(key="unpin").click().run()
    assert table(app, "Answer") is None and app.button(key="pin")
    assert decode(link(app)).workload.traffic.requests_per_day == 20_000


def test_where_the_inputs_cannot_be_used_the_way_back_stays_open_and_what_was_typed_is_kept():
    app = unfolded("tokens")
    app.button(key="pin").click().run()
    app.number_input(key="tokens.input_p95~exact").set_value(10.0).run()
    assert "cannot be used" in shown(app)
    app.button(key="pin_back").click().run()
    assert not app.error and app.number_input(key="tokens.input_p95~exact").value == 4083
    app.button(key="pin_again").click().run()
    assert app.error and app.number_input(key="tokens.input_p95~exact").value == 10


def test_another_day_is_a_difference_too():
    app = opened("pages/cost.py", token_for(presets()["rag"].workload, dt.date(2026, 11, 24)))
    app.button(key="pin").click().run()
    app.button(key="as_of_today").click().run()
    assert "Answered for 2026-11-24" in shown(app)


def test_a_pinned_study_is_not_worked_out_again(monkeypatch):
    app = opened("pages/cost.py")
    app.button(key="pin").click().run()
    volume(app, 20_000.0)
    from pages.ui import cached

    asked = []
    monkeypatch.setattr(cached, "study", lambda *inputs: asked.append(inputs))
    app.run()
    assert not asked and not app.exception


def compare(app, other):
    return app.selectbox(key="compare_with").set_value(other).run()


def test_two_workloads_stand_side_by_side_with_the_same_offer_in_both():
    app = compare(opened("pages/compare.py"), "agent")
    assert not app.exception and not app.error
    rows = table(app, "Difference")
    assert [row[0] for row in rows][:3] == ["Choice", "Fallback", "Cost a month"]
    assert "in both" in "\n".join(item.value for item in app.subheader)


def test_the_pinned_answer_can_be_compared():
    app = opened("pages/cost.py")
    app.button(key="pin").click().run()
    volume(app, 20_000.0)
    app.switch_page("pages/compare.py").run()
    compare(app, "pinned")
    assert not app.exception and table(app, "Difference")[2][0] == "Cost a month"


def upload(app, content):
    compare(app, "uploaded")
    return app.file_uploader(key="compare_file").set_value([("second.yaml", content, "application/yaml")]).run()


def test_a_second_file_is_compared_and_the_first_stays():
    app = opened("pages/compare.py")
    before, agent = link(app), presets()["agent"]
    upload(app, write_workload(agent.workload.model_copy(update={"name": "Night shift"}), agent.priorities).encode())
    assert not app.exception and "Night shift" in html(app)
    assert link(app) == before


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"traffic: {requests_per_day: -5}\n", "second.yaml:1"),
        (b"name: x\ntraffic:\n  requests_a_day: 5\n", "second.yaml:3"),
        (b"\xff\xfe\x00", "second.yaml"),
        (b"- 1\n", "a workload file is a mapping"),
    ],
    ids=["below", "unknown", "binary", "list"],
)
def test_a_broken_second_file_says_where_and_how_to_mend_it_and_the_first_is_untouched(content, told):
    app = opened("pages/compare.py")
    before = link(app)
    upload(app, content)
    assert not app.exception
    assert any("second file was not taken" in item.value for item in app.error)
    assert told in app.code[0].value
    assert link(app) == before


def test_a_second_file_that_names_what_the_catalogue_lacks_is_refused_in_words():
    app = upload(opened("pages/compare.py"), b"needs: {providers: [nobody]}\n")
    assert not app.exception
    assert any("second" in item.value for item in app.error) and "nobody" in app.code[0].value


def providers(app):
    app.session_state["side"] = "Two providers"
    return app.run()


def test_two_providers_are_compared_by_their_best_offers():
    app = providers(opened("pages/compare.py"))
    assert not app.exception
    rows = table(app, "Better")
    assert len(rows) == 6 and all(row[3] for row in rows[:4])
    assert "is better at" in shown(app)


def test_one_provider_alone_cannot_be_compared_and_the_page_says_so():
    app = providers(opened("pages/compare.py", token_for(Workload.model_validate({"needs": {"providers": ["openai"]}}))))
    assert not app.exception and any("Add another" in item.value for item in app.info)


def test_every_provider_can_stand_against_every_other():
    app = providers(opened("pages/compare.py", token_for(Workload())))
    for name in app.selectbox(key="one_provider").options[:12]:
        app.selectbox(key="one_provider").select(name).run()
        assert not app.exception, name


def test_where_nothing_fits_both_views_say_so():
    nothing = Workload.model_validate({"budget": {"monthly_usd": 0.01}})
    app = opened("pages/compare.py", encode(Shared(nothing, presets()["rag"].priorities, dt.date.today(), "0" * 12)))
    assert not app.exception and "no offer that fits" in html(app)
    assert "Neither passes every must-have" in html(providers(app))


def test_the_glossary_lists_its_terms():
    app = opened("pages/compare.py")
    app.session_state["side"] = "Glossary"
    app.run()
    assert "<dt>TOPSIS</dt>" in html(app) and not app.exception


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("pages/cost.py", {"cost_charts": "Twelve months"}),
        ("pages/latency.py", {}),
        ("pages/rate_limits.py", {"limit_details": True}),
        ("pages/context_window.py", {}),
        ("pages/recommendation.py", {"score_charts": robust.TAB}),
        ("pages/prices.py", {}),
    ],
    ids=["cost", "latency", "rate limits", "context window", "recommendation", "prices"],
)
def test_every_head_on_the_screen_carries_its_meaning_or_is_plain(page, state):
    app = opened(page, None, **state)
    heads = re.findall(r"<th [^>]*>(.*?)</th>", html(app))
    bare = {re.sub("<[^>]*>", "", head) for head in heads if "<abbr class='fa-term' tabindex='0' title='" not in head}
    assert len(heads) > 7 and not bare - glossary.PLAIN

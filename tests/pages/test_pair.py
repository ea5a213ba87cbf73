"""The pair on the recommendation page, without a browser."""

from pages.test_outage import opened, said
from streamlit.testing.v1 import AppTest

PAGE = "pages/recommendation.py"


def tables(app: AppTest) -> str:
    return "\n".join(item.body for item in app.get("html"))


def headings(app: AppTest) -> list[str]:
    return [item.value for item in app.subheader]


def test_the_pair_says_how_the_fallback_holds_and_how_often_neither_answers():
    app = opened(PAGE)
    assert "The pair" in headings(app) and "Best offer of each provider" in headings(app)
    told = said(app)
    for words in ("as the fallback", "of your peak arriving at once on a cold cache", "if the two fail independently", "hour of fail-over"):
        assert words in told
    assert "Posted incidents overstate downtime" in told


def test_who_ranks_higher_and_is_not_the_fallback_is_named():
    app = opened(PAGE, preset="code-assistant")
    assert "ranks higher than" in said(app) and "takes both" in said(app)


def test_figures_and_their_days_are_made_only_where_they_are_unfolded():
    app = opened(PAGE)
    assert "An hour of fail-over, cache cold" not in tables(app) and "points differ" not in said(app)
    app.session_state["pair_figures"] = True
    app.run()
    assert not app.exception
    assert "An hour of fail-over, cache cold" in tables(app)
    assert "points differ" in said(app) and "https://" in said(app)


def test_without_a_fallback_there_is_no_pair_and_the_providers_stay():
    app = opened(PAGE, needs={"fallback": False})
    assert "The pair" not in headings(app) and "Best offer of each provider" in headings(app)


def test_where_nothing_fits_each_provider_says_what_keeps_its_nearest_offer_out():
    app = opened(PAGE, budget={"monthly_usd": 0.01, "ttft_s": 2, "response_s": 10, "percentile": 90})
    assert "The pair" not in headings(app)
    assert "What keeps it out" in tables(app) and "the budget of $0.01" in tables(app)


def test_the_providers_compared_are_those_of_the_table():
    app = opened(PAGE)
    shown = next(body for body in (item.body for item in app.get("html")) if "Best offer" in body and "<table" in body)
    assert "OpenAI API" in shown and "Anthropic API" in shown and "Mistral AI" not in shown
    assert "more providers are in the catalogue" in said(app)

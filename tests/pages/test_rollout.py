"""The rollout page without a browser."""

import yaml
from pages.test_pages import HOSTILE, html, opened, texts, token_for

from framework.presets import presets
from framework.workload import Workload

CHATBOT = presets()["support-chatbot"].workload


def config(app):
    return yaml.safe_load(app.code[0].value)


def test_it_shows_the_configuration_of_the_choice_with_what_to_watch():
    app = opened("pages/rollout.py", token_for(CHATBOT))
    assert not app.exception and "Roll out " in html(app)
    found = config(app)
    assert found["primary"].startswith(("openai/", "anthropic/")) and len(found["fallback"]) == 1 and "split" not in found
    assert "fouraxes probe llm.yaml" in texts(app)
    assert "Calls lost to rate limits" in html(app) and "system, a field of the request" in html(app)


def test_moving_the_share_changes_the_file_and_the_sentence_and_not_the_link():
    app = opened("pages/rollout.py", token_for(CHATBOT))
    before = app.query_params["s"]
    app.select_slider(key="split_share").set_value(0.2).run()
    assert not app.exception
    assert list(config(app)["split"].values()) == [0.2]
    assert "20 % of the calls go to the fallback first" in html(app).replace("\u00a0", " ")
    assert app.query_params["s"] == before


def test_nothing_that_fits_is_said_with_what_to_do_and_no_file():
    app = opened("pages/rollout.py", token_for(Workload.model_validate({"budget": {"monthly_usd": 0.0001}})))
    assert not app.exception and not app.error
    assert "Nothing to roll out yet" in html(app) and "have to loosen" in texts(app)
    assert not app.code and not app.get("download_button")


def test_a_provider_that_the_layer_cannot_call_is_said_with_what_to_do_and_no_file():
    cloud = {"needs": {"class": "balanced", "providers": ["bedrock"]}, "budget": {"ttft_s": 60, "response_s": 600}}
    app = opened("pages/rollout.py", token_for(Workload.model_validate(cloud)))
    assert not app.exception and "cannot call it" in html(app)
    assert "AsyncAnthropicBedrock" in texts(app) and not app.code and not app.get("download_button")


def test_without_a_fallback_there_is_no_split_to_set():
    alone = CHATBOT.model_copy(update={"needs": CHATBOT.needs.model_copy(update={"fallback": False})})
    app = opened("pages/rollout.py", token_for(alone))
    assert not app.exception and "fallback" not in config(app) and not app.select_slider(key="budget.ttft_s").disabled
    assert "split_share" not in [item.key for item in app.select_slider]
    assert "No fallback is asked for" in texts(app) and "What follows" not in html(app)


def test_a_hostile_name_is_only_a_comment():
    for name in HOSTILE:
        app = opened("pages/rollout.py", token_for(CHATBOT.model_copy(update={"name": name})))
        assert not app.exception and config(app)["primary"]

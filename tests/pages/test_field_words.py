"""Changed inputs in the words and units of the form."""

import datetime as dt

import pytest

from framework.catalogue.load import load_catalogue
from framework.flat import flat
from framework.presets import presets
from framework.priorities import Priorities
from framework.report.differences import Difference, differences
from framework.workload import Workload
from pages.ui import field_words
from pages.ui.controls import ANCHORS
from pages.ui.fields import CONTROLS

CATALOGUE = load_catalogue()
FIELDS = flat(Workload(), Priorities())


def row(path, was, now):
    found = field_words.rows([Difference(path, was, now)], CATALOGUE)[0]
    return found["name"], found["was"], found["now"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("traffic.requests_per_day", 10_000.0, 20_000.0), ("Requests a day", "10,000", "20,000")),
        (("traffic.active_hours", 24.0, 10.0), ("Active hours a day", "24 h", "10 h")),
        (("traffic.batch_share", 0.0, 0.5), ("Share that can wait (batch)", "0 %", "50 %")),
        (("budget.ttft_s", 0.8, 2.0), ("First token within", "800 ms", "2.0 s")),
        (("budget.monthly_usd", 500.0, 2_500.0), ("Budget a month", "$500.00", "$2,500")),
        (("caching.hit_rate", None, 0.9), ("Cache hit rate", "derived", "90 %")),
        (("budget.streaming", True, False), ("Streamed to a person", "on", "off")),
        (("needs.features", (), ("tools", "pdf")), ("Must be able to take", "nothing in particular", "tools, PDF")),
        (("needs.review_by", None, dt.date(2027, 1, 2)), ("Review by", "not said", "2027-01-02")),
        (("needs.providers", (), ("openai",)), ("Providers compared", "all of the catalogue", "OpenAI API")),
        (("needs.regions", (), ("eu",)), ("Must stay in", "anywhere", "EU")),
        (("baseline", None, "openai/gpt-6-sol"), ("We are on this today", "not said", "openai/gpt-6-sol")),
        (("tiers.anthropic", None, "scale"), ("Your tier at Anthropic API", "not said", "Scale")),
        (("billing.discounts.openai", 0.1, None), ("Off the prices of OpenAI API", "10 %", "not said")),
        (("priorities.weights.cost", 0.4, 0.1), ("Weight of cost", "0.4", "0.1")),
        (("priorities.targets.cost.good", None, 750.0), ("USD a month: good", "from the budget", "750")),
        (("tokens.input_mean", 1_155.0, 1_155.2), ("Prompt, mean tokens", "1,155 (1155.0)", "1,155 (1155.2)")),
    ],
    ids=lambda item: item[0] if isinstance(item, tuple) and "." in item[0] else None,
)
def test_a_change_reads_as_its_control_does(change, told):
    assert row(*change) == told


@pytest.mark.parametrize("path", [path for path in FIELDS if not isinstance(FIELDS[path], dict)])
def test_every_field_has_a_label_of_the_form(path):
    if path.startswith("priorities.targets.") and path.count(".") == 2:
        assert path.rpartition(".")[2] in ANCHORS
        return
    assert field_words.label(path, CATALOGUE) != path
    assert field_words.value(path, FIELDS[path], CATALOGUE) or path == "name"


@pytest.mark.parametrize("one", list(presets()))
@pytest.mark.parametrize("other", list(presets()))
def test_any_two_presets_can_be_told_apart_in_words(one, other):
    ours, theirs = presets()[one], presets()[other]
    found = differences((ours.workload, ours.priorities), (theirs.workload, theirs.priorities))
    for told in field_words.rows(found, CATALOGUE):
        assert told["was"] != told["now"]


def test_own_limits_name_the_figures_that_were_entered():
    name, was, now = row("own_limits.openai/gpt-6-sol", None, {"rpm": 42.0, "tpm": None, "source": "console"})
    assert name == "Your own limits of openai/gpt-6-sol" and was == "none" and "42" in now and "tpm" not in now


def test_every_control_words_the_value_it_starts_with():
    for path, control in CONTROLS.items():
        assert isinstance(field_words.value(path, FIELDS.get(path), CATALOGUE), str), control.label

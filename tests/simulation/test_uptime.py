"""`pricing/uptime.yaml`: what is known of incidents, with days, sources and weakness; nobody else is always up."""

import math
from pathlib import Path

import pytest

from framework.catalogue.files import pricing_directory, read
from framework.catalogue.load import load_catalogue
from framework.catalogue.validate import validated
from framework.errors import CatalogueError
from framework.simulation.uptime import FILE, UptimeFile, incidents_of, uptime


def test_every_entry_says_when_where_from_and_what_is_weak_about_it():
    providers = load_catalogue().providers
    for one in uptime().providers:
        assert one.provider in providers
        assert one.rate_from < one.rate_to and one.hours_from < one.hours_to
        assert one.caveats and one.source
    assert len({one.provider for one in uptime().providers}) == len(uptime().providers)


def test_the_mean_duration_is_that_of_the_log_normal_and_near_the_mean_of_the_sample():
    # exp(mu + sigma^2 / 2); the samples' means are 2.57 h (231 incidents) and 1.45 h (40 incidents).
    openai, anthropic = incidents_of("openai"), incidents_of("anthropic")
    assert openai.mean_hours == pytest.approx(math.exp(0.23 + 0.682112)) and openai.mean_hours == pytest.approx(2.57, rel=0.04)
    assert anthropic.mean_hours == pytest.approx(1.45, rel=0.01)


def test_the_time_in_incidents_is_that_of_the_status_page():
    # Posted for 4.53 % of the 53 days.
    one = incidents_of("anthropic")
    assert one.per_30_days * one.mean_hours / 720 == pytest.approx(0.0453, rel=0.02)
    assert one.major_share == 17 / 40


@pytest.mark.parametrize("provider", ["google", "xai", "mistral", "nobody"])
def test_a_provider_of_which_nothing_usable_is_known_is_unknown_and_not_always_up(provider):
    assert incidents_of(provider) is None


def test_what_is_not_known_of_a_known_provider_is_null_and_not_zero():
    assert incidents_of("openai").major_share is None


@pytest.mark.parametrize(
    ("wrong", "instead", "says"),
    [
        ("per_30_days: 8.9", "per_30_days: 0", "per_30_days"),
        ("partial_share: 0.3", "partial_share: 1.3", "partial_share"),
        ("confidence: low", "confidence: sure", "confidence"),
        ("hours_mu: 0.23", "hours_mean: 0.23", "hours_mean"),
        ("source: statuswatch", "source: hearsay", "no such source"),
    ],
)
def test_a_wrong_figure_is_named_with_file_line_and_key(tmp_path: Path, wrong, instead, says):
    text = (pricing_directory() / FILE).read_text()
    assert wrong in text
    (tmp_path / FILE).write_text(text.replace(wrong, instead, 1))
    with pytest.raises(CatalogueError, match=says) as caught:
        validated(read(tmp_path / FILE), UptimeFile)
    assert f"{FILE}:" in str(caught.value)


def test_the_catalogue_is_read_as_if_the_file_were_not_there():
    assert load_catalogue(pricing_directory()).digest == load_catalogue().digest

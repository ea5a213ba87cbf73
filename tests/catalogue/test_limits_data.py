"""The shipped rate limits: figures checked by hand against the sources that `pricing/providers/` names."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest

from framework.catalogue.catalogue import Catalogue
from framework.catalogue.load import load_catalogue
from framework.catalogue.records import METERS, RateLimit

ON = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def limits_of(catalogue: Catalogue, offer: str, tier: str) -> RateLimit:
    pool = catalogue.pool_of(catalogue.offer(offer))
    assert pool is not None
    return next(limit for limit in pool.limits if limit.tier == tier)


def known(limit: RateLimit) -> dict[str, float]:
    return {meter: getattr(limit, meter) for meter in METERS if getattr(limit, meter) is not None}


@pytest.mark.parametrize(
    ("offer", "tier", "expected"),
    [
        ("anthropic/claude-opus-5-5", "start", {"rpm": 1_000, "itpm": 2_000_000, "otpm": 400_000}),
        ("anthropic/claude-opus-5-5", "scale", {"rpm": 10_000, "itpm": 10_000_000, "otpm": 2_000_000}),
        ("anthropic/claude-haiku-5-5", "build", {"rpm": 5_000, "itpm": 5_000_000, "otpm": 1_000_000}),
        ("anthropic/claude-fable-5-1", "start", {"rpm": 1_000, "itpm": 500_000, "otpm": 100_000}),
        ("anthropic/claude-opus-5-5", "evaluation", {}),
        ("openai/gpt-6-sol", "build", {"rpm": 5_000, "tpm": 1_000_000}),
        ("openai/gpt-6-sol", "launch", {"rpm": 10_000, "tpm": 4_000_000}),
        ("openai/gpt-6-sol", "grow", {"rpm": 15_000, "tpm": 40_000_000}),
        ("openai/gpt-6-luna", "grow", {"rpm": 30_000, "tpm": 180_000_000}),
        ("openai/gpt-4o-mini", "launch", {"rpm": 10_000, "tpm": 10_000_000}),
        ("openai/gpt-4o", "grow", {"rpm": 10_000, "tpm": 30_000_000}),
        ("openai/gpt-5", "build", {"tpm": 1_000_000}),
        ("openai/gpt-5.2", "build", {}),
        ("google/gemini-3.6-flash", "tier1", {}),
        ("xai/grok-4.5", "tier0", {"rpm": 60 * 150, "tpm": 50_000_000}),
        ("xai/grok-4.3", "tier4", {"rpm": 60 * 208, "tpm": 85_000_000}),
        ("mistral/mistral-large-4", "tier1", {}),
        ("deepseek/deepseek-v4-flash", "single", {"concurrency": 2_500}),
        ("deepseek/deepseek-v4-pro", "single", {"concurrency": 500}),
        ("groq/gpt-oss-120b", "base", {"rpm": 30, "rpd": 1_000, "tpm": 8_000, "tpd": 200_000}),
        ("groq/gpt-oss-120b", "developer", {"rpm": 1_000, "tpm": 250_000}),
        ("groq/gpt-oss-20b", "developer", {}),
        ("cerebras/gpt-oss-120b", "developer", {"rpm": 1_000, "tpm": 1_000_000}),
        ("cohere/command-a-03-2025", "trial", {"rpm": 20}),
        ("cohere/command-a-03-2025", "production", {"rpm": 500}),
        ("bedrock/claude-opus-5-5", "default", {"tpm": 30_000_000}),
        ("bedrock/claude-haiku-4-5", "default", {"rpm": 10_000, "tpm": 5_000_000}),
        ("bedrock/claude-haiku-5-5", "default", {}),
        ("vertex/claude-opus-5-5", "default", {"rpm": 2_000, "itpm": 20_000_000, "otpm": 2_000_000}),
        ("vertex/claude-sonnet-4-6", "default", {"rpm": 1_500, "itpm": 1_500_000, "otpm": 150_000}),
        ("azure/gpt-6-sol", "tier1", {"rpm": 1_000, "tpm": 1_000_000}),
        ("azure/gpt-6-sol", "tier6", {"rpm": 15_000, "tpm": 15_000_000}),
        ("azure/gpt-4o-mini", "tier1", {"rpm": 20_000, "tpm": 2_000_000}),
        ("azure/gpt-5.4", "tier3", {}),
    ],
)
def test_limits_are_those_of_the_page_and_nothing_more(catalogue: Catalogue, offer: str, tier: str, expected: dict[str, float]) -> None:
    assert known(limits_of(catalogue, offer, tier)) == expected


@pytest.mark.parametrize(
    ("offer", "tier", "confidence"),
    [
        ("openai/gpt-6-sol", "launch", "published"),
        ("openai/gpt-5.5", "launch", "derived"),
        ("openai/gpt-5", "launch", "derived"),
        ("openai/gpt-5.2", "launch", "not found"),
        ("anthropic/claude-fable-5-2", "start", "derived"),
        ("anthropic/claude-opus-5", "custom", "not published"),
        ("google/gemini-3.8-flash", "tier1", "not published"),
        ("azure/gpt-4.1", "tier6", "dated"),
        ("vertex/claude-opus-5", "default", "third party"),
        ("cerebras/gpt-oss-120b", "developer", "third party"),
        ("bedrock/claude-sonnet-5", "default", "published"),
        ("bedrock/claude-sonnet-5-5", "default", "derived"),
    ],
)
def test_a_limit_says_how_sure_it_is(catalogue: Catalogue, offer: str, tier: str, confidence: str) -> None:
    assert limits_of(catalogue, offer, tier).confidence == confidence


def test_a_limit_that_was_not_published_or_not_found_has_no_figure(catalogue: Catalogue) -> None:
    unknown = [limit for pool in catalogue.pools.values() for limit in pool.limits if limit.confidence in ("not published", "not found")]
    assert len(unknown) > 100
    assert all(not known(limit) for limit in unknown)
    assert all(limit.note for limit in unknown)


def test_models_that_share_buckets_are_one_pool(catalogue: Catalogue) -> None:
    def pool(name: str) -> str | None:
        return catalogue.offer(f"anthropic/{name}").pool

    assert pool("claude-opus-4-8") == pool("claude-opus-4-7") == pool("claude-opus-4-5")
    assert pool("claude-sonnet-4-6") == pool("claude-sonnet-4-5")
    assert pool("claude-fable-5") == pool("claude-fable-5-1")
    assert len({pool("claude-opus-5-5"), pool("claude-opus-5"), pool("claude-sonnet-5-5"), pool("claude-opus-4-8")}) == 4


@pytest.mark.parametrize(
    ("provider", "tier"),
    [
        ("openai", "build"),
        ("anthropic", "start"),
        ("google", "tier1"),
        ("xai", "tier0"),
        ("mistral", "tier1"),
        ("deepseek", "single"),
        ("groq", "developer"),
        ("cerebras", "developer"),
        ("cohere", "production"),
        ("bedrock", "default"),
        ("vertex", "default"),
        ("azure", "tier1"),
    ],
)
def test_a_user_is_taken_to_stand_on_the_lowest_paid_tier(catalogue: Catalogue, provider: str, tier: str) -> None:
    assert catalogue.providers[provider].default_tier == tier


def test_every_pool_says_something_about_the_tier_a_user_is_taken_to_have(catalogue: Catalogue) -> None:
    for offer in catalogue.offers:
        pool, provider = catalogue.pool_of(offer), catalogue.provider_of(offer)
        if pool is not None:
            assert provider.default_tier in {limit.tier for limit in pool.limits}, offer.id


@pytest.mark.parametrize(
    ("provider", "tier", "spend_usd", "cap_usd"),
    [
        ("openai", "build", 5, 500),
        ("openai", "launch", 100, 5_000),
        ("openai", "grow", 500, 200_000),
        ("anthropic", "start", None, 500),
        ("anthropic", "build", None, 1_000),
        ("anthropic", "scale", None, 200_000),
        ("google", "tier1", 0, 250),
        ("google", "tier2", 100, 2_000),
        ("google", "tier3", 1_000, 20_000),
        ("xai", "tier1", 50, None),
        ("xai", "tier4", 5_000, None),
        ("azure", "tier1", None, None),
    ],
)
def test_a_rung_of_the_ladder_costs_and_allows_what_the_page_says(
    catalogue: Catalogue, provider: str, tier: str, spend_usd: float | None, cap_usd: float | None
) -> None:
    rung = next(rung for rung in catalogue.providers[provider].tiers if rung.id == tier)
    assert (rung.qualifies_spend_usd, rung.monthly_cap_usd) == (spend_usd, cap_usd)


def test_gemini_limits_the_spend_of_ten_minutes(catalogue: Catalogue) -> None:
    tiers = {tier.id: tier for tier in catalogue.providers["google"].tiers}
    assert [tiers[name].spend_usd_per_10min for name in ("free", "tier1", "tier2", "tier3")] == [None, 10, 50, 200]
    assert [tiers[name].qualifies_days for name in ("tier2", "tier3")] == [3, 30]


def test_only_the_custom_tier_of_anthropic_is_known_to_have_no_cap(catalogue: Catalogue) -> None:
    uncapped = [(name, tier.id) for name, provider in catalogue.providers.items() for tier in provider.tiers if tier.uncapped]
    assert uncapped == [("anthropic", "custom")]
    columns = catalogue.columns(ON)
    at = columns.index("anthropic/claude-opus-5-5")
    caps = dict(zip(columns.limits.tier_names[at], columns.limits.monthly_cap_usd[:, at].tolist(), strict=False))
    assert caps["custom"] == math.inf and math.isnan(caps["evaluation"]) and caps["start"] == 500


@pytest.mark.parametrize(
    ("provider", "meters", "cached", "reserved"),
    [
        ("openai", ("rpm", "tpm"), True, True),
        ("anthropic", ("rpm", "itpm", "otpm"), False, False),
        ("google", ("rpm", "rpd", "itpm"), None, False),
        ("xai", ("rpm", "tpm"), True, None),
        ("mistral", ("rpm", "tpm"), None, None),
        ("deepseek", ("concurrency",), False, False),
        ("groq", ("rpm", "rpd", "tpm", "tpd"), False, None),
        ("cerebras", ("rpm", "tpm", "itpm"), True, True),
        ("cohere", ("rpm",), None, None),
        ("bedrock", ("tpm",), False, True),
        ("vertex", ("rpm", "itpm", "otpm"), None, None),
        ("azure", ("rpm", "tpm"), True, True),
    ],
)
def test_each_provider_counts_in_its_own_way(
    catalogue: Catalogue, provider: str, meters: tuple[str, ...], cached: bool | None, reserved: bool | None
) -> None:
    rule = catalogue.providers[provider].enforcement
    assert (rule.meters, rule.cached_input_counts, rule.max_tokens_reserved) == (meters, cached, reserved)


def test_only_openai_publishes_a_limit_on_growth(catalogue: Catalogue) -> None:
    ramps = {name: provider.enforcement.ramp for name, provider in catalogue.providers.items() if provider.enforcement.ramp}
    assert list(ramps) == ["openai"]
    assert (ramps["openai"].above_input_tpm, ramps["openai"].growth_share, ramps["openai"].per_minutes) == (1_000_000, 0.5, 15)


@pytest.mark.parametrize(
    ("offer", "burndown"),
    [
        ("bedrock/claude-sonnet-5", 10),
        ("bedrock/claude-opus-5", 10),
        ("bedrock/claude-opus-4-8", 15),
        ("bedrock/claude-haiku-4-5", 5),
        ("bedrock/claude-opus-5-5", 10),
        ("vertex/claude-sonnet-5", 1),
        ("anthropic/claude-sonnet-5", 1),
    ],
)
def test_an_output_token_on_bedrock_is_charged_several_times(catalogue: Catalogue, offer: str, burndown: float) -> None:
    """Sonnet 5: 6,000,000 tokens a minute are at most 6,000,000 / 10 = 600,000 output tokens."""
    assert catalogue.offer(offer).output_burndown == burndown


@pytest.mark.parametrize(
    ("provider", "refresh", "lifetime_s"),
    [
        ("anthropic", True, None),
        ("openai", None, (300, 3_600)),
        ("google", None, None),
        ("groq", True, (7_200, 7_200)),
        ("bedrock", True, None),
        ("azure", None, (300, 3_600)),
    ],
)
def test_how_long_a_cached_prefix_lives(
    catalogue: Catalogue, provider: str, refresh: bool | None, lifetime_s: tuple[float, float] | None
) -> None:
    rules = catalogue.providers[provider].caching
    assert (rules.refresh_on_hit, rules.implicit_lifetime_s) == (refresh, lifetime_s)


def test_the_batch_queue_of_gemini_is_known_though_its_other_limits_are_not(catalogue: Catalogue) -> None:
    queues = [limits_of(catalogue, "google/gemini-3.6-flash", tier).batch_queue_tokens for tier in ("tier1", "tier2", "tier3")]
    assert queues == [3_000_000, 400_000_000, 1_000_000_000]
    assert limits_of(catalogue, "google/gemini-4-argon", "tier1").batch_queue_tokens is None


def test_in_columns_an_unpublished_limit_is_enforced_and_unknown(catalogue: Catalogue) -> None:
    columns = catalogue.columns(ON)
    at, itpm = columns.index("google/gemini-3.8-flash"), METERS.index("itpm")
    assert columns.limits.enforced[itpm, at]
    assert np.isnan(columns.limits.limit[:, :, at]).all()


def test_every_limit_names_a_source_with_an_address(catalogue: Catalogue) -> None:
    for name, provider in catalogue.providers.items():
        entries = [limit for pool in provider.pools for limit in pool.limits] + list(provider.tiers)
        for source in (source for entry in entries for source in entry.source):
            assert source.url.strip() and source.kind != "estimate", name

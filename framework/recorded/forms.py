"""Usage objects as each provider reports them, normalised to disjoint token classes: some counts include cached tokens, some do not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from framework.catalogue.records import LIFETIMES, SERVICES
from framework.explain import shown, suggestion
from framework.recorded.counts import Counts, Fields, Wrong, equal, part, rest, tokens, word
from framework.recorded.forms_clouds import bedrock, cohere, is_converse

COMMITTED = "service tier {} is paid by a commitment, not at list prices"
_GOOGLE_TIERS = {"standard": "standard", "flex": "flex", "priority": "priority", "batch": "batch"}
_OPENAI_TIERS = {**_GOOGLE_TIERS, "default": "standard", "fast": "priority"}
_UNSTATED = (None, "auto", "unspecified", "service_tier_unspecified")
_PLAIN_WRITES = {"cache_write": "write", **{f"cache_write_{name}": f"write_{name}" for name in LIFETIMES}}
_PLAIN = (
    "input",
    "cache_read",
    *_PLAIN_WRITES,
    "output",
    "service",
    "region",
    "id",
    "model",
    "provider",
    "at",
    "timestamp",
    "created",
    "created_at",
)


def anthropic(usage: Fields, _response: Fields) -> Counts:
    """`input_tokens` excludes what was read from and written to the cache; writes are split by lifetime where the response says so."""
    written, split = tokens(usage, "cache_creation_input_tokens"), part(usage, "cache_creation")
    by_lifetime = {name: tokens(split, f"ephemeral_{name}_input_tokens") for name in ("5m", "1h")}
    if split and usage.get("cache_creation_input_tokens") is not None:
        equal("cache_creation_input_tokens", written, sum(by_lifetime.values()), "the sum of cache_creation")
    service, not_listed = _anthropic_service(usage)
    geo = word(usage, "inference_geo")
    return Counts(
        input=tokens(usage, "input_tokens", required=True),
        output=tokens(usage, "output_tokens", required=True),
        cache_read=tokens(usage, "cache_read_input_tokens"),
        write_5m=by_lifetime["5m"],
        write_1h=by_lifetime["1h"],
        write=0 if split else written,
        service=service,
        not_listed=not_listed,
        region=geo if geo not in (None, "global", "not_available") else None,
        searches=tokens(part(usage, "server_tool_use"), "web_search_requests"),
    )


def _anthropic_service(usage: Fields) -> tuple[str | None, str | None]:
    """Fast mode is `speed`; the service tier named priority is a commitment and has no list price."""
    tier, speed = word(usage, "service_tier"), word(usage, "speed")
    if speed not in (None, "standard", "fast"):
        raise Wrong("speed", f"must be standard or fast, not {shown(speed)}; correct it")
    if tier not in (None, "standard", "batch", "priority"):
        raise Wrong("service_tier", f"must be standard, batch or priority, not {shown(tier)}; correct it")
    if speed == "fast" and tier == "batch":
        raise Wrong("speed", "fast mode is not sold in batches; correct speed or service_tier")
    iterations = usage.get("iterations")
    if isinstance(iterations, list) and len(iterations) > 1:
        return tier, "several iterations (compaction, fallback) are billed one by one, and the totals do not hold all of them"
    if tier == "priority":
        return tier, COMMITTED.format("priority")
    return ("priority" if speed == "fast" else tier), None


def openai(usage: Fields, response: Fields) -> Counts:
    """Responses and Chat Completions, OpenAI's own and compatible ones: cached and written tokens are part of the prompt count."""
    prompt_name, reply_name = ("input_tokens", "output_tokens") if "input_tokens" in usage else ("prompt_tokens", "completion_tokens")
    asked, replied = part(usage, f"{prompt_name}_details"), part(usage, f"{reply_name}_details")
    prompt, reply = tokens(usage, prompt_name, required=True), tokens(usage, reply_name, required=True)
    read, written = tokens(asked, "cached_tokens"), tokens(asked, "cache_write_tokens")
    service, not_listed = _tier(usage, response, _OPENAI_TIERS)
    if tokens(asked, "audio_tokens") or tokens(replied, "audio_tokens"):
        not_listed = "audio tokens have prices of their own, which the catalogue does not hold"
    return Counts(
        input=rest((prompt_name, prompt), ("cached_tokens", read), ("cache_write_tokens", written)),
        output=reply + _reasoning_beside(usage, replied, (prompt, reply), reply_name),
        cache_read=read,
        write=written,
        service=service,
        not_listed=not_listed,
    )


def _reasoning_beside(usage: Fields, replied: Fields, counts: tuple[int, int], reply_name: str) -> int:
    """Reasoning that is not part of the reply count: OpenAI includes it, xAI's chat completions do not; `total_tokens` tells."""
    reasoning, together = tokens(replied, "reasoning_tokens"), sum(counts)
    if usage.get("total_tokens") is None:
        if reasoning > counts[1]:
            raise Wrong("reasoning_tokens", f"{reasoning:,} is more than {reply_name}; log total_tokens, which says if it holds them")
        return 0
    total = tokens(usage, "total_tokens")
    if reasoning and total == together + reasoning:
        return reasoning
    equal("total_tokens", total, together, "prompt and reply together")
    return 0


def google(usage: Fields, response: Fields) -> Counts:
    """`promptTokenCount` includes cached content; thoughts and tool-use prompts are counted beside reply and prompt."""
    usage = {_camel(name): value for name, value in usage.items()}
    prompt, read = tokens(usage, "promptTokenCount", required=True), tokens(usage, "cachedContentTokenCount")
    tools, thoughts = tokens(usage, "toolUsePromptTokenCount"), tokens(usage, "thoughtsTokenCount")
    reply = tokens(usage, "candidatesTokenCount")
    if usage.get("totalTokenCount") is not None:
        total = tokens(usage, "totalTokenCount")
        equal("totalTokenCount", total, prompt + tools + reply + thoughts, "prompt, tool use, candidates and thoughts together")
    service, not_listed = _tier(usage, response, _GOOGLE_TIERS)
    return Counts(
        input=rest(("promptTokenCount", prompt), ("cachedContentTokenCount", read)) + tools,
        output=reply + thoughts,
        cache_read=read,
        service=service,
        not_listed=_other_media(usage) or not_listed,
    )


def _other_media(usage: Fields) -> str | None:
    """Audio in the prompt and anything but text in the reply have prices of their own."""
    text_in, text_out = ("TEXT", "IMAGE", "VIDEO", "DOCUMENT"), ("TEXT",)
    for name, alike in (("promptTokensDetails", text_in), ("cacheTokensDetails", text_in), ("candidatesTokensDetails", text_out)):
        for entry in usage.get(name) or ():
            given = {_camel(key): value for key, value in entry.items()} if isinstance(entry, dict) else {}
            kind = str(given.get("modality", "TEXT"))[:40].rpartition(".")[2].upper()
            if kind not in (*alike, "MODALITY_UNSPECIFIED") and tokens(given, "tokenCount"):
                return f"{kind.lower()} tokens have prices of their own, which the catalogue does not hold"
    return None


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def deepseek(usage: Fields, _response: Fields) -> Counts:
    """Hits and misses are the two parts of the prompt."""
    hit, miss = tokens(usage, "prompt_cache_hit_tokens", required=True), tokens(usage, "prompt_cache_miss_tokens", required=True)
    if usage.get("prompt_tokens") is not None:
        equal("prompt_tokens", tokens(usage, "prompt_tokens"), hit + miss, "prompt_cache_hit_tokens + prompt_cache_miss_tokens")
    reply, replied = tokens(usage, "completion_tokens", required=True), part(usage, "completion_tokens_details")
    beside = _reasoning_beside(usage, replied, (hit + miss, reply), "completion_tokens")
    return Counts(input=miss, cache_read=hit, output=reply + beside, service="standard")


def plain(usage: Fields, _response: Fields) -> Counts:
    """Our own: the classes by name, disjoint; nothing else may stand beside them."""
    for name in usage:
        if name not in _PLAIN:
            cure = suggestion(name, _PLAIN) or "; delete it, or name the form of the usage with --as"
            raise Wrong(name[:60], f"unknown field{cure}")
    service = word(usage, "service")
    if service is not None and service not in SERVICES:
        raise Wrong("service", f"must be {', '.join(SERVICES)}, not {shown(service)}; correct it")
    return Counts(
        input=tokens(usage, "input", required=True),
        output=tokens(usage, "output", required=True),
        cache_read=tokens(usage, "cache_read"),
        service=service,
        region=word(usage, "region"),
        **{meter: tokens(usage, name) for name, meter in _PLAIN_WRITES.items()},  # type: ignore[arg-type]
    )


def _tier(usage: Fields, response: Fields, known: dict[str, str]) -> tuple[str | None, str | None]:
    """The service that the response reports, None where it reports none; a tier without a list price comes with the reason."""
    names = [(fields, name) for fields in (response, usage) for name in ("service_tier", "serviceTier")]
    tier = next((found for fields, name in names if (found := word(fields, name)) is not None), None)
    if tier in _UNSTATED or tier is None:
        return None, None
    if tier in ("scale", "reserved"):
        return None, COMMITTED.format(tier)
    if tier not in known:
        return None, f"service tier {shown(tier)} is none that the catalogue has prices for"
    return known[tier], None


FORMS: dict[str, Callable[[Fields, Fields], Counts]] = {
    "anthropic": anthropic,
    "openai": openai,
    "google": google,
    "deepseek": deepseek,
    "bedrock": bedrock,
    "cohere": cohere,
    "plain": plain,
}


def form_of(usage: dict[str, Any]) -> str:
    """The form of a usage object by the names of its fields; `Wrong` where they belong to none or to two that differ."""
    inclusive = "prompt_tokens" in usage or "input_tokens_details" in usage
    exclusive = "cache_read_input_tokens" in usage or "cache_creation_input_tokens" in usage
    if inclusive and exclusive:
        raise Wrong("usage", "has fields of OpenAI's form and of Anthropic's, which count cached tokens differently; say which with --as")
    if "prompt_cache_hit_tokens" in usage:
        return "deepseek"
    if exclusive:
        return "anthropic"
    if inclusive:
        return "openai"
    if any(_camel(name) == "promptTokenCount" for name in usage):
        return "google"
    if is_converse(usage):
        return "bedrock"
    if "billed_units" in usage:
        return "cohere"
    if "input_tokens" in usage:
        return _without_cache(usage)
    if "input" in usage:
        return "plain"
    raise Wrong("usage", "has no token counts of a known form; log the usage object as the provider returned it, or name its form (--as)")


def _without_cache(usage: dict[str, Any]) -> str:
    """Anthropic's form or that of OpenAI's Responses: without cached tokens they count alike, but the tier priority is not the same."""
    if "speed" in usage or "inference_geo" in usage:
        return "anthropic"
    if usage.get("service_tier") == "priority":
        raise Wrong("service_tier", "priority is sold by OpenAI and was a commitment at Anthropic; say whose usage it is with --as")
    return "openai"

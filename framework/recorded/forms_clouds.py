"""Usage as Bedrock's Converse API and Cohere report it."""

from __future__ import annotations

from typing import Any

from framework.explain import shown
from framework.recorded.counts import Counts, Fields, Wrong, equal, part, tokens

CONVERSE = frozenset(
    {"inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "cacheDetails", "serverToolUsage"}
)
"""Other tools name their counts alike, but count cached tokens in: a field beside these is one of theirs."""
SOLD_BY = {"bedrock": "bedrock", "cohere": "cohere"}
"""Forms that only one provider uses, which is the one that bills where the line does not say it."""


def is_converse(usage: Fields) -> bool:
    """Whether the fields are those of Bedrock's Converse API and no others; without any on the cache they could be anybody's."""
    return "inputTokens" in usage and "cacheReadInputTokens" in usage and usage.keys() <= CONVERSE


def bedrock(usage: Fields, _response: Fields) -> Counts:
    """Tokens read from and written to the cache are counted beside `inputTokens`; `cacheDetails` splits the writes by lifetime."""
    fresh, reply = tokens(usage, "inputTokens", required=True), tokens(usage, "outputTokens", required=True)
    read, written = tokens(usage, "cacheReadInputTokens"), tokens(usage, "cacheWriteInputTokens")
    split = _by_lifetime(usage.get("cacheDetails"))
    if split:
        equal("cacheWriteInputTokens", written, sum(split.values()), "the sum of cacheDetails")
    if usage.get("totalTokens") is not None and (total := tokens(usage, "totalTokens")) != fresh + reply:
        equal("totalTokens", total, fresh + read + written + reply, "input, cache and output together")
    return Counts(
        input=fresh,
        output=reply,
        cache_read=read,
        write_5m=split.get("5m", 0),
        write_1h=split.get("1h", 0),
        write=0 if split else written,
    )


def _by_lifetime(details: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in details if isinstance(details, list) else ():
        if not isinstance(entry, dict) or entry.get("ttl") not in ("5m", "1h"):
            raise Wrong("cacheDetails", f"must hold objects with a ttl of 5m or 1h and inputTokens, not {shown(entry)}; correct it")
        found[entry["ttl"]] = found.get(entry["ttl"], 0) + tokens(entry, "inputTokens", required=True)
    return found


def cohere(usage: Fields, _response: Fields) -> Counts:
    """`billed_units` are what is charged; `tokens` beside them hold Cohere's own preamble too, which is not."""
    billed = part(usage, "billed_units")
    return Counts(
        input=tokens(billed, "input_tokens", required=True), output=tokens(billed, "output_tokens", required=True), service="standard"
    )

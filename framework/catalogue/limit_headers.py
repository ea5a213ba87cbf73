"""Limits read from the headers of a reply, pasted in any form: `name: value` lines, `curl -i`, a printed dict, JSON, a log line.

Only headers of rate limits are looked at; nothing else of the text, a key least of all, appears in what comes back or in a message.

What the names mean, by the providers' documentation: at OpenAI and Groq `x-ratelimit-limit-tokens` is the minute bucket;
`x-ratelimit-limit-requests` is OpenAI's minute bucket and Groq's day. At Anthropic `-input-tokens-` and `-output-tokens-` are the meters
and `-tokens-` is the tighter of the two, no meter of its own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from framework.clients import OwnLimits
from framework.errors import WorkloadError
from framework.vocabulary import LIMIT_WORDS

MAX_BYTES = 65_536
MOST = 10_000_000_000
MOST_HEADERS = 60
MEANS: dict[str, dict[str, str]] = {
    "openai": {"requests": "rpm", "tokens": "tpm", "project-requests": "rpm", "project-tokens": "tpm"},
    "groq": {"requests": "rpd", "tokens": "tpm"},
    "anthropic": {"requests": "rpm", "input-tokens": "itpm", "output-tokens": "otpm"},
}
"""The meter of each bucket that a header names, by provider."""

_HEADER = re.compile(
    r"(?:(?<![a-z0-9-])|(?<=\\[nrt]))((?:x|anthropic)-ratelimit-[a-z0-9-]{1,60})"
    r"\\{0,3}['\"]?\s{0,8}(?:[:=,\n]|=>)\s{0,40}"
    r"(?:['\"]value['\"]\s{0,4}:\s{0,4})?[\[(\s\\]{0,4}b?\\{0,3}['\"]?"
    r"(?!\s|(?:x|anthropic)-ratelimit-)([^\s'\"\\,;()\[\]{}<>]{1,80}(?:,[0-9]{3}(?![0-9]))*)(,\s?[0-9]|;\s?[a-z])?",
    re.IGNORECASE,
)
_ANTHROPIC = re.compile(r"anthropic-ratelimit-(.+)-(limit|remaining|reset)")
_OPENAI = re.compile(r"x-ratelimit-(limit|remaining|reset)-(.+)")
_WHOLE = re.compile(r"[0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4}")
_NOTHING = re.compile(r"0|-1")
_SPAN = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)(ms|s|m|h|d)")
_MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}(Z|[+-][0-9:]{4,6})")
_KEY = re.compile(r"authorization|api[-_]?key|bearer\s|cookie|secret|\bsk-[a-z0-9]", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


@dataclass(frozen=True)
class Reading:
    """One header: its line, name, value as far as it is a figure or a time, the meter it was taken as (None: not taken) and why."""

    line: int
    name: str
    value: str
    meter: str | None
    note: str


@dataclass(frozen=True)
class OwnHeaders:
    """What the headers say; `limits` None where none of them is a limit. `key_lines`: lines that look like holding a key."""

    limits: OwnLimits | None
    readings: tuple[Reading, ...]
    key_lines: tuple[int, ...]


@dataclass(frozen=True)
class _Found:
    line: int
    name: str
    kind: str
    bucket: str
    value: str


def limits_from_headers(text: str, provider: str) -> OwnHeaders:
    """The limits in force by the reply of that provider; `WorkloadError` names line and cure."""
    if provider not in MEANS:
        raise WorkloadError(
            f"what the headers of {provider} count is not known here, only those of {', '.join(MEANS)}: type the figures in by hand"
        )
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise WorkloadError(f"the text is longer than {MAX_BYTES:,} bytes: paste only the headers of one reply")
    found = tuple(itertools.islice(_once(_headers(text, provider)), MOST_HEADERS + 1))
    if len(found) > MOST_HEADERS:
        raise WorkloadError(f"line {found[-1].line}: more than {MOST_HEADERS} rate-limit headers: paste only those of one reply")
    if not found:
        example = "anthropic-ratelimit-requests-limit: 4000" if provider == "anthropic" else "x-ratelimit-limit-requests: 5000"
        raise WorkloadError(f"no rate-limit header is in the text: paste the lines such as {example}")
    readings = _tightest(tuple(_reading(each, found, provider) for each in found))
    figures = {item.meter: _figure(item.value) for item in readings if item.meter is not None}
    keys = tuple(number for number, line in enumerate(text.splitlines(), 1) if _KEY.search(line))
    return OwnHeaders(OwnLimits.model_validate({**figures, "origin": "headers"}) if figures else None, readings, keys)


def _headers(text: str, provider: str) -> Iterator[_Found]:
    """The rate-limit headers of the text; a header of another provider's layout is refused."""
    layout, other = (_ANTHROPIC, "OpenAI's") if provider == "anthropic" else (_OPENAI, "Anthropic's")
    for match in _HEADER.finditer(text):
        name, line = match[1].lower(), text.count("\n", 0, match.start()) + 1
        if name.startswith("anthropic") != (provider == "anthropic"):
            raise WorkloadError(f"line {line}: {name} is of {other} layout: choose the offer that sent this reply, or delete the line")
        if match[3]:
            raise WorkloadError(f"line {line}: {name} stands with several figures: keep the headers of one reply")
        parts = layout.fullmatch(name)
        if parts:
            bucket, kind = (parts[1], parts[2]) if layout is _ANTHROPIC else (parts[2], parts[1])
            yield _Found(line, name, kind, bucket, match[2])


def _once(headers: Iterable[_Found]) -> Iterator[_Found]:
    """Each header once; two limits of one name are of two replies."""
    seen: dict[str, _Found] = {}
    for each in headers:
        before = seen.setdefault(each.name, each)
        if before is each:
            yield each
        elif each.kind == "limit" and before.value != each.value:
            raise WorkloadError(
                f"line {each.line}: {each.name} already stands on line {before.line} with another figure: keep the headers of one reply"
            )


def _reading(each: _Found, found: tuple[_Found, ...], provider: str) -> Reading:
    if each.kind != "limit":
        what = "what was left when the reply was sent" if each.kind == "remaining" else "when the bucket is full again"
        return Reading(each.line, each.name, _harmless(each.value), None, f"{what}, no limit")
    if _NOTHING.fullmatch(each.value):
        return Reading(each.line, each.name, each.value, None, "not taken: 0 and -1 are sent where nothing is told")
    meter = MEANS[provider].get(each.bucket)
    if meter is None:
        tighter = provider == "anthropic" and each.bucket == "tokens"
        note = "the tighter of the two token limits, no meter of its own" if tighter else "none of the meters that are counted here"
        return Reading(each.line, each.name, _harmless(each.value), None, f"not taken: {note}")
    figure, note = _limit(each), _why_not(each, found, provider, meter)
    return Reading(each.line, each.name, f"{figure:,}", None if note else meter, note or LIMIT_WORDS[meter] + _whose(each, provider))


def _limit(each: _Found) -> int:
    """Its figure; the text that is none is not repeated: it may be a key."""
    if not _WHOLE.fullmatch(each.value) or not 1 <= int(each.value.replace(",", "")) <= MOST:
        raise WorkloadError(f"line {each.line}: {each.name} must be a whole number from 1 to {MOST:,}: correct the line or delete it")
    return int(each.value.replace(",", ""))


def _figure(shown: str) -> float:
    return float(shown.replace(",", ""))


def _why_not(each: _Found, found: tuple[_Found, ...], provider: str, meter: str) -> str:
    """Why a limit is not taken as its meter; empty where it is."""
    refill = next((other.value for other in found if other.kind == "reset" and other.bucket == each.bucket), "")
    if provider == "openai" and meter == "rpm" and _seconds(refill) > 60:
        return f"not taken: its bucket takes {refill} to fill, so it is no limit per minute; type it in if your console names its window"
    return ""


def _whose(each: _Found, provider: str) -> str:
    if each.bucket.startswith("project-"):
        return ", of the project"
    return " (at Groq the bucket of the day)" if provider == "groq" and each.bucket == "requests" else ""


def _tightest(readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Of two limits on one meter (organisation and project) the smaller one binds."""
    least: dict[str, Reading] = {}
    for item in readings:
        if item.meter is not None and (item.meter not in least or _figure(item.value) < _figure(least[item.meter].value)):
            least[item.meter] = item
    return tuple(
        replace(item, meter=None, note=f"not taken: {least[item.meter].name} is smaller and binds first")
        if item.meter is not None and least[item.meter] is not item
        else item
        for item in readings
    )


def _seconds(span: str) -> float:
    """`6m0s` as 360; 0 for what is no span."""
    parts = _SPAN.findall(span)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if "".join(map("".join, parts)) == span else 0.0


def _harmless(value: str) -> str:
    """The value where it is a number, a span or a moment; any other text is not repeated."""
    number = _WHOLE.fullmatch(value) or _NOTHING.fullmatch(value)
    return value if number or _seconds(value) > 0 or _MOMENT.fullmatch(value) else "(not shown)"

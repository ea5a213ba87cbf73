"""Token counts as they stand in a log: whole numbers or an error, never a guess."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from framework.errors import UsageError
from framework.explain import shown

MAX_TOKENS = 10**9
Fields = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """One request: disjoint token classes in the model's own tokens, and what the response says about its service.

    `write` are cache writes whose lifetime is not reported. `service` None: no tier is reported. `not_listed` says why list prices do
    not cover the request, where they do not. `region` None: the base price. `searches`: tool calls billed apart from tokens.
    """

    input: int
    output: int
    cache_read: int = 0
    write_5m: int = 0
    write_30m: int = 0
    write_1h: int = 0
    write_12h: int = 0
    write: int = 0
    service: str | None = None
    not_listed: str | None = None
    region: str | None = None
    searches: int = 0


class Wrong(UsageError):
    """A field that cannot be used; the reader puts file and line before it."""

    def __init__(self, field: str, what: str) -> None:
        super().__init__(f"{field}: {what}")


def tokens(fields: Fields, name: str, *, required: bool = False) -> int:
    """The count under a name, 0 where it is absent or null; `Wrong` for anything but a whole number from 0 to a thousand million."""
    value = fields.get(name)
    if value is None:
        if required:
            raise Wrong(name, "is missing; log the usage object as the provider returned it, or name its form with --as")
        return 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(name, f"must be a whole number of tokens, not {shown(value)}; write it without quotes")
    if not 0 <= value <= MAX_TOKENS:
        raise Wrong(name, f"must be from 0 to {MAX_TOKENS:,} tokens, not {shown(value)}; correct it")
    if value != int(value):
        raise Wrong(name, f"must be a whole number of tokens, not {shown(value)}; correct it")
    return int(value)


def part(fields: Fields, name: str) -> Fields:
    """The object under a name, empty where it is absent or null; `Wrong` where something else is there."""
    value = fields.get(name)
    if value is not None and not isinstance(value, dict):
        raise Wrong(name, f"must be an object with counts, not {shown(value)}; correct it")
    return value or {}


def word(fields: Fields, name: str) -> str | None:
    """A short text in lower case, None where it is absent or null."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise Wrong(name, f"must be text, not {shown(value)}; put it in quotes")
    return value[:80].lower() if value else None


def rest(whole: tuple[str, int], *parts: tuple[str, int]) -> int:
    """What is left of a count that includes the others; `Wrong` where they are more than it."""
    left = whole[1] - sum(count for _, count in parts)
    if left < 0:
        names = " + ".join(name for name, count in parts if count)
        what = f"{sum(count for _, count in parts):,} is more than {whole[0]} ({whole[1]:,}), which includes them"
        raise Wrong(names, f"{what}; correct the log, or name the form of its usage with --as")
    return left


def equal(field: str, stated: int, parts: int, names: str) -> None:
    """`Wrong` where a total is not the sum of its parts."""
    if stated != parts:
        raise Wrong(field, f"{stated:,} is not {names}, which is {parts:,}; correct the log, or delete the line")

"""Limits read from the answer of Anthropic's Rate Limits API, `GET /v1/organizations/rate_limits` or that of one workspace, as JSON.

An answer is `{"data": [group, ...]}`; the bare list and a single group are read too. A group has `models` (every id and alias that
counts against it; null for batch, files and the like) and `limits`, a list of `{"type": ..., "value": ...}`. A workspace's limiter also has
`org_limit`, which goes on holding: the smaller of the two is taken. Fast mode (`fast_...`) has buckets of its own and is not taken.

The rule by which groups become offers: every name in `models` is looked up among Anthropic's offers, by id and alias; each set of buckets
of the catalogue that is met takes the group's figures, entered for the first offer named. Where two groups with different figures meet one
set of buckets, neither is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from framework.catalogue.catalogue import Catalogue
from framework.clients import OwnLimits
from framework.errors import WorkloadError
from framework.explain import shown
from framework.vocabulary import LIMIT_WORDS

MAX_BYTES = 262_144
MOST = 10_000_000_000
PROVIDER = "anthropic"
_LIMITERS = {
    "requests_per_minute": "rpm",
    "input_tokens_per_minute": "itpm",
    "input_tokens_per_minute_cache_aware": "itpm",
    "output_tokens_per_minute": "otpm",
}


@dataclass(frozen=True)
class Group:
    """Limits of some models; `models` empty for what is no group of models, `limits` None where no limiter of it is a meter."""

    label: str
    models: tuple[str, ...]
    limits: OwnLimits | None
    left: tuple[str, ...]


@dataclass(frozen=True)
class OwnAccount:
    """`limits` by offer id; `told` says of every group, in its order, what became of it."""

    limits: dict[str, OwnLimits]
    told: tuple[tuple[str, str], ...]


def limits_from_anthropic_api(content: bytes | str) -> tuple[Group, ...]:
    """The groups of an answer; `WorkloadError` names the place in it and the cure."""
    answer = _parsed(content)
    if isinstance(answer, dict) and answer.get("type") == "error":
        raise WorkloadError("this is an error answer of the API and holds no limits: call it again with an Admin API key")
    groups = answer.get("data", [answer] if "limits" in answer else None) if isinstance(answer, dict) else answer
    if not isinstance(groups, list) or not groups:
        raise WorkloadError("it holds no list `data` of limits: upload the answer of GET /v1/organizations/rate_limits as it came")
    if isinstance(answer, dict) and answer.get("next_page"):
        raise WorkloadError("next_page: the answer goes on there: ask again without `limit`, so that every group is in it")
    return tuple(_group(group, f"data[{place}]") for place, group in enumerate(groups))


def _parsed(content: bytes | str) -> Any:
    try:
        raw = content.encode() if isinstance(content, str) else bytes(content)
        if len(raw) > MAX_BYTES:
            raise WorkloadError(f"it is longer than {MAX_BYTES:,} bytes: upload the answer alone")
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_not_finite, object_pairs_hook=_no_doubles)
    except json.JSONDecodeError as error:
        raise WorkloadError(f"line {error.lineno}: not JSON ({error.msg}): upload the answer as it came") from None
    except (ValueError, RecursionError) as error:
        why = "not UTF-8 text" if isinstance(error, UnicodeError) else str(error) if isinstance(error, _Refused) else "not usable JSON"
        raise WorkloadError(f"it is {why}: upload the answer as it came") from None


class _Refused(ValueError):
    """A reason of our own, fit for the user."""


def _not_finite(name: str) -> NoReturn:
    raise _Refused(f"no JSON that others read: {name} is no number")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Refused("ambiguous: a key stands twice in one object")
    return made


def _group(group: Any, place: str) -> Group:
    limiters, models = (group.get("limits"), group.get("models")) if isinstance(group, dict) else (None, None)
    if not isinstance(limiters, list):
        raise WorkloadError(f"{place}.limits: must be a list of limiters: upload the answer as it came")
    if models is not None and not (isinstance(models, list) and all(isinstance(name, str) for name in models)):
        raise WorkloadError(f"{place}.models: must be a list of model names, or null")
    if not models:
        return Group(_label(group), (), None, ())
    figures: dict[str, float] = {}
    left = []
    for row, limiter in enumerate(limiters):
        kind = limiter.get("type") if isinstance(limiter, dict) else None
        if not isinstance(kind, str):
            raise WorkloadError(f"{place}.limits[{row}].type: must name the limiter, such as requests_per_minute")
        if kind in _LIMITERS:
            # Cache reads do not count at Anthropic: where both input limiters are told, the one that says so holds.
            if "itpm" not in figures or _LIMITERS[kind] != "itpm" or kind.endswith("_cache_aware"):
                figures[_LIMITERS[kind]] = _value(limiter, f"{place}.limits[{row}]")
        else:
            left.append(shown(kind))
    limits = OwnLimits.model_validate({**figures, "origin": "api"}) if figures else None
    return Group(_label(group), tuple(models), limits, tuple(left))


def _label(group: dict[str, Any]) -> str:
    inner = group.get("group")
    kinds = [inner.get("display_name"), inner.get("type")] if isinstance(inner, dict) else []
    names = [*kinds, *(group.get("models") or ())[:1], group.get("group_type")]
    return next((name[:80] for name in names if isinstance(name, str) and name), "a group without a name")


def _value(limiter: dict[str, Any], place: str) -> float:
    """The limit, of a workspace the smaller of its own and the organisation's."""
    value, above = _whole(limiter.get("value"), f"{place}.value"), limiter.get("org_limit")
    return float(value if above is None else min(value, _whole(above, f"{place}.org_limit")))


def _whole(value: Any, place: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise WorkloadError(f"{place}: must be a whole number from 1 to {MOST:,}, not {shown(value)}: upload the answer as it came")
    return value


def offers_of(groups: Iterable[Group], catalogue: Catalogue) -> OwnAccount:
    """Which of the catalogue's offers the groups speak for, by the rule above."""
    claims = [(group, _pools(group, catalogue)) for group in groups]
    said: dict[str, set[OwnLimits]] = {}
    for group, pools in claims:
        if group.limits is not None:
            for pool in pools:
                said.setdefault(pool, set()).add(group.limits)
    taken: dict[str, OwnLimits] = {}
    told = []
    for group, pools in claims:
        mine = {pool: offer for pool, offer in pools.items() if len(said.get(pool, ())) == 1}
        taken |= dict.fromkeys(mine.values(), group.limits) if group.limits else {}
        told.append((group.label, "; ".join(_told(group, pools, mine))))
    return OwnAccount(taken, tuple(told))


def _pools(group: Group, catalogue: Catalogue) -> dict[str, str]:
    """The sets of buckets that the group's names meet, each with the first offer among the names that draws on it."""
    found: dict[str, str] = {}
    for name in group.models:
        offer = catalogue.find(f"{PROVIDER}/{name}")
        if offer is not None:
            found.setdefault(offer.pool or offer.id, offer.id)
    return found


def _told(group: Group, claims: dict[str, str], mine: dict[str, str]) -> Iterator[str]:
    if not group.models:
        yield "not taken: no limit on calls of a model"
    elif group.limits is None:
        yield "not taken: it holds no limit of requests, input or output tokens"
    elif not claims:
        yield "not taken: none of its models is an offer of the catalogue"
    else:
        if mine:
            said = [(meter, getattr(group.limits, meter)) for meter in dict.fromkeys(_LIMITERS.values())]
            figures = [f"{figure:,.0f} {LIMIT_WORDS[meter]}" for meter, figure in said if figure is not None]
            yield f"taken for {', '.join(mine.values())}: {', '.join(figures)}"
        for pool in (pool for pool in claims if pool not in mine):
            yield f"not taken for {pool}: another group of the answer has other figures for the same buckets"
    if group.left:
        yield f"left out: {', '.join(group.left[:6])}"

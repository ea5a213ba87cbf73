"""One line of a log: where the usage object stands in it, which model it names, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from framework.explain import shown
from framework.recorded.counts import Counts, Wrong, word
from framework.recorded.forms import FORMS, form_of
from framework.recorded.forms_clouds import SOLD_BY

_USAGE = ("usage", "usageMetadata", "usage_metadata")
_TIMES = ("timestamp", "created_at", "created", "createTime", "create_time", "at")
_MODELS = ("model", "modelVersion", "model_version")
_NO_REPLY = ("errored", "canceled", "expired")
_RESPONSE_IDS = ("msg_", "chatcmpl-", "resp_")
_EARLIEST, _LATEST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC).timestamp(), dt.datetime(2100, 1, 1, tzinfo=dt.UTC).timestamp()
_MILLISECONDS_FROM = 1e11
SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Entry:
    """`model` is `provider|name`, the provider empty where the line does not say it; `id` only where a provider gave it."""

    model: str | None
    at_s: float | None
    id: str | None


def entry_of(record: dict[str, Any], form: str | None = None) -> tuple[Entry, Counts]:
    """The line and its counts; `form` forces a form of usage, otherwise the names of the fields tell it."""
    response, batched = _unwrapped(record)
    usage = next((response[name] for name in _USAGE if response.get(name) is not None), response)
    if not isinstance(usage, dict):
        raise Wrong("usage", f"must be an object with counts, not {shown(usage)}; log it as the provider returned it")
    form = form or form_of(usage)
    counts = FORMS[form](usage, response)
    if batched and counts.not_listed is None and (counts.service is None or (form == "openai" and counts.service == "standard")):
        counts = replace(counts, service="batch")  # OpenAI's result files name the tier of every response "default"
    name, provider = _name(response), word(response, "provider") or word(record, "provider") or SOLD_BY.get(form)
    at_s = _time(response)
    identity = next((value for key in ("id", "responseId") if isinstance(value := response.get(key), str)), None)
    known = identity is not None and identity.startswith(_RESPONSE_IDS)
    return Entry(
        model=f"{provider or ''}{SEPARATOR}{name}" if name else None,
        at_s=_time(record) if at_s is None else at_s,
        id=identity if known else None,
    ), counts


def is_unbilled(record: dict[str, Any]) -> bool:
    """A line of a batch's result file without a reply, which nobody bills: it failed, was cancelled, or came too late."""
    if "custom_id" not in record:
        return False
    result, response = record.get("result"), record.get("response")
    if isinstance(result, dict):
        return result.get("type") in _NO_REPLY
    body = response.get("body") if isinstance(response, dict) else None
    if isinstance(body, dict):
        return isinstance(body.get("error"), dict) and body.get("usage") is None
    return response is None and isinstance(record.get("error"), dict)


def _unwrapped(record: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The response inside a line of a batch's result file (OpenAI: `response.body`, Anthropic: `result.message`) or of a session's log."""
    for outer, inner in (("response", "body"), ("result", "message")):
        found = record.get(outer)
        if isinstance(found, dict) and isinstance(found.get(inner), dict):
            return found[inner], "custom_id" in record
    message = record.get("message")
    return (message, False) if isinstance(message, dict) and "usage" in message and "usage" not in record else (record, False)


def _name(response: dict[str, Any]) -> str | None:
    for key in _MODELS:
        value = response.get(key)
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= 200 or SEPARATOR in value or not value.isprintable()):
            raise Wrong(key, f"must be the name of a model, not {shown(value)}; correct it")
        if value:
            return value
    return None


def _time(fields: dict[str, Any]) -> float | None:
    """Unix seconds: a number of seconds or milliseconds, or a text as in ISO 8601, UTC where it has no offset."""
    for key in _TIMES:
        value = fields.get(key)
        if value is None:
            continue
        at_s = _seconds(value)
        if at_s is None or not _EARLIEST <= at_s < _LATEST:
            raise Wrong(key, f"must be Unix seconds or a time such as 2026-11-23T14:30:00Z, not {shown(value)}; correct it")
        return at_s
    return None


def _seconds(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value < 1e15:
            return None
        return value / 1e3 if value >= _MILLISECONDS_FROM else float(value)
    try:
        moment = dt.datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()

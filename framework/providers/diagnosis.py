"""From an SDK's error to ours: read by what the two SDKs have in common, so that this module needs neither.

The codes, as stated by the providers: OpenAI's error guide of October 2026 for spend limits and `slow_down`; for Anthropic the error
codes that its SDK 2.12 lists under `types/shared`, and two messages of status 400 that carry no code.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from .errors import (
    AuthenticationFailed,
    BadRequest,
    ConnectionLost,
    ContextTooLong,
    MalformedReply,
    Overloaded,
    ProviderError,
    RateLimited,
    Refused,
    SpendCapReached,
    TimedOut,
    UnknownModel,
)
from .keys import Key

SPEND_CODES = {
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_usage_limit_exceeded",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "billing_hard_limit_reached",
    "billing_error",
    "enforced_spend_limit_reached",
    "contract_spend_limit_reached",
    "linked_organization_spend_limit_reached",
    "linked_organization_billing_unavailable",
}
SPEND_PHRASES = ("reached your specified api usage limits", "credit balance is too low", "insufficient balance")
# Google and xAI say so with status 400.
KEY_PHRASES = ("api key not valid", "incorrect api key")
REFUSAL_CODES = {"content_filter", "content_policy_violation", "invalid_prompt"}
# OpenAI and servers like it; Anthropic (two); Google; xAI; Mistral; Together.
CONTEXT_PHRASES = (
    "maximum context length",
    "prompt is too long",
    "exceed context limit",
    "exceeds the maximum number of tokens allowed",
    "maximum prompt length",
    "too large for model with",
    "`max_new_tokens` must be <=",
)
KINDS: dict[str, type[ProviderError]] = {
    **dict.fromkeys(REFUSAL_CODES, Refused),
    "context_length_exceeded": ContextTooLong,
    "model_not_found": UnknownModel,
    "rate_limit_exceeded": RateLimited,
    "ramp_limit_exceeded": RateLimited,
    "rate_limit_error": RateLimited,
    "slow_down": Overloaded,
    "overloaded_error": Overloaded,
    "api_error": Overloaded,
    "timeout_error": Overloaded,
    "server_error": Overloaded,
    "authentication_error": AuthenticationFailed,
    "permission_error": AuthenticationFailed,
}
STATUSES: dict[int, type[ProviderError]] = {
    401: AuthenticationFailed,
    402: SpendCapReached,
    403: AuthenticationFailed,
    404: UnknownModel,
    408: Overloaded,
    409: Overloaded,
    413: ContextTooLong,
    429: RateLimited,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What an answer with an error says about itself; `names` are its codes and types, the most telling first."""

    status: int | None
    names: tuple[str, ...]
    message: str
    retry_after_s: float | None
    retry: bool | None


def diagnose(error: Exception, provider: str, key: Key) -> ProviderError | None:
    """Our error for one that an SDK raised, to be raised from it; None where it is none of theirs and so a bug to be seen."""
    key.scrub(error)
    family = {parent.__name__ for parent in type(error).__mro__}
    if family & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return TimedOut(f"{provider}: no answer in time; {TimedOut.cure}", provider=provider)
    if family & {"APIConnectionError", "TransportError"}:
        reason = key.hide(str(error.__cause__ or error)) or type(error).__name__
        return ConnectionLost(f"{provider}: the connection failed or broke ({reason}); {ConnectionLost.cure}", provider=provider)
    if family & {"APIResponseValidationError", "JSONDecodeError", "UnicodeDecodeError"}:
        return MalformedReply(f"{provider}: the reply cannot be read; {MalformedReply.cure}", provider=provider)
    return _error_of(_fault(error), provider, key) if "APIError" in family else None


def _error_of(fault: Fault, provider: str, key: Key) -> ProviderError:
    kind = _kind(fault)
    status = f" (status {fault.status})" if fault.status is not None else ""
    # It goes into logs and terminals: no line of its own, and no escape sequence.
    said = " ".join("".join(sign if sign.isprintable() else " " for sign in key.hide(fault.message)).split())[:300] or "no reason given"
    message = f"{provider}: {said}{status}; {kind.cure}"
    found = kind(message, provider=provider, status=fault.status)
    found.retry_after_s = fault.retry_after_s
    found.retryable = found.retryable and fault.retry is not False
    return found


def _kind(fault: Fault) -> type[ProviderError]:
    said = fault.message.lower()
    if any(phrase in said for phrase in SPEND_PHRASES) or not SPEND_CODES.isdisjoint(fault.names):
        return SpendCapReached
    # A code beats a status: a spend limit comes as 429 with one provider and as 400 with another, an overload as 200 inside a stream.
    named = next((KINDS[name] for name in fault.names if name in KINDS), None)
    if named is not None:
        return named
    if fault.status == 400 and any(phrase in said for phrase in KEY_PHRASES):
        return AuthenticationFailed
    if fault.status in (400, 413, 422) and any(phrase in said for phrase in CONTEXT_PHRASES):
        return ContextTooLong
    if fault.status is None or fault.status >= 500:
        return Overloaded
    if 300 <= fault.status < 400:  # redirects are not followed: they would carry the key to an address that nobody checked
        return MalformedReply
    return STATUSES.get(fault.status, BadRequest)


def _fault(error: Exception) -> Fault:
    body = _told(getattr(error, "body", None))
    details = body.get("details")
    code = details.get("error_code") if isinstance(details, Mapping) else None
    names = (code, body.get("code"), body.get("type"))
    headers = getattr(getattr(error, "response", None), "headers", {})
    return Fault(
        status=getattr(error, "status_code", None),
        names=tuple(name for name in names if isinstance(name, str)),
        message=str(body.get("message") or body.get("detail") or getattr(error, "message", error)),
        retry_after_s=retry_after_s(headers),
        retry={"true": True, "false": False}.get(headers.get("x-should-retry", "")),
    )


def _told(body: Any) -> Mapping[str, Any]:
    """The error object inside a body, which some wrap in `error`, Google's compatible interface in a list, and xAI gives as a text."""
    if isinstance(body, str):
        return {"message": body}
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, Mapping) and isinstance(body.get("error"), Mapping):
        body = body["error"]
    return body if isinstance(body, Mapping) else {}


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wait that the headers ask for: `retry-after-ms`, or `retry-after` as seconds or as a date; None where they ask for none."""
    for header, per_s in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            wait_s = float(headers[header]) / per_s
        except (KeyError, ValueError):
            continue
        return wait_s if 0 <= wait_s < float("inf") else None
    try:
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time())
    except (KeyError, ValueError):
        return None

"""What can go wrong between a call and its answer, as one tree, the same for every provider.

ProviderError
├── RateLimited            too many requests or tokens; `retry_after_s` where the provider says when to come back
├── Overloaded             the provider has no capacity, or a fault of its own (5xx, 529); `retry_after_s` likewise
├── TimedOut               no answer within the time allowed
├── ConnectionLost         the connection could not be made, or broke before the reply was complete
├── MalformedReply         a reply that is not what the interface promises
├── AuthenticationFailed   the key is missing, wrong or not allowed to do this
├── SpendCapReached        a spend limit or an empty balance: waiting does not help, a person has to act
├── UnknownModel           the provider does not know the model, or not for this key
├── ContextTooLong         the prompt (with the room for the reply) does not fit the model
├── BadRequest             the request itself is wrong; elsewhere it most likely is as well
├── Refused                the model or a filter declined; `response` holds what was said and billed
├── NoProviderLeft         a `Fallback` has no provider left to ask; `failures` holds why, in order
├── MissingPackage         the provider's SDK is not installed
└── ConfigError            `llm.yaml` is wrong: file, line, key and cure

`str()` of each is fit for a log: it names the provider and the cure and never holds a key. The SDK's own error is kept as `__cause__`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .base import LLMResponse


class ProviderError(Exception):
    """Root of the tree: `provider` is the name of the one asked, `status` the HTTP status where there was one.

    `retry_after_s` is the wait that the provider asks for, with a limit or an overload as a rule; None where it asks for none.
    `retryable` says whether the same provider may answer the same request if asked again; `blames_provider` whether the failure says
    something about the provider's health, which is what a circuit breaker counts.
    """

    retryable: bool = False
    blames_provider: ClassVar[bool] = True
    cure: ClassVar[str] = ""

    def __init__(self, message: str, *, provider: str = "", status: int | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.provider = provider
        self.status = status
        self.retry_after_s = retry_after_s


class RateLimited(ProviderError):
    """Too many requests or tokens."""

    retryable = True
    cure = "slow down, spread the calls, or ask for a higher limit"


class Overloaded(ProviderError):
    """The provider is out of capacity or broken inside; its own fault, and usually a short one."""

    retryable = True
    cure = "try again later or fall back to another provider"


class TimedOut(ProviderError):
    """No answer in time. Not retried by the same provider: the time is spent, and the work may be billed."""

    cure = "raise timeout_s, ask for fewer tokens, or fall back to another provider"


class ConnectionLost(ProviderError):
    """No connection, or one that broke before the reply was complete."""

    retryable = True
    cure = "check the network and base_url"


class MalformedReply(ProviderError):
    """A reply that cannot be read as one; not retried by the same provider, because it was billed."""

    cure = "check that base_url is an interface of this kind"


class AuthenticationFailed(ProviderError):
    """The key is missing, wrong, or not allowed to do this."""

    cure = "check the key in the environment, and what it may do"


class SpendCapReached(ProviderError):
    """Out of credit or at a spend limit, whatever the status code; retrying would hang until the limit is raised or the month ends."""

    cure = "raise the limit or buy credit in the provider's console; retrying does not help"


class UnknownModel(ProviderError):
    """The provider does not sell that model, or not to this key."""

    cure = "check the model's name, that the key's project may use it, and the path of base_url if you set one"


class ContextTooLong(ProviderError):
    """The prompt does not fit; a provider with a larger window may take it."""

    blames_provider = False
    cure = "shorten the prompt, lower max_tokens, or use a model with a larger context window"


class BadRequest(ProviderError):
    """The provider did not accept the request."""

    blames_provider = False
    cure = "change the request; the same one will fail again"


class Refused(ProviderError):
    """The model or a filter declined to answer; `response` is the billed reply, None where the request was stopped before the model."""

    blames_provider = False
    cure = "change the prompt"

    def __init__(self, message: str, *, provider: str = "", status: int | None = None, response: LLMResponse | None = None) -> None:
        super().__init__(message, provider=provider, status=status)
        self.response = response


class NoProviderLeft(ProviderError):
    """Every provider asked has failed, or none may be asked now; `failures` holds their errors in the order they happened."""

    def __init__(self, message: str, *, provider: str = "", failures: Sequence[ProviderError] = ()) -> None:
        super().__init__(message, provider=provider)
        self.failures = tuple(failures)


class MissingPackage(ProviderError):
    """The provider's SDK is not installed; the message names what to install."""


class ConfigError(ProviderError):
    """The configuration cannot be used; the message is `file:line: key: what, and the cure`."""

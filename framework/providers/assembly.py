"""From the fields of a configuration to providers; `config` says what the fields are."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Collection
from typing import Any

from . import addresses
from .anthropic import BASE_URL, KEY_VARIABLE, AnthropicProvider
from .base import LLMProvider
from .breaker import BreakerRule
from .budget import Budgeted
from .dialects import COMPATIBLE
from .errors import ConfigError, MissingPackage
from .fields import Field
from .keys import find_key
from .openai import OPENAI, Dialect, OpenAIProvider
from .retry import Retry
from .routing import Fallback
from .split import Split
from .tally import Prices
from .target import Target, effort_of, service_of

DIALECTS: dict[str, Dialect] = {"openai": OPENAI, **COMPATIBLE}
TOP = ("primary", "fallback", "split", "timeout_s", "max_retries", "attempts", "budget_s", "breaker", "prices", "providers")
PER_MODEL = ("timeout_s", "max_retries", "options")
PER_PROVIDER = (*PER_MODEL, "base_url", "key_env")
STANDBY_WAIT_S = 2.0
"""How long a provider is waited for that asks for patience while another one could answer."""

KNOWN: dict[str, tuple[str, ...]] = {"anthropic": ("cache_system",), **dict.fromkeys(DIALECTS, ())}
"""The providers, and what else than the others' settings they have."""

RESERVED = ("model", "messages", "system", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n")


class Assembly:
    """Makes every provider of the file once, however often it is named. What the file says is checked whether it is used or not."""

    def __init__(self, root: Field, allow_hosts: Collection[str], resolving: addresses.Resolve) -> None:
        self._root = root
        self._top = root.mapping(TOP)
        self._allow_hosts, self._resolving = allow_hosts, resolving
        self._sections = self._sections_of(self._top["providers"]) if "providers" in self._top else {}
        self._settings = {name: self._settings_of(name) for name in (*KNOWN, *self._sections)}
        self._rest = self._top["fallback"].items() if "fallback" in self._top else []
        self._attempts = self._top["attempts"].whole(1, 20) if "attempts" in self._top else None
        self._budget_s = self._top["budget_s"].number(0, 3600) if "budget_s" in self._top else None
        self._rule, self._prices = self._breaker_rule(), self._price_list()
        self._made: dict[str, LLMProvider] = {}

    def build(self, split_key: Callable[[], str | None] | None) -> LLMProvider:
        """The primary with its fallbacks, or a split whose arms each have them."""
        if "primary" not in self._top:
            self._root.refuse("primary is missing; add a line such as `primary: openai/gpt-6-sol`")
        primary = self._top["primary"]
        shares = self._shares(primary.text())
        if not shares:
            return self._line(primary)
        arms = {self._line(primary): 1.0 - math.fsum(share for _, share in shares)}
        arms.update({self._line(arm): share for arm, share in shares})
        return Split(arms, key=split_key, prices=self._prices)

    def target(self, name: str | None) -> Target:
        """One provider that the file names (the primary unless told otherwise), alone and without retries, made when it is opened."""
        named = [self._top["primary"]] if "primary" in self._top else []
        if not named:
            self._root.refuse("primary is missing; add a line such as `primary: openai/gpt-6-sol`")
        named += [*self._rest, *(arm for arm, _ in self._shares(named[0].text()))]
        field = next((field for field in named if field.text() == name), None) if name is not None else named[0]
        if field is None:
            self._root.refuse(f"names no {name!r}; it names {', '.join(dict.fromkeys(field.text() for field in named))}")
        self._parts(field)
        settings = self._settings_for(field.text())
        settings["max_retries"] = 0
        options = settings.get("options", {})
        return Target(
            field.text(), effort_of(options), service_of(options), self._prices.get(field.text()), open=lambda: self._provider(field)
        )

    def _sections_of(self, field: Field) -> dict[str, dict[str, Field]]:
        """By provider or provider/model. One that names a model which is not called stays unused: that is what switching back needs."""
        models = [name for name in field.mapping() if name.partition("/")[0] in KNOWN and name.partition("/")[2].strip()]
        found = {}
        for name, section in field.mapping((*KNOWN, *models)).items():
            provider, _, model = name.partition("/")
            found[name] = section.mapping((*(PER_MODEL if model else PER_PROVIDER), *KNOWN[provider]))
        return found

    def _shares(self, primary: str) -> list[tuple[Field, float]]:
        split = self._top.get("split")
        if split is None:
            return []
        # The name of an arm is a key of the file; as a field it has the place that an error should name.
        arms = [(Field(field.path, field.line, name, field.file), field.number(0, 1)) for name, field in split.mapping().items()]
        if any(arm.value == primary for arm, _ in arms):
            split.refuse("names the primary, which has the rest of the calls anyway; take it out")
        if math.fsum(share for _, share in arms) >= 1:
            split.refuse("leaves nothing to the primary; give shares that add up to less than 1")
        return arms

    def _line(self, first: Field) -> LLMProvider:
        """The provider with those that take over from it."""
        providers = [self._provider(first), *(self._provider(field) for field in self._rest if field.text() != first.text())]
        if len(providers) != len(set(providers)):
            self._top["fallback"].refuse("names a provider twice; take one out")
        if len(providers) == 1:
            return providers[0] if self._budget_s is None else Budgeted(providers[0], self._budget_s)
        timeout_s = self._settings_for(first.text())["timeout_s"]
        if self._budget_s is not None and self._budget_s <= timeout_s:
            self._top["budget_s"].refuse(f"leaves no time for a fallback after timeout_s ({timeout_s:g}) of {first.value}; raise it")
        return Fallback(providers, attempts=self._attempts, budget_s=self._budget_s, breaker=self._rule)

    def _provider(self, field: Field) -> LLMProvider:
        name = field.text()
        if name not in self._made:
            provider, model = self._parts(field)
            try:
                self._made[name] = self._make(provider, model)
            except MissingPackage as error:
                raise ConfigError(f"{field.file}:{field.line}: {field.path}: {error}") from error
        return self._made[name]

    def _parts(self, field: Field) -> tuple[str, str]:
        name = field.text()
        provider, _, model = name.partition("/")
        if not model.strip() or provider not in KNOWN:
            field.refuse(f"{name!r} must be provider/model; providers are {', '.join(KNOWN)}")
        return provider, model

    def _make(self, provider: str, model: str) -> LLMProvider:
        section, settings = self._sections.get(provider, {}), dict(self._settings_for(f"{provider}/{model}"))
        settings["retry"] = self._retry(f"{provider}/{model}", settings.pop("max_retries"))
        if "key_env" in section:
            settings["api_key"] = _key(section["key_env"], f"{provider}/{model}")
        if provider == "anthropic":
            return AnthropicProvider(model, **settings)
        if DIALECTS[provider].base_url is None and "base_url" not in section:
            self._root.refuse(f"{provider} has no address of its own; add `providers: {{{provider}: {{base_url: ...}}}}`")
        return OpenAIProvider(model, dialect=DIALECTS[provider], **settings)

    def _retry(self, name: str, max_retries: int) -> Retry:
        """The last one to be asked is patient, the others are not."""
        patient = not self._rest or name == self._rest[-1].value
        return Retry(max_retries) if patient else Retry(max_retries, max_wait_s=STANDBY_WAIT_S)

    def _settings_for(self, name: str) -> dict[str, Any]:
        """Those of the model where it has a section of its own, else those of its provider."""
        return self._settings[name] if name in self._settings else self._settings[name.partition("/")[0]]

    def _settings_of(self, name: str) -> dict[str, Any]:
        """All but the key, which only a provider that is used has to have; the model's go before the provider's before the file's."""
        provider = name.partition("/")[0]
        section = {**self._sections.get(provider, {}), **self._sections.get(name, {})}
        fields = {**self._top, **section}
        settings: dict[str, Any] = {"timeout_s": fields["timeout_s"].number(0, 3600) if "timeout_s" in fields else 60.0}
        settings["max_retries"] = fields["max_retries"].whole(0, 10) if "max_retries" in fields else 2
        if "key_env" in section:
            _variable(section["key_env"])
        if "options" in section:
            settings["options"] = _options(section["options"])
        if "base_url" in section:
            settings["base_url"] = self._base_url(provider, section)
        if "cache_system" in section:
            settings["cache_system"] = section["cache_system"].truth()
        return settings

    def _base_url(self, provider: str, section: dict[str, Field]) -> str:
        field = section["base_url"]
        url = field.text().strip()
        against = addresses.problem(url, self._allow_hosts, self._resolving)
        if against:
            field.refuse(against)
        own, variable = _home(provider)
        if own is not None and addresses.site(url) != addresses.site(own) and "key_env" not in section:
            field.refuse(f"would send the key of {variable} to another host than its own; name the variable of the key for it in key_env")
        return url

    def _breaker_rule(self) -> BreakerRule:
        given = self._top["breaker"].mapping(("failures", "cool_down_s")) if "breaker" in self._top else {}
        rule = BreakerRule()
        return BreakerRule(
            given["failures"].whole(1, 1000) if "failures" in given else rule.failures,
            given["cool_down_s"].number(0, 3600) if "cool_down_s" in given else rule.cool_down_s,
        )

    def _price_list(self) -> dict[str, Prices]:
        prices = {}
        for name, field in (self._top["prices"].mapping() if "prices" in self._top else {}).items():
            given = field.mapping(("input", "output", "cache_read", "cache_write"))
            if "input" not in given or "output" not in given:
                field.refuse("needs input and output, in USD per million tokens")
            prices[name] = Prices(**{f"{meter}_mtok": price.amount() for meter, price in given.items()})
        return prices


def _home(provider: str) -> tuple[str | None, str]:
    """The provider's own address and the variable of its key."""
    if provider == "anthropic":
        return BASE_URL, KEY_VARIABLE
    return DIALECTS[provider].base_url, DIALECTS[provider].key_variable


def _options(field: Field) -> dict[str, Any]:
    for name, option in field.mapping().items():
        if name in RESERVED:
            option.refuse("is set by the call itself; take it out")
    options: dict[str, Any] = field.plain()
    return options


def _variable(field: Field) -> str:
    name = field.text()
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{2,63}", name):
        field.refuse("must be the name of an environment variable, such as OUR_LLM_KEY, and never the key itself")
    return name


def _key(field: Field, provider: str) -> str:
    variable = _variable(field)
    return find_key(os.environ.get(variable, ""), provider=provider, variable=variable).value

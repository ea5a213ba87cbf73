"""`llm.yaml`: which provider answers, in a file, so that changing it is no change of code.

    primary: openai/gpt-6-sol                      # provider/model; edit this line and another provider answers
    fallback: [anthropic/claude-haiku-5-5, groq/openai/gpt-oss-120b]
    timeout_s: 30
    max_retries: 1                                 # of each provider, before the next one is asked
    budget_s: 75                                   # for all of them together, with their retries; also where there is only one
    attempts: 3                                    # how many providers one call may ask, never more than there are
    breaker: {failures: 5, cool_down_s: 30}
    split: {anthropic/claude-opus-5-5: 0.1}        # shares of an A/B test; the rest of the calls stays with the primary
    prices:                                        # USD per million tokens, for the counters of the split
      openai/gpt-6-sol: {input: 2.5, output: 15, cache_read: 0.25, cache_write: 3.125}
    providers:                                     # settings of one provider or model, in place of those above
      anthropic: {cache_system: true, timeout_s: 20}
      openai/gpt-6-sol: {options: {reasoning_effort: low}}   # of one model: further fields of its requests
      vllm: {base_url: "https://llm.example.com/v1", key_env: OUR_LLM_KEY}

Only `primary` has to be there. What only one model takes, such as an effort or a temperature, belongs under its own name, so that another
model of the same provider is not sent it. With a fallback, a provider that asks for more than two seconds of patience is left for the
next one; only the last is waited for. A provider alone has no breaker; how often it is tried is `max_retries`. Providers are openai,
anthropic and the rows of `dialects.py`. Keys come from the environment only (`OPENAI_API_KEY`, `ANTHROPIC_API_KEY`, ..., or the variable
that `key_env` names) and a field that looks like one is refused. `base_url` comes from this file only: https, and no private, loopback or
link-local address unless `load_provider` is told the host in `allow_hosts`; on loopback http will then do. A file cannot allow itself a
host, so that a file from elsewhere cannot either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from . import addresses
from .assembly import Assembly
from .base import LLMProvider
from .errors import ConfigError, MissingPackage
from .fields import Field, Value, refuse_keys
from .target import Target

MAX_BYTES = 100_000
MAX_DEPTH = 10
_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


def load_provider(
    path: str | Path,
    *,
    allow_hosts: Collection[str] = (),
    split_key: Callable[[], str | None] | None = None,
    resolving: addresses.Resolve = addresses.resolve,
) -> LLMProvider:
    """The provider that the file describes, ready to be asked.

    `ConfigError` says file, line, key and cure; `AuthenticationFailed` which variable of the environment has no key. `split_key` tells
    whom a call is for (`Split.key`). Hosts of `base_url` are looked up once, now.
    """
    return _assembly(path, allow_hosts, resolving).build(split_key)


def load_target(
    path: str | Path,
    name: str | None = None,
    *,
    allow_hosts: Collection[str] = (),
    resolving: addresses.Resolve = addresses.resolve,
) -> Target:
    """The primary of the file, or another provider that it names, on its own: what a probe measures. No key is needed to load it."""
    return _assembly(path, allow_hosts, resolving).target(name)


def _assembly(path: str | Path, allow_hosts: Collection[str], resolving: addresses.Resolve) -> Assembly:
    root = read_fields(Path(path))
    refuse_keys(root, allowed=("key_env", "prompt_cache_key"))
    return Assembly(root, allow_hosts, resolving)


def read_fields(path: Path) -> Field:
    """The file as fields: one plain document of names, lists, texts and numbers. Anchors, tags and doubled names are refused."""
    try:
        import yaml
    except ModuleNotFoundError as error:
        raise MissingPackage(f"{path}: reading it needs PyYAML; pip install pyyaml") from error
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if len(raw) > MAX_BYTES:
        raise ConfigError(f"{path}:1: more than {MAX_BYTES:,} bytes; a configuration is a few lines")
    try:
        return _Reader(yaml.parse(raw.decode("utf-8-sig"), yaml.SafeLoader), str(path)).document()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}:1: not UTF-8 text; save the file as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        # Without the parser's own words and its excerpt: the line may hold a key.
        raise ConfigError(f"{path}:{line}: not valid YAML; check the indentation, colons, brackets and quotes here") from None


class _Reader:
    """Builds the fields in one pass over the parser's events, with the line of each."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self._events, self._file = events, file

    def document(self) -> Field:
        next(self._events)
        if type(start := next(self._events)).__name__ == "StreamEndEvent":
            self._refuse(start, "the file is empty; add a line such as `primary: openai/gpt-6-sol`")
        root = self._field("", next(self._events), 0)
        next(self._events)
        if type(end := next(self._events)).__name__ != "StreamEndEvent":
            self._refuse(end, "a second document starts here; keep one and delete the `---`")
        return root

    def _field(self, path: str, event: Any, depth: int) -> Field:
        kind, line = type(event).__name__, event.start_mark.line + 1
        if kind == "AliasEvent" or getattr(event, "anchor", None) is not None:
            self._refuse(event, "an anchor or alias (& or *); write the value out, or put the text in quotes")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, "a tag (!); take it out, or put the text in quotes")
        if depth > MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep; flatten it")
        if kind == "MappingStartEvent":
            return Field(path, line, self._mapping(path, depth), self._file)
        if kind == "SequenceStartEvent":
            return Field(path, line, self._sequence(path, depth), self._file)
        return Field(path, line, _plain(event), self._file)

    def _sequence(self, path: str, depth: int) -> list[Field]:
        items: list[Field] = []
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            items.append(self._field(f"{path}.{len(items) + 1}", event, depth + 1))
        return items

    def _mapping(self, path: str, depth: int) -> dict[str, Field]:
        mapping: dict[str, Field] = {}
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            if type(event).__name__ != "ScalarEvent" or event.value == "<<":
                self._refuse(event, "a name must be plain text; merges (<<) and lists as names are not read")
            name = event.value
            if name in mapping:
                self._refuse(event, f"a name that stands on line {mapping[name].line} already; keep one of the two")
            value = self._field(f"{path}.{name}".lstrip("."), next(self._events), depth + 1)
            mapping[name] = Field(value.path, event.start_mark.line + 1, value.value, self._file)
        return mapping

    def _refuse(self, event: Any, what: str) -> None:
        Field("", event.start_mark.line + 1, None, self._file).refuse(what)


def _plain(event: Any) -> Value:
    """What a scalar stands for. Quoted it is text; `no`, `on` and times of day are text as well, which YAML 1.1 reads otherwise."""
    text: str = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text

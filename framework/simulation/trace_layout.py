"""Which columns of a trace are which, told by their names; the letters' case and the signs between words do not matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from framework.errors import TraceError
from framework.explain import shown
from framework.vocabulary import SERIES

_CLOCKS = ("time", "timestamp", "t", "ts", "arrival", "arrival_time", "arrived", "arrived_at", "request_time", "created_at")
_UNITS = {"": 6, "_s": 6, "_sec": 6, "_seconds": 6, "_ms": 3, "_millis": 3, "_milliseconds": 3, "_us": 0, "_micros": 0, "_microseconds": 0}
_TIME = {f"{clock}{unit}": places for clock, (unit, places) in product(_CLOCKS, _UNITS.items())}
_INPUT = (
    *("input_tokens", "prompt_tokens", "context_tokens", "contexttokens", "request_tokens", "input_length", "prompt_length"),
    *("input_len", "prompt_len", "num_prefill_tokens"),
)
_OUTPUT = (
    *("output_tokens", "completion_tokens", "generated_tokens", "generatedtokens", "response_tokens", "output_length"),
    *("completion_length", "output_len", "num_decode_tokens"),
)
_USER = ("user", "user_id", "session_id")
_AZURE = {"timestamp", "contexttokens", "generatedtokens"}
_MOONCAKE = {"timestamp", "input_length", "output_length"}
_RATE = re.compile(r"requests_per_(second|minute|hour)|rate|(rps|rpm|qps)(_\w+)?")
_PLAIN = re.compile(r"[\w .-]{1,60}", re.ASCII)
MAX_SHOWN = 8


@dataclass(frozen=True)
class Layout:
    """Columns by what they hold, each under the name that the file gives it.

    `name`: `azure`, `mooncake` or `general`. `places`: decimals between the unit of a time given as a number and the microsecond; None:
    the names do not tell the unit. `others`: columns that are not read.
    """

    name: str
    time: str
    input: str
    output: str
    user: str | None
    places: int | None
    others: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Time, input, output and, where there is one, user."""
        found = (self.time, self.input, self.output)
        return found if self.user is None else (*found, self.user)


def layout_of(names: Sequence[str], place: str) -> Layout:
    """The layout of a header; `TraceError` where a column is missing, there twice, or where two could be the same thing."""
    by_word = _unambiguous(names, place)
    _refuse_rates(by_word, place)
    time = _one(by_word, _TIME, "time of arrival", place, shortest=("time_s", "time_ms", "time_us", "timestamp"))
    given = _one(by_word, _INPUT, "input tokens", place), _one(by_word, _OUTPUT, "output tokens", place)
    user = next((by_word[word] for word in _USER if word in by_word), None)
    used = {time, *given, user}
    name, places = _known(by_word, _TIME[_word(time)])
    return Layout(name, time, *given, user, places, tuple(one for one in names if one.strip() and one not in used))


def _refuse_rates(by_word: dict[str, str], place: str) -> None:
    """Requests a second or a minute, one line for each while: a shape, and nothing that could be held against a limit call by call."""
    rates = [name for word, name in by_word.items() if _RATE.fullmatch(word)]
    if rates and not any(word in by_word for word in _INPUT):
        cure = f"the bundled ones are shapes of a workload (traffic.shape: {', '.join(SERIES)}); else write one line per request"
        raise TraceError(f"{place}: rates over time ({listed(rates)}), not requests; {cure}")


def said(name: str) -> str:
    """A column's name as a message quotes it."""
    return name if _PLAIN.fullmatch(name) else shown(name)


def listed(names: Iterable[str]) -> str:
    """Some names in a sentence, the first few of them."""
    every = [said(name) for name in names]
    more = len(every) - MAX_SHOWN
    return ", ".join(every[:MAX_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def _unambiguous(names: Sequence[str], place: str) -> dict[str, str]:
    words = [(_word(name), name) for name in names if name.strip()]
    twice = next((word for word, times in Counter(word for word, _ in words).items() if word and times > 1), None)
    if twice is not None:
        same = listed(name for word, name in words if word == twice)
        raise TraceError(f"{place}: the same column is there twice ({same}); delete or rename one")
    return dict(words)


def _one(by_word: dict[str, str], known: Iterable[str], what: str, place: str, *, shortest: tuple[str, ...] = ()) -> str:
    known = tuple(known)
    found = [by_word[word] for word in known if word in by_word]
    if len(found) > 1:
        raise TraceError(f"{place}: {listed(found)} could each be the {what}; keep one of them")
    if not found:
        has = f"it has {listed(by_word.values())}" if by_word else "it has none with a name"
        raise TraceError(f"{place}: no column for the {what}; {has}; name one of them {' or '.join(shortest or known[:3])}")
    return found[0]


def _known(words: Iterable[str], places: int) -> tuple[str, int | None]:
    """The name of the layout, and the unit of its times: Mooncake counts milliseconds, and hash_ids is what marks its files."""
    found = set(words)
    if found >= _MOONCAKE:
        return ("mooncake", 3) if "hash_ids" in found else ("general", None)
    return ("azure" if found == _AZURE else "general"), places

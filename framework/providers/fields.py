"""A configuration file as fields that know their line: read strictly, refused with place and cure."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from .errors import ConfigError
from .keys import hide_keys

Value = str | int | float | bool | None
_KEY_WORDS = re.compile(r"(?i)api[_-]?key|secret|passw|credential|authorization|bearer|(?:^|_)key$|(?:^|[_-])token$")


@dataclass(frozen=True)
class Field:
    """One value of the file: a plain one, a list of fields, or a mapping of names to fields."""

    path: str
    line: int
    value: Value | list[Field] | dict[str, Field]
    file: str

    def refuse(self, what: str) -> NoReturn:
        """`file:line: key: what`, without anything that looks like a key."""
        raise ConfigError(hide_keys(f"{self.file}:{self.line}: {self.path}: {what}" if self.path else f"{self.file}:{self.line}: {what}"))

    def mapping(self, known: Collection[str] | None = None) -> dict[str, Field]:
        """The names and fields of a mapping; names other than the `known` ones are refused."""
        if not isinstance(self.value, dict):
            self.refuse("must be a mapping (`name: value` lines)")
        for name, field in self.value.items():
            if known is not None and name not in known:
                near = difflib.get_close_matches(name, known, 1)
                cure = f"did you mean {near[0]}?" if near else "known are " + ", ".join(known)
                field.refuse(f"is not known here; {cure}")
        return self.value

    def items(self) -> list[Field]:
        """The fields of a list."""
        if not isinstance(self.value, list):
            self.refuse("must be a list (`[one, two]`)")
        return self.value

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("must be a text; put it in quotes if it looks like something else")
        return self.value

    def truth(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            self.refuse("must be true or false")
        return self.value

    def number(self, low: float, high: float) -> float:
        """A number above `low`, at most `high`."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not low < value <= high:
            self.refuse(f"must be a number above {low:g} and at most {high:g}")
        return float(value)

    def amount(self) -> float:
        """A number of 0 or more."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            self.refuse("must be a number of 0 or more")
        return float(value)

    def whole(self, low: int, high: int) -> int:
        """A whole number between `low` and `high`, both included."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not low <= self.value <= high:
            self.refuse(f"must be a whole number between {low} and {high}")
        return self.value

    def plain(self) -> Any:
        """The value as plain data, as for the further fields of a request."""
        if isinstance(self.value, dict):
            return {name: field.plain() for name, field in self.value.items()}
        return [field.plain() for field in self.value] if isinstance(self.value, list) else self.value

    def walk(self) -> Iterator[Field]:
        """This field and all inside it."""
        yield self
        inside = self.value.values() if isinstance(self.value, dict) else self.value if isinstance(self.value, list) else ()
        for field in inside:
            yield from field.walk()


def refuse_keys(root: Field, allowed: Collection[str]) -> None:
    """Refuse a field that is named like a key (except the `allowed` names) or holds what looks like one."""
    cure = "keys never stand in this file: put it into the environment and take it out here"
    for field in root.walk():
        name = field.path.rpartition(".")[2]
        if name not in allowed and _KEY_WORDS.search(name):
            field.refuse(f"looks like a key; {cure}")
        if isinstance(field.value, str) and hide_keys(field.value) != field.value:
            field.refuse(f"holds what looks like a key; {cure}")
        if hide_keys(name) != name:
            field.refuse(f"the name of this field looks like a key; {cure}")

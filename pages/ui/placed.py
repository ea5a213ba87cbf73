"""What the controls of a page show, and which of it the browser may not have heard of."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any


class Placed:
    """The controls drawn since the page was turned to, by key.

    With every request the browser sends what all its controls hold. A request that was made before the last answer arrived holds what
    they showed before, which must not pass for the user's choice; and what was assigned to a control in an answer that the next one
    overtook was never drawn, so it is assigned again.
    """

    def __init__(self) -> None:
        self._shown: dict[str, tuple[str, Any]] = {}
        self._unseen: dict[str, list[Any]] = {}
        """By key of what was assigned and may not have been drawn: the values that the browser may hold instead."""

    def begin(self, *, behind: bool) -> None:
        """A run begins; `behind`: its request was made before the browser had the whole of the last answer."""
        if not behind:
            self._unseen.clear()

    def moved(self, state: MutableMapping[Any, Any]) -> Iterator[tuple[str, Any]]:
        """Field and value of each control that the user has moved."""
        for key, (path, shown) in list(self._shown.items()):
            if key in state and state[key] != shown and state[key] not in self._unseen.get(key, ()):
                yield path, state[key]

    def shown(self, path: str) -> Any:
        """What the field's first control shows; None where it has none."""
        return self._shown.get(path, (None, None))[1]

    def place(self, state: MutableMapping[Any, Any], key: str, path: str, value: Any, blank: Any) -> None:
        """Bring a control's state to `value`; `blank`: what the browser starts such a control with when it is told nothing.

        Assigned only where it differs or may not have arrived, so that a moving slider is never pulled back.
        """
        before = state.get(key, blank)
        if key not in state or before != value or key in self._unseen:
            earlier = [*self._unseen.get(key, ()), before, self._shown.get(key, (None, before))[1]]
            self._unseen[key] = [item for item in earlier[-8:] if item != value]
            state[key] = value
        self._shown[key] = (path, value)

    def forget(self) -> None:
        """What the controls showed is no longer compared with."""
        self._shown.clear()

    def leave(self, state: MutableMapping[Any, Any]) -> None:
        """The page is left, and its controls are gone."""
        for key in self._shown:
            state.pop(key, None)
        self._shown.clear()
        self._unseen.clear()

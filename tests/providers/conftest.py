"""One wire for the tests of a module; each test reads only what it sent itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from providers.wire import Wire, serving


@pytest.fixture(scope="session")
def running_wire() -> Iterator[Wire]:
    with serving(Wire()) as wire:
        yield wire


@pytest.fixture
def wire(running_wire: Wire) -> Wire:
    running_wire.requests.clear()
    running_wire.headers.clear()
    running_wire.asked.clear()
    running_wire.gone = 0
    return running_wire

"""Who sent each request, as small whole numbers in the order of first appearance; the names themselves are not kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from framework.simulation.arrivals import Ints
from framework.simulation.trace_rows import Batch

MAX_USERS = 1_000_000


@dataclass
class Users:
    """`nameless`: rows without a user. A file in which some rows name none, or in which they are too many, does not tell users apart."""

    nameless: int = 0
    named: bool = False
    too_many: bool = False
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def told_apart(self) -> bool:
        """Every row so far names one of not too many users."""
        return self.named and not self.nameless and not self.too_many

    def notes(self) -> Iterator[str]:
        """Why they are not told apart, where the file has a column for them."""
        if self.too_many:
            yield f"more than {MAX_USERS:,} users: they are not told apart"
        elif self.nameless:
            yield f"{self.nameless:,} requests name no user: users are not told apart"

    def read(self, batch: Batch) -> Ints:
        """`(n,)`; of no use where users are not told apart."""
        if batch.user is None or self.too_many:
            return np.zeros(0, dtype=np.int64)
        self.named = True
        numbers = self._numbers
        found = np.array([numbers.setdefault(name, len(numbers)) for name in map(str.strip, batch.user)], dtype=np.int64)
        if "" in numbers:
            self.nameless += int((found == numbers[""]).sum())
        self.too_many = len(numbers) > MAX_USERS
        if self.too_many:
            numbers.clear()
        return found

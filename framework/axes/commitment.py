"""Capacity bought ahead against paying as you go: it pays where it is used more than it is cheaper."""

from __future__ import annotations

from framework.load import Load


def use_of_reservation(load: Load) -> tuple[float, float]:
    """Share of a reservation that one load of scalars uses: sized for its busiest minute, and for the mean minute of its active hours.

    A reservation is paid day and night, batch calls use none of it. The second share is an upper bound: what exceeds a minute is billed as
    usual, so quiet minutes are not made good by busy ones.
    """
    active = float(load.active_hours) / 24
    return active / float(load.peak_factor), active

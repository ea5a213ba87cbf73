"""How much of capacity that was bought ahead a workload would use."""

import pytest
from axes.builders import make_load

from framework.axes.commitment import use_of_reservation


@pytest.mark.parametrize(
    ("active", "peak", "at_peak", "at_mean"),
    # Eight hours at a busiest minute of three times the mean: a third of the day, and of that a third.
    [(8, 3, 1 / 9, 1 / 3), (24, 1, 1, 1), (24, 4, 1 / 4, 1), (6, 1, 1 / 4, 1 / 4)],
)
def test_a_reservation_is_paid_by_night_and_in_quiet_minutes_too(active: float, peak: float, at_peak: float, at_mean: float) -> None:
    assert use_of_reservation(make_load(active_hours=active, peak_factor=peak)) == pytest.approx((at_peak, at_mean))


def test_what_goes_in_batch_changes_the_size_of_a_reservation_and_not_its_use() -> None:
    load = make_load(active_hours=8.0)
    assert use_of_reservation(load.with_(batch_share=0.5)) == use_of_reservation(load)

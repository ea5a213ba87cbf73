import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from framework.load import load_of
from framework.report.traffic_strip import traffic_strip
from framework.vocabulary import SHAPES
from framework.workload import Workload


def drawn(measured=None, **traffic):
    # 18,000 calls in 10 hours are 30 in the mean minute.
    stated = {"requests_per_day": 18_000, "active_hours": 10, "peak_factor": 3, "starts_utc": 8} | traffic
    workload = Workload.model_validate({"traffic": stated})
    return traffic_strip(workload.traffic, load_of(workload), measured=measured)


def texts(svg):
    return [node.text for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_busiest_minute_is_told_with_its_time_in_the_drawing_and_for_those_who_do_not_see_it():
    # Three times 30 calls in the middle of the ten hours from 08:00.
    made = drawn()
    assert made.words == "Busiest minute: 90 calls, 3.0x the mean minute of the active hours, at 13:00 UTC"
    assert texts(made.svg) == ["90 calls a minute, at 13:00 UTC", "00:00", "06:00", "12:00", "18:00", "24:00"]
    assert ET.fromstring(made.svg).get("aria-label") == made.words


def test_without_a_known_start_hours_count_from_the_beginning():
    made = drawn(starts_utc=None)
    assert made.words.endswith("5 h after the active hours begin")
    assert texts(made.svg)[1:] == ["0 h", "6 h", "12 h", "18 h", "24 h"]


def test_calls_in_batch_are_left_out():
    assert drawn(batch_share=0.5).words.startswith("Busiest minute: 45 calls,")


def test_steady_traffic_has_no_busiest_minute():
    made = drawn(shape="steady")
    assert made.words == "All minutes of the active hours are alike: 30 calls each"
    assert texts(made.svg)[0] == "30 calls a minute" and "circle" not in made.svg
    # Around the clock at a peak factor of 1 the mean minute of ten active hours is only the busiest.
    assert drawn(shape="day_and_night", peak_factor=1).words.startswith("Busiest minute: 30 calls, 1.0x ")


@pytest.mark.parametrize(("requests", "told"), [(600, "3 calls"), (200, "1 call"), (20, "0.1 calls"), (1, "0.005 calls")])
def test_few_calls_are_told_as_they_are(requests, told):
    # 600 minutes and a peak of three: 600 calls are 3 in the busiest minute.
    assert drawn(requests_per_day=requests).words.startswith(f"Busiest minute: {told}, ")


def test_a_week_shows_its_days_and_names_the_first_of_the_busiest():
    made = drawn(shape="weekly")
    assert texts(made.svg) == ["90 calls a minute, Mon at 13:00 UTC", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert drawn(shape="weekly", starts_utc=None).words.endswith("Mon 5 h after the active hours begin")


def test_a_day_that_goes_past_midnight_is_drawn_from_midnight():
    # Batch from 22:00: 200 minutes at the peak with a ramp of five on either side: to 01:25 of the next day.
    made = drawn(shape="batch_window", starts_utc=22)
    assert made.words.endswith("at 22:05 UTC")
    line = re.findall(r"[\d.]+ [\d.]+", made.svg.split('fill="none"')[0].rpartition('<path d="M')[2])
    assert line[0].split()[1] == line[-1].split()[1] == "22.0"  # the top of the drawing at both midnights


def test_a_measured_series_has_days_by_number_and_brings_its_own_peak():
    # Two weeks of ten-minute steps, one of them on the ninth day twice as busy as the others: 18,000 a day are 12.5 a minute.
    steps = np.ones(2 * 1_008)
    steps[8 * 144 + 6] = 2.0
    made = drawn(measured=(600.0, steps), shape="servegen_large")
    assert made.words == "Busiest minute: 25 calls, 0.83x the mean minute of the active hours, day 9 1 h after the recording begins"
    assert texts(made.svg)[1:] == [f"day {day}" for day in range(1, 15, 2)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("traffic", [{}, {"active_hours": 0.25, "peak_factor": 1_000}, {"peak_factor": 1, "starts_utc": None}])
def test_every_shape_gives_a_small_drawing_within_its_frame(shape, traffic):
    made = drawn(shape=shape, **traffic)
    assert len(made.svg) < 12_000 and "nan" not in made.svg and "inf" not in made.svg
    for place in re.findall(r"[ML]([\d.]+) ([\d.]+)", made.svg):
        assert 0 <= float(place[0]) <= 420 and 0 <= float(place[1]) <= 112

"""Which reading answers for an effort, on readings made up for the purpose."""

import pytest

from framework.catalogue.choose_reading import choose, effort_rank, named_effort
from framework.catalogue.latency_records import EffortScale
from framework.catalogue.records import LatencyProfile

SCALES = EffortScale.model_validate(
    {"times_medium": {"low": 0.5, "medium": 1, "high": 3, "xhigh": 9, "max": 30}, "log_sigma": 0.6, "source": ()}
)


def reading(effort: str, *, thinks: bool = True, p50: float | None = 1.0, tps: float | None = 100.0) -> LatencyProfile:
    """One reading of some model."""
    return LatencyProfile.model_validate(
        {
            "model": "some",
            "effort": effort,
            "thinks": thinks,
            "at_input_tokens": 1_000,
            "ttft_s": None if p50 is None else {"p50": p50},
            "tps": None if tps is None else {"p50": tps},
            "measured": "2026-10-01",
            "source": (),
        }
    )


CALM, LOW, HIGH, UNNAMED = reading("none", thinks=False), reading("low"), reading("high"), reading("default")


@pytest.mark.parametrize(
    ("effort", "readings", "chosen", "scale"),
    [
        ("none", (LOW, CALM), CALM, 1),
        ("none", (HIGH, LOW), LOW, 1),
        ("low", (CALM, HIGH, LOW), LOW, 1),
        ("high", (CALM, LOW, HIGH), HIGH, 1),
        ("medium", (LOW, UNNAMED), UNNAMED, 1),
        ("max", (CALM, UNNAMED), UNNAMED, 1),
        ("medium", (CALM, LOW, HIGH), CALM, 1),
        ("medium", (LOW,), LOW, 2),
        ("max", (LOW, HIGH), HIGH, 10),
        ("low", (HIGH,), HIGH, 1 / 6),
        ("high", (reading("minimal"),), reading("minimal"), 6),
        ("high", (CALM,), CALM, 1),
        ("high", (reading("none", thinks=False, tps=None), reading("low", tps=None)), reading("low", tps=None), 6),
        ("low", (reading("none", thinks=False), reading("low", thinks=False)), reading("low", thinks=False), 1),
    ],
)
def test_the_reading_that_answers_for_an_effort(effort, readings, chosen, scale):
    found = choose(readings, effort, SCALES)
    assert found.profile == chosen
    assert found.scale == pytest.approx(scale)


def test_of_two_efforts_equally_near_the_one_to_prefer_is_scaled():
    assert choose((reading("medium"), reading("xhigh", p50=9.0)), "high", SCALES).profile == reading("medium")


def test_without_a_reading_of_the_first_token_a_speed_is_still_known():
    found = choose((reading("high", p50=None, tps=70.0),), "none", SCALES)
    assert found.profile is None and found.speed is not None and found.speed.tps.p50 == 70
    nothing = choose((), "high", SCALES)
    assert (nothing.profile, nothing.speed, nothing.scale) == (None, None, 1.0)


def test_the_speed_is_lent_by_the_reading_most_alike():
    bare = reading("low", tps=None)
    assert choose((CALM, bare, reading("high", tps=80.0)), "low", SCALES).speed == reading("high", tps=80.0)


@pytest.mark.parametrize(
    ("wording", "named"),
    [("thinking off", "none"), ("low (between tools)", "low"), ("xhigh", "xhigh"), ("default", None), ("thinking", None), ("", None)],
)
def test_efforts_are_understood_however_they_are_worded(wording, named):
    assert named_effort(wording) == named
    assert effort_rank(wording) == (3 if named is None else ("none", "minimal", "low", "medium", "high", "xhigh", "max").index(named))


def test_a_scale_that_lacks_an_effort_is_refused():
    with pytest.raises(ValueError, match="give one figure for each of low, medium, high, xhigh, max"):
        EffortScale.model_validate({"times_medium": {"low": 0.5, "medium": 1}, "log_sigma": 0.6, "source": ()})

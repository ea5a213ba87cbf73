"""Limits as they are typed: every spelling of a figure, and what is no limit."""

import pytest

from framework.errors import WorkloadError
from framework.simulation.typed_limits import typed_limits


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("5000", 5_000),
        ("1e6", 1_000_000),
        ("1E+6", 1_000_000),
        ("1_000_000", 1_000_000),
        ("40M", 40_000_000),
        ("200k", 200_000),
        ("1.5k", 1_500),
        ("2.5e3", 2_500),
        ("0.25m", 250_000),
        ("10B", 10_000_000_000),
        ("1", 1),
        ("5000.0", 5_000),
    ],
)
def test_a_figure_may_be_written_as_people_write_it(text, figure):
    assert typed_limits(f"tpm={text}") == {"tpm": figure}


def test_meters_come_in_any_order_and_case_with_spaces_around_them():
    found = typed_limits(" RPM = 500 , itpm=2M,otpm=400k,rpd=10k,tpd=1e9,concurrency=8")
    assert found == {"rpm": 500, "itpm": 2_000_000, "otpm": 400_000, "rpd": 10_000, "tpd": 1_000_000_000, "concurrency": 8}


@pytest.mark.parametrize(
    "figure",
    [
        "0",
        "-5",
        "+5",
        "nan",
        "inf",
        "1e30",
        "10000000001",
        "1.5",
        "0.0001k",
        "",
        " ",
        "five",
        "5 000",
        "1e",
        "M",
        "1__e",
        "٥",
        "5\x00",
        "9" * 300,
    ],
)
def test_what_is_no_limit_is_refused_with_its_meter_and_the_cure(figure):
    with pytest.raises(WorkloadError) as error:
        typed_limits(f"rpm=60,itpm={figure}")
    said = str(error.value)
    assert said.startswith("--limits: itpm must be a whole number from 1 to 10,000,000,000, not ") and len(said) < 300
    assert "5000, 1_000_000, 1e6, 200k or 40M" in said and "leave out a meter that has no limit" in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("qpm=5", "no meter 'qpm': take one of rpm, rpd, tpm, tpd, itpm, otpm, concurrency; did you mean"),
        ("rpm=5,RPM=6", "rpm is given twice: give it once"),
        ("", "nothing is not a limit: write meter=figure, such as rpm=5000,tpm=1M"),
        ("rpm=5,", "nothing is not a limit"),
        ("rpm=5,000", "'000' is not a limit"),
        ("rpm", "'rpm' is not a limit"),
        ("=5", "no meter ''"),
        ("spend_10min=5", "no meter 'spend_10min'"),
    ],
)
def test_what_names_no_meter_once_is_refused_with_the_cure(text, says):
    with pytest.raises(WorkloadError) as error:
        typed_limits(text)
    assert says in str(error.value) and str(error.value).startswith("--limits: ")

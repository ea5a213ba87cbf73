"""The table of the latency axis and its captions: whose readings, and what lies beyond them."""

import pytest
from report.studies import PLAIN, chatbot, made, plain
from report.test_latency_evidence import mine

from framework.report import headlines, premises
from framework.report.latency_rows import asks_beyond, caption, latency_rows, premise


def asking(percentile, **budget):
    return made(deep=False, budget={**PLAIN["budget"], "percentile": percentile, **budget})


def cells(study, field):
    return {row["id"]: row[field] for row in latency_rows(study)}


def test_every_share_says_extrapolated_or_ruled_out_where_more_than_95_per_cent_are_asked_for():
    study = asking(99)
    told = cells(study, "in_time")
    assert told["beta/bolt-mini"] == "> 95 %, extrapolated"
    assert told["gamma/reed"] == "unknown"
    slow = cells(asking(99, ttft_s=1.0), "in_time")
    assert slow["alpha/sage-2"].endswith(", 99 % ruled out")
    for name in ("in_time", "first", "reply"):
        assert all(cell.endswith(("extrapolated", "ruled out", "unknown")) for cell in cells(study, name).values())


@pytest.mark.parametrize("percentile", [50, 80, 95])
def test_no_share_is_called_extrapolated_where_readings_reach(percentile):
    study = asking(percentile)
    assert not asks_beyond(study)
    assert not any("extrapolated" in cell or "ruled out" in cell for cell in cells(study, "in_time").values())
    assert "extrapolated" not in caption(study) and "extrapolated" not in headlines.headline(study, "latency")


def test_headline_and_caption_say_it_too():
    study = asking(97)
    assert "97 % are asked for. All above 95 % is extrapolated." in headlines.headline(study, "latency")
    # A verdict of "meets" is possible there, so the caption may not say that readings cannot show it.
    assert "what lies above 95 % is extrapolated, and so is a verdict on 97 %" in caption(study) and "not show it" not in caption(study)
    assert "they can rule out that 99 % are in time, but not show it" in caption(asking(99))


def test_the_evidence_stands_beside_every_offer():
    found = cells(plain(), "evidence")
    assert found["alpha/sage-2"] == "good: five percentiles" and found["gamma/reed"] == "none"
    assert all(cells(chatbot(), "evidence").values())


def test_captions_and_premises_tell_own_measurements_from_published_readings():
    assert caption(plain()).startswith("Shares are estimates from published readings, in steps")
    assert "Nothing here knows your region" in caption(plain())
    told = caption(mine())
    assert told.startswith("Shares are estimates from your own measurements of ") and "published readings of the other offers" in told
    assert "Reed" in told and "Published readings know nothing of your region" in told
    assert premise(mine()) in premises.assumptions(mine()) and "your own measurements of" in premise(mine())
    assert premise(plain()) in premises.assumptions(plain()) and "until you measure your own" in premise(plain())

"""What the rate-limit page says of a replayed day, on steady traffic whose refused share is plain arithmetic."""

import datetime as dt
import json
import re
from functools import cache

import numpy as np
import pytest
from report.studies import PLAIN, chatbot, made, plain

from framework.axes.day_story import cold_cache, limits_at, story
from framework.catalogue.load import load_catalogue
from framework.errors import TraceError
from framework.presets import presets
from framework.replayed import MOST_REPLAYED, checked_rows, replayed, rows_of, work_s
from framework.report import charts_replay, charts_tiers, comparison, fix_rows, replay_tables, replay_words, trace_words
from framework.report.charts_replay import Told
from framework.report.svg import render
from framework.simulation.arrivals import Arrivals
from framework.simulation.traces import parse_trace
from framework.study import study
from framework.workload import Workload

# 1,500 calls in every minute of one hour against the 1,000 of alpha's Start: of 90,000 calls the hour lets 60,000 through and a full bucket
# 1,000 more (a minute deep) or 17 (a second deep), so 32.2 to 33.3 % are refused. 150k and 15k tokens a minute stay within its limits.
STEADY = {
    "traffic": {"requests_per_day": 90_000, "active_hours": 1, "shape": "steady", "burstiness": 0.1, "starts_utc": 6},
    "tokens": {"input_mean": 100, "output_mean": 10},
    "context": {"system_tokens": 60, "turns": 1, "turn_tokens": 40, "output_reserve_tokens": 50},
    "budget": {**PLAIN["budget"], "monthly_usd": 1_000_000},
    "tiers": {"alpha": "start"},
    "needs": {"providers": ["alpha"]},
}


@cache
def crowded(policy="refuse", **traffic):
    study = made(deep=False, **{**STEADY, "traffic": {**STEADY["traffic"], **traffic}, "clients": {"policy": policy}})
    return study, replayed(study), study.columns.index("alpha/sage-2")


def told(policy="refuse", window_s=60, tier=0):
    study, found, at = crowded(policy)
    return study, Told(at, tier, window_s, story(found.question, found.day_of(at), at, tier=tier, window_s=window_s))


def row(rows, offer="alpha/sage-2"):
    return next(row for row in rows if row["id"] == offer)


def test_a_forecast_beyond_the_cap_of_the_month_binds_before_what_the_target_lets_pass():
    few, many = 1_495, 1_000  # of the 1,500 a minute
    for rpm, binding in ((few, "monthly spend cap"), (many, "requests per minute")):
        own = {"alpha/sage-2": {"rpm": rpm, "itpm": 400_000, "otpm": 80_000, "monthly_cap_usd": 100}}
        study = made(deep=False, **STEADY, own_limits=own)
        found, at = replayed(study), study.columns.index("alpha/sage-2")
        assert (0 < replay_words.troubled(found, 0, replay_words.place(study, at)) < 0.01) is (rpm == few)
        assert row(replay_tables.limit_rows(study, found))["binding"] == binding


def test_the_day_in_a_sentence_names_share_limit_and_clock():
    said = replay_words.of_the_day(*crowded())
    assert re.fullmatch(
        r"Replayed call by call over a day, 32 to 33 % of the calls are refused, by the requests per minute; "
        r"the first one that is refused for good comes at 06:00 UTC\.",
        said,
    ), said


def test_the_sentence_is_another_where_all_goes_through_and_where_calls_wait():
    study = made(deep=False)
    at = study.columns.index("beta/bolt-mini")
    said = replay_words.of_the_day(study, replayed(study), at)
    assert said == "Replayed call by call over a day, none of 1,000 calls is refused or has to wait."
    assert " of the calls are made to wait, by the requests per minute." in replay_words.of_the_day(*crowded("wait"))


def test_a_row_that_stands_for_several_calls_is_said():
    _, found, at = crowded(requests_per_day=2_160_000, active_hours=24)
    # 2,160,000 calls in at most 100,000 rows: 22 a row, 98,182 rows.
    assert replay_words.merged(found.day_of(at)).startswith("2,160,004 calls are replayed as 98,182 rows, each row stands for 22 calls")
    assert replay_words.merged(replayed(made(deep=False)).day_of(0)) == ""


def test_the_table_has_the_range_of_the_day_the_limit_and_the_moment():
    study, found, _ = crowded()
    line = row(replay_tables.limit_rows(study, found))
    assert line["refused"] == "32 to 33 %" and line["delayed"] == "" and line["binding"] == "requests per minute"
    assert line["first"] == "06:00 UTC" and line["tier"] == "Start" and line["served"].startswith("6")
    # The monthly cap leaves less than the minute does: $500 of $1,215.
    assert line["room"] == "0.41x"


def test_an_offer_whose_limits_are_not_published_is_unknown_in_every_column():
    study = made(deep=False, needs={"providers": ["gamma"]})
    line = row(replay_tables.limit_rows(study, replayed(study)), "gamma/reed")
    assert (line["served"], line["room"], line["refused"], line["first"]) == ("unknown", "unknown", "unknown", "")


def test_delays_and_attempts_stand_in_the_details_of_the_policies_that_have_them():
    for policy, keys in (("refuse", set()), ("wait", {"p95", "max"}), ("retry", {"p95", "max", "attempts"})):
        study, found, _ = crowded(policy)
        line = row(replay_tables.detail_rows(study, found))
        assert {"p95", "max", "attempts"} & line.keys() == keys
    # 500 too many a minute for an hour are 30,000 at the end: 29.98 minutes at 1,000 a minute, and
    # 29.0 with a full bucket of a minute.
    assert row(replay_tables.detail_rows(*crowded("wait")[:2]))["max"] == "29 min"


def test_users_are_told_where_they_are_known_and_every_call_is_a_row_of_its_own():
    def users(**traffic):
        study = made(
            deep=False, **{**STEADY, "tokens": {"input_mean": 8_000, "output_mean": 10}, "traffic": {**PLAIN["traffic"], **traffic}}
        )
        return row(replay_tables.detail_rows(study, replayed(study)))["users"]

    # One user in all: a single refused call is all of them. 72,000 a day are 50 a minute: 400k tokens on average, 800k at the peak.
    assert users(requests_per_day=72_000, users=1) == "100 %"
    assert users(requests_per_day=72_000) == ""


def test_the_load_chart_draws_load_limit_and_every_minute_with_a_refusal():
    study, one = told()
    figure = charts_replay.load_against_limit(study, one)
    assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    line, marks = figure["data"]
    assert line["name"] == "Requests per minute" and np.mean(line["y"]) == pytest.approx(1_500, rel=0.03)
    assert figure["layout"]["shapes"][0]["y0"] == 1_000
    assert marks["name"] == "Refused" and marks["x"][-1] == line["x"][-1] and marks["hovertext"][0].startswith("06:01 UTC: ")
    assert "1,000 allowed; 29,0" in figure["layout"]["meta"]["headline"] and "(32 %) are refused." in figure["layout"]["meta"]["headline"]
    assert render(figure).count("<circle") >= len(marks["x"])


def test_a_limit_far_above_the_load_is_said_and_not_drawn():
    study, one = told(tier=1)
    figure = charts_replay.load_against_limit(study, one)
    assert "shapes" not in figure["layout"] and figure["layout"]["yaxis"]["title"]["text"] == "Requests per minute"
    assert charts_replay.notes(one) == "The limit of 10,000 is beyond the upper edge."
    assert figure["layout"]["meta"]["headline"].endswith("10,000 allowed; no call is refused or waits.")


def test_delays_are_a_curve_per_depth_and_none_where_nothing_waits():
    study, one = told("wait")
    figure = charts_replay.delays(study, (told("wait", 1)[1], one))
    lines = [trace for trace in figure["data"] if trace.get("name")]
    assert [line["name"] for line in lines] == ["Buckets a second deep", "Buckets a minute deep"]
    assert all(line["y"] == sorted(line["y"]) and line["y"][-1] == 1 for line in lines)
    # The budget allows five seconds to the first token; the queue grows by half a second every second.
    assert "of all calls are admitted within 5.0 s" in figure["layout"]["meta"]["headline"]
    assert charts_replay.delays(*[told()[0], (told(tier=1)[1],)]) is None
    assert "fails at once" in replay_words.no_delays(told()[0]) and "No call waits" in replay_words.no_delays(study)


def test_the_heat_map_has_a_row_per_offer_a_column_per_rung_and_the_own_one_outlined():
    study, found, _ = crowded()
    figure = charts_tiers.refused_by_tier(study, found)
    heat = figure["data"][0]
    assert heat["x"] == ["Rung 1", "Rung 2"] and heat["y"] == ["Sage 2"]
    assert [words.split("–")[-1] for words in heat["text"][0]] == ["33%", "0%"]
    assert heat["customdata"][0] == ["Start", "Scale"]
    # A third is more than the 1 % that the target leaves: beyond the step of the scale, where nothing is below it.
    assert heat["z"][0][0] == charts_tiers.FULL and heat["z"][0][1] == 0
    assert [(box["x0"], box["x1"]) for box in figure["layout"]["shapes"]] == [(-0.5, 0.5)]
    assert charts_tiers.ladders(study) == "Rungs from the lowest: Alpha API: Start, Scale."
    assert figure["layout"]["meta"]["headline"].startswith("0 of 1 offers with known limits refuse or delay at most 1 % of the day's calls")


def test_a_deploy_at_the_peak_names_the_minutes_that_only_the_cold_cache_breaks():
    # 300 calls a minute of 2,000 tokens, 1,800 of them cached: warm 60k a minute and cold 600k, of 400k allowed. With so many prefixes
    # hardly a call finds its own again before the day's 240 minutes are over.
    study = made(
        deep=False,
        traffic={"requests_per_day": 72_000, "active_hours": 4, "shape": "steady", "burstiness": 0.1, "starts_utc": 0},
        tokens={"input_mean": 2_000, "output_mean": 10},
        caching={"prefix_tokens": 1_800, "hit_rate": 1.0, "prefixes": 100_000},
        context={"system_tokens": 1_800, "turns": 1, "turn_tokens": 200, "output_reserve_tokens": 50},
        tiers={"alpha": "start"},
        needs={"providers": ["alpha"]},
    )
    found, at = replayed(study), study.columns.index("alpha/sage-2")
    day = found.day_of(at)
    one = story(found.question, day, at, tier=0, window_s=60)
    cold = cold_cache(found.question, day, at, limits_at(found.question, at, 0))
    full = Told(at, 0, 60, one, cold)
    lasts = int(cold.broken.sum())
    assert 0 < lasts == 240 - cold.begins
    said = charts_replay.deploy(full)
    assert f"It is over the limit for {lasts:,} minute" in said and "400k allowed" in said and "UTC) empties the cache" in said
    assert charts_replay.deploy(Told(at, 0, 60, one)) == ""


def test_marks_below_the_line_are_explained_where_a_second_is_short_and_a_minute_is_not():
    _, one = told(window_s=60)
    assert charts_replay.below_the_line(one) == ""
    study = made(deep=False, **{**STEADY, "traffic": {**STEADY["traffic"], "requests_per_day": 45_000, "burstiness": 5}})
    found, at = replayed(study), study.columns.index("alpha/sage-2")
    harsh = Told(at, 0, 1, story(found.question, found.day_of(at), at, tier=0, window_s=1))
    assert charts_replay.below_the_line(harsh).startswith("Marks below the line: a burst empties a bucket")


def test_the_best_remedy_is_named_and_the_rows_begin_with_how_it_is():
    study, _, at = crowded()
    found = fix_rows.fixes_of(study, at)
    rows = fix_rows.fix_rows(found)
    assert rows[0]["what"] == "As it is" and rows[1]["what"] == "Scale" and rows[1]["served"] == "100 %"
    assert fix_rows.best(study, at, found).startswith("Most for Sage 2 does this: the tier Scale. Served at the peak: 100 % instead of 6")
    assert fix_rows.wanted(study, at)


def test_where_all_is_served_nothing_needs_fixing():
    study = plain()
    at = study.columns.index("alpha/sage-2")
    assert fix_rows.best(study, at, fix_rows.fixes_of(study, at)).startswith("Nothing needs fixing: Sage 2 serves this traffic")
    assert not fix_rows.wanted(study, at)


def test_the_spend_says_when_a_tier_is_reached_and_on_which_day_the_cap_stops_all():
    # 2.7 M calls a month of 100 tokens at $3 and 10 at $15 a million: $810 + $405 = $1,215, so $1,000 after 24.7 days, 3.5 weeks, and $500
    # in the course of the 13th day.
    study, _, at = crowded()
    assert fix_rows.spend_sentences(study, at) == [
        "Scale: $1,000 paid in total, in about 4 weeks at this spend, counted from nothing paid so far (and 7 days must have passed).",
        "The monthly cap of $500.00 at tier Start stops everything on day 13 of this month: $1,215 are forecast. "
        "No retry helps until the next month.",
    ]


def test_shared_buckets_are_named_and_steep_growth_is_found():
    study, found, at = crowded()
    texts = [item.text for item in replay_words.findings(study, found, ["alpha/sage-2", "alpha/sage-1"])]
    assert texts == ["Sage 2 and Sage 1 draw on the same buckets: falling back from one to another frees nothing."]
    # From nothing to 6M input tokens a minute at once, where above 500k only half as much again is allowed in 15 minutes.
    steep = made(deep=False, **{**STEADY, "tokens": {"input_mean": 4_000, "output_mean": 10}})
    found = replay_words.ramps(steep, replayed(steep), [steep.columns.index("alpha/sage-2")])
    assert len(found) == 1 and found[0][0] == "alpha/sage-2"
    assert "Above 500k input tokens a minute traffic may not grow by more than 50 % within 15 minutes: it does in 1 minute" in found[0][1]
    assert at == study.columns.index("alpha/sage-2")


def test_the_json_has_the_replay_of_the_peak_by_offer():
    study, _, _ = crowded()
    answer = comparison.as_json(study)["replay"]
    assert set(answer) == set(study.columns.ids)
    one = answer["alpha/sage-2"]
    assert set(one) == {"tier", "served", "room", "room_at_best", "target_share", "policy", "lowest_tier"}
    assert one["tier"] == "start" and one["lowest_tier"] == "scale" and one["policy"] == "refuse" and one["target_share"] == 0.99
    assert one["served"]["low"] <= one["served"]["high"] <= 0.7 and one["served"]["high"] == pytest.approx(2 / 3, abs=0.02)
    reed = comparison.as_json(plain())["replay"]["gamma/reed"]
    assert reed["served"] == {"low": None, "high": None} and reed["room"] is None
    assert comparison.as_json(chatbot())["replay"]["openai/gpt-6-sol"]["served"]["high"] == 1


def hour(requests=600):
    """One every six seconds."""
    times = np.arange(requests, dtype=np.int64) * 6_000_000
    return Arrivals(times, np.full(requests, 100), np.full(requests, 10))


def test_rows_and_work_are_known_before_the_replay():
    study, found, at = crowded()
    assert rows_of(study) == 90_000 and rows_of(crowded(requests_per_day=2_160_000, active_hours=24)[0]) == 100_000
    assert rows_of(study, trace=hour(), as_recorded=True) == 600
    # 1,500 a minute over the trace's 59.9 minutes.
    assert rows_of(study, trace=hour()) == round(1_500 * 599 * 6 / 60)
    assert work_s(study, 100_000) == pytest.approx(10 * work_s(study, 10_000)) and work_s(study, 100_000) > 0
    assert len(found.day_of(at)) == 90_000


def test_a_trace_that_would_be_too_long_at_this_volume_is_refused_with_a_cure():
    study = crowded()[0]
    week = Arrivals(hour().time_us * 168, hour().input_tokens, hour().output_tokens)
    with pytest.raises(TraceError, match=r"more than the 2,000,000 that a page replays; lower the requests a day"):
        checked_rows(study, trace=week)
    assert checked_rows(study, trace=week, as_recorded=True) == 600 < MOST_REPLAYED


def test_only_the_offers_of_the_providers_compared_are_replayed():
    study, found, at = crowded()
    other = study.columns.index("beta/bolt-mini")
    assert np.isnan(found.answers.refused_share[:, :, other]).all() and not np.isnan(found.answers.refused_share[0, 0, at])


def test_progress_rises_to_one():
    heard = []
    replayed(crowded()[0], tell=heard.append)
    assert heard == sorted(heard) and heard[-1] == 1


def test_a_trace_is_told_with_its_rows_span_origin_and_licence():
    said = trace_words.in_use("mine.csv", parse_trace(b"time,input_tokens,output_tokens\n0,5,1\n90,5,1\n", "mine.csv"))
    assert said.startswith("Replayed is your trace mine.csv: 2 requests in 1 min, instead of the shape.")
    bundled = trace_words.bundled("azure_2023_conversation")
    assert "Licence CC-BY-4.0" in bundled and "https://" in bundled and "19,366 requests" in bundled


def test_an_offer_whose_tokens_are_not_known_is_unknown_over_the_day_and_draws_nothing():
    # xAI publishes its limits, but not how many Grok tokens an o200k token is, and so not what a call draws.
    preset = presets()["support-chatbot"].workload.model_dump(by_alias=True)
    preset["tokens"]["tokenizer"], preset["needs"]["providers"] = "o200k", ("xai", "anthropic")
    asked = study(Workload.model_validate(preset), presets()["support-chatbot"].priorities, load_catalogue(), dt.date(2026, 11, 23))
    found = replayed(asked)
    rows = {each["id"]: each for each in replay_tables.limit_rows(asked, found)}
    at = asked.columns.index("xai/grok-4.7")
    assert np.isnan(asked.columns.ratio[1, at]) and rows["xai/grok-4.7"]["refused"] == "unknown"
    assert rows["xai/grok-4.7"]["first"] == ""
    assert rows["anthropic/claude-opus-5-5"]["refused"] != "unknown"
    tier = int(asked.assessments.rate_limits.tier_index[at])
    assert "is not known: the model's tokens" in replay_words.nothing_drawn(found, at, tier)
    assert "No limit of a minute" in replay_words.nothing_drawn(found, at, None)

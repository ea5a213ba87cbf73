"""What long prompts do to the first token, in words worked out by hand from the readings of the small catalogue."""

from report.studies import PLAIN, made, nothing_fits, plain

from framework.report.latency_lengths import length_rows, long_prompts

# Bolt Mini: 0.5 s at 1k and 37 ms more per 1,000 tokens; Sage 2: 1 s at 10k, 13 x + 4 x^2 more (x in million tokens).
LONG = {"input_mean": 20_000, "input_p95": 60_000, "output_mean": 100}


def rows(study):
    return {row["id"]: row for row in length_rows(study)}


def told(study, offer="beta/bolt-mini"):
    return long_prompts(study, study.columns.index(offer))


def long(**budget):
    return made(deep=False, tokens=LONG, budget={**PLAIN["budget"], "ttft_s": 2.0, **budget})


def test_the_seconds_at_the_user_s_longest_prompts_stand_against_the_budget():
    # 0.5 + 59 x 0.037 = 2.7 s; the budget of 2 s is left at 1,000 + 1.5 s / 0.037 s = 41.5k.
    assert told(long()).startswith(
        "First token of Bolt Mini at your longest prompts (p95, 60k tokens) 2.7 s: outside the budget of 2.0 s; "
    )
    assert "it leaves the budget at about 42k uncached tokens" in told(long())
    assert "2.7 s: inside the budget of 3.0 s" in told(long(ttft_s=3.0))


def test_the_largest_prompt_is_judged_too():
    # 0.5 + 399 x 0.037 = 15.3 s at 400k; 1 + 13 x 0.19 + 4 x (0.04 - 0.0001) = 3.6 s at 200k.
    assert "at the largest it takes (400k tokens) 15.3 s: outside" in told(long())
    assert rows(long())["alpha/sage-2"]["largest"] == "3.6 s at 200k: outside"
    assert rows(long(ttft_s=5.0))["alpha/sage-2"]["largest"] == "3.6 s at 200k: inside"
    assert rows(long(ttft_s=5.0))["alpha/sage-2"]["edge"] == "inside at every length"


def test_a_straight_line_far_beyond_its_reading_is_called_optimistic_and_a_measured_one_is_not():
    assert told(long()).endswith("Beyond 10k this is a straight line from a reading at 1k: optimistic.")
    assert "optimistic" not in told(long(), "alpha/sage-2")
    assert rows(long())["beta/bolt-mini"]["known"] == "line from 1k, optimistic"
    assert rows(long())["alpha/sage-2"]["known"] == "measured at long prompts"


def test_a_budget_below_the_shortest_prompt_is_kept_at_no_length():
    assert rows(long(ttft_s=0.1))["beta/bolt-mini"]["edge"] == "inside at no length"


def test_without_streaming_the_writing_takes_its_part_first():
    # 100 tokens at 100 a second leave 2 of 3 seconds.
    whole = long(streaming=False, response_s=3)
    assert "2.7 s: outside the 2.0 s that the writing leaves" in told(whole)
    # They alone take longer than half a second.
    assert "outside the budget, which the writing alone uses up" in told(long(streaming=False, response_s=0.5))


def test_what_is_not_read_is_unknown():
    assert told(plain(), "gamma/reed") == "How long prompts slow Reed down is unknown: measure at your lengths with fouraxes probe."
    row = rows(plain())["gamma/reed"]
    assert (row["p95"], row["edge"], row["known"]) == ("unknown", "unknown", "")


def test_every_listed_offer_has_a_row_even_where_none_fits():
    assert len(rows(nothing_fits())) == 6

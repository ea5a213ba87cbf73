import dataclasses
import datetime as dt
import re

from report.studies import PLAIN, chatbot, made, nothing_fits, plain

from framework.report import headlines, sentences


def test_the_cost_headline_has_the_bill_and_the_next_offer() -> None:
    # Bolt Mini: 30 M x $0.20 + 3 M x $0.80.
    text = headlines.headline(plain(), "cost")
    assert text.startswith("Bolt Mini costs $8.40 a month at your volume, the least of the 5 that fit; next is Reed ($")


def test_the_cost_headline_names_a_cheaper_offer_where_the_choice_is_not_the_cheapest() -> None:
    study = made(
        weights={"cost": 0, "latency": 1, "rate_limits": 0, "context_window": 0},
        budget={**PLAIN["budget"], "ttft_s": 1.0},
        needs={"providers": ["alpha", "beta"]},
    )
    choice = study.recommendation.choice
    text = headlines.headline(study, "cost")
    assert ("would be the cheapest" in text) == (choice != "beta/bolt-mini")


def test_headlines_say_what_is_unknown() -> None:
    assert "Unknown for 2 of the other 4 offers that fit." in headlines.headline(plain(), "latency")
    study = made(needs={"providers": ["gamma"]})
    assert "is unknown: no usable reading is published" in headlines.headline(study, "latency")
    assert "is unknown: the provider publishes no limits" in headlines.headline(study, "rate_limits")


def test_the_rate_limit_headline_names_tier_served_share_room_and_limit() -> None:
    said = headlines.headline(plain(), "rate_limits")
    found = re.match(
        r"At Tier 3, Bolt Mini serves 100 % of the calls at the peak and takes ([\d,]+) times this traffic; "
        r"the requests per minute bind first\.",
        said,
    )
    # 30,000 requests a minute against 1.389 at the peak are 21,600; a full bucket gives up to a sixtieth more over the hour.
    assert found is not None, said
    assert 21_600 <= int(found[1].replace(",", "")) <= 21_600 * 61 / 60


def test_without_a_choice_the_headline_says_so_and_speaks_of_the_nearest() -> None:
    study = nothing_fits()
    assert "none of the 6 passes" in headlines.recommendation(study)
    assert headlines.headline(study, "cost").startswith("No offer fits; the nearest: Bolt Mini costs $8.40")


def test_every_axis_has_a_headline() -> None:
    assert list(headlines.headlines(chatbot())) == ["cost", "latency", "rate_limits", "context_window"]


def test_the_day_of_the_prices_is_said() -> None:
    assert sentences.prices_as_of(plain()) == "Prices as of 2026-11-12"


def test_exclusions_tell_near_misses_one_by_one_and_count_the_rest() -> None:
    told = dict(sentences.exclusions(made(budget={**PLAIN["budget"], "monthly_usd": 100.0})))
    assert told["1 switched off or soon to be"] == "Sage 1"
    assert told["Sage 2"].startswith("Costs $135.00 a month, 1.4x the budget of $100.00.")


def test_three_reasons_are_read_at_once_and_the_rest_on_demand() -> None:
    study = made()
    first, rest = sentences.brief(study)
    assert first == list(study.recommendation.reasons[:3]) and [*first, *rest] == list(study.recommendation.reasons)


def test_what_is_too_close_to_call_is_read_at_once_with_what_to_measure() -> None:
    study = made()
    found = dataclasses.replace(study.recommendation.certainty, too_close=True)
    certain = dataclasses.replace(study, recommendation=dataclasses.replace(study.recommendation, certainty=found))
    first, _ = sentences.brief(certain)
    assert len(first) == 4 and first[2].startswith("Too close to call: ") and first[:2] == list(study.recommendation.reasons[:2])


def test_where_nothing_fits_all_is_read_at_once() -> None:
    study = made(budget={**PLAIN["budget"], "monthly_usd": 0.5})
    assert sentences.brief(study) == (list(study.recommendation.reasons), [])


def test_a_near_miss_stands_first_and_is_called_one() -> None:
    told = sentences.exclusions(made(budget={**PLAIN["budget"], "monthly_usd": 126.0}))
    # $135.00 is 7.1 % over $126.00.
    assert told[0][0] == "Sage 2 (near miss: 7.1 % over)"
    assert told[0][1].startswith("Costs $135.00 a month, 1.1x the budget of $126.00.")


def test_scheduled_changes_and_retirements_have_their_dates() -> None:
    study = made(needs={"providers": ["alpha", "gamma"]})
    offers = [study.columns.index("alpha/sage-2"), study.columns.index("gamma/sage-2")]
    assert sentences.scheduled(study, offers) == [
        (
            dt.date(2027, 1, 1),
            "Sage 2 changes price on 2027-01-01: $2.00 input and $10.00 output per million tokens, announced and revocable",
        ),
        (dt.date(2027, 3, 31), "Sage 2 on Gamma Cloud is switched off on 2027-03-31"),
    ]


def test_the_triggers_hold_review_day_and_stale_prices() -> None:
    study = made(needs={"review_by": "2027-05-01"})
    told = " ".join(sentences.revisit(study))
    assert "2027-05-01" in told
    # 2026-11-12 and 60 days.
    assert "not been read again by 2027-01-11" in told


def test_drivers_state_weights_and_anchors() -> None:
    told = sentences.drivers(plain())
    assert told[0] == "Cost, weight 40 %: worth 1 at $150.00 a month, 0 at $500.00 a month"
    assert len(told) == 5


def test_assumptions_follow_the_workload() -> None:
    given = made(caching={"prefix_tokens": 500, "hit_rate": 0.5})
    assert any("hit rate is the one given" in text for text in sentences.assumptions(given))
    assert any("nothing is billed as cached" in text for text in sentences.assumptions(plain()))
    assert any("alpha scale" in text for text in sentences.assumptions(plain()))


def test_the_workload_is_told_in_figures() -> None:
    told = dict(sentences.workload_facts(plain()))
    assert told["Budget"] == "$500.00 a month"
    assert told["Prompt"] == "1k tokens on average, no spread given"

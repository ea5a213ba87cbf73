import dataclasses

import numpy as np
import pytest
from report.studies import PLAIN, chatbot, made
from scipy.stats import norm
from scoring.fakes import make_case

from framework.axes.bill_range import Groups
from framework.scoring import sensitivity
from framework.scoring.certainty import SURE, Drawn, certainty_of, rank_shares
from framework.scoring.holding import END, holding
from framework.scoring.knowing import drawn_inputs, explained_by, worth_knowing
from framework.scoring.results import Certainty
from framework.scoring.robustness import measure, regrets, too_close, worth
from framework.study import deepen, study

NOTHING = dict.fromkeys(("volume", "input_tokens", "output_tokens", "hit_rate", "prefixes", "reasoning", "tokenizer"), 0)


def drawn(scores, *, usd=None, eligible=None, in_time=None):
    """Draws of three offers `(n, 3)`: their scores, and what the axes say where it matters."""
    low = np.array(scores, dtype=float)
    flat = np.ones_like(low)
    quantities = (flat * 100 if usd is None else np.array(usd, dtype=float), flat if in_time is None else np.array(in_time), 2 * flat, flat)
    passes = np.ones(low.shape, dtype=bool) if eligible is None else np.array(eligible)
    values = np.broadcast_to(low, (4, *low.shape))
    return Drawn(np.arange(3), quantities, (values, values), (low, low), passes, np.full((len(low), 4), 0.25))


def test_ranks_are_counted_over_the_draws():
    shares = rank_shares(drawn([[0.9, 0.8, 0.1], [0.9, 0.8, 0.1], [0.8, 0.9, 0.1], [0.9, 0.1, 0.8]]))
    assert shares[:, :3].tolist() == [[0.75, 0.25, 0], [0.25, 0.5, 0.25], [0, 0.25, 0.75]]
    assert shares[:, 3:].sum() == 0


def test_what_fails_takes_no_rank_and_leaves_no_gap():
    shares = rank_shares(drawn([[0.9, 0.8, 0.1]], eligible=[[False, True, True]]))
    assert shares[:, :2].tolist() == [[0, 0], [1, 0], [0, 1]]


def test_a_level_draw_goes_to_the_cheaper():
    assert rank_shares(drawn([[0.8, 0.8, 0.1]], usd=[[20, 10, 10]]))[:, 0].tolist() == [0, 1, 0]


def test_regret_is_told_in_dollars_and_on_every_axis():
    # In one draw of two the second wins: $40 cheaper and with 20 points more in time, of which only those up to the good mark count.
    given = drawn([[0.9, 0.8, 0.1], [0.5, 0.8, 0.1]], usd=[[100, 50, 9], [100, 60, 9]], in_time=[[0.8, 0.9, 0.5], [0.8, 1.0, 0.5]])
    found = certainty_of(make_case(), given, held=0)
    assert found.regret.tolist() == pytest.approx([20, 0.075, 0, 0])
    assert regrets(found) == ["costs $20.00 a month more", "has 7.5 points fewer replies in time"]
    assert found.runner_up == "acme/cached"


def test_too_close_needs_both_few_draws_and_a_lead_that_changes_sides():
    near = drawn([[0.9, 0.8, 0.1]] * 11 + [[0.8, 0.9, 0.1]] * 9)
    assert certainty_of(make_case(), near, held=0).too_close
    # As few draws are won where nothing passes in the others: that is no close race.
    failing = drawn([[0.9, 0.8, 0.1]] * 20, eligible=[[True] * 3] * 11 + [[False] * 3] * 9)
    found = certainty_of(make_case(), failing, held=0)
    assert (found.too_close, found.fails_share) == (False, pytest.approx(0.45))
    sure = drawn([[0.9, 0.8, 0.1]] * 13 + [[0.8, 0.9, 0.1]] * 7)
    assert not certainty_of(make_case(), sure, held=0).too_close


def test_the_rule_is_in_the_words():
    found = certainty_of(make_case(), drawn([[0.9, 0.8, 0.1]] * 11 + [[0.8, 0.9, 0.1]] * 9), held=0)
    assert too_close(found, {"acme/cached": "Acme Cached"}) == (
        "Too close to call: first in less than 60 % of the draws; in 8 of 10 its lead over Acme Cached is −0.10 to +0.10."
    )
    assert SURE == 0.6


def test_the_value_of_knowing_is_that_of_the_textbook():
    # Two offers level on average whose lead is 0.1 z of the input and 0.05 e of everything else: knowing z gains E max(0, 0.1 z), that is
    # 0.1 times the normal density at 0 (expected value of partial perfect information of a linear model).
    case = make_case({"spreads": {**NOTHING, "volume": 0.2}})
    normals = Groups.of(case.columns).draws()
    noise = 0.05 * normals.output_tokens[:, 0]
    level = np.full(len(noise), 0.5)
    lead = 0.1 * normals.volume[:, 0] + noise
    given = drawn(np.stack([level + lead - lead.mean() + 1e-9, level, level - 1], axis=1))
    found = worth_knowing(case, given.worth, given, places=np.arange(3), groups=Groups.of(case.columns))
    (volume,) = (each for each in found if each.what == "volume")
    assert volume.gain == pytest.approx(0.1 * norm.pdf(0), rel=0.1)
    assert volume.changes_share == pytest.approx(0.5, abs=0.05)
    # Nothing else moves the lead by what is drawn for it.
    assert found[0].what == "volume"
    assert sum(each.gain for each in found[1:]) < 0.2 * volume.gain


def test_chance_is_not_told_as_worth_knowing():
    # The lead has nothing to do with any input: whatever a fit of thirty figures to 256 draws finds there is luck.
    case, level, found = make_case(), np.full(256, 0.5), 0
    for seed in range(20):
        lead = np.random.default_rng(seed).normal(0.0, 0.1, 256)
        given = drawn(np.stack([level + lead - lead.mean(), level, level - 1], axis=1))
        found += len(worth_knowing(case, given.worth, given, places=np.arange(3), groups=Groups.of(case.columns)))
    # Six groups asked about twenty times: one in twenty may pass for more than luck.
    assert found <= 12


def test_each_group_explains_its_own_part():
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(256, 1)), rng.normal(size=(256, 2))
    worth_ = np.concatenate([one, one], axis=1) ** 2 + other
    parts = dict(explained_by([("one", one), ("other", other)], worth_))
    assert parts["one"] == pytest.approx(np.tile(one**2 - (one**2).mean(), 2), abs=1e-3)
    assert parts["other"] == pytest.approx(other - other.mean(axis=0), abs=1e-3)


def test_only_what_is_drawn_is_asked_about():
    assert drawn_inputs(make_case({"spreads": NOTHING})) == ("latency", "terms")
    assert "hit_rate" not in drawn_inputs(make_case())
    assert "hit_rate" in drawn_inputs(make_case({"caching": {"prefix_tokens": 1_000, "hit_rate": 0.5}}))


def test_a_deepened_study_says_how_sure_it_is():
    answer = chatbot().recommendation
    found = answer.certainty
    assert found is not None
    at = found.ids.index(answer.choice)
    assert found.rank_share[at, 0] == pytest.approx(answer.confidence)
    assert {offer: share for offer, share in zip(found.ids, found.rank_share[:, 0], strict=True) if share} == pytest.approx(
        answer.win_share
    )
    assert found.rank_share[:, 0].sum() <= 1 + 1e-9
    assert (found.rank_share.sum(axis=1) <= 1 + 1e-9).all()
    assert found.regret[0] == pytest.approx(answer.regret_usd)


def close_call():
    """Two offers of the real catalogue that share the draws."""
    from report.studies import ON, catalogue

    from framework.presets import presets

    preset = presets()["rag"]
    return deepen(study(preset.workload, preset.priorities, catalogue(real=True), ON))


def test_an_input_that_is_not_drawn_holds_nothing():
    sure = made(spreads=NOTHING, context={**PLAIN["context"]})
    assert {each.what for each in holding(sure.case, sure.recommendation)} <= {
        "latency",
        "terms",
        *(f"weights.{a}" for a in ("cost", "latency", "rate_limits", "context_window")),
    }


def test_the_ends_are_what_the_draws_give_with_that_input_held_there():
    found = close_call()
    case, answer = found.case, found.recommendation
    volume = next(each for each in holding(case, answer) if each.what == "volume")
    # By hand: everything drawn as before, the volume at its 10th percentile throughout.
    normals = Groups.of(case.columns).draws()
    low = dataclasses.replace(normals, volume=np.full_like(normals.volume, -END))
    choice = case.columns.index(answer.choice)
    everybody = sensitivity.candidates(case, choice=choice, most=sensitivity.LIKELY_WINNERS)
    by_hand = sensitivity.draw(case, answer.scores, everybody, normals=low)
    assert volume.low_share == pytest.approx((by_hand.positions[by_hand.won] == choice)[by_hand.won >= 0].sum() / sensitivity.DRAWS)
    assert volume.low_share > answer.confidence > volume.high_share
    assert volume.turned > 0.1


def test_what_turns_no_draw_is_worth_nothing_and_what_is_worth_most_turns_some():
    found = close_call()
    turned = {each.what: each.turned for each in holding(found.case, found.recommendation)}
    known = found.recommendation.certainty.knowing
    assert known[0].what == max((what for what in turned if not what.startswith("weights.")), key=turned.__getitem__) == "volume"
    for each in known:
        assert each.gain > 0
        assert max(share for what, share in turned.items() if what.split(".")[0] == each.what) > 0


def test_holding_without_a_choice_is_empty():
    assert holding(make_case(), dataclasses.replace(chatbot().recommendation, choice=None)) == ()


def test_what_to_measure_names_a_field_that_exists():
    talk = make_case({"conversation": {"turns": 4}})
    assert "conversation.user_tokens" in measure(talk, "input_tokens")
    assert "tokens.input_mean" in measure(make_case(), "input_tokens")


def test_knowing_that_leads_away_from_another_says_from_whom():
    found = close_call()
    answer, names = found.recommendation, dict(zip(found.columns.ids, found.columns.names, strict=True))
    told = worth(answer.certainty.knowing[0], answer.certainty, answer.choice, names)
    assert told.startswith("it changes the answer from GPT-6.1 Terra in ")
    assert "of the score for $" in told and told.endswith("more a month on average")


def test_certainty_is_part_of_the_answer_only_once_deepened():
    assert made(deep=False).recommendation.certainty is None
    assert isinstance(made().recommendation.certainty, Certainty)

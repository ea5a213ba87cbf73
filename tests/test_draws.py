import numpy as np
import pytest
from axes.builders import NAN

from framework.draws import DRAWS, between, shifted_share, standard_normals, weight_draws


def test_the_same_seed_gives_the_same_draws():
    standard_normals.cache_clear()
    first = standard_normals(offers=3, tokenizers=2, models=2, providers=2)
    standard_normals.cache_clear()
    again = standard_normals(offers=3, tokenizers=2, models=2, providers=2)
    assert all(np.array_equal(getattr(first, name), getattr(again, name)) for name in vars(first))
    assert not np.array_equal(first.volume, standard_normals(offers=3, tokenizers=2, models=2, providers=2, seed=1).volume)


def test_the_shapes_meet_loads_and_offers():
    drawn = standard_normals(offers=3, tokenizers=2, models=2, providers=2)
    assert {drawn.volume.shape, drawn.input_tokens.shape, drawn.output_tokens.shape, drawn.hit_rate.shape, drawn.prefixes.shape} == {
        (DRAWS, 1)
    }
    assert (drawn.latency.shape, drawn.tokenizer.shape) == ((DRAWS, 3), (DRAWS, 2))
    assert (drawn.reasoning.shape, drawn.terms.shape) == ((DRAWS, 2), (DRAWS, 2))
    assert not np.array_equal(drawn.volume, drawn.input_tokens)


def test_an_offer_draws_the_same_however_many_others_there_are():
    few, many = (
        standard_normals(offers=3, tokenizers=2, models=2, providers=2),
        standard_normals(offers=30, tokenizers=9, models=9, providers=4),
    )
    assert np.array_equal(few.latency, many.latency[:, :3])
    assert np.array_equal(few.tokenizer, many.tokenizer[:, :2])
    assert np.array_equal(few.reasoning, many.reasoning[:, :2])
    assert np.array_equal(few.terms, many.terms[:, :2])
    assert np.array_equal(few.volume, many.volume)


def test_nobody_can_write_into_the_draws():
    with pytest.raises(ValueError, match="read-only"):
        standard_normals(offers=3, tokenizers=2, models=2, providers=2).volume[0] = 0


def test_drawn_weights_sum_to_one_around_the_users_and_a_weight_of_nothing_stays_nothing():
    drawn = weight_draws((0.5, 0.3, 0.2, 0.0))
    assert drawn.shape == (DRAWS, 4)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(DRAWS))
    assert (drawn[:, 3] == 0).all()
    # A Dirichlet of concentration 50 has a standard deviation of sqrt(0.25 / 51) = 0.07, its mean over 256 draws one of 0.0044.
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2, 0.0], abs=0.015)
    assert drawn[:, 0].std() == pytest.approx(0.07, abs=0.01)


def test_one_weight_alone_has_nothing_to_wander_to():
    assert weight_draws((1.0, 0.0, 0.0, 0.0)) == pytest.approx(np.tile([1.0, 0, 0, 0], (DRAWS, 1)))


def test_a_share_moves_on_the_logit_scale_and_stays_a_share():
    # 0.7 has odds of 7/3; times e^0.3 = 1.34986 that is 3.14967, which is a share of 0.75902.
    assert shifted_share(0.7, np.array([0.0, 0.3])) == pytest.approx([0.7, 0.75902], abs=1e-5)
    assert shifted_share(0.0, np.array([5.0, -5.0])).tolist() == [0, 0]
    assert shifted_share(1.0, np.array([5.0, -5.0])).tolist() == [1, 1]
    assert np.isnan(shifted_share(NAN, np.array([1.0]))).all()


def test_a_range_is_reached_at_its_fifth_and_ninety_fifth_percentile_and_not_left():
    z = np.array([-9.0, -1.6448536269514722, -0.8224268134757361, 0.0, 0.8224268134757361, 9.0])
    assert between(np.array(1.0), np.array(2.0), np.array(4.0), z=z) == pytest.approx([1, 1, 1.5, 2, 3, 4])

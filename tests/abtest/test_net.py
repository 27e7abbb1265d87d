"""Same-days tests by the company's own history: memory, lasting gaps, and what a verdict says."""

import numpy as np
import pytest

from kit.abtest.daily import Days
from kit.abtest.history import Pair
from kit.abtest.net import LEAST_GAP, Past, past, pooled_memory, shrunk_net, stretch
from tests.bench.worlds.tests_of_days import World, decided

ONES = np.ones(14)


def series(rng, level=1.0, noise=0.05, days=14):
    return Days(level * (1 + noise * rng.standard_normal(days)), np.ones(days))


def test_stretch_of_correlated_days_by_hand():
    """Three days, r = 0.5: A = 2 (2/3 · 0.5 + 1/3 · 0.25) = 5/6; (1 + 5/6) / (1 - 5/12) = 22/7."""
    assert stretch(0.5, 3) == pytest.approx(22 / 7)
    assert stretch(0.0, 30) == 1.0


def test_pooled_memory_frees_short_windows_of_their_bias():
    """AR(1) of 0.3 in windows of 14 days: the raw mean is about 0.14, by first-order theory.

    That is 0.3 - (1 + 4 × 0.3) / 14; the correction of what is seen gives back two thirds of it.
    """
    rng = np.random.default_rng(1)
    gaps = rng.standard_normal((400, 14))
    for day in range(1, 14):
        gaps[:, day] = 0.3 * gaps[:, day - 1] + np.sqrt(1 - 0.09) * gaps[:, day]
    rest = gaps - gaps.mean(axis=1, keepdims=True)
    raw = ((rest[:, 1:] * rest[:, :-1]).sum(axis=1) / (rest**2).sum(axis=1)).mean()
    assert raw == pytest.approx(0.3 - 2.2 / 14, abs=0.03)
    assert pooled_memory(gaps) == pytest.approx(raw + (1 + 3 * raw) / 14)


def test_history_tells_how_far_like_plans_differ_for_good():
    rng = np.random.default_rng(2)
    gaps = np.exp(0.05 * rng.standard_normal(60))
    found = past([Pair("c", series(rng, days=84), series(rng, gap, days=84)) for gap in gaps], 14)
    assert found is not None and found.pairs == 60 and found.windows == 360
    assert np.sqrt(found.lasting) == pytest.approx(0.05, rel=0.25)
    alike = past([Pair("c", series(rng, days=84), series(rng, days=84)) for _ in range(60)], 14)
    assert alike is not None and np.sqrt(alike.lasting) == pytest.approx(LEAST_GAP, abs=0.006)
    assert past([], 14) is None


def test_few_pairs_are_taken_at_the_cautious_side():
    rng = np.random.default_rng(3)
    pairs = [Pair("c", series(rng, days=84), series(rng, 1.05, days=84)) for _ in range(6)]
    few, many = past(pairs, 14), past(pairs * 4, 14)
    assert few is not None and many is not None and few.lasting > 1.3 * many.lasting


def test_a_lasting_gap_is_taken_off_where_plans_differ_and_left_where_they_do_not():
    """20 % before and 20 % during: with unlike plans nothing is left, with like ones nearly all."""
    rng = np.random.default_rng(4)
    before = series(rng, days=28, noise=0.01), series(rng, 1.2, days=28, noise=0.01)
    during = series(rng, noise=0.01), series(rng, 1.2, noise=0.01)
    unlike = shrunk_net(before, during, Past(0, 0.1**2, 100, 100))
    like = shrunk_net(before, during, Past(0, 1e-8, 100, 100))
    assert abs(unlike.effect) < 0.01 and unlike.decision == "no_clear_difference"
    assert like.effect == pytest.approx(0.2, abs=0.02)


def test_without_days_before_the_lasting_gap_is_part_of_the_error():
    """By hand: with no day noise to speak of the error is the lasting gap's own, 5 %."""
    rng = np.random.default_rng(5)
    found = shrunk_net(
        None, (series(rng, noise=1e-4), series(rng, 1.08, noise=1e-4)), Past(0, 0.05**2, 100, 100)
    )
    assert found.se == pytest.approx(0.05, rel=0.01)
    assert found.decision == "no_clear_difference"


@pytest.mark.parametrize("gap", [0.0, 0.05, 0.1])
def test_plans_that_always_differed_are_no_winners(gap):
    """600 tests of nothing, 14 days, 28 before; two standard errors (1.8 %) over 5 % allowed."""
    found = decided(World(gap=gap), 7, 600)
    assert found["net"].mean() < 0.068
    assert gap == 0 or found["plain"].mean() > 0.15


def test_a_true_effect_is_found_more_often_than_by_the_double_test():
    found = decided(World(lift=0.08), 8, 600)
    assert found["net"].mean() > 0.66
    assert found["net"].mean() > found["plain"].mean() + 0.08

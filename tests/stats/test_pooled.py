"""Variances pooled over a team: by hand, and in simulated sums whose variance is known."""

import numpy as np
import pytest

from kit.stats import pooled

DAYS, PEOPLE = 30, 14


def rows(rng, orders, psi=0.0):
    """Daily sums of counted orders, one point each, and day noise of variance psi a day."""
    counts = rng.poisson(np.asarray(orders)[:, None] / DAYS, (len(orders), DAYS))
    days = counts + np.sqrt(psi) * rng.standard_normal((len(orders), DAYS))
    return days - days.mean(axis=1, keepdims=True)


def test_orders_of_one_point_vary_by_their_number_and_contrasts_add_up():
    """By hand: 100 orders of half a point have variance 25; a difference of two has the sum."""
    one = pooled.sampling(np.array([0.5, 1.0]), np.array([100.0, 36.0]))
    assert one.variance.tolist() == [25, 36] and one.third.tolist() == [12.5, 36]
    both = one.of(np.array([[1.0, -1.0]]))
    assert both.variance.tolist() == [61] and both.third.tolist() == [12.5 - 36]


def test_the_pooled_variance_is_that_of_poisson_orders():
    orders = np.linspace(60, 900, PEOPLE)
    rng = np.random.default_rng(3)
    found = np.mean(
        [pooled.level(rows(rng, orders), orders, orders, DAYS - 1) for _ in range(60)], axis=0
    )
    assert found == pytest.approx(orders / DAYS, rel=0.12)


def test_who_had_no_large_day_is_not_the_surest():
    """One row's own variance is a tenth of the others': it gets the team's."""
    rng = np.random.default_rng(4)
    rest = rows(rng, np.full(PEOPLE, 300.0))
    rest[0] *= 0.1**0.5
    size = np.full(PEOPLE, 300.0)
    found = pooled.level(rest, size, size, DAYS - 1)
    assert found[0] >= 0.8 * np.median(found)


def test_three_people_keep_their_own_variances():
    """By hand: sums of squares 2, 8 and 18 over one degree of freedom."""
    rest = np.array([[1.0, -1], [2, -2], [3, -3]])
    nothing = pooled.Sampling(np.ones(3), np.ones(3))
    found = pooled.cut(rest, nothing, nothing, 1)
    assert found.plain.tolist() == [2, 8, 18] and found.taken.tolist() == [0, 0, 0]


def test_a_single_huge_day_is_cut_and_told():
    rng = np.random.default_rng(5)
    rest = rows(rng, np.full(PEOPLE, 300.0))
    rest[2, 7] += 60.0
    rest[2] -= rest[2].mean()
    size = pooled.sampling(np.ones(PEOPLE), np.full(PEOPLE, 300.0))
    found = pooled.cut(rest, size, size, DAYS - 1)
    assert found.taken[2] == max(found.taken) > 30
    assert abs(np.delete(found.taken, 2)).max() < 10

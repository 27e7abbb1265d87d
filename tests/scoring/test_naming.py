"""Naming, chances of grades and exact targets in simulated months whose truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from kit.scoring import naming
from kit.scoring.at_target import expected
from kit.scoring.orders import weight
from tests.bench.worlds import scores

HEAVY = scores.World(kind="lognormal 1.5", orders=6)


def named(world, seed, teams):
    rng = np.random.default_rng(seed)
    return np.array([scores.standings(scores.scored(world, rng)) for _ in range(teams)])


def test_of_equals_with_heavy_tails_hardly_anybody_is_named():
    """The rule before named somebody in 40 % of such months; 40 teams, two errors allowed."""
    assert (named(HEAVY, 1, 40) != "level").any(axis=1).mean() <= 0.06 + 2 * 0.0375


def test_who_sells_half_as_much_again_is_named():
    world = replace(HEAVY, orders=18, better=0.5)
    assert (named(world, 2, 30)[:, -1] == "above").mean() >= 0.8 - 2 * 0.073


def test_intervals_hold_the_truth_with_heavy_tails():
    """80 to 85 % before; 420 people."""
    rng = np.random.default_rng(3)
    true = scores.meant(HEAVY, np.ones(1))[0]
    held = []
    for _ in range(30):
        month = scores.scored(HEAVY, rng)
        one = np.nansum(month.used * month.found.points, axis=1)
        held.append(np.abs(one - true) <= 2.05 * month.doubt.se)
    assert np.mean(held) >= 0.92


def test_a_contrast_is_one_less_the_mean_of_the_others():
    """By hand: 9 against the mean of 3 and 6; who has no total stands outside."""
    away = naming.contrasts(np.array([True, True, False, True]))
    assert away @ [9.0, 3, 100, 6] == pytest.approx([4.5, -4.5, 0, 0])


def test_an_order_weighs_what_its_share_of_the_points_is():
    """A point more per yuan of sales is an order's value; CTR does not hang on orders."""
    month = scores.scored(scores.World(), np.random.default_rng(4))
    pull = np.zeros(month.used.shape)
    pull[:, 0] = 1.0  # one point per yuan of sales: an order is worth its value
    found = weight(month.data, month.found, pull, month.scheme)
    value = month.data.total["revenue"] / month.data.total["orders"]
    assert found == pytest.approx(value)
    pull[:, 0] = 0
    pull[:, 3] = 1e3  # ctr
    assert weight(month.data, month.found, pull, month.scheme).tolist() == [0] * 14


def test_exact_targets_print_what_simulation_says():
    world = scores.World(level=1.0, orders=6)
    rng = np.random.default_rng(5)
    told, true = [], []
    for _ in range(40):
        month = scores.scored(world, rng)
        orders = month.data.total["orders"]
        told.append(expected(month.scheme, month.found, month.used, orders).mean())
        true.append(np.nansum(month.used * month.found.points, axis=1).mean())
    error = np.std(true) / 40**0.5
    assert np.mean(told) == pytest.approx(np.mean(true), abs=1 + 2 * error)
    assert np.mean(true) < 97  # noise alone costs points


def test_chances_of_grades_are_true_as_often_as_told():
    """People whose chance of some grade is told above 90 %: 80 % were right before."""
    world = scores.World(spread=0.15, level=0.85, orders=6)
    rng = np.random.default_rng(6)
    told, true = [], []
    for _ in range(25):
        rates = scores.truth(world, rng)
        month = scores.graded(scores.facts(world, rng, rates), world, draws=300)
        low = scores.meant(world, rates) < 70
        told.append(month.doubt.grades[:, -1])
        true.append(low)
    told, true = np.concatenate(told), np.concatenate(true)
    sure = told > 0.9
    assert abs(told[sure].mean() - true[sure].mean()) <= 0.05 + 2 * (0.09 / sure.sum()) ** 0.5

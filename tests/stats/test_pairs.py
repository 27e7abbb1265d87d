"""Errors of differences: identities, and false claims counted in simulated teams of equals."""

import numpy as np
import pytest
from scipy import special, stats

from kit.stats import ewc, pairs
from kit.stats.multiple import bh, holm


def days(rng, people, n, memory, noise=(1.0,), shared=0.0):
    """People of one true level; memory and noise repeat over people, a shared shock for all."""
    rho = np.resize(memory, people)
    draws = rng.normal(size=(people + 1, n))
    x = np.empty((people + 1, n))
    x[:, 0] = draws[:, 0]
    rho = np.append(rho, 0.5)
    for t in range(1, n):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * draws[:, t]
    return x[:-1] * np.resize(noise, people)[:, None] + shared * x[-1]


def test_two_people_stand_on_plain_ewc():
    """By the other road: EWC of the series of differences."""
    x = days(np.random.default_rng(1), 2, 30, [0.3])
    se, df = pairs.pair_errors(pairs.team(x))
    plain, plain_df = ewc.sum_error(x[:1] - x[1:])
    assert (se[0, 1], df) == (pytest.approx(plain[0]), pytest.approx(plain_df[0]))


def test_shared_shocks_cancel():
    rng = np.random.default_rng(2)
    x = days(rng, 6, 30, [0.0])
    calm, _ = pairs.pair_errors(pairs.team(x))
    shaken, _ = pairs.pair_errors(pairs.team(x + 50 * rng.normal(size=30)))
    np.testing.assert_allclose(shaken, calm, rtol=1e-9)


def test_a_pair_is_a_contrast():
    x = days(np.random.default_rng(3), 5, 30, [0.2])
    people = pairs.team(x)
    one, df = pairs.contrast_errors(people, np.array([[0, 1, 0, -1, 0.0]]))
    every, same = pairs.pair_errors(people)
    assert (one[0], df) == (pytest.approx(every[1, 3]), same)


def test_agreeing_people_lend_degrees_of_freedom():
    lone = pairs.team(days(np.random.default_rng(4), 2, 30, [0.0]))
    many = pairs.team(days(np.random.default_rng(4), 20, 30, [0.0]))
    assert lone.prior_df == 0 and many.prior_df > 4


def test_the_inverse_of_trigamma_is_one():
    assert special.polygamma(1, pairs.trigamma_inverse(0.37)) == pytest.approx(0.37)


@pytest.mark.slow
@pytest.mark.parametrize("memory", [(0.0,), (0.3,), (0.5,), (0.0, 0.5)])
def test_equal_people_are_seldom_told_apart(memory):
    """Few claims are false.

    1,000 months of 14 equals, noise 1 to 6, shared shocks: claims per pair and per team, and
    whether anybody stands above or below the mean of the others; two simulation errors allowed.
    """
    rng = np.random.default_rng(5)
    upper = np.triu_indices(14, 1)
    claims = []
    away = (np.eye(14) - 1 / 14) * 14 / 13
    named = []
    for _ in range(1000):
        x = days(rng, 14, 30, memory, (1, 3, 0.5), shared=1.0)
        team = pairs.team(x)
        error, free = pairs.contrast_errors(team, away)
        p = 2 * stats.t.sf(np.abs(away @ x.sum(axis=1)) / error, free)
        named.append((bh(p) <= 0.05).any())
        se, df = pairs.pair_errors(team)
        gap = np.abs(x.sum(axis=1)[:, None] - x.sum(axis=1))[upper] / se[upper]
        claims.append(holm(2 * stats.t.sf(gap, df)) <= 0.05)
    claims = np.array(claims)
    assert claims.mean() <= 0.005
    assert claims.any(axis=1).mean() <= 0.05
    assert np.mean(named) <= 0.05 + 2 * 0.0069


@pytest.mark.parametrize(("people", "days"), [(0, 30), (1, 1), (5, 1), (3, 2)])
@pytest.mark.filterwarnings("error")
def test_too_few_people_or_days_warn_of_nothing(people, days):
    """A single day has no error of its own; nobody is no mean of nothing."""
    rng = np.random.default_rng(5)
    few = pairs.team(rng.normal(size=(people, days)))
    se, df = pairs.contrast_errors(few, np.eye(people))
    assert se.shape == (people,) and np.isnan(se).all() == (days == 1 or not people) and df >= 0

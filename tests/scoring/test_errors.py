"""Errors of raters beside those of days: against SciPy, and by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from kit.scoring import errors, naming
from kit.stats import pairs

RATINGS = np.array([[4.0, 3, 5, 4, 2], [3.0, 3, 4, 5, 1]])  # of two people by the same five raters
PARTS = (RATINGS - RATINGS.mean(axis=1, keepdims=True)) / 5  # a rater's part in the mean


def test_the_error_of_a_mean_of_raters_is_scipys():
    se, df = errors._rater_error(PARTS)
    assert se == pytest.approx(stats.sem(RATINGS, axis=1)) and df.tolist() == [4, 4]


def test_a_lone_rater_borrows_the_variance_of_the_others():
    """By hand: parts ±1 of two raters have variance 2 / 1 × 2 = 4; with none there is none."""
    se, df = errors._rater_error(np.array([[1.0, -1.0, 0], [0, 0, 3.0]]))
    assert se.tolist() == [2, 2] and df.tolist() == [1, 1]
    assert errors._rater_error(np.zeros((2, 3)))[0].tolist() == [0, 0]


def test_two_errors_add_as_welch_and_satterthwaite_say():
    """By hand: 3 and 4 make 5; 25² / (81 / 9 + 256 / 4) = 625 / 73. Equal ones double df."""
    se, df = errors._added(np.array([3.0, 2.0]), np.array([9, 5]), np.array([4.0, 2.0]), [4, 5])
    assert se == pytest.approx([5, 8**0.5]) and df == pytest.approx([625 / 73, 10])


def test_two_people_rated_by_the_same_raters_are_compared_rater_by_rater():
    """Without days that vary it is SciPy's paired t test of the ratings."""
    nothing = SimpleNamespace(owned=np.zeros((2, 30), bool), calendar=np.zeros((30, 0)))
    still = np.zeros((2, 30))
    spread, df = errors._pairs(nothing, still, np.zeros(2), np.ones(2), PARTS)
    paired = stats.ttest_rel(*RATINGS)
    gap = RATINGS[0].mean() - RATINGS[1].mean()
    assert gap / spread[0, 1] == pytest.approx(paired.statistic)
    assert df[0, 1] == pytest.approx(paired.df)


def test_of_two_people_each_is_compared_with_the_other():
    """The mean of the others is then the other one: the same p as that of the pair."""
    daily = np.random.default_rng(6).normal(size=(2, 30))
    calendar = np.zeros((30, 0))
    work = naming.Work(daily, calendar, np.zeros(2), np.zeros(2))
    none = np.zeros(2), np.ones(2)  # errors that days do not explain
    gap, p = naming.versus(work, np.array([80.0, 70.0]), none)
    spread, df = pairs.pair_errors(pairs.team(daily, calendar))
    assert gap.tolist() == [10, -10]
    assert p == pytest.approx(2 * stats.t.sf(10 / spread[0, 1], df), rel=1e-9)
    gap, p = naming.versus(work, np.array([80.0, np.nan]), none)
    assert np.isnan(p).all() and gap[0] == 0


def test_a_pair_is_compared_by_any_error_above_zero_and_by_none_without():
    """By hand: 1 over an error of 0.5 is t = 2; the third person's differences have no error."""
    gap = np.array([[0.0, 1, 5], [-1, 0, 4], [-5, -4, 0]])
    spread = np.array([[0.0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]])
    p = errors.compared(gap, spread, np.full((3, 3), 29.0))
    assert p[0, 1] == p[1, 0] == pytest.approx(2 * stats.t.sf(2, 29))
    assert np.isnan(p[2, :2]).all() and np.isnan(p[:2, 2]).all()

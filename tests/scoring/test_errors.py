"""Errors of raters beside those of days: against SciPy, and by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit.scoring import chances, errors, floors, naming
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
    work = naming.Work(daily, np.ones(daily.shape, int), calendar, np.zeros(2), np.zeros(2))
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


def _graded(**more):
    """Five totals far apart for their errors of 2, so that nothing is drawn toward the middle."""
    lines = zip("ABCD", (90, 80, 70, 0), strict=True)
    scheme = SimpleNamespace(
        grades=[SimpleNamespace(grade=g, min=m) for g, m in lines],
        core_floor=None,
        rounding=SimpleNamespace(total=0.1),
    )
    totals = {"A": 99.0, "B": 81.0, "C": 75.0, "D": 20.0, "E": np.nan}
    rows = pd.DataFrame({"total": totals, "printed": totals, "se": 2.0})
    rows = rows.assign(grade=[*"ABCD", ""])
    return scheme, rows.assign(**more)


def test_the_chance_of_the_same_grade_again_has_both_months_errors():
    """By hand: 81.0 is B from 79.95 to 89.95; this month and the next err by 2 each, so by 2√2."""
    same = chances.again(*_graded())
    wide = 8**0.5
    hand = stats.norm.cdf(8.95 / wide) - stats.norm.cdf(-1.05 / wide)
    assert same[1] == pytest.approx(hand, abs=0.03)  # 0.64: the prior's pull is 0.3 points
    assert same[0] > 0.99 and same[3] == 1 and np.isnan(same[4])


def test_who_is_capped_keeps_the_cap_whatever_better_grade_the_total_would_have():
    """A total of 99 capped at C stays C unless it falls under 69.95."""
    same = chances.again(*_graded(grade=["C", "B", "C", "D", ""]))
    assert same[0] == pytest.approx(1, abs=1e-6)


def test_another_likely_grade_stands_beside_one_that_has_under_two_thirds():
    scheme, _ = _graded()
    row = {"grade": "B", "p_A": 0.1, "p_B": 0.5, "p_C": 0.4, "p_D": 0.0}
    assert chances.likely_other(scheme, row) == "C"
    assert chances.likely_other(scheme, row | {"p_B": 0.66, "p_C": 0.24}) == ""
    assert chances.likely_other(scheme, row | {"grade": ""}) == ""


@pytest.mark.parametrize(
    "given, other",
    [
        ({"p_A": 0.8, "p_B": 0.1, "p_C": 0.1}, "A"),  # the given grade is not the likely one
        ({"p_A": 0.36, "p_B": 0.34, "p_C": 0.3}, "A"),
        ({"p_A": 0.2, "p_B": 0.6, "p_C": 0.2}, ""),  # a third as likely: no other is to be named
        ({"p_A": 0.16, "p_B": 0.48, "p_C": 0.36}, "C"),  # three quarters as likely
        ({"p_A": 0.17, "p_B": 0.48, "p_C": 0.35}, ""),
    ],
)
def test_another_grade_is_named_only_where_it_is_about_as_likely_as_the_given(given, other):
    row = {"grade": "B", "p_D": 0.0} | given
    assert chances.likely_other(_graded()[0], row) == other


def test_a_core_indicator_is_under_its_floor_for_sure_only_by_its_interval():
    """By hand: 1.2816 errors of 5 / .5 = 10 lift 45 points to 57.8 and 55 to 67.8, beyond 60."""
    core, other = SimpleNamespace(group="core"), SimpleNamespace(group="other")
    scheme = SimpleNamespace(
        core_floor=SimpleNamespace(points=60.0),
        indicators={"sales": core, "roi": core, "cac": core, "ctr": other},
    )
    rows = pd.DataFrame(
        {
            "indicator": ["sales", "roi", "ctr", "cac"],
            "points": [45.0, 55.0, 10.0, 30.0],
            "weight_used": [0.5, 0.5, 0.5, 0.0],
            "contribution_se": [5.0, 5.0, 5.0, 0.0],
        }
    )
    found = floors.under(scheme, rows).set_index("indicator")
    assert found["high"].to_dict() == pytest.approx(
        {"sales": 57.816, "roi": 67.816, "cac": 30}, abs=1e-3
    )
    assert found["sure"].to_dict() == {"sales": True, "roi": False, "cac": True}

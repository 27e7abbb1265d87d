"""Independent units against scipy, statsmodels and plain least squares, to 1e-9."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import ttost_ind

from kit.abtest import many, money
from kit.abtest.sums import cuped, functional, line, ratio_delta, sums_given, sums_of
from kit.abtest.users import (
    Arm,
    Counts,
    arm_of,
    exact_or_pooled,
    fisher,
    newcombe,
    sample_ratio,
    two_proportions,
    welch,
)
from kit.errors import FormulaError

COUNTS = st.tuples(st.integers(1, 400), st.integers(1, 400)).map(lambda x: (min(x), sum(x)))


@given(COUNTS, COUNTS)
def test_two_proportions_agree_with_statsmodels(control, treatment):
    got = two_proportions(Counts(*control), Counts(*treatment))
    z, p = proportions_ztest([treatment[0], control[0]], [treatment[1], control[1]])
    assert got.statistic == pytest.approx(z, abs=1e-9) and got.p_value == pytest.approx(p, abs=1e-9)
    wald = confint_proportions_2indep(*treatment, *control, method="wald")
    assert (got.wald_low, got.wald_high) == pytest.approx(wald, abs=1e-9)


def test_newcombe_interval_agrees_with_statsmodels():
    # statsmodels rounds z to 1.96 nowhere: both use the Wilson limits of each rate
    want = confint_proportions_2indep(56, 70, 48, 80, method="newcomb")
    assert newcombe(Counts(48, 80), Counts(56, 70)) == pytest.approx(want, abs=1e-9)


def test_an_arm_without_success_has_no_relative_effect():
    got = two_proportions(Counts(0, 500), Counts(9, 500))
    assert got.rel_effect is None and got.rel_low is None and got.p_value < 0.01


@pytest.mark.parametrize("arm", [Counts(-1, 10), Counts(11, 10), Counts(0, 0)])
def test_impossible_counts_are_refused(arm):
    with pytest.raises(FormulaError):
        two_proportions(arm, Counts(1, 10))


def test_few_events_take_the_exact_test():
    got = exact_or_pooled(Counts(1, 60), Counts(7, 60))
    assert got.method == "fisher"
    assert got.p_value == pytest.approx(stats.fisher_exact([[7, 53], [1, 59]])[1], abs=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "method"),
    [
        ((5, 100), (5, 100), "two_proportions"),
        ((4, 100), (5, 100), "fisher"),
        ((2, 40), (20, 400), "fisher"),
        ((97, 100), (96, 100), "fisher"),
        ((50, 100), (60, 100), "two_proportions"),
    ],
)
def test_an_expected_cell_under_five_asks_for_the_exact_test(a, b, method):
    """By hand: successes (or failures, if fewer) times the smaller arm over all users."""
    assert exact_or_pooled(Counts(*a), Counts(*b)).method == method


def test_an_arm_of_nobody_is_refused():
    with pytest.raises(FormulaError):
        welch(Arm(0, 1.0, 1.0), Arm(5, 1.0, 1.0))


def test_fisher_refuses_half_a_user():
    with pytest.raises(FormulaError):
        fisher([[1.5, 2], [3, 4]])


def test_welch_agrees_with_scipy_from_values_and_from_aggregates():
    rng = np.random.default_rng(3)
    a, b = rng.gamma(2, 30, 80), rng.gamma(2, 33, 95)
    want = stats.ttest_ind(b, a, equal_var=False)
    sides = want.confidence_interval()
    for arms in (
        (arm_of(a), arm_of(b)),
        (Arm(80, a.mean(), a.var(ddof=1)), Arm(95, b.mean(), b.var(ddof=1))),
    ):
        got = welch(*arms)
        assert (got.statistic, got.df, got.p_value) == pytest.approx(
            (want.statistic, want.df, want.pvalue), abs=1e-9
        )
        assert (got.ci_low, got.ci_high) == pytest.approx((sides.low, sides.high), abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "why"),
    [([5.0, 5.0, 5.0], [5.0, 5.0], "no_variation"), ([5.0], [4.0, 6.0], "one_unit")],
)
def test_welch_says_why_it_cannot_test(a, b, why):
    got = welch(arm_of(a), arm_of(b))
    assert (got.decision, got.p_value, got.ci_low) == ("no_test", None, None)
    assert got.reason.endswith(why)


def test_direction_changes_the_decision_and_never_the_sign():
    up, down = (
        two_proportions(Counts(100, 2000), Counts(160, 2000), better=b) for b in ("higher", "lower")
    )
    assert up.effect == down.effect > 0
    assert (up.decision, down.decision) == ("treatment_better", "treatment_worse")


def rows(rng, n):
    sessions = 1 + rng.poisson(2, n)
    return {"orders": rng.binomial(sessions, 0.3).astype(float), "sessions": sessions * 1.0}


def test_ratio_from_sums_equals_a_regression_through_the_linearised_rows():
    rng = np.random.default_rng(7)
    arms = rows(rng, 400), rows(rng, 380)
    got = ratio_delta(sums_of(arms[0]), sums_of(arms[1]), "orders", "sessions")
    made = []
    for arm in arms:  # by hand: influence of each user on the ratio, then scipy's Welch
        r = arm["orders"].sum() / arm["sessions"].sum()
        made.append(r + (arm["orders"] - r * arm["sessions"]) / arm["sessions"].mean())
    want = stats.ttest_ind(made[1], made[0], equal_var=False)
    assert (got.p_value, got.df) == pytest.approx((want.pvalue, want.df), abs=1e-9)


def test_revenue_without_squares_is_refused_and_says_what_is_missing():
    with pytest.raises(FormulaError) as refusal:
        sums_given(100, ("revenue",), [5000.0], [[None]])
    assert "squares" in refusal.value.told("en")[0]


def test_contradicting_sums_are_refused():
    with pytest.raises(FormulaError):
        sums_given(10, ("x",), [100.0], [[10.0]])  # a sum of 100 needs squares of 1000 or more


def test_cuped_equals_welch_on_the_residuals_of_a_regression():
    rng = np.random.default_rng(11)
    pre = [rng.gamma(2, 20, 300), rng.gamma(2, 20, 320)]
    y = [5 + 0.8 * p + rng.normal(0, 10, len(p)) for p in pre]
    y[1] = y[1] + 2
    got = cuped(
        *(sums_of({"y": a, "pre": b}) for a, b in zip(y, pre, strict=True)),
        ("y", None),
        ("pre", None),
    )
    slope = sm.OLS(np.concatenate(y), sm.add_constant(np.concatenate(pre))).fit().params[1]
    want = stats.ttest_ind(
        *(a - slope * b for a, b in zip(y[::-1], pre[::-1], strict=True)), equal_var=False
    )
    assert got.theta == pytest.approx(slope, abs=1e-9)
    assert got.adjusted.p_value == pytest.approx(want.pvalue, abs=1e-9)
    assert got.adjusted.se < 0.7 * got.plain.se


def test_cuped_without_variation_before_changes_nothing():
    got = cuped(
        *(sums_of({"y": v, "pre": [1.0] * 4}) for v in ([1, 2, 3, 5], [2, 4, 4, 7])),
        ("y", None),
        ("pre", None),
    )
    assert got.adjusted == got.plain and got.variance_ratio is None


def test_a_ratio_without_denominator_is_refused():
    with pytest.raises(FormulaError):
        line(sums_of({"x": [1.0, 2.0], "y": [0.0, 0.0]}), "x", "y")


def test_the_mean_of_a_functional_is_the_mean_of_the_rows():
    sums = sums_of({"x": [1.0, 4.0, 7.0], "y": [2.0, 2.0, 5.0]})
    rows_ = np.array([1 - 4.0, 4 - 4.0, 7 - 10.0])  # x - 2y by hand
    got = functional(sums, {"x": 1, "y": -2})
    assert (got.mean, got.variance) == pytest.approx((rows_.mean(), rows_.var(ddof=1)))


def test_sample_ratio_agrees_with_scipy():
    want = stats.chisquare([700, 340], [1040 * 2 / 3, 1040 / 3])
    assert sample_ratio([700, 340], [2, 1]) == pytest.approx(tuple(want), abs=1e-9)


@pytest.mark.parametrize(
    ("seen", "share"),
    [([5], [1]), ([5, 5], [1, 0]), ([0, 0], [1, 1]), ([5, -5], [1, 1]), ([5, 5, 5], [1, 1])],
)
def test_impossible_splits_are_refused(seen, share):
    with pytest.raises(FormulaError):
        sample_ratio(seen, share)


def test_strata_agree_with_statsmodels():
    arms = [((30, 300), (45, 320)), ((12, 200), (20, 180)), ((50, 90), (40, 80))]
    got = many.strata([(Counts(*c), Counts(*t)) for c, t in arms])
    tables = [np.array([[t[0], t[1] - t[0]], [c[0], c[1] - c[0]]]) for c, t in arms]
    want = StratifiedTable(tables)
    test = want.test_null_odds(correction=False)
    assert got.common_odds_ratio == pytest.approx(want.oddsratio_pooled, abs=1e-9)
    assert (got.chi2, got.p_value) == pytest.approx((test.statistic, test.pvalue), abs=1e-9)


@pytest.mark.parametrize(
    ("gaps", "whole", "turned"),
    [
        ([0.1, 0.2], -0.1, True),
        ([0.1, -0.2], -0.1, False),
        ([0.1, 0.2], 0.1, False),
        ([0.1, 0.0], -0.1, False),
    ],
)
def test_a_reversal_needs_every_stratum_against_the_whole(gaps, whole, turned):
    assert many.reversal(gaps, whole) is turned


def test_equivalence_agrees_with_statsmodels():
    rng = np.random.default_rng(2)
    a, b = rng.normal(80, 30, 150), rng.normal(81, 20, 170)
    test = welch(arm_of(a), arm_of(b))
    got = many.equivalent(test.effect, test.se, 8.0, df=test.df)
    assert got.p_value == pytest.approx(ttost_ind(b, a, -8, 8, usevar="unequal")[0], abs=1e-9)


@pytest.mark.parametrize(
    ("effect", "said"),
    [(-0.001, "non_inferior"), (-0.03, "inferior"), (-0.008, "not_shown_non_inferior")],
)
def test_non_inferiority_has_three_outcomes(effect, said):
    assert many.non_inferior(effect, 0.002, 0.01).decision == said


def test_a_margin_of_nothing_is_refused():
    with pytest.raises(FormulaError):
        many.non_inferior(0.1, 0.01, 0.0)


def test_interaction_by_hand():
    # effects 1 and 3 with errors 1: mean 2, Q = 1 + 1, df 1
    got = many.interaction([1, 3], [1, 1])
    assert (got.chi2, got.p_value) == pytest.approx((2, stats.chi2.sf(2, 1)))
    assert many.interaction([1], [1]) is None


def test_money_by_hand():
    # 2 yuan a user, half of it margin, 1,000 users, 300 yuan cost: 700
    value = money.decision_value(
        welch(Arm(50, 10, 4), Arm(50, 12, 4)), gross_margin=0.5, audience=1000, extra_cost=300
    )
    assert (value.profit, value.break_even_effect) == pytest.approx((700, 0.6))
    assert value.ci_low < 700 < value.ci_high and 0 < value.expected_loss < 1


def test_posterior_agrees_with_draws():
    rng = np.random.default_rng(5)
    a, b = rng.beta(21, 181, 400_000), rng.beta(29, 173, 400_000)
    got = money.beta_binomial(Counts(20, 200), Counts(28, 200))
    assert got.prob_treatment_better == pytest.approx((b > a).mean(), abs=0.003)
    assert got.expected_loss_if_choose_treatment == pytest.approx(
        np.maximum(a - b, 0).mean(), abs=3e-5
    )

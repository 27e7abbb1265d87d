"""Where scipy or statsmodels has the same method, ours gives its figures to 1e-9.

Here the methods that no other file compares; elsewhere: pooled z, Wald, Newcombe, Fisher, Welch,
delta method, CUPED, sample ratio, Mantel–Haenszel, TOST (test_users), paired t, Welch on days,
Wilcoxon (test_daily), power and size of means (test_design).
"""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats import proportion
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower

from kit.abtest import design, many
from kit.abtest.daily import days_of, overdispersed
from kit.abtest.users import Arm, Counts, two_proportions, welch

A = Counts(240, 6000)
B = Counts(297, 6100)
C = Counts(251, 5900)


def near(ours, theirs):
    assert np.asarray(ours, float) == pytest.approx(np.asarray(theirs, float), abs=1e-9)


def test_relative_interval_of_two_shares():
    ours = two_proportions(A, B)
    theirs = proportion.confint_proportions_2indep(
        B.successes, B.n, A.successes, A.n, compare="ratio", method="log"
    )
    near((1 + ours.rel_low, 1 + ours.rel_high), theirs)


def test_chi_square_of_several_arms():
    found = many.any_difference([A, B, C])
    table = [[x.successes, x.n - x.successes] for x in (A, B, C)]
    theirs = stats.chi2_contingency(table, correction=False)
    near((found.chi2, found.df, found.p_value), (theirs.statistic, theirs.dof, theirs.pvalue))


def test_holm_over_several_arms():
    found = many.best_arm(A, {"B": B, "C": C})
    raw = [proportion.proportions_ztest([x.successes, A.successes], [x.n, A.n])[1] for x in (B, C)]
    near([*found.p_values.values()], raw)
    near([*found.adjusted.values()], multipletests(raw, method="holm")[1])


def test_dunnett_over_several_arms():
    rng = np.random.default_rng(4)
    control, one, two = rng.normal([[10], [10.5], [11]], 2, (3, 40))
    found = many.dunnett(control, {"one": one, "two": two})
    theirs = stats.dunnett(one, two, control=control, rng=np.random.default_rng(20250630))
    near([*found.p_values.values()], theirs.pvalue)


def test_non_inferiority_of_two_shares():
    test = two_proportions(A, C)
    theirs = proportion.test_proportions_2indep(
        C.successes, C.n, A.successes, A.n, value=-0.005, method="wald", alternative="larger"
    )
    found = many.non_inferior(test.effect, test.se, 0.005)
    near((found.statistic, found.p_value), (theirs.statistic, theirs.pvalue))


def test_equivalence_of_two_means_from_aggregates():
    test = welch(Arm(150, 80.0, 900.0), Arm(170, 81.0, 400.0))
    found = many.equivalent(test.effect, test.se, 8.0, df=test.df)
    sides = [stats.t.sf((8.0 + sign * test.effect) / test.se, test.df) for sign in (1, -1)]
    near(found.p_value, max(sides))


def test_do_segments_differ():
    effects = [0.1, 0.3, -0.05]
    errors = [0.08, 0.1, 0.07]
    theirs = combine_effects(np.array(effects), np.square(errors)).test_homogeneity()
    found = many.interaction(effects, errors)
    near((found.chi2, found.p_value), (theirs.statistic, theirs.pvalue))


def test_overdispersed_daily_rates():
    rng = np.random.default_rng(20)
    size = rng.poisson(10_000, (2, 10)).astype(float)
    clicks = np.round(size * 0.03 * np.exp(rng.normal(0, 0.1, (2, 10))))
    found = overdispersed(*(days_of(x, n) for x, n in zip(clicks, size, strict=True)))
    arm = sm.add_constant(np.repeat([0.0, 1.0], 10))
    model = sm.GLM(
        np.concatenate(clicks / size),
        arm,
        family=sm.families.Binomial(),
        var_weights=np.concatenate(size),
    ).fit(scale="X2", tol=1e-14)
    p = 2 * stats.t.sf(abs(model.params[1] / model.bse[1]), 18)
    near((found.dispersion, found.log_odds_ratio, found.p_value), (model.scale, model.params[1], p))


def test_power_of_two_shares():
    theirs = proportion.power_proportions_2indep(  # one side: R and we leave the far tail out
        0.008, 0.04, 8000, alpha=0.025, alternative="larger"
    )
    near(design.power_proportions(0.04, 0.048, 8000), theirs.power)


@pytest.mark.parametrize("two_sided", [True, False])
def test_power_and_size_of_two_means(two_sided):
    side = "two-sided" if two_sided else "larger"
    theirs = TTestIndPower()
    near(
        design.power_mean(4, 10, 60, two_sided=two_sided),
        theirs.power(0.4, 60, 0.05, alternative=side),
    )
    n = design.units_mean(6, 20, two_sided=two_sided)
    near(theirs.power(0.3, n, 0.05, alternative=side), 0.8)
    found = design.mde_mean(120, 20, two_sided=two_sided)
    near(theirs.power(found / 20, 120, 0.05, alternative=side), 0.8)

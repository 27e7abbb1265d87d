"""Days as units against statsmodels, resampling and figures by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.stattools import acf

from kit.abtest.daily import (
    Days,
    days_of,
    different_days,
    jackknife_error,
    lag_one,
    linearised,
    net_of_before,
    overdispersed,
    paired_days,
    pooled_p,
    wilcoxon,
    with_twin,
)
from kit.errors import FormulaError
from kit.stats.ewc import mean_error


def arms(seed, days, lift=1.0, noise=0.1, rho=0.0):
    rng = np.random.default_rng(seed)
    shocks = rng.normal(0, noise, (2, days))
    for t in range(1, days):
        shocks[:, t] = rho * shocks[:, t - 1] + np.sqrt(1 - rho**2) * shocks[:, t]
    seen = rng.poisson(10_000, (2, days)).astype(float)
    rate = 0.03 * np.array([[1.0], [lift]]) * np.exp(shocks)
    return [Days(rng.binomial(seen[i].astype(int), rate[i]).astype(float), seen[i]) for i in (0, 1)]


def test_pairing_without_denominator_is_scipys_paired_t():
    a, b = [120.0, 135, 128, 150, 180, 175, 140], [122.0, 133, 131, 149, 186, 173, 143]
    got = paired_days(days_of(a), days_of(b))
    want = stats.ttest_rel(b, a)
    assert (got.statistic, got.p_value) == pytest.approx((want.statistic, want.pvalue), abs=1e-9)


def test_error_of_the_ratio_is_near_the_jackknife():
    control, treatment = arms(1, 28, 1.1)
    got = paired_days(control, treatment)
    assert jackknife_error(control, treatment) == pytest.approx(got.se, rel=0.05)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    """Without a denominator delete-one-day gives the plain error of the paired differences."""
    a, b = np.array([120.0, 135, 128, 150, 180]), np.array([122.0, 133, 131, 149, 186])
    assert jackknife_error(days_of(a), days_of(b)) == pytest.approx(stats.sem(b - a))


def test_the_correlation_of_neighbouring_days_is_that_of_statsmodels():
    days = [5.0, 6, 8, 7, 9, 9, 4]
    assert lag_one(days) == pytest.approx(acf(days, nlags=1)[1])


def test_effect_is_a_difference_of_ratios_of_sums():
    # by hand: 30/400 - 20/400
    got = paired_days(days_of([15, 5], [100, 300]), days_of([20, 10], [100, 300]))
    assert got.effect == pytest.approx(0.075 - 0.05)


@pytest.mark.parametrize(("top", "why"), [([7.0], "one_day"), ([7.0, 7, 7], "no_variation")])
def test_a_point_estimate_stands_where_no_test_can(top, why):
    got = paired_days(days_of(top), days_of([2 * x for x in top]))
    assert (got.effect, got.decision, got.ci_low) == (7.0, "no_test", None)
    assert got.reason.endswith(why)


@pytest.mark.parametrize(
    ("top", "under"),
    [([1.0], [1.0, 2]), ([], []), ([np.nan], [1.0]), ([1.0], [0.0]), ([1.0], [-2.0])],
)
def test_impossible_days_are_refused(top, under):
    with pytest.raises(FormulaError):
        days_of(top, under)


def test_the_twin_is_stricter_where_days_resemble_each_other():
    drift = np.repeat([0.0, 1.2, -0.1, 1.0], 7) + np.tile([0.01, -0.02, 0.03, 0, 0.01, -0.01, 0], 4)
    control, treatment = days_of(np.zeros(28) + 5), days_of(5 + drift)
    plain = paired_days(control, treatment)
    both = with_twin(control, treatment)
    assert lag_one(linearised(treatment) - linearised(control)) > 0.5
    assert plain.p_value < 0.001 < 0.05 < both.p_value
    assert both.decision == "no_clear_difference" and both.ci_low < 0 < both.ci_high
    assert both.method == "paired_days_ewc"


def test_the_twin_is_that_of_the_daily_differences():
    """By the other road: the EWC error of the differences, t with 4 degrees of freedom."""
    shared = np.sin(np.arange(28.0))  # what both arms meet alike cancels
    lone = np.repeat([0.0, 0.8, -0.1, 1.0], 7) + 0.1 * np.cos(np.arange(28.0) ** 2)
    got = with_twin(days_of(5 + shared), days_of(5.4 + shared + lone))
    error, df = mean_error(0.4 + lone, 4)
    assert got.method == "paired_days_ewc"
    assert got.p_value == pytest.approx(2 * stats.t.sf((0.4 + lone).mean() / error, df))


def test_under_fourteen_days_the_paired_t_stands_alone():
    control, treatment = arms(4, 13, rho=0.8)
    assert with_twin(control, treatment) == paired_days(control, treatment)


def test_different_days_are_welch_on_the_linearised_days():
    before, after = arms(9, 13, 1.2)
    got = different_days(before, after)
    made = [linearised(d) + d.top.sum() / d.under.sum() for d in (before, after)]
    want = stats.ttest_ind(made[1], made[0], equal_var=False)
    assert (got.p_value, got.df) == pytest.approx((want.pvalue, want.df), abs=1e-9)


def test_different_days_that_resemble_their_neighbours_need_the_twin_too():
    """The twin by hand: both errors add, four degrees of freedom each, Welch-Satterthwaite."""
    wave = np.repeat([0.0, 0.9, -0.2, 1.0], 7)
    before, after = days_of(5 + wave), days_of(5.9 + 0.5 * wave[::-1])
    got = different_days(before, after)
    errors = np.array([mean_error(d.top, 4)[0] ** 2 for d in (before, after)])
    df = errors.sum() ** 2 / (errors**2 / 4).sum()
    assert got.method == "different_days_ewc"
    assert got.p_value == pytest.approx(2 * stats.t.sf(got.effect / errors.sum() ** 0.5, df))
    short = different_days(before, Days(after.top[:13], after.under[:13]))
    assert short.method == "different_days"  # thirteen days on one side are too few for it


def test_the_gap_before_the_test_is_taken_off():
    control, treatment = arms(12, 28, 1.3)
    pre = [Days(d.top[:14], d.under[:14]) for d in (control, treatment)]
    now = [Days(d.top[14:], d.under[14:]) for d in (control, treatment)]
    got = net_of_before(pre, now)
    assert got.effect == pytest.approx(paired_days(*now).effect - paired_days(*pre).effect)
    assert got.decision == "no_clear_difference" and paired_days(*now).p_value < 0.001


def test_overdispersion_agrees_with_a_weighted_binomial_model():
    control, treatment = arms(20, 10, 1.05)
    got = overdispersed(control, treatment)
    rate = np.concatenate([control.top / control.under, treatment.top / treatment.under])
    size = np.concatenate([control.under, treatment.under])
    arm = sm.add_constant(np.repeat([0.0, 1.0], 10))
    model = sm.GLM(rate, arm, family=sm.families.Binomial(), var_weights=size).fit(scale="X2")
    assert got.dispersion == pytest.approx(model.scale, rel=1e-6)
    assert got.log_odds_ratio == pytest.approx(model.params[1], abs=1e-8)
    z = model.params[1] / model.bse[1]
    assert got.p_value == pytest.approx(2 * stats.t.sf(abs(z), 18), abs=1e-6)


def test_the_overdispersed_test_knows_a_loss_from_a_win():
    control, treatment = arms(21, 20, 0.6)
    assert overdispersed(control, treatment).decision == "treatment_worse"
    assert overdispersed(control, treatment, better="lower").decision == "treatment_better"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (([5, 3], [4, 9]), ([1, 2], [9, 9])),  # clicks beyond impressions
        (([1, 1], [9, 9]), ([2, 2], [9, 9])),  # no noise at all
    ],
)
def test_what_are_no_trials_or_never_vary_is_refused(a, b):
    with pytest.raises(FormulaError):
        overdispersed(days_of(*a), days_of(*b))


def test_ordinary_day_noise_fools_the_pooled_test_and_not_ours():
    found = [arms(seed, 14, noise=0.1) for seed in range(200)]
    naive = np.mean([pooled_p(*pair) < 0.05 for pair in found])
    ours = np.mean([with_twin(*pair).decision != "no_clear_difference" for pair in found])
    assert naive > 0.2 and ours < 0.09


def test_wilcoxon_agrees_with_scipy_and_is_silent_without_difference():
    control, treatment = arms(30, 9, 1.1)
    want = stats.wilcoxon(treatment.top / treatment.under - control.top / control.under).pvalue
    assert wilcoxon(control, treatment) == pytest.approx(want)
    assert wilcoxon(control, control) is None
    idle = [
        Days(np.append(d.top, 0), np.append(d.under, x))
        for d, x in ((control, 0.0), (treatment, 900.0))
    ]
    assert wilcoxon(*idle) == pytest.approx(want)  # a day that one arm rested has no difference

"""Intervals, adjusted p-values and shrinkage against statsmodels and hand sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from kit.errors import FormulaError
from kit.stats import bootstrap
from kit.stats.intervals import ratio_of_sums, ratio_reliable, wilson
from kit.stats.multiple import bh, bonferroni, holm, rejected
from kit.stats.shrink import beta_binomial, normal_eb

P = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize(("k", "n"), [(3, 10), (0, 7), (7, 7), (1, 5000)])
def test_wilson_is_that_of_statsmodels(k, n):
    assert wilson(k, n) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-12)


def test_more_successes_than_trials_are_refused_with_the_counts():
    with pytest.raises(FormulaError) as caught:
        wilson(5, 4)
    assert "5" in str(caught.value) and "4" in str(caught.value)


@pytest.mark.parametrize(("k", "n"), [([1, 5], [4, 4]), ([-1, 1], [4, 4]), ([0, 1], [0, 4])])
def test_one_impossible_count_among_many_is_refused(k, n):
    with pytest.raises(FormulaError):
        wilson(k, n)


@settings(max_examples=30)  # statsmodels takes its time
@given(P)
def test_adjusted_p_values_are_those_of_statsmodels(p):
    for ours, name in [(holm, "holm"), (bh, "fdr_bh"), (bonferroni, "bonferroni")]:
        np.testing.assert_allclose(ours(p), multipletests(p, method=name)[1], atol=1e-12)


def test_missing_p_values_do_not_count_as_tests():
    assert holm([0.02, np.nan, 0.01])[[0, 2]].tolist() == [0.02, 0.02]


@pytest.mark.parametrize("p", [[0.2, 1.2], [-0.1, 0.2]])
def test_what_is_no_p_value_is_refused(p):
    with pytest.raises(FormulaError):
        holm(p)


def test_a_p_value_on_the_line_is_rejected_and_one_beside_it_is_not():
    assert rejected([0.1 + 0.1 + 0.1, 0.3001, 0.2999], 0.3) == [True, False, True]


def test_one_unit_has_a_ratio_but_no_error():
    assert ratio_of_sums([6], [2]).ratio == 3 and ratio_of_sums([6], [2]).se is None


def test_a_ratio_over_nothing_is_refused():
    with pytest.raises(FormulaError):
        ratio_of_sums([1, 2], [0, 0])


def test_fieller_edge_is_not_reliable():
    assert ratio_reliable(30, 6) and not ratio_reliable(11, 6)


def test_one_unit_is_not_shrunk():
    assert normal_eb([70], [4]).estimates.tolist() == [70]


def test_the_common_mean_and_spread_are_those_of_statsmodels():
    """DerSimonian-Laird; with units that differ no more than their noise the spread is 0."""
    var = np.array([9.0, 25, 4, 16])
    for y in np.array([[60.0, 71, 90, 84], [70.0, 71, 70, 70.5]]):
        with np.errstate(invalid="ignore"):  # statsmodels goes on with a spread below 0
            ours = normal_eb(y, var)
            other = combine_effects(y, var, method_re="dl")
        assert ours.tau2 == pytest.approx(max(other.tau2, 0))
        mean = other.mean_effect_re if ours.tau2 else other.mean_effect_fe
        assert ours.mean == pytest.approx(mean)


@pytest.mark.parametrize(
    ("y", "var"), [([], []), ([1, 2], [1]), ([1, 2], [1, 0]), ([1, np.nan], [1, 1])]
)
def test_a_value_without_a_variance_cannot_be_shrunk(y, var):
    with pytest.raises(FormulaError):
        normal_eb(y, var)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 50)), min_size=2, max_size=9))
def test_shrunken_values_lie_between_their_own_and_the_mean(pairs):
    y, var = np.array(pairs).T
    out = normal_eb(y, var)
    low, high = np.minimum(y, out.mean), np.maximum(y, out.mean)
    assert np.all((low - 1e-9 <= out.estimates) & (out.estimates <= high + 1e-9))


def test_beta_binomial_of_nothing_is_its_prior():
    assert beta_binomial(0, 0, 2, 6) == 0.25


@pytest.mark.parametrize(
    ("k", "n", "alpha", "beta"),
    [
        (0, 0, 0, 0),
        (5, 4, 1, 1),
        (-1, 4, 1, 1),
        (1, 4, -1, 1),
        (1, 4, 1, -1),
        (np.array([0, 1]), np.array([0, 4]), 0, 0),
    ],
)
def test_a_proportion_of_nothing_without_a_prior_is_refused(k, n, alpha, beta):
    with pytest.raises(FormulaError):
        beta_binomial(k, n, alpha, beta)


def test_drawn_days_sum_to_the_period_and_repeat_with_the_seed():
    drawn = bootstrap.day_weights(30, 50, seed=1)
    assert drawn.shape == (30, 50) and set(drawn.sum(axis=0)) == {30}
    np.testing.assert_array_equal(drawn, bootstrap.day_weights(30, 50, seed=1))

"""Noise of sums: the fit against exact worlds, memory against AR(1), moderated variances."""

import numpy as np
import pytest
from scipy import stats

from kit.stats.dispersion import fit, memory_stretch, moderated, of_units
from kit.stats.shrink import posterior


def test_the_fit_gives_back_an_exact_law_whatever_the_volumes():
    orders = np.array([3.0, 30.0, 300.0, 3000.0])
    found = fit(2.7 / orders + 0.004, orders)
    assert (found.phi, found.psi) == pytest.approx((2.7, 0.004), rel=1e-6)
    assert found.variance(30.0) == pytest.approx(2.7 / 30 + 0.004)


def test_one_or_two_units_share_a_plain_mean_per_order():
    """By hand: (0.2 + 0.1) / (1/10 + 1/20) = 2."""
    found = fit(np.array([0.2, 0.1]), np.array([10.0, 20.0]))
    assert (found.phi, found.psi) == pytest.approx((2.0, 0.0))


def test_a_unit_without_a_large_order_gets_the_variance_of_its_like():
    """Twelve units of 40 orders, lognormal values with sd of logs 1: phi is 1 + CV² = e = 2.7."""
    rng = np.random.default_rng(5)
    days, units, found, stretched = 30, 12, [], []
    for _ in range(150):
        orders = rng.poisson(40 / days, (units, days))
        worth = np.exp(rng.standard_normal(orders.sum()) - 0.5)
        cells = np.repeat(np.arange(orders.size), orders.ravel())
        sales = np.bincount(cells, worth, orders.size).reshape(orders.shape)
        even = np.full((units, days), 40 / days)
        noise = of_units(sales, even, np.full(units, 40.0), np.ones(units))
        found.append(noise.phi / 40 + noise.psi)
        stretched.append(noise.stretch)
    assert np.mean(found) == pytest.approx(30 / 29 * np.e / 40, rel=0.12)
    assert 1 <= np.mean(stretched) < 1.15  # days remember nothing: the floor at 1 alone


@pytest.mark.parametrize(("memory", "true"), [(0.0, 1.0), (0.5, 3.06), (0.7, 6.01)])
def test_memory_stretches_as_much_as_an_ar1_needs(memory, true):
    """True by hand: (1 + A) / (1 - A/29), A = 2 Σ (1 - k/30) memory^k; bias at 0 is the floor."""
    rng, found = np.random.default_rng(2), []
    for _ in range(150):
        series = rng.standard_normal((12, 30))
        for day in range(1, 30):
            fresh = np.sqrt(1 - memory**2) * series[:, day]
            series[:, day] = memory * series[:, day - 1] + fresh
        found.append(memory_stretch(series))
    assert np.mean(found) == pytest.approx(true, rel=0.1)


def test_moderated_variances_keep_unequal_volumes_unequal():
    """One variance per order for all: what is left between people is chi-square noise only."""
    rng = np.random.default_rng(3)
    size = np.repeat([10.0, 100.0, 1000.0], 30)
    seen = 5 / size * stats.chi2.rvs(4, size=len(size), random_state=rng) / 4
    var, df = moderated(seen, np.full(len(size), 4.0), size)
    assert var * size == pytest.approx(np.full(len(size), 5.0), rel=0.5)
    assert np.std(np.log(var * size)) < 0.4 * np.std(np.log(seen * size))
    assert (df > 4).all()


def test_two_variances_are_left_alone():
    var, df = moderated(np.array([1.0, 9.0]), np.array([4.0, 4.0]))
    assert var.tolist() == [1.0, 9.0] and df.tolist() == [4.0, 4.0]


def test_the_posterior_lies_between_the_unit_and_the_group_and_its_error_is_not_zero():
    y = np.array([0.0, 0.1, -0.1, 0.0, 1.0])
    found = posterior(y, np.full(5, 0.04))
    assert (np.abs(found.mean - y.mean()) <= np.abs(y - y.mean())).all()
    assert (found.se > 0).all() and (found.se < 0.3).all()

"""Winners claim too much: what is told of them after drawing toward what changes usually do."""

import numpy as np
import pytest

from kit.abtest.course import fading
from kit.abtest.money import PRIOR, Prior, nothing, prior_of, shrunk
from kit.abtest.users import Comparison


def test(effect: float, se: float, control: float = 100.0) -> Comparison:
    reach = 2 * se
    ends = {"ci_low": effect - reach, "ci_high": effect + reach}
    return Comparison("welch", control, control + effect, effect, effect / control, se, **ends)


test.__test__ = False  # a maker, no test


def test_with_equal_spread_and_error_half_of_an_effect_is_left():
    """By hand: prior 5 % of 100, error 5: half of 8 is left, error 5 / √2."""
    found = shrunk(test(8, 5), Prior(0.05))
    assert (found.effect, found.rel_effect) == pytest.approx((4, 0.04))
    assert found.se == pytest.approx(5 / 2**0.5)
    assert (found.ci_low, found.ci_high) == pytest.approx((4 - 10 / 2**0.5, 4 + 10 / 2**0.5))


def test_the_chance_that_nothing_was_done_is_bayes_rule():
    """By hand: densities at 0 of sd 5 and √50, half each: 1/5 against 1/√50."""
    assert nothing(test(0, 5), Prior(0.05, 0.5)) == pytest.approx(0.2 / (0.2 + 50**-0.5))


def test_without_closed_tests_the_spread_is_the_default_and_with_many_it_is_theirs():
    rng = np.random.default_rng(1)
    assert prior_of(np.full(9, 0.5), np.full(9, 0.01)) == PRIOR
    true = np.where(np.arange(400) < 200, 0.2 * rng.standard_normal(400), 0.0)
    found = prior_of(true + 0.02 * rng.standard_normal(400), np.full(400, 0.02))
    assert found.spread == pytest.approx(0.2, rel=0.25) and found.idle == pytest.approx(
        0.5, abs=0.1
    )


def test_an_effect_of_the_first_days_alone_does_not_last():
    noise = np.tile([0.01, -0.01], 7)
    gone = np.where(np.arange(14) < 4, 0.2, 0.0) + noise
    assert fading(gone, 0.0) and not fading(0.15 + noise, 0.0)

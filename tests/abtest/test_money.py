"""Winners claim too much: what is told of them after drawing toward what changes usually do."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pytest

from kit.abtest.course import fading
from kit.abtest.money import PRIOR, Prior, nothing, prior_of, shrunk
from kit.abtest.users import Comparison
from kit.abtest.year import _p, year


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


def verdict(p: float, decision: str, end: str = "2025-03-31", **more) -> SimpleNamespace:
    """A test of an effect of 8 with error 5 on 100, judged at 0.05."""
    plan = {"end": dt.date.fromisoformat(end), "kind": "superiority", "alpha": 0.05} | more
    lead = SimpleNamespace(test=test(8, 5), p_adjusted=p)
    case = SimpleNamespace(lead=lead, looks=None, arms=(lead,))
    return SimpleNamespace(decision=decision, plan=SimpleNamespace(**plan), case=case)


def test_a_year_of_tests_corrects_its_wins_and_tells_how_many_are_false():
    """By hand: p of .001, .03, .04, .6: BH gives .004, .053, .053, .6, so one win of two holds.

    An idle change has 8 at 1.6 errors: 1/5 e^-1.28 × .5; one that moves: 1/√50 e^-.64 × .5.
    """
    won, lost, none = "treatment_better", "treatment_worse", "no_clear_difference"
    found = (
        verdict(0.001, won),
        verdict(0.03, won),
        verdict(0.04, lost),
        verdict(0.6, none),
        verdict(0.001, won, end="2023-12-31"),
        verdict(0.001, "non_inferior", kind="non_inferiority"),
        verdict(0.001, "invalid_srm"),
        SimpleNamespace(decision="invalid_input", plan=None, case=None),
    )
    told = year(found, dt.date(2025, 6, 30), Prior(0.05, 0.5))
    still, moved = np.exp(-1.28) / 5, np.exp(-0.64) / 50**0.5
    assert (told.judged, told.won, told.kept) == (4, 2, 1)
    assert told.false == pytest.approx(2 * still / (still + moved))
    assert np.isnan(year(found, dt.date(2025, 6, 30), PRIOR).false)
    assert year((), dt.date(2025, 6, 30), PRIOR).judged == 0


def test_a_win_at_an_interim_look_counts_with_the_p_that_allows_for_its_looks():
    """Lan, DeMets: half way 2.963 (plain p .003) is a p of .05, as 1.969 at the end is.

    Beside a test of p .3, .003 alone would have held over the year.
    """
    looked = verdict(0.003, "treatment_better", start=dt.date(2025, 5, 1), end="2025-05-28")
    dates = (dt.date(2025, 5, 14), dt.date(2025, 5, 28))
    for z in ((2.9626,), (1.0, 1.9686)):
        looked.case.looks = SimpleNamespace(z=z, dates=dates)
        assert _p(looked) == pytest.approx(0.05, rel=0.01)
    told = year((looked, verdict(0.3, "no_clear_difference")), dt.date(2025, 6, 30), PRIOR)
    assert (told.judged, told.won, told.kept, told.few) == (2, 1, 0, True)


def test_wins_that_do_not_tell_are_left_out_of_the_false_ones_and_counted():
    told, mute = verdict(0.001, "treatment_better"), verdict(0.001, "treatment_better")
    mute.case.lead.test = test(8, 0.0)
    last, prior = dt.date(2025, 6, 30), Prior(0.05, 0.5)
    alone = year((told,), last, prior)
    both = year((told, mute), last, prior)
    assert (alone.blind, both.blind, both.false) == (0, 1, alone.false) and alone.false > 0
    none = year((mute,), last, prior)
    assert np.isnan(none.false) and not none.few

"""Plans and looks against published tables, R, statsmodels and simulation."""

import math

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm
from statsmodels.stats.power import TTestIndPower

from kit.abtest import design, looks
from kit.abtest.users import Counts
from kit.errors import FormulaError

OBF = "lan_demets_obrien_fleming"
POCOCK = "lan_demets_pocock"


@pytest.mark.parametrize(
    ("spending", "published"),
    [
        # gsDesign 3, sfLDOF and sfLDPocock, test.type = 2, alpha 0.025, five equal looks
        (OBF, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310]),
        (POCOCK, [2.4380, 2.4268, 2.4101, 2.3966, 2.3859]),
    ],
)
def test_boundaries_are_those_of_gsdesign(spending, published):
    got = looks.boundaries([0.2, 0.4, 0.6, 0.8, 1], spending=spending)
    assert got == pytest.approx(published, abs=1e-3)


def test_boundaries_spend_exactly_alpha():
    t = [0.3, 0.7, 1.0]
    edges = looks.boundaries(t)
    joint = [[math.sqrt(min(a, b) / max(a, b)) for a in t] for b in t]
    inside = multivariate_normal(cov=joint, seed=1).cdf(edges, lower_limit=[-e for e in edges])
    assert 1 - inside == pytest.approx(0.05, abs=2e-4)


@pytest.mark.parametrize("fractions", [[], [0.5, 0.5, 1], [0, 1], [0.5, 1.2], [1, 0.5]])
def test_impossible_looks_are_refused(fractions):
    with pytest.raises(FormulaError):
        looks.boundaries(fractions)


def test_a_crossing_at_an_earlier_look_stops_the_test():
    got = looks.decide_at_look([0.5, 0.75, 1], [3.1, 1.0])
    assert got.decision == "treatment_better"


def test_an_early_look_needs_more_than_the_usual_two_errors():
    assert looks.decide_at_look([0.5, 1], [2.5]).decision == "keep_running"
    assert looks.decide_at_look([0.5, 1], [2.5, 1.9]).decision == "no_clear_difference"
    assert looks.decide_at_look([0.5, 1], [-3.0]).decision == "treatment_worse"


def test_more_looks_done_than_planned_are_refused():
    with pytest.raises(FormulaError):
        looks.decide_at_look([0.5, 1], [1, 1, 1])


def test_a_sequence_is_wider_than_a_fixed_interval():
    got = looks.confidence_sequence(Counts(300, 6000), Counts(345, 6000), n_star=12000)
    fixed = norm.ppf(0.975) * math.sqrt(0.05 * 0.95 / 6000 + 0.0575 * 0.9425 / 6000)
    assert (got.ci_high - got.effect) > 1.5 * fixed and got.decision == "keep_running"


def test_power_and_size_agree_with_statsmodels():
    r = TTestIndPower()
    assert design.power_mean(4, 10, 60) == pytest.approx(r.power(0.4, 60, 0.05), abs=1e-9)
    assert design.units_mean(6, 20) == pytest.approx(
        r.solve_power(0.3, power=0.8, alpha=0.05), abs=1e-4
    )
    found = design.mde_mean(1200, 25, power=0.9)
    assert design.power_mean(found, 25, 1200) == pytest.approx(0.9, abs=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: design.units_proportions(0.05, 0),
        lambda: design.units_proportions(0.9, 0.2),
        lambda: design.units_mean(0, 5),
        lambda: design.power_mean(1, 0, 50),
        lambda: design.days_needed(100, 0),
        lambda: design.days_same(1, 0),
        lambda: design.units_mean(1, 5, power=1),
        lambda: design.effect_same(3, 1),
    ],
)
def test_impossible_plans_are_refused(call):
    with pytest.raises(FormulaError):
        call()


def test_days_are_whole_weeks():
    assert design.days_needed(8158, 1200, 1.0) == 7  # 6.8 days
    assert design.days_needed(8158, 1200, 1.2) == 14  # 8.2 days


def test_a_longer_test_finds_a_smaller_effect():
    assert design.effect_same(28, 1) < design.effect_same(14, 1) < design.effect_same(7, 1)
    assert design.days_same(0.01, 1.0) is None


def test_the_planner_promises_what_it_then_needs():
    effect = design.effect_same(21, 0.2)
    assert design.days_same(effect, 0.2) == 21
    assert design.power_days(21, effect / 0.2) == pytest.approx(0.8, abs=1e-3)


def test_huge_effects_do_not_break_the_noncentral_t():
    assert design.power_mean(1e6, 1, 5) == 1.0
    assert np.isfinite(design.units_mean(1e6, 1.0))

"""Is the verdict as sure as it says? Known truths, seeded; the bench abtest_trust prints all."""

import numpy as np
import pandas as pd
import pytest

from kit.abtest import design
from kit.abtest.daily import p_values, pooled_p, with_twin
from kit.abtest.verdict import evaluate
from tests.abtest import simulate

MANY = 20_000  # 5 % to ± 0.15 points


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("days", [7, 14, 28])
def test_many_tests_at_once_give_the_p_of_each_alone(days, early):
    pair = simulate.arms(np.random.default_rng(days), 30, days, 0.1, 0.3)
    alone = [with_twin(*simulate.one(pair, row), early=early).p_value for row in range(30)]
    assert p_values(*pair, early) == pytest.approx(alone, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "days"), simulate.LIMITS)
@pytest.mark.parametrize("noise", [0, 0.05, 0.1, 0.2])
def test_false_alarms_stay_under_their_limit(rho, days, noise):
    (ours, _), (pooled, _) = simulate.false_alarms(MANY, days, noise, rho)
    assert ours <= simulate.LIMITS[rho, days]
    assert pooled > (0.1 if noise else 0.04)  # the usual test on the same data


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "limit"), [(0, 0.055), (0.3, 0.08)])
@pytest.mark.parametrize("noise", [0, 0.05, 0.1, 0.2])
def test_fourteen_planned_daily_looks_raise_no_more_alarms(rho, noise, limit):
    assert simulate.looked(MANY, 14, range(7, 15), noise, rho)[0] <= limit


@pytest.mark.slow
@pytest.mark.parametrize("looks", [1, 14])
def test_the_whole_verdict_keeps_the_false_alarms_too(looks):
    pair = simulate.arms(np.random.default_rng(5), 400, 14, 0.1)
    dates = pd.date_range("2025-06-01", periods=14)
    row = {
        "test_id": "T",
        "indicator": "ctr",
        "better": "up",
        "design": "same_days",
        "kind": "superiority",
        "split": "A:0.5;B:0.5",
        "start_date": dates[0],
        "end_date": dates[-1],
        "declared_on": dates[0],
        "looks": looks,
    }
    wins = 0
    for k in range(400):
        frames = [
            pd.DataFrame(
                {
                    "test_id": "T",
                    "variant": v,
                    "date": dates,
                    "clicks": a.top,
                    "impressions": a.under,
                }
            )
            for v, a in zip("AB", simulate.one(pair, k), strict=True)
        ]
        wins += evaluate(row, pd.concat(frames)).decision.startswith("treatment")
    assert wins / 400 <= 0.055 + 2 * 0.011  # two standard errors
    if looks == 1:
        assert wins == np.sum(p_values(*pair) < 0.05)
        assert np.mean(pooled_p(*pair) < 0.05) > 0.25


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0, 0.1, 0.2])
@pytest.mark.parametrize("days", [14, 28])
def test_daily_intervals_cover_the_truth(days, noise):
    assert 0.93 <= simulate.covered(MANY, days, noise)[0] <= 0.97


@pytest.mark.slow
def test_intervals_of_different_days_cover_the_truth():
    assert 0.93 <= simulate.covered_apart(3000, 14, 0.1)[0] <= 0.97


@pytest.mark.slow
def test_user_intervals_cover_the_truth():
    found = simulate.covered_users(3000)
    assert all(0.94 <= hits <= 0.96 for hits, _ in found.values()), found


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0, 0.05, 0.1, 0.2])
@pytest.mark.parametrize("days", [7, 14, 28])
def test_power_is_what_the_planner_promised(days, noise):
    assert simulate.power(MANY, days, noise)[0] == pytest.approx(0.8, abs=0.03)


@pytest.mark.slow
def test_power_of_users_is_what_the_planner_promised():
    n = design.units_proportions(0.04, 0.008)
    x = np.random.default_rng(3).binomial(n, [[0.04], [0.048]], (2, MANY))
    p = x.sum(axis=0) / (2 * n)
    z = (x[1] - x[0]) / n / np.sqrt(p * (1 - p) * 2 / n)
    assert np.mean(z > 1.959964) == pytest.approx(0.8, abs=0.01)

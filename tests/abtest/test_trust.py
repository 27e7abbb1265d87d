"""Is the verdict as sure as it says? Simulations of known truth, each with its error.

A limit is broken when the share lies more than two standard errors beyond it.
"""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from kit.abtest import history, looks
from kit.abtest.daily import Days, pooled_p, with_twin
from kit.abtest.sums import ratio_delta, sums_of
from kit.abtest.users import Counts, two_proportions
from kit.abtest.verdict import evaluate

RATE, IMPRESSIONS = 0.03, 10_000.0


def day_arms(rng, days, noise, rho=0.0, lift=0.0):
    """Two arms of daily clicks: CTR 3 %, own day noise, AR(1) shocks."""
    shock = rng.standard_normal((2, days))
    for t in range(1, days):
        shock[:, t] = rho * shock[:, t - 1] + math.sqrt(1 - rho**2) * shock[:, t]
    rate = np.clip(RATE * (1 + noise * shock) * np.array([[1], [1 + lift]]), 1e-4, 1)
    clicks = rng.binomial(int(IMPRESSIONS), rate).astype(float)
    return tuple(Days(row, np.full(days, IMPRESSIONS)) for row in clicks)


def clear(pairs):
    return float(np.mean([with_twin(*p).decision != "no_clear_difference" for p in pairs]))


def under(share, limit, n):
    return share - 2 * math.sqrt(limit * (1 - limit) / n) <= limit


@pytest.mark.slow
@pytest.mark.parametrize(("rho", "days", "limit"), [
    (0, 7, 0.055), (0, 14, 0.055), (0, 28, 0.055), (0.3, 14, 0.08), (0.3, 28, 0.065)])
@pytest.mark.parametrize("noise", [0, 0.05, 0.1, 0.2])
def test_false_alarms_stay_under_their_limit(rho, days, limit, noise):
    rng, n = np.random.default_rng(round(100 * noise) + days), 2000
    pairs = [day_arms(rng, days, noise, rho) for _ in range(n)]
    assert under(clear(pairs), limit, n)
    if noise >= 0.1:  # the usual test on the same data
        assert np.mean([pooled_p(*p) < 0.05 for p in pairs]) > 0.25


@pytest.mark.slow
def test_fourteen_planned_daily_looks_raise_no_more_alarms():
    rng, n, hits = np.random.default_rng(14), 2000, 0
    edges = looks.boundaries([d / 14 for d in range(7, 15)])
    for _ in range(n):
        arms = day_arms(rng, 14, 0.1)
        parts = ([Days(a.top[:d], a.under[:d]) for a in arms] for d in range(7, 15))
        hits += any(abs(ndtri(with_twin(*part).p_value / 2)) >= edge
                    for part, edge in zip(parts, edges, strict=True))
    assert under(hits / n, 0.055, n)


@pytest.mark.slow
def test_the_whole_verdict_keeps_the_false_alarms_too():
    rng, n = np.random.default_rng(5), 400
    dates = pd.date_range("2025-06-01", periods=14)
    row = {"test_id": "T", "indicator": "ctr", "better": "up", "design": "same_days",
           "kind": "superiority", "split": "A:0.5;B:0.5", "start_date": dates[0],
           "end_date": dates[-1], "declared_on": dates[0]}
    wins = 0
    for _ in range(n):
        frames = [pd.DataFrame({"test_id": "T", "variant": v, "date": dates, "clicks": a.top,
                                "impressions": a.under})
                  for v, a in zip("AB", day_arms(rng, 14, 0.1), strict=True)]
        wins += evaluate(row, pd.concat(frames)).decision.startswith("treatment")
    assert under(wins / n, 0.055, n)


@pytest.mark.slow
@pytest.mark.parametrize(("days", "low", "high"), [(14, 0.93, 0.975), (28, 0.93, 0.975)])
def test_daily_intervals_cover_the_truth(days, low, high):
    # the twin widens some intervals, so coverage lies above the nominal 95 %
    rng, n = np.random.default_rng(days), 3000
    truth, found = RATE * 0.1, 0
    for _ in range(n):
        test = with_twin(*day_arms(rng, days, 0.1, lift=0.1))
        found += test.ci_low <= truth <= test.ci_high
    assert low <= found / n <= high


@pytest.mark.slow
def test_user_intervals_cover_the_truth():
    rng, n, hits = np.random.default_rng(6), 3000, {"share": 0, "ratio": 0}
    for _ in range(n):
        x = rng.binomial(3000, [0.05, 0.06])
        share = two_proportions(Counts(int(x[0]), 3000), Counts(int(x[1]), 3000))
        hits["share"] += share.ci_low <= 0.01 <= share.ci_high
        sums = []
        for rate in (0.2, 0.25):
            sessions = 1 + rng.poisson(1.5, 800)
            orders = rng.binomial(sessions, rate)
            sums.append(sums_of({"orders": orders, "sessions": sessions}))
        ratio = ratio_delta(*sums, "orders", "sessions")
        hits["ratio"] += ratio.ci_low <= 0.05 <= ratio.ci_high
    assert all(0.94 <= k / n <= 0.96 for k in hits.values()), hits


@pytest.mark.slow
@pytest.mark.parametrize("days", [7, 14, 28])
def test_power_is_what_the_planner_promised(days):
    rng, n, noise = np.random.default_rng(days), 3000, 0.1
    # sd of the daily difference by hand: binomial and day noise of both arms
    sd = math.sqrt(2 * (RATE * (1 - RATE) / IMPRESSIONS + (RATE * noise) ** 2))
    lift = history.smallest(days, sd / RATE)
    pairs = [day_arms(rng, days, noise, lift=lift) for _ in range(n)]
    won = np.mean([with_twin(*p).decision == "treatment_better" for p in pairs])
    assert abs(won - 0.8) <= 0.03

"""Worlds of known truth for the trust tests and the bench: days with noise, users with tastes."""

import math

import numpy as np
from scipy.special import ndtri, stdtrit

from kit.abtest import looks
from kit.abtest.daily import Days, different_days, errors, linearised, p_values, pooled_p
from kit.abtest.history import smallest
from kit.abtest.sums import cuped, ratio_delta, sums_of
from kit.abtest.users import Counts, two_proportions

RATE = 0.03
IMPRESSIONS = 10_000
LIMITS = {(0, 7): 0.055, (0, 14): 0.055, (0, 28): 0.055, (0.3, 14): 0.08, (0.3, 28): 0.065}


def arms(rng, count, days, noise, rho=0.0, lift=0.0):
    """`count` tests a row each: CTR 3 %, 10,000 impressions a day, own AR(1) noise per arm."""
    shock = rng.standard_normal((2, count, days))
    for t in range(1, days):
        shock[:, :, t] = rho * shock[:, :, t - 1] + math.sqrt(1 - rho**2) * shock[:, :, t]
    level = RATE * (1 + noise * shock) * np.array([1, 1 + lift])[:, None, None]
    clicks = rng.binomial(IMPRESSIONS, np.clip(level, 1e-4, 1)).astype(float)
    return tuple(Days(part, np.full(part.shape, float(IMPRESSIONS))) for part in clicks)


def one(pair, row):
    """A single test of the rows."""
    return tuple(Days(arm.top[row], arm.under[row]) for arm in pair)


def share(hits):
    """Share and its standard error."""
    p = float(np.mean(hits))
    return p, math.sqrt(max(p * (1 - p), 1e-9) / np.size(hits))


def false_alarms(count, days, noise, rho=0.0):
    """Shares of clear verdicts when nothing was changed: ours, the pooled z-test's."""
    pair = arms(np.random.default_rng(round(100 * noise) + days), count, days, noise, rho)
    return share(p_values(*pair) < 0.05), share(pooled_p(*pair) < 0.05)


def looked(count, days, at, noise, rho=0.0):
    """Share of nulls that cross a boundary at any of the planned looks."""
    pair = arms(np.random.default_rng(days), count, days, noise, rho)
    hit = False
    for day, edge in zip(at, looks.boundaries([d / days for d in at]), strict=True):
        part = (Days(a.top[:, :day], a.under[:, :day]) for a in pair)
        hit = hit | (-ndtri(p_values(*part, early=True) / 2) >= edge)
    return share(hit)


def covered(count, days, noise, rho=0.0, lift=0.1):
    """Share of daily intervals that hold the true difference."""
    control, treatment = arms(np.random.default_rng(days), count, days, noise, rho, lift)
    gap = linearised(treatment) - linearised(control)
    half = np.max(
        [-stdtrit(df, 0.025) * se for df, se in zip((days - 1, 4), errors(gap), strict=True)],
        axis=0,
    )
    effect = (treatment.top - control.top).sum(axis=1) / control.under.sum(axis=1)
    return share(np.abs(effect - RATE * lift) <= half)


def covered_apart(count, days, noise, rho=0.0, lift=0.1):
    """The same of plans that ran on different days."""
    pair = arms(np.random.default_rng(days), count, days, noise, rho, lift)
    found = [different_days(*one(pair, row)) for row in range(count)]
    return share([test.ci_low <= RATE * lift <= test.ci_high for test in found])


def covered_users(count):
    """The same of shares, ratios and means (with CUPED) of independent users."""
    rng = np.random.default_rng(6)
    hits = {"share": [], "ratio": [], "mean": [], "cuped": []}
    for _ in range(count):
        x = rng.binomial(3000, [0.05, 0.06])
        share_ = two_proportions(Counts(int(x[0]), 3000), Counts(int(x[1]), 3000))
        sums = []
        for rate in (0.2, 0.25):
            visits = 1 + rng.poisson(1.5, 800)
            taste = rng.gamma(2, 10, 800)
            sums.append(
                sums_of(
                    {
                        "orders": rng.binomial(visits, rate),
                        "visits": visits,
                        "pre": taste,
                        "money": taste + 40 * rate * rng.gamma(1, 1, 800),
                    }
                )
            )
        past = cuped(*sums, ("money", None), ("pre", None))
        tests = {
            "share": (share_, 0.01),
            "ratio": (ratio_delta(*sums, "orders", "visits"), 0.05),
            "mean": (past.plain, 2.0),
            "cuped": (past.adjusted, 2.0),
        }
        for name, (test, truth) in tests.items():
            hits[name].append(test.ci_low <= truth <= test.ci_high)
    return {name: share(hit) for name, hit in hits.items()}


def power(count, days, noise):
    """Share of wins at the effect that the planner says is found with 80 %."""
    # sd of the daily difference by hand: binomial and day noise of both arms
    sd = math.sqrt(2 * (RATE * (1 - RATE) / IMPRESSIONS + (RATE * noise) ** 2))
    lift = smallest(days, sd / RATE)
    control, treatment = arms(np.random.default_rng(days), count, days, noise, lift=lift)
    won = treatment.top.sum(axis=1) > control.top.sum(axis=1)
    return share((p_values(control, treatment) < 0.05) & won)

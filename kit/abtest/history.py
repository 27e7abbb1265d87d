"""The shop's own days (自有历史): length of the next test, and whether to trust the method.

Two plans of one channel and category on the same days, their days dealt to two arms at random,
are a test in which nothing was changed: every clear difference in it is a false alarm.
"""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kit.abtest.daily import Days, linearised, overdispersed, p_values, pooled_p, rate
from kit.abtest.design import (
    ALPHA,
    LONGEST,
    POWER,
    days_needed,
    days_same,
    effect_same,
    power_days,
    power_proportions,
    units_proportions,
)
from kit.abtest.experiment import BY_DAY
from kit.errors import FormulaError, KitError

if TYPE_CHECKING:
    from kit.data.tables import Tables

PLAN = [
    "channel",
    "rate",
    "daily",
    "dispersion",
    "noise",
    "weekday",
    "effect",
    "days",
    "found_14",
    "found_28",
]
WINDOW = 28  # days over which noise is measured, so that a season is not taken for noise
MOST_TESTS = 1500  # A/A tests replayed: a share of 5 % to ± 0.6 points, under a second


@dataclass(frozen=True)
class Pair:
    """Two plans of one channel and category on their common days (同类计划对)."""

    channel: str
    one: Days
    two: Days
    weekday: float = math.nan  # highest weekday's rate ÷ lowest - 1, both plans together


@dataclass(frozen=True)
class Replay:
    """False alarms in tests of nothing (A/A 重演); `error` is the standard error of `ours`."""

    days: int
    tests: int
    ours: float
    pooled: float | None
    error: float


def pairs(tables: "Tables", indicator: str) -> list[Pair]:
    """Pairs of like plans (同渠道同类目的计划对) with at least 28 common days of the indicator."""
    top, under = BY_DAY[indicator]
    days = tables.plan_days
    if under is None or top not in days or under not in days:
        raise KitError("abtest.no_history", indicator=indicator)
    usable = (days[under] > 0) & days[top].notna()
    days = days[usable & (days["date"] <= pd.Timestamp(tables.period.last_day))]
    found = []
    for (channel, _), group in days.groupby(["channel", "category"], sort=True):
        wide = group.pivot_table(index="date", columns="plan_id", values=[top, under])
        for a, b in combinations(wide[top].columns, 2):
            both = wide[top][a].notna() & wide[top][b].notna()
            one, two = (
                Days(wide[top][p][both].to_numpy(), wide[under][p][both].to_numpy()) for p in (a, b)
            )
            if both.sum() >= WINDOW and min(one.top.sum(), two.top.sum()) > 0:
                found.append(Pair(str(channel), one, two, _weekday(wide.index[both], one, two)))
    return found


def replay(found: list[Pair], days: int) -> Replay | None:
    """Our rule and the pooled z-test on windows of `days` (A/A 重演); None without a window.

    In each window both plans are brought to one rate and each day's two plans are dealt to the
    arms at random: what is left is the noise of days. The z-test only fits successes of trials.
    """
    rng = np.random.default_rng(days)
    parts = [p for pair in found for p in windows(pair, days)]
    parts = parts[:: 1 + len(parts) // MOST_TESTS]
    if not parts:
        return None
    one, two = (
        Days(*(np.array([getattr(part[i], k) for part in parts]) for k in ("top", "under")))
        for i in (0, 1)
    )
    level = [d.top.sum(axis=1) / d.under.sum(axis=1) for d in (one, two)]
    two = Days(two.top * (level[0] / level[1])[:, None], two.under)
    swap = rng.random((len(parts), days)) < 0.5
    arms = [
        Days(np.where(swap, b.top, a.top), np.where(swap, b.under, a.under))
        for a, b in ((one, two), (two, one))
    ]
    share = float(np.mean(p_values(arms[0], arms[1]) < ALPHA))
    error = math.sqrt(max(share, 1 / len(parts)) * (1 - share) / len(parts))
    trials = all(np.all(p.one.top <= p.one.under) for p in found)
    usual = float(np.mean(pooled_p(arms[0], arms[1]) < ALPHA)) if trials else None
    return Replay(days, len(parts), share, usual, error)


def schedule(found: list[Pair], effects: tuple[float, ...] = (0.05, 0.1, 0.2)) -> pd.DataFrame:
    """Days that a same-days test needs, per channel and relative effect (试验排期表).

    Each variant is taken to be a plan of the usual size; a smaller one needs longer.
    Returns : PLAN; daily: units a day and plan; noise: sd of the daily difference ÷ rate; days: NaN
              beyond 13 weeks; found_14, found_28: NaN where not even a doubling is found
    """
    rows = []
    for channel in sorted({pair.channel for pair in found}):
        facts = [(*_noise(pair), pair.weekday) for pair in found if pair.channel == channel]
        noise, level, daily, phi, weekday = (
            float(np.nanmedian(x)) if np.any(np.isfinite(x)) else np.nan for x in np.array(facts).T
        )
        if not noise > 1e-3:
            continue  # a fixed ratio, as commission paid per sale: there is nothing to test
        reach = {f"found_{d}": smallest(d, noise) for d in (14, 28)}
        for effect in effects:
            days = days_same(effect, grown(noise, effect))
            rows.append(
                {
                    "channel": channel,
                    "rate": level,
                    "daily": daily,
                    "dispersion": phi,
                    "noise": noise,
                    "weekday": weekday,
                    "effect": effect,
                    "days": days or np.nan,
                    **reach,
                }
            )
    return pd.DataFrame(rows, columns=PLAN)


def schedule_users(tables: "Tables", effects: tuple[float, ...]) -> pd.DataFrame:
    """Days that a test of pay conversion needs which splits a channel's visitors (用户分流排期).

    Half of the channel's daily visitors in each arm, each counted on every day; columns as above.
    """
    days = tables.get("traffic")
    last = pd.Timestamp(tables.period.last_day)
    days = days[(days["date"] <= last) & (days["date"] > last - pd.Timedelta(days=WINDOW))]
    rows = []
    for channel, part in days.dropna(subset="buyers").groupby("channel", sort=True):
        daily = part["uv"].sum() / part["date"].nunique()
        rate = part["buyers"].sum()
        rate = rate / part["uv"].sum() if daily > 0 else 0.0
        if not 0 < rate < 0.5:
            continue
        reach = {f"found_{d}": _found(rate, d * daily / 2) for d in (14, 28)}
        for effect in effects:
            units = units_proportions(rate, rate * effect)
            need = days_needed(units, daily / 2)
            rows.append(
                {
                    "channel": channel,
                    "rate": rate,
                    "daily": daily,
                    "dispersion": 1.0,
                    "noise": math.nan,
                    "weekday": math.nan,
                    "effect": effect,
                    "days": need if need <= LONGEST else np.nan,
                    **reach,
                }
            )
    return pd.DataFrame(rows, columns=PLAN)


def _found(rate: float, units: float) -> float:
    """Smallest relative effect on a share that `units` an arm find; NaN beyond a doubling."""

    def short(effect: float) -> float:
        return power_proportions(rate, rate * (1 + effect), units) - POWER

    return float(brentq(short, 1e-6, 1.0)) if short(1.0) >= 0 else math.nan


def grown(noise: float, effect: float) -> float:
    """Noise of the difference once one arm's rate has moved by `effect` (波动随水平放大)."""
    return noise * math.sqrt((1 + (1 + effect) ** 2) / 2)


def smallest(days: int, noise: float) -> float:
    """Smallest relative effect found in `days` (最小可检的相对变化); NaN when noise drowns it.

    Solves effect = k √((1 + (1 + effect)²)/2), k the effect that equal noise would need.
    """
    k2 = effect_same(days, noise) ** 2
    if k2 >= 0.4:  # beyond a doubling
        return math.nan
    return (k2 + math.sqrt(k2**2 + 4 * k2 * (1 - k2 / 2))) / (2 * (1 - k2 / 2))


def power_curve(plan: Any, effect: float) -> pd.DataFrame:
    """Power of a test by its length (检验功效曲线), `plan` a row of PLAN: columns days, power."""
    days = list(range(7, LONGEST + 1, 7))
    found = [
        power_proportions(plan.rate, plan.rate * (1 + effect), d * plan.daily / 2)
        if math.isnan(plan.noise)
        else power_days(d, effect / grown(plan.noise, effect))
        for d in days
    ]
    return pd.DataFrame({"days": days, "power": found})


def _weekday(dates: pd.Index, one: Days, two: Days) -> float:
    """How far the best weekday's rate stands above the worst (周内起伏), over both plans."""
    sums = pd.DataFrame({"top": one.top + two.top, "under": one.under + two.under})
    sums = sums.groupby(pd.DatetimeIndex(dates).day_of_week).sum()
    level = sums["top"] / sums["under"]
    return float(level.max() / level.min() - 1) if level.min() > 0 else math.nan


def windows(pair: Pair, days: int) -> list[tuple[Days, Days]]:
    """The pair's days in windows one after another (不重叠的窗口), but those without a result."""
    parts = [slice(start, start + days) for start in range(0, len(pair.one.top) - days + 1, days)]
    cut = [tuple(Days(p.top[part], p.under[part]) for p in (pair.one, pair.two)) for part in parts]
    return [(one, two) for one, two in cut if min(one.top.sum(), two.top.sum()) > 0]


def _noise(pair: Pair) -> tuple[float, float, float, float]:
    """Noise of the daily difference relative to the rate, the rate, daily units, dispersion."""
    spread = []
    phi = []
    for one, two in windows(pair, WINDOW):
        gap = linearised(two) / rate(two) - linearised(one) / rate(one)
        spread.append(gap.var(ddof=1))
        try:
            phi.append(overdispersed(one, two).dispersion)
        except FormulaError:
            phi.append(np.nan)
    middle = float(np.median(phi)) if phi else np.nan
    noise = float(np.sqrt(np.mean(spread))) if spread else np.nan
    return noise, rate(pair.one), float(pair.one.under.mean()), middle

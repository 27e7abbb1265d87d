"""The shop's own days (自有历史): how long will the next test take, can the method be trusted?

Two plans of one channel and category on the same days are a test in which nothing was changed:
scaled to the same level, every clear difference between them is a false alarm.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.abtest.daily import Days, linearised, overdispersed, pooled_p, rate, with_twin
from kit.abtest.design import days_same, effect_same, power_days
from kit.abtest.experiment import BY_DAY
from kit.errors import FormulaError, KitError

if TYPE_CHECKING:
    from kit.data.load import Tables

MOST_PAIRS = 60  # pairs of plans replayed: enough for ± 1.5 points, and under a second


@dataclass(frozen=True)
class Replay:
    """False alarms in tests of nothing (A/A 重演), with the standard error of their shares."""

    days: int
    tests: int
    ours: float
    pooled: float
    error: float


def pairs(tables: "Tables", indicator: str) -> list[tuple[str, Days, Days]]:
    """Pairs of plans of one channel and category on their common days (同渠道同类目的计划对).

    Only days with the denominator; the second plan's numerator is scaled to the first one's rate.
    """
    top, under = BY_DAY[indicator]
    days = tables.plan_days
    if under is None or top not in days or under not in days:
        raise KitError("abtest.no_history", indicator=indicator)
    days = days[(days[under] > 0) & days[top].notna()]
    days = days[days["date"] <= pd.Timestamp(tables.period.last_day)]
    found = []
    for (channel, _), group in days.groupby(["channel", "category"], sort=True):
        tops = group.pivot_table(index="date", columns="plan_id", values=top, aggfunc="sum")
        unders = group.pivot_table(index="date", columns="plan_id", values=under, aggfunc="sum")
        for a, b in combinations(tops.columns, 2):
            both = (tops[a].notna() & tops[b].notna()).to_numpy()
            one, two = (Days(tops[p].to_numpy()[both], unders[p].to_numpy()[both]) for p in (a, b))
            if both.sum() >= 28 and min(rate(one), rate(two)) > 0:
                level = Days(two.top * rate(one) / rate(two), two.under)
                found.append((str(channel), one, level))
    return found


def replay(found: list[tuple[str, Days, Days]], days: int, *, alpha: float = 0.05) -> Replay | None:
    """Our rule and the pooled z-test on every window of `days` of every pair (A/A 重演).

    Within a window the second plan is brought to the first one's rate before the days are dealt
    to the two arms in turn, so that only the noise of days is left; None without a window.
    """
    ours, pooled = [], []
    rng = np.random.default_rng(days)
    for _, one, two in found[:MOST_PAIRS]:
        for start in range(0, len(one.top) - days + 1, days):
            part = slice(start, start + days)
            first, second = Days(one.top[part], one.under[part]), Days(two.top[part],
                                                                      two.under[part])
            arms = _dealt(first, second, rng)
            if arms is None:
                continue
            said = with_twin(*arms, alpha=alpha).decision
            ours.append(said.startswith("treatment"))
            pooled.append(pooled_p(*arms) < alpha)
    if not ours:
        return None
    share = float(np.mean(ours))
    error = float(np.sqrt(max(share * (1 - share), 0.0475) / len(ours)))
    return Replay(days, len(ours), share, float(np.mean(pooled)), error)


def plans(tables: "Tables", indicator: str, effects: tuple[float, ...] = (0.05, 0.1, 0.2), *,
          power: float = 0.8, alpha: float = 0.05) -> pd.DataFrame:
    """Days that a same-days test needs, per channel and relative effect (试验排期表).

    Returns : channel, rate, daily (units a day and plan), dispersion, day_noise (sd of the daily
              difference ÷ rate), effect, days (NaN beyond 13 weeks), found_14, found_28
    """
    rows = []
    for channel, group in pd.DataFrame(pairs(tables, indicator)).groupby(0, sort=True):
        noise, level, daily, phi = (np.median(x) for x in zip(
            *(_noise(one, two) for _, one, two in group.itertuples(index=False)), strict=True))
        for effect in effects:
            days = days_same(effect, noise, power=power, alpha=alpha)
            rows.append({
                "channel": channel, "rate": level, "daily": daily, "dispersion": phi,
                "day_noise": noise, "effect": effect, "days": np.nan if days is None else days,
                "found_14": effect_same(14, noise, power=power, alpha=alpha),
                "found_28": effect_same(28, noise, power=power, alpha=alpha)})
    return pd.DataFrame(rows)


def power_curve(noise: float, effect: float, *, alpha: float = 0.05) -> pd.DataFrame:
    """Power of a same-days test by its length (把握度曲线): columns days, power."""
    days = list(range(7, 57, 7))
    return pd.DataFrame({"days": days, "power": [power_days(d, effect / noise, alpha)
                                                 for d in days]})


def _dealt(one: Days, two: Days, rng: np.random.Generator) -> tuple[Days, Days] | None:
    if min(one.top.sum(), two.top.sum(), one.under.sum(), two.under.sum()) <= 0:
        return None
    two = Days(two.top * rate(one) / rate(two), two.under)
    swap = rng.random(len(one.top)) < 0.5
    first = Days(np.where(swap, two.top, one.top), np.where(swap, two.under, one.under))
    second = Days(np.where(swap, one.top, two.top), np.where(swap, one.under, two.under))
    return first, second


def _noise(one: Days, two: Days) -> tuple[float, float, float, float]:
    """Noise of the daily difference relative to the rate, the rate, daily units, dispersion."""
    gap = linearised(two) - linearised(one)
    try:
        phi = overdispersed(one, two).dispersion
    except FormulaError:
        phi = float("nan")
    return float(gap.std(ddof=1)) / rate(one), rate(one), float(one.under.mean()), phi

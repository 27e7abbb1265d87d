"""How long, how many, how small (试验规模): a plan from any DataFrame of past days or users."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from kit.abtest import daily, design, history
from kit.abtest.compare import LEAST_DAYS
from kit.data.frames import Kind, checked, one_row_each
from kit.errors import DataError, FormulaError
from kit.stats.given import chance

LEAST_HISTORY = 14  # days: noise of fewer is a guess
FAR = 10.0  # relative effects beyond a tenfold rise are nobody's plan


@dataclass(frozen=True)
class Plan:
    """A planned test (试验规模); None where it was not asked for, or cannot be reached.

    unit      : "days" (of a same-days test) or "users" (units an arm)
    level     : the rate or mean today; noise: relative spread, sd ÷ level, of the daily difference
                or of a unit's figure
    effect    : relative change to be found, 0.1 = 10 % of the level
    length    : days, or units an arm, that the test is to have
    needed    : days (whole weeks) or units an arm that find `effect` with `power`
    detectable : smallest relative effect that `length` finds with `power`
    power_at_length : chance that `length` finds `effect`
    """

    unit: str
    level: float
    noise: float
    power: float
    alpha: float
    effect: float | None = None
    length: int | None = None
    needed: int | None = None
    detectable: float | None = None
    power_at_length: float | None = None


def plan_test(
    frame: pd.DataFrame | None = None,
    *,
    top: Hashable | None = None,
    bottom: Hashable | None = None,
    day: Hashable | None = None,
    variant: Hashable | None = None,
    baseline: float | None = None,
    effect: float | None = None,
    length: int | None = None,
    power: float = 0.8,
    alpha: float = 0.05,
) -> Plan:
    """Days, users or the smallest effect that can be seen (试验规模), from any DataFrame.

    baseline : a share of users in (0, 1), without a frame: units an arm of two proportions
    frame    : with `day` and `variant`, one row per day and series: the noise of days is that of
               the difference of two like series (two plans, two shops), top over bottom; without
               `day`, one row per user: `top` is the figure of a user, 0 and 1 for a share
    effect   : relative change to be found, 0.1 = 10 %; length: days, or units an arm
    power, alpha : chance of finding `effect`; chance of a false alarm (two-sided)
    Returns  : `Plan`; `needed` follows from effect, `detectable` from length, and with both the
               power. days: None beyond 13 weeks
    Missing  : an empty cell is refused; a day that one series lacks is left out
    Errors   : DataError or FormulaError in both languages; neither effect nor length is one
    Source   : R's power.prop.test (pooled) for shares, the noncentral t for means, for days the
               kit's own rule simulated (20,000 seeded draws)
    >>> plan_test(baseline=0.05, effect=0.2).needed
    8158
    >>> round(plan_test(baseline=0.05, length=8158).detectable, 3)
    0.2
    """
    if not (chance(alpha) < chance(power)):
        raise FormulaError("abtest.bad_chances", power=power, alpha=alpha)
    _asked(effect, length)
    terms = {"effect": effect, "length": length, "power": power, "alpha": alpha}
    if frame is None:
        if baseline is None:
            raise DataError("abtest.any.nothing_to_plan")
        return _shares(chance(baseline), terms)
    if baseline is not None:
        raise DataError("abtest.any.two_baselines", found=baseline)
    if day is not None or variant is not None:
        return _days(frame, {"day": day, "variant": variant, "top": top, "bottom": bottom}, terms)
    roles = {"top": (top, Kind.NUMBER)} | ({} if bottom is None else {"day": (None, Kind.DAY)})
    values = checked(frame, roles)["top"].to_numpy()
    if np.isin(values, (0, 1)).all() and 0 < values.mean() < 1:
        return _shares(float(values.mean()), terms)
    return _means(values, terms)


def _asked(effect: Any, length: Any) -> None:
    """Refuse a plan that asks for nothing, or for what cannot be."""
    if effect is None and length is None:
        raise DataError("abtest.any.nothing_asked")
    for name, found, low in (("effect", effect, -1.0), ("length", length, 2.0)):
        sound = found is None or (
            isinstance(found, (int, float, np.integer, np.floating))
            and math.isfinite(found)
            and (found > low if name == "effect" else found >= low)
            and found != 0
        )
        if not sound:
            raise DataError(f"abtest.any.bad_{name}", found=str(found)[:40])


def _shares(level: float, terms: dict[str, Any]) -> Plan:
    """Units an arm for a share of users."""
    made = Plan(
        "users", level, math.sqrt(level * (1 - level)) / level, terms["power"], terms["alpha"]
    )
    effect, length = terms["effect"], terms["length"]
    reach = {"power": terms["power"], "alpha": terms["alpha"]}
    if effect is not None:
        if not 0 < level * (1 + effect) < 1:
            raise DataError("abtest.any.share_outside", level=level, effect=effect)
        needed = design.units_proportions(level, level * effect, **reach)
        made = replace(made, effect=effect, needed=needed)

    def power_of(relative: float) -> float:
        other = min(level * (1 + relative), 1.0)
        return design.power_proportions(level, other, length, alpha=terms["alpha"])

    return _with_length(made, length, power_of, (1 / level - 1) * (1 - 1e-9))


def _means(values: np.ndarray, terms: dict[str, Any]) -> Plan:
    """Units an arm for a mean of users."""
    level, sd = float(values.mean()), float(values.std(ddof=1)) if len(values) > 1 else 0.0
    if len(values) < 2 or sd <= 0 or level == 0:
        raise DataError("abtest.any.no_noise", n=len(values), level=level)
    made = Plan("users", level, sd / abs(level), terms["power"], terms["alpha"])
    reach = {"power": terms["power"], "alpha": terms["alpha"]}
    if terms["effect"] is not None:
        units = design.units_mean(level * terms["effect"], sd, **reach)
        made = replace(made, effect=terms["effect"], needed=design.whole(units))

    def power_of(relative: float) -> float:
        return design.power_mean(level * relative, sd, terms["length"], alpha=terms["alpha"])

    return _with_length(made, terms["length"], power_of, FAR)


def _with_length(made: Plan, length: int | None, power_of: Any, most: float) -> Plan:
    """The plan with what its length finds; None where not even `most` is found."""
    if length is None:
        return made
    found = None
    if power_of(most) >= made.power:
        found = float(brentq(lambda x: power_of(x) - made.power, 1e-9, most))
    at = None if made.effect is None else power_of(made.effect)
    return replace(made, length=int(length), detectable=found, power_at_length=at)


def _days(frame: pd.DataFrame, named: dict[str, Any], terms: dict[str, Any]) -> Plan:
    """Days of a same-days test, from the noise between two series on common days."""
    kinds = {"day": Kind.DAY, "variant": Kind.LABEL, "top": Kind.NUMBER, "bottom": Kind.AMOUNT}
    wanted = {role: name for role, name in named.items() if role != "bottom" or name is not None}
    rows = checked(frame, {role: (name, kinds[role]) for role, name in wanted.items()})
    one_row_each(rows, ["day", "variant"], [named["day"], named["variant"]])
    noise, level = _noise(rows, str(named["variant"]))
    made = Plan("days", level, noise, terms["power"], terms["alpha"])
    reach = {"power": terms["power"], "alpha": terms["alpha"]}
    effect, length = terms["effect"], terms["length"]
    if effect is not None:
        needed = design.days_same(effect, history.grown(noise, effect), **reach)
        made = replace(made, effect=effect, needed=needed)
    if length is None:
        return made
    if length < LEAST_DAYS or length > design.LONGEST:
        raise DataError("abtest.any.bad_days", found=length, low=LEAST_DAYS, high=design.LONGEST)

    def power_of(relative: float) -> float:
        return design.power_days(
            int(length), relative / history.grown(noise, relative), terms["alpha"]
        )

    return _with_length(made, length, power_of, FAR)


def _noise(rows: pd.DataFrame, column: str) -> tuple[float, float]:
    """Relative sd of the daily difference of two series, and the level of both."""
    names = sorted(rows["variant"].unique())
    if len(names) != 2:
        raise DataError("abtest.any.two_series", column=column, found=names[:7], n=len(names))
    wide = rows.assign(bottom=rows.get("bottom", 1.0)).set_index(["day", "variant"]).unstack()
    wide = wide.dropna()
    if len(wide) < LEAST_HISTORY:
        raise DataError("abtest.any.short_history", n=len(wide), least=LEAST_HISTORY)
    one, two = (
        daily.Days(wide["top"][name].to_numpy(), wide["bottom"][name].to_numpy()) for name in names
    )
    sums = [min(series.top.sum(), series.under.sum()) for series in (one, two)]
    if min(sums) <= 0:
        raise DataError("abtest.any.no_noise", n=len(wide), level=float(min(sums)))
    gap = daily.linearised(two) / daily.rate(two) - daily.linearised(one) / daily.rate(one)
    noise = float(gap.std(ddof=1))
    if noise <= 1e-9:
        raise DataError("abtest.any.no_noise", n=len(wide), level=daily.rate(one))
    level = (one.top.sum() + two.top.sum()) / (one.under.sum() + two.under.sum())
    return noise, float(level)

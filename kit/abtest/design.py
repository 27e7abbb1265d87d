"""Planning a test (测试设计): units, days, detectable effect and power."""

import math
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri, stdtrit
from scipy.stats import nct

from kit.abtest.daily import TWIN_COSINES, errors
from kit.errors import FormulaError

DRAWS = 20_000  # power to ± 0.003
ALPHA = 0.05
POWER = 0.8  # of a plan that declares none
LONGEST = 91  # days: nobody waits longer for a test
FAR = 8.0  # standard errors beyond which the noncentral t is 0 or 1


def units_proportions(
    baseline: float,
    mde: float,
    *,
    power: float = POWER,
    alpha: float = ALPHA,
    variance: str = "pooled",
    two_sided: bool = True,
) -> int:
    """Units per arm for two proportions (每组样本量), equal arms, no continuity correction.

    variance : "null" 2 p0 (1 - p0), as Evan Miller; "pooled" 2 m (1 - m), as R power.prop.test
    >>> units_proportions(0.05, 0.01), units_proportions(0.05, 0.01, variance="null")
    (8158, 7664)
    """
    _chances(alpha, power)
    p0, p1 = baseline, baseline + mde
    if mde == 0 or not 0 < p0 < 1 or not 0 < p1 < 1 or variance not in ("null", "pooled"):
        raise FormulaError("abtest.bad_plan", baseline=baseline, mde=mde)
    middle = p0 if variance == "null" else (p0 + p1) / 2
    za = -ndtri(alpha / 2 if two_sided else alpha)
    spread = p0 * (1 - p0) + p1 * (1 - p1)
    reach = za * math.sqrt(2 * middle * (1 - middle)) + ndtri(power) * math.sqrt(spread)
    return whole((reach / mde) ** 2)


def power_proportions(
    p_control: float, p_treatment: float, n: float, *, alpha: float = ALPHA, two_sided: bool = True
) -> float:
    """Power of two proportions (检验效能), R power.prop.test strict = FALSE."""
    _chances(alpha)
    if not (0 <= p_control <= 1 and 0 <= p_treatment <= 1) or n <= 0:
        raise FormulaError("abtest.bad_plan", baseline=p_control, mde=p_treatment - p_control)
    m = (p_control + p_treatment) / 2
    spread = p_control * (1 - p_control) + p_treatment * (1 - p_treatment)
    if spread == 0:
        raise FormulaError("abtest.bad_plan", baseline=p_control, mde=p_treatment - p_control)
    za = -ndtri(alpha / 2 if two_sided else alpha)
    reach = math.sqrt(n) * abs(p_treatment - p_control) - za * math.sqrt(2 * m * (1 - m))
    return float(ndtr(reach / math.sqrt(spread)))


def power_mean(
    delta: float, sd: float, n: float, *, alpha: float = ALPHA, two_sided: bool = True
) -> float:
    """Power of the two-sample t test (检验效能), equal arms of n, noncentral t."""
    _chances(alpha)
    if not sd > 0 or not n > 1 or not math.isfinite(delta + sd):
        raise FormulaError("abtest.bad_plan", baseline=sd, mde=delta)
    df = 2 * n - 2
    shift = abs(delta) / sd * math.sqrt(n / 2)
    edge = -float(stdtrit(df, alpha / 2 if two_sided else alpha))
    far = float(nct.cdf(-edge, df, shift)) if two_sided else 0.0
    near = float(nct.sf(edge, df, shift)) if shift < edge + FAR else 1.0
    return near + (far if math.isfinite(far) else 0.0)  # scipy gives up on tails below 1e-14


def units_mean(
    delta: float, sd: float, *, power: float = POWER, alpha: float = ALPHA, two_sided: bool = True
) -> float:
    """Units per arm of the two-sample t test (每组样本量), a real number; round it up.

    >>> round(units_mean(6, 20), 3)
    175.385
    """
    _chances(alpha, power)
    if not sd > 0 or delta == 0 or not math.isfinite(delta + sd):
        raise FormulaError("abtest.bad_plan", baseline=sd, mde=delta)

    def short(n: float) -> float:
        return power_mean(delta, sd, n, alpha=alpha, two_sided=two_sided) - power

    rough = 2 * ((ndtri(power) - ndtri(alpha / 2)) * sd / delta) ** 2
    return 2.0 if short(2.0) >= 0 else float(brentq(short, 2.0, max(10.0, 4 * rough + 10)))


def mde_mean(
    n: float, sd: float, *, power: float = POWER, alpha: float = ALPHA, two_sided: bool = True
) -> float:
    """Smallest difference found with `power` (最小可检效果) by the two-sample t test."""
    _chances(alpha, power)
    if not sd > 0 or not n > 1:
        raise FormulaError("abtest.bad_plan", baseline=sd, mde=0)
    unit = sd * math.sqrt(2 / n)
    reach = 4 * (-stdtrit(2 * n - 2, alpha / 2) + abs(ndtri(power)) + 1)
    return (
        float(
            brentq(
                lambda k: power_mean(k * unit, sd, n, alpha=alpha, two_sided=two_sided) - power,
                0,
                reach,
            )
        )
        * unit
    )


def days_needed(n_per_arm: float, daily_units_per_arm: float, dispersion: float = 1.0) -> int:
    """Days for n units per arm (所需天数): n × phi / daily volume, up to whole weeks.

    >>> days_needed(8158, 1200, 2.5)
    21
    """
    if n_per_arm <= 0 or daily_units_per_arm <= 0 or dispersion <= 0:
        raise FormulaError("abtest.bad_plan", baseline=daily_units_per_arm, mde=n_per_arm)
    return 7 * math.ceil(n_per_arm * dispersion / daily_units_per_arm / 7)


def whole(n: float) -> int:
    """Units rounded up (向上取整), forgiving the last digits of a root."""
    return math.ceil(n - 1e-9)


def power_days(days: int, shift: float, alpha: float = ALPHA) -> float:
    """Power of our own same-days rule, twin included (同日对比的效能).

    shift : effect ÷ standard deviation of the daily differences
    >>> round(power_days(28, 0.6), 1)
    0.7
    """
    return float(np.searchsorted(_turning_points(days, alpha), abs(shift)) / DRAWS)


def days_same(
    effect: float, sd: float, *, power: float = POWER, alpha: float = ALPHA
) -> int | None:
    """Whole weeks of days that a same-days test needs (同日对比所需天数); None beyond LONGEST."""
    _chances(alpha, power)
    if not sd > 0 or effect == 0:
        raise FormulaError("abtest.bad_plan", baseline=sd, mde=effect)
    weeks = range(7, LONGEST + 1, 7)
    return next((d for d in weeks if power_days(d, effect / sd, alpha) >= power), None)


def effect_same(days: int, sd: float, *, power: float = POWER, alpha: float = ALPHA) -> float:
    """Smallest effect that `days` of a same-days test find with `power` (最小可检效果)."""
    _chances(alpha, power)
    if days < 7 or not sd > 0:
        raise FormulaError("abtest.bad_plan", baseline=sd, mde=days)
    return sd * float(np.quantile(_turning_points(days, alpha), power))


@cache
def _turning_points(days: int, alpha: float) -> np.ndarray:
    """Per seeded draw the smallest shift that our rule calls a win, ascending (胜出所需的偏移)."""
    gap = np.random.default_rng(days).standard_normal((DRAWS, days))
    sides = zip((days - 1, TWIN_COSINES), errors(gap), strict=True)
    edge = np.max([-stdtrit(df, alpha / 2) * se for df, se in sides], axis=0)
    return np.sort(edge - gap.mean(axis=1))


def _chances(alpha: float, power: float = 0.99999) -> None:
    if not 0 < alpha < power < 1:  # a power of alpha needs no effect at all
        raise FormulaError("abtest.bad_chances", power=power, alpha=alpha)

"""Intervals of proportions and of ratios (置信区间)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from kit.errors import FormulaError
from kit.stats.ewc import half_width, sum_error
from kit.stats.given import chance

Array = np.ndarray


@dataclass(frozen=True)
class Ratio:
    """A ratio of sums with its standard error and interval; None where days are too few."""

    ratio: float
    se: float | None
    lo: float | None
    hi: float | None


def wilson(k: Any, n: Any, level: float = 0.95) -> tuple[Any, Any]:
    """Wilson score interval of a proportion (威尔逊区间), no continuity correction; arrays too.

    >>> [round(float(x), 4) for x in wilson(3, 10)]
    [0.1078, 0.6032]
    """
    k = np.asarray(k, float)
    n = np.asarray(n, float)
    if np.any(n <= 0) or np.any(k < 0) or np.any(k > n):
        raise FormulaError("stats.not_a_count", k=k.tolist(), n=n.tolist())
    z = stats.norm.ppf((1 + chance(level)) / 2)
    middle = (k + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(k * (n - k) / n + z**2 / 4)
    low = np.where(k == 0, 0.0, middle - half)
    return low, np.where(k == n, 1.0, middle + half)


def ratio_of_sums(numerator: list[float], denominator: list[float], level: float = 0.95) -> Ratio:
    """Sum over sum (先求和再相除) with the linearised error of independent units, normal z.

    d = num - R den; se = sqrt(n/(n-1) sum d^2) / |sum den|; units with a gap are left out.
    """
    top = np.asarray(numerator, float)
    under = np.asarray(denominator, float)
    if len(top) != len(under):
        raise FormulaError("stats.no_denominator", n=len(under), total=float(np.nansum(under)))
    top, under = np.stack([top, under])[:, ~np.isnan(top + under)]
    if len(top) == 0 or under.sum() == 0:
        raise FormulaError("stats.no_denominator", n=len(under), total=float(under.sum()))
    n = len(top)
    ratio = float(top.sum() / under.sum())
    if n < 2:
        return Ratio(ratio, None, None, None)
    rest = top - ratio * under
    se = float(np.sqrt(n / (n - 1) * np.sum(rest**2)) / abs(under.sum()))
    half = float(stats.norm.ppf((1 + chance(level)) / 2)) * se
    return Ratio(ratio, se, ratio - half, ratio + half)


def ratio_reliable(mean: Any, se: Any, level: float = 0.95) -> Any:
    """Whether a ratio has a finite interval (Fieller 1954): |denominator mean| > z se."""
    return np.abs(mean) > stats.norm.ppf((1 + chance(level)) / 2) * np.asarray(se)


def ratio_errors(top: Array, under: Array, days: Array, level: float) -> tuple[Array, Array, Array]:
    """EWC error and half interval of each row's ratio of sums (比率的标准误), rows (k, n).

    days    : (k, n) bool, the days that count
    Returns : se, half width, df per row; NaN where the denominator is too uncertain (Fieller)
    """
    total = np.where(under.sum(axis=1) > 0, under.sum(axis=1), np.nan)
    rest = top - (top.sum(axis=1) / total)[:, None] * under
    se, df = sum_error(rest / total[:, None], days)
    spread, _ = sum_error(under, days)
    firm = ratio_reliable(total, spread, level)
    return np.where(firm, se, np.nan), np.where(firm, half_width(se, df, level), np.nan), df

"""Days as units (以天为单位): plans side by side on the same days, or on different days.

Daily totals vary more than coin flips, so days, not clicks, are counted. The pooled z-test and the
quasi-binomial test are computed for comparison and never decide.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats
from scipy.special import ndtr, stdtr

from kit.abtest.decisions import Decision
from kit.abtest.users import Arm, Comparison, arm_of, by_t, decide, welch
from kit.errors import FormulaError
from kit.stats.ewc import mean_error, spectrum

Array = np.ndarray
TWIN_DAYS = 14
TWIN_COSINES = 4  # conventions: from 14 days on the EWC twin with B = 4


@dataclass(frozen=True)
class Days:
    """One arm's daily totals of a ratio (每日分子分母); denominator of ones for a daily mean.

    Days run along the last axis: `p_values` and `pooled_p` also take many tests, a row each.
    """

    top: Array
    under: Array


@dataclass(frozen=True)
class Overdispersion:
    """Quasi-binomial comparison (过度离散): phi, the naive pooled p and the corrected p."""

    control_rate: float
    treatment_rate: float
    log_odds_ratio: float
    dispersion: float
    naive_p_value: float
    p_value: float
    decision: Decision


def days_of(top: Sequence[float], under: Sequence[float] | None = None, name: str = "—") -> Days:
    """Checked daily totals (每日汇总): same length, finite, denominators not negative."""
    x = np.asarray(top, float)
    y = np.ones(len(x)) if under is None else np.asarray(under, float)
    if len(x) != len(y) or len(x) == 0 or not np.all(np.isfinite(np.concatenate([x, y]))):
        raise FormulaError("abtest.bad_days", top=len(x), under=len(y))
    if np.any(y < 0) or y.sum() <= 0:
        raise FormulaError("abtest.no_units", n=len(y), denominator=name)
    return Days(x, y)


def rate(days: Days) -> float:
    """Sum over sum (先求和再相除)."""
    return float(days.top.sum() / days.under.sum())


def linearised(days: Days) -> Array:
    """Daily influence on the rate (线性化日值): (x - R y) / mean(y), mean 0 (delta method)."""
    level = days.top.sum(axis=-1, keepdims=True) / days.under.sum(axis=-1, keepdims=True)
    return (days.top - level * days.under) / days.under.mean(axis=-1, keepdims=True)


def paired_days(
    control: Days, treatment: Days, *, alpha: float = 0.05, better: str = "higher"
) -> Comparison:
    """Both plans on the same days (同日配对): t test of the daily linearised differences.

    >>> one = paired_days(days_of([240], [80]), days_of([210], [60]))
    >>> one.effect, one.decision
    (0.5, 'no_test')
    """
    if len(control.top) != len(treatment.top):
        raise FormulaError("abtest.bad_days", top=len(control.top), under=len(treatment.top))
    base = _levels("paired_days", control, treatment)
    gap = linearised(treatment) - linearised(control)
    se = float(np.std(gap, ddof=1)) / math.sqrt(len(gap)) if len(gap) > 1 else 0.0
    if len(gap) < 2:
        return replace(base, reason="abtest.why.one_day")
    if se <= 1e-12 * (abs(base.control) + abs(base.treatment)):
        return replace(base, reason="abtest.why.no_variation")
    return by_t(base, se, len(gap) - 1, alpha, better)


def with_twin(
    control: Days,
    treatment: Days,
    *,
    alpha: float = 0.05,
    better: str = "higher",
    early: bool = False,
) -> Comparison:
    """Paired t, and from 14 days on its EWC twin when days resemble the day before (双重检验).

    A win or a loss needs both (Lazarus, Lewis, Stock, Watson 2018, B = 4): the larger p and the
    wider interval are returned, so that interval and decision agree. `early`: with looks planned,
    fewer than 14 days always need both.
    """
    plain = paired_days(control, treatment, alpha=alpha, better=better)
    if plain.p_value is None:
        return plain
    twin = errors((linearised(treatment) - linearised(control))[None], early)[1]
    return _stricter(plain, float(twin[0]), TWIN_COSINES, alpha, better)


def errors(gaps: Array, early: bool = False) -> tuple[Array, Array]:
    """Errors of the means of rows (k, days) of daily differences (双重误差): plain, and the twin's.

    The twin's is 0 where the paired t stands alone: under 14 days unless `early`, or when no day
    resembles the day before.
    """
    n = gaps.shape[1]
    rest = gaps - gaps.mean(axis=1, keepdims=True)
    plain = np.sqrt(np.sum(rest**2, axis=1) / (n - 1) / n)
    short = n < TWIN_DAYS
    needed = np.full(len(gaps), early) if short else np.sum(rest[:, 1:] * rest[:, :-1], axis=1) > 0
    twin = np.sqrt(np.mean(spectrum(gaps, TWIN_COSINES) ** 2, axis=1) / n)
    return plain, np.where(needed, twin, 0.0)


def p_values(control: Days, treatment: Days, early: bool = False) -> Array:
    """P of `with_twin` for many tests at once (批量 p 值), rows (k, days)."""
    effect = treatment.top.sum(axis=1) / treatment.under.sum(axis=1) - control.top.sum(
        axis=1
    ) / control.under.sum(axis=1)
    plain, twin = errors(linearised(treatment) - linearised(control), early)
    days = control.top.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        least = [
            stdtr(df, -np.abs(effect / se)) for df, se in ((days - 1, plain), (TWIN_COSINES, twin))
        ]
    return 2 * np.where(twin > 0, np.maximum(*least), least[0])


def different_days(
    before: Days, after: Days, *, alpha: float = 0.05, better: str = "higher"
) -> Comparison:
    """Different days (前后对比): Welch on linearised days; time is confounded with the change."""
    series = [linearised(before), linearised(after)]
    arms = [
        Arm(len(s), rate(d), arm_of(s).variance)
        for s, d in zip(series, (before, after), strict=True)
    ]
    plain = welch(arms[0], arms[1], alpha=alpha, better=better, method="different_days")
    short = min(len(s) for s in series) < TWIN_DAYS
    if plain.p_value is None or short or sum(map(lag_one, series)) <= 0:
        return plain
    errors = [mean_error(s, TWIN_COSINES)[0] ** 2 for s in series]
    df = TWIN_COSINES * sum(errors) ** 2 / max(sum(e**2 for e in errors), 1e-300)
    return _stricter(plain, math.sqrt(sum(errors)), df, alpha, better)


def net_of_before(
    pre: tuple[Days, Days],
    during: tuple[Days, Days],
    *,
    alpha: float = 0.05,
    better: str = "higher",
) -> Comparison:
    """Difference in differences (双重差分): the gap of the test days less that of days before.

    pre, during : (control, treatment), each pair on the same days
    """
    arms = []
    for control, treatment in (pre, during):
        gap = linearised(treatment) - linearised(control)
        arms.append(Arm(len(gap), rate(treatment) - rate(control), arm_of(gap).variance))
    return welch(arms[0], arms[1], alpha=alpha, better=better, method="net_of_before")


def lag_one(values: Array) -> float:
    """Lag-1 correlation of a series of days (相邻两日相关); 0 when it does not vary."""
    rest = np.asarray(values, float) - np.mean(values)
    whole = float(rest @ rest)
    return float(rest[1:] @ rest[:-1]) / whole if whole > 0 else 0.0


def jackknife_error(control: Days, treatment: Days) -> float:
    """Delete-one-day error of the difference of rates (刀切法), a check on the delta method."""
    n = len(control.top)
    if n < 3:
        raise FormulaError("abtest.bad_days", top=n, under=n)
    left = [(d.top.sum() - d.top) / (d.under.sum() - d.under) for d in (control, treatment)]
    gap = left[1] - left[0]
    return float(math.sqrt((n - 1) / n * np.sum((gap - gap.mean()) ** 2)))


def wilcoxon(control: Days, treatment: Days) -> float | None:
    """Exact signed-rank p of the daily rate differences (符号秩检验), beside t when D < 10."""
    measured = (control.under > 0) & (treatment.under > 0)
    rates = [d.top[measured] / d.under[measured] for d in (control, treatment)]
    gap = rates[1] - rates[0]
    return float(stats.wilcoxon(gap).pvalue) if np.any(gap != 0) else None


def overdispersed(
    control: Days, treatment: Days, *, alpha: float = 0.05, better: str = "higher"
) -> Overdispersion:
    """Clicks among impressions by day (过度离散检验): Pearson X²/(D - 2), t with D - 2 df.

    Only for successes among trials, 0 <= top <= under every day. Shown, never decides.
    """
    arms = [Days(d.top[d.under > 0], d.under[d.under > 0]) for d in (control, treatment)]
    if any(np.any(d.top < 0) or np.any(d.top > d.under) for d in arms):
        raise FormulaError("abtest.not_trials")
    (p0, p1) = [rate(d) for d in arms]
    total = [d.under.sum() for d in arms]
    n = sum(len(d.top) for d in arms)
    if n < 3 or min(p0, p1) <= 0 or max(p0, p1) >= 1:
        raise FormulaError("abtest.why.no_variation")
    spread = [
        np.sum((d.top - d.under * p) ** 2 / (d.under * p * (1 - p)))
        for d, p in zip(arms, (p0, p1), strict=True)
    ]
    phi = float(sum(spread)) / (n - 2)
    odds = math.log(p1 / (1 - p1)) - math.log(p0 / (1 - p0))
    unit = 1 / (total[0] * p0 * (1 - p0)) + 1 / (total[1] * p1 * (1 - p1))
    p = 2 * float(stdtr(n - 2, -abs(odds) / math.sqrt(phi * unit))) if phi > 0 else None
    if p is None:
        raise FormulaError("abtest.why.no_variation")
    said = decide(p1 - p0, p, alpha, better)
    return Overdispersion(p0, p1, odds, phi, float(pooled_p(control, treatment)), p, said)


def pooled_p(control: Days, treatment: Days) -> Any:
    """The usual pooled z-test on totals (合并 z 检验), shown as the trap that it is; rows too."""
    x, n = ([getattr(d, k).sum(axis=-1) for d in (control, treatment)] for k in ("top", "under"))
    p = (x[0] + x[1]) / (n[0] + n[1])
    spread = np.maximum(p * (1 - p) * (1 / n[0] + 1 / n[1]), 1e-300)
    return 2 * ndtr(-np.abs(x[1] / n[1] - x[0] / n[0]) / np.sqrt(spread))


def _stricter(plain: Comparison, se: float, df: float, alpha: float, better: str) -> Comparison:
    """The wider interval and the larger p of `plain` and its twin."""
    if se <= 0 or plain.p_value is None or plain.ci_low is None:
        return plain
    twin = by_t(replace(plain, method=f"{plain.method}_ewc"), se, df, alpha, better)
    p = max(plain.p_value, twin.p_value or 0)
    wider = twin if (twin.ci_low or 0) < plain.ci_low else plain
    return replace(wider, p_value=p, decision=decide(plain.effect, p, alpha, better))


def _levels(method: str, control: Days, treatment: Days) -> Comparison:
    low, high = rate(control), rate(treatment)
    return Comparison(method, low, high, high - low, (high - low) / low if low else None)

"""Tests of independent units, users as a rule (独立用户检验): proportions, means, ratios, CUPED.

An effect is treatment minus control everywhere. Counts, sums or values go in, a flat record comes
out, unrounded. Impossible input is refused; what no test can judge gives `no_test` and a reason.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Real

import numpy as np
from scipy import stats
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from kit.abtest.decisions import Decision
from kit.errors import FormulaError
from kit.stats.given import chance, one_of
from kit.stats.intervals import wilson

Array = np.ndarray
LOWER = ("lower", "down")
HIGHER = ("higher", "up")
SMALL_CELL = 5  # Cochran 1954: below this expected count the exact test is used


@dataclass(frozen=True)
class Comparison:
    """Treatment against control (对比结果); None where a figure does not exist."""

    method: str
    control: float
    treatment: float
    effect: float
    rel_effect: float | None = None
    se: float | None = None
    df: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    rel_low: float | None = None
    rel_high: float | None = None
    wald_low: float | None = None
    wald_high: float | None = None
    decision: Decision = Decision.NO_TEST
    reason: str | None = None


@dataclass(frozen=True)
class Counts:
    """Successes among n independent units (成功数)."""

    successes: int
    n: int


@dataclass(frozen=True)
class Arm:
    """Units, mean and sample variance of one arm (均值与方差)."""

    n: int
    mean: float
    variance: float


def decide(effect: float, p_value: float | None, alpha: float, better: str) -> Decision:
    """Decision of a plain test (结论): p < alpha and the effect's direction."""
    one_of(better, HIGHER + LOWER)
    if p_value is None:
        return Decision.NO_TEST
    if p_value >= chance(alpha):
        return Decision.UNCLEAR
    return Decision.BETTER if (effect < 0) == (better in LOWER) else Decision.WORSE


def two_proportions(
    control: Counts, treatment: Counts, *, alpha: float = 0.05, better: str = "higher"
) -> Comparison:
    """Two independent proportions (两比例): pooled z, Newcombe interval, log interval of the lift.

    >>> round(two_proportions(Counts(1000, 10000), Counts(1120, 10000)).p_value, 6)
    0.005844
    """
    (x0, n0), (x1, n1) = (_counted(arm) for arm in (control, treatment))
    p0 = x0 / n0
    p1 = x1 / n1
    z = -float(ndtri(chance(alpha) / 2))
    base = Comparison("two_proportions", p0, p1, p1 - p0, _relative(p1 - p0, p0))
    if x0 + x1 in (0, n0 + n1):
        return replace(base, reason="abtest.why.no_variation")
    score = _pooled_z(x0, n0, x1, n1)
    p_value = 2 * ndtr(-abs(score))
    se = _wald_error(x0, n0, x1, n1)
    low, high = newcombe(control, treatment, alpha=alpha)
    rel_low, rel_high = _lift(x0, n0, x1, n1, z)
    return replace(
        base,
        se=se,
        statistic=score,
        p_value=float(p_value),
        ci_low=low,
        ci_high=high,
        rel_low=rel_low,
        rel_high=rel_high,
        wald_low=p1 - p0 - z * se,
        wald_high=p1 - p0 + z * se,
        decision=decide(p1 - p0, p_value, alpha, better),
    )


def _pooled_z(x0: int, n0: int, x1: int, n1: int) -> float:
    """Score statistic of two rates under one rate of both (合并方差的 z)."""
    pooled = (x0 + x1) / (n0 + n1)
    return (x1 / n1 - x0 / n0) / math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))


def _lift(x0: int, n0: int, x1: int, n1: int, z: float) -> tuple[float | None, float | None]:
    """Log interval of the relative change (相对变化的对数区间); none without successes."""
    if not x0 or not x1:
        return None, None
    p0, p1 = x0 / n0, x1 / n1
    half = z * math.sqrt((1 - p0) / x0 + (1 - p1) / x1)
    return p1 / p0 * math.exp(-half) - 1, p1 / p0 * math.exp(half) - 1


def newcombe(control: Counts, treatment: Counts, *, alpha: float = 0.05) -> tuple[float, float]:
    """Newcombe 1998, method 10 (纽科姆区间): from both rates' Wilson limits; 0 or n is fine."""
    (x0, n0), (x1, n1) = (_counted(arm) for arm in (control, treatment))
    p0, p1 = x0 / n0, x1 / n1
    level = 1 - chance(alpha)
    (low0, high0) = wilson(x0, n0, level)
    (low1, high1) = wilson(x1, n1, level)
    low = p1 - p0 - math.hypot(p1 - low1, high0 - p0)
    return low, p1 - p0 + math.hypot(high1 - p1, p0 - low0)


def fisher(table: Sequence[Sequence[int]], *, alternative: str = "two-sided") -> float:
    """Fisher's exact p of [[treatment success, failure], [control success, failure]] (精确检验)."""
    cells = np.asarray(table, float)
    if cells.shape != (2, 2) or np.any(cells < 0) or np.any(cells % 1):
        raise FormulaError("abtest.bad_table", found=cells.tolist())
    one_of(alternative, ("two-sided", "less", "greater"))
    return float(stats.fisher_exact(cells.astype(int), alternative=alternative).pvalue)


def exact_or_pooled(
    control: Counts, treatment: Counts, *, alpha: float = 0.05, better: str = "higher"
) -> Comparison:
    """`two_proportions`, its p from Fisher when an expected cell is under 5 (小样本用精确检验)."""
    plain = two_proportions(control, treatment, alpha=alpha, better=better)
    x = control.successes + treatment.successes
    n = control.n + treatment.n
    if plain.p_value is None or min(x, n - x) * min(control.n, treatment.n) / n >= SMALL_CELL:
        return plain
    p = fisher([[arm.successes, arm.n - arm.successes] for arm in (treatment, control)])
    return replace(
        plain, method="fisher", p_value=p, decision=decide(plain.effect, p, alpha, better)
    )


def arm_of(values: Sequence[float] | Array) -> Arm:
    """Arm from the values of its units (由明细得均值与方差)."""
    x = np.asarray(values, float)
    if len(x) == 0 or not np.all(np.isfinite(x)):
        raise FormulaError("abtest.bad_values", n=len(x), missing=int(np.sum(~np.isfinite(x))))
    return Arm(len(x), float(x.mean()), float(x.var(ddof=1)) if len(x) > 1 else 0.0)


def arm_given(n: int, mean: float, sd: float | None) -> Arm:
    """Arm from given aggregates (由汇总得均值与方差); one unit alone has no sd."""
    if sd is None or not sd >= 0:
        sd = 0.0 if n == 1 and sd is None else math.nan
    return Arm(n, mean, sd**2)


def welch(
    control: Arm,
    treatment: Arm,
    *,
    alpha: float = 0.05,
    better: str = "higher",
    method: str = "welch",
) -> Comparison:
    """Welch's t test of two means (韦尔奇检验): variances may differ, df is not rounded.

    >>> result = welch(Arm(2000, 25, 60**2), Arm(2100, 31, 64**2))
    >>> round(result.statistic, 4), round(result.df, 1)
    (3.0982, 4097.0)
    """
    for arm in (control, treatment):
        if arm.n <= 0 or arm.variance < 0 or not math.isfinite(arm.mean + arm.variance):
            raise FormulaError("abtest.bad_arm", n=arm.n, mean=arm.mean, variance=arm.variance)
    effect = treatment.mean - control.mean
    base = Comparison(method, control.mean, treatment.mean, effect)
    base = replace(base, rel_effect=_relative(effect, control.mean))
    v0, v1 = control.variance / control.n, treatment.variance / treatment.n
    if min(control.n, treatment.n) < 2:
        return replace(base, reason="abtest.why.one_unit")
    if v0 + v1 <= 1e-24 * (control.mean**2 + treatment.mean**2):
        return replace(base, reason="abtest.why.no_variation")
    df = (v0 + v1) ** 2 / (v0**2 / (control.n - 1) + v1**2 / (treatment.n - 1))
    return by_t(base, math.sqrt(v0 + v1), df, alpha, better)


def by_t(base: Comparison, se: float, df: float, alpha: float, better: str) -> Comparison:
    """`base` with t, p, interval and decision from its error and degrees of freedom (t 检验)."""
    p = 2 * float(stdtr(df, -abs(base.effect / se)))
    half = -float(stdtrit(df, chance(alpha) / 2)) * se
    return replace(
        base,
        se=se,
        df=df,
        statistic=base.effect / se,
        p_value=p,
        ci_low=base.effect - half,
        ci_high=base.effect + half,
        decision=decide(base.effect, p, alpha, better),
        reason=None,
    )


def sample_ratio(observed: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """Sample-ratio mismatch (样本比例失衡): chi-square and p against the declared weights.

    >>> chi2, p = sample_ratio([44700, 45489], [1, 1])
    >>> round(chi2, 1), round(p, 4)
    (6.9, 0.0086)
    """
    seen = np.asarray(observed, float)
    share = np.asarray(weights, float)
    if len(seen) != len(share) or len(seen) < 2 or not min(seen.min(), share.min()) >= 0:
        raise FormulaError("abtest.bad_split", observed=seen.tolist(), weights=share.tolist())
    if seen.sum() <= 0 or np.any(share == 0):
        raise FormulaError("abtest.bad_split", observed=seen.tolist(), weights=share.tolist())
    expected = seen.sum() * share / share.sum()
    chi2 = float(np.sum((seen - expected) ** 2 / expected))
    return chi2, float(chdtrc(len(seen) - 1, chi2))


def uneven(p_value: float, alpha: float) -> bool:
    """Whether a sample ratio is off (比例失衡): p of `sample_ratio` under alpha."""
    return p_value < chance(alpha)


def guarded(test: Comparison, srm_p: float, srm_alpha: float) -> Comparison:
    """`test`, its decision `invalid_srm` where the split is off, whatever the effect (失衡作废)."""
    if not uneven(srm_p, srm_alpha):
        return test
    return replace(test, decision=Decision.INVALID_SRM, reason="abtest.reason.srm")


def _counted(arm: Counts) -> tuple[int, int]:
    x = arm.successes
    n = arm.n
    numbers = isinstance(x, Real) and isinstance(n, Real)
    if not numbers or n <= 0 or not 0 <= x <= n or x % 1 or n % 1:
        raise FormulaError("abtest.bad_counts", successes=arm.successes, n=arm.n)
    return arm.successes, arm.n


def _relative(effect: float, control: float) -> float | None:
    return effect / control if control else None


def _wald_error(x0: int, n0: int, x1: int, n1: int) -> float:
    p0, p1 = x0 / n0, x1 / n1
    return math.sqrt(p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1)

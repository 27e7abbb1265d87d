"""Standard errors for days that resemble each other (等权余弦标准误, EWC).

Lazarus, Lewis, Stock, Watson (2018), J. Bus. Econ. Stat. 36(4): project the series on the first B
cosines; the mean square of the projections estimates the long-run variance, and t on B degrees of
freedom is the right reference. B = max(4, round(0.4 n^(2/3))). One row per series, all at once.

Under memory of days the projections fall short of the long-run variance (by 16 % in 30 days at a
day-to-day correlation of 0.5), so `sum_error` is stretched to be right at MEMORY: intervals then
cover 95 % there and 95 to 96 % below. Days of a promotion swing more than others: the stretch knows
by how much, and months of 618 cover 93 to 98 % (tests/scoring/test_trust.py).
"""

import numpy as np
from scipy import stats

from kit.stats.given import chance

Array = np.ndarray
MEMORY = 0.5  # largest day-to-day correlation for which coverage is claimed (conventions.md)
PHASED = 0.55  # the same where a calendar is taken out, which hides some of it (measured)


def cosines(n: int) -> int:
    """Number of cosines (余弦项数) for n days, never more than n - 1.

    >>> cosines(28), cosines(30), cosines(91), cosines(3)
    (4, 4, 8, 2)
    """
    return max(0, min(max(4, round(0.4 * n ** (2 / 3))), n - 1))


def spectrum(series: Array, b: int | None = None) -> Array:
    """Cosine projections (余弦投影) of rows `series` (k, n) -> (k, B); the mean drops out."""
    n = series.shape[-1]
    return series @ _waves(n, cosines(n) if b is None else min(b, n - 1))


def sum_error(
    series: Array, days: Array | None = None, known: Array | None = None
) -> tuple[Array, Array]:
    """Standard error of each row's sum (合计的标准误), and its degrees of freedom.

    series  : (k, n), one value a day
    days    : (k, n) the days that count for a row; default all; the others, 0 or false, are left
              out. Numbers tell spans: each has a mean of its own, fixed beforehand (`base`)
    known   : (n, m) calendar columns (a promotion's phases): what was fixed beforehand is no chance
    Returns : se (k,), df (k,); NaN and 0 where fewer than 2 days count
    """
    series = np.atleast_2d(np.asarray(series, float))
    days = np.ones(series.shape, bool) if days is None else np.atleast_2d(days)
    se = np.full(len(series), np.nan)
    df = np.zeros(len(series))
    patterns, group = np.unique(days, axis=0, return_inverse=True)
    for i, pattern in enumerate(patterns):  # over distinct windows of ownership, not over people
        rows = np.flatnonzero(group.ravel() == i)
        own = np.flatnonzero(pattern)
        if len(own) > 1:
            inside = spanned(pattern[own], None if known is None else known[own])
            mine = series[np.ix_(rows, own)]
            waves, free = free_waves(len(own), inside)
            power = ((mine @ waves) ** 2).sum(axis=1) / free
            loud = loudness(mine, inside)
            se[rows] = np.sqrt(len(own) * power * stretch(waves, claimed(inside), loud))
            df[rows] = free * fewer(waves, loud, 1.0 if pattern.max() > pattern[own].min() else 0.5)
    return se, df


def free_waves(n: int, known: Array | None) -> tuple[Array, float]:
    """Cosines of n days after the calendar is taken out, and how many of them are left free.

    A calendar of rank m takes part of the low waves, so m more are used; what it takes of each wave
    is counted out of the mean square, and out of the degrees of freedom.
    """
    left = base(n, known)
    waves = _waves(n, min(cosines(n) + left.shape[1] - 1, n - left.shape[1]))
    waves = waves - left @ (left.T @ waves)
    return waves, max(float((waves**2).sum()), 1e-9)


def claimed(known: Array | None) -> float:
    """Day-to-day correlation that errors allow for (日间相关上限), with or without a calendar."""
    return MEMORY if known is None or not known.size else PHASED


def loudness(series: Array, known: Array | None = None) -> Array:
    """How far days of each phase of the calendar swing (各阶段的波动), their mean square 1.

    A promotion's days swing more than the others: a few of them make most of the error. Taken from
    all rows together, (k, n), phase by phase; without a calendar days are alike.
    """
    n = series.shape[1]
    if known is None or not known.size:
        return np.ones(n)
    _, phase, days = np.unique(known, axis=0, return_inverse=True, return_counts=True)
    left = base(n, known)
    phase = phase.ravel()
    square = (series - (series @ left) @ left.T) ** 2
    square = square / np.maximum(square.mean(axis=1, keepdims=True), 1e-300)
    power = (np.bincount(phase, square.mean(axis=0)) / np.maximum(days - 1, 1))[phase]
    return np.sqrt(power / power.mean()) if power.mean() > 0 else np.ones(n)


def seen(waves: Array, memory: float, loud: Array) -> tuple[float, float]:
    """Sum of squares of AR(1) days' waves (`loud` swings), and the variance of their sum a day."""
    apart = np.abs(np.subtract.outer(np.arange(len(waves)), np.arange(len(waves))))
    days = memory**apart * np.outer(loud, loud)
    return float(np.einsum("ij,ik,kj->", waves, days, waves)), float(days.mean() * len(waves))


def fewer(waves: Array, loud: Array, loss: float = 0.5) -> float:
    """Part of the degrees of freedom that uneven days leave: half of Satterthwaite's loss.

    Half, since the whole makes intervals of calm months too wide (measured: scoring_trust bench).
    Spans of one row alone take the whole: there one row tells how loud each is.
    """
    uneven = waves.T @ (loud[:, None] ** 2 * waves)
    flat = waves.T @ waves
    left = [np.trace(m) ** 2 / max((m**2).sum(), 1e-300) for m in (uneven, flat)]
    return float(1 - loss * (1 - min(1.0, left[0] / max(left[1], 1e-300))))


def stretch(waves: Array, memory: float, loud: Array) -> float:
    """How far the waves' mean square falls short of a sum's variance (低估倍数), at least 1."""
    part, whole = seen(waves, memory, loud)
    return max(1.0, whole * float((waves**2).sum()) / max(part, 1e-9))


def residual(series: Array, days: Array, known: Array | None = None) -> Array:
    """Each row less its means over spans and its known calendar, on the days that count (残差)."""
    out = np.zeros(series.shape)
    patterns, group = np.unique(days, axis=0, return_inverse=True)
    for i, pattern in enumerate(patterns):  # over distinct windows of ownership
        cells = np.ix_(np.flatnonzero(group.ravel() == i), np.flatnonzero(pattern))
        own = pattern > 0
        left = base(int(own.sum()), spanned(pattern[own], None if known is None else known[own]))
        out[cells] = series[cells] - (series[cells] @ left) @ left.T
    return out


def spanned(spans: Array, known: Array | None = None) -> Array | None:
    """Calendar columns of the days with one for each span but the first (分段), where several are.

    spans : the span of each day, a number
    """
    later = np.unique(spans)[1:]
    if not len(later):
        return known
    steps = (spans[:, None] == later) * 1.0
    return steps if known is None else np.column_stack([known, steps])


def evened(series: Array, spans: Array, known: Array | None = None) -> Array:
    """Rows whose spans' means were taken out, as loud as rows of one span (分段损失的补足).

    The means take a part of the slow waves with them; here each row is raised by what is lost.
    series, spans : (k, n), all days count
    """
    waves, free = free_waves(series.shape[1], known)
    out = series.copy()
    for pattern in np.unique(spans, axis=0):
        left = base(len(pattern), spanned(pattern, known))
        rest = ((waves - left @ (left.T @ waves)) ** 2).sum()
        rows = (spans == pattern).all(axis=1)
        out[rows] = series[rows] * np.sqrt(free / max(float(rest), 1e-9))
    return out


def base(n: int, known: Array | None) -> Array:
    """Orthonormal columns that span the mean and the calendar."""
    columns = np.ones((n, 1)) if known is None else np.column_stack([np.ones(n), known])
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, size > 1e-9 * max(size.max(initial=0), 1e-300)]


def _waves(n: int, b: int) -> Array:
    angle = np.pi * np.outer(np.arange(n) + 0.5, np.arange(1, b + 1)) / n
    return np.sqrt(2 / n) * np.cos(angle)


def mean_error(series: Array, b: int | None = None) -> tuple[float, int]:
    """Standard error of the mean (均值的标准误) of one series of days, and its degrees of freedom.

    >>> se, df = mean_error(np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]), b=4)
    >>> round(se, 4), df
    (0.784, 4)
    """
    waves = spectrum(np.asarray(series, float)[None, :], b)[0]
    return float(np.sqrt(np.mean(waves**2) / len(series))), len(waves)


def half_width(se: Array, df: Array, level: float) -> Array:
    """Half an interval (区间半宽): t quantile times se; NaN where df is 0."""
    df = np.asarray(df, float)
    return stats.t.ppf((1 + chance(level)) / 2, np.where(df > 0, df, np.nan)) * se

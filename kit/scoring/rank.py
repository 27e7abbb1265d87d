"""Ranks that admit what is not known (排名区间), and what they hang on (敏感性)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import stats

from kit.errors import FormulaError
from kit.stats.given import chance, one_of
from kit.stats.multiple import holm

Array = np.ndarray


@dataclass(frozen=True)
class LeftOut:
    """Order of people with all metrics and without each; the metric whose loss turns most pairs."""

    base: list[str]
    without: list[list[str]]
    dominant_index: int


def interval_pairwise_holm(
    score: Sequence[float | None], se: Sequence[float], level: float = 0.95
) -> list[tuple[int, int] | None]:
    """Rank interval of each unit (排名区间): pairwise z tests, independent errors, Holm.

    >>> interval_pairwise_holm([90, 89.9, 70], [1, 1, 1])
    [(1, 2), (1, 2), (3, 3)]
    """
    values = np.array(score, float)
    errors = np.array(se, float)
    if len(values) != len(errors) or np.any(errors < 0):
        raise FormulaError("scoring.negative_error", found=list(se))
    gap = values[:, None] - values[None, :]
    spread = np.hypot(errors[:, None], errors[None, :])
    low, high = bounds(significance(gap, spread, np.inf), gap, 1 - chance(level))
    pairs = zip(low, high, values, strict=True)
    return [None if np.isnan(v) else (int(a), int(b)) for a, b, v in pairs]


def significance(gap: Array, spread: Array, df: Any) -> Array:
    """Holm-adjusted p of every pair's difference (两两检验), symmetric; diagonal NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(gap == 0, 0.0, np.abs(gap) / spread)
    upper = np.triu_indices(len(gap), 1)
    p = np.full(gap.shape, np.nan)
    p[upper] = holm(2 * stats.t.sf(ratio[upper], df if np.isscalar(df) else df[upper]))
    return np.where(np.isnan(p), p.T, p)


def bounds(p: Array, gap: Array, alpha: float) -> tuple[Array, Array]:
    """Rank interval [1 + number better, n - number worse] (排名上下限) from adjusted p-values."""
    sure = p <= alpha
    n = int(np.sum(np.any(~np.isnan(gap), axis=1)))
    return 1 + np.sum(sure & (gap < 0), axis=1), n - np.sum(sure & (gap > 0), axis=1)


def flip_weight(a: Sequence[float], b: Sequence[float], vary: int) -> float | None:
    """Weight on metric `vary` at which a and b are level (翻转权重); None if none in [0, 1].

    >>> round(flip_weight([80, 70], [90, 50], 0), 4)
    0.6667
    """
    one_of(vary, (0, 1))
    here = Fraction(str(a[vary])) - Fraction(str(b[vary]))
    there = Fraction(str(a[1 - vary])) - Fraction(str(b[1 - vary]))
    if here == there:
        return None
    weight = there / (there - here)
    return float(weight) if 0 <= weight <= 1 else None


def rank_acceptability(a: Sequence[float], b: Sequence[float]) -> float:
    """Share of all weights for which a is first (排名可接受度); exact for two, else drawn."""
    gap = np.array(a, float) - np.array(b, float)
    if np.all(gap == 0):
        return 0.5
    if len(gap) == 2 and gap.min() < 0 < gap.max():
        return float(gap.max() / (gap.max() - gap.min()))
    draws = np.random.default_rng(1).dirichlet(np.ones(len(gap)), 20000)
    return float(np.mean(draws @ gap > 0))


def leave_one_metric_out(scores: Mapping[str, Any], weights: Any) -> LeftOut:
    """Order of people by weighted mean, and without each metric in turn (逐项剔除)."""
    if not scores or any(len(row) != len(weights) for row in scores.values()):
        raise FormulaError("scoring.bad_weights", found=list(weights))
    names = list(scores)
    table = np.array(list(scores.values()), float)
    kept = 1 - np.eye(len(weights), dtype=float)
    orders = [_order(table, np.array(weights) * keep) for keep in [np.ones(len(weights)), *kept]]
    turned = [_turned(orders[0], other) for other in orders[1:]]
    named = [[names[i] for i in order] for order in orders]
    return LeftOut(named[0], named[1:], int(np.argmax(turned)))


def _order(table: Array, weights: Array) -> Array:
    """Best first; ties as on paper (9 decimals), then in input order."""
    weight = np.where(np.isnan(table), 0.0, weights)
    total = weight.sum(axis=1)
    mean = (np.nan_to_num(table) * weight).sum(axis=1) / np.where(total > 0, total, 1)
    return np.argsort(-np.round(mean, 9), kind="stable")


def _turned(base: Array, other: Array) -> int:
    """Number of pairs in another order (Kendall distance)."""
    place = np.argsort(other)[base]
    return int(np.sum(np.triu(place[:, None] > place[None, :], 1)))

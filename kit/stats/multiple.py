"""Several tests at once (多重检验): adjusted p-values in input order; NaN does not count."""

import numpy as np

from kit.errors import FormulaError
from kit.stats.given import chance

Array = np.ndarray


def holm(p_values: Array) -> Array:
    """Holm 1979 (霍尔姆): sorted p times m, m-1, …, 1, running maximum, at most 1.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p, order = _sorted(p_values)
    steps = p[order] * np.arange(len(order), 0, -1)
    return _back(p, order, np.maximum.accumulate(steps))


def bh(p_values: Array) -> Array:
    """Benjamini-Hochberg 1995 (错误发现率): step-up, running minimum from the largest p."""
    p, order = _sorted(p_values)
    steps = p[order] * len(order) / np.arange(1, len(order) + 1)
    return _back(p, order, np.minimum.accumulate(steps[::-1])[::-1])


def bonferroni(p_values: Array) -> Array:
    """Bonferroni (邦费罗尼): min(1, m p)."""
    p, order = _sorted(p_values)
    return _back(p, order, p[order] * len(order))


def rejected(adjusted: Array, alpha: float) -> list[bool]:
    """Which tests are rejected (拒绝与否): adjusted p at most alpha, as on paper (3 × 0.1 is 0.3).

    >>> rejected(bh([0.02, 0.05, 0.02]), 0.05)
    [True, True, True]
    """
    return (np.asarray(adjusted, float) <= chance(alpha) * (1 + 1e-12)).tolist()


def _sorted(p_values: Array) -> tuple[Array, Array]:
    p = np.asarray(p_values, float)
    if np.any((p < 0) | (p > 1)):
        raise FormulaError("stats.not_a_p_value", found=p[(p < 0) | (p > 1)].tolist())
    order = np.argsort(p, kind="stable")
    return p, order[: int(np.sum(~np.isnan(p)))]


def _back(p: Array, order: Array, steps: Array) -> Array:
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(1.0, steps)
    return adjusted

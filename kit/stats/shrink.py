"""Shrinkage of small samples toward the group (收缩估计): for ranks and forecasts, not pay."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kit.errors import FormulaError

Array = np.ndarray


@dataclass(frozen=True)
class Shrunk:
    """Normal empirical Bayes: variance between units, common mean, estimates in input order."""

    tau2: float
    mean: float
    estimates: Array


@dataclass(frozen=True)
class Posterior:
    """Estimates drawn toward the group, with what is not known of them (后验)."""

    mean: Array
    se: Array


def posterior(y: Array, var: Array, group: Array | None = None) -> Posterior:
    """Normal empirical Bayes with honest errors (收缩值及其误差).

    `group` says which units set the prior.
    Variance after Morris (1983, J. Am. Stat. Assoc. 78, 47): the part left by the shrinkage, the
    error of the common mean, and that of the variance between units.
    """
    use = np.ones(len(y), bool) if group is None else group
    if not np.isfinite(var[use]).any():  # a single day tells no variance, so nothing is sure
        return Posterior(y, np.full(len(y), np.inf))
    prior = normal_eb(y[use], var[use])
    k = int(use.sum())
    pull = var / (var + prior.tau2)
    common = 1 / np.sum(1 / (var[use] + prior.tau2))
    doubt = 2 / max(k - 3, 1) * (pull * (y - prior.mean)) ** 2
    spread = var * (1 - pull) + pull**2 * common + np.minimum(doubt, var)
    return Posterior(pull * prior.mean + (1 - pull) * y, np.sqrt(spread))


def beta_binomial(k: Any, n: Any, alpha: float, beta: float) -> Any:
    """Posterior mean of a proportion (贝塔-二项收缩): (k + alpha) / (n + alpha + beta).

    >>> beta_binomial(4, 10, 1, 1)
    0.4166666666666667
    """
    low, high = np.min(k), np.min(np.asarray(n) - np.asarray(k))
    if min(low, high, alpha, beta) < 0 or np.any(np.asarray(n) + alpha + beta <= 0):
        raise FormulaError("stats.not_a_count", k=k, n=n)
    return (k + alpha) / (n + alpha + beta)


def normal_eb(y: Array, var: Array) -> Shrunk:
    """Normal shrinkage (正态经验贝叶斯): moment tau2 of DerSimonian-Laird (1986), floored at 0."""
    y = np.asarray(y, float)
    var = np.asarray(var, float)
    if len(y) == 0 or len(y) != len(var) or not np.all(var > 0) or not np.all(np.isfinite(y)):
        raise FormulaError("stats.no_variance", n=len(y), var=var.tolist())
    w = 1 / var
    q = float(np.sum(w * (y - np.average(y, weights=w)) ** 2))
    room = float(w.sum() - np.sum(w**2) / w.sum())
    tau2 = max(0.0, (q - (len(y) - 1)) / room) if room > 1e-12 * w.sum() else 0.0
    mean = float(np.average(y, weights=1 / (var + tau2)))
    pull = var / (var + tau2)
    return Shrunk(tau2, mean, pull * mean + (1 - pull) * y)

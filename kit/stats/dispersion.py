"""How far sums of few, unlike orders vary (过度离散): one theory of noise for plans and people.

The relative variance of a unit's sum is phi / e + psi: phi is what one order adds (its value's
spread included), e the orders expected, psi the noise of days, which no volume takes away. Both are
fitted over units that resemble each other, since a unit without a large order shows too small a
variance of its own. Residuals are taken from the common rate for the same reason.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import special
from scipy.optimize import nnls

from kit.stats import ewc
from kit.stats.pairs import trigamma_inverse

Array = np.ndarray
ROUNDS = 8  # of reweighting; the fit moves by under 1 % after five
MOST_MEMORY = 0.9


@dataclass(frozen=True)
class Dispersion:
    """Relative variance of a sum: phi / orders + psi, times `stretch` for days that remember."""

    phi: float
    psi: float
    stretch: float = 1.0

    def variance(self, orders: Array) -> Array:
        """Relative variance of sums with so many expected orders (合计的相对方差)."""
        orders = np.maximum(np.asarray(orders, float), 1e-9)
        return (self.phi / orders + self.psi) * self.stretch


def fit(variance: Array, orders: Array) -> Dispersion:
    """Phi and psi from the units' own relative variances, each unit one voice (非负最小二乘).

    >>> fit(np.array([0.03, 0.012, 0.0102]), np.array([100.0, 1000.0, 10000.0]))
    Dispersion(phi=2.0, psi=0.01, stretch=1.0)
    """
    variance, orders = np.asarray(variance, float), np.asarray(orders, float)
    use = np.isfinite(variance) & (orders > 0)
    v = variance[use]
    under = 1 / orders[use]
    if not len(v) or not np.any(v > 0):
        return Dispersion(0.0, 0.0)
    if len(v) < 3:
        return Dispersion(float(v.sum() / under.sum()), 0.0)
    design = np.column_stack([under, np.ones(len(v))])
    found = np.array([v.mean() / under.mean(), 0.0])
    for _ in range(ROUNDS):
        weight = 1 / np.maximum(design @ found, 1e-12 * v.max())
        found, _ = nnls(design * weight[:, None], v * weight)
    return Dispersion(float(round(found[0], 12)), float(round(found[1], 12)))


def moderated(variance: Array, df: Array, size: Array | None = None) -> tuple[Array, Array]:
    """Variances drawn toward their common one (稳健方差), and their degrees of freedom.

    Smyth (2004, Stat. Appl. Genet. Mol. Biol. 3(1)): a scaled inverse chi-square prior fitted by
    the moments of the logs. `size` (orders) is multiplied on before and divided off after, so that
    units of unequal volume stay unequal. Fewer than three known variances are left as they are.
    """
    size = np.ones(len(variance)) if size is None else np.maximum(size, 1e-9)
    scaled, df = np.asarray(variance, float) * size, np.asarray(df, float)
    use = np.isfinite(scaled) & (scaled > 0) & np.isfinite(df) & (df > 0)
    if use.sum() < 3:
        return np.asarray(variance, float), df
    half = df[use] / 2
    log = np.log(scaled[use]) - special.digamma(half) + np.log(half)
    beyond = log.var(ddof=1) - special.polygamma(1, half).mean()
    prior = 2 * trigamma_inverse(beyond) if beyond > 0 else np.inf
    if np.isinf(prior):
        level = float(np.average(scaled[use], weights=df[use]))
        return np.where(use, level / size, variance), np.where(use, np.inf, df)
    level = np.exp(log.mean() + special.digamma(prior / 2) - np.log(prior / 2))
    with np.errstate(invalid="ignore"):
        drawn = (prior * level + df * scaled) / (prior + df)
    return np.where(use, drawn / size, variance), np.where(use, prior + df, df)


def of_units(top: Array, under: Array, orders: Array, rate: Array) -> Dispersion:
    """Dispersion over units (k, n days) whose `top` should be rate × `under` day by day.

    orders : expected a unit; rate : one a unit, the group's or near it
    """
    days = top.shape[1]
    expected = rate * under.sum(axis=1)
    use = (expected > 0) & (orders > 0)
    if days < 2 or not use.any():
        return Dispersion(float("inf"), 0.0)
    rest = (top - rate[:, None] * under)[use] / expected[use, None]
    variance = days / (days - 1) * (rest**2).sum(axis=1)
    found = fit(variance, orders[use])
    scale = np.sqrt(np.maximum(found.variance(orders[use]), 1e-300))
    return Dispersion(found.phi, found.psi, memory_stretch(rest / scale[:, None]))


def memory_stretch(rows: Array) -> float:
    """How far days that resemble each other widen a sum, over all rows together (记忆拉伸), >= 1.

    The share of slow waves in the rows' squares tells the correlation of days: that AR(1) whose
    waves would show as much.
    """
    n = rows.shape[1]
    if n < 4:
        return 1.0
    rest = rows - rows.mean(axis=1, keepdims=True)
    whole = (rest**2).sum()
    if whole <= 0:
        return 1.0
    waves, shown, widened = _ar_one(n)
    share = ((rest @ waves) ** 2).sum() / whole
    return float(max(1.0, np.interp(share, shown, widened)))


@cache
def _ar_one(n: int) -> tuple[Array, Array, Array]:
    """Slow waves of n days; their share of the squares, and the stretch, by memory 0 to 0.9."""
    waves = ewc.free_waves(n, None)[0]
    mean = np.ones((n, 1)) / np.sqrt(n)
    even = np.ones(n)
    grid = np.linspace(0, MOST_MEMORY, 46)
    total = np.array([ewc.seen(mean, memory, even)[0] for memory in grid])
    slow = np.array([ewc.seen(waves, memory, even)[0] for memory in grid])
    return waves, slow / (n - total), total * (n - 1) / (n - total)

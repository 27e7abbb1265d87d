"""What meeting every target prints (恰好达标时的期望得分): kinks turn noise into lost points.

A rule that takes more below the target than it gives above it loses points to noise alone. The
total is linear in the points, so each indicator is averaged over its own noise, by quadrature.
"""

import numpy as np

from kit.scheme import Scheme
from kit.scoring.grid import Grid, completions, points

Array = np.ndarray
NODES = 41
WIDEST = 1.5  # relative error beyond which an indicator tells nothing


def expected(scheme: Scheme, found: Grid, used: Array, orders: Array) -> Array:
    """Mean total of a person truly at every target, with each one's own noise; NaN without one.

    used : weights in use; what has no target of its own (360, rules on the value) stays as it is
    orders : by which the team's errors are shared out: one's own is low without a large order
    """
    whole = np.zeros(len(used))
    for i in range(len(found.names)):
        score = _mean(scheme, found, i, orders)
        score = np.where(np.isnan(score), found.points[:, i], score)
        whole = whole + np.nan_to_num(used[:, i] * score)
    return np.where(used.sum(axis=1) > 0, whole, np.nan)


def _mean(scheme: Scheme, found: Grid, i: int, orders: Array) -> Array:
    """Mean points of one indicator around its target; NaN where it has no target or no error."""
    v, name = found.values[i], found.names[i]
    goal = found.targets.target[:, i]
    if v.raters is not None:
        return np.full(len(goal), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = np.where((v.actual > 0) & (v.se > 0), v.se / v.actual, np.nan)
        common = (
            np.sqrt(np.nanmean(wide**2 * orders) / orders) if (wide * orders > 0).any() else wide
        )
    wide = np.where(np.isfinite(wide * common), common, wide)
    wide = np.where(wide <= WIDEST, wide, np.nan)
    nodes, mass = np.polynomial.hermite_e.hermegauss(NODES)
    near = goal[:, None] * np.exp(wide[:, None] * nodes - wide[:, None] ** 2 / 2)
    target = np.broadcast_to(goal[:, None], near.shape)
    done = completions(scheme, [name], near, target)
    return np.asarray(points(scheme, name, done, near, target) @ mass / mass.sum())

"""People beside one another (人员比较): rank intervals, who can be told apart, standing."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from kit.scoring import errors
from kit.scoring.rank import bounds
from kit.stats.shrink import normal_eb

Array = np.ndarray
BARE = 1 / 3  # of the weight entered without an error: above, the total has no interval


def ranks(doubt: errors.Errors, known: Array, level: float) -> tuple[Array, Array, Array]:
    """Rank interval and group of each person (排名区间、分组); NaN for people without a total.

    People share a group when a chain of pairs that cannot be told apart joins them: whoever stands
    in different groups differs surely. Group 1 is the highest.
    """
    inside = known[:, None] & known[None, :]
    gap = np.where(inside, doubt.gap, np.nan)
    p = np.where(inside, doubt.p, np.nan)
    low, high = bounds(p, gap, 1 - level)
    near = inside & ~(p <= 1 - level)
    _, label = connected_components(coo_array(near), directed=False)
    order = [label[i] for i in np.argsort(-np.where(known, np.nansum(gap, axis=1), -np.inf))]
    place = {name: n for n, name in enumerate(dict.fromkeys(order), start=1)}
    group = np.array([place[name] for name in label], float)
    low, high = (np.where(known, values, np.nan) for values in (low, high))
    return low, high, np.where(known, group, np.nan)


def standing(doubt: errors.Errors, alpha: float) -> Array:
    """Above or below the mean of the others for sure, else level (与团队相比)."""
    sure = (doubt.versus_p <= alpha) & (doubt.bare <= BARE)
    return np.where(sure & (doubt.versus > 0), "above", np.where(sure, "below", "level"))


def shrunk(total: Array, se: Array) -> Array:
    """Totals drawn toward the mean by their noise, for ranking and forecasts only (收缩值)."""
    fit = ~np.isnan(total) & (se > 0)
    out = np.array(total)
    if fit.sum() > 2:
        out[fit] = normal_eb(total[fit], se[fit] ** 2).estimates
    return out

"""Who is named against the team (点名): each total against the mean of the others.

In a month of equals somebody is named in at most about 5 % of months, whatever the order values:
the variance is pooled over the team, and single huge days are cut at the team's joint 1 and 99 %
before people are compared; scores keep them (`kit.stats.pooled`). Rates: the bench `trust`.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kit.stats import ewc, pairs, pooled
from kit.stats.multiple import bh

Array = np.ndarray
SURE = 2.0  # the team's memory of days is known twice as well as its cautious bound says (measured)
FARTHEST = 2.0  # times one's own orders that the team's level may lie off


@dataclass(frozen=True)
class Work:
    """What a total is made of: people × days of influence, orders, and the points of one order."""

    daily: Array
    calendar: Array
    orders: Array
    weight: Array


def versus(work: Work, total: Array, other: tuple[Array, Array]) -> tuple[Array, Array]:
    """Each total less the mean of the others (与团队比), same days; and its BH p over people.

    other : error of the contrasts that days do not explain (raters, own errors), and its df
    """
    known = ~np.isnan(total)
    away = contrasts(known)
    gap = away @ np.nan_to_num(total)
    team = pairs.team(work.daily, work.calendar)
    rest = away @ team.rest
    use = np.flatnonzero(known)
    orders = np.nan_to_num(work.orders)
    chance = pooled.sampling(work.weight, orders).of(away).rows(use)
    weight, expected = _steep(work.weight * orders, gap, use), orders
    for _ in range(2):  # the orders that the person would have at the level of the others
        one = weight / np.where(expected > 0, expected, np.inf)
        at = pooled.sampling(one, expected).of(away).rows(use)
        found = pooled.cut(rest[use], chance, at, team.plain_df)
        seen = gap.copy()
        seen[use] = gap[use] - found.taken
        expected = _expected(orders, work.weight, seen)
    se, df = pairs.contrast_errors(team, away[use], found.plain)
    df = SURE * df if len(use) >= pooled.LEAST else df
    return np.where(known, gap, np.nan), _p(gap, (seen, use), (se, df), other)


def own(work: Work, owned: Array) -> tuple[Array, Array]:
    """Error of each total by its days, and its df (总分的日误差), steadied by the team.

    Who owned plans on some days only keeps the error of the own days; so do teams under four.
    """
    se, df = ewc.sum_error(work.daily, owned, work.calendar)
    use = np.flatnonzero(owned.all(axis=1) & (np.abs(work.daily).sum(axis=1) > 0))
    if len(use) < pooled.LEAST:
        return se, df
    team = pairs.team(work.daily[use], work.calendar)
    orders = np.nan_to_num(work.orders)[use]
    whole = work.weight[use] * orders
    usual = np.maximum(whole, np.median(whole))
    one = (_alike(whole, np.arange(len(use))) + usual) / 2 / np.where(orders > 0, orders, np.inf)
    chance, at = (pooled.sampling(w, orders).variance for w in (work.weight[use], one))
    plain = pooled.level(team.rest, chance, at, team.plain_df)
    se[use], free = pairs.contrast_errors(team, np.eye(len(use)), plain)
    df[use] = SURE * free
    return se, df


def _p(gap: Array, seen: tuple[Array, Array], days: tuple[Array, float], other: tuple) -> Array:
    """BH p of the gaps after the cut; none where the cut turns the sign."""
    (after, use), (se, df) = seen, days
    apart, free = (x[use] for x in other)
    whole = np.sqrt(se**2 + apart**2)
    under = se**4 / max(1, df) + apart**4 / np.maximum(1, free)
    free = np.where(under > 0, whole**4 / np.where(under > 0, under, 1), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = 2 * stats.t.sf(np.abs(after[use]) / whole, free)
    p = np.full(len(gap), np.nan)
    if len(use) > 1:
        p[use] = np.where((after * gap)[use] >= 0, raw, 1.0)
    return bh(p)


def contrasts(known: Array) -> Array:
    """Weights of each person against the mean of the others with a total (与其他人均值之差)."""
    n = max(known.sum(), 1)
    away = (np.eye(len(known)) - 1 / n) * n / max(n - 1, 1) * known
    return np.asarray(away * known[:, None])


def _alike(whole: Array, use: Array) -> Array:
    """Points of all orders of a person on the way from the team's level to the own one.

    A gap is the mean slope between the two, times how far the person truly moved: so noise counts
    at the mean of the team's usual slope and the own one, which a kink or a cap may flatten.
    """
    return (whole + np.median(whole[use])) / 2 if len(use) else whole


def _steep(whole: Array, gap: Array, use: Array) -> Array:
    """`_alike` for gaps upward, which a cap flattens; downward the team's usual slope at least.

    Far down a rule is flat by chance as well, and equals stand on one slope.
    """
    usual = np.maximum(whole, np.median(whole[use])) if len(use) else whole
    return np.where(gap > 0, (2 * _alike(whole, use) + usual) / 3, usual)


def _expected(orders: Array, weight: Array, gap: Array) -> Array:
    """Orders that each would have at the level of the others, at most FARTHEST times off."""
    one = np.where(weight > 0, weight, np.inf)
    return np.clip(orders - gap / one, orders / FARTHEST, orders * FARTHEST)

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
SURE_OF_ENDS = 1.5  # the same where the farthest of a team is sought: its tails count (measured)
MOST = 2.0  # times one's own orders that the team's level may lie off


@dataclass(frozen=True)
class Work:
    """What a total is made of: people × days of influence, orders, and the points of one order.

    held : people × days, spans of unchanged holdings; calendar : see `Panel`
    """

    daily: Array
    held: Array
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
    team = pairs.team(work.daily, work.calendar, work.held)
    rest = away @ team.rest
    use = np.flatnonzero(known)
    orders = np.nan_to_num(work.orders)
    chance = pooled.sampling(work.weight, orders).of(away).rows(use)
    whole, tails = work.weight * orders, pooled.tails(rest[use], team.plain_df)
    weight = np.where(gap > 0, _slope(whole, use, tails), _slope(whole, use, 1.0))
    expected = orders
    for _ in range(2):  # the orders that the person would have at the level of the others
        one = weight / np.where(expected > 0, expected, np.inf)
        at = pooled.sampling(one, expected).of(away).rows(use)
        found = pooled.cut(rest[use], chance, at, team.plain_df)
        seen = gap.copy()
        seen[use] = gap[use] - found.taken
        expected = _expected(orders, work.weight, seen)
    se, df = pairs.contrast_errors(team, away[use], found.plain)
    df = SURE_OF_ENDS * df if len(use) >= pooled.LEAST else df
    return np.where(known, gap, np.nan), _p(gap, (seen, use), (se, df), other)


def own(work: Work) -> tuple[Array, Array]:
    """Error of each total by its days, and its df (总分的日误差), steadied by the team.

    Who owned plans on some days only keeps the error of the own days; so do teams under four.
    """
    se, df = ewc.sum_error(work.daily, work.held, work.calendar)
    use = np.flatnonzero((work.held > 0).all(axis=1) & (np.abs(work.daily).sum(axis=1) > 0))
    if len(use) < pooled.LEAST:
        return se, df
    team = pairs.team(work.daily[use], work.calendar, work.held[use])
    orders = np.nan_to_num(work.orders)[use]
    tails = pooled.tails(team.rest, team.plain_df)
    whole = _slope(work.weight[use] * orders, np.arange(len(use)), tails)
    one = whole / np.where(orders > 0, orders, np.inf)
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


def _slope(whole: Array, use: Array, tails: float) -> Array:
    """Points that all orders of a person are worth, on the way from the team's level to the own.

    A gap is the mean slope between the two levels times how far the person truly moved, and a rule
    may be flat at either end. Noise that is normal counts at that mean slope. With heavy tails a
    person without a large order stands far down, where a rule is flat, by chance: there noise
    counts at the team's usual slope at least.

    tails : how far single huge days make the noise, 0 (normal) to 1 (`pooled.tails`)
    """
    usual = np.median(whole[use]) if len(use) else whole
    return np.asarray((1 - tails) * (whole + usual) / 2 + tails * np.maximum(whole, usual))


def _expected(orders: Array, weight: Array, gap: Array) -> Array:
    """Orders that each would have at the level of the others, at most MOST times off."""
    one = np.where(weight > 0, weight, np.inf)
    return np.clip(orders - gap / one, orders / MOST, orders * MOST)

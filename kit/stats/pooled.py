"""Variances of totals pooled over a team (合并方差): who had no large order is not the surest.

A total's own variance goes up and down with the total itself: without a large order both are low,
and the weak would look surely weak. So the variance is fitted over the team as phi × sampling + psi
(kit.stats.dispersion): sampling is what so many orders of such weight should add, psi what days
add. A person's own variance counts only where it is larger than the team's. Single huge days are
cut at the team's joint 1 and 99 % before people are compared, which takes most of the skew.
"""

from dataclasses import dataclass

import numpy as np

from kit.stats.dispersion import fit, moderated

Array = np.ndarray
LEAST = 4  # people: fewer tell nothing about one another
CUT = 0.99


@dataclass(frozen=True)
class Sampling:
    """What orders add to totals by chance (抽样方差): variance and third moment, in points."""

    variance: Array
    third: Array

    def of(self, contrasts: Array) -> "Sampling":
        """The same of weighted sums of people, one a row of `contrasts`."""
        return Sampling(contrasts**2 @ self.variance, contrasts**3 @ self.third)

    def rows(self, use: Array) -> "Sampling":
        """Some of the rows."""
        return Sampling(self.variance[use], self.third[use])


@dataclass(frozen=True)
class Pooled:
    """Plain variance a day and row, and what the cut took from the sums beyond what it must."""

    plain: Array
    taken: Array


def sampling(weight: Array, orders: Array) -> Sampling:
    """Of sums in which each of so many orders weighs `weight` points (每单的分量)."""
    return Sampling(weight**2 * orders, weight**3 * orders)


def level(rest: Array, chance: Array, at: Array, df: int) -> Array:
    """Variance a day of each row by phi × chance + psi (合并), its own where that is larger.

    chance : sampling variance of the rows as they are, by which phi and psi are fitted; at : the
    one for which they are wanted
    """
    own = (rest**2).sum(axis=1) / max(df, 1)
    here, wanted = _common(own, chance, at)
    known = here > 0
    ratio = own / np.where(known, here, 1)
    ratio, _ = moderated(ratio, np.full(len(own), _free(rest[known & (own > 0)], df)))
    return wanted * np.maximum(1.0, ratio)


def tails(rest: Array, df: int) -> float:
    """How far single huge days make the noise of rows (k, n) (厚尾): 0 for normal days, up to 1.

    The share of a variance's degrees of freedom that the tails take; 0 where nothing varies.
    """
    varies = rest[(rest**2).sum(axis=1) > 0]
    return 1 - _free(varies, df) / max(df, 1) if len(varies) else 0.0


def _common(own: Array, chance: Array, at: Array) -> Array:
    """Fitted variances of the rows (拟合方差): as they are, and as wanted."""
    known = (chance > 0) & (at > 0)
    common = np.full((2, len(own)), own.mean() if len(own) else 0.0)
    if len(own) < LEAST or not own.any():
        return np.stack([own, own])
    if known.sum() >= LEAST:
        found = fit(own[known], 1 / chance[known])
        common[:, known] = found.phi * np.stack([chance, at])[:, known] + found.psi
    return common


def _free(rest: Array, df: int) -> float:
    """Degrees of freedom that a variance of such days has: fewer where single days are huge."""
    square = (rest / np.sqrt((rest**2).mean(axis=1, keepdims=True))) ** 2
    kurtosis = float((square**2).mean()) if square.size else 3.0
    return df * min(1.0, 2 / max(kurtosis - 1, 1e-9))


def cut(rest: Array, chance: Sampling, at: Sampling, df: int) -> Pooled:
    """Pooled variances of rows (k, n) whose single huge days are cut (封顶).

    What the cut takes from a skewed sum on average is given back: it grows with the skew that the
    row's orders lead one to expect.
    """
    n = rest.shape[1]
    if len(rest) < LEAST:
        return Pooled((rest**2).sum(axis=1) / max(df, 1), np.zeros(len(rest)))
    own = (rest**2).sum(axis=1) / max(df, 1)
    scale = np.sqrt(_common(own, chance.variance, at.variance)[1])
    unit = rest / np.where(scale > 0, scale, 1)[:, None]
    kept = np.clip(unit, *np.quantile(unit[scale > 0], [1 - CUT, CUT])) if scale.any() else unit
    lost = (unit - kept).sum(axis=1)
    skew = at.third / np.where(scale > 0, scale**2 * n, np.inf) ** 1.5
    design = np.column_stack([np.ones(len(rest)), skew])
    lost = scale * (lost - design @ np.linalg.lstsq(design, lost, rcond=None)[0])
    kept = kept * scale[:, None]
    rows = kept - kept.mean(axis=1, keepdims=True)
    return Pooled(level(rows, chance.variance, at.variance, df), lost)

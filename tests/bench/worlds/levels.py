"""Faults 7 and 8: people of unlike true levels: exact targets, chances of grades, basis of pay."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit.people.payroll import pay_basis
from kit.scoring import grid
from kit.scoring.at_target import expected
from kit.scoring.chances import again
from tests.bench.worlds import scores
from tests.scoring import months

Array = np.ndarray
BASE = scores.World()
UNLIKE = (
    replace(BASE, spread=0.08, level=0.88),
    replace(BASE, orders=6, spread=0.15, level=0.85),
)
ENOUGH = 300  # chances that a tenth needs to be compared
NAMES = months.NAMES
ANCHORS = ([0.5, 0.85, 1, 1.2], [0, 60, 100, 120])


def targets() -> Iterator[tuple]:
    """Rows of `tests.bench.trust`."""
    for at, world in enumerate((BASE, replace(BASE, orders=6))):
        world = replace(world, level=1.0)
        off = partial(_off_target, world, 700 + at)
        yield "7", scores.name(world), "told − true points", 1.0, True, "at_target", off, "teams"
    for at, world in enumerate(UNLIKE):
        rows = (
            ("told − true chance", "grades", partial(_apart, np.nanmean, world, 720 + at)),
            ("told − true chance, worst", "grades", partial(_apart, np.nanmax, world, 720 + at)),
            ("not chance, told − true", "basis", partial(_basis, world, 720 + at)),
            ("changed grades, told − true", "again", partial(_changed, world, 740 + at)),
        )
        for what, method, run in rows:
            yield "8", scores.name(world), what, 0.05, True, method, run, "teams"


def _apart(over: Callable, world: scores.World, seed: int, n: int) -> Array:
    seen = _seen(world, seed, n)
    return apart(seen.told, seen.true, over)


def _basis(world: scores.World, seed: int, n: int) -> Array:
    return _seen(world, seed, n).basis


class Seen(NamedTuple):
    """Months × people × grades: told chance, truth; a month's told less true share, not chance."""

    told: Array
    true: Array
    basis: Array


@cache
def _seen(world: scores.World, seed: int, n: int) -> Seen:
    rng = np.random.default_rng(seed)
    parts = [_month(world, rng) for _ in range(n)]
    return Seen(*(np.array(part) for part in zip(*parts, strict=True)))


def _month(world: scores.World, rng: np.random.Generator) -> tuple[Array, Array, float]:
    """Told chances, the true grade, and what is told to be no chance less what is none."""
    rates = scores.truth(world, rng)
    month = scores.graded(scores.facts(world, rng, rates), world, draws=300)
    level = {k: rates * world.level if k != "ctr" else 0 * rates + world.level for k in NAMES}
    points = np.stack([np.interp(level[k], *ANCHORS) for k in NAMES], axis=1)
    true = scores.meant(world, rates)
    floored = grid.under_floor(month.scheme, NAMES, points)
    place = grid.graded(month.scheme, grid.half_up(true), floored)
    total = np.nansum(month.used * month.found.points, axis=1)
    rows = pd.DataFrame({"total": total, "se": month.doubt.se})
    told = pay_basis(rows, "month", month.scheme.bonus)["reliability"]
    lasting = max(0.0, 1 - (total - true).var() / total.var())
    return month.doubt.grades, place[:, None] == np.arange(len(month.scheme.grades)), told - lasting


def apart(told: Array, true: Array, over: Callable) -> Array:
    """How far told and true chances are apart over tenths of the told, by the jackknife of months.

    Pseudo-values, one a month: their mean is the gap, their spread its error (Efron 1982).
    """
    n = len(told)
    cell = (np.arange(n)[:, None, None] * 10 + np.minimum((told * 10).astype(int), 9)).ravel()
    parts = (np.ones(told.shape), told, true)
    sums = [np.bincount(cell, x.ravel(), n * 10).reshape(n, 10) for x in parts]
    whole = [x.sum(axis=0) for x in sums]
    known = np.where(whole[0] >= ENOUGH, 1.0, np.nan)

    def gap(count: Array, given: Array, right: Array) -> Array:
        return np.abs(given - right) / np.maximum(count, 1) * known

    left = over(gap(*(x - each for x, each in zip(whole, sums, strict=True))), axis=1)
    return n * over(gap(*whole)) - (n - 1) * left


def _off_target(world: scores.World, seed: int, n: int) -> Array:
    """Told expected total at exact targets less what people truly there printed."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(n):
        month = scores.scored(world, rng)
        told = expected(month.scheme, month.found, month.used, month.data.total["orders"])
        one = np.nansum(month.used * month.found.points, axis=1)
        out.append(told.mean() - one.mean())
    return np.array(out)


def _changed(world: scores.World, seed: int, n: int) -> Array:
    """Told less true share of a team that has another grade in a second month of the same truth."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(n):
        rates = scores.truth(world, rng)
        both = [scores.graded(scores.facts(world, rng, rates), world) for _ in range(2)]
        first, second = (_printed(month) for month in both)
        told = 1 - again(both[0].scheme, first)
        out.append(np.nanmean(told) - (first["grade"] != second["grade"]).mean())
    return np.array(out)


def _printed(month: scores.Month) -> pd.DataFrame:
    """Totals of a month as the card prints and grades them."""
    total = np.nansum(month.used * month.found.points, axis=1)
    one = grid.half_up(total)
    floored = grid.under_floor(month.scheme, NAMES, month.found.points)
    names = np.array([g.grade for g in month.scheme.grades])
    place = grid.graded(month.scheme, one, floored)
    return pd.DataFrame(
        {"total": total, "printed": one, "se": month.doubt.se, "grade": names[place]}
    )

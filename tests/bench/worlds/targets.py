"""Targets of scores, segments, courses and fading effects: rows of `tests.bench.trust`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit.scoring import grid
from kit.scoring.at_target import expected
from kit.scoring.chances import again
from kit.scoring.orders import scarce
from kit.stats.ewc import half_width
from tests.bench.worlds import (
    courses,
    fading,
    ratings,
    scores,
    segments,
    tests_of_days,
    visitors,
)
from tests.scoring import months

Array = np.ndarray
BASE = scores.World()
HEAVY = replace(BASE, kind="lognormal 1.5")


class Target(NamedTuple):
    """One target: fault, world, statistic, limit, whether at most, method, what to run, of what."""

    fault: str
    world: str
    statistic: str
    target: float
    most: bool
    method: str
    run: Callable[[int], Array]
    runs: str


def _worlds(rho: float, pareto: float) -> list[scores.World]:
    """Memory of days, heavy tails at 18, 6 and 3 orders a day, Pareto, volumes × 30."""
    return [
        BASE,
        replace(BASE, rho=rho),
        HEAVY,
        *(replace(HEAVY, orders=orders) for orders in (6, 3)),
        replace(BASE, orders=pareto, kind="pareto 2.2"),
        replace(HEAVY, orders=3, ratio=30),
    ]


def of_teams() -> Iterator[Target]:
    """Fault 4: somebody named in a month of equals; who truly sells more."""
    for at, world in enumerate([*_worlds(rho=0.7, pareto=6), replace(BASE, orders=6)]):

        def anybody(n: int, world: scores.World = world, at: int = at) -> Array:
            return np.array([(s != "level").any() for s in _standings(world, 500 + at, n)])

        yield Target("4", _name(world), "equals named", 0.06, True, "naming", anybody, "teams")

    def more(n: int) -> Array:
        return np.array([s[-1] == "above" for s in _standings(replace(HEAVY, better=0.5), 520, n)])

    yield Target("4", _name(HEAVY), "+50 % named", 0.8, False, "naming", more, "teams")


def of_intervals() -> Iterator[Target]:
    """Fault 6: coverage of printed intervals, and their width against the truth's."""
    more = [replace(BASE, days=91), replace(BASE, weekend=1.6)]
    for at, world in enumerate([*_worlds(rho=0.5, pareto=2.2), *more]):

        def holds(n: int, world: scores.World = world, at: int = at) -> Array:
            return _covered(world, 600 + at, n)[0]

        def width(n: int, world: scores.World = world, at: int = at) -> Array:
            return _covered(world, 600 + at, n)[1]

        name = _name(world)
        yield Target("6", name, "intervals that hold", 0.92, False, "errors", holds, "teams")
        if world.orders >= 18:
            most = 1.25 if world.weekend > 1 else 1.2
            yield Target("6", name, "width of an oracle's", most, True, "errors", width, "teams")


def of_grades() -> Iterator[Target]:
    """Faults 7 and 8: what exact targets print, and chances of grades."""
    for at, world in enumerate((BASE, replace(BASE, orders=6))):
        world = replace(world, level=1.0)

        def off(n: int, world: scores.World = world, at: int = at) -> Array:
            return _off_target(world, 700 + at, n)

        yield Target("7", _name(world), "told − true points", 1.0, True, "at_target", off, "teams")
    for at, world in enumerate(
        (replace(BASE, spread=0.08, level=0.88), replace(BASE, orders=6, spread=0.15, level=0.85))
    ):

        def bins(n: int, world: scores.World = world, at: int = at) -> Array:
            return _bins(world, 720 + at, n)

        def changed(n: int, world: scores.World = world, at: int = at) -> Array:
            return _changed(world, 740 + at, n)

        yield Target("8", _name(world), "told − true chance", 0.05, True, "grades", bins, "teams")
        what = "changed grades, told − true"
        yield Target("8", _name(world), what, 0.05, True, "again", changed, "teams")


def of_ratings() -> Iterator[Target]:
    """Fault 9: coverage and width of intervals of 360 items."""
    for k in (1, 2, 3, 5, 8):
        world = ratings.World(k, beside=6 if k == 1 else 0)

        def holds(n: int, world: ratings.World = world) -> Array:
            return _rated(world, n)[0]

        def width(n: int, world: ratings.World = world) -> Array:
            return _rated(world, n)[1]

        name = f"a manager, {k} + {k} others" + (f", {world.beside} people more" * (k == 1))
        yield Target("9", name, "items that hold", 0.93, False, "items", holds, "teams")
        yield Target("9", name, "item width of an oracle's", 1.1, True, "items", width, "teams")


@cache
def _rated(world: ratings.World, n: int) -> tuple[Array, Array]:
    return ratings.intervals(world, 900 + world.k, n)


def of_others() -> Iterator[Target]:
    """Faults 5, 10, 11 and 15."""
    for at, world in enumerate(
        [(1.0, "lognormal 1.5"), (1.0, "pareto 2.2"), (10.0, "lognormal 1.5"), (10.0, "pareto 2.2")]
    ):

        def false(n: int, world: tuple = world, at: int = at) -> Array:
            return segments.claimed(800 + at, n, *world)

        name = f"{world[1]}, {world[0]:g} a day and plan"
        yield Target("5", name, "false claims", 0.07, True, "search", false, "teams")
    for at, share in enumerate((0, 0.25, 0.49, 0.81)):

        def called(n: int, share: float = share, at: int = at) -> Array:
            return courses.called(820 + at, n, 5, 9, share)

        name = f"5 of 14 trained, own share {share:g}"
        yield Target("11", name, "called without effect", 0.06, True, "growth", called, "cheap")
    yield Target(
        "11",
        "8 of 20 trained, own share .25",
        "+15 % found",
        0.6,
        False,
        "growth",
        lambda n: courses.called(830, n, 8, 12, 0.25, effect=0.15),
        "cheap",
    )
    for at, (sizes, kind, buy) in enumerate(
        [((1800, 200), "lognormal 1.5", 0.6), ((1800, 200), "pareto 2.2", 0.6)]
    ):

        def won(n: int, at: int = at, of: tuple = (sizes, kind, buy)) -> Array:
            return visitors.decided(860 + at, n, *of)

        name = f"{sizes[0]} and {sizes[1]} users, {kind}"
        what = "users, called without effect"
        yield Target("10", name, what, 0.06, True, "permutation", won, "teams")
    gone = replace(tests_of_days.World(), lift=0.2)
    stays = replace(gone, lift=0.15)
    yield Target(
        "15",
        "+20 % gone in 3 days",
        "rolled out",
        0.03,
        True,
        "course",
        lambda n: fading.rolled_out(gone, 840, n, 3)["clean"],
        "teams",
    )
    yield Target(
        "15",
        "+15 % that stays",
        "called fading",
        0.06,
        True,
        "course",
        lambda n: fading.rolled_out(stays, 841, n)["fading"],
        "teams",
    )


def _name(world: scores.World) -> str:
    name = f"{world.kind}, {world.orders:g} a day × 1–{world.ratio:g}, rho {world.rho:g}"
    name += f", {world.days} days" if world.days != BASE.days else ""
    return name + (f", weekends × {world.weekend:g}" if world.weekend > 1 else "")


def _standings(world: scores.World, seed: int, n: int) -> Iterator[Array]:
    rng = np.random.default_rng(seed)
    return (scores.standings(scores.scored(world, rng)) for _ in range(n))


@cache
def _covered(world: scores.World, seed: int, n: int) -> tuple[Array, Array]:
    """Share of printed intervals that hold a team's truth; median half width ÷ the truth's."""
    rng = np.random.default_rng(seed)
    true = scores.meant(world, np.ones(1))[0]
    held, total, half = [], [], []
    for _ in range(n):
        month = scores.scored(world, rng)
        one = np.nansum(month.used * month.found.points, axis=1)
        wide = half_width(month.doubt.se, month.doubt.df, 0.95)
        shown = ~scarce(month.scheme, month.data)
        if shown.any():
            held.append((np.abs(one - true) <= wide)[shown].mean())
        total.append(one)
        half.append(np.median(wide))
    return np.array(held), np.array(half) / (1.96 * np.std(total, axis=0).mean())


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


def _bins(world: scores.World, seed: int, n: int) -> Array:
    """How far told and true chances are apart, a figure for each tenth with enough people."""
    rng = np.random.default_rng(seed)
    told, true = [], []
    for _ in range(n):
        rates = scores.truth(world, rng)
        month = scores.graded(scores.facts(world, rng, rates), world, draws=300)
        level = {k: rates * world.level if k != "ctr" else 0 * rates + world.level for k in _NAMES}
        points = np.stack([np.interp(level[k], *_ANCHORS) for k in _NAMES], axis=1)
        place = grid.graded(
            month.scheme,
            grid.half_up(scores.meant(world, rates)),
            grid.under_floor(month.scheme, _NAMES, points),
        )
        told.append(month.doubt.grades)
        true.append(place[:, None] == np.arange(month.doubt.grades.shape[1]))
    given, right = (np.concatenate(x).ravel() for x in (told, true))
    bins = np.minimum((given * 10).astype(int), 9)
    gaps = [
        abs(given[bins == k].mean() - right[bins == k].mean())
        for k in range(10)
        if (bins == k).sum() >= 50
    ]
    return np.array(gaps)


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
    floored = grid.under_floor(month.scheme, _NAMES, month.found.points)
    names = np.array([g.grade for g in month.scheme.grades])
    place = grid.graded(month.scheme, one, floored)
    return pd.DataFrame(
        {"total": total, "printed": one, "se": month.doubt.se, "grade": names[place]}
    )


_NAMES = months.NAMES
_ANCHORS = ([0.5, 0.85, 1, 1.2], [0, 60, 100, 120])

"""Targets of scores, segments, courses and fading effects: rows of `tests.bench.trust`."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np

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

        yield Target(
            "4", scores.name(world), "equals named", 0.06, True, "naming", anybody, "teams"
        )

    def more(n: int) -> Array:
        return np.array([s[-1] == "above" for s in _standings(replace(HEAVY, better=0.5), 520, n)])

    yield Target("4", scores.name(HEAVY), "+50 % named", 0.8, False, "naming", more, "teams")


def of_intervals() -> Iterator[Target]:
    """Fault 6: coverage of printed intervals, and their width against the truth's."""
    more = [replace(BASE, days=91), replace(BASE, weekend=1.6)]
    for at, world in enumerate([*_worlds(rho=0.5, pareto=2.2), *more]):

        def holds(n: int, world: scores.World = world, at: int = at) -> Array:
            return _covered(world, 600 + at, n)[0]

        def width(n: int, world: scores.World = world, at: int = at) -> Array:
            return _covered(world, 600 + at, n)[1]

        name = scores.name(world)
        yield Target("6", name, "intervals that hold", 0.92, False, "errors", holds, "teams")
        if world.orders >= 18:
            most = 1.25 if world.weekend > 1 else 1.2
            yield Target("6", name, "width of an oracle's", most, True, "errors", width, "teams")


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

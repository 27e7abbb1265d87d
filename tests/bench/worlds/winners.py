"""Fault 14: years of fifty tests of which some work, what is told of those that win."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from kit.abtest.money import Prior, nothing, prior_of, shrunk
from kit.abtest.users import Comparison

Array = np.ndarray
DECADE = 10  # years whose wins make one figure: a single year may have none
TESTS = 50


class World(NamedTuple):
    """What a year's changes bring, relative; the others of fifty do nothing."""

    name: str
    effects: tuple[float, ...]
    noise: float


WORLDS = (
    World("50 tests, 10 work, noise 0.035", (0.1,) * 10, 0.035),
    World("50 tests, 10 work, noise 0.05", (0.1,) * 10, 0.05),
    World("50 tests, 5 at +10 %, 5 at −10 %, noise 0.035", (0.1, -0.1) * 5, 0.035),
    World("50 tests, 5 at +10 %, 5 at −10 %, noise 0.05", (0.1, -0.1) * 5, 0.05),
    World("50 tests, all at +2 %, noise 0.035", (0.02,) * 50, 0.035),
    World("50 tests, all at +2 %, noise 0.05", (0.02,) * 50, 0.05),
)


def targets() -> Iterator[tuple]:
    """Rows of `tests.bench.trust`: money told of winners, and wins told to be false."""
    for world in WORLDS:
        told, false = ratio(world), of_false(world)
        yield "14", world.name, "told ÷ true", 1.2, True, "money", told, "cheap"
        yield "14", world.name, "told ÷ true, least", 0.8, False, "money", told, "cheap"
        what = "false wins of a year, told − true"
        yield "14", world.name, what, 0.05, True, "year", false, "cheap"


def ratio(world: World) -> Callable[[int], Array]:
    """What a year's winners are told to bring, over what they truly bring."""

    def years(n: int) -> Array:
        rng = np.random.default_rng(850)
        sums = np.array([_year(rng, world) for _ in range(n)])
        parts = [part.sum(axis=0) for part in np.array_split(sums, n // DECADE)]
        return np.array([told / true for told, true in parts])

    return lambda n: years(max(20, n))


def of_false(world: World) -> Callable[[int], Array]:
    """Share of a year's wins told to be false, less the share that is."""

    def years(n: int) -> Array:
        rng = np.random.default_rng(855)
        sums = np.array([_wins(rng, world) for _ in range(n)])
        parts = [part.sum(axis=0) for part in np.array_split(sums, n // DECADE)]
        return np.array([(told - true) / won for won, told, true in parts])

    return lambda n: years(max(20, n))


def _wins(rng: np.random.Generator, world: World) -> tuple[int, float, int]:
    """Wins of a year, those told and those truly false."""
    true, prior, tests, won = _tests(rng, world)
    told = sum(nothing(t, prior) for t in tests)
    return int(won.sum()), told, int((true[won] == 0).sum())


def _year(rng: np.random.Generator, world: World) -> tuple[float, float]:
    """Told and true gain of a year's winners."""
    true, prior, tests, won = _tests(rng, world)
    return sum(shrunk(t, prior).effect for t in tests), float(true[won].sum())


def _tests(rng: np.random.Generator, world: World) -> tuple[Array, Prior, list[Comparison], Array]:
    """True effects of a year, what the year before tells of changes, the winners, who they are."""
    noise = world.noise
    true = np.zeros(TESTS)
    true[: len(world.effects)] = world.effects
    prior = prior_of(true + noise * rng.standard_normal(TESTS), np.full(TESTS, noise))
    seen = true + noise * rng.standard_normal(TESTS)
    won = seen > 1.96 * noise
    reach = 1.96 * noise
    tests = [
        Comparison("welch", 1, 1 + y, y, y, noise, ci_low=y - reach, ci_high=y + reach)
        for y in seen[won]
    ]
    return true, prior, tests, won

"""Fault 14: a year of fifty tests of which ten work, what is told of those that win."""

from collections.abc import Callable

import numpy as np

from kit.abtest.money import Prior, nothing, prior_of, shrunk
from kit.abtest.users import Comparison

Array = np.ndarray
DECADE = 10  # years whose wins make one figure: a single year may have none


def ratio(noise: float) -> Callable[[int], Array]:
    """What a year's winners are told to bring, over what they truly bring."""

    def years(n: int) -> Array:
        rng = np.random.default_rng(850)
        sums = np.array([_year(rng, noise) for _ in range(n)])
        parts = [part.sum(axis=0) for part in np.array_split(sums, n // DECADE)]
        return np.array([told / true for told, true in parts])

    return lambda n: years(max(20, n))


def false(noise: float) -> Callable[[int], Array]:
    """Share of a year's wins told to be false, less the share that is."""

    def years(n: int) -> Array:
        rng = np.random.default_rng(855)
        sums = np.array([_wins(rng, noise) for _ in range(n)])
        parts = [part.sum(axis=0) for part in np.array_split(sums, n // DECADE)]
        return np.array([(told - true) / won for won, told, true in parts])

    return lambda n: years(max(20, n))


def _wins(rng: np.random.Generator, noise: float) -> tuple[int, float, int]:
    """Wins of a year, those told and those truly false."""
    true, prior, tests, won = _tests(rng, noise)
    told = sum(nothing(t, prior) for t in tests)
    return int(won.sum()), told, int((true[won] == 0).sum())


def _year(rng: np.random.Generator, noise: float) -> tuple[float, float]:
    """Told and true gain of the winners among 50 tests of which 10 bring 10 %."""
    true, prior, tests, won = _tests(rng, noise)
    return sum(shrunk(t, prior).effect for t in tests), float(true[won].sum())


def _tests(rng: np.random.Generator, noise: float) -> tuple[Array, Prior, list[Comparison], Array]:
    """True effects of a year, what the year before tells of changes, the winners, who they are."""
    true = np.where(np.arange(50) < 10, 0.1, 0.0)
    prior = prior_of(true + noise * rng.standard_normal(50), np.full(50, noise))
    seen = true + noise * rng.standard_normal(50)
    won = seen > 1.96 * noise
    reach = 1.96 * noise
    tests = [
        Comparison("welch", 1, 1 + y, y, y, noise, ci_low=y - reach, ci_high=y + reach)
        for y in seen[won]
    ]
    return true, prior, tests, won

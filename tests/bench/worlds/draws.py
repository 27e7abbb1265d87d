"""Seeded draws that the worlds are made of: order values, days that remember, unequal volumes."""

import numpy as np

Array = np.ndarray
VALUES = ("fixed", "lognormal 1", "lognormal 1.5", "pareto 2.2")


def values(rng: np.random.Generator, kind: str, n: int) -> Array:
    """Order values with mean 1 (客单价): fixed, lognormal with that sd of logs, Pareto."""
    name, _, size = kind.partition(" ")
    if name == "fixed":
        return np.ones(n)
    spread = float(size)
    if name == "lognormal":
        return np.exp(spread * rng.standard_normal(n) - spread**2 / 2)
    return (1 + rng.pareto(spread, n)) * (spread - 1) / spread


def remembering(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> Array:
    """Standard normal days along the last axis with lag-1 correlation `rho`."""
    series = rng.standard_normal(shape)
    for day in range(1, shape[-1]):
        fresh = np.sqrt(1 - rho**2) * series[..., day]
        series[..., day] = rho * series[..., day - 1] + fresh
    return series


def factors(rng: np.random.Generator, shape: tuple[int, ...], rho: float, noise: float) -> Array:
    """Day factors with mean 1, spread `noise`."""
    return np.exp(noise * remembering(rng, shape, rho) - noise**2 / 2)


def volumes(n: int, ratio: float) -> Array:
    """N volumes from 1 to `ratio`, even on the log scale."""
    return np.exp(np.linspace(0, np.log(ratio), n))


def sums(rng: np.random.Generator, orders: Array, kind: str) -> Array:
    """Money of so many orders in each cell."""
    flat = orders.ravel()
    worth = values(rng, kind, int(flat.sum()))
    cells = np.repeat(np.arange(flat.size), flat)
    return np.bincount(cells, worth, flat.size).reshape(orders.shape)

"""Fault 1: twelve plans of one true ROI equal to the target, one of which may be better."""

from dataclasses import dataclass, replace
from functools import cache
from unittest import mock

import numpy as np
import pandas as pd

from kit.params import read_scheme
from kit.retrospective import drill
from kit.retrospective.drill import Units, Yardstick, _judged
from tests.bench.worlds.draws import factors, sums, volumes

PLANS, DAYS, ROI, VALUE, CLICK = 12, 30, 4.0, 150.0, 1.5
SEEN = 400  # months of 12 plans by which the true variance is known within 2 to 3 %


@dataclass(frozen=True)
class World:
    """Orders a plan and month (the smallest if unequal), their values, day noise and memory."""

    kind: str = "lognormal 1"
    orders: float = 450.0
    ratio: float = 1.0
    noise: float = 0.0
    rho: float = 0.0
    better: float = 0.0
    days: int = DAYS


@cache
def _rules():
    return read_scheme("params/scheme-2025.yml").retrospective


def month(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders, sales and spend of a month, plans × days; the plan in the middle may be better."""
    expected = world.orders * volumes(PLANS, world.ratio) / world.days
    true = np.ones(PLANS)
    true[PLANS // 2] += world.better
    shape = (PLANS, world.days)
    spend = expected[:, None] * VALUE / ROI * factors(rng, shape, 0, 0.1)
    mean = spend * ROI / VALUE * true[:, None] * factors(rng, shape, world.rho, world.noise)
    orders = rng.poisson(mean)
    return orders, VALUE * sums(rng, orders, world.kind), spend


def judged(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """The lists of such a month, by the product's own rule, with what the next month brings."""
    orders, sales, spend = month(world, rng)
    rows = pd.DataFrame(
        {
            "plan_id": [f"P{i:02d}" for i in range(PLANS)],
            "clicks": spend.sum(axis=1) / CLICK,
            "spend": spend.sum(axis=1),
            "orders": orders.sum(axis=1) * 1.0,
            "revenue": sales.sum(axis=1),
        }
    )
    by = Yardstick(ROI, "targets", 2.0, 0.5, 0.04, VALUE)
    found = _judged(Units(rows, sales, spend), by, _rules(), set())
    true = np.ones(PLANS)
    true[PLANS // 2] += world.better
    return found.assign(gain=rows["spend"] * ROI * (true - 1), better=true > 1)


def pushed(world: World, seed: int, runs: int) -> dict[str, np.ndarray]:
    """A month a row: equal plans pushed, yuan told and true as shares of spend, better found."""
    rng = np.random.default_rng(seed)
    out: dict[str, list[float]] = {"false": [], "off": [], "found": []}
    for _ in range(runs):
        found = judged(world, rng)
        push = found["list"] == "push"
        out["false"].append(float((push & ~found["better"]).sum()))
        told = (found["yuan"] - found["gain"]).where(push, 0).sum()
        out["off"].append(float(told / found["spend"].sum()))
        out["found"].append(float((push & found["better"]).any()))
    return {name: np.array(values) for name, values in out.items()}


def oracle(world: World, seed: int, runs: int) -> np.ndarray:
    """Whether the same rule finds the better plan in the same months, the true noise known.

    The rule is the product's own, `pushed`; only its estimate of the noise is put aside.
    """
    known = Known(true_variance(world, seed))
    with mock.patch.object(drill, "of_units", lambda *_: known):
        return pushed(world, seed, runs)["found"]


@dataclass(frozen=True)
class Known:
    """A noise that is known: that of the world, alike for all its plans of equal volume."""

    value: float

    def variance(self, expected: np.ndarray) -> np.ndarray:
        return np.full(len(expected), self.value)


def true_variance(world: World, seed: int) -> float:
    """Variance of the log of a plan's ROI over its true one, from months drawn for this alone."""
    rng, same = np.random.default_rng([seed, 1]), replace(world, better=0.0)
    return float(np.var([_log(same, rng) for _ in range(SEEN)]))


def _log(world: World, rng: np.random.Generator) -> np.ndarray:
    """Log of each plan's ROI over the target, none of which is 0 at these volumes."""
    _, sales, spend = month(world, rng)
    return np.log(sales.sum(axis=1) / spend.sum(axis=1) / ROI)

"""Faults 4, 6, 7 and 8: a team's month scored by the kit, with order values as shops have them."""

from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from kit.scheme import Scheme
from kit.scoring import card, errors
from kit.scoring.grid import Grid, completions, points
from kit.scoring.kpi import value
from kit.scoring.orders import scarce
from kit.scoring.panel import Panel
from kit.scoring.targets import Targets
from kit.scoring.totals import Shape
from kit.scoring.typed import Typed
from tests.bench.worlds.draws import factors, sums, volumes
from tests.scoring import months

CONVERSION, CTR, CPC, NEW, VALUE = (
    months.LEVEL[k] for k in ("conversion", "ctr", "cpc", "new", "value")
)


@dataclass(frozen=True)
class World:
    """Orders a day and person (the smallest if unequal), their values, noise and memory of days.

    better : what the last person earns more; weekend: volume of Saturdays and Sundays
    spread, level : sd of the logs of people's true rates, and completion of the middle
    """

    orders: float = 18.0
    kind: str = "lognormal 1"
    ratio: float = 1.0
    noise: float = 0.1
    rho: float = 0.0
    days: int = 30
    people: int = 14
    better: float = 0.0
    weekend: float = 1.0
    spread: float = 0.0
    level: float = 0.7


@dataclass(frozen=True)
class Month:
    """A simulated month as the kit sees it."""

    scheme: Scheme
    data: Panel
    found: Grid
    used: np.ndarray
    doubt: errors.Errors


def name(world: World) -> str:
    """What stands for a world in the rows of trust.json."""
    told = f"{world.kind}, {world.orders:g} a day × 1–{world.ratio:g}, rho {world.rho:g}"
    told += f", {world.days} days" if world.days != World.days else ""
    return told + (f", weekends × {world.weekend:g}" if world.weekend > 1 else "")


def truth(world: World, rng: np.random.Generator) -> np.ndarray:
    """True rates of orders, one a person."""
    rates = np.exp(world.spread * rng.standard_normal(world.people))
    rates[-1] *= 1 + world.better
    return rates


def facts(
    world: World, rng: np.random.Generator, rates: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Daily sums of everybody: clicks and spend with noise, orders and new customers counted."""
    shape = (world.people, world.days)
    size = world.orders * volumes(world.people, world.ratio)[:, None]
    week = np.where(np.arange(world.days) % 7 >= 5, world.weekend, 1.0)
    size = size * week / week.mean()
    true = truth(world, rng)[:, None] if rates is None else rates[:, None]

    def wobble() -> np.ndarray:
        return factors(rng, shape, world.rho, world.noise)

    clicks = size / CONVERSION * wobble()
    orders = rng.poisson(clicks * CONVERSION * wobble() * true)
    return {
        "clicks": clicks,
        "impressions": clicks / (CTR * wobble()),
        "orders": orders * 1.0,
        "revenue": VALUE * sums(rng, orders, world.kind),
        "spend": clicks * CPC * wobble(),
        "new_customers": rng.binomial(orders, NEW) * 1.0,
    }


def scored(world: World, rng: np.random.Generator, draws: int = 2) -> Month:
    """A month of the team: everything that cards are made of, errors included."""
    return graded(facts(world, rng), world, draws)


def meant(world: World, rates: np.ndarray) -> np.ndarray:
    """Totals of the true rates, by the rule's anchors and hand arithmetic."""
    weight = months.PERIOD.scheme.profiles["month"]
    done = [rates * world.level if k != "ctr" else 0 * rates + world.level for k in months.NAMES]
    points = [np.interp(x, [0.5, 0.85, 1, 1.2], [0, 60, 100, 120]) for x in done]
    whole = sum(weight[k] for k in months.NAMES)
    return sum(weight[k] * p for k, p in zip(months.NAMES, points, strict=True)) / whole


def graded(daily: dict[str, np.ndarray], world: World, draws: int = 2) -> Month:
    """Panel, grid, weights and errors of daily sums; targets so that the truth is at `level`."""
    scheme = _scheme(draws)
    names = months.NAMES
    people, n = world.people, world.days
    days = pd.date_range("2025-04-01", periods=n)
    ids = tuple(f"S{k:03d}" for k in range(people))
    total = {name: values.sum(axis=1) for name, values in daily.items()}
    data = Panel(ids, days, np.ones((people, n), bool), np.zeros((n, 0)), daily, total, {})
    values = [value(data, scheme.library[name], scheme.uncertainty.level) for name in names]
    actual = np.stack([v.actual for v in values], axis=1)
    goal = np.tile(
        [_true(name) / (world.level if name != "cac" else 1 / world.level) for name in names],
        (people, 1),
    )
    goal[:, 0] *= world.orders * volumes(people, world.ratio) * n
    done = completions(scheme, names, actual, goal)
    score = np.stack([points(scheme, k, done[:, i], actual[:, i]) for i, k in enumerate(names)], 1)
    blank = np.full(goal.shape, np.nan)
    goals = Targets(goal, goal, blank, np.ones(goal.shape, bool))
    branch = np.array(["hard"] * len(names))
    form = Shape(tuple(("hard",) for _ in names), False)
    reason = np.full(goal.shape, "", object)
    nothing = Typed(np.zeros(goal.shape), np.ones(goal.shape))
    found = Grid(
        *(names, branch, form, values, goals, done, done, score, score, reason),
        typed=nothing,
        computed=score,
    )
    share = np.array([scheme.profiles["month"][i] for i in names])
    used = np.tile(share / share.sum(), (people, 1)) * ~np.isnan(score)
    used = used / used.sum(axis=1, keepdims=True)
    tables = SimpleNamespace(scheme=scheme, period=SimpleNamespace(seed=1))
    return Month(scheme, data, found, used, errors.errors(tables, data, found, used))


def _true(name: str) -> float:
    return {
        "sales": VALUE,
        "roi": CONVERSION * VALUE / CPC,
        "click_conversion": CONVERSION,
        "ctr": CTR,
        "cac": CPC / (CONVERSION * NEW),
    }[name]


@cache
def _scheme(draws: int) -> Scheme:
    scheme = months.PERIOD.scheme
    return scheme.model_copy(
        update={"uncertainty": scheme.uncertainty.model_copy(update={"draws": draws})}
    )


def standings(month: Month) -> np.ndarray:
    """Above, below or level, as the card prints it: nobody with too few orders is named."""
    few = scarce(month.scheme, month.data)
    return np.where(few, "level", card.standing(month.doubt, 0.05))

"""Fault 9: ratings of 360 by a manager, k colleagues and k others, in whole points of five."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from kit.scoring.items import exact
from kit.stats.ewc import half_width

Array = np.ndarray
WEIGHTS = {"manager": 0.4, "peer": 0.3, "cross_dept": 0.3}
ITEMS = ("innovation", "teamwork", "problem_solving", "learning")
SCALE = np.arange(1, 6)


class World(NamedTuple):
    """People, raters of each relation but the manager, spread of levels and of answers.

    beside : so many more have three raters each: where k is 1 nobody else tells the noise
    """

    k: int
    beside: int = 0
    people: int = 14
    between: float = 0.5
    within: float = 0.8


def chances(level: Array, within: float) -> Array:
    """Chance of each whole answer around a level: the last axis is the scale."""
    edges = np.array([-np.inf, *(SCALE[:-1] + 0.5), np.inf])
    return np.diff(stats.norm.cdf((edges - level[..., None]) / within), axis=-1)


def intervals(world: World, seed: int, runs: int) -> tuple[Array, Array]:
    """A month's share of items whose interval holds the truth; mean width ÷ the true error's."""
    rng = np.random.default_rng(seed)
    return tuple(np.array([_month(world, rng) for _ in range(runs)]).T)  # type: ignore[return-value]


def _month(world: World, rng: np.random.Generator) -> tuple[float, float]:
    whole = world.people + world.beside
    level = 3.5 + world.between * rng.standard_normal((whole, len(ITEMS)))
    law = chances(level, world.within)
    mean = law @ SCALE
    shares = [WEIGHTS["manager"], *np.repeat([0.3 / world.k], 2 * world.k)]
    error = np.sqrt((law @ SCALE**2 - mean**2) * np.sum(np.square(shares)))
    parts = [(world.k, law[: world.people]), (3, law[world.people :])]
    made = [answers(k, of, rng, team) for (k, of), team in zip(parts, "AB", strict=True) if len(of)]
    rows = pd.concat(made, ignore_index=True)
    names = tuple(rows["specialist_id"].unique())
    found = exact(rows, SimpleNamespace(people=names, days=range(30)))  # type: ignore[arg-type]
    actual, se, df = (_stacked(found, name) for name in ("actual", "se", "df"))
    half = half_width(se, df, 0.95)[: world.people]
    held = np.abs(actual - mean)[: world.people] <= half
    return float(held.mean()), float((half / (1.96 * error[: world.people])).mean())


def _stacked(found: Mapping[str, Any], name: str) -> Array:
    return np.stack([getattr(found[item], name) for item in ITEMS], axis=1)


def answers(k: int, law: Array, rng: np.random.Generator, team: str) -> pd.DataFrame:
    """A row an answer, as `kit.scoring.items` takes them."""
    relations = ["manager", *["peer"] * k, *["cross_dept"] * k]
    shape = (*law.shape[:2], len(relations))
    given = 1 + (rng.random(shape)[..., None] > law.cumsum(axis=-1)[:, :, None, :]).sum(axis=-1)
    who, item, rater = (index.ravel() for index in np.indices(shape))
    rows = pd.DataFrame(
        {
            "period_id": "2025-06",
            "specialist_id": [f"{team}{w:02}" for w in who],
            "item": np.array(ITEMS)[item],
            "relation": np.array(relations)[rater],
            "rater_id": [f"{team}{w}-{r}" for w, r in zip(who, rater, strict=True)],
            "used": given.ravel().astype(float),
            "scale": "five",
        }
    )
    return rows.assign(weight=rows["relation"].map(WEIGHTS))

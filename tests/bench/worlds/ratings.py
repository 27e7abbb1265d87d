"""Fault 9: ratings of 360 by a manager, k colleagues and k others, in whole points of five."""

from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.schema import empty
from kit.scoring import kpi, published
from kit.scoring.items import closed, values
from kit.scoring.panel import Panel
from kit.scoring.pools import LEAST
from tests.scoring.months import PERIOD

Array = np.ndarray
WEIGHTS = {"manager": 0.4, "peer": 0.3, "cross_dept": 0.3}
ITEMS = ("innovation", "teamwork", "problem_solving", "learning")
SCALE = np.arange(1, 6)
SCHEME = PERIOD.scheme.model_copy(
    update={
        "feedback": PERIOD.scheme.feedback.model_copy(
            update={"relations": WEIGHTS, "score_from": "shown"}
        )
    }
)
DAYS = pd.date_range(PERIOD.start, PERIOD.end)


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
    """A month's share of printed intervals that hold the truth; mean width ÷ the true error's.

    The true error is that of the mean of all answers that count, before it is rounded.
    """
    rng = np.random.default_rng(seed)
    with mock.patch.object(published, "remembered", lambda tables, _, function: function(tables)):
        return tuple(np.array([_month(world, rng) for _ in range(runs)]).T)  # type: ignore[return-value]


def _month(world: World, rng: np.random.Generator) -> tuple[float, float]:
    whole = world.people + world.beside
    level = 3.5 + world.between * rng.standard_normal((whole, len(ITEMS)))
    law = chances(level, world.within)
    mean = law @ SCALE
    parts = [(world.k, law[: world.people]), (3, law[world.people :])]
    made = [answers(k, of, rng, team) for (k, of), team in zip(parts, "AB", strict=True) if len(of)]
    low, high = _printed(pd.concat(made, ignore_index=True))[:, : world.people]
    held = (low <= mean[: world.people]) & (mean[: world.people] <= high)
    error = np.sqrt((law @ SCALE**2 - mean**2) * np.sum(np.square(_shares(world.k))))
    half = (high - low) / 2
    return float(held.mean()), float((half / (1.96 * error[: world.people])).mean())


def _shares(k: int) -> Array:
    """Part of each answer that counts; a pool under three does not."""
    others = np.repeat([WEIGHTS["peer"] / k], 2 * k)
    return np.array([WEIGHTS["manager"], *others] if 2 * k >= LEAST else [1.0])


def _printed(rows: pd.DataFrame) -> Array:
    """Ends of every interval as pages print it: low and high, a row a person, a column an item."""
    people = tuple(rows["specialist_id"].unique())
    none = np.zeros((len(people), len(DAYS)))
    data = Panel(people, DAYS, none == 0, none[:, :0], {}, {}, {})
    given = {"feedback": rows}
    tables: Any = SimpleNamespace(
        scheme=SCHEME,
        period=PERIOD,
        has=lambda name: name in given,
        get=lambda name: given.get(name, empty(name)),
    )
    found = values(tables, data)
    cards = [_card(data, item, found[item]) for item in ITEMS]
    shown = [closed(tables, card) for card in cards]
    return np.array([[card[end] for card in shown] for end in ("ci_low", "ci_high")]).swapaxes(1, 2)


def _card(data: Panel, item: str, of: kpi.Value) -> pd.DataFrame:
    """Lines of one item, a row a person."""
    low, high = kpi.ends(data, SCHEME.library[item], of, SCHEME.uncertainty.level)
    return pd.DataFrame({"indicator": item, "actual": of.actual, "ci_low": low, "ci_high": high})


def answers(k: int, law: Array, rng: np.random.Generator, team: str) -> pd.DataFrame:
    """A row an answer, as the table `feedback` has them; each person has raters of their own."""
    relations = ["manager", *["peer"] * k, *["cross_dept"] * k]
    shape = (*law.shape[:2], len(relations))
    given = 1 + (rng.random(shape)[..., None] > law.cumsum(axis=-1)[:, :, None, :]).sum(axis=-1)
    who, item, rater = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame(
        {
            "period_id": PERIOD.id,
            "specialist_id": [f"{team}{w:02}" for w in who],
            "item": np.array(ITEMS)[item],
            "relation": np.array(relations)[rater],
            "rater_id": [f"{team}{w}-{r}" for w, r in zip(who, rater, strict=True)],
            "rating": given.ravel().astype(str),
            "submitted_on": pd.NaT,
        }
    )

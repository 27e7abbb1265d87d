"""Fault 3: teams of equals over several months, who is said to fall or rise beyond chance."""

import numpy as np
import pandas as pd

from kit.people.career import last_change, over_periods
from kit.stats import ewc
from tests.bench.worlds.draws import factors, sums, volumes

PEOPLE, DAYS, POINTS = 14, 30, 100.0


def team(
    rng: np.random.Generator,
    months: int,
    a_day: float,
    kind: str,
    rho: float,
    ratio: float = 1.0,
    fall: float = 0.0,
) -> pd.DataFrame:
    """Totals of equals: sales over target in points, with the error that the card would print.

    fall : points that the first person loses in the last month
    """
    size = a_day * volumes(PEOPLE, ratio)
    level = np.ones((PEOPLE, months))
    level[0, -1] -= fall / POINTS
    shape = (PEOPLE, months, DAYS)
    orders = rng.poisson(size[:, None, None] * level[..., None] * factors(rng, shape, rho, 0.1))
    sales = sums(rng, orders, kind) / (size * DAYS)[:, None, None] * POINTS
    flat = sales.reshape(-1, DAYS)
    se, df = ewc.sum_error(flat - flat.mean(axis=1, keepdims=True))
    return pd.DataFrame(
        {
            "specialist_id": np.repeat(np.arange(PEOPLE), months),
            "total": flat.sum(axis=1),
            "se": se,
            "df": df,
            "orders": orders.sum(axis=2).ravel().astype(float),
        }
    )


def named(seed: int, teams: int, *world: float | str, **more: float) -> dict[str, np.ndarray]:
    """Per team: anybody sure, falling, or with a sure change; share of means that hold."""
    rng = np.random.default_rng(seed)
    sure, falling, first, held, moved = [], [], [], [], []
    for _ in range(teams):
        past = team(rng, *world, **more)  # type: ignore[arg-type]
        found = over_periods(past)
        moved.append(last_change(past.assign(printed=past["total"], period_id=0))["sure"].any())
        down = found["sure"] & (found["change"] < 0)
        sure.append(found["sure"].any())
        falling.append(down.any())
        first.append(down.iloc[0])
        held.append(((found["low"] <= POINTS) & (found["high"] >= POINTS)).mean())
    told = {"sure": sure, "falling": falling, "first": first, "held": held, "moved": moved}
    return {k: np.array(v) for k, v in told.items()}

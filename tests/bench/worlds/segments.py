"""Fault 5: two months in which no segment's order value moved, or one channel's fell."""

import numpy as np
import pandas as pd

from kit.retrospective.search import capped, search
from tests.bench.worlds.draws import sums

PLANS, CHANNELS, BLOCKS = 24, 4, 5
CLAIM = 0.05 / 3  # retrospective.false_claims, a third of which is the segments'
VALUE = 150.0


def months(rng: np.random.Generator, a_day: float, kind: str, fall: float = 0.0) -> pd.DataFrame:
    """Sums by plan, audience, period and block of 7 days; `fall` of order value in channel 0."""
    shape = (PLANS, 3, 2, BLOCKS)
    orders = rng.poisson(np.full(shape, a_day * 7 / 3))
    sales = VALUE * sums(rng, orders, kind)
    plan, audience, period, block = (x.ravel() for x in np.indices(shape))
    lower = np.where((plan % CHANNELS == 0) & (period == 1), 1 - fall, 1.0)
    return pd.DataFrame(
        {
            "plan_id": plan,
            "channel": plan % CHANNELS,
            "audience": audience,
            "period": period,
            "block": block,
            "orders": orders.ravel() * 1.0,
            "revenue": sales.ravel() * lower,
        }
    )


def claimed(seed: int, runs: int, *world: float | str, fall: float = 0.0) -> np.ndarray:
    """Whether a month's search claims any order value, or, with a fall, that of the channel."""
    rng = np.random.default_rng(seed)
    out = []
    for _ in range(runs):
        table = months(rng, *world, fall=fall)  # type: ignore[arg-type]
        cut = capped(table["revenue"].to_numpy(), table["orders"].to_numpy())
        table = table.assign(revenue=cut)
        value = table["revenue"].sum() / table["orders"].sum()
        wanted = {"aov": ("revenue", "orders", value)}
        found = search(table, ["plan_id", "channel", "audience"], wanted, draws=200)
        clear = (found["p_adjusted"] <= CLAIM) & ((found["low"] > 0) | (found["high"] < 0))
        mine = found["segment"].eq("0") & found["dimension"].eq("channel") if fall else True
        out.append(bool((clear & mine).any()))
    return np.array(out)

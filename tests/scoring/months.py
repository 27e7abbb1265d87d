"""Simulated months whose truth is known: daily facts with memory, shared shocks, many people."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from kit.data.schema import empty
from kit.params import read_period
from kit.scoring import errors, weights
from kit.scoring.grid import Grid, grid
from kit.scoring.panel import Panel

PERIOD = read_period("params/2025-06.yml")
NAMES = ["sales", "roi", "click_conversion", "ctr", "cac"]
LEVEL = {
    "clicks": 2000.0,
    "ctr": 0.03,
    "conversion": 0.045,
    "value": 180.0,
    "cpc": 2.0,
    "new": 0.45,
}
TARGETS = {
    "sales": 16_200 / 0.7,
    "roi": 4.05 / 0.7,
    "click_conversion": 0.045 / 0.7,
    "ctr": 0.03 / 0.7,
    "cac": 2 / 0.02025 * 0.7,
}  # completion 0.7: far from the rule's kinks


def memory(rng, people: int, n: int, rho: float) -> np.ndarray:
    """Standard AR(1) series, people × days."""
    x = rng.normal(size=(people, n))
    for t in range(1, n):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * x[:, t]
    return x


def promotion(n: int) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Days × phases of a month as June's 618 has them, and the lift of clicks and conversion.

    Warm-up, burst, return; lifted so that the month's levels, hence the truth, stay as they are.
    """
    phases = (np.searchsorted([12, 20], np.arange(n), side="right")[:, None] == range(3)) * 1.0
    lift = phases @ [1.1, 2.5, 0.9]
    return phases, (lift / lift.mean(), np.sqrt(lift) * lift.sum() / (lift**1.5).sum())


def facts(
    rng, people: int, n: int, rho: float, noise: float, shared: float, lift: tuple = (1.0, 1.0)
) -> dict:
    """Daily sums of `people` equals; noise of each rate and of volume, shocks shared by pairs."""

    def wobble():
        common = np.repeat(memory(rng, -(-people // 2), n, rho), 2, axis=0)[:people]
        mix = (memory(rng, people, n, rho) + shared * common) / np.sqrt(1 + shared**2)
        return 1 + noise * mix

    clicks = LEVEL["clicks"] * wobble() * lift[0]
    orders = clicks * LEVEL["conversion"] * wobble() * lift[1]
    return {
        "clicks": clicks,
        "impressions": clicks / (LEVEL["ctr"] * wobble()),
        "orders": orders,
        "revenue": orders * LEVEL["value"] * wobble(),
        "spend": clicks * LEVEL["cpc"] * wobble(),
        "new_customers": orders * LEVEL["new"] * wobble(),
    }


def counted(rng, daily: dict, volume: float) -> dict:
    """The same days as whole clicks, orders and customers, `volume` clicks a day."""
    part = volume / LEVEL["clicks"]
    clicks = rng.poisson(np.maximum(daily["clicks"] * part, 1))
    orders = rng.poisson(np.maximum(daily["orders"] / daily["clicks"], 0) * clicks)
    return {
        "clicks": clicks * 1.0,
        "orders": orders * 1.0,
        "impressions": daily["impressions"] / daily["clicks"] * clicks,
        "revenue": daily["revenue"] / daily["orders"] * orders,
        "spend": daily["spend"] / daily["clicks"] * clicks,
        "new_customers": rng.binomial(orders, LEVEL["new"]) * 1.0,
    }


def month(
    daily: dict,
    draws: int = 1000,
    kind: str = "month",
    volume: float = LEVEL["clicks"],
    calendar: np.ndarray | None = None,
):
    """Panel, scored grid, weights in use and errors of a simulated month."""
    goal = TARGETS | {"sales": TARGETS["sales"] * volume / LEVEL["clicks"]}
    people, n = daily["clicks"].shape
    days = pd.date_range("2025-04-01", periods=n)
    ids = tuple(f"S{k:05d}" for k in range(people))
    names = NAMES
    rows = pd.DataFrame(
        {
            "period_id": "sim",
            "stage": None,
            "specialist_id": np.repeat(ids, len(names)),
            "indicator": list(names) * people,
            "prorate": False,
            "assumed_market_growth": 0.0,
            "target": [goal[i] * (n if i == "sales" else 1) for i in names] * people,
        }
    )
    scheme = PERIOD.scheme.model_copy(
        update={"uncertainty": PERIOD.scheme.uncertainty.model_copy(update={"draws": draws})}
    )
    period = PERIOD.model_copy(
        update={
            "id": "sim",
            "start": days[0].date(),
            "compare": None,
            "end": days[-1].date(),
            "scheme": scheme,
        }
    )
    tables = SimpleNamespace(
        scheme=scheme,
        period=period,
        has=lambda name: False,
        get=lambda name: rows if name == "targets" else empty(name),
    )
    total = {name: values.sum(axis=1) for name, values in daily.items()}
    phases = np.zeros((n, 0)) if calendar is None else calendar
    data = Panel(ids, days, np.ones((people, n), bool), phases, daily, total, {})
    found: Grid = grid(tables, data, names)
    share = np.tile([scheme.profiles[kind][i] for i in names], (people, 1))
    share /= share.sum(axis=1, keepdims=True)
    used, _ = weights.used(share, ~np.isnan(found.points), found.branch)
    return tables, data, found, used, errors.errors(tables, data, found, used)


def truth() -> float:
    """The composite of the levels themselves, by the rule's anchors and hand arithmetic."""
    level = {
        "sales": LEVEL["clicks"] * LEVEL["conversion"] * LEVEL["value"] / TARGETS["sales"],
        "roi": LEVEL["conversion"] * LEVEL["value"] / LEVEL["cpc"] / TARGETS["roi"],
        "click_conversion": LEVEL["conversion"] / TARGETS["click_conversion"],
        "ctr": LEVEL["ctr"] / TARGETS["ctr"],
        "cac": TARGETS["cac"] * LEVEL["conversion"] * LEVEL["new"] / LEVEL["cpc"],
    }
    weight = {i: PERIOD.scheme.profiles["month"][i] for i in NAMES}
    points = {i: np.interp(x, [0.5, 0.85, 1, 1.2], [0, 60, 100, 120]) for i, x in level.items()}
    return sum(weight[i] * points[i] for i in NAMES) / sum(weight.values())

"""Facts → values of indicators (指标值): every ratio is sum over sum, every gap has its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kit.errors import FormulaError


def ratio(top: float | None, under: float | None) -> float | None:
    """One ratio (比率): None where the denominator is 0 or something is missing.

    >>> ratio(3600, 90), ratio(800, 0)
    (40.0, None)
    """
    if top is None or under is None:
        return None
    if under < 0:
        raise FormulaError("scoring.negative_count", found=under)
    return top / under if under else None


def underspend(people: Mapping[str, Mapping[str, float]], gross_margin: float | None) -> dict:
    """ROI beside contribution and budget use (毛利贡献、预算执行): ROI rewards underspending.

    people  : {person: {cost, gmv, budget}}; leaders are the persons with the largest value
    """
    views: dict[str, Any] = {
        name: {
            "roi": ratio(p["gmv"], p["cost"]),
            "contribution": None if gross_margin is None else p["gmv"] * gross_margin - p["cost"],
            "budget_use": ratio(p["cost"], p["budget"]),
        }
        for name, p in people.items()
    }
    leaders = {f"{k}_leader": _leader(views, k) for k in ("roi", "contribution")}
    return {**views, **leaders}


def plan(planned: int, done: int, done_on_time: int) -> dict[str, float | None]:
    """Completion and timeliness of planned tasks (计划完成率、及时率); open overdue = late."""
    if min(planned, done, done_on_time) < 0 or done_on_time > done:
        raise FormulaError("scoring.tasks", planned=planned, done=done, on_time=done_on_time)
    return {"completion": ratio(done, planned), "timeliness": ratio(done_on_time, planned)}


def prorate_target(target: float, days_in_period: float, days_assigned: float) -> float:
    """Additive target for part of a period (按天折算目标): target x days assigned / days."""
    if not 0 <= days_assigned <= days_in_period or days_in_period == 0:
        raise FormulaError("scoring.days", days=days_assigned, period=days_in_period)
    return target * days_assigned / days_in_period


def rollup_ratio(numerator: Sequence[float | None], denominator: Sequence[float | None]) -> dict:
    """Ratio over months (跨月比率): sum over sum, and for contrast the months' mean."""
    pairs = np.array([numerator, denominator], float)
    top, under = pairs[:, ~np.isnan(pairs).any(axis=0)]
    if np.any(under < 0):
        raise FormulaError("scoring.negative_count", found=float(under.min()))
    months = top[under > 0] / under[under > 0]
    mean = float(months.mean()) if len(months) else None
    return {"roi": ratio(float(top.sum()), float(under.sum())), "mean_of_months": mean}


def _leader(views: Mapping[str, Mapping[str, float | None]], key: str) -> str | None:
    known = {name: view[key] for name, view in views.items() if view[key] is not None}
    return max(known, key=lambda name: known[name] or 0.0) if known else None

"""Facts → values of indicators (指标值): every ratio is sum over sum, every gap has its reason."""

import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import yaml

from kit.errors import FormulaError
from kit.scoring.panel import Panel
from kit.stats.ewc import half_width, residual, sum_error
from kit.stats.intervals import ratio_reliable, wilson

Array = np.ndarray


@dataclass(frozen=True)
class Indicator:
    """One indicator of indicators.yml (指标定义); its fields are explained there."""

    id: str
    duty: str
    unit: str
    better: str
    span: str
    top: str = ""
    under: str = ""
    squares: str = ""
    item: str = ""
    scale: float = 1.0
    min: float = 0.0
    additive: bool = False
    window: bool = False
    team: bool = False


@dataclass(frozen=True)
class Value:
    """Values of one indicator, one a person; `daily` is the part each day has in the value's error.

    actual, denominator, se : NaN where not measured; df : degrees of freedom of se
    daily  : people × days, sums to 0 a person; reason : word key where `actual` is NaN, else ""
    raters : people × raters, the part each rater has in the value's error (360 only)
    """

    actual: Array
    denominator: Array
    daily: Array
    se: Array
    df: Array
    reason: Array
    raters: Array | None = None


@cache
def indicators() -> dict[str, Indicator]:
    """Every indicator the kit can measure (指标库), by id."""
    rows = yaml.safe_load(pkgutil.get_data(__package__, "indicators.yml") or b"")
    return {name: Indicator(id=name, **row) for name, row in rows.items()}


def value(panel: Panel, indicator: Indicator, level: float = 0.95) -> Value:
    """Value of one indicator for everybody (指标值), with the EWC error of its days."""
    top, top_days, absent = _measure(panel, indicator.top)
    under = np.ones(len(top))
    under_days = np.zeros(top_days.shape)
    gone = ""
    if indicator.under:
        under, under_days, gone = _measure(panel, indicator.under)
    whole = np.where(under > 0, under, np.nan)
    actual = indicator.scale * top / whole
    rest = indicator.scale * (top_days - (top / whole)[:, None] * under_days) / whole[:, None]
    daily = residual(rest, panel.owned, panel.calendar)
    se, df = sum_error(daily, panel.owned, panel.calendar)
    spread, _ = sum_error(under_days, panel.owned, panel.calendar)
    firm = ratio_reliable(whole, np.nan_to_num(spread), level) & ~np.isnan(rest).any(axis=1)
    why = np.select(
        [absent != "" or gone != "", ~panel.owned.any(axis=1), ~np.isnan(top) & (under <= 0)],
        ["scoring.no_table", "scoring.no_plan", "scoring.no_denominator"],
        "scoring.not_measured",
    )
    return Value(
        actual,
        under,
        np.nan_to_num(daily),
        np.where(firm, se, np.nan),
        df,
        np.where(np.isnan(actual), why, ""),
    )


def ends(panel: Panel, indicator: Indicator, of: Value, level: float) -> tuple[Array, Array]:
    """Interval of the value (指标区间): Wilson's for a share of units, else t on the days' error.

    Unequal weights w count as (sum w)^2 / sum w^2 units (Kish 1965).
    """
    if not indicator.squares:
        half = half_width(of.se, of.df, level)
        return of.actual - half, of.actual + half
    n = np.where(of.denominator > 0, of.denominator, np.nan) ** 2 / panel.total[indicator.squares]
    return wilson(of.actual * n, n, level)


def _measure(panel: Panel, name: str) -> tuple[Array, Array, str]:
    """Total a person, days scaled to it (NaN without days), and the table that is absent."""
    first, _, second = name.partition(" - ")
    total = panel.total[first]
    daily = panel.daily.get(first)
    if daily is None:
        daily = np.full(panel.owned.shape, np.nan)
    elif not np.allclose(total, daily.sum(axis=1), equal_nan=True):
        sums = daily.sum(axis=1)
        daily = daily * (total / np.where(sums > 0, sums, np.nan))[:, None]
    if not second:
        return total, daily, panel.absent.get(first, "")
    less, less_daily, gone = _measure(panel, second)
    return total - less, daily - less_daily, panel.absent.get(first, "") or gone


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
            "contribution": None
            if gross_margin is None or p["gmv"] is None or p["cost"] is None
            else p["gmv"] * gross_margin - p["cost"],
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
    if len(numerator) != len(denominator):
        raise FormulaError("stats.no_denominator", n=len(denominator), total=0.0)
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

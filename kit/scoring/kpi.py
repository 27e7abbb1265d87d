"""Facts → values of indicators (指标值): every ratio is sum over sum, every gap has its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats

from kit.errors import FormulaError
from kit.scheme.formula import terms
from kit.scheme.library import Indicator, table_of
from kit.scoring.panel import Panel
from kit.scoring.visits import alike
from kit.stats.ewc import half_width, residual, sum_error
from kit.stats.intervals import ratio_reliable, wilson

Array = np.ndarray


@dataclass(frozen=True)
class Value:
    """Values of one indicator, one a person; `daily` is the part each day has in the value's error.

    actual, denominator, se : NaN where not measured; df : degrees of freedom of se
    daily  : people × days, sums to 0 a person; reason : word key where `actual` is NaN, else ""
    raters : people × raters, the part each rater has in the value's error (360 only)
    own    : error that neither days nor raters explain, e.g. of a share of counted units
    bare   : true where the figure was entered without days or units, so that it has no error
    part   : share of the expected parts that are there, of a mean of periods; None: whole
    """

    actual: Array
    denominator: Array
    daily: Array
    se: Array
    df: Array
    reason: Array
    raters: Array | None = None
    own: Array | None = None
    bare: Array | None = None
    part: Array | None = None


def value(panel: Panel, indicator: Indicator, level: float = 0.95) -> Value:
    """Value of one indicator for everybody (指标值), with the EWC error of its days, or its own."""
    found = _of_days(panel, indicator, level)
    if indicator.units:
        return _of_units(found, level)
    spread = [panel.spread[name] for name in indicator.terms if name in panel.spread]
    if len(spread) < len(indicator.terms) or not spread:
        return found
    bare = np.logical_and.reduce(spread)
    return replace(found, se=np.where(bare, np.nan, found.se), bare=bare)


def _of_units(found: Value, level: float) -> Value:
    """A share of counted units (计数单位的比例): half of Wilson's interval over z, df n - 1."""
    n = np.where(found.denominator > 0, found.denominator, np.nan)
    k = np.clip(found.actual, 0, 1) * n
    known = ~np.isnan(k)
    low, high = (np.full(len(n), np.nan) for _ in range(2))
    low[known], high[known] = wilson(k[known], n[known], level)
    own = (high - low) / (2 * stats.norm.ppf((1 + level) / 2))
    df = np.maximum(1.0, np.nan_to_num(n) - 1)
    blank = np.zeros(found.daily.shape)
    return replace(found, daily=blank, se=own, df=df, own=np.nan_to_num(own))


def _of_days(panel: Panel, indicator: Indicator, level: float) -> Value:
    panel = alike(panel, indicator)
    top, top_days, absent = measure(panel, indicator.top)
    under = np.ones(len(top))
    under_days = np.zeros(top_days.shape)
    gone = ""
    if indicator.under:
        under, under_days, gone = measure(panel, indicator.under)
    whole = np.where(under > 0, under, np.nan)
    actual = indicator.scale * top / whole
    rest = indicator.scale * (top_days - (top / whole)[:, None] * under_days) / whole[:, None]
    daily = residual(rest, panel.held, panel.calendar)
    se, df = sum_error(daily, panel.held, panel.calendar)
    spread, _ = sum_error(under_days, panel.held, panel.calendar)
    firm = ratio_reliable(whole, np.nan_to_num(spread), level) & ~np.isnan(rest).any(axis=1)
    why = _why(panel, indicator, absent != "" or gone != "", ~np.isnan(top) & (under <= 0))
    return Value(
        actual,
        under,
        np.nan_to_num(daily),
        np.where(firm, se, np.nan),
        df,
        np.where(np.isnan(actual), why, ""),
    )


def _why(panel: Panel, indicator: Indicator, is_absent: bool, is_empty: Array) -> Array:
    """Why a person has no value, if they have none (缺值原因).

    is_absent : whether a table is missing; is_empty : who has nothing in the denominator
    """
    return np.select(
        [is_absent, _not_entered(panel, indicator), ~panel.owned.any(axis=1), is_empty],
        ["scoring.no_table", "scoring.not_entered", "scoring.no_plan", "scoring.no_denominator"],
        "scoring.not_measured",
    )


def _not_entered(panel: Panel, indicator: Indicator) -> Array:
    """Whether a figure that somebody should have entered is missing (未填报)."""
    owed = [name for name in indicator.terms if table_of(name) == "measured"]
    missing = [np.isnan(panel.total[name]) for name in owed]
    return np.logical_or.reduce([np.zeros(len(panel.people), bool), *missing])


def ends(panel: Panel, indicator: Indicator, of: Value, level: float) -> tuple[Array, Array]:
    """Interval of the value (指标区间): Wilson's for a share of units, else t on the days' error.

    Unequal weights w count as (sum w)^2 / sum w^2 units (Kish 1965).
    """
    if indicator.units:
        n = np.where(of.denominator > 0, of.denominator, np.nan)
        return wilson(np.clip(of.actual, 0, 1) * n, n, level)
    if not indicator.squares:
        half = half_width(of.se, of.df, level)
        return of.actual - half, of.actual + half
    n = np.where(of.denominator > 0, of.denominator, np.nan) ** 2 / panel.total[indicator.squares]
    return wilson(of.actual * n, n, level)


def measure(panel: Panel, side: str) -> tuple[Array, Array, str]:
    """Total a person, days scaled to it (NaN without days), and the table that is absent."""
    total = np.zeros(len(panel.people))
    daily = np.zeros(panel.owned.shape)
    absent = ""
    for n, (factor, name) in enumerate(terms(side)):
        one, days = _days(panel, name)
        total = total + factor * one if n else factor * one
        daily = daily + factor * days if n else factor * days
        absent = absent or panel.absent.get(name, "")
    return total, daily, absent


def _days(panel: Panel, name: str) -> tuple[Array, Array]:
    """Total of one measure a person, and its days scaled to it; NaN days where it has none."""
    total = panel.total[name]
    daily = panel.daily.get(name)
    if daily is None:
        return total, np.full(panel.owned.shape, np.nan)
    if np.allclose(total, daily.sum(axis=1), equal_nan=True):
        return total, daily
    sums = daily.sum(axis=1)
    return total, daily * (total / np.where(sums > 0, sums, np.nan))[:, None]


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

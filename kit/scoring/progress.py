"""On the way through a period (过程跟踪): stage targets, pace on a season's curve, the end."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.scoring import kpi
from kit.scoring.holdings import owning
from kit.scoring.panel import Panel, cut, panel

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
LEVEL = 0.05  # pace within ±5 % of the target counts as on pace


def stages(tables: "Tables") -> pd.DataFrame:
    """Stage targets against what was reached (阶段目标), a row per person, indicator and stage.

    Targets are cumulative up to stage_end; a stage that has not ended yet is `open`, else `status`
    is ahead, on_pace or behind (within ±5 %). A quarter or year without stage targets has its
    months for stages, each with its own targets and figures.
    """
    rows = tables.get("targets")
    own = rows[(rows["period_id"] == tables.period.id) & rows["stage_end"].notna()]
    last = pd.Timestamp(tables.period.last_day)
    known = own if len(own) else _by_months(tables, rows)
    if known.empty:
        return known.assign(actual=np.nan, pace=np.nan, status="")[list(STAGES)]
    whole = panel(tables, tables.period.start, tables.period.last_day)
    spans = known["stage_start"] if "stage_start" in known else whole.days[0]
    parts = known.assign(stage_start=spans).groupby(["stage_start", "stage_end"])
    found = pd.concat([_reached(tables, whole, days, part) for days, part in parts])
    lower = found["indicator"].map(lambda i: tables.scheme.library[i].better == "down").astype(bool)
    none = lower & found["actual"].eq(0)  # nothing of what should be low is ahead of any target
    ratio = np.where(lower, found["target"] / found["actual"], found["actual"] / found["target"])
    pace = np.where(none | ~np.isfinite(ratio), np.nan, ratio)
    reached = np.where(none, "ahead", _status(pace))
    status = np.where(found["stage_end"] > last, "open", reached)
    return found.assign(pace=pace, status=status)[list(STAGES)].reset_index(drop=True)


def _by_months(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """The months of a quarter or year as its stages (按月分阶段), with the targets of each."""
    period = tables.period
    if period.type not in ("quarter", "year"):
        return rows.iloc[:0]
    months = pd.period_range(period.start, period.last_day, freq="M")
    starts = {str(m): m.start_time.normalize() for m in months}
    ends = {str(m): m.end_time.normalize() for m in months}
    mine = rows[rows["period_id"].isin(list(starts)) & rows["stage"].isna()]
    mine = mine[mine["indicator"].isin(list(tables.scheme.library))]
    return mine.assign(
        stage=mine["period_id"],
        stage_start=mine["period_id"].map(starts),
        stage_end=mine["period_id"].map(ends),
    )


STAGES = ("specialist_id", "indicator", "stage", "stage_end", "target", "actual", "pace", "status")


def _reached(tables: "Tables", whole: Panel, days: Any, rows: pd.DataFrame) -> pd.DataFrame:
    """The figures of a stage from its first to its last day, beside its targets."""
    data = cut(whole, *days)
    actual = {
        name: pd.Series(kpi.value(data, tables.scheme.library[name]).actual, data.people)
        for name in rows["indicator"].unique()
    }
    both = zip(rows["specialist_id"], rows["indicator"], strict=True)
    return rows.assign(actual=[actual[name].get(who, np.nan) for who, name in both])


def curve(tables: "Tables", measure: str) -> Array:
    """Share of the period's figure that should be reached by each day (季节曲线), ending at 1.

    From the shop's same days a year before, promotion days matched to promotion days and the others
    to the others in their order; even days where last year is not in the data.
    """
    period = tables.period
    daily = tables.plan_days
    days = pd.date_range(period.start, period.end)
    if measure not in daily:
        return np.arange(1, len(days) + 1) / len(days)
    past = daily.groupby("date")[measure].sum().reindex(days - pd.DateOffset(years=1)).to_numpy()
    if np.isnan(past).any() or past.sum() <= 0:
        return np.arange(1, len(days) + 1) / len(days)
    now, then = (burst(tables, d) for d in (days, days - pd.DateOffset(years=1)))
    shape = np.where(now, np.mean(past[then]) if then.any() else 0, np.mean(past[~then]))
    shape = past if (now == then).all() or not then.any() else shape
    return np.cumsum(shape) / np.sum(shape)


def due(tables: "Tables", measure: str, people: tuple[str, ...]) -> Array:
    """Share of each person's own figure that is due by the end of each day (应达进度).

    People × days of the period: the season's curve over the days on which the person owns a plan,
    so that whoever joins on the 9th is not behind on the 8th. NaN for who owns none.
    """
    period = tables.period
    own = owning(tables, people, pd.date_range(period.start, period.end))
    steps = np.diff(curve(tables, measure), prepend=0) * own
    whole = steps.sum(axis=1, keepdims=True)
    return np.cumsum(steps, axis=1) / np.where(whole > 0, whole, np.nan)


def pace(tables: "Tables") -> pd.DataFrame:
    """Where sums stand at `as_of` (进度): actual, share elapsed, projected end, target.

    Only sums have a pace; a rate is what it is. One row per person and additive indicator.
    """
    period = tables.period
    rows = tables.get("targets")
    data = panel(tables, period.start, period.last_day)
    goal = rows[(rows["period_id"] == period.id) & rows["stage"].isna()]
    known = [
        i for i in tables.scheme.library.values() if i.additive and i.id in tables.scheme.indicators
    ]
    parts = [_pace(tables, data, of, goal[goal["indicator"] == of.id]) for of in known]
    blank = pd.DataFrame(
        columns=["specialist_id", "indicator", "actual", "elapsed", "projected", "target", "pace"]
    )
    return pd.concat(parts, ignore_index=True) if parts else blank


def _pace(tables: "Tables", data: Panel, of: kpi.Indicator, goal: pd.DataFrame) -> pd.DataFrame:
    elapsed = due(tables, of.top, data.people)[:, len(data.days) - 1]
    actual = kpi.value(data, of).actual
    target = _goal(goal, data.people)
    projected = actual / np.where(elapsed > 0, elapsed, np.nan)
    pace = projected / np.where(target > 0, target, np.nan)
    return pd.DataFrame(
        {
            "specialist_id": data.people,
            "indicator": of.id,
            "actual": actual,
            "elapsed": elapsed,
            "projected": projected,
            "target": target,
            "pace": pace,
        }
    )


def weeks(tables: "Tables", indicator: str) -> pd.DataFrame:
    """A sum by week against what the season's curve gives the week of the target (按周状态).

    Returns : specialist_id, week (its first day), days, value, target, pace, status; one row a
              week begun; no pace for a week without a plan of one's own
    """
    of = tables.scheme.library[indicator]
    period = tables.period
    whole = panel(tables, period.start, period.last_day)
    rows = tables.get("targets")
    mine = (rows["period_id"] == period.id) & rows["stage"].isna() & (rows["indicator"] == of.id)
    goal = _goal(rows[mine], whole.people)
    path = due(tables, of.top, whole.people)
    path = np.hstack([np.zeros((len(path), 1)), path])
    out = []
    for n in range(0, len(whole.days), 7):
        data = cut(whole, whole.days[n], whole.days[n] + pd.Timedelta(days=6))
        out.append(_week(data, of, goal * (path[:, n + len(data.days)] - path[:, n])))
    found = pd.concat(out, ignore_index=True)
    return found.assign(status=_status(found["pace"]))


def _week(data: Panel, of: kpi.Indicator, goal: Array) -> pd.DataFrame:
    """One week's value of everybody against its part of the target; no pace without one."""
    target = np.where(goal > 0, goal, np.nan)
    value = kpi.value(data, of).actual
    return pd.DataFrame(
        {
            "specialist_id": data.people,
            "week": str(data.days[0].date()),
            "days": len(data.days),
            "value": value,
            "target": target,
            "pace": value / target,
        }
    )


def _goal(rows: pd.DataFrame, people: tuple[str, ...]) -> Array:
    return rows.groupby("specialist_id")["target"].sum(min_count=1).reindex(people).to_numpy(float)


def _status(pace: Any) -> Array:
    """ahead, on_pace or behind (within ±5 %); empty where the pace is not known."""
    said = np.select([pace < 1 - LEVEL, pace > 1 + LEVEL], ["behind", "ahead"], "on_pace")
    return np.where(np.isnan(pace), "", said)


def burst(tables: "Tables", days: pd.DatetimeIndex) -> Array:
    """Whether each day lies in a promotion of the scheme (大促日)."""
    inside = np.zeros(len(days), bool)
    for promotion in tables.scheme.promotions:
        inside |= (days >= pd.Timestamp(promotion.start)) & (days <= pd.Timestamp(promotion.end))
    return inside

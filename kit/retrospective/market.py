"""What was not ours (外部因素): the market's growth, and events outside our control."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.data.facts import SUMS
from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.scope import between, days, last_year, promotion_days
from kit.stats.ewc import half_width, sum_error

Array = np.ndarray
EVENT = ["start_date", "end_date", "kind", "plan_id", "channel"]


@dataclass(frozen=True)
class Growth:
    """m1/m0 per category, for plans without one `overall`; where it comes from; daily index.

    error : relative standard error of m1/m0 where it was estimated; an index is taken as given
    """

    rate: dict[str, float]
    overall: float
    source: str
    missing: list[str]
    daily: pd.DataFrame
    error: float = 0.0

    def path(self, category: str | None, dates: pd.DatetimeIndex) -> Array:
        """The index on `dates` over its mean (大盘走势); 1 where there is none."""
        if category not in self.daily.columns:
            return np.ones(len(dates))
        index = self.daily[category].reindex(dates).interpolate(limit_direction="both")
        return (index / index.mean()).fillna(1.0).to_numpy()


@dataclass(frozen=True)
class Quiet:
    """Facts with event days as they would have been; events with their effect; se per plan."""

    facts: pd.DataFrame
    events: pd.DataFrame
    se: dict[str, float]


def growth(tables: Tables, facts: pd.DataFrame, before: Span, now: Span) -> Growth:
    """Growth of the market between two spans (大盘增长): mean daily index over mean daily index.

    Category index, else the shop's orders that no plan brought, else the team's own same two spans
    a year ago; none: 1, said. A base of 0 or less counts as missing.
    """
    daily = tables.get("market").pivot_table("index", "date", "category", observed=True)
    wanted = sorted(facts["category"].dropna().unique())
    covered = tables.scheme.retrospective.covered
    found = {c: growth_of(daily[c], before, now, covered) for c in wanted if c in daily}
    rate = {c: g for c, g in found.items() if g is not None}
    missing = [c for c in wanted if c not in rate]
    if rate:
        base = between(facts, before).groupby("category")["revenue"].sum()
        weight = base.reindex(list(rate)).fillna(0).to_numpy() + 1e-9
        mean = float(np.average(list(rate.values()), weights=weight))
        return Growth(rate, mean, "index", missing, daily)
    year_ago = last_year(tables, before), last_year(tables, now)
    orders = tables.part("orders", ("paid_at", "plan_id", "revenue"))
    orders = orders[orders["plan_id"].isna()]
    organic = orders.groupby(orders["paid_at"].dt.normalize())["revenue"].sum()
    own = facts.groupby("date")["revenue"].sum()
    others = [("organic", organic, (before, now)), ("last_year", own, year_ago)]
    for source, series, spans in others:
        grown = growth_of(series, *spans, covered)
        if grown is not None:
            return Growth({}, grown, source, wanted, daily.iloc[:0], _doubt(series, spans))
    return Growth({}, 1.0, "none", wanted, daily.iloc[:0])


def _doubt(series: pd.Series, spans: tuple[Span, Span]) -> float:
    """Relative standard error of the growth of daily sums between two spans."""
    parts = [series.loc[str(s.start) : str(s.end)].to_numpy(float) for s in spans]
    return float(np.hypot(*(sum_error(p - p.mean())[0][0] / p.sum() for p in parts)))


def growth_of(series: pd.Series, before: Span, now: Span, covered: float) -> float | None:
    """Mean of `now` over mean of `before` (日均增长倍数); None where days or a base are missing."""
    means = []
    for span in (before, now):
        inside = series.loc[str(span.start) : str(span.end)].dropna()
        if len(inside) < covered * days(span):
            return None
        means.append(float(inside.mean()))
    return means[1] / means[0] if means[0] > 0 and means[1] >= 0 else None


def quiet(tables: Tables, facts: pd.DataFrame, grown: Growth, spans: tuple[Span, Span]) -> Quiet:
    """Facts without the uncontrollable events (剔除不可控事件), from like days of the same plan.

    Expected on an event day = rate of the plan's other days x market index of the day. An event of
    the whole shop, or with too few like days, cannot be estimated: effect 0, reason given.
    """
    window = Span(id="window", start=spans[0].start, end=spans[1].end)
    near = between(facts, window)
    plans = dict(tuple(near.groupby("plan_id")))
    events = [(e, near.index[_hit(near, e)]) for e in _uncontrollable(tables, window)]
    scoped = [rows for e, rows in events if _scoped(e)]
    held = near.index[:0].append(scoped).unique() if scoped else near.index[:0]
    clean = facts.copy()
    se = dict[str, float]()
    told = []
    for event, index in events:
        touched = pd.DataFrame({"date": pd.date_range(event.start_date, event.end_date)})
        effect = 0.0
        variance = 0.0
        reason = "" if _scoped(event) else "whole_shop"
        for plan, mine in facts.loc[index].groupby("plan_id") if not reason else []:
            expected, error = _expected(plans[plan], mine, held, grown, tables)
            if expected is None:
                reason = "few_like_days"
                continue
            clean.loc[mine.index, list(SUMS)] = expected
            inside = between(mine, spans[1]).index
            effect += float((mine["revenue"] - expected["revenue"]).loc[inside].sum())
            variance += error**2
            se[str(plan)] = float(np.hypot(se.get(str(plan), 0.0), error))
        half = float(half_width(np.sqrt(variance), np.array(4), 0.95))
        if not any(len(between(touched, span)) for span in spans):
            continue  # between the spans: kept out of the like days, no more
        told.append((*event, effect, effect - half, effect + half, reason))
    return Quiet(clean, pd.DataFrame(told, columns=[*EVENT, "effect", "low", "high", "reason"]), se)


def _uncontrollable(tables: Tables, window: Span) -> list[Any]:
    table = tables.get("events")
    first, last = pd.Timestamp(window.start), pd.Timestamp(window.end)
    reach = (table["start_date"] <= last) & (table["end_date"] >= first)
    table = table[reach & ~table["controllable"].fillna(False).astype(bool)]
    return list(table[EVENT].itertuples(index=False, name="Event"))


def _scoped(event: Any) -> bool:
    return any(isinstance(x, str) and x for x in (event.plan_id, event.channel))


def _hit(rows: pd.DataFrame, event: Any) -> pd.Series:
    inside = rows["date"].between(event.start_date, event.end_date)
    for column in ("plan_id", "channel"):
        if isinstance(value := getattr(event, column), str) and value:
            inside &= rows[column] == value
    return inside


def _expected(
    plan: pd.DataFrame, mine: pd.DataFrame, held: pd.Index, grown: Growth, tables: Tables
) -> tuple[pd.DataFrame | None, float]:
    """Sums that the plan's event days would have had, and the standard error of their revenue."""
    daily = plan.groupby("date")[list(SUMS)].sum(min_count=1)
    dates = pd.DatetimeIndex(daily.index)
    index = pd.Series(grown.path(plan["category"].iloc[0], dates), dates)
    peak = promotion_days(tables)
    like = daily.drop(plan.loc[plan.index.intersection(held), "date"].unique()).index
    least = tables.scheme.retrospective.like_days
    like = like[~like.isin(peak)] if len(like[~like.isin(peak)]) >= least else like
    if len(like) < least:
        return None, 0.0
    rate = daily.loc[like].sum(min_count=1) / index[like].sum()
    shares = mine["spend"] / mine.groupby("date")["spend"].transform("sum")
    even = 1 / mine.groupby("date")["spend"].transform("size")
    scale = shares.fillna(even) * mine["date"].map(index)
    residual = (daily.loc[like, "revenue"] - rate["revenue"] * index[like]).fillna(0)
    long_run = sum_error(residual.to_numpy())[0][0] / np.sqrt(len(like))
    part = scale.sum() / index[like].sum()
    error = long_run * np.sqrt(mine["date"].nunique() + part**2 * len(like))
    expected = pd.DataFrame(np.outer(scale, rate), mine.index, rate.index)
    return expected, float(error)

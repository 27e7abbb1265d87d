"""Who owned what on which day, and what it brought (人 × 日 数据面板): arrays people × days.

Every measure of `indicators.yml` comes from here: sums by day and owner, weighted by the share.
NaN rows are not measured; a day without a row of an owned plan adds nothing.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data import sales
from kit.data.store.cache import remembered
from kit.scheme.library import MEASURES
from kit.scoring import measured
from kit.scoring.holdings import held
from kit.scoring.narrowed import narrowed
from kit.stats import workdays

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
ADS = MEASURES["ads"]
TRAFFIC = MEASURES["traffic"]
KEYS = ["specialist_id", "date"]


@dataclass(frozen=True)
class Panel:
    """daily[measure] is people × days, total[measure] one figure a person (distinct users exact).

    held : people × days, 0 without a plan, else the number of a span of unchanged holdings
    calendar : days × phases of promotions known beforehand; absent : table that a measure misses
    spread : measure → who has a figure without days behind it, so that no error can be told
    share : part of the scored days that a person spent in the group looked at; None for all
    """

    people: tuple[str, ...]
    days: pd.DatetimeIndex
    held: Array
    calendar: Array
    daily: dict[str, Array]
    total: dict[str, Array]
    absent: dict[str, str]
    spread: dict[str, Array] = field(default_factory=dict)
    share: Array | None = None

    @property
    def owned(self) -> Array:
        """People × days: whether somebody owned a plan on the day (归属日)."""
        return self.held > 0


def panel(tables: "Tables", start: dt.date, end: dt.date) -> Panel:
    """All measures of the people of the period's teams from start to end, both included."""
    return remembered(tables, f"panel-{start}-{end}", lambda given: _panel(given, start, end))


def cut(data: Panel, start: pd.Timestamp, end: pd.Timestamp) -> Panel:
    """The same for a part of the days (截取); distinct users become sums of days."""
    inside = (data.days >= start) & (data.days <= end)
    daily = {name: values[:, inside] for name, values in data.daily.items()}
    total = data.total | {name: _total(values) for name, values in daily.items()}
    days = data.days[inside]
    calendar = data.calendar[inside]
    spans = data.held[:, inside]
    return Panel(
        data.people, days, spans, calendar, daily, total, data.absent, data.spread, data.share
    )


def _panel(tables: "Tables", start: dt.date, end: dt.date) -> Panel:
    people = roster(tables, start, end)
    days = pd.date_range(start, end)
    daily, absent = _by_day(tables, people, days)
    total = {name: _total(values) for name, values in daily.items()} | _distinct(
        tables, people, days
    )
    total["brand_now"], total["brand_before"] = _brand(tables, days, len(people))
    calendar = phases(tables, days)
    spans = held(tables, people, days, calendar)
    typed = measured.entered(tables, people, days, spans > 0)
    whole = Panel(
        people,
        days,
        spans,
        calendar,
        daily | typed.daily,
        total | typed.total,
        absent,
        typed.spread,
    )
    part: Panel = narrowed(tables, whole, typed.dated)
    return part


def _by_day(
    tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex
) -> tuple[dict[str, Array], dict[str, str]]:
    """Every measure as people × days, and the table of each that is not there."""
    daily: dict[str, Array] = {}
    absent: dict[str, str] = {}
    for names, table, source in SOURCES:
        found = source(tables, days) if tables.has(table) else pd.DataFrame(columns=[*KEYS, *names])
        sums = found.groupby(KEYS)[list(names)].sum(min_count=1)
        for name in names:
            daily[name] = _matrix(sums[name], people, days)
            absent |= {name: table} if not tables.has(table) else {}
    if tables.scheme.new_customer_source == "crm":
        daily["new_customers"] = daily["crm_customers"]
    return daily, absent


def roster(tables: "Tables", start: dt.date, end: dt.date) -> tuple[str, ...]:
    """People of the period's teams (参评人员) who were there on some day from start to end."""
    rows = tables.get("roster")
    team = tables.period.team
    here = ~(rows["leave_date"] < pd.Timestamp(start)) & ~(rows["hire_date"] > pd.Timestamp(end))
    chosen = here if team == "all" else here & rows["team"].isin(team)
    return tuple(sorted(rows.loc[chosen, "specialist_id"].astype(str)))


def owned(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by `date` and `plan_id`, one for every owner of the day, with the share (按归属分摊)."""
    spans = tables.get("assignment")[
        ["plan_id", "specialist_id", "valid_from", "valid_to", "share"]
    ]
    joined = rows.merge(spans, on="plan_id")
    inside = (joined["date"] >= joined["valid_from"]) & ~(joined["date"] > joined["valid_to"])
    return joined[inside].fillna({"share": 1.0})


def phases(tables: "Tables", days: pd.DatetimeIndex) -> Array:
    """Days × phases of the scheme's promotions (大促阶段): warm-up, burst, return, 0 or 1."""
    marks = [
        [pd.Timestamp(d) for d in (p.warm_up or p.start, p.start, p.end, p.return_window or p.end)]
        for p in tables.scheme.promotions
    ]
    spans = [
        [(days >= a) & (days < b), (days >= b) & (days <= c), (days > c) & (days <= d)]
        for a, b, c, d in marks
    ]
    columns = [c for span in spans for c in span if 0 < c.sum() < len(days)]
    return np.array(columns, float).reshape(-1, len(days)).T


def growth(tables: "Tables", start: dt.date, end: dt.date, people: tuple[str, ...]) -> Array:
    """Market growth of each person (大盘增长) against the comparison span; NaN without an index.

    Mean daily index of the span over that of the comparison, less 1, weighted by the person's spend
    over the categories of the plans owned.
    """
    compare = tables.period.compare
    index = tables.get("market")
    if compare is None or index.empty:
        return np.full(len(people), np.nan)
    now, before = (
        index[index["date"].between(pd.Timestamp(a), pd.Timestamp(b))]
        .groupby("category")["index"]
        .mean()
        for a, b in ((start, end), (compare.start, compare.end))
    )
    facts = tables.facts[tables.facts["date"].between(pd.Timestamp(start), pd.Timestamp(end))]
    spend = facts.groupby(["specialist_id", "category"], as_index=False)["spend"].sum()
    spend["growth"] = spend["category"].map(now / before - 1).astype(float)
    spend = spend[spend["growth"].notna()].assign(moved=lambda d: d["growth"] * d["spend"])
    sums = spend.groupby("specialist_id")[["moved", "spend"]].sum().reindex(people)
    return (sums["moved"] / sums["spend"].where(sums["spend"] > 0)).to_numpy(float)


# ── measures by day and owner, each from its table ───────────────────────────────────────────────
def _ads(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    return _between(tables.facts, days)


def _traffic(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    rows = _between(tables.get("traffic"), days).dropna(subset="plan_id")
    return _weighted(owned(tables, rows), TRAFFIC)


def _orders(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    return _weighted(owned(tables, sales.orders(tables, days[0], days[-1])), sales.ORDERS)


def _customers(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    return _weighted(owned(tables, sales.customers(tables, days[0], days[-1])), sales.CUSTOMERS)


def _tasks(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    rows = tables.get("tasks")
    rows = _between(rows[rows["status"] != "cancelled_by_business"].assign(date=rows["due"]), days)
    weight = rows["weight"].fillna(1.0) if tables.scheme.task_weights else 1.0
    known = tables.get("calendar").dropna().set_index("date")["is_workday"]
    end = rows["done_on"].where(rows["done_on"] <= days[-1], days[-1])
    return rows.assign(
        tasks_due=weight * 1.0 + 0 * rows["due"].dt.day,
        tasks_square=weight**2 + 0 * rows["due"].dt.day,
        tasks_done=weight * (rows["done_on"] <= days[-1]),
        tasks_on_time=weight * (rows["done_on"] <= rows["due"]),
        days_late=weight * workdays.lags(rows["due"], end, dict(known)),
    )


def _budget(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    rows = of_period(tables, tables.get("budget"), days, additive=True)
    sums = rows.groupby("specialist_id", as_index=False)["budget"].sum(min_count=1)
    spread = sums.merge(pd.DataFrame({"date": days}), how="cross")
    running = days[0].date() == tables.period.start and days[-1].date() < tables.period.end
    n = (tables.period.end - tables.period.start).days + 1 if running else len(days)
    return spread.assign(budget=spread["budget"] / n)


def of_period(
    tables: "Tables", rows: pd.DataFrame, days: pd.DatetimeIndex, additive: bool
) -> pd.DataFrame:
    """Rows of the period itself (周期行), else, if they add up, of the months inside."""
    own = rows[rows["period_id"] == tables.period.id]
    months = [str(m) for m in pd.period_range(days[0], days[-1], freq="M")]
    whole = days[0].day == 1 and (days[-1] + pd.Timedelta(days=1)).day == 1
    if len(own) or not additive or not whole:
        return own
    return rows[rows["period_id"].isin(months)]


SOURCES: list[tuple[tuple[str, ...], str, Callable[["Tables", pd.DatetimeIndex], pd.DataFrame]]] = [
    (ADS, "ads", _ads),
    (TRAFFIC, "traffic", _traffic),
    (sales.ORDERS, "orders", _orders),
    (sales.CUSTOMERS, "customers", _customers),
    (MEASURES["tasks"], "tasks", _tasks),
    (MEASURES["budget"], "budget", _budget),
]


def _between(rows: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    return rows[rows["date"].between(days[0], days[-1])]


def _weighted(rows: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    return rows.assign(**{name: rows[name] * rows["share"] for name in names})


def _matrix(sums: pd.Series, people: tuple[str, ...], days: pd.DatetimeIndex) -> Array:
    """People × days; a person without any figure is NaN, one with some has 0 on the other days."""
    table = sums.unstack("date") if len(sums) else pd.DataFrame(index=pd.Index([], dtype="str"))
    values = table.reindex(index=list(people), columns=days).to_numpy(float)
    known = ~np.isnan(values).all(axis=1, keepdims=True)
    return np.where(known, np.nan_to_num(values), np.nan)


def _total(values: Array) -> Array:
    return values.sum(axis=1)


def _distinct(
    tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex
) -> dict[str, Array]:
    """Figures that do not add over days: visitors, buyers, and who bought again."""
    out: dict[str, Array] = {}
    if tables.has("sessions"):
        users = tables.users(days[0], days[-1]).set_index("specialist_id").reindex(people)
        if users["exact"].eq(True).any():
            out = {name: users[name].to_numpy(float) for name in ("uv", "buyers")}
    bought = sales.buyers(tables, days[0], days[-1]).set_index("specialist_id").reindex(people)
    n, again = (bought[name].to_numpy(float) for name in ("n", "n_again"))
    return out | {"order_buyers": n, "repeat_buyers": again}


def _brand(tables: "Tables", days: pd.DatetimeIndex, n: int) -> tuple[Array, Array]:
    """Mean brand-search index (品牌搜索) of the days and of the comparison span."""
    rows = tables.get("brand_search")
    compare = tables.period.compare
    before = np.nan
    if compare is not None:
        inside = rows["date"].between(pd.Timestamp(compare.start), pd.Timestamp(compare.end))
        before = rows.loc[inside, "index"].mean()
    return np.full(n, _between(rows, days)["index"].mean()), np.full(n, before)

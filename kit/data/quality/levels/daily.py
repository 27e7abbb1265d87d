"""Which column of ads, traffic or orders is in another unit (日报量级), told with its first row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import narwhals as nw
import pandas as pd

from kit.data.facts import SUMS, between, scan
from kit.data.issues import Issue
from kit.data.quality.gates import located
from kit.data.quality.levels import shifts
from kit.data.quality.levels.asked import asked, figure, limits, power
from kit.data.quality.levels.shifts import GROUP, UNIT, Span
from kit.data.store.engine import collect

if TYPE_CHECKING:
    from kit.data.tables import Tables

MONEY = ("spend", "revenue", "refund_amount")


def odd_days(tables: Tables) -> Iterator[Issue]:
    """Columns of daily tables that are in another unit than they were (日报量级异常)."""
    inside = shifts.span(tables.period.start, tables.period.last_day)
    for table in MADE:
        if tables.has(table):
            days = daily(tables, table)
            told = list(_shifts(tables, table, days, inside))
            yield from told
            seen = {issue.column for issue in told}
            yield from _apart(tables, table, (days, inside), seen)


def daily(tables: Tables, table: str) -> pd.DataFrame:
    """date, unit, group and sums of a table: the period and the days before it, asked for once."""
    inside = shifts.span(tables.period.start, tables.period.last_day)
    made: pd.DataFrame = tables.engine.brought(
        f"_levels_{table}", lambda: MADE[table](tables, inside)
    )
    return made


def _ads(tables: Tables, inside: Span) -> pd.DataFrame:
    rows = tables.plan_days
    first = inside.before(limits("shift")["days"]).start
    rows = rows[rows["date"].between(first, inside.end)]
    group = rows["platform"].fillna("—") + " " + rows["channel"].fillna("—")
    floats = {name: rows[name].astype(float) for name in SUMS}
    return rows[["date"]].assign(**{UNIT: rows["plan_id"], GROUP: group}, **floats)


def _traffic(tables: Tables, inside: Span) -> pd.DataFrame:
    names = ("uv", "pv", "cart_users", "placed_buyers", "buyers")
    rows = scan(tables, "traffic", ("date", "channel", "plan_id", *names))
    return _by_day(rows, inside, [nw.col(n).cast(nw.Float64).sum() for n in names])


def _orders(tables: Tables, inside: Span) -> pd.DataFrame:
    names = ("units", "revenue", "refund_amount")
    rows = scan(tables, "orders", ("paid_at", "channel", "plan_id", "gross_margin", *names))
    margin = nw.col("revenue") * nw.col("gross_margin")
    rows = rows.with_columns(date=nw.col("paid_at").cast(nw.Date), margin=margin)
    sums = [nw.col(n).cast(nw.Float64).sum() for n in (*names, "margin")]
    return _by_day(rows, inside, [nw.len().cast(nw.Float64).alias("n"), *sums])


MADE = {"ads": _ads, "traffic": _traffic, "orders": _orders}


def _by_day(rows: nw.LazyFrame, inside: Span, sums: list[nw.Expr]) -> pd.DataFrame:
    """Sums by day, plan and channel, of the days that are looked at; one question to the engine."""
    first = inside.before(limits("shift")["days"]).start
    wide = between(rows, first, inside.end).group_by("date", "plan_id", "channel").agg(*sums)
    found = collect(wide)
    unit = found["plan_id"].fillna("—") + "\t" + found["channel"].fillna("—")
    made = found.drop(columns=["plan_id", "channel"])
    return made.assign(**{UNIT: unit, GROUP: found["channel"].fillna("—")})


def _shifts(tables: Tables, table: str, days: pd.DataFrame, inside: Span) -> Iterator[Issue]:
    """Columns that moved against earlier days, each with all its plans."""
    said = limits("shift")
    found = shifts.blamed(shifts.shifted(days, table, inside), table)
    weight = _weights(days, table, inside)
    for column, part in found.groupby("column", sort=False):
        wide = part[part["ask"]]
        share = float(weight.reindex(wide[UNIT]).sum())
        ask = len(wide) >= said["plans"] or share >= said["share"]
        rows = wide if ask else part
        first = {str(name): value for name, value in rows.iloc[0].items()}
        groups = sorted(rows[GROUP].unique())
        what = f"{table}.{column} {', '.join(groups)} {power(first['factor'])}"
        facts = _facts(tables, first | {"column": column, "n": len(rows)}, groups, what)
        at = (table, str(column))
        issue = asked("level_shift", at, float(first["factor"]), ask=ask, facts=facts)
        yield placed(tables, issue, {"unit": first[UNIT], "date": None}, inside)


def _weights(days: pd.DataFrame, table: str, inside: Span) -> pd.Series:
    """Each plan's share of spend, page views or orders of the period."""
    column = {"ads": "clicks", "traffic": "pv", "orders": "n"}[table]
    rows = days[days["date"].between(*inside)]
    column = "spend" if table == "ads" and rows["spend"].sum() > 0 else column
    sums = rows.groupby(UNIT)[column].sum()
    return sums / sums.sum() if sums.sum() > 0 else sums


def _apart(
    tables: Tables, table: str, within: tuple[pd.DataFrame, Span], seen: set[str]
) -> Iterator[Issue]:
    """Columns of which some days are in another unit than the rest of the plan's days."""
    days, inside = within
    found = list(shifts.apart(days, table, inside))
    while found:
        column = shifts.explains(found, found)
        mine = [r for r in found if column in (r["top"], r["under"])]
        found = [r for r in found if r not in mine]
        if column in seen:
            continue
        first = max(mine, key=lambda r: (r["ask"], r["n"]))
        factor = first["factor"] if column == first["top"] else 1 / first["factor"]
        what = f"{table}.{column} {first[GROUP]} {first['date'].date()} {power(factor)}"
        told = first | {"column": column, "basis": "days"}
        facts = _facts(tables, told, [first[GROUP]], what) | {"day": first["date"].date()}
        issue = asked("level_days", (table, column), factor, ask=bool(first["ask"]), facts=facts)
        yield placed(tables, issue, {"unit": first[UNIT], "date": first["date"]}, inside)


def _facts(tables: Tables, row: dict[str, Any], groups: list[str], what: str) -> dict[str, Any]:
    """What is said of a ratio: both values, whose plan it is, the platforms."""
    plan = str(row[UNIT]).split("\t")[0]
    owned = tables.facts
    who = owned.loc[owned["plan_id"] == plan, "specialist_id"]
    return {
        "found": figure(row["now"]),
        "usual": figure(row["usual"]),
        "ratio": f"{row['top']} ÷ {row['under']}",
        "basis": row["basis"],
        "people": list(who.unique()[-1:]),
        "plan": plan,
        "groups": groups[:5],
        "confirm": what,
        "n": row["n"],
        "unit": "money" if row["column"] in MONEY else "",
    }


def placed(tables: Tables, issue: Issue, at: dict[str, Any], inside: Span) -> Issue:
    """The finding with its first row inside the period."""
    plan = at["unit"].split("\t")[0]
    where: dict[str, Any] = {"plan_id": plan} if plan != "—" else {}
    if at["date"] is not None and issue.table != "orders":
        where["date"] = at["date"].date()
    day = {"orders": "paid_at"}.get(issue.table, "date")
    return located(tables.engine, issue, where, since=(day, inside.start.date()))

"""Counts that are mostly less than half of one (不足半个的计数): nobody clicks half a time.

Credit for an order may be shared between clicks, so that a few plan-days hold a part of one; where
most of them do, the column is in thousands, in ten-thousands or a share.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.levels import shifts
from kit.data.quality.levels.asked import asked, figure, limits, power
from kit.data.quality.levels.daily import MADE, daily, placed
from kit.data.quality.levels.shifts import GROUP, UNIT
from kit.data.schema import contract

if TYPE_CHECKING:
    from kit.data.tables import Tables


def odd_counts(tables: Tables, told: Container[tuple[str, str]] = ()) -> Iterator[Issue]:
    """Columns of counts whose plan-days mostly hold less than half of one (计数量级异常).

    told : tables and columns that another check refuses already
    """
    inside = shifts.span(tables.period.start, tables.period.last_day)
    for table in MADE:
        if tables.has(table):
            days = daily(tables, table)
            days = days[days["date"].between(*inside)]
            kinds = contract()[table].columns
            counts = [c for c in days if c in kinds and kinds[c].type == "int"]
            for column in counts:
                if (table, column) not in told:
                    yield from _small(tables, table, days[["date", UNIT, GROUP, column]], column)


def _small(tables: Tables, table: str, days: pd.DataFrame, column: str) -> Iterator[Issue]:
    """The finding about one column, at a row of its first such day; few parts are only warned of.

    Where most plan-days hold nothing, a part of one may be shared credit: that is never refused.
    """
    said = limits("count")
    above = days[days[column] > 0]
    parts = above[above[column] < said["part"]].sort_values(["date", UNIT])
    share = len(parts) / len(above) if len(above) >= said["days"] else 0.0
    if share <= said["warn"]:
        return
    first = parts.iloc[0]
    value, plan = float(first[column]), str(first[UNIT]).split("\t")[0]
    facts = {
        "found": figure(value),
        "usual": "1",
        "basis": "count",
        "day": first["date"].date(),
        "plan": plan if plan != "—" else str(first[GROUP]),
        "n": len(parts),
        "all": len(above),
        "confirm": f"{table}.{column} {power(value)}",
    }
    ask = share > said["ask"] and len(above) >= said["held"] * len(days)
    issue = asked("level_counts", (table, column), value, ask=ask, facts=facts)
    yield placed(tables, issue, {"unit": first[UNIT], "date": first["date"]}, _day(first))


def _day(row: pd.Series) -> shifts.Span:
    """The day of a row alone."""
    return shifts.Span(row["date"], row["date"])

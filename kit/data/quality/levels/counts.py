"""Counts that are mostly less than half of one (不足半个的计数): nobody clicks half a time.

Credit for an order may be shared between clicks, so that a few plan-days hold a part of one; where
most of them do, the column is in thousands, in ten-thousands or a share.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import located
from kit.data.quality.levels import shifts
from kit.data.quality.levels.asked import asked, figure, limits
from kit.data.quality.levels.daily import MADE, daily
from kit.data.quality.levels.shifts import UNIT
from kit.data.schema import contract

if TYPE_CHECKING:
    from kit.data.tables import Tables


def odd_counts(tables: Tables) -> Iterator[Issue]:
    """Columns of counts whose plan-days mostly hold less than half of one (计数量级异常)."""
    inside = shifts.span(tables.period.start, tables.period.last_day)
    for table in MADE:
        if tables.has(table):
            days = daily(tables, table)
            days = days[days["date"].between(*inside)]
            kinds = contract()[table].columns
            for column in (c for c in days if c in kinds and kinds[c].type == "int"):
                yield from _small(tables, table, days[["date", UNIT, column]], column)


def _small(tables: Tables, table: str, days: pd.DataFrame, column: str) -> Iterator[Issue]:
    """The finding about one column, with the first row of its first such day."""
    said = limits("count")
    seen = days[days[column] > 0]
    parts = seen[seen[column] < said["part"]].sort_values(["date", UNIT])
    share = len(parts) / len(seen) if len(seen) >= said["days"] else 0.0
    if share <= said["warn"]:
        return
    first = parts.iloc[0]
    plan = str(first[UNIT]).split("\t")[0]
    facts = {
        "found": figure(float(first[column])),
        "usual": "1",
        "basis": "count",
        "day": first["date"].date(),
        "plan": plan,
        "n": len(parts),
        "all": len(seen),
        "confirm": f"{table}.{column} < {said['part']}",
    }
    ask, factor = share > said["ask"], float(first[column])
    issue = asked("level_counts", (table, column), factor, ask=ask, facts=facts)
    day = {"orders": "paid_at"}.get(table, "date")
    where = {} if plan == "—" else {"plan_id": plan}
    yield located(tables.engine, issue, where, since=(day, first["date"].date()))

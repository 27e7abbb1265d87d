"""Key results (关键结果): how much of the way from start to target was made, 0 to 1."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.scoring.kpi import Value
from kit.scoring.panel import Panel, of_period

if TYPE_CHECKING:
    from kit.data.tables import Tables

KEYS = ["specialist_id", "objective", "key_result"]


def value(tables: "Tables", data: Panel) -> Value:
    """Weighted mean progress of each person's key results (关键结果进度).

    The latest row of each counts; without `current` it is left out and its weight goes to others.
    """
    rows = progressed(tables, data.days)
    known = rows.dropna(subset="progress")
    known = known.assign(part=known["progress"] * known["weight"])
    sums = known.groupby("specialist_id")[["part", "weight"]].sum().reindex(data.people)
    count = known.groupby("specialist_id").size().reindex(data.people).fillna(0)
    actual = (sums["part"] / sums["weight"].where(sums["weight"] > 0)).to_numpy(float)
    blank = nothing(
        data, "scoring.no_key_results" if tables.has("key_results") else "scoring.no_table"
    )
    reason = np.where(np.isnan(actual), blank.reason, "")
    return Value(
        actual,
        count.to_numpy(float),
        blank.daily,
        blank.se,
        blank.df,
        reason,
        bare=~np.isnan(actual),
    )


def progressed(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """The latest row of each key result of the period, with `progress` (各关键结果进度)."""
    rows = of_period(tables, tables.get("key_results"), days, additive=False)
    rows = rows[~(pd.to_datetime(rows["on"]) > days[-1])]
    rows = rows.sort_values("on", na_position="first", kind="stable").drop_duplicates(
        KEYS, keep="last"
    )
    way = rows["target"] - rows["start"]
    made = (rows["current"] - rows["start"]) / way.where(way != 0)
    weight = rows["weight"].astype(float).fillna(1.0)
    return rows.assign(progress=np.round(made.astype(float).clip(0, 1), 12), weight=weight)


def nothing(data: Panel, reason: str) -> Value:
    """No value for anybody (无数据), with the reason."""
    n = len(data.people)
    none = np.full(n, np.nan)
    days = np.zeros((n, len(data.days)))
    return Value(none, none, days, none, np.ones(n), np.full(n, reason, dtype=object))

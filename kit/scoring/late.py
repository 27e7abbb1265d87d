"""Answers that come in bit by bit (陆续收到的评价): counted so that no one of them is told.

Two versions of a page that differ by one answer would tell it. A collection is published when it
has closed; answers that come later count only when five raters who were not counted before have
answered.
"""

import datetime as dt
from typing import TYPE_CHECKING

import pandas as pd

from kit.params import span_of
from kit.scoring.pools import FULL
from kit.stats import workdays

if TYPE_CHECKING:
    from kit.data.tables import Tables

PERSON = ["period_id", "specialist_id"]


def gathering(tables: "Tables") -> dt.date | None:
    """Today, while answers about the period may still come in, else None."""
    return tables.scheme.feedback.gathering(tables.period.end, tables.period.as_of)


def collected(tables: "Tables", rows: pd.DataFrame) -> pd.Series:
    """Whether the collection of each answer has closed (收集是否结束), so that it is published."""
    now = gathering(tables)
    if now is None:
        return pd.Series(True, rows.index)
    ends = rows["period_id"].map(_ends(tables, rows["period_id"]))
    return pd.to_datetime(ends) < pd.Timestamp(now)


def closing(tables: "Tables", names: pd.Series) -> list[dt.date]:
    """The last day of each collection that answers are about (收集截止日)."""
    return list(_ends(tables, names).values())


def _ends(tables: "Tables", names: pd.Series) -> dict[str, dt.date]:
    return {name: _closes(tables, str(name)) for name in names.unique()}


def counted(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """Answers that count by now (计入的评价): in time, or of a full batch of late raters.

    A collection closes on the day on which feedback is due, `feedback.due_working_days` after the
    end of its period. Answers without a day are in time.
    """
    if rows.empty:
        return rows
    ends = _ends(tables, rows["period_id"])
    late = rows["submitted_on"] > pd.to_datetime(rows["period_id"].map(ends))
    if not late.any():
        return rows
    before = set(map(tuple, rows.loc[~late, [*PERSON, "rater_id"]].to_numpy()))
    keys = list(map(tuple, rows[[*PERSON, "rater_id"]].to_numpy()))
    new = pd.Series([key not in before for key in keys], rows.index)
    full = _batches(rows[late & new])
    return rows[~late | pd.Series([key in full for key in keys], rows.index)]


def _closes(tables: "Tables", period_id: str) -> dt.date:
    """The last day of a collection."""
    span = span_of(period_id)
    end = span.end if span and period_id != tables.period.id else tables.period.end
    calendar = tables.get("calendar")
    off = dict(zip(calendar["date"].dt.date, calendar["is_workday"].astype(bool), strict=True))
    return workdays.due(end, tables.scheme.feedback.due_working_days, off)


def _batches(rows: pd.DataFrame) -> set[tuple[str, ...]]:
    """Person and rater of every late answer in a batch that FULL raters have filled, day by day."""
    first = rows.groupby([*PERSON, "rater_id"])["submitted_on"].min().reset_index()
    full: set[tuple[str, ...]] = set()
    for _, mine in first.sort_values("submitted_on").groupby(PERSON):
        waiting: list[tuple[str, ...]] = []
        for _, day in mine.groupby("submitted_on"):
            waiting += list(map(tuple, day[[*PERSON, "rater_id"]].to_numpy()))
            if len(waiting) >= FULL:
                full |= set(waiting)
                waiting = []
    return full

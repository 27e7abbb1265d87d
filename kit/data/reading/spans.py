"""Rows that sum many days (跨天的行): by a last day, a column of spans, the days themselves."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.reading.cells import distinct
from kit.data.reading.dates import Range, span
from kit.data.reading.headers import Header
from kit.data.reading.reports import Report

MOST = 400  # different spans of a column that are looked at
COUNTED = re.compile(
    r"(统计|数据|报告|报表|汇总|查询)(周期|日期|时间|区间|范围)|(时间|日期)(范围|区间|段)"
    r"|^(date|time|reporting)\s*(range|period)|^(berichts)?zeitraum|^période|^periodo",
    re.I,
)


def later_ends(frame: pd.DataFrame, header: Header) -> Iterator[Issue]:
    """Rows whose last day is later than their first."""
    if not {"date", "date_end"} <= set(frame):
        return
    long = frame[pd.to_datetime(frame["date_end"]) > pd.to_datetime(frame["date"])]
    if len(long):
        row = long.iloc[0]
        facts = {"first": str(row["date"])[:10], "last": str(row["date_end"])[:10]}
        yield _spans(
            int(row["_row"]),
            header.cells[list(header.names).index("date_end")],
            len(long),
            facts | _daily(header.report),
        )


def beside(
    frame: pd.DataFrame, unread: Mapping[str, pa.ChunkedArray], report: Report
) -> Iterator[Issue]:
    """Columns that nobody mapped and that say which days each row sums, such as 统计周期.

    A column of spans with another name counts where every row stands on the first day of its span:
    the days of a campaign's own life do not move with the rows.

    frame : `date`, `_row`, and `_at`, the place of a row among the cells of `unread`
    """
    if "date" not in frame or frame.empty:
        return
    for name, column in unread.items():
        words, at = distinct(column)
        places = at.to_numpy()[frame["_at"].to_numpy()]
        used = np.unique(places)
        if len(used) > MOST or not (spans := _spanned(words, used)):
            continue
        firsts = [spans[place].first.day if place in spans else None for place in places]
        begins = [str(a)[:10] == str(b) for a, b in zip(frame["date"], firsts, strict=True)]
        if COUNTED.search(name) or (all(begins) and len(frame) > 1):
            one = spans[used[0]]
            facts = {"first": str(one.first.day), "last": str(one.last.day)}
            row = int(frame["_row"].iloc[0])
            yield _spans(row, name, len(frame), facts | _daily(report))


def _spanned(words: pa.Array, used: np.ndarray) -> dict[int, Any]:
    """The spans of several days that cells say, by place; none unless every cell says one."""
    found: dict[int, Range] = {}
    for place in used:
        text = words[int(place)].as_py().strip()
        said = span(text) if 8 <= len(text) <= 60 else None
        if said is None or said.first is None or said.last is None or said.one_day:
            return {}
        found[int(place)] = said
    return found


def _spans(row: int, column: str, count: int, facts: dict[str, Any]) -> Issue:
    return Issue("spans_days", "refuse", row=row, column=column, count=count, facts=facts)


def _daily(report: Report) -> dict[str, Any]:
    return {"option": report.daily.get("en", "")} if report.daily else {}


def coarse(frame: pd.DataFrame) -> Iterator[Issue]:
    """Days that look like the first of weeks or of months: rows that sum more than a day."""
    if "date" not in frame or "paid_at" in frame or frame["date"].dropna().nunique() < 3:
        return
    days = pd.DatetimeIndex(frame["date"].dropna().unique()).sort_values()
    weeks = all((b - a).days == 7 for a, b in zip(days, days[1:], strict=False))
    months = all(day.day == 1 for day in days) or all(day.is_month_end for day in days)
    if weeks or months:
        facts = {"days": [str(day.date()) for day in days[:3]]}
        yield Issue("looks_coarse", "refuse", column="date", count=len(days), facts=facts)

"""Dates far from the period and moved days (日期异常): serials of 1904, other time zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.facts import DATED, days
from kit.data.issues import Issue
from kit.data.quality.gates import located
from kit.data.quality.levels.asked import asked, limits
from kit.data.quality.levels.daily import daily
from kit.data.quality.matching import BY_PERIOD, of_period

if TYPE_CHECKING:
    from kit.data.tables import Tables

TYPED = {
    "targets": ("set_on",),
    "feedback": ("submitted_on",),
    "interviews": ("held_on", "signed_on"),
    "appeals": ("at", "due"),
    "checkins": ("held_on",),
}


def odd_dates(tables: Tables) -> Iterator[Issue]:
    """Days beyond 400 from the period, and tables of which all days are moved by one."""
    yield from _late(tables)
    yield from _typed(tables)
    yield from _moved(tables)


def _late(tables: Tables) -> Iterator[Issue]:
    """Days of dated tables long after the period: earlier ones are history, later ones are not."""
    last = pd.Timestamp(tables.period.end) + pd.Timedelta(days=limits("date")["days"])
    for name, column in DATED.items():
        seen = pd.Series(days(tables, name) if tables.has(name) else [], dtype="datetime64[us]")
        if len(seen[seen > last]):
            yield _told(tables, (name, column), seen[seen > last])
    for column in ("due", "done_on"):
        held = tables.get("tasks")[column].dropna()
        if len(held[held > last]):
            yield _told(tables, ("tasks", column), held[held > last])


def _typed(tables: Tables) -> Iterator[Issue]:
    """Days in rows of the period that are more than 400 days from it."""
    apart = pd.Timedelta(days=limits("date")["days"])
    first, last = (pd.Timestamp(d) for d in (tables.period.start, tables.period.end))
    for name in (n for n in BY_PERIOD if n in TYPED and tables.has(n)):
        rows = of_period(tables, name)
        for column in TYPED[name]:
            held = rows[column].dropna()
            far = held[(held < first - apart) | (held > last + apart)]
            if len(far):
                yield _told(tables, (name, column), far)


def _told(tables: Tables, at: tuple[str, str], far: pd.Series) -> Issue:
    name, column = at
    first = far.iloc[0]
    facts = {
        "found": str(first.date()),
        "usual": f"{tables.period.start} … {tables.period.end}",
        "basis": "period",
        "confirm": f"{name}.{column} {first.date()}",
        "n": len(far),
    }
    issue = asked("level_date", at, float("nan"), ask=True, facts=facts)
    return located(tables.engine, issue, {}, since=(column, first.date()))


def _moved(tables: Tables) -> Iterator[Issue]:
    """Visits or orders whose days fit those of ads better when moved by one (日期错位)."""
    said = limits("moved")
    inside = pd.date_range(tables.period.start, tables.period.last_day, unit="us")
    if not tables.has("ads") or len(inside) < said["days"]:
        return
    ads = tables.plan_days.groupby("date")[["clicks", "orders"]].sum()
    for name, of in (("traffic", "clicks"), ("orders", "orders")):
        if not tables.has(name):
            continue
        ours = _by_day(tables, name).reindex(inside)
        fits = {lag: float(ours.corr(ads[of].reindex(inside).shift(lag))) for lag in (-1, 0, 1)}
        best = max(fits, key=lambda lag: np.nan_to_num(fits[lag], nan=-1.0))
        if best and fits[best] >= said["least"] and fits[best] - fits[0] > said["better"]:
            facts = {
                "found": f"{best:+d}",
                "usual": "0",
                "basis": "ads",
                "n": len(ours.dropna()),
                "confirm": f"{name}.{DATED[name]} {best:+d}",
            }
            at = (name, DATED[name])
            issue = asked("level_moved", at, float("nan"), ask=True, facts=facts)
            yield located(tables.engine, issue, {}, since=(DATED[name], tables.period.start))


def _by_day(tables: Tables, name: str) -> pd.Series:
    """Visits or orders of plans a day."""
    rows = daily(tables, name)
    rows = rows[~rows["unit"].str.startswith("—")]
    return rows.groupby("date")["uv" if name == "traffic" else "n"].sum()

"""Who is appraised in a period, and on which days (参评人员与天数)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from kit.data.tables import Tables


def people(tables: Tables) -> pd.DataFrame:
    """Who is appraised: in the roster, in the period's teams, employed on one of its days."""
    roster = tables.get("roster")
    start, end = (pd.Timestamp(d) for d in (tables.period.start, tables.period.last_day))
    there = ~(roster["hire_date"] > end) & ~(roster["leave_date"] < start)
    teams = tables.period.team
    return roster[there & (roster["team"].isin(teams) if teams != "all" else True)]


def period_days(tables: Tables) -> pd.DatetimeIndex:
    """The days that count, first to last."""
    return pd.date_range(tables.period.start, tables.period.last_day, unit="us")

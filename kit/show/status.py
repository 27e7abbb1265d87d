"""How the data of a period stand (数据状况): rows, days, what may still change, up to when."""

from typing import TYPE_CHECKING

import pandas as pd

from kit.data.store.cache import remembered
from kit.show.sentences import say

if TYPE_CHECKING:
    from kit.data.tables import Tables


def status_line(tables: "Tables", lang: str) -> list[str]:
    """What every page says of its data (数据状况): rows, days, provisional days, warnings."""
    told = standing(tables)
    parts = (
        [
            say("show.status_rows", lang, n=told["rows"]),
            say("show.status_days", lang, n=told["days"], all=told["all"]),
        ]
        if told["rows"]
        else []
    )
    late = told["provisional"]
    parts += [say("show.status_provisional", lang, n=late)] if late else []
    parts += [say("show.status_warn", lang, n=told["warned"])]
    return parts


def standing(tables: "Tables") -> dict[str, int]:
    """Rows, days and warnings of the period (数据状况): every page shows it, counted once."""
    return remembered(tables, "status", _standing)


def as_of(tables: "Tables") -> object:
    """The day up to which the data are known (数据截至): the last snapshot, else the last day."""
    last = tables.windows["snapshot_date"].max()
    return tables.period.last_day if pd.isna(last) else pd.Timestamp(last).date()


def _standing(tables: "Tables") -> dict[str, int]:
    start, end = map(pd.Timestamp, (tables.period.start, tables.period.last_day))
    days = tables.plan_days
    days = days[days["date"].between(start, end)]
    return {
        "rows": len(days),
        "days": int(days["date"].nunique()),
        "all": (end - start).days + 1,
        "provisional": _provisional(tables, start, end),
        "warned": int((tables.issues["severity"] == "warn").sum()),
    }


def _provisional(tables: "Tables", start: pd.Timestamp, end: pd.Timestamp) -> int:
    ads = tables.windows
    last = ads["snapshot_date"] - pd.to_timedelta(ads["window_days"].astype(int), unit="D")
    return int(ads.loc[(ads["date"] > last) & ads["date"].between(start, end), "date"].nunique())

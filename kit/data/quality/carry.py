"""How far the data carry (数据能撑多远): of each platform and day what was read, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from kit.data.quality.appraised import period_days
from kit.data.store.engine import collect

if TYPE_CHECKING:
    from kit.data.tables import Tables

CONVERTING = (  # what reading did to figures of a file, each told by a finding of its own
    *("unit_converted", "currency_converted", "currencies_converted", "short_figure"),
    *("zone_converted", "zone_assumed", "zone_as_written", "added_up", "stands_in"),
    *("never_shown", "id_as_number", "encoding_assumed"),
)
KINDS = ("exact", "converted", "left_out")


def by_day(tables: Tables) -> pd.DataFrame:
    """platform, date, kind, rows, spend : advertising of the period, by how it was read.

    kind : exact (as the file has it), converted (a unit, currency, zone or sum of parts was
           worked out in its file), left_out (a copy, or older than another row of its key)
    """
    rows = [_counted(tables, "ads").assign(left=False)]
    if "left_ads" in tables.engine.frames:
        rows.append(_counted(tables, "left_ads").assign(left=True))
    every = pd.concat(rows, ignore_index=True)
    every = every[every["date"].isin(period_days(tables))]
    names = tables.get("plans").drop_duplicates("plan_id").set_index("plan_id")["platform"]
    moved = {i.file for i in tables.read_issues if i.table == "ads" and i.rule in CONVERTING}
    kind = every["_file"].isin(moved).map({True: "converted", False: "exact"})
    every = every.assign(
        platform=every["plan_id"].map(names).astype(object).fillna("other"),
        kind=kind.mask(every["left"], "left_out"),
    )
    by = ["platform", "date", "kind"]
    return every.groupby(by, as_index=False)[["rows", "spend"]].sum()


def _counted(tables: Tables, name: str) -> pd.DataFrame:
    """date, plan_id, _file, rows, spend of a frame of ads."""
    held = tables.engine.scan(name).group_by("date", "plan_id", "_file")
    sums = held.agg(rows=nw.len().cast(nw.Float64), spend=nw.col("spend").sum())
    return collect(sums, limit=1_000_000)


def by_platform(tables: Tables) -> pd.DataFrame:
    """One row a platform: rows, spend, shares of both by kind, days lacking, odd days, score.

    score : share of the spend that was read, exactly or by a conversion that is told, times the
            share of the period's days that are there; 1 = all
    """
    days = by_day(tables)
    every = len(period_days(tables))
    found = []
    for platform, part in days.groupby("platform"):
        sums = part.groupby("kind")[["rows", "spend"]].sum().reindex(KINDS).fillna(0.0)
        rows, spend = sums["rows"].sum(), sums["spend"].sum()
        there = part.loc[part["kind"] != "left_out", "date"].nunique()
        odd = part.loc[part["kind"] != "exact", "date"].sort_values().unique()
        shares = {f"rows_{k}": sums["rows"][k] / rows for k in KINDS}
        shares |= {f"spend_{k}": sums["spend"][k] / spend if spend else None for k in KINDS}
        read = 1 - sums["spend"]["left_out"] / spend if spend else 1.0
        score = read * there / every
        said = {"platform": platform, "rows": rows, "spend": spend, "missing": every - there}
        found.append({**said, **shares, "odd": list(odd), "score": score})
    return pd.DataFrame(found)


def refused(tables: Tables) -> int:
    """Cells and rows of advertising that were refused, over all files (拒收处数)."""
    return sum(i.count for i in tables.found if i.table == "ads" and i.severity == "refuse")

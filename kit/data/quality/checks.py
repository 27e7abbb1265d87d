"""Checks that no single row can show (整体检查): days, ownership, levels, windows, targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from kit.data import facts
from kit.data.facts import DATED, days
from kit.data.issues import Issue
from kit.data.quality.adjustments import adjustments
from kit.data.quality.appraised import period_days
from kit.data.quality.calibrated import calibrated
from kit.data.quality.entered import entered
from kit.data.quality.gates import broken, dangling, place
from kit.data.quality.given import given
from kit.data.quality.groups import groups
from kit.data.quality.levels.asked import settled
from kit.data.quality.levels.every import odd_levels
from kit.data.quality.matching import unmatched
from kit.data.quality.notices import unannounced, unsigned
from kit.data.quality.owners import currency, owners
from kit.data.quality.reconcile import reconciled
from kit.data.quality.setup import parameters
from kit.data.store.engine import collect
from kit.errors import Term
from kit.words import has

if TYPE_CHECKING:
    from kit.data.tables import Tables

LEVELS = ("hour", "ad_group", "keyword", "creative", "audience")
NEARLY = 0.1  # share of days that one running every day may miss and be told of
BUSY = 5  # orders a platform has on a usual day before a day without any looks like lost tracking


def found(tables: Tables) -> Iterator[Issue]:
    """All findings on the loaded tables; later checks rest on the earlier ones."""
    yield from given(tables)
    full = {name for name in tables.sources if tables.has(name)}
    for name in sorted(full):
        yield from broken(tables.engine, name)
    yield from dangling(tables.engine, full)
    if "ads" in full:
        for check in (period_rows, levels, windows, provisional, owners, silent, accounts):
            yield from check(tables)
    said = (late_targets, unannounced, unsigned)
    typed = (entered, adjustments, calibrated)
    for check in (absent_days, gaps, sessions, *said, *typed, unmatched, parameters):
        yield from check(tables)
    for check in (groups,):
        yield from check(tables)
    if "ads" in full and "assignment" in full:
        yield from settled(tables.period, odd_levels(tables, mature_days(tables)))


def period_rows(tables: Tables) -> Iterator[Issue]:
    """Refuse a period in which no advertising day lies (周期内无数据)."""
    seen = days(tables, "ads")
    if not len(seen.intersection(period_days(tables))):
        facts = {
            "start": tables.period.start,
            "end": tables.period.last_day,
            "first": seen.min().date(),
            "last": seen.max().date(),
        }
        yield Issue("no_rows_in_period", "refuse", "ads", facts=facts)


def absent_days(tables: Tables) -> Iterator[Issue]:
    """Days of the period on which a table has no row (缺日)."""
    for name in DATED:
        if tables.has(name) and name != "sessions":
            lost = period_days(tables).difference(days(tables, name))
            if 0 < len(lost) < len(period_days(tables)):
                severity = "warn" if name in ("ads", "market") else "note"
                yield Issue("missing_day", severity, name, count=len(lost), facts=_days(lost))


def gaps(tables: Tables) -> Iterator[Issue]:
    """Days that a platform or channel misses between days that it has (渠道缺日).

    Of one that runs nearly every day (all but one day in ten): a pause of others is no gap.
    """
    if not tables.has("ads"):
        return
    rows = tables.plan_days
    rows = rows[rows["date"].isin(period_days(tables))]
    every = pd.DatetimeIndex(rows["date"].unique())
    for by in ("platform", "channel"):
        if rows[by].nunique() < 2:
            continue
        for name, part in rows.groupby(by):
            there = pd.DatetimeIndex(part["date"].unique())
            span = every[(every >= there.min()) & (every <= there.max())]
            lost = span.difference(there)
            if 0 < len(lost) <= NEARLY * len(span):
                key = f"{by}.{name}"
                told = {"name": Term(key) if has(key) else name, **_days(lost)}
                yield Issue("missing_day_of", "warn", "ads", column=by, count=len(lost), facts=told)


def sessions(tables: Tables) -> Iterator[Issue]:
    """Days of the period without visits of the shop (缺少访问数据的日子)."""
    if tables.has("sessions"):
        lost = period_days(tables).difference(days(tables, "sessions"))
        if len(lost):
            yield Issue("sessions_partial", "note", "sessions", count=len(lost), facts=_days(lost))


def levels(tables: Tables) -> Iterator[Issue]:
    """Totals and details of one plan and day, in one file or in two, would count twice."""
    rows = tables.engine.scan("ads")
    held = [nw.col(c).count().alias(c) for c in LEVELS]
    whole = collect(rows.select(nw.len().alias("n"), *held)).iloc[0]
    for level in (name for name in LEVELS if 0 < whole[name] < whole["n"]):
        counted = rows.group_by("date", "plan_id").agg(nw.col(level).count(), n=nw.len())
        mixed = counted.filter((nw.col(level) > 0) & (nw.col(level) < nw.col("n")))
        days = collect(mixed.sort("date", "plan_id"), limit=1_000_000)
        if len(days):
            yield _two_levels(tables, level, days)


def _two_levels(tables: Tables, level: str, days: pd.DataFrame) -> Issue:
    """The first plan and day at two levels, with the files of both."""
    first = days.iloc[0]
    rows = tables.engine.scan("ads").filter(
        (nw.col("plan_id") == first["plan_id"]) & (nw.col("date") == first["date"])
    )
    both = collect(rows.select("_file", "_row", level).sort("_file", "_row"), limit=1_000_000)
    total = both[both[level].isna()].iloc[0]
    detail = both[both[level].notna()].iloc[0]
    facts = {"plan": first["plan_id"], "day": first["date"].date()}
    facts |= {"other": place(detail)[0], "other_row": place(detail)[1]}
    rule = "totals_and_details" if total["_file"] == detail["_file"] else "two_levels"
    return Issue(rule, "refuse", "ads", *place(total), level, count=len(days), facts=facts)


def windows(tables: Tables) -> Iterator[Issue]:
    """Attribution windows (归因周期): one a plan and platform; of several platforms it is said."""
    pairs = collect(
        facts.distinct(tables.engine.scan("ads"), ["plan_id", "window_days"]), limit=1_000_000
    ).dropna(subset=["window_days"])
    if pairs["window_days"].nunique() < 2:
        return
    pairs = pairs.assign(platform=pairs["plan_id"].map(_platforms(tables)))
    yield _several_windows(pairs) or _windows_differ(pairs)


def _several_windows(pairs: pd.DataFrame) -> Issue | None:
    """Plans, or else platforms, that have several windows each; None where none has."""
    for by in ("plan_id", "platform"):
        found = pairs.dropna(subset=[by]).groupby(by)["window_days"].nunique()
        names = list(found[found > 1].index)
        if names:
            held = pairs[pairs[by].isin(names)]["window_days"]
            told = {"names": names[:10], "windows": sorted({int(w) for w in held})}
            n = len(names)
            rule = "several_windows"
            return Issue(rule, "refuse", "ads", column="window_days", count=n, facts=told)
    return None


def _windows_differ(pairs: pd.DataFrame) -> Issue:
    """That the platforms have different windows, each its own."""
    by_platform = pairs.assign(platform=pairs["platform"].fillna("other"))
    told = {
        "windows": [
            f"{platform}: {', '.join(str(int(w)) for w in sorted(set(rows)))}"
            for platform, rows in by_platform.groupby("platform")["window_days"]
        ]
    }
    count = pairs["window_days"].nunique()
    return Issue("windows_differ", "warn", "ads", column="window_days", count=count, facts=told)


def _platforms(tables: Tables) -> dict[str, str]:
    """Platform by plan, where plans are known."""
    plans = tables.get("plans")
    return dict(zip(plans["plan_id"], plans["platform"], strict=True))


def snapshots(tables: Tables) -> pd.DataFrame:
    """The different days, windows and snapshots of ads."""
    three = ("date", "window_days", "snapshot_date")
    return collect(
        tables.engine.kept(
            "_snapshots", lambda: facts.distinct(tables.engine.scan("ads"), [*three])
        )
    )


def provisional_days(tables: Tables) -> pd.DatetimeIndex:
    """Days of the period whose conversions still arrive (暂估): later than snapshot - window."""
    rows = snapshots(tables).dropna()
    ripe = rows["snapshot_date"] - pd.to_timedelta(rows["window_days"], unit="D")
    return pd.DatetimeIndex(rows.loc[rows["date"] > ripe, "date"]).intersection(period_days(tables))


def provisional(tables: Tables) -> Iterator[Issue]:
    """Days whose conversions still arrive at the day of the data (转化未定的日子)."""
    late = provisional_days(tables).unique().sort_values()
    if len(late):
        yield Issue("provisional", "warn", "ads", count=len(late), facts=_days(late))


def silent(tables: Tables) -> Iterator[Issue]:
    """Days of a platform with spend and no order at all, where orders are usual (漏记转化)."""
    by = collect(facts.by_platform(tables))
    usual = by.groupby("platform")["orders"].transform("median")
    still = by[(by["spend"] > 0) & (by["orders"] == 0) & (usual >= BUSY)]
    still = still[still["date"].isin(period_days(tables))]
    for platform, rows in still.groupby("platform"):
        told = {"platform": platform, **_days(pd.DatetimeIndex(rows["date"]))}
        yield Issue("no_conversions", "warn", "ads", column="orders", count=len(rows), facts=told)


def mature_days(tables: Tables) -> pd.DatetimeIndex:
    """Days of the period whose conversions have all arrived."""
    return period_days(tables).difference(provisional_days(tables))


RULES = {"differs": "not_reconciled", "double_credit": "double_credit", "over": "over_credit"}


def accounts(tables: Tables) -> Iterator[Issue]:
    """Sources that do not agree over the mature days."""
    mature = mature_days(tables)
    rows = reconciled(tables, mature) if len(mature) else pd.DataFrame()
    bad = rows[rows["status"].isin(RULES)] if len(rows) else rows
    for row in bad.to_dict("records"):
        facts = {
            "left": row["left"],
            "right": row["right"],
            "difference": f"{row['difference']:+.1%}",
            "left_value": f"{row['left_value']:,.0f}",
            "right_value": f"{row['right_value']:,.0f}",
            "currency": currency(tables),
        }
        yield Issue(RULES[row["status"]], "warn", row["left"], column=row["measure"], facts=facts)


def late_targets(tables: Tables) -> Iterator[Issue]:
    """Targets that were set after the period had begun (目标设定过晚)."""
    start = pd.Timestamp(tables.period.start)
    late = tables.get("targets").query("period_id == @tables.period.id and set_on > @start")
    if len(late):
        facts = {"people": sorted(late["specialist_id"].unique()), "start": start.date()}
        yield Issue("late_target", "warn", "targets", column="set_on", count=len(late), facts=facts)


def _days(days: pd.DatetimeIndex) -> dict[str, list[str]]:
    """Days as runs: 2025-06-03…2025-06-05."""
    sorted_days = pd.Series(days.unique().sort_values())
    runs = sorted_days.groupby((sorted_days.diff() != pd.Timedelta(days=1)).cumsum())
    ends = [(run.iloc[0].date(), run.iloc[-1].date()) for _, run in runs]
    return {"days": [f"{a}" if a == b else f"{a}…{b}" for a, b in ends]}

"""Daily facts (日事实表): sums by day, plan and owner; every ratio is left to whoever divides sums.

Rows are first added up by day and plan, then joined to who owned the plan on that day, and weighted
by the share. A measure that no row holds stays NaN; it is never 0.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from kit.data.schema import WHERE, contract
from kit.data.store.engine import collect
from kit.errors import DataError, Term

if TYPE_CHECKING:
    from kit.data.store.stored import Stored

Day = str | dt.date | pd.Timestamp
SUMS = ("impressions", "clicks", "spend", "add_to_carts", "orders", "revenue", "new_customers")
NEVER_MISSING = ("impressions", "clicks", "spend", "orders", "revenue")  # refused when empty
DATED = {"ads": "date", "traffic": "date", "sessions": "at", "orders": "paid_at", "market": "date"}
PLAN = ("channel", "platform", "category", "strategy")
OWN = ("ad_group", "keyword", "creative", "audience", "date", "hour", "plan_id")
DRILLS = (*OWN, "weekday", *PLAN, "specialist_id")


def sums(rows: nw.LazyFrame, by: list[str], measures: tuple[str, ...] = SUMS) -> nw.LazyFrame:
    """Sums by `by`; null, not 0, where no row of the group holds a measure that may be missing."""
    loose = [m for m in measures if m not in NEVER_MISSING]
    totals = [nw.col(m).cast(nw.Float64).sum() for m in measures]
    counts = [nw.col(m).count().alias(f"_{m}") for m in loose]
    grouped = rows.group_by(*by).agg(*totals, *counts)
    held = {m: nw.when(nw.col(f"_{m}") > 0).then(nw.col(m)) for m in loose}
    return grouped.select(*by, *(held.get(m, nw.col(m)) for m in measures))


def _ads(tables: Stored) -> nw.LazyFrame:
    if "ads" not in tables.sources:
        raise DataError("data.no_table", table="ads", what=Term("table.ads"))
    return tables.engine.scan("ads")


def part(
    tables: Stored, name: str, columns: tuple[str, ...], start: Day | None, end: Day | None
) -> pd.DataFrame:
    """Some columns of a table, of the days from start to end by the table's day, in file order."""
    rows = scan(tables, name, tuple(contract()[name].columns) + WHERE)
    if start is not None and end is not None:
        days = nw.col(DATED[name]).cast(nw.Date)
        rows = between(rows.with_columns(_day=days), start, end, "_day")
    return collect(rows.sort(*WHERE).select(*columns), name=name)


def scan(tables: Stored, name: str, columns: tuple[str, ...]) -> nw.LazyFrame:
    """The named columns of a table; of an absent table none of the rows."""
    if name not in tables.sources:
        tables.engine.add(f"_no_{name}", contract()[name].arrow.empty_table())
        return tables.engine.scan(f"_no_{name}").select(*columns)
    return tables.engine.scan(name).select(*columns)


def _with_plan(tables: Stored, rows: nw.LazyFrame) -> nw.LazyFrame:
    plans = scan(tables, "plans", ("plan_id", *PLAN))
    return rows.join(plans, on="plan_id", how="left")


def with_owner(tables: Stored, rows: nw.LazyFrame) -> nw.LazyFrame:
    """One row a person who owned the plan on the day, with the share; unowned rows fall out."""
    spans = scan(
        tables, "assignment", ("plan_id", "specialist_id", "valid_from", "valid_to", "share")
    )
    owned = rows.join(spans, on="plan_id", how="inner")
    inside = (nw.col("date") >= nw.col("valid_from")) & (
        nw.col("valid_to").is_null() | (nw.col("date") <= nw.col("valid_to"))
    )
    share = nw.when(nw.col("share").is_null()).then(nw.lit(1.0)).otherwise(nw.col("share"))
    return owned.filter(inside).with_columns(share=share).drop("valid_from", "valid_to")


def _shared(rows: nw.LazyFrame) -> nw.LazyFrame:
    return rows.with_columns(*(nw.col(m) * nw.col("share") for m in SUMS))


def plan_days(tables: Stored) -> pd.DataFrame:
    """date, plan_id, channel, platform, category, strategy and the sums; no row without ads."""
    rows = _with_plan(tables, by_plan(tables))
    return collect(rows.select("date", "plan_id", *PLAN, *SUMS).sort("date", "plan_id"))


def owned(tables: Stored) -> pd.DataFrame:
    """As plan_days, by specialist too: sums × share, and the share itself."""
    _ads(tables)  # without ads nothing can be scored, and that is said
    rows = _shared(with_owner(tables, by_plan(tables)))
    by = ("date", "specialist_id", "plan_id")
    return collect(_with_plan(tables, rows).select(*by, *PLAN, "share", *SUMS).sort(*by))


def unassigned(tables: Stored) -> pd.DataFrame:
    """Sums of the part of each plan and day that no share covers, where there is such a part."""
    left = by_plan(tables).join(shares(tables), on=["date", "plan_id"], how="left")
    rest = nw.lit(1.0) - nw.when(nw.col("share").is_null()).then(0.0).otherwise(nw.col("share"))
    rows = left.with_columns(share=rest).filter(nw.col("share") > 1e-9)
    rows = _with_plan(tables, _shared(rows)).select("date", "plan_id", *PLAN, *SUMS)
    return collect(rows.sort("date", "plan_id"))


def shares(tables: Stored) -> nw.LazyFrame:
    """Sum of the owners' shares by day and plan, where there is an owner."""
    return tables.engine.kept(
        "_shares",
        lambda: (
            with_owner(tables, by_plan(tables).select("date", "plan_id"))
            .group_by("date", "plan_id")
            .agg(nw.col("share").sum())
        ),
    )


def by_plan(tables: Stored) -> nw.LazyFrame:
    """Sums by day and plan, added up once for all that rests on them."""
    return tables.engine.kept(
        "_plan_days",
        lambda: sums(scan(tables, "ads", ("date", "plan_id", *SUMS)), ["date", "plan_id"]),
    )


def by_platform(tables: Stored) -> nw.LazyFrame:
    """Spend and orders by platform and day."""
    rows = by_plan(tables).select("date", "plan_id", "spend", "orders")
    rows = rows.join(scan(tables, "plans", ("plan_id", "platform")), on="plan_id", how="left")
    return rows.group_by("platform", "date").agg(nw.col("spend").sum(), nw.col("orders").sum())


def drill(tables: Stored, by: list[str], start: Day, end: Day) -> pd.DataFrame:
    """Sums of ads by any columns of DRILLS, both days included; weekday 1 is Monday."""
    if unknown := [b for b in by if b not in DRILLS]:
        raise DataError("data.no_drill", found=unknown, known=DRILLS)
    own = [b for b in OWN if b in by or (b in ("date", "plan_id") and not set(by) <= set(OWN))]
    coarse = by_plan(tables) if set(own) <= {"date", "plan_id"} else _ads(tables)
    rows = sums(between(coarse, start, end), own)
    if set(by) & set(PLAN):
        rows = _with_plan(tables, rows)
    if "specialist_id" in by:
        rows = _shared(with_owner(tables, rows))
    if "weekday" in by:
        rows = rows.with_columns(weekday=(nw.col("date").dt.weekday().cast(nw.Int64) + 6) % 7 + 1)
    found = collect(rows if own == by else sums(rows, by))[[*by, *SUMS]]
    return found.sort_values(by, ignore_index=True)


def days(tables: Stored, name: str) -> pd.DatetimeIndex:
    """Days on which a dated table has rows, over all the data, in order."""
    return tables.engine.brought(f"_days_{name}", lambda: _days(tables, name))


def _days(tables: Stored, name: str) -> pd.DatetimeIndex:
    at = nw.col(DATED[name]).cast(nw.Date)
    dated = by_plan(tables) if name == "ads" else scan(tables, name, (DATED[name],))
    rows = distinct(dated.select(date=at).drop_nulls(), ["date"])
    return pd.DatetimeIndex(collect(rows.sort("date"))["date"])


def distinct(rows: nw.LazyFrame, by: list[str]) -> nw.LazyFrame:
    """Different values of the columns; engines group faster than they tell rows apart."""
    return rows.group_by(*by).agg(_n=nw.len()).select(*by)


def between(rows: nw.LazyFrame, start: Day, end: Day, at: str = "date") -> nw.LazyFrame:
    """Rows of the days from start to end."""
    first, last = (pd.Timestamp(d).date() for d in (start, end))
    return rows.filter((nw.col(at) >= nw.lit(first)) & (nw.col(at) <= nw.lit(last)))


def own_margins(tables: Stored, start: Day, end: Day) -> dict[str, float]:
    """Gross profit over revenue of the orders of a person's plans (各人毛利率), times the share.

    Over the orders that tell a margin; who has none is not in it.
    """
    columns = ("paid_at", "plan_id", "revenue", "gross_margin")
    rows = scan(tables, "orders", columns).with_columns(date=nw.col("paid_at").cast(nw.Date))
    told = between(rows, start, end).drop_nulls(["plan_id", "revenue", "gross_margin"])
    sold = nw.col("revenue").cast(nw.Float64) * nw.col("share")
    owned_rows = with_owner(tables, told).with_columns(sold=sold)
    profit = owned_rows.with_columns(profit=nw.col("sold") * nw.col("gross_margin"))
    by = profit.group_by("specialist_id").agg(nw.col("sold").sum(), nw.col("profit").sum())
    found = collect(by).query("sold > 0").set_index("specialist_id")
    return {str(who): float(m) for who, m in (found["profit"] / found["sold"]).items()}


def gross_margin(tables: Stored, start: Day, end: Day) -> float | None:
    """Gross profit over revenue of the paid orders that tell it (毛利率); None when none does."""
    rows = scan(tables, "orders", ("paid_at", "revenue", "gross_margin"))
    rows = between(rows.with_columns(date=nw.col("paid_at").cast(nw.Date)), start, end)
    told = rows.drop_nulls(["revenue", "gross_margin"])
    profit = told.select(nw.col("revenue"), profit=nw.col("revenue") * nw.col("gross_margin"))
    sums = collect(profit.select(nw.col("revenue", "profit").cast(nw.Float64).sum())).iloc[0]
    return float(sums["profit"] / sums["revenue"]) if sums["revenue"] > 0 else None


def windows(tables: Stored) -> pd.DataFrame:
    """Days of ads with the snapshot and the window they were seen in, each once (归因窗口)."""
    seen = scan(tables, "ads", ("date", "snapshot_date", "window_days"))
    return collect(seen.drop_nulls().unique(), name="ads")


def users(tables: Stored, start: Day, end: Day, by: str) -> pd.DataFrame:
    """by, uv, buyers, exact, buyers_exact: distinct visitors and paying customers (去重访客、买家).

    Exact when sessions cover every day; else sums of daily figures (日均口径), which count a
    visitor once a day and are never called the UV of the span. Orders without a customer are
    nobody's: buyers are the known ones, which buyers_exact denies to be all, and missing where
    orders name none of theirs.
    by : one of plan_id, channel, platform, category, strategy, specialist_id
    """
    if by not in (known := ("plan_id", "specialist_id", *PLAN)):
        raise DataError("data.no_drill", found=by, known=known)
    if not covered(tables, start, end):
        return daily_users(tables, start, end, by).assign(exact=False, buyers_exact=False)
    seen = _distinct(tables, ("sessions", "at", "user_id"), start, end, by)
    paid = _distinct(tables, ("orders", "paid_at", "customer_id"), start, end, by)
    found = seen.rename(columns={"n": "uv"}).merge(paid.rename(columns={"n": "buyers"}), "left", by)
    sold = _orders_by(tables, start, end, by).set_index(by).reindex(found[by]).fillna(0)
    unknown = (sold["n"] > 0) | ("orders" not in tables.sources)
    buyers = found["buyers"].fillna(unknown.map({True: np.nan, False: 0.0}).set_axis(found.index))
    every = (sold["nobody"] == 0).to_numpy()
    return found.assign(buyers=buyers, exact=True, buyers_exact=every)


def _orders_by(tables: Stored, start: Day, end: Day, by: str) -> pd.DataFrame:
    """Orders n by `by`, and how many of them name no customer."""
    rows = scan(tables, "orders", ("paid_at", "customer_id", "channel", "plan_id"))
    rows = between(rows.with_columns(date=nw.col("paid_at").cast(nw.Date)), start, end)
    known = nw.col("customer_id").count()
    return collect(_keyed(tables, rows, by).group_by(by).agg(n=nw.len(), nobody=nw.len() - known))


def covered(tables: Stored, start: Day, end: Day) -> bool:
    """Whether user-level sessions exist for every day from start to end."""
    return bool(pd.date_range(start, end).isin(days(tables, "sessions")).all())


def _distinct(
    tables: Stored, of: tuple[str, str, str], start: Day, end: Day, by: str
) -> pd.DataFrame:
    """Distinct users n by `by`; whoever shares a plan counts its users fully."""
    name, at, user = of
    rows = scan(tables, name, (at, user, "channel", "plan_id"))
    rows = between(rows.with_columns(date=nw.col(at).cast(nw.Date)), start, end)
    pairs = distinct(_keyed(tables, rows, by).select(by, user).drop_nulls(), [by, user])
    return collect(pairs.group_by(by).agg(n=nw.len())).sort_values(by, ignore_index=True)


def _keyed(tables: Stored, rows: nw.LazyFrame, by: str) -> nw.LazyFrame:
    """Rows with the column `by`, from the plan or its owner where they do not hold it."""
    if by == "specialist_id":
        return with_owner(tables, rows)
    return rows if by in ("plan_id", "channel") else _with_plan(tables, rows.drop("channel"))


def daily_users(tables: Stored, start: Day, end: Day, by: str) -> pd.DataFrame:
    """Sums of daily visitors and buyers; a channel's own row of a day goes before its plans'."""
    people = ("uv", "buyers")
    rows = between(scan(tables, "traffic", ("date", "channel", "plan_id", *people)), start, end)
    whole = nw.col("plan_id").is_null()
    if by != "channel":
        keyed = _keyed(tables, rows.filter(~whole), by)
        return collect(sums(keyed, [by], people)).sort_values(by, ignore_index=True)
    rows = rows.with_columns(whole=whole)
    parts = collect(sums(rows, ["channel", "date", "whole"], people))
    best = parts.sort_values("whole").drop_duplicates(["channel", "date"], keep="last")
    return best.groupby("channel", as_index=False)[[*people]].sum(min_count=1)

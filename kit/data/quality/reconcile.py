"""The four sources against one another (对账): ads, shop orders, web analytics, visits by user."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import narwhals as nw
import numpy as np
import pandas as pd

from kit.data.facts import between, distinct, scan
from kit.data.store.engine import collect

if TYPE_CHECKING:
    from kit.data.tables import Tables

BY = (["channel"], ["channel", "plan_id"])  # of the two grains of web analytics
COLUMNS = ["measure", "left", "right", "left_value", "right_value", "difference", "status"]


def reconciled(tables: Tables, days: pd.DatetimeIndex) -> pd.DataFrame:
    """One row a comparison over `days`: values of two tables, their relative difference, status.

    status : ok within the scheme's tolerance, differs; of the whole shop within, or double_credit
             when platforms together claim more than it sold, over when one alone does; apart where
             nothing can be held against the other: no order names a plan, or people of tables that
             share no day of a channel, and no plan on it. Ads count on the day of the click, orders
             on the day of payment, so that a difference of some per cent is usual.
    """
    rows = []
    if tables.has("ads") and tables.has("orders"):
        ads = tables.drill(["date"], days.min(), days.max())[["orders", "revenue"]].sum()
        own, shop = _orders(tables, days)
        rows += [
            ("orders", "ads", "orders", ads["orders"], own["n"]),
            ("revenue", "ads", "orders", ads["revenue"], own["revenue"]),
            ("shop_revenue", "ads", "orders", ads["revenue"], shop["revenue"]),
        ]
    people = list(_people(tables, days)) if tables.has("traffic") else []
    found = pd.DataFrame([*rows, *people], columns=COLUMNS[:5])
    both = found[["left_value", "right_value"]].astype(float)
    found = found[both.gt(0).any(axis=1) | both.isna().any(axis=1)]  # else: nothing to hold
    difference = found["left_value"] / found["right_value"].where(found["right_value"] > 0) - 1
    claim = "double_credit" if len(_platforms(tables, days)) > 1 else "over"
    status = _status(found["measure"], difference, tables, claim)
    return found.assign(
        difference=difference,
        right_value=found["right_value"].where(difference.notna()),
        status=status.mask(difference.isna(), "apart"),
    )


def _platforms(tables: Tables, days: pd.DatetimeIndex) -> list[str]:
    """Platforms that claim sales of the days (有归因成交的平台), as far as plans name them."""
    if not tables.has("ads"):
        return []
    sold = tables.drill(["platform"], days.min(), days.max()).query("revenue > 0")
    return sold["platform"].dropna().tolist()


def _status(measure: pd.Series, difference: pd.Series, tables: Tables, claim: str) -> pd.Series:
    tolerance = tables.scheme.reconciliation.tolerance
    status = pd.Series("ok", index=measure.index).mask(~(difference.abs() <= tolerance), "differs")
    shop = measure == "shop_revenue"
    return status.mask(shop, "within").mask(shop & (difference > tolerance), claim)


def _orders(tables: Tables, days: pd.DatetimeIndex) -> tuple[pd.Series, pd.Series]:
    """Count and gross amount of paid orders, of plans and of the whole shop."""
    rows = tables.engine.scan("orders").with_columns(
        date=nw.col("paid_at").cast(nw.Date), shop=nw.col("plan_id").is_null()
    )
    rows = between(rows, days.min(), days.max()).filter(nw.col("revenue") >= 0)
    sums = rows.group_by("shop").agg(n=nw.len().cast(nw.Float64), revenue=nw.col("revenue").sum())
    found = collect(sums).set_index("shop").reindex([0.0, 1.0]).fillna(0)
    return found.iloc[0], found.sum()


def _people(tables: Tables, days: pd.DatetimeIndex) -> Iterator[tuple[str, str, str, float, float]]:
    """Visitors and buyers of web analytics beside the users counted one by one (访客与买家)."""
    grains = _grains(tables, days)
    for name, table, at, user in (
        ("uv", "sessions", "at", "user_id"),
        ("buyers", "orders", "paid_at", "customer_id"),
    ):
        if not tables.has(table):
            continue
        told = [rows.dropna(subset=[name]) for rows in grains]
        parts = [
            rows.merge(_users(tables, (table, at, user), [*by, "date"], days), on=[*by, "date"])
            for by, rows in zip(BY, told, strict=True)
            if len(rows)
        ]
        both = pd.concat([part[[name, "n"]] for part in parts]).sum() if parts else None
        if both is not None and any(len(part) for part in parts):
            yield name, "traffic", table, float(both[name]), float(both["n"])
        elif table == "sessions" and any(len(rows) for rows in told):  # orders may name no customer
            yield name, "traffic", table, np.nan, np.nan


def _grains(tables: Tables, days: pd.DatetimeIndex) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Days of channels with a row of their own, and the plans of those without (可比粒度)."""
    columns = ("date", "channel", "plan_id", "uv", "buyers")
    rows = collect(between(scan(tables, "traffic", columns), days.min(), days.max()))
    whole = rows["plan_id"].isna()
    by = [rows["channel"], rows["date"]]
    return rows[whole], rows[~whole & ~whole.groupby(by).transform("any")]


def _users(
    tables: Tables, of: tuple[str, str, str], by: list[str], days: pd.DatetimeIndex
) -> pd.DataFrame:
    """Users n counted once a day and channel, or plan, as web analytics counts them."""
    name, at, user = of
    rows = tables.engine.scan(name).select(
        "channel", "plan_id", user, date=nw.col(at).cast(nw.Date)
    )
    rows = between(rows, days.min(), days.max()).select(*by, user).drop_nulls()
    return collect(distinct(rows, [*by, user]).group_by(*by).agg(n=nw.len()), limit=1_000_000)

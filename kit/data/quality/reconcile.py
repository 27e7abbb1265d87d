"""The four sources against one another (对账): ads, shop orders, web analytics, visits by user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from kit.data.facts import between, daily_users, distinct
from kit.data.store.engine import collect

if TYPE_CHECKING:
    from kit.data.tables import Tables

COLUMNS = ["measure", "left", "right", "left_value", "right_value", "difference", "status"]


def reconciled(tables: Tables, days: pd.DatetimeIndex) -> pd.DataFrame:
    """One row a comparison over `days`: values of two tables, their relative difference, status.

    status : ok within the scheme's tolerance, differs; of the whole shop within, or double_credit
             when platforms together claim more than it sold. Ads count on the day of the click,
             orders on the day of payment, so that a difference of some per cent is usual.
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
    if tables.has("traffic"):
        daily = daily_users(tables, days.min(), days.max(), "channel")[["uv", "buyers"]].sum()
        for name, table, *of in (
            ("uv", "sessions", "at", "user_id"),
            ("buyers", "orders", "paid_at", "customer_id"),
        ):
            users = _users(tables, table, of, days) if tables.has(table) else 0
            if users or (table == "sessions" and tables.has(table)):  # orders may name no customer
                rows.append((name, "traffic", table, daily[name], users))
    found = pd.DataFrame(rows, columns=COLUMNS[:5])
    found = found[(found["left_value"] > 0) | (found["right_value"] > 0)]  # else: nothing to hold
    difference = found["left_value"] / found["right_value"].where(found["right_value"] > 0) - 1
    return found.assign(difference=difference, status=_status(found["measure"], difference, tables))


def _status(measure: pd.Series, difference: pd.Series, tables: Tables) -> pd.Series:
    tolerance = tables.scheme.reconciliation.tolerance
    status = pd.Series("ok", index=measure.index).mask(~(difference.abs() <= tolerance), "differs")
    shop = measure == "shop_revenue"
    return status.mask(shop, "within").mask(shop & (difference > tolerance), "double_credit")


def _orders(tables: Tables, days: pd.DatetimeIndex) -> tuple[pd.Series, pd.Series]:
    """Count and gross amount of paid orders, of plans and of the whole shop."""
    rows = tables.engine.scan("orders").with_columns(
        date=nw.col("paid_at").cast(nw.Date), shop=nw.col("plan_id").is_null()
    )
    rows = between(rows, days.min(), days.max()).filter(nw.col("revenue") >= 0)
    sums = rows.group_by("shop").agg(n=nw.len().cast(nw.Float64), revenue=nw.col("revenue").sum())
    found = collect(sums).set_index("shop").reindex([0.0, 1.0]).fillna(0)
    return found.iloc[0], found.sum()


def _users(tables: Tables, name: str, of: list[str], days: pd.DatetimeIndex) -> float:
    """Users counted once a day and channel, as web analytics counts them."""
    rows = tables.engine.scan(name).select("channel", of[1], date=nw.col(of[0]).cast(nw.Date))
    by = ["channel", of[1], "date"]
    seen = distinct(between(rows, days.min(), days.max()).drop_nulls(), by)
    return float(collect(seen.select(n=nw.len()))["n"].iloc[0])

"""The shop's own side (订单与客户): orders and customers by day and plan, summed in the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from kit.data.facts import Day, between, scan, sums, with_owner
from kit.data.store.engine import collect

if TYPE_CHECKING:
    from kit.data.tables import Tables

ORDERS = ("order_revenue", "refund_amount", "margin_net")
CUSTOMERS = ("crm_customers", "net_customers", "active_customers")


def orders(tables: Tables, start: Day, end: Day) -> pd.DataFrame:
    """date, plan_id and ORDERS of paid orders that name a plan (成交、退款、净毛利).

    margin_net is (revenue − refund) × gross margin; NaN where no order of the day tells a measure.
    """
    told = ("revenue", "refund_amount", "gross_margin")
    rows = _dated(tables, "orders", "paid_at", ("plan_id", *told)).drop_nulls("plan_id")
    rows = between(rows, start, end).with_columns(*(nw.col(c).cast(nw.Float64) for c in told))
    refund = nw.when(nw.col("refund_amount").is_null()).then(0.0).otherwise(nw.col("refund_amount"))
    rows = rows.with_columns(
        order_revenue=nw.col("revenue"),
        margin_net=(nw.col("revenue") - refund) * nw.col("gross_margin"),
    )
    return collect(sums(rows, ["date", "plan_id"], ORDERS).sort("date", "plan_id"))


def customers(tables: Tables, start: Day, end: Day) -> pd.DataFrame:
    """date, plan_id and CUSTOMERS by the plan that brought them (新增、净增、期初活跃客户).

    Who came counts on the day of the first order, who was lost (−1) on the day of the loss, and
    who was there before and not lost yet on the first day.
    """
    rows = scan(tables, "customers", ("source_plan_id", "first_order_at", "lost_on"))
    rows = rows.select(
        "lost_on", plan_id=nw.col("source_plan_id"), came_on=nw.col("first_order_at").cast(nw.Date)
    ).drop_nulls("plan_id")
    first = nw.lit(pd.Timestamp(start).date())
    still = nw.col("lost_on").is_null() | (nw.col("lost_on") >= first)
    came = _counted(rows, "came_on", start, end).assign(net_customers=lambda d: d["n"])
    lost = _counted(rows, "lost_on", start, end).assign(net_customers=lambda d: -d["n"])
    before = collect(
        rows.filter((nw.col("came_on") < first) & still).group_by("plan_id").agg(n=nw.len())
    )
    base = before.rename(columns={"n": "active_customers"}).assign(date=pd.Timestamp(start))
    both = pd.concat([came.rename(columns={"n": "crm_customers"}), lost.drop(columns="n"), base])
    return both.groupby(["date", "plan_id"], as_index=False)[list(CUSTOMERS)].sum()


def buyers(tables: Tables, start: Day, end: Day) -> pd.DataFrame:
    """specialist_id, n of known buyers of the plans owned, and n_again of those with two orders."""
    rows = _dated(tables, "orders", "paid_at", ("plan_id", "customer_id"))
    known = between(rows, start, end).drop_nulls(["plan_id", "customer_id"])
    each = with_owner(tables, known).group_by("specialist_id", "customer_id").agg(times=nw.len())
    again = (nw.col("times") > 1).cast(nw.Int64).cast(nw.Float64)
    found = each.with_columns(again=again).group_by("specialist_id")
    return collect(found.agg(n=nw.len(), n_again=nw.col("again").sum()).sort("specialist_id"))


def _dated(tables: Tables, name: str, at: str, columns: tuple[str, ...]) -> nw.LazyFrame:
    return scan(tables, name, (at, *columns)).with_columns(date=nw.col(at).cast(nw.Date))


def _counted(rows: nw.LazyFrame, at: str, start: Day, end: Day) -> pd.DataFrame:
    """Rows n by plan and the day `at`."""
    counted = between(rows, start, end, at).group_by(at, "plan_id").agg(n=nw.len())
    return collect(counted).rename(columns={at: "date"})

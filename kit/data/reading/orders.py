"""Orders as they are (订单口径): which rows are sales, and what lines of one order add up to.

The one rule of revenue (收入口径), for every report of orders:
- An order counts on the day it was paid, by what the customer paid: after discounts, tax and
  shipping included where the export's total includes them. Gift cards used to pay are payment.
- Not paid, cancelled or closed without a refund: no sale; left out, counted and said.
- Paid and refunded, in part or in full: the sale counts, the refund stands in `refund_amount`.
- Test orders are left out where the export marks them.
"""

import pandas as pd

from kit.data.issues import Issue
from kit.data.reading.parts import one_each
from kit.data.reading.reports import Report
from kit.data.schema import Table

AMOUNTS = ("revenue", "refund_amount", "discount")
UNPAID = {
    "pending",
    "authorized",
    "voided",
    "expired",
    "unpaid",
    "failed",
    "on-hold",
    "checkout-draft",
    *("等待买家付款", "等待付款", "待付款", "待支付", "未付款", "未支付", "付款失败", "支付失败"),
}
CLOSED = {
    *("交易关闭", "交易取消", "订单取消", "已取消", "取消", "已关闭", "关闭", "已作废", "作废"),
    *("cancelled", "canceled", "closed", "trash", "void"),
}


def sales(rows: pd.DataFrame, report: Report, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """One row an order that was paid, and what was left out or put together.

    rows : canonical columns in the contract's names, with `status`, `pay_status`, `cancelled_at`
           where the export has them, and `_row`
    """
    merged, issues = _lines(rows, report, table)
    kept, more = paid(merged, table)
    return kept, issues + more


def paid(merged: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """Orders that were paid, not cancelled and no test (有效订单), and what was left out."""
    issues = []
    done = merged["paid_at"].notna() if "paid_at" in merged else pd.Series(True, merged.index)
    refunded = _amount(merged, "refund_amount") != 0
    states = [merged[c].str.strip().str.lower() for c in ("pay_status", "status") if c in merged]
    unpaid = ~done
    for state in states:
        unpaid |= state.isin(UNPAID)
    closed = pd.Series(False, merged.index)
    for state in states:
        closed |= state.isin(CLOSED) & ~refunded
    if "cancelled_at" in merged:
        closed |= merged["cancelled_at"].notna() & ~refunded
    test = _tests(merged)
    rules = (
        ("unpaid_order", unpaid),
        ("closed_order", closed & ~unpaid),
        ("test_order", test & ~closed & ~unpaid),
    )
    for rule, mask in rules:
        if mask.any():
            issues.append(_left_out(rule, merged[mask]))
    kept = merged[~(unpaid | closed | test)]
    return kept[[c for c in table.columns if c in kept] + ["_row"]], issues


def _left_out(rule: str, rows: pd.DataFrame) -> Issue:
    first = rows.iloc[0]
    orders = [str(order) for order in rows["order_id"].head(5)]
    facts = {"orders": orders, "amount": f"{_amount(rows, 'revenue').sum():,.2f}"}
    row = int(first["_row"])
    return Issue(rule, "note", row=row, column="order_id", count=len(rows), facts=facts)


def _amount(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].fillna(0) if name in rows else pd.Series(0.0, rows.index)


def _tests(rows: pd.DataFrame) -> pd.Series:
    """Orders that the export marks as tests."""
    if "is_test" not in rows:
        return pd.Series(False, rows.index)
    return rows["is_test"].str.strip().str.lower().isin(["true", "1", "yes", "是", "test"])


def _lines(rows: pd.DataFrame, report: Report, table: Table) -> tuple[pd.DataFrame, list[Issue]]:
    """Lines of one order as one row: units added up, amounts as the file shows what they are."""
    if not rows["order_id"].duplicated().any():
        return rows, []
    several = rows[rows["order_id"].duplicated(keep=False)]
    amounts = [name for name in AMOUNTS if name in rows]
    role = _role(several, report, amounts)
    issues: list[Issue] = []
    if role == "" and (open_ones := [a for a in amounts if _repeated(several, a)]):
        first = several.iloc[0]
        column = open_ones[0]
        order = {"order": str(first["order_id"])}
        row = int(first["_row"])
        issues.append(Issue("amount_of_lines", "refuse", row=row, column=column, facts=order))
    how = {str(c): "first" for c in rows if c != "order_id"}
    how |= {a: "sum" if role == "line" else "first" for a in amounts}
    how |= {"units": "sum"} if "units" in rows else {}
    merged = one_each(rows.dropna(subset="order_id"), ["order_id"], how)
    facts = {"keys": ["order_id"], "columns": [*amounts, "units"] if role == "line" else ["units"]}
    issues.append(Issue("added_up", "note", count=len(rows) - len(merged), facts=facts))
    return merged, issues


def _role(several: pd.DataFrame, report: Report, amounts: list[str]) -> str:
    """Whether amounts are of the `line` or of the whole `order`: as declared, else as they show.

    Amounts that differ between the lines of one order cannot be the order's; an amount on one line
    alone is. Prices times quantities that give the amounts make them the line's.
    """
    declared = {rule.amount for rule in report.rules.values() if rule.name in amounts}
    if declared - {""}:
        return (declared - {""}).pop()
    group = several.groupby("order_id")
    if any((group[a].nunique() > 1).any() for a in amounts):
        return "line"
    if {"unit_price", "units", "revenue"} <= set(several):
        priced = several.dropna(subset=["unit_price", "units", "revenue"])
        own = (priced["unit_price"] * priced["units"] - priced["revenue"]).abs() <= 0.01
        if len(priced) and own.all():
            return "line"
        sums = (priced["unit_price"] * priced["units"]).groupby(priced["order_id"]).sum()
        whole = priced.groupby("order_id")["revenue"].first()
        if len(priced) and ((sums - whole).abs() <= 0.01 * len(priced)).all():
            return "order"
    return ""


def _repeated(several: pd.DataFrame, amount: str) -> bool:
    """Whether some order has the same amount, not 0, on several of its lines."""
    there = several[several[amount].fillna(0) != 0]
    return bool(there["order_id"].duplicated().any())

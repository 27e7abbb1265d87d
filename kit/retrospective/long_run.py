"""Long-run return (长效 ROI): what customers won by a channel bought within `DAYS` of coming.

Only customers who came so early that all their days lie in the data count; what they spent later by
any way is theirs. It is a sum over a sum: their sales over the channel's whole spend of the days in
which they came. The interval treats customers as the units, since one large buyer decides much.
"""

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.tables import Tables
from kit.retrospective.scope import team_facts, this_span

DAYS = 90  # followed after the first order
CAME = 91  # days in which the customers counted came: a quarter
FEW = 30  # customers under which no interval is given
LEVEL = 0.95

COLUMNS = ["channel", "customers", "again", "spend", "first", "within"]
COLUMNS += ["roi_first", "roi_long", "low", "high"]


def long_run(tables: Tables) -> pd.DataFrame:
    """Return of the customers won, by channel (各渠道长效 ROI), most spent first.

    Returns : channel, customers (won in the window), again (share who bought again within DAYS),
    spend (of the channel on those days), first and within (their sales on the first order, and in
    DAYS), roi_first, roi_long = over spend, low, high of roi_long; NaN ends under FEW customers
    """
    last = pd.Timestamp(this_span(tables).end)
    end = last - pd.Timedelta(DAYS, "D")
    start = end - pd.Timedelta(CAME - 1, "D")
    facts = team_facts(tables)
    if facts.empty or facts["date"].min() > start or not tables.has("customers"):
        return pd.DataFrame(columns=COLUMNS)
    won = _bought(tables, start, end)
    days = facts[facts["date"].between(start, end)]
    spend = days.groupby("channel", observed=True)["spend"].sum()
    rows = [
        _channel(str(name), won[won["channel"] == name], x) for name, x in spend.items() if x > 0
    ]
    table = pd.DataFrame([row for row in rows if row["customers"]], columns=COLUMNS)
    return table.sort_values("spend", ascending=False, ignore_index=True)


def _bought(tables: Tables, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """A row a customer won from start to end: channel, first (sales), within (sales), orders."""
    known = tables.get("customers").dropna(subset=["first_order_at", "source_channel"])
    came = known["first_order_at"].dt.normalize()
    known = known[came.between(start, end)].set_index("customer_id")
    until = end + pd.Timedelta(DAYS, "D")
    orders = tables.part("orders", ("customer_id", "paid_at", "revenue"), start, until)
    orders = orders[orders["customer_id"].isin(known.index) & (orders["revenue"] > 0)]
    age = orders["paid_at"] - orders["customer_id"].map(known["first_order_at"])
    orders = orders[age.between(pd.Timedelta(-1, "D"), pd.Timedelta(DAYS, "D"))]
    orders = orders.sort_values("paid_at")
    by = orders.groupby("customer_id")["revenue"].agg(["first", "sum", "size"])
    by = by.rename(columns={"sum": "within", "size": "orders"})
    return by.assign(channel=known["source_channel"].reindex(by.index)).reset_index()


def _channel(name: str, won: pd.DataFrame, spend: float) -> dict[str, object]:
    """One channel: its sums over its spend, the interval by the spread of its customers."""
    n = len(won)
    worth = won["within"].to_numpy(float)
    half = np.nan
    if n >= FEW:
        half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1) * worth.std(ddof=1) * np.sqrt(n) / spend)
    value = worth.sum() / spend
    return {
        "channel": name,
        "customers": n,
        "again": float((won["orders"] > 1).mean()) if n else np.nan,
        "spend": spend,
        "first": float(won["first"].sum()),
        "within": float(worth.sum()),
        "roi_first": float(won["first"].sum()) / spend,
        "roi_long": value,
        "low": max(0.0, value - half) if n >= FEW else np.nan,
        "high": value + half,
    }

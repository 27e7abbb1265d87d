"""What the figures say of product, price and customers (策略参考), and what they cannot show."""

import numpy as np
import pandas as pd

from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.market import growth_of
from kit.retrospective.scope import between, called, last_year, phases, team_facts, this_span
from kit.stats.intervals import wilson

BANDS = 4  # price bands of equal orders
BAND = ["orders", "revenue", "low", "high", "share", "share_before", "aov", "refund_rate"]
MONTHS = 6  # months that a cohort is followed


def trend(tables: Tables, before: Span | None) -> pd.DataFrame:
    """The market by category (大盘走势): its growth and ours, from `before` and from a year ago.

    Growth is of the daily mean, so that spans of other lengths compare.
    Returns : category, market, ours, market_year, ours_year; NaN where a span is not covered
    """
    now = this_span(tables)
    facts = team_facts(tables)
    covered = tables.scheme.retrospective.covered
    index = tables.get("market").pivot_table("index", "date", "category", observed=True)
    sales = facts.pivot_table("revenue", "date", "category", aggfunc="sum", observed=True)
    rows = pd.DataFrame({"category": [c for c in index if c in sales]})
    for tail, base in (("", before), ("_year", last_year(tables, now))):
        for name, table in (("market", index), ("ours", sales)):
            grown = [
                growth_of(table[c], base, now, covered) if base else None for c in rows["category"]
            ]
            rows[name + tail] = np.array(grown, float) - 1
    return rows.sort_values("market", ascending=False, ignore_index=True)


def price_bands(tables: Tables, before: Span | None) -> pd.DataFrame:
    """Orders by unit price (价格带): bands of equal orders over both spans; share, value, refunds.

    Returns : band, low, high, orders, share, share_before, revenue, aov, refund_rate (share of
    orders with a refund) with its Wilson interval
    """
    columns = ("revenue", "units", "refund_amount")
    spans = [s for s in (before, this_span(tables)) if s]
    parts = [_priced(tables.part("orders", columns, s.start, s.end)) for s in spans]
    both = pd.concat(parts)
    if both["price"].nunique() < BANDS:
        return pd.DataFrame(columns=["band", *BAND])
    edges = np.unique(np.quantile(both["price"], np.linspace(0, 1, BANDS + 1)))
    inner = edges[1:-1]
    cut = [pd.Series(np.searchsorted(inner, p["price"], side="left"), p.index) for p in parts]
    now = parts[-1].assign(band=cut[-1], refunded=parts[-1]["refund_amount"].fillna(0) > 0)
    share = cut[0].value_counts(normalize=True) if len(parts) > 1 else pd.Series(dtype=float)
    return _of_bands(now, edges, share)


def _of_bands(now: pd.DataFrame, edges: np.ndarray, before: pd.Series) -> pd.DataFrame:
    """Each band's orders, share, value and refunds (各价格带的订单)."""
    by = now.groupby("band")
    frame = by.agg(
        orders=("revenue", "size"), revenue=("revenue", "sum"), refunds=("refunded", "sum")
    ).reset_index()
    low, high = wilson(frame["refunds"], frame["orders"])
    return frame.assign(
        low=edges[frame["band"].astype(int)],
        high=edges[frame["band"].astype(int) + 1],
        share=frame["orders"] / frame["orders"].sum(),
        share_before=frame["band"].map(before),
        aov=frame["revenue"] / frame["orders"],
        refund_rate=frame["refunds"] / frame["orders"],
        refund_rate_low=low,
        refund_rate_high=high,
    )


def _priced(orders: pd.DataFrame) -> pd.DataFrame:
    """Orders with a revenue and their `price` a unit."""
    orders = orders[orders["revenue"] > 0]
    units = orders["units"].astype(float).where(lambda u: u > 0, 1)
    return orders.assign(price=orders["revenue"] / units)


def new_and_returning(tables: Tables, before: Span | None) -> pd.DataFrame:
    """Buyers whose first order lies in the span, and the others (新老客): orders, sales, value.

    Only spans before which the orders reach back as long again: in the first month of the data
    every buyer would be new.
    """
    first = _first_orders(tables)
    since = _bought(tables)["paid_at"].min()
    rows = [pd.DataFrame(columns=["who", "size", "sum", "buyers", "span"])]
    for span in (s for s in (before, this_span(tables)) if s):
        if not since <= pd.Timestamp(span.start) - (
            pd.Timestamp(span.end) - pd.Timestamp(span.start)
        ):
            continue
        part = tables.part("orders", ("customer_id", "revenue"), span.start, span.end)
        part = part.dropna(subset="customer_id")
        fresh = first.reindex(part["customer_id"]).to_numpy() >= np.datetime64(span.start)
        sums = part.groupby(np.where(fresh, "new", "returning"))["revenue"].agg(["size", "sum"])
        buyers = part.groupby(np.where(fresh, "new", "returning"))["customer_id"].nunique()
        rows.append(sums.assign(buyers=buyers, span=called(span)).rename_axis("who").reset_index())
    frame = pd.concat(rows[1:] or rows, ignore_index=True)
    frame = frame.rename(columns={"size": "orders", "sum": "revenue"})
    share = frame["revenue"] / frame.groupby("span")["revenue"].transform("sum")
    return frame.assign(share=share, aov=frame["revenue"] / frame["buyers"])


def cohorts(tables: Tables) -> pd.DataFrame:
    """Share of each month's new buyers that ordered again by k months later (同期群复购).

    Only months whole after the first order count (younger cohorts had no time); NaN otherwise.
    Returns : cohort, buyers, one column m1 … per month since
    """
    orders = _bought(tables)
    if orders.empty:
        return pd.DataFrame(columns=["cohort", "buyers"])
    last = pd.Timestamp(this_span(tables).end) + pd.Timedelta(days=1)
    orders = orders[(orders["revenue"] > 0) & (orders["paid_at"] < last)]
    first = orders["customer_id"].map(_first_orders(tables))
    age = ((orders["paid_at"] - first).dt.days // 30).where(orders["paid_at"] > first)
    again = age[age >= 0].groupby(orders["customer_id"]).min()
    start = first.groupby(orders["customer_id"]).first()
    known = start[start >= orders["paid_at"].min().normalize()]
    frame = pd.DataFrame({"cohort": known.dt.to_period("M").astype(str)})
    frame["again"] = again.reindex(known.index)
    end = min(last, orders["paid_at"].max())
    table = frame.groupby("cohort").size().rename("buyers").reset_index()
    for k in range(1, MONTHS + 1):
        share = frame["again"].lt(k).groupby(frame["cohort"]).mean()
        whole = known.groupby(frame["cohort"]).max() + pd.Timedelta(days=30 * k) <= end
        table[f"m{k}"] = table["cohort"].map(share.where(whole))
    least = tables.scheme.retrospective.cohort_least
    return table[table["buyers"] >= least].tail(2 * MONTHS).reset_index(drop=True)


def hotspots(tables: Tables) -> pd.DataFrame:
    """Hours from a hot event to our action (热点响应), per event and person; open ones stay."""
    table = between(tables.get("hotspots"), this_span(tables), "occurred_at")
    hours = (table["acted_at"] - table["occurred_at"]).dt.total_seconds() / 3600
    return table.assign(hours=hours).sort_values("hours", na_position="last", ignore_index=True)


def campaign(tables: Tables) -> pd.DataFrame:
    """A promotion by phase beside its last one (大促分阶段): sums and ROI, both years.

    A phase that is not over stands beside as many days of the last one's, none before it begins.
    Returns : phase, days, spend, revenue, orders, roi of all plans; with _own of its own plans
    (promotion_id; NaN where it has none), with _before of all plans the last time; one row a phase;
    empty when the period touches no promotion
    """
    span = this_span(tables)
    scheme = tables.scheme
    touched = [p for p in scheme.promotions if p.start <= span.end and p.end >= span.start]
    if not touched:
        return pd.DataFrame(columns=["phase", "days", "revenue"])
    promotion = touched[0]
    named = {p.id: p for p in scheme.promotions}
    facts = team_facts(tables)
    twin = named.get(promotion.same_as or "")
    frames = []
    mine, theirs = ([] if one is None else phases(one) for one in (promotion, twin))
    alike = [
        (name, part)
        for name, then in theirs
        if (part := _so_far(then, dict(mine).get(name), facts["date"].max()))
    ]
    for rows, spans in ((facts, mine), (_own(tables, facts, promotion.id), mine), (facts, alike)):
        told = [(name, *_phase(rows, part)) for name, part in spans]
        frames.append(pd.DataFrame(told, columns=["phase", "days", "spend", "revenue", "orders"]))
    both = frames[0].merge(frames[1], on="phase", suffixes=("", "_own"))
    both = both.merge(frames[2], on="phase", how="left", suffixes=("", "_before"))
    for tail in ("", "_own", "_before"):
        both[f"roi{tail}"] = both[f"revenue{tail}"] / both[f"spend{tail}"].where(lambda x: x > 0)
    return both.assign(promotion=promotion.id)


def _own(tables: Tables, facts: pd.DataFrame, promotion: str) -> pd.DataFrame:
    """Facts of the plans made for a promotion (大促自己的计划)."""
    plans = tables.get("plans")
    return facts[facts["plan_id"].isin(plans.loc[plans["promotion_id"] == promotion, "plan_id"])]


def _so_far(then: Span, now: Span | None, last: pd.Timestamp) -> Span | None:
    """A phase of the last promotion, of as many days as this one's has had (同样天数)."""
    if now is None or pd.isna(last) or now.end <= last.date():
        return then
    end = min(then.end, then.start + (last.date() - now.start))
    return then.model_copy(update={"end": end}) if end >= then.start else None


def _phase(facts: pd.DataFrame, span: Span) -> tuple[float, ...]:
    part = between(facts, span)
    sums = part[["spend", "revenue", "orders"]].sum(min_count=1)
    return part["date"].nunique(), *(float(v) for v in sums)


def _first_orders(tables: Tables) -> pd.Series:
    """First order per customer: the CRM's date, else the first one in the orders."""
    orders = _bought(tables)
    seen = orders[orders["revenue"] > 0].groupby("customer_id")["paid_at"].min()
    told = tables.part("customers", ("customer_id", "first_order_at"))
    crm = told.set_index("customer_id")["first_order_at"]
    return crm.reindex(seen.index).combine_first(seen).where(lambda f: f <= seen, seen)


def _bought(tables: Tables) -> pd.DataFrame:
    """customer_id, paid_at and revenue of all orders that name a customer."""
    orders = tables.part("orders", ("customer_id", "paid_at", "revenue"))
    return orders.dropna(subset="customer_id")

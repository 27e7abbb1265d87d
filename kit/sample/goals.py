"""Ownership, targets and budgets, all drawn from what was planned (归属、目标、预算)."""

from typing import Any

import numpy as np
import pandas as pd

from kit.sample.adverts import expected, plans
from kit.sample.demand import Company, days, market, mean_units, promotion

DAY = pd.Timedelta(days=1)
COLUMNS = [
    "period_id",
    "stage",
    "stage_end",
    "specialist_id",
    "indicator",
    "target",
    "basis",
    "assumed_market_growth",
    "prorate",
    "set_on",
    "set_by",
]
DIGITS = {
    "sales": -2,
    "new_customers": 0,
    "uv": -2,
    "roi": 2,
    "cac": 1,
    "click_conversion": 4,
    "ctr": 4,
}


def assignment(company: Company) -> pd.DataFrame:
    """Table `assignment` (计划归属): own plans, shared plans, hand-overs with their gaps."""
    rows = [
        (p["plan_id"], who, p["start_date"], p["end_date"], share)
        for p in plans(company).to_dict("records")
        for who, share in p["shares"].items()
    ]
    table = pd.DataFrame(
        rows, columns=["plan_id", "specialist_id", "valid_from", "valid_to", "share"]
    )
    for change in company["handovers"]:
        last, first = pd.Timestamp(change["last"]), pd.Timestamp(change["first"])
        running = table["valid_to"].isna() | (table["valid_to"] > last)
        given = (table["specialist_id"] == change["giver"]) & running
        taken = table[given].assign(specialist_id=change["taker"], valid_from=first)
        table.loc[given, "valid_to"] = last
        table = pd.concat([table, taken], ignore_index=True)
    merged = table.groupby(["plan_id", "specialist_id", "valid_from"], as_index=False)
    return merged.agg(valid_to=("valid_to", "max"), share=("share", "sum"))


def planned_days(company: Company) -> pd.DataFrame:
    """What was planned, by person, plan and day: spend, clicks, impressions, orders, sales, new."""
    table = plans(company)
    dates = days(company)
    sums = _planned_sums(company, table, dates)
    p, d = np.nonzero(sums["clicks"] > 0)
    flat = table[["plan_id", "channel", "category"]].iloc[p].reset_index(drop=True)
    flat = flat.assign(date=dates[d], **{k: v[p, d] for k, v in sums.items()})
    owned = flat.merge(assignment(company), on="plan_id")
    today = (owned["date"] >= owned["valid_from"]) & ~(owned["date"] > owned["valid_to"])
    owned = owned[today].reset_index(drop=True)
    owned[list(sums)] = owned[list(sums)].mul(owned["share"], axis=0)
    return owned


def _planned_sums(
    company: Company, table: pd.DataFrame, dates: pd.DatetimeIndex
) -> dict[str, np.ndarray]:
    """Planned sums, each plans × days."""
    rates = expected(company, planned=True)
    channel = pd.DataFrame(company["channels"]).T.loc[table["channel"]]
    price = {
        name: np.average([p[1] for p in c["products"]], weights=[p[2] for p in c["products"]])
        for name, c in company["categories"].items()
    }
    paid = 0.965 - promotion(company, dates)["discount"].to_numpy()  # after coupons
    clicks = rates["spend"] / rates["cpc"]
    orders = clicks * rates["cvr"]
    sales = orders * mean_units(company) * table["category"].map(price).to_numpy()[:, None] * paid
    fee = channel["commission"].to_numpy(float)[:, None]
    return {
        "spend": np.where(np.isnan(fee), rates["spend"], fee * sales),
        "clicks": clicks,
        "impressions": clicks / rates["ctr"],
        "orders": orders,
        "revenue": sales,
        "new_customers": orders * channel["new"].to_numpy(float)[:, None],
    }


def periods(company: Company) -> list[dict[str, Any]]:
    """Months, quarters, years and promotions of the sample, and the stages of its last month."""
    whole = [
        {
            "period_id": name,
            "start": start,
            "end": end.normalize(),
            "before": before,
            "stage": None,
            "stage_end": pd.NaT,
        }
        for name, start, end, before in _spans(company)
    ]
    by_id = {p["period_id"]: p for p in whole}
    stages = [
        {**by_id[staged["period"]], "stage": name, "stage_end": end, "end": end}
        | {"every": staged.get("every", False)}
        for staged in company["stages"]
        for name, end in ((name, pd.Timestamp(day)) for name, day in staged["ends"].items())
    ]
    return whole + stages


def _spans(company: Company) -> list[tuple[str, pd.Timestamp, pd.Timestamp, pd.Timestamp]]:
    """Id, first and last day of each period, and the first day of the period before it."""
    first, last = (pd.Timestamp(company["span"][k]) for k in ("start", "end"))
    month, three = pd.offsets.MonthBegin(1), pd.offsets.MonthBegin(3)
    spans = [
        (str(m), m.start_time, m.end_time, m.start_time - month)
        for m in pd.period_range("2024-06", last, freq="M")
    ]
    spans += [
        (f"{q.year}-Q{q.quarter}", q.start_time, q.end_time, q.start_time - three)
        for q in pd.period_range("2024Q3", last, freq="Q")
    ]
    for name, start, end in [
        ("2024", first, pd.Timestamp("2024-12-31")),
        ("2025", pd.Timestamp("2025-01-01"), last),
    ]:
        spans.append((name, start, end, start - (end - start + DAY)))
    for promo in company["promotions"]:
        start, end = pd.Timestamp(promo["warm_up"]), pd.Timestamp(promo["end"])
        spans.append((promo["id"], start, end, start - (end - start + DAY)))
    return spans


def targets(company: Company, plan: pd.DataFrame) -> pd.DataFrame:
    """Table `targets` (目标): what the plan leads to, but for the planted ones."""
    parts = [_of_period(company, plan, span) for span in periods(company)]
    table = pd.concat(parts, ignore_index=True)
    for odd in company["goals"]:
        mine = (table["specialist_id"] == odd["who"]) & (table["period_id"] == odd["period"])
        mine &= table["indicator"].eq(odd.get("indicator", "")) | ("indicator" not in odd)
        table.loc[mine, "target"] *= odd.get("factor", 1)
        table.loc[mine, "set_on"] = (
            pd.Timestamp(odd["set_on"]) if "set_on" in odd else table["set_on"]
        )
    table["target"] = [
        round(t, DIGITS[i]) for t, i in zip(table["target"], table["indicator"], strict=True)
    ]
    boss = {who: person["manager"] for who, person in company["people"].items()}
    table = table.assign(
        basis="季节与计划花费测算", prorate=False, set_by=table["specialist_id"].map(boss)
    )
    return table[COLUMNS]


def _of_period(company: Company, plan: pd.DataFrame, span: dict[str, Any]) -> pd.DataFrame:
    """Targets of one period or stage: what its planned sums lead to."""
    now = plan[plan["date"].between(span["start"], span["end"])]
    staged = span["stage"] is not None
    sales_alone = staged and not span["every"]
    goals = _goals(
        now.assign(spend=np.nan, clicks=np.nan, new_customers=np.nan) if sales_alone else now,
        company["visits"].get(span["period_id"], np.nan),
    )
    growth = goals["specialist_id"].map(_assumed(company, now, span)).round(3)
    led = goals["indicator"].isin(["sales", "new_customers"]) & (not staged)
    return goals.assign(
        period_id=span["period_id"],
        stage=span["stage"],
        stage_end=span["stage_end"],
        assumed_market_growth=growth.where(led),
        set_on=span["start"] - 5 * DAY,
    )


def _goals(now: pd.DataFrame, visits: float) -> pd.DataFrame:
    """Targets from planned sums, sum over sum; what the sums do not give is left out.

    visits : visitors per planned click; NaN where visitors have no target
    """
    s = now.groupby("specialist_id")[
        ["spend", "clicks", "impressions", "orders", "revenue", "new_customers"]
    ].sum(min_count=1)
    goals = pd.DataFrame(
        {
            "sales": s["revenue"],
            "roi": s["revenue"] / s["spend"],
            "click_conversion": s["orders"] / s["clicks"],
            "ctr": s["clicks"] / s["impressions"],
            "cac": s["spend"] / s["new_customers"],
            "new_customers": s["new_customers"],
            "uv": s["clicks"] * visits,
        }
    )
    long = goals.reset_index().melt("specialist_id", None, "indicator", "target")
    return long.dropna(subset="target").reset_index(drop=True)


def _assumed(company: Company, now: pd.DataFrame, span: dict[str, Any]) -> pd.Series:
    """Market growth that planners expected against the period before, by the person's mix."""
    index = market(company, 0)[0]
    before = index[span["before"] : span["start"] - DAY].mean()
    growth = index[span["start"] : span["end"]].mean() / before - 1
    mix = now.pivot_table("revenue", "specialist_id", "category", "sum", fill_value=0)
    return mix.mul(growth.reindex(mix.columns), axis=1).sum(axis=1) / mix.sum(axis=1)


def budget(company: Company, plan: pd.DataFrame) -> pd.DataFrame:
    """Table `budget` (预算): planned spend by person and channel, with bounds."""
    parts = []
    for span in periods(company):
        if span["stage"] is None:
            now = plan[plan["date"].between(span["start"], span["end"])]
            sums = now.groupby(["specialist_id", "channel"], as_index=False)["spend"].sum()
            parts.append(sums.assign(period_id=span["period_id"]))
    table = pd.concat(parts, ignore_index=True)
    money = (table["spend"] / 100).round() * 100
    table = table.assign(
        budget=money, spend_min=(money * 0.8).round(), spend_max=(money * 1.2).round()
    )
    return table[["period_id", "specialist_id", "channel", "budget", "spend_min", "spend_max"]]

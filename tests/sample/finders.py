"""Planted stories as plain sums of the raw tables find them, one function a story."""

import numpy as np
import pandas as pd

SUMS = ["impressions", "clicks", "spend", "add_to_carts", "orders", "revenue", "new_customers"]


def total(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    return table[SUMS].sum()


def rate(sums, over="orders", under="clicks"):
    return sums[over] / sums[under]


def goal(raw, who, indicator, period="2025-06"):
    t = raw["targets"]
    mine = (t["specialist_id"] == who) & (t["period_id"] == period) & t["stage"].isna()
    return t.loc[mine & (t["indicator"] == indicator), "target"].item()


def done(raw, owned, who, indicator):
    s = total(owned, specialist_id=who, month="2025-06")
    actual = {
        "sales": s["revenue"],
        "roi": rate(s, "revenue", "spend"),
        "click_conversion": rate(s),
    }[indicator]
    return actual / goal(raw, who, indicator)


def share_of_budget(raw, owned, who):
    b = raw["budget"]
    money = b.loc[(b["specialist_id"] == who) & (b["period_id"] == "2025-06"), "budget"].sum()
    return total(owned, specialist_id=who, month="2025-06")["spend"] / money


def days(raw, plans, start, end):
    ads = raw["ads"]
    return ads[ads["plan_id"].isin(plans) & ads["date"].between(start, end)]


def truly_better(raw, owned):
    june = owned[(owned["month"] == "2025-06") & (owned["channel"] == "search")]
    mine = june["specialist_id"] == "S01"
    return {
        "conversion_ratio": rate(total(june[mine])) / rate(total(june[~mine])),
        "sales_completion": done(raw, owned, "S01", "sales"),
    }


def truly_equal(raw, owned):
    a, b = (total(owned, specialist_id=w, month="2025-06")["revenue"] for w in ("S04", "S05"))
    return {
        "sales_S04": a,
        "sales_S05": b,
        "target": goal(raw, "S04", "sales"),
        "target_twin": goal(raw, "S05", "sales"),
    }


def simpson(raw, owned):
    out = {}
    for month, name in (("2025-05", "may"), ("2025-06", "june")):
        mine = owned[(owned["specialist_id"] == "S03") & (owned["month"] == month)]
        out[f"total_{name}"] = rate(total(mine))
        out |= {
            f"{c}_{name}": rate(total(mine, channel=c)) for c in ("search", "social", "affiliate")
        }
    return out


def night_waste(raw, owned):
    ads = raw["ads"].merge(raw["assignment"][raw["assignment"]["specialist_id"] == "S02"])
    night = ads[(ads["keyword"] == "家居好物") & ads["hour"].between(0, 5)]
    months = night.groupby(night["date"].dt.strftime("%Y-%m"))[["spend", "clicks", "orders"]].sum()
    june = months.loc["2025-06"]
    return {
        "spend": june["spend"],
        "clicks": june["clicks"],
        "orders": june["orders"],
        "spend_may": months.loc["2025-05", "spend"],
    }


def stock_out(raw, owned):
    out = days(raw, ["P026"], "2025-06-05", "2025-06-11")[SUMS].sum()
    june = days(raw, ["P026"], "2025-06-01", "2025-06-30")[SUMS].sum()
    return {"conversion": rate(out), "conversion_else": rate(june - out), "orders": out["orders"]}


def under_spending(raw, owned):
    return {
        "budget_execution": share_of_budget(raw, owned, "S08"),
        "roi_completion": done(raw, owned, "S08", "roi"),
        "sales_completion": done(raw, owned, "S08", "sales"),
    }


def last_days_spike(raw, owned):
    daily = owned[(owned["specialist_id"] == "S11") & (owned["month"] == "2025-06")]
    daily = daily.groupby("date")["revenue"].sum()
    mine = raw["assignment"].loc[raw["assignment"]["specialist_id"] == "S11", "plan_id"]
    orders = raw["orders"][raw["orders"]["plan_id"].isin(mine)]
    late = orders["paid_at"] >= "2025-06-28"
    june = orders["paid_at"].between("2025-06-01", "2025-06-28")
    back = [
        orders.loc[days, "refund_amount"].sum() / orders.loc[days, "revenue"].sum()
        for days in (late, june)
    ]
    return {
        "daily_sales": daily["2025-06-28":].mean(),
        "refund_rate": back[0],
        "daily_sales_week_before": daily["2025-06-21":"2025-06-27"].mean(),
        "refund_rate_before": back[1],
    }


def training_worked(raw, owned):
    mine = owned[(owned["specialist_id"] == "S10") & (owned["channel"] == "content")]
    skill = raw["skills"].query("specialist_id == 'S10' and skill == '内容选题'")
    return {
        "conversion_april": rate(total(mine, month="2025-04")),
        "conversion_may": rate(total(mine, month="2025-05")),
        "skill_before": skill["observed"].iloc[-2],
        "skill_after": skill["observed"].iloc[-1],
    }


def training_failed(raw, owned):
    mine = owned[(owned["specialist_id"] == "S07") & (owned["channel"] == "search")]
    skill = raw["skills"].query("specialist_id == 'S07' and skill == '关键词与出价'")
    return {
        "conversion_april": rate(total(mine, month="2025-04")),
        "conversion_may": rate(total(mine, month="2025-05")),
        "skill_before": skill["observed"].iloc[-2],
        "skill_after": skill["observed"].iloc[-1],
    }


def _action(raw, owned, action, over, under, **where):
    a = raw["actions"].set_index("action_id").loc[action]
    mine = total(owned, specialist_id=a["specialist_id"], month="2025-06", **where)
    return {
        "baseline": a["baseline"],
        "june": rate(mine, over, under),
        "wanted": a["baseline"] + a["expected_change"],
    }


def action_worked(raw, owned):
    return _action(raw, owned, "A003", "spend", "clicks", channel="content")


def action_failed(raw, owned):
    return _action(raw, owned, "A004", "clicks", "impressions")


def market_lift(raw, owned):
    m = raw["market"].assign(month=raw["market"]["date"].dt.strftime("%Y-%m"))
    mean = m.pivot_table("index", "month", "category")["cooling"]
    t = raw["targets"].query("specialist_id == 'S14' and period_id == '2025-06' and stage.isna()")
    return {
        "sales_completion": done(raw, owned, "S14", "sales"),
        "category_growth": mean["2025-06"] / mean["2025-05"] - 1,
        "assumed": t.loc[t["indicator"] == "sales", "assumed_market_growth"].item(),
    }


def easy_target(raw, owned):
    return {
        "sales_completion": done(raw, owned, "S07", "sales"),
        "sales_completion_if_fair": done(raw, owned, "S07", "sales") * 0.72,
        "conversion_completion": done(raw, owned, "S07", "click_conversion"),
    }


def saturation(raw, owned):
    """Slope of log weekly sales on log weekly spend, market held (least squares)."""
    ads = raw["ads"].merge(raw["plans"][["plan_id", "channel"]])
    since = pd.Timestamp("2024-05-06")
    week = (ads["date"] - since).dt.days // 7
    sums = ads[week.between(0, 58)].groupby(["channel", week])[["spend", "revenue"]].sum()
    mean = raw["market"].groupby("date")["index"].mean()
    index = np.log(mean.groupby((mean.index - since).days // 7).mean())
    out = {}
    for channel in ("search", "social", "content"):
        logs = np.log(sums.loc[channel])
        x = np.column_stack([np.ones(len(logs)), logs["spend"], index[logs.index]])
        out[channel] = np.linalg.lstsq(x, logs["revenue"], rcond=None)[0][1]
    return out


def tracking_outage(raw, owned):
    plans = raw["plans"].loc[raw["plans"]["platform"] == "douyin", "plan_id"]
    gone = days(raw, plans, "2025-06-09", "2025-06-11")
    paid = raw["orders"][raw["orders"]["plan_id"].isin(plans)]
    paid = paid[paid["paid_at"].between("2025-06-09", "2025-06-12")]
    return {"spend": gone["spend"].sum(), "orders": gone["orders"].sum(), "orders_paid": len(paid)}


def missing_day(raw, owned):
    plans = raw["plans"].loc[raw["plans"]["platform"] == "weibo", "plan_id"]
    visits = raw["traffic"][raw["traffic"]["plan_id"].isin(plans)]
    return {
        "rows": len(days(raw, plans, "2025-06-27", "2025-06-27")),
        "rows_day_before": len(days(raw, plans, "2025-06-26", "2025-06-26")),
        "uv": visits.loc[visits["date"] == "2025-06-27", "uv"].sum(),
    }


def spend_spike(raw, owned):
    june = days(raw, ["P033"], "2025-06-21", "2025-06-30").groupby("date")["spend"].sum()
    return {"spend": june["2025-06-24"], "median": june.median()}


def price_change(raw, owned):
    o = raw["orders"]
    o = o[(o["plan_id"] == "P031") & (o["product"] == "窗帘成品")]
    price = (o["revenue"] + o["discount"]) / o["units"]
    month = o["paid_at"].dt.strftime("%Y-%m")
    may, june = (
        days(raw, ["P031"], f"2025-{m}-01", f"2025-{m}-28")[SUMS].sum() for m in ("05", "06")
    )
    return {
        "price_may": price[month == "2025-05"].median(),
        "conversion_may": rate(may),
        "price_june": price[month == "2025-06"].median(),
        "conversion_june": rate(june),
    }


def unowned(raw, owned):
    ads = raw["ads"]
    june = ads[ads["date"] >= "2025-06-01"]["spend"].sum()
    gap = owned[(owned["date"] >= "2025-03-15") & (owned["date"] <= "2025-04-06")]["spend"].sum()
    ours = ads[ads["date"].between("2025-03-15", "2025-04-06")]["spend"].sum()
    return {"spend_june": june - total(owned, month="2025-06")["spend"], "spend_gap": ours - gap}

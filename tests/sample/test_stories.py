"""What is planted can be seen in the raw tables by plain sums.

`find` of stories.yml holds figure by figure, and the README tells the same figures.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

HERE = Path(__file__).resolve().parents[2] / "kit" / "sample"
STORIES = {s["id"]: s for s in yaml.safe_load((HERE / "stories.yml").read_text("utf-8"))}
SUMS = ["impressions", "clicks", "spend", "add_to_carts", "orders", "revenue", "new_customers"]


@pytest.fixture(scope="session")
def owned(raw):
    """Sums by day, person and plan, shares applied; month as text."""
    ads = raw["ads"].groupby(["date", "plan_id"], as_index=False)[SUMS].sum()
    ads = ads.merge(raw["plans"][["plan_id", "channel", "platform"]]).merge(raw["assignment"])
    live = (ads["date"] >= ads["valid_from"]) & ~(ads["date"] > ads["valid_to"])
    ads = ads[live].assign(month=ads["date"].dt.strftime("%Y-%m"))
    ads[SUMS] = ads[SUMS].mul(ads["share"], axis=0)
    return ads


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


def raters(raw, owned):
    f = raw["feedback"][raw["feedback"]["period_id"] == "2025-06"]
    company = yaml.safe_load((HERE / "company.yml").read_text("utf-8"))["people"]
    level = f["specialist_id"].map({who: person["soft"] for who, person in company.items()})
    bosses = f.assign(over=f["rating"] - level)[f["relation"] == "manager"].groupby("rater_id")
    boss, over = bosses["rating"].mean(), bosses["over"].mean()
    friends = f[
        ((f["specialist_id"] == "S08") & (f["rater_id"] == "S11"))
        | ((f["specialist_id"] == "S11") & (f["rater_id"] == "S08"))
    ]
    n = f.groupby(["specialist_id", "relation"])["rater_id"].nunique()
    learning = f[(f["specialist_id"] == "S05") & (f["item"] == "learning")]
    return {
        "M01": boss["M01"],
        "M02": boss["M02"],
        "M01_over": over["M01"],
        "M02_over": over["M02"],
        "D05_spread": f[f["rater_id"] == "D05"]["rating"].std(),
        "friends": friends["rating"].min(),
        "S09_peers": n["S09", "peer"],
        "S13_peers_and_cross": n["S13", "peer"] + n["S13", "cross_dept"],
        "S05_learning": len(learning),
    }


def reconciliation(raw, owned):
    ads = raw["ads"]
    orders = raw["orders"]
    tagged = orders[
        orders["plan_id"].notna()
        & (orders["paid_at"].dt.month == 6)
        & (orders["paid_at"].dt.year == 2025)
    ]
    june = ads[ads["date"] >= "2025-06-01"]
    return {"ads": june["revenue"].sum(), "orders": tagged["revenue"].sum()}


def late_target(raw, owned):
    t = raw["targets"].query("period_id == '2025-06' and set_on > '2025-06-01'")
    return {"people": t["specialist_id"].nunique(), "rows": len(t)}


def no_talk(raw, owned):
    talks = raw["interviews"]
    checks = raw["checkins"]
    may = talks[talks["period_id"] == "2025-05"]
    return {
        "S11_interviews_may": (may["specialist_id"] == "S11").sum(),
        "S11_checkins_june": (
            (checks["specialist_id"] == "S11") & (checks["period_id"] == "2025-06")
        ).sum(),
        "latest_days": (may["held_on"] - pd.Timestamp("2025-05-31")).dt.days.max(),
    }


def ab_tests(raw, owned):
    """Relative effect of the primary indicator, last arm against the first, from plain sums."""
    d = raw["experiment_days"]
    u = raw["experiment_users"]
    over = {
        "ctr": ("clicks", "impressions"),
        "cpc": ("spend", "clicks"),
        "click_conversion": ("orders", "clicks"),
    }
    start, out = raw["experiments"].set_index("test_id")["start_date"], {}
    for test, indicator in raw["experiments"].set_index("test_id")["indicator"].items():
        if indicator in over:
            s = d[(d["test_id"] == test) & (d["date"] >= start[test])]
            s = s.groupby("variant")[list(over[indicator])].sum()
            r = s.iloc[:, 0] / s.iloc[:, 1]
        else:
            r = u[u["test_id"] == test].groupby("variant")["converted"].mean()
        out[test] = r.iloc[-1] / r.iloc[0] - 1
    return out


FIND = [
    truly_better,
    truly_equal,
    simpson,
    night_waste,
    stock_out,
    under_spending,
    last_days_spike,
    training_worked,
    training_failed,
    action_worked,
    action_failed,
    market_lift,
    easy_target,
    saturation,
    tracking_outage,
    missing_day,
    spend_spike,
    price_change,
    unowned,
    raters,
    reconciliation,
    late_target,
    no_talk,
    ab_tests,
]


@pytest.mark.parametrize("find", FIND, ids=lambda f: f.__name__)
def test_a_plain_sum_finds_the_story(raw, owned, find):
    wanted = STORIES[find.__name__]["find"]
    assert find(raw, owned) == pytest.approx(wanted, rel=5e-4, abs=5e-5)


def test_every_story_is_checked_and_told_in_the_readme():
    assert {f.__name__ for f in FIND} == set(STORIES)
    for lang, name in (("en", "README.md"), ("zh", "README.zh.md")):
        told = (HERE / name).read_text("utf-8")
        assert all(story[lang].format(**story["find"]) in told for story in STORIES.values())


def test_in_simpsons_story_every_channel_rises_and_the_total_falls():
    f = STORIES["simpson"]["find"]
    assert all(f[f"{c}_june"] > f[f"{c}_may"] for c in ("search", "social", "affiliate"))
    assert f["total_june"] < f["total_may"]

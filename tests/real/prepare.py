"""Bring the real data sets of ../shared/data into contract tables under .cache/real (not in git).

python -m tests.real.prepare            # all six
kit run tests/real/companyx-2020-05.yml
kit run tests/real/cookie-cats.yml --notebook 3_ab_testing
kit run tests/real/online-retail-2011-11.yml
"""

import os
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
HOME = ROOT / ".cache" / "real"
SUMS = ["impressions", "clicks", "spend", "orders", "revenue"]

# Who runs what: invented, so that five people share the real plans. S3 hands camp 1 · jkl to S4.
OWNERS = [
    ("camp 1 · ghi", "S1", "2020-04-01", None),
    ("camp 1 · mno", "S2", "2020-04-01", None),
    ("camp 1 · def", "S3", "2020-04-01", None),
    ("camp 1 · abc", "S3", "2020-04-01", None),
    ("camp 1 · jkl", "S3", "2020-04-01", "2020-05-15"),
    ("camp 1 · jkl", "S4", "2020-05-16", None),
    ("camp 1 · none", "S3", "2020-04-01", None),
    *(
        (f"camp 2 · {p}", "S4", "2020-04-01", None)
        for p in ("abc", "def", "ghi", "jkl", "mno", "none")
    ),
    *(
        (f"camp 3 · {p}", "S5", "2020-04-01", None)
        for p in ("abc", "def", "ghi", "jkl", "mno", "none")
    ),
]


def companyx() -> dict[str, pd.DataFrame]:
    """Campaign × placement as plans; `revenue` of the file is what the advertiser paid: spend."""
    file = DATA / "ads_daily_companyx" / "online_advertising_performance_data.csv"
    rows = pd.read_csv(file).drop_duplicates()
    date = pd.to_datetime("2020 " + rows["month"] + " " + rows["day"].astype(str))
    placement = rows["placement"].fillna("none")
    ads = pd.DataFrame(
        {
            "date": date.dt.strftime("%Y-%m-%d"),
            "plan_id": rows["campaign_number"] + " · " + placement,
            "ad_group": rows["user_engagement"],
            "creative": rows["banner"],
            "impressions": rows["displays"],
            "clicks": rows["clicks"],
            "spend": rows["revenue"],
            "orders": rows["post_click_conversions"],
            "revenue": rows["post_click_sales_amount"],
            "window_days": 30,
        }
    )
    owners = pd.DataFrame(OWNERS, columns=["plan_id", "specialist_id", "valid_from", "valid_to"])
    plans = ads[["plan_id"]].drop_duplicates()
    plans = plans.assign(
        plan_name=plans["plan_id"],
        platform="ad network",
        channel="display",
        category=plans["plan_id"].str[:6],
    )
    roster = pd.DataFrame(
        {
            "specialist_id": [f"S{n}" for n in range(1, 6)],
            "team": "display",
            "name": ["Ada", "Ben", "Cleo", "Dan", "Eve"],
            "manager_id": "M1",
        }
    )
    return {
        "ads": ads,
        "plans": plans,
        "assignment": owners,
        "roster": roster,
        "targets": _targets(ads, owners, "2020-05-01"),
    }


def _targets(ads: pd.DataFrame, owners: pd.DataFrame, start: str) -> pd.DataFrame:
    """Targets of the month that begins on `start`: 105 % of the person's month before."""
    set_on = (pd.Timestamp(start) - pd.Timedelta(days=1)).strftime("%Y-%m-%d")
    before = ads[ads["date"].between(set_on[:8] + "01", set_on)]
    s = before.merge(owners[owners["valid_from"] < start]).groupby("specialist_id")[SUMS].sum()
    goals = pd.DataFrame(
        {
            "sales": s["revenue"],
            "roi": s["revenue"] / s["spend"],
            "ctr": s["clicks"] / s["impressions"],
            "click_conversion": s["orders"] / s["clicks"],
        }
    )
    goals = goals.mul(1.05).reset_index().melt("specialist_id", None, "indicator", "target")
    return goals.assign(
        period_id="companyx-2020-05", set_on=set_on, set_by="M1", basis="105 % of the month before"
    )


def cookie_cats() -> dict[str, pd.DataFrame]:
    """One test per retention day over the same users; the days are nominal: the file has none."""
    users = pd.read_csv(DATA / "abtest_cookie_cats" / "cookie_cats.csv", dtype={"userid": str})
    parts = [
        pd.DataFrame(
            {
                "test_id": test,
                "user_id": users["userid"],
                "variant": users["version"],
                "converted": users[test],
            }
        )
        for test in ("retention_1", "retention_7")
    ]
    plan = pd.DataFrame({"test_id": ["retention_1", "retention_7"], "specialist_id": "S1"})
    plan = plan.assign(
        hypothesis="moving the gate from level 30 to 40 keeps more players",
        indicator="retention",
        better="up",
        design="user_split",
        start_date="2020-01-01",
        end_date="2020-01-14",
        declared_on="2019-12-20",
        topic="gate",
        kind="superiority",
        split="gate_30:0.5;gate_40:0.5",
    )
    return {"experiments": plan, "experiment_users": pd.concat(parts, ignore_index=True)}


def online_retail() -> dict[str, pd.DataFrame]:
    """An invoice is an order; a credit note (C…) is an order with negative revenue.

    A buyer without number stays unknown. Countries stand for plans, three invented people
    look after them; `ads` repeats the sales and has no adverts: nothing shown, clicked or spent.
    """
    file = DATA / "orders_online_retail_uk" / "online_retail.csv.gz"
    text = {"InvoiceNo": str, "StockCode": str, "CustomerID": str}
    rows = pd.read_csv(file, dtype=text, parse_dates=["InvoiceDate"]).drop_duplicates()
    rows = rows[~rows["InvoiceNo"].str.startswith("A")]  # three bookings of bad debt, no orders
    rows["revenue"] = rows["Quantity"] * rows["UnitPrice"]
    orders = rows.groupby("InvoiceNo", as_index=False).agg(
        paid_at=("InvoiceDate", "min"),
        customer_id=("CustomerID", "first"),
        plan_id=("Country", "first"),
        units=("Quantity", "sum"),
        revenue=("revenue", "sum"),
    )
    orders = orders.assign(revenue=orders["revenue"].round(2), channel="organic")
    orders = orders[orders["revenue"] != 0]  # stock corrections, no money changed hands
    sold = orders[orders["revenue"] > 0].assign(date=lambda t: t["paid_at"].dt.strftime("%Y-%m-%d"))
    ads = sold.groupby(["date", "plan_id"], as_index=False).agg(
        orders=("revenue", "size"), revenue=("revenue", "sum")
    )
    ads = ads.assign(impressions=0, clicks=0, spend=0.0, revenue=ads["revenue"].round(2))
    plans = pd.DataFrame({"plan_id": sorted(orders["plan_id"].unique()), "platform": "shop"})
    plans = plans.assign(plan_name=plans["plan_id"], channel="organic")
    owner = (
        plans["plan_id"]
        .map({"United Kingdom": "S1", "Germany": "S2", "France": "S2", "EIRE": "S2"})
        .fillna("S3")
    )
    owners = plans[["plan_id"]].assign(specialist_id=owner, valid_from="2010-12-01")
    roster = pd.DataFrame(
        {
            "specialist_id": ["S1", "S2", "S3"],
            "name": ["Fay", "Gus", "Hal"],
            "team": "shop",
            "manager_id": "M1",
        }
    )
    goals = _targets(ads, owners, "2011-11-01")
    goals = goals[goals["indicator"] == "sales"].assign(period_id="online-retail-2011-11")
    return {
        "orders": orders.rename(columns={"InvoiceNo": "order_id"}),
        "ads": ads,
        "plans": plans,
        "assignment": owners,
        "roster": roster,
        "targets": goals,
    }


def _owned_by_none(ads: pd.DataFrame, channel: str) -> dict[str, pd.DataFrame]:
    """Tables of data that name no staff: every plan belongs to nobody, and that is said."""
    plans = ads[["plan_id"]].drop_duplicates().assign(channel=channel, platform="web")
    plans = plans.assign(plan_name=plans["plan_id"], category=plans["plan_id"])
    roster = pd.DataFrame(
        {"specialist_id": ["S1"], "name": ["Ivy"], "team": "web", "manager_id": "M1"}
    )
    owners = pd.DataFrame({"plan_id": ["none"], "specialist_id": "S1", "valid_from": "2016-01-01"})
    return {"ads": ads, "plans": plans, "assignment": owners, "roster": roster}


def sessions() -> dict[str, pd.DataFrame]:
    """Five years of daily sessions: a session is a click and counts 1; nothing was bought."""
    rows = pd.read_csv(DATA / "sessions_daily_ga" / "ga_sessions_daily.csv", parse_dates=["Date"])
    ads = pd.DataFrame(
        {
            "date": rows["Date"].dt.strftime("%Y-%m-%d"),
            "plan_id": "site",
            "clicks": rows["Target"],
            "revenue": rows["Target"],
        }
    )
    return _owned_by_none(ads.assign(impressions=0, spend=0.0, orders=0), "organic")


def facebook() -> dict[str, pd.DataFrame]:
    """Ads without dates: all on one nominal day; a purchase counts 100, since no sales are told."""
    rows = pd.read_csv(DATA / "ads_facebook_kag" / "KAG_conversion_data.csv")
    ads = pd.DataFrame(
        {
            "date": "2020-05-15",
            "plan_id": rows["xyz_campaign_id"].astype(str),
            "ad_group": rows["fb_campaign_id"].astype(str),
            "creative": rows["ad_id"].astype(str),
            "audience": rows["age"] + " " + rows["gender"],
            "impressions": rows["Impressions"],
            "clicks": rows["Clicks"],
            "spend": rows["Spent"],
            "orders": rows["Approved_Conversion"],
        }
    )
    return _owned_by_none(ads.assign(revenue=100.0 * ads["orders"]), "social")


def olist() -> dict[str, pd.DataFrame]:
    """Leads by origin and day of first contact: a lead is a click, a deal an order that counts 1.

    Only won leads name their sales representative, so nobody's conversion can be told.
    """
    folder = DATA / "funnel_olist_sellers"
    leads = pd.read_csv(folder / "olist_marketing_qualified_leads_dataset.csv")
    deals = pd.read_csv(folder / "olist_closed_deals_dataset.csv")
    leads = leads.assign(
        orders=leads["mql_id"].isin(deals["mql_id"]) * 1,
        clicks=1,
        date=pd.to_datetime(leads["first_contact_date"]).dt.strftime("%Y-%m-%d"),
        plan_id=leads["origin"].fillna("unknown"),
    )
    ads = leads.groupby(["date", "plan_id"], as_index=False)[["clicks", "orders"]].sum()
    return _owned_by_none(ads.assign(impressions=0, spend=0.0, revenue=ads["orders"]), "leads")


RUNS = {
    "companyx": companyx,
    "cookie_cats": cookie_cats,
    "online_retail": online_retail,
    "sessions": sessions,
    "facebook": facebook,
    "olist": olist,
}


def prepare(run: str, home: Path = HOME) -> Path:
    """The folder of the run's contract tables, written anew; whole files only are ever seen."""
    folder = home / run
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in RUNS[run]().items():
        kind = "parquet" if len(table) > 10_000 else "csv"
        part = folder / f".{name}.{os.getpid()}"
        if kind == "parquet":
            table.to_parquet(part, index=False)
        else:
            table.to_csv(part, index=False, encoding="utf-8")
        part.replace(folder / f"{name}.{kind}")
    return folder


if __name__ == "__main__":
    for each in RUNS:
        print(prepare(each))

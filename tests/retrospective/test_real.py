"""Data that nobody here made: the review says what a good analyst would find in it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kit.retrospective.anomaly import residuals, troubles
from kit.retrospective.bridge import market_part
from kit.retrospective.drill import lists, shrunk
from kit.retrospective.findings import detail
from kit.retrospective.mix import mix_rate
from kit.retrospective.review import structure
from kit.retrospective.search import search
from kit.retrospective.strategy import cohorts, price_bands
from kit.retrospective.waterfall import waterfall
from tests.retrospective.desk import Desk, span

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
pytestmark = pytest.mark.shared
APRIL = span("2020-04-01", "2020-04-30")
MAY = span("2020-05-01", "2020-05-31")


@pytest.fixture(scope="module")
def companyx():
    """The advertiser's view: what the file calls revenue is what was spent."""
    rows = pd.read_csv(DATA / "ads_daily_companyx" / "online_advertising_performance_data.csv")
    rows = rows.drop_duplicates()
    date = pd.to_datetime(
        "2020 " + rows["month"] + " " + rows["day"].astype(str), format="%Y %B %d"
    )
    plan = rows["campaign_number"] + " " + rows["placement"].fillna("none")
    ads = pd.DataFrame({"date": date, "plan_id": plan, "creative": rows["banner"]})
    ads = ads.assign(
        ad_group=rows["user_engagement"],
        impressions=rows["displays"] * 1.0,
        clicks=rows["clicks"] * 1.0,
        spend=rows["revenue"],
        orders=rows["post_click_conversions"] * 1.0,
        revenue=rows["post_click_sales_amount"],
    )
    plans = pd.DataFrame({"plan_id": plan.unique(), "channel": "display", "platform": "network"})
    plans["strategy"] = plans["plan_id"].str[:6]
    return Desk({"ads": ads, "plans": plans}, MAY, APRIL)


def test_companyx_conversion_rose_mostly_by_mix(companyx):
    """15.2 % to 43.4 %, of which 18.3 points because campaign 2 ended: by a plain group-by."""
    sums = companyx.ads[companyx.ads["date"] < "2020-06-01"].assign(m=lambda a: a["date"].dt.month)
    sums = sums.groupby(["strategy", "m"])[["orders", "clicks"]].sum().unstack(fill_value=0)
    names = {"num0": ("orders", 4), "den0": ("clicks", 4), "num1": ("orders", 5)}
    names |= {"den1": ("clicks", 5)}
    parts = {c: {k: r[at] for k, at in names.items()} for c, r in sums.iterrows()}
    plain = mix_rate(parts)
    assert pytest.approx((0.1517, 0.4342), abs=5e-5) == (plain.R0, plain.R1)
    assert plain.mix_total == pytest.approx(0.183, abs=5e-4)
    facts = structure(companyx, APRIL, detail(companyx, APRIL, MAY))
    row = facts[(facts["dimension"] == "strategy") & (facts["measure"] == "click_conversion")].iloc[
        0
    ]
    assert row["mix"] == pytest.approx(plain.mix_total)
    assert (row["segment"], row["state"]) == ("camp 2", "gone")


def test_companyx_bridge_reconciles_to_the_cent(companyx):
    w = waterfall(companyx)
    total = w.total()
    plain = companyx.ads.groupby(companyx.ads["date"].dt.month)["revenue"].sum()
    assert total["change"] == pytest.approx(plain[5] - plain[4], abs=0.005)
    assert total[["market", "days", "events", *w.steps]].sum() == pytest.approx(
        total["change"], abs=0.005
    )
    assert w.steps == ["spend", "imp_per_spend", "ctr", "click_conversion", "aov"]
    assert w.growth.source == "none"


def test_sessions_season_and_outage_days():
    """GA sessions: November against October with last year's same months as the season, by hand."""
    rows = pd.read_csv(DATA / "sessions_daily_ga" / "ga_sessions_daily.csv", parse_dates=["Date"])
    monthly = rows.set_index("Date")["Target"].resample("MS").mean()
    part = market_part(
        monthly["2019-10-01"], monthly["2019-11-01"], monthly["2018-10-01"], monthly["2018-11-01"]
    )
    assert part.expected == pytest.approx(
        monthly["2019-10-01"] * monthly["2018-11-01"] / monthly["2018-10-01"]
    )
    assert part.market_effect + part.own_effect == pytest.approx(
        monthly["2019-11-01"] - monthly["2019-10-01"]
    )
    year = rows[rows["Date"].dt.year == 2019].copy()
    year.loc[year["Date"] == "2019-09-10", "Target"] = 0.0  # an outage put in
    values = year["Target"].to_numpy()[:, None]
    weekday = year["Date"].dt.day_of_week.to_numpy()
    residual, _, scale = residuals(values, weekday, np.isfinite(values))
    flagged = year["Date"][np.abs(residual[:, 0]) / scale[0] > 3.5].astype(str).tolist()
    assert "2019-09-10" in flagged


def test_facebook_audiences_with_zero_denominators_are_judged_without_error():
    """No dates: the drill-down alone. 1,143 ads, 382 with no click or spend; sums of SOURCE.md."""
    rows = pd.read_csv(DATA / "ads_facebook_kag" / "KAG_conversion_data.csv")
    ads = pd.DataFrame(
        {"date": pd.Timestamp("2020-05-10"), "plan_id": rows["xyz_campaign_id"].astype(str)}
    )
    ads = ads.assign(
        audience=rows["age"] + " " + rows["gender"],
        creative=rows["ad_id"].astype(str),
        impressions=rows["Impressions"] * 1.0,
        clicks=rows["Clicks"] * 1.0,
        spend=rows["Spent"],
        orders=rows["Approved_Conversion"] * 1.0,
        revenue=rows["Approved_Conversion"] * 100.0,
    )
    plans = pd.DataFrame({"plan_id": ads["plan_id"].unique(), "channel": "social"})
    assert ads["impressions"].sum() == 21_957_412
    assert ((ads["clicks"] == 0) | (ads["spend"] == 0)).sum() == 382
    found = lists(Desk({"ads": ads, "plans": plans}, MAY, None))
    audience = found[found["dimension"] == "audience"]
    assert len(audience) == 24 and np.isfinite(audience[["roi", "low", "high"]]).all(axis=None)
    assert (audience["low"] <= audience["shrunk"]).all() and (
        audience["shrunk"] <= audience["high"]
    ).all()
    young, old = (audience[audience["name"].str.startswith(a)] for a in ("30-34", "45-49"))
    rate = [p["orders"].sum() / p["clicks"].sum() for p in (young, old)]
    assert rate[0] > 1.5 * rate[1]


def test_olist_origins_differ_and_no_one_is_judged_without_leads():
    """Leads to deals by origin: 8,000 and 842; the copy names no leads per person."""
    folder = DATA / "funnel_olist_sellers"
    leads = pd.read_csv(folder / "olist_marketing_qualified_leads_dataset.csv")
    deals = pd.read_csv(folder / "olist_closed_deals_dataset.csv")
    won = leads.assign(won=leads["mql_id"].isin(deals["mql_id"]) * 1.0).dropna(subset="origin")
    sums = won.groupby("origin")["won"].agg(["sum", "size"])
    rate, low, high = shrunk(sums["sum"].to_numpy(), sums["size"].to_numpy(float), 0.8)
    by = dict(zip(sums.index, zip(rate, low, high, strict=True), strict=True))
    assert by["unknown"][1] > by["social"][2] and by["paid_search"][1] > by["email"][2]
    first = pd.to_datetime(leads.loc[won.index, "first_contact_date"])
    table = won.assign(n=1.0, period=(first >= "2018-01-01") * 1, block=first.dt.month)
    found = search(table, ["origin"], {"won": ("won", "n", 1.0)})
    assert len(found) == sums.shape[0] and found["p"].notna().sum() >= 3
    assert deals["sr_id"].nunique() == 22 and "lead" not in "".join(deals.columns[:4])


@pytest.fixture(scope="module")
def retail():
    """Invoices of the UK shop; credit notes are negative orders; November 2011 is the period."""
    rows = pd.read_csv(
        DATA / "orders_online_retail_uk" / "online_retail.csv.gz",
        dtype={"InvoiceNo": str, "CustomerID": str, "StockCode": str},
    )
    rows["revenue"] = rows["Quantity"] * rows["UnitPrice"]
    grouped = (
        rows.groupby("InvoiceNo")
        .agg(
            customer_id=("CustomerID", "first"),
            paid_at=("InvoiceDate", "first"),
            revenue=("revenue", "sum"),
            units=("Quantity", "sum"),
        )
        .reset_index()
    )
    grouped["customer_id"] = grouped["customer_id"].str.removesuffix(".0")
    orders = grouped.rename(columns={"InvoiceNo": "order_id"})
    orders["paid_at"] = pd.to_datetime(orders["paid_at"])
    november = span("2011-11-01", "2011-11-30")
    october = span("2011-10-01", "2011-10-31")
    return Desk(
        {"orders": orders, "ads": pd.DataFrame({"date": orders["paid_at"].dt.normalize()})},
        november,
        october,
    )


def test_retail_cohorts_agree_with_a_plain_count(retail):
    """December 2010's buyers who ordered again within 30 days: counted customer by customer."""
    found = cohorts(retail).set_index("cohort")
    orders = retail.get("orders")
    orders = orders[(orders["revenue"] > 0) & orders["customer_id"].notna()]
    first = orders.groupby("customer_id")["paid_at"].min()
    mine = first[first.dt.strftime("%Y-%m") == "2010-12"]
    again = 0
    for who, start in mine.items():
        days = orders.loc[orders["customer_id"] == who, "paid_at"]
        again += bool(((days > start) & (days < start + pd.Timedelta(days=30))).any())
    assert found.loc["2010-12", "buyers"] == len(mine)
    assert found.loc["2010-12", "m1"] == pytest.approx(again / len(mine))
    assert pd.isna(found.loc["2011-11", "m1"])


def test_retail_price_bands_leave_credit_notes_out(retail):
    found = price_bands(retail, None)
    orders = retail.get("orders")
    november = orders[
        orders["paid_at"].dt.strftime("%Y-%m").eq("2011-11") & (orders["revenue"] > 0)
    ]
    assert found["orders"].sum() == len(november)
    assert found["revenue"].sum() == pytest.approx(november["revenue"].sum())


def test_real_days_off_are_not_called_missing(companyx):
    assert "missing" not in set(troubles(companyx)["kind"])

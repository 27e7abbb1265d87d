"""Orders, customers and web analytics that agree with the ads (订单、客户与网站分析)."""

import numpy as np
import pandas as pd

from kit.sample.adverts import plans
from kit.sample.demand import Company, days, market, promotion, stream, units_of

OLD_CUSTOMERS = 120_000  # bought before the sample begins
VISIT = ["date", "channel", "plan_id"]
ADS = [
    "date",
    "hour",
    "plan_id",
    "ad_group",
    "keyword",
    "creative",
    "audience",
    "impressions",
    "clicks",
    "spend",
    "add_to_carts",
    "orders",
    "revenue",
    "new_customers",
    "window_days",
    "snapshot_date",
]
ORDERS = [
    "order_id",
    "paid_at",
    "customer_id",
    "channel",
    "plan_id",
    "category",
    "product",
    "units",
    "revenue",
    "discount",
    "refund_amount",
    "gross_margin",
]


def orders(company: Company, lines: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One row an order, with the line it came from (-1: no advert), sorted by payment."""
    draw = stream(seed, "orders")
    dates = days(company)
    table = plans(company)
    paid = _paid(company, lines, draw)
    free = _organic(company, seed)
    rows = pd.concat([paid, free], ignore_index=True)
    rows = rows.sort_values(["paid_at", "line"], kind="stable", ignore_index=True)
    rows = rows.assign(order_id=[f"D{n:08d}" for n in range(1, len(rows) + 1)])
    rows = _priced(company, rows, draw, stream(seed, f"bulk {company['bulk']['draw']}"))
    rows["is_new"], rows["customer_id"] = _buyers(company, rows, draw)
    plan = table["plan_id"].to_numpy()[rows["p"]]
    tagged = (rows["line"] >= 0) & (draw.random(len(rows)) >= company["untagged"])
    channel = table["channel"].to_numpy()[rows["p"]]
    rows["plan_id"] = pd.Series(plan).where(tagged)
    rows["channel"] = pd.Series(channel).where(tagged, "organic")
    rows["click_date"] = dates[rows["d"]]
    return rows


def _paid(company: Company, lines: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    """Orders of the reported lines: clicked on the line's day, paid 0 to 8 days later."""
    row = np.repeat(np.arange(len(lines)), lines["orders"])
    lag = draw.choice(len(company["lag"]), len(row), p=company["lag"])
    hour = lines["hour"].to_numpy()[row]
    free = np.isnan(hour) | (lag > 0)
    hour = np.where(free, _hours(company, draw, len(row)), hour)
    seconds = (hour * 3600 + draw.integers(0, 3600, len(row))).astype(int)
    at = days(company)[lines["d"].to_numpy()[row]] + pd.to_timedelta(lag, "D")
    return pd.DataFrame(
        {
            "line": row,
            "p": lines["p"].to_numpy()[row],
            "d": lines["d"].to_numpy()[row],
            "price": lines["price"].to_numpy()[row],
            "refund": lines["refund"].to_numpy()[row],
            "paid_at": at + pd.to_timedelta(seconds, "s"),
        }
    )


def _hours(company: Company, draw: np.random.Generator, n: int) -> np.ndarray:
    weight = np.array(company["hours"])
    return draw.choice(24, n, p=weight / weight.sum())


def _organic(company: Company, seed: int) -> pd.DataFrame:
    """Orders without an advert; `p` borrows a plan of the category for product and margin."""
    draw = stream(seed, "organic")
    dates = days(company)
    table = plans(company)
    index = market(company, seed)[1] / 100
    share = company["organic"]["orders"] / index.shape[1]
    category, day = np.nonzero(np.ones(index.shape[::-1]))
    n = draw.poisson(share * index.to_numpy().T[category, day])
    first = table.drop_duplicates("category").reset_index().set_index("category")["index"]
    p = first[index.columns].to_numpy()[np.repeat(category, n)]
    d = np.repeat(day, n)
    seconds = _hours(company, draw, len(d)) * 3600 + draw.integers(0, 3600, len(d))
    return pd.DataFrame(
        {
            "line": -1,
            "p": p,
            "d": d,
            "price": 1.0,
            "refund": 1.0,
            "paid_at": dates[d] + pd.to_timedelta(seconds, "s"),
        }
    )


def _priced(
    company: Company, rows: pd.DataFrame, draw: np.random.Generator, bulk: np.random.Generator
) -> pd.DataFrame:
    """Product, units, discount, revenue, refund and margin of each order."""
    category = plans(company)["category"].to_numpy()[rows["p"]]
    promo = promotion(company, days(company)).iloc[rows["d"]].reset_index(drop=True)
    units = units_of(company, draw.random(len(rows)), bulk.random(len(rows)))
    product, price = _products(company, category, draw)
    gross = (price * rows["price"].to_numpy()).round() * units
    coupon = draw.choice([0, 0.05, 0.10], len(rows), p=[0.6, 0.25, 0.15])
    discount = (gross * (coupon + promo["discount"].to_numpy())).round(1)
    back = draw.random(len(rows)) < company["refund"]["rate"] * rows["refund"] * promo["refund"]
    part = np.where(draw.random(len(rows)) < company["refund"]["full"], 1.0, 0.5)
    revenue = (gross - discount).round(1)
    margin = pd.Series(category).map({k: c["margin"] for k, c in company["categories"].items()})
    return rows.assign(
        category=category,
        product=product,
        units=units,
        revenue=revenue,
        discount=discount,
        refund_amount=(revenue * part * back).round(1),
        gross_margin=margin.to_numpy(),
    )


def _products(
    company: Company, category: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Product and list price of each order, drawn by weight within its category."""
    product = np.empty(len(category), object)
    price = np.zeros(len(category))
    for name, facts in company["categories"].items():
        mine = np.nonzero(category == name)[0]
        names, prices, weights = zip(*facts["products"], strict=True)
        pick = draw.choice(len(names), len(mine), p=np.array(weights) / sum(weights))
        product[mine] = np.array(names, object)[pick]
        price[mine] = np.array(prices)[pick]
    return product, price


def _buyers(
    company: Company, rows: pd.DataFrame, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Who bought: new customers by channel, else one who came before, more likely a recent one."""
    table = plans(company)
    share = table["channel"].map({k: c["new"] for k, c in company["channels"].items()})
    chance = np.where(rows["line"] >= 0, share.to_numpy()[rows["p"]], company["organic"]["new"])
    new = draw.random(len(rows)) < chance
    before = OLD_CUSTOMERS + np.cumsum(new) - new
    old = before - 1 - np.floor(before * draw.random(len(rows)) ** 1.3).astype(int)
    number = np.where(new, before, old) + 1
    return new, np.char.add("C", np.char.zfill(number.astype(str), 7)).astype(object)


def reported(company: Company, lines: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Table `ads` (广告平台): lines with the sales of their orders; the outage days report none."""
    table = plans(company)
    dates = days(company)
    paid = sold[sold["line"] >= 0]
    money = np.bincount(paid["line"], paid["revenue"], len(lines)).round(1)
    new = np.bincount(paid["line"], paid["is_new"], len(lines)).astype(int)
    ads = lines.assign(
        revenue=money,
        new_customers=new,
        date=dates[lines["d"]],
        plan_id=table["plan_id"].to_numpy()[lines["p"]],
    )
    rate = table["channel"].map({k: c.get("commission") for k, c in company["channels"].items()})
    commission = rate.astype(float).to_numpy()[ads["p"]] * ads["revenue"]
    ads["spend"] = commission.round(2).fillna(ads["spend"])
    outage = company["outage"]
    out = (table["platform"] == outage["platform"]).to_numpy()[ads["p"]]
    out = out & ads["date"].between(pd.Timestamp(outage["start"]), pd.Timestamp(outage["end"]))
    ads.loc[out, ["orders", "revenue", "new_customers", "add_to_carts"]] = 0
    ads["window_days"] = company["span"]["window_days"]
    ads["snapshot_date"] = pd.Timestamp(company["span"]["snapshot"])
    ads["hour"] = ads["hour"].astype("Int64")
    return ads.sort_values(["date", "p"], kind="stable")[ADS].reset_index(drop=True)


def orders_table(sold: pd.DataFrame) -> pd.DataFrame:
    """Table `orders` (销售)."""
    return sold[ORDERS]


def customers(company: Company, sold: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Table `customers` (CRM): first order, where from, segment, when lost (180 days silent)."""
    draw = stream(seed, "customers")
    of = sold.groupby("customer_id")
    first = sold[sold["is_new"]].set_index("customer_id")
    table = pd.DataFrame({"last": of["paid_at"].max(), "n": of.size(), "sum": of["revenue"].sum()})
    table["first_order_at"] = first["paid_at"]
    table["source_channel"] = first["channel"]
    table["source_plan_id"] = first["plan_id"]
    start = pd.Timestamp(company["span"]["start"])
    back = pd.to_timedelta(draw.integers(1, 700 * 86400, len(table)), "s")
    earlier = pd.Series(start - back, table.index)
    table["first_order_at"] = table["first_order_at"].fillna(earlier).dt.floor("s")
    rules = [table["sum"] >= 600, (table["n"] > 1) | (table["first_order_at"] < start)]
    table["segment"] = np.select(rules, ["高价值", "复购"], "新客")
    silent = table["last"].dt.normalize() + pd.Timedelta(days=180)
    table["lost_on"] = silent.where(silent <= pd.Timestamp(company["span"]["end"]))
    return table.drop(columns=["last", "n", "sum"]).reset_index()


def sessions(company: Company, ads: pd.DataFrame, sold: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Table `sessions` (网站分析): visits of the last two months; buyers appear as themselves."""
    draw = stream(seed, "sessions")
    late = pd.Timestamp(company["sessions_from"])
    visits = _visits(company, ads, sold)
    visits = visits[visits["date"] >= late].reset_index(drop=True)
    row = np.repeat(np.arange(len(visits)), visits["n"])
    pool = pd.factorize(visits["channel"])[0][row] * 1_000_000
    size = visits.groupby("channel")["n"].transform("sum").to_numpy()[row] * 0.8
    number = pool + (draw.random(len(row)) * size).astype(int)
    buyer = _known(visits.iloc[row], sold[sold["click_date"] >= late])
    minute = _hours(company, draw, len(row)) * 60 + draw.integers(0, 60, len(row))
    table = visits[VISIT].iloc[row].reset_index(drop=True)
    table = table.assign(
        at=table["date"] + pd.to_timedelta(minute, "min"),
        user_id=buyer.fillna(pd.Series(np.char.add("U", number.astype(str)).astype(object))),
        pageviews=1 + draw.poisson(np.where(buyer.notna(), 5.5, 1.8)),
        plan_id=table["plan_id"].where(table["plan_id"] != ""),
    )
    table = table.sort_values(["at", "user_id"], kind="stable")
    columns = ["at", "user_id", "channel", "plan_id", "pageviews"]
    return table[columns].drop_duplicates(ignore_index=True)


def _known(wide: pd.DataFrame, sold: pd.DataFrame) -> pd.Series:
    """The customer behind each visit: a plan's first visits of the day are those of its buyers."""
    sold = sold.sort_values(["click_date", "channel", "p"]).fillna({"plan_id": ""})
    sold = sold.rename(columns={"click_date": "date"})
    sold["place"] = sold.groupby(VISIT).cumcount()
    wide = wide[VISIT].assign(place=wide.groupby(VISIT).cumcount())
    both = wide.merge(sold[[*VISIT, "place", "customer_id"]], on=[*VISIT, "place"], how="left")
    return both["customer_id"]


def _visits(company: Company, ads: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """Visits by day, channel and plan: 96 % of clicks arrive, never fewer than the orders."""
    channel = plans(company).set_index("plan_id")["channel"]
    paid = ads.groupby(["date", "plan_id"], as_index=False)["clicks"].sum()
    paid["channel"] = paid["plan_id"].map(channel)
    sold = sold.fillna({"plan_id": ""}).rename(columns={"click_date": "date"})
    bought = sold.groupby(VISIT, as_index=False).agg(
        orders=("order_id", "size"), buyers=("customer_id", "nunique")
    )
    visits = paid.merge(bought, on=VISIT, how="outer")
    visits[["orders", "buyers"]] = visits[["orders", "buyers"]].fillna(0).astype(int)
    arrived = (visits["clicks"] * 0.96).fillna(
        visits["orders"] * company["organic"]["visitors_per_order"]
    )
    visits["n"] = np.maximum(arrived.round(), visits["orders"]).astype(int)
    return visits[visits["n"] > 0].reset_index(drop=True)


def traffic(
    company: Company, ads: pd.DataFrame, sold: pd.DataFrame, seen: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Table `traffic` (网站分析, daily): from sessions where they exist, else estimated."""
    draw = stream(seed, "traffic")
    table = _visits(company, ads, sold)
    exact = seen.assign(date=seen["at"].dt.normalize()).fillna({"plan_id": ""})
    exact = exact.groupby(VISIT, as_index=False).agg(
        uv=("user_id", "nunique"), pv=("pageviews", "sum")
    )
    table = table.merge(exact, on=VISIT, how="left")
    people = np.maximum(draw.binomial(table["n"], 0.97), table["buyers"])
    table["uv"] = table["uv"].fillna(pd.Series(people)).astype(int)
    pages = table["n"] + draw.poisson(1.8 * table["n"] + 3.7 * table["orders"])
    table["pv"] = table["pv"].fillna(pages).astype(int)
    extra = draw.binomial(table["uv"] - table["buyers"], 0.01)
    table["placed_buyers"] = table["buyers"] + extra
    table["cart_users"] = table["placed_buyers"] + draw.binomial(
        table["uv"] - table["placed_buyers"], 0.06
    )
    table["plan_id"] = table["plan_id"].where(table["plan_id"] != "")
    return table[[*VISIT, "uv", "pv", "cart_users", "placed_buyers", "buyers"]]

"""Plans and what the ad platforms report of them (推广计划与广告平台数据)."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binom, poisson

from kit.sample.demand import (
    Company,
    autocorrelated,
    days,
    promotion,
    season,
    stream,
    surprise,
    within,
)

SHAPE = [
    "plan_id",
    "home",
    "channel",
    "platform",
    "category",
    "base",
    "promotion_id",
    "start_date",
    "end_date",
    "shares",
]


def plans(company: Company) -> pd.DataFrame:
    """Every plan with its home owner, planned spend a day and the days it ran."""
    first = pd.Timestamp(company["span"]["start"])
    rows: list[list[Any]] = []
    for home, person in company["people"].items():
        start = max(pd.Timestamp(person["hired"]), first)
        rows += [[home, *plan, None, start, None, {home: 1.0}] for plan in person["plans"]]
    for *plan, start, end, shares in company["shared"]:
        rows.append(["", *plan, pd.Timestamp(start), pd.Timestamp(end) if end else None, shares])
    named = [[f"P{number:03d}", *row] for number, row in enumerate(rows, 1)]
    table = pd.DataFrame(named, columns=SHAPE)
    table["end_date"] = pd.to_datetime(table["end_date"])
    return table


def plans_table(company: Company) -> pd.DataFrame:
    """Table `plans` (推广计划)."""
    table = plans(company)
    strategy = table["channel"].map(company["strategies"])
    strategy = strategy.where(table["promotion_id"].isna(), "大促")
    zh = {
        **{k: c["zh"] for k, c in company["channels"].items()},
        **{k: c["zh"] for k, c in company["categories"].items()},
    }
    name = table["category"].map(zh) + "-" + table["channel"].map(zh) + "-" + strategy
    table = table.assign(plan_name=name + "-" + table["plan_id"].str[1:], strategy=strategy)
    return table[
        [
            "plan_id",
            "plan_name",
            "platform",
            "channel",
            "strategy",
            "category",
            "start_date",
            "end_date",
            "promotion_id",
        ]
    ]


def effect(company: Company, table: pd.DataFrame, kind: str, *, planned: bool) -> np.ndarray:
    """Product of the planted factors on `kind`, plans × days; only the planned ones if asked."""
    dates = days(company)
    factor = np.ones((len(table), len(dates)))
    for planted in company["effects"]:
        if kind not in planted or (planned and not planted.get("planned")):
            continue
        who = np.ones(len(table), bool)
        for key, column in {"who": "home", "plan": "plan_id", "channel": "channel"}.items():
            who &= (table[column] == planted[key]).to_numpy() if key in planted else True
        when = within(dates, planted["start"], planted.get("end"))
        factor[np.ix_(who, when)] *= planted[kind]
    return factor


def expected(company: Company, *, planned: bool) -> dict[str, np.ndarray]:
    """Means by plan and day without noise: as planned, or as the planted truth has them."""
    table = plans(company)
    dates = days(company)
    promo = promotion(company, dates)
    week = company["weekday"]
    demand = season(company, dates) * (1 if planned else surprise(company, dates))
    level = np.sqrt(demand[table["category"]].to_numpy(float).T)
    channel = pd.DataFrame(company["channels"]).T.loc[table["channel"]]
    person = pd.DataFrame(company["people"]).T.reindex(table["home"])
    active = [within(dates, a, b) for a, b in zip(table["start_date"], _ends(table), strict=True)]
    out = {
        kind: effect(company, table, kind, planned=planned)
        for kind in ("spend", "cpc", "ctr", "cvr", "price", "refund")
    }
    week_spend, week_cvr = (np.array(week[k])[dates.day_of_week] for k in ("spend", "conversion"))
    out["spend"] *= np.outer(table["base"], week_spend * promo["spend"]) * level * np.array(active)
    out["cvr"] *= np.outer(channel["cvr"].astype(float), week_cvr * promo["conversion"]) * level
    for kind in ("cpc", "ctr"):
        out[kind] *= channel[kind].to_numpy(float)[:, None]
    out["cpc"] *= 1 + 0.15 * (promo["spend"].to_numpy() - 1)
    if not planned and "cvr" in person:
        out["cvr"] *= person["cvr"].fillna(1).to_numpy(float)[:, None]
    return out


def _ends(table: pd.DataFrame) -> list[Any]:
    return [None if pd.isna(end) else end for end in table["end_date"]]


def noisy(company: Company, seed: int) -> dict[str, np.ndarray]:
    """The planted truth with day noise, shocks shared by a channel, and weekly budget swings."""
    table = plans(company)
    noise = company["noise"]
    draw = stream(seed, "ads")
    mean = expected(company, planned=False)
    shape = mean["spend"].shape
    channel, order = pd.factorize(table["channel"])
    weeks = np.arange(shape[1]) // 7
    swing = np.clip(draw.standard_normal((len(order), weeks[-1] + 1)), -2, 2) * noise["swing"]
    swing = pd.DataFrame(swing.T)
    fours = (len(swing) - 1 - swing.index) // 4  # four weeks level out, so months stay comparable
    swing = (swing - swing.groupby(fours).transform("mean")).to_numpy().T[channel][:, weeks]
    b = np.array([company["channels"][name]["b"] for name in order])[channel][:, None]
    shared = autocorrelated(draw, (len(order), shape[1]), noise["rho"])[channel] * noise["shared"]
    memory = np.array(company["memory"])[table.groupby("home").cumcount() % len(company["memory"])]
    own = {k: autocorrelated(draw, shape, memory) * noise[k] for k in ("spend", "ctr", "cvr")}
    lasting = company["lasting"] * _make(table, seed)[:, None]
    return mean | {
        "spend": mean["spend"] * np.exp(swing + own["spend"]),
        "cpc": mean["cpc"] * np.exp((1 - b) / 2 * swing),
        "ctr": mean["ctr"] * np.exp(own["ctr"]),
        "cvr": mean["cvr"] * np.exp((b - 1) / 2 * swing + own["cvr"] + shared + lasting),
    }


def _make(table: pd.DataFrame, seed: int) -> np.ndarray:
    """What plans differ by for good, standard normal; plans of one make (the twins') share it."""
    make = table.groupby(["channel", "platform", "category", "base"], sort=False).ngroup()
    return stream(seed, "lasting").standard_normal(make.max() + 1)[make.to_numpy()]


def template(company: Company, channel: str, category: str) -> pd.DataFrame:
    """How a plan's day splits: keyword × hour in search, audience × creative in social, content."""
    if channel == "search":
        words = pd.DataFrame(
            company["categories"][category]["keywords"],
            columns=["keyword", "w", "f", "price", "ad_group"],
        )
        hours = pd.DataFrame({"hour": range(24), "v": company["hours"], "g": company["hour_cvr"]})
        both = words.merge(hours, how="cross")
        weight = both["w"] * both["v"]
        factor = both["f"] * both["g"]
    else:
        people = pd.DataFrame(company["audiences"], columns=["audience", "w", "f"])
        pieces = pd.DataFrame(company["creatives"], columns=["creative", "v", "g"])
        both = people.merge(pieces, how="cross").assign(price=1.0)
        weight = both["w"] * both["v"]
        factor = both["f"] * both["g"]
    factor = factor / np.average(factor, weights=weight)
    price = both["price"] / np.average(both["price"], weights=weight)
    keep = [c for c in ("keyword", "hour", "ad_group", "audience", "creative") if c in both]
    return both[keep].assign(weight=weight / weight.sum(), conversion=factor, price=price)


def cells(company: Company) -> pd.DataFrame:
    """One row a reported line: plan `p`, day `d`, its detail and share of clicks."""
    table = plans(company)
    dates = days(company)
    spend = expected(company, planned=False)["spend"]
    fine = table["channel"].isin(["search", "social", "content"]).to_numpy()[:, None]
    fine = fine & within(dates, company["detail_from"])
    p, d = np.nonzero((spend > 0) & ~fine)
    parts = [pd.DataFrame({"p": p, "d": d, "weight": 1.0, "conversion": 1.0, "price": 1.0})]
    for plan, row in enumerate(table.to_dict("records")):
        when = pd.DataFrame({"p": plan, "d": np.nonzero(fine[plan] & (spend[plan] > 0))[0]})
        if len(when):
            usual = template(company, row["channel"], row["category"])
            planted, since = shifted(company, usual, row["home"])
            late = dates[when["d"]] >= since
            parts += [when[late].merge(planted, how="cross"), when[~late].merge(usual, how="cross")]
    return pd.concat(parts, ignore_index=True)


def shifted(company: Company, split: pd.DataFrame, home: str) -> tuple[pd.DataFrame, pd.Timestamp]:
    """The split with the planted shift of its owner (night waste, brand words), and since when."""
    since = pd.Timestamp.max
    for planted in company["splits"]:
        if home == planted["who"] and "keyword" in split:
            hit = split["keyword"].eq(planted["keyword"]) & split["hour"].between(*planted["hours"])
            weight = split["weight"].where(~hit, split["weight"] * planted["clicks"])
            conversion = split["conversion"].where(~hit, planted["conversion"])
            split = split.assign(weight=weight, conversion=conversion)
            since = pd.Timestamp(planted["start"])
    return split, since


def lines(company: Company, seed: int) -> pd.DataFrame:
    """Reported lines with clicks, impressions, spend, orders, carts drawn; `p`, `d` kept."""
    rates = noisy(company, seed)
    draw = stream(seed, "lines")
    line = cells(company)
    one, two, three, four = draw.random((4, len(line)))  # so that a cause moves its own lines alone
    at = (line["p"].to_numpy(), line["d"].to_numpy())
    channel = plans(company)["channel"].to_numpy()[at[0]]
    cpc = rates["cpc"][at] * line["price"].to_numpy()
    mean = rates["spend"][at] / rates["cpc"][at] * line["weight"].to_numpy()
    clicks = poisson.ppf(one, mean).astype(int)
    seen = clicks + poisson.ppf(two, mean * (1 / rates["ctr"][at] - 1)).astype(int)
    chance = np.minimum(rates["cvr"][at] * line["conversion"], 0.6)
    orders = binom.ppf(three, clicks, chance).astype(int)
    cart = np.array([company["channels"][c]["cart"] for c in channel]) * np.sqrt(line["conversion"])
    carts = orders + binom.ppf(four, clicks - orders, cart).astype(int)
    spend = (clicks * cpc * np.exp(draw.normal(0, 0.05, len(line)))).round(2)
    drawn = line.assign(
        impressions=seen,
        clicks=clicks,
        spend=spend,
        add_to_carts=carts,
        orders=orders,
        price=rates["price"][at],
        refund=rates["refund"][at],
    )
    return drawn[drawn["impressions"] > 0].reset_index(drop=True)


def delivered(company: Company, ads: pd.DataFrame) -> pd.DataFrame:
    """The export without the platform's day that was never delivered (缺一天)."""
    table = plans(company)
    gap = company["undelivered"]
    gone = ads["plan_id"].isin(table["plan_id"][table["platform"] == gap["platform"]])
    return ads[~(gone & (ads["date"] == pd.Timestamp(gap["date"])))].reset_index(drop=True)

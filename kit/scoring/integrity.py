"""Is the target fair, is a figure unusual? (目标核对、诚信检查): facts, never a verdict."""

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.store.cache import digest_of, kit_digest, once, remembered
from kit.params import Span
from kit.scoring import kpi
from kit.scoring.card import Scorecards
from kit.scoring.market import positive
from kit.scoring.panel import Panel, growth, of_period, panel
from kit.scoring.progress import burst
from kit.stats.ewc import half_width

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
SURE = 0.8  # 90 % one-sided: a list of targets to look at, as the review's lists
COLUMNS = [
    "specialist_id",
    "indicator",
    "target",
    "actual",
    "expected",
    "ratio",
    "planned",
    "flag",
    "sure",
]


def target_check(tables: "Tables", cards: Scorecards) -> pd.DataFrame:
    """Targets against what was to be expected (目标核对): specialist, indicator, target, expected.

    Sums: own sums a day of the comparison span × the growth that the target assumed of the market
    (else the market's, else last year's), for the days owned. Rates: the team's rates by channel of
    that span over the person's channels × last year's change. `ratio` is target over expected in
    the direction of effort: under 1 is easy; `flag` beyond the scheme's tolerance. `sure`: a sales
    target that budget × ROI target contradicts too, else one that noise cannot excuse.
    """
    rows = cards.indicators[cards.indicators["target"].notna()]
    given = rows.to_json(orient="split", double_precision=15)
    digest = digest_of(tables.digest, kit_digest(), given)
    return once(f"targets-{digest}", lambda: _checked(tables, rows))


def _checked(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """The check of targets themselves, of rows that have one."""
    compare = tables.period.compare
    tasks = rows["indicator"].isin(["plan_completion", "timeliness"])
    rows = rows[rows["branch"].eq("hard") & ~tasks]
    if compare is None:
        blank = rows.assign(expected=np.nan, ratio=np.nan, planned=np.nan, flag="", sure=False)
        return blank[COLUMNS]
    before = panel(tables, compare.start, compare.end)
    parts = [
        _expected(tables, before, compare, part)
        for _, part in rows.groupby("indicator", sort=False)
    ]
    found = pd.concat(parts) if parts else rows.assign(expected=np.nan, noise=np.nan)
    better = found["indicator"].map(lambda i: tables.scheme.library[i].better).astype("str")
    ratio = (found["target"] / found["expected"]) ** np.where(better == "down", -1.0, 1.0)
    edge = tables.scheme.targets.tolerance
    flag = np.select([ratio < 1 - edge, ratio > 1 + edge], ["easy", "hard"], "")
    found["planned"] = _planned(tables, found)
    other = found["planned"].fillna(ratio / (1 + np.where(flag == "easy", -1, 1) * found["noise"]))
    sure = np.where(flag == "easy", other < 1 - edge, other > 1 + edge) & (flag != "")
    return found.assign(ratio=ratio, flag=flag, sure=sure)[COLUMNS].sort_index()


def _expected(tables: "Tables", before: Panel, compare: Span, rows: pd.DataFrame) -> pd.DataFrame:
    """Expected value of one indicator for the people of its rows."""
    of = tables.scheme.library[rows["indicator"].iloc[0]]
    change = _last_year(tables, compare, of)
    if not of.additive:
        mix = _of_mix(tables, compare, of) * change
        return rows.assign(expected=rows["specialist_id"].map(mix).astype(float), noise=np.nan)
    past = kpi.value(before, of, tables.scheme.uncertainty.level)
    noise = pd.Series(half_width(past.se, past.df, SURE) / past.actual, before.people)
    own = past.actual / before.owned.mean(axis=1) / len(before.days)
    beyond = _market(tables, compare, before.people, rows["indicator"].iloc[0])
    expected = pd.Series(np.where(np.isfinite(beyond), 1 + beyond, change) * own, before.people)
    who = rows["specialist_id"]
    expected = expected * _weight_of_days(tables, of)
    return rows.assign(expected=who.map(expected).astype(float), noise=who.map(noise).astype(float))


def _of_mix(tables: "Tables", compare: Span, of: kpi.Indicator) -> pd.Series:
    """The team's rates by channel in the comparison span, over each person's channels of today."""
    if not {of.top, of.under} <= set(tables.facts.columns):
        return pd.Series(dtype=float)
    span = (tables.period.start, tables.period.last_day)
    now, then = (_between(tables.facts, *days) for days in (span, (compare.start, compare.end)))
    sums = then.groupby("channel")[[of.top, of.under]].sum()
    rate = of.scale * sums[of.top] / sums[of.under].where(sums[of.under] > 0)
    mix = now.groupby(["specialist_id", "channel"], as_index=False)[of.under].sum()
    mix["part"] = mix[of.under] * mix["channel"].map(rate).astype(float)
    whole = mix[mix["part"].notna()].groupby("specialist_id")[["part", of.under]].sum()
    return whole["part"] / whole[of.under]


def _planned(tables: "Tables", rows: pd.DataFrame) -> pd.Series:
    """A sales target over budget × ROI target (目标自洽); NaN without both."""
    days = pd.date_range(tables.period.start, tables.period.last_day)
    given = of_period(tables, tables.get("budget"), days, additive=True)
    budget = given.groupby("specialist_id")["budget"].sum(min_count=1)
    roi = rows[rows["indicator"] == "roi"].set_index("specialist_id")["target"]
    who = rows["specialist_id"]
    promised = who.map(budget).astype(float) * who.map(roi).astype(float)
    return (rows["target"] / promised.where(promised > 0)).where(rows["indicator"] == "sales")


def _weight_of_days(tables: "Tables", of: kpi.Indicator) -> pd.Series:
    """Days of the period a person owned plans, each weighed by the shop's figure of the day."""
    period = tables.period
    data = panel(tables, period.start, period.last_day)
    shop = np.nansum(data.daily.get(of.top, data.daily["revenue"]), axis=0)
    return pd.Series(data.owned @ shop / np.mean(shop), data.people)


def _last_year(tables: "Tables", compare: Span, of: kpi.Indicator) -> float:
    """How the shop's figure per day moved between the same spans a year before (去年同期变化).

    Days of a promotion are matched by phase, not by date: last year's means of burst and other days
    are weighed by this year's number of such days. 1.0 where last year is not in the data.
    """
    names = [name for part in (of.top, of.under) for name in part.split(" - ") if name]
    days = tables.plan_days
    if not set(names) <= set(days.columns):
        return 1.0
    daily = days.groupby("date")[list(dict.fromkeys(names))].sum(min_count=1)
    value = daily[of.top] if " - " not in of.top else daily[names[0]] - daily[names[1]]
    now, then = (_aligned(tables, value, span) for span in (tables.period, compare))
    if of.under:
        under = [_aligned(tables, daily[of.under], span) for span in (tables.period, compare)]
        now = now / under[0]
        then = then / under[1]
    change = now / then if then else np.nan
    return float(change) if np.isfinite(change) else 1.0


def _aligned(tables: "Tables", daily: pd.Series, span: Span) -> float:
    """Last year's mean a day, with this year's share of promotion days (事件对齐的日均)."""
    days = pd.date_range(span.start, getattr(span, "last_day", span.end))
    past = daily.reindex(days - pd.DateOffset(years=1))
    today, then = (burst(tables, index) for index in (days, pd.DatetimeIndex(past.index)))
    means = [past[then == on].mean() if (then == on).any() else past.mean() for on in (False, True)]
    return float(np.average(means, weights=[(~today).sum(), today.sum()]))


def _market(tables: "Tables", compare: Span, people: tuple[str, ...], indicator: str) -> Array:
    """Growth the target assumed, else what the market did (大盘); NaN where neither is known.

    What the market did beyond the assumption is the market adjustment's business, not the target's.
    """
    rows = tables.get("targets")
    rows = rows[(rows["period_id"] == tables.period.id) & (rows["indicator"] == indicator)]
    assumed = rows[rows["stage"].isna()].groupby("specialist_id")["assumed_market_growth"].mean()
    seen = growth(tables, tables.period.start, tables.period.last_day, people)
    said = assumed.reindex(people).to_numpy(float)
    return np.where(np.isfinite(said), said, seen)


def _between(rows: pd.DataFrame, start: object, end: object) -> pd.DataFrame:
    return rows[rows["date"].between(pd.Timestamp(str(start)), pd.Timestamp(str(end)))]


def integrity(tables: "Tables") -> pd.DataFrame:
    """What is unusual a person (诚信检查): specialist, rule, value, usual, flag.

    end_spike   : last days' share of the team's sales over the share before
    end_refunds : refund rate of those days, and of the days before; NaN where not measured
    brand_share : share of clicks on brand words, and in the comparison span
    net_sales   : sales less refunds, beside sales
    """
    return remembered(tables, "integrity", _unusual)


def _unusual(tables: "Tables") -> pd.DataFrame:
    period = tables.period
    limits = tables.scheme.integrity
    data = panel(tables, period.start, period.last_day)
    sales = data.daily["revenue"]
    back = data.daily["refund_amount"]
    last = np.arange(len(data.days)) >= len(data.days) - limits.last_days
    spike = _spike(tables, data, last)
    paid = data.daily["order_revenue"]
    rates = [back[:, d].sum(axis=1) / positive(paid[:, d].sum(axis=1)) for d in (last, ~last)]
    net = np.nansum(sales, 1) - back.sum(axis=1)
    none = np.zeros(len(spike), bool)
    found = {
        "end_spike": (spike, np.ones(len(spike)), spike > limits.spike),
        "end_refunds": (*rates, rates[0] - rates[1] > limits.refund_jump),
        "brand_share": _brand(tables, data.people),
        "net_sales": (net, np.nansum(sales, 1), none),
    }
    parts = [
        pd.DataFrame(
            {
                "specialist_id": data.people,
                "rule": rule,
                "value": value,
                "usual": usual,
                "flag": flag,
            }
        )
        for rule, (value, usual, flag) in found.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _spike(tables: "Tables", data: Panel, last: Array) -> Array:
    """Last days' share of the team's sales over the share before (期末冲量), of the same plans."""
    rows = _between(tables.plan_days, data.days[0], data.days[-1])
    owner = tables.facts[tables.facts["date"] == data.days[-1]].set_index("plan_id")
    rows = rows.merge(owner[["specialist_id", "share"]], left_on="plan_id", right_index=True)
    sums = (rows["revenue"] * rows["share"]).groupby([rows["specialist_id"], rows["date"]]).sum()
    own = sums.unstack().reindex(index=list(data.people), columns=data.days).fillna(0).to_numpy()
    share = own / positive(own.sum(axis=0))
    return share[:, last].mean(axis=1) / positive(share[:, ~last].mean(axis=1))


def _brand(tables: "Tables", people: tuple[str, ...]) -> tuple[Array, Array, Array]:
    """Share of clicks on brand words (品牌词占比) now and in the comparison span."""
    terms = tables.scheme.integrity.brand_terms
    period = tables.period
    compare = period.compare
    if not terms or compare is None:
        blank = np.full(len(people), np.nan)
        return blank, blank, np.zeros(len(people), bool)
    shares = []
    for span in ((period.start, period.last_day), (compare.start, compare.end)):
        rows = tables.drill(["specialist_id", "keyword"], *span).dropna(subset="keyword")
        brand = rows["keyword"].str.contains("|".join(map(re.escape, terms)), regex=True)
        rows = rows.assign(brand=rows["clicks"].where(brand, 0.0))
        sums = rows.groupby("specialist_id")[["brand", "clicks"]].sum()
        shares.append((sums["brand"] / positive(sums["clicks"])).reindex(people).to_numpy())
    return *shares, shares[0] > tables.scheme.integrity.brand_jump * shares[1]

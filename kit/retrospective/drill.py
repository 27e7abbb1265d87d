"""Where the money works and where it does not (下钻): what to push, stop, watch; wasted spend.

A unit's ROI is drawn toward its dimension's as far as its noise says (normal empirical Bayes on the
log scale); the noise is that of the money as it arrives, fitted over all units of the dimension
(kit.stats.dispersion). Lists are searches: Benjamini-Hochberg over all units of a dimension, and
the yuan follow the shrunk figure. Every entry says its interval.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.facts import SUMS
from kit.data.tables import Tables
from kit.retrospective.scope import between, this_span
from kit.scheme.sections import Retrospective
from kit.stats.dispersion import of_units
from kit.stats.multiple import bh, rejected
from kit.stats.shrink import normal_eb, posterior

Array = np.ndarray
UNITS = ["plan_id", "keyword", "audience", "creative", "quarter"]  # the last: keyword × 6 hours
SAME = 0.6  # a segment is told by another one that makes up this share of its effect
BLOCK = 7  # days: longer than the memory of daily noise
FEW_ORDERS = 10  # orders under which nothing is pushed: too few to say
WIDE = np.log(1000.0)  # beyond it an interval of a ratio says nothing: returns nearly equal sales
LISTED = ["plan_id", "spend", "clicks", "orders", "revenue", "roi", "shrunk", "low", "high"]
LISTED += ["p_adjusted", "list", "yuan", "yuan_low", "yuan_high", "dimension", "name"]
FIXED = 0.01  # relative spread of daily spend over sales under which it is a commission


@dataclass(frozen=True)
class Yardstick:
    """What a unit is measured by: target ROI, break-even ROI, where both come from."""

    target: float
    target_source: str
    break_even: float
    margin: float | None
    conversion: float
    order_value: float


def commissioned(tables: Tables) -> set[str]:
    """Plans whose spend is a fixed share of sales (按成交付佣): more of it cannot be bought."""
    days = tables.plan_days
    days = days[(days["revenue"] > 0) & (days["spend"] > 0)]
    share = (days["spend"] / days["revenue"]).groupby(days["plan_id"]).agg(["mean", "std", "size"])
    fixed = (share["size"] >= BLOCK) & (share["std"] < FIXED * share["mean"])
    return set(share.index[fixed])


def yardstick(tables: Tables) -> Yardstick:
    """Target and break-even ROI of the team (标尺): from targets and margins, else said."""
    span = this_span(tables)
    rules = tables.scheme.retrospective
    facts = between(tables.plan_days, span)
    sums = facts[list(SUMS)].sum()
    targets = tables.get("targets")
    mine = targets[(targets["period_id"] == span.id) & (targets["indicator"] == "roi")]
    spend = between(tables.facts, span).groupby("specialist_id")["spend"].sum()
    weight = mine["specialist_id"].map(spend).fillna(0).astype(float)
    own = float(sums["revenue"] / sums["spend"]) if sums["spend"] > 0 else 0.0
    known = weight.sum() > 0
    target = float(np.average(mine["target"], weights=weight)) if known else own
    margin = rules.gross_margin
    margin = tables.gross_margin(span.start, span.end) if margin is None else margin
    value = float(sums["revenue"] / sums["orders"]) if sums["orders"] > 0 else 0.0
    rate = float(sums["orders"] / sums["clicks"]) if sums["clicks"] > 0 else 0.0
    aim = rate * target / own if own > 0 else rate
    source = "targets" if known else "team"
    return Yardstick(target, source, 1 / margin if margin else 1.0, margin, aim, value)


def lists(tables: Tables) -> pd.DataFrame:
    """Units to push, stop and watch (加码、止损、观察), with ROI, its interval, and yuan.

    push : above the target ROI, BH over all units of the dimension at 1 - `list_level`; yuan =
           sales above target at today's spend by the shrunk ROI
    stop : under break-even likewise and spend over `stop_cost` target costs per order, or no order
           where that is unlikely at break-even and at the target rate; yuan = spend less gross
           profit, by the shrunk ROI
    """
    by = yardstick(tables)
    paid_by_sale = commissioned(tables)
    parts = []
    for unit in UNITS:
        found = units(tables, unit)
        if len(found.rows):
            judged = _judged(found, by, tables.scheme.retrospective, paid_by_sale)
            parts.append(judged.assign(dimension=unit, name=found.rows[unit]))
    if not parts:
        return pd.DataFrame(columns=LISTED)
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values("yuan", ascending=False, ignore_index=True)


def worth(listed: pd.DataFrame, which: str, least: float) -> pd.DataFrame:
    """Entries of a list with at least this share of the spend at stake: worth a sentence."""
    floor = least * listed.loc[listed["dimension"] == "plan_id", "spend"].sum()
    return listed[(listed["list"] == which) & (listed["yuan"] > floor)]


def first_three(listed: pd.DataFrame, which: str, least: float) -> pd.DataFrame:
    """The three entries with most yuan that do not overlap (前三项): one a plan.

    Hours that make up most of a loss are named instead of the whole keyword or plan.
    """
    chosen = worth(listed, which, least)
    exact: pd.Series = chosen["yuan"] / np.where(chosen["dimension"] == "quarter", SAME, 1.0)
    one = chosen.assign(exact=exact).sort_values("exact", ascending=False)
    return one.drop_duplicates("plan_id").sort_values("yuan", ascending=False).head(3)


def waste(tables: Tables) -> pd.DataFrame:
    """Spend that brought less gross profit than it cost (浪费), by keyword and hour.

    A plan's keyword is judged by quarters of the day, as `stop` in `lists`, since single hours are
    too few; the yuan (spend less gross profit) fall to the hours in which they arose.
    """
    by, found = yardstick(tables), units(tables, "quarter")
    if found.rows.empty:
        return pd.DataFrame(columns=["keyword", "hour", "yuan", "spend"])
    judged = _judged(found, by, tables.scheme.retrospective, commissioned(tables))
    stopped = found.rows.loc[judged["list"] == "stop", ["plan_id", "quarter"]]
    rows, lossy = _hours(tables), pd.MultiIndex.from_frame(stopped)
    inside = pd.MultiIndex.from_frame(rows[["plan_id", "quarter"]]).isin(lossy)
    lost = (rows["spend"] - rows["revenue"] / by.break_even).where(inside, 0.0)
    cells = rows.assign(yuan=lost).groupby(["keyword", "hour"], as_index=False)
    return cells[["yuan", "spend"]].sum()


@dataclass(frozen=True)
class Units:
    """Units of a dimension: sums a row, and their sales and spend by day (units × days)."""

    rows: pd.DataFrame
    sales: Array
    spend: Array


def units(tables: Tables, unit: str) -> Units:
    """Sums of the team's plans by a unit of each (单元合计), only those with clicks and spend."""
    span, keys = this_span(tables), list(dict.fromkeys(["plan_id", unit]))
    read = ["plan_id", "keyword", "hour"] if unit == "quarter" else keys
    daily = tables.drill([*read, "date"], span.start, span.end).dropna(subset=read)
    daily = daily[daily["plan_id"].isin(team_plans(tables))]
    daily = daily.assign(quarter=_quarter(daily)) if unit == "quarter" else daily
    of = daily.groupby(keys, sort=True)
    rows = of[list(SUMS)].sum(min_count=1).reset_index()
    n = (pd.Timestamp(span.end) - pd.Timestamp(span.start)).days + 1
    at = of.ngroup().to_numpy() * n + (daily["date"] - pd.Timestamp(span.start)).dt.days.to_numpy()
    sales, spend = (
        np.bincount(at, daily[m].fillna(0).to_numpy(float), len(rows) * n).reshape(-1, n)
        for m in ("revenue", "spend")
    )
    kept = ((rows["clicks"] > 0) & (rows["spend"] > 0)).to_numpy()
    return Units(rows[kept].reset_index(drop=True), sales[kept], spend[kept])


def _quarter(rows: pd.DataFrame) -> pd.Series:
    """Keyword × six hours of the day (关键词 × 六小时段)."""
    first = rows["hour"].astype(int) // 6 * 6
    ends = first.astype(str) + ":00–" + (first + 5).astype(str) + ":59"
    return rows["keyword"].astype(str) + " " + ends


def _hours(tables: Tables) -> pd.DataFrame:
    """Sums of the team's plans by keyword and hour, and the quarter each hour is in."""
    keys, span = ["plan_id", "keyword", "hour"], this_span(tables)
    rows = tables.drill(keys, span.start, span.end).dropna(subset=keys)
    rows = rows[rows["plan_id"].isin(team_plans(tables))]
    return rows.assign(quarter=_quarter(rows))


@dataclass(frozen=True)
class Returns:
    """ROI of units on the log scale: raw, its error, and the posterior over like units."""

    log: Array
    error: Array
    mean: Array
    spread: Array


def returns(found: Units, comparable: Array) -> Returns:
    """Each unit's ROI with its noise, drawn toward the common one (收缩后的 ROI).

    comparable : (units,) bool; a commission's ROI is a contract and tells nothing of the others
    Half an average order is added to both sides of a ratio: no order is no -infinity. Residuals
    are those from the common rate, then from the shrunk ones. Negative sales count as 0 here.
    """
    chosen = comparable if comparable.any() else np.ones(len(comparable), bool)
    spend, sales = found.spend.sum(axis=1), found.sales.sum(axis=1)
    orders, common = found.rows["orders"].to_numpy(float), sales[chosen].sum() / spend[chosen].sum()
    value = sales[chosen].sum() / max(orders[chosen].sum(), 1)
    if common <= 0:
        blank = np.full(len(spend), -np.inf)
        return Returns(blank, np.full(len(spend), np.inf), blank, np.zeros(len(spend)))
    expected = common * spend / value
    log = np.log((np.maximum(sales, 0) + value / 2) / (common * spend + value / 2))
    rate = np.full(len(spend), common)
    for _ in range(2):
        noise = of_units(
            found.sales[chosen], found.spend[chosen], expected[chosen], rate[chosen]
        ).variance(expected)
        noise = np.maximum(noise, 1e-8)
        drawn = posterior(log, noise, chosen)
        rate = common * np.exp(drawn.mean)
    base = np.log(common)
    return Returns(log + base, np.sqrt(noise), drawn.mean + base, drawn.se)


def shrunk(events: Array, base: Array, level: float) -> tuple[Array, Array, Array]:
    """Rates shrunk toward their common mean (收缩后的比率): mean, low, high, per unit.

    Gamma prior with the mean and the between-unit variance (DerSimonian-Laird) of the group.
    """
    mean = events.sum() / base.sum()
    if mean <= 0:
        return np.zeros(len(base)), np.zeros(len(base)), -np.log((1 - level) / 2) / base
    between_units = normal_eb(events / base, mean / base).tau2 if len(base) > 1 else mean**2
    rate = mean / max(between_units, 1e-4 * mean**2)
    shape = events + rate * mean
    scale = 1 / (base + rate)
    low, high = (stats.gamma.ppf(q, shape, scale=scale) for q in ((1 - level) / 2, (1 + level) / 2))
    return shape * scale, low, high


def _judged(
    found: Units, by: Yardstick, rules: Retrospective, paid_by_sale: set[str]
) -> pd.DataFrame:
    """ROI with bounds, and the list each row belongs to."""
    rows, alpha = found.rows, 1 - rules.list_level
    paid = rows["plan_id"].isin(paid_by_sale).to_numpy()
    of, z = returns(found, ~paid), stats.norm.ppf((1 + rules.list_level) / 2)
    half = np.where(z * of.spread < WIDE, z * of.spread, np.nan)
    logs = {"shrunk": of.mean, "low": of.mean - half, "high": of.mean + half}
    silent, counted = (rows["orders"] == 0).to_numpy(), _by_orders(rows, rules.list_level)
    out = rows[["plan_id", "spend", "clicks", "orders", "revenue"]].assign(
        roi=rows["revenue"] / rows["spend"],
        **{k: np.where(silent, counted[k], np.exp(v)) for k, v in logs.items()},
    )
    over, under = _chances(out, of, by, rules)
    above, below = (np.array(rejected(p, alpha)) for p in (over, under))
    enough = out["spend"] > rules.stop_cost * by.order_value / by.target if by.target else False
    stop = below & (out["shrunk"] < by.break_even) & (enough | (out["orders"] == 0))
    push = above & (out["shrunk"] > by.target) & (out["orders"] >= FEW_ORDERS)
    which = np.select([stop, push & paid, push], ["stop", "commission", "push"], "watch")
    return out.assign(list=which, p_adjusted=np.minimum(over, under), **_stake(out, which, by))


def _by_orders(rows: pd.DataFrame, level: float) -> dict[str, Array]:
    """ROI of a unit without orders, by how many there should be: values tell nothing of it."""
    value = rows["revenue"].sum() / max(rows["orders"].sum(), 1)
    orders = rows["orders"].to_numpy(float), rows["spend"].to_numpy(float)
    found = shrunk(*orders, level)
    return {k: value * v for k, v in zip(("shrunk", "low", "high"), found, strict=True)}


def _chances(
    out: pd.DataFrame, of: Returns, by: Yardstick, rules: Retrospective
) -> tuple[Array, Array]:
    """BH-adjusted one-sided chances of an ROI this high at target, this low at break-even.

    No order at all is judged by the orders that break-even asks for, since no value is in it; and
    only where the target rate makes it rarer than `waste_chance`.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        over = stats.norm.sf((of.log - np.log(by.target)) / of.error)
        under = stats.norm.cdf((of.log - np.log(by.break_even)) / of.error)
    silent, value = (out["orders"] == 0).to_numpy(), max(by.order_value, 1e-9)
    none = np.exp(-by.break_even * out["spend"].to_numpy() / value)
    likely = np.exp(-out["clicks"].to_numpy() * by.conversion) >= rules.waste_chance
    under = np.where(silent, np.where(likely, 1.0, none), under)
    return bh(np.nan_to_num(over, nan=1.0)), bh(np.nan_to_num(under, nan=1.0))


def _stake(out: pd.DataFrame, which: Array, by: Yardstick) -> dict[str, Array]:
    """Yuan at stake (涉及金额) by the shrunk ROI and at both of its bounds; 0 for the others."""
    stake = {}
    for name, roi in (("yuan", "shrunk"), ("yuan_low", "low"), ("yuan_high", "high")):
        gain = out["spend"] * (out[roi] - by.target)
        lost = out["spend"] * (1 - out[roi] / by.break_even)
        stake[name] = np.select([which == "stop", which == "push"], [lost, gain], 0.0)
    turned = which == "stop"  # the highest ROI is the smallest loss
    low, high = stake["yuan_low"], stake["yuan_high"]
    ends = {"yuan_low": np.where(turned, high, low), "yuan_high": np.where(turned, low, high)}
    return stake | ends


def team_plans(tables: Tables) -> pd.Series:
    """Plans of the period's team; all plans when the team is all."""
    if tables.period.team == "all":
        return tables.plan_days["plan_id"].drop_duplicates()
    roster = tables.get("roster")
    mine = roster.loc[roster["team"].isin(tables.period.team), "specialist_id"]
    return tables.facts.loc[tables.facts["specialist_id"].isin(mine), "plan_id"].drop_duplicates()

"""Where the money works and where it does not (下钻): what to push, stop, watch; wasted spend.

Rates of small units are shrunk toward their dimension (gamma-Poisson empirical Bayes), so that
orders may exceed clicks; every list entry says its interval and its yuan.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.facts import SUMS
from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.scope import between, this_span
from kit.scheme.sections import Retrospective
from kit.stats.shrink import normal_eb

Array = np.ndarray
UNITS = ["plan_id", "keyword", "audience", "creative", "quarter"]  # the last: keyword × 6 hours
SAME = 0.6  # a segment is told by another one that makes up this share of its effect
BLOCK = 7  # days: longer than the memory of daily noise
PSEUDO_ORDERS = 10  # orders of its dimension that a unit's order value is blended with
LISTED = ["plan_id", "spend", "clicks", "orders", "revenue", "roi", "shrunk", "low", "high"]
LISTED += ["list", "yuan", "dimension", "name"]
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

    push : lower bound above the target ROI; yuan = sales above target at today's spend
    stop : upper bound under break-even and spend over `stop_cost` target costs per order, or no
           order where that is unlikely at the target rate; yuan = spend less gross profit
    """
    by = yardstick(tables)
    paid_by_sale = commissioned(tables)
    span = this_span(tables)
    rules = tables.scheme.retrospective
    parts = []
    for unit in UNITS:
        rows = _quarters(tables, span)[0] if unit == "quarter" else _units(tables, unit, span)
        if len(rows):
            judged = _judged(rows, by, rules)
            paid = judged["plan_id"].isin(paid_by_sale) & (judged["list"] == "push")
            judged["list"] = judged["list"].mask(paid, "commission")
            judged["yuan"] = judged["yuan"].mask(paid, 0.0)
            parts.append(judged.assign(dimension=unit, name=rows[unit]))
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
    by = yardstick(tables)
    parts, rows = _quarters(tables, this_span(tables))
    if parts.empty:
        return pd.DataFrame(columns=["keyword", "hour", "yuan", "spend"])
    judged = _judged(parts, by, tables.scheme.retrospective)
    lossy = pd.MultiIndex.from_frame(parts.loc[judged["list"] == "stop", ["plan_id", "quarter"]])
    inside = pd.MultiIndex.from_frame(rows[["plan_id", "quarter"]]).isin(lossy)
    lost = (rows["spend"] - rows["revenue"] / by.break_even).where(inside, 0.0)
    cells = rows.assign(yuan=lost).groupby(["keyword", "hour"], as_index=False)
    return cells[["yuan", "spend"]].sum()


def _units(tables: Tables, unit: str, span: Span) -> pd.DataFrame:
    """Sums of the team's plans by a unit of each (单元合计), only those with clicks and spend."""
    keys = list(dict.fromkeys(["plan_id", unit]))
    rows = tables.drill(keys, span.start, span.end).dropna(subset=keys)
    rows = rows[rows["plan_id"].isin(team_plans(tables))]
    return rows[(rows["clicks"] > 0) & (rows["spend"] > 0)].reset_index(drop=True)


def _quarters(tables: Tables, span: Span) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keywords by quarters of the day (关键词 × 六小时段): sums, and the hours they come from."""
    keys = ["plan_id", "keyword", "hour"]
    rows = tables.drill(keys, span.start, span.end).dropna(subset=keys)
    rows = rows[rows["plan_id"].isin(team_plans(tables))]
    first = rows["hour"].astype(int) // 6 * 6
    ends = first.astype(str) + ":00–" + (first + 5).astype(str) + ":59"
    rows = rows.assign(quarter=rows["keyword"].astype(str) + " " + ends)
    parts = rows.groupby(["plan_id", "quarter"], as_index=False)[list(SUMS)].sum(min_count=1)
    return parts[(parts["clicks"] > 0) & (parts["spend"] > 0)].reset_index(drop=True), rows


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


def _judged(rows: pd.DataFrame, by: Yardstick, rules: Retrospective) -> pd.DataFrame:
    """ROI with bounds, and the list each row belongs to."""
    rate, low, high = shrunk(rows["orders"].to_numpy(), rows["clicks"].to_numpy(), rules.list_level)
    common = rows["revenue"].sum() / max(rows["orders"].sum(), 1)
    blended = rows["revenue"] + PSEUDO_ORDERS * common
    per_yuan = (blended / (rows["orders"] + PSEUDO_ORDERS)) * rows["clicks"] / rows["spend"]
    out = rows[["plan_id", "spend", "clicks", "orders", "revenue"]].assign(
        roi=rows["revenue"] / rows["spend"],
        shrunk=rate * per_yuan,
        low=low * per_yuan,
        high=high * per_yuan,
    )
    enough = out["spend"] > rules.stop_cost * by.order_value / by.target if by.target else False
    chance = np.exp(-out["clicks"] * by.conversion)
    barren = (out["orders"] == 0) & (chance < rules.waste_chance)
    barren &= out["low"] < by.break_even  # else its like earn too much for a verdict
    stop = ((out["high"] < by.break_even) & enough) | barren
    push = (out["low"] > by.target) & (out["orders"] > 0)
    gain = out["spend"] * (out["roi"] - by.target)
    lost = out["spend"] - out["revenue"] / by.break_even
    out["list"] = np.select([stop & (lost > 0), push], ["stop", "push"], "watch")
    which = [out["list"] == "stop", out["list"] == "push"]
    return out.assign(yuan=np.select(which, [lost, gain], 0))


def team_plans(tables: Tables) -> pd.Series:
    """Plans of the period's team; all plans when the team is all."""
    if tables.period.team == "all":
        return tables.plan_days["plan_id"].drop_duplicates()
    roster = tables.get("roster")
    mine = roster.loc[roster["team"].isin(tables.period.team), "specialist_id"]
    return tables.facts.loc[tables.facts["specialist_id"].isin(mine), "plan_id"].drop_duplicates()

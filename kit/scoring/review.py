"""Over periods and over the scheme (多期与方案复核): reliability, trend, mix, idle indicators."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from kit.scoring import market

if TYPE_CHECKING:
    from kit.data.tables import Tables

Margin = float | Mapping[str, float] | None
TWINS = 0.9
FLAT = 2.0
MET = 0.9
FEW = 8  # correlation; spread in points; share met; rows needed
CLEAR = 0.1  # rates closer than 10 % do not change places in any sense that matters


def reliability(past: pd.DataFrame) -> dict[str, float | None]:
    """How well one period's total tells the next (信度): mean correlation, and of k periods.

    past    : totals with `period_id`, `specialist_id`, `total`
    Returns : single (mean correlation between periods, Fisher's z), n (periods), mean_of_n by
              Spearman-Brown k r / (1 + (k - 1) r); None with fewer than 2 periods or 4 people
    """
    wide = past.pivot(index="specialist_id", columns="period_id", values="total")
    both = wide.corr(min_periods=4).to_numpy()
    r = both[np.triu_indices(len(both), 1)]
    r = r[~np.isnan(r)]
    n = wide.shape[1]
    if not len(r):
        return {"single": None, "n": n, "mean_of_n": None}
    single = float(np.tanh(np.arctanh(np.clip(r, -0.999, 0.999)).mean()))
    return {"single": single, "n": n, "mean_of_n": spearman_brown(single, n)}


def spearman_brown(single: float, n: float) -> float | None:
    """Reliability of the mean of n periods (斯皮尔曼-布朗): n r / (1 + (n - 1) r).

    >>> round(spearman_brown(0.5, 3), 2)
    0.75
    """
    under = 1 + (n - 1) * single
    return n * single / under if under > 0 else None


def trend(past: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Change of the total a period (趋势), least squares with a t interval; NaN under 3 periods.

    past : from `alike`: periods that are not compared have no total
    Returns : specialist_id, n, slope, ci_low, ci_high; `direction` up or down where the interval
              leaves out 0 and no value of what some period lacks could turn the slope, else empty
    """
    order = {name: n for n, name in enumerate(dict.fromkeys(past["period_id"]))}
    rows = past.assign(x=past["period_id"].map(order).astype(float))
    sums = _sums(rows.dropna(subset="total"))
    slope = sums["xy"] / sums["xx"].where(sums["n"] > 2)
    rest = (sums["yy"] - slope * sums["xy"]).clip(lower=0) / (sums["n"] - 2)
    half = stats.t.ppf((1 + level) / 2, sums["n"] - 2) * np.sqrt(rest / sums["xx"])
    out = pd.DataFrame(
        {"n": sums["n"], "slope": slope, "ci_low": slope - half, "ci_high": slope + half}
    )
    least, most = _turns(rows, out.index)
    ways = [(out["ci_low"] > 0) & (least > 0), (out["ci_high"] < 0) & (most < 0)]
    out = out.assign(direction=np.select(ways, ["up", "down"], ""))
    return out.rename_axis("specialist_id").reset_index()


def _sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Sums of squares and products of period and total about a person's means."""
    of = rows.groupby("specialist_id")
    x, y = rows["x"] - of["x"].transform("mean"), rows["total"] - of["total"].transform("mean")
    sums = pd.DataFrame(
        {"id": rows["specialist_id"], "xx": x * x, "xy": x * y, "yy": y * y, "n": 1}
    )
    return sums.groupby("id").sum()


def _turns(rows: pd.DataFrame, people: pd.Index) -> tuple[pd.Series, pd.Series]:
    """Least and largest slope that a person's periods allow, whatever they lack (走势上下限)."""
    if "least_total" not in rows:
        rows = rows.assign(least_total=rows["total"], most_total=rows["total"])
    rows = rows.dropna(subset="least_total")
    x = rows["x"] - rows.groupby("specialist_id")["x"].transform("mean")
    ends = rows[["least_total", "most_total"]].mul(x, axis=0)
    keys = rows["specialist_id"]
    found = [end.groupby(keys).sum() for end in (ends.min(axis=1), ends.max(axis=1))]
    under = (x * x).groupby(keys).sum()
    least, most = ((end / under.where(under > 0)).reindex(people) for end in found)
    return least, most


def scheme_review(past: pd.DataFrame, margin: Margin = None) -> pd.DataFrame:
    """Which indicators do their work (方案复核): spread, share that meets, goal, twins.

    past    : indicator rows of several periods with `period_id`
    margin  : gross margin of all, or by person; who has none does not count toward the goal
    goal    : correlation with a person's contribution (sales × margin − spend) from period to
              period; NaN without a margin
    flag    : always_met (nine in ten at 100 points or more), flat (spread under 2 points),
              redundant (correlation of 0.9 or more with a named twin), drift (against the goal:
              upper 95 % bound of `goal` under 0), or empty
    """
    rows = past.dropna(subset="points")
    of = rows.groupby("indicator", sort=False)["points"]
    spread = rows.groupby(["indicator", "period_id"])["points"].std().groupby("indicator").mean()
    met = of.apply(lambda p: float((p >= 100).mean()))
    wide = rows.pivot(index=["period_id", "specialist_id"], columns="indicator", values="points")
    goal, high = _goal(past, wide, margin)
    out = pd.DataFrame(
        {
            "n": of.size(),
            "mean": of.mean(),
            "spread": spread,
            "met": met,
            "goal": goal,
            "twin": _twins(wide),
        }
    )
    flags = [out["met"] >= MET, out["spread"] < FLAT, out["twin"] != "", high < 0]
    out["flag"] = np.select(flags, ["always_met", "flat", "redundant", "drift"], "")
    order = list(dict.fromkeys(rows["indicator"]))
    return out.reindex(order).rename_axis("indicator").reset_index()


def _twins(points: pd.DataFrame) -> pd.Series:
    """The indicator with which each correlates most, from 0.9 up; else empty (高度相关的指标)."""
    both = points.corr(min_periods=FEW).to_numpy(copy=True)
    np.fill_diagonal(both, np.nan)
    near = np.where(np.isnan(both), 0, np.abs(both))
    best = near.argmax(axis=1) if near.size else np.array([], int)
    twin = pd.Series(points.columns[best], points.columns)
    return twin.where(near.max(axis=1, initial=0) >= TWINS, "")


def _goal(past: pd.DataFrame, points: pd.DataFrame, margin: Margin) -> tuple[Any, Any]:
    """Correlation of each indicator with the contribution, within people, and its upper bound."""
    keys = ["period_id", "specialist_id"]
    blank = pd.Series(np.nan, points.columns)
    if margin is None or not {"sales", "roi"} <= set(points):
        return blank, blank
    who = points.index.get_level_values("specialist_id")
    share = who.map(margin).to_numpy(float) if isinstance(margin, Mapping) else margin
    actual = past.pivot(index=keys, columns="indicator", values="actual").reindex(points.index)
    profit = pd.DataFrame({"all": actual["sales"] * (share - 1 / actual["roi"])})
    x, y = (part - part.groupby("specialist_id").transform("mean") for part in (points, profit))
    n = (x.notna() & y[["all"]].notna().to_numpy()).sum()
    r = x.corrwith(y["all"]).where(n >= FEW)
    with np.errstate(invalid="ignore", divide="ignore"):
        return r, np.tanh(np.arctanh(r) + 1.96 / np.sqrt(n - 3))


def standardised(tables: "Tables", indicator: str) -> pd.DataFrame:
    """Crude rate beside the rate on the team's channel mix (标准化比率), by person.

    reversed : with how many colleagues the order turns by 10 % or more both ways. People without
    a channel that others have are measured against the shop on their own channels.
    """
    of = tables.scheme.library[indicator]
    period = tables.period
    facts = tables.facts
    inside = facts["date"].between(pd.Timestamp(period.start), pd.Timestamp(period.last_day))
    sums = facts[inside].groupby(["channel", "specialist_id"])[[of.top, of.under]].sum()
    events, n = (sums[name].unstack(fill_value=0) for name in (of.top, of.under))
    share = n.sum(axis=1).to_numpy()[:, None] * (n.to_numpy() > 0)
    rate = events.to_numpy() / market.positive(n.to_numpy())
    shop = (events.sum(axis=1) / market.positive(n.sum(axis=1))).to_numpy()[:, None]
    usual = market.positive(np.nansum(shop * share, axis=0))
    fair = np.nansum(rate * share, axis=0) / usual
    crude, _ = market.standardised(events.to_numpy(float), n.to_numpy(float))
    level = fair * float(events.to_numpy().sum() / market.positive(n.to_numpy().sum()))
    turned = _apart(crude) * _apart(level) < 0
    return pd.DataFrame(
        {
            "specialist_id": n.columns,
            "indicator": indicator,
            "crude": crude * of.scale,
            "standardised": level * of.scale,
            "reversed": turned.sum(axis=1),
        }
    )


def _apart(rate: np.ndarray) -> np.ndarray:
    """Sign of each pair's difference, 0 where it is too small to matter (差得出的先后)."""
    gap, least = np.subtract.outer(rate, rate), np.minimum.outer(rate, rate)
    return np.where(np.abs(gap) > CLEAR * least, np.sign(gap), 0)

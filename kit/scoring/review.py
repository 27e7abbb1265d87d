"""Over periods and over the scheme (多期与方案复核): reliability, trend, mix, idle indicators."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from kit.scoring import market
from kit.scoring.kpi import indicators

if TYPE_CHECKING:
    from kit.data.load import Tables

Array = np.ndarray
TWINS, FLAT, MET = 0.9, 2.0, 0.9  # correlation; spread in points; share that meets the target
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
    """Change of the total a period (趋势), least squares with a t interval; NaN under 3 periods."""
    order = {name: n for n, name in enumerate(dict.fromkeys(past["period_id"]))}
    rows = past.dropna(subset="total").assign(x=lambda d: d["period_id"].map(order))
    of = rows.groupby("specialist_id")
    x, y = rows["x"] - of["x"].transform("mean"), rows["total"] - of["total"].transform("mean")
    sums = pd.DataFrame(
        {"id": rows["specialist_id"], "xx": x * x, "xy": x * y, "yy": y * y, "n": 1}
    )
    sums = sums.groupby("id").sum()
    slope = sums["xy"] / sums["xx"].where(sums["n"] > 2)
    rest = (sums["yy"] - slope * sums["xy"]).clip(lower=0) / (sums["n"] - 2)
    half = stats.t.ppf((1 + level) / 2, sums["n"] - 2) * np.sqrt(rest / sums["xx"])
    out = pd.DataFrame(
        {"n": sums["n"], "slope": slope, "ci_low": slope - half, "ci_high": slope + half}
    )
    return out.rename_axis("specialist_id").reset_index()


def scheme_review(past: pd.DataFrame) -> pd.DataFrame:
    """Which indicators do their work (方案复核): spread, share that meets, twins.

    past    : indicator rows of several periods with `period_id`
    flag    : always_met (nine in ten at 100 points or more), flat (spread under 2 points),
              redundant (correlation of 0.9 or more with a named twin), or empty
    """
    rows = past.dropna(subset="points")
    of = rows.groupby("indicator", sort=False)["points"]
    spread = rows.groupby(["indicator", "period_id"])["points"].std().groupby("indicator").mean()
    met = of.apply(lambda p: float((p >= 100).mean()))
    wide = rows.pivot(index=["period_id", "specialist_id"], columns="indicator", values="points")
    both = wide.corr(min_periods=8).to_numpy(copy=True)
    np.fill_diagonal(both, np.nan)
    near = np.where(np.isnan(both), 0, np.abs(both))
    best = near.argmax(axis=1) if near.size else np.array([], int)
    twin = pd.Series(wide.columns[best], wide.columns).where(
        near.max(axis=1, initial=0) >= TWINS, ""
    )
    out = pd.DataFrame(
        {"n": of.size(), "mean": of.mean(), "spread": spread, "met": met, "twin": twin}
    )
    flags = [out["met"] >= MET, out["spread"] < FLAT, out["twin"] != ""]
    out["flag"] = np.select(flags, ["always_met", "flat", "redundant"], "")
    return (
        out.reindex(list(dict.fromkeys(rows["indicator"]))).rename_axis("indicator").reset_index()
    )


def standardised(tables: "Tables", indicator: str) -> pd.DataFrame:
    """Crude rate beside the rate on the team's channel mix (标准化比率), by person.

    reversed : with how many colleagues the order turns by 10 % or more both ways. People without
    a channel that others have are measured against the shop on their own channels.
    """
    of, period = indicators()[indicator], tables.period
    facts = tables.facts
    inside = facts["date"].between(pd.Timestamp(period.start), pd.Timestamp(period.last_day))
    sums = facts[inside].groupby(["channel", "specialist_id"])[[of.top, of.under]].sum()
    events, n = (sums[name].unstack(fill_value=0) for name in (of.top, of.under))
    share = n.sum(axis=1).to_numpy()[:, None] * (n.to_numpy() > 0)
    rate = events.to_numpy() / np.where(n > 0, n, np.nan)
    shop = (events.sum(axis=1) / n.sum(axis=1)).to_numpy()[:, None]
    fair = np.nansum(rate * share, axis=0) / np.nansum(shop * share, axis=0)
    crude, _ = market.standardised(events.to_numpy(float), n.to_numpy(float))
    level = fair * float(events.to_numpy().sum() / n.to_numpy().sum())
    apart = [np.subtract.outer(r, r) / np.minimum.outer(r, r) for r in (crude, level)]
    turned = (apart[0] * apart[1] < 0) & (np.minimum(*np.abs(apart)) > CLEAR)
    return pd.DataFrame(
        {
            "specialist_id": n.columns,
            "indicator": indicator,
            "crude": crude * of.scale,
            "standardised": level * of.scale,
            "reversed": turned.sum(axis=1),
        }
    )

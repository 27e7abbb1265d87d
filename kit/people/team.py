"""The team (人才配置): who does well on which channel, a suggested assignment, load per person.

Fit is return on spend against colleagues on the same channel, shrunken toward "as everybody":
few days move little. It compares seats; it judges nobody, and it proposes, a manager decides.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.stats import norm

from kit.stats.intervals import ratio_errors
from kit.stats.shrink import normal_eb

WINDOW = 91  # days: three months hold every weekday 13 times, and one promotion at most


@dataclass(frozen=True)
class Suggestion:
    """A suggested assignment (建议配置): a row a person in `seats`, gain in sales a period."""

    seats: pd.DataFrame
    gain: float
    gain_low: float
    gain_high: float


def fit(tables: Any, days: int = WINDOW) -> pd.DataFrame:
    """Person × channel fit (人岗匹配), every pair of the people and channels of the last `days`.

    Returns : specialist_id, channel, n (days), spend, roi, usual (all people's ROI), rel (roi/usual
              − 1), fit (shrunken rel), fit_low, fit_high, log_fit, log_se; never tried: n 0, fit 0
    """
    end = pd.Timestamp(tables.period.last_day)
    recent = tables.facts[tables.facts["date"].between(end - pd.Timedelta(days - 1, "D"), end)]
    daily = recent.groupby(["specialist_id", "channel", "date"])[["revenue", "spend"]].sum()
    wide = daily.unstack("date")
    top, under = (wide[name].fillna(0).to_numpy(float) for name in ("revenue", "spend"))
    level = tables.scheme.uncertainty.level
    cells = pd.DataFrame(index=wide.index).assign(
        n=(under > 0).sum(axis=1), spend=under.sum(axis=1), revenue=top.sum(axis=1)
    )
    cells["roi"] = cells["revenue"] / cells["spend"].where(cells["spend"] > 0)
    cells["se"] = ratio_errors(top, under, under > 0, level)[0]
    return _shrunken(_all_pairs(cells), level)


def _all_pairs(cells: pd.DataFrame) -> pd.DataFrame:
    pairs = pd.MultiIndex.from_product(cells.index.levels, names=cells.index.names)
    sums = cells.groupby("channel")[["revenue", "spend"]].sum()
    usual = (sums["revenue"] / sums["spend"].where(sums["spend"] > 0)).rename("usual")
    grid = cells.reindex(pairs).join(usual, on="channel")
    return grid.assign(n=grid["n"].fillna(0).astype(int), spend=grid["spend"].fillna(0))


def _shrunken(grid: pd.DataFrame, level: float) -> pd.DataFrame:
    """Logs of roi / usual, pulled to 0 by their error (between cells: DerSimonian-Laird)."""
    known = grid["roi"].gt(0) & grid["se"].gt(0)
    y = np.log(grid["roi"].where(known) / grid["usual"])
    var = (grid["se"] / grid["roi"]).where(known) ** 2
    tau2 = normal_eb(y[known], var[known]).tau2 if known.any() else 0.0
    keep = (tau2 / (tau2 + var)).fillna(0)
    mid, se = (keep * y.fillna(0)), np.sqrt(tau2 * (1 - keep))
    half = norm.ppf((1 + level) / 2) * se
    table = grid.assign(rel=grid["roi"] / grid["usual"] - 1, log_fit=mid, log_se=se,
                        fit=np.expm1(mid), fit_low=np.expm1(mid - half),
                        fit_high=np.expm1(mid + half))  # fmt: skip
    return table.drop(columns=["se", "revenue"]).reset_index()


def load(tables: Any) -> pd.DataFrame:
    """Load of each person in the period (工作量): plans, channels, spend, main and its share."""
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    days = tables.facts[tables.facts["date"].between(start, end)]
    by = days.groupby("specialist_id")
    spend = days.groupby(["specialist_id", "channel"])["spend"].sum().unstack(fill_value=0)
    return pd.DataFrame({
        "plans": by["plan_id"].nunique(), "channels": by["channel"].nunique(),
        "spend": by["spend"].sum(), "main": spend.idxmax(axis=1),
        "share": spend.max(axis=1) / spend.sum(axis=1).where(lambda s: s > 0),
    }).reset_index()  # fmt: skip


def suggest(fits: pd.DataFrame, now: pd.DataFrame, *, level: float = 0.95) -> Suggestion:
    """Seats as today, people placed where their fit pays most (建议配置，匈牙利算法).

    fits : from `fit`;  now : from `load`, one main channel a person, its seats stay as many
    The gain is expected sales at the channel's usual spend and return; its interval carries the
    shrunken errors of every fit that changes, not those of a change of place itself.
    """
    worth = fits.set_index(["specialist_id", "channel"])
    seat = now.groupby("main")["spend"].mean()
    value = (worth["usual"] * (1 + worth["fit"])).unstack().mul(seat, axis=1)
    error = value * worth["log_se"].unstack()
    people = now.set_index("specialist_id")["main"]
    people = people[people.index.isin(value.index)].sort_index()
    table = value.loc[people.index, people.tolist()].to_numpy()
    seats = people.tolist()
    rows, chosen = linear_sum_assignment(np.nan_to_num(table), maximize=True)
    new = pd.Series([seats[c] for c in chosen], index=people.index[rows])
    moved = people[new != people]
    cells = pd.DataFrame({"now": people, "channel": new}).rename_axis("specialist_id").reset_index()
    at = {c: list(zip(cells["specialist_id"], cells[c], strict=True)) for c in ("now", "channel")}
    flat, spread = value.stack(), error.stack()
    gain = flat.reindex(at["channel"]).to_numpy() - flat.reindex(at["now"]).to_numpy()
    parts = np.hypot(spread.reindex(at["channel"]).to_numpy(), spread.reindex(at["now"]).to_numpy())
    changed = cells["specialist_id"].isin(moved.index)
    half = norm.ppf((1 + level) / 2) * parts
    cells = cells.assign(changed=changed, gain=np.where(changed, gain, 0.0),
                         gain_low=np.where(changed, gain - half, 0.0),
                         gain_high=np.where(changed, gain + half, 0.0))  # fmt: skip
    total, error_of = cells["gain"].sum(), float(np.sqrt(np.sum(half[changed] ** 2)))
    return Suggestion(cells, float(total), total - error_of, total + error_of)

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

LEAST = 3  # people on a channel before one is compared with the others
WINDOW = 91  # days: three months hold every weekday 13 times, and one promotion at most


@dataclass(frozen=True)
class Suggestion:
    """A suggested assignment (建议配置): a row a person in `seats`, gain in sales a period."""

    seats: pd.DataFrame
    gain: float
    gain_low: float
    gain_high: float


def fit(tables: Any) -> pd.DataFrame:
    """Person × channel fit (人岗匹配), every pair of the last WINDOW days.

    Returns : specialist_id, channel, n (days), spend, roi, usual (all people's ROI), rel (roi/usual
              − 1), fit (shrunken rel), fit_low, fit_high, log_fit, log_se; who never tried a
              channel has n 0, and the fit of the colleagues there with all their spread
    """
    end = pd.Timestamp(tables.period.last_day)
    recent = tables.facts[tables.facts["date"].between(end - pd.Timedelta(WINDOW - 1, "D"), end)]
    daily = recent.groupby(["specialist_id", "channel", "date"])[["revenue", "spend"]].sum()
    sums = {name: daily[name].unstack("date") for name in ("revenue", "spend")}
    wide = sums["spend"]
    top, under = (sums[name].fillna(0).to_numpy(float) for name in ("revenue", "spend"))
    level = tables.scheme.uncertainty.level
    cells = pd.DataFrame(index=wide.index).assign(
        n=(under > 0).sum(axis=1), spend=under.sum(axis=1), revenue=top.sum(axis=1)
    )
    cells["roi"] = cells["revenue"] / cells["spend"].where(cells["spend"] > 0)
    cells["se"] = ratio_errors(top, under, under > 0, level)[0]
    return _shrunken(_all_pairs(cells), level)


def _all_pairs(cells: pd.DataFrame) -> pd.DataFrame:
    if cells.empty:  # nobody owns anything yet
        return cells.assign(usual=cells["roi"])
    keys = [cells.index.unique(level) for level in (0, 1)]
    pairs = pd.MultiIndex.from_product(keys, names=cells.index.names)
    sums = cells.groupby("channel")[["revenue", "spend"]].sum()
    usual = (sums["revenue"] / sums["spend"].where(sums["spend"] > 0)).rename("usual")
    grid = cells.reindex(pairs).join(usual, on="channel")
    return grid.assign(n=grid["n"].fillna(0).astype(int), spend=grid["spend"].fillna(0))


def _shrunken(grid: pd.DataFrame, level: float) -> pd.DataFrame:
    """Logs of roi / usual, pulled to the channel's mean by their error, channel by channel.

    Under `LEAST` people on a channel nobody can be compared: fit and error stay 0 there.
    """
    known = grid["roi"].gt(0) & grid["se"].gt(0)
    y = pd.Series(np.log(grid["roi"].where(known) / grid["usual"]), grid.index)
    var = grid["se"].div(grid["roi"]).where(known).pow(2)
    middle = pd.Series(0.0, grid.index)
    spread = pd.Series(0.0, grid.index)
    for _, rows in grid.groupby("channel"):
        here = rows.index[known[rows.index]]
        if len(here) >= LEAST:
            found = normal_eb(y[here].to_numpy(), var[here].to_numpy())
            middle[rows.index] = found.mean
            spread[rows.index] = found.tau2
    keep = spread.div(spread + var).fillna(0)
    mid = middle + keep * y.sub(middle).fillna(0)
    se = spread.mul(1 - keep).pow(0.5)
    half = norm.ppf((1 + level) / 2) * se
    table = grid.assign(
        rel=grid["roi"] / grid["usual"] - 1,
        log_fit=mid,
        log_se=se,
        fit=np.expm1(mid),
        fit_low=np.expm1(mid - half),
        fit_high=np.expm1(mid + half),
    )
    return table.drop(columns=["se", "revenue"]).reset_index()


def load(tables: Any) -> pd.DataFrame:
    """Load of each person in the period (工作量): plans, channels, spend, main and its share."""
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    days = tables.facts[tables.facts["date"].between(start, end)]
    by = days.groupby("specialist_id")
    spend = days.groupby(["specialist_id", "channel"])["spend"].sum().unstack(fill_value=0)
    return pd.DataFrame(
        {
            "plans": by["plan_id"].nunique(),
            "channels": by["channel"].nunique().where(lambda n: n > 0),
            "spend": by["spend"].sum(),
            "main": spend.idxmax(axis=1),
            "share": spend.max(axis=1) / by["spend"].sum().where(lambda s: s > 0),
        }
    ).reset_index()


def _placed(people: pd.Series, worth: np.ndarray) -> pd.Series:
    """Who takes whose place so that the sum of worth, people × places, is largest (匈牙利算法)."""
    rows, chosen = linear_sum_assignment(np.nan_to_num(worth, nan=-1e18), maximize=True)
    return pd.Series(people.to_numpy()[chosen], index=people.index[rows])


def suggest(fits: pd.DataFrame, now: pd.DataFrame, *, level: float = 0.95) -> Suggestion:
    """Seats as today, people placed where their fit pays most (建议配置，匈牙利算法).

    fits : from `fit`;  now : from `load`, one main channel a person; every seat stays filled
    A seat is worth the channel's usual spend a person and its usual return × (1 + fit). A move must
    bring more than its own standard error, so that noise moves nobody. The interval of the gain
    carries the errors of the fits that change, not those of a change of place itself.
    """
    worth = fits.set_index(["specialist_id", "channel"])
    people = now.set_index("specialist_id")["main"]
    people = people[people.index.isin(fits["specialist_id"])].sort_index()
    seat = now.groupby("main")["spend"].mean()
    value = (worth["usual"] * (1 + worth["fit"])).unstack().mul(seat, axis=1).loc[people.index]
    error = (value * worth["log_se"].unstack()).loc[people.index]
    gain = value.sub(_at(value, people), axis=0)
    doubt = error.pow(2).add(_at(error, people) ** 2, axis=0).pow(0.5)
    doubt = doubt.mask(value.columns.to_numpy() == people.to_numpy()[:, None], 0.0)
    new = _placed(people, (gain - doubt)[people.tolist()].to_numpy())
    brings = _at(gain, new)
    unsure = norm.ppf((1 + level) / 2) * _at(doubt, new)
    seats = pd.DataFrame(
        {
            "now": people,
            "channel": new,
            "changed": new != people,
            "gain": brings,
            "gain_low": brings - unsure,
            "gain_high": brings + unsure,
        }
    )
    total = float(brings.sum())
    half = float(np.sqrt((unsure**2).sum()))
    return Suggestion(
        seats.rename_axis("specialist_id").reset_index(), total, total - half, total + half
    )


def _at(table: pd.DataFrame, columns: pd.Series) -> pd.Series:
    """The cell of each row in the column named for it."""
    places = table.columns.get_indexer(pd.Index(columns))
    return pd.Series(table.to_numpy()[np.arange(len(table)), places], table.index)

"""What is published of the 360 answers of a period (360 公布值), the same for every reader.

The score is made of these figures too (`feedback.score_from: shown`), so that no total, interval or
what-if tells more than they do.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.store.cache import remembered
from kit.scoring import late, pools
from kit.scoring.anonymity import Prior, open_step, snapped
from kit.scoring.feedback import answers, weights

if TYPE_CHECKING:
    from kit.data.tables import Tables

COLUMNS = [*pools.CELL, "figure", "step", "least", "weight", "named", "periods"]


@dataclass(frozen=True)
class Published:
    """Figures of 360 as published, and what was not.

    rows : specialist_id, item, relation (manager, second_manager, self, committee, others, or one
           that stands alone), figure, step (None: as given), least (fewest raters of its band),
           weight, named, periods (collections it is the mean of)
    held : pools that are neither shown nor scored: specialist_id, item, n, why (few, guard)
    """

    rows: pd.DataFrame
    held: pd.DataFrame


def published(tables: "Tables", days: pd.DatetimeIndex) -> Published:
    """What is published of these days (公布), from the cache if nothing has changed."""
    return remembered(tables, f"published-{days[-1]:%Y%m%d}", lambda t: _published(t, days))


def _published(tables: "Tables", days: pd.DatetimeIndex) -> Published:
    """Each collection by itself; a quarter or year made of months has the mean of what they say."""
    rows = answers(tables, days)
    rows = rows[late.collected(tables, rows)]
    running = days[-1] < pd.Timestamp(tables.period.end)
    if running or rows.empty:  # published once, when the collection is over
        none = pd.DataFrame(columns=["specialist_id", "item", "n", "why"])
        return Published(pd.DataFrame(columns=COLUMNS), none)
    rows = rows.assign(weight=weights(tables, rows))
    found = [collection(tables, part) for _, part in rows.groupby("period_id", sort=False)]
    keys = ["specialist_id", "item", "relation"]
    whole = pd.concat([of.rows for of in found], ignore_index=True)
    if len(found) > 1:
        how: dict = dict.fromkeys(["figure", "weight"], "mean") | {"step": "max", "least": "min"}
        how |= {"named": "first", "periods": "sum"}
        whole = whole.groupby(keys, as_index=False).agg(how)
    held = pd.concat([of.held for of in found], ignore_index=True)
    return Published(whole[COLUMNS], held)


def collection(tables: "Tables", rows: pd.DataFrame) -> Published:
    """What is published of one collection of answers (一次收集): pooled, rounded, guarded."""
    said = tables.scheme.feedback
    least = max(said.min_raters, pools.LEAST)
    pooled = pools.cells(rows)
    ends = {item: tables.scheme.scale_of(item).ends for item in rows["item"].unique()}
    low, high = np.array([ends[item] for item in pooled["item"]], float).reshape(-1, 2).T
    grid = snapped(pooled["used"].to_numpy(), low, high)
    named = pooled["relation"].isin(pools.NAMED)
    pooled = pooled.assign(used=np.where(named, pooled["used"], grid))
    found = pools.rounded(pools.figures(pooled, least, said.committee_by_name), ends)
    steps = _guarded(tables, pooled, found)
    shut = ~found["named"] & np.isnan(steps)
    found = found.assign(step=np.where(found["named"], found["step"], steps))
    figure = pools.half_up(found["mean"], found["low"], found["step"])
    found = found.assign(
        periods=1,
        figure=figure.clip(found["low"], found["low"] + found["span"]),
        least=np.where(found["named"], 1, np.where(found["n"] >= pools.FULL, pools.FULL, least)),
    )
    return Published(found.loc[~shut, COLUMNS], _held(pooled, found, shut))


def _guarded(tables: "Tables", rows: pd.DataFrame, found: pd.DataFrame) -> np.ndarray:
    """The step of each pool that the guard lets pass, NaN for none (守卫)."""
    known = priors(tables, rows)
    pooled = found[~found["named"]]
    lean = rows["leniency"].fillna(0.0).to_numpy()
    leans = {key: tuple(lean[at]) for key, at in rows.groupby(pools.CELL).indices.items()}
    scales = rows.drop_duplicates("item").set_index("item")["scale"]
    keys = pooled[pools.CELL].itertuples(index=False, name=None)
    steps = [
        open_step(known[scales[key[1]]], leans[key], step, mean)
        for key, step, mean in zip(keys, pooled["step"], pooled["mean"], strict=True)
    ]
    return pd.Series(steps, pooled.index, dtype=float).reindex(found.index).to_numpy()


def priors(tables: "Tables", rows: pd.DataFrame) -> dict[str, Prior]:
    """How often the company gives each answer, a scale each (全公司评分分布)."""
    found = {}
    for scale, part in rows[rows["relation"] != "self"].groupby("scale"):
        item = part["item"].iloc[0]
        low, high = tables.scheme.scale_of(item).ends
        levels = tables.scheme.scale_of(item).levels
        whole = np.arange(np.ceil(low), np.floor(high) + 1) if high - low <= 200 else [low, high]
        can = sorted({*map(float, levels.values() if levels else whole), *part["rating"]})
        share = part["rating"].value_counts(normalize=True).reindex(can, fill_value=0.0).tolist()
        found[str(scale)] = Prior(tuple(can), tuple(share), low, high, bool(scale))
    return found


def _held(rows: pd.DataFrame, found: pd.DataFrame, shut: pd.Series) -> pd.DataFrame:
    """Pools that are neither shown nor scored (未公布), and why."""
    free = rows[~rows["relation"].isin(pools.NAMED)]
    size = free.groupby(pools.CELL)["rater_id"].nunique().rename("n").reset_index()
    told = found.assign(shut=shut)[[*pools.CELL, "shut"]]
    both = size.merge(told, how="left", on=pools.CELL)
    both = both.assign(why=np.where(both["shut"].eq(True), "guard", "few"))
    both = both[~both["shut"].eq(False)]
    return both[["specialist_id", "item", "n", "why"]].reset_index(drop=True)

"""Answers about one person and item → what is published of them (360 公布值): pools, rounded.

Manager, second manager and self stand by name; everybody else is one pool, unless a relation and
the rest have five raters each. A pool is published as its rounded mean, and scored as that.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

NAMED = ("manager", "second_manager", "self")  # known by name: no pool protects them
ORDER = (  # in which pages show relations
    "manager",
    "second_manager",
    "committee",
    "peer",
    "cross_dept",
    "customer",
    "others",
    "self",
)
LEAST = 3  # raters under which a pool is neither shown nor scored
FULL = 5  # raters from which a pool is rounded to an eighth of the scale, not to a quarter
KEYS = ["specialist_id", "item"]
CELL = [*KEYS, "relation"]


def cells(rows: pd.DataFrame) -> pd.DataFrame:
    """Answers with the relation under which they are published (公布单元), the old one in `said`.

    rows : answers with `weight`, that of their relation; pooled ones without weight fall out where
    others of the item count, so that the figure shown is the figure scored
    """
    free = ~rows["relation"].isin([*NAMED, "committee"])
    counted = (rows["weight"] > 0) & free
    some = counted.groupby(rows["item"]).transform("any")
    rows = rows[~free | counted | ~some].assign(said=lambda d: d["relation"])
    pooled = ~rows["relation"].isin([*NAMED, "committee"])
    alone = rows[CELL].merge(_alone(rows[pooled]), how="left", on=CELL)["alone"].eq(True)
    mask = pooled.to_numpy() & ~alone.to_numpy()
    return rows.assign(relation=rows["relation"].mask(mask, "others"))


def _alone(rows: pd.DataFrame) -> pd.DataFrame:
    """Whether a relation has FULL raters and all that is left has as many too (单独公布)."""
    size = rows.groupby(CELL)["rater_id"].nunique().reset_index()
    size = size.sort_values(["rater_id", "relation"], kind="stable", ignore_index=True)
    key = [size[k] for k in KEYS]
    n = size["rater_id"]
    big = (n >= FULL) & (n < n.groupby(key).transform("sum"))
    rest = n.mask(big, 0).groupby(key).transform("sum")
    short = big & (rest > 0) & (rest < FULL)  # the smallest of these joins the rest
    joins = short & (short.groupby(key).cumsum() == 1)
    return size.assign(alone=big & ~joins)[[*CELL, "alone"]]


def figures(rows: pd.DataFrame, least: int = LEAST, committee: bool = False) -> pd.DataFrame:
    """A row per person, item and cell: n, mean, weight, named, lean (corrected for leniency).

    least     : raters under which a pool falls out; never under LEAST
    committee : whether a committee of fewer counts as one named voice
    """
    of = rows.groupby(CELL, as_index=False)
    found = of.agg(
        n=("rater_id", "nunique"),
        mean=("used", "mean"),
        lean=("leniency", "count"),
    )
    found = found.assign(lean=found["lean"] > 0)
    parts = rows.drop_duplicates([*CELL, "said"]).groupby(CELL, as_index=False)["weight"].sum()
    found = found.merge(parts, on=CELL)
    few = found["n"] < max(least, LEAST)
    voice = found["relation"].isin(NAMED) | (
        few & found["relation"].eq("committee") if committee else False
    )
    return found.assign(named=voice)[voice | ~few].reset_index(drop=True)


def half_up(mean: pd.Series, low: pd.Series, step: pd.Series) -> pd.Series:
    """Means rounded half up to the steps of their scale (四舍五入到刻度); without a step as given.

    >>> one, five = pd.Series([1.0, 1.0]), pd.Series([3.75, 3.74])
    >>> half_up(five, one, pd.Series([0.5, 0.5])).tolist()
    [4.0, 3.5]
    """
    size = step.fillna(1.0)
    steps = np.floor(np.round((mean - low) / size + 0.5, 9))
    return (low + steps * size).where(step.notna(), mean)


def rounded(found: pd.DataFrame, ends: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """What `figures` found, with the finest `step` that may be printed, and `low` of the scale.

    An eighth of the scale from FULL raters on and for a named voice that was corrected, a quarter
    for a smaller pool; a named voice as it was given has no step.
    """
    low, high = (found["item"].map({k: e[side] for k, e in ends.items()}) for side in (0, 1))
    span = (high - low).astype(float)
    fine = found["lean"].where(found["named"], found["n"] >= FULL).astype(bool)
    step = span.where(fine, 2 * span) / 8
    return found.assign(step=step.mask(found["named"] & ~fine), low=low.astype(float), span=span)

"""360-degree answers of a period → values, what may be shown of them, and flags (360 度评估)."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.scheme.declare import NUMBER
from kit.scoring import soft
from kit.scoring.kpi import Value
from kit.scoring.panel import Panel, of_period, panel

if TYPE_CHECKING:
    from kit.data.tables import Tables

NAMED = ("manager", "second_manager", "committee", "self")  # known by name: no anonymity floor
CLOSED = [
    "actual",
    "se",
    "ci_low",
    "ci_high",
    "completion",
    "completion_adjusted",
    "points",
    "points_adjusted",
    "points_computed",
    "contribution",
    "contribution_adjusted",
]  # what would tell an item


def rated(tables: "Tables") -> pd.DataFrame:
    """The table `feedback` with ratings as figures (评分转数值), each by its item's scale.

    A level is its points; NaN where nothing was ticked, or something that is not on the scale.
    """
    scheme = tables.scheme
    labels = {
        text: i.id for i in scheme.library.values() if i.names for text in (i.names.zh, i.names.en)
    }
    rows = tables.get("feedback")
    rows = rows.assign(item=rows["item"].map(lambda name: labels.get(name, name)))
    pairs = rows[["item", "rating"]].dropna().drop_duplicates()
    read = [
        scheme.scale_of(item).read(text) if scheme.is_item(item) else number(text)
        for item, text in pairs.itertuples(index=False)
    ]
    figures = pairs.assign(figure=np.array(read, float))
    found = rows.merge(figures, on=["item", "rating"], how="left").set_index(rows.index)
    return found.assign(rating=found["figure"]).drop(columns="figure")


def answers(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Answers of the period (评价记录), `used` leniency-corrected where the design allows it.

    Only raters of two people or more tell strict raters from weak people; if these do not connect
    everybody, nothing is corrected: `used` is the rating, `leniency` NaN. Each scale by itself.
    """
    rows = of_period(tables, rated(tables), days, additive=True).dropna(subset="rating")
    rows = rows[rows["item"].map(tables.scheme.is_item).astype(bool)]
    if days[-1] < pd.Timestamp(tables.period.end):  # a running period knows what came in by then
        rows = rows[~(rows["submitted_on"] > days[-1])]
    said = tables.scheme.indicators
    scale = [said[item].item or "" if item in said else "" for item in rows["item"]]
    parts = [_lenient(tables, part) for _, part in rows.groupby(scale, sort=False)]
    blank = rows.assign(leniency=np.nan, used=rows["rating"])
    return pd.concat(parts).loc[rows.index] if parts else blank


def _lenient(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """Answers on one scale, corrected for strict and mild raters (宽严校正) inside its ends."""
    others = rows[rows["relation"] != "self"]
    seen = others.groupby(["rater_id", "specialist_id"], as_index=False)["rating"].mean()
    wide = seen[seen.groupby("rater_id")["specialist_id"].transform("nunique") > 1]
    whole = wide["specialist_id"].nunique() == seen["specialist_id"].nunique() > 1
    (rater, raters) = pd.factorize(wide["rater_id"])
    (person, _) = pd.factorize(wide["specialist_id"])
    if not whole or not soft.connected(rater, person):
        return rows.assign(leniency=np.nan, used=rows["rating"])
    lean = pd.Series(soft.adjusted(rater, person, wide["rating"].to_numpy())[0], index=raters)
    found = rows["rater_id"].map(lean)
    used = rows["rating"] - found.fillna(0)
    own = tables.scheme.indicators.get(rows["item"].iloc[0])
    if own and own.item:
        used = used.clip(*tables.scheme.scale_of(rows["item"].iloc[0]).ends)
    return rows.assign(leniency=found, used=used)


def values(tables: "Tables", data: Panel) -> dict[str, Value]:
    """Value of every item of 360 (软性指标值): mean inside relations, then relation weights."""
    rows = _counted(tables, data)
    raters = pd.Index(rows["rater_id"].unique())
    absent = "scoring.nobody_rated" if tables.has("feedback") else "scoring.no_table"
    items = [i.item for i in tables.scheme.library.values() if i.item]
    found = {}
    for item in items:
        mine = rows[rows["item"] == item]
        own = tables.scheme.raters_of(item) is not None
        lone = mine.groupby("specialist_id")["relation"].agg(lambda r: set(r) == {"self"})
        alone = set(lone.index[lone]) if own and len(lone) else set()
        value = _value(mine[~mine["specialist_id"].isin(alone)], data, raters, absent)
        only = np.isin(data.people, list(alone))
        found[item] = replace(value, reason=np.where(only, "scoring.only_self", value.reason))
    return found


def _counted(tables: "Tables", data: Panel) -> pd.DataFrame:
    """Answers that have a weight, about the people of the panel (计入的评价)."""
    rows = answers(tables, data.days)
    rows = rows.assign(weight=weights(tables, rows))
    return rows[(rows["weight"] > 0) & rows["specialist_id"].isin(data.people)]


def rater_ids(tables: "Tables") -> pd.Index:
    """Raters in the order of the columns of `Value.raters` (评价人顺序)."""
    rows = _counted(tables, panel(tables, tables.period.start, tables.period.last_day))
    return pd.Index(rows["rater_id"].unique())


def weights(tables: "Tables", rows: pd.DataFrame) -> pd.Series:
    """Weight of each answer's relation (评价关系权重): the item's own, else the scheme's."""
    scheme = tables.scheme
    shares = {
        item: scheme.raters_of(item) or scheme.feedback.relations for item in rows["item"].unique()
    }
    known = {(item, r): w for item, own in shares.items() for r, w in own.items()}
    pairs = zip(rows["item"], rows["relation"], strict=True)
    return pd.Series([float(known.get(pair, 0)) for pair in pairs], index=rows.index, dtype=float)


def number(text: object) -> float:
    """A rating that is points (分数), as typed; NaN where it is no number."""
    return float(str(text)) if NUMBER.fullmatch(str(text).strip()) else np.nan


def _value(rows: pd.DataFrame, data: Panel, raters: pd.Index, absent: str) -> Value:
    of = rows.groupby(["specialist_id", "relation"])
    rows = rows.assign(share=rows["weight"] / of["used"].transform("size"))
    share = rows["share"] / rows.groupby("specialist_id")["share"].transform("sum")
    place = pd.Index(data.people).get_indexer(pd.Index(rows["specialist_id"]))
    n, m = len(data.people), len(raters)
    mean = np.bincount(place, share * rows["used"], n)
    count = np.bincount(place, minlength=n)
    part = np.zeros((n, m))
    rater = raters.get_indexer(pd.Index(rows["rater_id"]))
    part[place, rater] = share * (rows["used"] - mean[place])
    se = np.sqrt(count / np.where(count > 1, count - 1, np.nan) * (part**2).sum(axis=1))
    known = count > 0
    blank = np.zeros((n, len(data.days)))
    return Value(
        np.where(known, mean, np.nan),
        count * 1.0,
        blank,
        se,
        np.maximum(0, count - 1),
        np.where(known, "", absent),
        part,
    )


def shown(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """What may be shown of 360 (可展示的关系均值): specialist, item, relation, n, mean, spread.

    Peers and other departments stand alone from `min_raters` up; else both are pooled as `others`;
    if even the pool of an item is smaller, the person has no row at all: only the soft total is
    shown, so that nothing can be subtracted.
    """
    rows = answers(tables, days)
    floor = tables.scheme.feedback.min_raters
    keys = ["specialist_id", "item"]
    free = ~rows["relation"].isin(NAMED)
    size = rows.groupby([*keys, "relation"])["rater_id"].transform("nunique")
    small = (free & (size < floor)).groupby([rows[k] for k in keys]).transform("any")
    rows = rows.assign(relation=rows["relation"].mask(small & free, "others"))
    pool = rows.groupby([*keys, "relation"])["rater_id"].transform("nunique")
    hidden = ((rows["relation"] == "others") & (pool < floor)).groupby(rows["specialist_id"])
    rows = rows[~hidden.transform("any")]
    groups = rows.groupby([*keys, "relation"], as_index=False)
    return groups.agg(n=("rater_id", "nunique"), mean=("rating", "mean"), spread=("rating", "std"))


def closed(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """Scorecards' indicators as they may be shown (匿名底线): no soft item of who has few raters.

    Figures of such items become NaN with reason `scoring.closed`; only the soft total is shown.
    """
    days = pd.date_range(tables.period.start, tables.period.last_day)
    open_ = rows["specialist_id"].isin(shown(tables, days)["specialist_id"])
    items = [tables.scheme.is_item(name) for name in rows["indicator"]]
    shut = np.array(items, bool) & rows["points"].notna() & ~open_
    told = rows.assign(reason=rows["reason"].mask(shut, "scoring.closed"))
    return told.assign(**{name: rows[name].mask(shut) for name in CLOSED})


def held_back(rows: pd.DataFrame, total: float) -> float | None:
    """What one's soft items that may not be shown add to the total together (软性合计贡献).

    rows : one person's rows of `closed`; None where nothing is hidden or there is no total
    """
    shut = rows["reason"].eq("scoring.closed").any()
    return None if not shut or np.isnan(total) else float(total - rows["contribution"].sum())


def comments(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Comments beside low and high items (高分、低分项的评语), only of `min_raters` and more."""
    rows = answers(tables, days)
    floor = tables.scheme.feedback.min_raters
    size = rows.groupby(["specialist_id", "item", "relation"])["rater_id"].transform("nunique")
    open_ = (size >= floor) & rows["specialist_id"].isin(shown(tables, days)["specialist_id"])
    telling = (rows["rating"] <= 2) | (rows["rating"] >= 4.5)
    kept = rows[open_ & telling & rows["comment"].notna()]
    return kept[["specialist_id", "item", "relation", "rating", "comment"]].reset_index(drop=True)


def flags(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Answers that need a look (异常评分): rule, rater, specialist; names what is unusual, no more.

    flat      : a rater with 8 answers or more for two people or more, all the same figure
    mutual    : two people who rate each other 1 point or more above what the others give both
    own_team  : a manager whose answers cover only people nobody else in that relation rates
    """
    rows = answers(tables, days)
    rows = rows[rows["relation"] != "self"]
    of = rows.groupby("rater_id").agg(
        n=("rating", "size"),
        low=("rating", "min"),
        high=("rating", "max"),
        people=("specialist_id", "nunique"),
    )
    flat = of.index[(of["n"] >= 8) & (of["people"] > 1) & (of["low"] == of["high"])]
    pairs = rows.groupby(["rater_id", "specialist_id"])["rating"].agg(["sum", "size"])
    whole = pairs.groupby("specialist_id").transform("sum")
    rest = (whole["sum"] - pairs["sum"]) / (whole["size"] - pairs["size"]).where(lambda n: n > 0)
    over = (pairs["sum"] / pairs["size"] - rest).rename("over").reset_index()
    back = over.rename(columns={"rater_id": "specialist_id", "specialist_id": "rater_id"})
    both = over.merge(back, on=["rater_id", "specialist_id"], suffixes=("", "_back"))
    both = both[
        (both["over"] >= 1) & (both["over_back"] >= 1) & (both["rater_id"] < both["specialist_id"])
    ]
    bosses = (
        rows.loc[rows["relation"] == "manager"]
        .groupby("specialist_id")["rater_id"]
        .agg(["first", "nunique"])
    )
    lone = bosses[bosses["nunique"] == 1].groupby("first").size()
    alone = list(lone[lone > 1].index) if rows["leniency"].isna().all() else []
    return pd.DataFrame(
        [("flat", r, "") for r in flat]
        + [("mutual", r, s) for r, s in zip(both["rater_id"], both["specialist_id"], strict=True)]
        + [("own_team", r, "") for r in alone],
        columns=["rule", "rater_id", "specialist_id"],
    )

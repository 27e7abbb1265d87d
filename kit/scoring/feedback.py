"""360-degree answers of a period → values, what may be shown of them, and flags (360 度评估)."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.store.cache import digest_of, remembered
from kit.scheme.declare import NUMBER
from kit.scoring import late, pools, soft
from kit.scoring.anonymity import snapped
from kit.scoring.panel import of_period

if TYPE_CHECKING:
    from kit.data.tables import Tables


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


def is_exact(tables: "Tables") -> bool:
    """Whether answers count as given (精确计分), not as the rounded figures that are shown."""
    return bool(tables.scheme.feedback.score_from == "exact")


def answers(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Answers of the period (评价记录), `used` leniency-corrected where the design allows it.

    Only raters of two people or more tell strict raters from weak people; if these do not connect
    everybody, nothing is corrected: `used` is the rating, `leniency` NaN. Each scale by itself.
    """
    rows = of_period(tables, rated(tables), days, additive=True).dropna(subset="rating")
    rows = rows[rows["item"].map(tables.scheme.is_item).astype(bool)]
    if days[-1] < pd.Timestamp(tables.period.end):  # a running period knows what came in by then
        rows = rows[~(rows["submitted_on"] > days[-1])]
    rows = rows if is_exact(tables) else late.counted(tables, rows)
    said = tables.scheme.indicators
    scale = [said[item].item or "" if item in said else "" for item in rows["item"]]
    rows = rows.assign(scale=scale)
    apart = ["scale"] if is_exact(tables) else ["scale", "period_id"]  # each collection by itself
    parts = [_lenient(tables, part) for _, part in rows.groupby(apart, sort=False)]
    blank = rows.assign(leniency=np.nan, used=rows["rating"])
    return pd.concat(parts).loc[rows.index] if parts else blank


def corrected(tables: "Tables") -> bool:
    """Whether leniency was corrected for anybody in the period (是否做了宽严校正)."""
    days = pd.date_range(tables.period.start, tables.period.last_day)
    return remembered(
        tables, "corrected", lambda given: bool(answers(given, days)["leniency"].notna().any())
    )


def _lenient(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """Answers on one scale, corrected for strict and mild raters (宽严校正) inside its ends.

    Where the score is made of what is shown, pooled raters have leniencies on the guard's grid.
    """
    others = rows[rows["relation"] != "self"]
    seen = others.groupby(["rater_id", "specialist_id"], as_index=False)["rating"].mean()
    wide = seen[seen.groupby("rater_id")["specialist_id"].transform("nunique") > 1]
    whole = wide["specialist_id"].nunique() == seen["specialist_id"].nunique() > 1
    (rater, raters) = pd.factorize(wide["rater_id"])
    (person, _) = pd.factorize(wide["specialist_id"])
    if len(raters) < 2 or not whole or not soft.connected(rater, person):  # none to compare with
        return rows.assign(leniency=np.nan, used=rows["rating"])
    lean = pd.Series(soft.adjusted(rater, person, wide["rating"].to_numpy())[0], index=raters)
    item = rows["item"].iloc[0]
    low, high = tables.scheme.scale_of(item).ends
    found = rows["rater_id"].map(lean)
    if not is_exact(tables):
        found = found.where(
            rows["relation"].isin(pools.NAMED), snapped(found.to_numpy(), low, high)
        )
    used = rows["rating"] - found.fillna(0)
    own = tables.scheme.indicators.get(item)
    if own and own.item:
        used = used.clip(low, high)
    return rows.assign(leniency=found, used=used)


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


def exact(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Means of the answers as given (精确均值), for HR alone: n_raters, mean, spread."""
    groups = answers(tables, days).groupby(["specialist_id", "item", "relation"], as_index=False)
    return groups.agg(
        n_raters=("rater_id", "nunique"), mean=("rating", "mean"), spread=("rating", "std")
    )


def comments(tables: "Tables", days: pd.DatetimeIndex, audience: str) -> pd.DataFrame:
    """Comments that a reader may see (可展示的评语): of pools of FULL raters, in random order.

    Which rating, relation or day a comment belongs to is not told. HR reads them first, each with
    its `id`; others read them once the period file says who did, without those held back there.
    Of a collection that has not closed only HR reads them.
    """
    rows = answers(tables, days)
    rows = rows[~rows["relation"].isin(pools.NAMED)]
    size = rows.groupby(["specialist_id", "item"])["rater_id"].transform("nunique")
    kept = rows[(size >= pools.FULL) & rows["comment"].notna()]
    mixed = kept["comment"].map(lambda text: digest_of(str(tables.period.seed), str(text)))
    kept = kept.assign(id=mixed.str[:8]).sort_values(["specialist_id", "item", "id"])
    if audience != "hr":
        open_ = tables.period.comments_read_by is not None
        closed = late.collected(tables, kept)
        kept = kept[~kept["id"].isin(tables.period.comments_held) & open_ & closed]
    return kept[["specialist_id", "item", "id", "comment"]].reset_index(drop=True)


def marked(found: pd.DataFrame) -> dict[str, list[str]]:
    """Rules that mark a rater (评价人的标记), by rater; two who rate each other are both marked.

    found : what `flags` returns
    """
    both = found[found["rule"] == "mutual"].assign(rater_id=lambda f: f["specialist_id"])
    every = pd.concat([found, both]).drop_duplicates(["rater_id", "rule"])
    return {str(who): list(rules) for who, rules in every.groupby("rater_id")["rule"]}


def flags(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Answers that need a look (异常评分): rule, rater, specialist; names what is unusual, no more.

    flat      : a rater with 8 answers or more for two people or more, all the same figure
    mutual    : two people who rate each other 1 point or more above what the others give both
    own_team  : a manager whose answers cover only people nobody else in that relation rates
    """
    rows = answers(tables, days)
    rows = rows[rows["relation"] != "self"]
    both = _mutual(rows)
    alone = _own_team(rows) if rows["leniency"].isna().all() else []
    return pd.DataFrame(
        [("flat", r, "") for r in _flat(rows)]
        + [("mutual", r, s) for r, s in zip(both["rater_id"], both["specialist_id"], strict=True)]
        + [("own_team", r, "") for r in alone],
        columns=["rule", "rater_id", "specialist_id"],
    )


def _flat(rows: pd.DataFrame) -> list[str]:
    """Raters of two people or more with 8 answers or more, all the same figure."""
    of = rows.groupby("rater_id").agg(
        n=("rating", "size"),
        low=("rating", "min"),
        high=("rating", "max"),
        people=("specialist_id", "nunique"),
    )
    return list(of.index[(of["n"] >= 8) & (of["people"] > 1) & (of["low"] == of["high"])])


def _mutual(rows: pd.DataFrame) -> pd.DataFrame:
    """Two people who each rate the other 1 point or more above the others, a pair a row."""
    pairs = rows.groupby(["rater_id", "specialist_id"])["rating"].agg(["sum", "size"])
    whole = pairs.groupby("specialist_id").transform("sum")
    rest = (whole["sum"] - pairs["sum"]) / (whole["size"] - pairs["size"]).where(lambda n: n > 0)
    over = (pairs["sum"] / pairs["size"] - rest).rename("over").reset_index()
    back = over.rename(columns={"rater_id": "specialist_id", "specialist_id": "rater_id"})
    both = over.merge(back, on=["rater_id", "specialist_id"], suffixes=("", "_back"))
    return both[
        (both["over"] >= 1) & (both["over_back"] >= 1) & (both["rater_id"] < both["specialist_id"])
    ]


def _own_team(rows: pd.DataFrame) -> list[str]:
    """Managers of two people or more whom nobody else rates in that relation."""
    bosses = (
        rows.loc[rows["relation"] == "manager"]
        .groupby("specialist_id")["rater_id"]
        .agg(["first", "nunique"])
    )
    lone = bosses[bosses["nunique"] == 1].groupby("first").size()
    return list(lone[lone > 1].index)

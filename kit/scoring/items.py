"""Values of the items of 360 (软性指标值), made of what is published, and what a page may show."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.store.cache import remembered
from kit.scoring import late
from kit.scoring.anonymity import tells
from kit.scoring.feedback import answers, is_exact, weights
from kit.scoring.kpi import Value
from kit.scoring.noise import Noise, noise
from kit.scoring.panel import Panel
from kit.scoring.pools import NAMED
from kit.scoring.published import priors, published

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
PEOPLE = 5  # people from whom the spread of answers is pooled where it is printed
PRINTED = 0.002  # half of the last digit of an item's value that its points tell
KEYS = ["specialist_id", "item"]
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
    "contribution_se",
]  # what would tell an item


def values(tables: "Tables", data: Panel) -> dict[str, Value]:
    """Value of every item of 360 (软性指标值): over the relations that count, by their weights."""
    rows = answers(tables, data.days)
    rows = rows.assign(weight=weights(tables, rows))
    whole = is_exact(tables)
    closed = late.collected(tables, rows) | whole
    running = not whole and (data.days[-1] < pd.Timestamp(tables.period.end) or not closed.all())
    found = _exact(rows, data) if whole else _shown(tables, rows[closed], data)
    rows = rows[(rows["weight"] > 0) & rows["specialist_id"].isin(data.people)]
    absent = "scoring.nobody_rated" if tables.has("feedback") else "scoring.no_table"
    absent = "scoring.collecting" if running and len(rows) else absent
    blank = _nothing(data, absent)
    out = {}
    for item in (i.item for i in tables.scheme.library.values() if i.item):
        value = found.get(item, blank)
        mine = rows[rows["item"] == item]
        of = mine.groupby("specialist_id")["relation"].agg(set)
        only = np.isin(data.people, [str(who) for who, said in of.items() if said == {"self"}])
        if tables.scheme.raters_of(item) is None:
            only[:] = False
        some = np.isin(data.people, list(of.index)) & ~running
        why = np.where(np.isnan(value.actual), np.where(some, "scoring.few_raters", absent), "")
        value = _without(value, only)
        out[item] = replace(value, reason=np.where(only, "scoring.only_self", why))
    return out


def _nothing(data: Panel, absent: str) -> Value:
    """The value of an item that nobody rated."""
    none = np.full(len(data.people), np.nan)
    zero = np.zeros((len(none), len(data.days)))
    return Value(none, 0 * np.nan_to_num(none), zero, none, none, np.full(len(none), absent))


def _without(value: Value, gone: Array) -> Value:
    """A value without those people's figures."""
    if not gone.any():
        return value
    own = None if value.own is None else np.where(gone, 0.0, value.own)
    raters = None if value.raters is None else np.where(gone[:, None], 0.0, value.raters)
    names = ("actual", "se")
    lost = {name: np.where(gone, np.nan, getattr(value, name)) for name in names}
    return replace(
        value, **lost, own=own, raters=raters, denominator=np.where(gone, 0.0, value.denominator)
    )


# ── from what is published ───────────────────────────────────────────────────────────────────────
def _shown(tables: "Tables", rows: pd.DataFrame, data: Panel) -> dict[str, Value]:
    """Values from published figures; their errors from the fewest raters of each band.

    An item's error: σ of one answer, pooled over everybody, and that of rounding. Errors of one
    person's items resemble each other, since the same raters gave them: the total has them wider.
    """
    told = published(tables, data.days).rows if len(rows) else rows[:0]
    told = (
        told if told.empty else told[(told["weight"] > 0) & told["specialist_id"].isin(data.people)]
    )
    if told.empty:  # of people in other groups, or of voices that do not count
        return {}
    known = told.assign(**_noises(tables, rows, told["item"]))
    part = known["weight"] / known.groupby(KEYS)["weight"].transform("sum")
    var = known["sigma"] ** 2 / known["least"] + known["step"].fillna(0) ** 2 / 12
    known = known.assign(add=part * known["figure"], var=part**2 * var / known["periods"])
    sums = known.groupby(KEYS, as_index=False).agg(
        actual=("add", "sum"),
        var=("var", "sum"),
        n=("least", "sum"),
        **{name: (name, "first") for name in ("alike", "df", "sure")},
    )
    many = sums.groupby("specialist_id")["n"].transform("size")
    sums = sums.assign(
        se=np.sqrt(sums["var"]).where(sums["sure"]),
        own=np.sqrt(sums["var"] * (1 + (many - 1) * sums["alike"])),
    )
    return {str(item): _of_published(mine, data) for item, mine in sums.groupby("item")}


def _noises(tables: "Tables", rows: pd.DataFrame, items: pd.Series) -> dict[str, pd.Series]:
    """Per row sigma, alike, df, and whether enough people were rated for them to be printed.

    Without these a sixth of the scale stands for the error of one answer.
    """
    found = {}
    scales = rows.drop_duplicates("item").set_index("item")["scale"]
    for scale, part in rows.groupby("scale"):
        span = float(np.ptp(tables.scheme.scale_of(part["item"].iloc[0]).ends))
        of = noise(part).coarse(span)
        sure = of.people >= PEOPLE
        usual = (of.sigma, of.alike, float(of.df), True) if sure else (span / 6, 0.5, 1.0, False)
        found[scale] = usual
    names = ("sigma", "alike", "df", "sure")
    of_item = items.map(scales).map(found)
    return {name: of_item.map(lambda x, k=k: x[k]) for k, name in enumerate(names)}


def _of_published(mine: pd.DataFrame, data: Panel) -> Value:
    """One item's value for everybody, from a row a person."""
    one = mine.set_index("specialist_id").reindex(list(data.people))
    return Value(
        one["actual"].to_numpy(float),
        one["n"].fillna(0).to_numpy(float),
        np.zeros((len(one), len(data.days))),
        one["se"].to_numpy(float),
        one["df"].fillna(1).to_numpy(float),
        np.full(len(one), ""),
        own=one["own"].fillna(0).to_numpy(float),
    )


# ── from exact answers ───────────────────────────────────────────────────────────────────────────
def shares(rows: pd.DataFrame) -> pd.Series:
    """Part of each answer in its item's value (评价占比): relation weight, alike inside it."""
    size = rows.groupby([*KEYS, "relation"])["used"].transform("size")
    share = rows["weight"] / size
    return share / share.groupby([rows[k] for k in KEYS]).transform("sum")


def _exact(rows: pd.DataFrame, data: Panel) -> dict[str, Value]:
    """Values from the answers as given: mean inside relations, then relation weights."""
    sigma = {scale: noise(part) for scale, part in rows.groupby("scale")}
    rows = rows[(rows["weight"] > 0) & rows["specialist_id"].isin(data.people)]
    rows = rows.assign(share=shares(rows))
    raters = pd.Index(rows["rater_id"].unique())
    return {
        str(item): _of_answers(mine, data, raters, sigma[mine["scale"].iloc[0]])
        for item, mine in rows.groupby("item")
    }


def _of_answers(mine: pd.DataFrame, data: Panel, raters: pd.Index, of: Noise) -> Value:
    """One item's value from its answers, with each rater's part in it and the error of chance."""
    place = pd.Index(data.people).get_indexer(pd.Index(mine["specialist_id"]))
    share = mine["share"].to_numpy()
    count = np.bincount(place, minlength=len(data.people))
    mean = np.bincount(place, share * mine["used"], len(data.people))
    part = np.zeros((len(data.people), len(raters)))
    rater = raters.get_indexer(pd.Index(mine["rater_id"]))
    part[place, rater] = share * (mine["used"] - mean[place])
    known = count > 0
    error = of.sigma * np.sqrt(np.bincount(place, share**2, len(data.people)))
    return Value(
        np.where(known, mean, np.nan),
        count * 1.0,
        np.zeros((len(data.people), len(data.days))),
        np.where(known, error, np.nan),
        np.full(len(known), max(1.0, of.df)),
        np.full(len(known), ""),
        part,
    )


def open_people(tables: "Tables", days: pd.DatetimeIndex) -> set[str]:
    """Whose exact items give no answer away (精确计分下可展示单项的人); of the others only a sum.

    Nobody's where leniency was corrected: what the readers know of it cannot be counted.
    """
    rows = answers(tables, days)
    rows = rows.assign(weight=weights(tables, rows))
    known = priors(tables, rows)
    everybody = {str(who) for who in rows["specialist_id"]}
    rows = rows[rows["weight"] > 0]
    rows = rows.assign(share=shares(rows))
    free = rows[~rows["relation"].isin(NAMED)]
    if free["leniency"].notna().any():
        return everybody - {str(who) for who in free["specialist_id"]}
    shut = {
        str(who)
        for (who, _), mine in free.groupby(KEYS)
        if tells(
            known[mine["scale"].iloc[0]],
            tuple(mine["share"]),
            float((mine["share"] * mine["used"]).sum()),
            PRINTED,
        )
    }
    return everybody - shut


# ── what a page may show ─────────────────────────────────────────────────────────────────────────
def shown(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """What may be shown of 360 by relation (可展示的公布值): see `published.Published.rows`.

    Where exact answers count, pools are never shown beside them: only voices known by name, of
    people whose items give nothing away.
    """
    if not is_exact(tables):
        return published(tables, days).rows
    rows = answers(tables, days)
    rows = rows[rows["relation"].isin(NAMED)]
    rows = rows[rows["specialist_id"].isin(_open(tables, days))]
    of = rows.groupby([*KEYS, "relation"])["rating"].mean().rename("figure").reset_index()
    return of.assign(step=np.nan, least=1, named=True)


def _open(tables: "Tables", days: pd.DatetimeIndex) -> set[str]:
    return remembered(tables, f"open-{days[-1]:%Y%m%d}", lambda t: open_people(t, days))


def closed(tables: "Tables", rows: pd.DataFrame) -> pd.DataFrame:
    """Scorecards' indicators as they may be shown (匿名底线).

    Intervals of items are printed to a tenth. Where exact answers count, items of who could be
    seen through become NaN with reason `scoring.closed`: only the soft total is shown.
    """
    items = np.array([tables.scheme.is_item(name) for name in rows["indicator"]], bool)
    half = np.floor((rows["ci_high"] - rows["ci_low"]) * 5 + 0.5) / 10
    ends = {"ci_low": rows["actual"] - half, "ci_high": rows["actual"] + half}
    told = rows.assign(**{name: rows[name].mask(items, end) for name, end in ends.items()})
    if not is_exact(tables):
        return told
    days = pd.date_range(tables.period.start, tables.period.last_day)
    shut = items & rows["points"].notna() & ~rows["specialist_id"].isin(_open(tables, days))
    told = told.assign(reason=told["reason"].mask(shut, "scoring.closed"))
    return told.assign(**{name: told[name].mask(shut) for name in CLOSED})


def held_back(rows: pd.DataFrame, total: float) -> float | None:
    """What one's soft items that may not be shown add to the total together (软性合计贡献).

    rows : one person's rows of `closed`; None where nothing is hidden or there is no total
    """
    shut = rows["reason"].eq("scoring.closed").any()
    return None if not shut or np.isnan(total) else float(total - rows["contribution"].sum())

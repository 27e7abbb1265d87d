"""Ratios of daily sums against what was usual (比率突变): which column is in another unit.

Every row of `levels.yml` under `ratios` is sums over sums: of the period, against the same plan's
earlier days, else against its platform and channel. Where several ratios move at once, the column
that explains most of them is named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kit.data.quality.levels.asked import limits, off

UNIT, GROUP = "unit", "group"


class Span(NamedTuple):
    """First and last day that are looked at."""

    start: pd.Timestamp
    end: pd.Timestamp

    def before(self, days: int) -> Span:
        """As many days before it."""
        one = pd.Timedelta(days=1)
        return Span(self.start - days * one, self.start - one)


def span(start: dt.date, end: dt.date) -> Span:
    """The days of a period."""
    return Span(pd.Timestamp(start), pd.Timestamp(end))


def ratios(table: str, columns: pd.Index) -> list[dict[str, Any]]:
    """The ratios of a table whose columns are there."""
    said = limits("ratios")[table]
    return [r for r in said if {r["top"], r["under"], *r["least"]} <= {*columns}]


def shifted(days: pd.DataFrame, table: str, inside: Span) -> pd.DataFrame:
    """unit, group, top, under, now, usual, factor, basis: every ratio against what was usual.

    days : date, unit, group and sums; a ratio without enough to tell it from chance is left out
    """
    usual_days = limits("shift")["days"]
    now = _sums(days, inside)
    before = _sums(days, inside.before(usual_days)).reindex(now.index)
    pooled = _sums(days, inside.before(usual_days)).groupby(GROUP).sum(min_count=1)
    group = pooled.reindex(now.index.get_level_values(GROUP)).set_axis(now.index)
    parts = [_against(now, before, ratio, "plan") for ratio in ratios(table, days.columns)]
    parts += [_against(now, group, ratio, "platform") for ratio in ratios(table, days.columns)]
    parts += [_beside(now, ratio) for ratio in ratios(table, days.columns)]
    every = pd.concat([p for p in parts if len(p)] or [_none()], ignore_index=True)
    return every.drop_duplicates([UNIT, GROUP, "top", "under"])


def _none() -> pd.DataFrame:
    names = [UNIT, GROUP, "top", "under", "now", "usual", "factor", "basis"]
    return pd.DataFrame(columns=names)


def _sums(days: pd.DataFrame, inside: Span) -> pd.DataFrame:
    rows = days[days["date"].between(*inside)].drop(columns="date")
    return rows.groupby([UNIT, GROUP]).sum(min_count=1)


def _against(now: pd.DataFrame, base: pd.DataFrame, ratio: dict, basis: str) -> pd.DataFrame:
    """One ratio now against a base, where the base and what it leads one to expect are enough.

    A column that is wrong itself must not hide the finding for want of counts: what is expected
    follows from how most columns grew.
    """
    grown = (now / base.where(base > 0)).median(axis=1)
    grown = grown.clip(upper=1.0) if basis == "platform" else grown
    enough = pd.Series(True, index=now.index)
    for column, least in ratio["least"].items():
        enough &= (base[column] >= least) & (base[column] * grown >= least)
    usual = base[ratio["top"]] / base[ratio["under"]]
    return _told(now, ratio, usual.where(enough & (usual > 0)), basis)


def _beside(now: pd.DataFrame, ratio: dict) -> pd.DataFrame:
    """One ratio against the median of at least three others of the same platform and channel."""
    enough = pd.Series(True, index=now.index)
    for column, least in ratio["least"].items():
        enough &= now[column] >= least
    value = (now[ratio["top"]] / now[ratio["under"]]).where(enough)
    there = value.groupby(GROUP).transform("count") > 3
    return _told(now, ratio, value.groupby(GROUP).transform("median").where(there), "colleagues")


def _told(now: pd.DataFrame, ratio: dict, usual: pd.Series, basis: str) -> pd.DataFrame:
    value = now[ratio["top"]] / now[ratio["under"]].where(now[ratio["under"]] > 0)
    value = value.where(value > 0)  # nothing at all is another fault than another unit
    found = pd.DataFrame({"now": value, "usual": usual, "factor": value / usual}).dropna()
    return found.reset_index().assign(top=ratio["top"], under=ratio["under"], basis=basis)


def blamed(found: pd.DataFrame, table: str) -> pd.DataFrame:
    """unit, group, column, factor, ask, now, usual, basis, over: the column that explains most.

    ask : whether the factor is beyond what must be confirmed, not only warned of
    """
    said = {(r["top"], r["under"]): r for r in limits("ratios")[table]}
    rows = []
    moved = found[_moved(found, said)]
    for (unit, group), part in moved.groupby([UNIT, GROUP], sort=False):
        every = part.to_dict("records")
        wide = [r for r in every if off(r["factor"]) > _limit(said, r, "warn")]
        column = explains(wide, every)
        first = max(
            (r for r in wide if column in (r["top"], r["under"])), key=lambda r: off(r["factor"])
        )
        factor = first["factor"] if column == first["top"] else _inverse(first["factor"])
        told = {k: first[k] for k in ("now", "usual", "basis", "top", "under")}
        ask = off(factor) > _limit(said, first, "ask")
        rows.append(
            {UNIT: unit, GROUP: group, "column": column, "factor": factor, "ask": ask} | told
        )
    names = [UNIT, GROUP, "column", "factor", "ask", "now", "usual", "basis", "top", "under"]
    return pd.DataFrame(rows, columns=names)


def _moved(found: pd.DataFrame, said: dict) -> pd.Series:
    """Rows of units with a ratio beyond what is warned of: few, where plan-days are many."""
    least = {
        pair: _limit(said, dict(zip(("top", "under"), pair, strict=True)), "warn") for pair in said
    }
    pairs = list(zip(found["top"], found["under"], strict=True))
    limit = np.array([least[pair] for pair in pairs], float)
    beyond = found["factor"].map(off) > limit
    return beyond.groupby([found[UNIT], found[GROUP]]).transform("any").fillna(False).astype(bool)


def _inverse(factor: float) -> float:
    return 1 / factor if factor else np.inf


def _limit(said: dict, row: dict, name: str) -> float:
    ratio = said[(row["top"], row["under"])]
    return float(ratio.get(name, limits("shift")[name]))


def explains(wide: list[dict], every: list[dict]) -> str:
    """The column whose change explains most of the ratios that moved, and of those that did not."""
    columns = list(dict.fromkeys(c for r in wide for c in (r["top"], r["under"])))

    def score(column: str) -> float:
        ways = [
            np.sign(np.log(max(r["factor"], 1e-12))) * (1 if column == r["top"] else -1)
            for r in wide
            if column in (r["top"], r["under"])
        ]
        still = sum(column in (r["top"], r["under"]) for r in every) - len(ways)
        return abs(sum(ways)) - still

    return max(columns, key=score)


def apart(days: pd.DataFrame, table: str, inside: Span) -> Iterator[dict[str, Any]]:
    """Ratios of which some days of the period are in another unit than the unit's own median.

    Yields top, under, n (days far off), share, near (share of days off), unit, date, now, usual
    """
    said = limits("within")
    wide = Span(inside.before(limits("shift")["days"]).start, inside.end)
    rows = days[days["date"].between(*wide)]
    for ratio in ratios(table, days.columns):
        value = rows[ratio["top"]] / rows[ratio["under"]].where(rows[ratio["under"]] > 0)
        value = value.where(value > 0)  # nothing at all is another fault than another unit
        usual = value.groupby([rows[UNIT], rows[GROUP]]).transform("median")
        factor = (value / usual).where(_enough(rows, ratio, usual))
        factor = factor[rows["date"].between(*inside)].dropna()
        apart = np.maximum(factor, 1 / factor)
        far = apart > said["far"]
        near = float((apart > said["near"]).mean()) if len(apart) else 0.0
        if far.any() or near >= said["many"]:
            first = rows.loc[apart.idxmax()]
            yield {
                **{k: ratio[k] for k in ("top", "under")},
                "n": int(far.sum()) or int((apart > said["near"]).sum()),
                "ask": far.mean() >= said["share"] or near >= said["many"],
                "factor": float(factor[apart.idxmax()]),
                "now": float(value[apart.idxmax()]),
                "usual": float(usual[apart.idxmax()]),
                **{k: first[k] for k in (UNIT, GROUP, "date")},
            }


def _enough(rows: pd.DataFrame, ratio: dict, usual: pd.Series) -> pd.Series:
    """Days with enough to tell a factor from chance, by what was found or by what was expected."""
    expected = usual * rows[ratio["under"]]
    enough = pd.Series(True, index=rows.index)
    for column, least in ratio["least"].items():
        held = rows[column]
        if column == ratio["top"]:
            held = np.maximum(held, expected)
        enough &= held >= least / 2
    return enough

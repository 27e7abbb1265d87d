"""Typed figures, weights, indices and ratings (填报数、权重、指数、评分) by their level."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import located
from kit.data.quality.levels.asked import about, asked, figure, limits, named, off
from kit.params import span_of
from kit.scheme.periods import kind_of

if TYPE_CHECKING:
    from kit.data.tables import Tables


def odd_typed(tables: Tables) -> Iterator[Issue]:
    """Everything that people typed and whose level is odd (填报量级异常)."""
    for check in (weights, measured, market, reversed_scale):
        yield from check(tables)


def weights(tables: Tables) -> Iterator[Issue]:
    """Weights of tasks beyond 20 times the median (任务权重悬殊), where the scheme uses them."""
    if not tables.has("tasks") or not tables.scheme.task_weights:
        return
    rows = tables.get("tasks")
    first, last = (pd.Timestamp(d) for d in (tables.period.start, tables.period.last_day))
    rows = rows[rows["due"].between(first, last) & (rows["weight"] > 0)]
    factor = rows["weight"] / rows["weight"].median()
    said = limits("within")
    far = factor.map(off) > said["far"]
    if far.any():
        row = rows.loc[factor[far].map(off).idxmax()]
        told = {
            "rows": rows[far],
            "factor": float(factor[row.name]),
            "basis": "colleagues",
            "ask": far.mean() >= said["share"],
            "who": row["specialist_id"],
        }
        yield _told(tables, ("tasks", "weight"), row, told, {"task_id": row["task_id"]})


def measured(tables: Tables) -> Iterator[Issue]:
    """Typed figures against the same one's earlier periods, else colleagues' (填报数量级)."""
    known = _with_usual(tables) if tables.has("measured") else pd.DataFrame()
    for ask in (True, False):
        far = known[known["level"] == ("ask" if ask else "warn")] if len(known) else known
        for indicator, part in far.groupby("indicator") if len(far) else ():
            row = part.iloc[int(part["factor"].map(off).argmax())]
            basis = "colleagues" if np.isnan(row["usual"]) else "history"
            told = {"rows": part, "factor": float(row["factor"]), "basis": basis, "ask": ask}
            told |= {"who": row["specialist_id"], "indicator": indicator}
            column = "rate" if pd.notna(row["rate"]) else "actual"
            names = ("period_id", "indicator", "specialist_id", "team")
            where = {name: row[name] for name in names if pd.notna(row[name])}
            yield _told(tables, ("measured", column), row, told, where)


def _with_usual(tables: Tables) -> pd.DataFrame:
    """Typed figures of the period with usual, factor and level (ask, warn or "")."""
    said = limits("measured")
    by = ["specialist_id", "team", "indicator"]
    rows = tables.get("measured")
    rows = rows.assign(value=rows["rate"].fillna(rows["actual"]))
    rows = rows[rows["period_id"].notna() & (rows["value"] > 0)]
    now = rows[rows["period_id"] == tables.period.id]
    past = rows[np.array([_is_earlier(str(n), tables) for n in rows["period_id"]], bool)]
    last = past.sort_values("period_id").groupby(by, dropna=False).tail(said["history"])
    usual = last.groupby(by, dropna=False)["value"].median().rename("usual").reset_index()
    known = now.merge(usual, "left", by)
    others = known.groupby("indicator")["value"].transform("median")
    several = known.groupby("indicator")["value"].transform("size") > 3
    factor = known["value"] / known["usual"].fillna(others.where(several))
    apart = factor.map(off)
    alone = known["usual"].isna()
    ask = apart > pd.Series(said["ask"], known.index).mask(alone, limits("target")["alone"])
    level = pd.Series("", known.index).mask((apart > said["warn"]) & ~alone, "warn")
    return known.assign(factor=factor, level=level.mask(ask, "ask"))


def _is_earlier(name: str, tables: Tables) -> bool:
    """Whether a period id is of the same kind as this one, and before it."""
    span, own = span_of(name), span_of(tables.period.id) or tables.period
    if span is None or span.end >= own.start:
        return False
    return kind_of(span.start, span.end) == kind_of(own.start, own.end)


def market(tables: Tables) -> Iterator[Issue]:
    """The market index by category against its earlier days (大盘指数突变)."""
    now = _indices(tables) if tables.has("market") else pd.DataFrame({"factor": []})
    said = limits("index")
    apart = now["factor"].dropna().map(off)
    far = now.loc[apart[apart > said["warn"]].index]
    if len(far):
        row = far.iloc[int(far["factor"].map(off).argmax())]
        told = {
            "rows": far,
            "factor": float(row["factor"]),
            "ask": bool((apart > said["ask"]).mean() >= limits("within")["share"]),
            "basis": "history",
            "who": "",
        }
        where = {"category": row["category"], "date": row["date"].date()}
        yield _told(tables, ("market", "index"), row, told, where)


def _indices(tables: Tables) -> pd.DataFrame:
    """The index of the period with its factor to the days before, else to the period's own."""
    rows = tables.get("market")
    first, last = (pd.Timestamp(d) for d in (tables.period.start, tables.period.last_day))
    before = first - pd.Timedelta(days=limits("shift")["days"])
    now = rows[rows["date"].between(first, last)]
    past = rows[rows["date"].between(before, first, inclusive="left")]
    usual, own = (part.groupby("category")["index"].median() for part in (past, now))
    bases = [now["category"].map(base).astype(float) for base in (usual, own)]
    since, among = (now["index"] / base.where(base > 0) for base in bases)
    nearer = since.where(since.map(off) <= among.map(off), among)
    return now.assign(factor=nearer.fillna(among))


def reversed_scale(tables: Tables) -> Iterator[Issue]:
    """Ratings whose order of people is the reverse of the period before (量表疑似颠倒)."""
    compare = tables.period.compare
    if compare is None or not tables.has("feedback"):
        return
    rows = tables.get("feedback")
    rows = rows[rows["period_id"].isin([tables.period.id, compare.id])]
    value = [_number(tables, i, r) for i, r in zip(rows["item"], rows["rating"], strict=True)]
    rows = rows.assign(value=value)
    means = rows.groupby(["period_id", "specialist_id"])["value"].mean().unstack(0).dropna()
    said = limits("rating")
    if len(means) < said["people"] or means.shape[1] < 2:
        return
    order = means.rank()
    r = float(order.iloc[:, 0].corr(order.iloc[:, 1]))
    if r < said["correlation"]:
        facts = {
            "found": f"{r:.2f}",
            "usual": f"{said['correlation']:g}",
            "n": len(means),
            "basis": "history",
            "confirm": f"feedback.rating {tables.period.id} order",
        }
        issue = asked("level_reversed", ("feedback", "rating"), float("nan"), ask=True, facts=facts)
        yield located(tables.engine, issue, {"period_id": tables.period.id})


def _number(tables: Tables, item: Any, rating: Any) -> float:
    """A rating as a number of its scale; NaN for what its own check tells."""
    if not isinstance(item, str) or not isinstance(rating, str):
        return float("nan")
    try:
        found = tables.scheme.scale_of(item).read(rating)
    except (KeyError, AttributeError):
        return float("nan")
    return float("nan") if found is None else float(found)


def _told(tables: Tables, at: tuple[str, str], row: pd.Series, said: dict, where: dict) -> Issue:
    value = float(row[at[1]])
    people = [p for p in [said["who"]] if isinstance(p, str) and p]
    thing = said.get("indicator", "")
    parts = [f"{at[0]}.{at[1]}", str(thing), *people, figure(value)]
    facts = {
        "found": figure(value),
        "usual": about(value / said["factor"]),
        "people": people,
        "person": people[0] if people else "—",
        "indicator": named(str(thing)) if thing else "—",
        "basis": said["basis"],
        "confirm": " ".join(filter(None, parts)),
        "n": len(said["rows"]),
    }
    if thing in tables.scheme.library:
        facts["unit"] = tables.scheme.library[thing].unit
    issue = asked("level_typed", at, said["factor"], ask=said["ask"], facts=facts)
    return located(tables.engine, issue, where)

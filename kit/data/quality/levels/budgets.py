"""Budgets against what was spent and against earlier ones (预算量级), by person and channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import located
from kit.data.quality.levels.asked import about, asked, figure, in_money, limits, off, power
from kit.data.quality.levels.targets import nearer
from kit.data.quality.matching import of_period
from kit.params import span_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

KEY = ["specialist_id", "channel"]
FEW = 3  # people from whom a median can be told


def odd_budgets(tables: Tables) -> Iterator[Issue]:
    """Budgets that seem to be in another unit (预算疑似单位有误)."""
    rows = of_period(tables, "budget")
    own = rows[rows["period_id"] == tables.period.id]
    rows = (own if len(own) else rows).reset_index(drop=True)
    rows = rows[rows["budget"] > 0]
    if rows.empty or not tables.has("ads") or not tables.has("assignment"):
        return
    sums = compared(rows, _spent(tables), _elapsed(tables))
    yield from _everybody(tables, rows, sums)
    people = set()
    for ask in (True, False):
        far = sums[sums["level"] == ("ask" if ask else "warn")]
        if len(far):
            people |= {*far.index}
            yield _issue(tables, rows, far, ask=ask)
    rest = rows[~rows["specialist_id"].isin(people)]
    yield from _channels(tables, rest, sums)


def compared(rows: pd.DataFrame, spent: pd.DataFrame, elapsed: float) -> pd.DataFrame:
    """By person: budget of the days that passed, spend, their ratio, the team's, level."""
    said = limits("budget")
    sums = pd.DataFrame(
        {
            "budget": rows.groupby("specialist_id")["budget"].sum() * elapsed,
            "spend": spent.groupby("specialist_id")["spend"].sum(),
        }
    ).dropna()
    ratio = sums["budget"] / sums["spend"].where(sums["spend"] > 0)
    team = ratio.median() if len(ratio.dropna()) >= FEW else 1.0
    relative = [nearer(a, b) for a, b in zip(ratio / team, ratio, strict=True)]
    apart = pd.Series(relative, sums.index, dtype=float).map(off)
    level = pd.Series("", sums.index).mask(apart > said["warn"], "warn")
    return sums.assign(ratio=ratio, team=team, level=level.mask(apart > said["ask"], "ask"))


def _spent(tables: Tables) -> pd.DataFrame:
    rows = tables.facts
    inside = rows["date"].between(
        pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    )
    return rows[inside].groupby(KEY)["spend"].sum().reset_index()


def _elapsed(tables: Tables) -> float:
    """The share of the period that has passed: a running one is spent in part."""
    period = tables.period
    return ((period.last_day - period.start).days + 1) / ((period.end - period.start).days + 1)


def _everybody(tables: Tables, rows: pd.DataFrame, sums: pd.DataFrame) -> Iterator[Issue]:
    """All budgets against all spend (整列预算)."""
    ratio = sums["ratio"].dropna()
    said = limits("budget")
    if len(ratio) < FEW or off(factor := float(ratio.median())) <= said["warn"]:
        return
    first = rows.iloc[0]
    facts = {
        "found": figure(first["budget"]),
        "usual": about(first["budget"] / factor),
        "person": first["specialist_id"],
        "basis": "spend",
        "confirm": f"budget.budget {power(factor)}",
        "n": len(rows),
        "unit": "money",
        **in_money(tables, "money"),
    }
    ask = off(factor) > said["ask"]
    issue = asked("level_budgets", ("budget", "budget"), factor, ask=ask, facts=facts)
    yield located(tables.engine, issue, {"period_id": first["period_id"]})


def _issue(tables: Tables, rows: pd.DataFrame, far: pd.DataFrame, *, ask: bool) -> Issue:
    """One finding for the people whose budget is off; the farthest is shown."""
    first = int(far["ratio"].map(off).argmax())
    who = far.index[first]
    mine = rows[rows["specialist_id"] == who]
    row = mine.iloc[int(mine["budget"].argmax())]
    factor = float(far["ratio"].iloc[first])
    return _told(
        tables, row, {"factor": factor, "people": sorted(far.index), "ask": ask, "basis": "spend"}
    )


def _told(tables: Tables, row: pd.Series, said: dict[str, Any]) -> Issue:
    people = said["people"]
    facts = {
        "found": figure(row["budget"]),
        "usual": about(row["budget"] / said["factor"]),
        "person": row["specialist_id"],
        "channel": row["channel"],
        "people": people,
        "basis": said["basis"],
        "confirm": f"budget.budget {' '.join(people)} {row['channel']} {figure(row['budget'])}",
        "n": len(people),
        "unit": "money",
        **in_money(tables, "money"),
    }
    at = ("budget", "budget")
    issue = asked("level_budget", at, said["factor"], ask=said["ask"], facts=facts)
    where = {name: row[name] for name in ("period_id", "specialist_id", "channel")}
    return located(tables.engine, issue, where)


def _channels(tables: Tables, rows: pd.DataFrame, sums: pd.DataFrame) -> Iterator[Issue]:
    """Single rows far from spend and from earlier budgets that matter to the person (单条预算)."""
    said = limits("budget")
    known = rows.merge(_spent(tables), "left", KEY).merge(_history(tables), "left", KEY)
    days = _length(tables, known)
    spend = known["budget"] * _elapsed(tables) / known["spend"].where(known["spend"] > 0)
    past = known["budget"] / days / known["usual"]
    factor = [nearer(a, b) if a == a else b for a, b in zip(spend, past, strict=True)]
    known = known.assign(factor=factor)
    whole = known.groupby("specialist_id")["budget"].transform("sum")
    matters = (known["budget"] * (1 - 1 / known["factor"])).abs() > said["share"] * whole
    for row in known[matters].to_dict("records"):
        apart = off(row["factor"])
        if apart > said["warn"] and row["usual"] == row["usual"]:
            told = {
                "factor": row["factor"],
                "people": [row["specialist_id"]],
                "basis": "history",
                "ask": apart > said["ask"],
            }
            yield _told(tables, pd.Series(row), told)


def _history(tables: Tables) -> pd.DataFrame:
    """specialist_id, channel, usual: the median budget a day of earlier periods of the kind."""
    rows = tables.get("budget")
    spans = {name: span_of(str(name)) for name in rows["period_id"].dropna().unique()}
    own = _n_days(tables, tables.period.id)
    past = [
        name
        for name, span in spans.items()
        if span and span.end < tables.period.start and off(_n_days(tables, name) / own) < 1.3
    ]
    last = rows[rows["period_id"].isin(past) & (rows["budget"] > 0)].sort_values("period_id")
    last = last.assign(rate=last["budget"] / _length(tables, last))
    last = last.groupby(KEY).tail(limits("budget")["history"])
    return last.groupby(KEY)["rate"].median().rename("usual").reset_index()


def _length(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    return rows["period_id"].map(lambda name: _n_days(tables, name)).astype(float)


def _n_days(tables: Tables, name: str) -> int:
    period = tables.period
    span = period if name == period.id else span_of(str(name)) or period
    return (span.end - span.start).days + 1

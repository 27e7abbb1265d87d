"""Targets against earlier ones and against what was reached (目标量级), per day of their span."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import located
from kit.data.quality.levels.actuals import actuals, before
from kit.data.quality.levels.asked import about, asked, figure, in_money, limits, named, off, power
from kit.data.quality.matching import of_period
from kit.params import span_of
from kit.scheme.periods import kind_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

KEY = ["specialist_id", "indicator"]
FEW = 3  # people from whom a median can be told

LIKE = 1.5  # times the colleagues' usual target: so near that one slip does not explain it


def odd_targets(tables: Tables, mature: pd.DatetimeIndex) -> Iterator[Issue]:
    """Targets that seem to be in another unit (目标疑似单位有误); mature : days that count."""
    rows = of_period(tables, "targets")
    own = rows[rows["period_id"] == tables.period.id]
    rows = own if len(own) else rows  # months inside count where the period has none of its own
    rows = rows[(rows["target"] > 0) & np.isfinite(rows["target"])]
    if rows.empty:
        return
    judged = compared(tables, rows.reset_index(drop=True), mature)
    told: set[object] = set()
    for ask in (True, False):
        part = judged[judged["level"] == ("ask" if ask else "warn")]
        told |= {*part["indicator"]}
        groups = part.groupby("indicator") if ask else [("", part)] if len(part) else []
        for _, group in groups:
            yield _row_issue(tables, group, ask=ask)
    yield from _everybody(tables, judged, told)
    yield from _nothing(judged)


def compared(tables: Tables, rows: pd.DataFrame, mature: pd.DatetimeIndex) -> pd.DataFrame:
    """The rows with rate, what is usual, factor, against and level (ask, warn or "").

    A target far from earlier ones is explained where what was reached agrees with it, as for
    somebody who joined and took over plans. One far above what was reached is explained where the
    days before agree with it: a bad month is no other unit.
    """
    rows = _rated(tables, rows)
    indicators = sorted(rows["indicator"].unique())
    reached = actuals(tables, indicators, mature).merge(before(tables, indicators), "outer", KEY)
    rows = rows.merge(reached, "left", KEY).merge(_history(tables, rows), "left", [*KEY, "kind"])
    whole = rows[rows["stage"].isna()]
    others = whole.groupby("indicator")["rate"].agg(["median", "size"])
    colleagues = others["median"].where(others["size"] > FEW)
    rows = rows.assign(
        past=rows["rate"] / rows["usual_past"],
        done=_done(rows).where(rows["period_id"] == tables.period.id),
        beside=rows["rate"] / rows["indicator"].map(colleagues),
        near=rows["rate"] / _of_others(whole).reindex(rows.index),
    )
    rows["middle"] = rows.groupby("indicator")["done"].transform("median")
    costs = [name for name, less in _lower(tables).items() if less]
    rows["short"] = rows["done"].where(~rows["indicator"].isin(costs), 1 / rows["done"])
    by = ["past", "done", "beside", "middle", "near", "short"]
    level = [_level(row) for row in rows[by].to_numpy()]
    columns = ["level", "factor", "against"]
    judged = pd.concat([rows, pd.DataFrame(level, columns=columns, index=rows.index)], axis=1)
    other = judged["specialist_id"].isin(_moved(tables)) & (judged["against"] == "actual")
    other |= judged["period_id"] != tables.period.id  # a month inside: nothing reached explains it
    return judged.assign(level=judged["level"].mask(other & (judged["level"] == "ask"), "warn"))


def _done(rows: pd.DataFrame) -> pd.Series:
    """Targets over what was reached, whether they are of the whole span or of own days alone.

    What was reached before the period counts where it is nearer: the month itself may be bad.
    """
    own, whole, earlier = (
        rows["rate"] / rows[name] for name in ("actual", "actual_span", "before")
    )
    now = own.where(own.map(off) <= whole.map(off), whole)
    usual = earlier.notna() & (earlier.map(off) < now.map(off))
    return now.where(~usual, earlier)


def _of_others(whole: pd.DataFrame) -> pd.Series:
    """Median target of the others for the same indicator, a row each; NaN where nobody else is."""
    made = pd.Series(np.nan, whole.index)
    for _, rates in whole.groupby("indicator")["rate"]:
        for at in rates.index:
            made[at] = rates.drop(at).median()
    return made


def _lower(tables: Tables) -> dict[str, bool]:
    """Whether less of it is better, by indicator (越低越好)."""
    return {name: of.better == "down" for name, of in tables.scheme.library.items()}


def _moved(tables: Tables) -> set[str]:
    """People whose plans changed within the period (中途交接): what they reached is of others."""
    spans = tables.get("assignment")
    first, last = (pd.Timestamp(d) for d in (tables.period.start, tables.period.last_day))
    came = spans["valid_from"].between(first, last, inclusive="right")
    left = spans["valid_to"].between(first, last, inclusive="left")
    return {*spans.loc[came | left, "specialist_id"]}


def _level(row: np.ndarray) -> tuple[str, float, str]:
    """How grave a target's distance is, the factor and what it was compared with."""
    past, done, beside, middle, near, short = (float(x) for x in row)
    said = limits("target")
    known = [not np.isnan(x) for x in (past, done)]
    if all(known):
        least = nearer(past, done)
        far = off(done) > said["alone"] and off(done / middle) > said["alone"]
        level = _graded(least, said)
        return (
            level or ("warn" if far else ""),
            past if level else done,
            "history" if level or not far else "actual",
        )
    if known[0]:
        return _graded(past, said), past, "history"
    if known[1]:
        level = _graded(nearer(done, done / middle), said)
        alone = np.isnan(near) and short <= said["bad"]
        bad = short > 1 and (alone or off(near) <= LIKE)  # a bad month, not another unit
        return "warn" if level and bad else level, done, "actual"
    return ("ask" if off(beside) > said["alone"] else ""), beside, "colleagues"


def nearer(one: float, other: float) -> float:
    """Of two factors the one nearer to 1; 1 where they point apart."""
    if np.isnan(other):
        return one
    same = (one - 1) * (other - 1) > 0
    return min(one, other, key=off) if same else 1.0


def _graded(factor: float, said: dict[str, float]) -> str:
    apart = off(factor)
    return "ask" if apart > said["ask"] else "warn" if apart > said["warn"] else ""


def _rated(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """Targets per day where they add up over days, else as they are; kind and start of the span."""
    promotions = {p.id: (p.start, p.end, "campaign") for p in tables.scheme.promotions}
    own = {tables.period.id: (tables.period.start, tables.period.end, tables.period.type)}
    periods = rows["period_id"].dropna().unique()
    spans = {name: found for name in periods if (found := _days(name, promotions | own))}
    known = rows[rows["period_id"].isin(list(spans))]
    start, end = (
        pd.to_datetime(
            known["period_id"].map({name: str(found[n]) for name, found in spans.items()})
        )
        for n in (0, 1)
    )
    end = known["stage_end"].where(known["stage"].notna(), end).fillna(end)
    days = ((end - start).dt.days + 1).clip(lower=1)
    library = tables.scheme.library
    adds = known["indicator"].map(lambda i: i in library and library[i].additive).astype(bool)
    rate = known["target"] / days.where(adds, 1)
    kind = known["period_id"].map({name: found[2] for name, found in spans.items()})
    return known.assign(rate=rate, kind=kind, start=start, span_end=end)


def _days(name: str, others: dict) -> tuple[dt.date, dt.date, str] | None:
    """First and last day of a period and its kind: of its days, where the calendar names it."""
    span = span_of(str(name))
    return (span.start, span.end, kind_of(span.start, span.end)) if span else others.get(name)


def _history(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """specialist_id, indicator, kind, usual_past: the median of the last earlier periods."""
    past = tables.get("targets")
    past = past[
        past["stage"].isna() & (past["target"] > 0) & past["indicator"].isin(rows["indicator"])
    ]
    past = _rated(tables, past)
    past = past[past["span_end"] < pd.Timestamp(tables.period.start)].sort_values("start")
    last = past.groupby([*KEY, "kind"]).tail(limits("target")["history"])
    usual = last.groupby([*KEY, "kind"])["rate"].median()
    return usual.rename("usual_past").reset_index()


def _row_issue(tables: Tables, group: pd.DataFrame, *, ask: bool) -> Issue:
    """One finding for all the targets that are off; the farthest is shown (最远的一条)."""
    row = group.iloc[int(group["factor"].map(off).argmax())]
    usual = row["target"] / row["factor"]
    indicator = str(row["indicator"])
    who = sorted(group["specialist_id"].unique())
    unit = tables.scheme.library[indicator].unit if indicator in tables.scheme.library else ""
    stage = row["stage"] if isinstance(row["stage"], str) else ""
    what = f"targets.target {indicator} {' '.join(who)} {figure(row['target'])}"
    facts = {
        "indicator": named(indicator),
        "person": row["specialist_id"],
        "people": who,
        "found": figure(row["target"]),
        "usual": about(usual),
        "basis": row["against"],
        "confirm": what,
        "n": len(group),
        "unit": unit,
        **in_money(tables, unit),
        "span": f"{row['period_id']} {stage}".strip(),
    }
    issue = asked("level_target", ("targets", "target"), float(row["factor"]), ask=ask, facts=facts)
    where = {
        "specialist_id": row["specialist_id"],
        "indicator": indicator,
        "period_id": row["period_id"],
    }
    return located(tables.engine, issue, where)


def _everybody(tables: Tables, rows: pd.DataFrame, told: set[object]) -> Iterator[Issue]:
    """An indicator's targets of everybody against what everybody reached (整列目标)."""
    said = limits("target")
    whole = rows[rows["stage"].isna() & rows["done"].notna()]
    for indicator, group in whole.groupby("indicator"):
        factor = float(group["done"].median())
        level = _graded(factor, said)
        few = len(group) < FEW and group["past"].notna().any()
        if not level or few or indicator in told:
            continue
        first = group.iloc[0]
        bad = group["before"].isna().all() and 1 < group["short"].median() <= said["bad"]
        facts = {
            "indicator": named(str(indicator)),
            "found": figure(first["target"]),
            "usual": about(first["target"] / factor),
            "people": sorted(group["specialist_id"]),
            "basis": "actual",
            "confirm": f"targets.target {indicator} {power(factor)}",
            "n": len(group),
            "unit": tables.scheme.library[str(indicator)].unit,
        }
        facts |= in_money(tables, str(facts["unit"]))
        ask = level == "ask" and not bad  # no day before says what is usual: the month may be bad
        issue = asked("level_targets", ("targets", "target"), factor, ask=ask, facts=facts)
        where = {"indicator": indicator, "period_id": first["period_id"]}
        yield located(tables.engine, issue, where)


def _nothing(rows: pd.DataFrame) -> Iterator[Issue]:
    """Indicators whose targets nothing could be compared with (无可比)."""
    bare = rows[rows[["past", "done", "beside"]].isna().all(axis=1)]
    indicators: Iterable[str] = sorted(bare["indicator"].unique())
    if len(bare):
        facts = {"indicators": [named(name) for name in indicators]}
        yield Issue(
            "level_nothing", "note", "targets", column="target", count=len(bare), facts=facts
        )

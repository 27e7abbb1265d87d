"""Targets as every page prints them (目标), and which of those missed may still be reached."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kit.show.format import apart, interval, number
from kit.show.sentences import join, say
from kit.show.status import standing

MET = 100.0  # points at which a target is met
KEYS = ("specialist_id", "indicator", "target")
COMES = 0.1  # of what open days hold: as much may still come in; more would be a guess


def goals(v: Any, rows: pd.DataFrame) -> list[str]:
    """Targets; what the rule itself asks for where nobody sets one: a range, or full marks.

    v : a page's view (scheme_of, lang); rows : indicators of the scorecards
    """
    found = []
    for who, name, target in zip(*(rows[key] for key in KEYS), strict=True):
        scheme = v.scheme_of(who)
        unit = scheme.library[name].unit
        rule = _own(scheme, name) if pd.isna(target) else None
        if rule is None:
            found.append(number(target, unit, v.lang))
        elif rule.kind == "target_range":
            found.append(interval(rule.lo, rule.hi, unit, v.lang))
        else:
            found.append(say("show.full_marks", v.lang, best=f"{rule.hi:g}"))
    return found


def counted(scheme: Any, rows: pd.DataFrame) -> tuple[int, int]:
    """How many targets and ranges there are, and how many were met (目标数、达到数)."""
    ranges = [
        rule is not None and rule.kind == "target_range"
        for rule in (_own(scheme, name) for name in rows["indicator"])
    ]
    set_ = rows["target"].notna() & rows["completion"].notna()
    met = rows["completion"].ge(1).where(set_, rows["points"].ge(MET))
    either = set_ | (pd.Series(ranges, rows.index) & rows["points"].notna())
    return int(either.sum()), int((met & either).sum())


def _own(scheme: Any, name: str) -> Any:
    """The rule of an indicator where it asks for a value itself, a range or full marks."""
    rule = scheme.rule_of(name)
    ranged = rule.kind == "target_range" or (rule.kind == "goalpost" and rule.direction > 0)
    return rule if rule.on == "value" and ranged else None


def may_come(tables: Any, name: str, completion: float) -> bool:
    """Whether a missed target may still be reached by what comes in late (可能只是暂未达到).

    What is missing must be within a tenth of the share that days with open conversions make up.
    """
    told = standing(tables)
    open_ = told["provisional"] / told["all"] if told["all"] else 0.0
    lacks = 1 - completion
    return bool(tables.scheme.library[name].window and 0 < lacks <= COMES * open_)


def missed(v: Any, rows: pd.DataFrame, names: Sequence[str]) -> str:
    """Missed indicators, each with actual and target, marked where it may still come (未达成)."""
    told = []
    for row, label, goal in zip(rows.to_dict("records"), names, goals(v, rows), strict=True):
        if pd.isna(row["completion"]) or row["completion"] >= 1:
            told.append(label)
            continue
        way = "_open" if may_come(v.tables, row["indicator"], row["completion"]) else ""
        unit = v.scheme_of(row["specialist_id"]).library[row["indicator"]].unit
        actual = number(row["actual"], unit, v.lang)
        if actual == goal:  # so near that they print alike
            unit = apart(row["actual"], row["target"], unit, v.lang)
            actual, goal = (number(row[key], unit, v.lang) for key in ("actual", "target"))
        told.append(say(f"show.missed{way}", v.lang, what=label, actual=actual, goal=goal))
    return join(told, v.lang)

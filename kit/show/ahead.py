"""Grade lines and the one next step in words (等级线与下一步): the same on every page."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kit.scoring import ahead, chances, visits
from kit.show.format import number, quantity
from kit.show.sentences import join, say
from kit.words import word

LEAST_CHANCE = 0.005  # a chance that prints as 1% at least


def lines(scheme: Any, lang: str) -> str:
    """Least totals of the grades (等级线): A ≥ 95 · B ≥ 85 · C ≥ 70."""
    return " · ".join(f"{g.grade} ≥ {g.min:g}" for g in scheme.grades if g.min > 0)


def grade(scheme: Any, row: Mapping[Any, Any], lang: str) -> str:
    """A grade as every page prints it (等级), marked while it is not settled; — for none.

    row : a row of totals: `grade`, and `p_<grade>` for each grade of the scheme
    """
    own = row["grade"]
    if not isinstance(own, str) or not own:
        return "—"
    if not chances.is_open(scheme, row):
        return own
    other = chances.likely_other(scheme, row)
    return say(f"show.grade_{'or' if other else 'open'}", lang, grade=own, other=other)


def chance(scheme: Any, row: Mapping[Any, Any], lang: str) -> str:
    """How likely the true level is in the grade (等级把握), and where that settles nothing."""
    kind = "chance_open" if chances.is_open(scheme, row) else "chance"
    told, line = against_line(chances.own_chance(scheme, row), lang)
    return say(f"show.grade_{kind}", lang, chance=told, line=line)


def against_line(p: float, lang: str) -> tuple[str, str]:
    """A chance and the line of settled grades (可能与线): with decimals where both round alike.

    >>> against_line(0.42, "en"), against_line(0.6475, "en")
    (('42%', '65%'), ('64.8%', '65.0%'))
    """
    for unit in ("chance", "percent", "percent2"):
        told, line = (number(x, unit, lang) for x in (p, chances.SETTLED))
        if told != line or not p < chances.SETTLED:
            break
    return told, line


def chance_rest(scheme: Any, row: Mapping[Any, Any], lang: str) -> list[str]:
    """Which other grades the rest of the chance goes to (其余)."""
    known = {g.grade: row.get(f"p_{g.grade}") for g in scheme.grades if g.grade != row["grade"]}
    seen = {name: p for name, p in known.items() if p is not None and p >= LEAST_CHANCE}
    if math.isnan(chances.own_chance(scheme, row)) or not seen:
        return []
    rest = [f"{name} {number(p, 'chance', lang)}" for name, p in seen.items()]
    return [say("show.chance_rest", lang, rest=join(rest, lang))]


def why_open(lang: str) -> str:
    """What the marks of open grades mean, in one line (等级未定怎么读)."""
    return say("show.grade_why", lang, line=number(chances.SETTLED, "chance", lang))


def stands(scheme: Any, printed: float, lang: str) -> str:
    """Where a total stands between the lines (离两条线多远); empty without a total."""
    if printed is None or math.isnan(printed):
        return ""
    (up, missing), (down, over) = ahead.distances(scheme.grades, printed)
    parts = [
        say("show.over_line", lang, grade=down, points=number(over, "points", lang))
        if down
        else "",
        say("show.under_line", lang, grade=up, points=number(missing, "points", lang))
        if up
        else "",
    ]
    told = word("show.comma", lang).join(filter(None, parts))
    return say("show.grade_lines", lang, lines=lines(scheme, lang), told=told)


def step(tables: Any, rows: pd.DataFrame, lang: str) -> str:
    """The one thing to do next (下一步): the target that would add most; empty if there is none.

    tables : by the person's scheme; rows : the person's indicators of the scorecards
    """
    found = ahead.aim(rows)
    if "gain" not in found:
        return ""
    unit = tables.scheme.library[found["indicator"]].unit
    unit = f"money:{tables.period.currency}" if unit == "money" else unit
    actual, target = (quantity(found[k], unit, lang) for k in ("actual", "target"))
    return say(
        "scoring.next_gap",
        lang,
        indicator=visits.label(tables, found["indicator"], lang),
        gain=number(found["gain"], "points", lang),
        actual=actual,
        target=target,
    )

"""A total after accepted changes (改后重算): through rule, weight and grade again."""

from typing import Any

import numpy as np
import pandas as pd

from kit.data.quality.membership import of_group
from kit.scoring import grid
from kit.scoring.totals import limited, shape, weighted
from kit.scoring.weights import used


def changed(tables: Any, cards: Any, card: pd.DataFrame, changes: pd.DataFrame) -> dict[str, Any]:
    """One person's total after accepted changes, by the scheme of the person's own group."""
    who = changes["specialist_id"].iloc[0]
    grouped = getattr(cards, "grouped", None)
    part = cards
    if grouped and who in grouped.home:
        tables = of_group(tables, grouped.home[who])
        part = grouped.parts[grouped.home[who]]
    held = getattr(part, "plus_minus", None)  # cards of totals alone have none
    own = held.of(who) if held else None
    new = rescored(tables.scheme, card, changes, tables.period.type, own)
    if not grouped or changes["indicator"].isna().any():
        return new
    mine = grouped.cards[grouped.cards["specialist_id"] == who]
    if len(mine) < 2:
        return new
    old = mine[mine["group_id"] != grouped.home[who]]
    share = mine.loc[mine["group_id"] == grouped.home[who], "share"].iloc[0]
    total = np.array([new["total"] * share + (old["total"] * old["share"]).sum()])
    printed = grid.half_up(total, tables.scheme.rounding.total)
    place = grid.graded(tables.scheme, printed, np.array([False]))[0]
    grades = [*(g.grade for g in tables.scheme.grades), ""]
    return new | {"total": total[0], "printed": printed[0], "grade": grades[place]}


def rescored(
    scheme: Any, card: pd.DataFrame, changes: pd.DataFrame, kind: str = "", extra: Any = None
) -> dict[str, Any]:
    """One person's total with accepted changes (改后重算), by the scheme's own rules.

    card : the person's rows of the scorecards; changes : indicator (missing = the total), after
    extra : the person's plus and minus points, which stay
    """
    names = card["indicator"].tolist()
    score = points_after(scheme, card, changes)[None]
    form = shape(scheme, names, kind)
    weights, coverage = used(card["weight"].to_numpy()[None], ~np.isnan(score), form.paths)
    whole = weighted(scheme, form, weights, score)
    whole = limited(scheme, whole) if extra is None else extra.applied(whole)
    total = np.where(coverage < scheme.coverage_floor, np.nan, whole)
    said = changes[changes["indicator"].isna()]["after"]
    total = total if said.empty else np.array([said.iloc[-1]], float)
    printed = grid.half_up(total, scheme.rounding.total)
    place = grid.graded(scheme, printed, grid.under_floor(scheme, names, score))[0]
    place = max(place, extra.cap[0]) if extra is not None and place >= 0 else place
    return {
        "total": total[0],
        "printed": printed[0],
        "changed": True,
        "grade": [g.grade for g in scheme.grades][place] if place >= 0 else "",
    }


def points_after(scheme: Any, card: pd.DataFrame, changes: pd.DataFrame) -> Any:
    """Points of one person's indicators with accepted changes (改后得分), by the scheme's rules."""
    after = changes.dropna(subset=["indicator"]).groupby("indicator")["after"].last()
    names = card["indicator"].tolist()
    actual = card["indicator"].map(after).astype(float)
    goal = card["target"].to_numpy()
    done = grid.completions(scheme, names, actual.to_numpy()[None], goal[None])[0]
    each = zip(names, done[:, None], actual.to_numpy()[:, None], goal[:, None], strict=True)
    new = np.concatenate([grid.points(scheme, *one) for one in each])
    return np.where(actual.notna(), new, card["points"])

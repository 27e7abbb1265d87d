"""A total at other figures (改后重算): accepted changes, other targets, by rule, weight, grade."""

from typing import Any

import numpy as np
import pandas as pd

from kit.data.quality.membership import of_group
from kit.scoring import grid
from kit.scoring.totals import limited, shape, weighted
from kit.scoring.typed import Typed
from kit.scoring.weights import used

Array = np.ndarray


def changed(tables: Any, cards: Any, card: pd.DataFrame, changes: pd.DataFrame) -> dict[str, Any]:
    """One person's total after accepted changes, by the scheme of the person's own group."""
    who = changes["specialist_id"].iloc[0]
    seen, _ = at_home(tables, cards, who)
    score = points_after(seen.scheme, card, changes)
    return {"changed": True} | resummed(tables, cards, card, score, _set(changes))


def at_home(tables: Any, cards: Any, who: str) -> tuple[Any, Any]:
    """Tables and scorecards of the group of somebody's last day (所在组); all, without groups."""
    grouped = getattr(cards, "grouped", None)
    if not grouped or who not in grouped.home:
        return tables, cards
    return of_group(tables, grouped.home[who]), grouped.parts[grouped.home[who]]


def resummed(
    tables: Any, cards: Any, card: pd.DataFrame, score: Array, said: float = np.nan
) -> dict[str, Any]:
    """One person's total with other points of the lines: total, printed, grade.

    card : rows of the person's own group, `score` their points; said : a total set by hand. Plus
    and minus points, vetoes and the cards of other groups stay as they are.
    """
    who = card["specialist_id"].iloc[0]
    seen, part = at_home(tables, cards, who)
    held = getattr(part, "plus_minus", None)  # cards of totals alone have none
    extra = held.of(who) if held else None
    total = _total(seen.scheme, card, score, (seen.period.type, extra))
    if grouped := getattr(cards, "grouped", None):
        mine = grouped.cards[grouped.cards["specialist_id"] == who]
        here = mine["group_id"] == grouped.home.get(who)
        if len(mine) > 1:
            rest = (mine["total"] * mine["share"])[~here].sum()
            total = total * mine.loc[here, "share"].iloc[0] + rest
    total = total if np.isnan(said) else np.array([said])
    return _graded(seen.scheme, card, score, (total, extra))


def _set(changes: pd.DataFrame) -> float:
    """The total that an accepted change sets by hand (直接改总分), NaN without one."""
    said = changes[changes["indicator"].isna()]["after"]
    return np.nan if said.empty else float(said.iloc[-1])


def _total(scheme: Any, card: pd.DataFrame, score: Array, form: tuple[str, Any]) -> Array:
    kind, extra = form
    names = card["indicator"].tolist()
    tree = shape(scheme, names, kind)
    weights, coverage = used(card["weight"].to_numpy()[None], ~np.isnan(score)[None], tree.paths)
    whole = weighted(scheme, tree, weights, score[None])
    whole = limited(scheme, whole) if extra is None else extra.applied(whole)
    return np.where(coverage < scheme.coverage_floor, np.nan, whole)


def _graded(scheme: Any, card: pd.DataFrame, score: Array, of: tuple[Array, Any]) -> dict[str, Any]:
    """Printed figure and grade of a total, under the core floor and vetoes."""
    total, extra = of
    printed = grid.half_up(total, scheme.rounding.total)
    floor = grid.under_floor(scheme, card["indicator"].tolist(), score[None])
    place = grid.graded(scheme, printed, floor)[0]
    place = max(place, extra.cap[0]) if extra is not None and place >= 0 else place
    grade = [g.grade for g in scheme.grades][place] if place >= 0 else ""
    return {"total": total[0], "printed": printed[0], "grade": grade}


def points_after(scheme: Any, card: pd.DataFrame, changes: pd.DataFrame) -> Array:
    """Points of one person's indicators with accepted changes (改后得分), by the scheme's rules."""
    after = changes.dropna(subset=["indicator"]).groupby("indicator")["after"].last()
    actual = card["indicator"].map(after).astype(float)
    return repointed(scheme, card, actual, card["target"])


def repointed(scheme: Any, card: pd.DataFrame, actual: pd.Series, target: pd.Series) -> Array:
    """Points at other actuals and targets (换数重算得分), typed points counted as before.

    actual : NaN where a line's points stay
    """
    names = card["indicator"].tolist()
    a, t = actual.to_numpy(float), target.to_numpy(float)
    done = grid.completions(scheme, names, a[None], t[None])[0]
    each = zip(names, done[:, None], a[:, None], t[:, None], strict=True)
    new = np.concatenate([grid.points(scheme, *one) for one in each])
    if "typed" in card:
        new = Typed(card["typed"].to_numpy(), card["computed_share"].to_numpy()).counted(new)
    return np.where(np.isnan(a), card["points"], new)

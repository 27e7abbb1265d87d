"""Several groups in one run (分组考核合并): each scored by its own scheme, one total a person.

Whoever changes group inside the period has a card in each; the total is the mean of the cards,
weighted by days. Ranks and comparisons stay inside a group, or inside groups ranked together.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.quality.membership import last_group, membership, of_group
from kit.scoring import errors, naming
from kit.scoring.compare import ranks, shrunk, standing
from kit.scoring.grid import graded, half_up, under_floor
from kit.scoring.panel import panel
from kit.stats.ewc import half_width

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
MEANS = ("total", "total_adjusted", "hard", "soft", "coverage", "bare", "plus_minus")


@dataclass(frozen=True)
class Grouped:
    """The cards of each group (各组评分卡), and how they make one total a person.

    parts : group → its scorecards alone; home : person → the group of the last day scored;
    cards : a row per person and group: days, share of the total, the card's total
    """

    parts: dict[str, Any]
    home: dict[str, str]
    cards: pd.DataFrame


def combined(tables: "Tables", score: Callable[["Tables"], Any]) -> Any:
    """Scorecards of all groups together: see `Grouped`; who is exempt is listed with the reason."""
    groups = tables.period.groups
    data = panel(tables, tables.period.start, tables.period.last_day)
    of = membership(tables, data.people, data.days)
    here = [name for name in groups.scored if (of == name).any()] if groups else []
    parts = {name: score(of_group(tables, name)) for name in here}
    cards = _cards(parts, data.people, of)
    home = last_group(data.people, of, here)
    sets = [[g for g in names if g in parts] for names in (groups.ranked() if groups else [])]
    totals = [_ranked(tables, parts, names, cards, home) for names in sets if names]
    exempt = _exempt(tables, data.people, of, home)
    whole = pd.concat([*totals, exempt], ignore_index=True).sort_values("specialist_id")
    whole = whole.reset_index(drop=True)
    return _joined(parts, whole, Grouped(parts, home, cards))


def _cards(parts: dict[str, Any], people: tuple[str, ...], of: Array) -> pd.DataFrame:
    """A row per person and group: days there, and the share of each card with a total."""
    rows = []
    for name, cards in parts.items():
        days = dict(zip(people, (of == name).sum(axis=1), strict=True))
        told = cards.totals[["specialist_id", "total", "se"]].assign(group_id=name)
        rows.append(told.assign(days=told["specialist_id"].map(days)))
    columns = ["specialist_id", "total", "se", "group_id", "days"]
    found = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
    counted = found["days"].where(found["total"].notna(), 0)
    whole = counted.groupby(found["specialist_id"]).transform("sum")
    return found.assign(share=counted / whole.where(whole > 0))


def _ranked(
    tables: "Tables",
    parts: dict[str, Any],
    names: list[str],
    cards: pd.DataFrame,
    home: dict[str, str],
) -> pd.DataFrame:
    """Totals of the people of groups that are ranked together, each on its own scheme's grades."""
    rows = [
        parts[g].totals[parts[g].totals["specialist_id"].map(home) == g].assign(group_id=g)
        for g in names
    ]
    whole = pd.concat(rows, ignore_index=True)
    moved = cards.groupby("specialist_id")["group_id"].nunique()
    changers = [who for who in whole["specialist_id"] if moved.get(who, 1) > 1]
    if len(names) > 1 or len(whole) < sum(len(parts[g].totals) for g in names) or changers:
        whole = _mean(tables, parts, whole, cards)
        whole = _compared(tables, parts, whole, cards)
    groups = tables.period.groups
    alone = whole["group_id"].map(lambda g: not groups[g].rank if groups else False).to_numpy(bool)
    for column in ("rank_low", "rank_high", "group"):
        whole[column] = whole[column].mask(alone)
    return whole.assign(standing=whole["standing"].mask(alone, "level"))


def _mean(
    tables: "Tables", parts: dict[str, Any], whole: pd.DataFrame, cards: pd.DataFrame
) -> pd.DataFrame:
    """One total of somebody with several cards (按天加权), graded by the last group."""
    rows = [
        _of_changer(tables, parts, row, cards[cards["specialist_id"] == row["specialist_id"]])
        for row in whole.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=whole.columns)


def _of_changer(
    tables: "Tables", parts: dict[str, Any], row: dict[Any, Any], mine: pd.DataFrame
) -> dict[Any, Any]:
    if len(mine) < 2:
        return row
    who = row["specialist_id"]
    own = pd.concat(
        [t[t["specialist_id"] == who] for t in (parts[g].totals for g in mine["group_id"])]
    )
    share = np.nan_to_num(mine["share"].to_numpy(float))
    known = bool(share.sum() > 0)
    out = row | {
        k: float(np.nansum(own[k].to_numpy(float) * share)) if known else np.nan for k in MEANS
    }
    scheme = of_group(tables, row["group_id"]).scheme
    out["se"] = float(np.sqrt(np.nansum((share * own["se"].to_numpy(float)) ** 2)))
    out["df"] = float(np.nanmin(own["df"].to_numpy(float))) if known else np.nan
    half = half_width(np.array([out["se"]]), np.array([out["df"]]), scheme.uncertainty.level)[0]
    bare = own.loc[share > 0, "ci_low"].isna().any()  # a card without an interval gives none
    out["ci_low"] = np.nan if bare else max(out["total"] - half, min(out["total"], 0))
    out["ci_high"] = np.nan if bare else out["total"] + half
    out["days_owned"] = int(own["days_owned"].sum())
    out["reason"] = "" if known else own["reason"].iloc[-1]
    return out | _graded(scheme, parts[row["group_id"]], who, out)


def _graded(scheme: Any, cards: Any, who: str, out: dict[Any, Any]) -> dict[str, Any]:
    """Printed figure, grade and chance of each grade of a mean total, by the last group's lines."""
    rows = cards.indicators[cards.indicators["specialist_id"] == who]
    floor = under_floor(scheme, rows["indicator"].tolist(), rows["points"].to_numpy()[None])
    cap = cards.plus_minus.of(who).cap[0]
    names = [*(g.grade for g in scheme.grades), ""]
    found: dict[str, Any] = {}
    for suffix in ("", "_adjusted"):
        printed = half_up(np.array([out[f"total{suffix}"]]), scheme.rounding.total)
        place = graded(scheme, printed, floor)[0]
        found[f"printed{suffix}"] = printed[0]
        found[f"grade{suffix}"] = names[max(place, cap) if place >= 0 else -1]
    ends = np.array([np.inf, *(g.min for g in scheme.grades[:-1]), -np.inf])
    with np.errstate(divide="ignore", invalid="ignore"):
        above = stats.norm.sf((ends - out["total"]) / out["se"])
    sure = {g.grade: float(g.grade == found["grade"]) for g in scheme.grades}
    free = out["se"] > 0 and not floor[0] and not cap
    chances = dict(zip(names, np.diff(above), strict=False)) if free else sure
    return found | {f"p_{name}": chances[name] for name in sure}


def _compared(
    tables: "Tables", parts: dict[str, Any], whole: pd.DataFrame, cards: pd.DataFrame
) -> pd.DataFrame:
    """Ranks, standing and shrunken totals among all who are ranked together."""
    level = tables.scheme.uncertainty.level
    total = whole["total"].to_numpy(float)
    known = ~np.isnan(total)
    doubt = _between(tables, parts, whole, cards)
    low, high, group = ranks(doubt, known, level)
    few = whole["few"].to_numpy(bool)
    return whole.assign(
        versus=doubt.versus,
        p_versus=doubt.versus_p,
        standing=np.where(few, "level", standing(doubt, 1 - level)),
        rank_low=np.where(few & known, 1.0, low),
        rank_high=np.where(few & known, known.sum(), high),
        group=group,
        shrunk=shrunk(total, whole["se"].to_numpy(float)),
    )


def _between(
    tables: "Tables", parts: dict[str, Any], whole: pd.DataFrame, cards: pd.DataFrame
) -> errors.Errors:
    """Errors of all pairs from the parts that days and raters have in every card."""
    period = tables.period
    data = panel(tables, period.start, period.last_day)
    people = whole["specialist_id"].tolist()
    rows = [data.people.index(who) for who in people]
    daily, rated, own, one = _influences(parts, people, cards, len(data.days))
    here = replace(data, people=tuple(people), held=data.held[rows])
    df = np.maximum(1, np.nan_to_num(whole["df"].to_numpy(float)))
    work = naming.Work(daily, here.held, data.calendar, data.total["orders"][rows], one)
    found = errors.between(here, work, rated, (own, df), whole["total"].to_numpy(float))
    none = np.zeros((len(people), 0))
    told = errors.differences(found) | {"bare": whole["bare"].to_numpy(float)}
    return errors.Errors(daily, rated, grades=none, own=own, each=none, **told)


def _influences(
    parts: dict[str, Any], people: list[str], cards: pd.DataFrame, n_days: int
) -> tuple[Array, Array, Array, Array]:
    """What days, raters, the rest and single orders do to each total, over all its cards."""
    place, width = {}, 0
    for g in dict.fromkeys(cards["group_id"]):  # a rater of two groups counts as two
        place[g] = width
        width += parts[g].errors.raters.shape[1]
    daily = np.zeros((len(people), n_days))
    rated = np.zeros((len(people), max(width, 1)))
    own, one = np.zeros(len(people)), np.zeros(len(people))
    for row in cards[cards["specialist_id"].isin(people)].to_dict("records"):
        part = parts[row["group_id"]]
        n = people.index(row["specialist_id"])
        i = part.totals["specialist_id"].tolist().index(row["specialist_id"])
        share = float(np.nan_to_num(row["share"]))
        daily[n] += share * part.errors.daily[i]
        own_raters = part.errors.raters[i]
        at = place[row["group_id"]]
        rated[n, at : at + len(own_raters)] += share * own_raters
        one[n] += share * (0.0 if part.errors.one is None else part.errors.one[i])
        own[n] = np.hypot(own[n], share * np.sqrt((part.errors.own[i] ** 2).sum()))
    return daily, rated, own, one


def _exempt(
    tables: "Tables", people: tuple[str, ...], of: Array, home: dict[str, str]
) -> pd.DataFrame:
    """People who were in no scored group (免考核): listed with the group that says why."""
    rows = [
        {
            "specialist_id": who,
            "group_id": next((str(name) for name in of[n, ::-1] if name), ""),
            "printed": np.nan,
            "total": np.nan,
            "grade": "",
            "grade_adjusted": "",
            "standing": "level",
            "few": False,
            "bare": 0.0,
            "coverage": np.nan,
            "plus_minus": np.nan,
            "days_owned": 0,
            "reason": "scoring.exempt",
        }
        for n, who in enumerate(people)
        if who not in home
    ]
    return pd.DataFrame(rows)


def _joined(parts: dict[str, Any], totals: pd.DataFrame, grouped: Grouped) -> Any:
    """One record of everybody: rows of the last group's card, each with its `group_id`."""
    first = next(iter(parts.values()))
    both = {
        name: pd.concat(
            [_at_home(p, name, g, grouped) for g, p in parts.items()], ignore_index=True
        )
        for name in ("indicators", "dimensions")
    }
    blend: dict[str, int] = {}
    for part in parts.values():
        blend |= part.blend
    rows = pd.concat([_at_home(p.plus_minus, "rows", g, grouped) for g, p in parts.items()])
    extra = replace(first.plus_minus, rows=rows)
    return replace(first, totals=totals, blend=blend, plus_minus=extra, grouped=grouped, **both)


def _at_home(part: Any, name: str, group: str, grouped: Grouped) -> pd.DataFrame:
    rows = getattr(part, name)
    return rows[rows["specialist_id"].map(grouped.home) == group].assign(group_id=group)

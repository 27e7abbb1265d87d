"""What follows for a person (下一步): what is lacking, responsibility by name, a coaching plan.

Proposals, never decisions: each names its evidence, and a named person decides.
"""

from typing import Any

import pandas as pd

from kit.params import Span
from kit.people.growth import skill_levels
from kit.people.pool_parts import last_known
from kit.scoring.ahead import in_total
from kit.stats import workdays

MISSED = 100.0  # points at which a target is met
LEAST = 0.05  # a gain that prints as 0.0 is none
TWO = 2  # indicators a plan takes on: more is no plan
FREE = 1.25  # times the team's median of plans up to which somebody has room for more


def grade_gap(scheme: Any, total: pd.Series, rows: pd.DataFrame) -> dict[str, Any]:
    """How far from the next grade (距下一等级), and which targets would close it, largest first.

    total : the person's row of totals; rows : the person's indicators, weighted as `in_total`
    Returns : grade (the next), line, gap, floor (core indicators under the scheme's floor), steps
              (indicator, gain of points of the total if its target were met), enough (the steps
              close the gap); empty at the best grade or without a total
    """
    better = [g for g in scheme.grades if pd.notna(total["printed"])]
    names = [g.grade for g in scheme.grades]
    place = names.index(total["grade"]) if total["grade"] in names else 0
    if not better or place == 0:
        return {}
    line = scheme.grades[place - 1]
    gap = max(0.0, line.min - float(total["printed"]))
    hard = rows[(rows["branch"] == "hard") & rows["target"].notna() & (rows["points"] < MISSED)]
    gains = (hard["weight_used"] * (MISSED - hard["points"])).sort_values(ascending=False)
    names_of = hard["indicator"].reindex(gains.index)
    steps = [(str(n), float(x)) for n, x in zip(names_of, gains, strict=True) if x >= LEAST]
    chosen: list[tuple[str, float]] = []
    for step in steps:
        if sum(x for _, x in chosen) < gap:
            chosen.append(step)
    enough = sum(x for _, x in chosen) >= gap
    return {
        "grade": line.grade,
        "line": line.min,
        "gap": gap,
        "floor": floored(scheme, rows),
        "steps": chosen or steps[:1],
        "enough": enough,
    }


def next_soft(scheme: Any, rows: pd.DataFrame) -> dict[str, Any]:
    """The item of 360 where most of the total is left, and the next behaviour (下一行为锚).

    rows : the person's indicators; Returns : item, points, level (the lowest anchored level above
    the actual, None where the scheme describes none); empty where no item is shown under full marks
    """
    soft = rows[(rows["branch"] == "soft") & (rows["points"] < MISSED) & rows["actual"].notna()]
    if soft.empty:
        return {}
    left = soft["weight_used"] * (MISSED - soft["points"])
    best = soft.iloc[int(left.to_numpy().argmax())]
    known = scheme.feedback.anchors.get(best["indicator"], {})
    above = sorted((level for level in known if float(level) > best["actual"]), key=float)
    level = above[0] if above else None
    return {"item": best["indicator"], "points": float(best["points"]), "level": level}


def floored(scheme: Any, rows: pd.DataFrame) -> list[str]:
    """Core indicators under the scheme's floor (核心指标不达底线): they cap the grade."""
    if not scheme.core_floor:
        return []
    core = rows[(rows["group"] == "core") & (rows["points"] < scheme.core_floor.points)]
    return core["indicator"].tolist()


def levels(tables: Any, who: str) -> tuple[str, str]:
    """A person's level and the next one (现级别、下一级别); "" where nobody says.

    The level is that of the last day, by postings before the roster; the next one stands after it
    in the scheme's `people.levels`, which alone says what is higher.
    """
    now = last_known(tables, (who,), "level")[who]
    order = tables.scheme.people.levels
    above = order[order.index(now) + 1 :] if now in order else ()
    return now, above[0] if above else ""


def lacking(found: Any, lines: Any) -> pd.DataFrame:
    """What each still lacks for the next level (晋升还缺什么), a row a person who has not left.

    found : a `Followup`; Returns : specialist_id, verdict, periods (still to hold the line), held,
    skills (short, as `people.ready_skills` demands), late (texts of overdue actions)
    """
    gaps = found.gaps[found.gaps["skill"].isin(lines.ready_skills or found.gaps["skill"])]
    acts = found.late[found.late["what"] == "action"]
    skills = gaps.groupby("specialist_id")["skill"].agg(tuple)
    late = acts.groupby("specialist_id")["item"].agg(tuple)
    table = found.ready[["specialist_id", "verdict", "held"]].set_index("specialist_id")
    table = table.assign(
        periods=(lines.ready_periods - table["held"]).clip(lower=0),
        skills=[skills.get(who, ()) for who in table.index],
        late=[late.get(who, ()) for who in table.index],
    )
    return table.reset_index()


def responsibilities(tables: Any, found: Any) -> pd.DataFrame:
    """What more somebody on the stretch list might take on, by name (可承担的职责).

    kind : channel (budget where the person's fit is above all colleagues' by its whole interval) or
    coach (a colleague of the same team, short of a skill in which the person needs nothing).
    Returns : specialist_id, kind, channel, fit_low, skill, colleague, plans, room: plans are within
    FREE times the team's median, else something must be handed over first
    """
    named = found.means.loc[found.means["list"] == "stretch", "specialist_id"]
    load = found.load.set_index("specialist_id")["plans"]
    fits = found.fits[found.fits["specialist_id"].isin(named) & (found.fits["fit_low"] > 0)]
    best = fits.sort_values("fit_low", ascending=False).drop_duplicates("specialist_id")
    channels = best[["specialist_id", "channel", "fit_low"]].assign(kind="channel")
    parts = [channels, _coaches(tables, found, named)]
    table = pd.concat([p for p in parts if len(p)]) if any(map(len, parts)) else channels
    columns = ["specialist_id", "kind", "channel", "fit_low", "skill", "colleague"]
    table = table.reindex(columns=columns)
    plans = table["specialist_id"].map(load)
    return table.assign(plans=plans, room=plans <= FREE * load.median()).reset_index(drop=True)


def _coaches(tables: Any, found: Any, named: pd.Series) -> pd.DataFrame:
    """Pairs of somebody who has a skill and the colleague of the team with the widest gap in it."""
    levels = skill_levels(tables)
    team = tables.get("roster").set_index("specialist_id")["team"]
    able = levels[levels["specialist_id"].isin(named) & (levels["gap"] == 0)]
    both = able[["specialist_id", "skill"]].merge(
        found.gaps[["specialist_id", "skill", "gap"]], on="skill", suffixes=("", "_of")
    )
    both = both.rename(columns={"specialist_id_of": "colleague"})
    same = both["specialist_id"].map(team) == both["colleague"].map(team)
    both = both[same & (both["specialist_id"] != both["colleague"])]
    both = both.sort_values("gap", ascending=False).drop_duplicates("specialist_id")
    return both[["specialist_id", "skill", "colleague"]].assign(kind="coach")


def coaching(tables: Any, found: Any, now: Any, ahead: Span) -> pd.DataFrame:
    """A plan for the indicators that were missed (辅导计划): two a person, those that cost most.

    now : the clock of the loop; ahead : the next period, at whose end the target is due and after
    which it is reviewed within the working days of an interview; a course that starts later is due
    on its first day and reviewed at its re-test
    Returns : specialist_id, indicator, actual, target (the next period's where one is set), points,
    cost (points of the total), measure (an agreed action, else a course), owner, due, review
    """
    rows = _dearest(found)
    keys = ["specialist_id", "indicator"]
    acts = found.actions[found.actions["closed_on"].isna()].drop_duplicates(keys)
    courses = found.gaps.dropna(subset=["course"]).drop_duplicates(keys)
    goals = tables.get("targets")
    goals = goals[(goals["period_id"] == ahead.id) & goals["stage"].isna()].drop_duplicates(keys)
    text = dict.fromkeys(keys, "str")  # a frame without rows knows no type of its keys
    rows = rows.astype(text)
    rows = rows.merge(goals[[*keys, "target"]].astype(text), "left", keys, suffixes=("", "_next"))
    rows = rows.merge(acts[[*keys, "action", "owner"]].astype(text), "left", keys)
    days = ["start_date", "retest_on"]
    rows = rows.merge(courses[[*keys, "course", *days]].astype(text), "left", keys)
    end = pd.Timestamp(ahead.end)
    late = rows["action"].isna() & (rows["start_date"] > end)
    review = pd.Timestamp(workdays.due(ahead.end, now.limit, now.off))
    return rows.assign(
        target=rows["target_next"].fillna(rows["target"]),
        due=rows["start_date"].where(late, end),
        review=rows["retest_on"].where(late & (rows["retest_on"] > rows["start_date"]), review),
    ).drop(columns=["target_next", *days])


def missed(found: Any) -> pd.DataFrame:
    """Every quantitative indicator under its target, dearest first (全部未达成的指标).

    Returns : rows of the scorecards with cost, points of the total that meeting it would add
    """
    rows = in_total(found.cards.indicators, found.cards.grouped)
    rows = rows[(rows["points"] < MISSED) & (rows["branch"] == "hard")]
    rows = rows.assign(cost=rows["weight_used"] * (MISSED - rows["points"]))
    return rows.sort_values("cost", ascending=False)


def _dearest(found: Any) -> pd.DataFrame:
    """The two a person that would add most, where that can be seen (计划里的指标)."""
    rows = missed(found)
    rows = rows[rows["cost"] >= LEAST]
    columns = ["specialist_id", "indicator", "actual", "target", "points", "cost"]
    return rows.groupby("specialist_id").head(TWO)[columns].reset_index(drop=True)

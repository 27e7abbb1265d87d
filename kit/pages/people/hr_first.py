"""What HR decides on first (HR 先看): may this be paid on, which grades, who is ready, raters."""

import numpy as np
import pandas as pd

from kit.pages.people.view import View
from kit.people import by_group, fairness, payroll
from kit.scoring.chances import SETTLED, own_chance
from kit.scoring.feedback import flags, marked
from kit.show.sentences import join, some

MARKS = "pay grades ready raters"  # the questions that these sentences answer, in order


def sentences(v: View) -> list[str]:
    """One sentence a question, for HR alone (四个问题各一句); the tables stand below."""
    if v.audience != "hr" or v.who:
        return []
    paid_on = v.run(told for told, _ in bases(v, paid_sets(v)))
    return [paid_on, _grades(v), _ready(v), _raters(v)]


def paid_sets(v: View) -> list[by_group.Views]:
    """Sets of people who are paid together (同池计奖): of the one looked at, or of anybody."""
    sets = by_group.paid_together(v.tables, v.found.official)
    return [views for views in sets if not v.who or any(_holds(v, seen.totals) for seen in views)]


def bases(v: View, sets: list[by_group.Views]) -> list[tuple[str, bool]]:
    """What each set is paid on, in words (计奖依据), and whether this period pays."""
    return [_basis(v, views) for views in sets]


def near_lines(v: View, sets: list[by_group.Views]) -> pd.DataFrame:
    """Totals near a grade line (临界名单), each with the chance that the grade is wrong."""
    lines = [payroll.cliffs(seen.totals, seen.tables.scheme) for views in sets for seen in views]
    return v.of(pd.concat(lines, ignore_index=True)) if lines else pd.DataFrame()


def _holds(v: View, part: pd.DataFrame) -> bool:
    return bool((part["specialist_id"] == v.who).any())


def _basis(v: View, views: by_group.Views) -> tuple[str, bool]:
    bonus = views[0].tables.scheme.bonus
    totals = pd.concat([seen.totals for seen in views])
    basis = payroll.pay_basis(totals, v.tables.period.type, bonus)
    keys = ("few", "few_pays") if basis["reliability"] is None else ("wait", "basis")
    told = v.say(
        f"people.pay.{keys[basis['pays']]}",
        reliability=v.number(basis["reliability"], "percent"),
        n=basis["n"],
        line=v.number(bonus.monthly_pay_reliability, "percent"),
        basis=v.words("basis", [basis["basis"]])[0],
    )
    if v.tables.period.groups is None:
        return told, bool(basis["pays"])
    names = [v.tables.period.groups.label(g, v.lang) for g in dict.fromkeys(totals["group_id"])]
    said = v.say("people.pay.of_group", group=join(names, v.lang), said=told)
    return said, bool(basis["pays"])


def graded(v: View) -> pd.DataFrame:
    """Everybody with a grade (有等级的人), `chance` that the true level is in it, least first."""
    rows = v.of(v.found.official)
    rows = rows[rows["grade"].fillna("").ne("")]
    each = rows.to_dict("records")
    decided = [rows["calibrated"], rows["changed"].astype(bool)]
    reasons = ["people.by_calibration", "people.by_appeal"]
    found = rows.assign(
        chance=[own_chance(v.scheme_of(row["specialist_id"]), row) for row in each],
        grade=[v.grade(row) for row in each],
        reason=np.select(decided, reasons, "people.no_chance"),
    )
    return found.sort_values("chance", kind="stable", na_position="last", ignore_index=True)


def _grades(v: View) -> str:
    """Grades that are not settled (未定的等级), the least sure first; decided; chance not known."""
    rows = graded(v)
    if rows.empty:
        return v.say("people.first.grades_nobody")
    line = v.number(SETTLED, "chance")
    unknown = rows["chance"].isna()
    decided = unknown & rows["reason"].ne("people.no_chance")
    kinds = {"grades": rows["chance"] < SETTLED, "grades_decided": decided}
    kinds["grades_unknown"] = unknown & ~decided
    told = [(key, rows.loc[of, "name"].tolist()) for key, of in kinds.items()]
    said = [_named(v, key, who, line=line) for key, who in told if who]
    return v.run(said) if said else v.say("people.first.grades_none", line=line)


def _ready(v: View) -> str:
    rows = v.of(v.found.ready)
    return _named(v, "ready", rows.loc[rows["verdict"] == "ready", "name"].tolist())


def _raters(v: View) -> str:
    """Who is to be looked into, each with the rule that marks them (要核实的评价人及规则)."""
    odd = flags(v.tables, pd.date_range(v.tables.period.start, v.tables.period.last_day))
    found = marked(odd)
    told = [
        v.say("people.first.rater", who=who, why=join(v.words("mark", rules), v.lang))
        for who, rules in zip(v.called(found), found.values(), strict=True)
    ]
    if fairness.raters(v.tables).empty:
        return v.say("people.first.raters_unknown")
    return _named(v, "raters", told)


def _named(v: View, key: str, names: list[str], **facts: str) -> str:
    if not names:
        return v.say(f"people.first.{key}_none")
    who = some(names, v.lang, of="people")
    return v.say(f"people.first.{key}", n=len(names), who=who, **facts)

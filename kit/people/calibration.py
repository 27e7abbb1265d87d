"""Calibration (绩效校准): what a meeting decided about totals and grades, beside what was computed.

Nothing computed is overwritten: table `calibration` holds before, after, by whom and why, and the
official figure is the last decision in time among calibration and appeals.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kit.errors import Fault
from kit.people import by_group
from kit.scoring import grid

NEAR = 0.05  # totals are printed to one decimal
COLUMNS = [
    "period_id",
    "specialist_id",
    "round",
    "before_total",
    "before_grade",
    "after_total",
    "after_grade",
    "reason",
    "by",
    "at",
]


def decisions(tables: Any) -> pd.DataFrame:
    """The last row of each person of the period (校准结论), with `moved`: whether it changed."""
    rows = tables.get("calibration")
    rows = rows[rows["period_id"] == tables.period.id].sort_values(["round", "at"])
    last = rows.groupby("specialist_id", as_index=False).tail(1)
    moved = last["after_total"].notna() | last["after_grade"].notna()
    return last.assign(moved=moved).reset_index(drop=True)


def applied(tables: Any, totals: pd.DataFrame, appealed: Mapping[str, Any]) -> pd.DataFrame:
    """Totals after calibration (校准后): `calibrated` says where it decided the grade.

    totals   : with scored figures, and total, printed, grade after appeals
    appealed : person → day of the last accepted appeal; a later one than the calibration stands
    Under `grading: judged` a grade comes from calibration alone; without a row there is none.
    """
    judged = tables.scheme.grading == "judged"
    schemes = by_group.schemes(tables, totals)
    found = totals.set_index("specialist_id", drop=False)
    found = found.assign(calibrated=False, grade="" if judged else found["grade"])
    for row in decisions(tables).to_dict("records"):
        who = row["specialist_id"]
        if who not in found.index:
            continue
        scheme = schemes.get(who, tables.scheme)
        later = (
            who in appealed and pd.Timestamp(appealed[who]) >= pd.Timestamp(row["at"]).normalize()
        )
        if later and not judged:
            continue
        if pd.notna(row["after_total"]) and not later:
            printed = grid.half_up(np.array([row["after_total"]]), scheme.rounding.total)[0]
            found.loc[who, ["total", "printed", "changed"]] = [row["after_total"], printed, True]
            found.loc[who, "grade"] = grade_of(scheme, printed)
        if pd.notna(row["after_grade"]):
            found.loc[who, "grade"] = row["after_grade"]
        elif judged and pd.isna(row["after_total"]):
            found.loc[who, "grade"] = row["before_grade"]
        found.loc[who, "calibrated"] = True
    return found.reset_index(drop=True)


def grade_of(scheme: Any, printed: float) -> str:
    """The grade of a printed total (等级), without caps: the meeting decides about those."""
    place = grid.graded(scheme, np.array([printed]), np.array([False]))[0]
    return str(scheme.grades[place].grade)


def stale(tables: Any, totals: pd.DataFrame) -> pd.DataFrame:
    """Decisions whose `before` the data no longer give (已过时的校准): who, before, now.

    totals : from `appeals.official`, with what was scored
    """
    rows = decisions(tables).merge(totals, on="specialist_id")
    gone = [
        not same(row["before_total"], row["before_grade"], row["scored"], row["scored_grade"])
        for row in rows.to_dict("records")
    ]
    first = rows["round"].eq(1) & ~rows["changed"].astype(bool)
    return rows[np.array(gone, bool) & first][
        ["specialist_id", "before_total", "before_grade", "scored", "scored_grade"]
    ]


def same(total: Any, grade: Any, now: Any, now_grade: Any) -> bool:
    """Whether a figure and grade of the sheet are those of now (是否仍是现值)."""
    both_blank = bool(pd.isna(total)) and bool(pd.isna(now))
    near = both_blank or (pd.notna(total) and pd.notna(now) and abs(total - now) < NEAR)
    return bool(near) and _text(grade) == _text(now_grade)


def judge(tables: Any, totals: pd.DataFrame, sheet: pd.DataFrame) -> list[Fault]:
    """What is wrong with a filled-in sheet, row by row (核对校准表); none where all is right.

    sheet : specialist_id, total, grade, total_after, grade_after, reason, row (line of the file)
    """
    known = totals.set_index("specialist_id")
    schemes = by_group.schemes(tables, totals)
    faults: list[Fault] = []
    twice = sheet["specialist_id"].duplicated()
    for row, again in zip(sheet.to_dict("records"), twice, strict=True):
        who = row["specialist_id"]
        about = {"row": row["row"], "name": who}
        now = known.loc[who] if who in known.index else None
        grades = [g.grade for g in schemes.get(who, tables.scheme).grades]
        faults += _wrong(row, about, now, grades)
        faults += [Fault("people.calibrate_twice", about)] if again else []
    return faults


def _wrong(
    row: Mapping[Any, Any], about: dict[str, Any], now: Any, grades: list[str]
) -> list[Fault]:
    """Faults of one row: unknown person, stale, unknown grade, no number, no reason."""
    if now is None:
        return [Fault("people.calibrate_unknown", about)]
    found = []
    before = f"{_shown(row['total'])} {_text(row['grade'])}".strip()
    shown = current(now)
    if not same(row["total"], row["grade"], shown[0], shown[1]):
        told = f"{_shown(shown[0])} {_text(shown[1])}".strip()
        found.append(Fault("data.calibration_stale", about | {"before": before, "now": told}))
    grade = _text(row["grade_after"])
    if grade and grade not in grades:
        found.append(Fault("people.calibrate_grade", about | {"found": grade, "known": grades}))
    moved = bool(grade) or _text(row["total_after"]) != ""
    if moved and not isinstance(row["total_after"], float):
        found.append(Fault("people.calibrate_number", about | {"found": row["total_after"]}))
    if moved and not _text(row["reason"]):
        found.append(Fault("people.calibrate_reason", about))
    return found


def current(now: Any) -> tuple[Any, str]:
    """Total and grade that the sheet shows (现值): official, or as computed until judged."""
    return now["printed"], _text(now["grade"]) or _text(now["scored_grade"])


def _shown(total: Any) -> str:
    return "—" if pd.isna(total) else f"{total:.1f}"


def _text(value: Any) -> str:
    return (
        ""
        if value is None or (not isinstance(value, str) and pd.isna(value))
        else str(value).strip()
    )


def rows_of(tables: Any, sheet: pd.DataFrame, *, by: str, at: Any) -> pd.DataFrame:
    """A sheet that was found right, as rows of the table (入账行): the next round of the period."""
    rounds = tables.get("calibration")
    rounds = rounds.loc[rounds["period_id"] == tables.period.id, "round"]
    n = int(rounds.max()) + 1 if len(rounds) else 1
    known = {"before_total": sheet["total"], "before_grade": sheet["grade"].map(_text)}
    after = {
        "after_total": sheet["total_after"],
        "after_grade": sheet["grade_after"].map(_text),
        "reason": sheet["reason"].map(_text),
    }
    whole = sheet.assign(period_id=tables.period.id, round=n, by=by, at=at, **known, **after)
    return whole[COLUMNS]

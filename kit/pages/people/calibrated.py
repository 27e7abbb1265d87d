"""What did calibration decide? (绩效校准): before, after, by whom, why, for all readers."""

from typing import Any

import pandas as pd

from kit.pages.people.view import View, grid
from kit.people.calibration import decisions, stale
from kit.show import blocks
from kit.show.blocks import Block


def calibrated(v: View) -> list[Block]:
    """Decisions about the people whom this reader sees, both figures (绩效校准)."""
    rows = v.of(decisions(v.tables))
    judged = v.tables.scheme.grading == "judged"
    how = [v.say("people.how.calibrated"), *([v.say("people.how.judged")] if judged else [])]
    if rows.empty:
        return [blocks.text(v.say("people.how.judged"))] if judged else []
    rows = rows.assign(
        why=v.masked(rows["reason"]),
        decided=v.called(rows["by"]),
        decided_at=rows["at"],
        before_grade=rows["before_grade"].fillna("—"),
        after_grade=rows["after_grade"].fillna("—"),
        reason="people.not_said",
    )
    spec = (
        "before_total:points before_grade after_total:points after_grade why decided "
        "decided_at:date round:int"
    )
    spec = spec if v.who else f"name {spec}"
    return [grid(v, rows, spec, "calibrated", *how, *_drifted(v))]


def _drifted(v: View) -> list[str]:
    """Decisions whose figure before is not what the data give now."""
    rows = v.of(stale(v.tables, v.found.official))
    return [
        v.say(
            "people.how.stale",
            who=row["name"],
            before=f"{v.number(row['before_total'], 'points')} {row['before_grade'] or ''}",
            now=f"{v.number(row['scored'], 'points')} {row['scored_grade']}",
        )
        for row in rows.to_dict("records")
    ]


def decided(v: View) -> list[str]:
    """What calibration did to this person's grade, in a sentence (校准一句话); none for none."""
    rows = v.mine(decisions(v.tables))
    if rows.empty:
        return [v.say("people.not_judged")] if v.tables.scheme.grading == "judged" else []
    row = dict(rows.iloc[0])
    facts: dict[str, Any] = {
        "before": str(row["before_grade"] or "—"),
        "by": v.called([row["by"]])[0],
        "at": str(row["at"])[:10],
    }
    now = dict(v.mine(v.found.official).iloc[0])
    if not row["moved"]:
        return [v.say("people.say.confirmed", **facts)]
    why = v.masked([row["reason"]])[0]
    after: Any = row["after_grade"] if pd.notna(row["after_grade"]) else now["grade"]
    return [v.say("people.say.calibrated", after=str(after or "—"), reason=why, **facts)]

"""Plus and minus points under a card (加减分、一票否决): each row with its evidence."""

from typing import Any

import pandas as pd

from kit.pages.scoring.view import View
from kit.people.privacy import masked
from kit.scheme.adjustments import Adjustment
from kit.show.blocks import Block
from kit.show.rule import Speaker

SPEC = "plus_kind plus_times:int points:+points standard plus_evidence approved_by plus_status"


def plus_minus(v: View, who: str) -> list[Block]:
    """The rows that moved a person's total outside the weights (加减分明细), and those waiting."""
    rows = v.cards.plus_minus.rows
    rows = rows[rows["specialist_id"] == who]
    if rows.empty:
        return []
    known = v.tables.scheme.adjustments
    keep = [who]
    frame = pd.DataFrame(
        {
            "plus_kind": [getattr(known[k].name, v.lang) for k in rows["kind"]],
            "plus_times": rows["times"],
            "points": rows["points"],
            "standard": [standard(v, known[k]) for k in rows["kind"]],
            "plus_evidence": [
                " · ".join(filter(None, [*(masked(x, v.tables, keep, v.lang) for x in pair)]))
                for pair in zip(rows["evidence"], rows["note"], strict=True)
            ],
            "approved_by": rows["approved_by"].fillna(""),
            "plus_status": [_status(v, row, known) for row in rows.to_dict("records")],
            "plus_times_reason": "scoring.plus_followed",
            "points_reason": rows["reason"].replace("", "scoring.plus_veto"),
        }
    )
    total = v.totals[v.totals["specialist_id"] == who].iloc[0]
    notes = [v.say("scoring.note_plus", points=v.number(total["plus_minus"], "+points"))]
    return [v.table(frame, "plus", SPEC, id=f"plus-{who}", notes=notes)]


def standard(v: Speaker, kind: Adjustment) -> str:
    """What one occurrence does, in words (加减分标准)."""
    if kind.veto:
        caps = kind.veto.grade is not None
        done = kind.veto.grade if caps else v.number(kind.veto.total, "points")
        return v.say("scoring.plus_veto_grade" if caps else "scoring.plus_veto_total", to=done)
    if kind.by:
        return v.say("scoring.plus_by", indicator=v.label(kind.by))
    key = "scoring.plus_each" if kind.most is None else "scoring.plus_each_most"
    most = None if kind.most is None else v.number(kind.most, "+points")
    return v.say(key, each=v.number(kind.each, "+points"), most=most)


def _status(v: View, row: dict[Any, Any], known: dict[str, Adjustment]) -> str:
    """Whether a row counts, and where it stands."""
    if not row["counted"]:
        return v.say(row["reason"] or "scoring.plus_waits")
    if known[row["kind"]].by:
        return v.say("scoring.plus_counts")
    return v.say("scoring.plus_counts_row", file=row["file"], row=int(row["row"]))

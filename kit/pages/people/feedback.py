"""What did the 360 answers say of this person? (360 度评估)."""

import pandas as pd

from kit.pages.people.view import View, grid
from kit.scoring.feedback import comments
from kit.scoring.items import shown
from kit.scoring.pools import ORDER
from kit.show import blocks
from kit.show.blocks import Block


def rated_answers(v: View) -> pd.DataFrame:
    """The 360 answers on this person that may be shown (可展示的 360 度评分)."""
    return v.mine(shown(v.tables, feedback_days(v)))


def feedback_days(v: View) -> pd.DatetimeIndex:
    """Days of the period up to its last day with data (期内日期)."""
    return pd.date_range(v.tables.period.start, v.tables.period.last_day)


def rated(v: View) -> list[Block]:
    """360 by relation, as far as anonymity allows, with the gap of the self view (360 评估)."""
    rows = rated_answers(v)
    if rows.empty:
        return []
    wide = rows.pivot(index="item", columns="relation", values="figure").reindex(
        columns=list(ORDER)
    )
    wide = wide.reset_index()
    counted = v.mine(v.found.cards.indicators).set_index("indicator")["actual"]
    score = wide["item"].map(counted)
    wide = wide.assign(
        score=score,
        gap=wide["self"] - score,
        item=v.indicators(wide["item"]),
        reason="people.pooled",
        score_reason="people.not_counted",
        gap_reason="people.not_counted",
    )
    names = [c for c in (*ORDER, "score", "gap") if wide[c].notna().any()]
    spec = " ".join(["item", *(f"{c}:{'+' if c == 'gap' else ''}ratio" for c in names)])
    said = v.mine(comments(v.tables, feedback_days(v), v.audience))
    lines = [
        v.say("people.comment", item=item, text=text)
        for item, text in zip(v.indicators(said["item"]), v.masked(said["comment"]), strict=True)
    ]
    return [
        grid(v, wide, spec, "rated", v.say("people.how.rated")),
        *([blocks.box("note", dict.fromkeys(lines))] if lines else []),
    ]

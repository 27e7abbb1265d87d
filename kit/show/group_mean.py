"""How the cards of several groups make one total, in words (换组合计的说明)."""

from typing import Any

import pandas as pd

from kit.show.sentences import join


def group_mean(v: Any, cards: pd.DataFrame, printed: float) -> str:
    """Each card of somebody who changed group with its days, and the mean (换组合计).

    v : a page's view (tables, lang, say, number); cards : a row a card: group_id, days, total
    """
    groups = v.tables.period.groups
    parts = [
        v.say(
            "scoring.group_part",
            group=groups.label(row["group_id"], v.lang),
            days=int(row["days"]),
            total=v.number(row["total"], "ratio"),
        )
        for row in cards.to_dict("records")
    ]
    total = v.number(printed, "points")
    return v.say("scoring.group_mean", parts=join(parts, v.lang), total=total)

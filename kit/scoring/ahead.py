"""What would raise a total most, and how far the next grade is (下一步、离等级线多远)."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

LEAST = 0.05  # a gain that prints as 0.0 is none


def in_total(rows: pd.DataFrame, grouped: Any) -> pd.DataFrame:
    """Rows with `weight_used` as a part of the total (占总分的权重), not of the card alone.

    A card of somebody who changed group makes its share of the days of the total.
    rows : indicators with group_id; grouped : `Scorecards.grouped`, None where all are one group
    """
    if grouped is None:
        return rows
    keys = ["specialist_id", "group_id"]
    share = grouped.cards.set_index(keys)["share"]
    part = share.reindex(pd.MultiIndex.from_frame(rows[keys])).fillna(1.0).to_numpy()
    return rows.assign(weight_used=rows["weight_used"] * part)


def aim(rows: pd.DataFrame) -> dict[str, Any]:
    """What to work on (下一步): the target that would add most to the total, the lowest soft item.

    rows : one person's indicators of the scorecards, weighted as in `in_total`
    Keys : indicator, actual, target, gain and item, points; those of a side without one are absent
    """
    mine = rows[rows["points"].notna()]
    hard = mine[(mine["branch"] == "hard") & mine["target"].notna() & (mine["points"] < 100)]
    hard = hard.assign(gain=hard["weight_used"] * (100 - hard["points"]))
    best = hard[hard["gain"] >= LEAST].nlargest(1, "gain")
    low = mine[mine["branch"] == "soft"].nsmallest(1, "points")
    low = low.rename(columns={"indicator": "item"})
    keys = (["indicator", "actual", "target", "gain"], ["item", "points"])
    return {
        str(key): row[key]
        for part, names in zip((best[keys[0]] if len(best) else best, low), keys, strict=True)
        for row in part.to_dict("records")
        for key in names
    }


def distances(grades: Sequence[Any], printed: float) -> tuple[tuple[str, float], tuple[str, float]]:
    """The line above and the line that was passed (离上下线多远), each by grade and points.

    grades : the scheme's, the best first; "" and 0 where there is no line on that side
    >>> from types import SimpleNamespace as G
    >>> distances([G(grade="A", min=95), G(grade="B", min=85), G(grade="C", min=0)], 93.5)
    (('A', 1.5), ('B', 8.5))
    """
    above = [(g.grade, round(g.min - printed, 6)) for g in grades if g.min > printed]
    passed = [(g.grade, round(printed - g.min, 6)) for g in grades if 0 < g.min <= printed]
    return (above[-1] if above else ("", 0.0)), (passed[0] if passed else ("", 0.0))

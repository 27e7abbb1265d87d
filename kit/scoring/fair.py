"""What a total would be at the expected targets (按合理目标重算): beside the score, never it."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.scoring.card import Scorecards
from kit.scoring.grid import half_up
from kit.scoring.rules import points

if TYPE_CHECKING:
    from kit.data.tables import Tables

BEYOND = ("completion", "ratio")  # what a rule must read for a target to count


def at_expected(tables: "Tables", cards: Scorecards, check: pd.DataFrame) -> pd.DataFrame:
    """Totals of the best and the last grade, with flagged targets set to the expected (重算总分).

    check   : of `integrity.target_check`; only flagged targets are replaced, whatever the noise
    Returns : specialist_id, indicator (all replaced), total, grade, now (the grade given);
              nothing for a total that a core floor caps
    """
    ends = {tables.scheme.grades[0].grade, tables.scheme.grades[-1].grade}
    keys = ["specialist_id", "indicator"]
    told = ["specialist_id", "total", "grade", "printed"]
    rows = check.loc[check["flag"] != "", [*keys, "expected", "ratio", "flag"]].merge(
        cards.indicators[[*keys, "actual", "completion", "points", "weight_used"]], on=keys
    )
    rows = rows.merge(cards.totals[told], on="specialist_id")
    rows = rows[rows["grade"].isin(ends) & rows["points"].notna()]
    rows = rows.assign(gain=[_gain(tables, row) for row in rows.to_dict("records")])
    by = rows.dropna(subset="gain").groupby("specialist_id", sort=False)
    found = by.agg(
        indicator=("indicator", list), gain=("gain", "sum"), total=("total", "first"),
        now=("grade", "first"), printed=("printed", "first"),
    ).reset_index()  # fmt: skip
    free = [
        _grade(tables, x) == grade for x, grade in zip(found["printed"], found["now"], strict=True)
    ]
    found = found[np.array(free, bool)]
    totals = half_up((found["total"] + found["gain"]).to_numpy(float))
    found = found.assign(total=totals, grade=[_grade(tables, x) for x in totals])
    return found[["specialist_id", "indicator", "total", "grade", "now"]]


def _gain(tables: "Tables", row: dict) -> float:
    """What the expected target would add to the total; NaN where no target counts."""
    rule = tables.scheme.rule_of(row["indicator"])
    if rule.on not in BEYOND:
        return np.nan
    completion = row["completion"] * row["ratio"]
    at = points(rule, completion, row["actual"], row["actual"] / row["expected"])
    return float(row["weight_used"] * (at - row["points"]))


def _grade(tables: "Tables", total: float) -> str:
    return next((g.grade for g in tables.scheme.grades if total >= g.min), "")

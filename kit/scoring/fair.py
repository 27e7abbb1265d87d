"""What a total would be at the expected targets (按合理目标重算): beside the score, never it."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.scoring.card import Scorecards
from kit.scoring.grid import graded
from kit.scoring.rescored import at_home, repointed, resummed

if TYPE_CHECKING:
    from kit.data.tables import Tables
    from kit.scheme import Scheme

COLUMNS = ["specialist_id", "indicator", "total", "grade", "now"]


def at_expected(tables: "Tables", cards: Scorecards, check: pd.DataFrame) -> pd.DataFrame:
    """Totals of the best and the last grade, with flagged targets set to the expected (重算总分).

    check   : of `integrity.target_check`; only flagged targets are replaced, whatever the noise
    Returns : specialist_id, indicator (all replaced), total (printed), grade, now (the grade
              given), by all that makes the published total; nothing for a total that a core floor
              or a veto caps or sets
    """
    ends = {tables.scheme.grades[0].grade, tables.scheme.grades[-1].grade}
    given = cards.totals.set_index("specialist_id")
    found = []
    for who, mine in check[check["flag"] != ""].groupby("specialist_id", sort=False):
        row = given.loc[who] if who in given.index else {"grade": ""}
        if row["grade"] in ends and _free(at_home(tables, cards, str(who))[0].scheme, row):
            expected = mine.set_index("indicator")["expected"]
            found += _recalculated(tables, cards, str(who), expected)
    table = pd.DataFrame(found, columns=[name for name in COLUMNS if name != "now"])
    return table.assign(now=table["specialist_id"].map(given["grade"]))[COLUMNS]


def _free(scheme: "Scheme", row: Any) -> bool:
    """Whether the grade is that of the printed total: no floor and no veto caps or sets it."""
    alone = graded(scheme, np.array([row["printed"]]), np.array([False]))[0]
    named = [g.grade for g in scheme.grades]
    return bool(named[alone] == row["grade"] and np.isnan(row.get("veto", np.nan)))


def _recalculated(
    tables: "Tables", cards: Scorecards, who: str, expected: pd.Series
) -> list[dict[str, Any]]:
    """One person's total at the expected targets; nothing where no target replaced counts."""
    card = cards.indicators[cards.indicators["specialist_id"] == who]
    scheme = at_home(tables, cards, who)[0].scheme
    moved = card["indicator"].isin(expected.index) & card["points"].notna()
    moved &= card["indicator"].map(lambda name: _counts(scheme, name)).astype(bool)
    if not moved.any():
        return []
    target = card["target"].where(~moved, card["indicator"].map(expected))
    score = repointed(scheme, card, card["actual"].where(moved), target)
    new = resummed(tables, cards, card, score)
    names = {"specialist_id": who, "indicator": card.loc[moved, "indicator"].tolist()}
    return [names | {"total": new["printed"], "grade": new["grade"]}]


def _counts(scheme: "Scheme", name: str) -> bool:
    """Whether an indicator's points rest on its target (得分是否看目标)."""
    rule = scheme.rule_of(name)
    return rule.on in ("completion", "ratio") or rule.kind == "add_deduct"

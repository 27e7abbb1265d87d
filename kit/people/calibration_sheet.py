"""The sheet of a calibration meeting (校准表): what is known of each person, and room to decide."""

from typing import Any

import numpy as np
import pandas as pd

from kit.data.store.cache import remembered
from kit.people import fairness
from kit.people.appeals import official
from kit.people.calibration import current
from kit.people.career import history
from kit.scoring.card import scorecards
from kit.scoring.feedback import rated

PAST = 3  # earlier periods whose grades are shown
FILLED = ("total_after", "grade_after", "reason")


def sheet(tables: Any) -> pd.DataFrame:
    """A row a person (校准表), highest total first.

    Returns : specialist_id, name, team, total, low, high, grade, p_<grade>…, near (ids that cannot
              be told apart), self_mean and manager_mean (ratings), past (last grades, oldest
              first), and the columns to fill in, empty
    """
    cards = remembered(tables, "scorecards", scorecards)
    totals = official(tables, cards)
    roster = tables.get("roster")[["specialist_id", "name", "team"]]
    shown = [current(row) for row in totals.to_dict("records")]
    rows = totals.merge(roster, "left", "specialist_id").assign(
        low=totals["ci_low"],
        high=totals["ci_high"],
        total=[pair[0] for pair in shown],
        grade=[pair[1] for pair in shown],
        near=pd.Series(_near(tables, cards), dtype=object),
        past=pd.Series(_past(tables, totals), dtype=object),
        self_mean=_means(tables, totals, "self"),
        manager_mean=_means(tables, totals, "manager"),
        **dict.fromkeys(FILLED, ""),
    )
    chances = [f"p_{g.grade}" for g in tables.scheme.grades]
    about = ["specialist_id", "name", "team", "total", "low", "high", "grade", *chances]
    rows = rows[[*about, "near", "self_mean", "manager_mean", "past", *FILLED]]
    return rows.sort_values("total", ascending=False, kind="stable", ignore_index=True)


def distribution(tables: Any) -> pd.DataFrame:
    """Grades beside the quota's suggestion (分布与配额建议), with pairs that no cut may part."""
    cards = remembered(tables, "scorecards", scorecards)
    totals = official(tables, cards)
    quota = tables.scheme.people.quota
    cuts = fairness.calibration(totals, quota, tables.scheme.uncertainty.level)
    names = [g.grade for g in tables.scheme.grades]
    shown = [current(row)[1] for row in totals.to_dict("records")]
    count = [shown.count(name) for name in names]
    found = pd.DataFrame({"grade": names, "count": count})
    found["part"] = found["count"] / max(1, sum(count))
    both = found.merge(cuts[["grade", "share", "suggested", "tied"]], "left", "grade")
    return both.rename(columns={"share": "quota"})


def _near(tables: Any, cards: Any) -> list[tuple[str, ...]]:
    """Who cannot be told apart from each person (分不开的人)."""
    people = cards.totals["specialist_id"].tolist()
    known = cards.totals["total"].notna().to_numpy()
    close = ~(cards.errors.p <= 1 - tables.scheme.uncertainty.level)
    both = close & known[:, None] & known[None, :] & ~np.eye(len(people), dtype=bool)
    return [tuple(np.array(people)[row]) for row in both]


def _means(tables: Any, totals: pd.DataFrame, relation: str) -> np.ndarray:
    rows = rated(tables)
    rows = rows[(rows["period_id"] == tables.period.id) & (rows["relation"] == relation)]
    means = rows.groupby("specialist_id")["rating"].mean()
    return means.reindex(totals["specialist_id"]).to_numpy(float)


def _past(tables: Any, totals: pd.DataFrame) -> list[tuple[str, ...]]:
    """Grades of the periods before (往期等级), oldest first."""
    past = history(tables).totals
    past = past[past["period_id"] != tables.period.id]
    by = {who: rows["grade"].tolist()[-PAST:] for who, rows in past.groupby("specialist_id")}
    return [tuple(g or "—" for g in by.get(who, [])) for who in totals["specialist_id"]]

"""Appeals: the month by hand of conventions.md with a figure changed, by hand again."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.people.appeals import appeals, official
from kit.scoring import rescored
from tests.people.tiny import june, rows, totals

HAND = [  # indicator, branch, actual, target, points, weight
    ("sales", "hard", 520_000, 500_000, 104.0, 0.18),
    ("roi", "hard", 4.0, 4.2, 87.3016, 0.15),
    ("click_conversion", "hard", 0.044, 0.042, 104.7619, 0.12),
    ("ctr", "hard", 0.0325, 0.03, 108.3333, 0.05),
    ("cac", "hard", 100, 90, 73.3333, 0.06),
    ("plan_completion", "hard", 0.9, 1, 73.3333, 0.05),
    ("timeliness", "hard", 0.8, 1, 48.0, 0.04),
    ("budget_execution", "hard", 0.9286, np.nan, 95.2381, 0.05),
    ("innovation", "soft", 3.8833, np.nan, 72.0833, 0.08),
    ("teamwork", "soft", 3.875, np.nan, 71.875, 0.08),
    ("problem_solving", "soft", 3.4667, np.nan, 61.6667, 0.07),
    ("learning", "soft", np.nan, np.nan, np.nan, 0.07),
]
CARD = pd.DataFrame(HAND, columns=["indicator", "branch", "actual", "target", "points", "weight"])
SCORED = {
    "specialist_id": "S01",
    "coverage": 0.93,
    "total": 85.2041,
    "printed": 85.2,
    "grade": "B",
    "ci_low": 80.0,
    "ci_high": 90.0,
}


def plea(**more) -> dict:
    return {
        "appeal_id": "P1",
        "period_id": "2025-06",
        "specialist_id": "S01",
        "reason": "r",
        "author": "M01",
        "at": "2025-07-04",
        "status": "accepted",
    } | more


def changed(*pleas: dict) -> pd.Series:
    people = totals(SCORED, SCORED | {"specialist_id": "S02"}).filter(regex="^(?!scored)")
    cards = SimpleNamespace(indicators=CARD.assign(specialist_id="S01"), totals=people)
    found = official(june({"appeals": rows("appeals", *pleas)}), cards)
    assert found.loc[1, ["printed", "scored", "changed"]].tolist() == [85.2, 85.2, False]
    return found.loc[0]


def test_card_scored_afresh_without_a_change_gives_the_months_total():
    none = pd.DataFrame({"indicator": ["other"], "after": [1.0], "specialist_id": "S01"})
    card = CARD.assign(specialist_id="S01")
    found = rescored.changed(june({}), SimpleNamespace(), card, none)
    assert found["total"] == pytest.approx(85.2041, abs=1e-4)


def test_accepted_change_of_an_indicator_moves_the_total_by_rule_and_weight():
    one = changed(plea(indicator="timeliness", before=0.8, after=0.9))
    # 0.9 on time: 60 + 40 · 0.05/0.15 = 73.3333 points, 25.3333 more at weight .04
    assert one["total"] == pytest.approx(85.2041 + 25.3333 * 0.04, abs=1e-4)
    assert (one["printed"], one["scored"], one["grade"]) == (86.2, 85.2, "B")
    assert one["ci_low"] == pytest.approx(80 + 25.3333 * 0.04, abs=1e-3)


def test_change_can_cost_the_grade_and_a_core_floor_binds():
    one = changed(plea(indicator="sales", before=520_000, after=400_000))  # 0.8: 51.4286 points
    assert one["total"] == pytest.approx(85.2041 - (104 - 51.428571) * 0.18, abs=1e-4)
    assert (one["scored_grade"], one["grade"]) == ("B", "C")


def test_indicator_that_nobody_had_measured_takes_its_own_weight_back():
    one = changed(plea(indicator="learning", after=5))
    soft = 0.08 * 72.0833 + 0.08 * 71.875 + 0.07 * 61.6667 + 0.07 * 100
    assert one["total"] == pytest.approx(92.2170 * 0.7 + soft, abs=1e-3)


def test_change_of_the_total_stands_and_open_rejected_and_other_periods_change_nothing():
    one = changed(plea(before=85.2, after=86.0))
    assert (one["printed"], one["scored"], bool(one["changed"])) == (86.0, 85.2, True)
    none = changed(
        plea(status="rejected", after=99),
        plea(status="open", after=99),
        plea(period_id="2025-05", after=99),
        plea(indicator="sales"),
    )
    assert (none["printed"], bool(none["changed"])) == (85.2, False)


def test_appeal_without_a_due_day_gets_the_schemes():
    found = appeals(june({"appeals": rows("appeals", plea(status="open", before=85.0, after=86))}))
    assert str(found.loc[0, "due"].date()) == "2025-07-11"
    assert (found.loc[0, "before"], found.loc[0, "after"]) == (85.0, 86.0)

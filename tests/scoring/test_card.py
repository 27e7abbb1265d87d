"""Scorecards: the month by hand of conventions.md first, then what a changed input must change."""

import pytest

from kit.scoring.card import scorecards
from tests.scoring import hand

POINTS = {
    "sales": 104.0, "roi": 87.3016, "click_conversion": 104.7619, "ctr": 108.3333, "cac": 73.3333,
    "plan_completion": 73.3333, "timeliness": 48.0, "budget_execution": 95.2381,
    "innovation": 72.0833, "teamwork": 71.875, "problem_solving": 61.6667,
}


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    return scorecards(hand.loaded(folder, hand.tables() | {"market": hand.market()}))


def test_the_month_by_hand_gives_its_points(month):
    points = month.indicators.set_index("indicator")["points"].dropna().to_dict()
    assert points == pytest.approx(POINTS, abs=5e-5)


def test_the_month_by_hand_gives_its_total_and_grade(month):
    row = month.totals.iloc[0]
    assert row["total"] == pytest.approx(85.20407867, abs=5e-9)
    assert (row["printed"], row["grade"]) == (85.2, "B")
    assert row["hard"] == pytest.approx(92.2170, abs=5e-5)
    assert row["soft"] == pytest.approx(68.8406, abs=5e-5)
    assert row["coverage"] == pytest.approx(0.93)


def test_the_market_adjusted_total_stands_beside(month):
    row = month.totals.iloc[0]
    assert row["total_adjusted"] == pytest.approx(84.48407867, abs=5e-9)
    assert (row["printed_adjusted"], row["grade_adjusted"]) == (84.5, "C")

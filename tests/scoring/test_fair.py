"""Totals at the expected targets, by hand: weight times the change of points."""

from types import SimpleNamespace

import pandas as pd
import pytest

from kit.params import read_scheme
from kit.scoring.fair import at_expected

SCHEME = read_scheme("params/scheme-2025.yml")
TABLES = SimpleNamespace(scheme=SCHEME)


def cards(total, grade, completion, points):
    row = {"specialist_id": "S1", "indicator": "sales", "actual": 100.0 * completion}
    row |= {"completion": completion, "points": points, "weight_used": 0.2}
    totals = {"specialist_id": "S1", "total": total, "printed": total, "grade": grade}
    return SimpleNamespace(indicators=pd.DataFrame([row]), totals=pd.DataFrame([totals]))


def check(ratio, flag):
    row = {"specialist_id": "S1", "indicator": "sales", "target": 100.0, "ratio": ratio}
    return pd.DataFrame([row | {"expected": 100.0 / ratio, "flag": flag}])


def test_a_low_target_of_an_a_is_replaced_and_the_grade_read_again():
    """130 of 100 is 120 points (the cap); at 125 expected it is 104: 20 % of −16 is −3.2."""
    found = at_expected(TABLES, cards(96.0, "A", 1.3, 120.0), check(0.8, "easy"))
    [row] = found.to_dict("records")
    assert (row["total"], row["grade"], row["now"]) == (pytest.approx(92.8), "B", "A")
    [same] = at_expected(TABLES, cards(99.0, "A", 1.3, 120.0), check(0.8, "easy")).to_dict(
        "records"
    )
    assert (same["total"], same["grade"]) == (pytest.approx(95.8), "A")


def test_a_high_target_of_a_d_counts_as_much_and_others_are_left_alone():
    """80 of 100 is 80 points; at 80 expected the target is met, 100 points: +4."""
    last = SCHEME.grades[-1].grade
    [row] = at_expected(TABLES, cards(66.0, last, 0.8, 80.0), check(1.25, "hard")).to_dict(
        "records"
    )
    assert row["total"] == pytest.approx(70.0) and row["grade"] == "C"
    assert at_expected(TABLES, cards(88.0, "B", 1.3, 120.0), check(0.8, "easy")).empty
    assert at_expected(TABLES, cards(96.0, "A", 1.3, 120.0), check(1.0, "")).empty
    assert at_expected(TABLES, cards(99.0, last, 0.8, 80.0), check(1.25, "hard")).empty, "capped"

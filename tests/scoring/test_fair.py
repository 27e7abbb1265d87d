"""Totals at the expected targets, by hand: weight times the change of points."""

from types import SimpleNamespace

import pandas as pd
import pytest

from kit.data.load import load
from kit.params import read_scheme
from kit.scoring.card import scorecards
from kit.scoring.fair import at_expected
from tests.people.company import BASE, own, write

SCHEME = read_scheme("params/scheme-2025.yml")
TABLES = SimpleNamespace(scheme=SCHEME, period=SimpleNamespace(type="month"))


def cards(total, grade, completion, points):
    """Sales with a fifth of the weight, the rest on what makes the total."""
    rest = {"indicator": "roi", "weight": 0.8, "points": (total - 0.2 * points) / 0.8}
    row = {"indicator": "sales", "actual": 100.0 * completion, "target": 100.0}
    row |= {"completion": completion, "points": points, "weight": 0.2}
    totals = {"specialist_id": "S1", "total": total, "printed": total, "grade": grade}
    rows = pd.DataFrame([row, rest]).assign(specialist_id="S1")
    return SimpleNamespace(indicators=rows, totals=pd.DataFrame([totals]))


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


NAME = {"name": {"zh": "项", "en": "line"}}
SHARE = {"kind": "completion", "cap": 1.2}
WHOLE = {"score": 0.5, "deals": 0.5}


def recalculated(place, rule=SHARE, tables=None, line=None, **scheme):
    """One person with 80 points on a line and deals against a target of 100, scored by the kit."""
    said = own("deals", rule="share") | (line or {})
    rules = BASE["rules"] | {"share": rule}
    scheme = {"rules": rules, "indicators": {"deals": said}, "profiles": {"month": WHOLE}} | scheme
    place = place / str(len(list(place.iterdir())))
    place.mkdir()
    figures = {"S1": {"score": 80, "deals": 130}}
    file = write(place, figures, {}, targets={"deals": 100}, tables=tables, **scheme)
    given = load(file)
    scored = scorecards(given)
    told = {"specialist_id": "S1", "indicator": "deals", "expected": 125.0, "flag": "easy"}
    now = scored.totals.iloc[0]
    found = at_expected(given, scored, pd.DataFrame([told])).to_dict("records")
    return now["printed"], now["grade"], [(row["total"], row["grade"]) for row in found]


def adjusted(kind, **more):
    row = {"adjustment_id": "a1", "period_id": "2025-06", "specialist_id": "S1", "kind": kind}
    row |= {"evidence": "1", "entered_by": "M1", "approved_by": "HR", "on": "2025-06-10"}
    return {"adjustments": [row | more]}


def test_the_total_at_expected_targets_is_made_as_the_published_one(tmp_path):
    """By hand: 130 of 100 is 120 points (the cap), of 125 104: half of it beside half of 80.

    100 becomes 92; with 4 minus points 96 becomes 88; in steps of 5 it prints 90 instead of 92.
    """
    minus = {"complaint": NAME | {"each": -2}}
    assert recalculated(tmp_path) == (100, "A", [(92, "B")])
    less = adjusted("complaint", times=2)
    assert recalculated(tmp_path, tables=less, adjustments=minus) == (96, "A", [(88, "B")])
    coarse = recalculated(tmp_path, rounding={"total": 5})
    assert coarse == (100, "A", [(90, "B")])


def test_a_total_that_a_veto_sets_or_caps_is_not_told_at_other_targets(tmp_path):
    for veto, now in (({"total": 0}, (0, "D")), ({"grade": "D"}, (100, "D"))):
        kinds = {"fraud": NAME | {"veto": veto}}
        found = recalculated(tmp_path, tables=adjusted("fraud"), adjustments=kinds)
        assert found == (*now, [])


def test_typed_points_and_steps_from_a_target_count_at_expected_targets(tmp_path):
    """By hand: 40 % typed at 120, 60 % computed: .4 · 120 + .6 · 104 = 110.4, half and 40: 95.2.

    Steps of 10 beyond the target, 5 points each from 100: 130 of 100 is 115, of 125 100: 90.
    """
    typed = {"raters": {"self": 0.4, "manager": 0.6}, "counted": True}
    row = {"period_id": "2025-06", "specialist_id": "S1", "rater_id": "S1", "relation": "self"}
    tables = {"feedback": [row | {"item": "deals", "rating": 120}]}
    assert recalculated(tmp_path, tables=tables, line=typed) == (100, "A", [(95.2, "A")])
    steps = {"kind": "add_deduct", "on": "value", "base": 100, "step": 10, "points": 5}
    steps |= {"max_add": 20, "max_deduct": 50}
    assert recalculated(tmp_path, rule=steps) == (97.5, "A", [(90, "B")])

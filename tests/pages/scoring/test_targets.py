"""Notebook 2 on targets: a running period, stages, and what is checked of them."""

from dataclasses import replace

import pandas as pd
import pytest

from kit.pages.scoring import pace as pace_page
from kit.pages.scoring import (
    page,
    warnings,
)
from kit.pages.scoring import targets as targets_page
from tests.pages.scoring.test_page import shown, words_of
from tests.scoring import hand


def test_a_running_period_is_followed_by_week(tmp_path):
    """By the 15th: three weeks begun, the last of one day; no word of a final score."""
    v = shown(tmp_path, hand.tables(), as_of="2025-04-15")
    note, pace, weeks, none = pace_page.pace(v)
    assert "No stage targets were set" in words_of(none)
    assert "no final score" in words_of(note) and "50.0% of the seasonal" in words_of(pace)
    assert [c["key"] for c in weeks.data["columns"]] == [
        "name",
        "2025-04-01",
        "2025-04-08",
        "2025-04-15 (1 day)",
    ]
    assert "everybody would reach 95.0% of the sales target" in words_of(*page.first(v))


def test_who_joined_late_is_not_behind_on_the_days_before(tmp_path):
    """By hand: a plan from the 9th on, even days: by the 15th 7 of 22 days of 500,000 are due."""
    owned = hand.tables()["assignment"].assign(valid_from="2025-04-09")
    v = shown(tmp_path, hand.tables() | {"assignment": owned}, as_of="2025-04-15")
    row = v.rows.set_index("indicator").loc["sales"]
    assert row["target"] == pytest.approx(500_000 * 7 / 22)
    first, second, _third = [c["key"] for c in pace_page.pace(v)[2].data["columns"]][1:]
    week = pace_page.pace(v)[2].data["rows"][0]
    days = hand.tables()["ads"]["revenue"]
    assert week[first] is None
    assert week[second] == pytest.approx(days[8:14].sum() / (500_000 * 6 / 22))


def test_answers_that_come_in_after_as_of_do_not_count_yet(tmp_path):
    late = hand.tables()["feedback"].assign(submitted_on="2025-04-16")
    v = shown(tmp_path, hand.tables() | {"feedback": late}, as_of="2025-04-15")
    assert v.rows.set_index("indicator").loc["teamwork", "reason"] == "scoring.nobody_rated"


@pytest.mark.parametrize(
    ("flag", "sure", "said", "unsaid"),
    [
        ("hard", False, "(2)", "No target is clearly off"),
        ("hard", True, "on the high side", "(2)"),
        ("", False, "No target is clearly off", "(2)"),
    ],
)
def test_targets_that_are_listed_are_never_called_all_fine(
    tmp_path, monkeypatch, flag, sure, said, unsaid
):
    """Two are listed beyond the tolerance: the sentence above them says what weight that has."""
    row = {
        "specialist_id": "S1",
        "target": 5.0,
        "actual": 4.0,
        "expected": 4.0,
        "ratio": 1.25,
        "planned": float("nan"),
        "flag": flag,
        "sure": sure,
    }
    rows = pd.DataFrame([row | {"indicator": name} for name in ("roi", "ctr")])
    monkeypatch.setattr(targets_page.integrity, "target_check", lambda *_: rows)
    text = words_of(*targets_page.targets(shown(tmp_path, hand.tables())))
    assert said in text and unsaid not in text


def test_targets_without_a_period_to_compare_with_are_not_called_near_what_was_expected(tmp_path):
    """The hand month has no month before it: five targets, none of them compared."""
    text = words_of(*targets_page.targets(shown(tmp_path, hand.tables())))
    assert "No target could be checked" in text and "clearly off" not in text


def test_of_targets_compared_in_part_the_rest_is_told(tmp_path, monkeypatch):
    v = shown(tmp_path, hand.tables())
    check = targets_page.integrity.target_check(v.tables, v.cards)
    one = check.assign(ratio=check["ratio"].where(check["indicator"] != "roi", 1.0))
    monkeypatch.setattr(targets_page.integrity, "target_check", lambda *_: one)
    text = words_of(*targets_page.targets(replace(v)))
    assert f"(1) is clearly off; for {len(check) - 1} more" in text


ORDERS = {"paid_at": ["2025-04-05 10:00", "2025-04-29 10:00"], "plan_id": "P1", "revenue": 100.0}


def orders(refunds: list[float] | None) -> dict[str, pd.DataFrame]:
    """The hand month with two orders, one of them in the last days; refunds told or not."""
    rows = pd.DataFrame({"order_id": ["1", "2"]} | ORDERS)
    rows = rows if refunds is None else rows.assign(refund_amount=refunds)
    return hand.tables() | {"orders": rows}


@pytest.mark.parametrize(
    ("refunds", "said", "unsaid"),
    [
        (None, "refunds of the last days", "Sales and sales less refunds"),
        ([0.0, 0.0], "Sales and sales less refunds", "refunds of the last days"),
        ([0.0, 50.0], "50.0% of the last days", "refunds of the last days"),
    ],
)
def test_refunds_that_are_not_told_are_not_called_usual(tmp_path, refunds, said, unsaid):
    """By hand: 50 of 100 in the last days, 0 of 100 before; without a column nothing is known."""
    text = words_of(*targets_page.targets(shown(tmp_path, orders(refunds))))
    assert said in text and unsaid not in text
    assert "Not measured and not looked at: " in text, "no brand words are known"


def test_a_target_ratio_that_is_turned_round_says_so(tmp_path, monkeypatch):
    """Cost 47 against 56 expected is a demanding target: 56 ÷ 47, not the 84 % of the header."""
    row = {
        "specialist_id": "S1",
        "target": 47.0,
        "actual": 42.0,
        "expected": 56.0,
        "ratio": 56 / 47,
        "planned": float("nan"),
        "flag": "hard",
        "sure": False,
    }
    v = shown(tmp_path, hand.tables())
    for name, told in (("cac", True), ("roi", False)):
        rows = pd.DataFrame([row | {"indicator": name}])
        monkeypatch.setattr(targets_page.integrity, "target_check", lambda *_, rows=rows: rows)
        assert ("expected ÷ target" in words_of(*targets_page.targets(replace(v)))) == told


def test_targets_are_checked_once_for_all_sections_of_a_page(tmp_path, monkeypatch):
    v = shown(tmp_path, hand.tables(), audience="hr")
    whole, asked = targets_page.integrity.target_check(v.tables, v.cards), []
    check = targets_page.integrity.target_check

    def counted(*given):
        asked.append(given)
        return check(*given)

    monkeypatch.setattr(targets_page.integrity, "target_check", counted)
    sections = [targets_page.targets(v), warnings.warnings(v), targets_page.targets(v)]
    assert len(asked) == 1 and all(sections) and len(v.targets_checked) == len(whole)


def test_an_own_page_says_nothing_of_others_at_a_stage(tmp_path):
    """“Nobody is behind” on a page of one would be read as a word on all."""
    late = {
        "period_id": "2025-04",
        "indicator": "sales",
        "stage": "W1",
        "target": 1e9,
        "stage_end": "2025-04-10",
    }
    for target, said in ((1e9, "Behind at the latest stage."), (20_000, "Not behind")):
        rows = [late | {"specialist_id": "S1", "target": target}]
        given = hand.tables()
        given["targets"] = pd.concat([given["targets"], pd.DataFrame(rows)])
        folder = tmp_path / str(target)
        folder.mkdir()
        line, table = pace_page.pace(shown(folder, given, "employee", "S1"))
        assert words_of(line).strip().startswith(said) and "W1 (to 04-10)" in words_of(table)

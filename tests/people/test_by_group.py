"""Pay by group: each group by its own scheme; figures by hand, as in sheet-n06.yml."""

import copy
from pathlib import Path

import pytest
import yaml

from kit.data.load import load
from kit.pages.people.amounts import amounts
from kit.pages.people.reward import pay
from kit.pages.people.view import view
from kit.people.appeals import official
from kit.people.frames import team
from kit.people.sheet import sheet
from kit.scoring.card import scorecards
from tests import sheets

CASES = Path(__file__).resolve().parent.parent / "cases" / "schemes"
BASE = [{"specialist_id": who, "base": 5000} for who in ("S1", "S3", "S4")]


@pytest.fixture(scope="module")
def said():
    return yaml.safe_load((CASES / "sheet-n06.yml").read_text("utf-8"))


def paid(said, place):
    tables = load(sheets.write(said, CASES / "sheet-n06.yml", place))
    totals = official(tables, scorecards(tables))
    return tables, totals, sheet(tables, totals)


def test_who_changes_post_is_paid_once_on_the_whole_period(said, tmp_path):
    """By hand: S1 becomes an operator on the 16th: 80,000 × 2 % = 1,600, 0.5 % of 200,000 / 3."""
    changed = copy.deepcopy(said)
    changed["tables"] = {
        "postings": [
            {"specialist_id": "S1", "team": "一组", "post": "主管", "status": "working"}
            | {"valid_from": "2025-01-01", "valid_to": "2025-06-15"},
            {"specialist_id": "S1", "team": "一组", "post": "运营", "status": "working"}
            | {"valid_from": "2025-06-16"},
        ]
    }
    _, _, found = paid(changed, tmp_path)
    mine = found.lines[found.lines["specialist_id"] == "S1"].set_index("line")["amount"]
    assert mine.to_dict() == {"commission": 1600, "prize": 300, "fund": 333.34}
    assert found.schemes["S1"].id == "n06"


def test_pages_and_slips_name_the_lines_of_each_groups_scheme(said, tmp_path):
    """The manager's slip says 3 %, the operator's 2 %, each with its own scheme."""
    given = copy.deepcopy(said)
    given["tables"] = {"pay": BASE}
    tables, _, _ = paid(given, tmp_path)
    v = view(team(tables, "hr"), "zh")
    made = amounts(v)
    text = " ".join(str(block.html) for block in made)
    assert "2,400" in text and "团队基金" in text and "业绩突破奖" in text
    slips = next(block.data["slips"] for block in made if "slips" in block.data)
    of = {one["title"].split()[0]: one["html"] for one in slips}
    assert "n06-manager" in of["甲"] and "0.03" in of["甲"]
    assert "n06-second" in of["丁"] and "业绩突破奖" not in of["丁"]
    words = " ".join(str(block.html) for block in pay(v))
    assert all(name in words for name in ("主管", "运营", "二线"))

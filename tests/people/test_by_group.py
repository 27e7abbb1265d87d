"""Pay by group: each group by its own scheme; figures by hand, as in sheet-n06.yml."""

import copy
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from kit.data.load import load
from kit.pages.people.amounts import amounts
from kit.pages.people.reward import pay
from kit.pages.people.view import view
from kit.people import pool_parts
from kit.people.appeals import official
from kit.people.frames import team
from kit.people.sheet import sheet
from kit.scheme.components import Whole
from kit.scoring.card import scorecards
from tests import sheets

CASES = Path(__file__).resolve().parent.parent / "cases" / "schemes"
MOVED = [
    {"specialist_id": "S1", "team": "一组", "post": "主管", "status": "working"}
    | {"valid_from": "2025-01-01", "valid_to": "2025-06-15"},
    {"specialist_id": "S1", "team": "一组", "post": "运营", "status": "working"}
    | {"valid_from": "2025-06-16"},
]
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
    changed["tables"] = {"postings": MOVED}
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


def of_the_group(place):
    """The schemes of n06 with a fund on what the group itself received."""
    for file in CASES.glob("*n06*.yml"):
        text = file.read_text("utf-8").replace("scope: company", "scope: group")
        (place / file.name).write_text(text, encoding="utf-8")
    return place / "sheet-n06.yml"


@pytest.mark.parametrize("moves, fund", [(False, 450), (True, 650)])
def test_a_pool_on_the_groups_figure_sums_its_members_on_their_days(said, tmp_path, moves, fund):
    """By hand: S3 90,000, and S1 half of 80,000 since the 16th: 0.5 % of 90,000, of 130,000."""
    changed = copy.deepcopy(said) | ({"tables": {"postings": MOVED}} if moves else {})
    (tmp_path / "said").mkdir()
    (tmp_path / "data").mkdir()
    path = of_the_group(tmp_path / "said")
    tables = load(sheets.write(changed, path, tmp_path / "data"))
    found = sheet(tables, official(tables, scorecards(tables)))
    assert found.pools["amount"].tolist() == [fund]
    mine = found.lines[found.lines["line"] == "fund"].set_index("specialist_id")["amount"]
    assert round(mine.sum() * 100) == fund * 100


def test_a_pool_of_two_groups_ranked_together_sums_both_figures_once(said, tmp_path):
    """By hand: operators 90,000 and the second line 30,000 of one scheme: 0.5 % of 120,000."""
    (tmp_path / "said").mkdir()
    (tmp_path / "data").mkdir()
    path = of_the_group(tmp_path / "said")
    groups = tmp_path / "said" / "groups-n06.yml"
    text = groups.read_text("utf-8").replace("scheme-n06-second.yml", "scheme-n06.yml")
    text = text.replace(
        "who: {post: [美工, 文案]}", "rank_with: operators, who: {post: [美工, 文案]}"
    )
    groups.write_text(text, encoding="utf-8")
    tables = load(sheets.write(said, path, tmp_path / "data"))
    found = sheet(tables, official(tables, scorecards(tables)))
    assert found.pools["amount"].tolist() == [600]


def test_a_correction_follows_the_groups_of_the_earlier_period(said, tmp_path):
    """By hand: 60,000 of May settled at 1 %: a manager's 3 % adds 1,200, an operator's 2 % 600."""
    (tmp_path / "said").mkdir()
    (tmp_path / "data").mkdir()
    path = of_the_group(tmp_path / "said")
    for file in (tmp_path / "said").glob("scheme-*.yml"):
        text = file.read_text("utf-8").replace("on: receipts, ", "resettle: 1, on: receipts, ")
        file.write_text(text, encoding="utf-8")
    of_may = {"specialist_id": "S3", "indicator": "receipts", "period_id": "2025-05"}
    paid_out = {"settled_in": "2025-05", "period_id": "2025-05", "line": "commission"}
    rows = {
        "measured": [of_may | {"actual": 60000, "source": "form"}],
        "targets": [of_may | {"target": 60000}],
        "settlements": [paid_out | {"specialist_id": "S3", "amount": 600}],
    }
    june = sheets.write(said | {"tables": rows}, path, tmp_path / "data")
    may = june.read_text("utf-8").replace("2025-06", "2025-05").replace("05-30", "05-31")
    found = []
    for post in ("主管", "运营"):
        groups = (june.parent / "groups-n06.yml").read_text("utf-8")
        groups = groups.replace("who: {post: [主管]}", f"who: {{post: [{post}]}}")
        (june.parent / "groups-may.yml").write_text(groups, encoding="utf-8")
        (june.parent / "2025-05.yml").write_text(may.replace("groups-n06", "groups-may"), "utf-8")
        tables = load(june)
        lines = sheet(tables, official(tables, scorecards(tables))).lines
        found += lines.loc[lines["kind"] == "correction", "amount"].tolist()
    assert found == [600, 1200]  # as an operator, as a manager


def test_a_pool_by_post_follows_the_post_of_the_last_day(said, tmp_path):
    """By hand: S1 is an operator since the 16th: a third of 60 % of 1,000 for each operator."""
    (tmp_path / "said").mkdir()
    (tmp_path / "data").mkdir()
    path = of_the_group(tmp_path / "said")
    scheme = tmp_path / "said" / "scheme-n06.yml"
    by = "amount: 1000, share_by: {post: {运营: 0.6, 主管: 0.4}}, vacant: keep}"
    text = scheme.read_text("utf-8")
    text = text[: text.index("amount: {on: team_receipts")] + by + "\n"
    scheme.write_text(text, encoding="utf-8")
    moved = said | {"tables": {"postings": MOVED}}
    tables = load(sheets.write(moved, path, tmp_path / "data"))
    lines = sheet(tables, official(tables, scorecards(tables))).lines
    fund = lines[lines["line"] == "fund"].set_index("specialist_id")["amount"]
    assert fund.to_dict() == {"S1": 200, "S2": 200, "S3": 200}


def test_a_purse_of_a_team_goes_by_the_team_of_the_last_day_as_its_figure_does(monkeypatch):
    """S1 went over to B: A's figure of 100 is S2's purse alone, B's of 500 that of S1 and S3."""
    roster = pd.DataFrame({"specialist_id": ["S1", "S2", "S3"], "team": ["A", "A", "B"]})
    roster = roster.assign(post="", level="", hire_date=pd.NaT, leave_date=pd.NaT)
    posted = {"specialist_id": "S1", "valid_from": pd.Timestamp("2025-06-16"), "team": "B"}
    posted |= {"valid_to": pd.NaT, "post": "", "level": "", "status": ""}
    given = {"roster": roster, "postings": pd.DataFrame([posted])}
    period = SimpleNamespace(start=dt.date(2025, 6, 1), last_day=dt.date(2025, 6, 30))
    tables = SimpleNamespace(get=given.get, period=period)
    monkeypatch.setattr(pool_parts, "_of_teams", lambda *_: True)
    pool = SimpleNamespace(amount=Whole(on="team_sales", rate=0.1))
    people = dict.fromkeys(["S1", "S2", "S3"])
    assert pool_parts._purses(tables, pool, people) == {"B": ["S1", "S3"], "A": ["S2"]}

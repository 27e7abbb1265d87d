"""Amounts on pages: HR alone reads them, and a slip holds every figure of a hand sum."""

import re

import pytest

from kit.data.load import load
from kit.pages.people import amounts
from kit.pages.people.view import view
from kit.people.frames import team
from kit.report import slips
from tests.people.company import own, write

FIGURES = {
    "S1": {"score": 85.2, "deal": 600000, "leads": 25},
    "S2": {"score": 90.3, "deal": 400000},
}
COMMISSION = {
    "name": {"zh": "销售提成", "en": "commission"},
    "on": "deal",
    "by": "completion",
    "tiers": [[0, 0.015], [1, 0.02]],
    "marginal": True,
}
LEADS = {"name": {"zh": "线索提成", "en": "per lead"}, "on": "leads", "tiers": [[10, 40], [20, 50]]}
PAY = {
    "components": {"commission": COMMISSION, "per_lead": LEADS},
    "pools": {"fund": {"amount": 10000, "share_by": "points"}},
}


@pytest.fixture
def tables(tmp_path):
    owed = {"leads": own("leads", "int", entered_by="销售组")}
    return load(write(tmp_path, FIGURES, PAY, targets={"deal": 500000}, indicators=owed))


def shown(tables, audience="hr", specialist="", lang="zh"):
    return amounts.amounts(view(team(tables, audience, specialist), lang))


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


def test_a_slip_holds_what_a_hand_sum_needs_in_both_languages(tables):
    (made,) = [block.data["slips"] for block in shown(tables) if "slips" in block.data]
    one = text(made[0]["html"])
    assert "0 至 500,000 的部分 500,000 × 0.015 = 7,500.00" in one
    assert "above 500,000: 100,000 × 0.02 = 2,000.00" in one
    assert "数量 25 达到 20 这一档：25 × 50 = 1,250.00" in one
    assert "pool 10,000.00 × own 2,556 ÷ all 5,265" in one  # 85.2 × 30 and 90.3 × 30
    assert "合计 15,604.70" in one  # 9,500 + 1,250 + 10,000 × 85.2 ÷ 175.5
    assert "measured.csv row 3" in one
    assert "缺 leads 数：未填报（应由 销售组 填报）" in text(made[1]["html"])


def test_a_missing_amount_is_named_and_the_sum_is_called_incomplete(tables):
    page = text("".join(str(block.html) for block in shown(tables, lang="en")))
    assert "乙: leads is missing; the sum is incomplete" in page


@pytest.mark.parametrize("audience", ["manager", "manager/M1", "employee"])
def test_nobody_but_hr_reads_an_amount(tables, audience):
    assert shown(tables, audience, "S1" if audience == "employee" else "") == []


def test_slips_lie_below_hr_alone_and_those_of_nobody_any_more_go(tmp_path):
    blocks = [{"data": {"slips": [{"id": "a1", "title": "甲", "html": "<p>1</p>"}]}}]
    old = tmp_path / "hr" / "slips" / "gone.html"
    old.parent.mkdir(parents=True)
    old.write_text("old", encoding="utf-8")
    for folder in ("hr", "manager"):
        slips.write(tmp_path / folder, blocks, stage="preliminary", langs=("zh", "en"))
    assert [p.name for p in sorted(tmp_path.rglob("*.html"))] == ["a1.html"]
    head = {"kind": "header", "data": {"title": "5", "provisional": 3, "as_of": "2025-06-28"}}
    slips.write(tmp_path / "hr", [head, *blocks], stage="preliminary", langs=("zh", "en"))
    text = (tmp_path / "hr" / "slips" / "a1.html").read_text("utf-8")
    assert (
        "3 days may still change" in text
        and "2025-06-28" in text
        and "{" not in text.split("<body")[1]
    )
    assert (tmp_path / "hr" / "slips" / "a1.html").stat().st_mode & 0o777 == 0o640

"""Notebook 1 for a manager: findings about other teams are counted, and nobody there is named."""

import json
import re

import pytest

import kit
from kit.data.issues import Issue
from kit.pages.load import accounts, coverage, definitions, gates, inventory, page
from kit.pages.load import view as view_page
from kit.people.privacy import visible

BLOCKS = (
    page.header,
    page.light,
    page.cards,
    page.answer,
    coverage.coverage,
    coverage.calendar,
    accounts.accounts,
    gates.gates,
    gates.noted,
    gates.cleaned,
    inventory.inventory,
    definitions.definitions,
    page.doubts,
    page.sources,
)
PLANTED = (
    Issue(
        "late_target",
        "warn",
        "targets",
        column="set_on",
        count=10,
        facts={"people": ["S01", "S11", "S13"], "start": "2025-06-01"},
    ),
    Issue(
        "not_in_roster",
        "refuse",
        "tasks",
        "tasks.csv",
        7,
        "specialist_id",
        "S77",
        3,
        {"to": "roster", "values": ["S77", "S78"], "near": ["S77 → S01"]},
    ),
    Issue("remark_line", "note", "ads", "ads_S11.csv", 9, value="制表 {name}/S11, S01", count=1),
)


@pytest.fixture(autouse=True)
def own_cache():
    """The sample is read from the kit's cache: writing it anew takes seconds."""


def checks(view) -> str:
    return gates.gates(view).html + gates.noted(view).html


def shown(view) -> str:
    made = [block(view) for block in BLOCKS]
    text = "".join(b.html + json.dumps(b.data, ensure_ascii=False, default=str) for b in made)
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("manager", "other"), [("M01", "M02"), ("M02", "M01")])
def test_a_managers_page_names_nobody_else(manager, other, lang):
    view = view_page.view(kit.load("params/2025-06.yml", refuse=False), lang, f"manager/{manager}")
    own = visible(view.tables, f"manager/{manager}")
    raters = set(view.tables.get("feedback")["rater_id"]) - set(view.names)
    hidden = {i for i in view.names if i not in own} | raters - {manager} | {other}
    names = {view.names[i] for i in hidden if i in view.names} - {view.names[i] for i in own}
    text = shown(view)
    assert [x for x in sorted({*hidden, *names}) if x in text] == []


def test_planted_leaks_are_counted_and_not_named(monkeypatch):
    view = view_page.view(kit.load("params/2025-06.yml", refuse=False), "en", "manager/M01")
    leak = view.names["S11"]
    view.tables.__dict__["found"] = tuple(
        i if "{name}" not in i.value else Issue(**{**vars(i), "value": i.value.format(name=leak)})
        for i in PLANTED
    )
    text = checks(view) + page.light(view).html + page.answer(view).html
    assert [x for x in ("S11", "S13", "S77", "S78", leak) if x in text] == []
    named = f"{view.names['S01']} (S01), 2 people of another team"
    assert f"Targets of {named} were set" in text and "(rows: 10)" in text
    assert "not in the roster: 2 people of another team (rows: 3)" in text
    assert "ads_S11" not in text and text.count("S01") >= 2


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "zh",
            (
                "有 1,603.57 元的花费",
                "360 度评估里没有此人这一项的记录",
                "5 项对账中 0 项超出容差",
                "金额为元",
            ),
        ),
        (
            "en",
            (
                "Spend of CNY 1,603.57",
                "nothing on it in 360 feedback",
                "Comparisons beyond the tolerance: 0 of 5",
                "Sales in CNY",
            ),
        ),
    ],
)
def test_money_has_its_unit_and_a_gap_its_reason(lang, said):
    view = view_page.view(kit.load("params/2025-06.yml", refuse=False), lang, "hr")
    text = shown(view)
    assert [x for x in said if x not in text] == []
    assert page.word("indicator.roi", lang) in text, "one name for one indicator"


def test_hr_and_the_whole_companys_page_name_whom_to_ask():
    for audience in ("hr", "manager"):
        tables = kit.load("params/2025-06.yml", refuse=False)
        assert "S11" in checks(view_page.view(tables, "en", audience))

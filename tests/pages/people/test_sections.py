"""What a person's sheet and a team's page say of the next step, own figures and balance."""

from functools import cache

import pytest

import kit
from kit.pages.people import ladder, matrix, own
from kit.pages.people import view as people_view
from kit.pages.scoring import balance, method, person
from kit.pages.scoring import view as scoring_view

pytestmark = pytest.mark.slow


@cache
def month():
    return kit.load("params/2025-06.yml")


def people(lang: str, audience: str, who: str = ""):
    return people_view.view(kit.team(month(), audience, who), lang)


def shown(blocks: list) -> str:
    return " ".join(str(block.html) for block in blocks if block)


def test_a_persons_own_page_says_what_the_next_grade_and_level_take():
    zh, en = (shown(ladder.ladder(people(lang, "employee", "S02"))) for lang in ("zh", "en"))
    of = kit.scorecards(month()).totals.set_index("specialist_id").loc["S02"]
    lines = [g for g in month().scheme.grades if g.min > of["printed"]]
    line, gap = lines[-1], lines[-1].min - of["printed"]
    assert f"离 {line.grade}（{line.min:.1f} 分起）还差 {gap:.1f} 分" in zh
    assert f"{line.grade} starts at {line.min:.1f}: {gap:.1f} points short" in en
    assert "下一级别还缺：" in zh and "的下限不低于 85.0 分" in zh
    table = next(b for b in ladder.ladder(people("en", "employee", "S02")) if b.id == "coaching")
    assert {"reached", "measure", "owner", "due", "review"} <= {
        c["key"] for c in table.data["columns"]
    }
    assert {row["due"] for row in table.data["rows"]} == {"2025-07-31"}


def test_responsibility_is_proposed_by_name_to_who_sees_the_names():
    manager = shown(ladder.ladder(people("zh", "manager", "S01")))
    assert "可以谈带教" in manager
    alone = shown(ladder.ladder(people("zh", "employee", "S01")))
    others = set(people("zh", "hr").names.values()) - {"林知遥"}
    assert "可以谈带教一位同事" in alone
    assert not [name for name in others if name in alone]


def test_team_pages_fold_what_everybody_lacks_and_name_late_tasks():
    v = people("en", "hr")
    ids = [b.id for b in ladder.ladders(v)] + [b.id for b in own.late(v)]
    text = shown([*ladder.ladders(v), *own.late(v)])
    assert "<details" in text and 'id="lacking"' in text and 'id="late"' in text, ids


def test_own_channels_strategies_and_lists_stand_on_the_own_page():
    text = shown(own.own(people("en", "employee", "S02")))
    for id in ("own_channel", "own_strategy", "activities"):
        assert f'id="{id}"' in text
    assert "Data are daily, not live." in text


def test_core_indicators_are_marked_with_their_floor_on_card_and_rules():
    v = scoring_view.view(kit.scorecards(month()), "en", "employee", "S04")
    text = shown([*person.card(v, "S04"), method.method(v)])
    assert text.count("Sales (core)") >= 1 and "ROI (sales ÷ spend) (core)" in text
    assert "any of them under 60 points caps the grade at C" in text
    assert "Click-through rate (core)" not in text


def test_balance_has_a_finding_a_pair():
    v = scoring_view.view(kit.scorecards(month()), "zh", "hr")
    said = str(balance.balance(v).html)
    assert said.count("25 分") >= 3


def test_skills_stand_with_their_change_and_pay_beside_load_for_hr_alone():
    hr, manager = people("en", "hr"), people("en", "manager")
    [fold] = matrix.matrix(manager)
    level = month().get("skills").query("specialist_id == 'S10'").sort_values("assessed_on")
    last = level.groupby("skill")["observed"].last()
    assert all(f"{x:.2f} / " in str(fold.html) for x in last)
    assert "load_pay" in shown(matrix.load_pay(hr)) and matrix.load_pay(manager) == []

"""What a person's sheet and a team's page say of the next step, own figures and balance."""

import re
from decimal import Decimal
from functools import cache

import pandas as pd
import pytest

import kit
from kit.pages.people import ladder, matrix, own, scores
from kit.pages.people import view as people_view
from kit.pages.scoring import balance, method, person
from kit.pages.scoring import view as scoring_view

pytestmark = pytest.mark.slow


@cache
def month():
    return kit.load("params/2025-06.yml")


def of_person(frame: str, who: str) -> list[dict]:
    rows = getattr(kit.team(month(), "hr").results, frame)
    return rows[rows["specialist_id"] == who].to_dict("records")


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
    starts = {row["course"]: row["start_date"] for row in of_person("gaps", "S02")}
    for row in table.data["rows"]:  # a course of August is not due at the end of July
        began = starts.get(row["measure"], pd.NaT)
        assert row["due"] == max("2025-07-31", "" if pd.isna(began) else str(began.date()))


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


def grid_of(blocks: list, id: str) -> tuple[list[list[str]], str]:
    """The cells of a table as printed, and the text under it."""
    page = next(str(b.html) for b in blocks if f'id="{id}"' in str(b.html))
    part = page.split(f'id="{id}"', 1)[1]
    body = part.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    lines = re.findall(r"<tr.*?</tr>", body, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.S) for line in lines]
    return [[re.sub(r"<[^>]+>", "", c) for c in line] for line in cells], part


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ["S02", "S03"])
def test_a_hand_sum_of_the_printed_lines_is_the_sum_that_the_page_says(who, lang):
    found = scores.scores(people(lang, "employee", who))
    rows, under = grid_of(found, "score")
    points, weights, parts = ([Decimal(row[n]) for row in rows] for n in (3, 4, 5))
    said = re.search(r"(?:手算相加得|shown add up to) ([\d.]+)", under).group(1)
    printed = re.search(r"(?:到一位小数为|to one decimal) ([\d.]+)", under).group(1)
    assert sum(parts) == Decimal(said) and round(sum(parts), 1) == Decimal(printed)
    assert abs(sum(weights) - 100) < Decimal("0.05")
    by_line = sum(p * w for p, w in zip(points, weights, strict=True)) / 100
    assert abs(by_line - Decimal(said)) < Decimal("0.05")


def test_the_card_of_page_2_adds_up_by_hand_too():
    v = scoring_view.view(kit.scorecards(month()), "en", "employee", "S03")
    rows, under = grid_of(person.card(v, "S03"), "indicators-S03")
    total = Decimal(repr(float(v.totals["total"].iloc[0])))
    assert abs(sum(Decimal(row[-1]) for row in rows) - total) < Decimal("0.007")
    by_line = sum(Decimal(row[3]) * Decimal(row[-2]) for row in rows) / 100
    assert abs(by_line - total) < Decimal("0.05")
    assert "figures shown are rounded" in under

"""What HR reads first: grades that are not settled, raters to look into, lines near a total."""

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

import kit
from kit.pages.people import hr_first, reward
from kit.pages.people import view as people_view

pytestmark = pytest.mark.slow

WORDS = {"zh": "{line} 以上", "en": "{line} or more"}


@cache
def month():
    return kit.load("params/2025-06.yml")


def hr(lang: str, **changed):
    v = people_view.view(kit.team(month(), "hr"), lang)
    return replace(v, found=replace(v.found, **changed)) if changed else v


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_who_rate_each_other_high_are_both_to_be_looked_into(lang, monkeypatch):
    pair = pd.DataFrame({"rule": ["mutual"], "rater_id": ["S01"], "specialist_id": ["S02"]})
    monkeypatch.setattr(hr_first, "flags", lambda *_: pair)
    said = hr_first.sentences(hr(lang))[3]
    names = month().get("roster").set_index("specialist_id")["name"]
    assert names["S01"] in said and names["S02"] in said
    assert {"zh": " 2 位", "en": "(2)"}[lang] in said
    assert said.count({"zh": "（互评偏高）", "en": "(high to each other)"}[lang]) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hr_reviews_the_grades_that_are_not_settled_and_not_all_near_a_line(lang):
    """By the chances themselves: under 65 % that the true level is in it, the least sure first."""
    totals = kit.scorecards(month()).totals
    chance = {r["specialist_id"]: r[f"p_{r['grade']}"] for _, r in totals.iterrows()}
    low = sorted((p, who) for who, p in chance.items() if p < 0.65)
    assert 3 < len(low) < len(totals)
    names = month().get("roster").set_index("specialist_id")["name"]
    said = hr_first.sentences(hr(lang))[1]
    assert "65%" in said and str(len(low)) in said
    assert {"zh": "“等级及其可能”", "en": "“Grades and their chances”"}[lang] in said
    first = sorted((who for who in names.index if names[who] in said), key=chance.get)
    assert first == [who for _, who in low[:3]]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_grade_is_called_sure_where_its_chance_is_not_known(lang):
    official = hr(lang).found.official
    columns = [c for c in official if c.startswith("p_") and c != "p_versus"]
    states = {
        "known": official.assign(**dict.fromkeys(columns, 1.0)),
        "unknown": official.assign(**dict.fromkeys(columns)).astype(dict.fromkeys(columns, float)),
        "nobody": official.assign(grade=""),
    }
    said = {name: hr_first.sentences(hr(lang, official=f))[1] for name, f in states.items()}
    sure = WORDS[lang].format(line="65%")
    assert [sure in said[name] for name in states] == [True, False, False]
    assert str(len(official)) in said["unknown"] and "0" not in said["nobody"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_near_a_total_is_named_in_the_readers_language(lang):
    scheme = month().scheme
    jump = scheme.bonus.model_copy(update={"curve": ((0.0, 0.0), (87.0, 0.5), (87.0, 1.0))})
    period = month().period.model_copy(update={"scheme": scheme.model_copy(update={"bonus": jump})})
    v = replace(hr(lang), tables=replace(month(), period=period))
    [table] = [b for b in reward.pay(v) if b.id == "cliffs"]
    lines = {row["line"] for row in table.data["rows"]}
    step = {"zh": "系数跳档", "en": "step of the coefficient"}[lang]
    assert lines == {"A", "B", "C", step}

"""Page 5 where several groups are scored: each person by the own group's scheme, by hand."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from kit.pages.people import fair, hr_first, interview, ladder, own, page, person, reward, scores
from kit.pages.people import view as people_view
from kit.pages.scoring import next_step
from kit.pages.scoring.view import view as score_view
from kit.people.frames import team
from kit.scoring import visits
from kit.scoring.chances import own_chance
from kit.scoring.what_if import scorecards as appraised
from kit.show.goals import goals
from tests.scoring.test_groups import BUYER, GROUPS, PEOPLE, ROWS, SELLER, company, days
from tests.scoring.test_own import measured

LANGS = ["zh", "en"]
DECISION = {
    "period_id": "2025-04", "specialist_id": "S2", "round": 1, "before_total": 80.0,
    "before_grade": "B", "reason": "r", "by": "M1", "at": "2025-05-08",
}  # fmt: skip
PLEA = {
    "appeal_id": "Y1", "period_id": "2025-04", "specialist_id": "S2", "indicator": "leads",
    "before": 270, "after": 360, "reason": "r", "author": "S2", "at": "2025-05-05",
    "status": "accepted", "decided_by": "M1",
}  # fmt: skip


def seen(tables, lang, audience="hr", who=""):
    return people_view.view(team(tables, audience, who), lang)


def shown(blocks):
    html = " ".join(str(block.html) for block in blocks if block)
    return re.sub(r'<span class="whole">(.*?)</span>', r"\1", html)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("audience", ["hr", "employee"])
def test_somebody_exempt_has_a_sheet_that_says_why_there_is_no_total(tmp_path, lang, audience):
    v = seen(company(tmp_path), lang, audience, "S5")
    made = [*person.first(v), *ladder.ladder(v), *scores.scores(v), *interview.talk(v)]
    text = shown([*made, *page.last(v)])
    assert {"zh": "免考核", "en": "exempt in this period"}[lang] in text
    assert {"zh": "2025-03-01 起休假", "en": "On leave since 2025-03-01:"}[lang] in text
    assert "NaT" not in text and "0.0%" not in text
    assert {"zh": "没有计分的量化指标", "en": "No quantitative indicator was scored"}[lang] in text


@pytest.mark.parametrize("lang", LANGS)
def test_a_person_reads_the_grade_lines_of_the_own_group(tmp_path, lang):
    """By hand: S2 has 80.0 among buyers (A 90, B 80), sellers have A from 81: 10.0 are missing."""
    v = seen(company(tmp_path), lang, "employee", "S2")
    cited = " ".join(person._cited(v))
    assert "A ≥ 90 · B ≥ 80" in cited and "10.0" in cited and "81" not in cited
    told = shown(ladder.ladder(v))
    assert {"zh": "离 A（90.0 分起）还差 10.0 分", "en": "A starts at 90.0: 10.0"}[lang] in told


def test_a_target_is_told_by_the_rule_of_the_own_group(tmp_path):
    """Leads without a target: buyers ask for 200 to 300, sellers for full marks at 400."""
    range_ = {"kind": "target_range", "on": "value", "lo": 200, "hi": 300}
    range_ |= {"zero_lo": 0, "zero_hi": 900}
    goal = {"kind": "goalpost", "on": "value", "lo": 0, "hi": 400}
    buyer = BUYER | {"rules": {"share": range_}}
    leads = {"leads": BUYER["indicators"]["leads"]}
    seller = SELLER | {"rules": {"share": goal}, "indicators": SELLER["indicators"] | leads}
    v = seen(company(tmp_path, schemes=(buyer, seller)), "en")
    rows = v.found.cards.indicators.query("specialist_id == 'S1' and indicator == 'leads'")
    [told] = goals(v, rows.assign(target=float("nan")))
    assert "200" in told and "300" in told


@pytest.mark.parametrize(
    ("table", "row", "why"),
    [
        ("calibration", DECISION | {"after_total": 95.0, "after_grade": "A"}, "calibration"),
        ("appeals", PLEA, "appeal"),
    ],
)
@pytest.mark.parametrize("lang", LANGS)
def test_where_people_decided_a_grade_no_chance_from_before_is_told(
    tmp_path, lang, table, row, why
):
    """By hand: the appeal gives 0.5 · 120 + 0.5 · 70 = 95.0: an A, as the meeting's 95.0."""
    v = seen(company(tmp_path, tables={table: pd.DataFrame([row])}), lang)
    mine = v.found.official.set_index("specialist_id", drop=False).loc["S2"]
    assert (mine["printed"], mine["grade"]) == (95.0, "A")
    assert pd.isna(own_chance(v.scheme_of("S2"), mine)) and v.grade(mine) == "A"
    said = hr_first.sentences(v)[1]
    decided = {"zh": "绩效校准或异议决定", "en": "Calibration or an appeal decided 1 grade"}[lang]
    assert decided in said and "乙" in said
    assert {"zh": "要复看的 1", "en": "review by hand"}[lang] not in said
    words = {"calibration": ("由绩效校准决定", "decided by calibration")}
    words["appeal"] = ("由异议决定", "decided by an appeal")
    assert words[why][lang == "en"] in shown(reward._graded(v))


def test_a_total_of_the_meeting_is_graded_by_the_persons_own_group(tmp_path):
    """By hand: 85.0 is a B among buyers (A from 90), and would be an A among sellers (from 81)."""
    row = DECISION | {"after_total": 85.0, "after_grade": None}
    v = seen(company(tmp_path, tables={"calibration": pd.DataFrame([row])}), "en")
    assert v.found.official.set_index("specialist_id").loc["S2", "grade"] == "B"


@pytest.mark.parametrize("lang", LANGS)
def test_a_scheme_names_whom_it_scored_and_who_has_no_total_is_counted(tmp_path, lang):
    """S4 was a buyer for 12 days and a seller for 18; S5, exempt, is scored by nobody."""
    v = seen(company(tmp_path), lang)
    table = next(b for b in fair.fair(v) if b.id == "scored_by")
    of = {row["scheme"]: row["scored"] for row in table.data["rows"] if row["group"] != "juniors"}
    assert "丁" in of["scheme-buyer"] and "丁" in of["scheme-seller"]
    assert "戊" not in shown([table])
    assert {"zh": "1 人没有总分", "en": "1 person has no total"}[lang] in shown([table])


@pytest.mark.parametrize("lang", LANGS)
def test_one_scheme_counts_only_whom_it_gave_a_total(tmp_path, lang):
    """Of five only S3 and S4 have figures of the seller's one indicator."""
    deals = measured(*(row for row in ROWS if row["indicator"] == "deals"))
    targets = [{"period_id": "2025-04", "specialist_id": p[0], "indicator": "deals", "target": 300}
               for p in PEOPLE]  # fmt: skip
    own_ = {"measured": deals, "targets": pd.DataFrame(targets)}
    v = seen(company(tmp_path, scheme="scheme-seller.yml", tables=own_), lang)
    text = shown(fair.fair(v))
    assert {"zh": "2 人由方案", "en": "2 people were scored"}[lang] in text
    assert {"zh": "3 人没有总分", "en": "3 people have no total"}[lang] in text


def test_activities_are_scored_by_the_own_weights_or_group_by_group(tmp_path, monkeypatch):
    """S2, a junior, has leads at 50 %; a buyer has them at 100 %; nobody but sellers has deals."""
    tables = company(tmp_path)
    monkeypatch.setattr(own, "ACTIVITY", ("leads", "deals"))
    [mine] = own._scored(seen(tables, "en", "employee", "S2"))
    assert "50.0%" in mine and "100.0%" not in mine and "deals" not in mine
    all_ = own._scored(seen(tables, "en"))
    assert len(all_) == 3 and sum("50.0%" in said for said in all_) == 1
    assert next(said for said in all_ if said.startswith("the rest")).count("deals") == 1


@pytest.mark.parametrize(
    ("people", "zh", "en"),
    [
        (("S1",), "量化目标都已达成", "Every quantitative target was met"),
        (("S5",), "没有计分的量化指标", "No quantitative indicator was scored"),
        (("S1", "S2"), "每人按加分多少", "At most two missed indicators"),
    ],
)
def test_a_teams_plan_tells_targets_met_from_nobody_scored(tmp_path, people, zh, en):
    """By hand: S1 met 300 of 300, S2 missed calls (210 of 300), S5 is on leave."""
    tables = company(tmp_path)
    rules = {"zh": "每人按加分多少", "en": "At most two missed indicators"}
    for lang, said in (("zh", zh), ("en", en)):
        v = replace(seen(tables, lang), people=people)
        text = shown(ladder._plan(v, v.of(ladder._coaching(v)), "name "))
        assert said in text and (rules[lang] in text) == (said == rules[lang])


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("who", ["", "S2"])
def test_what_adds_next_to_nothing_is_not_said_to_be_missed_by_little(tmp_path, lang, who):
    """By hand: calls are missed by 30 % at a weight of 0.1 %: meeting them adds 0.03 points."""
    light = BUYER | {"profile_sets": {"junior": {"month": {"leads": 0.999, "calls": 0.001}}}}
    rows = [*days(1, 30, "leads", "S2", 10), *(r for r in ROWS if r not in LEADS_OF_S2)]
    tables = company(tmp_path, GROUPS, (light, SELLER), tables={"measured": measured(*rows)})
    v = replace(seen(tables, lang, "hr", who), people=("S2",))
    text = shown(ladder._plan(v, v.of(ladder._coaching(v))))
    assert {"zh": "每项给总分加的也不到 0.05 分", "en": "less than 0.05 points each"}[lang] in text
    assert {"zh": "电话", "en": "calls"}[lang] in text


LEADS_OF_S2 = [r for r in ROWS if r["specialist_id"] == "S2" and r["indicator"] == "leads"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_gain_of_who_changed_group_is_one_of_the_total(tmp_path, lang):
    """By hand: S4 sold 144.9 of 180 in 18 of 30 days: 19.5 points of a card, 11.7 of the total.

    The best grade of sellers starts at 81: S4 has it at 83.5; with 84 as its line it is 0.5 away.
    """
    grades = [{"grade": "A", "min": 84}, {"grade": "D", "min": 0}]
    tables = company(tmp_path, schemes=(BUYER, SELLER | {"grades": grades}))
    v = seen(tables, lang, "employee", "S4")
    want = {"zh": "可加 11.7 分", "en": "adds 11.7 points"}[lang]
    assert want in " ".join(person._cited(v))
    assert want in shown([next_step.steps(score_view(appraised(tables), lang, "employee", "S4"))])
    assert "11.7" in shown(ladder.ladder(v)) and "19.5" not in shown(ladder.ladder(v))
    missed = ladder.steps.missed(v.found).set_index("specialist_id")
    assert missed.loc["S4", "cost"] == pytest.approx(11.7)


@pytest.mark.parametrize("lang", LANGS)
def test_the_score_table_of_who_changed_group_tells_how_its_cards_make_the_total(tmp_path, lang):
    """By hand: (12 · 88 + 18 · 80.5) / 30 = 83.5."""
    text = shown(scores.scores(seen(company(tmp_path), lang, "hr", "S4")))
    assert {"zh": "12 天 88.00 分", "en": "12 days, 88.00 points"}[lang] in text
    assert {"zh": "18 天 80.50 分", "en": "18 days, 80.50 points"}[lang] in text
    assert {"zh": "总分 83.5", "en": "is the total, 83.5"}[lang] in text


@pytest.mark.parametrize("lang", LANGS)
def test_an_indicator_is_named_as_the_persons_own_group_measures_it(tmp_path, monkeypatch, lang):
    """S4 comes into the sellers within the month: their visitors are added up by day."""
    monkeypatch.setattr(visits, "covered", lambda *_: True)
    tables = company(tmp_path)
    of = {who: seen(tables, lang, who=who).indicators(["deals", "uv"]) for who in ("S2", "S3")}
    mark = {"zh": "（人数逐日相加）", "en": " (people added up by day)"}[lang]
    deals = {"zh": "成交", "en": "deals"}[lang]
    assert of["S3"][0] == deals and of["S3"][1].endswith(mark)
    assert not of["S2"][1].endswith(mark), "nobody joins or leaves the juniors"

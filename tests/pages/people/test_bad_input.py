"""Bad input of the people room: worded on the page, and the other people's pages stand."""

import json
import re
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest

import kit
from kit.data.load import load
from kit.pages.people import fair, loop, places, scores, work
from kit.pages.people import growth as growth_page
from kit.pages.people import interview as talk_page
from kit.pages.people import page as people_page
from kit.pages.people import person as person_page
from kit.pages.people import reward as reward_page
from kit.pages.people import view as people_view
from tests.people.tiny import rows

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Changed:
    """The sample's tables with some replaced, over two periods only."""

    tables: object
    given: dict
    period: object
    digest: str

    @property
    def scheme(self):
        return self.period.scheme

    def get(self, name):
        return self.given[name].copy() if name in self.given else self.tables.get(name)

    def has(self, name):
        return len(self.get(name)) > 0

    def __getattr__(self, name):
        return getattr(self.tables, name)


def without(table: pd.DataFrame, who: str) -> pd.DataFrame:
    return table[table["specialist_id"] != who]


@cache
def broken() -> Changed:
    t = load("params/2025-06.yml")
    talks = t.get("interviews")
    pay = t.get("pay")
    posts = t.get("postings")
    early = (talks["specialist_id"] == "S03") & (talks["period_id"] == "2025-06")
    talks.loc[early, "held_on"] = pd.Timestamp("2025-06-27")
    answers = without(t.get("feedback"), "S02")
    answers.loc[
        answers["rater_id"] == answers["rater_id"][answers["relation"] == "peer"].iloc[0],
        "rater_id",
    ] = "X77"
    two = rows(
        "postings",
        *(
            {
                "specialist_id": "S04",
                "team": "流量一组",
                "manager_id": m,
                "valid_from": "2025-06-01",
            }
            for m in ("M01", "M02")
        ),
    )
    given = {
        "targets": without(t.get("targets"), "S01"),
        "feedback": answers,
        "interviews": without(talks, "S05"),
        "pay": pay.assign(pool=0.0),
        "training": t.get("training").iloc[:0],
        "postings": pd.concat([posts, two], ignore_index=True),
    }
    few = t.scheme.model_copy(
        update={"people": t.scheme.people.model_copy(update={"look_back": 2})}
    )
    return Changed(t, given, t.period.model_copy(update={"scheme": few}), f"broken {t.digest}")


@cache
def strict() -> Changed:
    """Two periods by a scheme whose core floor is high: most grades end at C."""
    t = load("params/2025-06.yml")
    few = broken().period.scheme
    high = few.core_floor.model_copy(update={"points": 90})
    scheme = few.model_copy(update={"core_floor": high})
    return Changed(t, {}, t.period.model_copy(update={"scheme": scheme}), f"strict {t.digest}")


def shown(lang: str, audience: str, who: str = "") -> str:
    v = people_view.view(kit.team(broken(), audience, who), lang)
    parts = (
        people_page.first,
        person_page.first,
        loop.loop,
        scores.scores,
        work.work,
        growth_page.growth,
        talk_page.talk,
        reward_page.pay,
        fair.fair,
    )
    pages = [b for part in parts for b in part(v)]
    data = json.dumps([b.data for b in pages], ensure_ascii=False, default=str)
    return data + re.sub(r"data:image/[^\"']+", "", "".join(str(b.html) for b in pages))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("S01", ["没有目标"]),
        ("S02", ["本期没有 360 评价"]),
        ("S03", ["2025-06-27 早于期末，不算"]),
        ("S04", ["本期有两位上级"]),
        ("S05", ["待面谈，最迟 2025-07-14", "最迟 2025-07-21", "面谈期限后 5 个工作日"]),
        ("S06", ["换了团队"]),
        ("S09", ["休假"]),
        ("S13", ["2025-06-09 入职"]),
        ("S15", ["2025-06-20 离职", "已离职，不再安排培训", "面谈期限后 5 个工作日"]),
    ],
)
def test_each_case_is_said_on_the_persons_page(who, said):
    text = shown("zh", "employee", who)
    assert [s for s in said if s not in text] == []
    assert not re.search(r"\bnan\b|\bNaT\b|\bNone\b", text)


def test_a_sheet_that_nobody_can_hold_any_more_is_not_printed():
    sheets = ("下期最想做成的一件事", "本人答复：", "上级（报名）")
    assert all(line in shown("zh", "employee", "S06") for line in sheets[:2])
    assert not any(line in shown("zh", "employee", "S15") for line in sheets)


def test_a_grade_under_its_total_says_which_core_indicator_holds_it_down():
    v = people_view.view(kit.team(strict(), "employee", "S06"), "en")  # 90.4 points, ROI at 86.7
    said = [str(b.html) for part in (person_page.first, scores.scores) for b in part(v)]
    reason = "The total alone would give B; ROI (sales ÷ spend) is under 90.0 points"
    assert sum(reason in html for html in said) == 2
    alone = people_view.view(kit.team(strict(), "employee", "S01"), "en")
    assert not any("The total alone" in str(b.html) for b in person_page.first(alone))


def test_what_a_rule_asks_for_stands_where_no_target_is_set():
    table = next(
        b
        for b in scores.scores(people_view.view(kit.team(broken(), "hr", "S06"), "en"))
        if b.id == "score"
    ).data["rows"]
    goals = {row["label"]: row["target"] for row in table}
    assert goals["Budget use"] == "95.0–102.0%" and goals["Teamwork"] == "full marks 5"
    assert goals["Sales (CNY) (core)"] == "196,000" and "—" not in goals.values()


def test_answers_too_few_to_show_are_not_called_missing():
    """S13 has one peer and one of another department: neither shown nor scored, and told so."""
    text = shown("zh", "employee", "S13")
    assert "上级以外不足 3 位" in text and "没有 360 评价" not in text


def page_of(blocks: list, id: str) -> dict:
    folded = [(b["id"], b["data"]) for block in blocks for b in block.data.get("blocks", ())]
    return next(data for i, data in [*((b.id, b.data) for b in blocks), *folded] if i == id)


def test_a_channel_where_all_are_alike_is_named_and_not_drawn_as_zeros():
    found = places.places(people_view.view(kit.team(broken(), "hr"), "en"))
    fit = page_of(found, "fit")
    assert fit["notes"] == [
        "Not drawn: affiliate, where colleagues cannot be told apart or are too few."
    ]  # commission: the contract sets the return
    assert "95% interval" in fit["title"]
    team = places.places(people_view.view(kit.team(broken(), "manager/M01"), "en"))
    assert page_of(team, "fit")["notes"] == fit["notes"]  # one person there is not all alike


def test_gaps_of_a_team_stand_a_row_a_skill_and_add_up():
    v = people_view.view(kit.team(broken(), "hr"), "en")
    rows = page_of(growth_page.growth(v), "gaps")["rows"]
    single = v.of(v.found.gaps)
    assert len(rows) < len(single) / 2
    assert sum(row["cost"] for row in rows) == pytest.approx(100 * single["cost"].sum())
    assert all(any(name in row["who"] for row in rows) for name in single["name"])


def test_a_trial_is_not_called_paid_and_says_who_is_left_out():
    t = load("params/2025-06.yml")
    given = {"training": t.get("training"), "pay": without(t.get("pay"), "S01")}
    v = people_view.view(
        kit.team(Changed(t, given, broken().period, f"trial {t.digest}"), "hr"), "en"
    )
    html = next(str(b.html) for b in reward_page.pay(v) if 'id="payroll"' in str(b.html))
    assert "Trial amount" in html and ">Paid<" not in html
    assert "not listed: 林知遥 and 江望舒." in html


def test_service_without_a_relation_is_no_lead():
    """The interval of the slope holds 0: the page may not call it a lead."""
    said = "".join(str(b.html) for b in fair.fair(people_view.view(kit.team(broken(), "hr"), "en")))
    assert "years of service is unclear" in said and "a lead, not a cause" not in said


def test_marks_of_raters_are_read_without_unfolding():
    table = page_of(fair.fair(people_view.view(kit.team(broken(), "hr"), "en")), "raters")
    keys = [column["key"] for column in table["columns"]]
    assert keys.index("mark") < 7
    marked = [bool(row["mark"]) for row in table["rows"]]
    assert marked == sorted(marked, reverse=True) and marked[0]


def test_hr_reads_of_an_empty_pool_an_unknown_rater_and_skills_that_nobody_teaches():
    text = shown("en", "hr")
    for said in ("The pool is zero", "not in the roster", "without a course", "is before the end"):
        assert said in text

"""What follows for a person: gaps, plans and responsibility by hand on a few rows."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from kit.params import Span
from kit.people import ladder
from kit.people.loop import clock
from tests.people.tiny import june, rows

SCHEME = june({}).scheme  # grades A 95, B 85, C 70; core floor 60 caps at C
CARD = pd.DataFrame(
    {
        "specialist_id": "S01",
        "indicator": ["sales", "roi", "ctr", "teamwork"],
        "branch": ["hard", "hard", "hard", "soft"],
        "group": ["core", "core", "auxiliary", "auxiliary"],
        "weight_used": [0.4, 0.3, 0.1, 0.2],
        "points": [90.0, 70.0, 110.0, 60.0],
        "actual": [95.0, 3.5, 0.03, 3.4],
        "target": [100.0, 4.0, 0.028, float("nan")],
    }
)


JULY = Span(id="2025-07", start=dt.date(2025, 7, 1), end=dt.date(2025, 7, 31))


def course_on(starts: str | None, retest: str | None) -> pd.DataFrame:
    one = {"specialist_id": ["S01"], "indicator": ["roi"], "course": ["出价课"]}
    days = {"start_date": pd.to_datetime([starts]), "retest_on": pd.to_datetime([retest])}
    return pd.DataFrame(one | days)


def gap(printed: float, grade: str, **points: float) -> dict:
    card = CARD.assign(
        points=[points.get(n, p) for n, p in zip(CARD["indicator"], CARD["points"], strict=True)]
    )
    return ladder.grade_gap(SCHEME, pd.Series({"printed": printed, "grade": grade}), card)


def test_the_next_grade_names_the_targets_that_reach_it_largest_first():
    found = gap(80.0, "C")
    # ROI at target adds 0.3 × 30 = 9, sales 0.4 × 10 = 4: ROI alone reaches 85
    assert (found["grade"], found["gap"]) == ("B", 5.0)
    assert found["steps"] == [("roi", pytest.approx(9))]
    assert found["enough"]


def test_all_targets_may_not_be_enough_and_the_best_grade_has_no_next():
    found = gap(71.0, "C")
    assert found["steps"] == [("roi", pytest.approx(9)), ("sales", pytest.approx(4))]
    assert not found["enough"]
    assert gap(96.0, "A") == {}
    assert gap(float("nan"), "") == {}


def test_a_core_indicator_under_its_floor_caps_the_grade_whatever_the_total():
    found = gap(88.0, "C", sales=50.0)
    assert (found["gap"], found["floor"]) == (0.0, ["sales"])


def test_what_targets_cannot_cover_is_an_item_of_360_and_the_behaviour_a_level_up():
    found = ladder.next_soft(SCHEME, CARD)
    assert found == {"item": "teamwork", "points": 60.0, "level": "5"}  # 3.4 lies over level 3
    two = pd.concat([CARD, CARD.tail(1).assign(indicator="learning", weight_used=0.3, points=75.0)])
    # 0.3 × 25 = 7.5 under 0.2 × 40 = 8: teamwork still; at 0.4 learning has more to give
    assert ladder.next_soft(SCHEME, two.reset_index(drop=True))["item"] == "teamwork"
    two.iloc[-1, two.columns.get_loc("weight_used")] = 0.4
    assert ladder.next_soft(SCHEME, two.reset_index(drop=True))["item"] == "learning"
    hidden = CARD.assign(actual=CARD["actual"].where(CARD["branch"] == "hard"))
    assert ladder.next_soft(SCHEME, hidden) == {}
    assert ladder.next_soft(SCHEME, CARD.assign(actual=5.0))["level"] is None


def test_a_plan_has_the_next_target_the_agreed_action_owner_due_and_review():
    tables = june(
        {
            "targets": rows(
                "targets",
                {"period_id": "2025-07", "specialist_id": "S01", "indicator": "roi", "target": 4.2},
            )
        }
    )
    found = SimpleNamespace(
        cards=SimpleNamespace(indicators=CARD, grouped=None),
        actions=pd.DataFrame(
            {
                "specialist_id": ["S01"],
                "indicator": ["sales"],
                "action": ["夜间降价"],
                "owner": ["M01"],
                "closed_on": [pd.NaT],
            }
        ),
        gaps=course_on("2025-07-21", "2025-09-29"),
    )
    ahead = JULY
    plan = ladder.coaching(tables, found, clock(tables), ahead).set_index("indicator")
    assert plan.index.tolist() == ["roi", "sales"]  # 9 and 4 points; CTR met, teamwork no target
    assert plan["target"].tolist() == [4.2, 100.0]
    assert (plan.loc["sales", "action"], plan.loc["sales", "owner"]) == ("夜间降价", "M01")
    assert plan.loc["roi", "course"] == "出价课"
    # ten working days after Thursday 31 July
    assert [str(plan.loc["roi", day].date()) for day in ("due", "review")] == [
        "2025-07-31",
        "2025-08-14",
    ]


@pytest.mark.parametrize(
    ("starts", "due", "review"),
    [
        ("2025-07-31", "2025-07-31", "2025-08-14"),
        ("2025-08-04", "2025-08-04", "2025-10-13"),  # its own first day and its re-test
        (None, "2025-07-31", "2025-08-14"),
    ],
)
def test_a_course_is_not_due_before_it_begins(starts, due, review):
    none = pd.DataFrame(columns=["specialist_id", "indicator", "action", "owner", "closed_on"])
    gaps = course_on(starts, "2025-10-13" if starts else None)
    found = SimpleNamespace(
        cards=SimpleNamespace(indicators=CARD, grouped=None), actions=none, gaps=gaps
    )
    tables = june({})
    plan = ladder.coaching(tables, found, clock(tables), JULY).set_index("indicator")
    assert [str(plan.loc["roi", day].date()) for day in ("due", "review")] == [due, review]
    assert str(plan.loc["sales", "due"].date()) == "2025-07-31"


def test_more_responsibility_is_a_channel_done_better_or_a_colleague_by_name():
    level = {"required": 4, "assessed_on": "2025-06-01", "skill": "数据分析"}
    tables = june(
        {
            "roster": rows(
                "roster", *({"specialist_id": s, "team": "A"} for s in ("S01", "S02", "S03"))
            ),
            "skills": rows(
                "skills",
                {"specialist_id": "S01", "observed": 4} | level,
                {"specialist_id": "S02", "observed": 3} | level,
                {"specialist_id": "S03", "observed": 2} | level,
            ),
        }
    )
    found = SimpleNamespace(
        means=pd.DataFrame({"specialist_id": ["S01", "S02"], "list": ["stretch", ""]}),
        load=pd.DataFrame({"specialist_id": ["S01", "S02", "S03"], "plans": [9, 4, 4]}),
        fits=pd.DataFrame(
            {
                "specialist_id": ["S01", "S01", "S02"],
                "channel": ["search", "social", "social"],
                "fit_low": [0.1, -0.2, 0.3],
            }
        ),
        gaps=pd.DataFrame(
            {"specialist_id": ["S02", "S03"], "skill": "数据分析", "gap": [1.0, 2.0]}
        ),
    )
    said = ladder.responsibilities(tables, found)
    assert said["specialist_id"].unique().tolist() == ["S01"]
    assert said["kind"].tolist() == ["channel", "coach"]
    assert (said.loc[0, "channel"], said.loc[1, "colleague"]) == ("search", "S03")
    assert not said["room"].any()  # nine plans against a median of four


def test_the_next_level_stands_in_the_declared_order_and_the_level_in_the_postings():
    """Levels of any spelling; the roster still has what the posting of 16 June changed."""
    people_ = SCHEME.people.model_copy(update={"levels": ("初级", "中级", "高级")})
    ids = [{"specialist_id": f"S0{n}", "name": "x"} for n in (1, 2, 3)]
    known = rows("roster", *(one | {"level": at} for one, at in zip(ids, LEVELS, strict=True)))
    move = {"specialist_id": "S02", "valid_from": "2025-06-16", "level": "中级"}
    given = {"roster": known, "postings": rows("postings", move)}
    ranked = june(given, people=people_)
    told = [ladder.levels(ranked, who) for who in ("S01", "S02", "S03")]
    assert told == [("初级", "中级"), ("中级", "高级"), ("M01", "")]
    assert ladder.levels(june(given), "S02") == ("中级", "")


LEVELS = ("初级", "初级", "M01")

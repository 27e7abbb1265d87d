"""The loop: dates and working days by hand from the calendar of 2025 (no holiday 1-20 July)."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from kit.people import loop
from kit.people.appeals import appeals
from tests.people.tiny import june, rows, totals

WHO = "S01"
SCORED = {"specialist_id": WHO, "coverage": 1.0, "total": 85.2, "printed": 85.2}


def steps(given: dict, *people: dict) -> pd.DataFrame:
    found = loop.phases(june(given), totals(*(people or (SCORED,))))
    return found.set_index(["specialist_id", "phase"])


def held(day: str, who: str = WHO) -> dict:
    return {"period_id": "2025-06", "specialist_id": who, "interviewer_id": "M01", "held_on": day}


def goal(day: str | None) -> dict:
    return {
        "period_id": "2025-06",
        "specialist_id": WHO,
        "indicator": "roi",
        "target": 4,
        "set_on": day,
    }


@pytest.mark.parametrize(
    ("day", "reason", "lag"),
    [
        ("2025-06-30", "before_end", 0),  # the period's last day is not yet after it
        ("2025-07-14", "held", 10),  # two working weeks after Monday 30 June
        ("2025-07-15", "held_late", 11),
    ],
)
def test_interview_counts_working_days_after_the_end(day, reason, lag):
    talk = steps({"interviews": rows("interviews", held(day))}).loc[(WHO, "feedback")]
    assert (talk["reason"], talk["lag"], str(talk["due"].date())) == (reason, lag, "2025-07-14")


def test_no_interview_waits_until_the_due_day_and_is_overdue_after_it():
    other = rows("interviews", held("2025-07-14", "S02"))
    assert steps({"interviews": other}).loc[(WHO, "feedback"), "reason"] == "waiting"
    other = rows("interviews", held("2025-07-16", "S02"))
    talk = steps({"interviews": other}).loc[(WHO, "feedback")]
    assert (talk["reason"], talk["status"], talk["lag"]) == ("overdue", "overdue", 2)


def test_a_promotion_without_any_talk_of_its_own_is_not_called_overdue():
    tables = june({"interviews": rows("interviews", held("2025-07-16", "S02"))})
    period = tables.period.model_copy(update={"id": "618-2025", "type": "campaign"})
    talks = loop.told(replace(tables, period=period), "interviews"), loop.told(tables, "interviews")
    assert talks == (False, True)


def test_makeup_day_of_the_company_calendar_brings_the_due_day_forward():
    saturday = rows("calendar", {"date": "2025-07-05", "is_workday": True})
    given = {"calendar": saturday, "interviews": rows("interviews", held("2025-07-14"))}
    talk = steps(given).loc[(WHO, "feedback")]
    assert (talk["reason"], talk["lag"], str(talk["due"].date())) == ("held_late", 11, "2025-07-11")


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2025-06-01", "targets_set"), ("2025-06-02", "targets_late"), (None, "targets_undated")],
)
def test_target_set_after_the_first_day_is_late(day, reason):
    assert steps({"targets": rows("targets", goal(day))}).loc[(WHO, "targets"), "reason"] == reason


def test_absent_tables_are_unknown_and_absent_rows_are_missing():
    bare = steps({})
    assert bare["status"].tolist() == ["unknown", "unknown", "done", "done", "unknown"]
    other = {
        "targets": rows("targets", goal("2025-06-01") | {"specialist_id": "S02"}),
        "checkins": rows(
            "checkins",
            {"period_id": "2025-06", "specialist_id": "S02", "held_on": "2025-06-10", "by": "M01"},
        ),
    }
    assert steps(other)["status"].tolist()[:2] == ["missing", "missing"]


def test_checkin_outside_the_period_is_no_evidence():
    late = {"period_id": "2025-06", "specialist_id": WHO, "held_on": "2025-07-02", "by": "M01"}
    assert steps({"checkins": rows("checkins", late)}).loc[(WHO, "tracking"), "reason"] == "unseen"


def test_a_quarter_is_fed_by_the_check_ins_of_its_months():
    def seen(day: str, who: str) -> dict:
        return {"period_id": day[:7], "specialist_id": who, "held_on": day, "by": "M01"}

    goals = [
        {"period_id": month, "specialist_id": who, "indicator": "roi", "target": 4}
        for month in ("2025-04", "2025-05", "2025-06")
        for who in ("S01", "S02")
    ]
    days = ("2025-04-10", "2025-05-12", "2025-06-10")
    checkins = [seen(day, "S01") for day in days] + [seen(days[0], "S02")]
    tables = june({"targets": rows("targets", *goals), "checkins": rows("checkins", *checkins)})
    quarter = {"id": "2025-Q2", "type": "quarter", "start": dt.date(2025, 4, 1)}
    tables = replace(tables, period=tables.period.model_copy(update=quarter))
    people = totals(SCORED, SCORED | {"specialist_id": "S02"}, SCORED | {"specialist_id": "S03"})
    found = loop.phases(tables, people).query("phase == 'tracking'").set_index("specialist_id")
    assert found["reason"].to_dict() == {"S01": "seen", "S02": "seen_part", "S03": "unseen"}
    assert found["n"].tolist() == [3, pytest.approx(1 / 3), 0]


def test_who_left_is_out_of_the_denominator_and_who_waits_is_in():
    people = [SCORED | {"specialist_id": s} for s in ("S01", "S02", "S03")]
    given = {
        "roster": rows("roster", {"specialist_id": "S03", "leave_date": "2025-06-20"}),
        "interviews": rows("interviews", held("2025-07-02")),
    }
    found = loop.phases(june(given), totals(*people))
    rate = loop.in_time(found, 10)
    assert (rate.rate, len(rate.pending)) == (0.5, 1)


def test_standing_names_joiners_leavers_movers_leave_and_two_managers():
    def post(who, team, manager, start, end=None, status="working"):
        return {
            "specialist_id": who,
            "team": team,
            "manager_id": manager,
            "valid_from": start,
            "valid_to": end,
            "status": status,
        }

    given = {
        "roster": rows(
            "roster",
            {"specialist_id": "S01", "hire_date": "2025-06-09"},
            {"specialist_id": "S02", "leave_date": "2025-06-20"},
            {"specialist_id": "S05", "hire_date": "2024-06-09"},
        ),
        "postings": rows(
            "postings",
            post("S03", "A", "M01", "2024-01-01", "2025-06-10"),
            post("S03", "B", "M02", "2025-06-11"),
            post("S04", "A", "M01", "2025-06-05", "2025-06-12", "leave"),
            post("S05", "A", "M01", "2024-01-01", "2025-05-31"),
            post("S05", "B", "M02", "2025-06-01"),
        ),
    }
    found = loop.standing(june(given))
    assert sorted(zip(found["specialist_id"], found["note"], strict=True)) == [
        ("S01", "hired"),
        ("S02", "left"),
        ("S03", "managers"),
        ("S03", "moved"),
        ("S04", "leave"),
    ]


def test_overdue_gathers_actions_appeals_and_retests_with_working_days():
    action = {
        "action_id": "A1",
        "period_id": "2025-05",
        "specialist_id": WHO,
        "finding": "f",
        "action": "pause keyword",
        "owner": WHO,
        "due": "2025-07-01",
    }
    given = {
        "actions": rows("actions", action, action | {"action_id": "A2", "closed_on": "2025-07-01"}),
        "appeals": rows(
            "appeals",
            {
                "appeal_id": "P1",
                "period_id": "2025-06",
                "specialist_id": WHO,
                "reason": "r",
                "author": WHO,
                "at": "2025-07-08",
                "status": "open",
                "due": "2025-07-03",
            },
        ),
        "training": rows(
            "training",
            {
                "course": "c",
                "skill": "bidding",
                "specialist_id": WHO,
                "start_date": "2025-05-01",
                "retest_on": "2025-06-30",
            },
        ),
    }
    tables = june(given)
    found = loop.overdue(tables, loop.phases(tables, totals(SCORED)), appeals(tables))
    assert found[["what", "lag"]].to_dict("records") == [
        {"what": "retest", "lag": 6},
        {"what": "action", "lag": 5},
        {"what": "appeal", "lag": 3},
    ]

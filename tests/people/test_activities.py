"""What was planned and what came of it: by hand from a few tasks, plans and days."""

import pandas as pd

from kit.people.activities import activities, late_tasks, own
from tests.people.tiny import june, rows


def task(name: str, due: str, done: str | None, status: str = "done") -> dict:
    return {
        "task_id": name,
        "specialist_id": "S01",
        "plan_id": "P1",
        "task": name,
        "due": due,
        "done_on": done,
        "status": status,
    }


SINCE = {"valid_from": "2025-01-01"}


def worked(**more) -> object:
    given = {
        "tasks": rows(
            "tasks",
            task("准时", "2025-06-10", "2025-06-10"),
            task("晚", "2025-06-13", "2025-06-16"),  # Friday to Monday: one working day
            task("未完", "2025-06-26", None, "planned"),
            task("取消", "2025-06-12", None, "cancelled_by_business"),
            task("别的月", "2025-07-02", "2025-07-09"),
        ),
        "targets": rows(
            "targets",
            {"period_id": "2025-06", "specialist_id": "S01", "indicator": "roi", "target": 4},
        ),
    }
    day = {"date": pd.Timestamp("2025-06-10"), "specialist_id": "S01", "plan_id": "P1"}
    facts = pd.DataFrame(
        [
            day | {"channel": "search", "strategy": "收割", "spend": 10.0, "revenue": 50.0},
            day
            | {"specialist_id": "S02", "channel": "search", "strategy": "收割"}
            | {"spend": 30.0, "revenue": 50.0},
        ]
    )
    return june(given | more, facts.assign(new_customers=1.0))


def test_late_tasks_are_named_with_their_working_days():
    late = late_tasks(worked())
    assert late["task"].tolist() == ["未完", "晚"]
    assert late["late"].tolist() == [2, 1]


def test_a_task_said_to_be_done_is_not_called_open():
    """Without the day nobody knows how late it was: listed, with what is missing."""
    given = worked(tasks=rows("tasks", task("做完了", "2025-06-10", None)))
    [late] = late_tasks(given).to_dict("records")
    assert late["undated"] and late["late"] != late["late"]
    assert not late_tasks(worked())["undated"].any()


def test_an_activity_has_owner_tasks_in_time_and_its_result_against_the_target():
    row, none = activities(worked()).to_dict("records")
    assert (none["kind"], none["item"]) == ("promotion", "618-2025")  # no plan belongs to it
    assert (row["due"], row["done"], row["on_time"]) == (3, 2, 1)
    assert (row["sales"], row["roi"], row["target"], bool(row["met"])) == (50, 5, 4, True)


def test_tasks_without_a_plan_new_plans_and_promotions_are_activities_too():
    """618 of the scheme's calendar lies in June: one plan of two belongs to it, 90 / 30 = 3."""
    loose = task("选题会", "2025-06-20", "2025-06-23") | {"plan_id": None}
    day = {"date": pd.Timestamp("2025-06-15"), "specialist_id": "S01", "channel": "search"}
    day |= {"strategy": "收割", "new_customers": 1.0}
    facts = [day | {"plan_id": "P1", "spend": 10.0, "revenue": 50.0}]
    facts += [day | {"plan_id": "P2", "spend": 30.0, "revenue": 90.0}]
    plan = {"plan_name": "x", "platform": "a", "channel": "search", "start_date": "2025-01-01"}
    plans = [plan | {"plan_id": "P1"}, plan | {"plan_id": "P2", "promotion_id": "618-2025"}]
    plans[1] |= {"start_date": "2025-06-13"}
    own_goal = {"period_id": "618-2025", "specialist_id": "S01", "indicator": "roi", "target": 3.5}
    given = {
        "tasks": rows("tasks", task("准时", "2025-06-10", "2025-06-10"), loose),
        "plans": rows("plans", *plans),
        "assignment": rows(
            "assignment", *({"plan_id": p, **SINCE, "specialist_id": "S01"} for p in ("P1", "P2"))
        ),
        "targets": rows("targets", own_goal),
    }
    found = activities(june(given, pd.DataFrame(facts))).set_index(["kind", "item"])
    assert [*found.index] == [
        ("plan", "P1"),
        ("plan", "P2"),
        ("promotion", "618-2025"),
        ("task", "选题会"),
    ]
    assert found["due"].tolist() == [1, 0, 0, 1] and found["on_time"].tolist() == [1, 0, 0, 0]
    assert found["roi"].tolist()[:3] == [5, 3, 3] and found["target"].tolist()[2] == 3.5
    assert found["met"].tolist() == [None, None, False, True]  # done, though late
    alone = activities(june({**given, "plans": rows("plans", plans[0])}, pd.DataFrame(facts)))
    [none] = alone[alone["kind"] == "promotion"].to_dict("records")
    assert none["item"] == "618-2025" and pd.isna(none["specialist_id"])


def test_a_promotion_has_the_owner_of_its_plans_though_none_began_or_had_a_task():
    day = {"date": pd.Timestamp("2025-06-15"), "specialist_id": "S01", "channel": "search"}
    facts = pd.DataFrame([day | {"plan_id": "P2", "spend": 30.0, "revenue": 90.0}])
    plan = {"plan_id": "P2", "plan_name": "x", "platform": "a", "channel": "search"}
    plan |= {"start_date": "2025-05-13", "promotion_id": "618-2025"}
    owned = rows("assignment", {"plan_id": "P2", **SINCE, "specialist_id": "S01"})
    found = activities(june({"plans": rows("plans", plan), "assignment": owned}, facts))
    [row] = found.to_dict("records")
    assert (row["kind"], row["specialist_id"], row["roi"]) == ("promotion", "S01", 3)


def test_a_plan_that_ended_within_the_period_keeps_its_owner_and_a_promotion_its_own_days():
    """90 / 30 = 3 on the promotion's day; with the 28th, after it, the plan makes 100 / 40."""
    day = {"specialist_id": "S01", "channel": "search", "plan_id": "P2"}
    days = pd.to_datetime(["2025-06-15", "2025-06-28"])
    facts = pd.DataFrame(
        [
            day | {"date": days[0], "spend": 30.0, "revenue": 90.0},
            day | {"date": days[1], "spend": 10.0, "revenue": 10.0},
        ]
    )
    plan = {"plan_id": "P2", "plan_name": "x", "platform": "a", "channel": "search"}
    plan |= {"start_date": "2025-06-13", "promotion_id": "618-2025"}
    owned = {"plan_id": "P2", **SINCE, "specialist_id": "S01", "valid_to": "2025-06-28"}
    given = {"plans": rows("plans", plan), "assignment": rows("assignment", owned)}
    found = activities(june(given, facts))
    assert found["kind"].tolist() == ["plan", "promotion"]
    assert found["specialist_id"].tolist() == ["S01", "S01"]
    assert found["roi"].tolist() == [2.5, 3]


def test_a_promotion_counts_tasks_and_people_of_its_own_days_alone():
    """618 is 13 to 20 June: a task of the 28th and who took over on the 22nd stand outside it."""
    plan = {"plan_id": "P2", "plan_name": "x", "platform": "a", "channel": "search"}
    plan |= {"start_date": "2025-06-13", "promotion_id": "618-2025"}
    owned = {"plan_id": "P2", **SINCE, "specialist_id": "S01", "valid_to": "2025-06-21"}
    taken = {"plan_id": "P2", "valid_from": "2025-06-22", "specialist_id": "S02"}
    inside = task("里", "2025-06-18", "2025-06-18") | {"plan_id": "P2"}
    after = task("后", "2025-06-28", "2025-06-28") | {"plan_id": "P2", "specialist_id": "S02"}
    given = {"plans": rows("plans", plan), "assignment": rows("assignment", owned, taken)}
    given |= {"tasks": rows("tasks", inside, after)}
    found = activities(june(given, worked().facts[:0]))
    promoted = found[found["kind"] == "promotion"]
    assert promoted["specialist_id"].tolist() == ["S01"] and promoted["due"].tolist() == [1]
    assert found[["spend", "sales"]].isna().all(axis=None)  # nothing was measured: no 0


def test_without_plans_and_tasks_a_promotion_still_has_every_column():
    found = activities(june({}, worked().facts[:0]))
    assert found["item"].tolist() == ["618-2025"] and found["met"].isna().all()
    assert set(activities(worked()).columns) == set(found.columns)


def test_own_channels_stand_beside_everybody():
    mine = own(worked(), "channel").set_index("specialist_id").loc["S01"]
    assert (mine["roi"], mine["usual"], mine["share"]) == (5, 2.5, 1)
    assert own(worked(), "strategy")["strategy"].tolist() == ["收割", "收割"]


def test_own_spend_without_a_strategy_is_a_row_of_its_own():
    """30 of 40 yuan lie in a plan without a strategy: the shares are 25 and 75 %."""
    day = {"date": pd.Timestamp("2025-06-10"), "specialist_id": "S01", "channel": "search"}
    day |= {"revenue": 60.0, "new_customers": 1.0}
    facts = [
        day | {"plan_id": "P1", "strategy": "收割", "spend": 10.0},
        day | {"plan_id": "P2", "strategy": None, "spend": 30.0},
    ]
    found = own(june({}, pd.DataFrame(facts)), "strategy")
    assert found["share"].tolist() == [0.25, 0.75]
    assert found["strategy"].isna().tolist() == [False, True]

"""People of the shop (小公司的人): goals, feedback, talks."""

import pandas as pd

from tests.pages.shop_frames import GOALS, ITEMS, PEOPLE, frame


def people() -> dict[str, pd.DataFrame]:
    roster = [
        {
            "specialist_id": who,
            "name": name,
            "team": team,
            "manager_id": manager,
            "level": "P5",
            "hire_date": "2023-01-01",
        }
        for who, name, team, manager in zip(
            PEOPLE,
            "甲乙丙丁",
            ("一组", "一组", "二组", "二组"),
            ("M1", "M1", "M2", "M2"),
            strict=True,
        )
    ]
    postings = [{**row, "valid_from": "2023-01-01", "status": "working"} for row in roster]
    pay = [{"specialist_id": who, "period_id": "2025-06", "base": 10000} for who in PEOPLE]
    skills = [
        {
            "specialist_id": who,
            "skill": skill,
            "required": 4,
            "observed": 2 + n,
            "assessed_on": "2025-06-10",
        }
        for n, who in enumerate(PEOPLE[:3])
        for skill in ("关键词与出价", "数据分析")
    ]
    course = {"course": "出价课", "skill": "关键词与出价"}
    taken = {"specialist_id": "S1", "start_date": "2025-06-05", "passed": "true"}
    training = [course, course | taken]
    groups = [
        {"specialist_id": who, "dimension": "司龄", "value": "老"[: n % 2] or "新"}
        for n, who in enumerate(PEOPLE)
    ]
    made = {"roster": roster, "postings": postings, "pay": pay, "skills": skills}
    made |= {"training": training, "groups": groups}
    return {name: frame(name, *rows) for name, rows in made.items()}


def goals() -> dict[str, pd.DataFrame]:
    month = {"period_id": "2025-06"}
    targets = [
        {**month, "specialist_id": who, "indicator": i, "target": goal, "set_on": "2025-05-20"}
        for who in PEOPLE
        for i, goal in GOALS.items()
    ]
    targets += [
        {
            **month,
            "stage": "上半月",
            "stage_end": "2025-06-15",
            "specialist_id": who,
            "indicator": "sales",
            "target": 70000,
        }
        for who in PEOPLE
    ]
    budget = [
        {**month, "specialist_id": who, "channel": channel, "budget": 15000}
        for who in PEOPLE
        for channel in ("search", "content")
    ]
    tasks = [
        {
            "task_id": f"{who}-{k}",
            "specialist_id": who,
            "task": "任务",
            "due": f"2025-06-{k * 5:02d}",
            "done_on": f"2025-06-{k * 5 - k % 2:02d}",
            "status": "done",
        }
        for who in PEOPLE
        for k in range(1, 6)
    ]
    made = {"targets": targets, "budget": budget, "tasks": tasks}
    return {name: frame(name, *rows) for name, rows in made.items()}


def talks() -> dict[str, pd.DataFrame]:
    month = {"period_id": "2025-06"}
    raters = [("manager", "M1"), ("self", "")]
    raters += [("peer", who) for who in PEOPLE] + [("cross_dept", f"X{k}") for k in range(3)]
    feedback = [
        {
            **month,
            "specialist_id": who,
            "rater_id": rater or who,
            "relation": relation,
            "item": item,
            "rating": 3 + (n + m) % 3 * 0.5,
            "submitted_on": "2025-07-02",
        }
        for who in PEOPLE
        for n, (relation, rater) in enumerate(raters)
        for m, item in enumerate(ITEMS)
        if relation == "self" or rater != who
    ]
    interviews = [
        {
            **month,
            "specialist_id": "S1",
            "interviewer_id": "M1",
            "held_on": "2025-07-04",
            "facts": "x",
        }
    ]
    checkins = [{**month, "specialist_id": "S2", "held_on": "2025-06-10", "by": "M1", "note": "x"}]
    appeals = [
        {
            **month,
            "appeal_id": "A1",
            "specialist_id": "S3",
            "reason": "口径",
            "author": "S3",
            "at": "2025-07-05",
            "status": "open",
        }
    ]
    actions = [
        {
            **month,
            "action_id": "N1",
            "period_id": "2025-05",
            "specialist_id": "S1",
            "scope": "p0",
            "finding": "点击率低",
            "action": "换素材",
            "owner": "S1",
            "due": "2025-06-10",
            "indicator": "ctr",
            "baseline": 0.05,
            "expected_change": "+0.002",
        }
    ]
    made = {"feedback": feedback, "interviews": interviews, "checkins": checkins}
    made |= {"appeals": appeals, "actions": actions}
    return {name: frame(name, *rows) for name, rows in made.items()}

"""What is to be done this week (本周待办): each row with owner, date and kind of money.

Dates come from the data or are left to be set: none is invented. Kinds of money (loss of the
period, sales a week, gross profit, spend) are neither added up nor compared with one another.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from kit.abtest.decisions import NextStep
from kit.people.followup import Followup
from kit.people.hints import last_owners, losing
from kit.people.loop import clock
from kit.people.privacy import members
from kit.retrospective.review import Review
from kit.retrospective.scope import between, this_span

ORDER: tuple[str, ...] = ("appeal", "overdue", "interviews", "agreed", "course", "stop", "budget")
ORDER += ("ship", "fix", "keep", "unowned")
JOINED = {"interviews", "stop", "ship", "fix", "unowned"}
SHARED = {"appeal", "budget"}
SHIP = {NextStep.ROLL_OUT, NextStep.ROLL_OUT_WATCH}
MEND = {NextStep.FIX_SPLIT, NextStep.FIX_DATA}
LED = ("manager", "hr")
DONE = ("manager", "employee")


@dataclass(frozen=True)
class Task:
    """One thing to do (待办): whom it is about, who owns it, until when, what it is worth.

    items : what it is done to (tests, plans, course), in order; money: a figure or two ends
    """

    kind: str
    readers: tuple[str, ...]
    about: tuple[str, ...]
    owners: tuple[str, ...]
    due: dt.date | None = None
    items: tuple[str, ...] = ()
    facts: dict[str, tuple[object, str]] = field(default_factory=dict)
    money: tuple[float, ...] = ()
    money_kind: str = ""
    page: str = "5_people"


def tasks(tables: Any, found: Followup, reviewed: Review) -> list[Task]:
    """Every task of the period, whoever reads it (全部待办)."""
    led = managers(tables)
    return [
        *_dated(found, led),
        *_interviews(tables, found, led),
        *_agreed(found),
        *_courses(tables, found, led),
        *_stop(tables, reviewed),
        *_budget(tables, reviewed, led),
        *_tests(found),
        *_unowned(tables, led),
    ]


def joined(one: Task, other: Task) -> Task:
    """Two tasks of a kind as one row (合并): people and items together, money added."""
    both = zip(one.money, other.money, strict=True) if one.money and other.money else ()
    return replace(
        one,
        about=tuple(dict.fromkeys((*one.about, *other.about))),
        owners=(*one.owners, *other.owners),
        items=(*one.items, *other.items),
        money=tuple(a + b for a, b in both) or one.money or other.money,
        money_kind=one.money_kind or other.money_kind,
    )


def managers(tables: Any) -> dict[str, str]:
    """Who leads whom on the last day of the period (末日上级); people without one are absent."""
    last = pd.Timestamp(tables.period.last_day)
    posts = tables.get("postings").dropna(subset=["specialist_id", "manager_id"])
    posts = posts[(posts["valid_from"] <= last) & ~(posts["valid_to"] < last)]
    posts = posts.sort_values("valid_from")
    pairs = members(tables).dropna(subset="manager_id")
    known = dict(zip(pairs["specialist_id"], pairs["manager_id"], strict=True))
    return known | dict(zip(posts["specialist_id"], posts["manager_id"], strict=True))


def _led(led: dict[str, str], who: str) -> tuple[str, ...]:
    return (led[who],) if who in led else ()


def _dated(found: Followup, led: dict[str, str]) -> Iterator[Task]:
    """Open appeals and everything past its day (异议、逾期)."""
    open_ = found.appeals[found.appeals["status"] == "open"]
    for row in open_.to_dict("records"):
        who = row["specialist_id"]
        yield Task("appeal", LED, (who,), _led(led, who), row["due"].date())
    for row in found.late[found.late["what"] != "appeal"].to_dict("records"):
        given = isinstance(row["owner"], str) and row["owner"] != ""
        who = row["specialist_id"] if isinstance(row["specialist_id"], str) else row["owner"]
        facts = {"what": (row["what"], "what"), "item": (row["item"], "free")}
        own = (row["owner"],) if given else _led(led, who)
        readers = (*LED, "employee") if row["what"] == "action" else LED
        yield Task("overdue", readers, (who,), own, row["due"].date(), facts=facts)


def _interviews(tables: Any, found: Followup, led: dict[str, str]) -> Iterator[Task]:
    """Interviews that can still be held in time (待面谈)."""
    steps = found.steps
    due = clock(tables).due
    for who in steps.loc[steps["reason"] == "waiting", "specialist_id"]:
        yield Task("interviews", LED, (who,), _led(led, who), due)


def _agreed(found: Followup) -> Iterator[Task]:
    """Agreed actions that fall due (约定的措施)."""
    rows = found.actions[found.actions["status"] == "not_due"].dropna(subset="due")
    for row in rows.to_dict("records"):
        person, owner = row["specialist_id"], row["owner"]
        about = (person,) if isinstance(person, str) else ()
        facts = {"item": (row["action"], "free")}
        given = (owner,) if isinstance(owner, str) else about
        yield Task(
            "agreed", DONE, about, given, row["due"].date(), facts=facts, page="4_retrospective"
        )


def _courses(tables: Any, found: Followup, led: dict[str, str]) -> Iterator[Task]:
    """Courses to be booked before they start (待报名的培训)."""
    rows = found.gaps[(found.gaps["owner"] == "manager") & ~found.gaps["again"].astype(bool)]
    rows = rows[rows["start_date"] > pd.Timestamp(clock(tables).today)]
    rows = rows.assign(leader=rows["specialist_id"].map(led)).dropna(subset="leader")
    for keys, part in rows.groupby(["start_date", "course", "leader"]):
        start, course, leader = keys
        who = tuple(part["specialist_id"])
        due = pd.Timestamp(str(start)).date()
        yield Task("course", ("manager",), who, (str(leader),), due, (str(course),))


def _stop(tables: Any, reviewed: Review) -> Iterator[Task]:
    """Units that lose money, a task an owner (停投); nobody's spend is everybody's."""
    rows = losing(reviewed.lists, reviewed.rules.worth)
    of = last_owners(tables)
    for row in rows.to_dict("records"):
        who = tuple(of.get(row["plan_id"], ()))
        item = (row["plan_id"],)
        lost = (float(row["yuan"]),)
        yield Task("stop", DONE, who, who, None, item, {}, lost, "loss", "4_retrospective")


def _budget(tables: Any, reviewed: Review, led: dict[str, str]) -> Iterator[Task]:
    """A trial of the proposed split (预算试行), which all who lead its people must agree to."""
    advice = reviewed.advice
    if advice.decision != "move" or advice.gain is None:
        return
    moved = advice.channels[advice.channels["change"].abs() > 0]
    facts = between(tables.facts, this_span(tables))
    facts = facts[facts["channel"].isin(moved["channel"])]
    who = tuple(sorted(set(facts["specialist_id"].dropna())))
    heads = tuple(dict.fromkeys(led[one] for one in who if one in led))
    yield Task(
        "budget",
        ("manager",),
        who,
        heads,
        money=(advice.gain[0], advice.gain[2]),
        money_kind="sales",
        page="4_retrospective",
    )


def _tests(found: Followup) -> Iterator[Task]:
    """Tests to go live, to mend, or to be left alone until they end (上线、修正、勿动)."""
    for row in found.tests.to_dict("records"):
        who = (row["specialist_id"],)
        item = (row["test_id"],)
        if row["next_step"] in SHIP:
            known = pd.notna(row["money"])
            money = (float(row["money"]),) if known else ()
            yield Task(
                "ship",
                DONE,
                who,
                who,
                items=item,
                money=money,
                money_kind="profit" if known else "",
                page="3_ab_testing",
            )
        elif row["next_step"] in MEND:
            yield Task("fix", DONE, who, who, items=item, page="3_ab_testing")
        elif row["next_step"] == NextStep.WAIT:
            yield Task("keep", DONE, who, who, row["end_date"].date(), item, page="3_ab_testing")


def _unowned(tables: Any, led: dict[str, str]) -> Iterator[Task]:
    """Spend that nobody owns (无人负责的花费): any manager may fill in the owner."""
    spend = between(tables.unassigned, this_span(tables)).groupby("plan_id")["spend"].sum()
    for plan, money in spend[spend > 0].items():
        yield Task(
            "unowned",
            ("manager",),
            (),
            tuple(dict.fromkeys(led.values())),
            items=(str(plan),),
            money=(float(money),),
            money_kind="spend",
            page="1_data_load",
        )

"""The second program for pay: what each person's pay rests on, from what was handed in.

Figures, targets, groups by day, totals, and the figures of a group and of the company, as exact
fractions and without the kit. `tests/pay_program.py` goes on from here.
"""

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

Exact = Fraction | None
MONTHS = {"may": (dt.date(2025, 5, 1), 31), "june": (dt.date(2025, 6, 1), 30)}
ALWAYS = ("2000-01-01", "2099-12-31")
GRADES = (("A", 95), ("B", 85), ("C", 70), ("D", 0))
LESS = {"cost"}  # less is better
STEPS = {"base": 100, "step": 10, "points": 2, "max_add": 20, "max_deduct": 100}  # of its rule


class Missing(Exception):  # noqa: N818  it ends a sum of which a part is not known
    """A figure that an amount needs was not handed in."""


def exact(number: Any) -> Fraction:
    return Fraction(str(number))


def known(value: Exact) -> Fraction:
    if value is None:
        raise Missing
    return value


class Person:
    """What one person's pay rests on: figures, targets, denominators, total, base, grade, group."""

    def __init__(self, said: Mapping[str, Any], who: str, month: str) -> None:
        of = said[month].get(who, {})
        pair = of.get("rate")
        self.figures: dict[str, Exact] = {
            name: exact(x) for name, x in of.items() if not isinstance(x, list)
        }
        self.figures |= {"rate": exact(pair[0]) / exact(pair[1])} if pair else {}
        self.under = exact(pair[1]) if pair else None
        self.goals = {n: exact(g) for n, g in said["goals"][month].get(who, {}).items()}
        pay = said["pay"].get(who) if month == "june" else None
        self.figures |= {"base": exact(pay["base"]) if pay else None, "one": Fraction(1)}
        self.dept = exact(pay["dept_coef"]) if pay and pay["dept_coef"] else Fraction(1)
        posts = posts_by_day(said, who, month)
        self.days, self.post = len(posts), posts[-1]
        self.group = said["groups"][self.post]
        groups = [said["groups"][post] for post in posts]
        self.shares = {g: Fraction(groups.count(g), len(groups)) for g in sorted({*groups})}
        self.total = total_of(said, self)
        self.figures["total"] = self.total
        reached = [g for g, least in GRADES if self.total is not None and self.total >= least]
        self.grade = reached[0] if reached else ""

    def value(self, name: str, on: str = "value") -> Fraction:
        if on != "completion":
            return known(self.figures.get(name))
        actual, goal = known(self.figures.get(name)), known(self.goals.get(name))
        return goal / known(actual or None) if name in LESS else actual / goal


def posts_by_day(said: Mapping[str, Any], who: str, month: str) -> list[str]:
    """The post held on each day of the month on which somebody was employed."""
    before = said["people"][who]
    after, day = said["moves"].get(who, (before, 1))
    moved = dt.date(2025, 6, day)
    start, n = MONTHS[month]
    dates = [start + dt.timedelta(k) for k in range(n)]
    first, last = (dt.date.fromisoformat(d) for d in said["employed"].get(who, ALWAYS))
    return [after if date >= moved else before for date in dates if first <= date <= last]


def total_of(said: Mapping[str, Any], person: Person) -> Exact:
    """Points of the score, cut at what each group's rule gives, by days; half up to a tenth."""
    score = person.figures.get("score")
    if score is None:
        return None
    cards = [min(score, said["most"][g]) * share for g, share in person.shares.items()]
    return Fraction(floor(sum(cards, Fraction(0)) * 10 + Fraction(1, 2)), 10)


def with_groups(said: Mapping[str, Any], month: str) -> dict[str, Person]:
    """Everybody who was there in a month, with the figures of the group and of the company."""
    there = [who for who in said["people"] if posts_by_day(said, who, month)]
    people = {who: Person(said, who, month) for who in there}
    own = {who: p.figures.get("m1") for who, p in people.items()}
    whole = [x for x in own.values() if x is not None]
    for person in people.values():
        here = [
            x * people[who].shares[person.group]
            for who, x in own.items()
            if x is not None and person.group in people[who].shares
        ]
        person.figures["of_group"] = sum(here, Fraction(0)) if here else None
        person.figures["of_all"] = sum(whole, Fraction(0)) if whole else None
    return people

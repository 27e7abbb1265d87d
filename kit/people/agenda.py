"""Whom to talk to first, and what is due (待办): facts joined once, cited by every page.

Evidence for a talk is less than for a verdict: one dated item, or hints of two families. Sales, ROI
and efficiency of the same campaigns are one family; so are trend, standing and grade, which rest on
one total. The list is no ranking and enters no score. Simulated (tests/people/test_agenda.py): of a
team of 14 equals somebody is named without a date in 128 of 1,000 months: each in about `EACH`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from kit.data.store.cache import remembered
from kit.people import hints, tasks
from kit.people.followup import Followup
from kit.people.hints import Hint
from kit.people.loop import clock
from kit.people.tasks import Task
from kit.retrospective import review
from kit.retrospective.move import cut
from kit.retrospective.review import Review

EACH = 0.0097  # chance that one of equals is named in a month: 1 − (1 − 0.128)^(1/14)
FEW = 3  # people named
REASONS = 3  # shown of one person
FAMILIES = 2  # that must agree where nothing has a date
SOON = dt.timedelta(days=14)
SHOWN = 6  # rows of the week before the fold


@dataclass(frozen=True)
class Entry:
    """Somebody to talk to (谈话线索): hints, and the family that the first question is about."""

    specialist_id: str
    hints: tuple[Hint, ...]
    ask: str


@dataclass(frozen=True)
class Agenda:
    """Hints and tasks of everybody (待办), of which each reader sees a part.

    today : as of; heads: everybody who leads somebody; cut: channels that are to give budget
    """

    today: dt.date
    heads: frozenset[str]
    hints: tuple[Hint, ...]
    tasks: tuple[Task, ...]
    good: tuple[Hint, ...] = field(default=())
    cut: frozenset[str] = frozenset()


def equals(people: int) -> int:
    """Months in which one of so many equals is named once by chance (点到一次的月数).

    >>> equals(14), equals(7)
    (8, 15)
    """
    return round(1 / (1 - (1 - EACH) ** max(1, people)))


def agenda(tables: Any, found: Followup) -> Agenda:
    """All hints and tasks of the period (待办), from the cache if nothing has changed.

    found : what follows from the scores, of the same tables
    """
    return remembered(tables, "agenda", lambda given: _agenda(given, found))


def _agenda(tables: Any, found: Followup) -> Agenda:
    reviewed: Review = remembered(tables, "review", review.review)
    return Agenda(
        today=clock(tables).today,
        heads=frozenset(tasks.managers(tables).values()),
        hints=tuple(hints.hints(tables, found, reviewed)),
        tasks=tuple(tasks.tasks(tables, found, reviewed)),
        cut=cut(reviewed.advice),
        good=tuple(hints.good(found, tables.scheme.people.stretch_line)),
    )


def talk_first(known: Agenda, people: Iterable[str]) -> list[Entry]:
    """At most three people to talk to first (先谈谁): dated, then by families, then by money.

    people : whom the reader may see; one of the three at most is good news
    """
    seen = {*people}
    by: dict[str, list[Hint]] = {}
    for hint in known.hints:
        by.setdefault(hint.specialist_id, []).append(hint)
    named = {who: mine for who, mine in by.items() if who in seen and enters(mine)}
    order = sorted(named, key=lambda who: (*_weight(named[who]), who))[:FEW]
    entries = [_entry(who, named[who]) for who in order]
    if len(entries) < FEW:
        good = [h for h in known.good if h.specialist_id in seen - set(order)]
        entries += [_entry(h.specialist_id, [h]) for h in good[:1]]
    return entries


def enters(mine: Sequence[Hint]) -> bool:
    """Whether hints are enough for a talk (是否列入): a date, or two families.

    A grade that went down says no more than its total, often by a tenth of a point: it is shown
    beside other hints and brings nobody in.

    >>> enters([]), enters([Hint("S1", "total", "trend"), Hint("S1", "total", "below")])
    (False, False)
    >>> enters([Hint("S1", "total", "trend"), Hint("S1", "stop", "stop")])
    True
    """
    families = {hint.family for hint in mine if hint.kind != "grade_down"}
    return "dated" in families or len(families) >= FAMILIES


def _weight(mine: Sequence[Hint]) -> tuple[dt.date, int, float]:
    dates = [hint.due for hint in mine if hint.due]
    money = max(hint.money for hint in mine)
    return min(dates, default=dt.date.max), -len({h.family for h in mine}), -money


def _entry(who: str, mine: Sequence[Hint]) -> Entry:
    """Each family's first hint before the second of any, `REASONS` in all."""
    place: dict[str, int] = {}
    ranked = []
    for hint in mine:
        place[hint.family] = place.get(hint.family, -1) + 1
        ranked.append((place[hint.family], hint))
    first = [hint for _, hint in sorted(ranked, key=lambda pair: pair[0])][:REASONS]
    kept = tuple(hint for hint in mine if hint in first)
    undated = [hint.family for hint in kept if hint.family != "dated"]
    telling = [name for name in ("stop", "return", "work", "total") if name in undated]
    return Entry(who, kept, telling[0] if telling else kept[0].family)


def this_week(known: Agenda, people: Iterable[str], audience: str) -> list[Task]:
    """What a reader has to do (本周待办): by date, then kind; what is one move is one row.

    audience : manager, manager/<id>, hr or employee; nobody gets the rows of another: what another
    manager has to do falls out, but an appeal, which both who led the person must know of
    """
    seen = {*people}
    reader, _, me = audience.partition("/")
    mine = [t for t in known.tasks if reader in t.readers and (not t.about or seen & {*t.about})]
    if reader == "employee":
        mine = [t for t in mine if seen & {*t.owners}]
    if me:
        others = known.heads - {me}
        mine = [t for t in mine if t.kind in tasks.SHARED or not {*t.owners} <= others]
    mine = [replace(t, about=tuple(w for w in t.about if w in seen)) for t in mine]
    merged: dict[tuple, Task] = {}
    for n, task in enumerate(mine):
        key = (task.kind, task.due) if task.kind in tasks.JOINED else (n,)
        merged[key] = tasks.joined(merged[key], task) if key in merged else task
    return sorted(merged.values(), key=lambda task: _place(known.today, task))


def _place(today: dt.date, task: Task) -> tuple[int, dt.date, int]:
    """What is late or due soon, what has no date yet, what is due later (先后)."""
    near = task.due is not None and task.due <= today + SOON
    far = task.due is not None and not near
    return 2 * far + (task.due is None), task.due or dt.date.max, tasks.ORDER.index(task.kind)


def own(known: Agenda, who: str) -> list[Hint]:
    """Every hint about a person (本人的线索), as the person's own page shows them."""
    return [hint for hint in (*known.hints, *known.good) if hint.specialist_id == who]


def past_totals(past: pd.DataFrame, who: str, n: int = 6) -> list[tuple[str, float]]:
    """Printed totals of the last periods (近几期总分), oldest first; NaN where there was none."""
    names = list(dict.fromkeys(past["period_id"]))[-n:]
    mine = past[past["specialist_id"] == who].set_index("period_id")["printed"]
    return [(name, float(mine.get(name, float("nan")))) for name in names]

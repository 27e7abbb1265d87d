"""One group's part of the panel (本组面板): its people, on the days that they belong to it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kit.data.quality.membership import membership

if TYPE_CHECKING:
    from kit.data.tables import Tables


def narrowed(tables: "Tables", data: Any, dated: dict[str, Any]) -> Any:
    """A panel of one group's people on their days in it (本组面板).

    Figures of a day count in the group of that day. Figures and targets of the period that have no
    days are shared by days where somebody was scored in several groups.
    dated : figures that people entered by day, people × days
    """
    groups = tables.period.groups
    if groups is None or not tables.group:
        return data
    mine = _days_in(tables, data, groups.scored)
    rows = mine.rows
    daily = {n: _masked(v[rows], mine.keep) for n, v in data.daily.items()}
    spread = {n: v[rows] for n, v in data.spread.items()}
    even = spread | {"budget": np.ones(len(rows), bool)}
    total = {name: values[rows] for name, values in data.total.items()}
    for name in total.keys() - {i.id for i in tables.scheme.library.values() if i.source == "last"}:
        by_day = daily.get(name), dated.get(name)
        total[name] = _total(total[name], mine, by_day, even.get(name))
    return replace(
        data,
        people=tuple(data.people[n] for n in rows),
        held=data.held[rows] * mine.keep,
        daily=daily,
        total=total,
        spread=spread,
        share=mine.share,
    )


class _Days(NamedTuple):
    """Whose days count in a group: rows of the panel, people × days kept, who was in no other.

    share : of a person's scored days
    """

    rows: Any
    keep: Any
    whole: Any
    share: Any


def _days_in(tables: "Tables", data: Any, scored_in: list[str]) -> _Days:
    """The days of the group's people in it; all days of those who were in no other."""
    of = membership(tables, data.people, data.days)
    mine, scored = of == tables.group, np.isin(of, scored_in)
    rows = np.flatnonzero(mine.any(axis=1))
    mask = mine[rows]
    whole = (mask == (of[rows] != "")).all(axis=1)
    return _Days(rows, mask | whole[:, None], whole, mask.sum(axis=1) / scored[rows].sum(axis=1))


def _total(total: Any, mine: _Days, by_day: tuple[Any, Any], even: Any) -> Any:
    """A figure of the period in the group: of its days, or shared evenly by days.

    by_day : the group's days of it, and the days that people entered, None where there are none
    """
    daily, typed = by_day
    part = total if daily is None else daily.sum(axis=1)
    if even is not None:
        part = np.where(even, total * mine.share, part)
    if typed is not None:
        own = _masked(typed[mine.rows], mine.keep).sum(axis=1)
        part = np.where(np.isnan(own), part, own)
    return np.where(mine.whole, total, part)


def _masked(days: Any, keep: Any) -> Any:
    """Figures by day, 0 on the days left out; rows without figures stay without."""
    return np.where(keep | np.isnan(days), days, 0.0)

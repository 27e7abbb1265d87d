"""One group's part of the panel (本组面板): its people, on the days that they belong to it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

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
    of = membership(tables, data.people, data.days)
    mine, scored = of == tables.group, np.isin(of, groups.scored)
    rows = np.flatnonzero(mine.any(axis=1))
    mask = mine[rows]
    whole = (mask == (of[rows] != "")).all(axis=1)
    share = mask.sum(axis=1) / scored[rows].sum(axis=1)
    keep = mask | whole[:, None]
    daily = {n: _masked(v[rows], keep) for n, v in data.daily.items()}
    spread = {n: v[rows] for n, v in data.spread.items()}
    even = spread | {"budget": np.ones(len(rows), bool)}
    total = {name: values[rows] for name, values in data.total.items()}
    for name in total.keys() - {i.id for i in tables.scheme.library.values() if i.source == "last"}:
        part = daily[name].sum(axis=1) if name in daily else total[name]
        if name in even:
            part = np.where(even[name], total[name] * share, part)
        if name in dated:
            typed = _masked(dated[name][rows], keep).sum(axis=1)
            part = np.where(np.isnan(typed), part, typed)
        total[name] = np.where(whole, total[name], part)
    return replace(
        data,
        people=tuple(data.people[n] for n in rows),
        owned=data.owned[rows] & keep,
        daily=daily,
        total=total,
        spread=spread,
        share=share,
    )


def _masked(days: Any, keep: Any) -> Any:
    """Figures by day, 0 on the days left out; rows without figures stay without."""
    return np.where(keep | np.isnan(days), days, 0.0)

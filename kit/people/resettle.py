"""Corrections of earlier periods (退款追回): what refunds and late conversions changed since.

Table `settlements` says what was settled, a row a person, line and period; rows settled later for
an earlier period are corrections already made. Nothing settled then means nothing to correct.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd

from kit.data.store.cache import remembered
from kit.params import read_period
from kit.people.appeals import official
from kit.people.career import at, earlier
from kit.people.components import Worked, worked
from kit.people.figures import Person
from kit.scheme import Scheme
from kit.scoring.card import scorecards

CARRIED = "carried"
Persons = Callable[[Any, pd.DataFrame], dict[str, Person]]


def corrections(
    tables: Any, persons: Persons
) -> tuple[list[dict[str, Any]], dict[tuple[str, str, str], Worked]]:
    """A line a person, component and earlier period with the change, and the amounts of now."""
    pay = tables.scheme.pay
    back = max((part.resettle for part in pay.components.values()), default=0)
    lines: list[dict[str, Any]] = []
    again: dict[tuple[str, str, str], Worked] = {}
    for n, span in enumerate(reversed(earlier(tables.period, back)), start=1):
        names = [name for name, part in pay.components.items() if part.resettle >= n]
        rows = settled(tables, span.id)
        rows = rows[rows["line"].isin(names)]
        if rows.empty:
            continue
        then = at(tables, span, scheme_of(tables, span.id))
        known = persons(then, official(then, remembered(then, "scorecards", scorecards)))
        paid = rows.groupby(["specialist_id", "line"], as_index=False)["amount"].sum()
        for who, name, money in paid[["specialist_id", "line", "amount"]].to_numpy().tolist():
            done = _anew(then.scheme, name, known.get(who))
            again[(who, name, span.id)] = done
            lines.append(_line(who, name, span.id, done, float(money)))
    return lines, again


def _anew(scheme: Scheme, name: str, person: Person | None) -> Worked:
    """The amount of then by that period's scheme and the data of now."""
    part = scheme.pay.components.get(name)
    if part is None or person is None:
        return Worked(None, (), "people.no_component" if part is None else "people.not_there", name)
    return worked(part, person)


def _line(who: str, name: str, period: str, done: Worked, paid: float) -> dict[str, Any]:
    change = None if done.fen is None else (done.fen - round(paid * 100)) / 100
    return {
        "specialist_id": who,
        "line": name,
        "kind": "correction",
        "for_period": period,
        "amount": change,
        "reason": done.reason,
        "lacking": done.lacking,
    }


def settled(tables: Any, period_id: str) -> pd.DataFrame:
    """What was settled for a period before this one (已发金额), corrections included."""
    rows = tables.get("settlements")
    return rows[(rows["period_id"] == period_id) & (rows["settled_in"] != tables.period.id)]


def owed(tables: Any) -> dict[str, int]:
    """What is still carried on, fen by person (结转余额): corrections beyond the pay of then."""
    rows = tables.get("settlements")
    rows = rows[(rows["line"] == CARRIED) & (rows["settled_in"] != tables.period.id)]
    return {
        str(w): round(float(v) * 100)
        for w, v in rows.groupby("specialist_id")["amount"].sum().items()
    }


def scheme_of(tables: Any, period_id: str) -> Scheme:
    """The scheme of an earlier period: its file beside this one, else the scheme of now."""
    file = tables.period.path.parent / f"{period_id}.yml"
    return read_period(file).scheme if file.is_file() else tables.scheme

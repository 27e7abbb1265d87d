"""Corrections of earlier periods (退款追回): what refunds and late conversions changed since.

Table `settlements` says what was settled, a row a person, line and period; rows settled later for
an earlier period are corrections already made. Nothing settled then means nothing to correct.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from kit.data.store.cache import digest_of, remembered
from kit.params import read_period
from kit.people import by_group
from kit.people.appeals import official
from kit.people.career import at, earlier
from kit.people.components import Worked, worked
from kit.people.figures import Person
from kit.scheme import Scheme
from kit.scheme.periods import Span
from kit.scoring.card import scorecards

CARRIED = "carried"
Persons = Callable[[Any, pd.DataFrame], dict[str, Person]]


def corrections(
    tables: Any, persons: Persons
) -> tuple[list[dict[str, Any]], dict[tuple[str, str, str], Worked]]:
    """A line a person, component and earlier period with the change, and the amounts of now."""
    back = _back(tables)
    lines: list[dict[str, Any]] = []
    again: dict[tuple[str, str, str], Worked] = {}
    for n, span in enumerate(reversed(earlier(tables.period, max(back.values(), default=0))), 1):
        rows = settled(tables, span.id)
        rows = rows[rows["line"].isin([name for name, most in back.items() if most >= n])]
        if rows.empty:
            continue
        then = then_of(tables, span)
        scored = official(then, remembered(then, "scorecards", scorecards))
        known, said = persons(then, scored), by_group.schemes(then, scored)
        paid = rows.groupby(["specialist_id", "line"], as_index=False)["amount"].sum()
        for who, name, money in paid[["specialist_id", "line", "amount"]].to_numpy().tolist():
            done = _anew(said.get(who, then.scheme), name, known.get(who))
            again[(who, name, span.id)] = done
            lines.append(_line(who, name, span.id, done, float(money)))
    return lines, again


def _back(tables: Any) -> dict[str, int]:
    """How many periods each component looks back on (追溯期数), over every scheme that pays."""
    found: dict[str, int] = {}
    for scheme in by_group.every(tables):
        for name, part in scheme.pay.components.items():
            found[name] = max(found.get(name, 0), part.resettle)
    return found


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


def then_of(tables: Any, span: Span) -> Any:
    """The tables seen from an earlier period, by its own file beside this one, else as now."""
    file = tables.period.path.parent / f"{span.id}.yml"
    if not file.is_file():
        return at(tables, span, tables.scheme)
    then = read_period(file)
    seen = at(tables, span, then.scheme)
    digest = digest_of(seen.digest, then.groups.digest if then.groups else "")
    period = seen.period.model_copy(update={"groups": then.groups})
    return replace(seen, period=period, digest=digest)

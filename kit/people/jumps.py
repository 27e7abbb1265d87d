"""Jumps of money within reach of chance (金额跳点): a tier, prize, gate or step close to a figure.

Amounts are facts of recorded sales and have no interval; what chance may have put on the other
side of a line is listed with the money that hangs on it.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from kit.people.components import edges, worked
from kit.people.figures import Figure, Person
from kit.people.incentive import threshold_risk
from kit.scheme.components import Component

COLUMNS = ["specialist_id", "line", "quantity", "at", "edge", "kind", "risk", "stake"]
UNDER = Fraction(1, 10**9)  # just under a line


def jumps(
    parts: Mapping[str, Component], people: Mapping[str, Person], least: float
) -> pd.DataFrame:
    """Every jump whose other side is likely enough: P = Φ(−|x − c| / se) >= `least`.

    Returns : specialist_id, line, quantity, at (x), edge (c), kind (tier, prize, gate, step),
              risk, stake (money between both sides of the line, in yuan); largest stake first
    """
    found = [
        row
        for who, person in people.items()
        for line, part in parts.items()
        for row in _of(who, line, part, person)
        if row["risk"] >= least and row["stake"] > 0
    ]
    table = pd.DataFrame(found, columns=COLUMNS)
    return table.sort_values("stake", ascending=False, kind="stable", ignore_index=True)


def _of(who: str, line: str, part: Component, person: Person) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for name, on, edge, kind in edges(part):
        of = person.figures.get(name)
        at = _place(of, on, edge, part) if of else None
        if of is None or of.actual is None or not of.se or at is None:
            continue
        risk = threshold_risk(float(of.actual), of.se, float(at))
        stake = abs(_fen(part, person.moved(name, at)) - _fen(part, person.moved(name, at - UNDER)))
        told = (who, line, name, float(of.actual), float(at), kind, risk, stake / 100)
        rows.append(dict(zip(COLUMNS, told, strict=True)))
    return rows


def _place(of: Figure, on: str, edge: Fraction, part: Component) -> Fraction | None:
    """The actual at which the line lies (跳点处的实际值)."""
    if on == "completion":
        if not of.target:
            return None
        return of.target / edge if of.lower and edge else edge * of.target
    if on != "value":
        return None
    if part.above is None or part.by:
        return edge
    line = of.target if part.above == "target" else Fraction(str(part.above))
    return None if line is None or of.ratio else line + edge


def _fen(part: Component, person: Person) -> int:
    return worked(part, person).fen or 0

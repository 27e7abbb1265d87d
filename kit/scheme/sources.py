"""Faults of single sources (来源核对): team parts, typed points, periods, circles."""

from typing import Any

from kit.scheme.base import Place, SchemeFault
from kit.scheme.library import TOTAL
from kit.scheme.periods import CYCLES

NAMED = ("manager", "second_manager", "committee", "self")  # who may type points of a measured line


def faults(scheme: Any, name: str, said: Any, place: Place) -> list[SchemeFault]:
    """What one indicator names that cannot be computed, with its place."""
    found: list[SchemeFault] = []
    if said.of is not None:
        found += _of_team(scheme, name, said, place)
    if said.raters is not None and said.item is None:
        found += _of_raters(name, said, place)
    if said.periods is not None:
        known = ["month", "quarter", "year", *CYCLES, *scheme.cycles]
        if said.periods not in known:
            facts: dict[str, Any] = {"name": said.periods, "known": known}
            found.append(SchemeFault((*place, "periods"), "params.no_such_name", facts))
    return found


def _of_team(scheme: Any, name: str, said: Any, place: Place) -> list[SchemeFault]:
    """A team part is of an indicator with sums, or of the total; never of another part."""
    known = [i.id for i in scheme.library.values() if i.top and i.source not in ("of", "last")]
    if said.of not in (TOTAL, *known):
        other = scheme.indicators.get(said.of)
        if other is not None and other.of is not None:
            facts: dict[str, Any] = {"names": ", ".join(dict.fromkeys([name, said.of]))}
            return [SchemeFault((*place, "of"), "params.formula_circle", facts)]
        facts = {"name": said.of, "known": [*scheme.indicators, TOTAL]}
        return [SchemeFault((*place, "of"), "params.no_such_name", facts)]
    return []


def _of_raters(name: str, said: Any, place: Place) -> list[SchemeFault]:
    """Points of a measured line are typed by named people, with weights up to 1."""
    where = (*place, "raters")
    if said.progress or said.periods or said.of:
        return [SchemeFault(where, "params.raters_of_item", {"name": name})]
    odd = [r for r in said.raters if r not in NAMED]
    if odd:
        facts: dict[str, Any] = {"name": odd[0], "known": list(NAMED)}
        return [SchemeFault(where, "params.no_such_name", facts)]
    total = sum(said.raters.values())
    if abs(total - 1) > 1e-9:
        told: dict[str, Any] = {"sum": f"{total:g}", "wanted": "1", "gap": f"{total - 1:+g}"}
        return [SchemeFault(where, "params.tree_sum", told)]
    return []

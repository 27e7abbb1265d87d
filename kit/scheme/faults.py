"""Faults that no single section of a scheme can see (整体检查): names, sources, sums, grades."""

import difflib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from kit.scheme import Scheme, adjustments, money, phases, sources, tree
from kit.scheme.base import Place, SchemeFault
from kit.scheme.declare import Indicator
from kit.scheme.formula import FormulaSyntaxError, parse
from kit.scheme.library import built_in, measures
from kit.scheme.tree import Node, leaves

Named = tuple[Place, str | None, list[str]]  # where a name stands, the name, those that there are


def faults(scheme: Scheme) -> list[SchemeFault]:
    """Every fault of a scheme that spans several keys, in the file's order."""
    return [
        *_of_weights(scheme),
        *_of_names(scheme),
        *_of_indicators(scheme),
        *_of_dimensions(scheme),
        *_of_grades(scheme),
        *adjustments.faults(scheme),
        *money.faults(scheme),
        *phases.faults(scheme),
    ]


def _profiles(scheme: Scheme) -> list[tuple[Place, str, dict[str, Any]]]:
    """Every profile of the file: place, kind of period, content."""
    own = [(("profiles", kind), kind, profile) for kind, profile in scheme.profiles.items()]
    return own + [
        (("profile_sets", name, kind), kind, profile)
        for name, profiles in scheme.profile_sets.items()
        for kind, profile in profiles.items()
    ]


def _of_weights(scheme: Scheme) -> list[SchemeFault]:
    return [f for place, kind, p in _profiles(scheme) for f in tree.faults(kind, p, place)]


def _of_names(scheme: Scheme) -> list[SchemeFault]:
    """Names that stand for something which the file does not hold."""
    rules = list(scheme.rules)
    promotions = [p.id for p in scheme.promotions]
    named: list[Named] = [
        *((place, kind, scheme.kinds) for place, kind, _ in _profiles(scheme)),
        *((("indicators", i, "rule"), x.rule, rules) for i, x in scheme.indicators.items()),
        *_indicators_weighed(scheme),
        *(
            (("promotions", n, "same_as"), p.same_as, promotions)
            for n, p in enumerate(scheme.promotions)
        ),
        *_of_people(scheme),
    ]
    return [
        SchemeFault(place, "params.no_such_name", {"name": name, "known": known})
        for place, name, known in named
        if name is not None and name not in known
    ]


def _indicators_weighed(scheme: Scheme) -> Iterator[Named]:
    """The indicators that a profile weighs."""
    indicators = list(scheme.indicators)
    for place, _, profile in _profiles(scheme):
        for leaf in leaves(profile):
            yield (*place, *leaf.path, leaf.name), leaf.name, indicators


def _of_people(scheme: Scheme) -> Iterator[Named]:
    """Grades and indicators on which something hangs for people: a cap, skills, a quota, duties."""
    grades = [g.grade for g in scheme.grades]
    yield ("core_floor", "cap"), scheme.core_floor.cap if scheme.core_floor else None, grades
    for skill, indicator in scheme.people.skills.items():
        known = list(scheme.indicators)
        yield ("people", "skills", skill), indicator.partition("@")[0], known
    for grade in scheme.people.quota:
        yield ("people", "quota", grade), grade, grades
    for name, said in scheme.consequences.items():
        for grade in said.grades:
            yield ("consequences", name, "grades"), grade, grades


def _of_indicators(scheme: Scheme) -> list[SchemeFault]:
    """Indicators without a source or with several, formulas, scales, rules that are not there."""
    found: list[SchemeFault] = []
    weighed = {leaf.name for _, _, profile in _profiles(scheme) for leaf in leaves(profile)}
    for name, said in scheme.indicators.items():
        place: Place = ("indicators", name)
        found += _of_source(name, said, place)
        found += _of_formula(scheme, name, said, place)
        if said.item is not None and said.item not in scheme.scales:
            facts: dict[str, object] = {"name": said.item, "known": list(scheme.scales)}
            found.append(SchemeFault((*place, "item"), "params.no_such_name", facts))
        found += sources.faults(scheme, name, said, place)
        spec = scheme.library.get(name)
        if name in weighed and said.rule is None and spec and not spec.item and not said.periods:
            facts = {"name": name, "known": list(scheme.rules)}
            found.append(SchemeFault(place, "params.no_rule", facts))
    return found


def _of_source(name: str, said: Indicator, place: Place) -> list[SchemeFault]:
    """None for an indicator of the library; any other has exactly one source, and a name."""
    sources = said.sources
    if name in built_in():
        own = [*sources, *(["name"] if said.name else [])]
        return [SchemeFault(place, "params.name_taken", {"name": name})] if own else []
    if name in measures():
        return [SchemeFault(place, "params.name_taken", {"name": name})]
    if not sources:
        known = [*built_in()]
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:3]
        return [SchemeFault(place, "params.unknown_indicator", {"name": name, "near": near})]
    if len(sources) > 1:
        return [SchemeFault(place, "params.two_sources", {"name": name, "found": sources})]
    if said.name is None:
        return [SchemeFault((*place, "name"), "params.missing_key", {})]
    return []


def _of_formula(scheme: Scheme, name: str, said: Indicator, place: Place) -> list[SchemeFault]:
    """The first place of a formula that cannot be read, or each name that it may not use."""
    if said.formula is None:
        return []
    own = [n for n, other in scheme.indicators.items() if other.measured == "sum"]
    known = [*measures(), *own]
    where = (*place, "formula")
    try:
        formula = parse(said.formula)
    except FormulaSyntaxError as error:
        facts = {"name": name, "column": error.column, "token": error.token, "near": known[:8]}
        return [SchemeFault(where, error.key, facts)]
    return [
        SchemeFault(
            where,
            "params.formula",
            {
                "name": name,
                "column": token.column,
                "token": token.text,
                "near": difflib.get_close_matches(token.text, known, n=4, cutoff=0.4) or known[:8],
            },
        )
        for token in formula.names
        if token.text not in known
    ]


def _of_dimensions(scheme: Scheme) -> list[SchemeFault]:
    """Dimensions without a name, and leaves that hang in different ones in two profiles."""
    found: list[SchemeFault] = []
    for place, _, profile in _profiles(scheme):
        for name in _nodes(profile):
            if name not in scheme.dimensions:
                facts: dict[str, object] = {"name": name, "known": list(scheme.dimensions)}
                found.append(SchemeFault((*place, name), "params.no_such_name", facts))
    return [*found, *_of_blends(scheme)]


def _of_blends(scheme: Scheme) -> list[SchemeFault]:
    """Leaves that days of a promotion would move into another dimension."""
    kinds = {str(kind): profile for kind, profile in scheme.profiles.items()}
    burst = {leaf.name: leaf.path for leaf in leaves(kinds.pop("campaign", {}))}
    return [
        SchemeFault(("profiles", kind), "params.two_dimensions", {"name": leaf.name})
        for kind, profile in kinds.items()
        for leaf in leaves(profile)
        if burst.get(leaf.name, leaf.path) != leaf.path
    ]


def _nodes(profile: dict[str, Any]) -> list[str]:
    names = []
    for name, child in profile.items():
        if isinstance(child, Node):
            names += [name, *_nodes(child.of)]
    return names


def _of_grades(scheme: Scheme) -> list[SchemeFault]:
    mins = [g.min for g in scheme.grades]
    names = [g.grade for g in scheme.grades]
    falling = all(a > b for a, b in pairwise(mins)) and len(set(names)) == len(names)
    facts: dict[str, object] = {"found": ", ".join(map(str, mins))}
    return [] if falling else [SchemeFault(("grades",), "params.grades_order", facts)]

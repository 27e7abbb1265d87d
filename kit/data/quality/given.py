"""Which tables were given, which are empty, and what the absent ones cost (缺表与空表)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kit.data.issues import Issue
from kit.data.quality.gates import needs
from kit.data.schema import contract
from kit.errors import Term
from kit.words import has

if TYPE_CHECKING:
    from kit.data.tables import Tables

OWNERLESS = {"assignment"}  # blank: plans that nobody owns yet, which pages say


def given(tables: Tables) -> Iterator[Issue]:
    """Tables missing or empty; tests alone may be read without any of the needed three."""
    needed = {t.name for t in contract().values() if t.needed}
    unread = {i.table for i in tables.read_issues if i.severity == "refuse"}
    tests_only = "experiments" in tables.sources and not needed & {*tables.sources, *unread}
    absent = [name for name in contract() if name not in {*tables.sources, *unread}]
    for name in sorted(needed & set(absent)):
        yield Issue("no_table", "note" if tests_only else "refuse", name)
    blank = [name for name in tables.sources if not tables.has(name)]
    if optional := [name for name in (*absent, *blank) if name not in needed]:
        facts = {"tables": optional, "costs": _costs(tables, optional)}
        yield Issue("not_given", "note", count=len(optional), facts=facts)
    yield from _said_empty(tables)
    yield from _ownerless(tables, blank)
    for name in sorted(needed.intersection(blank) - OWNERLESS):
        yield Issue(
            "empty_table", "refuse", name, ", ".join(f.name for f in tables.sources[name].files)
        )


def _ownerless(tables: Tables, blank: list[str]) -> Iterator[Issue]:
    """A blank file of owners where people have targets or budgets: an export that went wrong."""
    for name in sorted(OWNERLESS.intersection(blank) - {*tables.period.empty}):
        files = [p.told for p in tables.sources[name].places if not p.sheet and not p.report]
        if files and (tables.has("targets") or tables.has("budget")):
            yield Issue("empty_given", "refuse", name, ", ".join(files))


def _costs(tables: Tables, absent: list[str]) -> list[str]:
    """Indicators with weight that the absent tables leave unmeasured (测不了的指标)."""
    if tables.period.type not in map(str, tables.scheme.profiles):
        return []  # a profile that lacks is told by its own check
    weights = tables.scheme.weights(tables.period.type)
    lost = [i for i, w in weights.items() if w and _lacks(tables, i, {*absent})]
    return [Term(f"indicator.{i}") if has(f"indicator.{i}") else i for i in lost]


def _lacks(tables: Tables, indicator: str, absent: set[str]) -> bool:
    """Whether an indicator needs rows of an absent table, or a target that none sets."""
    said, rule = tables.scheme.indicators.get(indicator), tables.scheme.rule_of(indicator)
    against = rule.on != "value" or rule.kind == "add_deduct"
    wanted = "targets" in absent and said is not None and said.target is None and said.of is None
    return bool({*needs(tables.scheme, indicator)} & absent) or (wanted and against)


def _said_empty(tables: Tables) -> Iterator[Issue]:
    """Tables that the period file calls empty and that hold rows, or that nobody knows."""
    for name in tables.period.empty:
        known = sorted(contract())
        if name not in known:
            yield Issue("unknown_empty", "refuse", facts={"found": name, "known": known})
        elif tables.has(name):
            yield Issue("empty_with_rows", "refuse", name, count=tables.counts[name])

"""What a page says first (量级提示): figures whose size is doubted or was confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kit.data.issues import Issue
from kit.errors import Term
from kit.words import word

if TYPE_CHECKING:
    from kit.data.tables import Tables

OF_ONE = ("level_target", "level_budget", "level_typed")  # findings about the people they name


def doubted(tables: Tables, lang: str, names: Mapping[str, str]) -> list[str]:
    """A sentence for every doubted or confirmed figure that touches the people a reader may see.

    names : by id the names of those people; a finding about others too is told without them
    """
    return [line for issue in tables.found if (line := _line(issue, lang, names))]


def _line(issue: Issue, lang: str, names: Mapping[str, str]) -> str:
    if not issue.rule.startswith(("level_", "confirmed")) or "asked" not in issue.facts:
        return ""
    people = {str(p) for p in issue.facts.get("people", ())}
    if people <= names.keys():
        fault = issue.fault().bare()  # page 1 tells the cell and the code, to those who mend it
        facts = {key: _named(fact, names) for key, fact in fault.facts.items()}
        return replace(fault, facts=facts).told(lang)
    if issue.rule in OF_ONE and not people & names.keys():
        return ""
    table = word(f"table.{issue.table}", lang)
    return word("show.doubted", lang, table=table, column=issue.column, n=issue.count)


def _named(fact: Any, names: Mapping[str, str]) -> Any:
    """Ids of people as their names."""
    if isinstance(fact, list):
        return [_named(item, names) for item in fact]
    if isinstance(fact, str) and not isinstance(fact, Term):
        return names.get(fact, fact)
    return fact

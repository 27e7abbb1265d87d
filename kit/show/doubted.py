"""What a page says first (量级提示): figures whose size is doubted or was confirmed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kit.data.issues import Issue
from kit.errors import Term
from kit.words import word

if TYPE_CHECKING:
    from kit.data.tables import Tables

PLACE = re.compile(
    r"^.*? (?:第 [^ ]+ 行（表|row [^ ]+ \(table).*?[)）](?:: |：)|\s*[\[［][^\]］]*[\]］]$"
)
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
        fault = issue.fault()
        facts = {key: _named(fact, names) for key, fact in fault.facts.items()}
        return plain(type(fault)(fault.key, facts).told(lang))
    if issue.rule in OF_ONE and not people & names.keys():
        return ""
    table = word(f"table.{issue.table}", lang)
    return word("show.doubted", lang, table=table, column=issue.column, n=issue.count)


def plain(told: str) -> str:
    """A finding without the place in the file and the code that confirms it (去掉文件与代码).

    Page 1 tells both, to those who mend it.
    >>> plain("a.csv row 9 (table t, column c): 5 is much. It is used. [t.c 5]")
    '5 is much. It is used.'
    """
    return PLACE.sub("", told)


def _named(fact: Any, names: Mapping[str, str]) -> Any:
    """Ids of people as their names."""
    if isinstance(fact, list):
        return [_named(item, names) for item in fact]
    if isinstance(fact, str) and not isinstance(fact, Term):
        return names.get(fact, fact)
    return fact

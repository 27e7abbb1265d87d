"""What a reader of notebook 1 may see (数据页视图): trust, names, findings in words."""

import re
from dataclasses import dataclass, replace
from typing import Any

from kit.data.issues import Issue
from kit.data.quality.trust import Trust, trusted
from kit.data.schema import meanings
from kit.data.tables import Tables
from kit.errors import Part, Term
from kit.people.privacy import visible
from kit.show.sentences import say

PERSONS = ("specialist_id", "manager_id", "rater_id", "interviewer_id", "owner", "author")


@dataclass(frozen=True)
class View:
    """All that notebook 1 shows."""

    tables: Tables
    lang: str
    trust: Trust
    names: dict[str, str]
    own: frozenset[str] | None  # ids and names that may stand in findings; None: all of them

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        """A text of this page."""
        return say(f"load.{key}", self.lang, n, **facts)


def view(tables: Tables, lang: str, audience: str) -> View:
    """All that notebook 1 shows (打开视图); data that refuse to be scored are shown too."""
    roster = tables.get("roster")
    who = set(visible(tables, audience)) if len(roster) else set()
    names = dict(zip(roster["specialist_id"], roster["name"], strict=True))
    _, _, manager = audience.partition("/")
    own = frozenset([*who, *(names[i] for i in who), manager]) if manager else None
    return View(tables, lang, trusted(tables, who), names, own)


def told(v: View, issue: Issue, *, bare: bool = False) -> str:
    """A finding, people by name, columns by meaning; whom the audience may not see is counted.

    bare : without the cell and the code that confirms it
    """
    fault = issue.fault()
    facts = fault.facts if v.own is None else _masked(v, issue)
    said = meanings().get(issue.column)
    column = {"column": v.say("named", name=issue.column, more=said[v.lang])} if said else {}
    fault = replace(fault, facts=_named(v, facts) | column)
    return (fault.bare() if bare else fault).told(v.lang)


def _named(v: View, fact: Any) -> Any:
    """Ids of people as their names with the id (姓名与编号)."""
    if isinstance(fact, dict):
        return {key: _named(v, item) for key, item in fact.items()}
    if isinstance(fact, (list, tuple)):
        return [_named(v, item) for item in fact]
    name = v.names.get(fact, fact) if isinstance(fact, str) else fact
    return fact if name == fact else v.say("named", name=name, more=fact)


def _masked(v: View, issue: Issue) -> dict[str, Any]:
    """The facts of a finding without people whom the audience may not see (隐去他人)."""
    known = {
        *v.names,
        *v.names.values(),
        *v.tables.get("roster")["manager_id"].dropna(),
        *v.tables.get("feedback")["rater_id"].dropna(),
    }
    people = {issue.value, *issue.facts.get("values", ())} if issue.column in PERSONS else set()
    hidden = {str(name) for name in {*known, *people} - (v.own or set()) - {""}}
    return {key: _without(v, fact, hidden) for key, fact in issue.fault().facts.items()}


def _without(v: View, fact: Any, hidden: set[str]) -> Any:
    """A fact of a finding without the hidden ids and names."""
    if isinstance(fact, (list, tuple)):
        kept = [_without(v, item, hidden) for item in fact if str(item) not in hidden]
        others = len(fact) - len(kept)
        return [*kept, v.say("others", n=others)] if others else kept
    if not isinstance(fact, str) or isinstance(fact, (Part, Term)):
        return fact
    if fact in hidden:
        return v.say("others", n=1)
    words = sorted((h for h in hidden | set(v.own or ()) if not h.isdigit()), key=len, reverse=True)
    parts = (rf"(?<![A-Za-z0-9]){re.escape(h)}(?![A-Za-z0-9])" for h in words if h)
    return re.sub(
        "|".join(parts) or "(?!)", lambda m: v.say("others", n=1) if m[0] in hidden else m[0], fact
    )

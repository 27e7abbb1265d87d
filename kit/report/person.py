"""Whom a removal is about (删除谁): every id, code and name of a person, and whose names to spare.

Names come from the rosters of all period files, from earlier lists for HR, and from whoever asks.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit.data.load import inspect
from kit.data.schema import contract
from kit.data.store.opaque import code, opaque
from kit.errors import KitError
from kit.params import read_period
from kit.report import traces
from kit.report.forms import plain
from kit.words import both

CODES = range(4, 9)  # digits of the codes that tables to share may carry


@dataclass(frozen=True)
class Person:
    """A person to be forgotten: texts that name them, their folders, names of others to spare."""

    id: str
    texts: frozenset[str]
    folders: frozenset[str]
    others: frozenset[str]

    @property
    def token(self) -> str:
        """What stands for the person where a folder or a log needs a name: it tells nothing."""
        return opaque(f"forgotten {self.id}")


def period_tables(folder: Path) -> Iterator[Any]:
    """The tables of every period file of a folder, as far as they can be read."""
    for file in sorted(folder.glob("*.yml")):
        try:
            yield inspect(read_period(file))
        except KitError:  # a scheme file, or one whose data cannot be read at all
            if "\nscheme:" in file.read_text(encoding="utf-8", errors="replace"):
                print(both("report.roster_unread", file=file.name))


def person(specialist: str, names: Sequence[str], periods: Iterable[Any], reports: Path) -> Person:
    """Everything that names a person; KitError when no name is known and none was given."""
    pairs = {*_listed(reports), *(pair for tables in periods for pair in _roster(tables))}
    known = {name for who, name in pairs if who == specialist} | set(names)
    if not known:
        raise KitError("report.name_needed", id=specialist)
    others = {text for who, name in pairs if who != specialist for text in (who, name)}
    shared = {name for name in known if plain(name) in {plain(other) for other in others}}
    for name in sorted(shared):
        print(both("report.namesake", id=specialist))
        known.discard(name)
    ids = [specialist, *(code(specialist, digits) for digits in CODES)]
    folders = frozenset(opaque(each) for each in ids)
    return Person(specialist, frozenset({*ids, *folders, *known}), folders, frozenset(others))


def remains(who: Person, periods: Iterable[Any]) -> Iterator[str]:
    """Rows of the user's own sources that name the person, by period file and table."""
    looked_for = traces.wanted(who.texts, who.others)
    for tables in periods:
        for name in contract():
            texts = tables.get(name).select_dtypes(include=["object", "string"])
            naming = texts.apply(
                lambda column: column.map(
                    {
                        text: text == who.id or traces.stands_in(str(text), looked_for)
                        for text in column.dropna().unique()
                    }
                )
            )
            rows = int((naming == True).any(axis=1).sum())  # noqa: E712  missing cells are no
            yield from [f"{tables.period.path.name} {name}: {rows}"] if rows else []


def _roster(tables: Any) -> list[tuple[str, str]]:
    """Ids with names of the roster; of managers and raters the ids alone."""
    rows = tables.get("roster").dropna(subset=["specialist_id"])
    named = zip(rows["specialist_id"], rows["name"].fillna(""), strict=True)
    bare = ((str(who), str(name).removesuffix(f" ({who})")) for who, name in named)
    return [(who, name) for who, name in bare if name]


def _listed(reports: Path) -> set[tuple[str, str]]:
    """Ids and names of everybody whom an earlier list for HR names; a damaged one is named."""
    found: set[tuple[str, str]] = set()
    for path in sorted(reports.rglob("hr/people.csv")):
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = [(r["specialist_id"], r["name"]) for r in csv.DictReader(file, strict=True)]
        except (KeyError, ValueError, csv.Error):
            print(both("report.list_unread", file=path.relative_to(reports).as_posix()))
            continue
        found |= {(who, name) for who, name in rows if who and name}
    return found

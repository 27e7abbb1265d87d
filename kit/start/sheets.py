"""The sheets of the workbook (填写表): what the files say, beside what people typed before.

A sheet is a header and rows by header. What people typed stays as it is; what the files say anew
is added below, and columns and sheets of their own are carried along.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from kit.data.reading.filled import (
    TYPED,
    indicator_name,
    label,
    labels,
    sheet_name,
    tables_in,
    target_header,
)
from kit.data.reading.units import plain
from kit.data.schema import contract
from kit.start.people import COLUMNS
from kit.words import word

Rows = list[dict[str, Any]]
MAIN = ("roster", "plans", "targets")


@dataclass(frozen=True)
class Sheet:
    """One sheet: the table it fills ("" for one of the users' own), its columns, its rows."""

    table: str
    name: str
    columns: list[str]
    rows: Rows

    def by(self, column: str) -> set[str]:
        """Texts that stand in a column."""
        return {text(row.get(column)) for row in self.rows} - {""}


def text(cell: Any) -> str:
    """A cell as text; a number without a trailing .0."""
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def read(book: Path) -> list[Sheet]:
    """Every sheet of a workbook as it stands."""
    opened = CalamineWorkbook.from_path(book)
    found = []
    for name in opened.sheet_names:
        cells = opened.get_sheet_by_name(name).to_python(skip_empty_area=False)
        table = next(iter(tables_in(name)), "")
        at = _header(cells, table)
        head = [text(c) or f"_{n}" for n, c in enumerate(cells[at] if cells else [])]
        rows = [dict(zip(head, row, strict=False)) for row in cells[at + 1 :]]
        found.append(Sheet(table, name, head, [r for r in rows if any(map(text, r.values()))]))
    return found


def _header(cells: list[list[Any]], table: str) -> int:
    if not table:
        return 0
    known = labels(table) | (labels("assignment") if table == "plans" else {})
    fits = [sum(plain(text(c)) in known for c in line) for line in cells[:60]]
    return max(range(len(fits)), key=fits.__getitem__, default=0)


def of(sheets: Iterable[Sheet], table: str) -> Sheet | None:
    """The sheet of a table among others."""
    return next((sheet for sheet in sheets if sheet.table == table), None)


def who(person: Mapping[str, Any]) -> str:
    """A person as the lists show them: name, and the id that tells two of one name apart."""
    return f"{text(person['name'])} ({text(person['specialist_id'])})"


def roster(people: pd.DataFrame, lang: str, before: Sheet | None) -> Sheet:
    """The people of HR's list; those already in the workbook stay as they are typed."""
    names = {c: label(c, lang) for c in COLUMNS}
    names["appraised"] = word("forms.appraised", lang)
    there = before.by(names["specialist_id"]) if before else set()
    new = people[~people["specialist_id"].map(text).isin(there)]
    rows = [
        {names[c]: _cell(row[c]) for c in COLUMNS} | {names["appraised"]: word("kit.yes", lang)}
        for row in new.to_dict("records")
    ]
    return _joined("roster", lang, list(names.values()), rows, before)


def plans(listed: pd.DataFrame, lang: str, period: str, before: Sheet | None) -> Sheet:
    """Every plan of the exports with an owner to choose; plans in the workbook stay as they are.

    listed : plan_id, plan_name, platform, channel, spend, valid_from, owner ("" where unknown)
    """
    columns = {c: label(c, lang) for c in ("plan_id", "plan_name", "platform", "channel")}
    columns["spend"] = word("start.spend_of", lang, period=period)
    columns["owner"] = word("forms.owner", lang)
    columns |= {c: label(c, lang) for c in ("valid_from", "valid_to", "share")}
    spend = dict(zip(listed["plan_id"], listed["spend"], strict=True))
    there = before.by(columns["plan_id"]) if before else set()
    new = listed[~listed["plan_id"].isin(there)]
    known = [c for c in columns if c in listed]
    rows = [{columns[c]: _cell(r[c]) for c in known} for r in new.to_dict("records")]
    sheet = _joined("plans", lang, list(columns.values()), rows, before)
    refreshed = [
        row | {columns["spend"]: spend.get(text(row.get(columns["plan_id"])), 0.0)}
        for row in sheet.rows
    ]
    return replace(sheet, rows=refreshed)


def targets(
    people: Sequence[str],
    names: Sequence[str],
    last: Mapping[tuple[str, str], float],
    lang: str,
    before: Sheet | None,
) -> Sheet:
    """A line a person, a column an indicator's target, beside it the period before.

    last : value of the period before by person (as `who` shows them) and indicator
    """
    first = word("forms.who", lang)
    beside = {n: last_header(n, lang) for n in names}
    columns = [first, *(c for n in names for c in (target_header(n, lang), beside[n]))]
    there = before.by(first) if before else set()
    rows = [{first: person} for person in people if person not in there]
    sheet = _joined("targets", lang, columns, rows, before)
    filled = [
        row
        | {
            beside[n]: last[text(row.get(first)), n]
            for n in names
            if (text(row.get(first)), n) in last
        }
        for row in sheet.rows
    ]
    return replace(sheet, rows=filled)


def last_header(indicator: str, lang: str) -> str:
    """The header above an indicator's values of the period before."""
    return word("forms.last_of", lang, name=indicator_name(indicator, lang))


def optional(lang: str, before: Sequence[Sheet]) -> list[Sheet]:
    """Blank sheets for all else that people may hand in; the period stands for the workbook."""
    found = []
    for name in TYPED:
        if name not in MAIN:
            columns = [label(c, lang) for c in contract()[name].columns if c != "period_id"]
            rows = [] if name != "pulse" or of(before, name) else _asked(lang)
            found.append(_joined(name, lang, columns, rows, of(before, name)))
    return found


def _asked(lang: str) -> Rows:
    """A line an answer to each question on fairness and motivation; only counts are typed."""
    question, answer = (label(c, lang) for c in ("question", "answer"))
    asked = contract()["pulse"].columns["question"].enum
    return [
        {question: word(f"question.{name}", lang), answer: n} for name in asked for n in range(1, 6)
    ]


def _joined(table: str, lang: str, columns: list[str], rows: Rows, before: Sheet | None) -> Sheet:
    """A sheet with the rows that stood there before, and below them the new ones."""
    if before is None:
        return Sheet(table, sheet_name(table, lang), columns, rows)
    own = [c for c in before.columns if c not in columns]
    return Sheet(table, before.name, [*columns, *own], [*before.rows, *rows])


def _cell(value: Any) -> Any:
    return None if value is None or value != value or value is pd.NaT else value

"""The workbook that people fill in (填写表): its sheets as tables of the contract.

`kit start` writes it. Sheets and columns carry Chinese or English labels; a sheet of plans says
whose each plan is, a sheet of targets has a column an indicator. The period that a sheet is about
is named in the period file: `form: form[period=2025-06]:book.xlsx`.
"""

import re
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kit.data.issues import Issue
from kit.data.reading.cells import Body, Text, coded
from kit.data.reading.text import read_text
from kit.data.reading.units import plain
from kit.data.reading.workbook import sheets
from kit.data.schema import Table, contract, meanings
from kit.params import span_of
from kit.words import LANGS, has, table, word

TYPED = (
    "roster",
    "plans",
    "targets",
    "measured",
    "budget",
    "tasks",
    "feedback",
    "interviews",
    "actions",
    "events",
    "incidents",
    "hotspots",
    "skills",
    "training",
    "experiments",
    "appeals",
    "adjustments",
    "key_results",
    "postings",
    "checkins",
    "pulse",
    "calendar",
)
PEOPLE = (
    "specialist_id",
    "manager_id",
    "rater_id",
    "interviewer_id",
    "owner",
    "by",
    "author",
    "entered_by",
)
ALONE = ("roster", "plans")  # what the newest workbook says, holds for all periods
LABELLED = re.compile(r".*\(([^()]+)\)")  # 甲一 (S1)


class Row(NamedTuple):
    """A filled line: its number in the sheet, and its cells by the contract's names."""

    number: int
    cells: dict[str, str]


def sheet_name(name: str, lang: str) -> str:
    """The sheet of a table, without the marks that no sheet may carry.

    >>> sheet_name("roster", "zh"), sheet_name("experiments", "en")
    ('花名册', 'AB test plans')
    """
    return re.sub(r"[\[\]:*?/\\]", "", word(f"table.{name}", lang))[:31]


def label(column: str, lang: str) -> str:
    """The header of a column: its meaning up to the first remark.

    >>> label("plan_id", "zh"), label("share", "en")
    ('推广计划编号', 'share owned')
    """
    return re.split(r"[（(；;，,]", meanings()[column][lang])[0].strip()


def target_header(indicator: str, lang: str) -> str:
    """The header above an indicator's targets."""
    return word("forms.target_of", lang, name=indicator_name(indicator, lang))


def indicator_name(indicator: str, lang: str) -> str:
    """The label of an indicator of the library; of a scheme's own indicator its id."""
    key = f"indicator.{indicator}"
    return word(key, lang) if has(key) else indicator


@cache
def _sheets() -> dict[str, str]:
    return {plain(sheet_name(name, lang)): name for name in TYPED for lang in LANGS}


def tables_in(sheet: str) -> tuple[str, ...]:
    """The tables that a sheet of the workbook holds; none for any other sheet."""
    name = _sheets().get(plain(sheet), "")
    return ("plans", "assignment") if name == "plans" else (name,) if name else ()


def filled(text: Text, wanted: Table, file: Path, period: str) -> Text:
    """A sheet's filled lines under the contract's names, each with its row in the sheet.

    period : id of the period that the workbook is about; it stands in where a line names none
    """
    rows, issues = _people_named(_rows(text, wanted), _roster(file))
    match wanted.name:
        case "roster":
            rows = [r for r in rows if plain(r.cells.get("appraised", "")) not in _refusals()]
        case "plans":
            rows = [r for r in rows if r.cells.get("plan_name") or r.cells.get("platform")]
        case "assignment":
            rows = [_dated(r, period) for r in rows if r.cells.get("specialist_id")]
        case "pulse":
            rows = [r for r in rows if r.cells.get("answers")]
    if "period_id" in wanted.columns:
        rows = [r if _has_days(r) else _with(r, {"period_id": period}) for r in rows]
    return _numbered(rows, wanted, tuple(issues))


def _rows(text: Text, wanted: Table) -> list[Row]:
    """The lines below the header that hold anything under a known label."""
    at, names = _header(text, wanted)
    cells = text.below(at + 1, len(names)).cells.to_pylist() if names else []
    found = []
    for n, line in enumerate(cells, start=at + 2):
        known = {name: line[str(k)].strip() for k, name in enumerate(names) if name}
        if any(known.values()):
            found += _by_indicator(Row(n, known)) if wanted.name == "targets" else [Row(n, known)]
    return found


def _header(text: Text, wanted: Table) -> tuple[int, list[str]]:
    """The line with the most labels of the table, and what stands below each of its cells."""
    known = labels(wanted.name)
    own = _own_target if wanted.name == "targets" else lambda header: ""
    lines = [[known.get(plain(cell)) or own(cell) for cell in line] for line in text.lines]
    best = max(range(len(lines)), key=lambda n: sum(map(bool, lines[n])), default=0)
    return best, lines[best] if lines else []


@cache
def labels(name: str) -> dict[str, str]:
    """What a header of the table's sheet means, in both languages and in the contract's names."""
    columns = list(contract()[name].columns)
    found = {plain(label(c, lang)): c for c in columns for lang in LANGS}
    found |= {plain(meanings()[c][lang]): c for c in columns for lang in LANGS}
    found |= {plain(c): c for c in columns}
    ids = {"assignment": "specialist_id"}
    own = {"owner": ids.get(name, "?"), "who": "specialist_id", "appraised": "appraised"}
    for key, column in own.items():
        if column in (*columns, "appraised"):
            found |= {plain(word(f"forms.{key}", lang)): column for lang in LANGS}
    if name == "targets":
        stems = [key.removeprefix("indicator.") for key in table() if key.startswith("indicator.")]
        found |= {plain(target_header(i, lang)): f"target.{i}" for i in stems for lang in LANGS}
    return found


def _own_target(header: str) -> str:
    """The id in the header of a target of an indicator that the scheme itself declares."""
    for lang in LANGS:
        before, _, after = target_header("|", lang).partition("|")
        bare = header.strip()
        if bare.startswith(before) and bare.endswith(after) and len(bare) > len(before + after):
            return f"target.{bare[len(before) : len(bare) - len(after)]}"
    return ""


def _by_indicator(row: Row) -> list[Row]:
    """A person's line of targets as a line a target that was set."""
    fixed = {k: v for k, v in row.cells.items() if not k.startswith("target.")}
    return [
        Row(row.number, fixed | {"indicator": name.removeprefix("target."), "target": cell})
        for name, cell in row.cells.items()
        if name.startswith("target.") and cell
    ]


def _dated(row: Row, period: str) -> Row:
    """An owner's line with the days it is for: those typed, else the workbook's period."""
    span = span_of(period)
    days = {"valid_from": str(span.start), "valid_to": str(span.end)} if span else {}
    return _with(row, {name: row.cells.get(name) or day for name, day in days.items()})


def _has_days(row: Row) -> bool:
    """Whether a line says itself what it is about: a period, or a day of a measured figure."""
    return bool(row.cells.get("period_id") or row.cells.get("date"))


def _with(row: Row, cells: dict[str, str]) -> Row:
    return row._replace(cells=row.cells | cells)


def _refusals() -> set[str]:
    return {plain(word("kit.no", lang)) for lang in LANGS} | {"false", "0", "n"}


# ── people by name ───────────────────────────────────────────────────────────────────────────────
def _roster(file: Path) -> dict[str, list[str]]:
    """Ids by name, of the people in the workbook."""
    found: dict[str, list[str]] = defaultdict(list)
    for sheet in sheets(file).shown:
        if tables_in(sheet) == ("roster",):
            for row in _rows(read_text(file, sheet), contract()["roster"]):
                found[row.cells.get("name", "")].append(row.cells.get("specialist_id", ""))
    return found


def person(cell: str, roster: dict[str, list[str]]) -> list[str]:
    """Ids that a cell may mean: 甲一 (S1), a name, or an id as it stands.

    >>> person("甲一 (S1)", {}), person("甲一", {"甲一": ["S1", "S7"]}), person("S1", {})
    (['S1'], ['S1', 'S7'], ['S1'])
    """
    ids = {i for group in roster.values() for i in group}
    if cell in ids or not cell:
        return [cell]
    if cell in roster:
        return roster[cell]
    marked = LABELLED.fullmatch(cell.replace("（", "(").replace("）", ")"))
    return [marked[1]] if marked else [cell]


def _people_named(rows: list[Row], roster: dict[str, list[str]]) -> tuple[list[Row], list[Issue]]:
    """People's names as their ids; a name that several people bear is refused with their ids."""
    done, issues = [], []
    for row in rows:
        cells = dict(row.cells)
        for column in set(PEOPLE) & set(cells):
            ids = person(cells[column], roster)
            if len(ids) > 1:
                near = {"near": [f"{cells[column]} ({i})" for i in ids]}
                found = Issue("several_people", row=row.number, column=column, facts=near)
                issues.append(replace(found, value=cells[column]))
            cells[column] = ids[0]
        done.append(_with(row, cells))
    return done, issues


def _numbered(rows: list[Row], wanted: Table, issues: tuple[Issue, ...]) -> Text:
    """Lines as a text in the contract's names, with the sheet's own row numbers."""
    columns = list(wanted.columns)

    def below(skip: int, width: int) -> Body:
        cells = {str(n): [r.cells.get(c, "") for r in rows] for n, c in enumerate(columns)}
        return Body(coded(cells), np.array([r.number for r in rows], dtype=np.int64), [])

    return Text([columns], below, issues=issues)

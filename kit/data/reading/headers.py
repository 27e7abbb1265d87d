"""Which report a file is (报表识别), and what its columns mean: by the columns a table needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import NamedTuple

from kit.data.issues import Issue
from kit.data.reading.labels import own, sure
from kit.data.reading.reports import Report, reports, said
from kit.data.reading.units import plain
from kit.data.schema import Table, contract

ENOUGH = 3  # matched headers below which a report is not recognised
FEW = 2  # matched headers below which a named report is not believed


@dataclass(frozen=True)
class Header:
    """Where a file's header stands, its cells, and the meaning of each (None: unknown)."""

    report: Report
    first: int  # lines up to and with the header
    cells: list[str]
    names: list[str | None]
    issues: tuple[Issue, ...] = ()

    @property
    def matched(self) -> int:
        """How many cells are known."""
        return sum(name is not None for name in self.names)

    @property
    def lacking(self) -> list[str]:
        """Columns that its table needs and no header, substitute or fixed value gives."""
        return lacking(self.report, {name for name in self.names if name})


class Line(NamedTuple):
    """Where a header may stand: one line or two, the cells, and each of them to be compared."""

    first: int
    cells: list[str]
    words: list[str]
    rows: int = 1

    def header(self, report: Report) -> Header:
        """The line as a header of a report."""
        above = self.first - self.rows
        notes = [Issue("merged_header_rows", "note", count=2)] if self.rows > 1 else []
        notes += [Issue("preamble_lines", "note", count=above)] if above else []
        names = [report.columns.get(word) for word in self.words]
        return Header(report, self.first, self.cells, names, tuple(notes))


def singles(lines: list[list[str]]) -> list[Line]:
    """Every line that is not blank."""
    return [
        Line(n, line, list(map(plain, line)))
        for n, line in enumerate(lines, 1)
        if any(map(str.strip, line))
    ]


def lacking(report: Report, names: set[str]) -> list[str]:
    """Columns that a report's table needs and `names` do not give."""
    if report.table not in contract():
        return []
    there = {said()["contract"].get(name, name) for name in names} | set(report.fixed)
    if "datetime_range" in names:
        there.add("date")
    instead = said()["instead"]
    return [
        column.name
        for column in contract()[report.table].columns.values()
        if not column.nullable
        and column.name not in there
        and not (report.id and there.intersection(instead.get(column.name, ())))
    ]


def recognised(
    lines: list[list[str]],
    table: Table | None,
    named: str = "",
    known: Mapping[str, Report] | None = None,
) -> Header | list[Issue]:
    """The header of a file, of the best report; or why it is none, with what came close.

    A report is recognised when all columns that its table needs are there, whatever else the file
    holds, or when half of its headers are known; a report that was `named` is believed.
    """
    every = reports() if known is None else known
    alone = singles(lines)
    typed = contract_header(alone, table) if table and not named else None
    wanted = [every[named]] if named in every else list(every.values())
    close = [*pairs(lines), *alone]
    found = [header for report in wanted if (header := _best(close, report))]
    fits = [h for h in found if not table or h.report.table == table.name]
    ranked = sorted(fits, key=_rank, reverse=True)
    exports = [header for header in ranked if _accepted(header, named)]
    if typed and not (exports and _rank(exports[0]) > _rank(typed, own=True)):
        if not typed.lacking or not exports or exports[0].lacking:
            return typed
    return exports[0] if exports else [_unknown(lines, found, table, every)]


def _rank(header: Header, *, own: bool = False) -> tuple[bool, int, int]:
    """How well a header fits; of the contract's `own` form only its own words count."""
    matched = surely(header) if own else header.matched
    return not header.lacking, matched, -len(header.report.columns)


def surely(header: Header) -> int:
    """How many cells of the contract's own form are its own words (约定自己的叫法)."""
    words = sure(header.report.table)
    pairs = zip(header.cells, header.names, strict=True)
    return sum(name is not None and plain(cell) in words for cell, name in pairs)


def _accepted(header: Header, named: str) -> bool:
    if named:
        return header.matched >= FEW
    half = header.matched >= sum(map(bool, header.cells)) / 2
    complete = bool(header.report.table) and not header.lacking
    return header.matched >= ENOUGH and (half or complete)


def contract_header(lines: list[Line], table: Table) -> Header | None:
    """The line that holds the contract's own names or labels; half of the needed ones are enough.

    Of the tables that platforms export, too, a file must name the thing it counts by its id, since
    English exports share half of the contract's other words.
    """
    report = own(table.name)
    needed = {c.name for c in table.columns.values() if not c.nullable}
    key = {name for name in needed & set(table.key) if name.endswith("_id")}
    exported = table.name in {r.table for r in reports().values()}
    best = _best(lines, report)
    if best is None:
        return None
    there = needed & set(best.names)
    enough = 2 * len(there) >= len(needed)
    sure = not exported or not key or bool(key & there) or len(there) >= len(needed) - 1
    return best if enough and sure else None


def pairs(lines: list[list[str]]) -> Iterator[Line]:
    """Every two lines of which the upper one holds labels of groups."""
    for n, (up, low) in enumerate(pairwise(lines), 2):
        if cells := _merged(up, low):
            yield Line(n, cells, list(map(plain, cells)), 2)


def _best(lines: list[Line], report: Report) -> Header | None:
    """The line, or pair of lines, that most headers of the report stand in."""
    known = report.columns.keys()
    close = [line for line in lines if not known.isdisjoint(line.words)]
    most = max(close, key=lambda line: sum(word in known for word in line.words), default=None)
    return most.header(report) if most else None


def _merged(up: list[str], low: list[str]) -> list[str]:
    """Group labels above names as one line; a name said twice takes its label in front."""
    labels = [cell for cell in up if cell.strip()]
    if len(labels) < 2 or len(labels) == len(low) or len(up) != len(low):
        return []
    group, cells = "", []
    for above, below in zip(up, low, strict=True):
        group = above.strip() or group
        twice = low.count(below) > 1 and below.strip()
        cells.append(f"{group}{below}" if twice else below.strip() or above.strip())
    return cells


def _unknown(
    lines: list[list[str]],
    found: list[Header],
    table: Table | None,
    known: Mapping[str, Report],
) -> Issue:
    """Why a file is no known report: what came close, and what that one lacks."""
    close = sorted(found, key=lambda h: -h.matched)[:3]
    best = close[0].cells if close else max(lines, key=len, default=[])
    names = [close[0].names[n] if close else None for n in range(len(best))]
    other = next((h for h in sorted(found, key=_rank, reverse=True) if not h.lacking), None)
    is_other = other is not None and _accepted(other, "") and other.report.table
    facts = {
        "close": [f"{h.report.id} ({h.matched}/{sum(map(bool, h.cells))})" for h in close],
        "unknown": [c for c, n in zip(best, names, strict=True) if n is None and c][:20],
        "wanted": table.name if table else "—",
        "lacking": close[0].lacking if close else [],
    }
    if table and other and is_other and other.report.table != table.name:
        return Issue("other_table", facts=facts | {"is": other.report.id, "to": other.report.table})
    return Issue("unknown_report", facts=facts)


def no_column(name: str, header: Header) -> Issue:
    """A column that the table needs and the file has not, with the nearest unknown header."""
    free = [c for c, known in zip(header.cells, header.names, strict=True) if not known and c]
    near = [c for c in free if name in plain(c)] or get_close_matches(name, free, 1, 0.5)
    facts = {"near": near[:1], "found": header.cells}
    return Issue("no_column", column=name, facts=facts)

"""Which report a file is (报表识别), and what its columns mean: aliases are data in headers.yml."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

from kit.data.issues import Issue
from kit.data.schema import Table, beside

UNIT = re.compile(r"\((元|%|次|人|件|单|笔|个|天|秒|[a-z]{3}|¥|\$)\)$")
ENOUGH = 3  # matched headers below which a report is not recognised


@dataclass(frozen=True)
class Report:
    """A kind of file: which table it feeds, what its headers mean, what it never says itself."""

    id: str
    columns: dict[str, str]
    table: str = ""
    name: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    total_when_empty: str = ""


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


def said() -> dict[str, Any]:
    """The file of headers."""
    return beside("reading/headers.yml")


@cache
def reports() -> dict[str, Report]:
    """Every report by id, its headers normalised."""
    found = {}
    for name, report in said()["reports"].items():
        columns = {plain(h): c for h, c in (said()["common"] | report["columns"]).items()}
        empty = plain(report.get("total_when_empty", ""))
        found[name] = Report(name, **report | {"columns": columns, "total_when_empty": empty})
    return found


def own(table: Table) -> Report:
    """The contract's own form of a table, as a report."""
    return Report("", {name: name for name in table.columns}, table.name)


def plain(header: str) -> str:
    """A header for comparing: NFKC, no spaces, lower case, no closing unit.

    >>> plain("\\ufeff消耗（元） "), plain("点击率(%)"), plain("浏览量(PV)"), plain("Lineitem SKU")
    ('消耗', '点击率', '浏览量(pv)', 'lineitemsku')
    """
    text = unicodedata.normalize("NFKC", header.replace("\ufeff", ""))
    return UNIT.sub("", re.sub(r"\s+", "", text).lower())


def unit(header: str) -> str:
    """The unit that closes a header, or ""."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", header).lower())
    return found[1] if (found := UNIT.search(text)) else ""


def recognised(
    lines: list[list[str]], table: Table | None, named: str = ""
) -> Header | list[Issue]:
    """The header of a file, of the best report; or why it is none, with what came close."""
    if table and (header := _in_contract_form(lines, table)):
        return header
    known = [r for r in reports().values() if named in ("", r.id)]
    found = [h for r in known if (h := _best(lines, r))]
    fits = [h for h in found if not table or h.report.table == table.name]
    for header in sorted(fits, key=lambda h: (h.matched, -len(h.report.columns)), reverse=True):
        if header.matched >= ENOUGH and header.matched >= sum(map(bool, header.cells)) / 2:
            return header
    return [_unknown(lines, found, table)]


def _in_contract_form(lines: list[list[str]], table: Table) -> Header | None:
    """The contract's names on the first line; half of the needed ones are enough to say so."""
    cells = lines[0] if lines else []
    names = [plain(cell) if plain(cell) in table.columns else None for cell in cells]
    needed = {c.name for c in table.columns.values() if not c.nullable}
    enough = 2 * len(needed & set(names)) >= len(needed)
    return Header(own(table), 1, cells, names) if enough else None


def _best(lines: list[list[str]], report: Report) -> Header | None:
    """The line, or pair of lines, that most headers of the report stand in."""
    singles = [_header(report, n, line) for n, line in enumerate(lines)]
    pairs = [merged(report, n, up, low) for n, (up, low) in enumerate(pairwise(lines))]
    every = [h for h in [*pairs, *singles] if h and h.matched]
    return max(every, key=lambda h: h.matched, default=None)


def _header(report: Report, at: int, cells: list[str]) -> Header:
    preamble = (Issue("preamble_lines", "note", count=at),) if at else ()
    return Header(report, at + 1, cells, [report.columns.get(plain(c)) for c in cells], preamble)


def merged(report: Report, at: int, up: list[str], low: list[str]) -> Header | None:
    """Two header lines: group labels above names; a name said twice takes its label in front."""
    labels = [cell for cell in up if cell.strip()]
    if len(labels) < 2 or len(labels) == len(low) or len(up) != len(low):
        return None
    group, cells = "", []
    for above, below in zip(up, low, strict=True):
        group = above.strip() or group
        twice = low.count(below) > 1 and below.strip()
        cells.append(f"{group}{below}" if twice else below.strip() or above.strip())
    header = _header(report, at + 1, cells)
    notes = [Issue("merged_header_rows", "note", count=2)]
    notes += [Issue("preamble_lines", "note", count=at)] if at else []
    return Header(report, header.first, cells, header.names, tuple(notes))


def _unknown(lines: list[list[str]], found: list[Header], table: Table | None) -> Issue:
    close = sorted(found, key=lambda h: -h.matched)[:3]
    best = close[0].cells if close else max(lines, key=len, default=[])
    names = [close[0].names[n] if close else None for n in range(len(best))]
    facts = {
        "close": [f"{h.report.id} ({h.matched}/{sum(map(bool, h.cells))})" for h in close],
        "unknown": [c for c, n in zip(best, names, strict=True) if n is None and c][:20],
        "wanted": table.name if table else "—",
    }
    return Issue("unknown_report", facts=facts)

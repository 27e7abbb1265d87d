"""What each file is (认识文件): an export, HR's list of people, the kit's own workbook, or none."""

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from kit.data.reading.filled import tables_in
from kit.data.reading.folder import identified_lines
from kit.data.reading.headers import Header
from kit.data.reading.reports import Report, known
from kit.data.reading.text import read_head
from kit.data.reading.workbook import sheets
from kit.errors import Fault, KitError
from kit.start import people
from kit.words import word

BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Kind(Enum):
    """What a file is to a company."""

    EXPORT = "export"
    ROSTER = "roster"
    WORKBOOK = "workbook"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Recognised:
    """A file, or one sheet of it: its kind, the table it feeds, the platform's report it is."""

    file: Path
    sheet: str
    kind: Kind
    table: str = ""
    report: str = ""
    name: dict[str, str] = field(default_factory=dict, compare=False)  # of the report
    unused: tuple[str, ...] = ()  # headers that nobody reads
    why: tuple[Fault, ...] = field(default=(), compare=False)  # of a file that is none of these

    def told(self, lang: str) -> str:
        """What it is, in words."""
        if self.kind is Kind.EXPORT:
            return self.name.get(lang, self.report) or word(f"table.{self.table}", lang)
        return word(f"start.is_{self.kind.value}", lang)


def recognise(file: Path, own: Path | None = None) -> list[Recognised]:
    """Every sheet of a file that is of use; the file itself as unknown when none is.

    own : the company's own reports
    """
    try:
        names = _sheets(file)
        if _is_own(names):
            return [Recognised(file, "", Kind.WORKBOOK)]
        each = [_one(file, sheet, known(own)) for sheet in names or ("",)]
    except KitError as error:
        return [Recognised(file, "", Kind.UNKNOWN, why=error.faults)]
    return [r for r in each if r.kind is not Kind.UNKNOWN] or each[:1]


def is_workbook(file: Path) -> bool:
    """Whether a file is the kit's own workbook."""
    return _is_own(_sheets(file))


def _is_own(sheets_of: tuple[str, ...]) -> bool:
    return {"roster", "plans"} <= {t for sheet in sheets_of for t in tables_in(sheet)}


def _sheets(file: Path) -> tuple[str, ...]:
    with file.open("rb") as opened:
        return sheets(file).shown if opened.read(4) in BOOKS else ()


def _one(file: Path, sheet: str, every: dict[str, Report]) -> Recognised:
    lines = read_head(file, sheet)
    table, header = identified_lines(lines, every)
    if table not in ("", "roster") and header and not header.lacking:
        return _export(file, sheet, table, header)
    if people.header(lines):
        return Recognised(file, sheet, Kind.ROSTER)
    if table and header:
        return _export(file, sheet, table, header)
    first = next((line for line in lines if any(line)), [])
    facts = {"file": file.name, "headers": [c for c in first if c][:8]}
    return Recognised(file, sheet, Kind.UNKNOWN, why=(Fault("start.unknown_file", facts),))


def _export(file: Path, sheet: str, table: str, header: Header) -> Recognised:
    unused = [c for c, n in zip(header.cells, header.names, strict=True) if c and not n]
    report = header.report
    return Recognised(file, sheet, Kind.EXPORT, table, report.id, report.name, tuple(unused))

"""A company's data folder (数据文件夹): the table of each file and sheet, by name or header."""

from dataclasses import dataclass, field
from pathlib import Path

from kit.data.issues import Issue
from kit.data.reading.headers import Header, contract_header, recognised, singles, surely
from kit.data.reading.labels import table_of
from kit.data.reading.place import BOOKS, SUFFIXES, Place, Source, is_system, shown, unread
from kit.data.reading.reports import Report, known
from kit.data.reading.terms import Terms
from kit.data.reading.text import read_head
from kit.data.reading.workbook import hidden, sheets
from kit.data.schema import contract
from kit.errors import DataError
from kit.words import LANGS, word


@dataclass
class _Finds:
    """What a folder holds: places by table, and what is to be said of the rest."""

    places: dict[str, list[Place]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    system: list[str] = field(default_factory=list)

    def add(self, table: str, place: Place) -> None:
        """A place of a table."""
        self.places.setdefault(table, []).append(place)


def folder_sources(folder: Path, terms: Terms) -> tuple[dict[str, Source], list[Issue]]:
    """Files, folders and sheets named like tables, and any other file whose header is known."""
    if not folder.is_dir():
        return {}, [Issue("no_folder", file=shown(folder))]
    finds = _Finds()
    others = _named_files(folder, finds)
    _recognised(_named_sheets(others, finds), finds, terms)
    whole = {place.file for places in finds.places.values() for place in places if not place.sheet}
    for file in (f for f in others if f.suffix.lower() in BOOKS and f not in whole):
        finds.issues += hidden(sheets(file), file)  # of a book read as a whole, reading tells it
    finds.issues += unread(folder)
    if finds.system:
        finds.issues.append(Issue("system_file", "note", facts={"files": finds.system}))
    found = {
        table: Source(table, tuple(finds.places[table]), terms)
        for table in contract()
        if table in finds.places
    }
    outside = [f for s in found.values() for f in s.files if not _inside(f, folder)]
    return found, [*finds.issues, *(Issue("link_outside", file=shown(f)) for f in outside)]


def _inside(file: Path, folder: Path) -> bool:
    return file.resolve().is_relative_to(folder.resolve())


def _named_files(folder: Path, finds: _Finds) -> list[Path]:
    """Files and folders named like tables; the other files of the folder itself are left."""
    rest = []
    order = {suffix: n for n, suffix in enumerate(SUFFIXES)}
    for path in sorted(folder.iterdir(), key=lambda p: (order.get(p.suffix.lower(), 99), p.name)):
        if path.is_dir():
            table = table_of(path.name)
            inside = sorted(f for f in path.rglob("*") if f.suffix.lower() in SUFFIXES)
            for file in inside if table else []:
                _kept(table, file, finds)
            if inside and not table:
                finds.issues.append(Issue("folder_not_used", "note", file=shown(path)))
        elif path.suffix.lower() in SUFFIXES or is_system(path):
            table = table_of(path.stem)
            if table or is_system(path):
                _kept(table, path, finds)
            else:
                rest.append(path)
    return rest


def _kept(table: str, file: Path, finds: _Finds) -> None:
    if is_system(file):
        finds.system += [shown(file)] if file.suffix.lower() in SUFFIXES else []
    else:
        finds.add(table, Place(file))


def _named_sheets(files: list[Path], finds: _Finds) -> list[Place]:
    """Sheets named like tables; what is left are files and sheets to be recognised."""
    rest: list[Place] = []
    taken = set(finds.places)
    guides = {word("forms.guide", lang) for lang in LANGS}
    for file in files:
        book = sheets(file) if file.suffix.lower() in BOOKS else None
        if book is None or not book.shown:
            rest.append(Place(file))
            continue
        named = {name: table_of(name) for name in book.shown if table_of(name)}
        _used(named, file, taken, finds)
        others = [name for name in book.shown if name not in named and name not in guides]
        if named:
            rest += [Place(file, name) for name in others]
        elif others:
            rest += [Place(file, name) for name in others] if len(others) > 1 else [Place(file)]
    return rest


def _used(named: dict[str, str], file: Path, taken: set[str], finds: _Finds) -> None:
    """Take the sheets of a workbook named like tables, but those that a file already gives."""
    for name, table in named.items():
        if table in taken:
            at = {"sheet": name}
            finds.issues.append(Issue("sheet_not_used", "warn", table, shown(file), facts=at))
        else:
            finds.add(table, Place(file, name))


def _recognised(rest: list[Place], finds: _Finds, terms: Terms) -> None:
    """Files that are named like no table, by their headers; what is of no use is named."""
    taken = set(finds.places)
    reports = known(terms.reports)
    for place in rest:
        table, header = identified(place, reports)
        if header is None or not table:
            rule = "sheet_unknown" if place.sheet else "file_not_used"
            finds.issues.append(Issue(rule, "warn", file=place.told))
        elif not header.report.id and table in taken:
            finds.issues.append(Issue("file_beside", "warn", table, place.told))
        else:
            finds.add(table, place)
            facts = {"is": header.report.id or "—"}
            finds.issues.append(Issue("file_recognised", "note", table, place.told, facts=facts))


def identified(place: Place, reports: dict[str, Report]) -> tuple[str, Header | None]:
    """The table that a file feeds, by its headers alone, and its header; "" when none is known."""
    try:
        lines = read_head(place.file, place.sheet)
    except (DataError, OSError):
        return "", None
    return identified_lines(lines, reports, place.report)


def identified_lines(
    lines: list[list[str]], reports: dict[str, Report], named: str = ""
) -> tuple[str, Header | None]:
    """The same of lines: a report, or the contract table whose needed columns are all there."""
    found = recognised(lines, None, named, reports)
    best = found if isinstance(found, Header) else None
    if named:
        return (best.report.table, best) if best else ("", None)
    alone = singles(lines)
    typed = [
        (header, name)
        for name, table in contract().items()
        if (header := contract_header(alone, table)) and not header.lacking
    ]
    if typed:
        header, name = max(typed, key=lambda pair: pair[0].matched)
        if best is None or best.lacking or surely(header) >= best.matched:
            return name, header
    return (best.report.table, best) if best else ("", None)

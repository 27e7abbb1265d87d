"""Workbooks (Excel 工作簿): values by calamine, and one look at a sheet's XML for all else."""

import datetime as dt
import html
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kit.data.issues import Issue
from kit.data.reading.cells import Place, Remarks, Text, typed_grid, with_issues
from kit.data.reading.old_excel import remarks_of
from kit.data.reading.place import shown
from kit.errors import DataError

MOST_BYTES = 400_000_000  # of text, packed or not: about four million rows; beyond it, Parquet
CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)",
    re.S,
)
HINTS = (b"<f", b":f", b't="e"', b"t='e'")  # without them no cell is a formula or an error
REFERENCE = re.compile(r"([A-Z]+)(\d+)")
ZERO = re.compile(rb"<(?:\w+:)?v>\s*(?:0|0\.0*)?\s*</(?:\w+:)?v>")


@dataclass(frozen=True)
class Sheets:
    """The sheets of a workbook by what becomes of them.

    held : hidden ones with rows below a header; _names are a program's own
    """

    shown: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()


def sheets(path: Path) -> Sheets:
    """Names of the sheets of a workbook; none when it cannot be opened or is no workbook."""
    try:
        return _sheets(CalamineWorkbook.from_path(path))
    except (CalamineError, OSError, zipfile.BadZipFile):
        return Sheets()


def hidden(book: Sheets, file: Path) -> list[Issue]:
    """That sheets with rows are hidden and not read (隐藏的工作表), if so."""
    facts = {"sheets": list(book.held)}
    return [Issue("hidden_sheet", "warn", file=shown(file), facts=facts)] if book.held else []


def _sheets(book: CalamineWorkbook) -> Sheets:
    worksheets = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    seen = tuple(s.name for s in worksheets if s.visible == SheetVisibleEnum.Visible)
    rest = [s.name for s in worksheets if s.name not in seen and not s.name.startswith("_")]
    held = tuple(name for name in rest if book.get_sheet_by_name(name).height > 1)
    charts = tuple(s.name for s in book.sheets_metadata if s.typ != SheetTypeEnum.WorkSheet)
    return Sheets(seen, held, charts)


def excel(raw: bytes, path: Path, sheet: str, rows: int | None = None) -> Text:
    """A sheet as cells, the first visible one unless it is named; `rows` reads its head alone."""
    packed = _unpacked(raw, path) if raw[:2] == b"PK" else None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        names = _sheets(book)
        if (sheet and sheet not in book.sheet_names) or not names.shown and not sheet:
            found = list(names.shown)
            raise DataError("data.no_sheet", file=path.name, sheet=sheet, found=found)
        name = sheet or names.shown[0]
        cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=rows)
        remarks = _looked(raw, packed, name) if rows is None else Remarks()
    except (CalamineError, IndexError, zipfile.BadZipFile, KeyError) as error:
        raise DataError("data.broken_file", file=path.name, found=str(error)[:80]) from None
    columns = [list(column) for column in zip(*cells, strict=True)]
    text = typed_grid(columns, shown_cell, remarks)
    formulas = len(remarks.formulas)
    notes = [Issue("formula_cells", "warn", "", path.name, count=formulas)] if formulas else []
    if packed and not _sheet_part(packed, name):
        notes.append(Issue("cells_not_looked_at", "warn", "", path.name))
    return with_issues(text, notes)


def _looked(raw: bytes, packed: zipfile.ZipFile | None, name: str) -> Remarks:
    """What a sheet says of its cells besides their values."""
    return _remarks(packed, name) if packed else remarks_of(raw, name)


def _unpacked(raw: bytes, path: Path) -> zipfile.ZipFile:
    """The parts of a workbook; one that would unpack beyond the limit is refused."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile as error:
        raise DataError("data.broken_file", file=path.name, found=str(error)[:80]) from None
    if sum(part.file_size for part in packed.infolist()) > MOST_BYTES // 2:
        raise DataError("data.too_big", file=path.name, limit=MOST_BYTES // 2 // 10**6)
    return packed


def _remarks(packed: zipfile.ZipFile, sheet: str) -> Remarks:
    """Errors, formulas, merged and hidden cells of a sheet."""
    part = _sheet_part(packed, sheet)
    if not part:
        return Remarks()
    xml = packed.read(part)
    book = packed.read("xl/workbook.xml")
    calculate = bool(re.search(rb"fullCalcOnLoad\s*=\s*[\"'](?:1|true)", book))
    errors, formulas, open_ones = _odd_cells(xml, calculate)
    hidden_rows, hidden_columns = _hidden(xml)
    merged = tuple(_area(found.decode()) for found in _attributes(xml, b"mergeCell", b"ref"))
    return Remarks(errors, formulas, open_ones, merged, hidden_rows, hidden_columns)


def _sheet_part(packed: zipfile.ZipFile, sheet: str) -> str:
    """The XML of a sheet in an .xlsx; "" in an OpenDocument or binary workbook."""
    names = {n.lstrip("/") for n in packed.namelist()}
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    files = _pairs(packed, "xl/_rels/workbook.xml.rels", "Relationship", "Id", "Target")
    ids = _pairs(packed, "xl/workbook.xml", "sheet", "name", "r:id")
    part = files.get(ids.get(sheet, ""), "").removeprefix("/xl/")
    return f"xl/{part}" if f"xl/{part}" in names else ""


def _odd_cells(
    xml: bytes, calculate: bool
) -> tuple[dict[Place, str], tuple[Place, ...], tuple[Place, ...]]:
    """Error cells, formula cells, and formulas without a result: nothing, or 0 that is to be
    calculated when a spreadsheet opens the book."""
    errors: dict[Place, str] = {}
    formulas: list[Place] = []
    uncalculated: list[Place] = []
    if not any(hint in xml for hint in HINTS):
        return errors, (), ()
    for found in CELL.finditer(xml):
        head = found[1]
        inner = found[2] or b""
        is_formula = re.search(rb"<(?:\w+:)?f[ >/]", inner) is not None
        is_error = re.search(rb"""\bt=["']e["']""", head) is not None
        if not (is_formula or is_error):
            continue
        place = _place(head)
        if is_error:
            value = re.search(rb"<(?:\w+:)?v>(.*?)</", inner)
            errors[place] = value[1].decode(errors="replace") if value else "#N/A"
        if is_formula:
            formulas.append(place)
            stored = re.search(rb"<(?:\w+:)?v>[^<]", inner) is not None
            if not stored or (calculate and ZERO.search(inner)):
                uncalculated.append(place)
    return errors, tuple(formulas), tuple(uncalculated)


def _place(head: bytes) -> Place:
    found = re.search(rb"""\br=["']([A-Z]+)(\d+)["']""", head)
    if not found:
        return Place(0, -1)
    return Place(int(found[2]), _column(found[1].decode()))


def _column(letters: str) -> int:
    n = 0
    for letter in letters:
        n = n * 26 + ord(letter) - 64
    return n - 1


def _area(reference: str) -> tuple[int, int, int, int]:
    ends = REFERENCE.findall(reference)
    first = ends[0]
    last = ends[-1]
    return int(first[1]), _column(first[0]), int(last[1]), _column(last[0])


def _attributes(xml: bytes, tag: bytes, name: bytes) -> list[bytes]:
    """An attribute of every such tag."""
    if b"<" + tag not in xml and b":" + tag not in xml:
        return []
    return re.findall(rb"<(?:\w+:)?" + tag + rb"\s[^>]*?\b" + name + rb"""=["']([^"']+)["']""", xml)


def _hidden(xml: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Hidden (or filtered) rows, and hidden columns."""
    if b"hidden=" not in xml:
        return frozenset(), frozenset()
    rows, columns = set(), set()
    for head in re.findall(rb"<(?:\w+:)?row\s([^>]*)>", xml):
        if re.search(rb"""hidden=["'](?:1|true)""", head):
            number = re.search(rb"""\br=["'](\d+)""", head)
            rows.add(int(number[1]) if number else 0)
    for head in re.findall(rb"<(?:\w+:)?col\s([^>]*)>", xml):
        if re.search(rb"""hidden=["'](?:1|true)""", head):
            ends = dict(re.findall(rb"""(min|max)=["'](\d+)""", head))
            columns |= set(range(int(ends.get(b"min", b"1")) - 1, int(ends.get(b"max", b"1"))))
    return frozenset(rows), frozenset(columns)


def _pairs(packed: zipfile.ZipFile, part: str, tag: str, key: str, value: str) -> dict[str, str]:
    """Two attributes of every such tag in a part of a workbook, the one by the other."""
    text = packed.read(part).decode(errors="replace")
    held = [
        dict(re.findall(r"""([\w:]+)\s*=\s*["']([^"']*)["']""", found))
        for found in re.findall(rf"<(?:\w+:)?{tag}\s[^>]*>", text)
    ]
    return {html.unescape(h.get(key, "")): h.get(value, "") for h in held}


def shown_cell(value: Any) -> str:
    """A cell as it would be typed; a number beyond 15 digits shows that it was rounded."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ")
    return str(value)

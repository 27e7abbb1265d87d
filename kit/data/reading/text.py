"""A file of any kind → cells of text (文件解码): CSV in any encoding, Excel, HTML, Parquet.

Nothing is guessed about types here, every cell stays as it was written, and no file can take more
memory than a few times MOST_BYTES. A column is kept as its different cells and their places
(字典编码), so that whoever reads it looks at each cell once.
"""

import codecs
import csv
import datetime as dt
import html
import html.parser
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from kit.data.issues import Issue
from kit.errors import DataError

MOST_BYTES = 400_000_000  # of text, packed or not: about four million rows; beyond it, Parquet
LONGEST = 1 << 22  # bytes of one line, and of one cell
HEAD = 60  # lines in which a header is looked for
CODED = pa.dictionary(pa.int32(), pa.binary())


class Body(NamedTuple):
    """What stands under a header: columns "0", "1", … of coded text, and each row's number."""

    cells: pa.Table
    rows: np.ndarray
    issues: list[Issue]


class Text(NamedTuple):
    """A file's first lines as cells, and its rows below line n (`below(n, width)`)."""

    lines: list[list[str]]
    below: Callable[[int, int], Body]
    comma: bool = False  # decimals are written with a comma
    issues: tuple[Issue, ...] = ()


def read_text(path: Path, sheet: str = "") -> Text:
    """The file as text, whatever its suffix says it is; DataError when it cannot be read safely."""
    if path.stat().st_size > MOST_BYTES:
        raise DataError("data.too_big", file=path.name, limit=MOST_BYTES // 10**6)
    raw = path.read_bytes()
    if raw[:4] == b"PAR1":
        return _parquet(path)
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _excel(raw, path, sheet)
    data, encoding = encoded(raw, path)
    if data[:2000].lstrip().lower().startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        return grid(_tables(data.decode(encoding, "replace")))
    return _csv(data, encoding, path)


def encoded(raw: bytes, path: Path) -> tuple[bytes, str]:
    """The text and its encoding: byte-order mark, then NULs (UTF-16), strict UTF-8, GB18030.

    GB18030 stays as it is: no letter of it holds the byte of a comma, a quote or a line end.
    """
    marked = raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    if marked or b"\0" in raw[:2000]:
        low = raw[1:2000:2].count(0) > raw[:2000:2].count(0)
        order = ["utf-16" if marked else "utf-16-le" if low else "utf-16-be"]
    else:
        raw, order = raw.removeprefix(codecs.BOM_UTF8), ["utf-8", "gb18030"]
    for encoding in order:
        if encoding.startswith("utf-16") and _valid(raw, encoding):
            return raw.decode(encoding).encode(), "utf-8"
        if _valid(raw, encoding):
            return raw, encoding
    raise DataError("data.encoding", file=path.name, tried=order)


def _valid(raw: bytes, encoding: str) -> bool:
    """Whether the text is of that encoding; of GB18030 the start, each cell is checked later."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(raw) if encoding != "gb18030" else LONGEST, LONGEST):
            decoder.decode(raw[at : at + LONGEST], final=at + LONGEST >= len(raw))
    except UnicodeDecodeError:
        return False
    return True


def _csv(data: bytes, encoding: str, path: Path) -> Text:
    first = codecs.getincrementaldecoder(encoding)().decode(data[:LONGEST]).splitlines()[:HEAD]
    mark = max("\t;,", key=lambda m: max((line.count(m) for line in first), default=0))
    try:
        lines = list(csv.reader(first, delimiter=mark))
    except csv.Error:
        raise DataError("data.long_line", file=path.name, limit=LONGEST // 1000) from None

    def below(skip: int, width: int) -> Body:
        names, odd = [str(n) for n in range(width)], []

        def keep(row: Any) -> str:
            odd.append((row.number, row.text or ""))
            return "skip"

        parse = pc_csv.ParseOptions(
            delimiter=mark,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=keep if encoding == "utf-8" else None,
        )
        read = pc_csv.ReadOptions(
            use_threads=False, column_names=names, skip_rows=skip, block_size=LONGEST
        )
        types = pc_csv.ConvertOptions(
            column_types=dict.fromkeys(names, CODED), strings_can_be_null=False
        )
        if not re.compile(rb"\S").search(data, _start(data, skip)):
            return Body(coded({n: [] for n in names}), np.array([]), [])
        try:
            cells = pc_csv.read_csv(io.BytesIO(data), read, parse, types)
            cells = pa.table({n: _letters(cells[n], encoding, path) for n in names})
        except pa.ArrowInvalid as error:
            if encoding == "utf-8":
                raise DataError("data.broken_line", file=path.name, found=str(error)[:80]) from None
            return _csv(_utf8(data, encoding, path), "utf-8", path).below(skip, width)
        rows = np.arange(1, len(cells) + len(odd) + 1) + skip
        rows = np.delete(rows, [number - skip - 1 for number, _ in odd])
        return Body(cells, rows, list(_ragged(odd, mark, path)))

    whole = data.endswith((b"\n", b"\r"))
    cut = () if whole else (Issue("cut_line", "warn", row=data.count(b"\n") + 1),)
    return Text(lines, below, mark == ";", cut)


def _utf8(data: bytes, encoding: str, path: Path) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError:
        raise DataError("data.encoding", file=path.name, tried=[encoding]) from None


def _letters(column: pa.ChunkedArray, encoding: str, path: Path) -> pa.Array:
    """A coded column of bytes as one of text: each different cell is decoded once."""
    one = column.unify_dictionaries().combine_chunks()
    one = one.chunk(0) if isinstance(one, pa.ChunkedArray) else one
    words = one.dictionary.cast(pa.string(), safe=encoding == "utf-8")
    if encoding != "utf-8" and not pc.all(pc.string_is_ascii(words), min_count=0).as_py():
        cells = [_utf8(cell, encoding, path) for cell in one.dictionary.to_pylist()]
        words = pa.array(cells, pa.binary()).cast(pa.string())
    return pa.DictionaryArray.from_arrays(one.indices, words)


def _start(data: bytes, lines: int) -> int:
    """Where the line after the first ones begins."""
    at = 0
    for _ in range(lines):
        at = data.find(b"\n", at) + 1 or len(data)
    return at


def coded(columns: dict[str, Any]) -> pa.Table:
    """Columns of text, each as its different cells and their places."""
    return pa.table({n: pa.array(c, pa.string()).dictionary_encode() for n, c in columns.items()})


def _ragged(odd: list[tuple[int, str]], mark: str, path: Path) -> list[Issue]:
    """Lines of another width: a remark in one cell is left out and said, any other is refused."""
    remarks = [(n, t) for n, t in odd if not t.strip(mark + '" \r\n').count(mark)]
    broken = [(n, t) for n, t in odd if (n, t) not in remarks]
    return [
        Issue(rule, severity, "", path.name, found[0][0], value=found[0][1][:60], count=len(found))
        for rule, severity, found in (
            ("remark_line", "note", remarks),
            ("ragged_line", "refuse", broken),
        )
        if found
    ]


def _excel(raw: bytes, path: Path, sheet: str) -> Text:
    packed = _unpacked(raw, path) if raw[:2] == b"PK" else None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        shown = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        if sheet and sheet not in book.sheet_names:
            raise DataError("data.no_sheet", file=path.name, sheet=sheet, found=shown)
        cells = book.get_sheet_by_name(sheet or shown[0]).to_python(skip_empty_area=False)
        formulas = _formulas(packed, sheet or shown[0]) if packed else 0
    except (CalamineError, IndexError, zipfile.BadZipFile, KeyError) as error:
        raise DataError("data.broken_file", file=path.name, found=str(error)[:80]) from None
    issues = (Issue("formula_cells", "warn", "", path.name, count=formulas),) if formulas else ()
    return grid([[_cell(value) for value in row] for row in cells])._replace(issues=issues)


def _unpacked(raw: bytes, path: Path) -> zipfile.ZipFile:
    """The parts of a workbook; one that would unpack beyond the limit is refused."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(raw))
    except zipfile.BadZipFile as error:
        raise DataError("data.broken_file", file=path.name, found=str(error)[:80]) from None
    if sum(part.file_size for part in packed.infolist()) > MOST_BYTES // 2:
        raise DataError("data.too_big", file=path.name, limit=MOST_BYTES // 2 // 10**6)
    return packed


def _formulas(packed: zipfile.ZipFile, sheet: str) -> int:
    """Count of a sheet's formula cells."""
    names = {n.lstrip("/") for n in packed.namelist()}
    files = _pairs(packed, "xl/_rels/workbook.xml.rels", "Relationship", "Id", "Target")
    ids = _pairs(packed, "xl/workbook.xml", "sheet", "name", "r:id")
    part = files.get(ids.get(sheet, ""), "").removeprefix("/xl/")
    part = f"xl/{part}" if f"xl/{part}" in names else ""
    return len(re.findall(rb"<(?:\w+:)?f[ >/]", packed.read(part))) if part else 0


def _pairs(packed: zipfile.ZipFile, part: str, tag: str, key: str, value: str) -> dict[str, str]:
    """Two attributes of every such tag in a part of a workbook, the one by the other."""
    text = packed.read(part).decode(errors="replace")
    held = [
        dict(re.findall(r"""([\w:]+)\s*=\s*["']([^"']*)["']""", found))
        for found in re.findall(rf"<(?:\w+:)?{tag}\s[^>]*>", text)
    ]
    return {html.unescape(h.get(key, "")): h.get(value, "") for h in held}


def _cell(value: object) -> str:
    """A cell as it would be typed; a number beyond 15 digits shows that it was rounded."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime):
        return str(value.date()) if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def grid(cells: list[list[str]]) -> Text:
    """Rows already in memory."""

    def below(skip: int, width: int) -> Body:
        rows = [(row + [""] * width)[:width] for row in cells[skip:]]
        columns = zip(*rows, strict=True) if rows else [()] * width
        table = coded({str(n): column for n, column in enumerate(columns)})
        return Body(table, np.arange(skip + 1, len(cells) + 1), [])

    return Text(cells[:HEAD], below)


def _parquet(path: Path) -> Text:
    try:
        held = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError("data.broken_file", file=path.name, found=str(error)[:80]) from None

    def below(skip: int, width: int) -> Body:
        cells = {
            str(n): c.cast(pa.string()).fill_null("").combine_chunks()
            for n, c in enumerate(held.columns)
        }
        return Body(coded(cells), np.arange(1, len(held) + 1), [])

    return Text([held.column_names], below)


class _Cells(html.parser.HTMLParser):
    """Cells of every table row of an HTML page; nothing in it is run or fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.span = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """A row or a cell begins."""
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            wide = dict(attrs).get("colspan") or "1"
            self.span = min(int(wide), 500) - 1 if wide.isdigit() else 0

    def handle_data(self, data: str) -> None:
        """Text inside a cell."""
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()

    def handle_endtag(self, tag: str) -> None:
        """A cell ends; a wide one leaves empty cells behind."""
        if tag in ("td", "th") and self.rows:
            self.rows[-1] += [""] * self.span
            self.span = 0


def _tables(page: str) -> list[list[str]]:
    parser = _Cells()
    parser.feed(page)
    return [row for row in parser.rows if row]

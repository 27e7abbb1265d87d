"""A file of any kind → cells of text (文件解码): CSV in any encoding, Excel, HTML, Parquet.

Nothing is guessed about types here, every cell stays as it was written, and no file can take more
memory than a few times MOST_BYTES. A column is kept as its different cells and their places
(字典编码), so that whoever reads it looks at each cell once.
"""

import codecs
import csv
import io
import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq

from kit.data.issues import Issue
from kit.data.reading.cells import HEAD, Body, Kind, Text, coded
from kit.data.reading.encoding import LONGEST, WESTERN, encoded
from kit.data.reading.foreign import refuse, refuse_markup, refuse_packed
from kit.data.reading.webpage import page
from kit.data.reading.workbook import MOST_BYTES, excel
from kit.errors import DataError

CODED = pa.dictionary(pa.int32(), pa.binary())
MARKS = (",", "\t", ";", "|")
HEAD_BYTES = 1 << 18  # of a long file, in which its header is looked for
WEB = re.compile(  # what begins a page of the web, such as a login instead of an export
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|body|table|meta|form|div)",
    re.I | re.S,
)
SEP = re.compile(r"^\s*\"?sep=(.)\"?\s*$", re.I)


def read_text(path: Path, sheet: str = "") -> Text:
    """The file as text, whatever its suffix says it is; DataError when it cannot be read safely."""
    if path.stat().st_size > MOST_BYTES:
        raise DataError("data.too_big", file=path.name, limit=MOST_BYTES // 10**6)
    raw = path.read_bytes()
    if raw[:4] == b"PAR1":
        return _parquet(path)
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        refuse_packed(raw, path)
        return excel(raw, path, sheet)
    refuse(raw, path)
    data, encoding = encoded(raw, path)
    data = _lines(data)
    notes: tuple[Issue, ...] = ()
    if encoding == WESTERN:
        notes = (Issue("encoding_assumed", "warn", "", path.name, value="Windows-1252"),)
        encoding = "utf-8"
    if b"\0" in data:
        raise DataError("data.nul_bytes", file=path.name)
    if WEB.match(data[:4000]):
        text = page(data.decode(encoding, "replace"))
        if not any(cell.strip() for line in text.lines for cell in line):
            raise DataError("data.web_page", file=path.name)
    else:
        refuse_markup(data, path)
        text = _csv(data, encoding, path)
    return text._replace(issues=(*text.issues, *notes))


def _lines(data: bytes) -> bytes:
    """Lines that end as on old Macs, with a carriage return alone, end as all others do."""
    return data.replace(b"\r", b"\n") if b"\n" not in data else data


def read_head(path: Path, sheet: str = "") -> list[list[str]]:
    """The first lines of a file as cells, without reading the rest of it where that is long."""
    with path.open("rb") as file:
        raw = file.read(HEAD_BYTES)
    if raw[:4] == b"PAR1":
        return [pq.read_schema(path).names]
    if raw[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return excel(path.read_bytes(), path, sheet, HEAD).lines
    if len(raw) < HEAD_BYTES or b"<table" in raw[:2000].lower():
        return read_text(path, sheet).lines
    ends = (b"\n\0", b"\0\n", b"\r\0", b"\0\r")
    whole = max(raw.rfind(end) + len(end) for end in ends) if b"\0" in raw else 0
    last = raw.rfind(b"\n" if b"\n" in raw else b"\r") + 1
    data, encoding = encoded(raw[: whole or last], path)
    data = _lines(data)
    return _csv(data, "utf-8" if encoding == WESTERN else encoding, path).lines


class _Csv(NamedTuple):
    """A CSV file's bytes, and how they are read."""

    data: bytes
    encoding: str
    path: Path
    mark: str

    @property
    def is_whole(self) -> bool:
        """Whether its last line has an end."""
        return self.data.endswith((b"\n", b"\r"))


def _csv(data: bytes, encoding: str, path: Path) -> Text:
    top = data[: min(_start(data, HEAD), LONGEST)]
    text = codecs.getincrementaldecoder(encoding)().decode(top)
    first = text.removesuffix("\n").replace("\r\n", "\n").split("\n")[:HEAD]  # lines as below
    try:
        mark = separator(first)
        lines = list(csv.reader(first, delimiter=mark))
    except csv.Error:
        raise DataError("data.long_line", file=path.name, limit=LONGEST // 1000) from None
    file = _Csv(data, encoding, path, mark)
    cut = () if file.is_whole else (Issue("cut_line", "warn", row=data.count(b"\n") + 1),)
    return Text(lines, partial(_below, file), mark == ";", cut)


def _below(file: _Csv, skip: int, width: int) -> Body:
    """The rows of a CSV below its first lines; those of another width are said or refused."""
    data, encoding, path, mark = file
    names = [str(n) for n in range(width)]
    if not re.compile(rb"\S").search(data, _start(data, skip)):
        return Body(coded({n: [] for n in names}), np.array([], np.int64), [])
    try:
        cells, odd = _cells(file, skip, names)
    except pa.ArrowInvalid as error:
        if encoding == "utf-8":
            raise DataError("data.broken_line", file=path.name, found=str(error)[:80]) from None
        return _csv(_utf8(data, encoding, path), "utf-8", path).below(skip, width)
    rows = np.arange(1, len(cells) + len(odd) + 1) + skip
    rows = np.delete(rows, [number - skip - 1 for number, _ in odd])
    half = [] if file.is_whole or not odd or not width else _half(odd[-1], cells["0"])
    return Body(cells, rows, list(_ragged(odd, mark, path, half)))


def _cells(file: _Csv, skip: int, names: list[str]) -> tuple[pa.Table, list[tuple[int, str]]]:
    """Coded cells of text by column, and the lines of another width with their numbers."""
    odd: list[tuple[int, str]] = []

    def keep(row: Any) -> str:
        odd.append((row.number, row.text or ""))
        return "skip"

    parse = pc_csv.ParseOptions(
        delimiter=file.mark,
        newlines_in_values=True,
        ignore_empty_lines=False,
        invalid_row_handler=keep if file.encoding == "utf-8" else None,
    )
    read = pc_csv.ReadOptions(
        use_threads=False, column_names=names, skip_rows=skip, block_size=LONGEST
    )
    types = pc_csv.ConvertOptions(
        column_types=dict.fromkeys(names, CODED), strings_can_be_null=False
    )
    cells = pc_csv.read_csv(io.BytesIO(file.data), read, parse, types)
    return pa.table({n: _letters(cells[n], file.encoding, file.path) for n in names}), odd


def separator(lines: list[str]) -> str:
    """The mark that gives most lines one width, and cells that do not begin or end with a mark.

    >>> separator(["a,b,c", "1\\t,2\\t,3\\t", "4\\t,5\\t,6\\t"]), separator(["a;b", "1,5;2"])
    (',', ';')
    """
    if lines and (said := SEP.match(lines[0])):
        return said[1]
    return max(MARKS, key=lambda mark: _fit(lines, mark))


def _fit(lines: list[str], mark: str) -> tuple[float, int]:
    """How well a mark splits the lines: those of the usual width less the odd ones; the width."""
    rows = [row for row in csv.reader(lines, delimiter=mark) if len(row) > 1]
    if not rows:
        return 0.0, 0
    width, n = Counter(map(len, rows)).most_common(1)[0]
    others = tuple(m for m in MARKS if m != mark)
    odd = sum(
        any(
            cell.startswith(others) or cell.strip(" ").endswith(others[:-1]) for cell in row if cell
        )
        for row in rows
    )
    tabs = sum(any(cell != cell.strip("\t") for cell in row) for row in rows) if mark != "\t" else 0
    return n - odd + tabs, width


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


def _half(line: tuple[int, str], firsts: pa.ChunkedArray) -> list[tuple[int, str]]:
    """The last line of a file without an end, when it begins like the rows above (截断的行).

    A remark of its own shape is none: "S2" under "S1" is cut, "共 6 行" under it is not.
    """
    shape = _shape(line[1])
    known = map(_shape, firsts.slice(0, 1000).to_pylist())
    return [line] if "9" in shape and any(k.startswith(shape) for k in known) else []


def _shape(cell: str) -> str:
    """Digits as 9, letters as a, each run once."""
    kinds = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell.strip('" \r\n')))
    return re.sub(r"(.)\1+", r"\1", kinds)


def _ragged(
    odd: list[tuple[int, str]], mark: str, path: Path, half: list[tuple[int, str]]
) -> list[Issue]:
    """Lines of another width: a remark in one cell is left out and said, any other is refused."""
    remarks = [
        (n, t) for n, t in odd if not t.strip(mark + '" \r\n').count(mark) and (n, t) not in half
    ]
    broken = [(n, t) for n, t in odd if (n, t) not in remarks]
    return [
        Issue(rule, severity, "", path.name, found[0][0], value=found[0][1][:60], count=len(found))
        for rule, severity, found in (
            ("remark_line", "note", remarks),
            ("ragged_line", "refuse", broken),
        )
        if found
    ]


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
        table = coded(cells)
        kinds = {
            str(n): np.full(len(table[str(n)].combine_chunks().dictionary), kind, np.int8)
            for n, column in enumerate(held.columns)
            if (kind := _kind(column.type))
        }
        return Body(table, np.arange(1, len(held) + 1), [], kinds)

    return Text([held.column_names], below)


def _kind(kind: pa.DataType) -> Kind:
    """What the cells of a stored column were."""
    if pa.types.is_temporal(kind):
        return Kind.DATE
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Kind.NUMBER
    return Kind.TEXT

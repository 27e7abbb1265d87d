"""What the old .xls form says of its cells beside values (旧版 Excel): errors, merged, hidden.

A .xls is a compound file: sectors of 512 or 4,096 bytes chained by a table (FAT), a directory of
streams, one of them the workbook as records of kind and length ([MS-CFB], [MS-XLS]).
"""

import struct
from collections.abc import Iterator

from kit.data.reading.cells import Place, Remarks

ERRORS = {
    **{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!"},
    **{0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"},
}
BOUNDSHEET, BOF, END, BOOLERR, FORMULA = 0x85, 0x809, 0x0A, 0x205, 0x06
ROW, COLUMNS, MERGED = 0x208, 0x7D, 0xE5
LAST = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors


def remarks_of(raw: bytes, sheet: str) -> Remarks:
    """Error cells such as #N/A, formulas, merged and hidden cells; none where it cannot be told."""
    try:
        stream = _workbook(raw)
        begin = dict(_sheets(stream)).get(sheet)
        records = [] if begin is None else list(_of_sheet(stream, begin))
        return Remarks(
            dict(_errors(records)),
            tuple(_cell(body) for kind, body in records if kind == FORMULA),
            merged=tuple(area for kind, body in records if kind == MERGED for area in _areas(body)),
            hidden_rows=frozenset(
                struct.unpack_from("<H", body)[0] + 1
                for kind, body in records
                if kind == ROW and body[12] & 0x20
            ),
            hidden_columns=frozenset(
                n for kind, body in records if kind == COLUMNS for n in _hidden(body)
            ),
        )
    except (struct.error, IndexError, UnicodeDecodeError):
        return Remarks()


def _workbook(raw: bytes) -> bytes:
    """The stream of the workbook."""
    size = 1 << struct.unpack_from("<H", raw, 30)[0]
    sector = [raw[at : at + size] for at in range(size, len(raw), size)]
    n, first = struct.unpack_from("<I", raw, 44)[0], struct.unpack_from("<I", raw, 48)[0]
    tables = [t for t in struct.unpack_from("<109I", raw, 76) if t < LAST]
    more, count = struct.unpack_from("<2I", raw, 68)
    for _ in range(count):
        part = struct.unpack(f"<{size // 4}I", sector[more])
        tables += [t for t in part[:-1] if t < LAST]
        more = part[-1]
    fat = [x for t in tables[:n] for x in struct.unpack(f"<{size // 4}I", sector[t])]
    directory = b"".join(_chain(sector, fat, first))
    for at in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            start, bytes_in = struct.unpack_from("<2I", directory, at + 116)
            return b"".join(_chain(sector, fat, start))[:bytes_in]
    return b""


def _chain(sector: list[bytes], fat: list[int], at: int) -> Iterator[bytes]:
    for _ in range(len(sector)):
        if at >= LAST:
            return
        yield sector[at]
        at = fat[at]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Name and place of every sheet."""
    for kind, body in _records(stream, 0):
        if kind == END:
            return
        if kind == BOUNDSHEET:
            begin, length, wide = struct.unpack_from("<I2xBB", body)
            text = body[8 : 8 + length * (2 if wide & 1 else 1)]
            yield text.decode("utf-16-le" if wide & 1 else "latin-1"), begin


def _of_sheet(stream: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """Records of one sheet, without those of charts inside it."""
    depth = 0
    for kind, body in _records(stream, begin):
        depth += (kind == BOF) - (kind == END)
        if depth == 0:
            return
        if depth == 1:
            yield kind, body


def _cell(body: bytes) -> Place:
    row, column = struct.unpack_from("<2H", body)
    return Place(row + 1, column)


def _errors(records: list[tuple[int, bytes]]) -> Iterator[tuple[Place, str]]:
    """Cells whose value, or whose formula's result, is an error."""
    for kind, body in records:
        if kind == BOOLERR and body[7] == 1:
            yield _cell(body), ERRORS.get(body[6], "#N/A")
        if kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            yield _cell(body), ERRORS.get(body[8], "#N/A")


def _areas(body: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Merged areas: first row and column, last row and column."""
    for n in range(struct.unpack_from("<H", body)[0]):
        top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * n)
        yield top + 1, left, bottom + 1, right


def _hidden(body: bytes) -> range:
    """The columns of a record of columns, where they are hidden."""
    first, last = struct.unpack_from("<2H", body)
    return range(first, last + 1) if body[8] & 1 else range(0)

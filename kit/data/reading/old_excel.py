"""Error cells of the old .xls form (旧版 Excel 的错误单元格), which the reader gives as empty.

A .xls is a compound file: sectors of 512 or 4,096 bytes chained by a table (FAT), a directory of
streams, one of them the workbook as records of kind and length ([MS-CFB], [MS-XLS]).
"""

import struct
from collections.abc import Iterator

from kit.data.reading.cells import Place

ERRORS = {
    **{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!"},
    **{0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"},
}
BOUNDSHEET, BOF, END, BOOLERR, FORMULA = 0x85, 0x809, 0x0A, 0x205, 0x06
LAST = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors


def errors_of(raw: bytes, sheet: str) -> dict[Place, str]:
    """Cells of a sheet that hold an error such as #N/A; none where the file cannot be told."""
    try:
        stream = _workbook(raw)
        begin = dict(_sheets(stream)).get(sheet)
        return {} if begin is None else dict(_errors(stream, begin))
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}


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


def _errors(stream: bytes, begin: int) -> Iterator[tuple[Place, str]]:
    """Cells of one sheet whose value, or whose formula's result, is an error."""
    depth = 0
    for kind, body in _records(stream, begin):
        depth += (kind == BOF) - (kind == END)
        if depth == 0:
            return
        at = struct.unpack_from("<2H", body) if kind in (BOOLERR, FORMULA) else (0, 0)
        if kind == BOOLERR and body[7] == 1:
            yield Place(at[0] + 1, at[1]), ERRORS.get(body[6], "#N/A")
        if kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            yield Place(at[0] + 1, at[1]), ERRORS.get(body[8], "#N/A")

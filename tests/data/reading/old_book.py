"""A minimal workbook of the old .xls form, byte by byte (旧版 Excel): texts, numbers, errors."""

import struct

ERRORS = {"#N/A": 0x2A, "#REF!": 0x17, "#DIV/0!": 0x07}
END = 0xFFFFFFFE
FREE = 0xFFFFFFFF


def record(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def cell(row, column, value):
    at = struct.pack("<HHH", row, column, 0)
    if value in ERRORS:
        return record(0x205, at + bytes([ERRORS[value], 1]))
    if isinstance(value, (int, float)):
        return record(0x203, at + struct.pack("<d", value))
    text = value.encode("utf-16-le")
    return record(0x204, at + struct.pack("<HB", len(value), 1) + text)


def stream_of(rows, name, merged=(), hidden=(), hidden_columns=()):
    cells = b"".join(cell(r, c, v) for r, row in enumerate(rows) for c, v in enumerate(row))
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for column in hidden_columns:
        sheet += record(0x7D, struct.pack("<6H", column, column, 0, 15, 1, 0))
    sheet += record(0x200, size)
    for row in hidden:  # from 0; the bit that makes its height 0
        sheet += record(0x208, struct.pack("<6HI", row, 0, len(rows[row]), 0, 0, 0, 0x20))
    areas = b"".join(struct.pack("<4H", *area) for area in merged)  # top, bottom, left, right
    sheet += cells + (record(0xE5, struct.pack("<H", len(merged)) + areas) if merged else b"")
    sheet += record(0x0A)

    def head(begin):
        said = struct.pack("<IBBBB", begin, 0, 0, len(name), 1) + name.encode("utf-16-le")
        first = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
        return first + record(0x42, struct.pack("<H", 1200)) + record(0x85, said) + record(0x0A)

    whole = head(len(head(0))) + sheet
    return whole.ljust(-(-max(len(whole), 4096) // 512) * 512, b"\0")


def entry(name, kind, start, size, child=FREE):
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, FREE, FREE, child)
    return head + b"\0" * 36 + struct.pack("<IQ", start, size)


def book(rows, name="Sheet1", **marks):
    """The file's bytes: header, table of sectors, directory, the workbook's stream.

    marks : merged (top, bottom, left, right from 0), hidden rows, hidden_columns
    """
    stream = stream_of(rows, name, **marks)
    n = len(stream) // 512
    fat = [0xFFFFFFFD, END, *range(3, n + 2), END]
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    streams = entry("Root Entry", 5, END, 0, 1) + entry("Workbook", 2, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, END, 0, END, 0, 0)
    return head + b"\xff" * (512 - len(head)) + table + streams.ljust(512, b"\0") + stream

"""Objects of a PDF without a stream packed into one stream (PDF 对象打包): a third of its size.

typst writes every object plain, and a tagged page has one a table cell.
"""

import re
import zlib


def packed(pdf: bytes) -> bytes:
    """The same document with its plain objects compressed (压缩): PDF 1.5 object and xref streams.

    pdf : as typst writes it: one cross-reference table, no object stream, not encrypted
    """
    objects, tail = _read(pdf)
    inner = {n: re.sub(rb"^\d+ \d+ obj\s*|\s*endobj$", b"", b) for n, b in objects.items()}
    plain = [n for n, body in inner.items() if not body.endswith(b"endstream")]
    home = max(objects) + 1
    out = bytearray(pdf[: min(map(pdf.index, objects.values()))])  # the version of the format
    at = {}
    kept = [(n, body + b"\n") for n, body in objects.items() if n not in plain]
    for n, body in [*kept, (home, _stream(home, *_together([(n, inner[n]) for n in plain])))]:
        at[n] = len(out)
        out += body
    at[home + 1] = len(out)
    rows = b"".join(_row(n, at, plain, home) for n in range(home + 2))
    root = b" ".join(re.findall(rb"/(?:Root|Info) \d+ 0 R|/ID ?\[.*?\]", tail, re.S))
    about = b"/Type /XRef /W [1 3 2] /Size %d %s" % (home + 2, root)
    out += _stream(home + 1, about, rows)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at[home + 1])


def _read(pdf: bytes) -> tuple[dict[int, bytes], bytes]:
    """The objects by number, as the table at the end places them, and the trailer (读取对象)."""
    start = int(pdf[pdf.rindex(b"startxref") + 9 :].split()[0])
    table, tail = pdf[start:].split(b"trailer", 1)
    lines = [line.split() for line in table.splitlines()[2:] if line.strip()]
    offsets = {n: int(line[0]) for n, line in enumerate(lines) if line[2] == b"n"}
    order = sorted(offsets.values())
    ends = dict(zip(order, [*order[1:], start], strict=True))
    return {n: pdf[at : ends[at]].strip() for n, at in offsets.items()}, tail


def _together(objects: list[tuple[int, bytes]]) -> tuple[bytes, bytes]:
    """What an object stream says of itself, and its content: numbers and places, then objects."""
    places, content = [], b""
    for n, body in objects:
        places.append(b"%d %d" % (n, len(content)))
        content += body + b"\n"
    index = b" ".join(places) + b"\n"
    return b"/Type /ObjStm /N %d /First %d" % (len(objects), len(index)), index + content


def _stream(n: int, about: bytes, content: bytes) -> bytes:
    data = zlib.compress(content, 9)
    told = (n, about, len(data))
    return (
        b"%d 0 obj\n<<%s /Filter /FlateDecode /Length %d>>\nstream\n" % told
        + data
        + (b"\nendstream\nendobj\n")
    )


def _row(n: int, at: dict[int, int], plain: list[int], home: int) -> bytes:
    """Where an object is (交叉引用): by itself, in the object stream, or nowhere."""
    kind, place, index = (1, at[n], 0) if n in at else (0, 0, 0)
    if n in plain:
        kind, place, index = 2, home, plain.index(n)
    return bytes([kind]) + place.to_bytes(3, "big") + index.to_bytes(2, "big")

"""Files that hold no table that is read here (不是表格的文件): named for what they are."""

import io
import json
import re
import zipfile
from pathlib import Path

from kit.errors import DataError

FIRST = 4000  # bytes that tell
BEGINS = {
    "data.is_pdf": (b"%PDF-",),
    "data.is_packed": (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"),
    "data.is_picture": (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
}
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|Workbook\b|!--)", re.I)
NOTATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\{|\[\s*[\[{\]])")
ZIP = b"PK\x03\x04"
BOOKS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def refuse(raw: bytes, path: Path) -> None:
    """DataError that names the format of a PDF, an archive, a picture or JSON; nothing else."""
    for key, marks in BEGINS.items():
        if raw.startswith(marks):
            raise DataError(key, file=path.name)
    if NOTATION.match(raw[:FIRST]) and _is_json(raw):
        shown = " ".join(raw[:200].decode("utf-8", "replace").split())[:80]
        raise DataError("data.is_json", file=path.name, found=shown)


def refuse_file(path: Path) -> None:
    """The same of a file by what it begins with; the whole of it is read only where that tells."""
    with path.open("rb") as opened:
        first = opened.read(FIRST)
    whole = first.startswith(ZIP) or NOTATION.match(first)
    raw = path.read_bytes() if whole else first
    refuse(raw, path)
    refuse_markup(raw, path)
    if raw.startswith(ZIP):
        refuse_packed(raw, path)


def refuse_markup(raw: bytes, path: Path) -> None:
    """DataError for XML that is no page of the web, such as Excel's XML of 2003."""
    if MARKUP.match(raw[:FIRST]):
        raise DataError("data.is_xml", file=path.name)


def refuse_packed(raw: bytes, path: Path) -> None:
    """DataError for a zip file that is no workbook; one that is broken passes."""
    try:
        names = [name.lstrip("/") for name in zipfile.ZipFile(io.BytesIO(raw)).namelist()]
    except zipfile.BadZipFile:
        return
    if not set(BOOKS) & {name.lower() for name in names}:
        raise DataError("data.is_packed", file=path.name)


def _is_json(raw: bytes) -> bool:
    """Whether all of it is JSON, or each line of it."""
    text = raw.decode("utf-8-sig", "replace")
    try:
        json.loads(text)
    except ValueError:
        first = text.lstrip().partition("\n")[0]
        try:
            return isinstance(json.loads(first), dict | list)
        except ValueError:
            return False
    return True

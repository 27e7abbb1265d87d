"""What lies beside a page (导出): JSON sidecar, formula-safe CSV, one workbook, one zip a reader.

Every file is written under a temporary name and renamed, so that nothing is ever half-written and
the last good one stays when a write fails.
"""

import csv
import hashlib
import io
import json
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kit.data.store.cache import UNFINISHED
from kit.words import word

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # where Excel sees a formula
EVERYBODY = 0o666  # less the umask
PRIVATE = 0o640  # what HR alone may read
OWN = 0o600  # lists of people, logs, and what failed
CONTENTS = ("contents", "page", "says", "rows", "as_of")
LONGEST = 26  # letters of a sheet's name: Excel allows 31
ROOTED = ("index.html", "summary.html", "summary.eml", "summary.pdf", "tables.xlsx")
FIXED = datetime(2000, 1, 1)  # the same inputs give the same bytes
FORMATS = {"percent": "0.0%", "percent2": "0.00%", "money": "#,##0.00", "int": "#,##0"}


def write(path: Path, content: str | bytes, mode: int = EVERYBODY) -> Path:
    """`content` at `path`, whole or not at all; readable for `mode` less the umask (权限)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    new = path.with_name(f"{UNFINISHED}{os.getpid()}-{secrets.token_hex(6)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    return path


def narrow(folder: Path, mode: int) -> None:
    """Make a folder for those alone who may read files of `mode`: who may read may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    bits = stat.S_IMODE(folder.stat().st_mode)
    reach = mode | (mode & 0o444) >> 2
    if bits & ~reach & 0o777:
        folder.chmod(bits & reach)


def mode_of(reader: str) -> int:
    """Who may read the files of a reader's folder: those of HR are for its group at most."""
    return PRIVATE if reader.split("/")[0] == "hr" else EVERYBODY


def read(path: Path) -> dict[str, Any]:
    """The JSON object at `path`; empty when there is none that can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def dumped(record: dict[str, Any]) -> str:
    """JSON as the kit writes it: sorted, readable, never NaN."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)


def safe(value: Any) -> Any:
    """A cell that no spreadsheet runs: text beginning like a formula gets an apostrophe.

    >>> safe("=1+1"), safe("-5"), safe(-5), safe(None)
    ("'=1+1", "'-5", -5, '')
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return "'" + value
    return "" if value is None else value


def csv_of(table: dict[str, Any]) -> str:
    """A table of a page as CSV with a byte-order mark; rates as fractions, missing empty."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow([safe(label(column)) for column in table["columns"]])
    for row in table["rows"]:
        lines.writerow([safe(row.get(column["key"])) for column in table["columns"]])
    return "\ufeff" + out.getvalue()


def label(column: dict[str, str]) -> str:
    """Header of a column; rates say that they are fractions."""
    return column["label"] + (
        " (0–1)" if column["unit"].lstrip("+") in FORMATS and "percent" in column["unit"] else ""
    )


def workbook(sidecars: Sequence[dict[str, Any]]) -> bytes:
    """One Excel file of all tables (工作簿): contents first, then a named sheet each."""
    import xlsxwriter

    out = io.BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, **never}) as book:
        book.set_properties({"created": FIXED})
        styles = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
        bold = book.add_format({"bold": True, "text_wrap": True})
        lang = next((side["lang"] for side in sidecars if side.get("lang")), "zh")
        head = [word(f"report.book.{key}", lang) for key in CONTENTS]
        front = book.add_worksheet(head[0])
        front.set_column(0, 2, 40)
        front.write_row(0, 0, head, bold)
        front.freeze_panes(1, 0)
        taken = {head[0].casefold()}
        for n, (side, table) in enumerate(_tables(sidecars), start=1):
            name = sheet_name(side, table, taken)
            sheet = book.add_worksheet(name)
            front.write_url(n, 0, f"internal:'{name}'!A1", string=name)
            told = [side["title"], table["caption"], len(table["rows"]), side.get("as_of", "")]
            front.write_row(n, 1, [safe(cell) for cell in told])
            sheet.freeze_panes(1, 1)
            _fill(sheet, table, styles, bold)
    return out.getvalue()


def sheet_name(side: dict[str, Any], table: dict[str, Any], taken: set[str]) -> str:
    """Name of a table's sheet (工作表名): the page's number and the caption, unique and allowed.

    >>> taken = set()
    >>> side, table = {"notebook": "2_kpi_scoring"}, {"caption": "Totals: all [people] so far"}
    >>> sheet_name(side, table, taken), sheet_name(side, table, taken)
    ('2 Totals all people so far', '2 Totals all people so 2')
    """
    number = str(side.get("notebook", ""))[:1]
    words = re.sub(r"[\[\]:*?/\\\\']", "", f"{number} {table['caption']}".strip())
    name = words[:LONGEST].strip() or "1"
    n = 1
    while name.casefold() in taken:
        n += 1
        name = f"{words[: LONGEST - 3].strip()} {n}"
    taken.add(name.casefold())
    return name


def bundle(folder: Path, instead: dict[str, str], first: str = "") -> bytes:
    """Everything below `folder` as a zip that can be mailed; `instead` replaces some files.

    first : language whose index, summary and workbook lie at the root too: the zip opens there
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name[0] != "."):
            name = path.relative_to(folder).as_posix()
            content = instead[name].encode() if name in instead else path.read_bytes()
            mode = stat.S_IMODE(path.stat().st_mode)
            if first and path.parent == folder / first and path.name in ROOTED:
                _put(archive, path.name, rooted(path.name, content, first), mode)
            _put(archive, name, content, mode)
    return out.getvalue()


def rooted(name: str, content: bytes, lang: str) -> bytes:
    """A file of a language's folder as it must be one folder up (根目录): links led into it.

    >>> rooted("index.html", b'<a href="4.html"><a href="../en/index.html"><a href="#x">', "zh")
    b'<a href="zh/4.html"><a href="en/index.html"><a href="#x">'
    """
    if not name.endswith(".html"):
        return content
    text = content.decode()
    for kept in ROOTED:
        text = text.replace(f'href="{kept}"', f'href="./{kept}"')
    text = re.sub(r'href="(?!#|\.|data:|[a-z]+:)', f'href="{lang}/', text)
    return text.replace('href="../', 'href="').replace('href="./', 'href="').encode()


def _put(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
    entry.external_attr = mode << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def digest(path: Path) -> str:
    """SHA-256 of a file; empty when there is none."""
    return hashed(path.read_bytes()) if path.is_file() else ""


def hashed(content: bytes) -> str:
    """SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def tables_of(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tables worth a download among a page's blocks; `main` unless folded and not a `file`."""
    folded = {
        id(each["data"]) for b in blocks if b["kind"] == "details" for each in b["data"]["blocks"]
    }
    tables = [b for b in blocks if b["kind"] == "table" and "sources" not in b["id"]]
    data = [b["data"] for b in tables if b["data"].get("rows")]
    return [{**each, "main": id(each) not in folded or "file" in each} for each in data]


def file_name(page: str, table: dict[str, Any], n: int) -> str:
    """Name of a table's CSV beside its page: its `file`, else a number (ids may name people).

    >>> file_name("4_retrospective", {"file": "targets"}, 9)
    '4_retrospective.targets.csv'
    """
    return f"{page}.{table.get('file', n)}.csv"


def _tables(sidecars: Sequence[dict[str, Any]]) -> Iterator[tuple[dict, dict]]:
    for side in sidecars:
        yield from ((side, table) for table in joined(side["tables"]))


def joined(tables: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tables with those of one kind about several people as one (同类合并), whose in a column.

    A kind : as `blocks.named` says it, and the same columns; a name that two bear has its id too
    """
    kinds: dict[Any, list[dict[str, Any]]] = {}
    for n, table in enumerate(tables):
        names = tuple(column["key"] for column in table["columns"])
        kind = (table["of"]["kind"], table["of"]["label"], names) if "of" in table else n
        kinds.setdefault(kind, []).append(table)
    return [_together(alike) if "of" in alike[0] else alike[0] for alike in kinds.values()]


def _together(alike: list[dict[str, Any]]) -> dict[str, Any]:
    """Tables of one kind as one, those of one person or indicator told by its id."""
    bearers: dict[str, set[str]] = {}
    for table in alike:
        bearers.setdefault(table["of"]["name"], set()).add(table["of"]["id"])
    whose = {"key": "_of", "label": alike[0]["of"]["label"], "unit": "text"}
    rows = []
    for of, table in ((table["of"], table) for table in alike):
        name = of["name"] if len(bearers[of["name"]]) == 1 else f"{of['name']} ({of['id']})"
        rows += [{"_of": name, **row} for row in table["rows"]]
    return alike[0] | {"columns": [whose, *alike[0]["columns"]], "rows": rows}


def _fill(sheet: Any, table: dict[str, Any], styles: dict[str, Any], bold: Any) -> None:
    for at, column in enumerate(table["columns"]):
        style = styles.get(column["unit"].lstrip("+").split(":")[0])
        sheet.write_string(0, at, str(safe(column["label"])), bold)
        sheet.set_column(at, at, 14, style)
        for line, row in enumerate(table["rows"], start=1):
            sheet.write(line, at, safe(row.get(column["key"])))
    if table["columns"] and table["rows"]:
        sheet.autofilter(0, 0, len(table["rows"]), len(table["columns"]) - 1)

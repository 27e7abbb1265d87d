"""Calibration as a stage (`kit calibrate`): a sheet out, a meeting, the sheet in again.

The decisions are appended to calibration.csv among the period's data; nothing is written where any
row is at fault. Each export and import is a line of the audit log, without a score.
"""

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from python_calamine import CalamineWorkbook

from kit.data.load import load
from kit.data.reading.sources import shown
from kit.data.store.cache import remembered
from kit.errors import KitError
from kit.params import ROOT, Period
from kit.people import calibration
from kit.people.appeals import official
from kit.people.calibration_sheet import distribution, sheet
from kit.report import audit, export, plan, seals
from kit.scoring.card import scorecards
from kit.words import LANGS, word

FILE = "calibration.csv"
KNOWN = ("specialist_id", "total", "grade", "total_after", "grade_after", "reason")
ENDS = (".csv", ".xlsx")


def written(period_file: str, target: str, *, out: Path | None = None) -> int:
    """Write the sheet for the meeting (导出校准表), as a workbook or CSV."""
    path = Path(target)
    _ending(path)
    tables = load(period_file)
    lang = tables.period.languages[0]
    rows = _cells(tables, lang)
    content = _workbook(rows) if path.suffix.lower() == ".xlsx" else _csv(rows)
    export.write(path, content, export.OWN)
    _noted(tables.period, out, "calibrate_export", "", people=len(tables.get("roster")))
    print(word("report.calibrate.written", lang, file=path.name))
    return 0


def taken(period_file: str, source: str, *, by: str, out: Path | None = None) -> int:
    """Take the filled-in sheet as decisions (导入校准表); KitError with every row at fault."""
    path = Path(source)
    _ending(path)
    if not path.is_file():
        raise KitError("report.calibrate_no_file", file=path.name)
    tables = load(period_file)
    period = tables.period
    _allowed(period, by, out)
    filled = read(path)
    totals = official(tables, remembered(tables, "scorecards", scorecards))
    faults = calibration.judge(tables, totals, filled)
    if faults:
        raise KitError.of([replace(f, facts=f.facts | {"file": path.name}) for f in faults])
    rows = calibration.rows_of(tables, filled, by=by, at=dt.datetime.now().replace(microsecond=0))
    place = _append(tables, rows)
    moved = int((rows["after_grade"].ne("") | rows["after_total"].notna()).sum())
    _noted(period, out, "calibrate", by, confirmed=len(rows) - moved, changed=moved)
    for lang in LANGS:
        told = {"n": len(rows), "moved": moved, "file": shown(place), "by": by}
        print(word("report.calibrate.taken", lang, **told))
    return 0


def _allowed(period: Period, by: str, out: Path | None) -> None:
    """Only by name, by an approver where the period names some, and never after closing."""
    if not by.strip():
        raise KitError("report.no_by", act="calibrate")
    if period.approvers and not any(by in (a.id, a.name) for a in period.approvers):
        who = [a.id for a in period.approvers]
        facts = {"file": period.path.name, "by": by, "act": "calibrate", "known": who}
        raise KitError("report.not_approver", **facts)
    if seals.is_closed(out or plan.REPORTS, period):
        raise KitError("report.calibrate_closed", id=period.id)


def _noted(period: Period, out: Path | None, act: str, by: str, **facts: Any) -> None:
    log = seals.log_of(period, out or plan.REPORTS)
    audit.note(log, act, seals.place_of(period), by=by, **facts)


def _ending(path: Path) -> None:
    if path.suffix.lower() not in ENDS:
        raise KitError("report.calibrate_ending", file=path.name, known=list(ENDS))


# ── the sheet as cells ───────────────────────────────────────────────────────────────────────────
def _cells(tables: Any, lang: str) -> list[list[Any]]:
    """Header, a row a person, then the distribution below an empty line."""
    names = tables.get("roster").set_index("specialist_id")["name"].to_dict()
    rows = sheet(tables)
    head = [_header(column, lang) for column in rows.columns]
    people = [[_cell(value, names) for value in row] for row in rows.itertuples(index=False)]
    below = distribution(tables)
    shares = [[_cell(value, names) for value in row] for row in below.itertuples(index=False)]
    note = word("report.calibrate.note", lang)
    return [head, *people, [], [note], [_header(c, lang) for c in below.columns], *shares]


def _header(column: str, lang: str) -> str:
    if column.startswith("p_"):
        return word("report.calibrate.chance", lang, grade=column.removeprefix("p_"))
    return word(f"report.calibrate.{column}", lang)


def _cell(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, tuple):
        return ", ".join(str(names.get(x, x)) for x in value)
    if isinstance(value, float):
        return "" if pd.isna(value) else round(value, 4)
    return "" if pd.isna(value) else value


def _csv(rows: list[list[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([map(export.safe, row) for row in rows])
    return "\ufeff" + out.getvalue()


def _workbook(rows: list[list[Any]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        page = book.add_worksheet("1")
        page.freeze_panes(1, 2)
        page.set_column(0, len(rows[0]) - 1, 13)
        for n, row in enumerate(rows):
            page.write_row(n, 0, [export.safe(cell) for cell in row], None if n else bold)
    return out.getvalue()


# ── the sheet read again ─────────────────────────────────────────────────────────────────────────
def read(path: Path) -> pd.DataFrame:
    """The rows of people of a filled-in sheet with the number of their line; KitError if none."""
    cells = _read(path)
    names = {word(f"report.calibrate.{c}", lang): c for c in KNOWN for lang in LANGS}
    head = [names.get(str(cell).strip(), "") for cell in (cells[0] if cells else [])]
    missing = [column for column in KNOWN if column not in head]
    if missing:
        lacking = [word(f"report.calibrate.{c}", lang) for c in missing for lang in LANGS]
        raise KitError("report.calibrate_header", file=path.name, missing=lacking)
    rows = []
    for n, line in enumerate(cells[1:], start=2):
        found = {c: cell for c, cell in zip(head, line, strict=False) if c}
        if not str(found.get("specialist_id", "")).strip():
            break
        rows.append({"row": n, **found})
    table = pd.DataFrame(rows, columns=["row", *KNOWN])
    ids = table["specialist_id"].map(lambda x: str(x).strip().removesuffix(".0"))
    numbers = {c: table[c].map(_number) for c in ("total", "total_after")}
    return table.assign(specialist_id=ids, **numbers)


def _number(cell: Any) -> Any:
    """A cell as a number; a blank is missing, another text stays and is refused by its row."""
    text = "" if cell is None else str(cell).strip()
    try:
        return float(text) if text and text != "—" else float("nan")
    except ValueError:
        return text


def _read(path: Path) -> list[list[Any]]:
    if path.suffix.lower() == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")  # as spreadsheets in Chinese save it
    return list(csv.reader(io.StringIO(text)))


# ── among the period's data ──────────────────────────────────────────────────────────────────────
def _append(tables: Any, rows: pd.DataFrame) -> Path:
    """Add rows to the table `calibration` of the period's data; the file is made if need be."""
    place = _place(tables)
    before = pd.read_csv(place, dtype=str, encoding="utf-8-sig") if place.exists() else None
    text = rows.astype(object).where(rows.notna(), "").astype(str)
    whole = text if before is None else pd.concat([before, text], ignore_index=True)
    whole = whole.reindex(columns=list(dict.fromkeys([*whole.columns])))
    export.write(place, "\ufeff" + whole.to_csv(index=False), export.OWN)
    return place


def _place(tables: Any) -> Path:
    """Where the decisions lie: calibration.csv of the data folder, or the file that is named."""
    data = tables.period.data
    name = tables.period.path.name
    if isinstance(data, str):
        folder = ROOT / data
        if data == "sample" or not folder.is_dir():
            raise KitError("report.calibrate_place", file=name, found=data)
        return folder / FILE
    named = data.get("calibration")
    if not isinstance(named, str) or not named.endswith(".csv"):
        raise KitError("report.calibrate_place", file=name, found=named or "—")
    return ROOT / named

"""The workbook on the disk (写表): formats, lists to choose from, notes; it reads back."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from kit.data.reading.filled import PEOPLE, label, labels
from kit.data.reading.units import plain
from kit.data.schema import Column, beside, contract, meanings
from kit.scheme.library import built_in
from kit.start.sheets import MAIN, Sheet, text, who
from kit.words import word

FORMATS = {"text": "@", "date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm", "int": "0"}
UNITS = {
    "percent": "0.0%",
    "percent2": "0.00%",
    "money": "#,##0.00",
    "ratio": "0.00",
    "int": "#,##0",
}
SPARE = 200  # blank lines below the rows that carry formats and lists
PEOPLE_RANGE = "people"
LISTED = "_people"  # hidden sheet of the names that lists offer
WIDTHS = {"name": 14, "plan_name": 34, "plan_id": 22, "owner": 22}


def write(path: Path, sheets: Sequence[Sheet], guide: Sequence[str], lang: str) -> None:
    """The workbook: a guide, the sheets to fill in, the optional ones in grey."""
    plain = ("strings_to_numbers", "strings_to_formulas", "strings_to_urls")
    book = xlsxwriter.Workbook(path, {**dict.fromkeys(plain, False), "in_memory": True})
    book.set_calc_mode("auto")
    marks = _marks(book)
    first = book.add_worksheet(word("forms.guide", lang))
    first.set_column(0, 0, 110, marks["wrap"])
    first.write_column(0, 0, guide, marks["wrap"])
    for sheet in sheets:
        _sheet(book, sheet, marks, lang)
    _people(book, next(s for s in sheets if s.table == "roster"), lang)
    book.close()


def _marks(book: Any) -> dict[str, Any]:
    """Formats of the workbook's cells."""
    marks = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    marks |= {unit: book.add_format({"num_format": form}) for unit, form in UNITS.items()}
    fill = {"bg_color": "#FFF6DA", "border": 1, "border_color": "#E4D9B0"}
    marks["fill"] = book.add_format({**fill, "num_format": "@"})
    marks |= {
        f"fill.{unit}": book.add_format({**fill, "num_format": form})
        for unit, form in UNITS.items()
    }
    marks["head"] = book.add_format({"bold": True, "bg_color": "#E6ECF2", "bottom": 1})
    marks["beside"] = book.add_format({"font_color": "#5B6770", "num_format": "#,##0.00"})
    marks["wrap"] = book.add_format({"text_wrap": True, "valign": "top"})
    return marks


def _sheet(book: Any, sheet: Sheet, marks: dict[str, Any], lang: str) -> None:
    page = book.add_worksheet(sheet.name)
    page.freeze_panes(1, 1 if sheet.table in MAIN else 0)
    if sheet.table not in MAIN:
        page.set_tab_color("#B8C0C8")
    last = len(sheet.rows) + SPARE
    for n, header in enumerate(sheet.columns):
        column = known(sheet.table, header)
        form = _form(sheet.table, header, column, marks)
        page.write_string(0, n, "" if header.startswith("_") else header, marks["head"])
        if column and (note := _note(column, lang)):
            page.write_comment(0, n, note, {"x_scale": 2})
        page.set_column(n, n, _width(sheet, header, column), form)
        if choices := _choices(sheet.table, header, column, lang):
            page.data_validation(1, n, last, n, choices)
        for row, cells in enumerate(sheet.rows, start=1):
            _write(page, row, n, cells.get(header), form)
    if sheet.table in MAIN and sheet.columns:
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)


def known(table: str, header: str) -> str:
    """What a header of a sheet means, "" for a column of the users' own."""
    names = (labels("assignment") if table == "plans" else {}) | (labels(table) if table else {})
    return names.get(plain(header), "")


def _form(table: str, header: str, column: str, marks: dict[str, Any]) -> Any:
    """The format of a column: yellow where it waits to be filled in, grey where it informs."""
    if table == "targets" and column.startswith("target."):
        spec = built_in().get(column.removeprefix("target."))
        return marks.get(f"fill.{spec.unit}" if spec else "", marks["fill"])
    if table == "plans" and column == "specialist_id":
        return marks["fill"]
    if table in MAIN and not column:
        return marks["beside"]
    kind = _column(table, column)
    return marks.get(kind.type) if kind else None


def _column(table: str, name: str) -> Column | None:
    tables = ("plans", "assignment") if table == "plans" else filter(None, (table,))
    return next(
        (contract()[t].columns[name] for t in tables if name in contract()[t].columns), None
    )


def _width(sheet: Sheet, header: str, column: str) -> int:
    cells = max((len(text(row.get(header))) for row in sheet.rows[:200]), default=0)
    return min(44, max(12, WIDTHS.get(column, 0), 2 * len(header) + 2, cells + 4))


def _note(column: str, lang: str) -> str:
    """What may stand in a column, in words."""
    name = column.removeprefix("target.")
    if name not in meanings():
        return ""
    example = beside("examples.yml").get(name, "")
    return word("forms.note_of", lang, meaning=meanings()[name][lang], example=example or "—")


def _choices(table: str, header: str, column: str, lang: str) -> dict[str, Any]:
    """The list of a column: the people, its words, yes and no."""
    if column in PEOPLE and table not in ("", "roster"):
        told = word("forms.choose_person", lang)
        kind = {"error_type": "warning", "error_message": told}
        return {"validate": "list", "source": f"={PEOPLE_RANGE}", **kind}
    if column == "appraised":
        return {"validate": "list", "source": [word("kit.yes", lang), word("kit.no", lang)]}
    kind_of = _column(table, column)
    words = kind_of.enum if kind_of else ()
    words = words or (("true", "false") if kind_of and kind_of.type == "bool" else ())
    return {"validate": "list", "source": list(words)} if words else {}


def _people(book: Any, roster: Sheet, lang: str) -> None:
    """The named range of people: as lists show them, those typed below the roster too."""
    page = book.add_worksheet(LISTED)
    page.hide()
    at = {
        c: xl_col_to_name(roster.columns.index(label(c, lang))) for c in ("specialist_id", "name")
    }
    source = "'{}'!".format(roster.name.replace("'", "''"))
    for n in range(len(roster.rows) + SPARE):
        row = roster.rows[n] if n < len(roster.rows) else None
        cells = {c: f"{source}{letter}{n + 2}" for c, letter in at.items()}
        listed = {c: (row or {}).get(label(c, lang)) for c in at}
        told = who(listed) if row else ""
        name, code = cells["name"], cells["specialist_id"]
        page.write_formula(n, 0, f'=IF({name}="","",{name}&" ("&{code}&")")', None, told)
    filled = f"COUNTA({source}${at['name']}$2:${at['name']}${len(roster.rows) + SPARE + 1})"
    last = f"INDEX({LISTED}!$A$1:$A${len(roster.rows) + SPARE},MAX(1,{filled}))"
    book.define_name(PEOPLE_RANGE, f"={LISTED}!$A$1:{last}")


def _write(page: Any, row: int, n: int, value: Any, form: Any) -> None:
    if value is None or value != value or value == "":
        return
    if isinstance(value, bool):
        page.write_string(row, n, str(value).lower(), form)
    elif isinstance(value, (dt.date, dt.datetime)):
        moment = value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
        page.write_datetime(row, n, moment, form)
    elif isinstance(value, (int, float)):
        page.write_number(row, n, value, form)
    else:
        page.write_string(row, n, str(value), form)

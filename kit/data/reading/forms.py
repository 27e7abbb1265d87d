"""What people type (手工填报): a company's folder to start with, and questionnaires made long."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
import yaml

from kit.data.reading.cells import Text, grid
from kit.data.reading.units import plain
from kit.data.schema import Column, beside, contract, empty, meanings
from kit.errors import DataError
from kit.params import ROOT
from kit.words import LANGS, word

TYPED = (
    "roster",
    "plans",
    "assignment",
    "targets",
    "measured",
    "budget",
    "tasks",
    "feedback",
    "interviews",
    "actions",
    "incidents",
    "hotspots",
    "skills",
    "training",
    "events",
    "experiments",
    "appeals",
    "postings",
    "checkins",
    "calendar",
)
FORMATS = {"text": "@", "date": "yyyy-mm-dd", "timestamp": "yyyy-mm-dd hh:mm", "int": "0"}
EXAMPLES = {"date": "2025-06-01", "timestamp": "2025-06-01 09:30", "bool": "true"}
GUIDE = ("table", "name", "column", "note", "note", "example")
ROWS = 2000  # of a sheet that carry formats and drop-downs


def start(folder: Path) -> list[Path]:
    """`kit init`: scheme, period file and workbook of blank sheets in a new folder."""
    if folder.exists() and any(folder.iterdir()):
        raise DataError("data.folder_taken", file=str(folder))
    (folder / "data").mkdir(parents=True, exist_ok=True)
    scheme, period = folder / "scheme-2025.yml", folder / "2025-06.yml"
    book = folder / "data" / "tables.xlsx"
    shutil.copyfile(ROOT / "params" / scheme.name, scheme)
    said = (ROOT / "params" / period.name).read_text(encoding="utf-8")
    place = (folder / "data").resolve()
    inside = place.relative_to(ROOT).as_posix() if place.is_relative_to(ROOT) else place.as_posix()
    period.write_text(said.replace("data: sample", f"data: {inside}"), encoding="utf-8")
    workbook(book, {name: empty(name) for name in TYPED})
    return [scheme, period, book]


def workbook(path: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Tables as sheets of one workbook, with notes, formats and drop-downs; it reads back."""
    book = xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    head = book.add_format({"bold": True, "bg_color": "#E6ECF2", "bottom": 1})
    guide = book.add_worksheet(word("forms.guide", "zh"))
    guide.freeze_panes(1, 0)
    lines = [[_both(f"forms.{key}") for key in GUIDE]]
    for name, table in tables.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for n, column in enumerate(contract()[name].columns.values()):
            notes = [note(column, lang) for lang in LANGS]
            sheet.write_string(0, n, column.name, head)
            sheet.write_comment(0, n, "\n".join([*notes, example(column)]), {"x_scale": 2})
            sheet.set_column(n, n, 18, formats.get(column.type))
            if choices := _choices(column, name, tables):
                sheet.data_validation(1, n, ROWS, n, choices)
            for row, value in enumerate(table[column.name], start=1):
                _write(sheet, row, n, value, formats.get(column.type))
            lines.append([name, _both(f"table.{name}"), column.name, *notes, example(column)])
    for n, width in enumerate((18, 30, 24, 44, 52, 34)):
        guide.set_column(n, n, width)
        guide.write_column(0, n, [line[n] for line in lines])
    guide.set_row(0, None, head)
    book.close()


def _both(key: str) -> str:
    return " ".join(word(key, lang) for lang in LANGS)


def example(column: Column) -> str:
    """What a cell of the column looks like; "" where it is mostly left empty."""
    typed = column.enum[0] if column.enum else EXAMPLES.get(column.type, "")
    return str(typed or beside("examples.yml").get(column.name, ""))


def _choices(column: Column, name: str, tables: Mapping[str, Any]) -> dict[str, Any]:
    """The drop-down of a column: its words, or the people of the sheet `roster`."""
    words = column.enum or (("true", "false") if column.type == "bool" else ())
    if words:
        return {"validate": "list", "source": list(words)}
    if column.name == "specialist_id" and name != "roster" and "roster" in tables:
        return {
            "validate": "list",
            "source": f"=roster!$A$2:$A${ROWS + 1}",
            "error_type": "information",
        }
    return {}


def note(column: Column, lang: str) -> str:
    """What may stand in a column, in words."""
    parts = [
        meanings()[column.name][lang],
        word(f"forms.type.{column.type}", lang),
        word("forms.may_be_empty" if column.nullable else "forms.needed", lang),
    ]
    parts += [" | ".join(column.enum)] if column.enum else []
    parts += [f"{column.range[0]}–{column.range[1]}"] if column.range else []
    return word("forms.comma", lang).join(parts)


def _write(sheet: Any, row: int, n: int, value: Any, form: Any) -> None:
    if pd.isna(value):
        return
    if isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, n, value.to_pydatetime(), form)
    elif isinstance(value, bool):
        sheet.write_string(row, n, str(value).lower())
    elif isinstance(value, str):
        sheet.write_string(row, n, value, form)
    else:
        sheet.write_number(row, n, value, form)


def long(text: Text, mapping: Path) -> Text:
    """A questionnaire export, a line a rater, as `feedback`: a row a rating (宽表转长表).

    mapping : YAML with the questions of period_id (or its value), specialist_id, rater_id,
              relation, comment, submitted_on; items: {question: item}; relations and answers:
              {word of the form: word or number of the contract}
    """
    said = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    rater = plain(said["rater_id"])
    top = next((n for n, line in enumerate(text.lines) if rater in map(plain, line)), -1)
    if top < 0:
        raise DataError("data.no_question", questions=[said["rater_id"]], found=text.lines[0])
    heads = [plain(cell) for cell in text.lines[top]]
    lost = [q for q in [*said["items"], said["specialist_id"]] if plain(q) not in heads]
    if lost:
        raise DataError("data.no_question", questions=lost, found=text.lines[top])
    body = text.below(top + 1, len(heads)).cells.to_pandas().astype("str")
    body.columns = pd.Index(heads)
    columns = list(contract()["feedback"].columns)
    fixed = {
        name: body[plain(said[name])]
        if plain(said.get(name, "?")) in heads
        else pd.Series(said.get(name, ""), index=body.index)
        for name in columns
    }
    fixed["relation"] = fixed["relation"].replace(said.get("relations", {}))
    parts = [
        pd.DataFrame(
            {
                **fixed,
                "item": item,
                "rating": body[plain(question)].replace(said.get("answers", {})),
            }
        )
        for question, item in said["items"].items()
    ]
    rows = pd.concat(parts).astype(str)
    rows = rows[rows["rating"].str.strip().ne("")].sort_index(kind="stable")
    return grid([columns, *rows[columns].values.tolist()])

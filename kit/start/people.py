"""People from HR's list (花名册): its headers under any usual spelling, its rows as people."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import yaml

from kit.data.reading.cast import cast, tidy
from kit.data.reading.cells import Text
from kit.errors import Fault
from kit.scheme.limits import SCANNER

COLUMNS = ("specialist_id", "name", "team", "manager_id", "level", "hire_date", "leave_date")
TELLING = {"specialist_id", "team", "hire_date", "post", "level", "manager_id"}
TOTALS = re.compile(r"合计|总计|小计|共计?\d*人?|total|sum", re.I)


@dataclass(frozen=True)
class Staff:
    """People by the contract's columns, and what was left out or filled in."""

    rows: pd.DataFrame
    remarks: tuple[Fault, ...] = ()


@cache
def aliases() -> dict[str, str]:
    """Column of the roster by header."""
    text = (Path(__file__).parent / "roster.yml").read_text(encoding="utf-8")
    return {bare(alias): name for name, many in yaml.load(text, SCANNER).items() for alias in many}


def bare(header: str) -> str:
    """A header for comparing: no blanks, marks, remarks in brackets, case.

    >>> bare("入职日期（必填）"), bare("Employee ID*")
    ('入职日期', 'employeeid')
    """
    text = re.sub(r"\(.*?\)", "", unicodedata.normalize("NFKC", header))
    return re.sub(r"[\W_]+", "", text).lower()


def header(lines: Sequence[Sequence[str]]) -> tuple[int, list[str]] | None:
    """The line of a list of people and the column each cell means; None for other files."""
    found = [(n, _columns(line)) for n, line in enumerate(lines)]
    n, columns = max(found, key=lambda pair: sum(map(bool, pair[1])), default=(0, []))
    return (n, columns) if "name" in columns and TELLING & set(columns) else None


def _columns(line: Sequence[str]) -> list[str]:
    names = [aliases().get(bare(cell), "") for cell in line]
    return ["" if name in names[:n] else name for n, name in enumerate(names)]


def staff(text: Text, file: str) -> Staff:
    """The people of one list: rows with a name; ids as text, days as days."""
    at, columns = header(text.lines) or (0, [])
    cells = text.below(at + 1, len(columns)).cells
    frame = pd.DataFrame(
        {name: cells[str(n)].to_pylist() for n, name in enumerate(columns) if name}
    ).map(lambda cell: unicodedata.normalize("NFKC", cell or "").strip())
    named = frame["name"].ne("") & ~frame["name"].map(lambda n: bool(TOTALS.fullmatch(n)))
    frame = frame[named].reset_index(drop=True)
    remarks = []
    if blank := int((~named).sum()):
        remarks.append(Fault("start.rows_without_name", {"file": file, "n": blank}))
    if "specialist_id" not in frame:
        frame["specialist_id"] = frame["name"]
        remarks.append(Fault("start.ids_from_names", {"file": file}))
    for name in ("hire_date", "leave_date"):
        if name in frame:
            frame[name], bad = _days(frame[name])
            remarks += [
                Fault("start.no_day", {"file": file, "who": frame["name"][n], "value": v})
                for n, v in bad
            ]
    return Staff(_identified(frame), tuple(remarks))


def _days(cells: pd.Series) -> tuple[pd.Series, list[tuple[int, str]]]:
    """Days, and the cells that are none with their places."""
    values = pa.array([cell or None for cell in cells], pa.string())
    days, bad = cast(values, "date")
    odd = [(int(n), cells.iloc[n]) for n in np.flatnonzero(bad.to_numpy(False))]
    return pd.Series(days.to_pylist(), cells.index, dtype=object), odd


def _identified(frame: pd.DataFrame) -> pd.DataFrame:
    """Ids as text, and a manager's name as the id of the one person who bears it."""
    ids = tidy(pa.array(frame["specialist_id"].tolist(), pa.string())).to_pylist()
    frame = frame.assign(specialist_id=ids)
    frame["specialist_id"] = frame["specialist_id"].where(
        frame["specialist_id"].ne(""), frame["name"]
    )
    if "manager_id" in frame:
        single = frame.drop_duplicates("name", keep=False).set_index("name")["specialist_id"]
        frame["manager_id"] = frame["manager_id"].map(lambda cell: single.get(cell, cell))
    return frame.reindex(columns=[*COLUMNS, "post"])


def together(lists: Sequence[tuple[str, Staff]], lang_no_team: str) -> Staff:
    """One person once over all lists; where lists differ the cell is left empty and told."""
    frames = [s.rows.assign(_file=file) for file, s in lists]
    remarks = [fault for _, s in lists for fault in s.remarks]
    if not frames:
        return Staff(pd.DataFrame(columns=[*COLUMNS, "post"], dtype=object))
    whole = pd.concat(frames, ignore_index=True)
    rows = []
    for who, group in whole.groupby("specialist_id", sort=False):
        row: dict[str, object] = {"specialist_id": who}
        for column in (*COLUMNS[1:], "post"):
            values = list(dict.fromkeys(v for v in group[column] if not _missing(v)))
            row[column] = values[0] if len(values) == 1 else None
            if len(values) > 1:
                facts = {"who": who, "column": column, "values": values}
                remarks.append(Fault("start.people_differ", facts))
        rows.append(row)
    people = pd.DataFrame(rows, columns=[*COLUMNS, "post"], dtype=object)
    without = people["team"].map(_missing)
    if without.any() and not whole["team"].map(lambda v: not _missing(v)).any():
        people.loc[without, "team"] = lang_no_team
        remarks.append(Fault("start.no_team", {"n": int(without.sum()), "team": lang_no_team}))
    return Staff(people, tuple(remarks))


def _missing(value: object) -> bool:
    return value is None or value != value or value == ""

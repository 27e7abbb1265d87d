"""What a file is (认出一份文件), for `kit start` and whoever is handed a file without a name."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kit.data.issues import Issue
from kit.data.reading.folder import identified
from kit.data.reading.parts import DAYS
from kit.data.reading.pipeline import Reading
from kit.data.reading.place import Place, placed
from kit.data.reading.read import readings
from kit.data.reading.reports import known
from kit.data.reading.terms import UNSAID, Terms
from kit.data.reading.workbook import sheets
from kit.data.schema import contract
from kit.errors import DataError


@dataclass(frozen=True)
class Recognised:
    """A sheet or file: what it is, which days it holds, and what was left out of it.

    place  : file and sheet, as a period file names them
    table  : the contract's table that it feeds, "" when it is unknown or feeds none
    report : id of the platform's report, "" for the contract's own form and what is unknown
    first  : first day in it, last the last one; None without days
    rows   : the typed rows; None when it is unknown or refused
    unread : headers that nothing reads
    issues : all that reading found, refusals among them; `left_out` those that leave something out
    """

    place: Place
    table: str = ""
    report: str = ""
    name: dict[str, str] | None = None
    first: str | None = None
    last: str | None = None
    rows: pa.Table | None = None
    unread: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether its rows can be used as they are."""
        return self.rows is not None and not self.refusals

    @property
    def refusals(self) -> tuple[Issue, ...]:
        """Why it cannot be used."""
        return tuple(issue for issue in self.issues if issue.severity == "refuse")


def recognise(file: Path | str, terms: Terms = UNSAID) -> list[Recognised]:
    """Every visible sheet of a file: table, report, days, rows, and what is left out.

    file : a path, or as a period file has it: `book.xlsx#sheet`, `report:file`
    """
    place = placed(str(file), terms)
    if not place.file.is_file():
        raise DataError("data.no_such_file", file=str(file))
    names = (place.sheet,) if place.sheet else sheets(place.file).shown or ("",)
    if len(names) == 1 and not place.sheet:
        names = ("",)
    return [_one(Place(place.file, name, place.report, place.chosen), terms) for name in names]


def _one(place: Place, terms: Terms) -> Recognised:
    table, header = identified(place, known(terms.reports))
    if header is None or not table:
        name = header.report.id if header else ""
        return Recognised(place, report=name, issues=(Issue("file_unknown", file=place.told),))
    done = readings(place, contract()[table], terms)[0]
    first, last = _days(done)
    report = header.report
    unread = tuple(c for c, n in zip(header.cells, header.names, strict=True) if not n and c)
    return Recognised(
        place, table, report.id, report.name or None, first, last, done.rows, unread, done.issues
    )


def _days(reading: Reading) -> tuple[str | None, str | None]:
    """First and last day of the rows that were read."""
    rows = reading.rows
    name = next((n for n in DAYS if rows is not None and n in rows.column_names), "")
    held = rows[name].drop_null().to_pylist() if rows is not None and name else []
    return (str(min(held))[:10], str(max(held))[:10]) if held else (None, None)

"""Any export → typed contract table (读取): every file and sheet of a source through the stages."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kit.data.issues import Issue
from kit.data.reading.overlap import two_of_one
from kit.data.reading.pipeline import (
    Reading,
    contract_rows,
    decode,
    recognise,
    reduce_rows,
    type_cells,
)
from kit.data.reading.sources import Place, Source
from kit.data.reading.terms import UNSAID, Terms
from kit.data.reading.workbook import Sheets, hidden, sheets
from kit.data.schema import Table, contract
from kit.errors import DataError

_NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
_TIMES = (pa.types.is_date, lambda kind: pa.types.is_timestamp(kind) and kind.tz is None)
KINDS = {
    "text": (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer),
    "date": _TIMES,
    "timestamp": _TIMES,
    "bool": (pa.types.is_boolean,),
    "int": _NUMBERS,
    "float": _NUMBERS,
    "money": _NUMBERS,
}
OF_CELLS = {  # refused for cells, not for how the file is laid out
    *("bad_cell", "rounded_id", "error_cell", "lost_letters", "name_became_date", "total_like"),
    *("date_order", "open_mark", "mixed_marks", "clock_in_day", "zone_unknown", "zones_mixed"),
    *("formula_not_calculated", "merged_number", "percent_of_no_share"),
}
BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def fits(source: Source) -> bool:
    """Whether all files are Parquet in the contract's names and kinds, to be read in place."""
    table = contract()[source.table]
    return all(p.file.suffix == ".parquet" and _fits(p.file, table) for p in source.places)


def _fits(file: Path, table: Table) -> bool:
    try:
        held = pq.read_schema(file)
    except (pa.ArrowInvalid, OSError):
        return False  # whoever reads it as a messy file says what is wrong
    for column in table.columns.values():
        if column.name not in held.names:
            if not column.nullable:
                return False
        elif not any(check(held.field(column.name).type) for check in KINDS[column.type]):
            return False
    return True


def read_table(source: Source) -> tuple[pa.Table | None, list[Issue]]:
    """All files of a source as one typed table; None when one of them cannot be read.

    A table that is refused for single cells is given without them, so that its other faults show.
    """
    parts: list[pa.Table] = []
    issues: list[Issue] = []
    whole = True
    for place in source.places:
        part, found = read_file(place, contract()[source.table], source.terms)
        issues += found
        whole = whole and part is not None
        parts += [] if part is None else [part]
    issues += two_of_one(source, parts, issues)
    refused = {issue.rule for issue in issues if issue.severity == "refuse"}
    whole = whole and refused <= OF_CELLS
    return (pa.concat_tables(parts) if whole else None), issues


def read_file(
    place: Place, table: Table, terms: Terms = UNSAID
) -> tuple[pa.Table | None, list[Issue]]:
    """One file as the typed table, with `_file` and `_row`, and what was found in it."""
    done = readings(place, table, terms)
    issues = [issue for reading in done for issue in reading.issues]
    parts = [reading.rows for reading in done if reading.rows is not None]
    stopped = any(reading.rows is None for reading in done)
    return (None if stopped else pa.concat_tables(parts)), issues


def readings(place: Place, table: Table, terms: Terms = UNSAID) -> list[Reading]:
    """Each sheet of a file through all stages; of a workbook those sheets that hold such a table.

    Where no sheet of several does, the refusal of the first one names them all.
    """
    book = _sheets(place)
    names, unseen = book.shown, hidden(book, place.file)
    if len(names) < 2:
        first = Place(place.file, place.sheet, place.report, place.chosen)
        return [_told(_read(Reading(first, table, terms)).say(*unseen))]
    every = [Reading(replace(place, sheet=name), table, terms) for name in names]
    opened = [_staged(reading, (decode, recognise)) for reading in every]
    held = [r for r in opened if r.header is not None]
    if not held:
        facts = {"sheets": list(names)}
        note = Issue("sheets_unread", "refuse", facts=facts)
        return [_told(opened[0].stop(note))]
    left = [r.place.sheet for r in opened if r.header is None]
    done = [_told(_staged(r, (type_cells, reduce_rows, contract_rows))) for r in held]
    done[0] = done[0].say(*unseen)
    if left:
        note = Issue("sheets_skipped", "note", table.name, place.told, facts={"sheets": left})
        done[0] = done[0].say(note)
    return done


def _sheets(place: Place) -> Sheets:
    """The sheets of a workbook of which none was named."""
    if place.sheet or place.report == "wide":
        return Sheets()
    with place.file.open("rb") as file:
        if file.read(4) not in BOOKS:
            return Sheets()
    return sheets(place.file)


def _told(reading: Reading) -> Reading:
    """The record with its table and file in every issue and row."""
    name = reading.place.told
    issues = tuple(
        issue if issue.file == name else replace(issue, table=reading.table.name, file=name)
        for issue in reading.issues
    )
    if reading.rows is None:
        return replace(reading, issues=issues)
    files = pa.array([name] * len(reading.rows), pa.string())
    rows = reading.rows.set_column(reading.rows.column_names.index("_file"), "_file", files)
    return replace(reading, issues=issues, rows=rows)


def _read(reading: Reading) -> Reading:
    return _staged(reading, (decode, recognise, type_cells, reduce_rows, contract_rows))


def _staged(reading: Reading, stages: tuple[Callable[[Reading], Reading], ...]) -> Reading:
    """The stages one after the other, until one of them stops."""
    for stage in stages:
        if reading.stopped or reading.rows is not None:
            break
        try:
            reading = stage(reading)
        except DataError as error:
            faults = [Issue(f.key.removeprefix("data."), facts=f.facts) for f in error.faults]
            reading = reading.stop(*faults)
        reading = replace(reading, ends=(*reading.ends, len(reading.issues)))
    return reading

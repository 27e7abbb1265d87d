"""Any export → typed contract table (读取): text, header, cells; every change and fault is said."""

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kit.data.issues import Issue
from kit.data.reading import export
from kit.data.reading.cast import Style, blank, cast, distinct, faulty, tidy
from kit.data.reading.forms import long
from kit.data.reading.headers import Header, plain, recognised, said
from kit.data.reading.sources import Place, Source
from kit.data.reading.text import read_text
from kit.data.schema import Table, contract
from kit.errors import DataError
from kit.params import ROOT

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
OF_CELLS = {"bad_cell", "rounded_id"}  # refused for a cell, not for how the file is laid out
ROUNDED = r"^\d(\.\d+)?[eE]\+\d+$"  # an id that a spreadsheet took for a number


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
    parts, issues = [], []
    for place in source.places:
        part, found = read_file(place, contract()[source.table])
        issues += found
        parts += [] if part is None else [part]
    refused = {issue.rule for issue in issues if issue.severity == "refuse"}
    whole = len(parts) == len(source.places) and refused <= OF_CELLS
    return (pa.concat_tables(parts) if whole else None), issues


def read_file(place: Place, table: Table) -> tuple[pa.Table | None, list[Issue]]:
    """One file as the typed table, with `_file` and `_row`, and what was found in it."""
    try:
        rows, issues = _read(place, table)
    except DataError as error:
        rows = None
        issues = [Issue(f.key.removeprefix("data."), facts=f.facts) for f in error.faults]
    issues = [replace(i, table=table.name, file=place.told) for i in issues]
    if rows is None:
        return None, issues
    files = pa.array([place.told] * len(rows), pa.string())
    return rows.set_column(rows.column_names.index("_file"), "_file", files), issues


def _read(place: Place, table: Table) -> tuple[pa.Table | None, list[Issue]]:
    text = read_text(place.file, place.sheet)
    if not any(cell.strip() for line in text.lines for cell in line):
        return _finished({}, 0, table), []
    if place.report == "wide":
        text = long(text, ROOT / place.chosen["map"])
    header = recognised(text.lines, table, place.report)
    if isinstance(header, list):
        return None, header
    body = text.below(header.first, len(header.cells))
    keep = _not_blank(body.cells)
    cells, rows = body.cells if keep.all() else body.cells.filter(keep), body.rows[keep]
    header, doubled = _one_column_each(header, cells)
    issues = [*text.issues, *header.issues, *body.issues, *doubled]
    if not header.report.id:
        issues = [i for i in issues if i.rule != "cut_line"]  # hand-made files often end so
        done, more = _contract_rows(header, cells, rows, table)
        return done, issues + more
    mask, split = export.windows(header, cells, place.chosen)
    split += export.window_above(text.lines[: header.first]) if not split else []
    found = export.canonical(header, cells.filter(mask), rows[mask], text.comma)
    found.issues.extend(split)
    held, more = export.contracted(found, header.report, table)
    lost = [c.name for c in table.columns.values() if not c.nullable and c.name not in held]
    issues += [*found.issues, *more, *(_no_column(name, header) for name in lost)]
    typed = pa.Table.from_pandas(held, preserve_index=False)
    return _finished({n: typed[n] for n in typed.column_names}, len(held), table), issues


def _not_blank(cells: pa.Table) -> np.ndarray:
    mask = np.zeros(len(cells), dtype=bool)
    for n in cells.column_names:
        words, at = distinct(cells[n])
        mask |= pc.not_equal(pc.utf8_trim_whitespace(words), "").take(at).to_numpy(False)
        if mask.all():
            break
    return mask


def _one_column_each(header: Header, cells: pa.Table) -> tuple[Header, list[Issue]]:
    """Of two columns with one meaning the one that says total wins, else both are refused."""
    names, issues = list(header.names), []
    for name in {n for n in names if n and names.count(n) > 1}:
        at = [n for n, other in enumerate(names) if other == name]
        wins = [n for n in at if any(word in plain(header.cells[n]) for word in said()["wins"])]
        texts = [cells[str(n)].cast(pa.string()) for n in at]
        same = all(text.equals(texts[0]) for text in texts)
        facts = {"headers": [header.cells[n] for n in at]}
        if len(wins) != 1 and not same:
            issues.append(Issue("two_columns", column=name, facts=facts))
        for n in at:
            if n != (wins[0] if len(wins) == 1 else at[0]):
                direct = "直接" in header.cells[n] and not same
                names[n] = f"{name}_direct" if direct else None
    return replace(header, names=names), issues


def _contract_rows(
    header: Header, cells: pa.Table, rows: np.ndarray, table: Table
) -> tuple[pa.Table, list[Issue]]:
    known = {name: n for n, name in enumerate(header.names) if name}
    lost = [c for c in table.columns.values() if not c.nullable and c.name not in known]
    issues = [_no_column(column.name, header) for column in lost]
    unknown = [c for c, name in zip(header.cells, header.names, strict=True) if not name and c]
    if unknown and not lost:
        told = ", ".join(unknown)
        issues.append(Issue("unknown_column", "note", column=told, count=len(unknown)))
    done: dict[str, pa.Array] = {"_row": pa.array(rows, pa.int64())}
    for name, n in known.items():
        column = table[name]
        words, at = distinct(cells[str(n)])
        words = tidy(blank(words)) if name.endswith("_id") else blank(words)
        values, bad = cast(words, column.type, Style(fraction=column.unit != ""))
        done[name] = values.take(at)
        if name.endswith("_id"):
            bad = pc.fill_null(pc.match_substring_regex(words, ROUNDED), False)
        if wrong := faulty(words, bad.take(at), at):
            rule = "rounded_id" if name.endswith("_id") else "bad_cell"
            issues.append(
                Issue(
                    rule,
                    "refuse",
                    "",
                    "",
                    int(rows[wrong[0]]),
                    name,
                    *wrong[1:],
                    {"wanted": column.type},
                )
            )
    return _finished(done, len(cells), table), issues


def _no_column(name: str, header: Header) -> Issue:
    free = [c for c, known in zip(header.cells, header.names, strict=True) if not known and c]
    return Issue(
        "no_column",
        column=name,
        facts={"near": get_close_matches(name, free, 1, 0.5), "found": header.cells},
    )


def _finished(columns: dict[str, Any], n: int, table: Table) -> pa.Table:
    """The contract's columns in its order and types; absent ones are null."""
    whole = {
        f.name: columns[f.name].cast(f.type) if f.name in columns else pa.nulls(n, f.type)
        for f in table.arrow
    }
    return pa.table(whole, schema=table.arrow)

"""Any export → typed table (读取): text first, then headers, then cells; nothing is guessed."""

import io
from difflib import get_close_matches
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import csv

from kit.data.cast import blank, cast
from kit.data.issues import Issue
from kit.data.schema import Table, contract
from kit.data.sources import Source, shown

_NUMBERS = (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal)
_TIMES = (pa.types.is_date, lambda kind: pa.types.is_timestamp(kind) and kind.tz is None)
KINDS = {"text": (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer),
         "date": _TIMES, "timestamp": _TIMES, "bool": (pa.types.is_boolean,),
         "int": _NUMBERS, "float": _NUMBERS, "money": _NUMBERS}
BLOCK = 1 << 24  # bytes of text read at once; one longer line is refused


def fits(source: Source) -> bool:
    """Whether all files are Parquet in the contract's names and kinds, to be read in place."""
    table = contract()[source.table]
    return all(file.suffix == ".parquet" and _fits(pq.read_schema(file), table)
               for file in source.files)


def _fits(held: pa.Schema, table: Table) -> bool:
    for column in table.columns.values():
        if column.name not in held.names:
            if not column.nullable:
                return False
        elif not any(check(held.field(column.name).type) for check in KINDS[column.type]):
            return False
    return True


def read_table(source: Source) -> tuple[pa.Table | None, list[Issue]]:
    """All files of a source as one typed table, None when one of them cannot be read."""
    parts, issues = [], []
    for file in source.files:
        part, more = read_file(file, contract()[source.table])
        parts.append(part)
        issues += more
    refused = any(issue.severity == "refuse" for issue in issues)
    return None if refused else pa.concat_tables(parts), issues


def read_file(path: Path, table: Table) -> tuple[pa.Table, list[Issue]]:
    """One file as the typed contract table, with `_file` and `_row`, and what was found in it."""
    text, first = text_table(path)
    columns, issues = {}, []
    missing = [c.name for c in table.columns.values()
               if c.name not in text.column_names and not c.nullable]
    for name in missing:
        near = get_close_matches(name, set(text.column_names) - set(table.columns), 1, 0.5)
        issues.append(Issue("no_column", table=table.name, file=shown(path), column=name,
                            facts={"near": near, "found": text.column_names}))
    unknown = [c for c in text.column_names if c not in table.columns]
    if unknown and not missing:
        issues.append(Issue("unknown_column", "note", table.name, shown(path),
                            column=", ".join(unknown), count=len(unknown)))
    for column in table.columns.values():
        if column.name in text.column_names:
            cells = blank(text[column.name])
            columns[column.name], bad = cast(cells, column)
            if wrong := pc.sum(bad).as_py():
                at = pc.index(bad, True).as_py()
                issues.append(Issue("bad_cell", "refuse", table.name, shown(path), first + at,
                                    column.name, cells[at].as_py(), wrong, {"wanted": column.type}))
        else:
            columns[column.name] = pa.nulls(text.num_rows, table.arrow.field(column.name).type)
    columns["_file"] = pa.array([shown(path)] * text.num_rows, pa.string())
    columns["_row"] = pa.array(range(first, first + text.num_rows), pa.int64())
    return pa.table(columns).cast(table.arrow), issues


def text_table(path: Path) -> tuple[pa.Table, int]:
    """Every cell as text, and the file's row number of the first line under the header."""
    if path.suffix == ".parquet":
        held = pq.read_table(path)
        return pa.table({n: held[n].cast(pa.string()) for n in held.column_names}), 1
    raw = path.read_bytes()
    names = raw.splitlines()[0].decode("utf-8-sig").split(",") if raw.strip() else []
    if not names:
        return pa.table({}), 2
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()),
                                 strings_can_be_null=False, quoted_strings_can_be_null=False)
    parse = csv.ParseOptions(newlines_in_values=True)
    read = csv.ReadOptions(block_size=BLOCK)
    return csv.read_csv(io.BytesIO(raw), read, parse, convert), 2

"""Where tables live (计算引擎): DuckDB inside the process, spoken to through Narwhals alone.

Nothing else in the kit knows an engine. Expressions keep to what Spark runs unchanged: equi-joins
and filters, sums of Float64 or Int64, no null inside `n_unique`, explicit sorting.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from kit.data.schema import WHERE, Column, contract, typed
from kit.errors import DataError
from kit.params import ROOT

TYPES: dict[str, Any] = {
    "text": nw.String, "int": nw.Float64, "float": nw.Float64, "money": nw.Float64,
    "date": nw.Date, "timestamp": nw.Datetime("us"), "bool": nw.Boolean}
ROW_LIMIT = 20_000_000  # rows that may come into pandas: about 3 GB of ten numbers a row


@dataclass(frozen=True)
class Engine:
    """An open engine; tables are added by name and scanned lazily."""

    connection: duckdb.DuckDBPyConnection
    scans: dict[str, nw.LazyFrame] = field(default_factory=dict)

    def add(self, name: str, rows: pa.Table) -> None:
        """Lay an Arrow table under `name`, in place."""
        self.connection.register(name, rows)
        self.scans.pop(name, None)

    def add_files(self, name: str, files: list[Path], own: bool = True) -> None:
        """Lay Parquet files under `name`, read in place; foreign ones are cast to the contract."""
        paths, whole = [str(file) for file in files], f"all_{name}"
        if own:
            self.connection.read_parquet(paths).create_view(whole)
            self.connection.table(whole).create_view(name)
            return
        self._lay(name, self.connection.read_parquet(
            paths, union_by_name=True, filename=True, file_row_number=True))

    def add_database(self, name: str, file: Path, table: str) -> list[tuple[str, str]]:
        """Lay a table of a DuckDB file under `name`, only read; what does not fit: column, type."""
        quoted = [part.replace('"', '""') for part in (file.stem, table)]
        path = str(file).replace("'", "''")
        try:
            self.connection.execute(f"ATTACH IF NOT EXISTS '{path}' AS \"{quoted[0]}\" (READ_ONLY)")
            reading = self.connection.sql(
                f"SELECT *, '{path}' AS filename, rowid AS file_row_number "
                f'FROM "{quoted[0]}"."{quoted[1]}"')
        except duckdb.Error as error:
            raise DataError("data.broken_file", file=file.name, found=str(error)[:80]) from None
        held = nw.from_native(reading).collect_schema()
        columns = contract()[name].columns.values()
        wrong = [(c.name, str(held.get(c.name, "—"))) for c in columns
                 if not (c.nullable if c.name not in held else _fits(c, held[c.name]))]
        if not wrong:
            self._lay(name, reading)
        return wrong

    def _lay(self, name: str, reading: duckdb.DuckDBPyRelation) -> None:
        whole, rows = f"all_{name}", nw.from_native(reading)
        held = rows.collect_schema()
        columns = [_cast(c, held.get(c.name)) for c in contract()[name].columns.values()]
        where = (nw.col("filename").alias("_file"), (nw.col("file_row_number") + 1).alias("_row"))
        rows.select(*columns, *where).to_native().create_view(whole)
        self.connection.table(whole).create_view(name)

    def leave_out(self, name: str, rows: pa.Table) -> None:
        """From now on without the rows named by `_file` and `_row`."""
        if len(rows):
            self.add(f"not_{name}", rows)
            out = self.scan(f"not_{name}")
            left = self.scan(f"all_{name}").join(out, on=list(WHERE), how="anti")
            left.to_native().create_view(name, replace=True)
            self.scans.pop(name, None)

    def may_repeat(self, name: str, key: list[str]) -> bool:
        """Whether a key may stand twice: a cheap look, by fingerprints, that never misses one."""
        columns = ", ".join(f'"{column}"' for column in key)
        told = f'SELECT count(*) > count(DISTINCT hash({columns})) FROM "{name}"'
        return bool(self.connection.sql(told).fetchall()[0][0])

    def kept(self, name: str, rows: Callable[[], nw.LazyFrame]) -> nw.LazyFrame:
        """The frame under `name`, computed when it is first asked for."""
        if name not in self.scans:
            rows().to_native().create(name)
        return self.scan(name)

    def scan(self, name: str) -> nw.LazyFrame:
        """The table as a lazy Narwhals frame."""
        if name not in self.scans:
            self.scans[name] = nw.from_native(self.connection.table(name))
        return self.scans[name]

    def close(self) -> None:
        """Give memory back."""
        self.connection.close()


def _cast(column: Column, held: nw.dtypes.DType | None) -> nw.Expr:
    """The column in the contract's type; absent: null, and a NaN is null too."""
    wanted = TYPES[column.type]
    if held is None:
        return nw.lit(None).cast(wanted).alias(column.name)
    cell = nw.col(column.name)
    if held in (nw.Float64, nw.Float32):
        cell = nw.when(~cell.is_nan()).then(cell)
    return (cell if held == wanted else cell.cast(wanted)).alias(column.name)


def _fits(column: Column, held: nw.dtypes.DType) -> bool:
    if TYPES[column.type] == nw.Float64:
        return held.is_numeric()
    if column.type in ("date", "timestamp"):
        return held == nw.Date or (isinstance(held, nw.Datetime) and held.time_zone is None)
    return held == TYPES[column.type] or (column.type == "text" and held.is_integer())


def open(memory: str = "600MB") -> Engine:
    """A new engine in memory, which spills to the disk beyond its limit (KIT_MEMORY, such as 4GB).

    >>> engine = open()
    >>> engine.add("t", pa.table({"n": [1, 2]}))
    >>> int(collect(engine.scan("t").select(nw.col("n").sum()))["n"][0])
    3
    """
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = '{ROOT / '.cache' / 'spill'}'")
    connection.execute(f"SET memory_limit = '{os.environ.get('KIT_MEMORY', memory)}'")
    return Engine(connection)


def collect(frame: nw.LazyFrame, limit: int = ROW_LIMIT, name: str = "") -> pd.DataFrame:
    """Run the frame and bring it into pandas; refused above `limit` rows."""
    rows = frame.head(limit + 1).collect("pyarrow").to_native()
    if rows.num_rows > limit:
        raise DataError("data.too_many_rows", limit=limit)
    return typed(rows, name)


def table(engine: Engine, name: str) -> pd.DataFrame:
    """A whole contract table in pandas, in the order of its rows."""
    inside = engine.scan(name).sort(*WHERE).select(*contract()[name].columns)
    return collect(inside, name=name)


def rows(engine: Engine, name: str) -> int:
    """How many rows a table has."""
    counted = engine.scan(name).select(n=nw.len()).collect("pyarrow").to_native()
    return int(counted["n"][0].as_py())

"""Where tables live (计算引擎): DuckDB in the process, or Spark (KIT_ENGINE); Narwhals for both.

Nothing else in the kit knows an engine. Expressions keep to what Spark runs unchanged: equi-joins
and filters, sums of Float64 or Int64, no null inside `n_unique`, explicit sorting.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import narwhals as nw
import pandas as pd
import pyarrow as pa

from kit.data.schema import WHERE, Column, contract, typed
from kit.data.store.home import Home
from kit.data.store.spark import SETTINGS, Spark, settle
from kit.errors import DataError
from kit.params import ROOT

TYPES: dict[str, Any] = {
    "text": nw.String,
    "int": nw.Float64,
    "float": nw.Float64,
    "money": nw.Float64,
    "date": nw.Date,
    "timestamp": nw.Datetime("us"),
    "bool": nw.Boolean,
}
Result = TypeVar("Result")
ROW_LIMIT = 20_000_000  # rows that may come into pandas: about 3 GB of ten numbers a row
MEMORY = "450MB"  # with pandas beside it a process of 1e7 rows of ads stays below 1.2 GB
MEMORIES = r"[1-9]\d*[MG]B"


@dataclass(frozen=True)
class Duck:
    """DuckDB in memory, which spills to the disk beyond its limit."""

    connection: duckdb.DuckDBPyConnection
    megabytes: int

    def arrow(self, name: str, rows: pa.Table) -> Any:
        """An Arrow table, in place."""
        self.connection.register(name, rows)
        return self.connection.table(name)

    def parquet(self, paths: list[str]) -> Any:
        """Files in place, with the file and the row in it."""
        return self.connection.read_parquet(
            paths, union_by_name=True, filename=True, file_row_number=True
        )

    def database(self, file: Path, table: str) -> Any:
        """A table of a DuckDB file, only read."""
        quoted = [part.replace('"', '""') for part in (file.stem, table)]
        path = str(file).replace("'", "''")
        self.connection.execute(f"ATTACH IF NOT EXISTS '{path}' AS \"{quoted[0]}\" (READ_ONLY)")
        return self.connection.sql(
            f"SELECT *, '{path}' AS filename, rowid AS file_row_number "
            f'FROM "{quoted[0]}"."{quoted[1]}"'
        )

    def stored(self, name: str, rows: Any) -> Any:
        """The rows, computed now and kept; with half as much memory again, as pandas waits."""
        self.connection.execute(f"SET memory_limit = '{1.5 * self.megabytes}MB'")
        rows.create(name)
        self.connection.execute(f"SET memory_limit = '{self.megabytes}MB'")
        return self.connection.table(name)

    def may_repeat(self, rows: Any, key: list[str]) -> bool:
        """By sorted fingerprints: half of what grouping costs, and misses no key that repeats."""
        columns = ", ".join(f'"{column}"' for column in key)
        marks = rows.project(f"hash({columns}) AS mark").fetchnumpy()["mark"]
        marks.sort()
        return bool((marks[1:] == marks[:-1]).any())

    def close(self) -> None:
        """Give memory back."""
        self.connection.close()


@dataclass(frozen=True)
class Engine:
    """An open engine; tables are added by name and scanned lazily."""

    home: Home
    frames: dict[str, nw.LazyFrame] = field(default_factory=dict)
    in_pandas: dict[str, Any] = field(default_factory=dict, repr=False)

    def add(self, name: str, rows: pa.Table) -> None:
        """Lay an Arrow table under `name`."""
        self.frames[name] = nw.from_native(self.home.arrow(name, rows))

    def add_files(self, name: str, files: list[Path], own: bool = True) -> None:
        """Lay Parquet files under `name`, read in place; foreign ones are cast to the contract."""
        rows = nw.from_native(self.home.parquet([str(file) for file in files]))
        self.frames[name] = rows.drop("filename", "file_row_number") if own else _laid(name, rows)

    def add_database(self, name: str, file: Path, table: str) -> list[tuple[str, str]]:
        """Lay a table of a DuckDB file under `name`, only read; what does not fit: column, type."""
        try:
            rows = nw.from_native(self.home.database(file, table))
        except duckdb.Error as error:
            raise DataError("data.broken_file", file=file.name, found=str(error)[:80]) from None
        held = rows.collect_schema()
        columns = contract()[name].columns.values()
        wrong = [
            (c.name, str(held.get(c.name, "—")))
            for c in columns
            if not (c.nullable if c.name not in held else _fits(c, held[c.name]))
        ]
        if not wrong:
            self.frames[name] = _laid(name, rows)
        return wrong

    def leave_out(self, name: str, rows: pa.Table) -> None:
        """From now on without the rows named by `_file` and `_row`."""
        if len(rows):
            self.add(f"not_{name}", rows)
            out = self.scan(f"not_{name}")
            self.frames[f"left_{name}"] = self.scan(name).join(out, on=list(WHERE), how="semi")
            self.frames[name] = self.scan(name).join(out, on=list(WHERE), how="anti")

    def may_repeat(self, name: str, key: list[str]) -> bool:
        """Whether a key may stand twice; False is certain."""
        return self.home.may_repeat(self.scan(name).to_native(), key)

    def kept(self, name: str, rows: Callable[[], nw.LazyFrame]) -> nw.LazyFrame:
        """The frame under `name`, computed when it is first asked for."""
        if name not in self.frames:
            self.frames[name] = nw.from_native(self.home.stored(name, rows().to_native()))
        return self.frames[name]

    def brought(self, name: str, rows: Callable[[], Result]) -> Result:
        """What stands under `name`, as rows in pandas: made once for all who ask for it."""
        return _brought(self.in_pandas, name, rows)

    def scan(self, name: str) -> nw.LazyFrame:
        """The table as a lazy Narwhals frame."""
        return self.frames[name]

    def close(self) -> None:
        """Give memory back."""
        self.home.close()


@dataclass
class OnDemand:
    """An engine that opens when a table is first asked for (按需打开), and again after its end.

    What was brought to pandas stays.
    """

    opening: Callable[[], Engine]
    in_pandas: dict[str, Any]
    opened: Engine | None

    def brought(self, name: str, rows: Callable[[], Result]) -> Result:
        """What stands under `name`, as rows in pandas: made once for all who ask for it."""
        return _brought(self.in_pandas, name, rows)

    def close(self) -> None:
        """Give the engine's memory back."""
        if self.opened:
            self.opened.close()
        self.opened = None

    def __getattr__(self, name: str) -> Any:
        """All else that an engine knows."""
        self.opened = self.opened or self.opening()
        return getattr(self.opened, name)


def _brought(held: dict[str, Any], name: str, rows: Callable[[], Result]) -> Result:
    if name not in held:
        held[name] = rows()
    found: Result = held[name]
    return found


def _laid(name: str, rows: nw.LazyFrame) -> nw.LazyFrame:
    """Foreign rows in the contract's columns and types, with the place of each."""
    held = rows.collect_schema()
    columns = [_cast(c, held.get(c.name)) for c in contract()[name].columns.values()]
    where = (nw.col("filename").alias("_file"), (nw.col("file_row_number") + 1).alias("_row"))
    return rows.select(*columns, *where)


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
    if column.unit == "level" and held.is_numeric():  # a rating: a number, or a word of its scale
        return True
    return held == TYPES[column.type] or (column.type == "text" and held.is_integer())


def open(url: str = "") -> Engine:
    """A new engine: DuckDB, or with KIT_ENGINE `spark` or a Spark Connect `sc://host:port`.

    DuckDB spills to the disk beyond KIT_MEMORY (such as 4GB), and takes a core for every GB: with
    less memory than that a second core makes it spill, which costs more than it brings.
    >>> engine = open("duckdb")
    >>> engine.add("t", pa.table({"n": [1, 2]}))
    >>> int(collect(engine.scan("t").select(nw.col("n").sum()))["n"][0])
    3
    """
    url = url or os.environ.get("KIT_ENGINE", "duckdb")
    if url != "duckdb":
        return Engine(Spark(_session(url)))
    told = os.environ.get("KIT_MEMORY", MEMORY)
    if not re.fullmatch(MEMORIES, told):
        raise DataError("data.bad_memory", found=told)
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = '{ROOT / '.cache' / 'spill'}'")
    megabytes = int(told[:-2]) * (1000 if told.endswith("GB") else 1)
    connection.execute(f"SET memory_limit = '{megabytes}MB'")
    connection.execute(f"SET threads = {max(1, min(megabytes // 1000, os.cpu_count() or 1))}")
    return Engine(Duck(connection, megabytes))


def _session(url: str) -> Any:
    """The running Spark session or a new one, with the settings that the expressions count on."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise DataError("data.no_spark", found=url) from None
    builder: Any = SparkSession.builder.appName("kit")
    builder = builder.remote(url) if url.startswith("sc://") else builder
    session = builder.config(map=SETTINGS).getOrCreate()
    settle(session, PySparkException)
    return session


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


def counts(engine: Engine, names: list[str]) -> dict[str, int]:
    """How many rows each table has, in one question to the engine."""
    each = [engine.scan(n).select(n=nw.len()).with_columns(name=nw.lit(n)) for n in names]
    found = collect(nw.concat(each)) if each else pd.DataFrame({"name": [], "n": []})
    return dict(zip(found["name"], found["n"].astype(int), strict=True))

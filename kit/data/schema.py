"""The contract of the input tables (数据约定), read once from `tables.yml` beside this file."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import yaml

from kit.words import LANGS

if TYPE_CHECKING:  # a run that changes nothing ends before it is imported
    import pandas as pd

ARROW = {
    "text": pa.string(),
    "int": pa.float64(),
    "float": pa.float64(),
    "money": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "bool": pa.bool_(),
}
NUMBERS = ("int", "float", "money")
WHERE = ("_file", "_row")  # columns that remember where a row stood


@dataclass(frozen=True)
class Column:
    """One column: type text, int, float, money, date, timestamp or bool, and what it may hold."""

    name: str
    type: str
    nullable: bool = False
    unit: str = ""
    default: Any = None
    enum: tuple[str, ...] = ()
    range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Table:
    """One table of the contract; `needed` when four of the five notebooks refuse without it."""

    name: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    needed: bool

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    @property
    def arrow(self) -> pa.Schema:
        """Stored types: the contract's columns, then file and row they came from."""
        fields = [pa.field(c.name, ARROW[c.type]) for c in self.columns.values()]
        return pa.schema([*fields, pa.field("_file", pa.string()), pa.field("_row", pa.int64())])


def _column(name: str, spec: str | dict[str, Any]) -> Column:
    said = {"type": spec} if isinstance(spec, str) else spec
    pairs: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    return Column(name, **pairs)


@cache
def contract() -> dict[str, Table]:
    """All tables by name.

    >>> contract()["ads"].key
    ('date', 'hour', 'plan_id', 'ad_group', 'keyword', 'creative', 'audience')
    >>> contract()["assignment"]["share"].default
    1
    """
    return {
        name: Table(
            name,
            {c: _column(c, said) for c, said in spec["columns"].items()},
            tuple(spec.get("key", ())),
            "needs" in spec,
        )
        for name, spec in beside("tables.yml")["tables"].items()
    }


@cache
def beside(name: str) -> dict[str, Any]:
    """A file of rules or definitions that stands beside this code."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return found


def empty(name: str) -> "pd.DataFrame":
    """The table without rows, with the contract's columns and types."""
    table = contract()[name]
    return typed(table.arrow.empty_table().drop_columns(list(WHERE)), name)


def typed(stored: pa.Table, name: str = "") -> "pd.DataFrame":
    """Arrow → pandas: dates datetime64[us], text str, missing NaN or NaT, defaults filled in.

    A count that may be missing is float64, else int64; a truth value that may be: 1.0, 0.0, NaN.
    """
    import pandas as pd

    columns = contract()[name].columns if name else {}
    made = {n: _series(stored[n], columns.get(n)) for n in stored.column_names}
    return pd.DataFrame(made, columns=stored.column_names, copy=False)


def _series(values: pa.ChunkedArray, column: Column | None) -> "pd.Series":
    kind = values.type
    if column and column.default is not None:
        values = values.fill_null(pa.scalar(column.default, kind))
    if pa.types.is_date(kind):
        values = values.cast(pa.timestamp("us"))
    elif pa.types.is_decimal(kind):
        values = values.cast(pa.float64())
    elif pa.types.is_boolean(kind) and not (column and column.default is not None):
        values = values.cast(pa.int8()).cast(pa.float64())
    series = values.to_pandas()
    if column and column.type == "int" and not column.nullable and not values.null_count:
        series = series.astype("int64") if (series % 1 == 0).all() else series
    return series.astype("str") if pa.types.is_string(kind) else series


@cache
def meanings() -> dict[str, dict[str, str]]:
    """What each column means (列的含义): name -> language -> text.

    >>> meanings()["uv"]["en"]
    'distinct visitors of the day'
    """
    with (Path(__file__).parent / "columns.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: {lang: row[lang] for lang in LANGS} for row in csv.DictReader(file)}

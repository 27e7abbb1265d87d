"""Rows in the contract's own form (数据约定格式的行): breakdowns added up, orders that are no sale.

Columns beyond the contract are not kept, and still decide: a column of devices makes parts of one
plan and day, a status tells an order that was never paid.
"""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.reading import orders, parts, spans
from kit.data.reading.cells import Body, distinct
from kit.data.reading.headers import Header
from kit.data.schema import Table

PARTED = ("ads", "traffic")
TELLING = ("status", "pay_status", "cancelled_at", "is_test")


def counted(
    header: Header, body: Body, values: dict[str, pa.Array], table: Table
) -> tuple[dict[str, Any], list[Issue]]:
    """The columns that count, a row a key where a breakdown was added up, and what was found."""
    if table.name == "orders":
        return _sales(values, table)
    unread = {
        cell: body.cells[str(n)]
        for n, (cell, name) in enumerate(zip(header.cells, header.names, strict=True))
        if cell.strip() and not name
    }
    if not unread or "date" not in values:
        return values, []
    frame = pd.DataFrame({n: values[n].to_pandas() for n in ("date", "_row")})
    frame["_at"] = np.flatnonzero(np.isin(np.asarray(body.rows), frame["_row"]))
    issues = list(spans.beside(frame, unread, header.report)) if table.name in PARTED else []
    if table.name not in PARTED or not set(table.key) & set(values):
        return values, issues
    done, more = _parts(frame["_at"].to_numpy(), unread, values, table)
    return done, issues + more


def _parts(
    at: np.ndarray, unread: dict[str, Any], values: dict[str, pa.Array], table: Table
) -> tuple[dict[str, Any], list[Issue]]:
    """Rows of one key that differ in a column nobody mapped, added up."""
    key = [name for name in table.key if name in values]
    keys = pd.DataFrame({name: values[name].to_pandas() for name in key})
    if not keys.duplicated().any():
        return values, []
    names = [name for name in table.columns if name in values]
    frame = pd.DataFrame({name: values[name].to_pandas() for name in (*names, "_row")})
    texts = {name: _cells(column, at) for name, column in unread.items()}
    rest, issues, differing = parts.once(frame, texts, key)
    if not differing:
        return values, [i for i in issues if i.severity == "refuse" and len(unread)]
    merged, more = parts.added_up(rest, table, differing)
    held = pa.Table.from_pandas(merged, preserve_index=False)
    return {name: held[name] for name in held.column_names}, issues + more


def _cells(column: pa.ChunkedArray, at: np.ndarray) -> np.ndarray:
    words, places = distinct(column)
    texts: np.ndarray = np.array(words.to_pylist(), dtype=object)[places.to_numpy()[at]]
    return texts


def _sales(values: dict[str, pa.Array], table: Table) -> tuple[dict[str, Any], list[Issue]]:
    """Orders that were paid and not taken back; the others are counted and said."""
    unpaid = "paid_at" in values and values["paid_at"].null_count
    if not unpaid and not set(TELLING) & set(values):
        return values, []
    rows = pd.DataFrame({name: column.to_pandas() for name, column in values.items()})
    kept, issues = orders.paid(rows, table)
    held = pa.Table.from_pandas(kept, preserve_index=False)
    return {name: held[name] for name in held.column_names}, issues

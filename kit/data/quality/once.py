"""Rows that stand twice (重复与冲突): equal ones once; of one key the later snapshot or row.

An empty key column is a value of its own. Every row left out is counted, and its days are named.
"""

import narwhals as nw
import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.schema import Table, typed
from kit.data.store.engine import Engine, collect

EMPTY = {"text": "\0", "date": None, "timestamp": None}


def repeated(engine: Engine, table: Table, files: list[str]) -> tuple[pa.Table, list[Issue]]:
    """`_file` and `_row` of the rows to leave out, and what is to be said of them."""
    found = _same_key(engine, table)
    order = {name: n for n, name in enumerate(files)}
    found["_order"] = found["_file"].map(order).fillna(0)
    dates = ["snapshot_date"] if "snapshot_date" in found else []
    found = found.sort_values([*dates, "_order", "_row"], na_position="first", kind="stable")
    equal = found.duplicated(list(table.columns))
    older = found[~equal].duplicated(_key(table), keep="last")
    other = older.reindex(found.index, fill_value=False)
    rules = (("duplicate_row", "note", equal), ("conflict", "warn", other))
    issues = [
        _issue(rule, severity, table, found[mask]) for rule, severity, mask in rules if mask.any()
    ]
    left = found.loc[equal | other, ["_file", "_row"]]
    return pa.Table.from_pandas(left, preserve_index=False), issues


def _key(table: Table) -> list[str]:
    return list(table.key or table.columns)


def _same_key(engine: Engine, table: Table) -> pd.DataFrame:
    """All rows whose key stands more than once."""
    rows = engine.scan(table.name)
    key = _key(table)
    if not engine.may_repeat(table.name, key):
        return typed(table.arrow.empty_table())
    keyed = rows.select(*(_filled(table, c) for c in key))
    twice = keyed.group_by(*key).agg(_n=nw.len()).filter(nw.col("_n") > 1).select(*key)
    names = {c: f"_key_{c}" for c in key}
    marked = rows.with_columns(**{names[c]: _filled(table, c) for c in key})
    return collect(marked.join(twice.rename(names), on=list(names.values()), how="semi"))


def _filled(table: Table, name: str) -> nw.Expr:
    column = table[name]
    empty = EMPTY.get(column.type, -1)
    return nw.col(name).fill_null(empty) if column.nullable and empty is not None else nw.col(name)


def _issue(rule: str, severity: str, table: Table, rows: pd.DataFrame) -> Issue:
    first = rows.iloc[0]
    days = sorted({str(day)[:10] for day in rows["date"].dropna()}) if "date" in rows else []
    return Issue(
        rule,
        severity,
        table.name,
        first["_file"],
        int(first["_row"]),
        count=len(rows),
        facts={"days": days[:10]},
    )

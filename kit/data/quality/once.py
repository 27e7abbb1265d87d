"""Rows that stand twice (重复与冲突): equal ones once; of one key the newer, by a day that says so.

What is newer is said by a day in the row (snapshot, handed in, set), else by the day on which a
file says that it was exported, else by the number that a browser gives to a file downloaded again.
Where none tells, the rows are refused with both values: no order of lines or names decides it.
An empty key column is a value of its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.schema import NUMBERS, Table, typed
from kit.data.store.engine import Engine, collect

EMPTY = {"text": "\0", "date": None, "timestamp": None}
NEWER = {  # the day that a row of a table carries itself
    "ads": "snapshot_date",
    "feedback": "submitted_on",
    "targets": "set_on",
    "interviews": "held_on",
    "appeals": "at",
    "market": "published_on",
    "brand_search": "published_on",
}
AGAIN = re.compile(r"^(.*?)\s*[(（](\d{1,3})[)）]$")


def repeated(
    engine: Engine, table: Table, exported: dict[str, str] | None = None
) -> tuple[pa.Table, list[Issue]]:
    """`_file` and `_row` of the rows to leave out, and what is to be said of them.

    exported : the day on which a file says that it was exported, by file
    """
    found = _same_key(engine, table).sort_values(["_file", "_row"], kind="stable")
    usual = {c.name: c.default for c in table.columns.values() if c.default is not None}
    for name in usual.keys() & found.columns:  # a column without a value has the type of NaN
        found[name] = found[name].astype(object).fillna(usual[name]).infer_objects()
    equal = _exact(found, table).duplicated(list(table.columns))
    issues = [_equal(table, found[equal])] if equal.any() else []
    rest = found[~equal].reset_index(drop=True)
    rest = rest[rest.duplicated(_key(table), keep=False)].reset_index(drop=True)
    state = _states(_aged(rest, table, exported or {}))
    issues += list(_settled(table, rest, state))
    issues += list(_open(table, rest[state == "open"]))
    older = rest.loc[state == "older", ["_file", "_row"]]
    left = pd.concat([found.loc[equal, ["_file", "_row"]], older])
    return pa.Table.from_pandas(left, preserve_index=False), issues


def _exact(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows whose numbers lost what adding up in binary left behind: 0.1 + 0.2 is 0.3."""
    numbers = [c for c in rows if c in table.columns and table[str(c)].type in NUMBERS]
    return rows.assign(**{str(c): rows[c].astype(float).round(6) for c in numbers})


def _aged(rows: pd.DataFrame, table: Table, exported: dict[str, str]) -> pd.DataFrame:
    """Of each row its group of one key, its own day, its file's day of export and number."""
    day = NEWER.get(table.name, "")
    first = pd.Timestamp("1900-01-01")
    own = pd.to_datetime(rows[day]) if day in rows else pd.Series(first, rows.index)
    files = pd.to_datetime(rows["_file"].map(exported), errors="coerce")
    group = rows.groupby(_key(table), dropna=False, sort=False).ngroup()
    return pd.DataFrame(
        {
            "group": group,
            "own": own.fillna(first),
            "file": files.fillna(first),
            "number": rows["_file"].map(_number),
            "stem": rows["_file"].map(_stem),
        },
        index=rows.index,
    )


def _states(rows: pd.DataFrame) -> pd.Series:
    """Of each row: "kept" as the newest of its key, "older", or "open" where nothing tells."""
    left = pd.Series(True, rows.index)
    for name in ("own", "file"):
        newest = rows[left].groupby("group")[name].transform("max").reindex(rows.index)
        left &= rows[name] == newest
    one_stem = rows[left].groupby("group")["stem"].transform("nunique").reindex(rows.index) == 1
    newest = rows[left].groupby("group")["number"].transform("max").reindex(rows.index)
    left &= ~one_stem | (rows["number"] == newest)
    winners = left.groupby(rows["group"]).transform("sum")
    state = pd.Series("older", rows.index)
    state[left] = "kept"
    state[winners > 1] = "open"
    return state


def _number(file: str) -> int:
    """The number of a download that a browser appends: 0 for the first, 1 for "x (1).csv"."""
    found = AGAIN.match(Path(file.partition("#")[0]).stem)
    return int(found[2]) if found else 0


def _stem(file: str) -> str:
    """A file without that number, with its sheet."""
    name, _, sheet = file.partition("#")
    path = Path(name)
    found = AGAIN.match(path.stem)
    return f"{path.with_name((found[1] if found else path.stem) + path.suffix)}#{sheet}"


def _settled(table: Table, rows: pd.DataFrame, state: pd.Series) -> Iterator[Issue]:
    """What is said of rows that gave way to a newer one: both files, the column and both values."""
    older = state == "older"
    if not older.any():
        return
    first = rows[older].iloc[0]
    kept = rows[_same(table, rows, first) & (state == "kept")].iloc[0]
    facts = _pair(table, kept, first) | {"days": _days(rows[older])}
    yield Issue(
        "conflict",
        "warn",
        table.name,
        first["_file"],
        int(first["_row"]),
        count=int(older.sum()),
        facts=facts,
    )


def _same(table: Table, rows: pd.DataFrame, first: pd.Series) -> pd.Series:
    """Rows of the key of one of them."""
    key = _key(table)
    told = rows[key].astype(object).fillna("\0")
    same: pd.Series = (told == first[key].astype(object).fillna("\0")).all(axis=1)
    return same


def _open(table: Table, rows: pd.DataFrame) -> Iterator[Issue]:
    """Rows of one key of which nothing tells the newer."""
    if rows.empty:
        return
    first = rows.iloc[0]
    other = rows[_same(table, rows, first)].iloc[1]
    yield Issue(
        "conflict_open",
        "refuse",
        table.name,
        first["_file"],
        int(first["_row"]),
        count=len(rows),
        facts=_pair(table, other, first) | {"days": _days(rows)},
    )


def _pair(table: Table, one: pd.Series, other: pd.Series) -> dict[str, object]:
    """Both rows as they are told: where they stand, and the first column in which they differ."""
    columns = [c.name for c in table.columns.values() if c.name not in _key(table)]
    differing = [c for c in columns if _value(one[c]) != _value(other[c])]
    numbers = [c for c in differing if table[c].type in NUMBERS]
    column = (numbers or differing or [""])[0]
    who = [str(_value(one[c])) for c in _key(table) if pd.notna(one[c])]
    return {
        "other": f"{one['_file']}",
        "other_row": int(one["_row"]),
        "which": who,
        "differs": column,
        "old": _value(other[column]) if column else "—",
        "new": _value(one[column]) if column else "—",
    }


def _value(value: Any) -> str:
    if pd.isna(value):
        return "—"
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)[:10] if isinstance(value, pd.Timestamp) else str(value)


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
    """The column without nulls, which would join with nothing; Spark fills with its own type."""
    column = table[name]
    empty = EMPTY.get(column.type, -1)
    if not column.nullable or empty is None:
        return nw.col(name)
    cell = nw.col(name).cast(nw.Float64) if column.type == "bool" else nw.col(name)
    return cell.fill_null(empty)


def _equal(table: Table, rows: pd.DataFrame) -> Issue:
    first = rows.iloc[0]
    facts = {"days": _days(rows)}
    return Issue(
        "duplicate_row",
        "note",
        table.name,
        first["_file"],
        int(first["_row"]),
        count=len(rows),
        facts=facts,
    )


def _days(rows: pd.DataFrame) -> list[str]:
    """Days of rows, the first ten."""
    days = sorted({str(day)[:10] for day in rows["date"].dropna()}) if "date" in rows else []
    return days[:10]

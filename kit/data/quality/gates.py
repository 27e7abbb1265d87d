"""Gates (质量关口): rules as data, one pass a table, then one look-up a broken rule.

Every finding names file, row, column, value and count, and its text says what to do. Refusals stop
scoring, warnings are scored and said, notes are only said.
"""

import ast
import datetime as dt
import operator
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import reduce
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from kit.data.issues import Issue
from kit.data.reading.sources import shown
from kit.data.schema import NUMBERS, Column, beside, contract
from kit.data.store.engine import Engine, collect
from kit.scheme import Scheme
from kit.scheme.library import table_of

MEASURED = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.And: operator.and_,
    ast.Or: operator.or_,
}

LARGEST = 1e12  # no count and no amount of money of any company is beyond it


NAMED = ("plan_id", "date")  # what a row is found by in the platform, beside its number
NEAREST = 5_000  # ids among which a nearest one is looked for


class Rule(NamedTuple):
    """A rule of one table: `broken` is true of a row that breaks it, `number` counts them."""

    id: str
    severity: str
    column: str
    broken: nw.Expr
    facts: Mapping[str, Any] = MappingProxyType({})

    @property
    def number(self) -> nw.Expr:
        """Empty cells are what the count of a column lacks, which costs a third of asking each."""
        if self.id in ("empty_cell", "no_customer"):
            return nw.len() - nw.col(self.column).count()
        if self.id == "too_large":  # the ends tell it at a tenth of the price; then it is counted
            cell = nw.col(self.column)
            far = (cell.max() > LARGEST) | (cell.min() < -LARGEST)
            return nw.when(far).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
        return nw.when(self.broken).then(nw.lit(1.0)).sum()


def gates() -> dict[str, Any]:
    """The file of gates."""
    return beside("quality/gates.yml")


def predicate(text: str) -> nw.Expr:
    """A comparison of columns and numbers as an expression that every engine runs.

    >>> frame = nw.from_dict({"pv": [1, 5], "uv": [2, 5]}, backend="pyarrow")
    >>> frame.filter(predicate("pv < uv")).shape
    (1, 2)
    """
    return _expression(ast.parse(text, mode="eval").body)


def _expression(node: ast.expr) -> Any:
    match node:
        case ast.Name(id=name):
            return nw.col(name)
        case ast.Constant(value=value):
            return value
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return MEASURED[type(op)](_expression(left), _expression(right))
        case ast.BinOp(left=left, op=op, right=right):
            return MEASURED[type(op)](_expression(left), _expression(right))
        case ast.BoolOp(op=op, values=values):
            return reduce(MEASURED[type(op)], map(_expression, values))
    raise ValueError(f"gates.yml: {ast.unparse(node)}")


def rules(table: str) -> list[Rule]:
    """Rules of a table: those of the contract, then those of gates.yml."""
    own = [
        Rule(r["id"], r["severity"], r["column"], predicate(r["where"]))
        for r in gates()["rows"]
        if r["table"] == table
    ]
    return [r for c in contract()[table].columns.values() for r in _of_column(table, c)] + own


def _of_column(table: str, column: Column) -> Iterator[Rule]:
    cell = nw.col(column.name)
    name = f"{table}.{column.name}"
    if not column.nullable:
        yield Rule("empty_cell", "refuse", column.name, cell.is_null())
    if name in gates()["unknown"]:
        yield Rule("no_customer", "note", column.name, cell.is_null())
    if name in gates()["negative"]:
        yield Rule("negative", gates()["softer"].get(name, "refuse"), column.name, cell < 0)
    low, high = column.range or ((0, 1) if column.default == 1 and column.unit else (None, None))
    if column.type in NUMBERS and low is not None:
        facts = {"low": low, "high": high}
        yield Rule("out_of_range", "refuse", column.name, (cell < low) | (cell > high), facts)
    if column.type in NUMBERS:
        yield Rule("too_large", "refuse", column.name, (cell > LARGEST) | (cell < -LARGEST))
    if column.enum:
        wrong = ~cell.is_in(list(column.enum))
        yield Rule("not_a_word", "refuse", column.name, wrong, {"known": known_words(column)})


def known_words(column: Column) -> list[str]:
    """The words of a column as both readers know them: manager 上级."""
    labels: Mapping[str, list[str]] = beside("quality/labels.yml").get(column.name, {})
    return [" ".join([word, *labels.get(word, [])[:1]]) for word in column.enum]


def needs(scheme: Scheme, indicator: str) -> list[str]:
    """Tables that must hold rows of a person for an indicator: the kit's list, or the formula's."""
    spec = scheme.library[indicator]
    if not spec.source:
        return list(gates()["indicators"].get(indicator, []))
    if spec.source == "progress":
        return ["key_results"]
    return ["feedback"] if spec.item else list(dict.fromkeys(map(table_of, spec.terms)))


def whole(value: object) -> str:
    """A cell as text, a count without the decimals of the column that holds it (个数不带小数).

    >>> whole(10.0), whole(5.5), whole("1.0")
    ('10', '5.5', '1.0')
    """
    counted = isinstance(value, float) and value.is_integer()
    return f"{value:.0f}" if counted else str(value)


def place(row: pd.Series) -> tuple[str, int]:
    """File and row number to be told of a row."""
    return shown(Path(row["_file"])), int(row["_row"])


def of_rows(
    rows: pd.DataFrame, rule: str, at: tuple[str, str], severity: str = "refuse", **facts: Any
) -> Iterator[Issue]:
    """One issue for all the rows that break a rule, with the place and value of the first.

    A row of the file that stands for several people counts once.

    at : table and column; rows : with the column, `_file` and `_row`; none gives no issue
    """
    if len(rows):
        table, column = at
        first = rows.iloc[0]
        value = "" if pd.isna(first[column]) else whole(first[column])
        n = len(rows.drop_duplicates(["_file", "_row"]))
        yield Issue(rule, severity, table, *place(first), column, value, n, facts)


def located(
    engine: Engine,
    issue: Issue,
    where: Mapping[Any, Any],
    since: tuple[str, dt.date] | None = None,
) -> Issue:
    """The issue with the place of the first row of those values; since : column, first day."""
    rows = engine.scan(issue.table)
    for column, value in where.items():
        rows = rows.filter(nw.col(column) == value)
    if since:
        rows = rows.filter(nw.col(since[0]).cast(nw.Date) >= nw.lit(since[1]))
    found = collect(rows.sort("_file", "_row").select("_file", "_row").head(1))
    if found.empty:
        return issue
    file, row = place(found.iloc[0])
    return replace(issue, file=file, row=row)


def broken(engine: Engine, table: str) -> Iterator[Issue]:
    """Issues of one table: a single pass counts them all, then each is looked up once."""
    rows = engine.scan(table)
    checks = rules(table)
    counts = collect(rows.select(*(r.number.alias(str(n)) for n, r in enumerate(checks)))).iloc[0]
    for check, count in zip(checks, counts, strict=True):
        if count > 0:
            found = rows.filter(check.broken).sort("_file", "_row")
            named = [c for c in NAMED if c in contract()[table].columns]
            asked = found.select("_file", "_row", *named, value=check.column)
            first = collect(asked.head(1)).iloc[0]
            at = [str(x)[:10] if c == "date" else str(x) for c, x in first[named].dropna().items()]
            yield Issue(
                check.id,
                check.severity,
                table,
                *place(first),
                check.column,
                whole(first["value"]),
                int(count) if check.id != "too_large" else _n(found),
                {**check.facts, "at": at},
            )


def _n(rows: nw.LazyFrame) -> int:
    return int(collect(rows.select(n=nw.len()))["n"].iloc[0])


def dangling(engine: Engine, given: set[str]) -> Iterator[Issue]:
    """Values that should be found in another table and are not."""
    for link in gates()["links"]:
        key = link.get("key") or contract()[link["to"]].key[0]
        for name in link["from"]:
            table, _, column = name.partition(".")
            if {table, link["to"]} <= given:
                yield from _lost(engine, link, (table, column or key, key))


NAMES = {"roster": "name", "plans": "plan_name"}


def _near(engine: Engine, table: str, key: str, lost: list[str]) -> list[str]:
    """For ids that nobody has: the id of who or what bears that name, else the nearest id."""
    if table not in NAMES:
        return []
    rows = collect(engine.scan(table).select(key, NAMES[table]), limit=100_000)
    ids = rows.drop_duplicates(NAMES[table], keep=False).set_index(NAMES[table])[key]
    named = [f"{text} → {ids[text]}" for text in lost if text in ids.index]
    known = rows[key].dropna().unique().tolist() if len(rows) <= NEAREST else []
    close = [n for text in lost[:3] for n in get_close_matches(str(text), known, 1, 0.6)]
    return (named or list(dict.fromkeys(close)))[:5]


def _lost(engine: Engine, link: dict[str, Any], at: tuple[str, str, str]) -> Iterator[Issue]:
    table, column, key = at
    known = engine.scan(link["to"]).select(nw.col(key).alias(column))
    rows = engine.scan(table).filter(~nw.col(column).is_null()).join(known, on=column, how="anti")
    lost = collect(rows.group_by(column).agg(n=nw.len()).sort(column), limit=100_000)
    if len(lost):
        found = rows.select("_file", "_row", column).sort("_file", "_row").head(1)
        first = collect(found).iloc[0]
        values = lost[column].tolist()[:10]
        facts = {"to": link["to"], "values": values, "near": _near(engine, link["to"], key, values)}
        yield Issue(
            link["id"],
            link["severity"],
            table,
            *place(first),
            column,
            first[column],
            int(lost["n"].sum()),
            facts,
        )

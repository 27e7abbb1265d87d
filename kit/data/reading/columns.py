"""Cells → values, column by column (类型): every odd cell is named, and every conversion said."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading.cast import BOUNDED, Style, faulty
from kit.data.reading.cells import Body, Place
from kit.data.reading.column import Column, columns_of
from kit.data.reading.figures import (
    by_code,
    converted,
    decimals_of,
    money_of,
    percent_targets,
    scaled,
    shortened,
    styles_of,
    writes_commas,
)
from kit.data.reading.headers import Header
from kit.data.reading.reports import said
from kit.data.reading.terms import Terms
from kit.data.reading.values import values_of
from kit.data.schema import NUMBERS, Table


@dataclass(frozen=True)
class Typed:
    """Values of each mapped column by row, and what was found."""

    values: dict[str, pa.Array]
    issues: tuple[Issue, ...] = ()
    decimals: dict[str, int] = field(default_factory=dict)


def typed(header: Header, body: Body, table: Table, terms: Terms, skipped: np.ndarray) -> Typed:
    """Every column that has a use, typed.

    skipped : rows that may be totals, in which words stand where days and names are wanted
    """
    columns = columns_of(header, body, table)
    local = writes_commas(header)
    styles, issues = styles_of(columns, local=local)
    rows = np.asarray(body.rows)
    done: dict[str, Any] = {}
    decimals: dict[str, int] = {}
    settled = money_of(columns, header, table, terms)
    issues += settled.issues
    for column in columns:
        values, found = values_of(column, styles.get(column.name, Style()), table, terms)
        issues += list(_placed(column, found, rows, skipped))
        for name, part in values.items():
            done[name] = part.take(column.at)
        if column.kind in NUMBERS:
            done[column.name] = scaled(column, done[column.name], settled, header)
            decimals[column.name] = decimals_of(column)
            issues += [] if column.figures_alone else shortened(column)
            issues += converted(column)
    for column in (c for c in columns if c.of_indicators):
        done[column.name], wrong = percent_targets(column, done, rows, terms)
        issues += wrong
    if settled.factors and "currency" in done:
        done = by_code(done, columns, header, settled)
    issues += list(_odd_cells(columns, body))
    return Typed(done, tuple(issues), decimals)


def _placed(
    column: Column, faults: list[Any], rows: np.ndarray, skipped: np.ndarray
) -> Iterator[Issue]:
    """Faults with the first row they stand in; of rows that may be totals only those of numbers."""
    if column.kind in ("", *NUMBERS) and not _in_use(column) and not column.figures_alone:
        bounds = pc.match_substring_regex(column.words, BOUNDED)
        count = pc.sum(pc.fill_null(bounds, False).take(column.at)).as_py()
        if count:
            yield Issue("bounded_value", "note", column=column.header, count=count)
    for rule, severity, mask, facts in faults:
        mask = pc.fill_null(mask, False)
        if not pc.any(mask, min_count=0).as_py():
            continue
        at = mask.take(column.at)
        if column.kind not in NUMBERS and skipped.any():
            at = pc.and_(at, pa.array(~skipped))
        if wrong := faulty(column.raw, at, column.at):
            row = int(rows[wrong[0]])
            value = _printed(wrong[1], rule)
            yield Issue(rule, severity, "", "", row, column.header, value, wrong[2], facts)


def _in_use(column: Column) -> bool:
    return (
        column.name in (*said()["additive"], *said()["people"])
        or not column.is_ratio
        and bool(column.kind)
    )


def _printed(value: str, rule: str) -> str:
    text = value.strip()
    return text.removesuffix(".0") if rule == "rounded_id" else text


def _odd_cells(columns: list[Column], body: Body) -> Iterator[Issue]:
    """Errors, formulas without a result, and numbers under merged cells, in columns that count."""
    mapped = {c.n: c for c in columns if c.kind}
    numbers = {c.n: c for c in columns if c.kind in NUMBERS}
    first = int(body.rows[0]) if len(body.rows) else 0
    errors = {p: text for p, text in body.remarks.errors.items() if p.row >= first or p.row == 0}
    yield from _at(errors, mapped, "error_cell", list(errors.values()))
    open_ones = [p for p in body.remarks.uncalculated if p.row >= first or p.row == 0]
    yield from _at(dict.fromkeys(open_ones, ""), mapped, "formula_not_calculated", [])
    covered = {p: "" for p, held in body.covered.items() if p.column in numbers}
    yield from _at(covered, numbers, "merged_number", [])
    kept = {p: "" for p, held in body.covered.items() if held and p.column not in numbers}
    yield from _at(kept, mapped, "covered_value", [])


def _at(
    cells: dict[Place, str], columns: dict[int, Column], rule: str, values: list[str]
) -> Iterator[Issue]:
    """One issue for each column with such cells; a cell without an address counts for all."""
    for n, column in columns.items():
        there = [p for p in cells if p.column == n or p.column < 0]
        if there:
            row = min(p.row for p in there) or None
            value = cells[there[0]] or (values[0] if values else "")
            severity = "note" if rule == "covered_value" else "refuse"
            yield Issue(rule, severity, "", "", row, column.header, value, len(there))

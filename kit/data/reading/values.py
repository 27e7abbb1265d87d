"""Cells → values of one column (单列取值): ids, names, days, hours, numbers, and their faults."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.reading.cast import Style, cast, tidy
from kit.data.reading.cells import Kind
from kit.data.reading.column import Column, is_count
from kit.data.reading.dates import hour_of
from kit.data.reading.days import Judged, days, times
from kit.data.reading.encoding import lost_letters
from kit.data.reading.terms import Terms
from kit.data.schema import Table

ROUNDED = r"^\d(\.\d+)?[eE]\+?\d+$|^\d{16,}\.0*$"  # an id that a spreadsheet took for a number
WHOLE = r"^(\d{1,15})\.0+$"
ERRORS = r"^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$"
PROSE = {  # free text: whatever stands there moves no figure
    *("comment", "note", "facts", "obstacles", "reply", "evidence", "reason", "finding"),
    *("action", "result", "hypothesis", "task", "basis"),
}
LOOKED = 5000  # different names that are looked at for lost letters


def values_of(
    column: Column, style: Style, table: Table, terms: Terms
) -> tuple[dict[str, pa.Array], list[tuple[str, str, pa.Array, dict[str, Any]]]]:
    """Values of a column's different cells by name, and faults: rule, severity, mask, facts."""
    words = column.words
    if column.kind == "text":
        return _text(column)
    if column.kind == "hour":
        return _hour(column)
    if column.kind in ("date", "timestamp"):
        return _dated(column, table, terms)
    if not column.kind:
        return {}, []
    values, bad = cast(words, column.kind, style)
    if style.comma and column.kinds is not None:
        printed = pa.array(column.kinds != Kind.TEXT)
        plain, plain_bad = cast(words, column.kind, style._replace(comma=False))
        values = pc.if_else(printed, plain, values)
        bad = pc.if_else(printed, plain_bad, bad)
    if column.is_ratio:
        return {column.name: values}, []
    wanted = "float" if column.kind == "money" and is_count(column.name) else column.kind
    return {column.name: values}, [("bad_cell", "refuse", bad, {"wanted": wanted})]


def _text(column: Column) -> tuple[dict[str, pa.Array], list[Any]]:
    """Ids and names: rounded, turned into dates, or with letters lost, they are refused."""
    words = column.words
    faults: list[Any] = []
    is_id = column.name.endswith("_id")
    if is_id or column.name in ("plan_id", "order_id"):
        words = tidy(words)
        rounded = pc.fill_null(pc.match_substring_regex(words, ROUNDED), False)
        faults.append(("rounded_id", "refuse", rounded, {}))
        faults.append(("zeros_id", "refuse", _zeroed(words), {}))
        whole = pc.fill_null(pc.match_substring_regex(words, WHOLE), False)
        faults.append(("id_as_number", "note", whole, {}))
        words = pc.replace_substring_regex(words, WHOLE, r"\1")
    if column.name in PROSE:
        return {column.name: words}, faults
    faults.append(("error_cell", "refuse", pc.match_substring_regex(words, ERRORS), {}))
    if column.kinds is not None:
        dated = pa.array((column.kinds == Kind.DATE) & words.is_valid().to_numpy(False))
        faults.append(("name_became_date", "refuse", dated, {}))
    faults.append(("lost_letters", "refuse", _lost(words), {}))
    return {column.name: words}, faults


def _zeroed(ids: pa.Array) -> pa.Array:
    """Mask of long ids that all end in zeros from the 16th digit on: a spreadsheet cut them there.

    One id with a zero there is chance; three zeros at least, over all long ids, are none.
    """
    long = pc.fill_null(pc.match_substring_regex(ids, r"^\d{16,20}$"), False)
    if not pc.any(long, min_count=0).as_py():
        return long
    tails = [text[15:] for text in ids.filter(long).to_pylist()]
    zeroed = all(set(tail) == {"0"} for tail in tails) and sum(map(len, tails)) >= 3
    return long if zeroed else pa.array(np.zeros(len(ids), bool))


def _lost(words: pa.Array) -> pa.Array:
    """Mask of names whose letters were lost; of very many the first are looked at."""
    suspect = pc.match_substring_regex(words, r"\?\?|[^\x00-\x7f]")
    places = np.flatnonzero(pc.fill_null(suspect, False).to_numpy(False))[:LOOKED]
    mask = np.zeros(len(words), bool)
    mask[[place for place in places if lost_letters(words[place].as_py())]] = True
    return pa.array(mask)


def _hour(column: Column) -> tuple[dict[str, pa.Array], list[Any]]:
    found: list[float | None] = []
    for cell in column.words.to_pylist():
        try:
            found.append(None if cell is None else float(hour_of(cell)))
        except ValueError:
            found.append(None)
    hours = pa.array(found, pa.float64())
    bad = pc.and_(column.words.is_valid(), hours.is_null())
    return {"hour": hours}, [("bad_cell", "refuse", bad, {"wanted": "int"})]


def _dated(column: Column, table: Table, terms: Terms) -> tuple[dict[str, pa.Array], list[Any]]:
    words = column.words
    if column.kind == "timestamp":
        judged = times(words, terms)
    else:
        summed = column.name in ("date", "datetime_range", "date_end")
        judged = days(words, terms, summed=summed, with_hour="hour" in table.columns)
    name = "date" if column.name == "datetime_range" else column.name
    values = {name: judged.values}
    if judged.hours is not None and name == "date":
        values["hour"] = judged.hours
    return values, [*_troubles(judged, len(words)), *_unread(judged, words, column.kind)]


def _troubles(judged: Judged, n: int) -> Iterator[tuple[str, str, pa.Array, dict[str, Any]]]:
    for trouble in judged.troubles:
        mask = np.zeros(n, bool)
        mask[list(trouble.cells)] = True
        yield trouble.rule, trouble.severity, pa.array(mask), trouble.facts


def _unread(judged: Judged, words: pa.Array, kind: str) -> list[Any]:
    """Cells that are no day at all, and of which nothing else was said."""
    bad = pc.and_(words.is_valid(), judged.values.is_null()).to_numpy(False).copy()
    for trouble in judged.troubles:
        bad[list(trouble.cells)] = False
    return [("bad_cell", "refuse", pa.array(bad), {"wanted": kind})]

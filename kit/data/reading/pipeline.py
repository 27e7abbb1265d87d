"""The stages of reading (读取流水线): decode → recognise → type → reduce → contract rows.

A file goes through them once, forward. Each is a function of the record before it, and the record
carries what every stage found; `kit import` prints it, and the data page lists it.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading import export, windows
from kit.data.reading.above import with_units_above
from kit.data.reading.cells import Body, Text, distinct, filtered
from kit.data.reading.columns import Typed, typed
from kit.data.reading.filled import filled
from kit.data.reading.forms import long
from kit.data.reading.headers import Header, no_column, recognised
from kit.data.reading.own_rows import counted
from kit.data.reading.place import Place
from kit.data.reading.reports import known, said
from kit.data.reading.terms import Terms
from kit.data.reading.text import read_text
from kit.data.reading.totals import Labelled, labelled, typed_by_hand, without_averages
from kit.data.reading.units import plain
from kit.data.reading.workbook import sheets
from kit.data.schema import Table
from kit.params import ROOT


@dataclass(frozen=True)
class Reading:
    """A sheet or file on its way to the contract's rows, with all that was found so far.

    stopped : nothing further can be said; the last issue says why
    """

    place: Place
    table: Table
    terms: Terms
    text: Text | None = None
    header: Header | None = None
    body: Body | None = None
    marked: Labelled | None = None
    typed: Typed | None = None
    exported: export.Export | None = None
    rows: pa.Table | None = None
    issues: tuple[Issue, ...] = ()
    stopped: bool = False
    ends: tuple[int, ...] = ()  # how many findings there were after each stage
    chosen: dict[str, str] = field(default_factory=dict)

    def say(self, *issues: Issue) -> "Reading":
        """The record with further issues."""
        return replace(self, issues=(*self.issues, *issues))

    def stop(self, *issues: Issue) -> "Reading":
        """The record at its end."""
        return replace(self, issues=(*self.issues, *issues), stopped=True)


def decode(reading: Reading) -> Reading:
    """Stage 1 (解码): bytes → cells."""
    place = reading.place
    text = read_text(place.file, place.sheet)
    if place.report == "wide":
        text = long(text, ROOT / place.chosen["map"])
    if place.report == "form":
        text = filled(text, reading.table, place.file, place.chosen["period"])
    return replace(reading, text=text)


def recognise(reading: Reading) -> Reading:
    """Stage 2 (识别): which report, which columns, which rows; one column for each meaning."""
    text = reading.text
    assert text is not None  # noqa: S101  # decode ran
    if not any(cell.strip() for line in text.lines for cell in line):
        return _blank(reading)
    named = "" if reading.place.report in ("wide", "form") else reading.place.report
    header = recognised(text.lines, reading.table, named, known(reading.terms.reports))
    if isinstance(header, list):
        return reading.stop(*header)
    header = _widened(header, text)
    body = text.below(header.first, len(header.cells))
    body = filtered(body, _not_blank(body.cells))
    body, again = _headed_once(header, body)
    header, doubled = _one_column_each(header, body.cells)
    issues = [*text.issues, *header.issues, *body.issues, *again, *doubled, *_hidden(header, body)]
    if not header.report.id:
        issues = [i for i in issues if i.rule != "cut_line"]  # hand-made files often end so
    body, averaged = without_averages(header, body, reading.table)
    marked = labelled(header, body, reading.table)
    return replace(reading, header=header, body=body, marked=marked).say(*issues, *averaged)


def _blank(reading: Reading) -> Reading:
    """A file without a cell is a table without rows; in a workbook of several sheets it is none."""
    if reading.place.sheet and len(sheets(reading.place.file).shown) > 1:
        return reading.stop(Issue("empty_sheet", "note", value=reading.place.sheet))
    return replace(reading, rows=finished({}, 0, reading.table))


def _widened(header: Header, text: Text) -> Header:
    """A header whose lines below end in one more, always empty, cell."""
    below = [line for line in text.lines[header.first :] if any(map(str.strip, line))]
    width = len(header.cells)
    more = {len(line) for line in below} - {width}
    if len(more) != 1 or (wide := more.pop()) <= width:
        return header
    if any(cell.strip() for line in below for cell in line[width:]):
        return header
    extra = wide - width
    return replace(
        header, cells=[*header.cells, *[""] * extra], names=[*header.names, *[None] * extra]
    )


def _headed_once(header: Header, body: Body) -> tuple[Body, list[Issue]]:
    """The rows but those that repeat the header, as on each page of a print."""
    again = np.ones(len(body.rows), bool)
    for n, name in enumerate(header.names):
        if name and again.any():
            words, at = distinct(body.cells[str(n)])
            same = pc.equal(pc.utf8_trim_whitespace(words), header.cells[n].strip())
            again &= pc.fill_null(same.take(at), False).to_numpy(False)
    if not again.any():
        return body, []
    row = int(body.rows[again][0])
    issue = Issue("header_again", "note", row=row, count=int(again.sum()))
    return filtered(body, ~again), [issue]


def _hidden(header: Header, body: Body) -> list[Issue]:
    """Rows and columns that a spreadsheet does not show, which are read."""
    rows = sorted(body.remarks.hidden_rows & set(map(int, body.rows)))
    names = [
        header.cells[n]
        for n in sorted(body.remarks.hidden_columns)
        if n < len(header.names) and header.names[n]
    ]
    issues = []
    if rows:
        issues.append(Issue("hidden_rows", "warn", row=rows[0], count=len(rows)))
    if names:
        facts = {"columns": names}
        issues.append(Issue("hidden_columns", "warn", count=len(names), facts=facts))
    return issues


def _not_blank(cells: pa.Table) -> np.ndarray:
    mask = np.zeros(len(cells), dtype=bool)
    for n in cells.column_names:
        words, at = distinct(cells[n])
        mask |= pc.not_equal(pc.utf8_trim_whitespace(words), "").take(at).to_numpy(False)
        if mask.all():
            break
    return mask


def _one_column_each(header: Header, cells: pa.Table) -> tuple[Header, list[Issue]]:
    """Of two columns with one meaning the one that says total wins, else both are refused.

    The ends of a range of days yield to a column of the day itself.
    """
    names, issues = list(header.names), []
    ranged = [header.report.rule(cell).role == "range" for cell in header.cells]
    if any(n == "date" and not r for n, r in zip(names, ranged, strict=True)):
        names = [None if r else n for n, r in zip(names, ranged, strict=True)]
    for name in {n for n in names if n and names.count(n) > 1}:
        at = [n for n, other in enumerate(names) if other == name]
        wins = [n for n in at if any(word in plain(header.cells[n]) for word in said()["wins"])]
        texts = [cells[str(n)].cast(pa.string()) for n in at]
        same = all(text.equals(texts[0]) for text in texts)
        facts = {"headers": [header.cells[n] for n in at]}
        if len(wins) != 1 and not same:
            issues.append(Issue("two_columns", column=name, facts=facts))
        elif not same:
            won = header.cells[wins[0]]
            issues.append(Issue("column_chosen", "note", column=name, value=won, facts=facts))
        for n in at:
            if n != (wins[0] if len(wins) == 1 else at[0]):
                direct = "直接" in header.cells[n] and not same
                names[n] = f"{name}_direct" if direct else None
    return replace(header, names=names), issues


def type_cells(reading: Reading) -> Reading:
    """Stage 3 (类型): cells → values, odd cells named, units and currency settled."""
    header, body, marked = reading.header, reading.body, reading.marked
    assert header and body and marked  # noqa: S101  # recognise ran
    if header.report.id:
        mask, split, window = windows.windows(header, body.cells, reading.place.chosen)
        body = filtered(body, mask)
        marked = marked if mask.all() else labelled(header, body, reading.table)
        above = windows.window_above(reading.text.lines[: header.first]) if reading.text else []
        dated = windows.exported_on(reading.text.lines[: header.first]) if reading.text else []
        reading = reading.say(*(split or window or above), *dated)
    if reading.text:
        header, said_above = with_units_above(header, reading.text.lines[: header.first - 1])
        reading = replace(reading, header=header).say(*said_above)
    done = typed(header, body, reading.table, reading.terms, marked.any)
    return replace(reading, typed=done, body=body, marked=marked).say(*done.issues)


def reduce_rows(reading: Reading) -> Reading:
    """Stage 4 (归并): totals out, equal rows once, parts and contradictions found."""
    header, body, marked, done = reading.header, reading.body, reading.marked, reading.typed
    assert header and body and marked and done  # noqa: S101  # type_cells ran
    if header.report.id:
        held = export.canonical(header, body, done, marked)
        return replace(reading, exported=held).say(*held.issues)
    out, issues = typed_by_hand(done.values, body, marked, reading.table)
    keep = pa.array(~out)
    values = {name: column.filter(keep) for name, column in done.values.items()}
    values["_row"] = pa.array(np.asarray(body.rows), pa.int64()).filter(keep)
    return replace(reading, typed=replace(done, values=values)).say(*issues)


def contract_rows(reading: Reading) -> Reading:
    """Stage 5 (入表): the contract's columns, in its order and types."""
    header, table = reading.header, reading.table
    assert header and reading.typed  # noqa: S101  # reduce_rows ran
    if reading.exported is None:
        assert reading.body  # noqa: S101  # recognise ran
        values, issues = counted(header, reading.body, reading.typed.values, table)
        issues += _unread(header, table)
        return replace(reading, rows=finished(values, len(values["_row"]), table)).say(*issues)
    export_rows = reading.exported._replace(issues=list(reading.issues))
    held, issues = export.contracted(export_rows, header.report, table)
    lost = [c.name for c in table.columns.values() if not c.nullable and c.name not in held]
    issues += [no_column(name, header) for name in lost]
    rows = pa.Table.from_pandas(pd.DataFrame(held), preserve_index=False, nthreads=1)
    columns = {n: rows[n] for n in rows.column_names}
    return replace(reading, rows=finished(columns, len(held), table)).say(*issues)


def _unread(header: Header, table: Table) -> list[Issue]:
    """Columns that the contract needs and the file has not, and columns it has no use for."""
    there = {name for name in header.names if name}
    lost = [c.name for c in table.columns.values() if not c.nullable and c.name not in there]
    if lost:
        return [no_column(name, header) for name in lost]
    unknown = [c for c, name in zip(header.cells, header.names, strict=True) if not name and c]
    if not unknown:
        return []
    return [Issue("unknown_column", "note", column=", ".join(unknown), count=len(unknown))]


def finished(columns: dict[str, Any], n: int, table: Table) -> pa.Table:
    """The contract's columns in its order and types; absent ones are null."""
    whole = {
        f.name: columns[f.name].cast(f.type)
        if f.name in columns and columns[f.name].null_count < n
        else pa.nulls(n, f.type)
        for f in table.arrow
    }
    return pa.table(whole, schema=table.arrow)

"""Total rows (合计行): seen in any column, compared with the rows they sum, then left out."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kit.data.issues import Issue
from kit.data.reading.cast import EMPTY
from kit.data.reading.cells import Body, distinct, filtered
from kit.data.reading.headers import Header
from kit.data.reading.reports import said
from kit.data.reading.units import plain
from kit.data.schema import NUMBERS, Table, contract

SUSPECT = (  # part of every word of headers.yml that marks a total; a test holds both together
    r"[合总共小]\s*计|汇\s*总|总\s*和|总合计|全\s*部|所有|整体|账户|total|sum|gesamt|totaux|razem|itogo"
    r"|^\W*all|overall|tous|todos|[\x{ff21}-\x{ff5a}]"
)
MEANS = (  # part of every word of headers.yml that marks a mean or a comparison
    r"均|中位|环比|同比|占比|对比|上期|同期|average|avg|mean|median|durchschnitt|mittelwert"
    r"|moyenne|promedio|m[eé]dia|médiane"
)
PHRASES = ("keyword", "search_term", "audience", "creative", "creative_name", "ad_group")


@dataclass(frozen=True)
class Labelled:
    """Rows that may be totals: by a word in some column, or because nothing names what they are.

    strict : marked with a word that names nothing else, such as 合计
    loose  : marked with a word that can be a name, too, such as 全部
    others : sums of more than the export holds, such as Google's "Total: Account" of other kinds
    label  : the word that marks each of them, by row
    """

    strict: np.ndarray
    loose: np.ndarray
    others: np.ndarray
    label: dict[int, str] = field(default_factory=dict)

    @property
    def any(self) -> np.ndarray:
        """Every row that may be a total."""
        whole: np.ndarray = self.strict | self.loose | self.others
        return whole


def labelled(header: Header, body: Body, table: Table | None) -> Labelled:
    """Rows of a file that may be totals, found before anything is typed."""
    n = len(body.cells)
    masks = {kind: np.zeros(n, bool) for kind in ("strict", "loose", "others")}
    labels: dict[int, str] = {}
    for column, is_dated in _named(header, table):
        words, at = distinct(body.cells[str(column)])
        kinds = _kinds(words)
        if not kinds.any():
            continue
        by_row = kinds[at.to_numpy()]
        if (by_row != "").all() and n > 1:
            continue  # every row says so: a choice of the export, not a total
        for kind in masks:
            hits = by_row == kind
            masks["strict" if is_dated and kind == "loose" else kind] |= hits
            for row in np.flatnonzero(hits):
                labels.setdefault(int(row), words[at[int(row)].as_py()].as_py())
    if header.report.id:
        masks["strict"] |= _nameless(header, body)
    elif table:
        masks["loose"] |= _keyless(header, body, table) & ~masks["strict"]
    return Labelled(masks["strict"], masks["loose"], masks["others"], labels)


def without_averages(header: Header, body: Body, table: Table | None) -> tuple[Body, list[Issue]]:
    """The rows that are no mean, share or comparison of others (平均、占比、环比行), and those."""
    mask = np.zeros(len(body.cells), bool)
    label = ""
    for column, _ in _named(header, table):
        if header.names[column] in (None, *PHRASES):
            continue
        words, at = distinct(body.cells[str(column)])
        suspect = pc.fill_null(pc.match_substring_regex(words, MEANS, ignore_case=True), False)
        for place in np.flatnonzero(suspect.to_numpy(False)):
            if _bare(words[int(place)].as_py()) in said()["averages"]:
                hits = at.to_numpy() == place
                label = label or words[int(place)].as_py().strip()
                mask |= hits
    if not mask.any() or mask.all():
        return body, []
    rows = [int(row) for row in np.asarray(body.rows)[mask]]
    issue = Issue("average_row", "warn", row=rows[0], value=label, count=len(rows))
    return filtered(body, ~mask), [issue]


def _bare(cell: str) -> str:
    return plain(cell).strip("()（）*:：-— ")


def _named(header: Header, table: Table | None) -> Iterator[tuple[int, bool]]:
    """Columns in which a total may be marked, and whether they hold days."""
    exported = bool(header.report.id)
    columns = table.columns if table and not exported else {}
    for n, name in enumerate(header.names):
        if exported:
            if name is None or name in said()["dimensions"]:
                yield n, name in ("date", "datetime_range", "paid_at")
        elif name is None or n == 0 or (table and name in table.key):
            kind = columns[name].type if name else "text"
            if kind not in NUMBERS:
                yield n, kind in ("date", "timestamp")


def _kinds(words: pa.Array) -> np.ndarray:
    """What each different cell marks; only those that hold part of such a word are looked at."""
    found = np.full(len(words), "", dtype=object)
    suspect = pc.match_substring_regex(words, SUSPECT, ignore_case=True)
    for place in np.flatnonzero(pc.fill_null(suspect, False).to_numpy(False)):
        found[place] = _kind_of(words[int(place)].as_py())
    return found


@cache
def _total_words() -> re.Pattern[str]:
    words = (*said()["totals"], *said()["subtotals"])
    return re.compile("|".join(f"(?:{word})" for word in words))


def _kind_of(cell: str) -> str:
    """Whether a cell marks a total: strict, loose, others, or "" for none."""
    bare = _bare(cell)
    if not bare:
        return ""
    if _total_words().fullmatch(bare):
        return "strict"
    if bare.startswith(tuple(word.strip(":") for word in said()["others"])) and ":" in plain(cell):
        return "others"
    return "loose" if bare in said()["loose"] else ""


def _nameless(header: Header, body: Body) -> np.ndarray:
    """Rows with neither a day nor a name, and those whose marking column is empty."""
    known = {name: n for n, name in enumerate(header.names) if name}
    empty = header.report.total_when_empty
    mask = np.zeros(len(body.cells), bool)
    for n, cell in enumerate(header.cells):
        if empty and plain(cell) == empty:
            mask |= _where(body.cells[str(n)], _is_empty)
    day = next((known[name] for name in ("date", "datetime_range") if name in known), None)
    if day is None:
        return mask
    nameless = _where(body.cells[str(day)], _is_empty)
    if nameless.any():
        for name, n in known.items():
            if name in said()["dimensions"] and n != day:
                nameless &= _where(body.cells[str(n)], _is_empty)
    return mask | nameless


def _keyless(header: Header, body: Body, table: Table) -> np.ndarray:
    """Rows of the contract's own form that name nothing: a total, if they are the sum."""
    columns = [n for n, name in enumerate(header.names) if name in table.key]
    if not columns:
        return np.zeros(len(body.cells), bool)
    empty = [_where(body.cells[str(n)], _is_empty) for n in columns]
    found: np.ndarray = np.logical_and.reduce(empty)
    return found


def _is_empty(cell: str) -> bool:
    return cell.strip() in EMPTY


def _where(column: pa.ChunkedArray, is_so: Callable[[str], bool]) -> np.ndarray:
    """Mask of the rows whose cell is so."""
    words, at = distinct(column)
    return np.array([is_so(word) for word in words.to_pylist()], dtype=bool)[at.to_numpy()]


def without_totals(frame: pd.DataFrame, rows: Labelled) -> tuple[pd.DataFrame, list[Issue]]:
    """The rows that are no totals; each total compared with the rows it can be the sum of.

    frame : canonical columns, `_row`, and `_at`, its place among the rows that were labelled
    """
    at_row = frame["_at"].to_numpy()
    marked = rows.any[at_row]
    strict, loose, others = (mask[at_row] for mask in (rows.strict, rows.loose, rows.others))
    measures = [name for name in said()["additive"] if name in frame]
    kept = frame[~marked]
    equal = 0
    unchecked = 0
    issues: list[Issue] = []
    back = np.zeros(len(frame), bool)
    for at in np.flatnonzero(marked):
        total = frame.iloc[at]
        held = [name for name in measures if pd.notna(total[name])]
        sums = [kept[held].sum() for kept in _summed(frame, marked, int(at))]
        fit = next((s for s in sums if _equal(total[held], s, len(kept))), None)
        if fit is not None and held:
            equal += 1
        elif loose[at] and not strict[at]:
            back[at] = True
        elif others[at] or not held:
            unchecked += 1
        else:
            issues += _differs(total[held], sums[0], len(kept), int(total["_row"]))
    counts = {"total_row_dropped": equal, "total_row_unchecked": unchecked}
    issues += [Issue(rule, "note", count=n) for rule, n in counts.items() if n]
    return frame[~marked | back].reset_index(drop=True), issues


def _summed(
    frame: pd.DataFrame, marked: np.ndarray, at: int, names: Sequence[str] = ()
) -> Iterator[pd.DataFrame]:
    """Rows that a total can be the sum of: all, those of its day, of its names, those above it."""
    kept = ~marked
    yield frame[kept]
    total = frame.iloc[at]
    known = names or [str(c) for c in frame if c in said()["dimensions"]]
    names = [name for name in known if not _is_label(total[name])]
    for group in (["date"] if "date" in names else [], names):
        if group:
            same = np.logical_and.reduce([(frame[c] == total[c]).to_numpy() for c in group])
            yield frame[kept & same]
    before = np.flatnonzero(marked[:at])
    start = int(before[-1]) + 1 if len(before) else 0
    yield frame.iloc[start:at]
    after = np.flatnonzero(marked[at + 1 :])
    yield frame.iloc[at + 1 : at + 1 + (int(after[0]) if len(after) else len(frame))]


def _is_label(value: Any) -> bool:
    return bool(pd.isna(value)) if not isinstance(value, str) else bool(_kind_of(value))


def _near(summed: float, n: int) -> float:
    """Rounding of n rows of two decimals; none of whole numbers."""
    return 0.005 * (n + 1) if summed % 1 else 0.005


def _equal(total: pd.Series, sums: pd.Series, n: int) -> bool:
    return all(abs(total[name] - sums[name]) <= _near(sums[name], n) for name in total.index)


def _differs(total: pd.Series, sums: pd.Series, n: int, row: int) -> Iterator[Issue]:
    for name in total.index:
        if abs(total[name] - sums[name]) > _near(sums[name], n):
            yield Issue(
                "total_differs",
                "refuse",
                row=row,
                column=name,
                value=f"{total[name]:,.2f}",
                facts={"summed": f"{sums[name]:,.2f}"},
            )


def typed_by_hand(
    values: dict[str, pa.Array], body: Body, rows: Labelled, table: Table
) -> tuple[np.ndarray, list[Issue]]:
    """Mask of the total rows of a table in the contract's own form: equal sums are left out.

    A row that is marked as a total and is not the sum of the others is refused: whether it is one
    cannot be told from the file.
    """
    out = np.zeros(len(body.rows), bool)
    issues: list[Issue] = []
    numbers = [c.name for c in contract()[table.name].columns.values() if c.type in NUMBERS]
    numbers = [n for n in numbers if n in values and n not in table.key and n != "window_days"]
    if not rows.any.any():
        return out, issues
    keys = [name for name in table.key if name in values]
    frame = pd.DataFrame({n: values[n].to_pandas() for n in (*keys, *numbers)})
    for at in np.flatnonzero(rows.any):
        held = [n for n in numbers if pd.notna(frame[n].iloc[at])]
        total = frame.iloc[int(at)][held]
        sums = (part[held] for part in _summed(frame, rows.any, int(at), keys))
        same = any(_equal(total, part.sum(), len(part)) for part in sums if len(part))
        if held and same:
            out[at] = True
        elif rows.strict[at]:
            row = int(body.rows[at])
            issues.append(Issue("total_like", "refuse", row=row, value=rows.label.get(int(at), "")))
    if out.any():
        issues.append(Issue("total_row_dropped", "note", count=int(out.sum())))
    return out, issues

"""What decoding gives (解码结果): cells as text, each column as its different cells and places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from kit.data.issues import Issue

HEAD = 60  # lines in which a header is looked for


class Kind(IntEnum):
    """What a cell was in its file: typed text, or a value that we printed."""

    TEXT = 0
    NUMBER = 1
    DATE = 2
    TRUTH = 3


class Place(NamedTuple):
    """A cell by its line in the file (from 1) and its column (from 0)."""

    row: int
    column: int


@dataclass(frozen=True)
class Remarks:
    """What a workbook or web page says of its cells besides their values.

    errors     : cells with an error such as #N/A
    formulas   : formula cells, and of them those without a calculated result
    merged     : (first row, first column, last row, last column), the ends included
    hidden     : hidden or filtered rows, and hidden columns
    """

    errors: dict[Place, str] = field(default_factory=dict)
    formulas: tuple[Place, ...] = ()
    uncalculated: tuple[Place, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


class Body(NamedTuple):
    """What stands under a header: columns "0", "1", … of coded text, and each row's number.

    kinds   : of each different cell of a column its `Kind`; a column of text alone has none
    covered : cells under a merged one, and whether they held a value of their own
    """

    cells: pa.Table
    rows: np.ndarray
    issues: list[Issue]
    kinds: dict[str, np.ndarray] = {}
    covered: dict[Place, bool] = {}
    remarks: Remarks = Remarks()


class Text(NamedTuple):
    """A file's first lines as cells, and its rows below line n (`below(n, width)`)."""

    lines: list[list[str]]
    below: Callable[[int, int], Body]
    comma: bool = False  # its separator leaves the comma to decimals
    issues: tuple[Issue, ...] = ()
    remarks: Remarks = Remarks()


def distinct(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """A coded column's different cells, and where each stands."""
    one = column.combine_chunks()
    one = one if isinstance(one, pa.Array) else one.chunk(0)
    return one.dictionary, one.indices


def coded(columns: dict[str, Any]) -> pa.Table:
    """Columns of text, each as its different cells and their places."""
    return pa.table({n: pa.array(c, pa.string()).dictionary_encode() for n, c in columns.items()})


def grid(
    cells: list[list[str]],
    remarks: Remarks = Remarks(),
    kinds: list[list[Kind]] | None = None,
) -> Text:
    """Rows already in memory; what a merged cell covers takes its text below the header."""

    def below(skip: int, width: int) -> Body:
        rows = [(row + [""] * width)[:width] for row in cells[skip:]]
        covered = _filled(rows, remarks, skip, width)
        columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * width
        table = coded({str(n): column for n, column in enumerate(columns)})
        return Body(table, np.arange(skip + 1, len(cells) + 1), [], {}, covered, remarks)

    return Text(cells[:HEAD], below, remarks=remarks)


def typed_grid(columns: list[list[Any]], show: Callable[[Any], str], remarks: Remarks) -> Text:
    """Columns of values from a workbook; `show` prints one, and what it was is remembered."""
    pairs = [_coded(column, show) for column in columns]
    n = max(map(len, columns), default=0)
    lines = [[words[at[row]] for words, _, at in pairs] for row in range(min(n, HEAD))]

    def below(skip: int, width: int) -> Body:
        table, kinds = {}, {}
        rows = n - min(skip, n)
        covered: dict[Place, bool] = {}
        for name in range(width):
            words, kind, at = pairs[name] if name < len(pairs) else ([""], [Kind.TEXT], None)
            place = np.zeros(rows, np.int32) if at is None else at[skip:].copy()
            covered |= _covered(place, words, remarks, (skip, name))
            words, kind, place = _used(words, kind, place)
            array = pa.DictionaryArray.from_arrays(pa.array(place), pa.array(words, pa.string()))
            table[str(name)] = array
            if any(kind):
                kinds[str(name)] = np.array(kind, np.int8)
        return Body(pa.table(table), np.arange(skip + 1, n + 1), [], kinds, covered, remarks)

    return Text(lines, below, remarks=remarks)


def _used(words: list[str], kinds: list[Kind], place: np.ndarray) -> tuple[list, list, np.ndarray]:
    """The different cells that stand below the header; its own text would slow down all figures."""
    seen = np.bincount(place, minlength=len(words)) > 0
    if seen.all():
        return words, kinds, place
    kept = np.flatnonzero(seen)
    left = [words[n] for n in kept], [kinds[n] for n in kept]
    return *left, (np.cumsum(seen) - 1).astype(np.int32)[place]


def _coded(column: list[Any], show: Callable[[Any], str]) -> tuple[list[str], list[Kind], Any]:
    """Different values of a column as text, what each was, and where it stands."""
    types = list(map(type, column))
    mixed = len(EQUAL.intersection(types)) > 1
    keys = list(zip(types, column, strict=True)) if mixed else column
    different = list(dict.fromkeys(keys))
    place = dict(zip(different, range(len(different)), strict=True))
    at = np.fromiter(map(place.__getitem__, keys), np.int32, len(keys))
    values = [value for _, value in different] if mixed else different
    words = list(map(show, values))
    kinds = [KINDS.get(type(value).__name__, Kind.TEXT) for value in values]
    return words or [""], kinds or [Kind.TEXT], at


EQUAL = {int, float, bool}  # 1, 1.0 and True are equal, and yet three cells


KINDS = {
    **{"float": Kind.NUMBER, "int": Kind.NUMBER, "bool": Kind.TRUTH},
    **dict.fromkeys(("date", "datetime", "time", "timedelta"), Kind.DATE),
}


def _covered(
    place: np.ndarray, words: list[str], remarks: Remarks, at: tuple[int, int]
) -> dict[Place, bool]:
    """Give the covered cells of a column the place of the cell above them; say which they are."""
    skip, column = at
    done: dict[Place, bool] = {}
    for top, left, bottom, right in remarks.merged:
        if left == column and right == column and top > skip:
            for row in range(top + 1, min(bottom, skip + len(place)) + 1):
                own = bool(words[place[row - skip - 1]].strip())
                done[Place(row, column)] = own
                place[row - skip - 1] = place[top - skip - 1]
        elif left <= column <= right and top > skip:
            done |= _beside(place, words, (skip, column), (top, left, bottom))
    return done


def _beside(
    place: np.ndarray, words: list[str], at: tuple[int, int], area: tuple[int, int, int]
) -> dict[Place, bool]:
    """Covered cells of a merged one that is wider than a column: only whether they hold a value."""
    skip, column = at
    top, left, bottom = area
    rows = range(top, min(bottom, skip + len(place)) + 1)
    return {
        Place(row, column): bool(words[place[row - skip - 1]].strip())
        for row in rows
        if (row, column) != (top, left)
    }


def _filled(rows: list[list[str]], remarks: Remarks, skip: int, width: int) -> dict[Place, bool]:
    """The same for rows of text: a cell covered from above takes the text of the merged one."""
    done: dict[Place, bool] = {}
    for top, left, bottom, right in remarks.merged:
        if top <= skip or left >= width:
            continue
        for row in range(top, min(bottom, skip + len(rows)) + 1):
            for column in range(left, min(right, width - 1) + 1):
                if (row, column) != (top, left):
                    done[Place(row, column)] = bool(rows[row - skip - 1][column].strip())
                    if left == right:
                        rows[row - skip - 1][column] = rows[top - skip - 1][column]
    return done


def filtered(body: Body, mask: np.ndarray) -> Body:
    """The rows of a mask alone; what is known of different cells stays."""
    if mask.all():
        return body
    return body._replace(cells=body.cells.filter(pa.array(mask)), rows=body.rows[mask])


def with_issues(text: Text, issues: Iterable[Issue]) -> Text:
    """The same text with further issues."""
    return text._replace(issues=(*text.issues, *issues))

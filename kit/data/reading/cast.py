"""Text cells → typed values (类型转换): all of a column at once, then odd cells one by one.

What comes in are the different cells of a column, each once. A cell that does not fit becomes null;
nothing is read as something near.
"""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kit.data.schema import ARROW, NUMBERS

DASHES = ["-", "--", "—"]
EMPTY = ["", *DASHES, "N/A", "n/a", "NaN", "nan", "NULL", "null", "None"]
NULLS = pa.array(EMPTY)
TRUE, FALSE = ("true", "1", "yes", "是", "y"), ("false", "0", "no", "否", "n")
PLAIN = r"^[¥￥$€]?\s*[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?\s*元?$"
NUMBER = re.compile(
    r"[¥$€]?([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:e[+-]?\d+)?)"
    r"(%|万|亿)?元?",
    re.I,
)
TIMES = {None: 1, "%": 0.01, "万": 1e4, "亿": 1e8}
DATES = (
    re.compile(r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?([ T].*)?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)
SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
EPOCH = dt.date(1899, 12, 30)  # of Excel's serial days
BOUNDED = r"^[<>≤≥]\s*\d|^\d[\d.,]*万?\s*[~～]\s*\d"


@dataclass(frozen=True)
class Style:
    """How a column writes: decimals with a comma, fractions, bare numbers that are percent."""

    comma: bool = False
    fraction: bool = False
    percent: bool = False


def distinct(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """A coded column's different cells, and where each stands."""
    one = column.combine_chunks()
    one = one if isinstance(one, pa.Array) else one.chunk(0)
    return one.dictionary, one.indices


def faulty(words: pa.Array, bad: pa.Array, at: pa.Array) -> tuple[int, str, int] | None:
    """The first bad cell: its place and text; and how many there are."""
    n = pc.sum(bad).as_py()
    first = pc.index(bad, True).as_py() if n else 0
    return (first, words[at[first].as_py()].as_py(), n) if n else None


def blank(values: pa.Array) -> pa.Array:
    """Cells without their outer spaces; empty ones and null tokens are missing."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.is_in(trimmed, value_set=NULLS), pa.scalar(None, pa.string()), trimmed)


def cast(values: pa.Array, kind: str, style: Style = Style()) -> tuple[pa.Array, pa.Array]:
    """Typed values, and a mask of the cells that did not fit.

    >>> cells = pa.array(["1,234.5", "１２", "1.2万", "x"])
    >>> [column.to_pylist() for column in cast(cells, "money")]
    [[1234.5, 12.0, 12000.0, None], [False, False, False, True]]
    """
    try:
        done = QUICK[kind](values, style)
    except pa.ArrowInvalid:
        done = _by_value(values, kind, _reader(values, kind, style))
    return done, pc.and_(pc.is_valid(values), pc.is_null(done))


def tidy(ids: pa.Array) -> pa.Array:
    """Ids as platforms mean them (编号): text in ASCII forms, without ' or = and quotes around."""
    bare = pc.utf8_normalize(ids, form="NFKC")
    return pc.replace_substring_regex(bare, r"""^[='"\s]+|["'\s]+$""", "")


def _quick_number(values: pa.Array, style: Style) -> pa.Array:
    if style.comma:
        bare = pc.replace_substring_regex(values, r"[.\s\x{a0}\x{202f}]", "")
        values = pc.replace_substring(bare, ",", ".")
    if style.percent or style.fraction:
        raise pa.ArrowInvalid("one by one")
    try:
        numbers = values.cast(pa.float64())
    except pa.ArrowInvalid:
        if not pc.all(pc.match_substring_regex(values, PLAIN), min_count=0).as_py():
            raise
        bare = pc.replace_substring(values, ",", "")
        try:
            numbers = bare.cast(pa.float64())
        except pa.ArrowInvalid:
            numbers = pc.replace_substring_regex(bare, r"[\s¥￥$€元]", "").cast(pa.float64())
    if not pc.all(pc.is_finite(numbers), min_count=0).as_py():
        raise pa.ArrowInvalid("not finite")
    return numbers


def _quick_bool(values: pa.Array, style: Style) -> pa.Array:
    low = pc.utf8_lower(values)
    yes, no = (pc.is_in(low, value_set=pa.array(words)) for words in (TRUE, FALSE))
    return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_()))


QUICK: dict[str, Callable[[pa.Array, Style], pa.Array]] = {
    "text": lambda values, style: values,
    "date": lambda values, style: values.cast(pa.date32()),
    "timestamp": lambda values, style: values.cast(pa.timestamp("us")),
    "bool": _quick_bool,
    **dict.fromkeys(NUMBERS, _quick_number),
}


def _by_value(values: pa.Array, kind: str, read: Callable[[str], Any]) -> pa.Array:
    """The slow road: what cannot be read becomes null."""
    found: list[Any] = []
    for cell in values.to_pylist():
        try:
            found.append(
                None if cell is None else read(unicodedata.normalize("NFKC", cell).strip())
            )
        except ValueError:
            found.append(None)
    return pa.array(found, ARROW[kind])


def _reader(values: pa.Array, kind: str, style: Style) -> Callable[[str], Any]:
    if kind in NUMBERS:
        return lambda cell: _number(cell, style)
    order = _slash_order(pc.unique(values).to_pylist())
    return (lambda cell: _date(cell, order)) if kind == "date" else _timestamp(order)


def _number(cell: str, style: Style) -> float:
    if style.comma:
        cell = re.sub(r"[.\s]", "", cell).replace(",", ".")
    found = NUMBER.fullmatch(cell.replace(" ", ""))
    if not found or (found[2] == "%" and not style.fraction):
        raise ValueError(cell)
    bare = found[2] is None and style.percent
    value = float(found[1].replace(",", "")) * (0.01 if bare else TIMES[found[2]])
    if not math.isfinite(value):
        raise ValueError(cell)
    return value


def _slash_order(cells: list[str | None]) -> str:
    """Whether 2/1/2018 is day or month first, if any cell of the column shows it."""
    pairs = [found.groups() for cell in cells if cell and (found := SLASHES.match(cell))]
    day_first = any(int(a) > 12 for a, _, _ in pairs)
    month_first = any(int(b) > 12 for _, b, _ in pairs)
    return {(True, False): "dmy", (False, True): "mdy"}.get((day_first, month_first), "")


def _date(cell: str, order: str) -> dt.date:
    if found := next((f for pattern in DATES if (f := pattern.fullmatch(cell))), None):
        return dt.date(int(found["y"]), int(found["m"]), int(found["d"]))
    if found := SLASHES.fullmatch(cell.partition(" ")[0]):
        a, b, year = map(int, found.groups())
        if order:
            return dt.date(year, *((b, a) if order == "dmy" else (a, b)))
    if re.fullmatch(r"[2-7]\d{4}", cell):
        return EPOCH + dt.timedelta(int(cell))
    raise ValueError(cell)


def _timestamp(order: str) -> Callable[[str], dt.datetime]:
    def read(cell: str) -> dt.datetime:
        day, _, clock = cell.replace("T", " ").partition(" ")
        clock = re.sub(r"\s*([+-]\d{2}:?\d{2}|Z)$", "", clock)  # local business time, as written
        return dt.datetime.combine(_date(day, order), dt.time.fromisoformat(clock or "00:00"))

    return read

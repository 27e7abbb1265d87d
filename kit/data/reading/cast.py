"""Text cells → typed values (类型转换): all of a column at once, then odd cells one by one.

What comes in are the different cells of a column, each once. A cell that does not fit becomes null;
nothing is read as something near.
"""

import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kit.data.reading.cells import distinct
from kit.data.reading.dates import moment, slash_order
from kit.data.reading.marks import Style
from kit.data.reading.units import SIGNS
from kit.data.schema import ARROW, NUMBERS

__all__ = ["Style", "blank", "cast", "distinct", "faulty", "tidy"]

DASHES = ["-", "--", "—"]
EMPTY = ["", *DASHES, "N/A", "n/a", "NaN", "nan", "NULL", "null", "None"]
NULLS = pa.array(EMPTY)
TRUE, FALSE = ("true", "1", "yes", "是", "y"), ("false", "0", "no", "否", "n")
PLAIN = r"^[¥￥$€]?\s*[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?\s*元?$"
NUMBER = re.compile(
    r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d*)?(?:e[+-]?\d+)?)(%|万|亿|千|k|w|m)?",
    re.I,
)
SCALED = (  # a figure that was shortened: 1.2万, 3.4k, 1.25E+06
    r"\d\s*(万|亿|千|[kKwWM])\s*元?$|^-?\d(\.\d{0,3})?E\+\d\d$"
)
TIMES = {"": 1, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4, "m": 1e6, "亿": 1e8}
_SIGNS = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
SIGNED = re.compile(
    rf"^([+-]?)\s*(?:{_SIGNS})\s*(?=[\d.+-])|(?<=[\d.%万亿千kKwWM])\s*(?:{_SIGNS})$", re.I
)
GROUPED = re.compile(r"(?<=\d)[\s'’`\u00a0\u202f](?=\d{3}(?!\d))")
BOOKED = re.compile(r"^\((.*\d.*)\)$")  # a deduction as bookkeepers write it: (100)
BOUNDED = r"^[<>≤≥]\s*\d|^\d[\d.,]*万?\s*[~～]\s*\d"
AS_TYPED = Style()


def faulty(words: pa.Array, bad: pa.Array, at: pa.Array) -> tuple[int, str, int] | None:
    """The first bad cell: its place and text; and how many there are."""
    n = pc.sum(bad).as_py()
    first = pc.index(bad, True).as_py() if n else 0
    return (first, words[at[first].as_py()].as_py(), n) if n else None


def blank(values: pa.Array) -> pa.Array:
    """Cells without their outer spaces and without a text mark; null tokens are missing.

    >>> blank(pa.array([' ="007" ', "-"])).to_pylist()
    ['007', None]
    """
    trimmed = pc.utf8_trim_whitespace(values)
    if pc.any(pc.starts_with(trimmed, '="'), min_count=0).as_py():
        trimmed = pc.replace_substring_regex(trimmed, r'^="([^"]*)"$', r"\1")
    return pc.if_else(pc.is_in(trimmed, value_set=NULLS), pa.scalar(None, pa.string()), trimmed)


def cast(values: pa.Array, kind: str, style: Style = AS_TYPED) -> tuple[pa.Array, pa.Array]:
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
    if style.comma or style.percent or style.fraction:
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
    order = slash_order([cell for cell in pc.unique(values).to_pylist() if cell])
    if kind == "date":
        return lambda cell: moment(cell, order).day
    return lambda cell: moment(cell, order).at  # local, as written


def _number(cell: str, style: Style) -> float:
    cell = BOOKED.sub(r"-\1", cell.replace("\u2212", "-"))
    cell = GROUPED.sub("", SIGNED.sub(r"\1", SIGNED.sub(r"\1", cell)))
    if style.comma:
        cell = _dotted(cell)
    found = NUMBER.fullmatch(cell.replace(" ", ""))
    if not found or (found[2] == "%" and not style.fraction) or found[2] == "m":
        raise ValueError(cell)
    bare = found[2] is None and style.percent
    value = float(found[1].replace(",", ""))
    value = value / 100 if bare or found[2] == "%" else value * TIMES[(found[2] or "").lower()]
    if not math.isfinite(value):
        raise ValueError(cell)
    return value


def _dotted(cell: str) -> str:
    """A number with a decimal comma as one with a dot; ValueError when its groups are not threes.

    >>> _dotted("1.234,56"), _dotted("12,5")
    ('1234.56', '12.5')
    """
    if not re.fullmatch(
        r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?\s*(%|万|亿|千|[kKwW])?", cell.strip()
    ):
        raise ValueError(cell)
    return cell.replace(".", "").replace(",", ".")

"""Text cells → typed columns (类型转换), column by column; a cell that does not fit is named."""


import pyarrow as pa
import pyarrow.compute as pc

from kit.data.schema import ARROW, NUMBERS, Column

NULLS = pa.array(["", "-", "--", "—", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None"])
TRUE, FALSE = ("true", "1", "yes", "是", "y", "1.0"), ("false", "0", "no", "否", "n", "0.0")
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def blank(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells without their outer spaces; empty ones and null tokens are missing."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.is_in(trimmed, value_set=NULLS), pa.scalar(None, pa.string()), trimmed)


def cast(values: pa.ChunkedArray, column: Column) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Typed column, and a mask of the cells that did not fit (null in the column)."""
    try:
        done = CASTS[column.type](values)
    except pa.ArrowInvalid:
        done = _cell_by_cell(values, column.type)
    return done, pc.and_(pc.is_valid(values), pc.is_null(done))


def _text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values


def _number(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Plain numbers at once; else thousands commas and currency marks are taken off."""
    try:
        return values.cast(pa.float64())
    except pa.ArrowInvalid:
        bare = pc.replace_substring_regex(values, r"[,，\s\x{a0}\x{202f}¥￥$€元]", "")
        return _where(bare, NUMBER).cast(pa.float64())


def _where(values: pa.ChunkedArray, pattern: str) -> pa.ChunkedArray:
    fits = pc.match_substring_regex(values, pattern)
    return pc.if_else(fits, values, pa.scalar(None, pa.string()))


def _date(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_slice_codeunits(values, 0, 10).cast(pa.date32())


def _timestamp(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.cast(pa.timestamp("us"))


def _bool(values: pa.ChunkedArray) -> pa.ChunkedArray:
    low = pc.utf8_lower(values)
    yes, no = (pc.is_in(low, value_set=pa.array(words)) for words in (TRUE, FALSE))
    return pc.if_else(pc.or_(yes, no), yes, pa.scalar(None, pa.bool_()))


def _cell_by_cell(values: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    """The slow road, over the different cells only: what does not fit becomes null."""
    coded = values.combine_chunks().dictionary_encode()
    found = []
    for cell in coded.dictionary:
        try:
            found.append(CASTS[kind](pa.chunked_array([pa.array([cell.as_py()])]))[0].as_py())
        except pa.ArrowInvalid:
            found.append(None)
    return pa.chunked_array([pa.array(found, ARROW[kind]).take(coded.indices)])


CASTS = {"text": _text, "date": _date, "timestamp": _timestamp, "bool": _bool,
         **dict.fromkeys(NUMBERS, _number)}

"""A DataFrame that somebody brought (自带的数据框): its columns checked and typed, faults told.

The calls of the analyst's door take any DataFrame. What is wrong with one is told with the column,
its type, the first row and what to do, all faults at once; nothing is guessed or left out.
"""

import datetime as dt
import math
from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from enum import Enum
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from kit.errors import DataError, Fault

SHOWN = 40  # characters of a value that a sentence quotes


class Kind(Enum):
    """What a column must hold (列的类型)."""

    NUMBER = "number"
    AMOUNT = "amount"  # a number of at least 0
    DAY = "day"
    LABEL = "label"


NUMBERS = (Kind.NUMBER, Kind.AMOUNT)


def checked(
    frame: Any, columns: Mapping[str, tuple[Hashable, Kind]], *, name: str = "frame"
) -> pd.DataFrame:
    """The columns of `frame` under the names of their roles, typed (检查并取出各列).

    columns : role -> (column of `frame`, what it must hold)
    Returns : one column a role, the rows and their index as in `frame`: floats, days at midnight
              without a time zone, labels as text
    DataError : no DataFrame, no rows, columns missing or twice, a cell that is empty, of another
              type, infinite, or below 0 where it must not be; all of it at once
    >>> days = pd.DataFrame({"date": ["2025-06-01"], "yuan": [3]})
    >>> checked(days, {"day": ("date", Kind.DAY), "top": ("yuan", Kind.AMOUNT)})["top"].tolist()
    [3.0]
    """
    if not isinstance(frame, pd.DataFrame):
        raise DataError("frames.not_a_frame", name=name, found=type(frame).__name__)
    faults = [f for role, (column, _) in columns.items() for f in _there(frame, name, role, column)]
    if faults:
        raise DataError.of(faults)
    if frame.empty:
        raise DataError("frames.empty", name=name)
    typed = {}
    for role, (column, kind) in columns.items():
        typed[role], more = _typed(frame[column], kind, {"name": name, "column": column})
        faults += more
    if faults:
        raise DataError.of(faults)
    return pd.DataFrame(typed, index=frame.index)


def one_row_each(frame: pd.DataFrame, roles: list[str], names: list[Hashable]) -> None:
    """Refuse several rows for one thing (重复行), as two rows for a day and a variant.

    frame : from `checked`; names: how the columns of `roles` are called in the analyst's frame
    """
    twice = frame.duplicated(roles, keep=False)
    if twice.any():
        first = frame.loc[twice, roles].iloc[0]
        same = twice & (frame[roles] == first).all(axis=1)
        raise DataError(
            "frames.repeated",
            columns=[str(name) for name in names],
            values=[_quoted(value) for value in first],
            rows=[_quoted(row) for row in frame.index[same][:3]],
            count=int(frame.duplicated(roles).sum()),
        )


def _there(frame: pd.DataFrame, name: str, role: str, column: Any) -> list[Fault]:
    """Why a column cannot be taken: not named, not in the frame, or there twice."""
    facts = {"name": name, "role": role, "column": _quoted(column)}
    known = [_quoted(c) for c in frame.columns]
    if _missing(column):
        return [Fault("frames.no_name", facts | {"found": known})]
    n = [*frame.columns].count(column) if isinstance(column, Hashable) else 0
    if n == 1:
        return []
    if n > 1:
        return [Fault("frames.column_twice", facts)]
    key = "frames.in_index" if column in frame.index.names else "frames.no_column"
    return [Fault(key, facts | {"found": known})]


def _typed(column: pd.Series, kind: Kind, facts: dict[str, Any]) -> tuple[pd.Series, list[Fault]]:
    """A column in the type of its kind, and what stands in the way."""
    values, empty = _cells(column, kind)
    other = pd.isna(values) & ~empty
    told = facts | {"column": _quoted(facts["column"]), "dtype": str(column.dtype)}
    what = "number" if kind in NUMBERS else kind.value
    faults = _at(column, empty, "frames.no_value", told)
    faults += _at(column, other, f"frames.not_{what}", told)
    if kind in NUMBERS:
        values = values.astype(float)
        faults += _at(column, np.isinf(values), "frames.infinite", told)
        if kind is Kind.AMOUNT:
            faults += _at(column, values < 0, "frames.negative", told)
    if kind is Kind.LABEL and not faults and len({*values}) < column.nunique():
        faults = [Fault("frames.same_label", told | {"found": sorted({*values})[:7]})]
    return pd.Series(values, index=column.index), faults


def _cells(column: pd.Series, kind: Kind) -> tuple[Any, np.ndarray]:
    """Each cell as its kind, missing where it is none, and which cells are empty."""
    if kind in NUMBERS and isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        numbers = column.to_numpy(float)
        return numbers, np.isnan(numbers)
    if kind is Kind.DAY and pd.api.types.is_datetime64_any_dtype(column.dtype):
        days = pd.DatetimeIndex(column).tz_localize(None).normalize()
        return days.to_numpy(), np.asarray(days.isna())
    empty = np.array([_missing(value) for value in column], bool)
    read = [None if gone else _READ[kind](x) for x, gone in zip(column, empty, strict=True)]
    if kind is Kind.DAY:
        return np.array(read, "datetime64[us]"), empty
    return np.array(read, object), empty


def _at(column: pd.Series, wrong: np.ndarray, key: str, facts: dict[str, Any]) -> list[Fault]:
    """The fault of the marked cells, told by the first of them."""
    if not wrong.any():
        return []
    first = int(np.argmax(wrong))
    place = {"row": _quoted(column.index[first]), "value": _quoted(column.iloc[first])}
    return [Fault(key, facts | place | {"count": int(wrong.sum())})]


def _missing(value: Any) -> bool:
    """Whether a cell is empty: None, NaN, NA, NaT."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, Decimal)) and bool(value != value)


def _number(value: Any) -> float | None:
    """A real number; text is none, even where it looks like one."""
    if not isinstance(value, (Real, Decimal, np.bool_)) or isinstance(value, np.timedelta64):
        return None
    try:
        return float(value)
    except (OverflowError, ValueError):
        return math.inf


def _day(value: Any) -> pd.Timestamp | None:
    """A day: a date, a time (its day where it was taken), or text as 2025-06-01."""
    if isinstance(value, pd.Period):
        value = value.start_time
    if isinstance(value, str):
        try:
            value = dt.datetime.strptime(value.strip(), "%Y-%m-%d")
        except ValueError:
            return None
    if not isinstance(value, dt.date):
        return None
    return pd.Timestamp(value.year, value.month, value.day)


def _label(value: Any) -> str | None:
    """A label as text; lists and other containers are none."""
    return str(value) if isinstance(value, Hashable) and not isinstance(value, tuple) else None


_READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: _number,
    Kind.AMOUNT: _number,
    Kind.DAY: _day,
    Kind.LABEL: _label,
}


def _quoted(value: Any) -> str:
    """A value as a sentence quotes it."""
    text = str(value.date()) if isinstance(value, pd.Timestamp) else str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"

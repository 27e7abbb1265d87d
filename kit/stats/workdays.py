"""Working days in China (工作日): make-up days count, holidays do not, a company may override.

The notices of the State Council come from the library `holidays`. A year without a notice yet
falls back to Monday-Friday without the statutory days and is named by `unknown_years`, so that
`kit check` and the first page can say so; the `calendar` table overrides any day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

from kit.errors import FormulaError

Array = np.ndarray
CHINA = holidays.country_holidays("CN")


@dataclass(frozen=True)
class Within:
    """Share of lags inside a limit; positions of the overdue and of the still open ones."""

    rate: float | None
    overdue: tuple[int, ...]
    pending: tuple[int, ...]


def between(
    start: date, end: date, holidays: Iterable[date] = (), makeup_workdays: Iterable[date] = ()
) -> int:
    """Working days after `start` up to and including `end` (工作日数), from lists given.

    >>> between(date(2026, 11, 20), date(2026, 11, 27))
    5
    """
    if end < start:
        raise FormulaError("stats.dates_reversed", start=start, end=end)
    off = set(holidays)
    extra = set(makeup_workdays)
    days = [start + timedelta(i) for i in range(1, (end - start).days + 1)]
    return sum(d in extra or (d.weekday() < 5 and d not in off) for d in days)


def is_workday(day: date, override: Mapping[date, bool] | None = None) -> bool:
    """Whether people work on `day` (是否工作日): override, then the library, then Mon-Fri.

    >>> is_workday(date(2025, 10, 1)), is_workday(date(2025, 9, 28)), is_workday(date(2031, 3, 3))
    (False, True, True)
    """
    if override and day in override:
        return bool(override[day])
    if day.year in unknown_years(day, day):
        return day.weekday() < 5 and day not in CHINA  # statutory days are off, announced or not
    return CHINA.is_working_day(day)


def unknown_years(start: date, end: date) -> list[int]:
    """Years of the range without a notice on days off yet (尚未公布放假安排的年份)."""
    announced = CHINA.special_public_holidays
    return [year for year in range(start.year, end.year + 1) if year not in announced]


def count(start: date, end: date, override: Mapping[date, bool] | None = None) -> int:
    """Working days after `start` up to and including `end` (滞后工作日); 0 when end <= start."""
    days = (start + timedelta(i) for i in range(1, (end - start).days + 1))
    return sum(is_workday(day, override) for day in days)


def lags(starts: pd.Series, ends: pd.Series, override: Mapping | None = None) -> Array:
    """Working days from each start to its end (滞后工作日), at least 0; NaN without a date.

    override : day -> whether it is worked, as a Series or dict by date
    """
    known = ~(starts.isna() | ends.isna()).to_numpy()
    out = np.full(len(starts), np.nan)
    if not known.any():
        return out
    both = [dates[known].dt.normalize() for dates in (starts, ends)]
    days = pd.date_range(min(dates.min() for dates in both), max(dates.max() for dates in both))
    given = dict({} if override is None else override)
    told = {pd.Timestamp(day).date(): bool(v) for day, v in given.items()}
    worked = np.cumsum([is_workday(day.date(), told) for day in days])
    first, last = (worked[days.get_indexer(dates)] for dates in both)
    out[known] = np.maximum(0, last - first)
    return out


def due(start: date, working_days: int, override: Mapping[date, bool] | None = None) -> date:
    """The day `working_days` working days after `start` (到期日).

    >>> due(date(2025, 9, 30), 2)
    datetime.date(2025, 10, 10)
    """
    day = start
    while working_days > 0:
        day += timedelta(1)
        working_days -= is_workday(day, override)
    return day


def within(lags: Iterable[float | None], limit: float) -> Within:
    """Share of lags up to the limit (时限内比例); open ones stay in the denominator.

    lags    : working days, None or NaN = no feedback yet
    Returns : rate None when there is nothing to count
    """
    values = np.array([np.nan if lag is None else lag for lag in lags], float)
    if np.any(values < 0):
        raise FormulaError("stats.negative_lag", found=values[values < 0].tolist())
    rate = float(np.mean(values <= limit)) if len(values) else None
    late = np.flatnonzero(values > limit)
    open_ = np.flatnonzero(np.isnan(values))
    return Within(rate, tuple(late.tolist()), tuple(open_.tolist()))

"""Working days; expected figures counted by hand on the State Council's 2025 calendar."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kit.errors import FormulaError
from kit.stats import workdays


def test_national_day_week_of_2025_and_its_make_up_days():
    """1-8 October off, Sunday 28 September and Saturday 11 October worked."""
    assert workdays.count(date(2025, 9, 26), date(2025, 10, 11)) == 6


def test_the_override_calendar_wins_over_the_library():
    shut = {date(2025, 6, 16): False, date(2025, 6, 14): True}
    assert workdays.count(date(2025, 6, 13), date(2025, 6, 16), shut) == 1


def test_years_that_nobody_told_us_are_weekdays_and_are_named():
    assert workdays.unknown_years(date(2025, 12, 1), date(2031, 1, 1))[-1] == 2031
    assert workdays.count(date(2031, 1, 3), date(2031, 1, 10)) == 5


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ((2026, 1, 4), True),  # Sunday, for Friday 2 January
        ((2026, 1, 2), False),
        ((2026, 2, 14), True),  # Saturday before the Spring Festival
        ((2024, 2, 4), True),  # Sunday before the Spring Festival
        ((2023, 1, 2), False),  # Monday after New Year's Day on a Sunday
        ((2005, 12, 31), True),  # Saturday of a year before the notice that made it a working day
        ((2020, 1, 31), False),  # added in the epidemic
    ],
)
def test_the_days_of_the_notices_are_kept(day, worked):
    """By hand from the State Council's notices of 2005, 2019 with its extension, 2022 to 2025."""
    assert workdays.is_workday(date(*day)) is worked


def test_the_due_day_skips_the_holiday():
    assert workdays.due(date(2025, 9, 30), 2) == date(2025, 10, 10)
    assert workdays.due(date(2025, 9, 30), 0) == date(2025, 9, 30)


def test_nothing_lies_between_a_day_and_itself():
    assert workdays.between(date(2026, 5, 1), date(2026, 5, 1)) == 0


def test_reversed_dates_are_refused():
    with pytest.raises(FormulaError):
        workdays.between(date(2026, 5, 2), date(2026, 5, 1))


def test_open_feedback_stays_in_the_denominator():
    assert workdays.within([2, 7, None, 3], 3) == workdays.Within(0.5, (1,), (2,))
    assert workdays.within([], 3).rate is None
    with pytest.raises(FormulaError):
        workdays.within([-1, 2], 3)


@pytest.mark.parametrize("shut", [None, {date(2025, 10, 11): False}])
def test_lags_of_many_are_those_of_one_by_one(shut):
    """Over the holiday week, over a weekend, on one day, in the wrong order, without an end."""
    pairs = [
        ("2025-09-26", "2025-10-11"),
        ("2025-06-13", "2025-06-16"),
        ("2025-06-16", "2025-06-16"),
        ("2025-06-18", "2025-06-16"),
        ("2025-06-13", None),
    ]
    starts, ends = (pd.Series(pd.to_datetime(column)) for column in zip(*pairs, strict=True))
    one = [
        workdays.count(a.date(), b.date(), shut) for a, b in zip(starts[:4], ends[:4], strict=True)
    ]
    assert one == [6 if shut is None else 5, 1, 0, 0]
    np.testing.assert_array_equal(workdays.lags(starts, ends, shut), [*one, np.nan])
    assert np.isnan(workdays.lags(starts[4:], ends[4:])).all()


def test_what_ended_before_anything_was_due_is_not_late():
    starts, ends = (
        pd.Series(pd.to_datetime(days))
        for days in (["2025-06-10", "2025-06-12"], ["2025-06-03", "2025-06-16"])
    )
    assert workdays.lags(starts, ends).tolist() == [0, 2]


def test_a_lag_counts_days_not_hours():
    ends = ("2025-06-13 23:50", "2025-06-16 00:10")
    start, end = (pd.Series(pd.to_datetime([at])) for at in ends)
    assert workdays.lags(start, end).tolist() == [1]

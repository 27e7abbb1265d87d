"""Working days; expected figures counted by hand on the State Council's 2025 calendar."""

from datetime import date

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

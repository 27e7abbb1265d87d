"""Kinds of periods by their days: no kind is read out of the spelling of an id."""

import datetime as dt

import pytest

from kit.data.quality.levels.targets import _days
from kit.params import span_of
from kit.scheme.periods import kind_of
from kit.start.months import before


@pytest.mark.parametrize(
    ("name", "kind", "earlier"),
    [
        ("2025-03", "month", "2025-02"),
        ("2025-B1", "two_months", "2024-B6"),
        ("2025-Q1", "quarter", "2024-Q4"),
        ("2025-H1", "half_year", "2024-H2"),
        ("2025-H2", "half_year", "2025-H1"),
        ("2025", "year", "2024"),
    ],
)
def test_each_period_of_the_calendar_has_its_kind_and_the_one_before(name, kind, earlier):
    span = span_of(name)
    assert kind_of(span.start, span.end) == kind
    assert before(span) == earlier
    assert _days(name, {}) == (span.start, span.end, kind)


def test_a_name_of_the_companys_own_has_the_kind_of_its_days():
    june = (dt.date(2025, 6, 1), dt.date(2025, 6, 30))
    sale = (dt.date(2025, 6, 1), dt.date(2025, 6, 18))
    assert _days("summer", {"summer": june}) == (*june, "month")
    assert _days("618", {"618": sale}) == (*sale, "campaign")
    assert _days("618", {}) is None

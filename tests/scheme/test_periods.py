"""Kinds of periods by their days: no kind is read out of the spelling of an id."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from kit.data.quality.levels.targets import _days, _rated
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


@pytest.mark.parametrize("last", ["2025-06-18", "2025-06-30"])
def test_promotions_are_campaigns_whatever_their_days_and_own_names_keep_their_type(last):
    whole = SimpleNamespace(id="618", start=dt.date(2025, 6, 1), end=dt.date.fromisoformat(last))
    period = SimpleNamespace(
        id="summer", start=dt.date(2025, 6, 1), end=dt.date(2025, 8, 31), type="quarter"
    )
    scheme = SimpleNamespace(promotions=[whole], library={"sales": SimpleNamespace(additive=True)})
    rows = pd.DataFrame(
        {
            "specialist_id": "S01",
            "indicator": "sales",
            "period_id": ["618", "summer", "2025-06", "unknown"],
            "stage": None,
            "stage_end": pd.NaT,
            "target": [180.0, 9200.0, 600.0, 1.0],
        }
    )
    made = _rated(SimpleNamespace(scheme=scheme, period=period), rows)
    assert made["kind"].tolist() == ["campaign", "quarter", "month"]
    days = (whole.end - whole.start).days + 1
    assert made["rate"].tolist() == pytest.approx([180 / days, 100, 20])

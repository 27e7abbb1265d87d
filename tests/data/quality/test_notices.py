"""Days off nobody has announced: said in `kit check`, unless the company's calendar tells them."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import pytest

from kit.data.quality.notices import unannounced
from kit.words import LANGS, word


def tables(end, **told):
    days = pd.DataFrame({"date": pd.to_datetime(told.get("calendar", []))})
    end = dt.date.fromisoformat(end)
    return SimpleNamespace(
        period=SimpleNamespace(start=end.replace(day=1), end=end),
        scheme=SimpleNamespace(feedback=SimpleNamespace(due_working_days=10)),
        get=lambda name: days,
    )


@pytest.mark.parametrize(
    ("end", "years"),
    [
        ("2025-06-30", []),
        ("2025-12-31", []),  # feedback until January 2026, whose notice is of November 2025
        ("2098-12-31", [2098, 2099]),  # feedback until January 2099
        ("2098-12-10", [2098]),
    ],
)
def test_years_without_a_notice_are_named(end, years):
    issues = list(unannounced(tables(end)))
    assert [i.facts["years"] for i in issues] == [years] * bool(years)
    assert all(i.severity == "note" for i in issues)


def test_a_calendar_of_the_company_stands_for_the_notice():
    [issue] = unannounced(tables("2098-12-31", calendar=["2098-10-01"]))
    assert issue.facts["years"] == [2099]


def test_it_is_worded_in_both_languages():
    for lang in LANGS:
        assert "2099" in word("data.no_notice", lang, years="2099")

"""People added up over days are said to be so, and never divided by people of a whole span."""

import datetime as dt
from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.pages.people import view as people_view
from kit.pages.retrospective import view as retrospective_view
from kit.pages.scoring.view import view
from kit.scheme.library import built_in
from kit.scoring import kpi, team, visits
from kit.scoring.panel import Panel
from kit.scoring.what_if import scorecards
from kit.show import ahead
from tests.scoring.test_own import leads, measured, month


def panel():
    """One person, two days: 10 visitors each day, 15 of both; carts 2 and 4; buyers 1 each, 1."""
    one = {"uv": [10, 10], "cart_users": [2, 4], "placed_buyers": [1, 2], "buyers": [1, 1]}
    daily = {name: np.array([row], float) for name, row in one.items()}
    total = {name: rows.sum(axis=1) for name, rows in daily.items()}
    total |= {"uv": np.array([15.0]), "buyers": np.array([1.0])}
    days = pd.date_range("2025-04-01", periods=2)
    there = np.ones((1, 2), bool)
    return Panel(("S1",), days, there, np.zeros((2, 0)), daily, total, {})


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("visitor_cart_rate", 6 / 20),  # not 6 / 15: the six are people of single days
        ("order_conversion", 3 / 20),
        ("pay_conversion", 1 / 15),  # both of the whole span
        ("uv", 15),
    ],
)
def test_a_rate_counts_the_people_of_both_its_sides_alike(name, expected):
    value = kpi.value(panel(), built_in()[name])
    assert value.actual[0] == pytest.approx(expected)


def test_a_teams_rate_counts_people_as_its_members_rates_do(monkeypatch):
    """Two members with 6 of 20 each: 12 of 40, though only 15 + 15 of the visitors are distinct."""
    one = panel()
    two = replace(
        one,
        people=("S1", "S2"),
        held=np.ones((2, 2), int),
        daily={name: np.repeat(rows, 2, axis=0) for name, rows in one.daily.items()},
        total={name: np.repeat(value, 2) for name, value in one.total.items()},
        calendar=np.zeros((2, 0)),
    )
    spec = replace(built_in()["visitor_cart_rate"], scope="group")
    monkeypatch.setattr(team, "together", lambda *_: np.ones((1, 2), int))  # no plan moves
    found = team.value(SimpleNamespace(group="g"), two, spec)
    assert found.actual == pytest.approx([12 / 40, 12 / 40])


@pytest.mark.parametrize("covered", [True, False])
def test_an_indicator_says_that_its_people_are_added_up_by_day(tmp_path, monkeypatch, covered):
    """Where sessions cover the span visitors are distinct; carts never are."""
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 9})}
    tables = month(tmp_path, leads(1), {"leads": 1}, given)
    monkeypatch.setattr(visits, "covered", lambda *_: covered)
    for lang, mark in (("zh", "（人数逐日相加）"), ("en", "(people added up by day)")):
        v = view(scorecards(tables), lang, "hr")
        for name in ("uv", "revenue_per_uv", "pay_conversion"):
            assert (mark in v.label(name)) is not covered
        assert mark in v.label("visitor_cart_rate") and mark not in v.label("roi")


def test_without_sessions_visitors_are_added_up_by_day(tmp_path):
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 9})}
    tables = month(tmp_path, leads(1), {"leads": 1}, given)
    assert visits.adds_days(tables, built_in()["uv"])
    assert not visits.adds_days(tables, built_in()["roi"])


def test_every_page_marks_an_indicator_alike(tmp_path, monkeypatch):
    given = {"measured": measured({"period_id": "2025-04", "indicator": "leads", "actual": 9})}
    tables = month(tmp_path, leads(1), {"leads": 1}, given)
    monkeypatch.setattr(visits, "covered", lambda *_: False)
    v = view(scorecards(tables), "en", "hr")
    other = people_view.View(tables, "en", "hr", (), "", None, {})
    third = retrospective_view.View(*[None] * len(fields(retrospective_view.View)))
    third = replace(third, tables=tables, lang="en", names={}, plans={})
    told = [v.label("uv"), *other.indicators(["uv"]), third.label("indicator", "uv")]
    assert told == ["Visitors (UV) (people added up by day)"] * 3
    row = {"indicator": "uv", "points": 50.0, "weight_used": 0.5, "actual": 5.0, "target": 10.0}
    rows = pd.DataFrame([row | {"branch": "hard", "group": ""}])
    assert told[0] in ahead.step(tables, rows, "en"), "the one thing to do next"
    monkeypatch.setattr(visits, "label", lambda *_: "as marked")
    rows = view(scorecards(tables), "en", "hr").rows
    assert set(rows["label"]) == {"as marked"}, "rows: heat map, alt text, floor warnings"


@pytest.mark.parametrize(("moves", "marked"), [("2025-04-11", True), ("2025-04-01", False)])
def test_a_group_that_somebody_leaves_within_the_period_counts_people_by_day(
    tmp_path, monkeypatch, moves, marked
):
    """Distinct visitors are known for all days alone, not for the part that is spent in a group."""
    monkeypatch.setattr(visits, "covered", lambda *_: True)
    period = SimpleNamespace(
        groups=object(), start=dt.date(2025, 4, 1), last_day=dt.date(2025, 4, 30)
    )
    tables = SimpleNamespace(period=period, group="new", digest=moves)
    days = pd.date_range("2025-04-01", "2025-04-30")
    of = np.where(days >= moves, "new", "old")[None, :]
    monkeypatch.setattr(visits, "roster", lambda *_: ("S1",))
    monkeypatch.setattr(visits, "membership", lambda *_: of)
    monkeypatch.setattr(visits, "remembered", lambda given, _, function: function(given))
    assert visits.adds_days(tables, built_in()["uv"]) is marked
    assert not visits.adds_days(tables, built_in()["roi"])

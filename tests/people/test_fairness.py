"""Fairness tables: counts by hand, the line of tenure against numpy."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.stats import fisher_exact

from kit.people.fairness import by_channel, by_tenure, calibration, raters, screens
from tests.people.tiny import june, rows, totals

SCORES = dict(enumerate([(96, "A"), (90, "B"), (89.5, "B"), (80, "C"), (72, "C"), (60, "D")], 1))
SIX = totals(
    *(
        {"specialist_id": f"S0{i}", "total": x, "printed": x, "se": 1.0, "grade": g}
        for i, (x, g) in SCORES.items()
    )
)
ROSTER = rows(
    "roster",
    *(
        {
            "specialist_id": f"S0{i}",
            "team": "A",
            "manager_id": "M01",
            "hire_date": f"20{18 + i}-06-30",
        }
        for i in range(1, 7)
    ),
)


def rating(rater: str, relation: str, value: float, item: str) -> dict:
    return {
        "period_id": "2025-06",
        "specialist_id": "S01",
        "rater_id": rater,
        "item": item,
        "relation": relation,
        "rating": value,
    }


def test_raters_show_flat_lines_and_unknown_names():
    items = ("innovation", "teamwork", "problem_solving", "learning")
    answers = (
        [rating("S02", "peer", 4, i) for i in items]
        + [rating("X99", "peer", v, i) for v, i in zip((1, 2, 3, 4), items, strict=True)]
        + [rating("M01", "manager", 5, "teamwork"), rating("D01", "cross_dept", 3, "teamwork")]
    )
    table = raters(june({"feedback": rows("feedback", *answers), "roster": ROSTER}))
    table = table.set_index("rater_id")
    assert table["flat"].to_dict() == {"S02": True, "X99": False, "M01": False, "D01": False}
    assert table["known"].to_dict() == {"S02": True, "X99": False, "M01": True, "D01": True}
    assert table.loc["X99", "mean"] == 2.5
    assert table["spread"].to_dict() == {
        "S02": "0 · 0 · 0 · 4 · 0",
        "X99": "1 · 1 · 1 · 1 · 0",
        "M01": "0 · 0 · 0 · 0 · 1",
        "D01": "0 · 0 · 1 · 0 · 0",
    }


def test_calibration_names_the_pair_that_a_quota_would_part_by_chance():
    table = calibration(SIX, {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}, 0.95).set_index("grade")
    assert table["suggested"].tolist() == [2, 2, 2]
    assert table["given"].tolist() == [1, 2, 2]
    assert table.loc["A", "tied"] == ("S02", "S03")  # 90 against 89.5
    assert table["supported"].tolist() == [False, True, True]
    assert calibration(SIX, {}, 0.95).empty
    unscored = pd.concat([totals({"specialist_id": "S00", "grade": ""}), SIX])
    again = calibration(unscored, {"A": 1 / 3, "B": 1 / 3, "C": 1 / 3}, 0.95)
    assert again["tied"].tolist() == table["tied"].tolist()  # who has no total takes no seat


def test_screen_counts_the_second_grade_or_better_in_every_dimension():
    groups = rows(
        "groups",
        *(
            {"specialist_id": f"S0{i}", "dimension": "site", "value": "east" if i < 4 else "west"}
            for i in range(1, 7)
        ),
    )
    table = screens(june({"groups": groups}), SIX)
    assert table.loc[0, ["low", "high", "ratio", "flag"]].tolist() == ["west", "east", 0, True]
    assert table.loc[0, "fisher_p"] == pytest.approx(0.1)  # 2 / C(6, 3)
    assert screens(june({}), SIX).empty


def test_screen_looks_at_the_grade_given_not_at_a_total_that_a_core_indicator_holds_down():
    """S02, with 90 points and grade C, is not selected: east 2 of 3, not 3 of 3."""
    held = SIX.assign(grade=SIX["grade"].mask(SIX["specialist_id"] == "S02", "C"))
    groups = rows(
        "groups",
        *(
            {"specialist_id": f"S0{i}", "dimension": "site", "value": "east" if i < 4 else "west"}
            for i in range(1, 7)
        ),
    )
    assert screens(june({"groups": groups}), held).loc[0, "high_n"] == (2, 3)


def test_screen_compares_rates_not_heads():
    """West 2 of 5, east 1 of 1, north 1 of 2: the lowest rate is 0.4, the highest 1."""
    sites = ["west", "west", "east", "north", "north", "west", "west", "west"]
    scores = [96, 90, 95, 91, 60, 60, 61, 62]
    people = totals(
        {"specialist_id": "S09"},
        *(
            {"specialist_id": f"S0{i}", "printed": x, "grade": "B" if x >= 85 else "D"}
            for i, x in enumerate(scores)
        ),
    )
    sites += ["", "west"]  # S09 of the west has no total, and does not count
    groups = rows(
        "groups",
        *(
            {"specialist_id": f"S0{i}", "dimension": "site", "value": site}
            for i, site in enumerate(sites)
            if site
        ),
    )
    found = screens(june({"groups": groups}), people).loc[0]
    assert (found["low"], found["low_n"], found["high"], found["high_n"]) == (
        "west",
        (2, 5),
        "east",
        (1, 1),
    )
    assert found["ratio"] == pytest.approx(0.4) and found["flag"]
    assert found["fisher_p"] == pytest.approx(fisher_exact([[2, 3], [1, 0]])[1])


def test_tenure_line_agrees_with_numpy_and_statsmodels_and_few_people_give_none():
    line = by_tenure(june({"roster": ROSTER}), SIX)
    years = (pd.Timestamp("2025-06-30") - ROSTER["hire_date"]).dt.days / 365.25
    assert line["slope"] == pytest.approx(np.polyfit(years, SIX["total"], 1)[0])
    fit = sm.OLS(SIX["total"].to_numpy(), sm.add_constant(years.to_numpy())).fit()
    assert (line["low"], line["high"]) == pytest.approx(tuple(fit.conf_int()[1]))
    assert line["r2"] == pytest.approx(fit.rsquared)
    assert by_tenure(june({"roster": ROSTER[:4]}), SIX)["n"] == 4
    assert by_tenure(june({"roster": ROSTER[:4]}), SIX)["slope"] is not None
    assert by_tenure(june({"roster": ROSTER[:3]}), SIX)["slope"] is None


def test_channel_mean_has_an_interval_from_three_people_on():
    load = pd.DataFrame({"specialist_id": SIX["specialist_id"], "main": list("aaabbc")})
    table = by_channel(SIX, load).set_index("channel")
    assert table["n"].to_dict() == {"a": 3, "b": 2, "c": 1}
    assert table["low"].notna().tolist() == [True, False, False]
    first = SIX["total"].head(3)
    ends = stats.t.interval(0.95, 2, loc=first.mean(), scale=stats.sem(first))
    assert table.loc["a", ["low", "high"]].tolist() == pytest.approx(list(ends))

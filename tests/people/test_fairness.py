"""Fairness tables: counts by hand, the line of tenure against numpy."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.stats import fisher_exact

from kit.pages.people.fair import fair
from kit.pages.people.view import view as people_view
from kit.people import by_group
from kit.people.appeals import official
from kit.people.fairness import (
    by_channel,
    by_tenure,
    calibration,
    raters,
    screen_of_groups,
    screens,
)
from kit.people.frames import team
from kit.scoring.card import scorecards
from tests.people.tiny import june, rows, totals
from tests.scoring import test_groups as several

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


def test_people_of_several_schemes_are_screened_by_their_own_grades(tmp_path):
    """The buyers' second grade is B from 80, the sellers' D: 2 of 2 buyers, sellers 2 of 2.

    By hand: S1 (leads 300 of 300: 100, A) and S2 (junior: mean of 90 and 70, B) are ranked
    together; S3 (deals 270 of 300: 90, A) and S4 (83.5 over both cards, A) are the rest.
    """
    tables = several.company(tmp_path)
    totals = official(tables, scorecards(tables))
    sets = by_group.compared(tables, totals)
    assert [sorted(mine["specialist_id"]) for _, _, mine in sets] == [["S1", "S2"], ["S3", "S4"]]
    assert [part.scheme.id for _, part, _ in sets] == ["scheme-buyer", "scheme-seller"]
    sites = [("S1", "east"), ("S2", "west"), ("S3", "east"), ("S4", "west")]
    given = rows(
        "groups",
        *({"specialist_id": who, "dimension": "site", "value": site} for who, site in sites),
    )
    low = totals.assign(grade=totals["grade"].mask(totals["specialist_id"] == "S2", "C"))
    seen = SimpleNamespace(get=lambda name: given, scheme=sets[0][1].scheme)
    buyers = low[low["specialist_id"].isin(["S1", "S2"])]
    assert screens(seen, buyers).loc[0, ["low_n", "high_n"]].tolist() == [(0, 1), (1, 1)]
    named = [(f"{n}", part.scheme, low[low["specialist_id"].isin(mine["specialist_id"])])
             for n, (_, part, mine) in enumerate(sets)]  # fmt: skip
    across = screen_of_groups(named).loc[0]
    assert (across["low"], across["low_n"], across["high_n"]) == ("0", (1, 2), (2, 2))
    assert screen_of_groups(named[:1]).empty and screen_of_groups([]).empty


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hr_reads_which_scheme_scored_whom_and_each_sets_own_screens(tmp_path, lang):
    tables = several.company(tmp_path)
    text = " ".join(str(b.html) for b in fair(people_view(team(tables, "hr"), lang)))
    assert 'id="scored_by"' in text and 'id="screen_of_groups"' in text
    for id in ("by_channel-juniors", "by_channel-rest"):
        assert f'id="{id}"' in text
    for scheme in ("scheme-buyer", "scheme-seller"):
        assert f">{scheme}<" in text

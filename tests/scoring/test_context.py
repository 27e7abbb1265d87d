"""Pace, sensitivity, reliability and traces, by hand on small tables."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.scheme.library import built_in
from kit.scoring import progress, review, sensitivity, trace
from kit.scoring.card import scorecards
from tests.scoring import hand


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    given = hand.tables()
    stage = given["targets"].head(1).assign(stage="W2", stage_end="2025-04-15", target=200_000)
    given["targets"] = pd.concat([given["targets"], stage])
    tables = hand.loaded(tmp_path_factory.mktemp("hand"), given)
    return tables, scorecards(tables)


def test_a_trace_leads_from_sums_to_contribution(month):
    """By hand: 520,000 / 130,000 = 4.0; / 4.2; 87.30 points × .15 = 13.0952."""
    chain = trace.trace(*month, "S1", "roi").set_index("step")["value"]
    assert (chain["revenue"], chain["spend"], chain["actual"]) == (520_000, 130_000, 4.0)
    assert chain["contribution"] == pytest.approx(13.0952, abs=5e-5)


@pytest.mark.parametrize("name", ["sales", "roi", "click_conversion", "ctr", "cac"])
def test_the_rows_that_a_trace_names_give_the_value_and_the_target(month, tmp_path, name):
    """By the other road: the named rows of the CSV files, summed without the kit."""
    hand.loaded(tmp_path, hand.tables())
    of = built_in()[name]
    rows = trace.source_rows(month[0], "S1", name).set_index("table")
    sums = _lines(tmp_path, rows.loc["ads"])[[x for x in (of.top, of.under) if x]].sum()
    row = month[1].indicators.set_index("indicator").loc[name]
    value = sums[of.top] / (sums[of.under] if of.under else 1)
    assert len(_lines(tmp_path, rows.loc["ads"])) == rows.loc["ads", "rows"] == 30
    assert row["actual"] == pytest.approx(value)
    assert _lines(tmp_path, rows.loc["targets"])["target"].tolist() == [row["target"]]


def _lines(folder, of):
    """Rows of a file as a spreadsheet numbers them: the header is row 1."""
    return pd.read_csv(folder / of["file"]).iloc[of["first_row"] - 2 : of["last_row"] - 1]


def test_the_trace_of_360_stops_at_relation_means(month):
    chain = trace.trace(*month, "S1", "innovation")
    assert chain["step"].head(2).tolist() == ["manager", "self"]  # exact: no pool beside them
    assert not {"peer", "cross_dept", "others"} & set(chain["step"])
    assert trace.source_rows(month[0], "S1", "innovation").empty


def test_who_has_no_clicks_has_no_rate_and_changes_places_with_nobody():
    """By hand: S1 has 4 of 100 in search, 9 of 900 in social; S2 30 of 900 and 0.5 of 100.

    Crude .013 and .0305; on 1,000 clicks each .025 and .0192. S3 and channel `none` have 0.
    """
    cells = [
        ("search", "S1", 4.0, 100.0),
        ("search", "S2", 30.0, 900.0),
        ("social", "S1", 9.0, 900.0),
        ("social", "S2", 0.5, 100.0),
        ("social", "S3", 0.0, 0.0),
        ("none", "S1", 0.0, 0.0),
    ]
    facts = pd.DataFrame(cells, columns=["channel", "specialist_id", "orders", "clicks"])
    days = SimpleNamespace(start="2025-04-01", last_day="2025-04-30")
    tables = SimpleNamespace(
        facts=facts.assign(date=pd.Timestamp("2025-04-05")),
        period=days,
        scheme=SimpleNamespace(library=built_in()),
    )
    with np.errstate(all="raise"):
        found = review.standardised(tables, "click_conversion").set_index("specialist_id")
    assert found["crude"].to_dict() == pytest.approx(
        {"S1": 0.013, "S2": 0.0305, "S3": np.nan}, nan_ok=True
    )
    fair = {"S1": (0.04 + 0.01) / 2, "S2": (30 / 900 + 0.005) / 2, "S3": np.nan}
    assert found["standardised"].to_dict() == pytest.approx(fair, nan_ok=True)
    assert found["reversed"].to_dict() == {"S1": 1, "S2": 1, "S3": 0}


def test_a_stage_counts_what_was_reached_when_it_ended(month):
    row = progress.stages(month[0]).iloc[0]
    days = hand.tables()["ads"].head(15)["revenue"].sum()
    assert row["pace"] == pytest.approx(days / 200_000) and row["status"] == "ahead"


def test_without_last_year_the_curve_is_even(month):
    assert progress.curve(month[0], "revenue")[[0, 14, 29]].tolist() == [1 / 30, 0.5, 1]


def test_balance_weighs_points_by_the_weights_in_use(month):
    """By hand: own side = total without teamwork."""
    row = sensitivity.balance(*month).iloc[0]
    total = month[1].totals.iloc[0]["total"]
    assert row["own"] * row["own_weight"] + row["team"] * row["team_weight"] == pytest.approx(total)
    assert row["hard"] == pytest.approx(92.2170, abs=5e-5)


def totals(values):
    rows = [(p, f"S{k}", v) for p, row in enumerate(values) for k, v in enumerate(row)]
    return pd.DataFrame(rows, columns=["period_id", "specialist_id", "total"])


def test_reliability_is_the_mean_correlation_stretched_by_spearman_brown():
    """Two periods with r = 0.8 by hand: 2 × 0.8 / 1.8."""
    found = review.reliability(totals([[1, 2, 3, 4], [1, 2, 4, 3]]))
    assert found["single"] == pytest.approx(0.8) and found["mean_of_n"] == pytest.approx(1.6 / 1.8)


def test_one_period_has_no_reliability():
    assert review.reliability(totals([[1, 2, 3, 4]]))["single"] is None


def test_a_straight_rise_is_its_slope():
    row = review.trend(totals([[1], [3], [5.0]])).iloc[0]
    assert (row["slope"], row["ci_low"], row["ci_high"]) == pytest.approx((2, 2, 2))


def test_an_indicator_that_everybody_meets_is_named():
    rows = pd.DataFrame(
        {
            "period_id": "p",
            "specialist_id": list("abcdefghij"),
            "indicator": "ctr",
            "points": [100 + k for k in range(10)],
        }
    )
    assert review.scheme_review(rows)["flag"].tolist() == ["always_met"]


def test_weights_that_do_not_matter_leave_ranks_alone(month):
    found = sensitivity.sensitivity(month[1])
    assert found.people["same"].tolist() == [1.0]
    assert np.isnan(found.indicators["variance_share"]).all()


def test_an_indicator_that_runs_against_contribution_is_named():
    """By hand: contribution 100 k × 0.5 − 20 k rises with k; sales rise with it, ctr falls."""
    parts = [
        (f"p{k}", who, i, actual, points)
        for k in range(1, 6)
        for who in "abc"
        for i, actual, points in [
            ("sales", 100.0 * k, 60 + k),
            ("roi", 5.0, 90 + k % 2),
            ("ctr", 1.0, 90 - 3 * k),
        ]
    ]
    rows = pd.DataFrame(
        parts, columns=["period_id", "specialist_id", "indicator", "actual", "points"]
    )
    found = review.scheme_review(rows, margin=0.5).set_index("indicator")
    assert (found.loc["sales", "goal"], found.loc["ctr", "goal"]) == pytest.approx((1, -1))
    assert np.isnan(review.scheme_review(rows)["goal"]).all()
    rows.loc[rows["indicator"] == "ctr", "points"] += rows["specialist_id"].map(
        {"a": 0, "b": 9, "c": 4}
    ) * (1 + rows["period_id"].str[1].astype(int) % 2)
    assert review.scheme_review(rows, 0.5).set_index("indicator").loc["ctr", "flag"] == "drift"


def test_a_week_stands_against_its_part_of_the_target(month):
    """By hand: no last year, so a week is 7/30 of 500,000; the last two days 2/30."""
    rows = progress.weeks(month[0], "sales")
    days = hand.tables()["ads"]["revenue"]
    sums = [days[n : n + 7].sum() for n in range(0, 30, 7)]
    assert rows["value"].tolist() == pytest.approx(sums)
    assert rows["pace"].iloc[[0, 4]].tolist() == pytest.approx(
        [sums[0] / (500_000 * 7 / 30), sums[4] / (500_000 * 2 / 30)]
    )
    assert rows["status"].tolist() == [
        "ahead" if s > 1.05 else "behind" if s < 0.95 else "on_pace" for s in rows["pace"]
    ]

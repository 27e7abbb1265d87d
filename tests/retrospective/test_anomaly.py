"""The anomaly rule on edges: nothing usable, nothing that varies, missing days."""

import numpy as np
import pytest

from kit.errors import FormulaError
from kit.retrospective.anomaly import anomalies, runs, troubles
from tests.retrospective.desk import Desk, span, steady

WEEKS = list(range(7)) * 3
STEADY = [10.0, 12, 11, 13, 14, 20, 18] * 3


def test_nothing_usable_gives_no_scale():
    result = anomalies([0, 1], [None, None])
    assert result.scale is None and result.flags == [] and result.missing == [0, 1]


def test_all_zero_has_no_yardstick_and_no_verdict():
    result = anomalies(WEEKS, [0.0] * 20 + [5.0])
    assert result.scale == 0 and result.flags == []


def test_steady_days_use_the_floor_of_one_percent():
    result = anomalies(WEEKS, STEADY)
    assert result.scale == pytest.approx(0.13) and result.flags == []


def test_missing_is_not_zero():
    assert anomalies(WEEKS, [None, *STEADY[1:]]).flags == []
    assert anomalies(WEEKS, [0.0, *STEADY[1:]]).flags == [0]


def test_excluded_days_are_never_flagged_nor_used():
    values = [*STEADY[:20], 900.0]
    assert anomalies(WEEKS, values, exclude=[20, 99]).flags == []
    assert anomalies(WEEKS, values).flags == [20]


def test_unequal_lengths_are_refused():
    with pytest.raises(FormulaError):
        anomalies([0], [1.0, 2.0])


def shop(change=None):
    frames = steady(noise=False)
    rows = frames["ads"]
    wiggle = 1 + 0.02 * np.sin(np.arange(len(rows)))
    frames["ads"] = rows.assign(clicks=rows["clicks"] * wiggle, spend=rows["spend"] * wiggle)
    if change:
        frames["ads"] = change(frames["ads"].copy())
    return Desk(frames, span("2025-06-01", "2025-06-30"), None)


def on(rows, start, end, channel="P01"):
    return rows["date"].between(start, end) & (rows["plan_id"].str[-2:].astype(int) % 4 == 1)


def test_a_steady_shop_has_no_trouble():
    assert troubles(shop()).empty


def test_orders_that_vanish_while_money_is_spent_are_a_tracking_suspicion():
    def silent(rows):
        rows.loc[on(rows, "2025-06-09", "2025-06-11"), ["orders", "revenue"]] = 0.0
        return rows

    found = troubles(shop(silent))
    [row] = found[found["kind"] == "tracking"].to_dict("records")
    assert (str(row["start"])[:10], str(row["end"])[:10]) == ("2025-06-09", "2025-06-11")
    assert row["name"] == "social" and row["scope"] == "channel"


def test_a_missing_day_is_named_and_is_no_zero_day():
    found = troubles(shop(lambda rows: rows[~on(rows, "2025-06-24", "2025-06-24")]))
    assert found["kind"].tolist() == ["missing"]


def test_a_weekday_without_business_is_not_missing():
    found = troubles(shop(lambda rows: rows[rows["date"].dt.day_of_week != 5]))
    assert found.empty


def test_a_level_shift_is_reported_once():
    def more(rows):
        rows.loc[on(rows, "2025-06-21", "2025-06-30"), ["clicks", "spend", "orders"]] *= 1.8
        return rows

    found = troubles(shop(more))
    [row] = found[found["kind"] == "shift"].to_dict("records")  # spend and clicks have one cause
    assert (row["scope"], row["name"]) == ("channel", "social")
    assert str(row["start"])[:10] == "2025-06-21"


def test_a_spike_of_one_plan_is_found():
    def spike(rows):
        rows.loc[(rows["plan_id"] == "P03") & (rows["date"] == "2025-06-24"), "spend"] *= 4.5
        return rows

    found = troubles(shop(spike))
    [row] = found[found["scope"] == "plan_id"].to_dict("records")
    assert row["name"] == "P03" and row["kind"] == "spike"


def test_fewer_than_fourteen_days_are_not_judged():
    def short(rows):
        rows = rows[rows["date"] >= "2025-06-21"].copy()
        rows.loc[rows["date"] == "2025-06-25", "spend"] *= 10
        return rows

    assert "spike" not in set(troubles(shop(short))["kind"])


@pytest.mark.parametrize(
    "flags, sign, expected",
    [
        ([1, 2, 3, 4, 5], 1, [[1, 2, 3, 4, 5]]),
        ([1, 2, 3, 4], 1, [[1], [2], [3], [4]]),
        ([1, 3, 5, 7, 9], 1, [[1], [3], [5], [7], [9]]),
        ([], 1, []),
    ],
)
def test_five_of_one_sign_in_seven_days_are_one_shift(flags, sign, expected):
    got = runs(np.array(flags, int), np.full(20, sign))
    assert [g.tolist() for g in got] == expected

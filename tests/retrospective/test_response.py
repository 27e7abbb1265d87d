"""Curves planted and recovered; advice that says so when the data cannot tell."""

import numpy as np
import pandas as pd
import pytest

from kit.retrospective.market import Growth
from kit.retrospective.response import advice, fits, weekly
from tests.retrospective.desk import Desk, span

JUNE = span("2025-06-01", "2025-06-30", "2025-06")
FLAT = Growth({}, 1.0, "none", [], pd.DataFrame())


def shop(curves, weeks=52, vary=0.3, noise=0.06, seed=1):
    """A plan a channel: sales = a x^b of the week's spend, seven equal days a week."""
    rng = np.random.default_rng(seed)
    rows = []
    for channel, (a, b, level) in curves.items():
        spend = level * np.exp(vary * rng.uniform(-1, 1, weeks))
        sales = a * spend**b * np.exp(noise * rng.standard_normal(weeks))
        days = pd.date_range(end="2025-06-30", periods=7 * weeks)
        daily = {"spend": np.repeat(spend / 7, 7), "revenue": np.repeat(sales / 7, 7)}
        rows.append(pd.DataFrame({"date": days, "plan_id": channel} | daily))
    ads = pd.concat(rows).assign(clicks=100, impressions=1000, orders=5)
    plans = pd.DataFrame({"plan_id": list(curves), "channel": list(curves), "category": "c"})
    return Desk({"ads": ads, "plans": plans}, JUNE, None)


TRUE = {"a": (40, 0.5, 20000), "b": (8, 0.75, 30000), "c": (30, 0.6, 15000)}


def test_shapes_come_back_within_their_intervals():
    desk = shop(TRUE)
    found = fits(weekly(desk, FLAT), desk.scheme.retrospective, 1)
    for channel, (_, b, _) in TRUE.items():
        assert found[channel].low - 0.05 <= b <= found[channel].high + 0.05
        assert found[channel].reason == ""


def test_advice_moves_money_toward_the_higher_marginal_return_within_bounds():
    found = advice(shop(TRUE), FLAT)
    rows = found.channels.set_index("channel")
    assert rows["proposed"].sum() == pytest.approx(rows["spend"].sum())
    assert (rows["change"].abs() <= 0.2 * rows["spend"] + 1e-6).all()
    best = rows["marginal"].idxmax()
    worst = rows["marginal"].idxmin()
    assert rows.loc[best, "change"] > 0 > rows.loc[worst, "change"]
    assert found.gain[0] <= found.gain[1] <= found.gain[2]


def test_marginal_return_is_the_derivative_of_the_planted_curve():
    """A b x^(b-1) by hand for channel a: 40 x 0.5 / sqrt(spend)."""
    rows = advice(shop(TRUE, noise=0.02), FLAT).channels.set_index("channel")
    row = rows.loc["a"]
    assert row["low"] * 0.9 < 40 * 0.5 / np.sqrt(row["spend"]) < row["high"] * 1.1


def test_equal_channels_are_left_as_they_are():
    same = {"a": (40, 0.6, 20000), "b": (40, 0.6, 20000), "c": (40, 0.6, 20000)}
    found = advice(shop(same, noise=0.03), FLAT)
    assert found.decision == "keep" and found.share < 0.02


@pytest.mark.parametrize(
    "curves, more, reason",
    [
        ({"a": (5, 1.0, 20000)}, {}, "unsaturated"),
        (TRUE, {"vary": 0.05}, "steady_spend"),
        (TRUE, {"weeks": 6}, "few_weeks"),
    ],
)
def test_what_cannot_be_identified_is_said_and_a_test_proposed(curves, more, reason):
    found = advice(shop(curves, **more), FLAT)
    assert set(found.channels["reason"]) == {reason}
    assert found.decision == "test" and found.gain is None
    assert (found.channels["proposed"] == found.channels["spend"]).all()


def test_weeks_of_a_promotion_and_weeks_not_full_are_left_out():
    table = weekly(shop(TRUE), FLAT)
    ends = pd.Timestamp("2025-06-30") - pd.to_timedelta(7 * table["week"].unique(), unit="D")
    peak = pd.date_range("2025-06-13", "2025-06-20")
    spans = [pd.date_range(end=e, periods=7) for e in ends]
    assert not any(s.isin(peak).any() for s in spans)


def test_no_spend_gives_no_advice_rather_than_an_error():
    desk = shop({"a": (5, 0.6, 20000)})
    desk.frames["ads"]["spend"] = 0.0
    found = advice(desk, FLAT)
    assert found.decision == "test" and found.channels["average"].isna().all()


def test_draws_are_seeded():
    assert advice(shop(TRUE), FLAT).gain == advice(shop(TRUE), FLAT).gain

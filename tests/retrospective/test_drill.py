"""Push, stop and watch on small tables whose verdict can be seen by eye."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit.retrospective.drill import commissioned, first_three, lists, shrunk, waste, yardstick
from tests.retrospective.desk import Desk, span

JUNE = span("2025-06-01", "2025-06-30", "2025-06")


def desk(rows, **more):
    """One row a unit: plan, keyword, hour, clicks, orders, yuan spent, yuan sold."""
    ads = pd.DataFrame(
        rows, columns=["plan_id", "keyword", "hour", "clicks", "orders", "spend", "revenue"]
    )
    days = pd.DataFrame({"date": pd.date_range("2025-06-01", "2025-06-30")})
    ads = ads.merge(days, how="cross")
    place = np.tile(np.arange(30), len(ads) // 30)
    for sums, wave in ((["clicks", "spend"], np.sin), (["orders", "revenue"], np.cos)):
        swing = 1 + 0.2 * wave(np.arange(30))  # alike in all units: sales do not follow spend
        ads[sums] = ads[sums].mul((swing / swing.sum())[place], axis=0)
    ads = ads.assign(impressions=ads["clicks"] * 20)
    plans = pd.DataFrame({"plan_id": ads["plan_id"].unique(), "channel": "search", "category": "c"})
    owner = plans[["plan_id"]].assign(specialist_id="S0", valid_from=pd.Timestamp("2025-01-01"))
    roster = pd.DataFrame({"specialist_id": ["S0"], "name": ["甲"], "team": ["一组"]})
    frames = {"ads": ads, "plans": plans, "assignment": owner, "roster": roster}
    return Desk(frames | more.pop("frames", {}), JUNE, None, **more)


ROWS = [
    ("P1", "good", 10, 4000, 400, 6000.0, 60000.0),
    ("P2", "plain", 10, 4000, 160, 6000.0, 24000.0),
    ("P3", "bad", 2, 2000, 10, 3000.0, 1500.0),
    ("P3", "silent", 2, 300, 0, 450.0, 0.0),
    ("P3", "young", 2, 20, 0, 30.0, 0.0),
]


def test_lists_put_the_clear_cases_where_they_belong():
    found = lists(desk(ROWS))
    words = found[found["dimension"] == "keyword"].set_index("name")["list"]
    assert words.to_dict() == {
        "good": "push",
        "plain": "watch",
        "bad": "stop",
        "silent": "stop",
        "young": "watch",
    }


def test_a_unit_whose_returns_exceed_its_sales_stands_on_the_list():
    """Raw ROI -3,000 / 3,000 = -1; its estimate lies in bounds that are numbers, and is no push."""
    rows = [row if row[1] != "bad" else (*row[:-1], -3000.0) for row in ROWS]
    found = lists(desk(rows)).set_index(["dimension", "name"])
    bad = found.loc[("keyword", "bad")]
    assert bad["roi"] == pytest.approx(-1) and bad["list"] != "push"
    assert 0 < bad["low"] < bad["shrunk"] < bad["high"] < np.inf


def test_yuan_of_a_stop_is_spend_less_gross_profit():
    """Margin 40 %, break-even ROI 2.5: 3,000 - 0.4 x 1,500 = 2,400 yuan by the raw ROI of 0.5.

    A little less by the shrunk one, which lies between 0.5 and the words' common ROI.
    """
    orders = pd.DataFrame({"order_id": ["a"], "paid_at": [pd.Timestamp("2025-06-02")]})
    orders = orders.assign(revenue=100.0, gross_margin=0.4, plan_id="P1")
    table = desk(ROWS, frames={"orders": orders})
    found = lists(table)
    row = found[(found["dimension"] == "keyword") & (found["name"] == "bad")].iloc[0]
    assert yardstick(table).break_even == pytest.approx(2.5)
    assert 0.5 < row["shrunk"] < 0.55
    assert row["yuan"] == pytest.approx(3000 - 0.4 * 3000 * row["shrunk"])
    assert row["yuan_low"] < row["yuan"] < row["yuan_high"] < 3000


def test_without_a_margin_break_even_is_sales_equal_to_spend():
    assert yardstick(desk(ROWS)).break_even == 1.0 and yardstick(desk(ROWS)).margin is None


def test_target_is_the_spend_weighted_target_else_the_teams_own_level():
    targets = pd.DataFrame(
        {"period_id": ["2025-06"], "specialist_id": ["S0"], "indicator": ["roi"]}
    )
    told = yardstick(desk(ROWS, frames={"targets": targets.assign(target=3.3)}))
    own = yardstick(desk(ROWS))
    assert told.target == pytest.approx(3.3) and told.target_source == "targets"
    assert own.target == pytest.approx(85500 / 15480) and own.target_source == "team"


def test_a_word_without_orders_is_waste_only_where_that_is_unlikely():
    """At the target rate of 5.5 %, 20 clicks have no order in exp(-1.1) = 33 % of cases."""
    found = waste(desk(ROWS)).set_index("keyword")["yuan"]
    assert found["silent"] == pytest.approx(450) and found["young"] == 0


def test_nothing_is_stopped_whose_like_earn_far_above_break_even():
    """60 clicks without an order among words at 20 times their cost: a bad draw, not a loss."""
    rows = [(f"P{i}", f"w{i}", 10, 1000, 60, 300.0, 6000.0) for i in range(6)]
    found = lists(desk([*rows, ("P9", "silent", 2, 60, 0, 18.0, 0.0)]))
    row = found[(found["dimension"] == "keyword") & (found["name"] == "silent")].iloc[0]
    assert np.exp(-60 * 0.06) < 0.1 and row["low"] > 1  # rare enough, yet above break-even
    assert row["list"] == "watch"


def test_commission_is_not_pushed_however_high_its_roi():
    days = pd.date_range("2025-06-01", "2025-06-20")
    rng = np.random.default_rng(1)
    sales = rng.uniform(500, 900, len(days))
    table = desk(ROWS)
    paid = pd.DataFrame({"date": days, "plan_id": "P9", "clicks": 100, "orders": 10, "hour": None})
    paid = paid.assign(impressions=2000, revenue=sales, spend=sales * 0.05, keyword=None)
    frames = table.frames | {"ads": pd.concat([table.frames["ads"], paid])}
    frames["plans"] = pd.concat(
        [frames["plans"], pd.DataFrame({"plan_id": ["P9"], "channel": ["affiliate"]})]
    )
    whole = Desk(frames, JUNE, None)
    found = lists(whole)
    assert commissioned(whole) == {"P9"}
    assert found.loc[found["plan_id"] == "P9", "list"].tolist() == ["commission"]


def test_shrunk_bounds_are_the_gamma_posteriors_and_zero_denominators_do_not_occur():
    """No spread between units, against SciPy.

    Prior variance at its floor, 1e-4 of the mean squared (10,000
    pseudo-orders); bounds from SciPy's gamma posterior.
    """
    rate, low, high = shrunk(np.array([5.0, 50.0]), np.array([100.0, 1000.0]), 0.8)
    assert rate == pytest.approx([0.05, 0.05], rel=1e-3)
    posterior = stats.gamma(5 + 10_000, scale=1 / (100 + 10_000 / 0.05))
    assert (low[0], high[0]) == pytest.approx((posterior.ppf(0.1), posterior.ppf(0.9)))
    nothing = shrunk(np.array([0.0, 0.0]), np.array([10.0, 1000.0]), 0.8)
    assert nothing[0].tolist() == [0, 0] and nothing[2][0] > nothing[2][1] > 0


def test_first_three_never_name_the_same_plan_twice():
    assert not first_three(lists(desk(ROWS)), "stop", 0.0005)["plan_id"].duplicated().any()


def test_no_clicks_and_no_spend_give_empty_lists_not_errors():
    table = desk([("P1", "w", 1, 0, 0, 0.0, 0.0)])
    assert lists(table).empty and waste(table).empty and yardstick(table).target == 0

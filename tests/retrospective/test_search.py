"""Segment search: no change → no claim; a planted move is named; mix is not mistaken for rate."""

import numpy as np
import pandas as pd
import pytest

from kit.retrospective.findings import DIMENSIONS, detail, findings
from kit.retrospective.mix import mix_rate, simpson
from kit.retrospective.search import capped, cells, search
from tests.bench.worlds import segments
from tests.retrospective.desk import Desk, span, steady

MAY = span("2025-05-01", "2025-05-31")
JUNE = span("2025-06-01", "2025-06-30")
RATE = {"click_conversion": ("orders", "clicks", 1.0)}
DIMS = ["plan", "channel", "category", "keyword"]


def shop(rng, change=None):
    """Days × plans × keywords with correlated shared and own shocks; `change` alters the orders."""
    days = 61
    plans = 24
    words = 5
    shared = _slow(rng, days, 1, 0.12)
    own = _slow(rng, days, plans, 0.1)
    clicks = rng.poisson(rng.lognormal(4, 0.5, (1, plans, words)), (days, plans, words))
    rate = rng.lognormal(np.log(0.04), 0.3, (1, plans, 1)) * (shared * own)[:, :, None]
    rate[45:53] *= 1.4  # a promotion for everybody
    if change:
        change(rate)
    day, plan, word = np.indices(clicks.shape)
    table = pd.DataFrame({"day": day.ravel(), "plan": plan.ravel(), "keyword": word.ravel()})
    table["clicks"] = clicks.ravel()
    table["orders"] = rng.poisson(clicks * rate).ravel()
    table["channel"], table["category"] = table["plan"] % 4, table["plan"] % 6
    table["period"] = (table["day"] >= 31).astype(int)
    return table.assign(block=np.where(table["period"] == 1, table["day"] - 31, table["day"]) // 7)


def _slow(rng, days, n, sd, rho=0.3):
    shocks = rng.standard_normal((days, n))
    for i in range(1, days):
        shocks[i] = rho * shocks[i - 1] + np.sqrt(1 - rho**2) * shocks[i]
    return np.exp(sd * shocks)


@pytest.mark.slow
def test_no_change_claims_anything_in_at_most_five_percent_of_months():
    """150 simulated months: the share with any finding must agree with 5 % (binomial 99 %: 14)."""
    rng = np.random.default_rng(20250630)
    hits = 0
    for _ in range(150):
        found = search(shop(rng), DIMS, RATE, draws=50)
        hits += bool((found["p_adjusted"] <= 0.05).any())
    assert hits <= 14


def test_a_planted_drop_is_named_first():
    def drop(rate):
        rate[31:, 7] *= 0.6

    found = search(shop(np.random.default_rng(3), drop), DIMS, RATE)
    best = found.sort_values("p").iloc[0]
    assert "7" in best["segment"].split(" × ") and "plan" in best["dimension"]
    row = found[(found["dimension"] == "plan") & (found["segment"] == "7")].iloc[0]
    assert row["p_adjusted"] < 0.05 and row["high"] < 0


def test_what_lifts_everybody_is_no_finding():
    def lift(rate):
        rate[31:] *= 1.5

    found = search(shop(np.random.default_rng(4), lift), DIMS, RATE)
    assert not (found["p_adjusted"] <= 0.05).any()


def test_cells_hold_the_sums_of_a_plain_group_by():
    table = shop(np.random.default_rng(5))
    pair = next(
        c for c in cells(table, DIMS, ["orders", "clicks"]) if c.dimension == ("channel", "keyword")
    )
    plain = table.groupby(["channel", "keyword", "period"])["orders"].sum().unstack()
    got = pd.DataFrame(pair.sums["orders"].sum(axis=2), pair.names)
    plain.index = [f"{channel} × {keyword}" for channel, keyword in plain.index]
    assert (got.sort_index().to_numpy() == plain.sort_index().to_numpy()).all()


def test_a_dimension_that_follows_from_another_is_not_crossed_with_it():
    names = [c.dimension for c in cells(shop(np.random.default_rng(5)), DIMS, ["orders", "clicks"])]
    assert ("plan", "keyword") in names and ("plan", "channel") not in names


def test_simpson_agrees_with_the_formula_and_names_the_segment():
    """The golden case S04 by another road: the mix and rate of the formula, on a table."""
    table = pd.DataFrame({"part": ["x", "y"] * 2, "period": [0, 0, 1, 1], "block": 0})
    table = table.assign(orders=[160, 40, 90, 72], clicks=[4000, 4000, 2000, 6000])
    [row] = simpson(table, ["part"], RATE).to_dict("records")
    segments = {
        "x": {"num0": 160, "den0": 4000, "num1": 90, "den1": 2000},
        "y": {"num0": 40, "den0": 4000, "num1": 72, "den1": 6000},
    }
    want = mix_rate(segments)
    assert (row["mix"], row["rate"]) == pytest.approx((want.mix_total, want.rate_total))
    assert row["segment"] == "x" and row["state"] == "share" and want.simpson


def test_a_reversal_is_red_only_when_the_total_really_moved():
    big = pd.DataFrame({"part": ["x", "y"] * 2, "period": [0, 0, 1, 1], "block": 0})
    big = big.assign(orders=[1600, 400, 900, 720], clicks=[40000, 40000, 20000, 60000])
    small = big.assign(orders=big["orders"] // 40, clicks=big["clicks"] // 40)
    assert simpson(big, ["part"], RATE)["colour"].tolist() == ["red"]
    assert simpson(small, ["part"], RATE)["colour"].tolist() == [""]


def test_more_money_in_a_weak_plan_is_mix_and_no_finding():
    """Impressions double in the plan with the low CTR; no plan's own CTR moves."""
    frames = steady(noise=False)
    late = (frames["ads"]["date"] >= "2025-06-01") & (frames["ads"]["plan_id"] == "P00")
    frames["ads"].loc[frames["ads"]["plan_id"] == "P00", "impressions"] *= 3
    frames["ads"].loc[late, ["impressions", "clicks", "spend", "orders", "revenue"]] *= 2
    desk = Desk(frames, JUNE, MAY)
    found = findings(desk, detail(desk, MAY, JUNE))
    assert found.empty


def test_a_cheaper_click_is_found_with_its_yuan_and_explained_once():
    """Plan P03 pays a third less per click in June: one finding, not one per keyword and hour."""
    frames = steady(detail=True)
    late = (frames["ads"]["date"] >= "2025-06-01") & (frames["ads"]["plan_id"] == "P03")
    frames["ads"].loc[late, "spend"] *= 2 / 3
    desk = Desk(frames, JUNE, MAY)
    found = findings(desk, detail(desk, MAY, JUNE))
    assert found["segment"].tolist() == ["P03"] and found["measure"].tolist() == [
        "clicks_per_spend"
    ]
    sales = frames["ads"].loc[late, "revenue"].sum()
    assert found["yuan"].iloc[0] == pytest.approx(sales / 3, rel=0.03)
    assert found["low_yuan"].iloc[0] > 0 and "weekday" in DIMENSIONS


def test_nothing_found_in_a_steady_shop():
    desk = Desk(steady(detail=True), JUNE, MAY)
    assert findings(desk, detail(desk, MAY, JUNE)).empty


@pytest.mark.slow
def test_no_change_shows_a_box_in_at_most_five_percent_of_months():
    """100 simulated months, every dimension and pair: boxes of structure, red or amber."""
    rng = np.random.default_rng(618)
    hits = sum((simpson(shop(rng), DIMS, RATE)["colour"] != "").any() for _ in range(100))
    assert hits <= 5


def test_a_dimension_named_in_one_period_only_is_no_mix():
    table = shop(np.random.default_rng(5)).astype({"keyword": object})
    table.loc[table["period"] == 0, "keyword"] = None
    assert "keyword" not in set(simpson(table, DIMS, RATE)["dimension"])


def test_a_single_huge_order_is_cut_at_the_joint_quantile():
    """By hand: 199 orders of 100 and one of 10,000: the mean is 149.5, only the last is cut."""
    money = np.append(np.full(199, 100.0), 10_000.0)
    found = capped(money, np.ones(200))
    assert found[:199].tolist() == [100.0] * 199 and 100 <= found[-1] < 400
    assert capped(np.array([5.0, 0.0]), np.array([0.0, 0.0])).tolist() == [0, 0]


def test_no_order_value_is_claimed_in_quiet_months_with_heavy_tails():
    """46 % of such months had a finding before; 25 months, two errors allowed."""
    assert segments.claimed(5, 25, 10.0, "lognormal 1.5").mean() <= 0.07 + 2 * 0.051

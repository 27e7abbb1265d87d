"""Planner and A/A replay on small made-up histories; portfolio figures by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kit.abtest import design, history, portfolio
from kit.abtest.daily import Days
from kit.errors import KitError


def shop(noise=0.1, days=56, plans=4, **columns):
    rng = np.random.default_rng(4)
    rows = [
        {
            "date": date,
            "plan_id": f"P{p}",
            "channel": "search",
            "category": "lamps",
            "impressions": 10_000.0,
            "clicks": float(
                rng.binomial(10_000, min(1, 0.03 * (1 + p / 10) * np.exp(rng.normal(0, noise))))
            ),
        }
        for date in pd.date_range("2025-04-01", periods=days)
        for p in range(plans)
    ]
    frame = pd.DataFrame(rows).assign(**columns)
    return SimpleNamespace(plan_days=frame, period=SimpleNamespace(last_day="2025-06-30"))


def test_every_pair_of_like_plans_is_found():
    assert len(history.pairs(shop(), "ctr")) == 6  # 4 × 3 / 2
    assert history.pairs(shop(days=20), "ctr") == []


def test_noise_is_measured_and_turned_into_days():
    found = history.schedule(history.pairs(shop(0.1), "ctr"), (0.1, 0.3))
    # by hand: √2 of (10 % day noise and binomial noise √(0.97/(0.03 × 10,000)) = 5.7 %) = 16 %
    assert found["noise"].iloc[0] == pytest.approx(0.163, rel=0.12)
    assert found["days"].tolist()[1] == 7 < found["days"].tolist()[0]


def test_the_weekday_swing_is_the_best_day_above_the_worst():
    rows = shop(0.0)
    sunday = rows.plan_days["date"].dt.day_of_week == 6
    rows.plan_days["clicks"] = np.where(sunday, 480.0, 400.0) + rows.plan_days.index % 3
    swing = history.schedule(history.pairs(rows, "ctr"))["weekday"]
    assert swing.tolist() == pytest.approx([0.2] * 3, abs=0.005)


def test_a_split_of_visitors_is_planned_from_the_traffic():
    days = pd.DataFrame(
        {
            "date": pd.date_range("2025-06-03", periods=28),
            "channel": "search",
            "uv": 2000.0,
            "buyers": 80.0,
        }
    )
    tables = SimpleNamespace(get=lambda name: days, period=SimpleNamespace(last_day="2025-06-30"))
    found = history.schedule_users(tables, (0.05, 0.2, 0.5)).set_index("effect")
    # by hand, as R power.prop.test: 4 % against 4.8 % asks for 10,316 an arm: 10.3 days of 1,000
    assert found["days"].tolist()[1:] == [14, 7] and np.isnan(found["days"].iloc[0])
    level = found["found_28"].iloc[0]
    assert design.power_proportions(0.04, 0.04 * (1 + level), 28_000) == pytest.approx(0.8)
    curve = history.power_curve(next(found.itertuples()), level).set_index("days")["power"]
    assert curve[28] == pytest.approx(0.8)


def test_a_fixed_ratio_has_no_plan():
    rows = shop(0.1)
    rows.plan_days["clicks"] = rows.plan_days["impressions"] * 0.05
    assert history.schedule(history.pairs(rows, "ctr")).empty


def test_replay_counts_false_alarms_of_both_methods():
    found = history.replay(history.pairs(shop(0.15, 84), "ctr"), 14)
    assert found.tests == 6 * 6 and found.ours < 0.1 < 0.3 < found.pooled


def test_replay_is_silent_without_history_and_about_what_is_no_trial():
    assert history.replay([], 14) is None
    yuan = Days(np.full(28, 300.0) + np.arange(28), np.full(28, 100.0))
    dear = Days(np.full(28, 310.0) + np.arange(28) % 3, np.full(28, 100.0))
    assert history.replay([history.Pair("search", yuan, dear)], 14).pooled is None


def test_an_indicator_that_history_lacks_is_refused():
    with pytest.raises(KitError):
        history.pairs(shop(), "roi")


def verdicts_by_hand():
    return pd.DataFrame(
        {
            "test_id": ["T1", "T2", "T3"],
            "specialist_id": ["S1", "S1", "S2"],
            "kind": ["superiority", "superiority", "equivalence"],
            "p_value": [0.01, None, 0.5],
            "alpha": [0.05, 0.05, 0.05],
            "decision": ["treatment_better", "no_test", "equivalent"],
            "declared_before": [True, False, True],
            "sized": [True, True, True],
            "stopped_as_planned": [True, True, False],
            "data_sound": [True, True, True],
            "declared_ok": [True, False, True],
            "topic": ["cover", "", "page"],
        }
    )


def test_practice_counts_planning_not_winning():
    found = portfolio.practice(verdicts_by_hand()).set_index("specialist_id")
    assert found.loc["S1", ["tests", "declared_before", "stopped_as_planned"]].tolist() == [2, 1, 2]


def test_false_alarm_budget_by_hand():
    found = portfolio.false_alarms(verdicts_by_hand())
    assert (found["tests"], found["clear"]) == (1, 1)
    assert (found["expected"], found["any"]) == pytest.approx((0.05, 0.05))


def test_earlier_tests_on_the_same_topic_are_remembered():
    past = pd.DataFrame(
        {
            "topic": ["page", "bid"],
            "test_id": ["T0", "T9"],
            "indicator": "ctr",
            "end_date": pd.to_datetime(["2025-01-05", "2025-02-05"]),
            "hypothesis": "h",
            "decision": "treatment_worse",
            "rel_effect": -0.1,
        }
    )
    found = portfolio.learned(verdicts_by_hand(), past)
    assert found[["test_id", "test_id_before"]].to_numpy().tolist() == [["T3", "T0"]]


def test_the_smallest_effect_solves_its_equation_up_to_a_doubling_of_noise():
    """Effect = k √((1 + (1 + effect)²)/2), k linear in the noise; none from k² = 0.4 on."""
    unit = history.effect_same(28, 1.0)
    for k in (0.1, 0.3, 0.6):
        effect = history.smallest(28, k / unit)
        assert effect == pytest.approx(k * ((1 + (1 + effect) ** 2) / 2) ** 0.5, rel=1e-9)
    assert np.isfinite(history.smallest(28, 0.63 / unit))
    assert np.isnan(history.smallest(28, 0.64 / unit)) and np.isnan(history.smallest(28, 2 / unit))

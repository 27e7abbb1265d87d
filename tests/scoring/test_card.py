"""Scorecards: the month by hand of conventions.md first, then what a changed input must change."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from kit.params import read_scheme
from kit.scoring.card import profile_days, scorecards
from kit.scoring.grid import half_up
from kit.stats.shrink import posterior
from tests.scoring import hand, months

POINTS = {
    "sales": 104.0,
    "roi": 87.3016,
    "click_conversion": 104.7619,
    "ctr": 108.3333,
    "cac": 73.3333,
    "plan_completion": 73.3333,
    "timeliness": 48.0,
    "budget_execution": 95.2381,
    "innovation": 72.0833,
    "teamwork": 71.875,
    "problem_solving": 61.6667,
}


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    return scorecards(hand.loaded(folder, hand.tables() | {"market": hand.market()}))


def test_the_month_by_hand_gives_its_points(month):
    points = month.indicators.set_index("indicator")["points"].dropna().to_dict()
    assert points == pytest.approx(POINTS, abs=5e-5)


def test_the_month_by_hand_gives_its_total_and_grade(month):
    row = month.totals.iloc[0]
    assert row["total"] == pytest.approx(85.20407867, abs=5e-9)
    assert (row["printed"], row["grade"]) == (85.2, "B")
    assert row["hard"] == pytest.approx(92.2170, abs=5e-5)
    assert row["soft"] == pytest.approx(68.8406, abs=5e-5)
    assert row["coverage"] == pytest.approx(0.93)


def test_the_market_adjusted_total_stands_beside(month):
    row = month.totals.iloc[0]
    assert row["total_adjusted"] == pytest.approx(84.48407867, abs=5e-9)
    assert (row["printed_adjusted"], row["grade_adjusted"]) == (84.5, "C")


def scored(tmp_path, given=None, drop=(), **more):
    """Totals and indicators of the hand month with some tables changed or left out."""
    given = {k: v for k, v in (hand.tables() | (given or {})).items() if k not in drop}
    cards = scorecards(hand.loaded(tmp_path, given, **more))
    return cards.totals.iloc[0], cards.indicators.set_index("indicator")


def test_without_an_index_nothing_is_adjusted_and_that_shows(tmp_path):
    total, _ = scored(tmp_path)
    assert total["total"] == pytest.approx(85.20407867, abs=5e-9)
    assert np.isnan(total["total_adjusted"]) and total["grade_adjusted"] == ""


def test_a_missing_indicator_gives_its_weight_to_its_branch(tmp_path):
    """By hand: cac (.06) leaves the hard branch of .70; the others carry 70/64 of their weight."""
    ads = hand.tables()["ads"].drop(columns="new_customers")
    total, rows = scored(tmp_path, {"ads": ads})
    assert rows.loc["cac", "reason"] == "scoring.not_measured"
    assert rows.loc["sales", "weight_used"] == pytest.approx(0.18 * 0.70 / 0.64)
    assert total["coverage"] == pytest.approx(0.87)


def test_a_whole_missing_branch_gives_its_weight_to_the_other(tmp_path):
    """By hand: without 360 the hard branch of .70 carries everything: its mean is the total."""
    total, rows = scored(tmp_path, drop=["feedback"])
    assert rows.loc["teamwork", "reason"] == "scoring.no_table"
    assert total["total"] == pytest.approx(92.2170, abs=5e-5)
    assert np.isnan(total["soft"])


def test_too_little_measured_gives_no_total(tmp_path):
    """Sales alone: .18 of the weight, under .60."""
    targets = hand.tables()["targets"].head(1)
    total, _ = scored(tmp_path, {"targets": targets}, drop=["feedback", "tasks", "budget"])
    assert np.isnan(total["total"]) and total["reason"] == "scoring.coverage"


def test_a_core_indicator_under_its_floor_caps_the_grade(tmp_path):
    """ROI 4.0 against 5.0 is 0.8, that is 51.4 points: B at best becomes C."""
    targets = hand.tables()["targets"].assign(target=[300_000, 5.0, 0.03, 0.02, 150])
    total, rows = scored(tmp_path, {"targets": targets})
    assert rows.loc["roi", "points"] == pytest.approx(60 * 0.3 / 0.35)
    assert total["printed"] > 85 and total["grade"] == "C"


def test_a_prorated_target_shrinks_with_the_days_owned(tmp_path):
    owned = hand.tables()["assignment"].assign(valid_to="2025-04-15")
    targets = hand.tables()["targets"].assign(prorate=True)
    _, rows = scored(tmp_path, {"assignment": owned, "targets": targets})
    assert rows.loc["sales", "target"] == pytest.approx(250_000)
    assert rows.loc["roi", "target"] == 4.2


def test_a_share_splits_sums(tmp_path):
    owned = hand.tables()["assignment"].assign(share=0.25)
    _, rows = scored(tmp_path, {"assignment": owned})
    assert rows.loc["sales", "actual"] == pytest.approx(130_000)
    assert rows.loc["roi", "actual"] == pytest.approx(4.0)


def test_days_of_a_promotion_use_the_campaign_profile(tmp_path):
    """By hand: 6 of 30 days: sales .18 × 24/30 + .30 × 6/30 = .204."""

    def with_promotion(scheme):
        days = {
            "id": "spring",
            "name": {"zh": "春", "en": "spring"},
            "start": "2025-04-01",
            "end": "2025-04-06",
        }
        return scheme | {"promotions": [*scheme["promotions"], days]}

    _, rows = scored(tmp_path, scheme=with_promotion)
    assert rows.loc["sales", "weight"] == pytest.approx(0.204)


def test_a_scheme_may_keep_its_weights_on_days_of_a_promotion():
    """E19: 18 to 20 June of the sample's 618 lie in June; 30 days of the month's weights."""
    scheme = read_scheme("params/scheme-2025.yml")
    june = dt.date(2025, 6, 1), dt.date(2025, 6, 30)
    assert set(profile_days(scheme, "month", *june)) == {"month", "campaign"}
    kept = scheme.model_copy(update={"promotions_blend": False})
    assert profile_days(kept, "month", *june) == {"month": 30}
    assert profile_days(kept, "campaign", *june) == {"campaign": 30}
    assert kept.digest != scheme.digest


def test_a_changed_weight_target_or_rule_changes_the_total(tmp_path):
    before, _ = scored(tmp_path)
    heavier, _ = scored(tmp_path, scheme=_moved("profiles", "month", {"sales": 0.20, "roi": 0.13}))
    goals = hand.tables()["targets"]
    far = goals.assign(target=goals["target"].mask(goals["indicator"] == "sales", 9e5))
    harder, _ = scored(tmp_path, {"targets": far})
    stricter, _ = scored(tmp_path, scheme=_moved("rules", "budget", {"zero_lo": 0.9}))
    totals = {before["total"], heavier["total"], harder["total"], stricter["total"]}
    assert len(totals) == 4


def _moved(section, name, changes):
    def change(scheme):
        return scheme | {section: scheme[section] | {name: scheme[section][name] | changes}}

    return change


def test_net_sales_deduct_refunds(tmp_path):
    """20,000 of refunds against 520,000."""
    orders = pd.DataFrame(
        {
            "order_id": ["D1"],
            "paid_at": ["2025-04-10 10:00:00"],
            "customer_id": ["C1"],
            "plan_id": ["P1"],
            "revenue": [30000],
            "refund_amount": [20000],
            "gross_margin": [0.4],
        }
    )
    _, gross = scored(tmp_path, {"orders": orders})
    _, net = scored(tmp_path, {"orders": orders}, scheme=lambda s: s | {"sales_basis": "net"})
    assert gross.loc["sales", "actual"] == pytest.approx(520_000)
    assert net.loc["sales", "actual"] == pytest.approx(500_000)


def test_inside_a_period_targets_follow_the_days_gone(tmp_path):
    """No last year to shape the curve: 15 of 30 even days, half the target."""
    _, rows = scored(tmp_path, as_of="2025-04-15")
    assert rows.loc["sales", "target"] == pytest.approx(250_000)


def test_half_up_is_the_rounding_of_a_hand_sum():
    assert half_up(np.array([84.95, 84.949999, 85.25, 0.05])).tolist() == [85.0, 84.9, 85.3, 0.1]


def test_grade_chances_sum_to_one_and_agree_with_the_interval(month):
    row = month.totals.iloc[0]
    chances = [row[f"p_{g}"] for g in "ABCD"]
    assert sum(chances) == pytest.approx(1)
    assert row["ci_low"] < row["total"] < row["ci_high"] and row["se"] > 0


def test_the_chance_of_a_grade_has_the_tails_of_the_interval(monkeypatch):
    """By the other road: t around the shrunk total, as wide as its posterior, from 36.0 on."""
    grades = [
        g.model_copy(update={"min": low})
        for g, low in zip(months.PERIOD.scheme.grades, (36, 34, 30, 0), strict=True)
    ]
    scheme = months.PERIOD.scheme.model_copy(update={"grades": grades, "core_floor": None})
    monkeypatch.setattr(months, "PERIOD", months.PERIOD.model_copy(update={"scheme": scheme}))
    daily = months.facts(np.random.default_rng(3), 30, 30, 0.3, 0.1, 0.0)
    _, _, found, used, doubt = months.month(daily, draws=4000)
    total = (used * found.points).sum(axis=1)
    likely = posterior(total, doubt.se**2)
    unit = np.sqrt(doubt.df / (doubt.df - 2)) / likely.se
    chance = stats.t.sf((35.95 - likely.mean) * unit, doubt.df)
    assert np.abs(doubt.grades[:, 0] - chance).max() < 0.05


def test_inside_a_period_the_budget_is_that_of_the_days_gone(tmp_path):
    """Half of 140,000 by the 15th: spend so far over 70,000."""
    _, rows = scored(tmp_path, as_of="2025-04-15")
    spent = hand.tables()["ads"].head(15)["spend"].sum()
    assert rows.loc["budget_execution", "actual"] == pytest.approx(spent / 70_000)


def test_the_interval_of_a_share_of_tasks_is_wilsons_and_stays_inside(month):
    """9 and 8 of 10 by statsmodels; a normal interval would pass 100 %."""
    rows = month.indicators.set_index("indicator")[["ci_low", "ci_high"]]
    for name, done in {"plan_completion": 9, "timeliness": 8}.items():
        ends = proportion_confint(done, 10, method="wilson")
        assert tuple(rows.loc[name]) == pytest.approx(ends) and 0 <= ends[0] < ends[1] <= 1


def test_weighted_tasks_count_as_fewer(tmp_path):
    """Weights 6 and nine ones, the light one open: share 14/15; n = 15² / (36 + 9) = 5."""
    given = hand.tables()
    given["tasks"]["weight"] = [6.0] + [1.0] * 10
    tables = hand.loaded(tmp_path, given, scheme=lambda s: s | {"task_weights": True})
    row = scorecards(tables).indicators.set_index("indicator").loc["plan_completion"]
    assert row["actual"] == pytest.approx(14 / 15)
    low, high = proportion_confint(5 * 14 / 15, 5, method="wilson")  # statsmodels
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("name", "step", "points"), [("sales", 10_000, 94), ("cac", 3, 84), ("roi", 0.1, 86)]
)
def test_steps_on_a_value_count_its_distance_from_the_target(tmp_path, name, step, points):
    """Points by hand.

    520,000 is 2 steps above 500,000: 90 + 2 × 2; CAC 100 is 3.33 steps of 3 over 90,
    three whole ones: 90 − 6; ROI 4.0 is 2 steps under 4.2: 90 − 4.
    """
    rule = {
        "kind": "add_deduct",
        "on": "value",
        "base": 90,
        "step": step,
        "points": 2,
        "max_add": 20,
        "max_deduct": 20,
    }

    def change(scheme):
        of = scheme["indicators"] | {name: scheme["indicators"][name] | {"rule": "steps"}}
        return scheme | {"rules": scheme["rules"] | {"steps": rule}, "indicators": of}

    _, rows = scored(tmp_path, scheme=change)
    assert rows.loc[name, "points"] == pytest.approx(points)


def test_an_interval_stays_on_the_scale(tmp_path):
    """Points by hand.

    The standard rule gives 120 on .56 of the weight, the others 100 on .44: 111.2; all
    sales and orders on one day make the error larger than the scale.
    """
    ads = hand.tables()["ads"]
    for name in ("revenue", "orders", "new_customers"):
        ads[name] = [ads[name].sum()] + [0] * 29
    total, _ = scored(tmp_path, {"ads": ads})
    assert total["total"] == pytest.approx(85.20407867, abs=5e-9)
    assert total["ci_high"] == pytest.approx(111.2) and total["ci_low"] == 0

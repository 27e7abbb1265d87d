"""What any DataFrame gets at the analyst's door, against scipy, R and hand sums."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import kit
from tests.door import DAYS, USERS, days, users

# --- what any DataFrame gets --------------------------------------------------------------------


def test_days_agree_with_a_paired_t_test_of_scipy():
    """Without a denominator the daily sums themselves are paired: scipy.stats.ttest_rel."""
    frame = days(13)
    found = kit.compare_days(frame, **DAYS | {"bottom": None})
    wide = frame.pivot(index="date", columns="plan", values="orders")
    other = stats.ttest_rel(wide["new"], wide["old"])
    ends = other.confidence_interval(0.95)
    assert found.effect == pytest.approx((wide["new"] - wide["old"]).mean())
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(ends))
    assert found.p_value == pytest.approx(other.pvalue)
    assert (found.control, found.treatment, found.unit) == ("old", "new", "days")


def test_a_rate_is_sum_over_sum():
    frame = days()
    sums = frame.groupby("plan")[["orders", "clicks"]].sum()
    rate = sums["orders"] / sums["clicks"]
    found = kit.compare_days(frame, **DAYS)
    assert found.effect == pytest.approx(rate["new"] - rate["old"])
    assert found.rel_effect == pytest.approx(rate["new"] / rate["old"] - 1)


def test_days_give_what_the_page_gives():
    """The same rows as a test of the contract, through `evaluate`, which the page calls."""
    from kit.abtest.verdict import evaluate

    frame = days(21, lift=0.6)
    row = {
        **{"test_id": "T", "specialist_id": "S", "indicator": "roi", "split": "old:0.5;new:0.5"},
        **{"start_date": frame["date"].min(), "end_date": frame["date"].max()},
    }
    names = {"plan": "variant", "orders": "revenue", "clicks": "spend"}
    page = evaluate(row, frame.rename(columns=names).assign(test_id="T"))
    ours = kit.compare_days(frame, **DAYS)
    assert (ours.decision, ours.next_step) == (page.decision, page.next_step)
    assert ours.p_value == page.case.lead.test.p_value
    assert (ours.ci_low, ours.ci_high) == (page.case.lead.test.ci_low, page.case.lead.test.ci_high)


def test_profit_may_be_negative():
    frame = days().assign(orders=lambda f: f["orders"] - 20)
    found = kit.compare_days(frame, **DAYS | {"bottom": None})
    assert found.effect == pytest.approx(kit.compare_days(days(), **DAYS | {"bottom": None}).effect)
    assert np.isnan(found.rel_effect)  # a share of a negative control means nothing


def test_users_agree_with_welch_of_scipy():
    frame = users()
    found = kit.compare_users(frame, **USERS)
    a, b = (frame.loc[frame["arm"] == arm, "yuan"] for arm in "AB")
    other = stats.ttest_ind(b, a, equal_var=False)
    assert found.p_value == pytest.approx(other.pvalue)
    assert (found.ci_low, found.ci_high) == pytest.approx(tuple(other.confidence_interval()))


def test_a_covariate_makes_the_interval_shorter():
    plain = kit.compare_users(users(), **USERS)
    better = kit.compare_users(users(), **USERS, covariate="before")
    assert better.ci_high - better.ci_low < 0.5 * (plain.ci_high - plain.ci_low)


def test_shares_of_users_take_the_interval_of_newcombe():
    from statsmodels.stats.proportion import confint_proportions_2indep

    frame = users()
    found = kit.compare_users(frame, **USERS | {"value": "paid"})
    n = frame.groupby("arm")["paid"].agg(["sum", "size"])
    ends = confint_proportions_2indep(*n.loc["B"], *n.loc["A"], method="newcomb")
    assert (found.ci_low, found.ci_high) == pytest.approx(ends, abs=1e-9)


def test_a_faulty_split_is_invalid_however_good_the_figures():
    frame = users().query("arm == 'B' or id % 4 == 0")
    assert kit.compare_users(frame, **USERS).decision == "invalid_srm"
    asked = kit.compare_users(frame, **USERS, split={"A": 1, "B": 2})
    assert asked.decision != "invalid_srm"


def test_three_variants_are_corrected_by_holm():
    frame = pd.concat([days(), days(seed=2).query("plan == 'new'").assign(plan="third")])
    found = kit.compare_days(frame, **DAYS)
    arms = found.arms.set_index("variant")
    assert set(arms.index) == {"new", "third"}
    assert arms["p_adjusted"].min() == pytest.approx(2 * arms["p_value"].min())


def test_only_a_declared_comparison_may_win_outright():
    assert kit.compare_days(days(), **DAYS).next_step == "confirm"
    assert kit.compare_days(days(), **DAYS, declared=True).next_step == "roll_out"
    told = str(kit.compare_days(days(), **DAYS))
    assert "declared=True" in told and "线索" in told


def test_the_days_before_the_start_do_not_count():
    frame = days(28)
    late = kit.compare_days(frame, **DAYS, start="2025-06-15")
    assert late.arms["n_control"].tolist() == [14]
    assert late.effect == pytest.approx(
        kit.compare_days(frame[frame["date"] >= "2025-06-15"], **DAYS).effect
    )


def test_the_frame_of_the_analyst_is_not_written_to():
    frame, people = days(), users()
    copies = frame.copy(), people.copy()
    kit.compare_days(frame, **DAYS)
    kit.compare_users(people, **USERS, covariate="before")
    kit.explain_change(frame, frame, by="plan", top="orders", bottom="clicks")
    kit.plan_test(frame, day="date", variant="plan", top="orders", bottom="clicks", effect=0.1)
    pd.testing.assert_frame_equal(frame, copies[0])
    pd.testing.assert_frame_equal(people, copies[1])


def test_text_dates_time_zones_and_exact_types_are_taken_as_they_are():
    """ISO text, zoned times, Decimal, nullable and category columns say the same."""
    from decimal import Decimal

    frame = days()
    other = frame.assign(
        date=frame["date"].dt.strftime("%Y-%m-%d"),
        plan=frame["plan"].astype("category"),
        orders=[Decimal(repr(x)) for x in frame["orders"]],
        clicks=frame["clicks"].astype("Int64"),
    )
    zoned = frame.assign(date=frame["date"].dt.tz_localize("Asia/Shanghai"))
    first = kit.compare_days(frame, **DAYS)
    assert kit.compare_days(other, **DAYS) == first == kit.compare_days(zoned, **DAYS)


def test_plans_agree_with_r_and_with_one_another():
    """R: power.prop.test(p1 = .05, p2 = .06, power = .8) gives n = 8158 (8157.6)."""
    assert kit.plan_test(baseline=0.05, effect=0.2).needed == 8158
    assert kit.plan_test(baseline=0.05, effect=0.2, length=8158).power_at_length >= 0.8
    frame = users()
    mean = kit.plan_test(frame, top="yuan", effect=0.1)
    again = kit.plan_test(frame, top="yuan", length=mean.needed)
    assert mean.unit == "users" and again.detectable == pytest.approx(0.1, rel=0.02)


def test_a_plan_of_days_rests_on_the_noise_of_their_difference():
    frame = days(28, lift=0)
    found = kit.plan_test(
        frame, day="date", variant="plan", top="orders", bottom=None, effect=0.1, length=14
    )
    wide = frame.pivot(index="date", columns="plan", values="orders")
    gap = wide["new"] / wide["new"].mean() - wide["old"] / wide["old"].mean()
    assert found.noise == pytest.approx(gap.std())
    assert found.unit == "days" and found.needed % 7 == 0 and 0 < found.power_at_length <= 1


@settings(max_examples=40)
@given(
    sides=st.tuples(
        *[
            st.lists(
                st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(1, 99)),
                min_size=1,
                max_size=12,
            )
        ]
        * 2
    )
)
def test_the_segments_sum_to_the_change(sides):
    before, after = (pd.DataFrame(rows, columns=["seg", "top", "bottom"]) for rows in sides)
    for bottom in ("bottom", None):
        found = kit.explain_change(before, after, by=["seg"], top="top", bottom=bottom)
        level = [f["top"].sum() / (f["bottom"].sum() if bottom else 1) for f in (before, after)]
        assert found.segments["change"].sum() == pytest.approx(level[1] - level[0], abs=1e-9)
        parts = found.segments["mix"] + found.segments["rate"]
        assert parts.tolist() == pytest.approx(found.segments["change"].tolist())
        assert found.total["change"] == pytest.approx(level[1] - level[0], abs=1e-9)


def test_a_change_of_mix_alone_has_no_rate():
    before = pd.DataFrame({"shop": ["A", "B"], "top": [10, 40], "bottom": [100, 100]})
    after = pd.DataFrame({"shop": ["A", "B"], "top": [30, 40], "bottom": [300, 100]})
    found = kit.explain_change(before, after, by="shop", top="top", bottom="bottom")
    assert found.segments["rate"].tolist() == [0, 0]
    assert found.total["mix"] == pytest.approx(70 / 400 - 50 / 200)


def test_the_interval_of_a_change_covers_as_often_as_it_says():
    """400 pairs of samples from one law: the 95 % interval of no change holds 0."""
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(200):
        sides = []
        for _ in range(2):
            seg = rng.choice(["a", "b"], 60)
            bottom = rng.integers(50, 150, 60)
            rate = np.where(seg == "a", 0.1, 0.3)
            sides.append(pd.DataFrame({"seg": seg, "b": bottom, "t": rng.binomial(bottom, rate)}))
        total = kit.explain_change(*sides, by="seg", top="t", bottom="b").total
        inside += total["change_low"] <= 0 <= total["change_high"]
    assert 0.91 <= inside / 200 <= 0.99


def test_points_are_those_of_the_rule_with_the_index_kept():
    rule = {"kind": "anchors", "points": [[0.6, 0], [1.0, 100], [1.2, 120]]}
    values = pd.Series([0.8, np.nan, 1.3], index=list("xyz"))
    found = kit.points(rule, values)
    assert found.index.tolist() == list("xyz") and found["x"] == 50 and found["z"] == 120
    assert np.isnan(found["y"])

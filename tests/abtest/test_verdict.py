"""One test, one verdict: every gate, every decision, every bad input, by small hand-made tables."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from kit.abtest.sums import sums_of
from kit.scheme.sections import Experiments
from tests.abtest.cases import SPLIT, days, deviations, plan, said, users


def test_a_clear_gain_wins_and_a_clear_loss_loses():
    assert said(plan(), days(1.2)).decision == "treatment_better"
    assert said(plan(), days(0.8)).decision == "treatment_worse"


def test_direction_decides_who_is_better():
    dear = days(1.0)
    dear.loc[dear["variant"] == "B", "spend"] *= 1.3
    dear["spend"] *= np.tile(np.linspace(0.9, 1.1, 14), 2) ** (dear["variant"] == "B")
    assert said(plan(indicator="cpc", better="down"), dear).decision == "treatment_worse"


def test_no_difference_is_never_told_as_no_effect():
    found = said(plan(), days(1.0, noise=0.1))
    assert found.decision == "no_clear_difference" and found.next_step == "longer"
    assert "does not mean" in found.reason.told("en")


def test_an_effect_too_small_to_matter_is_let_go():
    found = said(plan(min_effect=0.5), days(1.0))
    assert (found.reason.key, found.next_step) == ("abtest.reason.too_small", "move_on")


def test_sample_ratio_blocks_any_winner_and_warns_in_between():
    assert said(plan(**SPLIT), None, users((4000, 4400))).decision == "invalid_srm"
    # 4,000 : 4,250 is chi-square 7.58 by hand, p = 0.006: between 0.001 and 0.01
    warned = said(plan(**SPLIT), None, users((4000, 4250)))
    assert warned.decision == "treatment_better"
    assert "abtest.caution.srm" in {f.key for f in warned.case.beside.cautions}


def test_declared_weights_are_those_that_count():
    even = plan(**SPLIT, split="A:0.2;B:0.8")
    assert said(even, None, users((2000, 8000))).decision == "treatment_better"
    assert said(plan(**SPLIT), None, users((2000, 8000))).decision == "invalid_srm"


def test_six_days_are_not_enough_and_seven_are_rough():
    short = plan(end_date=pd.Timestamp("2025-06-06"))
    assert said(short, days(1.3, 6)).decision == "not_enough_data"
    week = said(plan(end_date=pd.Timestamp("2025-06-07")), days(1.3, 7))
    assert week.decision == "treatment_better"
    assert "abtest.caution.rough" in {f.key for f in week.case.beside.cautions}


def test_nothing_is_decided_before_the_planned_end():
    found = said(plan(), days(1.3), as_of=dt.date(2025, 6, 10))
    assert (found.decision, found.next_step) == ("keep_running", "wait")


def test_an_unplanned_stop_wins_nothing():
    late = plan(end_date=pd.Timestamp("2025-06-30"))
    found = said(late, days(1.2))
    assert found.decision == "no_clear_difference" and deviations(found) == {"stopped_early"}
    assert found.reason.key == "abtest.reason.stopped_early"


def test_an_unplanned_stop_may_still_win_by_the_always_valid_interval():
    late = plan(**SPLIT, end_date=pd.Timestamp("2025-06-30"))
    u = users((6000, 6000), (0.05, 0.09), day=pd.Timestamp("2025-06-14"))
    assert said(late, None, u).decision == "treatment_better"
    close = users((6000, 6000), (0.05, 0.06), day=pd.Timestamp("2025-06-14"))
    assert said(late, None, close).decision == "no_clear_difference"
    assert said(plan(**SPLIT), None, close).decision == "treatment_better"


def test_a_plan_written_afterwards_is_a_lead_only():
    for when in (pd.NaT, pd.Timestamp("2025-06-20")):
        found = said(plan(declared_on=when), days(1.2))
        assert (found.decision, found.next_step) == ("treatment_better", "confirm")
        assert not found.case.kept_to_plan


def test_days_missing_in_one_arm_leave_the_pair():
    d = days(1.2, 20).drop([25, 30])
    found = said(plan(end_date=pd.Timestamp("2025-06-20")), d)
    assert found.case.lead.n_control == 18 and deviations(found) == {"missing_days"}


def test_days_after_the_plan_do_not_count():
    found = said(plan(), days(1.2, 20))
    assert found.case.lead.n_control == 14 and deviations(found) == {"ran_on"}


def test_an_arm_more_than_declared_raises_the_bar():
    found = said(plan(), days(1.2, variants="ABC"))
    assert deviations(found) == {"extra_variant"} and len(found.case.arms) == 2
    lead = found.case.lead
    assert lead.p_adjusted >= lead.test.p_value


def test_the_best_of_several_arms_is_named():
    d = days(1.0, variants="ABC")
    d.loc[d["variant"] == "C", "clicks"] *= 1.3
    found = said(plan(split="A:0.4;B:0.3;C:0.3"), d)
    assert (found.decision, found.case.lead.variant) == ("treatment_better", "C")


def test_an_arm_that_is_clear_alone_may_not_be_among_two():
    # 200 against 245 of 4,000: z = 2.195, p = 0.028 by hand; twice that is 0.056
    found = said(plan(**SPLIT, split=""), None, users((4000,) * 3, (0.05, 0.06125, 0.05)))
    assert found.case.lead.test.p_value < 0.05 < found.case.lead.p_adjusted
    assert (found.decision, found.reason.key) == ("no_clear_difference", "abtest.reason.holm")


def test_before_and_after_says_that_time_is_confounded():
    d = days(1.3, 28)
    d = d[(d["variant"] == "A") == (d["date"] < "2025-06-15")]
    found = said(plan(design="before_after", end_date=pd.Timestamp("2025-06-28")), d)
    assert (found.decision, found.next_step) == ("treatment_better", "confirm")
    assert found.case.lead.test.method.startswith("different_days")
    assert "abtest.caution.confounded" in {f.key for f in found.case.beside.cautions}


def test_a_lost_guardrail_overrules_a_win():
    u = users()
    u.loc[u["variant"] == "B", "refund_amount"] = u["revenue"] * (u.index % 3 == 0)
    u.loc[u["variant"] == "A", "refund_amount"] = u["revenue"] * (u.index % 25 == 0)
    found = said(plan(**SPLIT, guardrails="refund_rate:0.05"), None, u)
    assert (found.decision, found.next_step) == ("inferior", "keep_control")
    assert found.reason.facts["indicators"] == ["refund_rate"]


def test_a_guardrail_that_holds_lets_the_win_stand():
    u = users()
    u["refund_amount"] = u["revenue"] * (u.index % 20 == 0)
    found = said(plan(**SPLIT, guardrails="refund_rate：50%；aov:30"), None, u)
    assert found.decision == "treatment_better"
    assert [r.indicator for r, _ in found.case.beside.guardrails][:1] == ["refund_rate"]


@pytest.mark.parametrize(
    ("rates", "decision"),
    [
        ((0.05, 0.0505), "non_inferior"),
        ((0.05, 0.02), "inferior"),
        ((0.05, 0.043), "not_shown_non_inferior"),
    ],
)
def test_non_inferiority_is_three_way(rates, decision):
    row = plan(**SPLIT, kind="non_inferiority", margin="0.01")
    assert said(row, None, users((8000, 8000), rates)).decision == decision


def test_equivalence_with_a_relative_margin():
    row = plan(kind="equivalence", margin="8%")
    assert said(row, days(1.01)).decision == "equivalent"
    assert said(row, days(1.09, noise=0.06)).decision == "not_shown_equivalent"


def test_planned_looks_stop_at_the_boundary_and_not_before():
    row = plan(end_date=pd.Timestamp("2025-06-28"), looks=2.0)
    clear = said(row, days(1.3, 14), as_of=dt.date(2025, 6, 14))
    assert clear.decision == "treatment_better" and clear.case.kept_to_plan
    assert clear.case.looks.done == 1
    weak = said(row, days(1.012, 14, noise=0.04), as_of=dt.date(2025, 6, 14))
    assert weak.decision == "keep_running"


def test_looks_with_fewer_than_seven_days_have_no_test():
    found = said(plan(looks=14.0), days(1.0))
    assert found.case.looks.planned == 8 and found.case.looks.dates[0] == dt.date(2025, 6, 7)


def test_money_needs_margin_and_audience_and_says_so():
    assert "abtest.skipped.money" in {f.key for f in said(plan(), days()).case.beside.skipped}
    # effect 0.02 × 100 yuan a buyer × 0.4 × 10,000 users = 8,000 by hand, of which a prior of 5 %
    # of the control leaves its variance over the sum of both; less 1,000 of cost
    row = plan(**SPLIT, gross_margin=0.4, audience=10_000.0, extra_cost=1000.0)
    case = said(row, None, users()).case
    prior = (0.05 * case.lead.test.control) ** 2
    left = 8000 * prior / (prior + case.lead.test.se**2)
    assert case.lead.test.effect == pytest.approx(0.02) and 0 < left < 2000
    assert case.beside.money.profit == pytest.approx(left - 1000)
    with_rule = said(
        plan(**SPLIT, audience=10_000.0),
        None,
        users(),
        rules=Experiments(margin_for_experiments=0.4),
    ).case.beside.money
    assert with_rule.profit == pytest.approx(left)


def test_a_win_that_costs_more_than_it_brings_is_not_rolled_out():
    row = plan(**SPLIT, gross_margin=0.4, audience=1000.0, extra_cost=90_000.0)
    found = said(row, None, users())
    assert (found.decision, found.next_step) == ("treatment_better", "keep_control_money")


def test_segments_carry_mantel_haenszel_simpson_and_interaction():
    # 2,000 : 500 and 500 : 2,000 of easy and hard users: better in each, worse together
    parts = []
    for name, stratum, n, x in (
        ("A", "easy", 2000, 400),
        ("B", "easy", 500, 110),
        ("A", "hard", 500, 25),
        ("B", "hard", 2000, 120),
    ):
        parts.append(
            pd.DataFrame(
                {"variant": name, "stratum": stratum, "converted": (np.arange(n) < x) * 1.0}
            )
        )
    u = pd.concat(parts, ignore_index=True)
    u["test_id"], u["user_id"] = "T1", u.index.astype(str)
    beside = said(plan(**SPLIT), None, u).case.beside
    assert beside.strata.simpson_reversal and beside.strata.common_odds_ratio > 1
    assert len(beside.segments) == 2 and 0 < beside.interaction_p <= 1


def test_days_before_the_test_take_off_a_standing_gap():
    # B clicks 20 % more on all 28 days; the test begins on the 15th: nothing is left of it
    row = plan(
        start_date=pd.Timestamp("2025-06-15"),
        end_date=pd.Timestamp("2025-06-28"),
        declared_on=pd.Timestamp("2025-06-01"),
    )
    beside = said(row, days(1.2, 28)).case.beside
    assert beside.net.decision == "no_clear_difference" and abs(beside.net.effect) < 0.002
    assert said(plan(), days(1.2)).case.beside.net is None


def test_a_gap_that_turns_when_the_past_is_taken_off_is_said():
    d = days(1.3, 28)
    d.loc[(d["variant"] == "B") & (d["date"] >= "2025-06-15"), "clicks"] *= 1.1 / 1.3
    row = plan(
        start_date=pd.Timestamp("2025-06-15"),
        end_date=pd.Timestamp("2025-06-28"),
        declared_on=pd.Timestamp("2025-06-01"),
    )
    found = said(row, d)
    assert found.decision == "treatment_better"
    assert "abtest.caution.sign_flip" in {f.key for f in found.case.beside.cautions}


def test_experts_find_the_other_methods_beside():
    checks = said(plan(), days(1.05, noise=0.1)).case.beside.checks
    assert checks.dispersion > 1.5 and checks.pooled_p < checks.quasi_p
    assert checks.wilcoxon_p is None  # 14 days; under 10 it stands beside
    week = plan(end_date=pd.Timestamp("2025-06-07"))
    assert said(week, days(1.05, 7)).case.beside.checks.wilcoxon_p is not None


def test_cuped_shrinks_the_error_where_the_past_is_known():
    rng = np.random.default_rng(1)
    u = users((900, 900), (0.4, 0.4))
    u["pre_revenue"] = u["revenue"] * 0.8 + rng.gamma(2, 5, len(u))
    lead = said(plan(indicator="revenue_per_user", design="user_split"), None, u).case.lead
    assert lead.test.method == "cuped" and lead.test.se < 0.5 * lead.plain.se


def test_sums_from_an_engine_give_the_same_verdict():
    u = users()
    sums = {
        name: sums_of({c: part[c].to_numpy() for c in ("converted", "revenue")})
        for name, part in u.groupby("variant")
    }
    rows, folded = (said(plan(**SPLIT), None, data) for data in (u, sums))
    assert rows.decision == folded.decision
    assert rows.case.lead.test.p_value == folded.case.lead.test.p_value


def test_a_user_in_two_variants_is_counted_and_left_out():
    u = users()
    u.loc[0, "user_id"] = "B7"
    found = said(plan(**SPLIT), None, u)
    assert found.case.lead.n_control == 3999 and found.case.lead.n_treatment == 3999
    assert [f.facts["n"] for f in found.case.trial.notes] == [1]

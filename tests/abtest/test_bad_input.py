"""Bad input of a test, and data that no test can judge: told in words, with place and remedy."""

import pandas as pd
import pytest

from kit.abtest import portfolio
from tests.abtest.cases import SPLIT, days, period, plan, said, users

BAD = {
    "one_variant": (plan(), days(variants="A"), None),
    "other_variants": (plan(split="red:0.5;blue:0.5"), days(), None),
    "split_sum": (plan(split="A:0.5;B:0.6"), days(), None),
    "split_text": (plan(split="A:half;B:half"), days(), None),
    "negative": (plan(), days(revenue=-5.0), None),
    "not_in_data": (plan(indicator="refund_rate"), days(), None),
    "unknown_indicator": (plan(indicator="happiness"), days(), None),
    "no_margin": (plan(kind="equivalence"), days(), None),
    "margin_text": (plan(kind="equivalence", margin="a bit"), days(), None),
    "bad_terms": (plan(end_date=pd.Timestamp("2025-05-01")), days(), None),
    "no_data": (plan(), days().iloc[:0], None),
}


@pytest.mark.parametrize("key", BAD)
def test_bad_input_is_told_in_words(key):
    found = said(*BAD[key])
    assert found.decision == "invalid_input" and found.next_step == "fix_data"
    assert f"abtest.{key}" in {f.key for f in found.faults}


def test_every_fault_of_a_plan_is_told_at_once():
    found = said(plan(split="A:0.5;B:0.6", kind="equivalence", alpha=3.0), days())
    assert {f.key for f in found.faults} == {
        "abtest.split_sum",
        "abtest.no_margin",
        "abtest.bad_terms",
    }


@pytest.mark.parametrize(
    ("row", "d", "u", "why", "told"),
    [
        (plan(**SPLIT), None, users(rates=(0.0, 0.0)), "why.nothing", "recorded"),  # nobody bought
        (plan(indicator="click_conversion"), days(orders=0.0), None, "why.nothing", "recorded"),
        (plan(indicator="roi"), days(spend=0.0), None, "no_units", "spend"),  # nothing was spent
        (plan(), days(clicks=300.0), None, "why.no_variation", "export"),  # every day alike
        (
            plan(),
            days()[lambda d: (d["variant"] == "A") == (d["date"] < "2025-06-08")],
            None,
            "no_common_day",
            "before_after",
        ),
    ],
)
def test_data_that_no_test_can_judge_say_why_and_what_to_check(row, d, u, why, told):
    found = said(row, d, u)
    assert (found.decision, found.reason.key) == ("no_test", f"abtest.{why}")
    assert told in found.reason.told("en")


def test_a_negative_figure_is_told_with_its_place():
    d = days()
    u = users()
    d.loc[16, "revenue"] = -5.0  # the third day of B
    u.loc[[4, 4001], "revenue"] = -1.0
    assert "(experiment_days, B, 2025-06-03)" in said(plan(), d).reason.told("en")
    assert "(experiment_users, A4, B1)" in said(plan(**SPLIT), None, u).reason.told("en")


def test_a_single_day_is_not_enough():
    assert said(plan(end_date=pd.Timestamp("2025-06-01")), days(n=1)).decision == "not_enough_data"


@pytest.mark.parametrize("limit", [10**6, 10])
def test_files_with_a_user_in_two_variants_lose_him_in_both(tmp_path, monkeypatch, limit):
    u = users((400, 400)).astype({"converted": bool})
    u.loc[:2, "user_id"] = ["B7", "B8", "B9"]
    monkeypatch.setattr(portfolio, "IN_MEMORY", limit)
    found = portfolio.evaluated(period(tmp_path, [plan(**SPLIT)], experiment_users=u))[0]
    assert (found.case.lead.n_control, found.case.lead.n_treatment) == (397, 397)
    assert [f.facts["n"] for f in found.case.trial.notes] == [3]


def test_one_faulty_test_does_not_stop_the_others(tmp_path):
    """From files through the gates of the data: three tests, each read on its own."""
    rows = [
        plan(test_id="good"),
        plan(test_id="bad"),
        plan(test_id="late", end_date=pd.Timestamp("2025-05-30")),
    ]
    parts = {"good": days(1.2), "bad": days(1.2), "late": days(1.2)}
    parts["bad"].loc[3, "clicks"] = -4
    tables = period(
        tmp_path, rows, experiment_days=pd.concat([d.assign(test_id=k) for k, d in parts.items()])
    )
    found = portfolio.verdicts(tables).set_index("test_id")["decision"]
    assert found["good"] == "treatment_better" and found["bad"] == "invalid_input"


@pytest.mark.parametrize(
    ("row", "told"), [({**SPLIT, "split": ""}, True), (SPLIT, False), ({"split": ""}, False)]
)
def test_only_users_without_a_declared_split_are_told_so(row, told):
    by_user = "design" in row
    found = said(plan(**row), None if by_user else days(), users() if by_user else None)
    keys = [f.key for f in found.case.trial.deviations]
    assert ("abtest.deviation.no_split" in keys) is told


def test_an_indicator_that_only_days_give_is_named_where_users_alone_are_given():
    """B21: the rows are there; what lacks is told, with the indicators that users do give."""
    found = said(plan(indicator="ctr", design="user_split"), None, users())
    [fault] = found.faults
    assert (found.decision, fault.key) == ("invalid_input", "abtest.only_users")
    assert fault.facts["indicator"] == "ctr" and "pay_conversion" in fault.facts["known"]
    [fault] = said(plan(indicator="ctr"), None, None).faults
    assert fault.key == "abtest.no_data"

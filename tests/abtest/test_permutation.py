"""Uneven arms of skewed money: p against SciPy's exact permutation test, and who needs it."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit.abtest.permutation import needed, permuted
from kit.abtest.users import arm_of, welch
from kit.abtest.verdict import evaluate
from kit.words import LANGS
from tests.bench.worlds import visitors


def studentised(one, two):
    return abs(stats.ttest_ind(one, two, equal_var=False).statistic)


def test_p_is_that_of_scipys_exact_permutation_test():
    """All 1,820 ways of dealing 16 users to arms of 12 and 4; 2,000 drawn ones, two errors."""
    rng = np.random.default_rng(3)
    control, treatment = rng.lognormal(size=12), 1.5 + rng.lognormal(size=4)
    exact = stats.permutation_test(
        (treatment, control), studentised, n_resamples=np.inf, alternative="greater"
    ).pvalue
    plain = welch(arm_of(control), arm_of(treatment))
    found = permuted(plain, (control, treatment), 0.05, "up")
    assert found.p_value == pytest.approx(exact, abs=2 * (exact / 2000) ** 0.5 + 0.01)
    assert found.effect == plain.effect and found.method == "permutation"
    assert (found.ci_low > 0) == (found.p_value < 0.05)


def test_only_an_uneven_split_of_skewed_values_needs_it():
    rng = np.random.default_rng(4)
    heavy = rng.lognormal(0, 1.5, 2000)
    assert needed((heavy[:1800], heavy[1800:]))
    assert not needed((heavy[:1000], heavy[1000:]))
    even = rng.standard_normal(4000)
    assert not needed((even[:3600], even[3600:]))


def test_without_effect_an_uneven_split_is_seldom_called():
    """17.9 % by Welch's t; 30 tests of 1,800 and 200 users, two errors allowed."""
    assert visitors.decided(5, 30, (1800, 200), "lognormal 1.5", 0.6).mean() <= 0.06 + 2 * 0.043


def test_of_few_buyers_nothing_is_decided():
    """50 of 1,000 buy in each arm: fewer than 100."""
    assert not visitors.decided(6, 10, (1000, 1000), "lognormal 1.5", 0.05).any()


def two_arms(n):
    """Users of two arms who all buy, for 10 yuan in A and 12 in B."""
    users = pd.DataFrame({"user_id": np.arange(2 * n).astype(str), "test_id": "T"})
    users = users.assign(variant=np.repeat(["A", "B"], n), converted=1.0)
    return users.assign(revenue=np.repeat([10.0, 12.0], n))


def huge_orders(users, **more):
    """The verdict on users whose first one bought for 6,000, and what is said of that order."""
    rows = users.assign(revenue=np.where(np.arange(len(users)) == 0, 6000.0, users["revenue"]))
    found = evaluate(visitors.terms((200, 200)) | more, None, rows, as_of=dt.date(2025, 6, 14))
    return found, [c for c in found.case.beside.cautions if "huge" in c.key]


@pytest.mark.parametrize(
    "more, n, decision",
    [
        ({"end_date": pd.Timestamp("2025-06-20")}, 200, "keep_running"),
        ({"split": "A:0.8;B:0.2"}, 200, "invalid_srm"),
        ({}, 20, "not_enough_data"),
    ],
)
def test_of_a_test_without_a_result_no_change_is_told_by_a_huge_order_either(more, n, decision):
    users = two_arms(n)
    found, said = huge_orders(users, **more)
    assert (found.decision, said) == (decision, [])


def test_a_huge_order_without_which_the_control_has_nothing_is_told_in_words():
    """By hand: 6,000 / 200 in A against 12 in B: −60 %; without it nothing; the other way 0."""
    alone = two_arms(200).assign(revenue=np.repeat([0.0, 12.0], 200))
    bare = alone.iloc[::-1].reset_index(drop=True)
    told = {}
    for users in (alone, bare):
        _, [said] = huge_orders(users)
        told[said.key.rpartition(".")[2]] = " ".join(said.told(lang) for lang in LANGS)
    assert list(told) == ["huge_alone", "huge_bare"]
    assert told["huge_alone"].count("-60.0%") == 2 and "nan" not in "".join(told.values())


def test_one_huge_order_is_said_with_what_would_be_without_it():
    """By hand: 200 users a side at 10 and 12; one of 6,000 in A: 7,990 / 200 against 2,400 / 200.

    Without it 1,990 / 199 = 10 against 12, + 20 %. With 100 instead of 6,000 it is 4.8 %: nothing.
    """
    users = two_arms(200)
    cautions = {}
    for size in (6000.0, 100.0):
        rows = users.assign(revenue=np.where(np.arange(400) == 0, size, users["revenue"]))
        found = evaluate(visitors.terms((200, 200)), None, rows)
        cautions[size] = [c for c in found.case.beside.cautions if c.key.endswith("huge")]
    [told] = cautions[6000.0]
    assert told.facts == {"variant": "A", "share": "75%", "change": "-70.0%", "without": "+20.0%"}
    assert all(told.told(lang) for lang in LANGS) and not cautions[100.0]

"""Uneven arms of skewed money: p against SciPy's exact permutation test, and who needs it."""

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


def test_one_huge_order_is_said_with_what_would_be_without_it():
    """By hand: 200 users a side at 10 and 12; one of 6,000 in A: 7,990 / 200 against 2,400 / 200.

    Without it 1,990 / 199 = 10 against 12, + 20 %. With 100 instead of 6,000 it is 4.8 %: nothing.
    """
    money = np.repeat([10.0, 12.0], 200)
    users = pd.DataFrame({"user_id": np.arange(400).astype(str), "test_id": "T"})
    users = users.assign(variant=np.repeat(["A", "B"], 200), converted=1.0)
    cautions = {}
    for size in (6000.0, 100.0):
        rows = users.assign(revenue=np.where(np.arange(400) == 0, size, money))
        found = evaluate(visitors.terms((200, 200)), None, rows)
        cautions[size] = [c for c in found.case.beside.cautions if c.key.endswith("huge")]
    [told] = cautions[6000.0]
    assert told.facts == {"variant": "A", "share": "75%", "change": "-70.0%", "without": "+20.0%"}
    assert all(told.told(lang) for lang in LANGS) and not cautions[100.0]

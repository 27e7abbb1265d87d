"""Identities of the bridge (property tests), and its edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kit.errors import FormulaError
from kit.retrospective import bridge
from kit.retrospective.bridge import (
    decompose,
    decompose_levels,
    factors,
    lmdi,
    market_part,
    shapley,
)

FACTOR = st.one_of(st.just(0.0), st.floats(1e-3, 1e3))
PAIRS = st.tuples(*[hnp.arrays(float, (4, 5), elements=FACTOR)] * 2)
LEVELS = hnp.arrays(float, (6, 6), elements=st.one_of(st.just(0.0), st.floats(1e-2, 1e5)))


def near(a, b):
    return np.allclose(a, b, rtol=1e-9, atol=1e-9 * (1 + np.abs(np.asarray(b)).max()))


@pytest.mark.parametrize("formula", [lmdi, shapley])
@given(pair=PAIRS)
def test_parts_sum_to_the_change(formula, pair):
    x0, x1 = pair
    change = x1.prod(axis=1) - x0.prod(axis=1)
    scale = np.maximum(x0, x1).prod(axis=1)  # the largest value on the way from one to the other
    assert (np.abs(formula(x0, x1).sum(axis=1) - change) <= 1e-12 * scale).all()


@pytest.mark.parametrize("formula", [lmdi, shapley])
@given(pair=PAIRS)
def test_time_reversal_turns_the_sign_of_every_part(formula, pair):
    x0, x1 = pair
    assert near(formula(x0, x1), -formula(x1, x0))


@pytest.mark.parametrize("formula", [lmdi, shapley])
@given(pair=PAIRS, order=st.permutations(range(5)))
def test_order_of_factors_does_not_matter(formula, pair, order):
    x0, x1 = pair
    assert near(formula(x0, x1)[:, order], formula(x0[:, order], x1[:, order]))


@given(a=LEVELS, b=LEVELS)
@settings(max_examples=200)
def test_levels_always_reconcile_to_revenue_whatever_is_zero(a, b):
    parts = lmdi(*factors(a, b))
    assert np.isfinite(parts).all()
    assert near(parts.sum(axis=1), b[:, -1] - a[:, -1])


def test_lmdi_differs_from_shapley_only_in_how_it_shares():
    """Two factors: LMDI by the closed form 100 ln(2)·L, Shapley by the mean of the two orders."""
    x0, x1 = np.array([[1.0, 10.0]]), np.array([[2.0, 20.0]])
    assert lmdi(x0, x1)[0] == pytest.approx([15, 15])
    assert shapley(np.array([[2.0, 3.0]]), np.array([[4.0, 9.0]]))[0] == pytest.approx([12, 18])


def test_a_plan_that_starts_or_ends_is_all_spend():
    parts = lmdi(*factors(np.zeros((1, 6)), np.array([[10, 100, 5, 4, 2, 300.0]])))
    assert parts[0].tolist() == [300, 0, 0, 0, 0, 0]


def test_orders_that_come_after_the_spend_ended_reconcile_without_a_rate():
    """Spend, clicks 0 but 50 yuan of late orders: the change is -250, and nothing is infinite."""
    late = np.array([[0, 0, 0, 0, 1, 50.0]])
    parts = lmdi(*factors(np.array([[10, 100, 5, 4, 2, 300.0]]), late))
    assert np.isfinite(parts).all() and parts.sum() == pytest.approx(-250)


def test_two_factors_from_zero_share_the_change():
    parts = decompose({"a": 0.0, "b": 0.0, "c": 2.0}, {"a": 3.0, "b": 5.0, "c": 2.0})
    assert (parts.contributions, parts.total) == ({"a": 15, "b": 15, "c": 0}, 30)


def test_factors_are_matched_by_name_not_by_order():
    parts = decompose({"uv": 100.0, "aov": 50.0}, {"aov": 60.0, "uv": 100.0})
    assert parts.contributions == pytest.approx({"uv": 0, "aov": 1000})


def test_a_factor_zero_at_both_ends_means_no_change_at_all():
    parts = decompose({"a": 0.0, "b": 4.0}, {"a": 0.0, "b": 9.0})
    assert parts.contributions == {"a": 0, "b": 0}


def test_a_missing_step_shortens_the_chain_and_names_what_it_joins():
    p0 = {
        "spend": 10,
        "impressions": 100,
        "clicks": 10,
        "add_to_carts": None,
        "orders": 2,
        "revenue": 100,
    }
    p1 = {
        "spend": 10,
        "impressions": 100,
        "clicks": 10,
        "add_to_carts": 4,
        "orders": 4,
        "revenue": 200,
    }
    parts = decompose_levels(p0, p1).contributions
    assert list(parts) == ["spend", "imp_per_spend", "ctr", "click_conversion", "aov"]
    assert parts["click_conversion"] == pytest.approx(100)


@pytest.mark.parametrize(
    "call",
    [
        lambda: decompose({"a": -1.0}, {"a": 1.0}),
        lambda: decompose({"a": 1.0}, {"b": 1.0}),
        lambda: decompose({}, {}),
        lambda: decompose({"a": None}, {"a": 1.0}),
        lambda: decompose({"a": float("inf")}, {"a": 1.0}),
        lambda: market_part(1.0, 1.0, 0.0, 1.0),
        lambda: market_part(1.0, 1.0, None, 1.0),
        lambda: market_part(1.0, 1.0, float("nan"), 1.0),
        lambda: decompose_levels({"spend": 1}, {"spend": 1}),
    ],
)
def test_impossible_input_is_refused(call):
    with pytest.raises(FormulaError):
        call()


def test_growth_without_a_base_is_missing_not_infinite():
    part = market_part(0.0, 10.0, 1.0, 1.0)
    assert part.raw_growth is None and part.own_growth is None and part.own_effect == 10


def test_log_mean_is_exact_for_near_equal_numbers():
    """Between geometric and arithmetic mean, also where (a-b)/ln(a/b) loses its digits."""
    a, b = np.array([1e6 + 1e-4]), np.array([1e6])
    assert np.sqrt(a * b) <= bridge.log_mean(a, b) + 1e-9
    assert bridge.log_mean(a, b) == pytest.approx((a + b) / 2, rel=1e-12)

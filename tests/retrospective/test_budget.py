"""The optimiser against SciPy's SLSQP (another road), its optimality conditions, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from kit.errors import FormulaError
from kit.retrospective.budget import Curves, allocate, best_split, marginal, response

LOG = {"form": "log", "a": 1, "b": 0.5}
CHANNEL = st.one_of(
    st.builds(dict, form=st.just("power"), a=st.floats(1, 90), b=st.floats(0.2, 0.9)),
    st.builds(dict, form=st.just("log"), a=st.floats(50, 3000), b=st.floats(50, 900)),
    st.builds(dict, form=st.just("hill"), a=st.floats(50, 3000), b=st.floats(50, 900)),
)
LIMITED = st.tuples(CHANNEL, st.floats(0, 100), st.floats(150, 2000)).map(
    lambda t: t[0] | {"min": t[1], "max": t[2]}
)


def kkt_gap(curves, x, low, high):
    """Largest breach of optimality (KKT 偏差).

    It is the relative spread of free channels' marginals, and how far a channel held at a bound
    would still like to move the wrong way.
    """
    rate = marginal(curves, x)
    edge = 1e-9 * np.maximum(1.0, x)
    free = (x > low + edge) & (x < high - edge)
    if not free.any():
        return 0.0
    price = float(np.median(rate[free]))
    wrong = np.where(free, np.abs(rate - price), 0.0)
    wrong = np.where(x <= low + edge, np.maximum(rate - price, 0), wrong)
    wrong = np.where(x >= high - edge, np.maximum(price - rate, 0), wrong)
    return float(wrong.max() / price)


@given(st.lists(LIMITED, min_size=2, max_size=5), st.floats(500, 5000))
@settings(max_examples=25, deadline=None)
def test_optimum_agrees_with_an_independent_optimiser(channels, budget):
    named = {f"c{i}": c for i, c in enumerate(channels)}
    best = allocate(named, budget)
    form, a, b, low, high = (
        np.array([c[k] for c in channels]) for k in ("form", "a", "b", "min", "max")
    )
    curves = Curves(form, a.astype(float), b.astype(float))
    start = low + (high - low) * min(1, (budget - low.sum()) / (high - low).sum()) * 0.99
    other = minimize(
        lambda x: -response(curves, np.maximum(x, 1e-9)).sum() / 1000,
        start,
        bounds=list(zip(low, high, strict=True)),
        constraints={"type": "ineq", "fun": lambda x: (budget - x.sum()) / 1000},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert best.total_response >= -other.fun * 1000 * (1 - 1e-6)
    assert best.spent <= budget * (1 + 1e-9)
    x = np.array(list(best.allocation.values()))
    if best.spent < budget * (1 - 1e-9):
        assert x == pytest.approx(high)  # money is left only when every channel is full
    else:
        assert kkt_gap(curves, x, low, high) < 1e-6


def test_shadow_price_is_what_one_more_yuan_brings():
    """Against the difference of two optima, 1 yuan apart."""
    channels = {"a": {"form": "power", "a": 30, "b": 0.5}, "b": {"form": "log", "a": 900, "b": 300}}
    at = allocate(channels, 1000.0)
    more = allocate(channels, 1001.0)
    assert more.total_response - at.total_response == pytest.approx(at.shadow_price, rel=1e-3)


def test_binding_bounds_are_named():
    best = allocate(
        {
            "full": {"form": "log", "a": 900, "b": 300, "max": 700},
            "held": {"form": "log", "a": 1, "b": 200, "min": 50},
            "free": {"form": "log", "a": 400, "b": 200},
        },
        1500,
    )
    assert best.binding == {"full": "max", "held": "min", "free": None}


def test_zero_budget_spends_nothing_and_gives_no_infinite_marginal():
    best = allocate({"a": {"form": "power", "a": 30, "b": 0.5}}, 0)
    assert best.spent == pytest.approx(0, abs=1e-9)
    best = allocate({"a": {"form": "power", "a": 30, "b": 0.5, "max": 0}}, 10)
    assert best.marginal == {"a": None}


def test_equal_straight_channels_share_what_is_left():
    flat = {"form": "linear_cap", "a": 2.0, "cap": 300}
    best = allocate({"a": flat, "b": flat}, 400)
    assert best.spent == pytest.approx(400) and best.total_response == pytest.approx(800)


def test_floor_of_marginal_return_leaves_money_unspent_but_keeps_minimums():
    best = allocate(
        {"a": {"form": "linear_cap", "a": 1.0, "cap": 300, "min": 40}}, 400, mroi_floor=1.5
    )
    assert best.allocation == {"a": 40} and best.shadow_price == 0


@pytest.mark.parametrize(
    "channels, budget, named",
    [
        ({"a": {"form": "power", "a": 1, "b": 1.0}}, 10, ["a"]),
        ({"a": {"form": "power", "a": -1, "b": 0.5}}, 10, ["a"]),
        ({"a": {"form": "cubic", "a": 1, "b": 0.5}}, 10, ["a"]),
        ({"a": {"form": "log", "a": 1, "b": 0.5, "min": 5, "max": 2}}, 10, ["a"]),
        ({"a": LOG | {"min": 5}, "b": LOG}, 4, ["a"]),
        ({}, 4, []),
    ],
)
def test_infeasible_or_impossible_is_refused_with_the_channels(channels, budget, named):
    with pytest.raises(FormulaError) as error:
        allocate(channels, budget)
    assert error.value.faults[0].facts["channels"] == named
    assert all("{" not in line for lang in ("zh", "en") for line in error.value.told(lang))


def test_draws_are_split_at_once_and_equal_one_by_one():
    rng = np.random.default_rng(5)
    a, b = rng.uniform(10, 50, (7, 4)), rng.uniform(0.3, 0.8, (7, 4))
    form = np.array(["power"] * 4)
    x, _ = best_split(Curves(form, a, b), 1000.0, np.full(4, 100.0), np.full(4, 600.0))
    for row in range(7):
        one, _ = best_split(
            Curves(form, a[row], b[row]), 1000.0, np.full(4, 100.0), np.full(4, 600.0)
        )
        assert x[row] == pytest.approx(one)

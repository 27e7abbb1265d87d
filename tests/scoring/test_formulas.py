"""Rules, weights, ranks and market: edges on paper, identities, refusals with their reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from kit.errors import FormulaError
from kit.params import read_scheme
from kit.scheme import rules as kinds
from kit.scoring import kpi, market, rank, rules, weights

SCHEME = read_scheme("params/scheme-2025.yml")
PERCENT = st.integers(1, 200).map(lambda n: n / 100)


@given(st.integers(1, 999), st.integers(1, 999))
def test_a_rate_on_an_edge_on_paper_reaches_its_band(top, under):
    """The edge typed as the quotient itself, whatever binary makes of it."""
    rate = rules.rate(top / 10, under / 10)
    assert rules.bands(rate, [(top / under, 7)], below=0) == 7


@given(st.integers(0, 40), st.integers(1, 50))
def test_whole_steps_are_counted_as_on_paper(n, step):
    """N steps of step/100 below a target of 5: exactly n."""
    low = rules.minus(5, rules.minus(n * step / 100, 0))
    assert rules.steps(rules.minus(5, low), step / 100, "full_steps") == n


@given(st.lists(PERCENT, min_size=2, max_size=2, unique=True))
def test_more_never_scores_less(pair):
    low, high = sorted(pair)
    for name in ("standard", "process"):
        rule = SCHEME.rules[name]
        assert rules.points(rule, low, low) <= rules.points(rule, high, high)


DONE = {"kind": "completion", "cap": 1.1, "floor": 0.2}
STEPS = {"kind": "add_deduct", "base": 90, "step": 0.05, "points": 2, "max_add": 5, "max_deduct": 8}
MARKS = {"kind": "target_range", "lo": 0.95, "hi": 1.05, "zero_lo": 0.75, "zero_hi": 1.25}
POSTS = {"kind": "goalpost", "lo": 1, "hi": 5}
BANDS = {"kind": "bands", "bands": [(0, 0.8, 0), (0.8, 1, 7), (1, None, 10)]}


@pytest.mark.parametrize(
    ("rule", "x", "points"),
    [
        (DONE, 0.96, 96),
        (DONE, 1.3, 110),
        (DONE, 0.1, 20),
        (DONE | {"zero_below": 0.5}, 0.4, 0),
        (DONE | {"zero_below": 0.5}, 0.5, 50),
        (DONE | {"full": 40}, 0.5, 20),
        (STEPS, 1.10, 94),
        (STEPS, 1.5, 95),
        (STEPS, 0.92, 88),
        (STEPS, 0.2, 82),
        (STEPS | {"partial": "prorata"}, 0.925, 87),
        (MARKS | {"full": 80}, 1.0, 80),
        (MARKS, 0.85, 50),
        (MARKS, 1.15, 50),
        (MARKS, 1.3, 0),
        (MARKS, 0.95, 100),
        (MARKS, 1.05, 100),
        (BANDS, 0.79, 0),
        (BANDS, 0.8, 7),
        (BANDS, 3, 10),
        (POSTS, 4, 75),
        (POSTS, 6, 100),
        (POSTS | {"truncate": False}, 6, 125),
        (POSTS | {"direction": -1}, 4, 25),
        (POSTS | {"scale": 10}, 4, 7.5),
    ],
)
def test_each_kind_of_rule_gives_the_points_of_a_hand_calculation(rule, x, points):
    """What the rule does not look at is NaN."""
    made = TypeAdapter(kinds.Rule).validate_python(rule)
    pair = (x, np.nan) if made.on == "completion" else (np.nan, x)
    assert rules.points(made, *pair) == pytest.approx(points)


def test_arrays_score_as_single_numbers_do():
    x = np.array([0.4, 0.85, 0.9, 1.0, 1.3, np.nan])
    together = rules.anchors(x, SCHEME.rules["standard"].points)
    alone = [rules.anchors(v, SCHEME.rules["standard"].points) for v in x[:5]]
    assert together[:5].tolist() == alone and np.isnan(together[5])


def test_a_target_of_nothing_is_missing_not_zero():
    assert np.isnan(rules.completion(rules.rate(5, 0)))
    assert np.isnan(rules.lower_rate(0, 5))


@pytest.mark.parametrize(
    "call",
    [
        lambda: rules.goalpost(1, (2, 2)),
        lambda: rules.steps(1, 0, "prorata"),
        lambda: rules.target_range(1, (2, 1), (0, 3)),
        lambda: rules.anchors(1, [(1, 0), (1, 5)]),
        lambda: weights.effective({"a": {"w": -1}, "b": {"w": 2}}),
        lambda: weights.aggregate([1, None], [1, 1], "arithmetic"),
        lambda: weights.aggregate([1, 0], [1, 1], "harmonic"),
        lambda: market.adjust_target(1, -1, 0.1, 0.5),
        lambda: market.did((0, 1), (1, 1), "log"),
        lambda: kpi.prorate_target(10, 30, 31),
        lambda: kpi.plan(3, 2, 3),
    ],
)
def test_the_impossible_is_refused_in_both_languages(call):
    with pytest.raises(FormulaError) as caught:
        call()
    assert caught.value.told("zh") and caught.value.told("en")


@given(
    st.lists(st.floats(0.01, 1), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_weights_in_use_sum_to_one_and_keep_their_proportions(shares, measured):
    w = np.array([shares]) / sum(shares)
    used, coverage = weights.used(w, np.array([measured]), np.array(["h", "h", "s", "s"]))
    assert coverage[0] == pytest.approx(w[0][measured].sum(), abs=1e-9)
    if any(measured):
        assert used.sum() == pytest.approx(1)
    if measured[0] and measured[1]:
        assert used[0, 0] / used[0, 1] == pytest.approx(w[0, 0] / w[0, 1])


def test_equal_scores_share_every_rank():
    assert rank.interval_pairwise_holm([5, 5, 5], [0, 0, 0]) == [(1, 3)] * 3


def test_no_weight_turns_somebody_better_in_everything():
    assert rank.flip_weight([80, 70], [70, 60], 0) is None
    assert rank.rank_acceptability([80, 70], [70, 60]) == 1


def test_more_metrics_are_drawn():
    """Three metrics, symmetric gaps: half of all weights."""
    assert rank.rank_acceptability([1, 0, 0.5], [0, 1, 0.5]) == pytest.approx(0.5, abs=0.01)


def test_half_of_an_unexpected_market_moves_the_target():
    """By hand: 1.3 / 1.04 - 1 = 0.25; half of it on 200."""
    assert market.adjust_target(200, 0.04, 0.30, 0.5) == pytest.approx(225)
    assert np.isnan(market.adjust_target(200, 0, None, 0.5))

"""Rules, weights, ranks and market: edges on paper, identities, refusals with their reason."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import FormulaError
from kit.params import read_scheme
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
    """n steps of step/100 below a target of 5: exactly n."""
    low = rules.minus(5, rules.minus(n * step / 100, 0))
    assert rules.steps(rules.minus(5, low), step / 100, "full_steps") == n


@given(st.lists(PERCENT, min_size=2, max_size=2, unique=True))
def test_more_never_scores_less(pair):
    low, high = sorted(pair)
    for name in ("standard", "process"):
        rule = SCHEME.rules[name]
        assert rules.points(rule, low, low) <= rules.points(rule, high, high)


def test_arrays_score_as_single_numbers_do():
    x = np.array([0.4, 0.85, 0.9, 1.0, 1.3, np.nan])
    together = rules.anchors(x, SCHEME.rules["standard"].points)
    alone = [rules.anchors(v, SCHEME.rules["standard"].points) for v in x[:5]]
    assert together[:5].tolist() == alone and np.isnan(together[5])


def test_a_target_of_nothing_is_missing_not_zero():
    assert np.isnan(rules.completion(rules.rate(5, 0)))
    assert np.isnan(rules.lower_rate(0, 5))


@pytest.mark.parametrize("call", [
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
])  # fmt: skip
def test_the_impossible_is_refused_in_both_languages(call):
    with pytest.raises(FormulaError) as caught:
        call()
    assert caught.value.told("zh") and caught.value.told("en")


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4), st.lists(st.booleans(), min_size=4,
                                                                       max_size=4))
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

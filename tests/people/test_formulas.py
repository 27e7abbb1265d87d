"""Formulas of pay and quotas: expected figures by hand unless a test says otherwise."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from kit.errors import FormulaError
from kit.people.fairness import boundary, impact_ratio, quota
from kit.people.incentive import amount, in_fen, interpolate, pool, step, threshold_risk

CURVE = [[60, 0], [70, 0.6], [85, 1.0], [95, 1.2], [110, 1.5]]
MONEY = st.decimals(0, 20_000, places=2).map(float)


def test_month_by_hand_pays_3012():  # conventions.md, A person's month by hand
    assert interpolate(85.2, CURVE) == 1.004
    assert amount(10_000, 0.3, 1, interpolate(85.2, CURVE)) == 3012.00
    assert amount(10_000, 0.3, 1, interpolate(84.5, CURVE)) == pytest.approx(2960.00)


def test_curve_is_flat_beyond_its_ends_and_a_point_twice_is_a_step():
    assert [interpolate(s, CURVE) for s in (0, 60, 110, 120)] == [0, 0, 1.5, 1.5]
    jump = [[60, 0.5], [80, 0.8], [80, 1.0], [100, 1.2]]
    assert [interpolate(s, jump) for s in (79.9999, 80, 90)] == [
        pytest.approx(0.7999985),
        1.0,
        pytest.approx(1.1),
    ]


def test_score_under_every_step_is_refused_with_the_lowest_step_named():
    with pytest.raises(FormulaError) as refused:
        step(59.9, [[60, 0.5], [90, 1.0]])
    assert refused.value.faults[0].facts == {"score": 59.9, "lowest": [60, 90]}


def test_person_without_a_score_has_no_coefficient_no_amount_no_risk():
    assert interpolate(None, CURVE) is step(None, [[0, 1]]) is amount(1, 1, None, 1) is None
    assert threshold_risk(None, 1, 85) is threshold_risk(80, None, 85) is None


def test_pool_of_zero_pays_zero_and_an_unscored_person_gets_nothing():
    shared = pool([5000, 4000, 3000], [1.2, None, 1.0], 0)
    assert (shared.scale, shared.amounts, shared.paid) == (0, (0, None, 0), (0, None, 0))
    assert pool([5000], [0], 0).scale == 1  # nothing due: nothing is scaled


@given(st.lists(st.tuples(MONEY, st.decimals(0, "1.5", places=3).map(float)), max_size=8), MONEY)
def test_payments_close_to_the_fen_and_never_pass_the_pool(rows, limit):
    shared = pool([b for b, _ in rows], [c for _, c in rows], limit)
    fen = sum(round(p * 100) for p in shared.paid)
    due = sum(Fraction(str(b)) * Fraction(str(c)) for b, c in rows)
    assert fen <= round(limit * 100)
    assert fen == round(limit * 100) or due <= Fraction(str(limit))
    pairs = zip(shared.paid, shared.amounts, strict=True)
    assert all(abs(paid - exactly) < 0.01 + 1e-9 for paid, exactly in pairs)


def test_halves_of_a_fen_go_up_while_the_pool_has_room_for_them():
    """By hand: 0.005 and 0.015 yuan are half and one and a half fen; a pool of 0.02 holds 2 fen."""
    half = [Fraction("0.005"), Fraction("0.015")]
    assert in_fen(half, Fraction(1)) == [1, 2]
    assert in_fen(half, Fraction("0.02")) == [1, 1]


@given(st.integers(0, 300), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_quota_uses_everybody_and_stays_within_one_of_the_exact_part(n, parts):
    shares = [p / sum(parts) for p in parts]
    given_out = quota(n, shares)
    assert sum(given_out) == n
    assert all(abs(g - n * s) < 1 for g, s in zip(given_out, shares, strict=True))


def test_quota_ties_go_to_the_earlier_grade_and_odd_shares_are_refused():
    assert quota(2, [0.25, 0.25, 0.25, 0.25]) == [1, 1, 0, 0]
    assert quota(0, [0.5, 0.5]) == [0, 0]
    for n, shares in ((10, [0.5, 0.4]), (-1, [1]), (2.5, [1]), (10, [1.5, -0.5])):
        with pytest.raises(FormulaError):
            quota(n, shares)


def test_cut_needs_an_error_for_both_and_ignores_people_without_a_score():
    assert boundary([80, None, 70], [1, None, None], 1).tied_at_cut == (0, 2)
    assert boundary([80, None, 70], [1, None, 1], 1).split_supported
    assert boundary([80, 70], [1, 1], 0).split_supported  # nobody inside: no cut
    with pytest.raises(FormulaError):
        boundary([80, 70], [1], 1)


def test_impact_ratio_without_a_rate_is_missing_and_too_many_selected_are_refused():
    assert impact_ratio({"A": (0, 5), "B": (0, 9)}).ratio is None
    assert impact_ratio({"A": (3, 5), "B": (0, 0)}).rates == {"A": 0.6, "B": None}
    assert not impact_ratio({"A": (4, 10), "B": (5, 10)}).flag  # exactly four fifths
    three = impact_ratio({"A": (5, 10), "B": (9, 10), "C": (3, 10)})
    assert three.ratio == pytest.approx(1 / 3)  # the lowest over the highest, the middle left out
    assert three.fisher_p == pytest.approx(fisher_exact([[3, 7], [9, 1]])[1])
    with pytest.raises(FormulaError):
        impact_ratio({"A": (6, 5), "B": (1, 9)})

"""Mix and rate: identities, edges, Simpson."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import FormulaError
from kit.retrospective.mix import mix_rate, ratio_aggregate

COUNT = st.integers(0, 10_000)
SEGMENT = st.tuples(COUNT, COUNT, COUNT, COUNT).map(
    lambda t: {"num0": min(t[0], t[1]), "den0": t[1], "num1": min(t[2], t[3]), "den1": t[3]}
)


@given(st.lists(SEGMENT, min_size=1, max_size=6))
def test_mix_and_rate_sum_to_the_change(segments):
    result = mix_rate({str(i): s for i, s in enumerate(segments)})
    if result.delta is not None:
        assert result.mix_total + result.rate_total == pytest.approx(result.delta, abs=1e-12)


@given(st.lists(SEGMENT, min_size=1, max_size=6))
def test_time_reversal_turns_both_parts(segments):
    there = mix_rate({str(i): s for i, s in enumerate(segments)})
    turned = [
        {"num0": s["num1"], "den0": s["den1"], "num1": s["num0"], "den1": s["den0"]}
        for s in segments
    ]
    back = mix_rate({str(i): s for i, s in enumerate(turned)})
    assert there.simpson == back.simpson
    if there.delta is not None:
        assert there.mix_total == pytest.approx(-back.mix_total, abs=1e-12)


def test_a_period_without_denominator_gives_no_ratio_rather_than_zero():
    result = mix_rate({"a": {"num0": 0, "den0": 0, "num1": 5, "den1": 50}})
    assert result.R0 is None and result.delta is None and result.R1 == 0.1


def test_numerators_without_denominator_are_refused():
    with pytest.raises(FormulaError) as error:
        mix_rate({"a": {"num0": 3, "den0": 0, "num1": 5, "den1": 50}})
    assert error.value.faults[0].facts["segments"] == ["a"]


def test_simpson_needs_every_common_segment_to_move():
    still = {"num0": 10, "den0": 100, "num1": 20, "den1": 200}
    falls = {"num0": 50, "den0": 100, "num1": 4, "den1": 10}
    assert not mix_rate({"still": still, "falls": falls}).simpson


def test_ratio_of_nothing_is_missing():
    assert ratio_aggregate([{"a": 1, "b": 0}, {"a": None, "b": 3}], "a", "b") == {
        "value": None,
        "wrong_mean_of_ratios": None,
    }

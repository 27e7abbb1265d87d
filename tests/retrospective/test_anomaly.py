"""The anomaly rule on edges: nothing usable, nothing that varies, missing days."""

import pytest

from kit.errors import FormulaError
from kit.retrospective.anomaly import anomalies

WEEKS = list(range(7)) * 3
STEADY = [10.0, 12, 11, 13, 14, 20, 18] * 3


def test_nothing_usable_gives_no_scale():
    result = anomalies([0, 1], [None, None])
    assert result.scale is None and result.flags == [] and result.missing == [0, 1]


def test_all_zero_has_no_yardstick_and_no_verdict():
    result = anomalies(WEEKS, [0.0] * 20 + [5.0])
    assert result.scale == 0 and result.flags == []


def test_steady_days_use_the_floor_of_one_percent():
    result = anomalies(WEEKS, STEADY)
    assert result.scale == pytest.approx(0.13) and result.flags == []


def test_missing_is_not_zero():
    assert anomalies(WEEKS, [None, *STEADY[1:]]).flags == []
    assert anomalies(WEEKS, [0.0, *STEADY[1:]]).flags == [0]


def test_excluded_days_are_never_flagged_nor_used():
    values = [*STEADY[:20], 900.0]
    assert anomalies(WEEKS, values, exclude=[20, 99]).flags == []
    assert anomalies(WEEKS, values).flags == [20]


def test_unequal_lengths_are_refused():
    with pytest.raises(FormulaError):
        anomalies([0], [1.0, 2.0])

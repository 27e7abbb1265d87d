"""Numbers as readers write them; expected texts are written by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.show.format import interval, number, quantity, short, unit_word


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1234567, "int", "1,234,567", "1,234,567"),
        (999.994, "money", "999.99", "999.99"),
        (1000.4, "money", "1,000", "1,000"),
        (0.03251, "percent", "3.3%", "3.3%"),
        (0.03251, "percent2", "3.25%", "3.25%"),
        (-0.002, "+pp", "−0.20", "−0.20"),
        (-0.0102, "+pp", "−1.0", "−1.0"),
        (-0.0102, "+pp2", "−1.02", "−1.02"),
        (0, "+percent", "0.0%", "0.0%"),
        (-0.0001, "+percent", "0.0%", "0.0%"),
        (84.95, "points", "85.0", "85.0"),
        (1.0004, "coef", "1.000", "1.000"),
        (0.00099, "p", "<0.001", "<0.001"),
        (0.0499, "p", "0.050", "0.050"),
        (1.0, "chance", ">99%", ">99%"),  # draws or a normal tail never show certainty
        (0.9901, "chance", ">99%", ">99%"),
        (0.99, "chance", "99%", "99%"),
        (0.835, "chance", "84%", "84%"),
        (0.01, "chance", "1%", "1%"),
        (0.0, "chance", "<1%", "<1%"),
        (pd.Timestamp("2025-06-01"), "date", "2025-06-01", "2025-06-01"),
        (np.True_, "int", "是", "yes"),
        ("<b>", "money", "<b>", "<b>"),
    ],
)
def test_a_value_is_written_by_its_unit(value, unit, zh, en):
    assert (number(value, unit, "zh"), number(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NaT, pd.NA, float("inf"), -float("inf")])
@pytest.mark.parametrize("unit", ["int", "money", "percent", "p"])
def test_nothing_is_a_dash_and_never_nan(nothing, unit):
    said = {
        number(nothing, unit, "zh"),
        short(nothing, unit, "en"),
        quantity(nothing, unit, "zh"),
        interval(nothing, 1, unit, "en"),
    }
    assert said == {"—"}


@given(st.decimals(-(10**7), 10**7, places=2))
def test_halves_go_up_as_by_hand(value):
    from decimal import ROUND_HALF_UP, Decimal  # the decimal module rounds the exact figure

    by_hand = f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP):,}".replace("-", "−")
    by_hand = "0.0" if by_hand == "−0.0" else by_hand
    assert number(float(value), "points", "zh") == by_hand


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (9_999, "9,999", "10k"),
        (10_000, "1万", "10k"),
        (123_456, "12.3万", "123k"),
        (1_234_567, "123万", "1.23M"),
        (350_000_000, "3.5亿", "350M"),
        (-45_600, "−4.56万", "−45.6k"),
        (69_838, "6.98万", "69.8k"),
        (99_999_999, "1亿", "100M"),
        (999_950, "100万", "1M"),
        (0, "0", "0"),
        (875.85, "876", "876"),
    ],
)
def test_large_figures_are_in_wan_and_yi_or_k_and_m(value, zh, en):
    assert (short(value, "money", "zh"), short(value, "int", "en")) == (zh, en)


def test_units_stand_in_headers_and_money_names_its_currency():
    assert [unit_word(u, "zh") for u in ("money", "percent", "pm:points", "interval:pp2")] == [
        "元",
        "%",
        "分",
        "个百分点",
    ]
    assert quantity(1500, "money:USD", "en") == "USD 1,500"
    assert quantity(2, "days", "en"), quantity(1, "days", "en") == ("2 days", "1 day")


def test_an_interval_with_a_sign_is_not_written_with_a_dash():
    assert interval(-1.25, 3, "ratio", "zh") == "−1.25 至 3.00"
    assert interval(0.031, 0.133, "percent", "en") == "3.1–13.3%"

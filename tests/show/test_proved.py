"""What became of an action, beside similar campaigns: by hand from one row of the ledger."""

import math

import pytest

from kit.show.proved import proved

NAN = math.nan


@pytest.mark.parametrize(
    ("indicator", "effect", "sure", "harm", "zh", "en"),
    [
        ("timeliness", NAN, False, False, "不与同类计划对照", "is not compared"),
        ("sales", NAN, False, False, "周数不够", "too few weeks"),
        ("sales", 0.2, True, False, "也好于同类计划（+20.0%", "also better"),
        ("cac", 0.2, False, True, "但差于同类计划（+20.0%", "but worse"),
        ("sales", 0.2, False, False, "看不清", "unclear"),
    ],
)
def test_a_figure_that_was_reached_says_what_the_comparison_tells(
    indicator, effect, sure, harm, zh, en
):
    row = {"status": "reached", "indicator": indicator}
    row |= {"effect": effect, "sure": sure, "harm": harm}
    assert zh in proved(row, "达到", "zh") and en in proved(row, "reached", "en")
    assert proved(row | {"status": "missed"}, "未达到", "zh") == "未达到"

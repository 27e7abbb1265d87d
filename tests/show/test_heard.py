"""A picture read aloud: each figure of its frame, and the cells at the ends or without a figure."""

import pandas as pd

from kit.show import heard


def said(x):
    return "—" if x is None or pd.isna(x) else f"{x:g}"


def test_rows_are_read_with_interval_and_word_and_a_missing_one_as_a_dash():
    frame = pd.DataFrame(
        {
            "label": ["A", "B", "C"],
            "value": [1.5, 2.0, 0.0],
            "low": [1.0, float("nan"), 0.0],
            "high": [2.0, float("nan"), 0.0],
            "word": ["above", "", ""],
            "kind": ["step", "step", "unknown"],
        }
    )
    assert heard.rows(frame, said, "en") == "A 1.5 (1 to 2) above, B 2 and C —"
    assert heard.rows(frame, said, "zh") == "A 1.5（1 至 2） above、B 2 和 C —"


def test_cells_name_all_the_lowest_and_every_open_one_even_where_no_row_stands_for_it():
    frame = pd.DataFrame(
        {
            "who": ["甲", "甲", "乙", "丙", "丙"],
            "what": ["ROI", "点击率", "ROI", "ROI", "点击率"],
            "points": [40.0, 90.0, 40.0, 80.0, float("nan")],
        }
    )
    keys = ["who", "what", "points"]
    assert heard.cells(frame, said, "en", keys=keys) == (
        "Lowest: 甲 ROI and 乙 ROI 40. Blank (not measured or not shown): 乙 点击率; 丙 点击率."
    )
    assert heard.cells(frame.dropna().head(2), said, "zh", keys=keys, ends=["highest"]) == (
        "最高：甲 点击率 90。"
    )

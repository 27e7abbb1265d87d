"""What moved since a run or a closed result: figures, not the last digits of floats."""

import pandas as pd

from kit.report.pages import moved
from kit.show.tables import Column, records

WHO = {"data": "a", "run_at": "2025-07-01"}


def side(rows, **more):
    columns = [{"key": "who", "label": "人", "unit": "text"},
               {"key": "x", "label": "分", "unit": "points"}]
    return {"tables": [{"caption": "得分", "columns": columns, "rows": rows}],
            "provenance": WHO | more}


def test_last_digits_are_no_change_and_figures_come_before_what_came_and_went():
    before = side([{"who": "A", "x": 85.2040786699999}, {"who": "B", "x": 85.2}])
    now = side([{"who": "A", "x": 85.2040786700001}, {"who": "C", "x": 1.0},
                {"who": "B", "x": 85.3}], data="b")  # fmt: skip
    change = moved(now, before)
    assert change["moved"] == [["得分 / B / 分", "85.2", "85.3"], ["得分 / C / 分", None, "1.0"]]
    assert change["because"] == ["data"]


def test_a_row_with_a_unit_of_its_own_is_compared_as_it_is_printed():
    columns = [Column("who", "指标"), Column("x", "实际", "mixed")]

    def told(roi, orders):
        frame = pd.DataFrame({"who": ["ROI", "订单量"], "x": [roi, orders],
                              "x_unit": ["ratio", "int"]})  # fmt: skip
        return {"tables": [{"caption": "表", **records(frame, columns, "zh")}], "provenance": WHO}

    change = moved(told(0.9107247473838255, 32630.4), told(0.910724747383825, 32629.4))
    assert change["moved"] == [["表 / 订单量 / 实际", "32,629", "32,630"]]

"""What moved since a run or a closed result: figures, not the last digits of floats."""

import pandas as pd

from kit.report.pages import moved
from kit.show.tables import Column, records

WHO = {"data": "a", "run_at": "2025-07-01"}


def side(rows, **more):
    columns = [
        {"key": "who", "label": "人", "unit": "text"},
        {"key": "x", "label": "分", "unit": "points"},
    ]
    return {
        "tables": [{"caption": "得分", "columns": columns, "rows": rows}],
        "provenance": WHO | more,
    }


def test_last_digits_are_no_change_and_figures_come_before_what_came_and_went():
    before = side([{"who": "A", "x": 85.2040786699999}, {"who": "B", "x": 85.2}])
    now = side(
        [{"who": "A", "x": 85.2040786700001}, {"who": "C", "x": 1.0}, {"who": "B", "x": 85.3}],
        data="b",
    )
    change = moved(now, before)
    assert change["moved"] == [["得分 / B / 分", "85.2", "85.3"], ["得分 / C / 分", None, "1.0"]]
    assert change["because"] == ["data"]


def test_a_row_with_a_unit_of_its_own_is_compared_as_it_is_printed():
    columns = [Column("who", "指标"), Column("x", "实际", "mixed")]

    def told(roi, orders):
        frame = pd.DataFrame(
            {"who": ["ROI", "订单量"], "x": [roi, orders], "x_unit": ["ratio", "int"]}
        )
        return {"tables": [{"caption": "表", **records(frame, columns, "zh")}], "provenance": WHO}

    change = moved(told(0.9107247473838255, 32630.4), told(0.910724747383825, 32629.4))
    assert change["moved"] == [["表 / 订单量 / 实际", "32,629", "32,630"]]


def test_headlines_and_grades_come_first_then_figures_column_by_column():
    def page(total, grade, first, second):
        made = side([{"who": "A", "x": first, "g": grade}, {"who": "B", "x": second, "g": "B"}])
        made["tables"][0]["columns"].append({"key": "g", "label": "等级", "unit": "text"})
        return made | {"cards": [{"label": "总分", "value": total}]}

    change = moved(page("2", "B", 1.0, 2.0), page("1", "A", 1.5, 2.5))
    assert [place for place, *_ in change["moved"]] == [
        "总分",
        "得分 / A / 等级",
        "得分 / A / 分",
        "得分 / B / 分",
    ]


def test_a_table_worded_anew_has_not_moved():
    before = side([{"who": "A", "x": 1.0}])
    now = side([{"who": "A", "x": 1.0}], data="b")
    before["tables"][0]["id"] = now["tables"][0]["id"] = "scores"
    now["tables"][0]["caption"] = "得分：1 人"
    assert moved(now, before)["count"] == 0

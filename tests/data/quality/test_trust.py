"""Expected figures are added up by hand from tests/data/company.py."""

import pandas as pd
import pytest

from kit.data.quality.appraised import period_days
from kit.data.quality.reconcile import reconciled
from kit.data.quality.trust import coverage, trusted
from tests.data.company import FILES, loaded

TARGETS = "period_id,specialist_id,indicator,target\n" + "".join(
    f"2025-06,{who},{what},1\n"
    for who in ("S1", "S2")
    for what in ("sales", "roi", "click_conversion", "ctr", "cac")
)


def test_a_cell_without_its_table_names_the_table(tmp_path):
    cells = coverage(loaded(tmp_path, targets=TARGETS)).set_index(["specialist_id", "indicator"])
    assert cells.loc[("S1", "sales"), "status"] == "measured"
    assert list(cells.loc[("S1", "timeliness"), ["status", "table"]]) == ["no_table", "tasks"]


def test_a_person_without_a_target_or_rows_is_named(tmp_path):
    feedback = (
        "period_id,specialist_id,rater_id,relation,item,rating\n2025-06,S1,S2,peer,innovation,4\n"
    )
    cells = coverage(loaded(tmp_path, feedback=feedback)).set_index(["specialist_id", "indicator"])
    assert cells.loc[("S1", "sales"), "status"] == "no_target"
    assert cells.loc[("S1", "innovation"), "status"] == "measured"
    assert list(cells.loc[("S2", "innovation"), ["status", "table"]]) == ["no_rows", "feedback"]


def test_what_lacks_is_owed_by_somebody_with_its_weight(tmp_path):
    # 月度权重: 量化 .18+.15+.12+.05+.06 = .56 有数，任务 .09、预算 .05、360 评估 .30 缺
    trust = trusted(loaded(tmp_path, targets=TARGETS))
    assert trust.share == pytest.approx(0.56)
    assert trust.verdict == "no", "nobody reaches the floor of 0.6"
    owed = trust.owed.set_index("table")
    assert owed.loc["feedback", "weight"] == pytest.approx(0.30)
    assert owed.loc["feedback", "who"] == "data.by_hr"
    assert owed.loc["tasks", "people"] == ["张三", "李四"]


def test_who_left_before_the_period_is_not_appraised(tmp_path):
    roster = (
        "specialist_id,name,team,hire_date,leave_date\nS1,张三,一组,,2025-05-31\nS2,李四,一组,,\n"
    )
    assert set(coverage(loaded(tmp_path, roster=roster))["specialist_id"]) == {"S2"}


def test_sources_are_compared_over_the_days(tmp_path):
    tables = loaded(tmp_path)
    rows = reconciled(tables, period_days(tables)).set_index("measure")
    # 广告 5 笔 130 元，订单 2 笔 41 元；网站 14、15 日访客 150，会话同两日逐日去重 u1 / u1 u2 = 3
    assert list(rows.loc["orders", ["left_value", "right_value", "status"]]) == [5, 2, "differs"]
    assert list(rows.loc["revenue", ["left_value", "right_value"]]) == [130, 41]
    assert rows.loc["shop_revenue", "status"] == "double_credit"
    assert list(rows.loc["uv", ["left_value", "right_value"]]) == [150, 3]


TRAFFIC = "date,channel,plan_id,uv,pv,buyers\n"
SESSIONS = "at,user_id,channel,plan_id,pageviews\n"


def test_visitors_are_compared_at_the_grain_and_on_the_days_that_both_have(tmp_path):
    """E16: one visitor of two plans counts once in each; days of one table alone do not count."""
    traffic = f"{TRAFFIC}2025-06-14,search,P1,1,3,\n2025-06-14,search,P2,1,3,\n"
    traffic += "2025-06-15,search,,7,9,\n2025-06-15,social,,2,9,\n2025-06-15,social,P1,1,9,\n"
    sessions = f"{SESSIONS}2025-06-14 10:00:00,u1,search,P1,3\n"
    sessions += "2025-06-14 11:00:00,u1,search,P2,3\n2025-06-16 11:00:00,u9,search,P1,3\n"
    sessions += "2025-06-15 11:00:00,u1,social,P1,3\n2025-06-15 12:00:00,u2,social,,3\n"
    tables = loaded(tmp_path, traffic=traffic, sessions=sessions)
    rows = reconciled(tables, period_days(tables)).set_index("measure")
    assert list(rows.loc["uv", ["left_value", "right_value", "status"]]) == [4, 4, "ok"]


def test_visitors_without_a_day_in_common_cannot_be_compared(tmp_path):
    traffic = f"{TRAFFIC}2025-06-14,search,P1,1,3,\n"
    sessions = f"{SESSIONS}2025-06-14 10:00:00,u1,search,,3\n2025-06-15 10:00:00,u1,search,P1,3\n"
    tables = loaded(tmp_path, traffic=traffic, sessions=sessions)
    rows = reconciled(tables, period_days(tables)).set_index("measure")
    assert rows.loc["uv", "status"] == "apart" and "buyers" not in rows.index
    assert not [i for i in tables.found if i.rule == "not_reconciled" and i.column == "uv"]


def test_days_without_rows_anywhere_compare_nothing(tmp_path):
    assert reconciled(loaded(tmp_path), pd.date_range("2030-01-01", periods=3)).empty


def test_orders_that_name_no_plan_are_held_against_the_whole_shop_alone(tmp_path):
    """By hand: ads 130 yuan; orders 41 yuan of no plan; what plans sold by the shop is unknown."""
    tables = loaded(tmp_path, orders=FILES["orders"].replace(",P1,", ",,"))
    rows = reconciled(tables, period_days(tables)).set_index("measure")
    for measure in ("orders", "revenue"):
        assert rows.loc[measure, "status"] == "apart" and pd.isna(rows.loc[measure, "right_value"])
    assert list(rows.loc["shop_revenue", ["left_value", "right_value"]]) == [130, 41]
    told = [i for i in tables.found if i.rule in ("not_reconciled", "double_credit")]
    assert [i.rule for i in told if i.column in ("orders", "revenue")] == []
    assert not [i for i in tables.found if "nan" in str(dict(i.facts or {}).values())]


def test_one_platform_does_not_share_orders_with_another(tmp_path):
    """130 yuan are claimed, 41 paid: by one platform, or by plans whose platform nobody told."""
    for place, plans in (("one", FILES["plans"].replace("douyin", "taobao")), ("none", None)):
        (tmp_path / place).mkdir()
        tables = loaded(tmp_path / place, plans=plans)
        rows = reconciled(tables, period_days(tables)).set_index("measure")
        assert rows.loc["shop_revenue", "status"] == "over", place
        rules = {i.rule for i in tables.found}
        assert "over_credit" in rules and "double_credit" not in rules


def test_agreeing_sources_are_said_to_agree(tmp_path):
    same = FILES["orders"] + "".join(
        f"O{n},2025-06-16 10:00:00,c{n},search,P1,home,{29.667}\n" for n in (3, 4, 5)
    )
    tables = loaded(tmp_path, orders=same)
    rows = reconciled(tables, period_days(tables)).set_index("measure")
    assert (rows.loc[["orders", "revenue"], "status"] == "ok").all()


def test_the_light_of_a_team_speaks_of_the_team_alone(tmp_path):
    feedback = "period_id,specialist_id,rater_id,relation,item,rating\n" + "".join(
        f"2025-06,S1,S2,peer,{item},4\n"
        for item in ("innovation", "teamwork", "problem_solving", "learning")
    )
    tables = loaded(tmp_path, targets=TARGETS, feedback=feedback)
    # S1: .56 + 360 评估 .30 = .86，S2: .56，低于下限 .6
    every = trusted(tables)
    own = trusted(tables, {"S1"})
    assert (every.verdict, every.people) == ("partly", {"whole": 0, "part": 1, "none": 1})
    assert (own.verdict, own.people) == ("partly", {"whole": 0, "part": 1, "none": 0})
    assert own.share == pytest.approx(0.86) and every.share == pytest.approx(0.71)
    assert own.owed.set_index("table").loc["tasks", "indicators"] == [
        "plan_completion",
        "timeliness",
    ]

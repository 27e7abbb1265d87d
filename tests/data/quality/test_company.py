"""What ordinary companies write (普通公司的写法): read as it is meant, or told with the nearest."""

import pandas as pd
import pytest

from kit.data.load import check, load
from kit.data.quality.labels import nearest, period_id
from kit.errors import KitError
from kit.words import LANGS
from tests.data.company import FILES, folder, loaded
from tests.pages import shop

TARGETS = "period_id,specialist_id,indicator,target,set_on\n"


FEEDBACK = "period_id,specialist_id,rater_id,relation,item,rating,submitted_on\n"


def issues(file):
    """Findings by rule, each told in both languages on the way; faults of parameters too."""
    try:
        found = {i.rule: i for i in check(file)}
    except KitError as error:
        return {f.key.removeprefix("params."): f for f in error.faults}
    assert all(i.fault().told(lang) for i in found.values() for lang in LANGS)
    return found


def found(place, **changed):
    return issues(folder(place, **changed))


def said(file, old, new):
    """The period file with a line changed."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


# ── B3 labels ────────────────────────────────────────────────────────────────────────────────────
MONTHS = """2025-06|2025-6|2025/06|2025.06|2025年6月|2025年06月份|202506|06/2025|2025-06-01
2025-06-01 00:00:00|2025/6/1|Jun-25|June 2025|２０２５-０６"""


@pytest.mark.parametrize("label", MONTHS.replace("\n", "|").split("|"))
def test_a_month_is_read_however_it_is_written(label):
    assert period_id(label) == "2025-06"


def test_what_is_no_period_is_none():
    wrong = ["2025-13", "上半年", "2025-06-15", "2025-06-01 08:00", "Foo-25"]
    assert [period_id(label, "x") for label in wrong] == [None] * 5
    assert [period_id(t) for t in ("2025年第二季度", "Q2 2025", "2025年")] == [
        "2025-Q2",
        "2025-Q2",
        "2025",
    ]


@pytest.mark.parametrize("word", ["sales", "销售额", "SALES", " GMV", "成交额"])
def test_an_indicator_is_read_by_any_of_its_labels(tmp_path, word):
    rows = f"{TARGETS}2025-06,S1,{word},100,\n"
    file = said(folder(tmp_path, targets=rows), "id: tiny", "id: 2025-06")
    assert load(file).get("targets")["indicator"].tolist() == ["sales"]


def test_an_indicator_that_nobody_knows_is_refused_with_the_nearest(tmp_path):
    issue = found(tmp_path, targets=f"{TARGETS}tiny,S1,salse,100,\n")["unknown_label"]
    assert (issue.severity, issue.row, issue.value) == ("refuse", 2, "salse")
    assert "sales" in issue.facts["near"]


def test_relations_and_states_are_read_in_chinese(tmp_path):
    rows = f"{FEEDBACK}tiny,S1,M1,上级,创新能力,4,2025-07-01\n"
    tasks = "task_id,specialist_id,task,due,status\nT1,S1,x,2025-06-10,已完成\n"
    tables = loaded(tmp_path, feedback=rows, tasks=tasks)
    assert tables.get("feedback")[["relation", "item"]].to_numpy().tolist() == [
        ["manager", "innovation"]
    ]
    assert tables.get("tasks")["status"].tolist() == ["done"]


def test_a_table_without_a_row_of_the_period_is_told(tmp_path):
    issue = found(tmp_path, targets=f"{TARGETS}2025-05,S1,sales,100,\n")["other_periods"]
    assert (issue.severity, issue.count, issue.facts["id"]) == ("warn", 1, "tiny")


def test_a_period_that_nobody_knows_is_told_with_the_nearest(tmp_path):
    issue = found(tmp_path, targets=f"{TARGETS}tinny,S1,sales,100,\n")["unknown_period"]
    assert (issue.value, issue.facts["near"]) == ("tinny", ["tiny"])


def test_rows_of_the_month_stand_for_another_id_of_the_same_days(tmp_path):
    """Two schemes over one month: the rows are not copied (D12)."""
    tables = loaded(tmp_path, targets=f"{TARGETS}2025-06,S1,sales,100,\n")
    assert tables.get("targets")["period_id"].tolist() == ["tiny"]


@pytest.mark.parametrize(
    ("table", "rows", "rule", "near"),
    [
        ("market", "date,category,index\n2025-06-14,homes,1\n", "category_without_index", "homes"),
        (
            "budget",
            "period_id,specialist_id,channel,budget\ntiny,S1,serach,10\n",
            "matches_nothing",
            "search",
        ),
    ],
)
def test_a_category_and_a_channel_are_matched_with_the_plans(tmp_path, table, rows, rule, near):
    assert near in found(tmp_path, **{table: rows})[rule].facts["near"]


def test_a_promotion_that_the_scheme_does_not_know_is_told(tmp_path):
    head, *lines = FILES["plans"].splitlines()
    plans = "\n".join([head + ",promotion_id", lines[0] + ",618-2052", lines[1] + ","]) + "\n"
    issue = found(tmp_path, plans=plans)["matches_nothing"]
    assert (issue.column, issue.value) == ("promotion_id", "618-2052")
    assert "618-2025" in issue.facts["near"]


# ── B2 names ─────────────────────────────────────────────────────────────────────────────────────
def test_two_people_and_two_plans_of_one_name_are_told_apart_by_their_ids(tmp_path):
    roster = FILES["roster"].replace("李四", "张三")
    plans = FILES["plans"].replace("短视频计划", "搜索计划")
    tables = loaded(tmp_path, roster=roster, plans=plans)
    assert tables.get("roster")["name"].tolist() == ["张三 (S1)", "张三 (S2)"]
    assert tables.get("plans")["plan_name"].tolist() == ["搜索计划 (P1)", "搜索计划 (P2)"]


def test_a_name_that_two_bear_is_still_masked_in_free_text(tmp_path):
    from kit.people.privacy import masked

    tables = loaded(tmp_path, roster=FILES["roster"] + "S3,张三,二组,\n")
    assert "张三" not in masked("张三说过", tables, ["S2"], "zh")


# ── B6 order ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("newest_first", [True, False])
def test_of_two_answers_the_day_decides_and_not_the_line(tmp_path, newest_first):
    old = "tiny,S1,M1,manager,innovation,2,2025-07-01\n"
    new = "tiny,S1,M1,manager,innovation,5,2025-07-05\n"
    rows = new + old if newest_first else old + new
    tables = loaded(tmp_path, feedback=FEEDBACK + rows)
    assert tables.get("feedback")["rating"].astype(float).tolist() == [5.0]
    issue = tables.issues.set_index("rule").loc["conflict"]
    told = issue["facts"]
    assert (told["differs"], told["old"], told["new"]) == ("rating", "2", "5")
    assert told["other_row"] == (2 if newest_first else 3)


@pytest.mark.parametrize("days", [("2025-07-01", "2025-07-01"), ("", "")])
def test_without_a_newer_day_two_answers_are_asked_about(tmp_path, days):
    rows = "".join(
        f"tiny,S1,M1,manager,innovation,{n},{day}\n" for n, day in enumerate(days, start=2)
    )
    issue = found(tmp_path, feedback=FEEDBACK + rows)["conflict_open"]
    assert (issue.severity, issue.facts["old"], issue.facts["new"]) == ("refuse", "2", "3")


def test_of_two_targets_the_one_set_later_stays(tmp_path):
    rows = "tiny,S1,sales,200,2025-05-09\ntiny,S1,sales,100,2025-05-01\n"
    assert loaded(tmp_path, targets=TARGETS + rows).get("targets")["target"].tolist() == [200.0]


# ── B7 signs ─────────────────────────────────────────────────────────────────────────────────────
ORDERS = "order_id,paid_at,customer_id,plan_id,revenue,refund_amount\n"


@pytest.mark.parametrize("row", ["20,-20", "20,20"])
def test_a_refund_is_a_deduction_with_either_sign(tmp_path, row):
    rows = f"{ORDERS}O1,2025-06-14 10:00,c1,P1,{row}\nO2,2025-06-15 10:00,c1,P1,30,0\n"
    assert loaded(tmp_path, orders=rows).get("orders")["refund_amount"].tolist() == [20.0, 0.0]


def test_refunds_with_both_signs_are_asked_about(tmp_path):
    rows = f"{ORDERS}O1,2025-06-14 10:00,c1,P1,20,-20\nO2,2025-06-15 10:00,c1,P1,30,5\n"
    issue = found(tmp_path, orders=rows)["refund_both_signs"]
    assert (issue.severity, issue.count, issue.facts["plus"]) == ("refuse", 1, 1)


def test_a_line_with_a_negative_amount_is_a_refund_of_that_much(tmp_path):
    rows = f"{ORDERS}O1,2025-06-14 10:00,c1,P1,50,\nO2,2025-06-15 10:00,c1,P1,-20,\n"
    orders = loaded(tmp_path, orders=rows).get("orders")
    assert orders[["revenue", "refund_amount"]].fillna(0).to_numpy().tolist() == [[50, 0], [0, 20]]


def test_refunds_of_tests_are_turned_too(tmp_path):
    """As those of orders; revenue stays as the test's own checks judge it."""
    days = "test_id,variant,date,orders,revenue,refund_amount\nT1,A,2025-06-14,3,100,-8\n"
    assert loaded(tmp_path, experiment_days=days).get("experiment_days")[
        "refund_amount"
    ].tolist() == [8.0]


# ── B13 targets ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("indicator", "target", "rule"),
    [
        ("sales", "0", "target_not_positive"),
        ("cac", "-5", "target_not_positive"),
        ("ctr", "5", "target_above_one"),
        ("refund_rate", "0", "target_zero"),
    ],
)
def test_odd_targets_are_told_with_person_and_row(tmp_path, indicator, target, rule):
    rows = f"{TARGETS}tiny,S2,roi,3,\ntiny,S1,{indicator},{target},\n"
    issue = found(tmp_path, targets=rows)[rule]
    assert (issue.row, issue.facts["people"]) == (3, ["S1"])


# ── B11 raters ───────────────────────────────────────────────────────────────────────────────────
def _rated(*rows):
    return FEEDBACK + "".join(
        f"tiny,{who},{by},{how},innovation,4,2025-07-01\n" for who, by, how in rows
    )


def test_ones_own_rating_counts_as_self(tmp_path):
    tables = loaded(tmp_path, feedback=_rated(("S1", "S1", "peer"), ("S1", "S2", "peer")))
    assert tables.get("feedback")["relation"].tolist() == ["self", "peer"]
    assert tables.issues.set_index("rule").loc["own_as_other", "facts"] == {"people": ["S1"]}


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ((("S1", "S2", "self"),), "self_by_other"),
        ((("S1", "M9", "manager"),), "manager_unknown"),
        ((("S1", "M1", "peer"),), "manager_as_other"),
        ((("S1", "S2", "peer"),), "nobody_rated"),
    ],
)
def test_relations_are_held_against_the_roster(tmp_path, rows, rule):
    roster = "specialist_id,name,team,manager_id\nS1,张三,一组,M1\nS2,李四,一组,M1\n"
    assert rule in found(tmp_path, roster=roster, feedback=_rated(*rows))


def test_a_rater_under_two_relations_is_told(tmp_path):
    rows = _rated(("S1", "S2", "peer")) + "tiny,S1,S2,cross_dept,teamwork,4,2025-07-01\n"
    assert found(tmp_path, feedback=rows)["two_relations"].facts["pairs"] == ["S2 → S1"]


def test_a_blank_sheet_of_plans_is_none(tmp_path):
    """The plans are then those that the exports name; here none are, and the pages say so."""
    file = folder(tmp_path, plans=FILES["plans"].splitlines()[0] + "\n")
    said(file, "type: month", "empty: [plans]\ntype: month")  # a file without rows is asked about
    tables = load(file)
    assert not tables.has("plans")
    assert pd.isna(tables.plan_days["channel"]).all()


def test_nearest_gives_what_exists():
    assert set(nearest(["三组"], ["一组", "二组", "财务"])) == {"一组", "二组"}


def test_the_shop_as_it_stands_has_nothing_to_mend(tmp_path):
    assert not [i for i in check(shop.write(tmp_path, {})) if i.severity == "refuse"]

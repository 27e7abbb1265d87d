"""Siblings of what ordinary companies write: read as meant, or told with what fits (写法)."""

import pytest

from kit.data.load import load
from tests.data.company import folder
from tests.data.quality.test_company import FEEDBACK, TARGETS, found, said


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("点击率CTR", "ctr"),
        ("销售额(元)", "sales"),
        ("投产比ROI", "roi"),
        ("ROI目标", "roi"),
        ("销售额目标值", "sales"),
    ],
)
def test_an_indicator_is_read_with_a_base_unit_or_both_its_labels(tmp_path, word, name):
    file = said(
        folder(tmp_path, targets=f"{TARGETS}2025-06,S1,{word},0.1,\n"), "id: tiny", "id: 2025-06"
    )
    assert load(file).get("targets")["indicator"].tolist() == [name]


@pytest.mark.parametrize("word", ["销售额(万元)", "GMV（万）", "点击率ROI"])
def test_a_unit_that_counts_is_not_cut_off_a_label(tmp_path, word):
    assert "unknown_label" in found(tmp_path, targets=f"{TARGETS}tiny,S1,{word},15,\n")


@pytest.mark.parametrize("label", ["2025 06", "25年6月", "2025_06", "2025年 6 月"])
def test_more_ways_to_write_a_month(tmp_path, label):
    file = said(
        folder(tmp_path, targets=f"{TARGETS}{label},S1,sales,1,\n"), "id: tiny", "id: 2025-06"
    )
    assert load(file).get("targets")["period_id"].tolist() == ["2025-06"]


@pytest.mark.parametrize(
    ("word", "relation"),
    [
        ("直接主管", "manager"),
        ("line manager", "manager"),
        ("同组同事", "peer"),
        ("客户", "customer"),
    ],
)
def test_relations_under_usual_words(tmp_path, word, relation):
    rows = f"{FEEDBACK}tiny,S1,M1,{word},创新能力,4,2025-07-01\n"
    assert load(folder(tmp_path, feedback=rows)).get("feedback")["relation"].tolist() == [relation]


def test_words_that_nobody_knows_are_told_with_the_known_ones_in_both_languages(tmp_path):
    issue = found(tmp_path, feedback=f"{FEEDBACK}tiny,S1,M1,邻居,创新能力,4,2025-07-01\n")[
        "not_a_word"
    ]
    assert "manager 上级" in issue.facts["known"] and "peer 同事" in issue.facts["known"]


def test_names_in_a_column_of_ids_are_told_with_the_id(tmp_path):
    issue = found(tmp_path, targets=f"{TARGETS}tiny,张三,sales,100,\n")["not_in_roster"]
    assert issue.facts["near"] == ["张三 → S1"]


def test_ownership_of_plans_that_no_export_has_is_told_with_the_ids(tmp_path):
    rows = "plan_id,specialist_id,valid_from\n搜索计划,S1,2025-05-01\n短视频计划,S2,2025-05-01\n"
    issue = found(tmp_path, assignment=rows)["nothing_owned"]
    assert issue.severity == "warn" and "搜索计划 → P1" in issue.facts["near"]


@pytest.mark.parametrize("id", ["2025-13", "2025-Q5", "2025-00"])
def test_an_id_like_a_month_that_is_none_is_told(tmp_path, id):
    assert "no_such_month" in said_of(tmp_path, id)


@pytest.mark.parametrize("id", ["2025-7", "2025_05", "202504"])
def test_an_id_that_means_other_days_is_told_however_it_is_written(tmp_path, id):
    assert "id_other_days" in said_of(tmp_path, id)


def said_of(place, id):
    from tests.data.quality.test_company import issues

    return issues(said(folder(place), "id: tiny", f"id: {id}"))


def test_a_refund_above_its_sale_and_a_negative_discount_are_told(tmp_path):
    orders = "order_id,paid_at,revenue,refund_amount,discount\nO1,2025-06-14 10:00,20,60,-1\n"
    told = found(tmp_path, orders=orders)
    assert told["refund_above_revenue"].severity == "warn" and told["refund_above_revenue"].row == 2
    assert told["discount_minus"].severity == "note"


def test_a_key_of_several_forms_is_one_fault_in_plain_words(tmp_path):
    file = said(folder(tmp_path), "data:", "team: no\ncurrency: yuan\ndata:")
    from kit.errors import KitError

    with pytest.raises(KitError) as caught:
        load(file)
    told = [fault.told("en") for fault in caught.value.faults]
    assert len(told) == 2 and not any("[A-Z]" in text or "tuple" in text for text in told)
    assert "'all'" in told[1] + told[0] and "CNY" in told[0] + told[1]


def test_a_day_that_one_platform_lacks_is_told_though_others_have_it(tmp_path):
    """E15: 20 days of two platforms, one of them without the 7th."""
    lines = [
        f"2025-06-{day:02d},{plan},10,1,1,1,1\n"
        for day in range(1, 21)
        for plan in ("P1", "P2")
        if (day, plan) != (7, "P2")
    ]
    ads = "date,plan_id,impressions,clicks,spend,orders,revenue\n" + "".join(lines)
    issue = found(tmp_path, ads=ads)["missing_day_of"]
    assert (issue.facts["days"], issue.count) == (["2025-06-07"], 1)


def test_an_interview_that_nobody_signed_is_told_with_its_due_day(tmp_path):
    """E8: due three working days after 30 June by the sample's scheme."""
    head = "period_id,specialist_id,interviewer_id,held_on,signed_on\n"
    rows = f"{head}tiny,S1,M1,2025-07-02,\ntiny,S2,M1,2025-07-02,2025-07-03\n"
    issue = found(tmp_path, interviews=rows)["unsigned_interview"]
    assert (issue.facts["people"], issue.row, issue.severity) == (["S1"], 2, "warn")
    assert str(issue.facts["due"]) > "2025-07-01"

"""What people and platforms ordinarily write is read, or refused truly (日常写法)."""

import pytest

from kit.data.quality.once import repeated
from kit.data.reading.read import read_table
from kit.data.reading.sources import Place, Source
from kit.data.reading.terms import Terms
from kit.data.store import engine as engines
from tests.data.reading.test_evidence import ALI, CNY, read, refused
from tests.data.reading.test_evidence import contract as tables

ROW = "2026-09-01,1,a,200,20,3.50,2,9.90"
ORDERS = "订单编号,买家实付金额,退款金额,订单状态,订单付款时间"


def test_cells_marked_as_text_are_read_in_every_column(tmp_path):
    cells = ",".join(f'"=""{cell}"""' for cell in ROW.split(","))
    rows, issues = read(tmp_path, f"{ALI}\n{cells}\n")
    assert not refused(issues)
    assert rows[["plan_id", "spend", "revenue"]].values.tolist() == [["1", 3.5, 9.9]]
    rows, issues = read(tmp_path, f"{ALI}\n2026-09-01,'1,a,'200,20,'3.50,2,'9.90\n")
    assert not refused(issues) and rows["revenue"].tolist() == [9.9]


def test_counts_keep_their_figure_beside_a_measure_word_and_amounts_are_refused(tmp_path):
    rows, issues = read(tmp_path, f"{ALI}\n2026-09-01,1,a,1.2万人次,20次,3.50,2 笔,9.90\n")
    assert not refused(issues) and "short_figure" in issues
    assert rows[["impressions", "clicks", "orders"]].values.tolist() == [[12000, 20, 2]]
    _, issues = read(tmp_path, f"{ALI}\n2026-09-01,1,a,200,x,3.50,2,9件\n")
    told = issues["bad_cell"].fault()
    assert (told.facts["value"], told.facts["wanted"]) == ("9件", "forms.type.money")
    _, issues = read(tmp_path, f"{ALI}\n2026-09-01,1,a,200,x,3.50,2,9.9\n")
    assert issues["bad_cell"].fault().facts["wanted"] == "forms.type.float"


def test_a_header_repeated_on_each_page_is_no_row(tmp_path):
    rows, issues = read(tmp_path, "\n".join([ALI, ROW, ALI, ROW.replace("-01,", "-02,"), ALI]))
    assert rows["spend"].sum() == 7 and not refused(issues)
    assert (issues["header_again"].row, issues["header_again"].count) == (3, 2)


def test_words_for_no_refund_are_no_refund(tmp_path):
    lines = ["1,50.00,无退款申请,交易成功,2026-09-01 10:00:00"]
    lines += ["2,60.00,5.00,交易成功,2026-09-01 11:00:00"]
    rows, issues = read(tmp_path, "\n".join([ORDERS, *lines]), "orders")
    assert not refused(issues)
    assert rows["revenue"].sum() == 110 and rows["refund_amount"].sum() == 5


@pytest.mark.parametrize("day", ["9月1日", "2026-09-01~2026-09-07"])
def test_rows_whose_day_cannot_be_read_do_not_contradict_each_other(tmp_path, day):
    lines = [ROW.replace("2026-09-01", day), ROW.replace("2026-09-01", day).replace("200", "300")]
    _, issues = read(tmp_path, "\n".join([ALI, *lines]))
    assert refused(issues) in ({"bad_cell"}, {"spans_days"})


def test_of_two_columns_of_one_meaning_the_one_that_was_read_is_said(tmp_path):
    head = "日期,计划ID,计划名称,消耗(元),展示次数,点击次数,直接成交订单数"
    head += ",直接成交金额(元),整体成交金额"
    rows, issues = read(tmp_path, f"{head}\n2026-09-01,1,a,3.5,200,20,2,9.9,12.5\n")
    assert rows["revenue"].sum() == 12.5
    assert issues["column_chosen"].value == "整体成交金额"
    assert issues["column_chosen"].facts["headers"] == ["直接成交金额(元)", "整体成交金额"]


def test_two_levels_that_add_up_to_one_sum_are_equal_whatever_binary_leaves(tmp_path):
    """0.1 + 0.2 of the items is the 0.3 of the plan."""
    items = ["2026-09-01,1,a,7,x,100,10,0.1,1,4", "2026-09-01,1,a,8,y,100,10,0.2,1,5"]
    item_head = ALI.replace("计划名称", "计划名称,主体ID,主体名称")
    opened = engines.open()
    places = []
    for name, text in (
        ("plan.csv", f"{ALI}\n2026-09-01,1,a,200,20,0.3,2,9\n"),
        ("item.csv", "\n".join([item_head, *items])),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        places.append(Place(path))
    rows, _ = read_table(Source("ads", tuple(places), CNY))
    opened.add("ads", rows)
    left, issues = repeated(opened, tables()["ads"])
    assert [i.rule for i in issues] == ["duplicate_row"] and len(left) == 1


@pytest.mark.parametrize("day", ["6月1日", "", "2025-06-01 10:00"])
def test_lines_of_an_order_are_told_of_by_their_day_whether_it_is_readable_or_not(tmp_path, day):
    """An unreadable day is refused in its cell, none is no sale, and a readable one contradicts."""
    head = "订单编号,商品标题,宝贝总数量,买家实付金额,订单状态,订单付款时间"
    lines = [f"1,碗,{n},{n}0,交易成功,{day}" for n in (1, 2)]
    text = "\n".join([head, *lines, "2,碗,2,20,交易成功,2025-06-02 10:00"]) + "\n"
    rows, issues = read(tmp_path, text, "orders")
    expected = {"6月1日": {"bad_cell"}, "": set(), "2025-06-01 10:00": {"rows_contradict"}}
    assert refused(issues) == expected[day]
    if "rows_contradict" in issues:
        facts = issues["rows_contradict"].facts
        assert (facts["rows"], facts["values"], facts["day"]) == ([2, 3], ["1", "2"], "2025-06-01")
    else:
        assert rows["order_id"].tolist() == ["2"] and issues["unpaid_order"].count == 1


def test_a_target_in_percent_is_read_for_shares_and_ratios_and_refused_for_others(tmp_path):
    """In a file as in the workbook; 57% is 0.57 to the last digit, so that 0.57 meets it."""
    head = "period_id,specialist_id,indicator,target"
    lines = ["2025-06,S1,ctr,4.5%", "2025-06,S2,ctr,５７ ％", "2025-06,S1,roi,320%"]
    text = "\n".join([head, *lines, "2025-06,S1,sales,60000"]) + "\n"
    rows, issues = read(tmp_path, text, "targets")
    assert not refused(issues) and rows["target"].tolist() == [0.045, 0.57, 3.2, 60000]
    more = ["2025-06,S2,sales,120%", "2025-06,S3,order_count,90%", "2025-06,S3,own,90%"]
    rows, issues = read(tmp_path, text + "\n".join(more) + "\n", "targets")
    assert refused(issues) == {"percent_of_no_share"}
    issue = issues["percent_of_no_share"]
    assert (issue.row, issue.value, issue.count) == (6, "120%", 3)
    assert "销售额" in issue.fault().told("zh")
    assert issue.facts["indicator"] == "sales" and rows["target"].tolist()[:4] == [
        *(0.045, 0.57, 3.2, 60000)
    ]
    rows, issues = read(tmp_path, f"{head}\n{more[2]}\n", "targets", Terms(shares=("own",)))
    assert not refused(issues) and rows["target"].tolist() == [0.9]


@pytest.mark.parametrize("mark", ["\u2028", "\u0085", "\x0b", "\x0c"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_no_row_is_lost_to_a_mark_that_only_some_programs_take_for_the_end_of_a_line(
    tmp_path, mark, end
):
    days = [ROW.replace("-01", f"-0{n}") for n in (1, 2, 3)]
    lines = [f"店铺：春{mark}夏", ALI, *days]
    rows, issues = read(tmp_path, end.join(lines) + end)
    assert not refused(issues) and len(rows) == 3 and rows["spend"].sum() == 10.5
    assert rows["_row"].tolist() == [3, 4, 5]

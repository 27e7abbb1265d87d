"""Siblings of the misread exports: each file reads as a hand sum, or is refused at its place.

The kinds stand in ../shared/spec/real_inputs.md, part A; every sum here is added up by hand.
"""

import pytest

from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.reading.terms import Terms
from kit.data.schema import contract
from tests.data.reading.old_book import book

ALI = "日期,计划ID,计划名称,展现量,点击量,花费,总成交笔数,总成交金额"
GOOGLE = "Day,Campaign,Campaign ID,Impr.,Clicks,Cost,Conversions,Conv. value"
OWN = "date,plan_id,impressions,clicks,spend,orders,revenue"


def ali(day, plan, spend, more=""):
    return f"{day},{plan},n{plan},1000,100,{spend},1,50{more}"


def own(day, plan, spend, more=""):
    return f"{day},{plan},1000,100,{spend},1,50{more}"


def read(tmp_path, *lines, table="ads"):
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows, issues = read_file(Place(path), contract()[table], Terms("CNY"))
    for issue in issues:
        assert issue.fault().told("zh") and issue.fault().told("en")
    return (rows.to_pandas() if rows is not None else None), {i.rule: i for i in issues}


def refused(issues):
    return {rule for rule, issue in issues.items() if issue.severity == "refuse"}


@pytest.mark.parametrize("name", ["币种", "货币", "结算币种", "Account currency", "Currency"])
@pytest.mark.parametrize("head", [ALI, OWN])
def test_a_column_of_currencies_counts_whatever_it_is_called(tmp_path, head, name):
    row = ali if head == ALI else own
    _, issues = read(tmp_path, f"{head},{name}", row("2026-09-01", 7, "1.25", ",USD"))
    assert "other_currency" in refused(issues)
    rows, issues = read(tmp_path, f"{head},{name}", row("2026-09-01", 7, "1.25", ",CNY"))
    assert not refused(issues) and rows["spend"].tolist() == [1.25]


@pytest.mark.parametrize("line", ["Currency: USD,,,,,,,", "币种：美元,,,,,,,", "货币,USD,,,,,,"])
def test_a_currency_above_the_header_counts(tmp_path, line):
    _, issues = read(tmp_path, line, ALI, ali("2026-09-01", 7, "1.25"))
    assert "other_currency" in refused(issues)


@pytest.mark.parametrize(("unit", "spend"), [("万元", 12500), ("元", 1.25), ("分", 0.0125)])
@pytest.mark.parametrize("head", [ALI, OWN])
def test_a_unit_above_the_header_counts(tmp_path, head, unit, spend):
    row = ali if head == ALI else own
    rows, issues = read(tmp_path, f"单位：{unit},,,,,,", head, row("2026-09-01", 7, "1.25"))
    assert rows["spend"].tolist() == [spend]
    assert rows["impressions"].tolist() == [1000]  # a unit of amounts is none of counts
    assert issues["unit_above"].value == unit


def test_a_unit_over_figures_of_several_indicators_is_refused(tmp_path):
    head = "period_id,specialist_id,indicator,target"
    _, issues = read(tmp_path, f"{head}(万元)", "2026-09,S1,sales,15", table="targets")
    assert refused(issues) == {"unit_of_figures"}
    _, issues = read(tmp_path, head, "2026-09,S1,sales,$150000", table="targets")
    assert refused(issues) == {"unclear_currency"}


def test_a_column_of_spans_says_what_a_row_sums(tmp_path):
    span = ",2026-09-01至2026-09-07"
    _, issues = read(tmp_path, f"{ALI},统计周期", ali("2026-09-01", 7, "1.25", span))
    assert issues["spans_days"].facts["last"] == "2026-09-07"
    _, issues = read(tmp_path, f"{OWN},数据周期", own("2026-09-01", 7, "1.25", span))
    assert "spans_days" in refused(issues)


def test_the_days_of_a_plans_own_life_are_no_span_of_the_row(tmp_path):
    life = ",2026-09-01至2026-12-31"
    lines = [ali(f"2026-09-0{n}", 7, "1.25", life) for n in (1, 2, 3)]
    rows, issues = read(tmp_path, f"{ALI},投放周期", *lines)
    assert not refused(issues) and rows["spend"].sum() == 3.75


def test_means_and_comparisons_are_no_plan(tmp_path):
    lines = [ali("2026-09-01", 7, "1.25"), ali("2026-09-01", 8, "3.25")]
    rows, issues = read(tmp_path, ALI, *lines, "2026-09-01,平均,,1000,100,2.25,1,50")
    assert rows["spend"].sum() == 4.5 and issues["average_row"].row == 4
    rows, issues = read(tmp_path, ALI, *lines, "2026-09-01,环比,,12%,3%,-1%,0%,0%")
    assert not refused(issues) and rows["spend"].sum() == 4.5


def test_a_keyword_may_be_called_average(tmp_path):
    head = "date,plan_id,keyword,impressions,clicks,spend,orders,revenue"
    rows, issues = read(tmp_path, head, "2026-09-01,7,average,10,1,1.25,1,5")
    assert rows["keyword"].tolist() == ["average"] and "average_row" not in issues


def test_subtotals_in_the_contracts_own_form_are_the_sums_of_their_rows(tmp_path):
    lines = [
        own("2026-09-01", 7, "1.25"),
        own("2026-09-01", 8, "3"),
        "2026-09-01,小计,2000,200,4.25,2,100",
    ]
    lines += [own("2026-09-02", 7, "2"), "2026-09-02,小计,1000,100,2,1,50"]
    rows, issues = read(tmp_path, OWN, *lines)
    assert rows["spend"].sum() == 6.25 and issues["total_row_dropped"].count == 2
    _, issues = read(tmp_path, OWN, *lines[:2], "--,--,2000,200,4.25,2,100")
    assert issues["total_row_dropped"].count == 1


def test_breakdowns_in_the_contracts_own_form_add_up(tmp_path):
    lines = [own("2026-09-01", 7, "1.25", ",11"), own("2026-09-01", 7, "2.25", ",12")]
    rows, issues = read(tmp_path, f"{OWN},端", *lines)
    assert rows[["spend", "orders"]].values.tolist() == [[3.5, 2]]
    assert issues["added_up"].facts["columns"] == ["端"]


def test_orders_typed_by_hand_that_were_never_paid_are_no_sale(tmp_path):
    head = "order_id,paid_at,revenue,订单状态"
    lines = ["1,2026-09-01 10:00,10,已付款", "2,,20,待付款", "3,2026-09-01 11:00,30,已取消"]
    rows, issues = read(tmp_path, head, *lines, table="orders")
    assert rows["revenue"].tolist() == [10]
    assert issues["unpaid_order"].facts["amount"] == "20.00"
    assert issues["closed_order"].facts["orders"] == ["3"]


def test_days_with_an_hour_behind_are_hours(tmp_path):
    lines = [ali("2026090100", 7, "1.25"), ali("2026090113", 7, "2.25")]
    rows, _ = read(tmp_path, ALI, *lines)
    assert rows["hour"].tolist() == [0, 13] and rows["spend"].sum() == 3.5


def test_long_ids_that_all_end_in_zeros_were_rounded(tmp_path):
    _, issues = read(tmp_path, ALI, ali("2026-09-01", "1790000000000000000", "1.25"))
    assert "zeros_id" in refused(issues)
    lines = [ali("2026-09-01", n, "1") for n in ("1790000000000001234", "1790000000000000000")]
    _, issues = read(tmp_path, ALI, *lines)
    assert not refused(issues)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.25E+03", 1250), ("(12.5)", -12.5), ("−12.5", -12.5)],
)
def test_figures_as_spreadsheets_and_bookkeepers_write_them(tmp_path, cell, value):
    rows, issues = read(tmp_path, ALI, ali("2026-09-01", 7, cell))
    assert rows["spend"].tolist() == [value]
    assert ("short_figure" in issues) is ("E" in cell)


@pytest.mark.parametrize(
    ("zone", "clock"),
    [
        ("[UTC]", "2026-09-02 00:30"),
        (" Asia/Shanghai", "2026-09-01 16:30"),
        ("+08:00[Asia/Shanghai]", "2026-09-01 16:30"),
        (" JST", "2026-09-01 15:30"),
    ],
)
def test_zones_count_in_whatever_form(tmp_path, zone, clock):
    path = tmp_path / "x.csv"
    path.write_text(f"order_id,paid_at,revenue\n1,2026-09-01T16:30:00{zone},5\n", encoding="utf-8")
    rows, _ = read_file(Place(path), contract()["orders"], Terms("CNY", "Asia/Shanghai"))
    assert str(rows["paid_at"][0].as_py())[:16] == clock


@pytest.mark.parametrize(
    ("table", "head", "line"),
    [
        ("ads", "日期,计划编号,展现量,点击量,花费,订单数,推广成交额", "2026-09-01,7,10,1,1.25,1,1"),
        ("feedback", "考核周期,专员编号,评价人,关系,评价项,评分", "2026-09,S1,S2,同事,创新能力,4"),
        ("targets", "周期,工号,指标,目标", "2026-09,S1,销售额,4"),
        ("assignment", "计划ID,负责人工号,开始,结束", "7,S1,2026-01-01,"),
        ("tasks", "任务编号,工号,任务,截止日,完成日,状态", "T1,S1,x,2026-09-01,2026-09-01,完成"),
        ("interviews", "周期,工号,面谈人,面谈日期", "2026-09,S1,M1,2026-10-01"),
        ("orders", "订单号,付款时间,实付金额", "1,2026-09-01 10:00,5"),
    ],
)
def test_tables_are_read_under_what_people_call_their_columns(tmp_path, table, head, line):
    rows, issues = read(tmp_path, head, line, table=table)
    assert not refused(issues) and len(rows) == 1


@pytest.mark.parametrize(
    ("head", "line", "spend"),
    [
        (
            "天,广告系列,广告系列 ID,货币代码,展示次数,点击次数,费用,转化次数,转化价值",
            "2026-09-01,品牌,7,CNY,1000,100,12.50,1.00,50.00",
            12.5,
        ),
        (
            "Dia;Campanha;Código da moeda;Impressões;Cliques;Custo;Conversões;Valor conv.",
            "2026-09-01;Marca;CNY;1.000;100;1.234,50;1,00;50,00",
            1234.5,
        ),
    ],
)
def test_google_ads_in_chinese_and_portuguese(tmp_path, head, line, spend):
    rows, issues = read(tmp_path, head, line)
    assert not refused(issues) and rows["spend"].tolist() == [spend]
    assert rows[["impressions", "clicks", "orders", "revenue"]].values.tolist() == [
        [1000, 100, 1, 50]
    ]


def test_an_error_in_an_old_workbook_is_refused_and_not_taken_for_empty(tmp_path):
    head = ["order_id", "paid_at", "revenue", "refund_amount"]
    rows = [head, ["1", "2026-09-01 10:00", 20.0, 5.0], ["2", "2026-09-01 10:00", 20.0, "#N/A"]]
    path = tmp_path / "orders.xls"
    path.write_bytes(book(rows))
    _, issues = read_file(Place(path), contract()["orders"], Terms("CNY"))
    found = {i.rule: i for i in issues}["error_cell"]
    assert (found.severity, found.row, found.column, found.value) == (
        "refuse",
        3,
        "refund_amount",
        "#N/A",
    )
    path.write_bytes(book(rows[:2]))
    read_rows, issues = read_file(Place(path), contract()["orders"], Terms("CNY"))
    assert read_rows["refund_amount"].to_pylist() == [5.0] and not refused(
        {i.rule: i for i in issues}
    )


OLD_HEAD = ["日期", "计划ID", "计划名称", "展现量", "点击量", "花费", "总成交笔数", "总成交金额"]
OLD_ROWS = [OLD_HEAD, ["2026-09-01", "P1", "甲", 100, 10, 5.5, 1, 20.0]]
OLD_ROWS += [["", "P2", "乙", 100, 10, 4.5, 1, 20.0], ["2026-09-02", "P1", "甲", 9, 3, 2.0, 0, 0.0]]


def old(tmp_path, **marks):
    path = tmp_path / "ads.xls"
    path.write_bytes(book(OLD_ROWS, **marks))
    rows, issues = read_file(Place(path), contract()["ads"], Terms("CNY"))
    return rows, {i.rule: i for i in issues}


def test_a_day_merged_over_plans_in_an_old_workbook_holds_for_all_of_them(tmp_path):
    """By hand: 5.5 + 4.5 on the first day; without the merge the second row has no day."""
    rows, issues = old(tmp_path, merged=[(1, 2, 0, 0)])
    assert not refused(issues)
    assert [str(d) for d in rows["date"].to_pylist()] == ["2026-09-01", "2026-09-01", "2026-09-02"]
    assert old(tmp_path)[0]["date"].to_pylist()[1] is None  # the gates refuse it


def test_a_merged_number_in_an_old_workbook_is_refused(tmp_path):
    _, issues = old(tmp_path, merged=[(1, 2, 0, 0), (1, 2, 5, 5)])
    assert (issues["merged_number"].row, issues["merged_number"].severity) == (3, "refuse")


def test_hidden_rows_and_columns_of_an_old_workbook_are_told(tmp_path):
    rows, issues = old(tmp_path, merged=[(1, 2, 0, 0)], hidden=[3], hidden_columns=[4])
    assert (issues["hidden_rows"].count, issues["hidden_rows"].row) == (1, 4)
    assert rows.num_rows == 3 and "hidden_columns" in issues

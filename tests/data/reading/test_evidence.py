"""What an export really says is read, or refused at its place; sums by hand (真实导出).

The kinds stand in ../shared/spec/real_inputs.md, part A; these are siblings of its cases.
"""

import datetime as dt
import re

import pytest
import xlsxwriter
from openpyxl import Workbook

from kit.data.load import check, load
from kit.data.reading.look import look
from kit.data.reading.read import read_file
from kit.data.reading.recognise import recognise
from kit.data.reading.reports import said
from kit.data.reading.sources import Place
from kit.data.reading.terms import Terms
from kit.data.reading.totals import SUSPECT
from kit.data.schema import contract
from tests.data.company import FILES, SCHEME, folder

GOOGLE = "Day,Campaign,Campaign ID,Impr.,Clicks,Cost,Conversions,Conv. value"
ALI = "日期,计划ID,计划名称,展现量,点击量,花费,总成交笔数,总成交金额"
CNY = Terms("CNY")


def read(tmp_path, text, table="ads", terms=CNY, name="a.csv", chosen=None, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return taken(path, table, terms, chosen)


def taken(path, table="ads", terms=CNY, chosen=None):
    rows, issues = read_file(Place(path, "", "", chosen or {}), contract()[table], terms)
    for issue in issues:
        assert issue.fault().told("zh") and issue.fault().told("en")
    frame = rows.to_pandas() if rows is not None else None
    return frame, {i.rule: i for i in issues}


def refused(issues):
    return {rule for rule, issue in issues.items() if issue.severity == "refuse"}


@pytest.mark.parametrize("head", ["Network", "Placement code", "单元ID2", "Age", "投放位置"])
def test_rows_that_differ_in_an_unmapped_column_are_parts_and_add_up(tmp_path, head):
    lines = [f"2026-09-01,A,7,{n}00,{n}0,{n}.25,1,{n}0,{code}" for n, code in ((1, 25), (2, 35))]
    rows, issues = read(tmp_path, "\n".join([f"{GOOGLE},{head}", *lines]) + "\n")
    assert rows[["impressions", "spend"]].values.tolist() == [[300, 3.5]]
    assert issues["added_up"].facts["columns"] == [head]


def test_rows_of_one_file_that_say_two_figures_of_one_thing_are_refused_with_both(tmp_path):
    _, issues = read(
        tmp_path, f"{GOOGLE}\n2026-09-01,A,7,100,10,5.5,1,40\n2026-09-01,A,7,100,10,6.5,1,40\n"
    )
    assert issues["rows_contradict"].facts["values"] == ["5.5", "6.5"]
    assert issues["rows_contradict"].facts["rows"] == [2, 3]


def test_people_are_never_added_over_parts_but_a_single_part_with_people_counts(tmp_path):
    head = f"{ALI},成交新客数,端"
    lines = ["2026-10-01,1,a,10,2,1.5,1,3,{},无线", "2026-10-01,1,a,10,2,1.5,1,3,{},电脑"]
    for last, bad in (("0", False), ("2", True)):
        text = "\n".join([head, lines[0].format(3), lines[1].format(last)]) + "\n"
        rows, issues = read(tmp_path, text)
        assert ("people_in_parts" in issues) is bad
        if not bad:
            assert rows["new_customers"].tolist() == [3]


@pytest.mark.parametrize(
    ("cells", "spend"),
    [
        (("1.234,50", "12,5"), 1247.0),
        (("1,234.50", "12.5"), 1247.0),
        (("1 234,50", "12,5"), 1247.0),
        (("1'234.50", "12.5"), 1247.0),
        (("¥1,234.50", "￥12.5"), 1247.0),
        (("1,234", "12,000"), 13234.0),
    ],
)
def test_marks_of_numbers_are_decided_by_the_cells(tmp_path, cells, spend):
    lines = [GOOGLE.replace(",", "\t")]
    lines += [f"2026-09-0{n}\tA\t7\t10\t1\t{cell}\t1\t4" for n, cell in enumerate(cells, 1)]
    rows, issues = read(tmp_path, "\n".join(lines) + "\n")
    assert not refused(issues) and rows["spend"].sum() == pytest.approx(spend)


def test_a_mark_that_nothing_decides_is_refused_with_both_readings(tmp_path):
    _, issues = read(tmp_path, f"{GOOGLE}\n2026-09-01,A,7,10,1,1.234,1,4\n")
    assert issues["open_mark"].facts["readings"] == ["1.234", "1234"]
    budget = "period_id,specialist_id,channel,budget\n2025-06,S1,search,1.234\n"
    assert "open_mark" in read(tmp_path, budget, "budget")[1]


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [("花费(万元)", "1.5", 15000), ("花费(分)", "150", 1.5), ("花费", "1.2万", 12000)],
)
def test_a_unit_is_never_forgotten(tmp_path, head, cell, value):
    text = f"{ALI.replace('花费', head)}\n2026-10-01,1,a,10,2,{cell},1,3\n"
    rows, issues = read(tmp_path, text)
    assert rows["spend"].tolist() == [pytest.approx(value)]
    assert {"unit_converted", "short_figure"} & set(issues)


def test_a_shipped_ratio_that_is_a_hundred_times_off_refuses_the_unit(tmp_path):
    text = f"{ALI},平均点击花费\n2026-10-01,1,a,100,10,1500,1,3,1.50\n"
    assert read(tmp_path, text)[1]["unit_doubt"].facts["factor"] == "100"


@pytest.mark.parametrize(
    ("head", "cell"), [("Cost (EUR)", "5"), ("Cost", "€5"), ("Cost", "US$5"), ("Cost", "5 GBP")]
)
def test_another_currency_is_refused_or_converted_at_the_given_rate(tmp_path, head, cell):
    text = f"{GOOGLE.replace('Cost', head)}\n2026-09-01,A,7,10,1,{cell},1,4\n"
    assert "other_currency" in read(tmp_path, text)[1]
    rates = Terms("CNY", rates={"EUR": 8, "USD": 8, "GBP": 8})
    rows, issues = read(tmp_path, text, terms=rates)
    assert rows[["spend", "revenue"]].values.tolist() == [[40, 32]] and not refused(issues)


def test_a_unit_in_a_hand_made_table_counts_too(tmp_path):
    text = "period_id,specialist_id,channel,budget(USD)\n2025-06,S1,search,100\n"
    assert "other_currency" in read(tmp_path, text, "budget")[1]
    text = text.replace("(USD)", "(万元)")
    rows, _ = read(tmp_path, text, "budget")
    assert rows["budget"].tolist() == [1_000_000]


@pytest.mark.parametrize(
    "cell", ["2026-09-01 ~ 2026-09-07", "2026-W36", "2026年9月", "2026-09-01 - 2026-09-30"]
)
def test_a_row_of_many_days_is_refused(tmp_path, cell):
    _, issues = read(tmp_path, f"{ALI}\n{cell},1,a,10,2,1.5,1,3\n")
    assert "spans_days" in issues


def test_days_a_week_apart_are_refused_as_weeks(tmp_path):
    lines = [f"2026-09-{day:02d},1,a,10,2,1.5,1,3" for day in (7, 14, 21, 28)]
    assert "looks_coarse" in read(tmp_path, "\n".join([ALI, *lines]) + "\n")[1]


def test_a_zone_is_converted_to_the_companys_and_said(tmp_path):
    text = "order_id,paid_at,revenue\nO1,2026-08-31T16:30:00Z,5\n"
    there = Terms("CNY", "Asia/Shanghai")
    rows, issues = read(tmp_path, text, "orders", there)
    assert rows["paid_at"].tolist() == [dt.datetime(2026, 9, 1, 0, 30)]
    assert issues["zone_converted"].facts["zone"] == "Asia/Shanghai"
    assert "zone_unknown" in read(tmp_path, text, "orders", Terms("USD"))[1]


@pytest.mark.parametrize(
    ("text", "table", "rule"),
    [
        (f"{ALI}\n2026-10-01,1,锟斤拷,10,2,1.5,1,3\n", "ads", "lost_letters"),
        ("specialist_id,name,team\nS1,???,A\n", "roster", "lost_letters"),
        (f"{ALI}\n2026-10-01,#N/A,a,10,2,1.5,1,3\n", "ads", "error_cell"),
        ("task_id,specialist_id,task,due,status\nT1,S1,x,1/2/2026,done\n", "tasks", "date_order"),
        ("order_id,paid_at,revenue\n1.2E+17,2026-09-01,5\n", "orders", "rounded_id"),
        ("period_id,specialist_id,channel,budget\nx,S1,s,5\nx,合计,s,9\n", "budget", "total_like"),
    ],
)
def test_faults_of_cells_are_refused_in_every_table(tmp_path, text, table, rule):
    assert rule in refused(read(tmp_path, text, table)[1])


def test_a_total_in_a_hand_made_table_is_left_out_when_it_is_the_sum(tmp_path):
    text = "period_id,specialist_id,channel,budget\nx,S1,s,5\nx,S2,s,4\nx,合计,s,9\n"
    rows, issues = read(tmp_path, text, "budget")
    assert rows["budget"].tolist() == [5, 4] and issues["total_row_dropped"].count == 1


def test_the_contract_is_read_under_its_labels_and_hrs_own(tmp_path):
    chinese = ("专员编号,姓名,团队,入职日", "工号,姓名,部门,入职日期")
    for head in (*chinese, "specialist_id,name,team,hire_date"):
        rows, issues = read(tmp_path, f"{head}\nS1,张三,一组,2024-01-01\n", "roster")
        assert rows[["specialist_id", "team"]].values.tolist() == [["S1", "一组"]]
        assert not refused(issues)


def test_every_word_of_a_total_is_looked_at():
    words = [w for kind in ("totals", "subtotals", "others", "loose") for w in said()[kind]]
    plain = [w for w in words if not re.search(r"[\\(|]", w)]
    suspect = re.compile(SUSPECT.partition("|[\\x{")[0], re.I)
    assert [w for w in plain if not suspect.search(w)] == []


def book(path, sheets):
    with xlsxwriter.Workbook(path) as made:
        for name, lines in sheets.items():
            sheet = made.add_worksheet(name)
            for y, line in enumerate(lines):
                for x, cell in enumerate(line):
                    sheet.write(y, x, cell)
    return path


ROW = ["2026-10-01", "1", "a", 10, 2, 1.5, 1, 3]


def test_error_cells_and_hidden_rows_of_a_workbook_are_said(tmp_path):
    made = Workbook()
    sheet = made.active
    sheet.append(ALI.split(","))
    sheet.append(ROW)
    sheet.append(["2026-10-02", "1", "a", 10, 2, "#N/A", 1, 3])
    sheet["F3"].data_type = "e"
    sheet.row_dimensions[2].hidden = True
    made.save(tmp_path / "a.xlsx")
    _, issues = taken(tmp_path / "a.xlsx")
    assert (issues["error_cell"].row, issues["error_cell"].column) == (3, "花费")
    assert issues["hidden_rows"].row == 2


def test_every_sheet_with_a_known_header_is_read_and_the_others_are_named(tmp_path):
    lines = [ALI.split(","), ROW]
    later = [ALI.split(","), ["2026-10-02", *ROW[1:]]]
    path = book(tmp_path / "a.xlsx", {"说明": [["读我"]], "九": lines, "十": later})
    rows, issues = taken(path)
    assert rows["spend"].sum() == 3 and issues["sheets_skipped"].facts["sheets"] == ["说明"]
    assert [r.table for r in recognise(path)] == ["", "ads", "ads"]


def test_an_html_table_with_row_spans_keeps_its_columns(tmp_path):
    head = "".join(f"<th>{h}</th>" for h in ALI.split(","))
    cells = "".join(f"<td>{c}</td>" for c in ROW[1:])
    other = "".join(f"<td>{c}</td>" for c in ["2", *ROW[2:]])
    page = f"<table><tr>{head}</tr><tr><td rowspan=2>2026-10-01</td>{cells}</tr><tr>{other}</tr>"
    rows, issues = read(tmp_path, f"<html>{page}</table></html>", name="a.xls")
    assert rows["plan_id"].tolist() == ["1", "2"] and rows["spend"].sum() == 3
    assert not refused(issues)


def company(tmp_path, **files):
    data = tmp_path / "data"
    data.mkdir()
    path = folder(data, ads=None, plans=None)
    for name, text in files.items():
        (data / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return path


def test_files_in_the_data_folder_itself_are_recognised_and_the_rest_is_named(tmp_path):
    export = f"{ALI}\n2025-06-14,P1,搜索,10,2,1.5,1,3\n"
    path = company(tmp_path, 千川导出__csv=export, 笔记__csv="想法\n没有\n", **{"~$x__xlsx": "x"})
    tables = load(path)
    assert tables.plan_days["spend"].sum() == 1.5
    rules = {i.rule: i for i in tables.found}
    assert rules["file_recognised"].table == "ads"
    assert "笔记.csv" in rules["file_not_used"].file
    assert rules["system_file"].facts["files"][0].endswith("~$x.xlsx")


def test_a_company_report_beside_the_period_file_is_read_and_its_faults_are_told(tmp_path):
    own = "reports:\n  mine:\n    table: ads\n    fixed: {platform: other}\n    columns:\n"
    own += "      那天: date\n      哪个: campaign_id\n      看: impressions\n      点: clicks\n"
    own += "      钱: {name: spend, unit: 分}\n      单: orders\n      卖: revenue\n"
    text = "那天,哪个,看,点,钱,单,卖\n2025-06-14,P1,10,2,150,1,3\n"
    path = company(tmp_path, mine__csv=text, reports__yml=own)
    assert load(path).plan_days["spend"].sum() == 1.5
    terms = Terms(reports=path.parent / "reports.yml")
    (path.parent / "reports.yml").write_text("reports:\n  mine: {tabel: ads}\n", "utf-8")
    from kit.data.reading.reports import company as reports_of
    from kit.errors import DataError

    with pytest.raises(DataError) as refusal:
        reports_of(terms.reports)
    assert "tabel" in refusal.value.faults[0].facts["parts"]


def test_two_levels_in_two_files_are_refused_with_both_names(tmp_path):
    hours = "date,hour,plan_id,impressions,clicks,spend,orders,revenue\n2025-06-14,9,P1,1,1,5,1,1\n"
    whole = hours.replace("hour,", "").replace(",9,", ",")
    path = company(tmp_path)
    (path.parent / "ads").mkdir()
    (path.parent / "ads" / "hours.csv").write_text(hours, "utf-8")
    (path.parent / "ads" / "days.csv").write_text(whole, "utf-8")
    [issue] = [i for i in check(path) if i.rule == "two_levels"]
    assert "days.csv" in issue.file and "hours.csv" in issue.facts["other"]
    assert FILES and SCHEME


def test_import_takes_a_sheet_and_a_named_report(tmp_path):
    lines = [ALI.split(","), ROW]
    path = book(tmp_path / "a.xlsx", {"九": lines, "十": lines})
    assert any("十" in line for line in look(f"{path}#十", "zh"))
    text = "日期,计划ID,消耗,展示次数,点击次数,直接成交订单数,直接成交金额(元),新列\n"
    (tmp_path / "b.csv").write_text(f"{text}2026-10-01,1,5,10,2,1,10,x\n", "utf-8")
    assert any("qianchuan" in line for line in look(f"qianchuan:{tmp_path / 'b.csv'}", "en"))

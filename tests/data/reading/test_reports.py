"""Every report of ../shared/domain/platform_columns.yml: its headers, formats, tokens and traps."""

import pyarrow as pa
import pytest
import yaml

from kit.data.reading.cast import blank
from kit.data.reading.headers import recognised
from kit.data.reading.read import read_file
from kit.data.reading.reports import reports, said
from kit.data.reading.sources import Place
from kit.data.reading.units import plain
from kit.data.schema import contract
from tests.data.company import SHARED

FILE = SHARED / "domain" / "platform_columns.yml"


SPEC = yaml.safe_load(FILE.read_text(encoding="utf-8")) if FILE.is_file() else {"platforms": {}}


PARTS = ("dimensions", "columns", "columns_quanzhan", "api_names", "unverified_columns")


shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILE.is_file(), reason="needs ../shared, which a clone has not"),
]


def mappings():
    for name, spec in SPEC["platforms"].items():
        blocks = [spec.get(part, {}) for part in PARTS] + list(spec.get("localised", {}).values())
        for block in blocks:
            yield from ((name, header, meaning) for header, meaning in block.items())
        yield from (("pdd_shop", h, m) for h, m in spec.get("shop_columns", {}).items())


@pytest.mark.parametrize("mark", [pytest.param(None, marks=shared)])
def test_every_header_seen_on_a_platform_has_its_meaning(mark):
    wrong = [
        (report, header)
        for report, header, meaning in mappings()
        if reports()[report].columns.get(plain(header)) != meaning
    ]
    assert wrong == []
    assert len(list(mappings())) > 330


@pytest.mark.parametrize("mark", [pytest.param(None, marks=shared)])
def test_contract_names_null_and_total_tokens_are_those_of_the_shared_facts(mark):
    assert SPEC["contract"].items() - {("cvr", "click_conversion")} <= said()["contract"].items()
    cells = pa.array(SPEC["normalisation"]["null_tokens"])
    assert blank(cells).null_count == len(cells)
    kinds = ("totals", "subtotals", "others", "loose")
    known = [word for kind in kinds for word in said()[kind]]
    for token in SPEC["normalisation"]["total_row_tokens"]:
        assert plain(token).strip("()").startswith(tuple(known)), token


@pytest.mark.parametrize("report", reports(), ids=str)
def test_a_file_with_a_reports_headers_is_recognised_as_it(report):
    headers = list(said()["reports"][report]["columns"])
    found = recognised([["下载时间：2026-10-01"], headers, ["1"] * len(headers)], None)
    assert found.report.id == report and found.first == 2


ALI = "日期,计划ID,计划名称,展现量,点击量,花费,总成交笔数,总成交金额"


def read(tmp_path, text, table="ads", name="a.csv", chosen=None, report=""):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    rows, issues = read_file(Place(path, "", report, chosen or {}), contract()[table])
    found = rows.drop_columns(["_file", "_row"]).to_pandas() if rows is not None else None
    return found, {i.rule: i for i in issues}


def test_several_windows_in_one_file_are_refused_or_one_is_chosen(tmp_path):
    text = ALI + ",转化周期\n2026-10-01,1,a,10,2,1.5,1,3,3天\n2026-10-01,1,a,10,2,1.5,2,7,15天\n"
    _, issues = read(tmp_path, text)
    assert issues["several_splits"].facts["values"] == ["3天", "15天"]
    rows, issues = read(tmp_path, text, chosen={"转化周期": "15天"})
    assert rows[["orders", "window_days"]].values.tolist() == [[2, 15]]


def test_segments_of_one_plan_and_day_are_added_up(tmp_path):
    rows, issues = read(
        tmp_path,
        (
            "Day,Campaign,Campaign ID,Device,Impr.,Clicks,Cost,Conversions,Conv. value\n"
            "2026-09-01,B,7,mobile,10,1,1.5,0.5,3\n2026-09-01,B,7,desktop,5,1,1,1,2\n"
        ),
    )
    assert rows[["impressions", "spend", "orders"]].values.tolist() == [[15, 2.5, 1.5]]
    assert issues["added_up"].count == 1


def test_unknown_segments_are_added_up_too_and_never_taken_for_a_conflict(tmp_path):
    rows, _ = read(
        tmp_path, ALI + ",新维度\n2026-10-01,1,a,10,2,1.5,1,3,甲\n2026-10-01,1,a,20,3,2.5,1,3,乙\n"
    )
    assert rows["impressions"].tolist() == [30]


def test_the_total_of_two_amounts_wins_and_two_equals_are_refused(tmp_path):
    rows, _ = read(
        tmp_path,
        "日期,计划ID,消耗,展示次数,点击次数,直接成交订单数,整体成交订单数,"
        "直接成交金额(元),整体成交金额\n2026-10-01,1,5,10,2,1,2,10,30\n",
    )
    assert rows[["orders", "revenue"]].values.tolist() == [[2, 30]]
    _, issues = read(tmp_path, ALI + ",花费\n2026-10-01,1,a,10,2,1.5,1,3,9\n")
    assert issues["two_columns"].facts["headers"] == ["花费", "花费"]


def test_two_currencies_in_one_file_are_refused(tmp_path):
    head = "Day,Campaign,Currency code,Impr.,Clicks,Cost,Conversions,Conv. value\n"
    lines = [f"2026-09-01,B{n},{code},10,1,1.5,1,3\n" for n, code in enumerate(("USD", "CNY"))]
    assert read(tmp_path, head + "".join(lines))[1]["mixed_currency"].facts["values"] == [
        "CNY",
        "USD",
    ]
    assert read(tmp_path, head + lines[0])[1]["currency"].value == "USD"


def test_a_total_that_is_not_the_sum_is_refused_with_both_figures(tmp_path):
    _, issues = read(
        tmp_path,
        ALI + "\n2026-10-01,1,a,10,2,1.5,1,3\n2026-10-02,1,a,10,2,1.5,1,3\n"
        "合计,-,-,20,4,9.99,2,6\n",
    )
    issue = issues["total_differs"]
    assert (issue.row, issue.column, issue.value, issue.facts["summed"]) == (
        4,
        "spend",
        "9.99",
        "3.00",
    )


def test_a_shipped_ratio_that_its_own_figures_deny_is_said_and_not_used(tmp_path):
    _, issues = read(
        tmp_path,
        ALI + ",点击率\n2026-10-01,1,a,1000,20,1.5,1,3,2.00%\n"
        "2026-10-02,1,a,1000,20,1.5,1,3,7.00%\n",
    )
    assert (issues["ratio_differs"].row, issues["ratio_differs"].count) == (3, 1)


def test_an_id_rounded_by_a_spreadsheet_is_refused(tmp_path):
    _, issues = read(
        tmp_path, "plan_id,specialist_id,valid_from\n1.79012E+16,S1,2025-01-01\n", "assignment"
    )
    assert (issues["rounded_id"].row, issues["rounded_id"].value) == (2, "1.79012E+16")


def test_ids_lose_quotes_tabs_and_full_width_digits_but_no_digit(tmp_path):
    rows, _ = read(
        tmp_path,
        "plan_id,specialist_id,valid_from\n\t600123456789012345,'０１,"
        '2025-01-01\n"=""0077""",S2,2025-01-01\n',
        "assignment",
    )
    assert rows[["plan_id", "specialist_id"]].values.tolist() == [
        ["600123456789012345", "01"],
        ["0077", "S2"],
    ]


def test_jd_hours_give_day_and_hour_and_lines_stand_in_for_orders(tmp_path):
    rows, issues = read(
        tmp_path,
        (
            "点击时间,计划ID,推广计划,展现数,点击数,总费用,总订单行,总订单金额\n"
            "20260324090000~20260324095959,7,a,10,2,1.5,1,3\n"
        ),
    )
    assert rows[["hour", "orders"]].values.tolist() == [[9, 1]]
    assert str(rows["date"][0])[:10] == "2026-03-24" and issues["stands_in"].value == "order_lines"


def test_affiliates_have_no_impressions_and_that_is_said(tmp_path):
    rows, issues = read(
        tmp_path,
        (
            "日期,点击量(即进店量),点击人数(即进店人数),付款人数,付款金额,付款笔数,付款佣金支出,付款服务费支出,"
            "付款支出费用,结算金额,确认收货金额\n2026-10-01,100,90,4,500,5,40,10,50,300,200\n"
        ),
    )
    columns = ["plan_id", "impressions", "clicks", "spend", "orders", "revenue"]
    assert rows[columns].values.tolist() == [["taobao_cps", 0, 100, 50, 5, 500]]
    assert issues["never_shown"].severity == "warn"


def test_order_lines_of_shopify_count_an_orders_total_once(tmp_path):
    rows, _ = read(
        tmp_path,
        (
            "Name,Email,Paid at,Total,Discount Amount,Lineitem quantity,Lineitem name\n"
            "#1,a@b.c,2026-09-03 10:15:00 -0400,50,0,1,cup\n#1,a@b.c,,,,2,plate\n"
        ),
        "orders",
    )
    assert rows[["order_id", "revenue", "units"]].values.tolist() == [["#1", 50, 3]]


def test_a_remark_and_a_broken_letter_in_gb18030_are_told_like_those_in_utf8(tmp_path):
    line = "2026-10-01,1,计划甲,10,2,1.5,1,3\n"
    for encoding in ("utf-8", "gb18030"):
        (tmp_path / "a.csv").write_bytes(f"{ALI}\n{line}制表人：张三\n".encode(encoding))
        rows, issues = read_file(Place(tmp_path / "a.csv"), contract()["ads"])
        [remark] = [i for i in issues if i.rule == "remark_line"]
        assert (len(rows), remark.row, remark.value) == (1, 3, "制表人：张三")
    odd = f"{ALI}\n{line * 90_000}".encode("gb18030") + b"2026-10-02,1,\x81\xff,10,2,1.5,1,3\n"
    (tmp_path / "a.csv").write_bytes(odd)
    rows, [issue] = read_file(Place(tmp_path / "a.csv"), contract()["ads"])
    assert rows is None and issue.rule == "encoding"


def test_the_window_said_above_the_header_is_the_exports(tmp_path):
    row = "2026-10-01,1,a,10,2,1.5,1,3\n"
    for above, days in (("", 15), ("下载时间：2026-10-23；转化周期：30天累计数据\n", 30)):
        rows, _ = read(tmp_path, f"{above}{ALI}\n{row}")
        assert rows["window_days"].tolist() == [days]


def test_an_unknown_report_is_told_with_what_came_close(tmp_path):
    rows, issues = read(tmp_path, "日期,推广对象,曝光,消耗金额\n2026-10-01,a,1,2\n")
    assert rows is None and "消耗金额" in issues["unknown_report"].facts["unknown"]
    assert issues["unknown_report"].facts["close"]

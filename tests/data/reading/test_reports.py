"""Every report of ../shared/domain/platform_columns.yml: its headers, formats, tokens and traps."""

import base64
import datetime as dt
import zlib

import pyarrow as pa
import pytest
import xlsxwriter
import yaml

from kit.data.reading.cast import BOUNDED, Style, blank, cast
from kit.data.reading.headers import recognised
from kit.data.reading.read import fits, read_file
from kit.data.reading.reports import reports, said
from kit.data.reading.sources import Place, sources
from kit.data.reading.text import encoded, read_text
from kit.data.reading.units import plain
from kit.data.schema import contract
from kit.errors import KitError
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


NUMBERS = [
    ("1,234.5", 1234.5),
    ("１２３", 123),
    ("¥1,200", 1200),
    ("￥3", 3),
    ("12元", 12),
    ("1.2万", 12000),
    ("3亿", 3e8),
    ("+5", 5),
    ("-0.5", -0.5),
    ("1e3", 1000),
    ("<10", None),
    ("10万~25万", None),
    ("1,23", None),
    ("abc", None),
    ("inf", None),
    ("1e400", None),
    ("3.5%", None),
    ("1 234", 1234),
    ("5.", 5),
]


@pytest.mark.parametrize(("cell", "value"), NUMBERS)
def test_numbers_are_read_as_written_or_not_at_all(cell, value):
    for cells in ([cell], [cell, "1"], [cell, "1,000.5", "x"]):  # each road of the reader
        done, bad = cast(pa.array(cells), "money")
        assert done[0].as_py() == (pytest.approx(value) if value is not None else None)
        assert bad[0].as_py() == (value is None)


@pytest.mark.parametrize(
    ("cell", "style", "value"),
    [
        ("3.5%", Style(fraction=True), 0.035),
        ("3.5％", Style(fraction=True), 0.035),
        ("3.5", Style(fraction=True, percent=True), 0.035),
        ("0.035", Style(fraction=True), 0.035),
        ("1.234,56", Style(comma=True), 1234.56),
        ("1 234,5", Style(comma=True), 1234.5),
    ],
)
def test_percent_and_decimal_commas_follow_the_column(cell, style, value):
    assert cast(pa.array([cell]), "float", style)[0][0].as_py() == pytest.approx(value)


DATES = [
    "2026-04-17",
    "2026/4/17",
    "2026年4月17日",
    "20260417",
    "2026-04-17 00:00:00",
    "17.04.2026",
    "17/4/2026",
    "46129",
    "２０２６-０４-１７",
]


@pytest.mark.parametrize("cell", DATES)
def test_every_way_to_write_a_day_is_the_same_day(cell):
    assert cast(pa.array([cell]), "date")[0][0].as_py() == dt.date(2026, 4, 17)


def test_a_day_that_could_be_a_month_is_not_guessed():
    assert cast(pa.array(["2/1/2018"]), "date")[1].to_pylist() == [True]
    told = cast(pa.array(["2/1/2018", "2/28/2018"]), "date")[0].to_pylist()
    assert told == [dt.date(2018, 2, 1), dt.date(2018, 2, 28)]


def test_times_are_local_as_written():
    done, _ = cast(pa.array(["2026-09-03 10:15:00 -0400", "2026/9/3 8:05"]), "timestamp")
    assert done[0].as_py() == dt.datetime(2026, 9, 3, 10, 15)


@pytest.mark.parametrize("cell", ["< 10%", "> 90%", "10万~25万"])
def test_bounds_and_ranges_are_known_as_such(cell):
    assert pa.compute.match_substring_regex(pa.array([cell]), BOUNDED)[0].as_py()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"]
)
def test_encodings_are_told_apart_without_losing_a_letter(tmp_path, encoding):
    text = "日期,计划名称\n2026-10-01,国庆①\n" if encoding != "gbk" else "日期,计划\n"
    data, told = encoded(text.encode(encoding), tmp_path)
    assert data.decode(told) == text


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


# A small workbook of Excel 97 (BIFF8) as xlwt 1.3 wrote it, packed: a line above the header, dates
# as serial days, two days and their total.
BIFF = (
    r"c-rk)TS!zv82;v*v)A@&+s(ivu+oy&wXBHR3QKxWOpLBjZEhC|leHc+D!WKQMM(q|^{`?Oy>xl$LJ9TOL$H+"
    r"(K@e!sQ!fP-LFwtA|D0W2D`>$4<9y5fGv7b|%s=;;J<n6Y-sGM9J`BTBs2I>)un*A*3a&H>fbw-+CeyK#f^K"
    r"0<!R4fhwA=8|`^+KdP|kNB6x`OHkObaR*o-FB>}!k{jv`iY8@37Ah9x8gu9C)wDcq_&mfKm5XL*Y)AF*7<nz"
    r"JmIkZrHnh*Y$uWTCl=*DKRG&j(rWJudT_HD#E9r*ah^IWG)b8<r<_Z`(V@G72;gx<C_J6>p3uB=_Sw+`tAxX"
    r"?1mJWo0iyG}&GFq89?6)4Td{p`{;Py#VRIW$PV(&^u`ohwCpW8qfxPD{qo^cyLCOIf}R*+jZ&(mGBeuQt(5J"
    r"t2uP;Yy9)Yd_96NBB($qt@$v?2+HMdcpsm(Q-esJ&Z}FEN|;G+{l^v+V(sSJ&8ZGbJZSp9Ce=aacaAMOYd84"
    r"G=2<90F|9zccxxcmRTDbc6wi<s9oH`TfQoRqEK)vie#L@?i^63BB65Igan>hKyXD=&XHg*QEb{Um^^k0!4#;"
    r"$ncWQtJ<HwCpFRNp<(JicL<NL?BrHbUBK*v#8f(rXM$Hr3LU?p5)Hp^pN>r_tXvkZ|X#WQLrn2A-#+2#c2&L"
    r"BVKjGpMsA?aC^ZvU|6enI=YXfdU4R`s=pZoY~pF`axiP<i<~jyYnExN=$IK{Oo;^F({Ya>_5Kn^OsxebddW*"
    r"pGg>p9w*h(!#i(vn>Q$NNKS2_!&$gre>H*Ov^Bhm@UI>#OxVnC+5g72Qg=cIf=Q<7AeD8bXakl=Xb0}VS8gn"
    r"-DYWpTQrVXH_wr5QKw(_ppN^oNr7o?v?hqEx$@m1eW}0krLwObrY|+imzw2EWnV8Hvd$8&`GY#>%aBoj+L!j"
    r"5k=EG8!}U!jChJQ~lDbyT$>SB+O|ix!=3{LqznhjSdAKVFhVHIGxM9J91q&7|Sg<hikS{~|@Q^Ph&3q%vmzB"
    r"f(uG3Fp!1_$`-=Yrt=(nH#RIWrL#R;_Jw0<VSCen3@zbupfUMR7SyeF^+F>c46oYyb?ZxTcM^VbCfBe#We^*"
    r"@kHJO8o&pOjD#JO"
)


def test_a_workbook_of_excel_97_is_read(tmp_path):
    path = tmp_path / "报表.xls"
    path.write_bytes(zlib.decompress(base64.b85decode(BIFF)))
    rows, issues = read_file(Place(path), contract()["ads"])
    columns = ["date", "plan_id", "impressions", "spend", "orders", "revenue"]
    assert [list(row.values()) for row in rows.select(columns).to_pylist()] == [
        [dt.date(2026, 10, 1), "60012345678901", 1000, 1.5, 1, 30.25],
        [dt.date(2026, 10, 2), "60012345678901", 500, 2.5, 2, 9.75],
    ]
    assert {"preamble_lines", "total_row_dropped"} <= {i.rule for i in issues}
    assert "refuse" not in {i.severity for i in issues}


def test_formulas_are_read_as_stored_and_counted(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, head in enumerate(ALI.split(",")):
            sheet.write(0, n, head)
            sheet.write(1, n, ["2026-10-01", "1", "a", 10, 2, 1.5, 1, None][n])
        sheet.write_formula(1, 7, "=F2*2", None, 3)
    rows, issues = read_file(Place(path), contract()["ads"])
    assert rows["revenue"].to_pylist() == [3]
    [said_of] = [i for i in issues if i.rule == "formula_cells"]
    assert (said_of.severity, said_of.count) == ("warn", 1)


def test_the_window_said_above_the_header_is_the_exports(tmp_path):
    row = "2026-10-01,1,a,10,2,1.5,1,3\n"
    for above, days in (("", 15), ("下载时间：2026-10-23；转化周期：30天累计数据\n", 30)):
        rows, _ = read(tmp_path, f"{above}{ALI}\n{row}")
        assert rows["window_days"].tolist() == [days]


def test_an_html_page_saved_as_xls_is_read(tmp_path):
    cells = "".join(f"<td>{c}</td>" for c in ("2026-10-01", 1, "a", "1,000", 2, 1.5, 1, 3))
    head = "".join(f"<th>{h}</th>" for h in ALI.split(","))
    rows, _ = read(
        tmp_path, f"<html><table><tr>{head}</tr><tr>{cells}</tr></table></html>", name="a.xls"
    )
    assert rows["impressions"].tolist() == [1000]


def test_an_unknown_report_is_told_with_what_came_close(tmp_path):
    rows, issues = read(tmp_path, "日期,推广对象,曝光,消耗金额\n2026-10-01,a,1,2\n")
    assert rows is None and "消耗金额" in issues["unknown_report"].facts["unknown"]
    assert issues["unknown_report"].facts["close"]


def test_a_workbook_that_would_unpack_without_end_is_refused(tmp_path):
    import zipfile

    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 210_000_000)
    with pytest.raises(KitError) as caught:
        read_text(path)
    assert caught.value.faults[0].key == "data.too_big"


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + b"x" * 40 + b"PAR1"])
def test_a_broken_lake_file_is_refused_by_name(tmp_path, data):
    path = tmp_path / "ads.parquet"
    path.write_bytes(data)
    found, _ = sources(str(tmp_path))
    assert not fits(found["ads"])
    rows, [issue] = read_file(Place(path), contract()["ads"])
    assert rows is None and (issue.rule, issue.facts["file"]) == ("broken_file", "ads.parquet")


def test_a_giant_line_and_a_broken_workbook_are_refused(tmp_path):
    long = b"date,plan_id\n" + b"x" * (1 << 23)
    for name, data in (("a.csv", long), ("b.xlsx", b"PK\x03\x04no")):
        (tmp_path / name).write_bytes(data)
        rows, issues = read_file(Place(tmp_path / name), contract()["ads"])
        assert rows is None and issues[0].severity == "refuse"

"""An export that the kit has never seen: what `kit import` says is enough to have it read."""

import pandas as pd
import pytest
import yaml

from kit.data.reading import reports as headers
from kit.data.reading.look import look
from kit.data.reading.read import read_file
from kit.data.reading.sources import Place
from kit.data.schema import contract

LINES = [
    "某平台 数据报表",
    "账户：某店 | 导出时间 2025/07/03 10:22",
    "",
    "时间日期,推广计划编号,推广计划,笔记标题,曝光数,点击数(次),消费金额,点击率,7日支付订单量,7日支付金额(元)",
    '2025年6月1日,88100000000000000001,夏一,"夏天, 甲","6,402",213,170.40,3.33%,8,799.20',
    '2025年6月2日,88100000000000000001,夏一,"夏天, 甲","5,000",200,"1,000.50",4.00%,2,200.80',
    '总计,,,,"11,402",413,"1,170.90",--,10,"1,000.00"',
]


ENGLISH = """By Day,Campaign group,Currency,Total Cost,Views,Link Clicks,Complete Payment,Paid value
06/13/2025,Summer,CNY,120.50,34000,410,12,640.00
06/14/2025,Summer,CNY,130.25,36000,432,14,702.50
Total of 2 results,-,-,250.75,70000,842,26,1342.50
"""
TWO_LINES = [
    ["时间", "计划ID", "计划", "流量数据", "", "", "", "转化数据", "", ""],
    ["", "", "", "消费", "展现量", "行为数", "占比", "人数", "支付订单量", "支付金额"],
    ["2025-06-01", "77001", "种草", 300.5, 20000, 400, "2.00%", 9, 8, 912.0],
    ["2025-06-02", "77001", "种草", 310.5, 21000, 420, "2.00%", 10, 9, 1012.0],
]


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "新平台_导出.csv"
    path.write_text("\r\n".join(LINES) + "\r\n", encoding="gb18030")
    return path


@pytest.fixture
def pasted(export, monkeypatch):
    """The proposal pasted into headers.yml."""
    yield from paste(look(export, "zh"), monkeypatch)


def paste(told, monkeypatch):
    report = yaml.safe_load("\n".join(line for line in told if line.startswith("  ")))
    known = headers.said()
    both = known | {"reports": known["reports"] | report}
    monkeypatch.setattr(headers, "said", lambda: both)
    headers.reports.cache_clear()
    yield report
    headers.reports.cache_clear()


def test_the_proposal_pasted_reads_the_file_and_its_total_agrees(export, pasted):
    [report] = pasted.values()
    assert report["columns"]["推广计划编号"] == "campaign_id"
    assert "笔记标题" not in report["columns"]
    rows, issues = read_file(Place(export), contract()["ads"])
    assert [i.rule for i in issues if i.severity == "refuse"] == []
    assert "total_row_dropped" in {i.rule for i in issues}
    sums = {name: sum(rows[name].to_pylist()) for name in ("impressions", "spend", "orders")}
    assert sums == {"impressions": 11402, "spend": pytest.approx(1170.9), "orders": 10}
    assert set(rows["plan_id"].to_pylist()) == {"88100000000000000001"}
    assert any("1170" not in line and "第 4 行" in line for line in look(export, "zh"))


def test_an_english_report_is_read_as_proposed_and_its_total_is_compared(tmp_path, monkeypatch):
    path = tmp_path / "report.csv"
    path.write_text(ENGLISH, encoding="utf-8")
    told = look(path, "en")
    assert not [line for line in told if line.startswith("Still without")]
    for text, refused in ((ENGLISH, set()), (ENGLISH.replace("250.75", "251"), {"total_differs"})):
        path.write_text(text, encoding="utf-8")
        for _ in paste(told, monkeypatch):
            rows, issues = read_file(Place(path), contract()["ads"])
        assert {i.rule for i in issues if i.severity == "refuse"} == refused
        assert sum(rows["spend"].to_pylist()) == 250.75 and sum(rows["orders"].to_pylist()) == 26


def test_two_header_lines_are_found_and_what_lacks_is_named(tmp_path, monkeypatch):
    path = tmp_path / "聚光.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame(TWO_LINES).to_excel(book, header=False, index=False)
    told = look(path, "en")
    assert "line 2" in told[1] and "Still without a header: clicks," in told[2]
    named = [line.replace('# "行为数": ?', '"行为数": clicks') for line in told]
    for _ in paste(named, monkeypatch):
        rows, issues = read_file(Place(path), contract()["ads"])
    assert [i.rule for i in issues if i.severity == "refuse"] == []
    sums = {name: sum(rows[name].to_pylist()) for name in ("spend", "clicks", "orders", "revenue")}
    assert sums == {"spend": 611, "clicks": 820, "orders": 17, "revenue": 1924}


def test_a_known_report_shows_its_headers_and_first_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "日期,计划ID,计划名称,展现量,点击量,花费,总成交笔数,总成交金额,心情\n"
        "2026-10-01,1,a,10,2,1.5,1,3,好\n",
        encoding="utf-8",
    )
    text = "\n".join(look(path, "en"))
    assert "alimama_wujie" in text and "展现量 → impressions" in text
    assert "Unknown headers: 1" in text and "心情" in text and "2026-10-01" in text


def test_an_empty_file_is_said_to_be_empty(tmp_path):
    (tmp_path / "a.csv").write_text("\n\n", encoding="utf-8")
    assert "empty" in "\n".join(look(tmp_path / "a.csv", "en"))

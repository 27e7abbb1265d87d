"""A tiny made-up export of each platform's report reads to sums added up by hand."""

from pathlib import Path

import pandas as pd
import pytest

from kit.data.issues import Issue
from kit.data.reading.folder import identified
from kit.data.reading.read import read_file
from kit.data.reading.reports import KEYS, Report, reports, said
from kit.data.reading.sources import Place
from kit.data.reading.terms import Terms
from kit.data.reading.units import plain
from kit.data.schema import contract
from tests.data.reading.exports import DAYS, EXPORTS, MEASURES


def report_of(place: Path) -> Report:
    """The report that a file is taken for."""
    _, header = identified(Place(place), reports())
    return header.report


def table_of(place: Path, table: str) -> tuple[pd.DataFrame, list[Issue]]:
    """Rows that a file gives, and what refuses it."""
    rows, issues = read_file(Place(place), contract()[table])
    frame = pd.DataFrame() if rows is None else rows.to_pandas()
    return frame, [issue for issue in issues if issue.severity == "refuse"]


def written(folder: Path, text: str) -> Path:
    place = folder / "export.csv"
    place.write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_reads_to_the_sums_added_up_by_hand(tmp_path, name):
    report, text, sums = EXPORTS[name]
    place = written(tmp_path, text)
    assert report_of(place).id == report
    rows, refused = table_of(place, "ads")
    assert refused == []
    assert tuple(float(rows[measure].sum()) for measure in MEASURES) == pytest.approx(sums)
    assert set(pd.to_datetime(rows["date"]).dt.date) >= set(DAYS)


def test_a_platform_with_a_fixed_window_states_it_on_every_row(tmp_path):
    _, text, _ = EXPORTS["amazon_sp zh campaign"]
    rows, _ = table_of(written(tmp_path, text), "ads")
    assert rows["window_days"].tolist() == [7, 7]


def test_a_row_of_many_days_is_refused_with_its_days(tmp_path):
    text = (
        "Start Date,End Date,Campaign Name,Impressions,Clicks,Spend,7 Day Total Sales,"
        "7 Day Total Orders (#)\n2025-06-01,2025-06-30,A,100,10,5,40,2\n"
    )
    _, refused = table_of(written(tmp_path, text), "ads")
    told = " ".join(issue.fault().told("en") for issue in refused)
    assert "2025-06-30" in told and "by day" in told


def test_euros_in_a_german_header_are_not_taken_for_yuan(tmp_path):
    text = EXPORTS["amazon_sp de"][1].replace("Umsatz gesamt", "Umsatz gesamt (€)")
    place = written(tmp_path, text)
    assert report_of(place).id == "amazon_sp"
    _, issues = read_file(Place(place), contract()["ads"], Terms(currency="CNY"))
    assert [issue.rule for issue in issues if issue.severity == "refuse"] == ["other_currency"]


def test_a_report_always_in_yuan_has_a_currency_only_where_it_has_amounts(tmp_path):
    """Visitors have none: beside a company in dollars nothing is refused, and nothing converted."""
    head, line = "统计日期,访客数,浏览量,支付买家数", "2025-06-01,30,90,3"
    place = written(tmp_path, f"{head}\n{line}\n")
    assert report_of(place).id == "sycm_shop"
    for rates in ({}, {"CNY": 0.14}):
        rows, issues = read_file(Place(place), contract()["traffic"], Terms("USD", rates=rates))
        assert rows["uv"].to_pylist() == [30]
        assert not {"other_currency", "currency_converted"} & {i.rule for i in issues}
    place = written(tmp_path, f"{head},支付金额\n{line},500\n")
    _, issues = read_file(Place(place), contract()["traffic"], Terms("USD"))
    assert [i.rule for i in issues if i.severity == "refuse"] == ["other_currency"]


TIKTOK = {
    "Complete payment": "1",
    "Total complete payment value": "20",
    "Purchases (Shop)": "2",
    "Gross revenue (Shop)": "40",
}


@pytest.mark.parametrize(
    ("left_out", "orders", "revenue"),
    [("Complete payment", 2, 40), ("Purchases (Shop)", 1, 20), ("", 0, 0)],
)
def test_orders_of_a_website_and_of_a_shop_are_never_paired(tmp_path, left_out, orders, revenue):
    """Revenue of the one with orders of the other is wrong; both pairs in one file are refused."""
    held = {header: cell for header, cell in TIKTOK.items() if header != left_out}
    text = (
        f"By Day,Campaign name,Cost,Impressions,Clicks (destination),{','.join(held)}\n"
        f"2025-06-01,A,5,100,10,{','.join(held.values())}\n"
    )
    rows, refused = table_of(written(tmp_path, text), "ads")
    if left_out:
        assert (refused, rows["orders"][0], float(rows["revenue"][0])) == ([], orders, revenue)
    else:
        told = " ".join(issue.fault().told("en") for issue in refused)
        assert "Complete payment" in told and "Purchases (Shop)" in told


@pytest.mark.parametrize(
    "header",
    [
        "日期,素材ID,素材名称,整体消耗,整体展示次数,整体点击次数,整体成交订单数,整体成交金额\n2025-06-01,7,v,1,9,3,1,5\n",
        "时间,笔记/素材ID,笔记标题,消费,展现量,点击量,7日总支付订单量,7日总支付金额\n2025-06-01,7,v,1,9,3,1,5\n",
        "Tag,Kampagnenname,Ausgegebener Betrag,Impressionen,Link-Klicks\n2025-06-01,A,1,9,3\n",
    ],
)
def test_a_report_without_plan_or_revenue_stays_refused(tmp_path, header):
    _, refused = table_of(written(tmp_path, header), "ads")
    assert refused
    assert all(issue.fault().told("zh") and issue.fault().told("en") for issue in refused)


def test_woocommerce_orders_count_on_the_day_they_were_paid(tmp_path):
    text = (
        "order_id,order_number,order_date,paid_date,status,shipping_total,tax_total,discount_total,"
        "order_total,order_subtotal,payment_method,customer_email\n"
        "1,1,2025-06-01 09:00:00,2025-06-01 09:05:00,completed,5,0,2,55.00,52,card,a@x\n"
        "2,2,2025-06-01 10:00:00,,pending,5,0,0,30.00,25,cod,b@x\n"
        "3,3,2025-06-01 11:00:00,2025-06-02 08:00:00,processing,0,0,0,20.50,20.5,card,a@x\n"
    )
    place = written(tmp_path, text)
    assert report_of(place).id == "woocommerce_orders"
    rows, refused = table_of(place, "orders")
    assert refused == []
    assert rows["order_id"].tolist() == ["1", "3"]
    assert float(rows["revenue"].sum()) == pytest.approx(75.5)
    assert float(rows["discount"].sum()) == pytest.approx(2)


@pytest.mark.parametrize("name", reports())
def test_no_header_of_a_report_has_two_meanings_in_two_languages(name):
    spec = said()["reports"][name]
    assert set(spec) <= KEYS | {"columns"}
    meanings: dict[str, set[str]] = {}
    for headers in [spec["columns"], *spec.get("languages", {}).values()]:
        for header, meaning in headers.items():
            named = meaning["name"] if isinstance(meaning, dict) else meaning
            meanings.setdefault(plain(header), set()).add(named)
    assert {header: m for header, m in meanings.items() if len(m) > 1} == {}


@pytest.mark.parametrize("name", reports())
def test_a_report_that_says_it_was_checked_says_where(name):
    report = reports()[name]
    assert report.status in ("verified", "unverified", "") and (report.source or not report.status)

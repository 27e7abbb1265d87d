"""A tiny made-up export of each platform's report reads to sums added up by hand."""

from datetime import date
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

MEASURES = ("impressions", "clicks", "spend", "orders", "revenue")
DAYS = [date(2025, 6, 1), date(2025, 6, 2)]

# report, language, its export, sums of impressions, clicks, spend, orders, revenue by hand
EXPORTS = {
    "amazon_sp en search term": (
        "amazon_sp",
        "Date,Portfolio name,Currency,Campaign Name,Ad Group Name,Country,Targeting,Match Type,"
        "Customer Search Term,Impressions,Clicks,Click-Thru Rate (CTR),Cost Per Click (CPC),Spend,"
        "7 Day Total Sales,Total Advertising Cost of Sales (ACOS),"
        "Total Return on Advertising Spend (ROAS),7 Day Total Orders (#),7 Day Total Units (#)\n"
        "2025-06-01,P,CNY,A,G,CN,mug,EXACT,mug red,100,10,10%,0.50,5.00,40.00,12.5%,8.00,2,3\n"
        "2025-06-01,P,CNY,A,G,CN,mug,EXACT,mug blue,50,5,10%,0.50,2.50,0.00,,0.00,0,0\n"
        "2025-06-02,P,CNY,A,G,CN,mug,EXACT,mug red,80,4,5%,0.75,3.00,15.00,20%,5.00,1,1\n",
        (230, 19, 10.5, 3, 55),
    ),
    "amazon_sp en advertised product": (
        "amazon_sp",
        "Date,Campaign Name,Ad Group Name,Advertised SKU,Advertised ASIN,Impressions,Clicks,Spend,"
        "7 Day Total Sales ,7 Day Total Orders (#)\n"
        "2025-06-01,A,G,S1,B01,60,6,3.25,30.10,1\n"
        "2025-06-01,A,G,S2,B02,40,4,1.75,9.90,1\n"
        "2025-06-02,A,G,S1,B01,10,1,0.50,0.00,0\n",
        (110, 11, 5.5, 2, 40),
    ),
    "amazon_sp en targeting": (
        "amazon_sp",
        "Date,Campaign Name,Ad Group Name,Targeting,Match Type,Impressions,Clicks,Spend,"
        "7 Day Total Sales,7 Day Total Orders (#)\n"
        "2025-06-01,A,G,mug,EXACT,60,6,3.25,30.10,1\n"
        "2025-06-01,A,G,mug,BROAD,40,4,1.75,9.90,1\n"
        "2025-06-02,A,G,mug,EXACT,10,1,0.50,0.00,0\n",
        (110, 11, 5.5, 2, 40),
    ),
    "amazon_sp zh campaign": (
        "amazon_sp",
        "日期,广告组合名称,货币,广告活动名称,国家/地区,展示量,点击量,点击率(CTR),每次点击成本(CPC),花费,7天总销售额,"
        "总广告投资回报率 (ROAS),7天总订单数(#),7天总销售量(#)\n"
        "2025-06-01,P,CNY,甲,中国,100,10,10%,0.5,5,40,8,2,2\n"
        "2025-06-02,P,CNY,甲,中国,50,5,10%,1,5,10,2,1,1\n",
        (150, 15, 10, 3, 50),
    ),
    "amazon_sp de": (
        "amazon_sp",
        "Datum;Portfolioname;Kampagnen-Name;Anzeigengruppenname;Beworbene SKU;Impressionen;Klicks;"
        "Klickrate (CTR);Ausgaben;7 Tage, Umsatz gesamt;7 Tage, Aufträge gesamt (#)\n"
        "01.06.2025;P;Tassen;G;S1;1.100;11;1,00%;5,50;1.040,25;2\n"
        "02.06.2025;P;Tassen;G;S1;900;9;1,00%;4,50;9,75;1\n"
        "13.06.2025;P;Tassen;G;S1;100;1;1,00%;0,50;0,00;0\n",
        (2100, 21, 10.5, 3, 1050),
    ),
    "amazon_sp ja": (
        "amazon_sp",
        "日付,ポートフォリオ名,キャンペーン名,広告グループ名,ターゲティング,マッチタイプ,カスタマーの検索キーワード,"
        "インプレッション,クリック,費用,広告がクリックされてから7日間の総売上高,広告がクリックされてから7日間の合計注文数\n"
        "2025-06-01,P,カップ,G,cup,EXACT,赤い,100,10,50,400,2\n"
        "2025-06-01,P,カップ,G,cup,EXACT,青い,20,2,10,0,0\n"
        "2025-06-02,P,カップ,G,cup,EXACT,赤い,30,3,15,90,1\n",
        (150, 15, 75, 3, 490),
    ),
    "tiktok_ads shop": (
        "tiktok_ads",
        "By Day,Campaign name,Ad group name,Ad name,Ad ID,Cost,Impressions,Clicks (destination),"
        "Conversions,Purchases (Shop),Gross revenue (Shop)\n"
        "2025-06-01,A,G,one,179,5.00,100,10,9,2,40.00\n"
        "2025-06-01,A,G,two,180,2.50,50,5,4,1,20.00\n"
        "2025-06-02,A,G,one,179,1.00,10,1,0,0,0.00\n",
        (160, 16, 8.5, 3, 60),
    ),
    "tiktok_website": (
        "tiktok_website",
        "Date,Campaign name,Campaign ID,Cost,Impressions,Clicks (destination),CTR (destination),"
        "Complete payment,Total complete payment value\n"
        "2025-06-01,A,17,5.00,100,10,10%,2,40.00\n"
        "2025-06-02,A,17,1.00,10,1,10%,0,0.00\n",
        (110, 11, 6, 2, 40),
    ),
    "microsoft_ads": (
        "microsoft_ads",
        "TimePeriod,CampaignName,CampaignId,AdGroupName,Impressions,Clicks,Ctr,AverageCpc,Spend,"
        "Conversions,Revenue\n"
        "2025-06-01,Brand,123,G1,100,10,10.00%,0.50,5.00,2,40.00\n"
        "2025-06-01,Brand,123,G2,50,5,10.00%,0.50,2.50,1,20.00\n"
        "2025-06-02,Brand,123,G1,10,1,10.00%,1.00,1.00,0,0.00\n",
        (160, 16, 8.5, 3, 60),
    ),
    "meta_ads zh": (
        "meta_ads",
        "报告开始日期,报告结束日期,广告系列名称,广告系列编号,展示次数,链接点击量,已花费金额,购物次数,购物转化价值\n"
        "2025-06-01,2025-06-01,甲,1,100,10,5.00,2,40.00\n"
        "2025-06-02,2025-06-02,甲,1,10,1,1.00,0,0.00\n",
        (110, 11, 6, 2, 40),
    ),
    "meta_ads fr": (
        "meta_ads",
        "Jour;Nom de la campagne;Nom de l'ensemble de publicités;Impressions;Clics sur un lien;"
        "Montant dépensé;Achats;Valeur de conversion des achats\n"
        "2025-06-01;Prospection;Un;45 000;1 200;850,50;12;1 500,00\n"
        "2025-06-01;Prospection;Deux;80 000;900;1 200,00;0;0,00\n"
        "2025-06-02;Prospection;Un;5 000;100;49,50;1;100,00\n",
        (130000, 2200, 2100, 13, 1600),
    ),
    "meta_ads es": (
        "meta_ads",
        "Día,Nombre de la campaña,Importe gastado,Impresiones,Clics en el enlace,Compras,"
        "Valor de conversión de compras\n"
        '2025-06-01,Captación,"850,50",45000,1200,12,"1.500,00"\n'
        '2025-06-02,Captación,"49,50",5000,100,1,"100,00"\n',
        (50000, 1300, 900, 13, 1600),
    ),
    "meta_ads pt": (
        "meta_ads",
        "Dia;Nome da campanha;Valor usado;Impressões;Cliques no link;Compras;"
        "Valor de conversão da compra\n"
        "2025-06-01;Venda;850,50;45.000;1.200;12;1.500,00\n"
        "2025-06-02;Venda;49,50;5.000;100;1;100,00\n",
        (50000, 1300, 900, 13, 1600),
    ),
    "amazon_14_days": (
        "amazon_14_days",
        "Date,Campaign Name,Ad Group Name,Country,Advertised ASIN,Impressions,Clicks,Spend,"
        "14 Day Total Sales,14 Day Total Orders (#),14 Day Total Units (#)\n"
        "2025-06-01,A,G,CN,B01,60,6,3.25,30.10,1,1\n"
        "2025-06-01,A,G,CN,B02,40,4,1.75,9.90,1,2\n"
        "2025-06-02,A,G,CN,B01,10,1,0.50,0.00,0,0\n",
        (110, 11, 5.5, 2, 40),
    ),
    "google_ads de": (
        "google_ads",
        "Kampagnenbericht\n1. Juni 2025 - 2. Juni 2025\n"
        "Tag\tKampagne\tImpr.\tKlicks\tKosten\tConversions\tConv.-Wert\n"
        "2025-06-01\tDach\t12.345\t120\t1.234,56\t3,00\t900,00\n"
        "2025-06-02\tDach\t900\t9\t99,90\t1,00\t50,50\n"
        "Gesamt: Konto\t\t13.245\t129\t1.334,46\t4,00\t950,50\n",
        (13245, 129, 1334.46, 4, 950.5),
    ),
    "google_ads fr": (
        "google_ads",
        "Jour;Campagne;Coût;Impr.;Clics;Conversions;Valeur de conv.\n"
        "2025-06-01;Toitures;12,34;1 234;7;1,00;100,00\n"
        "2025-06-02;Toitures;1 020,50;10 500;88;2,00;250,50\n",
        (11734, 95, 1032.84, 3, 350.5),
    ),
    "google_ads es": (
        "google_ads",
        "Día;Campaña;Impr.;Clics;Coste;Conversiones;Valor de conv.\n"
        "2025-06-01;Marca;1.240;86;48,20;2,00;100,00\n"
        "2025-06-02;Marca;1.310;92;51,05;1,00;50,50\n",
        (2550, 178, 99.25, 3, 150.5),
    ),
    "qianchuan_quanyu": (
        "qianchuan_quanyu",
        "日期,商品ID,商品名称,整体消耗,整体支付ROI,整体成交金额,整体成交订单数,整体成交订单成本,整体展示次数,整体点击次数,"
        "用户实际支付金额,净成交金额,1小时内退款率\n"
        "全部,-,-,12.00,5.00,60.00,3,4.00,300,30,55,50,1%\n"
        "2025-06-01,3601,杯,10.00,4.00,40.00,2,5.00,200,20,38,35,1%\n"
        "2025-06-02,3601,杯,2.00,10.00,20.00,1,2.00,100,10,17,15,0%\n",
        (300, 30, 12, 3, 60),
    ),
    "xhs_juguang": (
        "xhs_juguang",
        "时间,计划ID,计划名称,单元ID,单元名称,创意ID,笔记ID,消费,展现量,点击量,点击率,平均点击成本,互动量,"
        "7日支付订单量,7日支付金额,7日支付ROI\n"
        "2025-06-01,1,甲,11,乙,111,n1,5.00,100,10,10%,0.50,3,2,40.00,8.00\n"
        "2025-06-01,1,甲,11,乙,112,n2,2.50,50,5,10%,0.50,1,1,20.00,8.00\n"
        "2025-06-02,1,甲,11,乙,111,n1,1.00,10,1,10%,1.00,0,0,0.00,0.00\n",
        (160, 16, 8.5, 3, 60),
    ),
    "xhs_chengfeng": (
        "xhs_chengfeng",
        "时间,计划ID,计划名称,消费,展现量,点击量,平均点击成本,7日总下单订单量,7日总下单金额,7日总支付订单量,7日总支付金额\n"
        "合计2条记录,-,-,6.00,110,11,0.55,3,60.00,2,40.00\n"
        "2025-06-01,1,甲,5.00,100,10,0.50,3,60.00,2,40.00\n"
        "2025-06-02,1,甲,1.00,10,1,1.00,0,0.00,0,0.00\n",
        (110, 11, 6, 2, 40),
    ),
    "pdd_star_shop": (
        "pdd_star_shop",
        "日期,花费(元),交易额(元),投入产出比,成交笔数,店铺关注量,千次曝光花费(元),曝光量,点击量,每笔成交花费(元),"
        "每笔成交金额(元),商品收藏量\n"
        "2025-06-01,5.00,40.00,8.00,2,1,50.00,100,10,2.50,20.00,3\n"
        "2025-06-02,1.00,0.00,0.00,0,0,100.00,10,1,-,-,0\n",
        (110, 11, 6, 2, 40),
    ),
}


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

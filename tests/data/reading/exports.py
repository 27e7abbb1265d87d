"""Exports of platforms as they are handed in, with the sums added up by hand."""

from datetime import date

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

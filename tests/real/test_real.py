"""Real data through the kit: its figures are those of plain sums over the raw files."""

from pathlib import Path

import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from kit.abtest.portfolio import verdicts
from kit.data.load import load
from kit.retrospective.mix import mix_rate
from kit.scoring.card import scorecards
from tests.real.prepare import DATA, prepare

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def companyx():
    prepare("companyx")
    return load("tests/real/companyx-2020-05.yml")


@pytest.fixture(scope="module")
def raw():
    """The file as it is, five exact duplicates out; money in its own words."""
    file = DATA / "ads_daily_companyx" / "online_advertising_performance_data.csv"
    return pd.read_csv(file).drop_duplicates()


@pytest.fixture(scope="module")
def retail():
    prepare("online_retail")
    return load("tests/real/online-retail-2011-11.yml")


@pytest.fixture(scope="module")
def invoices():
    file = DATA / "orders_online_retail_uk" / "online_retail.csv.gz"
    lines = pd.read_csv(file, dtype={"InvoiceNo": str, "StockCode": str, "CustomerID": str})
    lines = lines.drop_duplicates()
    lines = lines[lines["InvoiceDate"].str.startswith("2011-11")]
    return lines.assign(value=lines["Quantity"] * lines["UnitPrice"])


@pytest.mark.parametrize("name", ["companyx", "retail"])
def test_real_figures_are_asked_nothing(name, request):
    """Sizes that real companies have are no other unit: no question, few warnings."""
    told = [i for i in request.getfixturevalue(name).found if i.rule.startswith("level_")]
    assert not [i for i in told if i.severity == "refuse"]
    assert len([i for i in told if i.severity == "warn"]) <= 3  # a plan changed hands in companyx


def test_the_daily_facts_of_companyx_sum_to_the_file(companyx, raw):
    facts = companyx.facts
    names = {
        "impressions": "displays",
        "clicks": "clicks",
        "spend": "revenue",
        "orders": "post_click_conversions",
        "revenue": "post_click_sales_amount",
    }
    for number, month in ((4, "April"), (5, "May")):
        ours = facts[facts["date"].dt.month == number]
        theirs = raw[raw["month"] == month]
        for kit_name, file_name in names.items():
            assert ours[kit_name].sum() == pytest.approx(theirs[file_name].sum(), rel=1e-9)
    assert companyx.unassigned.empty


def test_five_people_are_scored_on_the_sums_of_their_placements(companyx, raw):
    found = scorecards(companyx)
    sales = found.indicators.query("indicator == 'sales'").set_index("specialist_id")
    may = raw[raw["month"] == "May"]
    mine = may[(may["campaign_number"] == "camp 1") & (may["placement"] == "ghi")]
    assert sales.at["S1", "actual"] == pytest.approx(mine["post_click_sales_amount"].sum())
    april = raw[
        (raw["month"] == "April")
        & (raw["campaign_number"] == "camp 1")
        & (raw["placement"] == "ghi")
    ]
    wanted = 1.05 * april["post_click_sales_amount"].sum()
    assert sales.at["S1", "target"] == pytest.approx(wanted)
    assert sales["actual"].sum() == pytest.approx(may["post_click_sales_amount"].sum())
    assert len(found.totals) == 5


def test_a_hand_over_inside_may_splits_the_plan_by_days(companyx, raw):
    sales = scorecards(companyx).indicators.query("indicator == 'sales'")
    jkl = raw[
        (raw["month"] == "May")
        & (raw["campaign_number"] == "camp 1")
        & (raw["placement"] == "jkl")
        & (raw["day"] >= 16)
    ]
    # S4 has nothing else in May: campaign 2 ended in April
    assert sales.set_index("specialist_id").at["S4", "actual"] == pytest.approx(
        jkl["post_click_sales_amount"].sum()
    )


def test_conversion_rose_from_15_2_to_43_4_percent_of_which_18_3_points_are_mix(companyx):
    sums = companyx.facts.groupby(["category", companyx.facts["date"].dt.month])[
        ["orders", "clicks"]
    ].sum()  # category holds the campaign
    segments = {
        name: {
            "num0": part["orders"].get(4, 0),
            "den0": part["clicks"].get(4, 0),
            "num1": part["orders"].get(5, 0),
            "den1": part["clicks"].get(5, 0),
        }
        for name, part in sums.droplevel(0).groupby(sums.index.get_level_values(0))
    }
    found = mix_rate(segments)
    assert (round(found.R0, 3), round(found.R1, 3)) == (0.152, 0.434)
    assert round(100 * found.mix_total, 1) == 18.3
    assert segments["camp 2"]["den1"] == 0


def test_cookie_cats_warns_of_its_sample_ratio_and_gives_both_retentions():
    prepare("cookie_cats")
    found = verdicts(load("tests/real/cookie-cats.yml")).set_index("test_id")
    users = pd.read_csv(DATA / "abtest_cookie_cats" / "cookie_cats.csv")
    for test in ("retention_1", "retention_7"):
        sums = users.groupby("version")[test].agg(["sum", "size"])
        a, b = sums.loc["gate_30"], sums.loc["gate_40"]
        low, high = confint_proportions_2indep(
            b["sum"], b["size"], a["sum"], a["size"], method="newcomb"
        )  # statsmodels
        row = found.loc[test]
        assert row["srm_p"] == pytest.approx(0.0086, abs=5e-5)  # SOURCE.md
        assert row["effect"] == pytest.approx(b["sum"] / b["size"] - a["sum"] / a["size"])
        assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high), abs=1e-9)
    assert list(found["decision"]) == ["no_clear_difference", "treatment_worse"]


def test_british_orders_net_to_the_sum_of_their_lines(retail, invoices):
    orders = retail.get("orders")
    november = orders[orders["paid_at"].dt.strftime("%Y-%m") == "2011-11"]
    net = november["revenue"].sum() - november["refund_amount"].sum()
    assert net == pytest.approx(invoices["value"].sum(), abs=20)  # cents
    credit = invoices[invoices["InvoiceNo"].str.startswith("C")]
    back = november[november["order_id"].str.startswith("C")]  # a credit note is a refund alone
    assert -back["refund_amount"].sum() == pytest.approx(credit["value"].sum(), abs=5)
    assert back["revenue"].eq(0).all()
    worth = invoices.groupby("InvoiceNo")["value"].sum().round(2)
    assert len(back) == worth[worth.index.str.startswith("C")].ne(0).sum()
    nameless = invoices[invoices["CustomerID"].isna()]["InvoiceNo"].unique()
    assert november["customer_id"].isna().sum() == worth[nameless].ne(0).sum()


def test_sales_of_british_orders_are_the_invoices_above_zero(retail, invoices):
    worth = invoices.groupby("InvoiceNo")["value"].sum()
    facts = retail.facts[retail.facts["date"].dt.strftime("%Y-%m") == "2011-11"]
    assert facts["revenue"].sum() == pytest.approx(worth[worth > 0.004].sum(), abs=20)
    assert facts["orders"].sum() == (worth > 0.004).sum()


def test_what_is_odd_in_the_british_orders_is_said(retail):
    said = set(retail.issues["rule"])
    assert {"refund_line", "missing_day"} <= said  # credit notes; no orders on Saturdays


def test_the_readme_gives_these_figures(companyx, raw, retail):
    told = (Path(__file__).parent / "README.md").read_text("utf-8")
    months = [raw[raw["month"] == month] for month in ("April", "May")]
    for name in ("displays", "clicks", "post_click_conversions", "post_click_sales_amount"):
        assert " | ".join(f"{month[name].sum():,.0f}" for month in months) in told
    assert " | ".join(f"{month['revenue'].sum():,.2f}" for month in months) in told
    orders = retail.get("orders")
    month = orders["paid_at"].dt.strftime("%Y-%m")
    two = [orders[month == m] for m in ("2011-10", "2011-11")]
    nets = [m["revenue"].sum() - m["refund_amount"].sum() for m in two]
    assert " | ".join(f"{net:,.0f}" for net in nets) in told
    up, down = ([m[m[c] > 0] for m in two] for c in ("revenue", "refund_amount"))
    assert " | ".join(f"{m['revenue'].sum():,.0f} in {len(m):,}" for m in up) in told
    guests = [m["customer_id"].isna().sum() for m in two]
    assert " | ".join(f"{n}" for n in guests) in told
    assert " | ".join(f"−{m['refund_amount'].sum():,.0f} in {len(m):,}" for m in down) in told

"""Prices, buyers, cohorts, hot events and promotions by hand-made orders."""

import pandas as pd
import pytest

from kit.retrospective.strategy import campaign, cohorts, hotspots, new_and_returning, price_bands
from tests.retrospective.desk import Desk, span, steady

MAY = span("2025-05-01", "2025-05-31", "2025-05")
JUNE = span("2025-06-01", "2025-06-30", "2025-06")


def desk(orders=None, **frames):
    more = {} if orders is None else {"orders": orders}
    return Desk(steady() | more | frames, JUNE, MAY)


def bought(rows):
    """Customer, day, yuan, units, refund."""
    table = pd.DataFrame(
        rows, columns=["customer_id", "paid_at", "revenue", "units", "refund_amount"]
    )
    table["paid_at"] = pd.to_datetime(table["paid_at"])
    return table.assign(order_id=[str(i) for i in range(len(table))])


def test_price_bands_hold_equal_orders_and_their_refunds():
    rows = [
        ("a", "2025-06-01", price, 1, price if price == 40 else 0) for price in (10, 20, 30, 40) * 5
    ]
    found = price_bands(desk(bought(rows)), None)
    assert found["orders"].tolist() == [5, 5, 5, 5]
    assert found["refund_rate"].tolist() == [0, 0, 0, 1]
    assert found["share"].sum() == pytest.approx(1)


def test_price_is_per_unit_and_returns_are_no_sales():
    rows = [("a", "2025-06-01", 40.0 * n, n, 0) for n in (1, 2, 3)] + [
        ("a", "2025-06-02", -40.0, 1, 0)
    ]
    assert price_bands(desk(bought(rows)), None).empty  # one price: there are no bands


def test_new_buyers_are_those_whose_first_order_lies_in_the_span():
    rows = [
        ("old", "2025-05-10", 100.0, 1, 0),
        ("old", "2025-06-10", 100.0, 1, 0),
        ("new", "2025-06-11", 50.0, 1, 0),
        ("new", "2025-06-12", 50.0, 1, 0),
    ]
    rows += [("older", "2025-04-20", 100.0, 1, 0)]
    found = new_and_returning(desk(bought(rows)), None).set_index("who")
    assert found["buyers"].to_dict() == {"new": 1, "returning": 1}
    assert found.loc["new", "aov"] == 100.0 and found["share"].to_dict() == {
        "new": 0.5,
        "returning": 0.5,
    }


def test_in_the_first_month_of_the_data_nobody_is_known_to_be_new():
    """June has 30 days: orders must reach back to 3 May at the latest."""
    june = [("a", "2025-06-10", 100.0, 1, 0), ("b", "2025-06-11", 50.0, 1, 0)]
    for first, told in (("2025-06-01", 0), ("2025-05-04", 0), ("2025-05-03", 1)):
        found = new_and_returning(desk(bought([*june, ("c", first, 9.0, 1, 0)])), None)
        assert (len(found) > 0) == told, first


def test_cohorts_count_only_whole_months_after_the_first_order():
    """40 buyers in January, half again 40 days later, a quarter more after 100 days."""
    rows = []
    for i in range(40):
        rows.append((f"c{i}", "2025-01-10", 10.0, 1, 0))
        if i < 20:
            rows.append((f"c{i}", "2025-02-19", 10.0, 1, 0))
        elif i < 30:
            rows.append((f"c{i}", "2025-04-20", 10.0, 1, 0))
    rows += [(f"late{i}", "2025-06-20", 10.0, 1, 0) for i in range(40)]
    found = cohorts(desk(bought(rows))).set_index("cohort")
    assert found.loc["2025-01", ["m1", "m2", "m3", "m4"]].tolist() == [0, 0.5, 0.5, 0.75]
    assert found.loc["2025-06", ["m1", "m2"]].isna().all()


def test_small_cohorts_are_not_shown():
    assert cohorts(desk(bought([("a", "2025-01-01", 1.0, 1, 0)]))).empty


def test_hot_events_not_acted_on_stay_in_the_list():
    table = pd.DataFrame({"hotspot": ["x", "y"], "specialist_id": ["S0", "S1"]})
    table["occurred_at"] = pd.to_datetime(["2025-06-02 08:00", "2025-06-03 08:00"])
    table["acted_at"] = pd.to_datetime([None, "2025-06-03 20:00"])
    found = hotspots(desk(hotspots=table))
    assert found["hours"].tolist()[0] == 12.0 and pd.isna(found["hours"].iloc[1])


def test_a_promotion_is_cut_in_phases_beside_its_last_one():
    found = campaign(desk()).set_index("phase")
    sales = steady()["ads"].query("'2025-06-13' <= date <= '2025-06-20'")["revenue"].sum()
    assert found.loc["peak", "revenue"] == pytest.approx(sales)
    assert pd.isna(found.loc["peak", "revenue_before"])  # 2024 is not in these tables
    assert found["promotion"].unique().tolist() == ["618-2025"]


def test_a_promotions_own_plans_stand_beside_all_plans_on_its_days():
    """One plan of several names the promotion; its eight days of the peak are added by hand."""
    ads, plans = steady()["ads"], steady()["plans"]
    first = plans["plan_id"].iloc[0]
    marked = plans.assign(promotion_id=["618-2025", *[None] * (len(plans) - 1)])
    found = campaign(desk(plans=marked)).set_index("phase").loc["peak"]
    peak = ads[ads["date"].between("2025-06-13", "2025-06-20")]
    own = peak[peak["plan_id"] == first]
    assert found["revenue_own"] == pytest.approx(own["revenue"].sum())
    assert found["roi_own"] == pytest.approx(own["revenue"].sum() / own["spend"].sum())
    assert found["revenue"] == pytest.approx(peak["revenue"].sum())
    assert campaign(desk()).set_index("phase").loc["peak", ["revenue_own", "roi_own"]].isna().all()


def test_a_phase_that_is_not_over_stands_beside_as_many_days_of_the_last_one():
    """Five days of the return window so far: not beside all fourteen of last year."""
    now = steady()["ads"]
    last = now.assign(date=now["date"] - pd.Timedelta(days=365))  # 618 began on the 13th in both
    found = campaign(desk(ads=pd.concat([now[now["date"] <= "2025-06-25"], last])))
    found = found.set_index("phase")
    want = last.query("'2024-06-21' <= date <= '2024-06-25'")["revenue"].sum()
    assert found.loc["return_window", "days"] == 5
    assert found.loc["return_window", "revenue_before"] == pytest.approx(want)
    assert found.loc["peak", "revenue_before"] == pytest.approx(found.loc["peak", "revenue"])
    assert pd.isna(found.loc["after", "revenue_before"])


def test_a_period_without_promotion_and_without_orders_has_empty_tables():
    spring = Desk(steady(), span("2025-05-05", "2025-05-11"), None)
    assert campaign(spring).empty
    assert price_bands(desk(), MAY).empty and cohorts(desk()).empty
    assert new_and_returning(desk(), MAY).empty

"""Long-run return by hand: four customers of a small shop, and the interval against statsmodels."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.weightstats import DescrStatsW

from kit.retrospective import long_run as room

LAST = pd.Timestamp("2025-06-30")


def shop(monkeypatch, customers, orders, spend=100.0):
    days = pd.date_range("2024-12-01", LAST)
    facts = pd.DataFrame({"date": days, "channel": "search", "spend": 0.0})
    facts.loc[facts["date"] == pd.Timestamp("2025-01-15"), "spend"] = spend
    facts.loc[facts["date"] == pd.Timestamp("2025-06-15"), "spend"] = 1e6  # too late to count
    monkeypatch.setattr(room, "team_facts", lambda tables: facts)
    monkeypatch.setattr(room, "this_span", lambda tables: SimpleNamespace(end=LAST))
    return SimpleNamespace(
        has=lambda name: True,
        get=lambda name: customers,
        part=lambda name, columns, start, end: orders[orders["paid_at"].between(start, end)],
    )


def bought(*rows):
    table = pd.DataFrame(rows, columns=["customer_id", "paid_at", "revenue"])
    return table.assign(paid_at=pd.to_datetime(table["paid_at"], format="ISO8601"))


def test_later_sales_of_customers_won_count_and_those_of_others_do_not(monkeypatch):
    orders = bought(
        ("a", "2025-01-10 10:00", 50.0),
        ("a", "2025-02-10", 30.0),  # within 90 days
        ("a", "2025-06-01", 500.0),  # after them
        ("b", "2025-03-01", 20.0),
        ("c", "2025-05-20", 900.0),  # came too late to be followed
        ("d", "2025-02-01", 70.0),  # an old customer
    )
    days = ["2025-01-10 10:00", "2025-03-01", "2025-05-20", "2020-01-01"]
    came = pd.to_datetime(days, format="ISO8601")
    customers = pd.DataFrame(
        {"customer_id": list("abcd"), "first_order_at": came, "source_channel": "search"}
    )
    [row] = room.long_run(shop(monkeypatch, customers, orders)).to_dict("records")
    assert (row["customers"], row["again"]) == (2, 0.5)
    assert (row["first"], row["within"], row["spend"]) == (70, 100, 100)
    assert (row["roi_first"], row["roi_long"]) == (0.7, 1.0)
    assert np.isnan(row["low"]) and np.isnan(row["high"])  # two customers tell no spread


def test_the_interval_is_that_of_a_sum_over_customers(monkeypatch):
    rng = np.random.default_rng(3)
    worth = rng.lognormal(4, 1, 60)
    names = [f"c{n}" for n in range(60)]
    orders = bought(*((who, "2025-02-01", x) for who, x in zip(names, worth, strict=True)))
    customers = pd.DataFrame(
        {
            "customer_id": names,
            "first_order_at": pd.Timestamp("2025-02-01"),
            "source_channel": "search",
        }
    )
    [row] = room.long_run(shop(monkeypatch, customers, orders, 2000.0)).to_dict("records")
    low, high = DescrStatsW(worth).tconfint_mean(0.05)
    assert (row["low"], row["high"]) == (
        pytest.approx(low * 60 / 2000),
        pytest.approx(high * 60 / 2000),
    )

"""Expected figures are added up by hand from tests/data/company.py."""

import re

import pytest

from kit.data.quality.appraised import period_days
from kit.data.quality.inventory import formula, metrics
from kit.data.quality.reconcile import reconciled
from tests.data.company import FILES, loaded


def test_facts_follow_the_hand_over_and_weigh_by_share(tmp_path):
    facts = loaded(tmp_path).facts
    got = facts[["specialist_id", "plan_id", "share", "spend", "orders"]].values.tolist()
    assert got == [
        ["S1", "P1", 1.0, 11.0, 2.0],
        ["S2", "P1", 0.5, 3.0, 0.5],
        ["S2", "P2", 1.0, 6.0, 1.0],
    ]


def test_owned_and_unassigned_spend_add_up_to_all_spend(tmp_path):
    tables = loaded(tmp_path)
    assert tables.unassigned[["plan_id", "spend"]].values.tolist() == [["P1", 3.0], ["P3", 7.0]]
    assert tables.facts["spend"].sum() + tables.unassigned["spend"].sum() == 30.0


def test_a_measure_that_no_row_holds_is_missing_and_not_zero(tmp_path):
    assert loaded(tmp_path).facts["new_customers"].isna().all()


def test_drill_sums_by_any_columns_within_the_days(tmp_path):
    tables = loaded(tmp_path)
    by = tables.drill(["keyword", "hour"], "2025-06-14", "2025-06-14")
    assert by[["keyword", "hour", "spend"]].values.tolist() == [["抱枕", 2, 5.5], ["毛毯", 1, 5.5]]
    by = tables.drill(["specialist_id", "weekday"], "2025-06-01", "2025-06-30")
    assert by[["specialist_id", "weekday", "spend"]].values.tolist() == [
        ["S1", 6, 11.0],
        ["S2", 1, 9.0],
    ]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("specialist_id", [["S1", 2, 1], ["S2", 1, 0]]),
        ("plan_id", [["P1", 2, 1], ["P2", 1, 0]]),
        ("channel", [["search", 2, 1], ["social", 1, 0]]),
        ("category", [["home", 2, 1]]),
    ],
)
def test_users_are_counted_once_over_the_span(tmp_path, by, expected):
    users = loaded(tmp_path).users("2025-06-14", "2025-06-16", by)
    assert users[[by, "uv", "buyers"]].values.tolist() == expected
    assert users["exact"].all()


def test_days_without_sessions_leave_daily_sums_that_say_so(tmp_path):
    users = loaded(tmp_path).users("2025-06-14", "2025-06-17", "channel")
    assert users.values.tolist() == [["search", 150.0, 6.0, False, False]]


def test_orders_without_a_customer_are_nobodys_never_one_person(tmp_path):
    days = "".join(f"2025-06-{d:02d} 11:00:00,u{d},search,P1,3\n" for d in range(1, 31))
    sessions = FILES["sessions"].splitlines()[0] + "\n" + days
    orders = FILES["orders"] + "O3,2025-06-15 11:00:00,,search,P1,home,5\n"
    tables = loaded(tmp_path, sessions=sessions, orders=orders)
    users = tables.users("2025-06-01", "2025-06-30", "plan_id")
    assert users[["buyers", "exact", "buyers_exact"]].values.tolist() == [[1, True, False]]
    [note] = [i for i in tables.found if i.rule == "no_customer"]
    assert (note.severity, note.count, note.row) == ("note", 1, 4)
    for blank in (orders.replace(",c1,", ",,"), orders.replace("customer_id", "x")):
        tables = loaded(tmp_path, sessions=sessions, orders=blank)
        assert tables.users("2025-06-01", "2025-06-30", "plan_id")["buyers"].isna().all()
        assert "buyers" not in set(reconciled(tables, period_days(tables))["measure"])


def test_formulas_are_told_in_the_readers_words():
    told = {name: formula(said, "zh") for name, said in metrics().items()}
    assert told["roi"] == "成交额 / 花费" and told["uv"] == "去重用户数"
    assert not [name for name, text in told.items() if re.search("[a-z]", text)]
    english = {name: formula(said, "en") for name, said in metrics().items()}
    assert english["roi"] == "sales / spend" and english["pay_conversion"] == "buyers / visitors"
    assert not [text for text in english.values() if re.search(r"_|\brevenue\b|\b[up]v\b", text)]


def test_the_margin_is_profit_over_revenue_of_the_orders_that_tell_it(tmp_path):
    """By hand: (100 × 0.5 + 300 × 0.1) / 400 = 0.2; the third tells none, the last is later."""
    orders = (
        "order_id,paid_at,channel,revenue,gross_margin\n"
        "O1,2025-06-14 10:20:00,search,100,0.5\nO2,2025-06-30 23:59:59,search,300,0.1\n"
        "O3,2025-06-15 10:20:00,search,900,\nO4,2025-07-01 00:00:00,search,50,0.9\n"
    )
    tables = loaded(tmp_path, orders=orders)
    assert tables.gross_margin("2025-06-01", "2025-06-30") == pytest.approx(0.2)
    assert tables.gross_margin("2025-06-16", "2025-06-29") is None
    (tmp_path / "none").mkdir()
    assert loaded(tmp_path / "none", orders=None).gross_margin("2025-06-01", "2025-06-30") is None
    seen = tables.windows.columns.tolist()
    assert seen == ["date", "snapshot_date", "window_days"]


def test_a_persons_margin_is_that_of_the_orders_of_own_plans(tmp_path):
    """E4, by hand: S1 owns P1 until the 15th, S2 half of it after; S2's P2 tells no margin.

    S1 (100 × 0.5 + 300 × 0.1) / 400 = 0.2; S2 50 × 0.9 / 50, whatever the share.
    """
    orders = (
        "order_id,paid_at,channel,plan_id,revenue,gross_margin\n"
        "O1,2025-06-14 10:20:00,search,P1,100,0.5\nO2,2025-06-15 23:59:59,search,P1,300,0.1\n"
        "O3,2025-06-16 10:20:00,social,P2,900,\nO4,2025-06-16 10:00:00,search,P1,100,0.9\n"
        "O5,2025-06-16 10:20:00,social,,500,0.3\n"
    )
    tables = loaded(tmp_path, orders=orders)
    found = tables.own_margins("2025-06-01", "2025-06-30")
    assert found == pytest.approx({"S1": 0.2, "S2": 0.9})
    assert tables.own_margins("2025-06-01", "2025-06-15") == pytest.approx({"S1": 0.2})

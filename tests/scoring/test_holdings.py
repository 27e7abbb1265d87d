"""A plan that changes hands is a decision, not noise of days: spans by hand, coverage by draws."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit.params import read_scheme
from kit.scoring import holdings, kpi
from kit.scoring.panel import Panel
from kit.stats import ewc
from tests.scoring import months

DAYS = pd.date_range("2025-04-01", periods=30)
NONE = np.zeros((30, 0))
SCHEME = read_scheme("params/scheme-2025.yml")


def tables(*spans: tuple, money: dict | None = None):
    """Assignments (plan, who, first day, last day or 0, share) and each plan's money a day."""
    rows = pd.DataFrame(
        [(p, w, DAYS[a - 1], DAYS[b - 1] if b else pd.NaT, s) for p, w, a, b, s in spans],
        columns=["plan_id", "specialist_id", "valid_from", "valid_to", "share"],
    )
    money = money or {"small": 10.0, "large": 900.0}
    days = [
        {"date": d, "plan_id": p, "spend": m, "revenue": m} for p, m in money.items() for d in DAYS
    ]
    return SimpleNamespace(get=lambda name: rows, plan_days=pd.DataFrame(days))


def numbers(found, who="A", calendar=NONE):
    return holdings.held(found, (who,), DAYS, calendar)[0].tolist()


def test_a_plan_taken_over_parts_the_days_of_both_holders():
    given = tables(("small", "A", 1, 0, 1), ("large", "B", 1, 10, 1), ("large", "A", 11, 0, 1))
    assert numbers(given) == [1] * 10 + [2] * 20
    assert numbers(given, "B") == [1] * 10 + [0] * 20


def test_who_keeps_the_own_plans_has_one_span():
    assert numbers(tables(("large", "A", 1, 0, 1))) == [1] * 30


def test_a_share_that_changes_parts_them_and_an_assignment_written_in_two_rows_does_not():
    assert (
        numbers(tables(("large", "A", 1, 14, 0.5), ("large", "A", 15, 0, 1))) == [1] * 14 + [2] * 16
    )
    assert numbers(tables(("large", "A", 1, 14, 1), ("large", "A", 15, 0, 1))) == [1] * 30


def test_of_moves_within_a_week_the_one_of_more_money_counts():
    given = tables(
        ("small", "A", 9, 0, 1),
        ("large", "A", 12, 0, 1),
        ("base", "A", 1, 0, 1),
        money={"small": 10.0, "large": 900.0, "base": 50.0},
    )
    assert numbers(given) == [1] * 11 + [2] * 19


def test_a_move_in_the_first_week_and_a_plan_without_money_part_nothing():
    given = tables(("small", "A", 1, 0, 1), ("large", "A", 4, 0, 1), ("idle", "A", 15, 0, 1))
    assert numbers(given) == [1] * 30


def test_a_move_at_the_end_of_a_promotion_is_known_from_the_calendar():
    given = tables(("small", "A", 1, 0, 1), ("large", "A", 13, 0, 1))
    assert numbers(given, calendar=(np.arange(30) >= 12)[:, None] * 1.0) == [1] * 30
    assert numbers(given, calendar=(np.arange(30) >= 20)[:, None] * 1.0) == [1] * 12 + [2] * 18


def test_what_members_hand_to_one_another_is_no_change_of_the_team():
    """A gives the plan to B; that changes nothing for both, and something for B alone."""
    given = tables(("large", "A", 1, 14, 1), ("large", "B", 15, 0, 1), ("small", "B", 1, 0, 1))
    whole = (("A", "B"), DAYS, NONE)
    both = np.ones((2, 30), bool)
    assert holdings.together(given, *whole, both)[0].tolist() == [1] * 30
    alone = both & [[False], [True]]
    assert holdings.together(given, *whole, alone)[0].tolist() == [1] * 14 + [2] * 16


def error(held: np.ndarray, revenue: np.ndarray) -> float:
    """Standard error of sales by the kit."""
    revenue = revenue[None, :]
    data = Panel(
        ("A",), DAYS, held, NONE, {"revenue": revenue}, {"revenue": revenue.sum(axis=1)}, {}
    )
    return float(kpi.value(data, SCHEME.library["sales"]).se[0])


def test_the_error_of_sales_knows_the_noise_of_days_and_not_the_step():
    """Days of ±10 around 100, then around 2,000: the step of 1,900 adds nothing to the error."""
    wobble = np.tile([10.0, -10.0, 5.0, -5.0, 0.0], 6)
    step = np.where(np.arange(30) < 15, 100.0, 2000.0)
    held = np.where(np.arange(30) < 15, 1, 2)[None]
    flat = error(held, 100 + wobble)
    assert error(held, step + wobble) == pytest.approx(flat, rel=1e-9)
    assert error(np.ones((1, 30), int), step + wobble) > 50 * flat


def covered(n: int, first: int, step: float, rho: float, heavy: float) -> float:
    """Share of 95 % intervals of a sum that hold the truth, a plan being taken over after `first`.

    heavy : sd of the logs of single orders, 18 a day at the level of 1; 0: normal days of 25 %
    """
    runs = 400
    rng = np.random.default_rng([n, first, int(100 * step), int(10 * rho), int(10 * heavy)])
    level = np.where(np.arange(n) < first, 1.0, step)
    days = level * (1 + 0.25 * months.memory(rng, runs, n, rho))
    if heavy:
        orders = rng.poisson(18 * np.tile(level, (runs, 1)))
        days = np.array(
            [[rng.lognormal(-(heavy**2) / 2, heavy, k).sum() / 18 for k in row] for row in orders]
        )
    held = np.where(np.arange(n) < first, 1, 2)[None]
    rest = [ewc.residual(row[None], held) for row in days]
    se, df = (
        np.concatenate(x) for x in zip(*(ewc.sum_error(row, held) for row in rest), strict=True)
    )
    return float(np.mean(np.abs(days.sum(axis=1) - level.sum()) <= stats.t.ppf(0.975, df) * se))


@pytest.mark.slow
@pytest.mark.parametrize("first", [7, 15, 23])
@pytest.mark.parametrize("step", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_intervals_of_months_with_a_handover_hold_the_truth(first, step, rho):
    """400 months each (error 0.011): at least 92 %, in months of normal days."""
    assert covered(30, first, step, rho, 0.0) >= 0.92


@pytest.mark.slow
@pytest.mark.parametrize(("heavy", "least"), [(1.0, 0.92), (1.5, 0.90)])
def test_they_hold_it_with_order_values_as_shops_have_them(heavy, least):
    """Lognormal orders: single huge ones are missed by any month that has none of them."""
    for step in (0.5, 4.0):
        assert covered(30, 15, step, 0.0, heavy) >= least

"""Teams of equals for six months: who would be named to talk to first, without any date.

Every person has the same truth; sales are orders with lognormal values (sd of logs 1) on days that
remember (0.3). Each hint is found by the product's own rule on the same draws: trend of totals,
standing among colleagues, efficiency, fit, spend that loses money. A process indicator is under its
line for one person in five, whatever else happens.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from kit.people import team
from kit.people.agenda import enters
from kit.people.hints import APART, Hint
from kit.retrospective.drill import Units, Yardstick, _judged
from kit.scoring.review import trend
from kit.stats import pairs
from kit.stats.ewc import half_width, sum_error
from kit.stats.multiple import bh
from tests.bench.worlds.draws import factors, sums
from tests.bench.worlds.plans import _rules

PEOPLE, MONTHS, DAYS, ROI, VALUE, PLANS = 14, 6, 30, 4.0, 150.0, 4
LATE = 0.2  # share of people whose process indicator is under 60 points


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orders, sales and spend, people × plans × days."""
    shape = (PEOPLE * PLANS, MONTHS * DAYS)
    spend = 4.0 * VALUE / ROI * factors(rng, shape, 0, 0.15)
    orders = rng.poisson(spend * ROI / VALUE * factors(rng, shape, 0.3, 0.1))
    split = (PEOPLE, PLANS, MONTHS * DAYS)
    money = VALUE * sums(rng, orders, "lognormal 1")
    return orders.reshape(split), money.reshape(split), spend.reshape(split)


def named(rng: np.random.Generator) -> list[list[Hint]]:
    """Hints of each of the equals in the last month."""
    orders, sales, spend = draw(rng)
    found = [
        _trend(sales, spend),
        _standing(sales, spend),
        _efficiency(sales, spend),
        _fit(sales, spend),
        _stops(orders, sales, spend),
        rng.random(PEOPLE) < LATE,
    ]
    kinds = ("total trend", "total below", "return efficiency", "return fit", "stop stop")
    pairs_of = [kind.split() for kind in (*kinds, "work low")]
    return [
        [Hint(str(n), *kind) for kind, flags in zip(pairs_of, found, strict=True) if flags[n]]
        for n in range(PEOPLE)
    ]


def shares(seed: int, months: int, seen: tuple[int, ...]) -> list[float]:
    """Share of months in which somebody is named, of so many equals as a reader sees."""
    rng = np.random.default_rng(seed)
    entered = np.array([[enters(mine) for mine in named(rng)] for _ in range(months)])
    return [float(entered[:, :n].any(axis=1).mean()) for n in seen]


def _by_month(cube: np.ndarray) -> np.ndarray:
    return cube.sum(axis=1).reshape(PEOPLE, MONTHS, DAYS)


def _trend(sales: np.ndarray, spend: np.ndarray) -> np.ndarray:
    s, x = (_by_month(c).sum(axis=2) for c in (sales, spend))
    total = 50 * s / s.mean() + 50 * s / x / ROI
    past = pd.DataFrame(
        {
            "specialist_id": np.repeat(np.arange(PEOPLE), MONTHS),
            "period_id": np.tile(np.arange(MONTHS), PEOPLE),
            "total": total.ravel(),
        }
    )
    return (trend(past).set_index("specialist_id")["direction"] == "down").to_numpy()


def _standing(sales: np.ndarray, spend: np.ndarray) -> np.ndarray:
    s, x = (_by_month(c)[:, -1] for c in (sales, spend))
    points = 50 * s / s.sum(axis=1).mean() + 50 * (s - ROI * x) / (ROI * x.sum(axis=1).mean())
    apart = (np.eye(PEOPLE) * PEOPLE - 1) / (PEOPLE - 1)
    se, df = pairs.contrast_errors(pairs.team(points), apart)
    gap = apart @ points.sum(axis=1)
    from scipy import stats

    return (bh(2 * stats.t.sf(np.abs(gap) / se, df)) <= 0.05) & (gap < 0)


def _efficiency(sales: np.ndarray, spend: np.ndarray) -> np.ndarray:
    s, x = _by_month(sales)[:, -2:], _by_month(spend)[:, -2:]
    rate = s.sum(axis=2) / x.sum(axis=2)
    se, df = sum_error((s - rate[:, :, None] * x).reshape(-1, DAYS))
    se = se.reshape(PEOPLE, 2) / x.sum(axis=2)
    half = half_width(np.hypot(*se.T), np.full(PEOPLE, 2 * np.min(df)), 0.95)
    return (rate[:, 1] - rate[:, 0] + half) < 0


def _fit(sales: np.ndarray, spend: np.ndarray) -> np.ndarray:
    n = MONTHS * DAYS
    days = pd.date_range("2025-01-01", periods=n)
    facts = pd.DataFrame(
        {
            "specialist_id": np.repeat(np.arange(PEOPLE), n),
            "channel": "search",
            "date": np.tile(days, PEOPLE),
            "revenue": sales.sum(axis=1).ravel(),
            "spend": spend.sum(axis=1).ravel(),
        }
    )
    period = SimpleNamespace(last_day=days[-1])
    scheme = SimpleNamespace(uncertainty=SimpleNamespace(level=0.95))
    fits = team.fit(SimpleNamespace(facts=facts, period=period, scheme=scheme))
    return (fits.set_index("specialist_id")["fit_high"] < APART).to_numpy()


def _stops(orders: np.ndarray, sales: np.ndarray, spend: np.ndarray) -> np.ndarray:
    o, s, x = (c[:, :, -DAYS:].reshape(-1, DAYS) for c in (orders, sales, spend))
    rows = pd.DataFrame(
        {
            "plan_id": [f"P{n:03d}" for n in range(len(s))],
            "clicks": x.sum(axis=1) / 1.5,
            "spend": x.sum(axis=1),
            "orders": o.sum(axis=1) * 1.0,
            "revenue": s.sum(axis=1),
        }
    )
    by = Yardstick(ROI, "targets", 2.0, 0.5, 0.04, VALUE)
    listed = _judged(Units(rows, s, x), by, _rules(), set())["list"].to_numpy() == "stop"
    return listed.reshape(PEOPLE, PLANS).any(axis=1)

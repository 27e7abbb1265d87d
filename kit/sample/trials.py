"""A/B tests of the sample company with known truth (A/B 测试)."""

import numpy as np
import pandas as pd

from kit.sample.demand import Company, stream

BEFORE = 28  # days before a test in which both of its plans already ran
VALUES = 1.3  # sd of logs of order values: CV 2.1


def experiment_days(company: Company, seed: int) -> pd.DataFrame:
    """Daily totals per variant of the tests that list `daily` in trials: rates × planted effect."""
    return pd.concat(
        [_daily(test, seed) for test in company["trials"] if "daily" in test], ignore_index=True
    )


def _daily(test: dict, seed: int) -> pd.DataFrame:
    """Days × variants of the test, and of the four weeks before in which both ran unchanged."""
    truth = test["daily"]
    dates = _days(test, truth)
    now = _both(test, test["test_id"], seed, dates)
    if "switch" in truth:
        return now
    alike = test | {"daily": truth | {"lift": {name: {} for name in truth["lift"]}}}
    before = pd.date_range(end=dates[0] - pd.Timedelta(days=1), periods=BEFORE)
    return pd.concat([_both(alike, f"{test['test_id']} before", seed, before), now])


def _days(test: dict, truth: dict) -> pd.DatetimeIndex:
    """Days of the test for which there are data: until its end, or until it was stopped."""
    last = min(pd.Timestamp(test["end_date"]), pd.Timestamp(truth.get("until", test["end_date"])))
    return pd.date_range(test["start_date"], last)


def _both(test: dict, name: str, seed: int, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """A shock that both variants share on a day, and one of their own."""
    draw = stream(seed, name)
    truth = test["daily"]
    values = stream(seed, f"{name} values")
    shared = draw.normal(0, truth.get("shared", 0.06), len(dates))
    frames = []
    for variant, lift in truth["lift"].items():
        lift = {"ctr": 1.0, "cvr": 1.0, "cpc": 1.0, **lift}
        when = dates if "switch" not in truth else _half(dates, truth["switch"], lift)
        head = {
            "test_id": test["test_id"],
            "variant": variant,
            "date": dates,
            "plan_id": truth["plan"],
            "users": None,
            "stratum": None,
        }
        sums = _sums(truth, lift, shared, draw, values)
        frames.append(pd.DataFrame(head | sums)[dates.isin(when)])
    return pd.concat(frames)


def _sums(
    truth: dict,
    lift: dict,
    shared: np.ndarray,
    draw: np.random.Generator,
    values: np.random.Generator,
) -> dict[str, np.ndarray]:
    """Daily sums of one variant: `shared` is the shock of each day that both feel."""
    n = len(shared)
    own = draw.normal(0, truth.get("own", 0.05), (3, n))
    ctr = truth["ctr"] * lift["ctr"] * np.exp(shared + own[0])
    seen = draw.poisson(truth["impressions"] * np.exp(own[1]), n)
    clicks = draw.binomial(seen, ctr)
    orders = draw.binomial(clicks, truth["cvr"] * lift["cvr"] * np.exp(shared / 2 + own[2]))
    carts = orders + draw.binomial(clicks - orders, 0.08)
    cpc = truth["cpc"] * lift["cpc"] * np.exp(own[1] / 2)
    worth = truth["aov"] * _spread(values.standard_normal(orders.sum()))
    revenue = np.bincount(np.repeat(np.arange(n), orders), worth, n)
    revenue = (revenue * np.exp(draw.normal(0, 0.05, n))).round(2)
    return {
        "impressions": seen,
        "clicks": clicks,
        "add_to_carts": carts,
        "orders": orders,
        "spend": (clicks * cpc).round(2),
        "revenue": revenue,
        "refund_amount": (revenue * draw.uniform(0.03, 0.09, n)).round(2),
    }


def _spread(normal: np.ndarray) -> np.ndarray:
    """Order values around their mean, as unlike as a real shop's (lognormal)."""
    return np.exp(VALUES * normal - VALUES**2 / 2)


def _half(dates: pd.DatetimeIndex, switch: str, lift: dict) -> pd.DatetimeIndex:
    """Before the switch the control ran, from it on the treatment."""
    return (
        dates[dates >= pd.Timestamp(switch)]
        if lift.get("after")
        else dates[dates < pd.Timestamp(switch)]
    )


def experiment_users(company: Company, seed: int) -> pd.DataFrame:
    """One row a user of the tests that list `users`: conversion, revenue, refund, pre-period."""
    return pd.concat(
        [_users(test, seed) for test in company["trials"] if "users" in test], ignore_index=True
    )


def _users(test: dict, seed: int) -> pd.DataFrame:
    """Users with a latent taste that moves both pre-period revenue and conversion."""
    draw = stream(seed, test["test_id"])
    truth = test["users"]
    names, taste, size = _split(truth["n"], draw)
    lift = np.array([truth["lift"].get(name, 1.0) for name in names])
    bought = draw.random(size) < np.clip(truth["rate"] * lift * np.exp(0.5 * taste - 0.125), 0, 0.9)
    pre = draw.random(size) < np.clip(0.10 * np.exp(0.8 * taste - 0.32), 0, 1)
    worth = truth["aov"] * np.exp(0.2 * taste - 0.02) * _spread(draw.standard_normal(size))
    back = np.array([truth.get("refund", {}).get(name, 0.06) for name in names])
    days = _days(test, truth)
    return pd.DataFrame(
        {
            "test_id": test["test_id"],
            "user_id": [f"{test['test_id']}-{n:06d}" for n in range(1, size + 1)],
            "variant": names,
            "stratum": np.where(draw.random(size) < 0.4, "老客", "新客"),
            "day": days[np.sort(draw.integers(0, len(days), size))],
            "converted": bought,
            "revenue": np.where(bought, worth, 0).round(1),
            "refund_amount": np.where(bought & (draw.random(size) < back), worth, 0).round(1),
            "orders": bought.astype(int),
            "sessions": 1 + draw.poisson(np.exp(0.2 * taste), size),
            "pre_revenue": np.where(pre, truth["aov"] * np.exp(0.3 * taste), 0).round(1),
            "pre_sessions": draw.poisson(1.5 * np.exp(0.3 * taste), size),
        }
    )


def _split(sizes: dict, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Each user's variant, in random order, and latent taste; and how many users there are."""
    names = np.repeat(np.array(list(sizes), object), list(sizes.values()))
    draw.shuffle(names)
    return names, draw.normal(0, 1, len(names)), len(names)


def experiments(company: Company) -> pd.DataFrame:
    """Table `experiments` (A/B 测试计划), as declared before the data."""
    plans = [
        {k: v for k, v in test.items() if k not in ("daily", "users", "story")}
        for test in company["trials"]
    ]
    table = pd.DataFrame(plans)
    for column in ("start_date", "end_date", "declared_on"):
        table[column] = pd.to_datetime(table[column])
    return table.astype({"looks": "Int64", "audience": "Int64"})

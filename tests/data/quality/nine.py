"""A company of nine people over four months, whose units a test can spoil (九人公司)."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.data.company import SCHEME

PEOPLE = [f"S{n}" for n in range(1, 10)]
ITEMS = ("innovation", "teamwork", "problem_solving", "learning")
MONTHS = ("2025-03", "2025-04", "2025-05", "2025-06")
DAYS = pd.date_range("2025-03-01", "2025-06-30")
PERIOD = """id: {id}
type: month
start: {id}-01
end: {id}-30
compare_to: 2025-05
scheme: {scheme}
data: {data}
{more}"""


def company(seed: int = 1) -> dict[str, pd.DataFrame]:
    """Every table of the company; figures drawn around plain levels, a promotion in June."""
    rng = np.random.default_rng(seed)
    plans = [f"P{n:02d}" for n in range(1, 19)]
    level = dict(zip(plans, rng.uniform(0.6, 1.6, 18), strict=True))
    tables = {"ads": pd.concat([_plan(rng, plan, level[plan]) for plan in plans])}
    tables["plans"] = pd.DataFrame(
        {
            "plan_id": plans,
            "plan_name": [f"计划{p}" for p in plans],
            "platform": ["taobao", "douyin"] * 9,
            "channel": ["search", "social"] * 9,
            "category": "home",
        }
    )
    tables["roster"] = pd.DataFrame(
        {"specialist_id": PEOPLE, "name": [f"人员{p}" for p in PEOPLE], "team": "一组"}
    ).assign(manager_id="M1")
    owner = [PEOPLE[n // 2] for n in range(18)]
    tables["assignment"] = pd.DataFrame(
        {"plan_id": plans, "specialist_id": owner, "valid_from": "2025-03-01"}
    )
    owned = tables["ads"].merge(tables["assignment"], on="plan_id")
    owned["period_id"] = owned["date"].str[:7]
    tables |= _goals(rng, owned)
    return tables | _typed(rng)


def _plan(rng: np.random.Generator, plan: str, level: float) -> pd.DataFrame:
    """A plan's days: 200 clicks at 1.2 a click, one order in twenty at 150 each."""
    n = len(DAYS)
    sale = np.where((DAYS.month == 6) & (DAYS.day < 19), 2.5, 1.0)
    clicks = rng.poisson(200 * level * sale)
    orders = rng.binomial(clicks, 0.05)
    return pd.DataFrame(
        {
            "date": DAYS.strftime("%Y-%m-%d"),
            "plan_id": plan,
            "impressions": rng.poisson(clicks * 25),
            "clicks": clicks,
            "spend": (clicks * rng.normal(1.2, 0.1, n)).round(2),
            "add_to_carts": rng.binomial(clicks, 0.15),
            "orders": orders,
            "revenue": (orders * rng.normal(150, 8, n)).round(2),
            "new_customers": rng.binomial(orders, 0.4),
            "window_days": 7,
            "snapshot_date": "2025-07-20",
        }
    )


def _goals(rng: np.random.Generator, owned: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Targets near what was reached, budgets near what was spent."""
    sums = owned.groupby(["period_id", "specialist_id"])[
        ["impressions", "clicks", "spend", "orders", "revenue", "new_customers"]
    ].sum()
    reached = pd.DataFrame(
        {
            "sales": sums["revenue"],
            "roi": sums["revenue"] / sums["spend"],
            "click_conversion": sums["orders"] / sums["clicks"],
            "ctr": sums["clicks"] / sums["impressions"],
            "cac": sums["spend"] / sums["new_customers"],
        }
    )
    long = reached.reset_index().melt(["period_id", "specialist_id"], None, "indicator", "target")
    long["target"] = (long["target"] * rng.normal(1.0, 0.06, len(long))).round(6)
    channel = owned.groupby(["period_id", "specialist_id", "plan_id"], as_index=False)[
        "spend"
    ].sum()
    odd = channel["plan_id"].str[1:].astype(int) % 2
    budget = channel.assign(
        channel=odd.map({1: "search", 0: "social"}),
        budget=(channel["spend"] * rng.normal(1.0, 0.05, len(channel))).round(0),
    )
    return {
        "targets": long.assign(set_on=long["period_id"] + "-01"),
        "budget": budget[["period_id", "specialist_id", "channel", "budget"]],
    }


def _typed(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Tasks and ratings."""
    tasks = [
        (
            f"T{m}{who}{k}",
            who,
            "任务",
            f"{m}-1{k}",
            f"{m}-1{k if rng.random() < 0.8 else 9}",
            "done",
        )
        for m in MONTHS
        for who in PEOPLE
        for k in range(5)
    ]
    liked = dict(zip(PEOPLE, rng.uniform(2.2, 4.8, 9), strict=True))
    ratings = [
        (m, who, rater, _relation(who, rater), item, _tick(rng, liked[who]), f"{m}-28")
        for m in MONTHS
        for who in PEOPLE
        for rater in (*PEOPLE[:6], "M1")
        for item in ITEMS
    ]
    return {
        "tasks": pd.DataFrame(
            tasks, columns=["task_id", "specialist_id", "task", "due", "done_on", "status"]
        ),
        "feedback": pd.DataFrame(
            ratings,
            columns=[
                "period_id",
                "specialist_id",
                "rater_id",
                "relation",
                "item",
                "rating",
                "submitted_on",
            ],
        ),
    }


def _relation(who: str, rater: str) -> str:
    return "self" if who == rater else "manager" if rater == "M1" else "peer"


def _tick(rng: np.random.Generator, liked: float) -> int:
    return int(np.clip(round(liked + rng.normal(0, 0.6)), 1, 5))


def written(
    place: Path, tables: dict[str, pd.DataFrame], more: str = "", id: str = "2025-06"
) -> Path:
    """The tables as files in `place`, and the period file."""
    for name, table in tables.items():
        table.to_csv(place / f"{name}.csv", index=False)
    file = place / f"{id}.yml"
    file.write_text(PERIOD.format(id=id, scheme=SCHEME, data=place, more=more), encoding="utf-8")
    return file

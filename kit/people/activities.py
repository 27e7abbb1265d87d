"""What was planned and what came of it (活动): each plan's tasks, spend and sales; tasks done late.

A day late is a working day after the due day; an open task is late from its due day on.
"""

from typing import Any

import numpy as np
import pandas as pd

from kit.people.loop import clock
from kit.stats import workdays


def due_tasks(tables: Any) -> pd.DataFrame:
    """Tasks due in the period (应完成任务), those that the business cancelled left out.

    Returns : rows of `tasks` with late (working days; 0 in time, NaN open and not yet due) and done
    (by the period's last day)
    """
    last = pd.Timestamp(tables.period.last_day)
    rows = tables.get("tasks")
    inside = rows["due"].between(pd.Timestamp(tables.period.start), last)
    rows = rows[inside & (rows["status"] != "cancelled_by_business")]
    off = clock(tables).off
    ends = rows["done_on"].fillna(last)
    late = [
        workdays.count(due.date(), end.date(), off) if end > due else 0
        for due, end in zip(rows["due"], ends, strict=True)
    ]
    return rows.assign(late=np.array(late, float), done=rows["done_on"] <= last)


def late_tasks(tables: Any) -> pd.DataFrame:
    """Tasks of the period that were late, by name (延误任务), longest first."""
    rows = due_tasks(tables)
    rows = rows[(rows["late"] > 0) | (rows["done_on"] > rows["due"])]
    return rows.sort_values(["late", "due"], ascending=[False, True], ignore_index=True)


def activities(tables: Any) -> pd.DataFrame:
    """Every plan with a task due (活动一览): owner, target, actual, on time, result.

    Returns : specialist_id, plan_id, due, done, on_time (tasks), spend, sales, roi of the person's
    part of the plan, target (the person's ROI target), met
    """
    tasks = due_tasks(tables).dropna(subset=["plan_id"])
    keys = ["specialist_id", "plan_id"]
    on_time = tasks["done"] & (tasks["done_on"] <= tasks["due"])
    counts = (
        tasks.assign(on_time=on_time)
        .groupby(keys)
        .agg(due=("task", "size"), done=("done", "sum"), on_time=("on_time", "sum"))
    )
    sums = _days(tables).groupby(keys)[["spend", "revenue"]].sum()
    table = counts.join(sums).rename(columns={"revenue": "sales"}).reset_index()
    goals = tables.get("targets")
    goals = goals[(goals["period_id"] == tables.period.id) & goals["stage"].isna()]
    goal = goals[goals["indicator"] == "roi"].drop_duplicates("specialist_id")
    roi = table["sales"] / table["spend"].where(table["spend"] > 0)
    target = table["specialist_id"].map(goal.set_index("specialist_id")["target"]).astype(float)
    met = (roi >= target).astype(object).where(roi.notna() & target.notna(), None)
    return table.assign(roi=roi, target=target, met=met)


def own(tables: Any, column: str) -> pd.DataFrame:
    """A person's figures by channel or strategy beside everybody's (本人各渠道、各策略).

    Returns : specialist_id, column, spend, sales, share (of own spend), roi, usual (all people's),
    new_customers
    """
    days = _days(tables)
    measures = ["spend", "revenue", "new_customers"]
    by = days.groupby(["specialist_id", column])[measures].sum(min_count=1).reset_index()
    whole = days.groupby(column)[["spend", "revenue"]].sum()
    usual = whole["revenue"] / whole["spend"].where(whole["spend"] > 0)
    spent = by.groupby("specialist_id")["spend"].transform("sum")
    return by.rename(columns={"revenue": "sales"}).assign(
        roi=by["revenue"] / by["spend"].where(by["spend"] > 0),
        usual=by[column].map(usual),
        share=by["spend"] / spent.where(spent > 0),
    )


def owners(tables: Any) -> pd.DataFrame:
    """Who owned each plan on the period's last day (期末负责人): plan_id, specialist_id."""
    last = pd.Timestamp(tables.period.last_day)
    rows = tables.get("assignment")
    rows = rows[(rows["valid_from"] <= last) & ~(rows["valid_to"] < last)]
    return rows[["plan_id", "specialist_id"]].drop_duplicates()


def _days(tables: Any) -> pd.DataFrame:
    start, end = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    return tables.facts[tables.facts["date"].between(start, end)]

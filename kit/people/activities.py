"""What was planned and what came of it (活动): each plan's tasks, spend and sales; tasks done late.

A day late is a working day after the due day; an open task is late from its due day on.
"""

from typing import Any

import numpy as np
import pandas as pd

from kit.people.loop import clock
from kit.stats import workdays

Span = tuple[pd.Timestamp, pd.Timestamp]
COUNTS = ["due", "done", "on_time"]  # of tasks
SUMS = ["spend", "sales"]
COLUMNS = ["kind", "item", "specialist_id", *COUNTS, *SUMS, "roi", "target", "met"]


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
    """Tasks of the period that were late, by name (延误任务), longest first.

    undated : said to be done, without the day; how late they were is not known
    """
    rows = due_tasks(tables)
    undated = (rows["status"] == "done") & rows["done_on"].isna()
    rows = rows.assign(undated=undated, late=rows["late"].mask(undated))
    rows = rows[(rows["late"] > 0) | (rows["done_on"] > rows["due"]) | undated]
    return rows.sort_values(["late", "due"], ascending=[False, True], ignore_index=True)


def activities(tables: Any) -> pd.DataFrame:
    """Every planned activity (活动一览): owner, target, actual, on time, result.

    Returns : kind (plan: with a task due, or begun in the period; task: without a plan; promotion:
    of the scheme's calendar), item (its id or words), specialist_id (NaN: a promotion that no plan
    belongs to), due, done, on_time (tasks), spend, sales, roi of the person's part, target (the
    person's ROI target, a promotion's own where it was set), met (ROI against it; a task: done)
    """
    tasks = due_tasks(tables)
    done = tasks["done"] & (tasks["done_on"] <= tasks["due"])
    tasks = tasks.assign(on_time=done, due_on=tasks["due"], due=1)
    loose = tasks[tasks["plan_id"].isna()]
    loose = loose.assign(kind="task", item=loose["task"], met=loose["done"].astype(object))
    known = tables.get("plans").drop_duplicates("plan_id").set_index("plan_id")
    span = pd.Timestamp(tables.period.start), pd.Timestamp(tables.period.last_day)
    plans = _plans(tables, tasks, known.index[known["start_date"].between(*span)], span)
    parts = [
        _judged(tables, plans.assign(kind="plan", item=plans["plan_id"]), tables.period.id),
        *(
            _promoted(tables, p, tasks, known.index[known["promotion_id"] == p.id])
            for p in held(tables)
        ),
        loose[["kind", "item", "specialist_id", *COUNTS, "met"]],
    ]
    made = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return made.reindex(columns=COLUMNS)


def held(tables: Any) -> list[Any]:
    """Promotions of the scheme's calendar with a day in the period (本期大促)."""
    period = tables.period
    every = tables.scheme.promotions
    return [p for p in every if p.start <= period.last_day and p.end >= period.start]


def _plans(tables: Any, tasks: pd.DataFrame, chosen: pd.Index, span: Span) -> pd.DataFrame:
    """Tasks due and sums on the days of a span, by person and plan: with a task, and those chosen.

    spend, sales are NaN where nothing was measured on these days
    """
    keys = ["specialist_id", "plan_id"]
    tasks = tasks[tasks["due_on"].between(*span)]
    counts = tasks.dropna(subset=["plan_id"]).groupby(keys)[COUNTS].sum()
    owned = tables.get("assignment")
    owned = owned[(owned["valid_from"] <= span[1]) & ~(owned["valid_to"] < span[0])]
    new = owned[owned["plan_id"].isin(chosen)][keys].drop_duplicates()
    every = counts.index.union(pd.MultiIndex.from_frame(new))
    sums = _days(tables, *span).groupby(keys)[["spend", "revenue"]].sum(min_count=1)
    table = counts.reindex(every).fillna(0).join(sums)
    return table.rename(columns={"revenue": "sales"}).rename_axis(keys).reset_index()


def _promoted(tables: Any, of: Any, tasks: pd.DataFrame, chosen: pd.Index) -> pd.DataFrame:
    """A promotion by owner, the sums of its plans on its days; a row alone where it has no plan.

    Of one that reaches beyond the period the days here are told, without its target.
    """
    period = tables.period
    days = max(of.start, period.start), min(of.end, period.last_day)
    plans = _plans(tables, tasks, chosen, (pd.Timestamp(days[0]), pd.Timestamp(days[1])))
    plans = plans[plans["plan_id"].isin(chosen)]
    if plans.empty:
        return pd.DataFrame([{"kind": "promotion", "item": of.id, "specialist_id": None, "due": 0}])
    sums = plans.groupby("specialist_id")[[*COUNTS, *SUMS]].sum(min_count=1).reset_index()
    whole = days == (of.start, of.end)
    return _judged(tables, sums.assign(kind="promotion", item=of.id), of.id if whole else "")


def _judged(tables: Any, rows: pd.DataFrame, goal_of: str) -> pd.DataFrame:
    """Rows with their ROI beside the target that was set for a period or promotion."""
    goals = tables.get("targets")
    goals = goals[goals["stage"].isna() & (goals["indicator"] == "roi")]
    goals = goals[goals["period_id"] == goal_of].drop_duplicates("specialist_id")
    target = rows["specialist_id"].map(goals.set_index("specialist_id")["target"]).astype(float)
    roi = rows["sales"] / rows["spend"].where(rows["spend"] > 0)
    met = (roi >= target).astype(object).where(roi.notna() & target.notna(), None)
    return rows.assign(roi=roi, target=target, met=met)


def own(tables: Any, column: str) -> pd.DataFrame:
    """A person's figures by channel or strategy beside everybody's (本人各渠道、各策略).

    Returns : specialist_id, column (NaN where plans name none), spend, sales, share (of own spend),
    roi, usual (all people's), new_customers
    """
    days = _days(tables)
    measures = ["spend", "revenue", "new_customers"]
    groups: dict[str, Any] = {"observed": True, "dropna": False}
    by = days.groupby(["specialist_id", column], **groups)[measures].sum(min_count=1).reset_index()
    whole = days.groupby(column, **groups)[["spend", "revenue"]].sum()
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


def _days(tables: Any, start: Any = None, end: Any = None) -> pd.DataFrame:
    """Daily facts of the period, or of a span in it."""
    first = pd.Timestamp(start or tables.period.start)
    last = pd.Timestamp(end or tables.period.last_day)
    return tables.facts[tables.facts["date"].between(first, last)]

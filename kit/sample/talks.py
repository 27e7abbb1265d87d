"""What was said of figures in the interviews (面谈事实): by the person's own sales and tasks."""

import pandas as pd

from kit.sample.demand import Company
from kit.sample.goals import periods

SALES = {True: "销售额达到目标", False: "销售额没有达到目标"}
TASKS = {True: "到期任务全部按时完成", False: "有任务晚于期限"}


def told(company: Company, made: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Table `interviews` with facts that fit sales, targets and tasks of each period (面谈事实).

    made : the tables of the sample, `ads` as the platforms hold them
    """
    rows = made["interviews"]
    spans = {p["period_id"]: p for p in periods(company) if p["stage"] is None}
    days = made["ads"][["date", "plan_id", "revenue"]].merge(made["assignment"], on="plan_id")
    days = days[(days["date"] >= days["valid_from"]) & ~(days["date"] > days["valid_to"])]
    days = days.assign(sales=days["revenue"] * days["share"])
    days = days.groupby(["specialist_id", "date"])[["sales"]].sum().reset_index()
    facts = [
        _said(spans[name], who, days, made)
        for name, who in zip(rows["period_id"], rows["specialist_id"], strict=True)
    ]
    return rows.assign(facts=facts)


def _said(span: dict, who: str, days: pd.DataFrame, made: dict[str, pd.DataFrame]) -> str:
    """One person's facts of a period: sales against target, tasks in time."""
    inside = days["date"].between(span["start"], span["end"]) & (days["specialist_id"] == who)
    goals, tasks = made["targets"], made["tasks"]
    goal = goals[
        (goals["period_id"] == span["period_id"])
        & goals["stage"].isna()
        & (goals["specialist_id"] == who)
        & (goals["indicator"] == "sales")
    ]["target"].sum()
    due = tasks[tasks["due"].between(span["start"], span["end"])]
    due = due[(due["specialist_id"] == who) & (due["status"] != "cancelled_by_business")]
    in_time = (due["done_on"] <= due["due"]).all()
    reached = days.loc[inside, "sales"].sum() >= goal
    return f"{SALES[bool(reached)]}，{TASKS[bool(in_time)]}"

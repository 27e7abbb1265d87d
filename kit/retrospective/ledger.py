"""Did the agreed actions work, and what should be aimed at next (改进台账与目标建议)?"""

import datetime as dt

import numpy as np
import pandas as pd

from kit.data.facts import SUMS
from kit.data.load import Tables
from kit.params import Span, span_of
from kit.retrospective.scope import between, days, last_year, team_facts, this_span
from kit.stats.ewc import half_width, sum_error

MEASURES: dict[str, tuple[str, str | None]] = {  # indicator: numerator, denominator (None: a sum)
    "sales": ("revenue", None), "spend": ("spend", None), "clicks": ("clicks", None),
    "orders": ("orders", None), "impressions": ("impressions", None),
    "new_customers": ("new_customers", None), "roi": ("revenue", "spend"),
    "ctr": ("clicks", "impressions"), "click_conversion": ("orders", "clicks"),
    "cart_rate": ("add_to_carts", "clicks"), "cart_to_order": ("orders", "add_to_carts"),
    "cpc": ("spend", "clicks"), "cac": ("spend", "new_customers"), "cpa": ("spend", "orders"),
    "aov": ("revenue", "orders"),
}  # fmt: skip
LOWER = {"cpc", "cac", "cpa"}  # less is better
SEASON_MONTHS = 3  # months of history that a proposal starts from
PROPOSED = ("sales", "roi", "click_conversion", "ctr", "cac")


Three = tuple[float, float, float]


def measure(facts: pd.DataFrame, indicator: str, level: float = 0.95) -> Three:
    """An indicator of some days with its interval (指标与区间), EWC over days; NaN if unknown."""
    over, under = MEASURES[indicator]
    daily = facts.groupby("date")[list(SUMS)].sum(min_count=1).sort_index()
    top = daily[over].to_numpy(float)
    base = daily[under].to_numpy(float) if under else np.full(len(daily), 1 / max(len(daily), 1))
    if len(daily) == 0 or not np.nansum(base) > 0 or np.isnan(top).all():
        return np.nan, np.nan, np.nan
    value = float(np.nansum(top) / np.nansum(base))
    se, df = sum_error(np.nan_to_num(top - value * base)[None, :])
    half = float(half_width(se, df, level)[0] / np.nansum(base))
    return value, value - half, value + half


def ledger(tables: Tables) -> pd.DataFrame:
    """Actions with what the figures say (台账评估): all of the last period, due now, or open.

    Returns : action_id, specialist_id, scope, finding, action, owner, due, indicator, baseline,
    goal, actual, low, high, status: reached | missed | not_due | no_data, sure (the interval lies
    on one side of the baseline), reason
    """
    now, before = this_span(tables), tables.period.compare
    actions = tables.get("actions")
    first, last = pd.Timestamp(now.start), pd.Timestamp(now.end)
    mine = actions["due"].between(first, last) | (actions["due"].gt(last))
    mine |= actions["closed_on"].isna() & (actions["due"] < first)
    mine |= actions["period_id"].eq(before.id if before else "")
    facts = team_facts(tables)
    rows = [_evaluated(a, tables, facts, now, before) for a in actions[mine].to_dict("records")]
    return pd.DataFrame(rows, columns=[
        "action_id", "specialist_id", "scope", "finding", "action", "owner", "due", "indicator",
        "baseline", "goal", "actual", "low", "high", "status", "sure", "reason", "closed_on",
    ])  # fmt: skip


def proposals(tables: Tables) -> pd.DataFrame:
    """Targets proposed for the next period (下期目标建议), as rows of the targets table.

    target = level of the last months (three; for sums those that last year's data allow) x season
    (last year's step of the team's sales) + half of the changes agreed in open actions; low, high:
    80 % by how the months varied
    Returns : period_id, stage, stage_end, specialist_id, indicator, target, basis, …, low, high
    """
    now = this_span(tables)
    ahead, facts = following(tables), team_facts(tables).dropna(subset="specialist_id")
    season = _season(tables, facts, ahead)
    open_actions = tables.get("actions")
    open_actions = open_actions[open_actions["due"] > pd.Timestamp(now.end)]
    rows = []
    for person in between(facts, now)["specialist_id"].unique():
        history = facts[facts["specialist_id"] == person]
        agreed = open_actions[open_actions["specialist_id"] == person]
        for indicator in PROPOSED:
            row = _proposed(history, indicator, agreed, season, (now, ahead))
            rows += [{"specialist_id": person, "period_id": ahead.id, **row}] if row else []
    columns = ["period_id", "stage", "stage_end", "specialist_id", "indicator", "target", "basis",
               "assumed_market_growth", "prorate", "set_on", "set_by", "low", "high"]  # fmt: skip
    return pd.DataFrame(rows).reindex(columns=columns)


def following(tables: Tables) -> Span:
    """The period after this one (下一周期): the next month, quarter or year, else as many days."""
    now = this_span(tables)
    for step in (1, 3, 12):
        start = pd.Timestamp(now.end) + pd.Timedelta(days=1)
        name = {1: f"{start:%Y-%m}", 3: f"{start:%Y}-Q{start.quarter}", 12: f"{start:%Y}"}[step]
        found = span_of(name)
        if found and found.start == start.date() and abs(days(found) - days(now)) <= 3:
            return found
    end = now.end + dt.timedelta(days=days(now))
    return Span(id=f"{now.id}+1", start=now.end + dt.timedelta(days=1), end=end)


def in_scope(facts: pd.DataFrame, action: dict) -> pd.DataFrame:
    """Facts that an action is about (范围): its person, and the channel, category, plan, team or
    other value that its scope names as the data write it; other words are for readers alone."""
    if isinstance(action.get("specialist_id"), str):
        facts = facts[facts["specialist_id"] == action["specialist_id"]]
    scope = action.get("scope")
    for column in ("channel", "category", "plan_id", "team", "platform", "strategy"):
        for value in facts[column].dropna().unique() if isinstance(scope, str) else ():
            if scope in (value, f"{column}:{value}"):
                return facts[facts[column] == value]
    return facts


def _evaluated(
    action: dict, tables: Tables, facts: pd.DataFrame, now: Span, before: Span | None
) -> dict:
    mine, indicator = in_scope(facts, action), action["indicator"]
    if indicator in MEASURES:
        actual, low, high = measure(between(mine, now), indicator)
        start = measure(between(mine, before), indicator)[0] if before else np.nan
    else:
        actual, start = (_of_tasks(tables, action, indicator, span) for span in (now, before))
        low = high = np.nan
    baseline = start if pd.isna(action["baseline"]) else float(action["baseline"])
    goal = baseline + action["expected_change"] if pd.notna(action["expected_change"]) else np.nan
    sign = -1 if indicator in LOWER else 1
    if pd.notna(action["due"]) and action["due"] > pd.Timestamp(now.end):
        status, reason = "not_due", ""
    elif pd.isna(actual) or pd.isna(goal):
        status, reason = "no_data", "no_indicator" if pd.isna(indicator) else "no_figures"
    else:
        status, reason = ("reached" if sign * (actual - goal) >= 0 else "missed"), ""
    sure = bool((low - baseline) * (high - baseline) > 0) if pd.notna(low) else False
    return action | {"baseline": baseline, "goal": goal, "actual": actual, "low": low,
                     "high": high, "status": status, "sure": sure, "reason": reason}  # fmt: skip


def _of_tasks(tables: Tables, action: dict, indicator: object, span: Span | None) -> float:
    """Timeliness, completion of tasks, and budget execution of the action's person."""
    if span is None or not isinstance(action.get("specialist_id"), str):
        return np.nan
    who = action["specialist_id"]
    tasks = between(tables.get("tasks"), span, "due")
    tasks = tasks[(tasks["specialist_id"] == who) & (tasks["status"] != "cancelled_by_business")]
    if indicator in ("timeliness", "plan_completion") and len(tasks):
        end = tasks["due"] if indicator == "timeliness" else pd.Timestamp(span.end)
        return float((tasks["done_on"] <= end).mean())
    budget = tables.get("budget")
    budget = budget[(budget["specialist_id"] == who) & (budget["period_id"] == span.id)]["budget"]
    if indicator == "budget_execution" and budget.sum() > 0:
        facts = between(tables.facts, span)
        return float(facts.loc[facts["specialist_id"] == who, "spend"].sum() / budget.sum())
    return np.nan


def _season(tables: Tables, facts: pd.DataFrame, ahead: Span) -> tuple[float, int]:
    """Last year's step of daily sales to `ahead` from the months before it, and how many months.

    As many months, at most SEASON_MONTHS, as last year's data hold; NaN if not one.
    """
    goal = last_year(tables, ahead)
    daily = facts.groupby("date")["revenue"].sum()
    for months in range(SEASON_MONTHS, 0, -1):
        base = Span(id="base", start=goal.start - dt.timedelta(days=30 * months),
                    end=goal.start - dt.timedelta(days=1))  # fmt: skip
        parts = [daily.loc[str(s.start) : str(s.end)] for s in (base, goal)]
        full = all(len(p) >= 0.8 * days(s) for p, s in zip(parts, (base, goal), strict=True))
        if full and parts[0].mean() > 0:
            return float(parts[1].mean() / parts[0].mean()), months
    return np.nan, SEASON_MONTHS


def _proposed(
    history: pd.DataFrame, indicator: str, agreed: pd.DataFrame,
    seasonal: tuple[float, int], spans: tuple[Span, Span],
) -> dict | None:  # fmt: skip
    (now, ahead), (season, months) = spans, seasonal
    blocks = (pd.Timestamp(now.end) - history["date"]).dt.days // 30
    parts = [measure(history[blocks == i], indicator)[0] for i in range(SEASON_MONTHS)]
    known = np.array([p for p in parts if np.isfinite(p)])
    if not len(known) or len(history[blocks == 0]) == 0:
        return None
    additive = MEASURES[indicator][1] is None
    scale = (days(ahead) / 30 * (season if np.isfinite(season) else 1.0)) if additive else 1.0
    used = known[:months] if additive else known
    level = float(np.average(used, weights=np.arange(len(used), 0, -1)) * scale)
    more = agreed[agreed["indicator"] == indicator]["expected_change"].sum() / 2
    vary = np.std(np.log(known), ddof=1) if len(known) > 1 and (known > 0).all() else 0.15
    spread = np.exp(1.2816 * max(vary, 0.03) * np.sqrt(1 + 1 / len(known)))
    basis = "history_season" if additive and np.isfinite(season) else "history"
    basis += "_actions" if more else ""
    return {"indicator": indicator, "target": level + more, "basis": basis, "prorate": additive,
            "low": (level + more) / spread, "high": (level + more) * spread}  # fmt: skip

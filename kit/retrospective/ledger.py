"""Did the agreed actions work (改进台账)? By the figures, and against those who did not act.

effect: log difference-in-differences by week, errors by the moving-block bootstrap (Künsch 1989,
Annals of Statistics 17(3)); sound only where both would have moved alike without the action.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from kit import words
from kit.data.facts import SUMS
from kit.data.tables import Tables
from kit.params import Span, span_of
from kit.retrospective.drill import team_plans
from kit.retrospective.market import growth
from kit.retrospective.scope import between, days, following, team_facts, this_span
from kit.stats.ewc import half_width, sum_error

MEASURES: dict[str, tuple[str, str | None]] = {  # indicator: numerator, denominator (None: a sum)
    "sales": ("revenue", None),
    "spend": ("spend", None),
    "clicks": ("clicks", None),
    "orders": ("orders", None),
    "impressions": ("impressions", None),
    "new_customers": ("new_customers", None),
    "roi": ("revenue", "spend"),
    "ctr": ("clicks", "impressions"),
    "click_conversion": ("orders", "clicks"),
    "cart_rate": ("add_to_carts", "clicks"),
    "cart_to_order": ("orders", "add_to_carts"),
    "cpc": ("spend", "clicks"),
    "cac": ("spend", "new_customers"),
    "cpa": ("spend", "orders"),
    "aov": ("revenue", "orders"),
}
MONTHS = 3  # days by which months differ: a sum of one is held against a sum of another
HISTORY = 30  # weeks looked at to judge an action
MEMORY = 0.3  # week-to-week correlation up to which intervals hold
LOWER = {"cpc", "cac", "cpa"}  # less is better

COLUMNS = ["action_id", "specialist_id", "scope", "over", "finding", "action", "owner", "due"]
COLUMNS += ["indicator", "baseline", "start", "goal", "actual", "low", "high", "grown", "status"]
COLUMNS += ["reason", "closed_on", "effect", "effect_low", "effect_high", "sure", "harm"]

Array = np.ndarray
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

    The goal is the recorded baseline + the expected change, judged over the rows of the scope.
    Returns : action_id, specialist_id, scope, over: `column:value` that the scope names (else all
    rows of the person, or of the team), finding, action, owner, due, indicator, baseline, start:
    what these rows had when it was agreed, goal, actual, low, high, status: reached | missed |
    not_due | no_data, reason; grown: what the index of these plans' categories grew by between both
    spans, of what adds up; effect (relative, against those who did not act) with effect_low,
    effect_high, sure, harm: the whole interval is on the better, on the worse side
    """
    now = this_span(tables)
    before = tables.period.compare
    actions = tables.get("actions")
    first, last = pd.Timestamp(now.start), pd.Timestamp(now.end)
    mine = actions["due"].between(first, last) | (actions["due"].gt(last))
    mine |= actions["closed_on"].isna() & (actions["due"] < first)
    mine |= actions["period_id"].eq(before.id if before else "")
    facts = team_facts(tables)
    rows = [_evaluated(a, tables, facts, now, before) for a in actions[mine].to_dict("records")]
    return pd.DataFrame(rows, columns=COLUMNS)


def in_scope(facts: pd.DataFrame, action: dict) -> tuple[pd.DataFrame, str]:
    """Facts that an action is about (范围).

    Its person's, of the channel, category, plan, team or other value that its scope names, by id
    or by its words; other words are for readers alone.
    """
    if isinstance(action.get("specialist_id"), str):
        facts = facts[facts["specialist_id"] == action["specialist_id"]]
    scope = action.get("scope")
    for column in ("channel", "category", "plan_id", "team", "platform", "strategy"):
        for value in facts[column].dropna().unique() if isinstance(scope, str) else ():
            if str(scope).strip().casefold() in _spelled(column, str(value)):
                return facts[facts[column] == value], f"{column}:{value}"
    return facts, ""


def _spelled(column: str, value: str) -> set[str]:
    """How a scope may name a value: its id, with its column, its words in either language."""
    told = words.table().get(f"{column}.{value}", {}).values()
    return {name.casefold() for name in (value, f"{column}:{value}", *told)}


def goal(baseline: float, change: str | float | None) -> float:
    """What was agreed (约定值): baseline + change.

    The change is in the indicator's own unit or, written with %, a share of the baseline; NaN
    where it cannot be read.

    >>> goal(50.0, "-10%"), goal(50.0, "-3"), goal(0.04, 0.002)
    (45.0, 47.0, 0.042)
    """
    text = "" if change is None or pd.isna(change) else str(change).strip().replace("％", "%")
    try:
        size = float(text.removesuffix("%"))
    except ValueError:
        return np.nan
    return baseline * (1 + size / 100) if text.endswith("%") else baseline + size


def _evaluated(
    action: dict, tables: Tables, facts: pd.DataFrame, now: Span, before: Span | None
) -> dict:
    (mine, over) = in_scope(facts, action)
    indicator = action["indicator"]
    agreed = span_of(str(action["period_id"]))
    window = _window(agreed, now)
    base = agreed or before
    if indicator in MEASURES:
        found = _figures(tables, mine, indicator, window, base)
    else:
        actual, start = (_of_tasks(tables, action, indicator, span) for span in (window, base))
        found = {"actual": actual, "start": start}
    baseline = found["start"] if pd.isna(action["baseline"]) else float(action["baseline"])
    found |= {"baseline": baseline, "goal": goal(baseline, action["expected_change"])}
    due = pd.isna(action["due"]) or action["due"] <= pd.Timestamp(now.end)
    few = _too_few(tables, between(mine, window), indicator)
    return action | {"over": over} | _judged(found, indicator, due=bool(due), few=few)


def _judged(found: dict, indicator: Any, *, due: bool, few: bool) -> dict:
    """Figures with what became of the action (结论): what is not due or too small is not judged."""
    known = pd.notna(found["actual"]) and pd.notna(found["goal"]) and not few
    sign = -1 if indicator in LOWER else 1
    ends = [sign * found.get(end, np.nan) for end in ("effect_low", "effect_high")]
    reached = sign * (found["actual"] - found["goal"]) >= 0
    status = "reached" if reached else "missed"
    reason = f"retrospective.no_{'indicator' if pd.isna(indicator) else 'figures'}"
    reason = "retrospective.too_few" if few else reason
    if not due or few:
        found |= dict.fromkeys(("effect", "effect_low", "effect_high", "grown"), np.nan)
    return found | {
        "status": "not_due" if not due else status if known else "no_data",
        "reason": "" if known or not due else reason,
        "sure": due and not few and bool(min(ends) > 0),
        "harm": due and not few and bool(max(ends) < 0),
    }


def _too_few(tables: Tables, rows: pd.DataFrame, indicator: object) -> bool:
    """Whether a ratio rests on less than the least that a score asks for (数据太少)."""
    under = MEASURES[str(indicator)][1] if indicator in MEASURES else None
    spec = tables.scheme.library.get(str(indicator))
    return bool(under and spec and rows[under].sum() < spec.min)


def _market(tables: Tables, mine: pd.DataFrame, base: Span, window: Span) -> float:
    """Growth of the market of these plans' categories (大盘变化); NaN without an index."""
    if not tables.has("market") or mine.empty:
        return np.nan
    grown = growth(tables, mine, base, window)
    return grown.overall - 1 if grown.source == "index" else np.nan


def _figures(
    tables: Tables, mine: pd.DataFrame, indicator: str, window: Span, base: Span | None
) -> dict[str, float]:
    """The indicator of the rows, before and in the days that judge, and the effect of acting."""
    unlike = base and not MEASURES[indicator][1] and abs(days(base) - days(window)) > MONTHS
    scale = days(base) / days(window) if base and unlike else 1.0
    actual = (scale * x for x in measure(between(mine, window), indicator))
    start = measure(between(mine, base), indicator)[0] if base else np.nan
    since = pd.Timestamp(base.end if base else window.start) + pd.Timedelta(days=1)
    groups = _apart(tables, between(mine, this_span(tables)))
    effect = difference(groups, indicator, since, window, tables.scheme.retrospective.weeks_before)
    names = ("actual", "low", "high", "effect", "effect_low", "effect_high")
    adds = base is not None and not MEASURES[indicator][1]
    market = _market(tables, mine, base, window) if base and adds else np.nan
    found = dict(zip(names, (*actual, *effect), strict=True))
    return found | {"start": start, "grown": market}


def difference(
    groups: tuple[pd.DataFrame, pd.DataFrame],
    indicator: str,
    since: pd.Timestamp,
    now: Span,
    weeks: int,
) -> Three:
    """Relative effect on the first group against the second by week (双重差分), 95 % interval.

    NaN with fewer than `weeks` weeks before `since`, or 2 whole weeks from then to the end
    """
    mine, others = (_weekly(days, indicator, now) for days in groups)
    gap = (mine - others).dropna()
    last = pd.Timestamp(now.end) - pd.to_timedelta(7 * gap.index, unit="D")
    pre = gap[last < since]
    post = gap[last >= since + pd.Timedelta(days=6)]
    if len(pre) < weeks or len(post) < 2:
        return np.nan, np.nan, np.nan
    value = post.mean() - pre.mean()
    se, df = block_error(pre.to_numpy(), len(post))
    half = stats.t.ppf(0.975, df) * se
    low, middle, high = np.expm1([value - half, value, value + half])
    return float(middle), float(low), float(high)


def block_error(pre: Array, n: int) -> tuple[float, float]:
    """Standard error of a mean of n weeks less the mean of `pre` (移动分块自助法), with its df.

    Drawing blocks anew has this variance in the limit, in closed form; it is stretched to be right
    at MEMORY, since a few blocks of a short series fall short.
    """
    k = len(pre)
    size = max(2, round(len(pre) ** (1 / 3)))
    blocks = np.lib.stride_tricks.sliding_window_view(np.eye(k) - 1 / k, size, axis=0).mean(axis=2)
    form = blocks.T @ blocks * (size / len(blocks) * (1 / n + 1 / k))
    gap = np.concatenate([np.full(k, -1 / k), np.full(n, 1 / n)])
    alike = MEMORY ** np.abs(np.subtract.outer(np.arange(k + n), np.arange(k + n)))
    seen = form @ alike[:k, :k]
    stretch = gap @ alike @ gap / np.trace(seen)
    df = seen.trace() ** 2 / (seen @ seen).trace()
    return float(np.sqrt(max(pre @ form @ pre, 0) * stretch)), float(df)


def _apart(tables: Tables, mine: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All days of the plans that an action is about, and of like plans of the team.

    Like: of a channel and a category of theirs, so that both are in one market.
    """
    days = tables.plan_days
    acted = days["plan_id"].isin(mine["plan_id"])
    team = days["plan_id"].isin(team_plans(tables))
    alike = days["channel"].isin(mine["channel"]) & days["category"].isin(mine["category"])
    return days[acted], days[~acted & team & alike]


def _window(agreed: Span | None, now: Span) -> Span:
    """Days that judge an action: the period after the one that agreed on it, where it is inside."""
    ahead = following(agreed) if agreed else now
    return ahead if now.start <= ahead.start and ahead.end <= now.end else now


def _weekly(facts: pd.DataFrame, indicator: str, now: Span) -> pd.Series:
    """Logarithm of an indicator by whole weeks back from the period's end, at most HISTORY."""
    over, under = MEASURES[indicator]
    week = (pd.Timestamp(now.end) - facts["date"]).dt.days // 7
    rows = facts[week.between(0, HISTORY - 1)].groupby(week)
    sums = rows[[over, under] if under else [over]].sum()[rows["date"].nunique() == 7]
    value = sums[over] / sums[under] if under else sums[over]
    return np.log(value.where((value > 0) & np.isfinite(value)))


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

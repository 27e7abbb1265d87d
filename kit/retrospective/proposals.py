"""What should be aimed at next (目标建议): history × season × agreed actions, with an interval."""

import datetime as dt

import numpy as np
import pandas as pd
from scipy import stats

from kit.data.facts import SUMS
from kit.data.tables import Tables
from kit.params import Span
from kit.retrospective.ledger import MEASURES
from kit.retrospective.scope import days, following, last_year, team_facts, this_span

MONTHS = 3  # months of history that a proposal starts from, at least
PROPOSED = ("sales", "roi", "click_conversion", "ctr", "cac")
VARIES = 0.15  # relative spread of months where only one is known
STEADY = 0.03  # and the least that is believed
Z80 = 1.2816  # normal quantile of an 80 % interval; t where the spread is estimated


def proposals(tables: Tables, actions: pd.DataFrame) -> pd.DataFrame:
    """Targets proposed for the next period (下期目标建议), as rows of the targets table.

    actions : as `ledger` gives them
    target = level of the last months (three, or as many as the period has; for sums with a season
    those that last year's data allow) x season (last year's step of the team's sales) + half of the
    changes agreed in open actions; low, high: 80 % by how the months varied, none proposed where
    they reach beyond `target_spread` times the target
    Returns : period_id, stage, stage_end, specialist_id, indicator, target, basis, …, low, high
    """
    now = this_span(tables)
    ahead = following(now)
    facts = team_facts(tables).dropna(subset="specialist_id")
    if tables.period.type == "campaign":  # the next one is not the days that follow
        facts = facts.iloc[:0]
    rules = tables.scheme.retrospective
    blocks = (pd.Timestamp(now.end) - facts["date"]).dt.days // 30
    full = facts["date"].groupby(blocks).transform("nunique") >= rules.covered * 30
    wanted = max(MONTHS, round(days(ahead) / 30))
    history = facts[full & blocks.between(0, wanted - 1)].assign(month=blocks)
    history = history.groupby(["specialist_id", "month"])[list(SUMS)].sum(min_count=1)
    season = _season(tables, facts, ahead)
    ahead_of = actions[actions["status"] == "not_due"]
    change = (ahead_of["goal"] - ahead_of["baseline"]).astype(float)
    agreed = change.groupby([ahead_of["specialist_id"], ahead_of["indicator"]]).sum() / 2
    rows = []
    for person in history.index.unique("specialist_id"):
        mine = history.xs(person)
        for indicator in PROPOSED if 0 in mine.index else ():
            more = float(agreed.get((person, indicator), 0.0))
            row = _proposed(mine, indicator, more, season, ahead)
            if row and row["high"] < rules.target_spread * row["target"]:
                rows.append({"specialist_id": person, "period_id": ahead.id, **row})
    return pd.DataFrame(rows).reindex(columns=[*tables.get("targets"), "low", "high"])


def _season(tables: Tables, facts: pd.DataFrame, ahead: Span) -> tuple[float, int]:
    """Last year's step of daily sales to `ahead` from the months before it, and how many months.

    As many months, at most MONTHS, as last year's data hold; NaN if not one.
    """
    goal = last_year(tables, ahead)
    daily = facts.groupby("date")["revenue"].sum()
    for months in range(MONTHS, 0, -1):
        base = Span(
            id="base",
            start=goal.start - dt.timedelta(days=30 * months),
            end=goal.start - dt.timedelta(days=1),
        )
        parts = [daily.loc[str(s.start) : str(s.end)] for s in (base, goal)]
        full = all(len(p) >= 0.8 * days(s) for p, s in zip(parts, (base, goal), strict=True))
        if full and parts[0].mean() > 0:
            return float(parts[1].mean() / parts[0].mean()), months
    return np.nan, 0


def _proposed(
    months: pd.DataFrame, indicator: str, more: float, seasonal: tuple[float, int], ahead: Span
) -> dict | None:
    """A target from a person's months, latest first; None where no month measures it."""
    (season, held) = seasonal
    (over, under) = MEASURES[indicator]
    value = months[over] / months[under].where(months[under] > 0) if under else months[over]
    known = value.dropna().to_numpy(float)
    if not len(known):
        return None
    in_season = under is None and np.isfinite(season)
    scale = days(ahead) / 30 * (season if in_season else 1.0) if under is None else 1.0
    used = known[:held] if in_season else known
    weight = np.arange(len(used), 0, -1) if len(known) <= MONTHS else np.ones(len(used))
    target = float(np.average(used, weights=weight) * scale) + more
    vary = np.std(np.log(known), ddof=1) if len(known) > 1 and (known > 0).all() else VARIES
    quantile = stats.t.ppf(0.9, len(known) - 1) if len(known) > 1 else Z80
    spread = np.exp(quantile * max(vary, STEADY) * np.sqrt(30 / days(ahead) + 1 / len(known)))
    basis = ("history_season" if in_season else "history") + ("_actions" if more else "")
    return {
        "indicator": indicator,
        "target": target,
        "basis": basis,
        "prorate": under is None,
        "low": target / spread,
        "high": target * spread,
    }

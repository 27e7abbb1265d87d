"""Targets of everybody (目标): as set, prorated if they say so, moved by the market."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.scheme.library import Indicator
from kit.scoring import market, team
from kit.scoring.holdings import owning
from kit.scoring.panel import Panel, growth, of_period
from kit.scoring.progress import due

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray


@dataclass(frozen=True)
class Targets:
    """People × indicators: target as set and prorated, as adjusted, and the market's growth.

    given : whether somebody set one, be it 0, against which nothing can be held
    """

    target: Array
    adjusted: Array
    growth: Array
    given: Array


def targets(tables: "Tables", panel: Panel, names: list[str]) -> Targets:
    """Targets of the panel's days for the indicators named; NaN where nobody set one."""
    rows = tables.get("targets")
    days = panel.days
    rows = rows[rows["stage"].isna()]
    goal = np.full((len(panel.people), len(names)), np.nan)
    assumed = goal.copy()
    given = np.zeros(goal.shape, bool)
    running = days[0].date() == tables.period.start and days[-1].date() < tables.period.end
    whole = pd.date_range(days[0], tables.period.end) if running else days
    part = (owning(tables, panel.people, whole) if running else panel.owned).mean(axis=1)
    known = tables.scheme.library
    for i, name in enumerate(names):
        here = of_period(tables, rows[rows["indicator"] == name], days, known[name].additive)
        of = here.groupby("specialist_id")
        prorate = of["prorate"].max().reindex(panel.people).fillna(0).to_numpy(bool)
        found = _as_set(tables, name, of["target"].sum(min_count=1).reindex(panel.people))
        if known[name].of and known[name].top and known[name].additive:
            found = np.where(np.isnan(found), _of_team(tables, panel, known[name]), found)
        elif known[name].additive:
            found = found * np.where(prorate, part, 1.0 if panel.share is None else panel.share)
            if running:
                found *= due(tables, known[name].top, panel.people)[:, len(days) - 1]
        given[:, i] = ~np.isnan(found)
        goal[:, i] = np.where(found > 0, found, np.nan)
        assumed[:, i] = of["assumed_market_growth"].mean().reindex(panel.people).to_numpy(float)
    return replace(_moved(tables, panel, names, goal, np.nan_to_num(assumed)), given=given)


def _as_set(tables: "Tables", name: str, own: pd.Series) -> Array:
    """Targets that somebody set for a person, else the scheme's (方案默认目标); NaN without."""
    said = tables.scheme.indicators.get(name)
    usual = np.nan if said is None or said.target is None else said.target
    found = own.to_numpy(float)
    return np.where(np.isnan(found), usual, found)


def _of_team(tables: "Tables", data: Panel, spec: Indicator) -> Array:
    """The target of a team part (团队目标): the sum of the members' targets of its indicator."""
    whole = team.everybody(tables, data, spec.scope)
    base = targets(tables, whole, [spec.of]).target[:, 0]
    return team.member_targets(tables, data, spec, base, whole.people)


def _moved(
    tables: "Tables", panel: Panel, names: list[str], goal: Array, assumed: Array
) -> Targets:
    """Market growth into the targets of the scheme's list; the others stay as they are."""
    found = growth(tables, panel.days[0].date(), panel.days[-1].date(), panel.people)
    listed = np.isin(names, tables.scheme.market.indicators)
    moved = market.adjust_target(goal, assumed, found[:, None], tables.scheme.market.pass_through)
    wide = np.where(listed, found[:, None], np.nan)
    return Targets(goal, np.where(listed, moved, goal), wide, ~np.isnan(goal))

"""A team's figure in a person's total (团队部分): sums of the members' days, one for all."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.quality.membership import attributes
from kit.scheme.library import Indicator
from kit.scoring.holdings import together
from kit.scoring.kpi import Value, measure
from kit.scoring.panel import Panel, panel
from kit.scoring.visits import alike
from kit.stats.ewc import residual, sum_error

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray


def value(tables: "Tables", data: Panel, spec: Indicator) -> Value:
    """Value of a team part (团队指标值): tops of the members' days over their unders.

    Members share its daily part, so that it cancels when two of them are compared.
    """
    whole = alike(everybody(tables, data, spec.scope), spec)
    of, members = belonging(tables, data, whole, spec.scope)
    found = [_of_members(tables, whole, spec, members == name) for name in np.unique(of)]
    place = np.searchsorted(np.unique(of), of)
    actual, under, se, df = (np.array([one[k] for one in found])[place] for k in range(4))
    daily = np.stack([one[4] for one in found])[place]
    bare = np.array([one[5] for one in found])[place]
    absent = any(part in whole.absent for part in spec.terms)
    why = "scoring.no_table" if absent else "scoring.not_measured"
    reason = np.where(np.isnan(actual), why, "")
    return Value(actual, under, daily, np.where(bare, np.nan, se), df, reason, bare=bare)


def everybody(tables: "Tables", data: Panel, scope: str) -> Panel:
    """The panel of all who may be members (可能的成员): the group's own, or the whole period's."""
    if scope == "group" or not tables.group:
        return data
    first, last = data.days[0].date(), data.days[-1].date()
    digest = f"{tables.digest}-{scope}"
    return panel(replace(tables, group="", digest=digest), first, last)


def belonging(tables: "Tables", data: Panel, whole: Panel, scope: str) -> tuple[Array, Array]:
    """The team of each person of `data` on the last day, and of each member on each day."""
    if scope != "team":
        shape = (len(whole.people), len(whole.days))
        return np.full(len(data.people), "all"), np.full(shape, "all")
    members = attributes(tables, whole.people, whole.days)[0]["team"].astype(str)
    at = {who: n for n, who in enumerate(whole.people)}
    return np.array([members[at[who], -1] for who in data.people]), members


def _of_members(
    tables: "Tables", whole: Panel, spec: Indicator, mine: Array
) -> tuple[float, float, float, float, Array, bool]:
    """Value, denominator, error, its df, daily part of one team, and whether it has no days."""
    top, top_days = _sums(whole, spec.top, mine)
    under, under_days = _sums(whole, spec.under, mine) if spec.under else (1.0, 0 * top_days)
    good = under if under > 0 else np.nan
    rest = spec.scale * (top_days - top / good * under_days) / good
    held = together(tables, whole.people, whole.days, whole.calendar, mine)
    daily = residual(np.nan_to_num(rest)[None], held, whole.calendar)
    se, df = sum_error(daily, held, whole.calendar)
    bare = [whole.spread[n][mine.any(axis=1)].all() for n in spec.terms if n in whole.spread]
    no_days = len(bare) == len(spec.terms) and all(bare)
    return spec.scale * top / good, under, float(se[0]), float(df[0]), daily[0], no_days


def _sums(whole: Panel, side: str, mine: Array) -> tuple[float, Array]:
    """Sum of a side over the members' days, and by day; NaN where nobody has a figure."""
    total, daily, _ = measure(whole, side)
    members = mine.any(axis=1) & ~np.isnan(total)
    if not members.any():
        return np.nan, np.zeros(len(whole.days))
    days = np.where(mine[members], np.nan_to_num(daily[members]), 0.0)
    always = mine[members].all(axis=1)
    sums = np.where(always, total[members], days.sum(axis=1))
    return float(sums.sum()), days.sum(axis=0)


def member_targets(
    tables: "Tables", data: Panel, spec: Indicator, targets: Array, people: tuple[str, ...]
) -> Array:
    """Sum of the members' own targets (成员目标之和); NaN where nobody has one."""
    of, members = belonging(tables, data, replace(data, people=people), spec.scope)
    last = pd.Series(members[:, -1])
    sums = pd.Series(targets).groupby(last.to_numpy()).sum(min_count=1)
    return sums.reindex(of).to_numpy(float)

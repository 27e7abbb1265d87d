"""Who held which plans on which day (持有计划): spans of unchanged holdings, people × days.

A plan that is taken over in the middle of a month moves the level of all that its holder sells. The
move was decided, and is no chance: errors are taken within spans of unchanged holdings.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.stats.ewc import base

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
WEEK = 7  # days that a span has at least: fewer do not show how far its days swing


def owning(tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex) -> Array:
    """People × days: whether somebody owned a plan on the day (归属日)."""
    return _inside(_assigned(tables, people), people, days)


def held(
    tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex, calendar: Array
) -> Array:
    """People × days: 0 where somebody held no plan, else the number of the span (持有分段).

    calendar : days × phases, where they already part the days no other span begins
    """
    return _numbered(tables, _assigned(tables, people), people, (days, calendar))


def together(
    tables: "Tables",
    people: tuple[str, ...],
    days: pd.DatetimeIndex,
    calendar: Array,
    members: Array,
) -> Array:
    """The same of a team, one row of days: what its members hand to one another is no change.

    members : people × days, whether somebody is in the team
    """
    there = members.any(axis=1)
    spans = _assigned(tables, tuple(np.array(people)[there]))
    row = pd.Index(people).get_indexer(pd.Index(spans["specialist_id"]))
    first = pd.Series(days[members.argmax(axis=1)[row]], spans.index)
    last = pd.Series(days[len(days) - 1 - members[:, ::-1].argmax(axis=1)[row]], spans.index)
    begins = spans["valid_from"].where(spans["valid_from"] > first, first)
    ends = spans["valid_to"].where(spans["valid_to"] < last, last)
    inside = spans.assign(owner="team", valid_from=begins, valid_to=ends)[begins <= ends]
    return _numbered(tables, inside, ("team",), (days, calendar))


def _assigned(tables: "Tables", people: tuple[str, ...]) -> pd.DataFrame:
    spans = tables.get("assignment")
    return spans[spans["specialist_id"].isin(people)].assign(owner=spans["specialist_id"])


def _inside(spans: pd.DataFrame, owners: tuple[str, ...], days: pd.DatetimeIndex) -> Array:
    row = pd.Index(owners).get_indexer(pd.Index(spans["owner"]))
    first = spans["valid_from"].to_numpy()[:, None] <= days.to_numpy()
    last = ~(spans["valid_to"].to_numpy()[:, None] < days.to_numpy())
    out = np.zeros((len(owners), len(days)), bool)
    np.logical_or.at(out, row, first & last)
    return out


def _numbered(
    tables: "Tables",
    spans: pd.DataFrame,
    owners: tuple[str, ...],
    known: tuple[pd.DatetimeIndex, Array],
) -> Array:
    """Spans of assignments as numbers, owners × days; the moves of most money part them."""
    days, calendar = known
    owned = _inside(spans, owners, days)
    out = owned.astype(int)
    for owner, moves in _moves(tables, spans, days).groupby("owner"):
        mine = owned[row := owners.index(str(owner))]
        sums = moves.groupby("at")["money"].sum()
        out[row, mine] += _number(mine, days.searchsorted(sums.index), sums, calendar)
    return out


def _moves(tables: "Tables", spans: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """owner, at, money: what began or ended inside the days, by the plan's money a day."""
    share = spans["share"].fillna(1.0)
    begun = spans.assign(at=spans["valid_from"], share=share)
    ended = spans.assign(at=spans["valid_to"] + pd.Timedelta(days=1), share=-share)
    both = pd.concat([begun, ended])
    both = both[(both["at"] > days[0]) & (both["at"] <= days[-1])]
    net = both.groupby(["owner", "at", "plan_id"], as_index=False)["share"].sum()
    rows = tables.plan_days
    rows = rows[rows["date"].between(days[0], days[-1])]
    size = rows["spend"].add(rows["revenue"]).abs().groupby(rows["plan_id"]).mean()
    net["money"] = net["share"].round(9).abs() * net["plan_id"].map(size).astype(float)
    return net[net["money"] > 0]


def _number(mine: Array, at: Array, money: pd.Series, calendar: Array) -> Array:
    """Number of each owned day's span, from 0: the largest moves that leave a week on each side."""
    n = int(mine.sum())
    left = base(n, calendar[mine])
    cuts = [0, n]
    sums = pd.Series(money.to_numpy()).groupby(np.r_[0, np.cumsum(mine)][at]).sum()
    for cut in sums.sort_values(ascending=False).index:
        step = (np.arange(n) >= cut) * 1.0
        told = np.allclose(left @ (left.T @ step), step)
        if not told and min(abs(cut - other) for other in cuts) >= WEEK:
            cuts.append(int(cut))
    return np.searchsorted(np.sort(cuts[2:]), np.arange(n), side="right")

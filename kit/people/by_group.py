"""Who is paid by which scheme (分组发薪): that of the group of the last day, for the whole period.

Groups that are ranked together share their pools. Whoever changed group is paid once, on the
figures of the whole period; what is the group's own is that of its members on their days in it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kit.data.quality.membership import membership, of_group
from kit.data.store.cache import digest_of


class Seen(NamedTuple):
    """People of a group (同组的人): tables that their own figures rest on, their totals.

    group : the tables of the group alone, which its own figures rest on
    """

    tables: Any
    totals: pd.DataFrame
    group: Any


Views = list[Seen]


def schemes(tables: Any, totals: pd.DataFrame) -> dict[str, Any]:
    """The scheme by which each person is paid (发薪方案); nobody exempt is in it."""
    groups = tables.period.groups
    people = totals["specialist_id"]
    if groups is None or tables.group:
        return dict.fromkeys(people, tables.scheme)
    own = {name: groups.scheme_of(name) for name in groups.scored}
    pairs = zip(people, totals["group_id"], strict=True)
    return {who: own[group] for who, group in pairs if group in own}


def every(tables: Any) -> list[Any]:
    """Every scheme by which somebody of the period may be paid (各组方案), each file once."""
    groups = tables.period.groups
    if groups is None or tables.group:
        return [tables.scheme]
    files = dict.fromkeys(str(groups[name].scheme) for name in groups.scored)
    return [groups.schemes[file] for file in files]


def compared(tables: Any, totals: pd.DataFrame) -> list[tuple[list[str], Any, pd.DataFrame]]:
    """People who are compared with one another (同组比较): groups, tables by their scheme, totals.

    One set without groups, and no names; else a set for groups ranked together with anybody in it.
    """
    groups = tables.period.groups
    if groups is None or tables.group:
        return [([], tables, totals)]
    sets = [(names, totals[totals["group_id"].isin(names)]) for names in groups.ranked()]
    return [(names, of_group(tables, names[0]), mine) for names, mine in sets if len(mine)]


def paid_together(tables: Any, totals: pd.DataFrame) -> Iterator[Views]:
    """People who share pools: one set without groups, else a set for groups ranked together."""
    groups = tables.period.groups
    if groups is None or tables.group:
        yield [Seen(tables, totals, tables)]
        return
    moved = _changers(tables, totals)
    for names in groups.ranked():
        views: Views = []
        for name in names:
            mine = totals[totals["group_id"] == name]
            once = mine["specialist_id"].isin(moved)
            own = of_group(tables, name)
            both = [Seen(own, mine[~once], own), Seen(_whole(tables, name), mine[once], own)]
            views += [seen for seen in both if len(seen.totals)]
        if views:
            yield views


def _changers(tables: Any, totals: pd.DataFrame) -> set[str]:
    """People with days in several scored groups (期内换组的人)."""
    people = tuple(totals["specialist_id"])
    days = pd.date_range(tables.period.start, tables.period.last_day)
    of = membership(tables, people, days)
    scored = tables.period.groups.scored
    pairs = zip(people, of, strict=True)
    return {who for who, row in pairs if len(set(np.unique(row)) & set(scored)) > 1}


def _whole(tables: Any, name: str) -> Any:
    """The whole period by one group's scheme, whatever group somebody was in on which day."""
    changed = {"scheme": tables.period.groups.scheme_of(name), "groups": None}
    digest = digest_of(tables.digest, "whole", name)
    return replace(tables, period=tables.period.model_copy(update=changed), digest=digest)

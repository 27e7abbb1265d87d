"""Targets set for a team or an appraisal group (团队目标): a row for each of its members.

The target holds for every member by itself; of a team part (`of` with a scope) the figure is the
team's, so that all share it. A person's own row goes before the team's. Who is a member is asked on
the last day of what the row is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.quality.gates import of_rows
from kit.data.quality.membership import attributes, membership
from kit.data.schema import contract
from kit.data.store.engine import collect
from kit.params import span_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

TARGETS = "targets"
KEY = ["period_id", "stage", "specialist_id", "indicator"]


def spread(tables: Tables) -> list[Issue]:
    """Lay the table `targets` with a row for each member in place of those of teams."""
    if TARGETS not in tables.sources:
        return []
    rows = collect(tables.engine.scan(TARGETS)).sort_values(["_file", "_row"])
    issues = list(_faults(tables, rows))
    of_team = rows["team"].notna() & rows["specialist_id"].isna()
    if issues or not of_team.any():
        return issues
    parts = [_members(tables, row) for row in rows[of_team].to_dict("records")]
    whole = pd.concat([rows[~of_team], *parts], ignore_index=True)
    whole = whole[~whole.duplicated(KEY)]
    tables.engine.add(TARGETS, pa.Table.from_pandas(whole, contract()[TARGETS].arrow))
    return issues


def _faults(tables: Tables, rows: pd.DataFrame) -> Iterator[Issue]:
    """Rows that name both a person and a team, or neither, or a team that nobody is in."""
    pair = ("specialist_id", "team")
    given = rows[list(pair)].notna().sum(axis=1)
    yield from of_rows(rows[given != 1], "one_of_two", (TARGETS, pair[0]), columns=pair)
    known = [*_teams(tables), *_groups(tables)]
    lost = rows["team"].notna() & ~rows["team"].isin(known)
    yield from of_rows(rows[lost], "unknown_team", (TARGETS, "team"), known=known)


def _teams(tables: Tables) -> list[str]:
    named = pd.concat([tables.get(name)["team"] for name in ("roster", "postings")])
    return sorted(named.dropna().unique())


def _groups(tables: Tables) -> list[str]:
    groups = tables.period.groups
    return [group.id for group in groups.groups] if groups else []


def _members(tables: Tables, row: dict) -> pd.DataFrame:
    """The row once for each person who is in its team or group on its last day (成员行)."""
    days = pd.DatetimeIndex([pd.Timestamp(_last_day(tables, str(row["period_id"])))])
    people = tuple(sorted(tables.get("roster")["specialist_id"].unique()))
    known, there = attributes(tables, people, days)
    is_team = row["team"] in _teams(tables)
    of = known["team"] if is_team else membership(tables, people, days)
    inside = (of[:, 0] == row["team"]) & there[:, 0]
    who = [person for person, member in zip(people, inside, strict=True) if member]
    return pd.DataFrame([row | {"specialist_id": person} for person in who], columns=[*row])


def _last_day(tables: Tables, id: str) -> dt.date:
    """The last day of what a row of targets is about: a period, or a promotion of the scheme."""
    period = tables.period
    spans = {p.id: p.end for p in tables.scheme.promotions} | {period.id: period.last_day}
    span = span_of(id)
    return spans.get(id, span.end if span else period.last_day)

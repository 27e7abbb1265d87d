"""Targets set for a team or an appraisal group (团队目标): a row for each of its members.

The target holds for every member by itself; of a team part (`of` with a scope) the figure is the
team's, so that all share it. A person's own row goes before the team's. Who is a member is asked on
each person's own last day of employment among the days of what the row is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.quality.gates import of_rows
from kit.data.quality.membership import attributes, home
from kit.data.schema import contract
from kit.data.store.engine import collect
from kit.params import span_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

TARGETS = "targets"
KEY = ["period_id", "stage", "specialist_id", "indicator"]
SAID = ["target", "stage_end", "assumed_market_growth", "prorate"]  # what a figure depends on
People = Mapping[str, pd.DataFrame]  # of each id of a period, as `_people` gives them


def spread(tables: Tables) -> list[Issue]:
    """Lay the table `targets` with a row for each member in place of those of teams."""
    if TARGETS not in tables.sources:
        return []
    rows = collect(tables.engine.scan(TARGETS)).sort_values(["_file", "_row"])
    issues = list(_unnamed(tables, rows))
    if rows["team"].isna().all():
        return issues
    people = {id: _people(tables, id) for id in rows["period_id"].map(str).unique()}
    issues += _of_both(tables, rows, people)
    if any(issue.severity == "refuse" for issue in issues):
        return issues
    laid = _laid(rows, people)
    alone = laid["specialist_id"].isna() & _current(tables, laid)
    issues += of_rows(laid[alone], "reaches_nobody", (TARGETS, "team"), "warn")
    laid = laid[laid["specialist_id"].notna()]
    laid = laid[laid["own"] | ~laid.groupby(KEY, dropna=False)["own"].transform("any")]
    whole = laid.drop_duplicates(KEY)[[*rows]].reset_index(drop=True)
    tables.engine.add(TARGETS, pa.Table.from_pandas(whole, contract()[TARGETS].arrow))
    return [*issues, *_differing(laid)]


def _unnamed(tables: Tables, rows: pd.DataFrame) -> Iterator[Issue]:
    """Rows that name neither a person nor a team, or a team that nobody is in."""
    pair = ("specialist_id", "team")
    empty = rows[list(pair)].isna().all(axis=1)
    yield from of_rows(rows[empty], "one_of_two", (TARGETS, pair[0]), columns=pair)
    known = [*_teams(tables), *_groups(tables)]
    lost = rows["specialist_id"].isna() & rows["team"].notna() & ~rows["team"].isin(known)
    yield from of_rows(rows[lost], "unknown_team", (TARGETS, "team"), known=known)


def _of_both(tables: Tables, rows: pd.DataFrame, people: People) -> Iterator[Issue]:
    """Rows of a person with a team beside it, and of an id that a team and a group have."""
    both = rows[rows["specialist_id"].notna() & rows["team"].notna()]
    foreign = [_foreign(people, row) for row in both.to_dict("records")]
    alien = _current(tables, both) & np.array(foreign, bool)
    yield from of_rows(both[alien], "not_their_team", (TARGETS, "team"))
    yield from of_rows(both[~alien], "own_with_team", (TARGETS, "team"), "note")
    two = set(_teams(tables)) & set(_groups(tables))
    shared = rows[rows["specialist_id"].isna() & rows["team"].isin(two)]
    apart = [_apart(people, row) for row in shared.to_dict("records")]
    yield from of_rows(shared[np.array(apart, bool)], "team_and_group", (TARGETS, "team"))


def _foreign(people: People, row: Mapping[Any, Any]) -> bool:
    """Whether the person is employed on days of the row, and on none of them in its team."""
    of = people[str(row["period_id"])]
    return row["specialist_id"] in of.index and row["team"] not in of["ever"][row["specialist_id"]]


def _apart(people: People, row: Mapping[Any, Any]) -> bool:
    """Whether a team and a group of one id have different members."""
    of = people[str(row["period_id"])]
    return bool(((of["team"] == row["team"]) != (of["group"] == row["team"])).any())


def _laid(rows: pd.DataFrame, people: People) -> pd.DataFrame:
    """A row for each person: their own, and of teams and groups each member's; none: empty."""
    who = []
    for row in rows.to_dict("records"):
        of = people[str(row["period_id"])]
        inside = (of["team"] == row["team"]) | (of["group"] == row["team"])
        person = row["specialist_id"]
        who.append([person] if isinstance(person, str) else list(of.index[inside]))
    own = rows["specialist_id"].notna()
    each = pd.Series(who, rows.index, dtype=object)
    return rows.assign(own=own, specialist_id=each).explode("specialist_id", ignore_index=True)


def _differing(laid: pd.DataFrame) -> Iterator[Issue]:
    """Rows that set one person's target differently (目标冲突): no order of lines may decide.

    Two rows of one team are told where the file is read.
    """
    sets = laid.drop_duplicates([*KEY, "team"]).drop_duplicates([*KEY, *SAID])
    again = sets[sets.duplicated(KEY, keep=False)]
    if len(again):
        each = again.drop_duplicates(KEY)
        number = again.groupby(KEY, dropna=False, sort=False).ngroup()
        mine = again[number == 0].fillna({"team": "—"})
        found = [f"{one['team']}: {_shown(one, mine)}" for one in mine.to_dict("records")]
        facts = {"found": found, "indicator": each["indicator"].iloc[0]}
        yield from of_rows(each, "targets_differ", (TARGETS, "specialist_id"), **facts)


def _shown(one: dict[Any, Any], rows: pd.DataFrame) -> str:
    """The target, and what else of a row differs from the others."""
    more = [name for name in SAID[1:] if rows[name].nunique(dropna=False) > 1]
    told = [f"{name} {'—' if pd.isna(one[name]) else one[name]}" for name in more]
    return " ".join([f"{one['target']:,.15g}", *told])


def _teams(tables: Tables) -> list[str]:
    named = pd.concat([tables.get(name)["team"] for name in ("roster", "postings")])
    return sorted(named.dropna().unique())


def _groups(tables: Tables) -> list[str]:
    groups = tables.period.groups
    return [group.id for group in groups.groups] if groups else []


def _people(tables: Tables, id: str) -> pd.DataFrame:
    """Who is employed on days of a period: team and group of the last of them, and `ever` all."""
    days = pd.date_range(*_span(tables, id))
    who = tuple(sorted(tables.get("roster")["specialist_id"].unique()))
    known, there = attributes(tables, who, days)
    group = home(tables, who, days)
    teams = [team[on] for team, on in zip(known["team"], there, strict=True)]
    found = {
        person: (mine[-1], group.get(person, ""), {*mine, group.get(person, "")})
        for person, mine in zip(who, teams, strict=True)
        if len(mine)
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["team", "group", "ever"])


def _current(tables: Tables, rows: pd.DataFrame) -> pd.Series:
    """Of each row, whether what it is about has days of the period."""
    period = tables.period
    spans = [_span(tables, id) for id in rows["period_id"].map(str)]
    met = [start <= period.end and end >= period.start for start, end in spans]
    return pd.Series(met, rows.index, dtype=bool)


def _span(tables: Tables, id: str) -> tuple[dt.date, dt.date]:
    """The days of what a row of targets is about: a period, or a promotion of the scheme."""
    period = tables.period
    spans = {p.id: (p.start, p.end) for p in tables.scheme.promotions}
    spans |= {period.id: (period.start, period.last_day)}
    span = span_of(id)
    usual = (span.start, span.end) if span else spans[period.id]
    return spans.get(id, usual)

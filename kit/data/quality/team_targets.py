"""Targets set for a team or an appraisal group (团队目标): a row for each of its members.

The target holds for every member by itself; of a team part (`of` with a scope) the figure is the
team's, so that all share it. A person's own row goes before the team's. Who is a member is asked on
each person's own last day of employment among the days of what the row is about.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kit.data.issues import Issue
from kit.data.quality.gates import of_rows
from kit.data.quality.membership import attributes, home
from kit.data.reading.filled import label
from kit.data.schema import contract
from kit.data.store.engine import collect
from kit.errors import Label
from kit.params import span_of
from kit.words import LANGS, word

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
    shared = rows.loc[rows["team"].notna(), "period_id"]
    people = {id: _people(tables, id) for id in shared.map(str).unique()}
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
    yield from of_rows(rows[empty], "at_least_one", (TARGETS, pair[0]), columns=pair)
    known = [*_teams(tables), *_groups(tables)]
    lost = rows["specialist_id"].isna() & rows["team"].notna() & ~rows["team"].isin(known)
    yield from of_rows(rows[lost], "unknown_team", (TARGETS, "team"), known=known)


def _of_both(tables: Tables, rows: pd.DataFrame, people: People) -> Iterator[Issue]:
    """Rows of a person with a team beside it, and of an id that a team and a group have."""
    both = rows[rows["specialist_id"].notna() & rows["team"].notna()]
    alien = _current(tables, both) & np.array(_foreign(people, both), bool)
    yield from of_rows(both[alien], "not_their_team", (TARGETS, "team"))
    yield from of_rows(both[~alien], "own_with_team", (TARGETS, "team"), "note")
    two = set(_teams(tables)) & set(_groups(tables))
    shared = rows[rows["specialist_id"].isna() & rows["team"].isin(two)]
    apart = [_apart(people, row) for row in shared.to_dict("records")]
    yield from of_rows(shared[np.array(apart, bool)], "team_and_group", (TARGETS, "team"))


def _foreign(people: People, both: pd.DataFrame) -> list[bool]:
    """Whether each row's person is employed on days of it, and on none of them in its team."""
    ever = {(id, who): teams for id, of in people.items() for who, teams in of["ever"].items()}
    keys = zip(both["period_id"].map(str), both["specialist_id"], strict=True)
    teams = zip(keys, both["team"], strict=True)
    return [key in ever and team not in ever[key] for key, team in teams]


def _apart(people: People, row: Mapping[Any, Any]) -> bool:
    """Whether a team and a group of one id have different members."""
    of = people[str(row["period_id"])]
    return bool(((of["team"] == row["team"]) != (of["group"] == row["team"])).any())


def _laid(rows: pd.DataFrame, people: People) -> pd.DataFrame:
    """A row for each person: their own, and of teams and groups each member's; none: empty."""
    own = rows["specialist_id"].notna()
    ids = rows["period_id"].map(str)
    keyed = rows.assign(own=own, _id=ids, _team=rows["team"].where(~own))
    laid = keyed.merge(_members(people), on=["_id", "_team"], how="left")
    who = laid["specialist_id"].where(laid["own"], laid["_member"])
    return laid.assign(specialist_id=who).drop(columns=["_id", "_team", "_member"])


def _members(people: People) -> pd.DataFrame:
    """_id, _team, _member: who is in a team or a group, once."""
    pairs = {
        (id, team, person)
        for id, of in people.items()
        for by in ("team", "group")
        for person, team in of[by].items()
        if team and pd.notna(team)
    }
    return pd.DataFrame(sorted(pairs), columns=["_id", "_team", "_member"], dtype=object)


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
        more = [name for name in SAID[1:] if mine[name].nunique(dropna=False) > 1]
        found = [
            Label({lang: _shown(one, more, lang) for lang in LANGS})
            for one in mine.to_dict("records")
        ]
        facts = {"found": found, "indicator": each["indicator"].iloc[0]}
        for issue in of_rows(each, "targets_differ", (TARGETS, "specialist_id"), **facts):
            yield replace(issue, count=len(each))  # people's targets, not rows of the file


def _shown(one: dict[Any, Any], more: list[str], lang: str) -> str:
    """A team's target, and what else of its row differs from the others."""
    told = [f"{label(name, lang)} {_cell(name, one[name], lang)}" for name in more]
    return " ".join([f"{one['team']}: {one['target']:,.15g}", *told])


def _cell(name: str, value: Any, lang: str) -> str:
    if pd.isna(value):
        return "—"
    if contract()[TARGETS][name].type == "bool":
        return word("kit.yes" if value else "kit.no", lang)
    return str(value)


def _teams(tables: Tables) -> list[str]:
    named = pd.concat([tables.get(name)["team"] for name in ("roster", "postings")])
    return sorted(named.dropna().unique())


def _groups(tables: Tables) -> list[str]:
    groups = tables.period.groups
    return [group.id for group in groups.groups] if groups else []


def _people(tables: Tables, id: str) -> pd.DataFrame:
    """Who is employed on days of a period: team and group of the last of them, and `ever` all."""
    days = pd.date_range(*_spans(tables, [id])[id])
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
    period, ids = tables.period, rows["period_id"].map(str)
    spans = _spans(tables, ids.unique()).items()
    met = {id: start <= period.end and end >= period.start for id, (start, end) in spans}
    return ids.map(met).astype(bool)


def _spans(tables: Tables, ids: Iterable[str]) -> dict[str, tuple[dt.date, dt.date]]:
    """The days of what rows of targets are about: a period, or a promotion of the scheme."""
    period = tables.period
    known = {p.id: (p.start, p.end) for p in tables.scheme.promotions}
    known |= {period.id: (period.start, period.last_day)}
    usual = {id: span_of(id) for id in ids if id not in known}
    days = {id: (span.start, span.end) if span else known[period.id] for id, span in usual.items()}
    return known | days

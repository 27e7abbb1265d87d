"""Whether the parameters fit one another and the people there are (参数核对), told with the line.

Whatever a page would fail at is refused here, before a page is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.labels import nearest, period_id
from kit.params import place_of, span_of
from kit.scheme.base import Place
from kit.scheme.periods import kind_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

LONGEST = {"month": 45, "quarter": 120, "year": 400}  # days; fiscal months may begin on any day


def parameters(tables: Tables) -> Iterator[Issue]:
    """Everything about the period and the scheme that no single file can show."""
    for check in (contradictions, profile, people_there, scheme_names, relations):
        yield from check(tables)


def contradictions(tables: Tables) -> Iterator[Issue]:
    """Id, type, dates and comparison that contradict one another (周期自相矛盾)."""
    period = tables.period
    days = (period.end - period.start).days + 1
    named = span_of(period_id(period.id) or period.id)
    if not named and re.fullmatch(r"\d{4}[-_.]?(\d{1,2}|[qQ]\d)", period.id):
        right = f"{period.start:%Y-%m}"
        yield _of_period(
            tables, "no_such_month", "warn", ("id",), {"id": period.id, "right": right}
        )
    facts: dict[str, Any] = {"id": period.id, "start": period.start, "end": period.end}
    if named and (named.end < period.start or period.end < named.start):
        yield _of_period(tables, "id_other_days", "refuse", ("id",), facts)
    elif named and not (named.start <= period.start and period.end <= named.end):
        yield _of_period(tables, "id_other_days", "warn", ("id",), facts)
    kinds = (kind_of(named.start, named.end), "campaign") if named else (period.type,)
    if days > LONGEST.get(period.type, days) or period.type not in kinds:
        facts = {"type": period.type, "days": days, "id": period.id}
        yield _of_period(tables, "type_other_days", "warn", ("type",), facts)
    before = period.compare
    if before and before.end >= period.start:
        facts = {"compare": before.id, "start": before.start, "end": before.end}
        severity = "refuse" if before.start >= period.start else "warn"
        yield _of_period(tables, "compare_not_before", severity, ("compare_to",), facts)


def profile(tables: Tables) -> Iterator[Issue]:
    """Weights for the period's type (本类周期的权重); of groups, see `quality.groups`."""
    if tables.period.groups:
        return
    profiles = [str(name) for name in tables.scheme.profiles]
    if tables.period.type not in profiles:
        facts = {"type": tables.period.type, "known": profiles}
        yield _of_scheme(tables, "no_profile", "refuse", ("profiles",), facts)


def people_there(tables: Tables) -> Iterator[Issue]:
    """Teams that nobody belongs to, and nobody to appraise (没有参评人员)."""
    if not tables.has("roster"):
        return
    roster = tables.get("roster")
    teams = sorted(roster["team"].dropna().unique())
    wanted = teams if tables.period.team == "all" else list(tables.period.team)
    lost = [team for team in wanted if team not in teams]
    if lost:
        facts = {"values": lost, "near": nearest(lost, teams), "known": teams}
        yield _of_period(tables, "no_such_team", "refuse", ("team",), facts)
        return
    start, end = (pd.Timestamp(d) for d in (tables.period.start, tables.period.last_day))
    inside = roster[roster["team"].isin(wanted)] if tables.period.team != "all" else roster
    there = ~(inside["hire_date"] > end) & ~(inside["leave_date"] < start)
    if not there.any():
        span = {"start": start.date(), "end": end.date(), "n": len(inside)}
        yield Issue("nobody_there", "refuse", "roster", facts=span)


def scheme_names(tables: Tables) -> Iterator[Issue]:
    """Indicators that the scheme names and nobody can measure (未知指标), wherever they stand."""
    scheme = tables.scheme
    known = [*scheme.library]
    for n, name in enumerate(scheme.market.indicators):
        if name not in known:
            facts = {"value": name, "near": nearest([name], known), "known": sorted(known)}
            place = ("market", "indicators", n)
            yield _of_scheme(tables, "no_such_indicator", "refuse", place, facts)
    for name, said in scheme.indicators.items():
        if said.branch == "hard" and scheme.is_item(name):
            yield _of_scheme(
                tables, "rated_as_hard", "refuse", ("indicators", name, "branch"), {"value": name}
            )
    skills = tables.get("skills")["skill"]
    for n, skill in enumerate(scheme.people.ready_skills):
        if len(skills) and skill not in set(skills):
            facts = {"value": skill, "near": nearest([skill], skills.dropna().unique())}
            yield _of_scheme(tables, "no_such_skill", "warn", ("people", "ready_skills", n), facts)


def relations(tables: Tables) -> Iterator[Issue]:
    """Weights of the relations of 360 that do not sum to 1 (关系权重)."""
    weights = tables.scheme.feedback.relations
    total = sum(weights.values())
    if abs(total - 1) > 1e-9:
        facts = {"sum": f"{total:g}"}
        place = ("feedback", "relations")
        severity = "warn" if total > 0 else "refuse"
        yield _of_scheme(tables, "relations_sum", severity, place, facts)


def _of_period(tables: Tables, rule: str, severity: str, place: Place, facts: dict) -> Issue:
    where = place_of(tables.period.path, place)
    return Issue(rule, severity, facts={**where, **facts})


def _of_scheme(tables: Tables, rule: str, severity: str, place: Place, facts: dict) -> Issue:
    where = place_of(tables.period.scheme_path, place)
    return Issue(rule, severity, facts={**where, **facts})

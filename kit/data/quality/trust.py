"""Whether the period can be scored (能否评分): what is measured, what lacks, who owes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kit.data.quality.appraised import people, period_days
from kit.data.quality.gates import gates, needs
from kit.data.quality.membership import home, of_group
from kit.params import span_of

if TYPE_CHECKING:
    from kit.data.tables import Tables


HELD = ("ads", "tasks", "budget", "feedback", "targets", "measured", "key_results")


@dataclass(frozen=True)
class Trust:
    """Verdict ready, partly or no; share of weight measured; who owes which table, for whom.

    people : whole (every indicator measured), part, none (below the scheme's floor, not scored)
    """

    verdict: str
    share: float
    cells: pd.DataFrame
    owed: pd.DataFrame
    people: dict[str, int]


def trusted(tables: Tables, who: Collection[str] | None = None) -> Trust:
    """The traffic light of the period, for all or for `who`: nothing refused, all measured."""
    cells = coverage(tables)
    if who is not None:
        cells = cells[cells["specialist_id"].isin(who)].reset_index(drop=True)
    share = cells["weight"].where(cells["status"] == "measured", 0)
    people = share.groupby(cells["specialist_id"]).sum()
    whole = (cells["status"] == "measured").groupby(cells["specialist_id"]).all()
    enough = people >= tables.scheme.coverage_floor
    refused = any(issue.severity == "refuse" for issue in tables.found)
    verdict = "no" if refused or not enough.any() else "ready" if whole.all() else "partly"
    counts = {
        "whole": int(whole.sum()),
        "part": int((enough & ~whole).sum()),
        "none": int((~enough & ~whole).sum()),
    }
    mean = float(people.mean()) if len(people) else 0.0
    return Trust(verdict, mean, cells, owed(cells, tables), counts)


def coverage(tables: Tables) -> pd.DataFrame:
    """specialist_id × indicator: weight, status (measured, no_rows, no_target, no_table), table."""
    held = {name: _held(tables, name) for name in HELD}
    rows = [
        (who, indicator, weight, *_status(seen, held, who, indicator))
        for who, seen in _by_scheme(tables).items()
        for indicator, weight in seen.scheme.weights(tables.period.type).items()
        if weight
    ]
    names = ["specialist_id", "indicator", "weight", "status", "table"]
    return pd.DataFrame(rows, columns=names)


def _by_scheme(tables: Tables) -> dict[str, Tables]:
    """Each person's tables, seen by the scheme of the group of the last day (所属方案)."""
    who = tuple(people(tables)["specialist_id"])
    groups = tables.period.groups
    if groups is None or not tables.has("roster"):
        return dict.fromkeys(who, tables)
    seen = {name: of_group(tables, name) for name in groups.scored}
    return {one: seen[name] for one, name in home(tables, who, period_days(tables)).items()}


def _status(
    tables: Tables, held: dict[str, set[tuple[str, str]]], who: str, indicator: str
) -> tuple[str, str]:
    for table in needs(tables.scheme, indicator):
        if not tables.has(table):
            return "no_table", table
        if not {(who, ""), (who, indicator)} & held.get(table, {(who, "")}):
            return "no_rows", table
    said = tables.scheme.indicators[indicator]
    rule = tables.scheme.rule_of(indicator)
    against = rule.on != "value" or rule.kind == "add_deduct"  # steps count from the target
    wanted = said.target is None and said.of is None and against
    if wanted and (who, indicator) not in held["targets"]:
        return "no_target", "targets"
    return "measured", ""


def _held(tables: Tables, name: str) -> set[tuple[str, str]]:
    """Pairs of person and indicator ("" for all) of which the table has rows in the period."""
    if name == "ads":
        has_facts = tables.has("ads") and tables.has("assignment")
        days = tables.facts[tables.facts["date"].isin(period_days(tables))] if has_facts else None
        return {(who, "") for who in days["specialist_id"]} if days is not None else set()
    rows = tables.get(name)
    if name == "tasks":
        due = rows[rows["due"].isin(period_days(tables))]
        return {(who, "") for who in due["specialist_id"]}
    inside = {p for p in rows["period_id"].dropna().unique() if _inside(p, tables)}
    dated = rows["date"].isin(period_days(tables)) if name == "measured" else False
    rows = rows[rows["period_id"].isin(inside) | dated]
    column = {"feedback": "item", "targets": "indicator"}.get(name)
    return {
        (who, what)
        for who, what in zip(
            rows["specialist_id"], rows[column] if column else [""] * len(rows), strict=True
        )
    }


def _inside(period_id: str, tables: Tables) -> bool:
    """Whether rows of that period id speak of days of this period."""
    period = tables.period
    span = span_of(period_id)
    within = span is not None and period.start <= span.start and span.end <= period.end
    return period_id == period.id or within


def owed(cells: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Who (word key), table, people and indicators it lacks, mean weight on it; heaviest first."""
    lacking = cells[cells["status"] != "measured"]
    names = tables.get("roster").set_index("specialist_id")["name"]
    named = lacking.assign(name=lacking["specialist_id"].map(names))
    debts = named.groupby("table", as_index=False).agg(
        people=("name", lambda found: list(found.unique())),
        indicators=("indicator", lambda found: list(found.unique())),
        weight=("weight", "sum"),
    )
    everybody = max(cells["specialist_id"].nunique(), 1)
    debts = debts.assign(
        who=debts["table"].map(gates()["owed_by"]).fillna("data.by_manager"),
        weight=debts["weight"] / everybody,
    )
    return debts.sort_values("weight", ascending=False, ignore_index=True)

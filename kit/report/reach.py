"""What could never be scored (算不出的内容): targets not set, totals out of reach, ids twice."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.appraised import people, period_days
from kit.data.quality.membership import home
from kit.data.quality.trust import coverage
from kit.data.tables import Tables
from kit.errors import Fault
from kit.params import place_of
from kit.scheme import Scheme
from kit.show.format import number

ID = re.compile(r"(?m)^id:\s*['\"]?([^'\"#\n]+?)['\"]?\s*(?:#.*)?$")


def issues(tables: Tables) -> Iterator[Issue]:
    """Lines without a target, and totals that nobody can reach, by scheme."""
    if not tables.has("roster"):
        return
    cells = coverage(tables)
    for name, who in _scored_by(tables).items():
        mine = cells[cells["specialist_id"].isin(who)]
        of = _scheme(tables, name)
        if len(mine):
            yield from _targets(tables, of, mine)
            yield from _totals(tables, of, mine)


def _scored_by(tables: Tables) -> dict[str, list[str]]:
    """Scheme as the groups name it → the people whom it scores, by the group of the last day."""
    who = people(tables)["specialist_id"]
    groups = tables.period.groups
    if groups is None:
        return {"": list(who)}
    scored = home(tables, tuple(who), period_days(tables))
    found: dict[str, list[str]] = {}
    for one, group in scored.items():
        found.setdefault(str(groups[group].scheme), []).append(one)
    return found


def _targets(tables: Tables, of: tuple[Scheme, Path], cells: pd.DataFrame) -> Iterator[Issue]:
    """Indicators that are scored against a target which some people lack."""
    names = people(tables).set_index("specialist_id")["name"].to_dict()
    lost = cells[cells["status"] == "no_target"]
    scheme, file = of
    for indicator, rows in lost.groupby("indicator", sort=False):
        who = [str(names.get(one) or one) for one in rows["specialist_id"]]
        facts = place_of(file, ("indicators", str(indicator)))
        told = {"value": scheme.labels(str(indicator)), "names": who, "n": len(who)}
        yield Issue("no_target", "warn", facts=facts | told)


def _totals(tables: Tables, of: tuple[Scheme, Path], cells: pd.DataFrame) -> Iterator[Issue]:
    """Nobody of a scheme is measured on enough of the weight; which table would add most.

    A warning where tables that are not given would add enough: each is optional, and pages say
    what they do not measure. Refused where no table would.
    """
    scheme, file = of
    floor = scheme.coverage_floor
    known = cells["weight"].where(cells["status"] == "measured", 0.0)
    best = known.groupby(cells["specialist_id"]).sum()
    if best.max() >= floor - 1e-9:
        return
    one = best.idxmax()
    lost = cells[(cells["specialist_id"] == one) & (cells["status"] != "measured")]
    more = lost.groupby("table")["weight"].sum().sort_values(ascending=False)
    told: dict[str, Any] = {
        "share": number(float(best.max()), "percent", "en"),
        "floor": number(floor, "percent", "en"),
        "tables": [str(more.index[0])],
        "more": number(float(more.iloc[0]), "percent", "en"),
    }
    absent = float(more[[not tables.has(name) for name in more.index]].sum())
    level = "warn" if best.max() + absent >= floor - 1e-9 else "refuse"
    yield Issue("coverage_unreachable", level, facts=place_of(file, ("coverage_floor",)) | told)


def _scheme(tables: Tables, name: str) -> tuple[Scheme, Path]:
    """A scheme and its file: that which the groups name so, else the period's own."""
    groups, path = tables.period.groups, tables.period.scheme_path
    return (groups.schemes[name], path.parent / name) if groups else (tables.scheme, path)


def same_id(path: Path, period_id: str) -> list[Fault]:
    """Other period files of the folder with the same id: one run would replace the other."""
    found: list[str] = []
    for other in sorted(path.parent.glob("*.yml")):
        text = other.read_text(encoding="utf-8-sig", errors="replace")
        mine = ID.search(text)
        is_period = re.search(r"(?m)^scheme:", text) and re.search(r"(?m)^start:", text)
        if other.name != path.name and is_period and mine and mine[1] == period_id:
            found.append(other.name)
    facts = place_of(path, ("id",)) | {"other": found, "id": period_id}
    return [Fault("params.same_period_id", facts)] if found else []

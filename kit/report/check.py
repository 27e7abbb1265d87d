"""Everything that is wrong with a period's input (核对), printed by `kit check`, or a frame."""

from pathlib import Path
from typing import Any

import pandas as pd

from kit.abtest.decisions import Decision
from kit.abtest.portfolio import evaluated
from kit.data.issues import Issue
from kit.data.load import inspect
from kit.data.store.cache import remembered
from kit.data.tables import Tables
from kit.errors import Fault, KitError
from kit.params import period_file, place_of, read_period
from kit.people import by_group
from kit.people.appeals import official
from kit.people.calibration import stale
from kit.people.payroll import paid_twice
from kit.report import reach
from kit.scoring.card import scorecards
from kit.scoring.subperiods import parts

COLUMNS = ["severity", "rule", "table", "file", "row", "column", "value", "count", "zh", "en"]


def check(params_file: str | Path) -> pd.DataFrame:
    """Every fault, warning and note of a period's parameters and data (核对), gravest first.

    params_file : path of a period file from the project root, or its name, as "2025-06"
    Returns : a row a finding: severity (refuse, warn, note), rule, table, file, row, column, value,
              count, and the sentence in zh and en; no rows when all is well. It writes no report
    Missing : cells are empty where a finding has no such place
    Errors  : none for what a user wrote: faults of the period file are rows too
    Source  : the rules of `kit.params` and `kit.data.quality`
    >>> check("params/2025-06.yml").query("severity == 'refuse'").empty
    True
    """
    try:
        tables = inspect(read_period(period_file(str(params_file))))
    except KitError as error:
        return _frame([_row("refuse", fault) for fault in error.faults])
    found = [*tables.found, *missing_parts(tables)]
    if not any(issue.severity == "refuse" for issue in found):
        found += reach.issues(tables)
    rows = [_row(issue.severity, issue.fault(), issue) for issue in found]
    rows += [_row("warn", fault) for fault in reach.same_id(tables.period.path, tables.period.id)]
    if any(row["severity"] == "refuse" for row in rows):
        return _frame(rows)
    rows += [_row("warn", fault) for fault in _decided(tables)]
    if not tables.has("experiments"):
        return _frame(rows)
    wrong = [v for v in evaluated(tables) if v.decision == Decision.INVALID_INPUT]
    return _frame(rows + [_row("warn", fault) for v in wrong for fault in v.faults])


def missing_parts(tables: Tables) -> list[Issue]:
    """Periods inside this one that a mean needs and nothing scores, or another version scores."""
    scheme = tables.scheme
    found = []
    used = _used(tables)
    for name in (n for n, said in scheme.indicators.items() if said.periods and n in used):
        inner = parts(tables, name)
        where = place_of(tables.period.scheme_path, ("indicators", name))
        lost = [span.id for span, part in inner if part is None or not part.has("roster")]
        need = scheme.indicators[name].need
        facts = where | {"value": name, "names": lost, "n": len(inner), "need": need}
        if lost or len(inner) < need:
            severity = "refuse" if len(inner) - len(lost) < need else "warn"
            found.append(Issue("parts_missing", severity, facts=facts))
        other = {
            f"{span.id}: {part.scheme.id} {part.scheme.version}"
            for span, part in inner
            if part is not None and part.scheme.digest != scheme.digest
        }
        if other:
            told = where | {"value": name, "names": sorted(other)}
            found.append(Issue("parts_other_scheme", "note", facts=told))
    return found


def _used(tables: Tables) -> set[str]:
    """Indicators that this kind of period weighs, or that somebody is paid by (本期所用的指标)."""
    period = tables.period
    groups = period.groups
    schemes = [groups.scheme_of(n) for n in groups.scored] if groups else [tables.scheme]
    known = [s for s in schemes if period.type in map(str, s.profiles)]
    weighed = {n for s in known for n, w in s.weights(period.type).items() if w}
    return weighed | {n for s in schemes for n in s.pay.uses}


def _decided(tables: Any) -> list[Fault]:
    """Calibration that the data have left behind, and a base that would be paid twice."""
    twice = any(paid_twice(scheme) for scheme in by_group.every(tables))
    found = [Fault("people.amounts.twice", {})] if twice else []
    if not tables.has("calibration"):
        return found
    totals = official(tables, remembered(tables, "scorecards", scorecards))
    return found + [
        Fault(
            "people.how.stale",
            {
                "who": row["specialist_id"],
                "before": f"{row['before_total']} {row['before_grade']}",
                "now": f"{row['scored']} {row['scored_grade']}",
            },
        )
        for row in stale(tables, totals).to_dict("records")
    ]


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(severity: str, fault: Fault, issue: Issue | None = None) -> dict[str, Any]:
    """One finding, with its place where it has one."""
    place = issue or Issue(fault.key)
    told = {lang: fault.told(lang) for lang in ("zh", "en")}
    names = ("table", "file", "row", "column", "value", "count")
    where = {name: getattr(place, name) for name in names}
    return {"severity": severity, "rule": fault.key, **where, **told}

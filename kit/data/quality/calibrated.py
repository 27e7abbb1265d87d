"""Decisions of calibration (校准记录): grades that the scheme has, a reason for every change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from kit.data.issues import Issue
from kit.data.quality.gates import place
from kit.data.store.engine import collect

if TYPE_CHECKING:
    from kit.data.tables import Tables


def calibrated(tables: Tables) -> Iterator[Issue]:
    """Every fault of the table `calibration` that the schemes alone can tell."""
    if not tables.has("calibration"):
        return
    rows = collect(tables.engine.scan("calibration")).sort_values(["_file", "_row"])
    rows = rows[rows["period_id"] == tables.period.id]
    groups = tables.period.groups
    schemes = groups.schemes.values() if groups else [tables.scheme]
    known = list(dict.fromkeys(g.grade for scheme in schemes for g in scheme.grades))
    for column in ("before_grade", "after_grade"):
        odd = rows[column].notna() & ~rows[column].isin([*known, ""])
        yield from _told(rows[odd], "unknown_grade", column, known=known)
    moved = rows["after_grade"].notna() | rows["after_total"].notna()
    yield from _told(rows[moved & rows["reason"].isna()], "no_reason", "reason")


def _told(rows: pd.DataFrame, rule: str, column: str, **facts: Any) -> Iterator[Issue]:
    if len(rows):
        first = rows.iloc[0]
        value = "" if pd.isna(first[column]) else str(first[column])
        yield Issue(rule, "refuse", "calibration", *place(first), column, value, len(rows), facts)

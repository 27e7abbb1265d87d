"""All checks of units and sizes, in one order (量级检查总入口)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kit.data.quality.levels.budgets import odd_budgets
from kit.data.quality.levels.counts import odd_counts
from kit.data.quality.levels.daily import odd_days
from kit.data.quality.levels.dates import odd_dates
from kit.data.quality.levels.targets import odd_targets
from kit.data.quality.levels.typed import odd_typed

if TYPE_CHECKING:
    import pandas as pd

    from kit.data.issues import Issue
    from kit.data.tables import Tables


def odd_levels(tables: Tables, mature: pd.DatetimeIndex) -> Iterator[Issue]:
    """Every figure that seems to be in another unit (疑似单位有误); mature : days that count."""
    days = list(odd_days(tables))
    counts = list(odd_counts(tables, {_place(i) for i in days if i.severity == "refuse"}))
    refused = {_place(i) for i in counts if i.severity == "refuse"}
    yield from (i for i in days if _place(i) not in refused)
    warned = {_place(i) for i in days}
    yield from (i for i in counts if i.severity == "refuse" or _place(i) not in warned)
    yield from odd_targets(tables, mature)
    yield from odd_budgets(tables)
    yield from odd_typed(tables)
    yield from odd_dates(tables)


def _place(issue: Issue) -> tuple[str, str]:
    return issue.table, issue.column

"""`Tables`: the checked tables of a period (一期的数据表), the record that every room reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from kit.data import facts
from kit.data.facts import Day
from kit.data.issues import Issue, frame
from kit.data.reading.sources import Source
from kit.data.schema import empty
from kit.data.store import engine as engines
from kit.data.store.cache import remembered
from kit.data.store.engine import Engine
from kit.params import Period
from kit.scheme import Scheme


@dataclass(frozen=True)
class Tables:
    """The contract tables of one period, checked; figures derived from them are computed once.

    group : the appraisal group that is looked at alone, "" for everybody
    """

    period: Period = field(repr=False)
    engine: Engine = field(repr=False)
    sources: dict[str, Source] = field(repr=False)
    read_issues: tuple[Issue, ...] = field(repr=False)
    digest: str
    judge: Callable[[Tables], tuple[Issue, ...]] = field(repr=False, compare=False)
    group: str = ""

    @property
    def scheme(self) -> Scheme:
        """The scheme that scores the period."""
        return self.period.scheme

    def get(self, name: str) -> pd.DataFrame:
        """A contract table in pandas (see `schema.typed`); without rows when it was not given."""
        if name not in self.sources:
            return empty(name)
        found = self.engine.brought(name, lambda: engines.table(self.engine, name))
        return found.copy(deep=False)

    def part(
        self, name: str, columns: tuple[str, ...], start: Day | None = None, end: Day | None = None
    ) -> pd.DataFrame:
        """Some columns of a table, of the days from start to end; not kept, for large tables."""
        return facts.part(self, name, columns, start, end)

    def has(self, name: str) -> bool:
        """Whether the table was given and holds a row."""
        return self.counts.get(name, 0) > 0

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows of each table that was given (行数)."""
        return remembered(
            self, "rows", lambda tables: engines.counts(tables.engine, [*tables.sources])
        )

    @cached_property
    def found(self) -> tuple[Issue, ...]:
        """What reading and gates found, gravest first."""
        return self.judge(self)

    @property
    def issues(self) -> pd.DataFrame:
        """The same as a table: rule, severity, table, file, row, column, value, count, facts."""
        return frame(self.found)

    @property
    def facts(self) -> pd.DataFrame:
        """Sums by day, plan and owner, weighted by share (日事实表); all days in the data."""
        return self.engine.brought("_facts", lambda: facts.owned(self))

    @property
    def plan_days(self) -> pd.DataFrame:
        """Sums by day and plan, owned or not."""
        return self.engine.brought("_plan_days", lambda: facts.plan_days(self))

    @property
    def unassigned(self) -> pd.DataFrame:
        """Sums by day and plan that nobody owns (未归属)."""
        return self.engine.brought("_unassigned", lambda: facts.unassigned(self))

    @property
    def windows(self) -> pd.DataFrame:
        """Days of ads with the snapshot and the window they were seen in, each once (归因窗口)."""
        return self.engine.brought("_windows", lambda: facts.windows(self))

    def own_margins(self, start: Day, end: Day) -> dict[str, float]:
        """Gross margin of the orders of each person's plans, where they tell one."""
        name = f"own_margins-{pd.Timestamp(start).date()}-{pd.Timestamp(end).date()}"
        return remembered(self, name, lambda given: facts.own_margins(given, start, end))

    def gross_margin(self, start: Day, end: Day) -> float | None:
        """Gross profit over revenue of the orders that tell it (毛利率); None when none does."""
        return facts.gross_margin(self, start, end)

    def drill(self, by: list[str], start: Day, end: Day) -> pd.DataFrame:
        """Sums of ads over any of `facts.DRILLS`, first to last day included."""
        return facts.drill(self, by, start, end)

    def users(self, start: Day, end: Day, by: str = "specialist_id") -> pd.DataFrame:
        """Distinct visitors and buyers by `by` (去重访客、买家), or daily sums with exact False."""
        return facts.users(self, start, end, by)

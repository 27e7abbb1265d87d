"""Changes of units to the company of nine, and what became of its totals (单位变异)."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit.data.issues import Issue
from kit.data.load import inspect
from kit.data.quality.checks import mature_days
from kit.data.quality.levels.asked import settled
from kit.data.quality.levels.every import odd_levels
from kit.data.tables import Tables
from kit.params import read_period
from kit.scoring.card import scorecards
from tests.data.quality import nine

FACTORS = (100.0, 0.01, 10.0, 10_000.0, 0.0001)
ADS = ("impressions", "clicks", "spend", "orders", "revenue", "new_customers")
TARGETS = ("sales", "roi", "click_conversion", "ctr", "cac")


class Change(NamedTuple):
    """A factor on a column; rows : all, period, half or one; only : the indicator of targets."""

    table: str
    column: str
    factor: float
    rows: str
    only: str = ""


def every() -> list[Change]:
    """Each change of units to each numeric column that a total rests on, and to each target."""
    parts = [
        Change("ads", c, f, r) for c in ADS for f in FACTORS for r in ("all", "period", "half")
    ]
    for factor in (*FACTORS, -1.0, 1e300):
        parts += [Change("budget", "budget", factor, r) for r in ("all", "period", "half", "one")]
        parts += [
            Change("targets", "target", factor, r, only)
            for r in ("all", "period", "half", "one")
            for only in TARGETS
        ]
    parts += [Change("ads", c, f, "period") for c in ADS for f in (-1.0, 1e300)]
    return parts


def drawn(rng: np.random.Generator) -> Change:
    """One change at random: any column, a factor between 2.5 and 100,000 either way, any rows."""
    column = rng.choice([*ADS, "budget", *TARGETS])
    factor = float(10 ** (rng.uniform(0.4, 5) * rng.choice([-1, 1])))
    rows = str(rng.choice(["all", "period", "half", "one"]))
    if column in TARGETS:
        return Change("targets", "target", factor, rows, str(column))
    return Change("budget" if column == "budget" else "ads", str(column), factor, rows)


def changed(
    tables: dict[str, pd.DataFrame], change: Change, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """The tables with one column in another unit."""
    table = tables[change.table].reset_index(drop=True)
    month = table["period_id"] if "period_id" in table else table["date"].str[:7]
    hit = pd.Series(True, table.index) if change.rows == "all" else month == "2025-06"
    if change.only:
        hit &= table["indicator"] == change.only
    if change.rows == "half":
        hit &= rng.random(len(table)) < 0.5
    if change.rows == "one":
        hit &= table.index == rng.choice(table.index[hit])
    column = table[change.column].astype(float)
    return {
        **tables,
        change.table: table.assign(**{change.column: column.mask(hit, column * change.factor)}),
    }


def told(place: Path, tables: dict[str, pd.DataFrame]) -> frozenset[str]:
    """The rules of refusals and warnings about the tables."""
    return _rules(inspect(read_period(nine.written(place, tables))).found)


class Standard(NamedTuple):
    """The company as it is: the rules that are told of it, and everybody's total."""

    rules: frozenset[str]
    totals: pd.Series


def standard(place: Path, tables: dict[str, pd.DataFrame]) -> Standard:
    """What a change is compared with."""
    read = inspect(read_period(nine.written(place, tables)))
    return Standard(_rules(read.found), _totals(read))


def moved(place: Path, tables: dict[str, pd.DataFrame], usual: Standard) -> float:
    """The most that a total moves without a word; 0 where a rule tells more than of the usual."""
    read = inspect(read_period(nine.written(place, tables)))
    if _levels(read) - usual.rules or _rules(read.found) - usual.rules:
        return 0.0
    return float((_totals(read) - usual.totals).abs().max())


def _levels(read: Tables) -> frozenset[str]:
    """The rules about units and sizes alone: most changes are told by these, at a third of all."""
    if any(issue.severity == "refuse" for issue in read.read_issues):
        return frozenset()
    return _rules(settled(read.period, odd_levels(read, mature_days(read))))


def _rules(issues: Iterable[Issue]) -> frozenset[str]:
    return frozenset(i.rule for i in issues if i.severity != "note")


def _totals(read: Tables) -> pd.Series:
    return scorecards(read).totals.set_index("specialist_id")["total"]

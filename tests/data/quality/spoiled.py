"""Changes of units to the company of nine, and what became of its totals (单位变异)."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit.data.load import inspect
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
    found = inspect(read_period(nine.written(place, tables))).found
    return frozenset(i.rule for i in found if i.severity != "note")


def totals(place: Path, tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Everybody's total."""
    scored = scorecards(inspect(read_period(nine.written(place, tables)))).totals
    return scored.set_index("specialist_id")["total"]


def silent(
    folder: Callable[[], Path], tables: dict[str, pd.DataFrame], changes: list[Change], least: float
) -> list[tuple[Change, float]]:
    """Changes of which nothing is told although a total moves by more than `least`."""
    rng = np.random.default_rng(7)
    usual = told(folder(), tables)
    right = totals(folder(), tables)
    missed = []
    for change in changes:
        place = folder()
        spoiled = changed(tables, change, rng)
        if told(place, spoiled) - usual:
            continue
        moved = float((totals(place, spoiled) - right).abs().max())
        if moved > least:
            missed.append((change, round(moved, 2)))
    return missed

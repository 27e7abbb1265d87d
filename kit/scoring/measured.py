"""Figures that people enter (填报指标): rows of `measured` → sums by person and day."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.params import span_of
from kit.scheme.library import UNDER, Indicator

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
ENTERED = ("sum", "ratio", "last")
ENOUGH = 0.5  # share of the owned days with a row from which days tell an error (real_schemes.md)


@dataclass(frozen=True)
class Entered:
    """daily and total by measure, as in a panel; spread: whose figure has no days behind it.

    dated : people × days as entered by day, few as they may be; NaN where entered by period
    """

    daily: dict[str, Array]
    total: dict[str, Array]
    spread: dict[str, Array]
    dated: dict[str, Array]


def entered(
    tables: "Tables", people: tuple[str, ...], days: pd.DatetimeIndex, owned: Array
) -> Entered:
    """Every measured indicator of the scheme over the days (填报数); NaN where nobody entered one.

    A ratio is the sum of its tops over that of its denominators (`<id>` and `<id>.under`); of
    `last` the latest row counts. Rows of a period without days are spread evenly over owned days.
    """
    daily: dict[str, Array] = {}
    total: dict[str, Array] = {}
    spread: dict[str, Array] = {}
    by_day: dict[str, Array] = {}
    known = [i for i in tables.scheme.library.values() if i.source in ENTERED]
    rows = rows_of(tables, people, days) if known else pd.DataFrame()
    for of in known:
        mine = rows[rows["indicator"] == of.id]
        mine = _latest(mine) if of.source == "last" else mine
        for name, column in _parts(of):
            sums = mine.groupby("specialist_id")[column].sum(min_count=1).reindex(people)
            total[name] = sums.to_numpy(float)
            dated, thin = _dated(mine, column, people, days, owned)
            by_day[name] = dated
            spread[name] = (thin | (of.source == "last")) & ~np.isnan(total[name])
            daily[name] = np.where(spread[name][:, None], _even(total[name], owned), dated)
    return Entered(daily, total, spread, by_day)


def rows_of(
    tables: "Tables",
    people: tuple[str, ...],
    days: pd.DatetimeIndex,
    table: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows of `measured` that count for the days (计入的填报行), a row a person, own rows first.

    Columns of the contract, `specialist_id` filled in from the team where a row is a team's; rows
    of the period itself stand before those of its months, a person's own before the team's.
    table : the same rows with the place of each, for a trace
    """
    table = tables.get("measured") if table is None else table
    labels = {n: i.id for i in tables.scheme.library.values() if i.names for n in _labels(i)}
    rows = table.assign(
        indicator=table["indicator"].map(lambda name: labels.get(name, name)),
        top=table["actual"].fillna(table["rate"] * table["denominator"]),
    )
    rows = _owned(tables, rows, people)
    inside = rows["date"].between(days[0], days[-1])
    own = [tables.period.id] if _whole(tables, days) else []
    months = _months(days)
    rank = np.select(
        [inside, rows["period_id"].isin(own), rows["period_id"].isin(months)], [0, 1, 2], 9
    )
    rows = rows.assign(rank=rank)[rank < 9]
    keys = [rows["specialist_id"], rows["indicator"]]
    nearest = rows.groupby(keys)["shared"].transform("min")
    kept = rows[rows["shared"] == nearest]
    best = kept.groupby(["specialist_id", "indicator"])["rank"].transform("min")
    return kept[kept["rank"] == best]


def _owned(tables: "Tables", rows: pd.DataFrame, people: tuple[str, ...]) -> pd.DataFrame:
    """Rows of people, and of teams once for each member; `shared` is 1 for the latter."""
    roster = tables.get("roster")[["specialist_id", "team"]]
    single = rows[rows["specialist_id"].isin(people)].assign(shared=0)
    team = rows[~rows["team"].isna() & rows["specialist_id"].isna()]
    members = roster[roster["specialist_id"].isin(people)]
    wide = team.drop(columns="specialist_id").merge(members, on="team").assign(shared=1)
    return pd.concat([single, wide[single.columns]], ignore_index=True)


def _whole(tables: "Tables", days: pd.DatetimeIndex) -> bool:
    """Whether the days are the period's own, as far as they count."""
    period = tables.period
    return (days[0].date(), days[-1].date()) in {
        (period.start, period.last_day),
        (period.start, period.end),
    }


def _months(days: pd.DatetimeIndex) -> list[str]:
    """Ids of the months that the days hold as a whole."""
    first: dt.date = days[0].date()
    last: dt.date = days[-1].date()
    names = [str(month) for month in pd.period_range(first, last, freq="M")]
    spans = [(name, span_of(name)) for name in names]
    return [n for n, span in spans if span and first <= span.start and span.end <= last]


def _labels(of: Indicator) -> tuple[str, ...]:
    return (of.names.zh, of.names.en) if of.names else ()


def _parts(of: Indicator) -> list[tuple[str, str]]:
    """Measures of the panel that an indicator fills, and the column of each."""
    return [(of.id, "top"), *([(of.id + UNDER, "denominator")] if of.under else [])]


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    """The latest row of each person (最近一次): by date, else by period."""
    by = rows["date"].dt.strftime("%Y-%m-%d").where(rows["date"].notna(), rows["period_id"])
    order = rows.assign(when=by).sort_values("when", kind="stable")
    return order.groupby("specialist_id").tail(1).drop(columns="when")


def _dated(
    rows: pd.DataFrame, column: str, people: tuple[str, ...], days: pd.DatetimeIndex, owned: Array
) -> tuple[Array, Array]:
    """People × days of the dated rows, and who has them on too few of the owned days."""
    sums = rows.groupby(["specialist_id", "date"])[column].sum(min_count=1)
    wide = sums.unstack("date") if len(sums) else pd.DataFrame(index=pd.Index([], dtype="str"))
    values = wide.reindex(index=list(people), columns=days).to_numpy(float)
    known = (~np.isnan(values) & owned).sum(axis=1)
    thin = (known < ENOUGH * owned.sum(axis=1)) | (known == 0)
    some = ~np.isnan(values).all(axis=1, keepdims=True)
    return np.where(some, np.nan_to_num(values), np.nan), thin


def _even(total: Array, owned: Array) -> Array:
    """A sum spread evenly over the owned days, over all days where none is owned."""
    days = np.where(owned.any(axis=1, keepdims=True), owned, True)
    return total[:, None] * days / days.sum(axis=1, keepdims=True)

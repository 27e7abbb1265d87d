"""What was reached, roughly (大致实绩): only to tell whether a target is in another unit.

Sums per day for what adds up over days, else sums over sums, from ads by person, else from the
whole company's visits and tasks. Figures that rest on too little are missing. Scoring has its own,
exact figures; nothing here is printed as anybody's result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.facts import SUMS
from kit.params import span_of
from kit.scheme.formula import terms
from kit.scheme.library import WINDOWED, Indicator, table_of

if TYPE_CHECKING:
    from kit.data.tables import Tables

LEAST = {  # on which it rests: a toy of ten clicks tells nothing
    "clicks": 200,
    "orders": 20,
    "revenue": 20,
    "new_customers": 10,
    "add_to_carts": 20,
}
BEFORE = 91  # days looked back on: what a person usually reaches, whatever this month brought
RIPE = 5  # mature days without which orders and sales tell nothing yet


def actuals(tables: Tables, indicators: list[str], mature: pd.DatetimeIndex) -> pd.DataFrame:
    """specialist_id, indicator, actual and actual_span: per own day and per day; or a ratio."""
    library = tables.scheme.library
    wanted = [library[i] for i in indicators if i in library and not library[i].item]
    of_ads = [i for i in wanted if i.terms and {table_of(t) for t in i.terms} == {"ads"}]
    of_all = [i for i in wanted if i.terms and {table_of(t) for t in i.terms} <= {"traffic"}]
    parts = [_none()]
    if of_ads and tables.has("ads") and tables.has("assignment"):
        parts += [_by_person(tables, i, mature, _days(tables)) for i in of_ads]
    if of_all and tables.has("traffic"):
        parts += _of_company(tables, of_all)
    parts += [_entered(tables, i) for i in wanted if i.source in ("sum", "last", "ratio")]
    every = pd.concat([p for p in parts if len(p)] or [_none()], ignore_index=True)
    if "actual_span" not in every:
        return every.assign(actual_span=every["actual"])
    return every.assign(actual_span=every["actual_span"].fillna(every["actual"]))


def before(tables: Tables, indicators: list[str]) -> pd.DataFrame:
    """specialist_id, indicator, before: the same of the days before the period (此前的实绩).

    From ads alone, at most BEFORE days; missing where nothing was reached then.
    """
    library = tables.scheme.library
    wanted = [library[i] for i in indicators if i in library and not library[i].item]
    of_ads = [i for i in wanted if i.terms and {table_of(t) for t in i.terms} == {"ads"}]
    first = pd.Timestamp(tables.period.start)
    days = pd.date_range(first - pd.Timedelta(days=BEFORE), first - pd.Timedelta(days=1), unit="us")
    parts = [_none()]
    if of_ads and tables.has("ads") and tables.has("assignment"):
        days = days[days.isin(tables.facts["date"])]
        parts += [_by_person(tables, i, days, days) for i in of_ads]
    every = pd.concat([p for p in parts if len(p)] or [_none()], ignore_index=True)
    return every[["specialist_id", "indicator", "actual"]].rename(columns={"actual": "before"})


def _none() -> pd.DataFrame:
    types = {"specialist_id": str, "indicator": str, "actual": float, "actual_span": float}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})


def _by_person(
    tables: Tables, of: Indicator, mature: pd.DatetimeIndex, span: pd.DatetimeIndex
) -> pd.DataFrame:
    """One indicator by person from the sums of their plans over the days that count."""
    days = mature if {*of.terms} & WINDOWED else span
    if len(days) < (RIPE if {*of.terms} & WINDOWED else 1):
        return _none()
    rows = tables.facts[tables.facts["date"].isin(days)]
    by = rows.groupby("specialist_id")
    sums = by[list(SUMS)].sum()
    value = _value(of, sums, by["date"].nunique())
    whole = _value(of, sums, pd.Series(len(days), sums.index))  # a target may be of own days alone
    for name in {*of.terms} & LEAST.keys():
        counted = "orders" if name == "revenue" else name
        value = value.where(sums[counted] >= LEAST[name])
    found = value[(value > 0) & np.isfinite(value)]
    told = found.rename("actual").to_frame().assign(indicator=of.id, actual_span=whole)
    return told.reset_index()


def _value(of: Indicator, sums: pd.DataFrame, n_days: pd.Series) -> pd.Series:
    top = sum((factor * sums[name] for factor, name in terms(of.top)), pd.Series(0.0, sums.index))
    if not of.under:
        return top / n_days if of.additive else top
    under = sum(
        (factor * sums[name] for factor, name in terms(of.under)), pd.Series(0.0, sums.index)
    )
    return of.scale * top / under.where(under > max(of.min, 0))


def _of_company(tables: Tables, indicators: list[Indicator]) -> list[pd.DataFrame]:
    """Ratios of the whole company's visits, the same for everybody; sums of it are nobody's."""
    names = sorted({t for i in indicators if i.under for t in i.terms})
    if not names:
        return []
    rows = tables.part("traffic", tuple(names), tables.period.start, tables.period.last_day)
    sums = rows.sum().to_frame().T.astype(float)
    who = tables.get("roster")["specialist_id"]
    made = []
    for of in (i for i in indicators if i.under):
        value = float(_value(of, sums, pd.Series(1, sums.index)).iloc[0])
        if np.isfinite(value) and value > 0:
            made.append(pd.DataFrame({"specialist_id": who, "indicator": of.id, "actual": value}))
    return made


def _entered(tables: Tables, of: Indicator) -> pd.DataFrame:
    """Figures that people typed for the period itself."""
    rows = tables.get("measured")
    rows = rows[(rows["indicator"] == of.id) & (rows["period_id"] == tables.period.id)]
    span = span_of(tables.period.id) or tables.period
    days = (span.end - span.start).days + 1
    value = rows["rate"].fillna(
        rows["actual"]
        / (rows["denominator"] if of.source == "ratio" else days if of.additive else 1)
    )
    found = rows.assign(actual=value).dropna(subset=["specialist_id", "actual"])
    return found.loc[found["actual"] > 0, ["specialist_id", "indicator", "actual"]]


def _days(tables: Tables) -> pd.DatetimeIndex:
    return pd.date_range(tables.period.start, tables.period.last_day, unit="us")

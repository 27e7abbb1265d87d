"""Totals as values (综合周期、团队均分): the mean of the periods inside, or of a team's totals."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kit.scheme.library import Indicator
from kit.scoring import errors, team, totals, weights
from kit.scoring.grid import grid
from kit.scoring.key_results import nothing
from kit.scoring.kpi import Value
from kit.scoring.panel import Panel
from kit.scoring.rescored import changed
from kit.scoring.subperiods import parts
from kit.scoring.totals import shape
from kit.stats.ewc import sum_error

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
Score = Callable[["Tables"], Any]


def values(tables: "Tables", data: Panel, names: list[str], score: Score) -> dict[str, Value]:
    """Values that are totals themselves (以总分为值的指标), by name.

    score : gives the scorecards of other periods' tables
    """
    known = tables.scheme.library
    found: dict[str, Value] = {}
    for name in names:
        if known[name].source == "periods":
            found[name] = _of_periods(tables, data, name, score)
    for name in names:
        if known[name].source == "of" and not known[name].top:
            found[name] = _of_team(tables, data, known[name], found)
    return found


def _of_periods(tables: "Tables", data: Panel, name: str, score: Score) -> Value:
    """Mean of the official printed totals of the parts (各期均分), with its error."""
    said = tables.scheme.indicators[name]
    inner = parts(tables, name)
    shape_ = (len(inner), len(data.people))
    total, se, df = np.full(shape_, np.nan), np.zeros(shape_), np.ones(shape_)
    for n, (_, part) in enumerate(inner):
        if part is not None:
            rows = settled(part, score(part)).set_index("specialist_id").reindex(data.people)
            total[n] = rows["printed"].to_numpy(float)
            se[n] = rows["se"].fillna(0).to_numpy(float)
            df[n] = np.maximum(1, rows["df"].fillna(1).to_numpy(float))
    days = np.array([(s.end - s.start).days + 1 for s, _ in inner], float).reshape(-1, 1)
    size = np.where(np.isnan(total), 0.0, days if said.mean == "days" else 1.0)
    whole = size.sum(axis=0)
    share = size / np.where(whole > 0, whole, np.nan)
    enough = (size > 0).sum(axis=0) >= said.need
    actual = np.where(enough, np.nansum(share * np.nan_to_num(total), axis=0), np.nan)
    actual = np.where(whole > 0, np.round(actual, 12), np.nan)
    return _with_error(data, actual, np.nan_to_num(share) * se, df, size)


def _with_error(data: Panel, actual: Array, se: Array, df: Array, size: Array) -> Value:
    """The value with its own error (Welch-Satterthwaite), and which part of the parts is there."""
    own = np.sqrt((se**2).sum(axis=0))
    under = (se**4 / df).sum(axis=0)
    free = np.where(under > 0, own**4 / np.where(under > 0, under, 1), 1.0)
    blank = nothing(data, "scoring.too_few_parts")
    there = (size > 0).sum(axis=0)
    known = ~np.isnan(actual)
    return Value(
        actual,
        there.astype(float),
        blank.daily,
        np.where(known & (own > 0), own, np.nan),
        free,
        np.where(known, "", blank.reason),
        own=np.where(known, own, 0.0),
        bare=known & (own == 0),
        part=there / max(len(size), 1),
    )


def settled(tables: "Tables", cards: Any) -> pd.DataFrame:
    """Totals with accepted changes and calibrated figures (定稿总分), the last decision in time."""
    rows = cards.totals.set_index("specialist_id", drop=False).copy()
    pleas = tables.get("appeals")
    pleas = pleas[(pleas["period_id"] == tables.period.id) & (pleas["status"] == "accepted")]
    pleas = pleas[pleas["after"].notna()].sort_values("at")
    for who, mine in pleas.groupby("specialist_id"):
        if who in rows.index:
            card = cards.indicators[cards.indicators["specialist_id"] == who]
            rows.loc[who, "printed"] = changed(tables, cards, card, mine)["printed"]
    last = pleas.groupby("specialist_id")["at"].max()
    held = tables.get("calibration")
    held = held[held["period_id"].eq(tables.period.id)].sort_values(["round", "at"])
    held = held.groupby("specialist_id").tail(1).dropna(subset="after_total")
    for row in held.to_dict("records"):
        at = last.get(row["specialist_id"], pd.NaT)
        if row["specialist_id"] in rows.index and not at >= pd.Timestamp(row["at"]).normalize():
            rows.loc[row["specialist_id"], "printed"] = row["after_total"]
    return rows.reset_index(drop=True)


def _of_team(tables: "Tables", data: Panel, spec: Indicator, given: dict[str, Value]) -> Value:
    """Mean of the members' totals without this leaf (团队均分), the same for all members."""
    whole = team.everybody(tables, data, spec.scope)
    share = tables.scheme.weights(tables.period.type)
    known = tables.scheme.library
    names = [n for n in share if share[n] > 0 and (known[n].source != "of" or known[n].top)]
    found = grid(tables, whole, names, given=given if whole is data else None)
    of = shape(tables.scheme, names, tables.period.type)
    planned = np.tile([share[n] for n in names], (len(whole.people), 1))
    used, coverage = weights.used(planned, ~np.isnan(found.points), of.paths)
    each = totals.weighted(tables.scheme, of, used, found.points)
    each = np.where(
        (used.sum(axis=1) > 0) & (coverage >= tables.scheme.coverage_floor * planned[0].sum()),
        each,
        np.nan,
    )
    pull = np.nan_to_num(used * errors.slopes(tables.scheme, found))
    daily = sum(pull[:, [i]] * v.daily for i, v in enumerate(found.values))
    return _mean_of(tables, data, whole, spec, (each, np.asarray(daily)))


def _mean_of(
    tables: "Tables", data: Panel, whole: Panel, spec: Indicator, sums: tuple[Array, Array]
) -> Value:
    each, daily = sums
    of, members = team.belonging(tables, data, whole, spec.scope)
    blank = nothing(data, "scoring.not_measured")
    actual, days = np.full(len(of), np.nan), np.zeros((len(of), len(data.days)))
    for name in np.unique(of):
        mine = (members[:, -1] == name) & ~np.isnan(each)
        if mine.any():
            actual[of == name] = each[mine].mean()
            days[of == name] = daily[mine].mean(axis=0)
    se, df = sum_error(days, data.owned, data.calendar)
    reason = np.where(np.isnan(actual), blank.reason, "")
    return Value(actual, np.ones(len(of)), days, se, df, reason)

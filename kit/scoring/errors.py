"""How sure is a total (不确定性): one influence a person and day, raters beside, and joint draws.

The total is linearised once: rule slope × weight × the day's part in each ratio. EWC gives the
error of the days, the spread over raters that of 360; both add (conventions.md).
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from kit.scoring import grid as grids
from kit.scoring import naming, parts, rank
from kit.scoring.chances import Drawn, grades
from kit.scoring.kpi import Value
from kit.scoring.orders import weight
from kit.scoring.panel import Panel
from kit.scoring.plus_minus import PlusMinus, nothing
from kit.stats import pairs

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray


@dataclass(frozen=True)
class Errors:
    """Errors of the totals, one a person, and between every pair.

    daily : people × days; raters : people × raters; gap, spread, p : people × people (Holm p),
    pair_df : degrees of freedom of spread
    own : people × indicators, what neither days nor raters explain; bare : share of the weight
    on figures entered without an error; each : people × indicators, error of one contribution
    versus, versus_p : total less the mean of all others on the same days, its BH p over people
    grades : people × grades, chance of each by seeded joint draws
    """

    daily: Array
    raters: Array
    se: Array
    df: Array
    gap: Array
    spread: Array
    p: Array
    versus: Array
    versus_p: Array
    grades: Array
    own: Array
    bare: Array
    each: Array
    pair_df: Array | None = None
    one: Array | None = None


def errors(
    tables: "Tables",
    data: Panel,
    found: "grids.Grid",
    used: Array,
    extra: PlusMinus | None = None,
) -> Errors:
    """Errors of everybody's total, with the weights in use, plus and minus points included."""
    scheme = tables.scheme
    extra = extra or nothing(scheme, data.people)
    pull, values = _pulls(scheme, found, used, extra)
    daily = sum(pull[:, [i]] * v.daily for i, v in enumerate(values))
    raters = _raters(values, pull)
    one = weight(data, found, pull, scheme)
    own, alone, own_df = _own(values, pull)
    total = np.where(used.sum(axis=1) > 0, np.nansum(used * found.points, axis=1), np.nan)
    total = np.where(np.isnan(extra.veto) | np.isnan(total), total + extra.sums, extra.veto)
    work = naming.Work(daily, data.held, data.calendar, data.total["orders"], one)
    apart = between(data, work, raters, (alone, own_df), total)
    tails = _tails(apart.df, scheme.uncertainty.draws, tables.period.seed)
    drawn = Drawn(_wider(daily, apart) * tails, tails, raters, extra, total, apart.se)
    return Errors(
        daily=daily,
        raters=raters,
        grades=grades(tables, data, found, used, drawn),
        own=own,
        bare=parts.bare(found, used),
        each=parts.each(found, pull),
        one=one,
        **differences(apart),
    )


def _wider(daily: Array, apart: "Between") -> Array:
    """How much wider the errors of the days are than independent days would make them."""
    plain = np.sqrt((daily**2).sum(axis=1))
    return np.where(plain > 0, apart.days_se / np.where(plain > 0, plain, 1), 1.0)[:, None]


def differences(apart: "Between") -> dict[str, Any]:
    """The fields of `Errors` that say how totals and pairs differ."""
    return {f.name: getattr(apart, f.name) for f in fields(apart) if f.name != "days_se"}


@dataclass(frozen=True)
class Between:
    """Errors of totals and of every pair; see `Errors`. days_se : of the days alone."""

    days_se: Array
    se: Array
    df: Array
    gap: Array
    spread: Array
    p: Array
    versus: Array
    versus_p: Array
    pair_df: Array


def between(
    data: Panel, work: naming.Work, raters: Array, alone: tuple[Array, Array], total: Array
) -> Between:
    """How far totals can be told apart (能否分出高下): days, raters and own errors together."""
    days_se, days_df = naming.own(work)
    days_se = np.nan_to_num(days_se)
    se, df = _added(days_se, days_df, *_rater_error(raters))
    own, own_df = alone
    if own.any():
        se, df = _added(se, df, own, own_df)
    gap = total[:, None] - total[None, :]
    spread, pair_df = _pairs(data, work.daily, days_se, days_df, raters)
    if own.any():
        both = np.hypot(own[:, None], own[None, :])
        least = np.minimum(own_df[:, None], own_df[None, :])
        spread, pair_df = _added(spread, pair_df, both, least)
    p = compared(gap, spread, pair_df)
    team = naming.versus(work, total, _others(raters, alone, ~np.isnan(total)))
    return Between(days_se, se, df, gap, spread, p, *team, pair_df)


def slopes(scheme: "grids.Scheme", found: "grids.Grid") -> Array:
    """Points per unit of the value (计分斜率): over ± one error: kinks and caps are felt."""
    actual = np.stack([v.actual for v in found.values], axis=1)
    se = np.stack([v.se for v in found.values], axis=1)
    step = np.where(se > 0, se, 1e-6 * np.abs(actual) + 1e-12)
    ends = []
    for side in (actual + step, np.maximum(actual - step, 1e-12)):
        done = grids.completions(scheme, found.names, side, found.targets.target)
        ends.append(
            [
                grids.points(scheme, n, done[:, i], side[:, i], found.targets.target[:, i])
                for i, n in enumerate(found.names)
            ]
        )
    return found.typed.kept * (np.stack(ends[0], 1) - np.stack(ends[1], 1)) / (2 * step)


def _pulls(
    scheme: "grids.Scheme", found: "grids.Grid", used: Array, extra: PlusMinus
) -> tuple[Array, list[Value]]:
    """Points of the total per unit of each value, weighted lines first, then plus and minus."""
    pull = np.nan_to_num(used * slopes(scheme, found))
    if extra.lines is None:
        return pull, found.values
    more = np.nan_to_num(extra.free * slopes(extra.scheme, extra.lines))
    return np.hstack([pull, more]), [*found.values, *extra.lines.values]


def _raters(values: list[Value], pull: Array) -> Array:
    parts = [pull[:, [i]] * v.raters for i, v in enumerate(values) if v.raters is not None]
    return sum(parts) if parts else np.zeros((len(pull), 1))


def _own(values: list[Value], pull: Array) -> tuple[Array, Array, Array]:
    """Own errors in points of the total: people × indicators, their sum a person, and its df."""
    parts = [np.zeros(len(pull)) if v.own is None else v.own for v in values]
    own = np.abs(pull) * np.stack(parts, axis=1)
    df = np.stack([np.maximum(1, np.nan_to_num(v.df)) for v in values], axis=1)
    under = (own**4 / df).sum(axis=1)
    whole = (own**2).sum(axis=1)
    return own, np.sqrt(whole), np.where(under > 0, whole**2 / np.where(under > 0, under, 1), 1.0)


def _rater_error(raters: Array) -> tuple[Array, Array]:
    """Spread over raters, n / (n - 1); a lone rater borrows the mean variance of the others."""
    n = (raters != 0).sum(axis=1)
    var = n / np.where(n > 1, n - 1, np.nan) * (raters**2).sum(axis=1)
    common = np.nanmean(var) if np.any(~np.isnan(var)) else 0.0
    return np.sqrt(np.where(np.isnan(var), common, var)), np.maximum(1, n - 1)


def _added(a: Array, df_a: Any, b: Array, df_b: Any) -> tuple[Array, Array]:
    """Both errors together, degrees of freedom by Welch-Satterthwaite."""
    whole = a**2 + b**2
    under = a**4 / np.maximum(1, df_a) + b**4 / np.maximum(1, df_b)
    return np.sqrt(whole), np.where(under > 0, whole**2 / np.where(under > 0, under, 1), 1.0)


def _pairs(data: Panel, daily: Array, se: Array, df: Array, raters: Array) -> tuple[Array, Array]:
    """Error and degrees of freedom of every pair's difference, on the same days if both own all."""
    spread = np.hypot(se[:, None], se[None, :])
    whole = np.flatnonzero(data.owned.all(axis=1))
    pair_df = np.minimum(df[:, None], df[None, :])
    if len(whole):
        here = np.ix_(whole, whole)
        team = pairs.team(daily[whole], data.calendar, data.held[whole])
        spread[here], pair_df[here] = pairs.pair_errors(team)
    n = (raters != 0).sum(axis=1)
    fewest = np.maximum(2, np.minimum(n[:, None], n[None, :]))
    length = (raters**2).sum(axis=1)
    apart = np.maximum(0, length[:, None] + length[None, :] - 2 * raters @ raters.T)
    people = np.sqrt(fewest / (fewest - 1) * apart)
    return _added(spread, pair_df, people, fewest - 1)


def compared(gap: Array, spread: Array, df: Array) -> Array:
    """Holm-adjusted p of every pair (两两检验); NaN where the difference has no error."""
    return rank.significance(gap, np.where(spread > 0, spread, np.nan), df)


def _tails(df: Array, draws: int, seed: int) -> Array:
    """People × draws: what makes normal draws those of t, whose quantiles the intervals use."""
    df = np.maximum(1, np.nan_to_num(df))[:, None]
    return np.sqrt(df / np.random.default_rng([seed, 95]).chisquare(df, (len(df), draws)))


def _others(raters: Array, alone: tuple[Array, Array], known: Array) -> tuple[Array, Array]:
    """Error of each contrast with the others that days do not explain, and its df."""
    away = naming.contrasts(known)
    se, _ = _rater_error(away @ raters)
    own = (raters != 0).sum(axis=1)
    df = np.maximum(1, own - 1)
    if not alone[0].any():
        return se, df
    return _added(se, df, np.sqrt(away**2 @ alone[0] ** 2), alone[1])

"""How sure is a total (不确定性): one influence a person and day, raters beside, and joint draws.

The total is linearised once: rule slope × weight × the day's part in each ratio. EWC gives the
error of the days, the spread over raters that of 360; both add (conventions.md).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kit.scoring import grid as grids
from kit.scoring import naming, parts, rank, totals
from kit.scoring.kpi import Value
from kit.scoring.orders import weight
from kit.scoring.panel import Panel
from kit.scoring.plus_minus import PlusMinus, nothing
from kit.stats import bootstrap, pairs, pooled
from kit.stats.shrink import posterior

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


def errors(
    tables: "Tables",
    data: Panel,
    found: "grids.Grid",
    used: Array,
    extra: PlusMinus | None = None,
) -> Errors:
    """Errors of everybody's total, with the weights in use, plus and minus points included."""
    scheme = tables.scheme
    extra = extra or nothing(scheme, len(data.people))
    pull, values = _pulls(scheme, found, used, extra)
    daily = sum(pull[:, [i]] * v.daily for i, v in enumerate(values))
    raters = _raters(values, pull)
    each = weight(data, found, pull, scheme)
    work = naming.Work(daily, data.calendar, data.total["orders"], each)
    days_se, days_df = naming.own(work, data.owned)
    days_se = np.nan_to_num(days_se)
    rater_se, rater_df = _rater_error(raters)
    se, df = _added(days_se, days_df, rater_se, rater_df)
    own, alone, own_df = _own(values, pull)
    if alone.any():
        se, df = _added(se, df, alone, own_df)
    total = np.where(used.sum(axis=1) > 0, np.nansum(used * found.points, axis=1), np.nan)
    total = np.where(np.isnan(extra.veto) | np.isnan(total), total + extra.sums, extra.veto)
    gap = total[:, None] - total[None, :]
    spread, pair_df = _pairs(data, daily, days_se, days_df, raters)
    if alone.any():
        both = np.hypot(alone[:, None], alone[None, :])
        least = np.minimum(own_df[:, None], own_df[None, :])
        spread, pair_df = _added(spread, pair_df, both, least)
    plain = np.sqrt((daily**2).sum(axis=1))
    tails = _tails(df, scheme.uncertainty.draws, tables.period.seed)
    factor = np.where(plain > 0, days_se / np.where(plain > 0, plain, 1), 1.0)[:, None] * tails
    drawn = _Drawn(factor, tails, raters, extra, total, se)
    chances = _grades(tables, data, found, used, drawn)
    p = compared(gap, spread, pair_df)
    others = _others(raters, (alone, own_df), ~np.isnan(total))
    team = naming.versus(work, total, others)
    each, bare = parts.each(found, pull), parts.bare(found, used)
    return Errors(
        daily, raters, se, df, gap, spread, p, *team, chances, own, bare, each, pair_df=pair_df
    )


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
    return (np.stack(ends[0], 1) - np.stack(ends[1], 1)) / (2 * step)


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
        spread[here], pair_df[here] = pairs.pair_errors(pairs.team(daily[whole], data.calendar))
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


def _drawn(tables: "Tables", v: Value, place: int) -> Array:
    """Draws of t scaled by the own error of a value (自有误差抽样), people × draws."""
    own = np.zeros(len(v.actual)) if v.own is None else v.own
    rng = np.random.default_rng([tables.period.seed, 17, place])
    df = np.maximum(1, np.nan_to_num(v.df))[:, None]
    size = (len(own), tables.scheme.uncertainty.draws)
    return own[:, None] * rng.standard_t(np.broadcast_to(df, size), size)


@dataclass(frozen=True)
class _Drawn:
    """What the draws of grades start from: stretch, tails, raters, plus and minus, total, error."""

    factor: Array
    tails: Array
    raters: Array
    extra: PlusMinus
    total: Array
    se: Array


def _grades(
    tables: "Tables", data: Panel, found: "grids.Grid", used: Array, drawn: _Drawn
) -> Array:
    """Chance of each grade (等级概率): days and raters drawn for all at once, targets fixed.

    Everybody meets the same drawn days and raters. Values move by their linearised parts, stretched
    by `factor` so that the total's error is the EWC one, with the `tails` of its t; rules, caps and
    the core floor are applied again. Values and totals are drawn around what they are likely to be
    in truth, toward the team as far as noise says: around the estimate itself chances are too sure.
    """
    scheme = tables.scheme
    draws, extra = scheme.uncertainty.draws, drawn.extra
    days = bootstrap.day_weights(len(data.days), draws, tables.period.seed) - 1
    parts: list[Array] = []
    under = np.zeros((len(used), draws), bool)
    for i, name in enumerate(found.names):
        score = _redrawn(tables, scheme, found, i, (drawn.factor, days))
        score = np.where(used[:, [i]] > 0, score, np.nan)
        parts.append(totals.part(scheme, found.form, used[:, [i]], score))
        under |= grids.under_floor(scheme, [name], score[..., None])
    total = totals.composed(scheme, found.form, parts).total
    total = total + drawn.tails * _rated(drawn.raters, draws, tables.period.seed)
    total = np.where(used.sum(axis=1, keepdims=True) > 0, total, np.nan)
    lines = extra.lines
    each = range(len(lines.names)) if lines else ()
    both = (drawn.factor, days)
    more = [_redrawn(tables, extra.scheme, lines, i, both) for i in each if lines]
    likely = _toward(extra.drawn(total, more), drawn.total, drawn.se)
    place = grids.graded(scheme, grids.half_up(likely, scheme.rounding.total), under)
    place = np.where(place < 0, place, np.maximum(place, extra.cap[:, None]))
    return np.stack([(place == k).mean(axis=1) for k in range(len(scheme.grades))], axis=1)


def _toward(draws: Array, total: Array, se: Array) -> Array:
    """Draws of totals moved around the shrunk total, as wide as its posterior (收缩后的总分)."""
    spread = draws.std(axis=1)
    use = np.isfinite(total) & (se > 0) & (spread > 0)
    if use.sum() < pooled.LEAST:
        return draws
    found = posterior(total[use], se[use] ** 2)
    out = np.array(draws)
    unit = (draws[use] - draws[use].mean(axis=1, keepdims=True)) / spread[use, None]
    out[use] = found.mean[:, None] + found.se[:, None] * unit
    return out


def _likely(v: Value, target: Array) -> tuple[Array, Array]:
    """Where each value is likely to lie in truth, and the share of its error that is left."""
    middle, left = np.array(v.actual), np.ones(len(v.actual))
    if v.raters is not None:
        return middle, left
    use = np.isfinite(v.actual) & (np.nan_to_num(v.se) > 0) & (target > 0)
    if use.sum() >= pooled.LEAST:
        unit = v.se[use] / target[use]
        found = posterior(v.actual[use] / target[use], unit**2)
        middle[use], left[use] = found.mean * target[use], found.se / unit
    return middle, left


def _redrawn(
    tables: "Tables", scheme: "grids.Scheme", found: "grids.Grid", i: int, drawn: tuple
) -> Array:
    """Points of one indicator on the drawn days, people × draws."""
    v = found.values[i]
    target = found.targets.target[:, [i]]
    factor, days = drawn
    middle, left = _likely(v, target[:, 0])
    move = factor * (v.daily @ days)
    if v.own is not None and v.own.any():
        move = move + _drawn(tables, v, i)
    moved = middle[:, None] + left[:, None] * move
    name = found.names[i]
    done = grids.completions(scheme, [name], moved, target) if v.raters is None else moved
    return grids.points(scheme, name, done, moved, np.broadcast_to(target, moved.shape))


def _rated(raters: Array, draws: int, seed: int) -> Array:
    """What drawn raters move the total by, people × draws."""
    rng = np.random.default_rng([seed, 360])
    n = (raters != 0).sum(axis=1, keepdims=True)
    widen = np.sqrt(n / np.maximum(1, n - 1))
    return np.asarray(widen * (raters @ rng.standard_normal((raters.shape[1], draws))))

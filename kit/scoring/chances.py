"""Chance of each grade (等级概率): days, raters and own errors drawn for everybody at once."""

from typing import TYPE_CHECKING

import numpy as np

from kit.scoring import grid as grids
from kit.scoring import totals
from kit.scoring.kpi import Value
from kit.scoring.panel import Panel
from kit.scoring.plus_minus import PlusMinus
from kit.stats import bootstrap

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray


def _drawn(tables: "Tables", v: Value, place: int) -> Array:
    """Draws of t scaled by the own error of a value (自有误差抽样), people × draws."""
    own = np.zeros(len(v.actual)) if v.own is None else v.own
    rng = np.random.default_rng([tables.period.seed, 17, place])
    df = np.maximum(1, np.nan_to_num(v.df))[:, None]
    size = (len(own), tables.scheme.uncertainty.draws)
    return own[:, None] * rng.standard_t(np.broadcast_to(df, size), size)


def grades(
    tables: "Tables",
    data: Panel,
    found: "grids.Grid",
    used: Array,
    drawn: tuple[Array, Array, Array, PlusMinus],
) -> Array:
    """Chance of each grade (等级概率): days and raters drawn for all at once, targets fixed.

    Everybody meets the same drawn days and raters. Values move by their linearised parts, stretched
    by `factor` so that the total's error is the EWC one, with the `tails` of its t; rules, caps and
    the core floor are applied again.
    """
    scheme = tables.scheme
    draws = scheme.uncertainty.draws
    factor, tails, raters, extra = drawn
    days = bootstrap.day_weights(len(data.days), draws, tables.period.seed) - 1
    parts: list[Array] = []
    under = np.zeros((len(used), draws), bool)
    for i, name in enumerate(found.names):
        score = _redrawn(tables, scheme, found, i, factor, days)
        score = np.where(used[:, [i]] > 0, score, np.nan)
        parts.append(totals.part(scheme, found.form, used[:, [i]], score))
        under |= grids.under_floor(scheme, [name], score[..., None])
    total = totals.composed(scheme, found.form, parts).total
    total = total + tails * _rated(raters, draws, tables.period.seed)
    total = np.where(used.sum(axis=1, keepdims=True) > 0, total, np.nan)
    lines = extra.lines
    each = range(len(lines.names)) if lines else ()
    more = [_redrawn(tables, extra.scheme, lines, i, factor, days) for i in each if lines]
    printed = grids.half_up(extra.drawn(total, more), scheme.rounding.total)
    place = grids.graded(scheme, printed, under)
    place = np.where(place < 0, place, np.maximum(place, extra.cap[:, None]))
    return np.stack([(place == k).mean(axis=1) for k in range(len(scheme.grades))], axis=1)


def _redrawn(
    tables: "Tables",
    scheme: "grids.Scheme",
    found: "grids.Grid",
    i: int,
    factor: Array,
    days: Array,
) -> Array:
    """Points of one indicator on the drawn days, people × draws."""
    v = found.values[i]
    moved = v.actual[:, None] + factor * (v.daily @ days)
    if v.own is not None and v.own.any():
        moved = moved + _drawn(tables, v, i)
    target = found.targets.target[:, [i]]
    name = found.names[i]
    done = grids.completions(scheme, [name], moved, target) if v.raters is None else moved
    score = grids.points(scheme, name, done, moved, np.broadcast_to(target, moved.shape))
    return found.typed.of(i, score)


def _rated(raters: Array, draws: int, seed: int) -> Array:
    """What drawn raters move the total by, people × draws."""
    rng = np.random.default_rng([seed, 360])
    n = (raters != 0).sum(axis=1, keepdims=True)
    widen = np.sqrt(n / np.maximum(1, n - 1))
    return np.asarray(widen * (raters @ rng.standard_normal((raters.shape[1], draws))))

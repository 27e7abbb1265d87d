"""Chance of each grade (等级概率): days, raters and own errors drawn for everybody at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from kit.scoring import grid as grids
from kit.scoring import totals
from kit.scoring.kpi import Value
from kit.scoring.panel import Panel
from kit.scoring.plus_minus import PlusMinus
from kit.stats import bootstrap, pooled
from kit.stats.shrink import posterior

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
SETTLED = 0.65  # chance of the given grade under which it is not settled
ALIKE = 0.75  # of its chance, from which another grade is about as likely and stands beside it


def _drawn(tables: "Tables", v: Value, place: int) -> Array:
    """Draws of t scaled by the own error of a value (自有误差抽样), people × draws."""
    own = np.zeros(len(v.actual)) if v.own is None else v.own
    rng = np.random.default_rng([tables.period.seed, 17, place])
    df = np.maximum(1, np.nan_to_num(v.df))[:, None]
    size = (len(own), tables.scheme.uncertainty.draws)
    return own[:, None] * rng.standard_t(np.broadcast_to(df, size), size)


@dataclass(frozen=True)
class Drawn:
    """What the draws of grades start from: stretch, tails, raters, plus and minus, total, error."""

    factor: Array
    tails: Array
    raters: Array
    extra: PlusMinus
    total: Array
    se: Array


def grades(tables: "Tables", data: Panel, found: "grids.Grid", used: Array, drawn: Drawn) -> Array:
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


def own_chance(scheme: "grids.Scheme", row: Mapping[Any, Any]) -> float:
    """Chance that the true level is in the grade given (等级把握); NaN without a grade or error.

    row : a row of the totals: `grade`, and `p_<grade>` for each grade of the scheme
    """
    held = row["grade"] in {g.grade for g in scheme.grades}
    return float(row.get(f"p_{row['grade']}", np.nan)) if held else np.nan


def is_open(scheme: "grids.Scheme", row: Mapping[Any, Any]) -> bool:
    """Whether the grade given is not settled (等级未定): its chance is under `SETTLED`."""
    return own_chance(scheme, row) < SETTLED


def likely_other(scheme: "grids.Scheme", row: Mapping[Any, Any]) -> str:
    """The likeliest other grade where the given one is not settled (另一可能等级), else "".

    row : a row of the totals: `grade`, and `p_<grade>` for each grade of the scheme
    Named where the grade is open, and the other has at least `ALIKE` of its chance.
    """
    chances = {g.grade: float(row.get(f"p_{g.grade}", np.nan)) for g in scheme.grades}
    given = chances.pop(row["grade"], np.nan)
    if not is_open(scheme, row) or not chances:
        return ""
    most, other = max((p, g) for g, p in chances.items())
    return other if most >= ALIKE * given else ""


def again(scheme: "grids.Scheme", totals: pd.DataFrame) -> Array:
    """Chance that each total prints the same grade once more at the same truth (等级不变的可能).

    totals : printed, total, se, grade
    Another period draws a total around the likely truth: its own error on top of what is not known
    of the truth. Floors and vetoes hold as they are: who is capped stays under the cap. NaN without
    a grade or an error.
    """
    se, total = totals["se"].to_numpy(float), totals["total"].to_numpy(float)
    out = np.full(len(totals), np.nan)
    use = np.isfinite(total) & (np.nan_to_num(se) > 0)
    use &= totals["grade"].fillna("").ne("").to_numpy()
    if use.sum() < pooled.LEAST:
        return out
    found = posterior(total[use], se[use] ** 2)
    marks = np.array([g.min for g in scheme.grades]) - scheme.rounding.total / 2
    ends = np.append(np.inf, marks)[None] - found.mean[:, None]
    inside = np.diff(-ndtr(ends / np.hypot(found.se, se[use])[:, None]), axis=1)
    inside[:, -1] = 1 - inside[:, :-1].sum(axis=1)
    alone = grids.graded(scheme, totals["printed"].to_numpy(float), np.zeros(len(totals), bool))
    names = [g.grade for g in scheme.grades]
    place = np.array([names.index(g) for g in totals["grade"][use]])
    capped = place > alone[use]
    under = np.arange(len(names))[None] <= place[:, None]
    whole = np.where(under, inside, 0).sum(axis=1)
    out[use] = np.where(capped, whole, inside[np.arange(len(place)), place])
    return out


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
    moved = v.daily @ days
    moved *= factor
    if v.own is not None and v.own.any():
        moved += _drawn(tables, v, i)
    moved *= left[:, None]
    moved += middle[:, None]
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

"""Facts → scorecards (评分卡): points, weights, totals, grades; adjusted beside raw."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.scheme import Scheme
from kit.scoring import composite, errors, kpi, totals, weights
from kit.scoring.at_target import expected
from kit.scoring.combined import Grouped, combined
from kit.scoring.compare import BARE, ranks, shrunk, standing
from kit.scoring.grid import Grid, graded, grid, half_up, most, under_floor
from kit.scoring.orders import ordered, scarce
from kit.scoring.panel import Panel, panel
from kit.scoring.plus_minus import PlusMinus, plus_minus
from kit.stats.ewc import half_width

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
FEW = 1 / 3  # of the weight resting on too few orders: above, the total has no interval
ROUGH_DAYS = 28  # shorter periods: coverage of intervals not claimed (conventions.md)


@dataclass(frozen=True)
class Scorecards:
    """Scorecards of everybody: `indicators` a row per person and indicator, `totals` per person.

    blend : days of the period by weight profile; errors : what rank and pages need of uncertainty
    dimensions : a row per person and dimension with its subtotal
    plus_minus : plus and minus points outside the weights, and vetoes
    grouped : the cards of each group, where several groups are scored in one run
    """

    indicators: pd.DataFrame
    totals: pd.DataFrame
    blend: dict[str, int]
    errors: errors.Errors
    dimensions: pd.DataFrame
    plus_minus: PlusMinus
    grouped: Grouped | None = None


def scorecards(tables: "Tables") -> Scorecards:
    """Scorecards of the period (评分卡): see `Scorecards`; each group by its own scheme."""
    if tables.period.groups and not tables.group:
        return combined(tables, scorecards)
    return scored(tables, tables.period.start, tables.period.last_day)


def scored(
    tables: "Tables", start: dt.date, end: dt.date, kind: str = "", shares: dict | None = None
) -> Scorecards:
    """Scorecards of any days, by the weight profile of `kind` (default: the period's type).

    shares : other weights by indicator, to try out
    """
    data = panel(tables, start, end)
    blend = profile_days(tables.scheme, kind or tables.period.type, start, end)
    profiles = {name: tables.scheme.weights(name) for name in blend}
    shares = shares or weights.blend_profiles(profiles, blend)
    names = [name for name in tables.scheme.indicators if shares.get(name, 0) > 0]
    given = composite.values(tables, data, names, scorecards)
    found = grid(tables, data, names, given=given)
    share = np.tile([shares[name] for name in names], (len(data.people), 1))
    both = [
        weights.used(share, ~np.isnan(p), found.form.paths)
        for p in (found.points, found.points_adjusted)
    ]
    both[0] = (both[0][0], both[0][1] - _absent(found, share))
    extra = plus_minus(tables, data)
    doubt = errors.errors(tables, data, found, both[0][0], extra)
    rows = _rows(tables.scheme, data, found, share, both)
    rows = rows.assign(contribution_se=doubt.each.reshape(-1))
    sums = _totals(data, found, both, doubt, extra)
    nodes = subtotals(tables.scheme, data, found, both[0][0])
    return Scorecards(rows, sums, blend, doubt, nodes, extra)


def _absent(found: Grid, share: Array) -> Array:
    """Weight of the periods that a mean of periods lacks (缺少的各期所占权重)."""
    gone = np.zeros(len(share))
    for i, v in enumerate(found.values):
        if v.part is not None:
            gone = gone + share[:, i] * np.where(np.isnan(v.actual), 0.0, 1 - v.part)
    return gone


def profile_days(scheme: Scheme, kind: str, start: dt.date, end: dt.date) -> dict[str, int]:
    """Days of the span by weight profile (各权重方案的天数): days of a promotion use `campaign`.

    With `promotions_blend: false` a promotion's days keep the weights of the period's own kind.
    """
    days = pd.date_range(start, end)
    burst = np.zeros(len(days), bool)
    mixed = scheme.promotions_blend and "campaign" in scheme.profiles
    for promotion in scheme.promotions if mixed else ():
        burst |= (days >= pd.Timestamp(promotion.start)) & (days <= pd.Timestamp(promotion.end))
    n = len(days) if kind == "campaign" else int(burst.sum())
    return {name: k for name, k in {kind: len(days) - n, "campaign": n}.items() if k > 0}


def _rows(scheme: Scheme, data: Panel, found: Grid, share: Array, both: list) -> pd.DataFrame:
    """One row per person and indicator, in the scheme's order."""
    n, m = share.shape
    (used, _), (used_adjusted, _) = both
    keys = {
        "specialist_id": np.repeat(data.people, m),
        "indicator": np.tile(found.names, n),
        "branch": np.tile(found.branch, n),
        "group": np.tile([scheme.indicators[name].group for name in found.names], n),
    }
    wide = {
        "weight": share,
        "weight_used": used,
        **_measured(scheme, data, found),
        "target": found.targets.target,
        "target_adjusted": found.targets.adjusted,
        "market_growth": found.targets.growth,
        "completion": found.completion,
        "completion_adjusted": found.completion_adjusted,
        "points": found.points,
        "points_computed": found.computed,
        "typed": found.typed.added,
        "computed_share": found.typed.kept,
        "points_adjusted": found.points_adjusted,
        "contribution": _added(scheme, found, used, found.points),
        "contribution_adjusted": _added(scheme, found, used_adjusted, found.points_adjusted),
        "reason": found.reason,
    }
    return pd.DataFrame(keys | {k: v.reshape(-1) for k, v in wide.items()})


def _measured(scheme: Scheme, data: Panel, found: Grid) -> dict[str, Array]:
    """Values people × indicators with error, denominator and, on orders enough, an interval."""
    actual, se, denominator = (
        np.stack([getattr(v, k) for v in found.values], 1) for k in ("actual", "se", "denominator")
    )
    ends = [
        kpi.ends(data, scheme.library[name], v, scheme.uncertainty.level)
        for name, v in zip(found.names, found.values, strict=True)
    ]
    few = scarce(scheme, data)[:, None] & ordered(scheme, found.names)
    low, high = (np.where(few, np.nan, np.stack([end[side] for end in ends], 1)) for side in (0, 1))
    return {
        "actual": actual,
        "se": se,
        "ci_low": low,
        "ci_high": high,
        "denominator": denominator,
    }


def _added(scheme: Scheme, found: Grid, used: Array, score: Array) -> Array:
    """Contributions as they count, NaN where the line is missing."""
    return np.where(np.isnan(score), np.nan, totals.part(scheme, found.form, used, score))


def _totals(
    data: Panel, found: Grid, both: list, doubt: errors.Errors, extra: PlusMinus
) -> pd.DataFrame:
    """One row a person: totals raw and adjusted, printed, graded, with what is not known."""
    scheme = extra.scheme
    (weight, coverage) = both[0]
    sums = _summed(found, both, "", extra) | _summed(found, both, "_adjusted", extra)
    known = ~np.isnan(sums["total"])
    few = scarce(scheme, data) & (weight @ ordered(scheme, found.names) > FEW)
    top = weight @ np.array([most(scheme, name) for name in found.names]) + extra.most
    at = expected(scheme, found, weight, data.total["orders"])
    return pd.DataFrame(
        {
            "specialist_id": np.array(data.people),
            **sums,
            "coverage": coverage,
            "se": np.where(known, doubt.se, np.nan),
            "df": np.where(known, doubt.df, np.nan),
            "orders": data.total["orders"],
            "plus_minus": np.where(known, extra.sums, np.nan),
            "veto": extra.veto,
            **_interval(sums["total"], top, few, doubt, extra),
            **_chances(scheme, doubt, known),
            **_among(sums["total"], few, doubt, scheme.uncertainty.level),
            "at_target": np.where(known, at, np.nan),
            "days_owned": data.owned.sum(axis=1),
            "reason": _why_none(data, known),
        }
    )


def _interval(
    total: Array, top: Array, few: Array, doubt: errors.Errors, extra: PlusMinus
) -> dict[str, Array]:
    """Ends of each total (总分区间), inside what the rules can give; NaN where none is claimed.

    top : the most that the rules give; few : whose total rests on too few orders
    """
    half = half_width(doubt.se, doubt.df, extra.scheme.uncertainty.level)
    half = np.where(doubt.se > 0, half, np.nan)  # all at a rule's end: no interval is claimed
    half = np.where(doubt.bare > BARE, np.nan, half)  # too much entered without an error
    half = np.where(np.isnan(extra.veto), half, np.nan)  # a total that was set has no error
    half = np.where(few, np.nan, half)
    return {
        "ci_low": np.maximum(total - half, np.minimum(total, 0)),
        "ci_high": np.minimum(total + half, top),
    }


def _chances(scheme: Scheme, doubt: errors.Errors, known: Array) -> dict[str, Array]:
    """The chance of each grade (各等级概率), of those who have a total."""
    return {
        f"p_{g.grade}": np.where(known, doubt.grades[:, k], np.nan)
        for k, g in enumerate(scheme.grades)
    }


def _why_none(data: Panel, known: Array) -> Array:
    """Why somebody has no total (无总分的原因): no plan, or too little measured."""
    why = np.where(data.owned.any(axis=1), "scoring.coverage", "scoring.no_plan")
    return np.where(known, "", why)


def _among(total: Array, few: Array, doubt: errors.Errors, level: float) -> dict[str, Array]:
    """Where each total stands among all (与他人相比): standing, ranks, group, shrunken total."""
    known = ~np.isnan(total)
    low, high, group = ranks(doubt, known, level)
    return {
        "versus": doubt.versus,
        "p_versus": doubt.versus_p,
        "standing": np.where(few, "level", standing(doubt, 1 - level)),
        "few": few & known,
        "bare": doubt.bare,
        "rank_low": np.where(few & known, 1.0, low),
        "rank_high": np.where(few & known, known.sum(), high),
        "group": group,
        "shrunk": shrunk(total, doubt.se),
    }


def _summed(found: Grid, both: list, suffix: str, extra: PlusMinus) -> dict[str, Array]:
    """Points of each branch, total, printed figure and grade, raw or `_adjusted`.

    No total where too little was measured, or where a measured indicator could not be adjusted.
    """
    scheme = extra.scheme
    score, used = (found.points, both[0][0]) if not suffix else (found.points_adjusted, both[1][0])
    lost = (np.isnan(score) & ~np.isnan(found.points)).any(axis=1)
    hidden = (both[0][1] < scheme.coverage_floor) | (used.sum(axis=1) == 0) | lost
    parts = totals.part(scheme, found.form, used, score)
    hard = found.branch == "hard"
    total = extra.applied(
        np.where(hidden, np.nan, totals.weighted(scheme, found.form, used, score))
    )
    printed = half_up(total, scheme.rounding.total)
    place = graded(scheme, printed, under_floor(scheme, found.names, score))
    place = np.where(place < 0, place, np.maximum(place, extra.cap))
    out = {
        "hard": _mean(parts[:, hard], used[:, hard]),
        "soft": _mean(parts[:, ~hard], used[:, ~hard]),
        "total": total,
        "printed": printed,
        "grade": np.append([g.grade for g in scheme.grades], "")[place],
    }
    return {f"{name}{suffix}": values for name, values in out.items()}


def subtotals(scheme: Scheme, data: Panel, found: Grid, used: Array) -> pd.DataFrame:
    """Subtotal of each dimension a person (维度小计): path, depth, full mark, points, coverage."""
    parts = list(totals.part(scheme, found.form, used, found.points).T)
    sums = totals.composed(scheme, found.form, parts).subtotals
    above = found.form.paths
    rows = [
        pd.DataFrame(
            {
                "specialist_id": np.array(data.people),
                "dimension": path[-1],
                "path": [path] * len(data.people),
                "weight_used": used[:, [p[: len(path)] == path for p in above]].sum(axis=1),
                "contribution": points,
            }
        )
        for path, points in sums.items()
    ]
    return pd.concat(rows, ignore_index=True)


def _mean(parts: Array, used: Array) -> Array:
    """Points of a branch: its contributions over its weight in use; NaN where nothing is."""
    whole = used.sum(axis=1)
    return parts.sum(axis=1) / np.where(whole > 0, whole, np.nan)

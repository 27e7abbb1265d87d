"""Actual, target, completion, points (得分矩阵), people × indicators, and the grades."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kit.scheme import Scheme
from kit.scoring import items, rules
from kit.scoring.beside import beside
from kit.scoring.kpi import Value, value
from kit.scoring.panel import Panel
from kit.scoring.targets import Targets, targets
from kit.scoring.totals import Shape, shape
from kit.scoring.typed import Typed, typed

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
NEXT_TO_NOTHING = 1e-12  # t / a has no value at 0; its limit is the best that a rule can give


@dataclass(frozen=True)
class Grid:
    """The same figures as arrays people × indicators, for formulas that take everybody at once.

    form : the dimensions above each indicator, and how the profile is written
    typed : points that people typed for measured lines, where these count
    computed : points by the rule alone
    """

    names: list[str]
    branch: Array
    form: Shape
    values: list[Value]
    targets: Targets
    completion: Array
    completion_adjusted: Array
    points: Array
    points_adjusted: Array
    reason: Array
    typed: Typed
    computed: Array


def grid(
    tables: "Tables",
    data: Panel,
    names: list[str],
    ruled: Scheme | None = None,
    given: Mapping[str, Value] | None = None,
) -> Grid:
    """Values, completions and points of everybody for the indicators named.

    ruled : the scheme with other rules, where points are given outside the weights
    given : values that do not come from the panel alone, such as those of other periods
    """
    scheme = ruled or tables.scheme
    known = scheme.library
    found = values(tables, data, names, given)
    goals = targets(tables, data, names)
    actual = np.stack([v.actual for v in found], axis=1)
    both = (goals.target, goals.adjusted)
    done, moved = (completions(scheme, names, actual, goal) for goal in both)
    small = np.stack([v.denominator < known[n].min for n, v in zip(names, found, strict=True)], 1)
    pairs = [_scored(scheme, names, d, actual, g) for d, g in zip((done, moved), both, strict=True)]
    said = typed(tables, data, names)
    computed, moved_points = (np.where(small, np.nan, p) for p in pairs)
    score, adjusted = said.counted(computed), said.counted(moved_points)
    reason = np.stack([v.reason for v in found], axis=1)
    reason = np.where(small & (reason == ""), "scoring.too_small", reason)
    spotless = is_lower(scheme, names) & (actual == 0)  # the best there is; it has no completion
    done, moved = (np.where(spotless, np.nan, d) for d in (done, moved))
    unset = np.where(goals.given, "scoring.zero_target", "scoring.no_target")
    reason = np.where((reason == "") & np.isnan(score), unset, reason)
    branch = np.array([scheme.branch_of(name) for name in names])
    reason = np.where(np.isnan(score), reason, "")
    form = shape(scheme, names, tables.period.type)
    made = (done, moved, score, adjusted, reason, said, computed)
    return Grid(names, branch, form, found, goals, *made)


def _scored(scheme: Scheme, names: list[str], done: Array, actual: Array, goal: Array) -> Array:
    """Points of everybody by each indicator's rule, people × indicators (各指标得分)."""
    each = [points(scheme, n, done[:, i], actual[:, i], goal[:, i]) for i, n in enumerate(names)]
    return np.stack(each, axis=1)


def values(
    tables: "Tables", data: Panel, names: list[str], given: Mapping[str, Value] | None = None
) -> list[Value]:
    """Value of each indicator for everybody (指标值); sales net of refunds if so written."""
    scheme = tables.scheme
    known = scheme.library
    rated = items.values(tables, data)
    if scheme.sales_basis == "net":
        known = known | {"sales": replace(known["sales"], top=known["revenue_net"].top)}
    level = scheme.uncertainty.level
    other = {n: rated[n] for n in names if known[n].item} | beside(tables, data, names)
    other |= given or {}
    return [other[n] if n in other else value(data, known[n], level) for n in names]


def completions(scheme: Scheme, names: list[str], actual: Array, target: Array) -> Any:
    """Completion people × indicators (完成率): a / t, or t / a if lower is better, 0 the best."""
    lower = is_lower(scheme, names)
    if not lower.any():
        return rules.rate(actual, target)
    least = np.where(actual <= 0, NEXT_TO_NOTHING, actual)
    turned = rules.lower_rate(least, target)
    return turned if lower.all() else np.where(lower, turned, rules.rate(actual, target))


def is_lower(scheme: Scheme, names: list[str]) -> Array:
    """Whether less is better, an indicator each (越低越好)."""
    return np.array([scheme.library[name].better == "down" for name in names])


def points(
    scheme: Scheme, name: str, completion: Array, actual: Array, target: Array | None = None
) -> Array:
    """Points of one indicator by its rule of the scheme; `target` for rules on the ratio."""
    rule = scheme.rule_of(name)
    if rule.kind == "completion_lower" and rule.method == "reflect":
        completion = 2 - 1 / completion
    ratio = rules.rate(actual, target) if rule.on == "ratio" and target is not None else np.nan
    if rule.kind == "add_deduct" and rule.on == "value":
        actual = 1 + _off(completion, actual, scheme.library[name].better == "down", rule.step)
    return rules.points(rule, completion, actual, ratio)


def _off(completion: Array, actual: Array, lower: bool, step: Any) -> Array:
    """How far a value is on the good side of its target (与目标之差), whole steps as on paper."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(actual <= 0, NEXT_TO_NOTHING, actual)
        off = value * (completion - 1) if lower else actual * (1 - 1 / completion)
        size = step if isinstance(step, float) else np.where(off < 0, step.deduct, step.add)
    return np.where(completion == 0, -np.inf, np.round(off / size, 9) * size)


def most(scheme: Scheme, name: str) -> float:
    """Most points that an indicator's rule can give (满分): an interval never passes it."""
    rule = scheme.rule_of(name)
    x = np.append(np.linspace(0, 10, 1001), np.inf)
    return max(float(np.nanmax(rules.points(rule, x, x, x))), getattr(rule, "full", 0.0))


def half_up(total: Array, step: float = 0.1) -> Array:
    """The printed figure (四舍五入): half-up to one decimal, or to `step`, as a hand sum."""
    if step == 0.1:
        return np.floor(np.round(total * 10, 7) + 0.5) / 10
    return np.asarray(rules.rounded(total, step))


def graded(scheme: Scheme, printed: Array, floored: Array) -> Array:
    """Index of the grade (等级) in the scheme's order, capped where `floored`; NaN → -1."""
    marks = np.array([g.min for g in scheme.grades])
    place = np.minimum((printed[..., None] < marks).sum(axis=-1), len(marks) - 1)
    if scheme.core_floor:
        cap = [g.grade for g in scheme.grades].index(scheme.core_floor.cap)
        place = np.where(floored, np.maximum(place, cap), place)
    return np.where(np.isnan(printed), -1, place)


def under_floor(scheme: Scheme, names: list[str], score: Array) -> Any:
    """Whether a core indicator is under its floor (核心指标不达底线); score (..., indicators)."""
    core = [scheme.indicators[name].group == "core" for name in names]
    line = scheme.core_floor.points if scheme.core_floor else -np.inf
    return (score[..., core] < line).any(axis=-1)

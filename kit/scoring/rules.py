"""Scoring rules (评分标准): a completion or a value → points; the numbers stand in the scheme.

Every function takes one number or an array, and gives NaN where its input is missing. Edges are
compared as decimals on paper: 69.3 / 77 is 0.9, and (1 - 0.9) / 0.05 is two whole steps.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from kit.errors import FormulaError
from kit.stats.given import one_of

Values = Any  # a number, None, or an array of numbers
FAR = 1e15  # beyond any distance from a target: none at all stays a number


def rate(actual: Values, target: Values) -> Values:
    """Completion actual / target (完成率); NaN where the target is 0, negative or missing.

    >>> rate(69.3, 77), rate(7, 0)
    (0.9, nan)
    """
    return _divide(actual, target)


def lower_rate(actual: Values, target: Values, method: str = "ratio") -> Values:
    """Completion when lower is better (越低越好): "ratio" t / a, or "reflect" 2 - a / t.

    >>> lower_rate(30, 36), lower_rate(33, 30, "reflect")
    (1.2, 0.9)
    """
    if one_of(method, ("ratio", "reflect")) == "ratio":
        return _divide(target, actual)
    return _out(2 - _divide(actual, target))


def completion(
    rate: Values, full: float = 100, cap: float = 1.2, floor: float = 0, zero_below: Values = None
) -> Values:
    """Points in proportion to the completion (完成率法): full x clip(rate), 0 under a veto line.

    >>> completion(0.96, cap=1.1), completion(0.4, zero_below=0.5)
    (96.0, 0.0)
    """
    rate = _array(rate)
    points = full * np.clip(rate, floor, cap)
    veto = -np.inf if zero_below is None else zero_below
    return _out(np.where(rate < veto, 0.0, points))


def goalpost(
    x: Values,
    posts: tuple[float, float],
    scale: float = 100,
    direction: int = 1,
    truncate: bool = True,
) -> Values:
    """Share of the way between two fixed posts (固定标杆), times scale; direction -1 counts down.

    >>> goalpost(4, (1, 5))
    75.0
    """
    lo, hi = posts
    if lo == hi:
        raise FormulaError("scoring.posts_equal", lo=lo, hi=hi)
    one_of(direction, (1, -1))
    way = (_array(x) - lo) / (hi - lo)
    way = np.clip(way, 0, 1) if truncate else way
    return _out(scale * (way if direction == 1 else 1 - way))


def bands(rate: Values, steps: list[tuple[float, float]], below: float) -> Values:
    """Points of the highest band whose lower bound is reached (阶梯), else `below`.

    steps   : (lower bound, points), in any order
    >>> bands(rate(4.2, 6), [(0.9, 10), (0.7, 7)], below=1)
    7.0
    """
    steps = sorted(steps)
    rate = _array(rate)
    points = np.array([below, *(s for _, s in steps)], float)
    place = np.searchsorted([m for m, _ in steps], rate, side="right")
    return _out(np.where(np.isnan(rate), np.nan, points[place]))


def steps(distance: Values, step: float, partial: str) -> Values:
    """How many steps fit in a distance (步数): whole ones, or parts too with "prorata"."""
    if step <= 0:
        raise FormulaError("scoring.step_not_positive", step=step)
    whole = one_of(partial, ("full_steps", "prorata")) == "full_steps"
    count = _divide(distance, step)
    return np.trunc(count) if whole else count


def deduct(steps: Values, points: float, base: float, max_deduction: float) -> Values:
    """Base less points per step below target (扣分), at most max_deduction; steps under 0 are none.

    >>> deduct(steps(minus(0.9, 0.7), 0.1, "full_steps"), points=3, base=30, max_deduction=15)
    24.0
    """
    lost = np.minimum(max_deduction, points * np.maximum(0, _array(steps)))
    return _out(base - lost)


def add_deduct(steps: Values, points: float, max_add: float, max_deduct: float) -> Values:
    """Points per step above or below the target (加减分), capped both ways; steps carry the sign.

    >>> add_deduct(steps(minus(2.55, 3), 0.2, "full_steps"), points=1, max_add=5, max_deduct=5)
    -2.0
    """
    return _out(np.clip(points * _array(steps), -max_deduct, max_add))


def target_range(
    x: Values, inside: tuple[float, float], zero: tuple[float, float], full: float = 100
) -> Values:
    """Full points inside a range, falling in a line to 0 at both outer marks (区间达标).

    >>> target_range(1.1, (0.95, 1.05), (0.75, 1.25))
    75.0
    """
    (lo, hi) = inside
    (low, high) = zero
    if not low <= lo <= hi <= high:
        raise FormulaError("scoring.range_order", found=[low, lo, hi, high])
    x = _array(x)
    rise = np.where(x < lo, (x - low) / ((lo - low) or np.nan), 1.0)
    fall = np.where(x > hi, (high - x) / ((high - hi) or np.nan), 1.0)
    share = np.clip(np.nan_to_num(np.minimum(rise, fall)), 0, 1)
    return _out(np.where(np.isnan(x), np.nan, full * share))


def anchors(x: Values, points: list[tuple[float, float]]) -> Values:
    """Piecewise linear through fixed points (区间线性内插), clamped at both ends.

    >>> round(anchors(1.1, [(0.6, 0), (0.8, 60), (1.0, 100), (1.2, 120)]), 9)
    110.0
    """
    xs, ys = np.array(sorted(map(tuple, points)), float).reshape(-1, 2).T
    if len(xs) == 0 or len(set(xs)) < len(xs):
        raise FormulaError("scoring.anchors_twice", points=points)
    return _out(np.interp(_array(x), xs, ys))


def jumping(x: Values, points: list[tuple[float, float]]) -> Values:
    """As `anchors`, where two points may share an x (跳点): the later one holds from there on.

    >>> [jumping(x, [(0.8, 0), (0.8, 80), (1, 100)]) for x in (0.79, 0.8, 0.9)]
    [0.0, 80.0, 90.0]
    """
    xs, ys = np.array(sorted(points, key=lambda point: point[0]), float).reshape(-1, 2).T
    return _out(np.interp(_array(x), xs, ys))


def points(rule: Any, completion_: Values, value: Values, ratio: Values = np.nan) -> Values:
    """Points by a rule of the scheme (得分), of what its `on` says, in hundredths, rounded.

    ratio : actual over target whatever the direction, for rules on it
    """
    x = _snap(_array({"completion": completion_, "value": value, "ratio": ratio}[rule.on]))
    found = _of_kind(rule, x)
    if rule.out_of:
        found = _out(_array(found) * 100 / rule.out_of)
    return rounded(found, rule.round, rule.way) if rule.round else found


def _of_kind(rule: Any, x: np.ndarray) -> Values:
    match rule.kind:
        case "anchors":
            return jumping(x, rule.points)
        case "completion" | "completion_lower":
            return completion(x, rule.full, rule.cap, rule.floor, rule.zero_below)
        case "bands" if rule.edge == "upper":
            return upper_bands(x, [(hi, s) for _, hi, s in rule.bands], rule.domain[0])
        case "bands":
            return bands(x, [(lo, s) for lo, _, s in rule.bands], below=0)
        case "add_deduct":
            return rule.base + _both_ways(rule, x - 1)
        case "target_range":
            return target_range(x, (rule.lo, rule.hi), (rule.zero_lo, rule.zero_hi), rule.full)
        case _:
            return goalpost(x, (rule.lo, rule.hi), rule.scale, rule.direction, rule.truncate)


def _both_ways(rule: Any, distance: np.ndarray) -> Values:
    """Points added or deducted (加减分), with a step and points for each direction."""
    distance = np.clip(distance, -FAR, FAR)
    up, down = (
        add_deduct(
            steps(distance, getattr(rule.step, side, rule.step), rule.partial),
            getattr(rule.points, side, rule.points),
            rule.max_add,
            rule.max_deduct,
        )
        for side in ("add", "deduct")
    )
    return _out(np.where(distance < 0, down, up))


def upper_bands(x: Values, steps: list[tuple[float | None, float]], start: float) -> Values:
    """Points of the band whose upper bound is not passed (阶梯含上限); `start` is in the first.

    steps   : (upper bound or None, points), in any order; 0 below the start
    >>> [upper_bands(x, [(1, 10), (1.1, 8), (None, 0)], 0) for x in (1, 1.05, 1.1, 1.2)]
    [10.0, 8.0, 8.0, 0.0]
    """
    ends = sorted((np.inf if hi is None else hi, s) for hi, s in steps)
    x = _array(x)
    place = np.searchsorted([hi for hi, _ in ends], x, side="left")
    points = np.array([*(s for _, s in ends), 0.0])[np.minimum(place, len(ends))]
    return _out(np.where(np.isnan(x), np.nan, np.where(x < start, 0.0, points)))


def rounded(x: Values, step: float, way: str = "half_up") -> Values:
    """To whole multiples of a step (舍入), compared as decimals: half up, down or up.

    >>> rounded(97.22, 0.5), rounded(97.25, 0.5), rounded(97.25, 0.5, "down")
    (97.0, 97.5, 97.0)
    """
    n = np.round(_array(x) / step, 9)
    match one_of(way, ("half_up", "down", "up")):
        case "half_up":
            whole = np.floor(n + 0.5)
        case "down":
            whole = np.floor(n)
        case _:
            whole = np.ceil(n)
    return _out(whole * step)


def minus(a: Values, b: Values) -> Values:
    """Difference as on paper (十进制差): 0.9 − 0.7 is 0.2, not 0.20000000000000007."""
    if np.ndim(a) or np.ndim(b):
        return _snap(_array(a) - b)
    return np.nan if a is None or b is None else float(_exact(a) - _exact(b))


def _divide(top: Values, under: Values) -> Values:
    """Exact quotient of numbers as typed; arrays snapped to 12 decimals; NaN if under <= 0."""
    if np.ndim(top) or np.ndim(under):
        good = _array(under) > 0
        return _snap(_array(top) / np.where(good, under, np.nan))
    if top is None or under is None or np.isnan(top) or np.isnan(under):
        return np.nan
    return float(_exact(top) / _exact(under)) if under > 0 else np.nan


def _exact(x: float) -> Fraction:
    return Fraction(Decimal(str(x)))


def _array(x: Values) -> np.ndarray:
    return np.asarray(np.nan if x is None else x, float)


def _snap(x: Values) -> Values:
    return np.round(x, 12)


def _out(x: np.ndarray) -> Values:
    return float(_snap(x)) if np.ndim(x) == 0 else _snap(x)

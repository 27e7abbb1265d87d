"""Incentive (激励): from the printed total to a coefficient, from a pool to amounts in fen.

Formulas do not round; the kit passes the printed total. Amounts are read by HR alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from scipy.stats import norm

from kit.errors import FormulaError

Points = Sequence[Sequence[float]]


def exact(value: Any, name: str, *, least: float | None = None) -> Fraction:
    """A number as typed, exactly (0.1 is one tenth); refused when it is no number or under `least`.

    >>> exact(0.1, "share") * 3 == exact(0.3, "share")
    True
    """
    try:
        number = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise FormulaError("people.not_a_number", name=name, value=value) from error
    if least is not None and number < Fraction(str(least)):
        raise FormulaError("people.too_small", name=name, value=value, least=least)
    return number


def step(score: float | None, steps: Points) -> float | None:
    """Coefficient of the highest threshold reached (阶梯系数); None without a score.

    steps : (threshold, coefficient) in any order; a score under all of them is refused
    >>> step(84.96, [[85, 1.0], [70, 0.8], [0, 0.5]])
    0.8
    """
    if score is None:
        return None
    typed = exact(score, "score")
    reached = [s for s in steps if exact(s[0], "threshold") <= typed]
    if not reached:
        raise FormulaError("people.no_step", score=score, lowest=[s[0] for s in steps])
    return float(max(reached, key=lambda s: exact(s[0], "threshold"))[1])


def interpolate(score: float | None, points: Points) -> float | None:
    """Coefficient on a piecewise-linear curve, flat beyond both ends (奖金系数, 封顶与保底).

    points : (score, coefficient) in any order; the same score twice is a step, reached from above
    >>> interpolate(85.2, [[60, 0], [70, 0.6], [85, 1.0], [95, 1.2], [110, 1.5]])
    1.004
    """
    if score is None:
        return None
    (x0, y0), (x1, y1) = [[exact(v, "points") for v in point] for point in around(score, points)]
    rise = (exact(score, "score") - x0) / (x1 - x0) if x1 != x0 else 0
    return float(y0 + (y1 - y0) * rise)


def around(score: float, points: Points) -> tuple[Sequence[float], Sequence[float]]:
    """The points of the curve on both sides of a score (所在区段); beyond an end, that end twice.

    >>> around(85.2, [[60, 0], [70, 0.6], [85, 1.0], [95, 1.2]])
    ([85, 1.0], [95, 1.2])
    """
    if not points:
        raise FormulaError("people.no_points", name="points")
    x = exact(score, "score")
    curve = sorted(points, key=lambda p: exact(p[0], "points"))
    below = [p for p in curve if exact(p[0], "points") <= x]
    above = [p for p in curve if exact(p[0], "points") > x]
    return (below or above[:1])[-1], (above or below[-1:])[0]


def amount(
    base: float | Fraction | None,
    share: float | None,
    dept_coef: float | None,
    person_coef: float | None,
) -> float | None:
    """Bonus before the pool (应发奖金) = base × share × department × person.

    Factors >= 0; None when one is missing.
    >>> amount(10_000, 0.3, 1, 1.004)
    3012.0
    """
    parts = {"base": base, "share": share, "dept_coef": dept_coef, "person_coef": person_coef}
    if None in parts.values():
        return None
    product = Fraction(1)
    for name, value in parts.items():
        product *= exact(value, name, least=0)
    return float(product)


def threshold_risk(score: float | None, se: float | None, threshold: float) -> float | None:
    """Chance that the true score is on the other side of a step (临界风险): Φ(−|s − c|/se).

    An exactly known score (se 0) has none; without a score or an error it is None.
    >>> round(threshold_risk(91.5, 1.5, 90), 4)
    0.1587
    """
    if score is None or se is None:
        return None
    distance = abs(exact(score, "score") - exact(threshold, "threshold"))
    spread = exact(se, "se", least=0)
    return float(norm.cdf(-float(distance / spread))) if spread else 0.0


@dataclass(frozen=True)
class Pool:
    """A shared-out pool (奖金包): `amounts` exact, `paid` in whole fen; None where not scored."""

    raw_total: float
    scale: float
    amounts: tuple[float | None, ...]
    paid: tuple[float | None, ...]


def pool(base: Sequence[Any], coef: Sequence[Any], pool: float) -> Pool:
    """Share a pool out (奖金包分配): scaled down when it binds, never up, closed to the fen.

    base, coef : one entry a person, >= 0; None = not scored, nothing shared out to them
    pool       : yuan, >= 0; when it binds, `paid` adds up to it to the fen (largest remainder)
    >>> pool([100, 100, 100], [1, 1, 1], 100).paid
    (33.34, 33.33, 33.33)
    """
    if len(base) != len(coef):
        raise FormulaError("people.lengths", first=len(base), second=len(coef))
    limit = exact(pool, "pool", least=0)
    due = [
        None if b is None or c is None else exact(b, "base", least=0) * exact(c, "coef", least=0)
        for b, c in zip(base, coef, strict=True)
    ]
    total = sum((d for d in due if d is not None), Fraction(0))
    scale = min(Fraction(1), limit / total) if total else Fraction(1)
    amounts = [None if d is None else d * scale for d in due]
    fen = iter(in_fen([a for a in amounts if a is not None], limit))
    paid = tuple(None if a is None else next(fen) / 100 for a in amounts)
    shown = tuple(None if a is None else float(a) for a in amounts)
    return Pool(float(total), float(scale), shown, paid)


def in_fen(amounts: Sequence[Fraction], limit: Fraction) -> list[int]:
    """Whole fen (四舍五入到分); where halves up pass the limit, largest remainders instead."""
    exactly = [a * 100 for a in amounts]
    available = floor(limit * 100)
    rounded = [floor(a + Fraction(1, 2)) for a in exactly]
    if sum(exactly) < available and sum(rounded) <= available:
        return rounded
    return largest_remainders(exactly, min(available, floor(sum(exactly))))


def largest_remainders(parts: Sequence[Fraction], total: int) -> list[int]:
    """Whole parts that add up to `total` (最大余数法): floors, the rest to the largest fractions.

    Ties go to the earlier part.
    >>> largest_remainders([Fraction(5, 2), Fraction(7, 2), Fraction(4)], 10)
    [3, 3, 4]
    """
    whole = [floor(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (whole[i] - parts[i], i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole

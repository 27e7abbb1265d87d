"""Looking before the end (中途查看): planned looks spend alpha, unplanned ones need a sequence."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from kit.abtest.decisions import Decision
from kit.abtest.users import Counts, two_proportions
from kit.errors import FormulaError

GRID = 801  # points of the density between the boundaries: z to 1e-5 of the exact ones
FAR = 8.0  # beyond it the density holds less than 1e-15
LEAST_P = 1e-12  # p under which no more is told apart
P_STEP = 1e-4  # relative error of a repeated p
NEVER = 38.0  # a boundary that nobody reaches: the least probability a float can hold


@dataclass(frozen=True)
class LookVerdict:
    """Decision after the looks done (期中结论), with the boundary of the last one."""

    boundary_at_look: float
    naive_p_value: float
    decision: Decision


@dataclass(frozen=True)
class AlwaysValid:
    """Interval that holds at every moment (随时有效区间), and what it says."""

    effect: float
    ci_low: float
    ci_high: float
    decision: Decision


def obrien_fleming(t: float, a: float) -> float:
    """Lan–DeMets spending of the O'Brien–Fleming kind (前紧后松), one side: 2(1 - Φ(z/√t))."""
    return float(2 * ndtr(ndtri(a / 2) / math.sqrt(t)))


def pocock(t: float, a: float) -> float:
    """Lan–DeMets spending of the Pocock kind (均匀花费), one side: a ln(1 + (e - 1) t)."""
    return a * math.log1p((math.e - 1) * t)


SPENDING: dict[str, Callable[[float, float], float]] = {
    "lan_demets_obrien_fleming": obrien_fleming,
    "lan_demets_pocock": pocock,
}


def boundaries(
    fractions: Sequence[float], *, spending: str = "lan_demets_obrien_fleming", alpha: float = 0.05
) -> tuple[float, ...]:
    """|z| to reach at each planned look (各次查看的界值): two-sided, alpha/2 spent per side.

    fractions : information at the looks, ascending, in (0, 1]
    >>> [round(z, 2) for z in boundaries([0.5, 1])]
    [2.96, 1.97]
    """
    t = tuple(float(f) for f in fractions)
    if not t or spending not in SPENDING or not 0 < alpha < 1 or t[0] <= 0 or t[-1] > 1 + 1e-12:
        raise FormulaError("abtest.bad_looks", fractions=t, spending=spending, alpha=alpha)
    if any(b <= a for a, b in pairwise(t)):
        raise FormulaError("abtest.bad_looks", fractions=t, spending=spending, alpha=alpha)
    return _boundaries(t, spending, alpha)


@cache
def _boundaries(t: tuple[float, ...], spending: str, alpha: float) -> tuple[float, ...]:
    """Recursion of Armitage, McPherson, Rowe (1969) on the score S = z √t, Simpson's rule."""
    found: list[float] = []
    spent = 0.0
    before = 0.0
    scores = np.zeros(1)
    density = np.ones(1)
    for now in t:
        step = math.sqrt(now - before)
        share = SPENDING[spending](min(now, 1.0), alpha / 2)
        edge = _edge(scores, density, (step, math.sqrt(now)), share - spent)
        found.append(edge / math.sqrt(now))
        inner = min(edge, FAR * math.sqrt(now))
        grid = np.linspace(-inner, inner, GRID)
        kernel = np.exp(-0.5 * ((grid[:, None] - scores[None, :]) / step) ** 2)
        density = _simpson(grid) * (kernel @ density) / (step * math.sqrt(2 * math.pi))
        spent = share
        before = now
        scores = grid
    return tuple(found)


def _edge(
    scores: np.ndarray, density: np.ndarray, scale: tuple[float, float], want: float
) -> float:
    """Score above which a path that has not yet crossed lands with probability `want`."""
    step, root = scale

    def over(z: float) -> float:
        return float(density @ ndtr((scores - z * root) / step)) - want

    return NEVER * root if over(NEVER) >= 0 else float(brentq(over, 0, NEVER)) * root


def repeated_p(fractions: Sequence[float], z: Sequence[float]) -> float:
    """P that allows for the looks done (重复 p 值; Jennison, Turnbull 1989).

    It is the least alpha at which some look would have crossed its boundary.
    fractions : information at all planned looks, ascending; z : at the looks done, two-sided
    >>> round(repeated_p([1.0], [1.959964]), 4), repeated_p([0.5, 1.0], [0.0, 0.0])
    (0.05, 1.0)
    """
    if not any(z):
        return 1.0

    def gap(log_alpha: float) -> float:
        edges = boundaries(fractions, alpha=math.exp(log_alpha))
        return max(abs(value) - edge for value, edge in zip(z, edges, strict=False))

    low, high = math.log(LEAST_P), math.log(1 - 1e-9)
    if gap(low) >= 0 or gap(high) <= 0:
        return LEAST_P if gap(low) >= 0 else 1.0
    return math.exp(float(brentq(gap, low, high, xtol=P_STEP)))


def decide_at_look(
    fractions: Sequence[float],
    z_observed: Sequence[float],
    *,
    alpha: float = 0.05,
    spending: str = "lan_demets_obrien_fleming",
    done: int | None = None,
) -> LookVerdict:
    """Verdict after the looks done (期中判断): first crossing stops; z > 0 is better.

    done : number of looks done, where it is known apart from their z; must agree with them
    """
    edges = boundaries(fractions, spending=spending, alpha=alpha)
    z = np.array(z_observed, float).tolist()
    agreed = done in (None, len(z)) and 0 < len(z) <= len(edges)
    if not agreed or not all(map(math.isfinite, z)):
        raise FormulaError("abtest.bad_z", done=len(z), planned=len(edges))
    return LookVerdict(edges[len(z) - 1], float(2 * ndtr(-abs(z[-1]))), stopped(edges, z))


def stopped(edges: Sequence[float], z: Sequence[float]) -> Decision:
    """What z at the looks done say against all planned boundaries (是否过界)."""
    crossed = [value for value, edge in zip(z, edges, strict=False) if abs(value) >= edge]
    if crossed:
        return Decision.BETTER if crossed[0] > 0 else Decision.WORSE
    return Decision.RUNNING if len(z) < len(edges) else Decision.UNCLEAR


def confidence_sequence(
    control: Counts,
    treatment: Counts,
    *,
    n_star: float,
    alpha: float = 0.05,
    better: str = "higher",
) -> AlwaysValid:
    """Asymptotic confidence sequence (Waudby-Smith et al. 2023; 随时有效) of two proportions.

    n_star : units of both arms together for which the sequence is tightest
    """
    test = two_proportions(control, treatment, alpha=alpha)
    if n_star <= 0 or not 0 < alpha < 1 or not test.se:
        raise FormulaError("abtest.bad_sequence", n_star=n_star, alpha=alpha)
    n = control.n + treatment.n
    log = math.log(alpha)
    rho2 = (-2 * log + math.log(1 - 2 * log)) / n_star
    reach = 2 * (n * rho2 + 1) / (n**2 * rho2) * math.log(math.sqrt(n * rho2 + 1) / alpha)
    half = test.se * math.sqrt(n * reach)
    up = (test.effect < 0) == (better in ("lower", "down"))
    said = Decision.BETTER if up else Decision.WORSE
    inside = abs(test.effect) <= half
    return AlwaysValid(
        test.effect, test.effect - half, test.effect + half, Decision.RUNNING if inside else said
    )


def _simpson(grid: np.ndarray) -> np.ndarray:
    weight = np.ones(len(grid))
    weight[1:-1:2] = 4
    weight[2:-1:2] = 2
    return weight * (grid[1] - grid[0]) / 3

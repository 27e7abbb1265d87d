"""Fairness (公平): quotas as a suggestion, pairs that chance alone parts, screens for HR.

Grades stay advice: a named human decides. A screen asks a question; it accuses nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import hypot
from typing import Any

from scipy.stats import fisher_exact, norm

from kit.errors import FormulaError
from kit.people.incentive import exact, largest_remainders

SUM_SLACK = Fraction(1, 1_000_000)  # shares typed as rounded thirds still sum to one
FOUR_FIFTHS = Fraction(4, 5)  # 29 CFR 1607.4 D: screening rule, not a proof


def quota(n: int, shares: Sequence[float]) -> list[int]:
    """People per grade (等级配额): floors of n × share, the rest to the largest remainders.

    Exact decimals; ties to the earlier grade; shares >= 0 that sum to 1, else refused.
    >>> quota(10, [0.2, 0.7, 0.1])
    [2, 7, 1]
    """
    heads = exact(n, "n", least=0)
    parts = [heads * exact(s, "shares", least=0) for s in shares]
    if heads.denominator != 1:
        raise FormulaError("people.not_whole", name="n", value=n)
    if abs(sum(exact(s, "shares") for s in shares) - 1) > SUM_SLACK:
        raise FormulaError("people.shares_sum", total=float(sum(exact(s, "s") for s in shares)))
    return largest_remainders(parts, int(heads))


@dataclass(frozen=True)
class Boundary:
    """Whether a quota's cut parts two people whom the data can tell apart (切分是否有依据)."""

    split_supported: bool
    tied_at_cut: tuple[int, ...]


def boundary(
    score: Sequence[Any], se: Sequence[Any], quota_top: int, *, level: float = 0.95
) -> Boundary:
    """Check a quota's cut (配额边界): can the last inside and the first outside be told apart?

    score, se : one entry a person; None = not scored, left out; se None = cannot be told apart
    Returns   : positions of the two when the cut is not supported; no cut, nothing to support
    >>> boundary([71, 95, 78, 77], [1, 1, 1, 1], 2).tied_at_cut
    (2, 3)
    """
    if len(score) != len(se):
        raise FormulaError("people.lengths", first=len(score), second=len(se))
    if not 0 < level < 1:
        raise FormulaError("people.level", level=level)
    ranked = sorted((i for i, s in enumerate(score) if s is not None), key=lambda i: -score[i])
    if not 0 < quota_top < len(ranked):
        return Boundary(True, ())
    a, b = ranked[quota_top - 1], ranked[quota_top]
    if se[a] is not None and se[b] is not None:
        errors = [float(exact(se[i], "se", least=0)) for i in (a, b)]
        apart = float(exact(score[a], "score") - exact(score[b], "score"))
        if apart >= norm.ppf((1 + level) / 2) * hypot(*errors):
            return Boundary(True, ())
    return Boundary(False, tuple(sorted((a, b))))


@dataclass(frozen=True)
class Impact:
    """Four-fifths screen (五分之四筛查): `ratio` lowest over highest rate, None if undefined."""

    rates: dict[str, float | None]
    ratio: float | None
    flag: bool
    fisher_p: float | None


def impact_ratio(groups: Mapping[str, Sequence[int]]) -> Impact:
    """Selection rates of groups side by side (差异影响), with Fisher's two-sided exact p.

    groups : name -> (selected, total); a group of nobody has no rate and is left out
    More than two groups: ratio and p are those of the lowest against the highest rate.
    >>> impact_ratio({"A": (30, 60), "B": (22, 50)}).ratio
    0.88
    """
    for name, (selected, total) in groups.items():
        if not exact(total, name, least=0) >= exact(selected, name, least=0):
            raise FormulaError("people.more_than_all", name=name, part=selected, total=total)
    exactly = {g: Fraction(str(k)) / Fraction(str(n)) for g, (k, n) in groups.items() if n}
    rates = {g: float(exactly[g]) if g in exactly else None for g in groups}
    if len(exactly) < 2:
        return Impact(rates, None, False, None)
    low, high = min(exactly, key=exactly.__getitem__), max(exactly, key=exactly.__getitem__)
    if low == high:
        low = next(g for g in exactly if g != high)
    p = fisher_exact([[k, n - k] for k, n in (groups[low], groups[high])])[1]
    ratio = exactly[low] / exactly[high] if exactly[high] else None
    flagged = ratio is not None and ratio < FOUR_FIFTHS
    return Impact(rates, None if ratio is None else float(ratio), flagged, float(p))

"""360-degree answers → values (360 度评估): relation means, leniency, what may be shown, flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kit.errors import FormulaError

Array = np.ndarray


@dataclass(frozen=True)
class Leniency:
    """Raters' leniency and people's corrected ratings; None where not separable."""

    connected: bool
    leniency: dict[str, float] | None
    person: dict[str, float] | None


@dataclass(frozen=True)
class Shown:
    """Relations that may be shown by themselves, and those that must be pooled."""

    shown: tuple[str, ...]
    pooled: tuple[str, ...]


def relation_weighted(
    ratings: Sequence[tuple[str, str, float | None]], weights: Mapping[str, float]
) -> float | None:
    """Mean inside each relation, then over the relations present (关系加权); None if none counts.

    ratings : (relation, rater, rating), null ratings are left out
    """
    groups: dict[str, list[float]] = {}
    for relation, _, rating in ratings:
        if rating is not None and weights.get(relation, 0) > 0:
            groups.setdefault(relation, []).append(rating)
    if not groups:
        return None
    means = [float(np.mean(values)) for values in groups.values()]
    return float(np.average(means, weights=[weights[relation] for relation in groups]))


def rater_adjust(observations: Sequence[tuple[str, str, float | None]]) -> Leniency:
    """Least squares rating = person + leniency, leniencies summing to 0 (评分宽严校正).

    observations : (rater, person, rating). Only a connected rater-person graph tells a strict rater
    from a weak person; otherwise `connected` is False and nothing is corrected.
    """
    known = [(str(r), str(p), float(y)) for r, p, y in observations if y is not None]
    raters = {r: i for i, r in enumerate(dict.fromkeys(r for r, _, _ in known))}
    people = {p: i for i, p in enumerate(dict.fromkeys(p for _, p, _ in known))}
    rows = np.array([raters[r] for r, _, _ in known], int)
    columns = np.array([people[p] for _, p, _ in known], int)
    if not known or not connected(rows, columns):
        return Leniency(False, None, None)
    lean, level = adjusted(rows, columns, np.array([y for _, _, y in known]))
    return Leniency(
        True,
        dict(zip(raters, lean.tolist(), strict=True)),
        dict(zip(people, level.tolist(), strict=True)),
    )


def connected(raters: Array, people: Array) -> bool:
    """Whether everybody hangs together through common raters (评分图是否连通), from codes."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, m = raters.max() + 1, people.max() + 1
    edges = coo_array((np.ones(len(raters)), (raters, n + people)), shape=(n + m, n + m))
    return bool(connected_components(edges, directed=False)[0] == 1)


def adjusted(raters: Array, people: Array, ratings: Array) -> tuple[Array, Array]:
    """Leniency per rater (sum 0) and corrected level per person, from codes, by least squares."""
    n, m = raters.max() + 1, people.max() + 1
    design = np.zeros((len(ratings) + 1, n + m))
    design[np.arange(len(ratings)), raters] = 1
    design[np.arange(len(ratings)), n + people] = 1
    design[-1, :n] = len(ratings)
    answer = np.linalg.lstsq(design, np.append(ratings, 0.0), rcond=None)[0]
    return answer[:n], answer[n:]


def suppress_small_groups(
    counts: Mapping[str, int], min_raters: int, exempt: Sequence[str]
) -> Shown:
    """Which relations may be shown (匿名底线): fewer than min_raters are pooled, but the exempt."""
    if any(n < 0 for n in counts.values()):
        raise FormulaError("scoring.negative_count", found=min(counts.values()))
    small = [name for name, n in counts.items() if n < min_raters and name not in exempt]
    return Shown(tuple(name for name in counts if name not in small), tuple(small))

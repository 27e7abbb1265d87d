"""From points to totals as the form sums them (小计与总分): lines, subtotals, what is rounded."""

from dataclasses import dataclass

import numpy as np

from kit.scheme import Scheme
from kit.scoring.rules import rounded

Array = np.ndarray
Path = tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """The form of a profile: dimensions above each line, and whether in the form's own points."""

    paths: tuple[Path, ...]
    in_points: bool


def shape(scheme: Scheme, names: list[str], kind: str) -> Shape:
    """Dimensions above each indicator (所属维度), highest first; its branch in a flat profile."""
    tree = scheme.paths(kind)
    above = tuple(tree.get(name, (scheme.branch_of(name),)) for name in names)
    return Shape(above, scheme.in_points(kind))


@dataclass(frozen=True)
class Composed:
    """Total, and the subtotal of each dimension (小计) by its path, in points of the total."""

    total: Array
    subtotals: dict[Path, Array]


def part(scheme: Scheme, form: Shape, used: Array, score: Array) -> Array:
    """What one line adds to the total (单项贡献), 0 where it is missing, rounded as the form says.

    In a profile of the form's own points its points out of the full mark are rounded, else its
    points out of 100.
    """
    step = scheme.rounding.points
    if step and not form.in_points:
        score = np.asarray(rounded(score, step))
    parts = np.nan_to_num(used * score)
    return np.asarray(rounded(parts, step)) if step and form.in_points else parts


def composed(scheme: Scheme, form: Shape, parts: list[Array]) -> Composed:
    """Sums up the tree (逐级小计), deepest dimensions first, each rounded if the scheme says so."""
    step = scheme.rounding.dimension
    total = sum(parts[1:], parts[0])
    nodes = {path[:n] for path in form.paths for n in range(1, len(path) + 1)}
    sums: dict[Path, Array] = {}
    for node in sorted(nodes, key=len, reverse=True):
        own = [p for p, path in zip(parts, form.paths, strict=True) if path == node]
        below = [s for path, s in sums.items() if path[:-1] == node]
        whole = sum([*own, *below], np.zeros_like(parts[0]))
        sums[node] = np.asarray(rounded(whole, step)) if step else whole
    if step:
        total = sum((s for path, s in sums.items() if len(path) == 1), np.zeros_like(parts[0]))
        total = total + sum(p for p, path in zip(parts, form.paths, strict=True) if not path)
    return Composed(total, sums)


def weighted(scheme: Scheme, form: Shape, used: Array, score: Array) -> Array:
    """Weighted total of each person (加权总分), by the rounded subtotals where there are some."""
    parts = part(scheme, form, used, score)
    if not scheme.rounding.dimension:
        return np.asarray(parts.sum(axis=1))
    return composed(scheme, form, list(parts.T)).total


def limited(scheme: Scheme, total: Array) -> Array:
    """The total between the scheme's least and most (总分上下限)."""
    least, most = scheme.total.least, scheme.total.most
    return total if least is None and most is None else np.clip(total, least, most)

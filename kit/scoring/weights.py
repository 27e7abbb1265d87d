"""Weights and means (权重与合成): blended by days, renormalised over what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from kit.errors import FormulaError
from kit.stats.given import one_of

Array = np.ndarray
TURNS: dict[str, tuple[Any, Any]] = {
    "arithmetic": (np.asarray, float),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
}


@dataclass(frozen=True)
class Reweighted:
    """Weights over what was measured; None when its share of the whole is under the floor."""

    weights: dict[str, float] | None
    coverage: float
    scored: bool


def reweight_missing(
    weights: Mapping[str, float], missing: Sequence[str], min_coverage: float
) -> Reweighted:
    """Drop what is missing and scale the rest to sum 1 (缺项重分配); too little left: no score.

    >>> reweight_missing({"a": 0.5, "b": 0.25, "c": 0.25}, ["b"], 0.5).coverage
    0.75
    """
    exact = {name: _exact(w) for name, w in weights.items()}
    total = _total(exact)
    shares = np.array([[float(w / total) for w in exact.values()]])
    measured = np.array([[name not in set(missing) for name in exact]])
    [scaled], [coverage] = used(shares, measured, np.zeros(len(exact)))  # one branch
    scored = bool(coverage > 0 and coverage >= min_coverage)
    kept = {n: float(w) for n, w, m in zip(exact, scaled, measured[0], strict=True) if m}
    return Reweighted(kept if scored else None, float(coverage), scored)


def effective(tree: Mapping[str, Any]) -> dict[str, float]:
    """Weights of the leaves (有效权重): scaled to 1 among siblings, multiplied down the tree."""
    total = _total({name: _exact(node["w"]) for name, node in tree.items()})
    leaves: dict[str, float] = {}
    for name, node in tree.items():
        share = float(_exact(node["w"]) / total)
        below = effective(node["children"]) if node.get("children") else {name: 1.0}
        leaves |= {leaf: share * w for leaf, w in below.items()}
    return leaves


def blend_profiles(
    profiles: Mapping[str, Mapping[str, float]], days: Mapping[str, float]
) -> dict[str, float]:
    """Weights of a period with days of several kinds (按天数混合权重): mean weighted by days.

    >>> blend_profiles({"sale": {"x": 0.7}, "daily": {"x": 0.2}}, {"sale": 5, "daily": 20})
    {'x': 0.3}
    """
    total = _total({one_of(name, profiles): _exact(n) for name, n in days.items()})
    names = dict.fromkeys(name for p in days for name in profiles[p])
    shares = {p: _exact(n) / total for p, n in days.items()}
    return {
        name: float(sum(_exact(profiles[p].get(name, 0)) * share for p, share in shares.items()))
        for name in names
    }


def aggregate(
    x: Sequence[float | None], w: Sequence[float], method: str, missing: str | None = None
) -> float:
    """Weighted arithmetic, geometric or harmonic mean (加权平均), weights scaled to sum 1.

    missing : "reweight" drops null values with their weight; otherwise a null is refused
    Refused : nothing left, and values <= 0 where the mean has no meaning
    """
    turn, back = TURNS[one_of(method, TURNS)]
    values = np.array(x, float)
    weights = np.array(w, float)
    known = ~np.isnan(values)
    if len(values) != len(weights) or not np.all(weights >= 0):
        raise FormulaError("scoring.bad_weights", found=list(w))
    if not known.all() and (missing != "reweight" or not known.any()):
        raise FormulaError("scoring.null_value", n=int((~known).sum()))
    values = values[known]
    weights = weights[known]
    if method != "arithmetic" and np.any(values <= 0):
        raise FormulaError("scoring.mean_of_zero", method=method, found=float(values.min()))
    if weights.sum() == 0:
        raise FormulaError("scoring.bad_weights", found=list(w))
    return float(back(np.average(turn(values), weights=weights)))


def rollup(x: Sequence[float | None], w: Sequence[float]) -> float | None:
    """Mean of what was scored (跨期平均), weighted; None where nothing was."""
    return None if all(v is None for v in x) else aggregate(x, w, "arithmetic", "reweight")


def composite(branches: Mapping[str, Mapping[str, Any]]) -> float | None:
    """Mean over branches of the mean inside each (总分): {w, scores {name: [w, score]}}."""
    pairs = [list(b["scores"].values()) for b in branches.values()]
    inside = [rollup([s for _, s in ps], [w for w, _ in ps]) for ps in pairs]
    return rollup(inside, [b["w"] for b in branches.values()])


def variance_share(w: Any, cov: Any) -> Array:
    """Share of the composite's variance that each part brings (方差贡献): w_i (C w)_i / w' C w.

    >>> variance_share([0.5, 0.5], [[4, 1], [1, 2]]).tolist()
    [0.625, 0.375]
    """
    weights = np.asarray(w, float)
    matrix = np.asarray(cov, float)
    fits = matrix.shape == (len(weights), len(weights)) and len(weights) > 0
    whole = float(weights @ matrix @ weights) if fits else 0.0
    if not whole > 0:
        raise FormulaError("scoring.no_variance", found=whole)
    return weights * (matrix @ weights) / whole


def used(weights: Array, measured: Array, paths: Any) -> tuple[Array, Array]:
    """Weights after the missing rule, and coverage (实际权重、覆盖率), for all people at once.

    weights : (people, indicators), rows sum to 1; measured : bool, same shape
    paths   : (indicators,) the dimensions above each, highest first, or one name. A node's weight
    stays with it while anything below it was measured, and is shared among its measured children
    in proportion; a node with nothing measured gives its weight to its siblings.
    """
    above = [path if isinstance(path, tuple) else (path,) for path in paths]
    kept = np.where(measured, weights, 0.0)
    out = kept
    for depth in range(max(map(len, above), default=0), 0, -1):
        node = [path[:depth] if len(path) >= depth else None for path in above]
        out = _stayed(weights, out, node)
    total = out.sum(axis=1, keepdims=True)
    return out / np.where(total > 0, total, 1), np.round(kept.sum(axis=1), 12)


def _stayed(weights: Array, kept: Array, node: list[tuple[str, ...] | None]) -> Array:
    """`kept` with each node's whole weight shared among what is left below it."""
    out = kept.copy()
    for name in dict.fromkeys(node):
        if name is None:
            continue
        inside = np.array([other == name for other in node])
        share = kept[:, inside].sum(axis=1, keepdims=True)
        whole = weights[:, inside].sum(axis=1, keepdims=True)
        out[:, inside] = np.where(share > 0, kept[:, inside] / np.where(share > 0, share, 1), 0)
        out[:, inside] *= whole
    return out


def _total(weights: Mapping[str, Fraction]) -> Fraction:
    total = sum(weights.values(), Fraction(0))
    if total <= 0 or min(weights.values()) < 0:
        raise FormulaError("scoring.bad_weights", found=[float(w) for w in weights.values()])
    return total


def _exact(x: float) -> Fraction:
    return Fraction(str(x))

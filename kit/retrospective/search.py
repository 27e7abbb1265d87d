"""Which segment moved unlike the others (细分查找): every dimension and pair, with proof.

A segment's rate is compared with what its own base would be had it moved like the rest (weighted
median of all moves), so that a market or season that lifts everything is no finding. Noise is
measured, not assumed: blocks of 7 days within each period give var = a·mu + b·mu² per dimension.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betainc

from kit.stats.multiple import holm

Array = np.ndarray
Measure = tuple[str, str, float]  # numerator, denominator, least variance per unit of numerator
SHOWN = 0.05  # p above which a cell's interval is not drawn
MONEY_ORDERS = 60  # orders a period under which no order value is judged: their tails are heavy
CAP = 0.99  # joint quantile of rows' money per order above which it does not count in a search
MEDIAN_PRICE = np.pi / 2  # variance of a median against a mean's, normal data
COLUMNS = ("dimension", "segment", "num0", "den0", "num1", "den1", "effect", "low", "high", "p")


@dataclass(frozen=True)
class Cells:
    """Sums of one dimension or pair by measure: (cells, periods, blocks), and the cells' names."""

    dimension: tuple[str, ...]
    names: Array
    blank: Array
    sums: dict[str, Array]


def cells(table: pd.DataFrame, dims: Sequence[str], measures: Iterable[str]) -> Iterator[Cells]:
    """Sums per cell of every dimension and pair (各维度与两两交叉的合计).

    table : columns period (0 | 1), block (0, 1, …), `dims`, `measures`; empty dims stay a cell
    """
    codes = {d: pd.factorize(table[d], use_na_sentinel=False) for d in dims}
    codes = {d: (c, levels) for d, (c, levels) in codes.items() if len(levels) > 1}
    labels = {d: (named(levels), pd.isna(levels)) for d, (_, levels) in codes.items()}
    blocks = int(table["block"].max()) + 1 if len(table) else 1
    when = table["period"].to_numpy() * blocks + table["block"].to_numpy()
    given = {m: np.nan_to_num(table[m].to_numpy(float)) for m in measures}
    for combo in [*combinations(codes, 1), *combinations(codes, 2)]:
        sizes = [len(codes[d][1]) for d in combo]
        keys = codes[combo[0]][0]
        if len(combo) == 2:
            keys = keys * sizes[1] + codes[combo[1]][0]
        seen = np.zeros(math.prod(sizes), bool)
        seen[keys] = True
        found = np.flatnonzero(seen)
        if len(combo) == 2 and len(found) == max(sizes):
            continue  # one dimension follows from the other: nothing new to see
        shape = (len(found), 2, blocks)
        at = (np.cumsum(seen) - 1)[keys] * (2 * blocks) + when
        sums = {m: np.bincount(at, x, math.prod(shape)).reshape(shape) for m, x in given.items()}
        at_levels = np.unravel_index(found, sizes)
        parts = [labels[d][0][i] for d, i in zip(combo, at_levels, strict=True)]
        blank = np.any([labels[d][1][i] for d, i in zip(combo, at_levels, strict=True)], axis=0)
        names = parts[0] if len(parts) == 1 else parts[0] + " × " + parts[1]
        yield Cells(combo, names, blank, sums)


def noise(num: Array, den: Array, floor: float) -> tuple[float, float]:
    """A and b of var = a·mu + b·mu² of a block's numerator (过度离散), a at least `floor`.

    Residuals are taken from each cell's own rate times the block's common factor, so that what
    moves every cell alike (a promotion day) is no noise of the comparison.
    """
    total = den.sum(axis=2, keepdims=True)
    rate = over(num.sum(axis=2, keepdims=True), total)
    mu = rate * den
    common = over(num.sum(axis=0, keepdims=True), mu.sum(axis=0, keepdims=True))
    mu = mu * common
    left = np.clip((1 - over(den, total)) * (1 - over(mu, mu.sum(axis=0, keepdims=True))), 0, 1)
    use = (mu > 0) & (left > 0.05)
    if use.sum() < 3:
        return floor, 0.0
    mu, square = mu[use], (num - mu)[use] ** 2 / left[use]
    weight = 1 / (floor * mu + 0.01 * mu**2)
    design = np.stack([mu, mu**2], axis=1) * weight[:, None]
    a, b = np.linalg.lstsq(design, square * weight, rcond=None)[0]
    if a < floor:
        a = floor
        b = np.sum(weight**2 * mu**2 * (square - a * mu)) / np.sum(weight**2 * mu**4)
    return float(max(a, floor)), float(max(b, 0.0))


def moves(
    found: Cells, measure: Measure, *, draws: int = 2000, seed: int = 1, least: float = 10
) -> pd.DataFrame:
    """Move of each cell against the common move (相对变动): effect, 95 % interval, p.

    Intervals are drawn where p is at most SHOWN; the others hold 0.
    measure : numerator, denominator, smallest variance per unit of mu: 1 for counts, the order
    value for money; least: numerators expected per period under which a cell is not judged
    Returns : COLUMNS; effect in units of num; NaN where a cell has too little to be judged
    """
    num, den, floor = measure
    tops, bases = found.sums[num], found.sums[den]
    top, under = tops.sum(axis=2), bases.sum(axis=2)
    base = top[:, 0] * over(under[:, 1], under[:, 0])
    common = _middle(over(top[:, 1], base), np.nan_to_num(base))
    ratio = common * over(under[:, 1], under[:, 0])
    mu, total = _expected(tops, bases, floor, (base, common, ratio))
    judged = (mu >= least * floor).all(axis=1) & (total > 0)
    size = np.where(judged, total / np.where(judged, mu[:, 1] + ratio**2 * mu[:, 0], 1), np.nan)
    counts = top / size[:, None]
    p = _tail(counts, over(mu[:, 1], mu.sum(axis=1)))
    p = np.where(found.blank, np.nan, p)  # rows that do not name the dimension
    near = np.where((p <= SHOWN)[:, None], counts, np.nan)  # else the interval would hold 0
    low, high = _interval(near, ratio, size, draws, seed)
    return pd.DataFrame(
        {
            "dimension": " × ".join(found.dimension),
            "segment": found.names,
            "num0": top[:, 0],
            "den0": under[:, 0],
            "num1": top[:, 1],
            "den1": under[:, 1],
            "effect": np.where(judged, top[:, 1] - common * base, np.nan),
            "low": low,
            "high": high,
            "p": p,
            "common": common,
        }
    )


def _expected(
    tops: Array, bases: Array, floor: float, moved: tuple[Array, float, Array]
) -> tuple[Array, Array]:
    """Expected numerators by cell and period, and the variance of each cell's move (期望与方差).

    moved : base, common move and ratio, as `moves` has them
    """
    base, common, ratio = moved
    top, under = tops.sum(axis=2), bases.sum(axis=2)
    a, b = noise(tops, bases, floor)
    pooled = over(top.sum(axis=1), under[:, 0] + common * under[:, 1])
    mu = pooled[:, None] * under * np.array([1.0, common])
    spread = over(bases, under[:, :, None]) ** 2
    var = a * mu + b * mu**2 * np.nansum(spread, axis=2)
    fuzzy = MEDIAN_PRICE * _relative(var, mu, base)
    return mu, var[:, 1] + ratio**2 * var[:, 0] + fuzzy * mu[:, 1] ** 2


def search(
    table: pd.DataFrame,
    dims: Sequence[str],
    measures: Mapping[str, Measure],
    *,
    draws: int = 2000,
    seed: int = 1,
    least: float = 10,
) -> pd.DataFrame:
    """Moves of all cells of all dimensions and pairs (全部细分) of every measure.

    Holm over all that was searched: half of the error for single dimensions, half for pairs.
    Returns : measure, COLUMNS, common, p_adjusted
    """
    wanted = {column for num, den, _ in measures.values() for column in (num, den)}
    parts = [
        moves(c, measure, draws=draws, seed=seed, least=_least(measure, least)).assign(measure=name)
        for c in cells(table, dims, sorted(wanted))
        for name, measure in measures.items()
        if (c.sums[measure[1]].sum(axis=(0, 2)) > 0).all()
    ]
    if not parts:
        return pd.DataFrame(columns=["measure", *COLUMNS, "common", "p_adjusted"])
    frame = pd.concat(parts, ignore_index=True)
    p = frame["p"].to_numpy()
    pair = frame["dimension"].str.contains("×").to_numpy()
    halves = [holm(np.where(family, p, np.nan)) for family in (pair, ~pair)]
    both = np.minimum(2 * np.where(pair, *halves), 1) if pair.any() else holm(p)
    return frame.assign(p_adjusted=both)


def capped(money: Array, orders: Array) -> Array:
    """Money of each row with single huge orders cut at the joint 99 % (封顶), for searching only.

    A row's excess over the mean value grows with the root of its orders; rows without orders are 0.
    """
    use = (orders > 0) & (money > 0)
    if not use.any():
        return np.zeros(len(money))
    n = np.where(use, orders, 1.0)
    mean = float(money[use].sum() / orders[use].sum())
    far = (money - n * mean) / np.sqrt(n)
    line = float(np.quantile(far[use], CAP))
    return np.where(use, n * mean + np.sqrt(n) * np.minimum(far, line), 0.0)


def _least(measure: Measure, least: float) -> float:
    """Numerators under which a cell is not judged (最少单量); of money, orders' worth of them."""
    return least if measure[2] <= 1 else max(least, MONEY_ORDERS)


def named(levels: Iterable[Any]) -> Array:
    """Names of levels as texts (细分名称); a name that is not given is —."""
    return np.array(["—" if pd.isna(x) else str(x) for x in levels], object)


def over(top: Array, under: Array) -> Array:
    """Ratio where the denominator is positive, NaN elsewhere (比率)."""
    top, under = np.broadcast_arrays(top, under)
    return np.divide(top, under, out=np.full(top.shape, np.nan), where=under > 0)


def _middle(ratio: Array, weight: Array) -> float:
    """Weighted median: the move that half of the base lies under."""
    known = np.isfinite(ratio) & (weight > 0)
    if not known.any():
        return 1.0
    order = np.argsort(ratio[known])
    ratio = ratio[known][order]
    rising = np.cumsum(weight[known][order])
    return float(max(ratio[np.searchsorted(rising, rising[-1] / 2)], 1e-9))


def _relative(var: Array, mu: Array, weight: Array) -> float:
    """Relative variance of the common move: of the weighted mean of the cells' log ratios."""
    ok = (mu > 0).all(axis=1) & np.isfinite(weight)
    share = np.where(ok, weight, 0) / max(np.where(ok, weight, 0).sum(), 1e-300)
    part = np.where(ok[:, None], var / np.where(mu > 0, mu, 1) ** 2, 0).sum(axis=1)
    return float(np.sum(share**2 * part))


def _interval(
    counts: Array, ratio: Array, size: Array, draws: int, seed: int
) -> tuple[Array, Array]:
    """95 % interval of num1 - ratio·num0 from gamma draws of the scaled counts."""
    low, high = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    ok = np.isfinite(counts).all(axis=1) & np.isfinite(ratio)
    rng = np.random.default_rng(seed)
    shape = np.repeat(counts[ok].astype(np.float32)[:, :, None] + 0.5, draws, axis=2)
    draw = rng.standard_gamma(shape, dtype=np.float32)
    gap = (draw[:, 1] - ratio[ok, None].astype(np.float32) * draw[:, 0]) * size[ok, None]
    cut = [int(0.025 * draws), int(np.ceil(0.975 * draws)) - 1]
    gap = np.partition(gap, cut, axis=1)
    low[ok] = gap[:, cut[0]]
    high[ok] = gap[:, cut[1]]
    return low, high


def _tail(counts: Array, share: Array) -> Array:
    """Two-sided mid-p of num1 given num0 + num1, at the expected share, scaled counts."""
    x = counts[:, 1]
    n = counts.sum(axis=1)
    more = betainc(np.maximum(x, 1e-9), n - x + 1, share)
    above = betainc(x + 1, np.maximum(n - x, 1e-9), share)
    upper = (more + above) / 2
    return np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))

"""Which segment moved unlike the others (细分查找): every dimension and pair, with proof.

A segment's rate is compared with what its own base would be had it moved like the rest (weighted
median of all moves), so that a market or season that lifts everything is no finding. Noise is
measured, not assumed: blocks of 7 days within each period give var = a·mu + b·mu² per dimension.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import betainc

from kit.retrospective.mix import reversed_by, split
from kit.stats.multiple import holm

Array = np.ndarray
EXPECTED = 10.0  # numerators expected per period under which a segment is not judged
SURE = 1.96  # standard errors (95 %) that the total must have moved before a box is shown
NOTICED = 0.05  # share of the total under which a move needs no explaining
SHOWN = 0.1  # p above which a cell's interval is not drawn
MEDIAN_PRICE = np.pi / 2  # variance of a median against a mean's, normal data
COLUMNS = ("dimension", "segment", "num0", "den0", "num1", "den1", "effect", "low", "high", "p")


@dataclass(frozen=True)
class Cells:
    """Sums of one dimension or pair: num and den (cells, periods, blocks), and the cells' names."""

    dimension: tuple[str, ...]
    names: pd.DataFrame
    num: Array
    den: Array


def cells(table: pd.DataFrame, dims: Sequence[str], num: str, den: str) -> Iterator[Cells]:
    """Sums per cell of every dimension and pair (各维度与两两交叉的合计).

    table : columns period (0 | 1), block (0, 1, …), `dims`, `num`, `den`; empty dims stay a cell
    """
    codes = {d: pd.factorize(table[d], use_na_sentinel=False) for d in dims}
    codes = {d: (c, levels) for d, (c, levels) in codes.items() if len(levels) > 1}
    blocks = int(table["block"].max()) + 1 if len(table) else 1
    when = table["period"].to_numpy() * blocks + table["block"].to_numpy()
    sums = [table[m].to_numpy(float) for m in (num, den)]
    for combo in [*combinations(codes, 1), *combinations(codes, 2)]:
        first, levels = codes[combo[0]]
        keys, width = (first, 1) if len(combo) == 1 else (first, len(codes[combo[1]][1]))
        keys = keys * width + (codes[combo[1]][0] if len(combo) == 2 else 0)
        seen = np.zeros(len(levels) * width, bool)
        seen[keys] = True
        found, keys = np.flatnonzero(seen), (np.cumsum(seen) - 1)[keys]
        shape = (len(found), 2, blocks)
        at = keys * (2 * blocks) + when
        parts = [np.bincount(at, m, minlength=np.prod(shape)).reshape(shape) for m in sums]
        if len(combo) == 2 and len(found) == max(len(codes[d][1]) for d in combo):
            continue  # one dimension follows from the other: nothing new to see
        at_levels = zip(combo, (found // width, found % width), strict=False)
        names = {d: codes[d][1].take(i) for d, i in at_levels}
        yield Cells(combo, pd.DataFrame(names), parts[0], parts[1])


def noise(num: Array, den: Array, floor: float) -> tuple[float, float]:
    """a and b of var = a·mu + b·mu² of a block's numerator (过度离散), a at least `floor`.

    Residuals are taken from each cell's own rate times the block's common factor, so that what
    moves every cell alike (a promotion day) is no noise of the comparison.
    """
    total = den.sum(axis=2, keepdims=True)
    rate = _over(num.sum(axis=2, keepdims=True), total)
    mu = rate * den
    common = _over(num.sum(axis=0, keepdims=True), mu.sum(axis=0, keepdims=True))
    mu = mu * common
    left = np.clip((1 - _over(den, total)) * (1 - _over(mu, mu.sum(axis=0, keepdims=True))), 0, 1)
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


def moves(found: Cells, *, floor: float = 1.0, draws: int = 2000, seed: int = 1) -> pd.DataFrame:
    """Move of each cell against the common move (相对变动): effect, 95 % interval, p.

    Intervals are drawn where p is at most SHOWN; the others hold 0.
    floor   : smallest variance per unit of mu: 1 for counts, the order value for money
    Returns : COLUMNS; effect in units of num; NaN where a cell has too little to be judged
    """
    num, den = found.num.sum(axis=2), found.den.sum(axis=2)
    a, b = noise(found.num, found.den, floor)
    base = num[:, 0] * _over(den[:, 1], den[:, 0])
    common = _middle(_over(num[:, 1], base), np.nan_to_num(base))
    expected = np.stack([base, common * base], axis=1)
    pooled = _over(num.sum(axis=1), den[:, 0] + common * den[:, 1])
    mu = pooled[:, None] * den * np.array([1.0, common])
    spread = _over(found.den, den[:, :, None]) ** 2
    var = a * mu + b * mu**2 * np.nansum(spread, axis=2)
    ratio = common * _over(den[:, 1], den[:, 0])
    fuzzy = MEDIAN_PRICE * _relative(var, mu, base)
    total = var[:, 1] + ratio**2 * var[:, 0] + fuzzy * mu[:, 1] ** 2
    judged = (mu >= EXPECTED * floor).all(axis=1) & (total > 0)
    size = np.where(judged, total / np.where(judged, mu[:, 1] + ratio**2 * mu[:, 0], 1), np.nan)
    frame = pd.DataFrame({"dimension": " × ".join(found.dimension), "segment": named(found.names)})
    sums = dict(zip(COLUMNS[2:6], (num[:, 0], den[:, 0], num[:, 1], den[:, 1]), strict=True))
    effect = np.where(judged, num[:, 1] - expected[:, 1], np.nan)
    counts = num / size[:, None]
    p = _tail(counts, _over(mu[:, 1], mu.sum(axis=1)))
    near = np.where((p <= SHOWN)[:, None], counts, np.nan)  # else the interval would hold 0
    low, high = _interval(near, ratio, size, draws, seed)
    empty = found.names.isna().any(axis=1).to_numpy()  # rows that do not name the dimension
    frame = frame.assign(**sums, effect=effect, low=low, high=high, p=np.where(empty, np.nan, p))
    return frame.assign(common=common)


def search(
    table: pd.DataFrame, dims: Sequence[str], num: str, den: str, *, floor: float = 1.0,
    draws: int = 2000, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Moves of all cells of all dimensions and pairs (全部细分), Holm over everything searched."""
    parts = [moves(c, floor=floor, draws=draws, seed=seed) for c in cells(table, dims, num, den)]
    if not parts:
        return pd.DataFrame(columns=[*COLUMNS, "common", "p_adjusted"])
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(p_adjusted=holm(frame["p"].to_numpy()))


def simpson(table: pd.DataFrame, dims: Sequence[str], num: str, den: str) -> pd.DataFrame:
    """Mix against rate per dimension and pair (结构与比率，辛普森检查): mix, rate, se, colour.

    segment, state : the part with most mix, and whether it is gone, new, or its share moved
    colour : red when every common segment with enough data moved one way and the total the other;
    amber when mix outweighs rate with the opposite sign; both only where the total moved by more
    than SURE standard errors and NOTICED of itself. Cells of a period without denominator drop out.
    """
    rows = []
    for found in cells(table, dims, num, den):
        tops, bases = found.num.sum(axis=2), found.den.sum(axis=2)
        if (bases.sum(axis=0) <= 0).any():
            continue
        blank = bases[found.names.isna().any(axis=1).to_numpy()].sum(axis=0) / bases.sum(axis=0)
        if abs(blank[1] - blank[0]) > NOTICED:
            continue  # the dimension was named in one period and not in the other
        tops = np.where(bases > 0, tops, 0)
        sums = (tops[:, 0], bases[:, 0], tops[:, 1], bases[:, 1])
        each = split(*sums)
        mix, rate = (part.sum() for part in each)
        top = int(np.argmax(np.abs(each[0])))
        state = "gone" if bases[top, 1] <= 0 else "new" if bases[top, 0] <= 0 else "share"
        segment = named(found.names.iloc[[top]]).iloc[0]
        value = table["revenue"].sum() / max(table["orders"].sum(), 1) if num == "revenue" else 1.0
        a, b = noise(found.num, found.den, value)
        share = _over(bases, bases.sum(axis=0)).mean(axis=1)
        spread = np.nansum(_over(found.den, bases[:, :, None]) ** 2, axis=2)
        var = np.nansum(_over(a * tops + b * tops**2 * spread, bases**2), axis=1)
        se = float(np.sqrt(np.sum(share**2 * var)))
        few = (bases > 0).all(axis=1) & (tops.min(axis=1) < EXPECTED * value)
        moved = abs(mix + rate) > NOTICED * tops[:, 0].sum() / bases[:, 0].sum()
        proved = moved and abs(mix + rate) > SURE * se  # that the total moved; why is arithmetic
        red = proved and rate * (mix + rate) < 0 and reversed_by(*(part[~few] for part in sums))
        amber = proved and abs(mix) > abs(rate) and mix * rate < 0
        ends = (tops[:, 0].sum() / bases[:, 0].sum(), tops[:, 1].sum() / bases[:, 1].sum())
        colour = "red" if red else "amber" if amber else ""
        what = (" × ".join(found.dimension), len(bases), segment, state)
        rows.append((*what, *ends, mix, rate, mix + rate, se, colour))
    columns = ["dimension", "segments", "segment", "state", "before", "now", "mix", "rate", "delta"]
    return pd.DataFrame(rows, columns=[*columns, "se", "colour"])


def named(names: pd.DataFrame) -> pd.Series:
    """Names of cells as one text (细分名称); a name that is not given is —."""
    texts = [names[c].astype(object).where(names[c].notna(), "—").astype(str) for c in names]
    return texts[0] if len(texts) == 1 else texts[0] + " × " + texts[1]


def _over(top: Array, under: Array) -> Array:
    top, under = np.broadcast_arrays(top, under)
    return np.divide(top, under, out=np.full(top.shape, np.nan), where=under > 0)


def _middle(ratio: Array, weight: Array) -> float:
    """Weighted median: the move that half of the base lies under."""
    known = np.isfinite(ratio) & (weight > 0)
    if not known.any():
        return 1.0
    order = np.argsort(ratio[known])
    ratio, rising = ratio[known][order], np.cumsum(weight[known][order])
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
    low[ok], high[ok] = gap[:, cut[0]], gap[:, cut[1]]
    return low, high


def _tail(counts: Array, share: Array) -> Array:
    """Two-sided mid-p of num1 given num0 + num1, at the expected share, scaled counts."""
    x, n = counts[:, 1], counts.sum(axis=1)
    more = betainc(np.maximum(x, 1e-9), n - x + 1, share)
    above = betainc(x + 1, np.maximum(n - x, 1e-9), share)
    upper = (more + above) / 2
    return np.minimum(1.0, 2 * np.minimum(upper, 1 - upper))

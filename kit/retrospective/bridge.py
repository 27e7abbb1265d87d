"""What moved a total, in parts that add up to the cent (归因拆解): LMDI, its Shapley twin, market.

LMDI-I, additive: Ang (2005), Energy Policy 33(7). All formulas work on rows at once, so that a
bridge per plan sums to the bridge of its channel, specialist, team (consistent in aggregation).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import factorial

import numpy as np
import pandas as pd

from kit.errors import FormulaError

Array = np.ndarray
LEVELS = ("spend", "impressions", "clicks", "add_to_carts", "orders", "revenue")
KNOWN = {
    ("spend", "impressions"): "imp_per_spend",
    ("impressions", "clicks"): "ctr",
    ("clicks", "add_to_carts"): "cart_rate",
    ("clicks", "orders"): "click_conversion",
    ("add_to_carts", "orders"): "cart_to_order",
    ("orders", "revenue"): "aov",
    ("spend", "revenue"): "roi",
}


@dataclass(frozen=True)
class Parts:
    """A change by named factor (各因子贡献), and the change itself, which the parts add up to."""

    contributions: dict[str, float]
    total: float


@dataclass(frozen=True)
class MarketPart:
    """A change split into what the market alone would have brought, and the rest."""

    expected: float
    market_effect: float
    own_effect: float
    own_growth: float | None
    raw_growth: float | None


def steps(levels: Sequence[str]) -> list[str]:
    """Names of the factors of a chain of levels (链条各环节): the first level, then each ratio.

    >>> steps(("spend", "clicks", "orders", "revenue"))
    ['spend', 'clicks_per_spend', 'click_conversion', 'aov']
    """
    pairs = pairwise(levels)
    return [levels[0], *(KNOWN.get((a, b), f"{b}_per_{a}") for a, b in pairs)]


def measured(*tables: pd.DataFrame) -> list[str]:
    """Levels of the chain above 0 in every table (有数据的环节); the others shorten it."""
    return [level for level in LEVELS if all(t[level].sum() > 0 for t in tables)]


def factors(levels0: Array, levels1: Array) -> tuple[Array, Array]:
    """Factors of the chain (因子) from levels of two periods, (n, K) each; their product is V.

    A level of 0 before a later one above 0 (orders after the spend ended) carries no rate: its
    ratio is skipped in both periods. 0/0, a plan that is new or gone, takes the other period's.
    """
    a, b = (np.nan_to_num(np.asarray(x, float)) for x in (levels0, levels1))
    broken = _skipped(a) | _skipped(b)
    for k in range(a.shape[1]):
        before = [x[:, k - 1] if k else 1.0 for x in (a, b)]
        a[:, k] = np.where(broken[:, k], before[0], a[:, k])
        b[:, k] = np.where(broken[:, k], before[1], b[:, k])
    x0, x1 = _ratios(a), _ratios(b)
    x0, x1 = np.where(np.isnan(x0), x1, x0), np.where(np.isnan(x1), x0, x1)
    return np.nan_to_num(x0, nan=1.0), np.nan_to_num(x1, nan=1.0)


def log_mean(a: Array, b: Array) -> Array:
    """Logarithmic mean (对数平均) of positive numbers; L(a, a) = a, and 0 where one is 0.

    >>> log_mean(np.array([2.0, 0.0]), np.array([2.0, 3.0])).tolist()
    [2.0, 0.0]
    """
    a, b = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    ok = (a > 0) & (b > 0)
    more = np.where(ok, np.maximum(a, b), 1.0)
    less = np.where(ok, np.minimum(a, b), 1.0)
    log = np.log1p((more - less) / less)  # exact for near equal and for far apart
    return np.where(ok, np.where(log == 0, less, (more - less) / np.where(log == 0, 1, log)), 0.0)


def lmdi(x0: Array, x1: Array) -> Array:
    """Contributions of factors to the change of their product (LMDI 分解), (n, K) -> (n, K).

    A factor that is 0 at one end only takes the whole change; several share it (the limit).
    """
    x0, x1 = _checked(x0, x1)
    v0, v1 = x0.prod(axis=-1), x1.prod(axis=-1)
    ends = (x0 == 0) != (x1 == 0)
    alive = (x0 > 0) & (x1 > 0)
    log = np.log(np.where(alive, x1, 1.0)) - np.log(np.where(alive, x0, 1.0))
    share = ends / np.maximum(ends.sum(axis=-1, keepdims=True), 1)
    limit = (v1 - v0)[..., None] * share
    return np.where(ends.any(axis=-1, keepdims=True), limit, log_mean(v1, v0)[..., None] * log)


def shapley(x0: Array, x1: Array) -> Array:
    """Mean contribution of each factor over all orders of switching (Shapley 值); any sign."""
    x0, x1 = _checked(x0, x1, least=-np.inf)
    k = x0.shape[-1]
    bits = (np.arange(2**k)[:, None] >> np.arange(k)) & 1 == 1
    value = np.where(bits, x1[..., None, :], x0[..., None, :]).prod(axis=-1)
    size = bits.sum(axis=1)
    weight = np.array([factorial(s) * factorial(max(k - s - 1, 0)) for s in size]) / factorial(k)
    out = np.empty(x0.shape)
    for i in range(k):
        off = np.flatnonzero(~bits[:, i])
        out[..., i] = ((value[..., off + 2**i] - value[..., off]) * weight[off]).sum(axis=-1)
    return out


def decompose(f0: Mapping[str, float], f1: Mapping[str, float], *, twin: bool = False) -> Parts:
    """Yuan of each named factor (各因子贡献), by LMDI or, with `twin`, by Shapley.

    >>> decompose({"uv": 100.0, "aov": 50.0}, {"uv": 120.0, "aov": 50.0}, twin=True).contributions
    {'uv': 1000.0, 'aov': 0.0}
    """
    if set(f0) != set(f1) or not 0 < len(f0) <= 12:
        raise FormulaError("retrospective.other_factors", first=list(f0), second=list(f1))
    x0, x1 = (_numbers({name: f[name] for name in f0})[None, :] for f in (f0, f1))
    parts = (shapley if twin else lmdi)(x0, x1)[0]
    return Parts(dict(zip(f0, parts.tolist(), strict=True)), float(x1.prod() - x0.prod()))


def decompose_levels(
    period0: Mapping[str, float], period1: Mapping[str, float], *, twin: bool = False
) -> Parts:
    """Yuan of each step of the funnel (漏斗各环节贡献) from two periods' levels.

    A level missing in a period shortens the chain: its step is then named by what it joins.
    """
    present = [k for k in LEVELS if period0.get(k) is not None and period1.get(k) is not None]
    if "spend" not in present or "revenue" not in present:
        raise FormulaError("retrospective.no_ends", found=present)
    rows = [_numbers({k: p[k] for k in present})[None, :] for p in (period0, period1)]
    x0, x1 = factors(rows[0], rows[1])
    parts = (shapley if twin else lmdi)(x0, x1)[0]
    total = float(rows[1][0, -1] - rows[0][0, -1])
    return Parts(dict(zip(steps(present), parts.tolist(), strict=True)), total)


def market_part(y0: float, y1: float, m0: float | None, m1: float | None) -> MarketPart:
    """A change split by the market's growth (大盘与自身); m0 and m1 are mean daily indices.

    >>> market_part(100.0, 150.0, 80.0, 100.0).own_effect
    25.0
    """
    known = np.isfinite(np.array([y0, y1, m0, m1], float)).all()
    if m0 is None or m1 is None or not known or m0 <= 0 or m1 < 0:
        raise FormulaError("retrospective.no_market_base", m0=m0, m1=m1)
    expected = y0 * m1 / m0
    return MarketPart(
        expected=expected,
        market_effect=expected - y0,
        own_effect=y1 - expected,
        own_growth=y1 / expected - 1 if expected else None,
        raw_growth=y1 / y0 - 1 if y0 else None,
    )


def _skipped(levels: Array) -> Array:
    later = np.maximum.accumulate(levels[:, ::-1], axis=1)[:, ::-1]
    return (levels == 0) & (later > 0)


def _ratios(levels: Array) -> Array:
    under = np.concatenate([np.ones((len(levels), 1)), levels[:, :-1]], axis=1)
    return np.divide(levels, under, out=np.full(levels.shape, np.nan), where=under > 0)


def _checked(x0: Array, x1: Array, least: float = 0) -> tuple[Array, Array]:
    x0, x1 = np.asarray(x0, float), np.asarray(x1, float)
    if np.any(x0 < least) or np.any(x1 < least) or not np.isfinite(x0.sum() + x1.sum()):
        raise FormulaError("retrospective.negative_factor")
    return x0, x1


def _numbers(facts: Mapping[str, float | None]) -> Array:
    missing = [name for name, value in facts.items() if value is None]
    if missing:
        raise FormulaError("retrospective.missing_factor", missing=missing)
    return np.array(list(facts.values()), float)

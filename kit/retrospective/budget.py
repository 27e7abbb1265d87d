"""Where the next yuan should go (预算再分配): the best split under bounds, for many draws at once.

Maximise the sum of concave responses under a total: every channel that is free to move has the
same marginal response, the multiplier; it is found by bisection with closed inverses (KKT).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from kit.errors import FormulaError

Array = np.ndarray
FORMS = ("power", "log", "linear_cap", "hill")
HALVINGS = 80  # of the logarithm of the price: relative precision under 1e-15


@dataclass(frozen=True)
class Curves:
    """Response curves, arrays (…, channels): form, scale a, shape b (a cap for linear_cap)."""

    form: Array
    a: Array
    b: Array


@dataclass(frozen=True)
class Allocation:
    """The best split of a budget; `binding` says which bound holds a channel, if any."""

    allocation: dict[str, float]
    total_response: float
    spent: float
    marginal: dict[str, float | None]
    shadow_price: float
    binding: dict[str, str | None]
    gain_vs_current: float | None


def response(curves: Curves, x: Array) -> Array:
    """Response to spend x (响应): power a x^b, log a ln(1+x/b), hill a x/(x+b), linear_cap."""
    power = curves.a * np.power(x, np.where(curves.form == "power", curves.b, 1.0))
    log = curves.a * np.log1p(x / curves.b)
    straight = curves.a * np.minimum(x, curves.b)
    return _choose(curves.form, power, log, straight, curves.a * x / (x + curves.b))


def marginal(curves: Curves, x: Array) -> Array:
    """Response of the next yuan (边际产出); infinite for a power curve at 0."""
    exponent = np.where(curves.form == "power", curves.b, 1.0) - 1
    with np.errstate(divide="ignore"):
        steep = np.power(np.asarray(x, float), exponent)
    steep = np.where(curves.a == 0, 0.0, steep)
    power = curves.a * (exponent + 1) * steep
    flat = np.where(x < curves.b, curves.a, 0.0)
    hill = curves.a * curves.b / (x + curves.b) ** 2
    return _choose(curves.form, power, curves.a / (curves.b + x), flat, hill)


def demanded(curves: Curves, price: Array) -> Array:
    """Spend at which the next yuan still brings `price` (给定边际下的花费), 0 or more."""
    ab = curves.a * curves.b
    free = np.where(curves.form == "power", 1 - curves.b, 1.0)
    with np.errstate(over="ignore"):
        power = np.power(ab / price, 1 / free)
    log = np.maximum(curves.a / price - curves.b, 0.0)
    flat = np.where(curves.a >= price, curves.b, 0.0)
    hill = np.maximum(np.sqrt(ab / price) - curves.b, 0.0)
    return _choose(curves.form, np.minimum(power, 1e300), log, flat, hill)


def best_split(
    curves: Curves, budget: Array | float, low: Array, high: Array, *, floor: Array | float = 0.0
) -> tuple[Array, Array]:
    """Best spend per channel (最优分配) and multiplier, over the last axis, for all draws at once.

    No channel gets money whose marginal response is under `floor`; the rest stays unspent.
    """
    budget = np.broadcast_to(np.asarray(budget, float), curves.a.shape[:-1])[..., None]

    def at(price: Array) -> Array:
        return np.clip(demanded(curves, price), low, high)

    lowest = np.maximum(np.broadcast_to(floor, budget.shape), 1e-12)
    cheap = lowest * np.ones(budget.shape)
    dear = np.full(budget.shape, 1e15)
    for _ in range(HALVINGS):
        middle = np.sqrt(cheap * dear)
        over = at(middle).sum(axis=-1, keepdims=True) > budget
        cheap = np.where(over, middle, cheap)
        dear = np.where(over, dear, middle)
    full = at(lowest)
    less = at(dear)
    slack = full.sum(axis=-1, keepdims=True) <= budget
    more = at(cheap) - less
    room = budget - less.sum(axis=-1, keepdims=True)
    share = np.clip(room / np.maximum(more.sum(axis=-1, keepdims=True), 1e-300), 0, 1)
    return np.where(slack, full, less + share * more), np.where(slack, 0.0, dear)[..., 0]


def allocate(
    channels: Mapping[str, Mapping[str, Any]], budget: float, *, mroi_floor: float | None = None
) -> Allocation:
    """Best split of `budget` over channels (预算分配) with bounds, multiplier and binding limits.

    channels : {name: {form, a, b | cap, min (0), max (none), current (optional)}}
    >>> root = {"form": "power", "b": 0.5}
    >>> best = allocate({"x": root | {"a": 3}, "y": root | {"a": 4}}, 100)
    >>> [round(v, 6) for v in best.allocation.values()]
    [36.0, 64.0]
    """
    names = list(channels)
    curves = _curves(channels)
    low = _field(channels, "min", 0.0)
    high = _field(channels, "max", np.inf)
    _possible(names, budget, low, high)
    x, price = best_split(curves, budget, low, high, floor=mroi_floor or 0.0)
    rates = [float(r) if np.isfinite(r) else None for r in marginal(curves, x)]
    total = float(response(curves, x).sum())
    current = [c["current"] for c in channels.values() if c.get("current") is not None]
    gain = None
    if len(current) == len(channels):
        if min(current) < 0:
            raise FormulaError("retrospective.bounds_crossed", channels=names)
        gain = total - float(response(curves, np.array(current, float)).sum())
    return Allocation(
        allocation=dict(zip(names, x.tolist(), strict=True)),
        total_response=total,
        spent=float(x.sum()),
        marginal=dict(zip(names, rates, strict=True)),
        shadow_price=float(price),
        binding=dict(zip(names, binding(x, low, high), strict=True)),
        gain_vs_current=gain,
    )


def binding(x: Array, low: Array, high: Array) -> list[str | None]:
    """Which bound holds each channel (触及的上下限): "min", "max" or None."""
    near = 1e-9 * np.maximum(1.0, np.abs(x))
    lower = np.where((x - low <= near) & (low > 0), "min", "")
    return [name or None for name in np.where(high - x <= near, "max", lower).tolist()]


def _curves(channels: Mapping[str, Mapping[str, Any]]) -> Curves:
    form = np.array([c.get("form") for c in channels.values()])
    a, b = _field(channels, "a", np.nan), _field(channels, "b", np.nan)
    b = np.where(form == "linear_cap", _field(channels, "cap", np.nan), b)
    sound = np.isin(form, FORMS) & (a >= 0) & (b > 0) & np.isfinite(a + b)
    bad = ~sound | ((form == "power") & (b >= 1)) if len(form) else np.array([True])
    if bad.any():
        named = [name for name, wrong in zip(channels, bad, strict=False) if wrong]
        raise FormulaError("retrospective.no_curve", channels=named)
    return Curves(form, a, b)


def _field(channels: Mapping[str, Mapping[str, Any]], name: str, default: float) -> Array:
    values = [c.get(name) for c in channels.values()]
    return np.array([default if v is None else v for v in values], float)


def _possible(names: list[str], budget: float, low: Array, high: Array) -> None:
    wrong = [n for n, lo, hi in zip(names, low, high, strict=True) if not 0 <= lo <= hi]
    if wrong:
        raise FormulaError("retrospective.bounds_crossed", channels=wrong)
    if not np.isfinite(budget) or low.sum() > budget * (1 + 1e-12):
        held = [n for n, lo in zip(names, low, strict=True) if lo > 0]
        facts = {"sum": float(low.sum()), "budget": budget, "channels": held}
        raise FormulaError("retrospective.minimums", **facts)


def _choose(form: Array, power: Array, log: Array, straight: Array, hill: Array) -> Array:
    kinds = [form == "power", form == "log", form == "linear_cap"]
    return np.select(kinds, [power, log, straight], hill)

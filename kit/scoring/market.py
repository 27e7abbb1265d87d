"""Raw beside adjusted (大盘调整): what the market did is not the specialist's doing, nor merit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kit.errors import FormulaError
from kit.stats.given import one_of

Array = np.ndarray


@dataclass(frozen=True)
class Rates:
    """Crude and standardised rates by person; `reversed` = pairs whose order the mix turned."""

    crude: dict[str, float | None]
    standardised: dict[str, float | None]
    reversed: tuple[tuple[str, str], ...]


def adjust_target(target: Any, assumed_growth: Any, observed_growth: Any, pass_through: Any) -> Any:
    """Target moved by the part of the market's change nobody expected (目标的大盘调整).

    target x (1 + pass_through x ((1 + observed) / (1 + assumed) - 1)); NaN where growth is missing.
    >>> adjust_target(500000, 0, 0.08, 0.5)
    520000.0
    """
    assumed = _number(assumed_growth)
    observed = _number(observed_growth)
    share = np.asarray(pass_through, float)
    if np.any(assumed <= -1) or np.any(observed < -1) or np.any((share < 0) | (share > 1)):
        facts = {"assumed": assumed_growth, "observed": observed_growth, "share": pass_through}
        raise FormulaError("scoring.impossible_growth", **facts)
    moved = _number(target) * (1 + share * ((1 + observed) / (1 + assumed) - 1))
    return float(moved) if moved.ndim == 0 else moved


def seasonal_normalise(raw: Sequence[float | None]) -> list[float | None]:
    """Seasonal factors (季节系数): each value over the mean of all; missing ones stay missing."""
    values = np.array(raw, float)
    mean = np.nanmean(values) if np.any(~np.isnan(values)) else 0.0
    if mean <= 0:
        raise FormulaError("scoring.no_season", mean=float(mean))
    return [None if np.isnan(v) else float(v / mean) for v in values]


def did(treated: tuple[Any, Any], control: tuple[Any, Any], scale: str) -> float | None:
    """Difference in differences (双重差分): (before, after) of both; "log" gives log points."""
    values = np.array([*treated, *control], float)
    if np.any(np.isnan(values)):
        return None
    if one_of(scale, ("level", "log")) == "log":
        if np.any(values <= 0):
            raise FormulaError("scoring.log_of_zero", found=values.tolist())
        values = np.log(values)
    return float((values[1] - values[0]) - (values[3] - values[2]))


def standardised_rate(strata: Mapping[str, Mapping[str, Sequence[float]]]) -> Rates:
    """Rates as if everybody had the same mix (直接标准化): a stratum weighs its share of all n.

    strata  : {stratum: {person: (events, n)}}
    Returns : None for a person without anything in a stratum that others have
    """
    people = list(dict.fromkeys(p for rows in strata.values() for p in rows))
    cells = [[rows.get(p) or (0, 0) for p in people] for rows in strata.values()]
    table = np.array(cells, float).reshape(len(strata), len(people), 2)
    crude, level = standardised(table[..., 0], table[..., 1])
    turned = [
        (people[i], people[j])
        for i in range(len(people))
        for j in range(i + 1, len(people))
        if (crude[i] - crude[j]) * (level[i] - level[j]) < 0
    ]
    return Rates(_named(people, crude), _named(people, level), tuple(turned))


def standardised(events: Array, n: Array) -> tuple[Array, Array]:
    """Crude and directly standardised rates per column of (strata, people) arrays."""
    if np.any(n < 0) or np.any(events < 0):
        raise FormulaError("scoring.negative_count", found=float(min(n.min(), events.min())))
    share = n.sum(axis=1, keepdims=True)
    crude = events.sum(axis=0) / positive(n.sum(axis=0))
    rates = np.where(share > 0, events / positive(n), 0.0)
    return crude, (rates * share).sum(axis=0) / positive(share.sum())


def _number(x: Any) -> Array:
    return np.asarray(np.nan if x is None else x, float)


def positive(x: Any) -> Array:
    """`x` where it may be divided by, else NaN."""
    return np.where(np.asarray(x) > 0, x, np.nan)


def _named(people: list[str], values: Array) -> dict[str, float | None]:
    return {p: None if np.isnan(v) else float(v) for p, v in zip(people, values, strict=True)}

"""Mix and rate (结构与比率): did the rates change, or only the weights of the parts? Simpson."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.errors import FormulaError
from kit.retrospective.search import Cells, Measure, cells, noise, over
from kit.scheme.sections import Retrospective

Array = np.ndarray
DEFAULT = Retrospective()
STILL = 1e-12  # differences below count as no move
SURE = 1.96  # standard errors, the normal 95 %: the total must have moved by more for a box
MIXED = ["measure", "dimension", "segments", "segment", "state", "before", "now", "mix", "rate"]
MIXED += ["delta", "se", "colour"]


@dataclass(frozen=True)
class MixRate:
    """Change of a ratio of sums split into mix and rate; None where a period has no denominator."""

    R0: float | None
    R1: float | None
    delta: float | None
    by: Mapping[str, Mapping[str, float | None]]
    mix_total: float | None
    rate_total: float | None
    simpson: bool


def split(num0: Array, den0: Array, num1: Array, den1: Array) -> tuple[Array, Array]:
    """Mix and rate parts per segment (结构效应与比率效应), segments on the first axis.

    Centred midpoint: mix = (s1 - s0)((r0 + r1)/2 - R), rate = (s0 + s1)/2 (r1 - r0), with
    R = (R0 + R1)/2. New segment: r0 := r1; gone: r1 := r0. They sum to R1 - R0.
    """
    s0, s1 = (over(d, d.sum(axis=0)) for d in (den0, den1))
    r0, r1 = over(num0, den0), over(num1, den1)
    middle = (over(num0.sum(axis=0), den0.sum(axis=0)) + over(num1.sum(axis=0), den1.sum(0))) / 2
    r0, r1 = np.where(np.isnan(r0), r1, r0), np.where(np.isnan(r1), r0, r1)
    r0, r1 = np.nan_to_num(r0, nan=0.0), np.nan_to_num(r1, nan=0.0)
    return (s1 - s0) * ((r0 + r1) / 2 - middle), (s0 + s1) / 2 * (r1 - r0)


def mix_rate(segments: Mapping[str, Mapping[str, float]]) -> MixRate:
    """Change of sum num / sum den split into mix and rate (结构-比率拆解), per segment.

    segments : {name: {num0, den0, num1, den1}}, den >= 0; num must be 0 where den is 0
    """
    names = ("num0", "den0", "num1", "den1")
    table = np.array([[s[n] for n in names] for s in segments.values()], float).reshape(-1, 4)
    num0, den0, num1, den1 = table.T
    stray = ((den0 == 0) & (num0 != 0)) | ((den1 == 0) & (num1 != 0))
    if np.any(den0 < 0) or np.any(den1 < 0) or np.any(stray) or not np.isfinite(table).all():
        raise FormulaError("retrospective.no_rate", segments=list(np.array([*segments])[stray]))
    if den0.sum() == 0 or den1.sum() == 0:
        nothing = {name: {"mix": None, "rate": None} for name in segments}
        r0, r1 = (over(n.sum(), d.sum()) for n, d in ((num0, den0), (num1, den1)))
        return MixRate(_none(r0), _none(r1), None, nothing, None, None, False)
    mix, rate = split(num0, den0, num1, den1)
    r0, r1 = num0.sum() / den0.sum(), num1.sum() / den1.sum()
    pairs = zip(segments, mix, rate, strict=True)
    by = {k: {"mix": float(m), "rate": float(r)} for k, m, r in pairs}
    return MixRate(
        R0=float(r0),
        R1=float(r1),
        delta=float(r1 - r0),
        by=by,
        mix_total=float(mix.sum()),
        rate_total=float(rate.sum()),
        simpson=reversed_by(num0, den0, num1, den1),
    )


def reversed_by(num0: Array, den0: Array, num1: Array, den1: Array) -> bool:
    """Whether every common segment moved one way and the total the other (辛普森反转)."""
    both = (den0 > 0) & (den1 > 0)
    moves = num1[both] / den1[both] - num0[both] / den0[both]
    total = num1.sum() / den1.sum() - num0.sum() / den0.sum()
    up = np.all(moves > STILL)
    down = np.all(moves < -STILL)
    return bool(len(moves) and ((up and total < -STILL) or (down and total > STILL)))


def simpson(
    table: pd.DataFrame,
    dims: Sequence[str],
    measures: Mapping[str, Measure],
    rules: Retrospective = DEFAULT,
) -> pd.DataFrame:
    """Mix against rate per measure, dimension and pair (结构与比率，辛普森检查): with se, colour.

    segment, state : the part with most mix, and whether it is gone, new, or its share moved
    colour : red when every common segment with enough data moved one way and the total the other;
    amber when mix outweighs rate with the opposite sign; both only where the total moved by more
    than SURE standard errors and `mix_noticed` of itself. Cells of a period without denominator
    drop out.
    """
    wanted = {column for num, den, _ in measures.values() for column in (num, den)}
    rows = [
        {"measure": name} | row
        for c in cells(table, dims, sorted(wanted))
        for name, measure in measures.items()
        if (row := _mixed(c, measure, rules))
    ]
    return pd.DataFrame(rows, columns=MIXED)


def _mixed(found: Cells, measure: Measure, rules: Retrospective) -> dict[str, Any] | None:
    """One line of `simpson`; None where a period has no denominator, or does not name the parts."""
    num, den, value = measure
    tops, bases = (found.sums[m].sum(axis=2) for m in (num, den))
    whole = bases.sum(axis=0)
    if (whole <= 0).any():
        return None
    blank = bases[found.blank].sum(axis=0) / whole
    if abs(blank[1] - blank[0]) > rules.mix_noticed:
        return None
    tops = np.where(bases > 0, tops, 0)
    sums = (tops[:, 0], bases[:, 0], tops[:, 1], bases[:, 1])
    each = split(*sums)
    mix, rate = (float(part.sum()) for part in each)
    top = int(np.argmax(np.abs(each[0])))
    state = "gone" if bases[top, 1] <= 0 else "new" if bases[top, 0] <= 0 else "share"
    se = _whole_error(found, measure, tops)
    few = (bases > 0).all(axis=1) & (tops.min(axis=1) < rules.segment_least * value)
    before, now = (float(x) for x in tops.sum(axis=0) / whole)
    least = max(rules.mix_noticed * before, SURE * se)
    turned = reversed_by(*(part[~few] for part in sums))
    return {
        "dimension": " × ".join(found.dimension),
        "segments": len(bases),
        "segment": found.names[top],
        "state": state,
        "before": before,
        "now": now,
        "mix": mix,
        "rate": rate,
        "delta": mix + rate,
        "se": se,
        "colour": _colour(mix, rate, least, turned),
    }


def _colour(mix: float, rate: float, least: float, turned: bool) -> str:
    """Red where every part went the other way, amber where the mix outweighs the rate (颜色)."""
    if abs(mix + rate) <= least:  # not proved that it moved; why it did is arithmetic
        return ""
    if turned and rate * (mix + rate) < 0:
        return "red"
    return "amber" if abs(mix) > abs(rate) and mix * rate < 0 else ""


def _whole_error(found: Cells, measure: Measure, tops: np.ndarray) -> float:
    """Standard error of the change of the whole rate (整体变化的标准误), from its parts' days."""
    num, den, value = measure
    bases = found.sums[den].sum(axis=2)
    a, b = noise(found.sums[num], found.sums[den], value)
    spread = np.nansum(over(found.sums[den], bases[:, :, None]) ** 2, axis=2)
    var = np.nansum(over(a * tops + b * tops**2 * spread, bases**2), axis=1)
    return float(np.sqrt(np.sum((bases / bases.sum(axis=0)).mean(axis=1) ** 2 * var)))


def ratio_aggregate(rows: list[dict[str, Any]], num: str, den: str) -> dict[str, float | None]:
    """Ratio of sums (先求和再相除), and for contrast the mean of the row ratios.

    >>> ratio_aggregate([{"r": 9, "s": 2}, {"r": 1, "s": 2}], "r", "s")["value"]
    2.5
    """
    pairs = [(row.get(num), row.get(den)) for row in rows]
    known = np.array([p for p in pairs if None not in p], float).reshape(-1, 2)
    some = known[known[:, 1] != 0]
    mean = float((some[:, 0] / some[:, 1]).mean()) if len(some) else None
    top, under = known.sum(axis=0)
    return {"value": float(top / under) if under else None, "wrong_mean_of_ratios": mean}


def _none(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None

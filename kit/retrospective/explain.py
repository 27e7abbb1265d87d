"""Why a figure changed between any two DataFrames (任意两段的变化): mix, rate, segments, intervals.

The parts of all segments add up to the change. Intervals come from leaving out one group of rows at
a time (delete-a-group jackknife), so that they hold for mix and rate alike, whatever the column.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from kit.data.frames import Kind, checked
from kit.errors import DataError
from kit.retrospective.mix import reversed_by, split

Array = np.ndarray
GROUPS = 50  # of rows, left out one at a time: an error to about 10 %
LEVEL = 0.95
PARTS = ("mix", "rate", "change")


@dataclass(frozen=True)
class Change:
    """What moved a figure (变化的来源).

    total    : before, after, change with change_low, change_high, and mix, rate each with its ends
    segments : a row a segment: the columns of `by`, before, after (its own rate, NaN where it has
               no denominator; without `bottom` its sum), share_before, share_after of the
               denominator, mix, rate, change = mix + rate, each with _low and _high; largest
               first. The column `change` sums to that of `total`
    simpson  : every segment that both hold moved one way, and the total the other (辛普森反转)
    """

    total: pd.Series
    segments: pd.DataFrame
    simpson: bool


def explain_change(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    by: Hashable | Sequence[Hashable],
    top: Hashable,
    bottom: Hashable | None = None,
    day: Hashable | None = None,
) -> Change:
    """Mix and rate of the change between any two DataFrames (结构与比率), by segment.

    before, after : rows of any kind, as days of campaigns; both with the columns named
    by       : one column or several; a segment is what they hold together
    top, bottom : columns of numerator and denominator (sum over sum); without `bottom` the sum of
               `top` is explained, and all of it is "rate": sums have no mix. `bottom` at least 0
    day      : column of days, where rows of one day are not independent; else rows are the units
    Returns  : `Change`; mix: the shares of the segments moved, rate: the segments themselves moved
    Missing  : an empty cell is refused, as is a numerator in a segment without denominator; an
               interval is NaN with fewer than 3 units on one of the sides
    Errors   : DataError with column, type, row and remedy, in both languages
    Source   : centred midpoint decomposition (`kit.retrospective.mix`); Shao and Tu (1995), The
               Jackknife and Bootstrap, 2.3: delete-a-group errors, t with groups − 1
    >>> may = pd.DataFrame({"shop": ["A", "B"], "orders": [10, 40], "clicks": [100, 100]})
    >>> june = pd.DataFrame({"shop": ["A", "B"], "orders": [33, 42], "clicks": [300, 100]})
    >>> found = explain_change(may, june, by="shop", top="orders", bottom="clicks")
    >>> found.segments[["shop", "mix", "rate", "change"]].round(4).values.tolist()
    [['B', -0.0478, 0.0075, -0.0403], ['A', -0.0284, 0.0062, -0.0222]]
    >>> round(float(found.total["change"]), 4), found.simpson
    (-0.0625, True)
    """
    keys = list(by) if isinstance(by, (list, tuple, pd.Index)) else [by]
    if not keys:
        raise DataError("retrospective.any.no_segments")
    roles: dict[str, tuple[Hashable, Kind]] = {
        f"by{n}": (k, Kind.LABEL) for n, k in enumerate(keys)
    }
    roles |= {"top": (top, Kind.NUMBER)}
    roles |= {} if bottom is None else {"bottom": (bottom, Kind.AMOUNT)}
    roles |= {} if day is None else {"day": (day, Kind.DAY)}
    sides = [checked(f, roles, name=n) for f, n in ((before, "before"), (after, "after"))]
    for rows, name in zip(sides, ("before", "after"), strict=True):
        _divisible(rows, name, bottom)
    codes, names = _segments(sides, len(keys))
    groups = [_grouped(rows, code, len(names)) for rows, code in zip(sides, codes, strict=True)]
    return _change(groups, names.set_axis(keys, axis=1), bottom is not None)


def _divisible(rows: pd.DataFrame, name: str, bottom: Hashable | None) -> None:
    """Refuse a side whose denominators sum to 0."""
    if bottom is not None and rows["bottom"].sum() <= 0:
        raise DataError("frames.nothing_to_divide", column=str(bottom), found=[name])


def _segments(sides: list[pd.DataFrame], n: int) -> tuple[list[Array], pd.DataFrame]:
    """Code of each row's segment on both sides, and the names of the segments."""
    columns = [f"by{i}" for i in range(n)]
    whole = pd.concat([rows[columns] for rows in sides], ignore_index=True)
    code = whole.groupby(columns, sort=True).ngroup().to_numpy()
    names = whole.assign(code=code).drop_duplicates("code").sort_values("code")[columns]
    return [code[: len(sides[0])], code[len(sides[0]) :]], names.reset_index(drop=True)


def _grouped(rows: pd.DataFrame, code: Array, n: int) -> tuple[Array, Array]:
    """Sums of top and bottom, (segments, groups); the groups of rows or days to leave out."""
    unit = pd.factorize(rows["day"], sort=True)[0] if "day" in rows else np.arange(len(rows))
    groups = min(GROUPS, int(unit.max()) + 1)
    place = code * groups + unit % groups
    weights = rows.get("bottom")
    sums = [
        np.bincount(place, None if w is None else w.to_numpy(), n * groups).reshape(n, groups)
        for w in (rows["top"], weights)
    ]
    return sums[0], sums[1]


def _change(groups: list[tuple[Array, Array]], names: pd.DataFrame, ratio: bool) -> Change:
    """The decomposition of the sums, with errors from leaving out one group at a time."""
    whole = [tuple(part.sum(axis=1) for part in side) for side in groups]
    (num0, den0), (num1, den1) = whole
    if ratio:
        _explained(names, whole)
    point = _parts(num0, den0, num1, den1, ratio)
    errors, df = _errors(groups, whole, ratio)
    half = -stdtrit(df, (1 - LEVEL) / 2) * errors if df > 0 else np.full(errors.shape, np.nan)
    segments = names.assign(**_own(whole, ratio))
    for k, part in enumerate(PARTS):
        segments[part] = point[:-1, k]
        segments[f"{part}_low"] = point[:-1, k] - half[:-1, k]
        segments[f"{part}_high"] = point[:-1, k] + half[:-1, k]
    level = [n.sum() / d.sum() if ratio else n.sum() for n, d in whole]
    total = {"before": level[0], "after": level[1]}
    for k, part in enumerate(PARTS):
        ends = {"low": point[-1, k] - half[-1, k], "high": point[-1, k] + half[-1, k]}
        total |= {part: point[-1, k]} | {f"{part}_{end}": x for end, x in ends.items()}
    order = segments["change"].abs().sort_values(ascending=False, kind="stable").index
    turned = ratio and reversed_by(num0, den0, num1, den1)
    return Change(pd.Series(total), segments.loc[order].reset_index(drop=True), turned)


def _explained(names: pd.DataFrame, whole: list[Any]) -> None:
    """Refuse a segment with a numerator but no denominator: its part of the change has no rate."""
    for side, (num, den) in zip(("before", "after"), whole, strict=True):
        stray = (den == 0) & (num != 0)
        if stray.any():
            first = [str(x) for x in names[stray].iloc[0]]
            facts = {"name": side, "segment": first, "count": int(stray.sum())}
            raise DataError("retrospective.any.no_denominator", **facts)


def _parts(num0: Array, den0: Array, num1: Array, den1: Array, ratio: bool) -> Array:
    """Mix, rate and change by segment, the total in the last row; more axes are carried along."""
    if ratio:
        mix, rate = split(num0, den0, num1, den1)
    else:
        mix, rate = np.zeros(np.broadcast(num0, num1).shape), num1 - num0
    parts = np.stack([mix, rate, mix + rate], axis=1)
    return np.concatenate([parts, parts.sum(axis=0, keepdims=True)])


def _errors(groups: list[tuple[Array, Array]], whole: list[Any], ratio: bool) -> tuple[Array, int]:
    """Standard errors of `_parts` and their degrees of freedom; the two sides are independent."""
    variance = 0.0
    sizes = [side[0].shape[1] for side in groups]
    for k, (num, den) in enumerate(groups):
        less = [w[:, None] - part for w, part in zip(whole[k], (num, den), strict=True)]
        other = [part[:, None] for part in whole[1 - k]]
        sides = [less, other] if k == 0 else [other, less]
        (num0, den0), (num1, den1) = sides
        left = _parts(num0, den0, num1, den1, ratio)
        n = sizes[k]
        # a sum grows with its rows: what is left out is made up for
        left = left if ratio else _scaled(left, whole, k, n)
        rest = left - left.mean(axis=-1, keepdims=True)
        variance = variance + (n - 1) / n * np.sum(rest**2, axis=-1)
    return np.sqrt(variance), min(sizes) - 1 if min(sizes) > 2 else 0


def _scaled(left: Array, whole: list[Any], side: int, n: int) -> Array:
    """Changes of sums with one group left out, that side's sum scaled up by n / (n − 1)."""
    kept = np.append(whole[1 - side][0], whole[1 - side][0].sum())[:, None]
    sign = 1 if side else -1
    sums = sign * left[:, 2] + kept
    change = sign * (sums * n / (n - 1) - kept) if n > 1 else left[:, 2]
    return np.stack([np.zeros(change.shape), change, change], axis=1)


def _own(whole: list[Any], ratio: bool) -> dict[str, Array]:
    """Each segment's own figure and share of the denominator, before and after."""
    found = {}
    for side, (num, den) in zip(("before", "after"), whole, strict=True):
        under = np.where(den > 0, den, np.nan)
        found[side] = num / under if ratio else num
        found[f"share_{side}"] = den / den.sum() if ratio else np.full(len(num), np.nan)
    return found

"""Like with like (可比): periods of a person are compared on what all of them measured, or not.

A total that lacks an indicator tells something else than one that has it: without 360 most people
stand higher. So the newest period is taken, and each one before it joins as long as what all of
them measured keeps enough of the weight; all are then summed on that alone, by the scheme's own
rule for what is missing. A period that would leave too little is shown, and not compared.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.scheme import Scheme
from kit.scoring.grid import half_up, most
from kit.scoring.totals import Shape, shape, weighted
from kit.scoring.weights import used

Array = np.ndarray
KEYS = ["period_id", "specialist_id"]


@dataclass(frozen=True)
class Cube:
    """Indicators of several periods, periods × people × indicators; NaN where nothing is."""

    index: pd.MultiIndex
    names: list[str]
    weight: Array
    points: Array
    se: Array
    total: Array

    @property
    def known(self) -> Array:
        """What was measured in a period that has a total."""
        return ~np.isnan(self.points) & ~np.isnan(self.total)[..., None]


def alike(
    totals: pd.DataFrame, rows: pd.DataFrame, scheme: Scheme, *, kind: str, least: float
) -> pd.DataFrame:
    """Totals of several periods on what all of them measured (同口径总分), a row as in `totals`.

    totals : period_id, specialist_id, total, se, ci_low, ci_high; periods in their order
    rows   : indicators of the same periods: weight, points, contribution_se
    least  : share of the weight that the compared periods must have in common
    Returns : `totals` with total, printed, se, ci_low, ci_high as compared; `whole` (the period's
              own total), `basis` (share of the weight compared on), `narrowed` (less than the
              period measured), `lacks` (indicators left out); a period that is not compared has
              total NaN, `apart` True. `least_total`, `most_total`: what the period could have had
              at the ends of everything it lacks; equal where it lacks nothing.
    """
    cube = _cube(totals, rows)
    (common, inside) = _common(cube, least)
    form = shape(scheme, cube.names, kind)
    parts = [_period(scheme, form, cube, k, common) for k in range(len(cube.total))]
    found = {n: np.stack([p[n] for p in parts]) for n in parts[0]} if parts else {}
    told = pd.DataFrame({n: x.reshape(-1) for n, x in found.items()}, cube.index)
    told["basis"], told["lacks"] = _basis(cube, common)
    told["inside"] = inside.reshape(-1)
    told = told.reindex(pd.MultiIndex.from_frame(totals[KEYS])).set_index(totals.index)
    now = told["inside"].astype(bool) & totals["total"].notna()
    out = totals.assign(whole=totals["total"], apart=totals["total"].notna() & ~now)
    ends = {"total": totals["total"] + told["moved"]}
    ends |= {
        end: ends["total"] + (totals[end] - totals["total"]) * told["scale"]
        for end in ("ci_low", "ci_high")
        if end in totals
    }
    ends["se"] = totals["se"] * told["scale"]
    same = ~told["narrowed"].astype(bool)
    ends = {end: totals[end].where(same, x).where(now) for end, x in ends.items()}
    printed = half_up(ends["total"].to_numpy(float), scheme.rounding.total)
    keep = ["basis", "lacks", "narrowed", "least_total", "most_total"]
    return out.assign(**ends, printed=printed, **told[keep])


def _cube(totals: pd.DataFrame, rows: pd.DataFrame) -> Cube:
    """The frames as arrays; indicators in the order in which they first stand."""
    periods = list(dict.fromkeys(totals["period_id"]))
    people = list(dict.fromkeys(totals["specialist_id"]))
    names = list(dict.fromkeys(rows["indicator"]))
    place = [
        pd.Index(k).get_indexer(pd.Index(rows[c]))
        for k, c in ((periods, KEYS[0]), (people, KEYS[1]), (names, "indicator"))
    ]
    there = (np.stack(place) >= 0).all(axis=0)
    at = tuple(p[there] for p in place)
    size = (len(periods), len(people), len(names))
    (weight, points, se) = np.zeros(size), np.full(size, np.nan), np.zeros(size)
    weight[at] = rows["weight"].to_numpy(float)[there]
    points[at] = rows["points"].to_numpy(float)[there]
    if "contribution_se" in rows:
        se[at] = np.nan_to_num(rows["contribution_se"].to_numpy(float)[there])
    index = pd.MultiIndex.from_product([periods, people], names=KEYS)
    own = totals.set_index(KEYS)["total"].reindex(index).to_numpy(float)
    return Cube(index, names, weight, points, se, own.reshape(size[:2]))


def _newest(cube: Cube) -> Array:
    """Weights of each person's newest period with a total (最近一期权重), people × indicators."""
    out = np.zeros(cube.weight.shape[1:])
    for weight, total in zip(cube.weight, cube.total, strict=True):
        out = np.where(np.isnan(total)[:, None], out, weight)
    return out


def _common(cube: Cube, least: float) -> tuple[Array, Array]:
    """What all compared periods measured, people × indicators, and which periods those are."""
    known = cube.known
    ref = _newest(cube)
    whole = (ref * known.any(axis=0)).sum(axis=1)
    common = np.ones(known.shape[1:], bool)
    inside = np.zeros(known.shape[:2], bool)
    for k in range(len(known) - 1, -1, -1):
        both = common & known[k]
        enough = (ref * both).sum(axis=1) >= least * whole - 1e-9
        inside[k] = enough & both.any(axis=1)
        common = np.where(inside[k][:, None], both, common)
    return common & known.any(axis=0), inside


def _basis(cube: Cube, common: Array) -> tuple[Array, list[tuple[str, ...]]]:
    """Share of the weight compared on, and the indicators measured somewhere that it leaves out."""
    ref = _newest(cube)
    whole = ref.sum(axis=1)
    share = (ref * common).sum(axis=1) / np.where(whole > 0, whole, np.nan)
    out = cube.known.any(axis=0) & ~common
    lacks = [tuple(n for n, gone in zip(cube.names, row, strict=True) if gone) for row in out]
    k = len(cube.total)
    return np.tile(share, k), lacks * k


def _period(scheme: Scheme, form: Shape, cube: Cube, k: int, common: Array) -> dict[str, Array]:
    """One period of all people: how its total moves on the common ground, and its widest ends."""
    score = cube.points[k]
    known = cube.known[k]
    (own, _) = used(cube.weight[k], known, form.paths)
    (then, _) = used(cube.weight[k], common & known, form.paths)
    before = weighted(scheme, form, own, score)
    spread = np.where(own > 0, then / np.where(own > 0, own, 1), 0) * cube.se[k]
    (now, was) = ((part**2).sum(axis=1) for part in (spread, cube.se[k]))
    (least, most_) = _ends(scheme, form, cube, k)
    extra = np.nan_to_num(cube.total[k] - before)
    return {
        "moved": weighted(scheme, form, then, score) - before,
        "scale": np.sqrt(np.where(was > 0, now / np.where(was > 0, was, 1), 1)),
        "narrowed": (known & ~common).any(axis=1),
        "least_total": least + extra,
        "most_total": most_ + extra,
    }


def _ends(scheme: Scheme, form: Shape, cube: Cube, k: int) -> tuple[Array, Array]:
    """The total if everything that the period lacks had been worst, and best (缺项的上下限)."""
    score = cube.points[k]
    ever = ~np.isnan(cube.points).all(axis=0)
    (weight, _) = used(cube.weight[k], ever, form.paths)
    lacks = ever & np.isnan(score)
    top = np.array([most(scheme, name) for name in cube.names])
    low = np.minimum(0, np.nanmin(np.append(cube.points.ravel(), 0.0)))
    there = np.nansum(weight * score, axis=1)
    there = np.where(np.isnan(score).all(axis=1), np.nan, there)
    return tuple(there + (weight * lacks) @ end for end in (np.full(len(top), low), top))


def note(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """What a reader of compared periods must know (可比说明), a record a kind.

    kind : narrowed (compared on `basis` of the weight, without `lacks`), apart (periods not
           compared, `periods`); `people` says for whom
    """
    rows = frame[frame["whole"].notna()]
    found = []
    less = rows[rows["narrowed"] & ~rows["apart"]].drop_duplicates("specialist_id")
    for (basis, lacks), part in less.groupby([less["basis"].round(4), "lacks"], sort=False):
        people = part["specialist_id"].tolist()
        found.append({"kind": "narrowed", "basis": basis, "lacks": lacks, "people": people})
    for period, part in rows[rows["apart"]].groupby("period_id", sort=False):
        people = part["specialist_id"].tolist()
        found.append({"kind": "apart", "periods": period, "people": people})
    return found

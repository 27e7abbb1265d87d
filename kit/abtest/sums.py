"""Means and ratios from sums alone (由汇总量检验): one pass over the users serves every test.

Per arm n, the sums and the sums of products of the columns are enough for Welch, the delta method
and CUPED; where the sums come from (lists, a data frame, an engine) does not matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, compress

import narwhals as nw
import numpy as np
import pandas as pd

from kit.abtest.users import Arm, Comparison, welch
from kit.data.store.engine import collect
from kit.errors import FormulaError

Array = np.ndarray


@dataclass(frozen=True)
class Sums:
    """Sufficient sums of one arm (充分统计量): n, Σx per column, Σxy per pair of columns."""

    n: int
    names: tuple[str, ...]
    total: Array
    cross: Array


@dataclass(frozen=True)
class Cells:
    """Users folded to sums (按格汇总): a row of `keys` (variant, stratum, day) for each Sums."""

    keys: pd.DataFrame
    sums: tuple[Sums, ...]
    twice: int = 0  # users in two variants, left out
    negative: tuple[str, ...] = ()  # columns with figures below 0

    def __len__(self) -> int:
        return len(self.sums)

    def kept(self, rows: Array) -> "Cells":
        """The cells marked in `rows`."""
        return replace(
            self, keys=self.keys[rows].reset_index(drop=True), sums=tuple(compress(self.sums, rows))
        )

    def total(self, rows: Array) -> Sums:
        """One Sums of the cells marked in `rows`."""
        part = list(compress(self.sums, rows))
        names = self.sums[0].names
        whole = (sum(getattr(s, k) for s in part) for k in ("total", "cross"))
        return Sums(sum(s.n for s in part), names, *map(np.asarray, whole))


@dataclass(frozen=True)
class Cuped:
    """Comparison after CUPED beside the plain one; imbalance_p tests the pre-period itself."""

    adjusted: Comparison
    plain: Comparison
    theta: float
    variance_ratio: float | None
    imbalance_p: float | None
    sign_flip: bool


def sums_of(columns: Mapping[str, Sequence[float] | Array]) -> Sums:
    """Sums of complete rows (求和一次，供各检验用)."""
    if len({len(values) for values in columns.values()}) > 1:
        raise FormulaError("abtest.bad_values", n=min(map(len, columns.values())), missing=0)
    rows = np.asarray(list(columns.values()), float)
    return Sums(rows.shape[1], tuple(columns), rows.sum(axis=1), rows @ rows.T)


def sums_given(
    n: int, names: tuple[str, ...], total: Sequence[float], cross: Sequence[Sequence[float]]
) -> Sums:
    """Sums that somebody else added up (现成的汇总量), checked for being possible."""
    sums = Sums(n, names, np.asarray(total, float), np.asarray(cross, float))
    square = np.diag(sums.cross)
    known = np.all(np.isfinite(sums.total)) and np.all(np.isfinite(sums.cross))
    if not known or n < 1 or np.any(square * n < sums.total**2 * (1 - 1e-12)):
        raise FormulaError("abtest.bad_sums", n=n, total=list(total), squares=square.tolist())
    return sums


def sums_by(table: nw.LazyFrame, by: Sequence[str], names: Sequence[str]) -> Cells:
    """Sums of complete rows per value of `by`, in one pass inside the engine (引擎内一次汇总).

    table : lazy, from `kit.data.store.engine`; nothing but one row per cell leaves the engine
    """
    pairs = list(combinations_with_replacement(names, 2))
    value = {name: nw.col(name).cast(nw.Float64) for name in names}
    asked = {f"sum_{a}": value[a].sum() for a in names}
    asked |= {f"sum_{a}_{b}": (value[a] * value[b]).sum() for a, b in pairs}
    whole = table.filter(*(~nw.col(name).is_null() for name in (by[0], *names)))
    found = collect(whole.group_by(*by).agg(n_rows=nw.len(), **asked).sort(*by))
    made = []
    for row in found.to_dict("records"):
        cross = np.array(
            [[row.get(f"sum_{a}_{b}", row.get(f"sum_{b}_{a}")) for b in names] for a in names],
            float,
        )
        total = np.array([row[f"sum_{a}"] for a in names], float)
        made.append(Sums(int(row["n_rows"]), tuple(names), total, cross))
    return Cells(found[list(by)], tuple(made))


def functional(sums: Sums, weights: Mapping[str, float]) -> Arm:
    """Arm of a weighted sum of columns (线性组合的均值与方差), e.g. a linearised ratio."""
    if sums.n <= 0:
        raise FormulaError("abtest.bad_arm", n=sums.n, mean=0, variance=0)
    w = np.array([weights.get(name, 0.0) for name in sums.names])
    mean = sums.total / sums.n
    spread = w @ (sums.cross - sums.n * np.outer(mean, mean)) @ w / max(1, sums.n - 1)
    return Arm(sums.n, float(w @ mean), max(0.0, float(spread)))


def line(sums: Sums, numerator: str, denominator: str | None) -> tuple[float, dict[str, float]]:
    """Value of a mean or a ratio of sums, and the weights that linearise it (delta 法).

    Deng, Knoblich, Lu (2018): (x - r y) / mean(y) has the variance of the ratio r, per unit.
    """
    total = dict(zip(sums.names, sums.total, strict=True))
    if sums.n <= 0 or (denominator and total[denominator] <= 0):
        raise FormulaError("abtest.no_units", n=sums.n, denominator=denominator or "n")
    if denominator is None:
        return float(total[numerator] / sums.n), {numerator: 1.0}
    ratio = float(total[numerator] / total[denominator])
    per_unit = total[denominator] / sums.n
    return ratio, {numerator: 1 / per_unit, denominator: -ratio / per_unit}


def ratio_delta(
    control: Sums,
    treatment: Sums,
    numerator: str,
    denominator: str | None,
    *,
    alpha: float = 0.05,
    better: str = "higher",
) -> Comparison:
    """Mean or ratio of sums per arm, units independent (比率指标): delta variance, then Welch."""
    arms = []
    for sums in (control, treatment):
        value, weights = line(sums, numerator, denominator)
        arms.append(Arm(sums.n, value, functional(sums, weights).variance))
    method = "ratio_delta" if denominator else "welch"
    return welch(arms[0], arms[1], alpha=alpha, better=better, method=method)


def cuped(
    control: Sums,
    treatment: Sums,
    metric: tuple[str, str | None],
    pre: tuple[str, str | None],
    *,
    alpha: float = 0.05,
    better: str = "higher",
) -> Cuped:
    """CUPED (Deng, Xu, Kohavi, Walker 2013; 用前期数据减方差) of a mean or a ratio, from sums.

    metric, pre : (numerator, denominator or None) now and in the pre-period
    theta       : over both arms put together, around the overall means
    """
    both = _together(control, treatment)
    (_, now) = line(both, *metric)
    (level, before) = line(both, *pre)
    plain = ratio_delta(control, treatment, *metric, alpha=alpha, better=better)
    history = ratio_delta(control, treatment, *pre, alpha=alpha)
    spread_now = functional(both, now).variance
    spread_pre = functional(both, before).variance
    if spread_pre == 0:
        return Cuped(plain, plain, 0.0, None, None, False)
    joint = functional(both, _plus(now, before)).variance - spread_now - spread_pre
    theta = joint / 2 / spread_pre
    arms = []
    for sums in (control, treatment):
        (value, here) = line(sums, *metric)
        (past, then) = line(sums, *pre)
        variance = functional(sums, _plus(here, then, -theta)).variance
        arms.append(Arm(sums.n, value - theta * (past - level), variance))
    adjusted = welch(arms[0], arms[1], alpha=alpha, better=better, method="cuped")
    left = functional(both, _plus(now, before, -theta)).variance
    flip = adjusted.effect * plain.effect < 0
    return Cuped(
        adjusted, plain, theta, left / spread_now if spread_now else None, history.p_value, flip
    )


def _together(one: Sums, other: Sums) -> Sums:
    """Sums of two arms put together (两组合计)."""
    return Sums(one.n + other.n, one.names, one.total + other.total, one.cross + other.cross)


def _plus(one: Mapping[str, float], other: Mapping[str, float], by: float = 1) -> dict[str, float]:
    return {k: one.get(k, 0.0) + by * other.get(k, 0.0) for k in {**one, **other}}

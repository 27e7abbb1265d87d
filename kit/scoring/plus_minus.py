"""Plus and minus points, vetoes (加减分、一票否决): what is added to a weighted total, and why.

Approved rows of the table `adjustments` count, each kind up to its most; a kind may also take its
points from an indicator by a rule. All together stay inside the scheme's limits.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.data.store.engine import collect
from kit.params import span_of
from kit.scheme import Scheme
from kit.scheme.adjustments import Adjustment
from kit.scoring import grid as grids
from kit.scoring.panel import Panel
from kit.scoring.totals import limited

if TYPE_CHECKING:
    from kit.data.tables import Tables

Array = np.ndarray
COLUMNS = [
    "specialist_id",
    "kind",
    "times",
    "points",
    "counted",
    "reason",
    "note",
    "evidence",
    "entered_by",
    "approved_by",
    "file",
    "row",
]


@dataclass(frozen=True)
class PlusMinus:
    """Points outside the weights (加减分), one figure a person.

    rows : a row per line of the table, or per kind that follows an indicator; fixed : points of
    rows; sums : all points inside the limits; cap : index of the best grade left; veto : the total
    that a veto sets, else NaN; kinds, lines : kinds that follow an indicator, and their figures
    """

    rows: pd.DataFrame
    fixed: Array
    sums: Array
    cap: Array
    veto: Array
    kinds: tuple[Adjustment, ...]
    lines: "grids.Grid | None"
    scheme: Scheme
    people: tuple[str, ...]

    def applied(self, total: Array) -> Array:
        """Totals with plus and minus points, inside the scheme's limits, then any veto."""
        return self._final(total + self.sums)

    def drawn(self, total: Array, points: list[Array]) -> Array:
        """The same for draws, people × draws; `points` of each line, as drawn."""
        parts = [clipped(k, np.nan_to_num(p)) for k, p in zip(self.kinds, points, strict=True)]
        both = sum(parts, np.broadcast_to(self.fixed[:, None], total.shape))
        return self._final(total + bounded(self.scheme, both))

    def of(self, who: str) -> "PlusMinus":
        """One person's points alone (本人加减分), as they stand."""
        one = [self.people.index(who)]
        return replace(
            self,
            sums=self.sums[one],
            cap=self.cap[one],
            veto=self.veto[one],
        )

    def _final(self, total: Array) -> Array:
        veto = self.veto if total.ndim == 1 else self.veto[:, None]
        told = limited(self.scheme, total)
        return np.where(np.isnan(veto) | np.isnan(total), told, veto)

    @property
    def free(self) -> Array:
        """People × lines: 1 where a line's points still move the total, 0 where a limit holds."""
        if self.lines is None:
            return np.zeros((len(self.sums), 0))
        score = np.nan_to_num(self.lines.points)
        held = [clipped(k, score[:, i]) != score[:, i] for i, k in enumerate(self.kinds)]
        whole = self.fixed + sum(clipped(k, score[:, i]) for i, k in enumerate(self.kinds))
        inside = bounded(self.scheme, whole) == whole
        return np.where(np.stack(held, 1) | ~inside[:, None], 0.0, 1.0)

    @property
    def most(self) -> Array:
        """The furthest up that the points can go (加分上限), a person each."""
        up = [clipped(k, np.array(grids.most(self.scheme, k.by or ""))) for k in self.kinds]
        return np.asarray(bounded(self.scheme, self.fixed + sum(np.maximum(u, 0) for u in up)))


def nothing(scheme: Scheme, people: tuple[str, ...]) -> PlusMinus:
    """No plus or minus points for anybody (没有加减分)."""
    n = len(people)
    none = np.zeros(n)
    rows = pd.DataFrame(columns=COLUMNS).astype({"counted": bool})
    return PlusMinus(
        rows, none, none, np.zeros(n, int), np.full(n, np.nan), (), None, scheme, people
    )


def plus_minus(tables: "Tables", data: Panel) -> PlusMinus:
    """Plus and minus points of the panel's people and days (加减分); no rows add nothing."""
    scheme = tables.scheme
    if not scheme.adjustments:
        return nothing(scheme, data.people)
    rows = _rows(tables, data)
    fixed, cap, veto = _entered(scheme, rows, data.people)
    kinds = {n: k for n, k in scheme.adjustments.items() if k.by}
    ruled = _ruled(scheme, kinds)
    lines = None
    whole = fixed
    if kinds:
        names = [str(kind.by) for kind in kinds.values()]
        lines = grids.grid(tables, data, names, ruled)
        score = np.nan_to_num(lines.points)
        parts = [clipped(k, score[:, i]) for i, k in enumerate(kinds.values())]
        whole = fixed + sum(parts)
        rows = pd.concat([rows, _followed(kinds, lines, data.people)], ignore_index=True)
    sums = bounded(scheme, whole)
    return PlusMinus(rows, fixed, sums, cap, veto, tuple(kinds.values()), lines, ruled, data.people)


def clipped(kind: Adjustment, points: Array) -> Array:
    """Points of one kind up to its most (单项封顶)."""
    if kind.most is None:
        return points
    return np.maximum(points, kind.most) if kind.most < 0 else np.minimum(points, kind.most)


def bounded(scheme: Scheme, points: Array) -> Array:
    """All points together inside the scheme's limits (合计封顶)."""
    limits = scheme.adjustment_limits
    return np.asarray(
        points
        if limits.plus is limits.minus is None
        else np.clip(points, limits.minus, limits.plus)
    )


def _ruled(scheme: Scheme, kinds: dict[str, Adjustment]) -> Scheme:
    """The scheme in which each followed indicator has the adjustment's rule."""
    own = {
        k.by: scheme.indicators[k.by].model_copy(update={"rule": k.rule})
        for k in kinds.values()
        if k.by
    }
    return scheme.model_copy(update={"indicators": scheme.indicators | own}) if own else scheme


def _rows(tables: "Tables", data: Panel) -> pd.DataFrame:
    """Rows of the table that are about the days, `counted` once approved, with their place."""
    if not tables.has("adjustments"):
        return nothing(tables.scheme, ()).rows
    found = _written(tables, data)
    last = data.days[-1]
    late = pd.to_datetime(found["on"]) > last if last < pd.Timestamp(tables.period.end) else False
    approved = found["approved_by"].fillna("").astype(str).str.strip() != ""
    times = found["times"].astype(float).fillna(1.0)
    each = (
        found["kind"].map({k: a.each for k, a in tables.scheme.adjustments.items()}).astype(float)
    )
    reason = np.where(late, "scoring.plus_later", np.where(approved, "", "scoring.plus_waits"))
    return found.assign(
        times=times,
        points=times * each,
        counted=approved & ~pd.Series(late, found.index),
        reason=reason,
        file=[Path(str(file)).name for file in found["_file"]],
        row=found["_row"],
    )[COLUMNS].reset_index(drop=True)


def _written(tables: "Tables", data: Panel) -> pd.DataFrame:
    """Rows about the panel's people and days whose kind the scheme knows, by its key there."""
    found = collect(tables.engine.scan("adjustments")).sort_values(["_file", "_row"])
    found = found[
        found["period_id"].isin(_ids(tables, data)) & found["specialist_id"].isin(data.people)
    ]
    known = {
        text: k for k, a in tables.scheme.adjustments.items() for text in (k, a.name.zh, a.name.en)
    }
    return found.assign(kind=found["kind"].map(known)).dropna(subset="kind")


def _ids(tables: "Tables", data: Panel) -> list[str]:
    """Ids of periods that stand for the panel's days: the period's own, or that of a month."""
    period = tables.period
    first, last = data.days[0].date(), data.days[-1].date()
    if (first, last) in {(period.start, period.last_day), (period.start, period.end)}:
        return [period.id]
    span = span_of(f"{first:%Y-%m}")
    return [span.id] if span and (span.start, span.end) == (first, last) else []


def _entered(
    scheme: Scheme, rows: pd.DataFrame, people: tuple[str, ...]
) -> tuple[Array, Array, Array]:
    """Points of the rows that count, the best grade and the total that vetoes leave."""
    fixed = np.zeros(len(people))
    cap = np.zeros(len(people), int)
    veto = np.full(len(people), np.nan)
    grades = [g.grade for g in scheme.grades]
    held = rows[rows["counted"]]
    for name, kind in scheme.adjustments.items():
        mine = held[held["kind"] == name]
        here = np.isin(people, mine["specialist_id"])
        if kind.each is not None and here.any():
            sums = mine.groupby("specialist_id")["points"].sum().reindex(people).fillna(0)
            fixed = fixed + clipped(kind, sums.to_numpy(float))
        if kind.veto and kind.veto.grade is not None:
            cap = np.where(here, np.maximum(cap, grades.index(kind.veto.grade)), cap)
        if kind.veto and kind.veto.total is not None:
            veto = np.where(here, np.fmin(veto, kind.veto.total), veto)
    return fixed, cap, veto


def _followed(
    kinds: dict[str, Adjustment], lines: "grids.Grid", people: tuple[str, ...]
) -> pd.DataFrame:
    """A row a person and kind that follows an indicator: its points, or why there are none."""
    parts = [
        pd.DataFrame(
            {
                "specialist_id": people,
                "kind": name,
                "points": lines.points[:, i],
                "counted": ~np.isnan(lines.points[:, i]),
                "reason": lines.reason[:, i],
            }
        )
        for i, name in enumerate(kinds)
    ]
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)

"""Points that people type for a measured line (自评栏、上级栏): shown, and perhaps counted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kit.scoring.feedback import number
from kit.scoring.panel import Panel, of_period

if TYPE_CHECKING:
    from kit.data.tables import Tables
    from kit.scheme import Scheme

Array = np.ndarray


@dataclass(frozen=True)
class Typed:
    """People × lines: what typed points add, and the share that the computed points keep."""

    added: Array
    kept: Array

    def counted(self, points: Array) -> Array:
        """Points as they count: typed ones with their weights, the computed ones with the rest."""
        return np.where(self.kept > 0, self.added + self.kept * points, self.added)

    def of(self, i: int, points: Array) -> Array:
        """The same for one line, people × draws."""
        kept = self.kept[:, [i]]
        return np.where(kept > 0, self.added[:, [i]] + kept * points, self.added[:, [i]])


def lines(tables: "Tables") -> list[str]:
    """Measured lines for which people may type points (可填自评、上级评的测量行)."""
    scheme = tables.scheme
    return [n for n, i in scheme.indicators.items() if i.raters and not scheme.is_item(n)]


def columns(tables: "Tables", days: pd.DatetimeIndex) -> pd.DataFrame:
    """Points typed for measured lines (填写的分数): the mean per person, line and relation."""
    known = lines(tables)
    rows = tables.get("feedback")
    scheme = tables.scheme
    labels = {
        getattr(scheme.indicators[n].name, lang): n
        for n in known
        for lang in ("zh", "en")
        if scheme.indicators[n].name
    }
    rows = rows.assign(item=rows["item"].map(lambda name: labels.get(name, name)))
    rows = rows[rows["item"].isin(known)]
    rows = of_period(tables, rows, days, additive=False)
    rows = rows.assign(points=[number(text) for text in rows["rating"]]).dropna(subset="points")
    keys = ["specialist_id", "item", "relation"]
    return rows.groupby(keys, as_index=False).agg(points=("points", "mean"))


def full(scheme: "Scheme", name: str) -> float:
    """What stretches a rule's points to 100 (满分换算): typed points are in the form's own."""
    out_of = getattr(scheme.rule_of(name), "out_of", None)
    return 100 / out_of if out_of else 1.0


def typed(tables: "Tables", data: Panel, names: list[str]) -> Typed:
    """What typed points count for (计入的填写分数); nothing where a line does not say `counted`."""
    shape = (len(data.people), len(names))
    added = np.zeros(shape)
    kept = np.ones(shape)
    said = tables.scheme.indicators
    counted = [n for n in names if n in said and said[n].counted]
    if counted:
        rows = columns(tables, data.days)
        place = {who: n for n, who in enumerate(data.people)}
        for row in rows[rows["item"].isin(counted)].to_dict("records"):
            weight = (said[row["item"]].raters or {}).get(row["relation"], 0.0)
            if row["specialist_id"] in place and weight:
                at = place[row["specialist_id"]], names.index(row["item"])
                added[at] += weight * row["points"] * full(tables.scheme, row["item"])
                kept[at] = max(0.0, round(kept[at] - weight, 12))
    return Typed(added, kept)

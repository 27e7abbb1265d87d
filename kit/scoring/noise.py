"""How far answers on one person differ by chance (评分噪声): pooled over everybody, not one's own.

σ² is pooled inside relations over all people and items: an item rests on too few answers to tell
its own error, and its own spread would tell the answers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

GROUP = ["period_id", "specialist_id", "item", "relation"]
RATER = ["period_id", "specialist_id", "rater_id"]


@dataclass(frozen=True)
class Noise:
    """Of one scale: sigma of one answer (NaN: no relation has two), its df, and how many people.

    alike : correlation of one rater's deviations on two items of a person (评价人记忆)
    """

    sigma: float
    df: int
    people: int
    alike: float

    def coarse(self, span: float) -> "Noise":
        """As it may be printed: sigma up to the next fortieth of the scale, alike to a tenth."""
        unit = span / 40
        sigma = np.ceil(np.round(self.sigma / unit, 6)) * unit
        return Noise(float(sigma), self.df, self.people, float(np.ceil(self.alike * 10) / 10))


def noise(rows: pd.DataFrame) -> Noise:
    """Noise of the answers on one scale, leniency corrected where it was; self views left out."""
    rows = rows[rows["relation"] != "self"]
    of = rows.groupby(GROUP)["used"]
    n = of.transform("size")
    apart = rows.assign(off=rows["used"] - of.transform("mean"))[n > 1]
    df = len(apart) - round(float((1 / n[n > 1]).sum()))
    if df <= 0:
        return Noise(np.nan, 0, 0, 0.0)
    by = apart.assign(square=apart["off"] ** 2).groupby(RATER)
    sums = by.agg(off=("off", "sum"), square=("square", "sum"), k=("off", "size"))
    pairs = ((sums["k"] - 1) * sums["square"]).sum()
    both = (sums["off"] ** 2 - sums["square"]).sum()
    alike = float(np.clip(both / pairs, 0, 1)) if pairs > 0 else 0.0
    sigma = float(np.sqrt(sums["square"].sum() / df))
    return Noise(sigma, df, int(apart["specialist_id"].nunique()), alike)

"""Core indicators under their floor (核心底线), and how sure that is."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from kit.scheme import Scheme

SURE = 0.8  # interval of a core indicator's points that has to lie under the floor


def under(scheme: Scheme, rows: pd.DataFrame) -> pd.DataFrame:
    """Core indicators under the floor (低于底线), with the upper end of their 80 % interval.

    rows : of the cards: indicator, points, contribution_se, weight_used
    Returns : indicator, points, high (points), sure: the whole interval is under the floor. Points
              without an error of their own (entered, or at a rule's flat end) are sure.
    """
    line = scheme.core_floor.points if scheme.core_floor else -np.inf
    core = rows["indicator"].map(lambda name: scheme.indicators[name].group == "core")
    low = rows[core & (rows["points"] < line)]
    weight = low["weight_used"].where(low["weight_used"] > 0)
    error = (low["contribution_se"] / weight).fillna(0.0)
    high = low["points"] + ndtri((1 + SURE) / 2) * error
    return low[["indicator", "points"]].assign(high=high, sure=high < line)

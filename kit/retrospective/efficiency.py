"""Whether efficiency can be told of a change (能否谈效率), and why not where it cannot."""

from typing import Any

import pandas as pd

from kit.retrospective.waterfall import Waterfall


def is_split(bridge: Waterfall) -> bool:
    """Whether efficiency can be told from spend (能否分出效率): where spend is measured."""
    return "spend" in bridge.steps


def kind(bridge: Waterfall, row: Any) -> str:
    """What may be said of the rate of our own part (效率能怎样说): a closed set.

    row     : parts as `Waterfall.by` and `total` give them
    Returns : bought (efficiency with its interval) or why it has none, as `unrated`; where spend is
              not measured alone (our own part in one), alone_blank without an interval
    """
    blank = bool(pd.isna(row["rate_low"]))
    if is_split(bridge):
        return unrated(row) if blank else "bought"
    return "alone_blank" if blank else "alone"


def told(bridge: Waterfall, row: Any) -> tuple[float, float, float]:
    """Efficiency with its 95 % interval, or our own part in one where spend is not measured (区间).

    What was decided has no error of its own: it moves the interval with the figure.
    """
    shift = 0.0 if is_split(bridge) else row["own"] - row["rate"]
    value, low, high = (row[name] + shift for name in ("rate", "rate_low", "rate_high"))
    return float(value), float(low), float(high)


def unrated(row: Any) -> str:
    """Why a part has no efficiency (没有效率的原因).

    Returns : fixed (paid by sale), new, gone, apart (no campaign sold in both periods), few (days)
    """
    if row["fixed"] > 0:
        return "fixed"
    if row["v0"] <= 0 or row["v1"] <= 0:
        return "new" if row["v0"] <= 0 else "gone"
    return "few" if row["bought"] > 0 else "apart"

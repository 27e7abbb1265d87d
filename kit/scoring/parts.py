"""What single lines bring to the error of a total (单项误差): each contribution's, and the bare."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from kit.scoring.grid import Grid

Array = np.ndarray


def each(found: "Grid", pull: Array) -> Array:
    """Error of each contribution in points of the total (单项贡献的误差), people × indicators."""
    se = np.stack([np.nan_to_num(v.se) for v in found.values], axis=1)
    return np.asarray(np.abs(pull[:, : len(found.values)]) * se)


def bare(found: "Grid", used: Array) -> Array:
    """Share of each person's weight on figures entered without an error (无误差填报的权重)."""
    marks = [np.zeros(len(used), bool) if v.bare is None else v.bare for v in found.values]
    return (used * np.stack(marks, axis=1)).sum(axis=1)

"""Gaps and overlaps of a band table (阶梯), found before anything is scored by it."""

from itertools import pairwise
from math import inf
from typing import NamedTuple


class BandFaults(NamedTuple):
    """Parts of the domain covered by no band, and by more than one; [lo, hi], hi None = no end."""

    gaps: list[list[float | None]]
    overlaps: list[list[float | None]]


def band_faults(
    intervals: list[list[float | None]], domain: tuple[float, float | None]
) -> BandFaults:
    """Gaps and overlaps (空档与重叠) of half-open bands [lo, hi) over `domain`, ascending.

    intervals : [lo, hi, ...] a band, in any order; None = without end; an empty band covers nothing
    >>> band_faults([[0.9, None, 10], [0.8, 0.95, 8], [0, 0.8, 0]], (0, None))
    BandFaults(gaps=[], overlaps=[[0.9, 0.95]])
    """
    low, high = domain[0], inf if domain[1] is None else domain[1]
    spans = [(-inf if b[0] is None else b[0], inf if b[1] is None else b[1]) for b in intervals]
    edges = sorted({low, high} | {edge for span in spans for edge in span if low < edge < high})
    pieces = [(a, b, sum(s <= a and b <= e for s, e in spans)) for a, b in _pairs(edges)]
    return BandFaults(
        gaps=_joined([(a, b) for a, b, n in pieces if n == 0]),
        overlaps=_joined([(a, b) for a, b, n in pieces if n > 1]),
    )


def _pairs(edges: list[float]) -> list[tuple[float, float]]:
    return list(pairwise(edges))


def _joined(pieces: list[tuple[float, float]]) -> list[list[float | None]]:
    joined: list[list[float | None]] = []
    for a, b in pieces:
        end = None if b == inf else b
        if joined and joined[-1][1] == a:
            joined[-1][1] = end
        else:
            joined.append([a, end])
    return joined

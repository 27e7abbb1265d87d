"""Tidy frame → Figure (图): one function a kind, every row of the frame one thing drawn.

Rows keep their order (sort before). Optional columns are used when present. `unit` is one of
kit.show.format; `tone` one of theme.MEANING. Titles stand in the page, not in the picture.
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.show.axes import (
    DASHED,
    bands,
    beside,
    canvas,
    dot,
    edges,
    label_rows,
    ticks,
)
from kit.show.format import missing, number, short
from kit.show.theme import INK, MUTED, PAPER, colour
from kit.words import word

POINTS = (0.0, 120.0, 100.0)  # fixed scale of points: lowest, highest, target met


def dots(
    frame: pd.DataFrame,
    *,
    unit: str,
    lang: str,
    scale: tuple[float, float] | None = None,
    reference: float | dict[str, float] | None = None,
    focus: str | None = None,
) -> Figure:
    """Values with intervals, one row each (点与区间): ranks with groups, tests, points.

    frame : label, value; optional low, high, tone, word (verdict, at right), target (a tick),
            group (text: rows that cannot be told apart share a band); focus: the label lit up;
            reference: a dashed line, or several with their names on top
    """
    fig, (ax,) = canvas(0.38 * len(frame) + 0.6)
    places = np.arange(len(frame))[::-1]
    ax.set_ylim(-0.6, len(frame) - 0.4)
    if "group" in frame:
        bands(ax, frame["group"], places)
    edges(ax, reference)
    for y, row in zip(places, frame.to_dict("records"), strict=True):
        dot(ax, y, row, focus)
    if scale:
        ax.set_xlim(*scale)
    label_rows(ax, places, frame["label"])
    ticks(ax.xaxis, unit, lang)
    ax.grid(axis="x")
    return fig


def waterfall(frame: pd.DataFrame, *, unit: str, lang: str) -> Figure:
    """What moved a total (瀑布图): steps from zero change, each starting where the last ended.

    frame : label, value; optional low, high, tone, kind: step, total (bar from zero), unknown
            (hatched: could not be estimated), decided (in outline)
    """
    fig, (ax,) = canvas(0.42 * len(frame) + 0.6)
    places = np.arange(len(frame))[::-1]
    reached = 0.0
    span = frame["value"].abs().max() or 1.0
    unit = unit if span < 1000 else unit.partition("money")[0] + "int"  # no cents beside thousands
    for y, row in zip(places, frame.to_dict("records"), strict=True):
        kind = row.get("kind", "step")
        start = 0.0 if kind == "total" else reached
        value = _step(ax, y, row, start, span)
        high = value if missing(row.get("high")) else row["high"]
        far = start + (0.16 * span if kind == "unknown" else max(value, high, 0))
        beside(ax, short(None if kind == "unknown" else value, "+" + unit, lang), far, y)
        reached = start + value
        ax.vlines(reached, y - (1.31 if y else 0.31), y, color=MUTED, lw=0.7, zorder=1)
    ax.axvline(0, color=INK, lw=0.9, zorder=3)
    label_rows(ax, places, frame["label"])
    ticks(ax.xaxis, "+" + unit, lang)
    ax.use_sticky_edges = False
    ax.margins(x=0.1)
    return fig


def _step(ax: Axes, y: float, row: dict[Any, Any], start: float, span: float) -> float:
    """Draw one step from where the last ended, and its interval; its value, 0 where unknown."""
    kind = row.get("kind", "step")
    value: float = 0.0 if kind == "unknown" else row["value"]
    tone = "neutral" if kind == "total" else "better" if value > 0 else "worse"
    tone = tone if missing(row.get("tone")) else row["tone"]
    own = (
        {"fc": PAPER, "ec": colour(tone), "lw": 1.4} if kind == "decided" else {"fc": colour(tone)}
    )
    ax.barh(y, value, left=start, height=0.62, zorder=2, **own)
    if kind == "unknown":
        ax.barh(y, 0.16 * span, left=start, height=0.62, fc="white", hatch="/////", zorder=2)
    if not missing(row.get("low")):
        ax.hlines(y, start + row["low"], start + row["high"], color=INK, lw=1.2, zorder=3)
    return value


def scorecard(frame: pd.DataFrame, *, lang: str) -> Figure:
    """One person's indicators (个人评分卡): points on 0–120 and what each adds to the total.

    frame : label, points, contribution; optional low, high, adjusted (hollow), tone, text
            (actual and target, below the label)
    """
    fig, (left, right) = canvas(0.46 * len(frame) + 0.9, (3, 1.3), sharey=True)
    places = np.arange(len(frame))[::-1]
    left.axvline(POINTS[2], color=MUTED, lw=0.9, ls=DASHED, zorder=1)
    for y, row in zip(places, frame.to_dict("records"), strict=True):
        dot(left, y, {**row, "value": row["points"]})
        left.plot(row.get("adjusted", np.nan), y, "o", ms=8, mfc="none", mec=INK, zorder=4)
        beside(
            right,
            number(row["contribution"], "points", lang),
            0 if missing(row["contribution"]) else row["contribution"],
            y,
        )
    right.barh(places, frame["contribution"], height=0.5, color=colour("others"), zorder=2)
    label_rows(left, places, frame["label"] + ("\n" + frame["text"] if "text" in frame else ""))
    left.set(xlim=(POINTS[0] - 4, POINTS[1] + 4))
    for ax, name in ((left, "show.points_axis"), (right, "show.contribution_axis")):
        ax.set_title(word(name, lang), loc="left", fontsize=9.5, color=MUTED)
    left.set_xlabel(word("show.adjusted_mark", lang) if "adjusted" in frame else "")
    ticks(left.xaxis, "int", lang)
    ticks(right.xaxis, "int", lang, 3)
    left.grid(axis="x")
    right.margins(x=0.4)
    return fig

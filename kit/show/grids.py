"""Tidy frame → Figure of cells (格子图): heat map, calendar, tracker."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kit.show import theme
from kit.show.axes import (
    DASHED,
    HALO,
    canvas,
    label_columns,
    label_rows,
    month,
    ticks,
    wrapped,
)
from kit.show.figures import POINTS
from kit.show.format import missing, number, unit_word
from kit.show.theme import INK, colour

TEXT_UP_TO_COLUMNS = 13


def heat(
    frame: pd.DataFrame,
    *,
    row: str,
    column: str,
    value: str,
    unit: str,
    lang: str,
    scale: tuple[float, float, float] | None = POINTS,
) -> Figure:
    """Matrix in colour (热力图): people × indicators on 0–120, or scale=None: 0 to the largest.

    frame : one line a cell; absent or NaN cells are hatched. Up to 13 columns carry figures.
    """
    cells = _matrix(frame, row, column, value)
    wide = cells.shape[1] > TEXT_UP_TO_COLUMNS
    fig, (ax,) = canvas((0.34 if wide else 0.4) * len(cells) + (1.0 if wide else 0.7))
    fig.set_label(theme.WIDE_ONLY)
    fig.set_figwidth(theme.WIDTH if wide else max(theme.WIDTH, 1.4 + 0.68 * cells.shape[1]))
    top = float(np.nanmax(cells.to_numpy(), initial=0)) or 1.0
    norm = TwoSlopeNorm(scale[2], scale[0], scale[1]) if scale else Normalize(0, top)
    drawn = ax.pcolormesh(
        cells.to_numpy(),
        norm=norm,
        ec="white",
        lw=1.2,
        cmap=theme.DIVERGING if scale else theme.WASTE,
    )
    _cells(ax, cells, norm, "" if wide else unit.replace("points", "int"), lang)
    ax.set(ylim=(len(cells), 0))
    label_rows(ax, np.arange(len(cells)) + 0.5, cells.index)
    label_columns(ax, list(cells.columns), 10)
    if wide:
        bar = fig.colorbar(drawn, ax=ax, location="bottom", shrink=0.35, aspect=30, pad=0.03)
        ticks(bar.ax.xaxis, unit, lang, 3)
        bar.set_label(unit_word(unit, lang))
    return fig


def calendar(frame: pd.DataFrame, *, lang: str) -> Figure:
    """Days of the period (日历): shade, hatch and edge say present, missing or provisional.

    frame : date, tone (neutral: present, provisional, missing, worse: at fault)
    """
    dates = pd.to_datetime(frame["date"])
    months = dates.dt.to_period("M")
    each = list(dict.fromkeys(months))
    across = min(len(each), 4)
    down = -(-len(each) // across)
    fig, axes = canvas(2.0 * down, [1.0] * across, rows=down)
    fig.set_size_inches(min(theme.WIDTH, 2.5 * across), (2.2 if across < 4 else 1.7) * down)
    fig.set_label(theme.WIDE_ONLY if across > 1 else "")
    for ax in axes:
        ax.axis("off")
    for ax, one in zip(axes, each, strict=False):
        month(ax, dates[months == one], frame.loc[months == one, "tone"], lang)
    return fig


def tracker(frame: pd.DataFrame, *, row: str, column: str) -> Figure:
    """Who stands where (进度跟踪): people × phases, a mark and a few words in each cell.

    frame : one line a cell: row, column, tone, text
    """
    rows, columns = (list(dict.fromkeys(frame[name])) for name in (row, column))
    fig, (ax,) = canvas((0.38 if frame["text"].any() else 0.28) * len(rows) + 0.6)
    fig.set_label(theme.WIDE_ONLY)
    for cell in frame.to_dict("records"):
        x = columns.index(cell[column])
        y = rows.index(cell[row])
        tone = str(cell["tone"])
        hatch = "/////" if tone == "missing" else None
        ax.add_patch(
            Rectangle(
                (x + 0.03, y + 0.07),
                0.94,
                0.86,
                fc=theme.pale(tone),
                hatch=hatch,
                ec=colour(tone),
                ls=DASHED,
                lw=float(tone == "provisional"),
            )
        )
        said = f"{theme.SIGN.get(tone, '')} {wrapped(str(cell['text']), 16)}".strip()
        ax.text(
            x + 0.5,
            y + 0.5,
            said,
            ha="center",
            va="center",
            fontsize=9,
            color=INK,
            bbox=HALO if hatch else None,
        )
    ax.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    label_rows(ax, np.arange(len(rows)) + 0.5, rows)
    label_columns(ax, columns, 16)
    return fig


def _matrix(frame: pd.DataFrame, row: str, column: str, value: str) -> pd.DataFrame:
    rows, columns = (list(dict.fromkeys(frame[name])) for name in (row, column))
    return frame.pivot(index=row, columns=column, values=value).astype(float).loc[rows, columns]


def _cells(ax: Axes, cells: pd.DataFrame, norm: Normalize, unit: str, lang: str) -> None:
    for (y, x), value in np.ndenumerate(cells.to_numpy()):
        if missing(value):
            ax.add_patch(Rectangle((x, y), 1, 1, fc="white", hatch="/////", ec="#C4CAD1", lw=0.5))
        elif unit:
            strong = not 0.16 < norm(value) < (0.9 if isinstance(norm, TwoSlopeNorm) else 0.6)
            ax.text(
                x + 0.5,
                y + 0.5,
                number(value, unit, lang, bare=True),
                ha="center",
                va="center",
                fontsize=9,
                color="white" if strong else INK,
            )

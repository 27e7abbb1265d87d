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
    ticks,
    wrapped,
)
from kit.show.figures import POINTS
from kit.show.format import missing, number, unit_word
from kit.show.theme import INK, MUTED, colour
from kit.words import word

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
        _month(ax, dates[months == one], frame.loc[months == one, "tone"], lang)
    return fig


def _month(ax: Axes, dates: pd.Series, tones: pd.Series, lang: str) -> None:
    """One month as weeks from Monday (月历)."""
    first = dates.iloc[0].replace(day=1)
    for at, tone in zip(dates, tones, strict=True):
        _day(ax, at.weekday(), (at.day + first.weekday() - 1) // 7, str(at.day), tone)
    for x, name in enumerate(word("show.weekdays", lang).split()):
        ax.text(x + 0.5, -0.3, name, ha="center", va="center", fontsize=8.5, color=MUTED)
    ax.set(xlim=(0, 7), ylim=(6, -0.7), aspect="equal")
    ax.set_title(f"{first:%Y-%m}", fontsize=10, color=INK, loc="left")


def _day(ax: Axes, x: int, y: int, said: str, tone: str) -> None:
    """A day in its weekday's column: hatched where it is missing or at fault, pale where late."""
    hatch = {"missing": "/////", "worse": "xxxx"}.get(tone)
    square = Rectangle(
        (x + 0.06, y + 0.06),
        0.88,
        0.88,
        fc={"neutral": "#D7E3F4", "provisional": "#F2F6FC"}.get(tone, theme.PAPER),
        hatch=hatch,
        ec=theme.MEANING["focus"],
        ls=DASHED,
        lw=1.0 if tone == "provisional" else 0,
    )
    ax.add_patch(square)
    _inside(ax, x, y, said, bool(hatch))


def _inside(ax: Axes, x: int, y: int, said: str, hatched: bool) -> None:
    """A text in the middle of a cell, on white where the cell is hatched."""
    middle = (x + 0.5, y + 0.5)
    ground = HALO if hatched else None
    ax.text(*middle, said, ha="center", va="center", fontsize=9, color=INK, bbox=ground)


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
        _standing(ax, x, y, str(cell["tone"]), str(cell["text"]))
    ax.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    label_rows(ax, np.arange(len(rows)) + 0.5, rows)
    label_columns(ax, columns, 16)
    return fig


def _standing(ax: Axes, x: int, y: int, tone: str, text: str) -> None:
    """One cell of the tracker: its tone's pale ground, its mark and its words."""
    square = Rectangle(
        (x + 0.03, y + 0.07),
        0.94,
        0.86,
        fc=theme.pale(tone),
        hatch="/////" if tone == "missing" else None,
        ec=colour(tone),
        ls=DASHED,
        lw=float(tone == "provisional"),
    )
    ax.add_patch(square)
    said = f"{theme.SIGN.get(tone, '')} {wrapped(text, 16)}".strip()
    _inside(ax, x, y, said, tone == "missing")


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

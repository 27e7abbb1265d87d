"""Tidy frame → Figure (图): one function a kind, every row of the frame one thing drawn.

Rows keep their order (sort before). Optional columns are used when present. `unit` is one of
kit.show.format; `tone` one of theme.MEANING. Titles stand in the page, not in the picture.
"""

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
    apart,
    at_end,
    bands,
    beside,
    canvas,
    days,
    dot,
    edges,
    key,
    label_columns,
    label_rows,
    line,
    month,
    ticks,
    wrapped,
)
from kit.show.format import missing, number, short, unit_word
from kit.show.theme import INK, MUTED, colour
from kit.words import word

TEXT_UP_TO_COLUMNS = 13
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


def waterfall(frame: pd.DataFrame, *, unit: str, lang: str) -> Figure:
    """What moved a total (瀑布图): steps from zero change, each starting where the last ended.

    frame : label, value; optional low, high, tone, kind: step, total (bar from zero), unknown
            (hatched: could not be estimated)
    """
    fig, (ax,) = canvas(0.42 * len(frame) + 0.6)
    places = np.arange(len(frame))[::-1]
    reached = 0.0
    span = frame["value"].abs().max() or 1.0
    unit = unit if span < 1000 else unit.partition("money")[0] + "int"  # no cents beside thousands
    for y, row in zip(places, frame.to_dict("records"), strict=True):
        kind = row.get("kind", "step")
        value = 0.0 if kind == "unknown" else row["value"]
        start = 0.0 if kind == "total" else reached
        tone = "neutral" if kind == "total" else "better" if value > 0 else "worse"
        tone = tone if missing(row.get("tone")) else row["tone"]
        ax.barh(y, value, left=start, height=0.62, color=colour(tone), zorder=2)
        if kind == "unknown":
            ax.barh(y, 0.16 * span, left=start, height=0.62, fc="white", hatch="/////", zorder=2)
        if not missing(row.get("low")):
            ax.hlines(y, start + row["low"], start + row["high"], color=INK, lw=1.2, zorder=3)
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


def bars(frame: pd.DataFrame, *, parts: dict[str, str], unit: str, lang: str) -> Figure:
    """Bars from zero, split in parts (分段条形): mix and rate; a dot marks their sum.

    frame : label and one column a part; parts: column → its name, each in its own colour
    """
    fig, (ax,) = canvas(0.44 * len(frame) + 0.8)
    places = np.arange(len(frame))[::-1]
    shades = [colour("focus"), colour("provisional"), *theme.CHANNEL.values()]
    for sign in (1, -1):
        left = np.zeros(len(frame))
        for name, shade in zip(parts, shades, strict=False):
            size = frame[name].fillna(0).to_numpy() * (np.sign(frame[name]) == sign)
            ax.barh(places, size, left=left, height=0.56, color=shade, zorder=2)
            left = left + size
    total = frame[list(parts)].sum(axis=1, min_count=1)
    if len(parts) > 1:
        dots = ax.plot(
            total,
            places,
            "o",
            ms=7,
            mfc="white",
            mec=INK,
            mew=1.4,
            zorder=4,
            label=word("show.sum_mark", lang),
        )
        key(ax, [*zip(parts.values(), shades, strict=False)], dots)
    ends = frame[list(parts)].clip(lower=0).sum(axis=1)
    for y, value, end in zip(places, total, ends, strict=True):
        beside(ax, short(value, unit, lang), end, y)
    ax.axvline(0, color=INK, lw=0.9, zorder=3)
    label_rows(ax, places, frame["label"])
    ticks(ax.xaxis, unit, lang)
    ax.use_sticky_edges = False
    ax.margins(x=0.1)
    return fig


def lines(
    frame: pd.DataFrame,
    *,
    x: str,
    unit: str,
    lang: str,
    reference: float | None = None,
    x_unit: str = "date",
) -> Figure:
    """Lines over days (折线), with bands and boundaries; named at their right end.

    frame : x, value; optional series, tone (of a series), low, high, bound_low, bound_high
            (a stopping boundary, dashed), provisional (True: dashed)
    """
    fig, (ax,) = canvas(3.3)
    named = frame if "series" in frame else frame.assign(series="")
    for place, (name, part) in enumerate(named.groupby("series", sort=False)):
        known = part["tone"].iloc[0] if "tone" in part else name
        shade = theme.shade(str(known), place)
        line(ax, part, x, shade)
        for last in part.dropna(subset="value").tail(1).to_dict("records"):
            at_end(ax, f"{name} {short(last['value'], unit, lang)}", last[x], last["value"], shade)
    if reference is not None:
        ax.axhline(reference, color=MUTED, lw=0.9, ls=DASHED, zorder=1)
    ticks(ax.yaxis, unit, lang)
    if x_unit == "date":
        days(ax)
    else:
        ticks(ax.xaxis, x_unit, lang)
    apart(ax)
    ax.grid(axis="y")
    return fig


def curves(frame: pd.DataFrame, marks: pd.DataFrame, *, unit: str, lang: str) -> Figure:
    """Response curves (响应曲线): weekly sales by spend, with today ● and the proposal ◇.

    frame : series, spend, value; optional channel (its colour), low, high (band), provisional
            (True: outside the bounds, dashed);  marks : series, kind (today | proposal), spend,
            value
    """
    fig, (ax,) = canvas(4.0)
    for place, (name, part) in enumerate(frame.groupby("series", sort=False)):
        known = part["channel"].iloc[0] if "channel" in part else name
        shade = theme.shade(str(known), place)
        line(ax, part, "spend", shade)
        at_end(ax, str(name), part["spend"].iloc[-1], part["value"].iloc[-1], shade)
        for mark in marks[marks["series"] == name].to_dict("records"):
            today = mark["kind"] == "today"
            ax.plot(
                mark["spend"],
                mark["value"],
                "o" if today else "D",
                ms=8,
                mec=shade,
                mfc=shade if today else "white",
                mew=1.8,
                zorder=4,
            )
    ax.set_title(word("show.today_proposal", lang), loc="left", fontsize=9.5, color=MUTED)
    ax.set_xlabel(word("show.spend_axis", lang, unit=unit_word(unit, lang)))
    ticks(ax.xaxis, unit, lang)
    ticks(ax.yaxis, unit, lang)
    ax.grid(axis="y")
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

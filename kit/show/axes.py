"""Parts that the figures share (作图部件): rows, labels that wrap, ticks, dots, bands, days."""

import re
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation
from matplotlib.ticker import FuncFormatter, MaxNLocator
from scipy.optimize import isotonic_regression

from kit.show import theme
from kit.show.format import missing, short
from kit.show.theme import INK, MUTED, colour

MARKS = {"better": "^", "worse": "v", "focus": "D"}
DASHED = (0, (4, 3))
CLOSING = set("，。；：、！？）》”’」』】")  # never begin a line
HALO = {"fc": "white", "ec": "none", "pad": 1.2}  # ground of a text on a hatch


def canvas(
    height: float, columns: Sequence[float] = (1,), *, rows: int = 1, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure `height` inches high in the kit's look, and its axes row by row (画布)."""
    theme.use()
    fig, axes = plt.subplots(
        rows,
        len(columns),
        figsize=(theme.WIDTH, height),
        squeeze=False,
        width_ratios=columns,
        sharey=sharey,
    )
    return fig, list(axes.flat)


def wrapped(text: str, width: int) -> str:
    r"""`text` in even lines of at most `width` Latin or half as many Chinese letters (换行).

    >>> wrapped("客户获取成本", 10), wrapped("cost per new customer", 14)
    ('客户获\n取成本', 'cost per new\ncustomer')
    """
    width = -(-_wide(text) // -(-_wide(text) // width)) + 1 if text else width
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and _wide(lines[-1] + piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines).rstrip()


def label_rows(ax: Axes, places: Iterable[float], names: Iterable[object]) -> None:
    """Names of the rows at the left, wrapped and never turned (行名)."""
    ax.set_yticks(
        list(places),
        ["\n".join(wrapped(line, 22) for line in str(name).split("\n")) for name in names],
    )
    ax.tick_params(axis="y", length=0)


def label_columns(ax: Axes, names: Sequence[object], width: int) -> None:
    """Names of the columns on top, wrapped (列名)."""
    said = [f"{name:g}" if isinstance(name, float) else str(name) for name in names]
    ax.set_xticks(np.arange(len(names)) + 0.5, [wrapped(name, width) for name in said])
    ax.tick_params(top=False, labeltop=True, bottom=False, labelbottom=False, labelcolor=INK)
    ax.spines[:].set_visible(False)


def ticks(axis: Axis, unit: str, lang: str, most: int = 5) -> None:
    """Few round ticks, written as the language writes numbers (刻度)."""
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    plain = re.sub("points|money.*", "int", unit)
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value, plain, lang)))


def days(ax: Axes) -> None:
    """A time axis with few, short dates (日期轴)."""
    first, last = ax.get_xlim()
    ax.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=5))
    ax.xaxis.set_major_formatter(DateFormatter("%Y-%m" if last - first > 300 else "%m-%d"))


def dot(ax: Axes, y: float, row: dict, focus: str | None = None) -> None:
    """One value with its thin interval, target tick and word at the right (点与区间)."""
    lit = focus is not None and row["label"] == focus
    given = "neutral" if missing(row.get("tone")) else str(row["tone"])
    tone = "focus" if lit else "others" if focus else given
    if not missing(row.get("low")):
        ax.hlines(y, row["low"], row["high"], color=colour(tone), lw=2.2 if lit else 1.3, zorder=2)
    if missing(row["value"]):
        ax.add_patch(
            Rectangle(
                (0, y - 0.2),
                1,
                0.4,
                fc=theme.PAPER,
                hatch="/////",
                zorder=1,
                transform=ax.get_yaxis_transform(),
            )
        )
    else:
        ax.plot(row["value"], y, MARKS.get(tone, "o"), ms=7.5, color=colour(tone), zorder=3)
    if not missing(row.get("target")):
        ax.plot(row["target"], y, "|", ms=14, mew=1.6, color=INK, zorder=2)
    if not missing(row.get("word")):
        ink = colour(given) if given in {"better", "worse", "focus"} else MUTED
        margin(ax, f"{theme.SIGN.get(given, '')} {wrapped(str(row['word']), 13)}", y, ink)


def edges(ax: Axes, at: float | dict[str, float] | None) -> None:
    """Dashed lines across the rows (参考线), each with its name, if it has one, on top."""
    named = at if isinstance(at, dict) else {} if at is None else {"": at}
    for name, x in named.items():
        ax.axvline(x, color=MUTED, lw=0.9, ls=DASHED, zorder=1)
        ax.annotate(
            name,
            (x, 1),
            (2, 1),
            xycoords=ax.get_xaxis_transform(),
            color=MUTED,
            textcoords="offset points",
            fontsize=9.5,
        )


def margin(ax: Axes, said: str, y: float, ink: str) -> None:
    """Words right of the axes, at the height of a row (右侧文字)."""
    ax.text(
        1.02,
        y,
        said.strip(),
        va="center",
        color=ink,
        transform=ax.get_yaxis_transform(),
        fontsize=9.5,
    )


def bands(ax: Axes, groups: pd.Series, places: np.ndarray) -> None:
    """A shade behind every other group of neighbouring rows, with the group's name (分组底纹)."""
    runs = groups.ne(groups.shift()).cumsum()
    for shade, (_, part) in enumerate(groups.reset_index(drop=True).groupby(runs.to_numpy())):
        rows = places[part.index]
        ax.axhspan(
            rows.min() - 0.5,
            rows.max() + 0.5,
            zorder=0,
            lw=0,
            color="#F1F4F7" if shade % 2 == 0 else theme.PAPER,
        )
        margin(ax, wrapped(str(part.iloc[0]), 13), rows.mean(), MUTED)
    ax.set_ylim(places.min() - 0.5, places.max() + 0.5)


def line(ax: Axes, part: pd.DataFrame, x: str, shade: str) -> None:
    """One line with its band, boundary and dashed provisional end (折线)."""
    if "low" in part:
        ax.fill_between(part[x], part["low"], part["high"], color=shade, alpha=0.14, lw=0)
    for bound in {"bound_low", "bound_high"} & set(part):
        ax.plot(part[x], part[bound], color=INK, lw=1, ls=DASHED)
    late = part.get("provisional", pd.Series(False, index=part.index)).fillna(False).astype(bool)
    ax.plot(part[x], part["value"].where(~late), color=shade)
    before = late | late.shift(-1, fill_value=False)
    ax.plot(part[x], part["value"].where(before), color=shade, ls=(0, (2, 1.5)), lw=1.5)


def at_end(ax: Axes, name: str, x: object, y: float, shade: str) -> None:
    """A name beside the last point of a line instead of a legend (末端标注)."""
    ax.annotate(
        wrapped(name, 14),
        (x, y),
        (7, 0),
        textcoords="offset points",
        va="center",
        color=shade,
        annotation_clip=False,
        fontsize=9.5,
    )


def apart(ax: Axes) -> None:
    """Names at the ends of lines moved so far that none covers another (末端标注错开).

    The least moves in all (isotonic regression); `ax` must have its limits.
    """
    names = sorted((t for t in ax.texts if isinstance(t, Annotation)), key=lambda t: t.xy[1])
    if len(names) < 2:
        return
    low, high = ax.get_ylim()
    height = 72 / theme.DPI * ax.bbox.height  # points of the axes
    at = np.array([(t.xy[1] - low) / (high - low) * height for t in names])
    tall = np.array([12.0 * (1 + t.get_text().count("\n")) for t in names])
    least = np.concatenate([[0], np.cumsum((tall[1:] + tall[:-1]) / 2)])
    room = max(0.0, height - least[-1])
    moved = np.clip(isotonic_regression(at - least).x, 0, room) + least
    for name, shift in zip(names, moved - at, strict=True):
        name.xyann = (7, shift)


def beside(ax: Axes, said: str, x: float, y: float) -> None:
    """A figure at the end of a bar (条末数字)."""
    ax.annotate(
        said,
        (x, y),
        (8, 0),
        textcoords="offset points",
        va="center",
        color=INK,
        zorder=5,
        fontsize=9.5,
    )


def _pieces(text: str) -> list[str]:
    pieces = [""]
    for letter in text:
        last = pieces[-1][-1:]
        if last in {" ", "-", "/"} or (letter not in CLOSING and 2 in {_wide(letter), _wide(last)}):
            pieces.append("")
        pieces[-1] += letter
    return [piece for piece in pieces if piece]


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)

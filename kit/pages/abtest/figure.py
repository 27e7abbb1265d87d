"""Pictures of notebook 3 (A/B 测试图): all tests on one scale, and how one test went."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kit.show import theme
from kit.show.axes import DASHED, apart, at_end, canvas, days, dot, label_rows, line, ticks
from kit.show.figures import dots
from kit.show.format import number
from kit.show.theme import MUTED, colour

SMALL = 6.0  # inches: a page holds one such picture a test
SIDES = (("low", "<", -1), ("high", ">", 1))


def forest(shown: pd.DataFrame, lang: str) -> tuple[Figure, list[str]]:
    """Relative changes with intervals (森林图), and the labels of those cut at the edge.

    shown : label, value, low, high, tone, word; one vague test must not squeeze all the others
    """
    ends = shown[["value", "low", "high"]].to_numpy(float)
    reach = max(0.1, 2 * float(np.nanmax(np.abs(ends[:, 0]), initial=0)))
    low, high = (np.clip(f(ends, initial=0), -reach, reach) for f in (np.nanmin, np.nanmax))
    room = 0.04 * (high - low)
    fig = dots(shown, unit="+percent", lang=lang, reference=0, scale=(low - room, high + room))
    ticks(fig.axes[0].xaxis, "+percent", lang, 3)
    cut = []
    for y, row in zip(np.arange(len(shown))[::-1], shown.to_dict("records"), strict=True):
        for name, mark, sign in SIDES:
            edge = low if sign < 0 else high
            if sign * (row[name] - edge) > 1e-12:
                fig.axes[0].plot(
                    edge + sign * room,
                    y,
                    mark,
                    ms=7,
                    color=colour(row["tone"]),
                    clip_on=False,
                    zorder=4,
                )
                cut.append(row["label"])
    return fig, list(dict.fromkeys(cut))


def course(frames: dict[str, pd.DataFrame], *, titles: list[str], unit: str, lang: str) -> Figure:
    """How one test went, side by side (试验经过): effect so far, values by day, segments.

    frames : effect: date, value, low, high, bound_low, bound_high, relative; daily: date, series,
             value, tone, in `unit`; parts: label, value, low, high, tone; what is empty is left out
    """
    draws = {"effect": _grown, "daily": _daily, "parts": _parts}
    drawn = [(draws[key], frame) for key, frame in frames.items() if len(frame)]
    fig, axes = canvas(1.9, [1.0] * len(drawn))
    fig.set_figwidth(SMALL if len(drawn) > 1 else theme.NARROW)
    fig.set_label(theme.WIDE_ONLY if len(drawn) > 1 else "")
    for ax, (draw, frame), title in zip(axes, drawn, titles, strict=True):
        draw(ax, frame, unit, lang)
        ax.set_title(title, loc="left", fontsize=9.5, color=MUTED)
    return fig


def _grown(ax: Axes, frame: pd.DataFrame, unit: str, lang: str) -> None:
    line(ax, frame, "date", colour("focus"))
    last = frame.iloc[-1]
    at_end(
        ax, number(last["value"], "+percent", lang), last["date"], last["value"], colour("focus")
    )
    ax.axhline(0, color=MUTED, lw=0.9, ls=DASHED, zorder=1)
    ends = np.abs(frame[["low", "high"]].to_numpy()).max(axis=1)
    reach = 1.15 * max(np.median(ends), np.abs(frame["value"]).max())  # the first days are wild
    ax.set_ylim(max(-reach, min(0, frame["low"].min())), min(reach, max(0, frame["high"].max())))
    ticks(ax.yaxis, "+percent", lang, 4)
    days(ax)
    ax.grid(axis="y")


def _daily(ax: Axes, frame: pd.DataFrame, unit: str, lang: str) -> None:
    for name, part in frame.groupby("series", sort=False):
        shade = colour(part["tone"].iloc[0])
        line(ax, part, "date", shade)
        at_end(ax, str(name), part["date"].iloc[-1], part["value"].iloc[-1], shade)
    apart(ax)
    ticks(ax.yaxis, unit, lang, 4)
    days(ax)
    ax.grid(axis="y")


def _parts(ax: Axes, frame: pd.DataFrame, unit: str, lang: str) -> None:
    places = np.arange(len(frame))[::-1]
    for y, row in zip(places, frame.to_dict("records"), strict=True):
        dot(ax, y, row)
    ax.axvline(0, color=MUTED, lw=0.9, ls=DASHED, zorder=1)
    ax.set_ylim(-0.6, len(frame) - 0.4)
    label_rows(ax, places, frame["label"])
    ticks(ax.xaxis, "+percent", lang, 4)
    ax.grid(axis="x")

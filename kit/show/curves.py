"""Tidy frame → Figure of lines (曲线图): over days, and response to spend."""

import pandas as pd
from matplotlib.figure import Figure

from kit.show import theme
from kit.show.axes import (
    DASHED,
    apart,
    at_end,
    canvas,
    days,
    line,
    ticks,
)
from kit.show.format import short, unit_word
from kit.show.theme import MUTED
from kit.words import word


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

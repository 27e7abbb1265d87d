"""How did the effect settle? (效果的走势)."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kit.abtest import course
from kit.abtest.verdict import Case, Verdict
from kit.pages.abtest import figure as abtest_figure
from kit.pages.abtest.view import View
from kit.show import blocks, heard
from kit.show.blocks import Block
from kit.show.format import number
from kit.words import word


def course_figure(v: View, verdict: Verdict, unit: str) -> list[Block]:
    """One picture: effect so far with its boundary, values by day, segments."""
    case = verdict.case
    if case is None or case.lead.test.control <= 0:
        return []
    frames = {"effect": _effect_so_far(case), "daily": _by_day(case), "parts": _segments(case)}
    shown = [key for key, frame in frames.items() if len(frame)]
    if not shown:
        return []
    told: dict[str, Any] = {
        "metric": v.name(case.lead.indicator),
        "last": number(case.lead.test.rel_effect, "+percent", v.lang),
    }
    titles = [v.say(f"course.{key}", metric=told["metric"]) for key in shown]
    unit = _unit_of(frames["daily"], unit)
    fig = abtest_figure.course(frames, titles=titles, unit=unit, lang=v.lang)
    bounds = v.say("course.bounds" if case.looks else "course.no_bounds")
    block = blocks.figure(
        fig,
        id=f"course-{verdict.test_id}",
        lang=v.lang,
        notes=[bounds] if len(frames["effect"]) else [],
        title=v.say("course.title", **told),
        subtitle=v.say("course.subtitle"),
        alt=v.say("course.alt", **told, shown=_heard(v, frames, titles, unit)),
    )
    return [block]


def _heard(v: View, frames: dict[str, pd.DataFrame], titles: list[str], unit: str) -> str:
    """What each panel shows at its right end, or row by row (替代文字)."""
    day = v.say("course.last")
    ends = {
        "effect": frames["effect"].tail(1).assign(label=day),
        "daily": frames["daily"].groupby("series", sort=False).tail(1),
        "parts": frames["parts"],
    }
    ends["daily"] = ends["daily"].assign(label=ends["daily"]["series"] + f" {day}")
    units = {"daily": unit}
    told = [
        heard.rows(rows, partial(number, unit=units.get(key, "+percent"), lang=v.lang), v.lang)
        for key, rows in ends.items()
        if len(rows)
    ]
    lines = [
        v.say("course.part", title=title, figures=figures)
        for title, figures in zip(titles, told, strict=True)
    ]
    return word("show.semicolon", v.lang).join(lines)


def _effect_so_far(case: Case) -> pd.DataFrame:
    """The relative effect up to each day, with interval and bounds; empty for one day alone."""
    grown = course.cumulative(case.trial, case.lead, case.looks, case.trial.plan.alpha)
    grown[["value", "low", "high", "bound_low", "bound_high"]] /= case.lead.test.control
    return grown if len(grown) > 1 else grown[:0]


def _by_day(case: Case) -> pd.DataFrame:
    """Each variant's value by day, the lead arm's lit up."""
    daily = course.by_date(case.trial, case.lead)
    daily["tone"] = np.where(daily["series"] == case.lead.variant, "focus", "others")
    return daily


def _unit_of(daily: pd.DataFrame, unit: str) -> str:
    """The unit of the daily values: small amounts of money keep their decimals."""
    small = unit.startswith("money") and len(daily) and daily["value"].max() < 100
    return "ratio" if small else unit


def _segments(case: Case) -> pd.DataFrame:
    """The relative effect in each segment, with its interval."""
    return pd.DataFrame(
        [
            {
                "label": r.stratum,
                "value": r.test.rel_effect,
                "low": r.test.ci_low / r.test.control,
                "high": (r.test.ci_high or 0) / r.test.control,
                "tone": "neutral",
            }
            for r in case.beside.segments
            if r.test.ci_low is not None and r.test.control > 0
        ]
    )

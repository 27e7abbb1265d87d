"""How did the effect settle? (效果的走势)."""

import numpy as np
import pandas as pd

from kit.abtest import course
from kit.abtest.verdict import Verdict
from kit.pages.abtest import figure as abtest_figure
from kit.pages.abtest.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import join


def course_figure(v: View, verdict: Verdict, unit: str) -> list[Block]:
    """One picture: effect so far with its boundary, values by day, segments."""
    case = verdict.case
    if case is None or case.lead.test.control <= 0:
        return []
    level = case.lead.test.control
    name = v.name(case.lead.indicator)
    grown = course.cumulative(case.trial, case.lead, case.looks, case.trial.plan.alpha)
    grown[["value", "low", "high", "bound_low", "bound_high"]] /= level
    grown = grown if len(grown) > 1 else grown[:0]
    daily = course.by_date(case.trial, case.lead)
    daily["tone"] = np.where(daily["series"] == case.lead.variant, "focus", "others")
    parts = pd.DataFrame(
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
    shown = [
        key for key, frame in (("effect", grown), ("daily", daily), ("parts", parts)) if len(frame)
    ]
    if not shown:
        return []
    small = unit.startswith("money") and len(daily) and daily["value"].max() < 100
    fig = abtest_figure.course(
        grown,
        daily,
        parts,
        unit="ratio" if small else unit,
        lang=v.lang,
        titles=[v.say(f"course.{key}", metric=name) for key in shown],
    )
    looks = [v.say("course.bounds" if case.looks else "course.no_bounds")] if len(grown) else []
    last = number(case.lead.test.rel_effect, "+percent", v.lang)
    return [
        blocks.figure(
            fig,
            id=f"course-{verdict.test_id}",
            lang=v.lang,
            notes=looks,
            title=v.say("course.title", metric=name, last=last),
            subtitle=v.say("course.subtitle"),
            alt=v.say(
                "course.alt",
                metric=name,
                last=last,
                shown=join([v.say(f"course.{key}", metric=name) for key in shown], v.lang),
            ),
        )
    ]

"""What was declared, and what was run? (申报与执行)."""

from collections.abc import Mapping

import pandas as pd

from kit.abtest import compare, evidence
from kit.abtest.experiment import Margin
from kit.abtest.verdict import Case
from kit.pages.abtest.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity
from kit.show.sentences import join
from kit.show.tables import Column
from kit.words import word


def declared(v: View, case: Case) -> Block:
    """What was declared, and what was run (申报与执行), line by line."""
    plan = case.trial.plan
    trial = case.trial
    lang = v.lang
    sizes = evidence.sizes(trial)
    dates = compare.dates(trial)
    whole = sum(sizes.values())
    looks = case.looks.done if case.looks else None
    rails = {
        r.indicator: word(f"abtest.decision.{m.decision}", lang) for r, m in case.beside.guardrails
    }
    asked = plan.margin or (Margin(abs(plan.min_effect), True) if plan.min_effect else None)
    rows = {
        "metric": (
            f"{v.name(plan.indicator)} · {v.say(f'declared.{plan.better}')}",
            v.name(case.lead.indicator),
        ),
        "dates": (
            interval(plan.start, plan.end, "date", lang),
            interval(dates[0], dates[-1], "date", lang) if dates else v.say("declared.no_dates"),
        ),
        "on": (number(plan.declared_on, "date", lang), number(plan.start, "date", lang)),
        "looks": (str(plan.looks), str(looks or (1 if case.lead.test.p_value else 0))),
        "split": (_shares(plan.split, 1, lang), _shares(sizes, whole, lang)),
        "margin" if plan.margin else "size": (
            _size(asked, v, plan.indicator),
            number(case.beside.power, "percent", lang) if plan.min_effect else "—",
        ),
        "guardrails": (
            join([f"{v.name(k)} {_size(m, v, k)}" for k, m in plan.guardrails.items()], lang)
            or "—",
            join([f"{v.name(k)} {said}" for k, said in rails.items()], lang) or "—",
        ),
    }
    frame = pd.DataFrame(
        [
            {"item": v.say(f"declared.{key}"), "plan": planned, "run": run}
            for key, (planned, run) in rows.items()
        ]
    )
    columns = [Column(key, v.say(f"declared.{key}")) for key in ("item", "plan", "run")]
    return blocks.table(
        frame, columns, id=f"declared-{plan.test_id}", lang=lang, caption=v.say("declared.caption")
    )


def _shares(sizes: Mapping[str, float], whole: float, lang: str) -> str:
    parts = [f"{k} {number(size / whole, 'percent', lang)}" for k, size in sizes.items() if whole]
    return " · ".join(parts) or "—"


def _size(margin: Margin | None, v: View, indicator: str) -> str:
    """A margin as declared: relative, or in the indicator's unit (points for a rate)."""
    if margin is None:
        return "—"
    unit = "percent" if margin.relative else v.unit(indicator)
    return quantity(margin.size, "pp" if unit == "percent2" else unit, v.lang)

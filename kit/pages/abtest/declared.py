"""What was declared, and what was run? (申报与执行)."""

from collections.abc import Mapping

import pandas as pd

from kit.abtest import compare, evidence
from kit.abtest.experiment import Margin
from kit.abtest.trial import Trial
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
    lang = v.lang
    sizes = evidence.sizes(case.trial)
    rows = {
        "metric": (
            f"{v.name(plan.indicator)} · {v.say(f'declared.{plan.better}')}",
            v.name(case.lead.indicator),
        ),
        "dates": _dates(v, case.trial),
        "on": (number(plan.declared_on, "date", lang), number(plan.start, "date", lang)),
        "looks": _looks(case),
        "split": (_shares(plan.split, 1, lang), _shares(sizes, sum(sizes.values()), lang)),
        "margin" if plan.margin else "size": _aim(v, case),
        "guardrails": _guardrails(v, case),
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


def _dates(v: View, trial: Trial) -> tuple[str, str]:
    """First and last day, declared and of the data."""
    plan = trial.plan
    dates = compare.dates(trial)
    ran = interval(dates[0], dates[-1], "date", v.lang) if dates else v.say("declared.no_dates")
    return interval(plan.start, plan.end, "date", v.lang), ran


def _looks(case: Case) -> tuple[str, str]:
    """How often the data were to be judged, and were."""
    done = case.looks.done if case.looks else None
    return str(case.trial.plan.looks), str(done or (1 if case.lead.test.p_value else 0))


def _aim(v: View, case: Case) -> tuple[str, str]:
    """The margin, or the smallest effect worth finding, and the power for it."""
    plan = case.trial.plan
    asked = plan.margin or (Margin(abs(plan.min_effect), True) if plan.min_effect else None)
    power = number(case.beside.power, "percent", v.lang) if plan.min_effect else "—"
    return _size(asked, v, plan.indicator), power


def _guardrails(v: View, case: Case) -> tuple[str, str]:
    """The guardrails with their margins, and what was found of each."""
    rails = {r.indicator: m.decision for r, m in case.beside.guardrails}
    margins = [f"{v.name(k)} {_size(m, v, k)}" for k, m in case.trial.plan.guardrails.items()]
    found = [f"{v.name(k)} {word(f'abtest.decision.{d}', v.lang)}" for k, d in rails.items()]
    return join(margins, v.lang) or "—", join(found, v.lang) or "—"


def _shares(sizes: Mapping[str, float], whole: float, lang: str) -> str:
    parts = [f"{k} {number(size / whole, 'percent', lang)}" for k, size in sizes.items() if whole]
    return " · ".join(parts) or "—"


def _size(margin: Margin | None, v: View, indicator: str) -> str:
    """A margin as declared: relative, or in the indicator's unit (points for a rate)."""
    if margin is None:
        return "—"
    unit = "percent" if margin.relative else v.unit(indicator)
    return quantity(margin.size, "pp" if unit == "percent2" else unit, v.lang)

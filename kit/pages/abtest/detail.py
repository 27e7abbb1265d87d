"""One test in detail (单个试验): effect over time, daily values, what stands beside, method."""

from typing import Any

from kit.abtest import compare
from kit.abtest.decisions import NO_EFFECT
from kit.abtest.verdict import Case, Verdict
from kit.pages.abtest.beside import beside
from kit.pages.abtest.course import course_figure
from kit.pages.abtest.declared import declared
from kit.pages.abtest.methods import experts
from kit.pages.abtest.view import View, p_text
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity
from kit.words import word


def tests(v: View) -> list[Block]:
    """One folded section per test (逐项说明): figures first, then method and doubts."""
    return [
        blocks.details(
            v.say("test.summary", test=row.quoted, verdict=row.word), _test(v, verdict, row)
        )
        for verdict, row in zip(v.found, v.table.itertuples(), strict=True)
    ]


def _test(v: View, verdict: Verdict, row: Any) -> list[Block]:
    case = verdict.case
    plan = verdict.plan
    if case is None or plan is None:
        return [blocks.box("refuse", [v.told(f) for f in verdict.faults])]
    lines = [row.why, row.next]
    found = []
    if verdict.decision not in NO_EFFECT:
        lines += [*_numbers(v, case, row), *_margin(v, case)]
        found = course_figure(v, verdict, v.unit(plan.indicator)) + beside(v, verdict)
    doubt = [*case.trial.deviations, *case.beside.cautions]
    found = [blocks.answer(lines), *found, declared(v, case)]
    found += [blocks.box("warn", [v.told(f) for f in doubt])] if doubt else []
    skipped = [v.told(f) for f in case.beside.skipped]
    return [*found, blocks.text(" ".join([*_method(v, case), *experts(v, verdict), *skipped]))]


def _numbers(v: View, case: Case, row: Any) -> list[str]:
    """Levels, change, interval and p; of a rate also the gap in percentage points."""
    test = case.lead.test
    indicator = case.trial.plan.indicator
    unit = v.unit(indicator)
    numbers = v.say(
        "test.numbers",
        metric=v.name(indicator),
        variant=case.lead.variant,
        control=quantity(test.control, unit, v.lang),
        p=p_text(test.p_value, v.lang),
        treatment=quantity(test.treatment, unit, v.lang),
        change=number(row.rel_effect, "+percent", v.lang),
        range=interval(row.rel_low, row.rel_high, "+percent", v.lang),
    )
    if unit != "percent2" or test.ci_low is None:
        return [numbers]
    ends = (100 * (test.ci_high or 0), 100 * test.ci_low)
    gap = number(100 * test.effect, "+ratio", v.lang)
    points = interval(min(ends), max(ends), "+ratio", v.lang)
    return [numbers, v.say("test.points", gap=gap, range=points)]


def _method(v: View, case: Case) -> list[str]:
    """The method with its sizes and error rate, and what it assumes."""
    method = case.lead.test.method
    plan = case.trial.plan
    used = v.say(
        "test.method",
        method=word(f"abtest.method.{method}", v.lang),
        n_control=case.lead.n_control,
        n_treatment=case.lead.n_treatment,
        unit=v.say("unit.user" if case.trial.by_user else "unit.day"),
        alpha=number(plan.alpha, "ratio", v.lang),
        looks=plan.looks,
    )
    return [used, word(f"abtest.assumes.{method.removesuffix('_ewc')}", v.lang)]


def _margin(v: View, case: Case) -> list[str]:
    """What the test against a declared margin found, relative to the control."""
    plan = case.trial.plan
    level = case.lead.test.control
    if plan.kind == "superiority" or plan.margin is None or level <= 0:
        return []
    found = compare.against_margin(case.lead, plan.margin, plan.kind, plan.alpha)
    sure = 100 * (1 - plan.alpha * (2 if plan.kind == "equivalence" else 1))
    return [
        v.say(
            "test.margin",
            margin=number(plan.margin.of(level) / level, "percent", v.lang),
            p=p_text(found.p_value, v.lang),
            sure=f"{sure:g}%",
            range=interval(found.ci_low / level, found.ci_high / level, "+percent", v.lang),
        )
    ]

"""One test in detail (单个试验): effect over time, daily values, what stands beside, method."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kit.abtest import compare, course, evidence, portfolio
from kit.abtest.experiment import Margin
from kit.abtest.verdict import Case, Verdict
from kit.pages.abtest import figure as abtest_figure
from kit.pages.abtest.view import TONE, View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity
from kit.show.sentences import join
from kit.show.tables import Column
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
    unit = v.unit(plan.indicator)
    test = case.lead.test
    lead = case.lead
    lines = [row.why, row.next]
    found = []
    if verdict.decision not in portfolio.NO_EFFECT:
        lines.append(
            v.say(
                "test.numbers",
                metric=v.name(plan.indicator),
                variant=lead.variant,
                control=quantity(test.control, unit, v.lang),
                p=_chance(test.p_value, v.lang),
                treatment=quantity(test.treatment, unit, v.lang),
                change=number(row.rel_effect, "+percent", v.lang),
                range=interval(row.rel_low, row.rel_high, "+percent", v.lang),
            )
        )
        if unit == "percent2" and test.ci_low is not None:
            ends = (100 * (test.ci_high or 0), 100 * test.ci_low)
            lines.append(
                v.say(
                    "test.points",
                    gap=number(100 * test.effect, "+ratio", v.lang),
                    range=interval(min(ends), max(ends), "+ratio", v.lang),
                )
            )
        lines += _margin(v, case)
        found = _course(v, verdict, unit) + _beside(v, verdict)
    doubt = [*case.trial.deviations, *case.beside.cautions]
    found = [blocks.answer(lines), *found, _declared(v, case)]
    found += [blocks.box("warn", [v.told(f) for f in doubt])] if doubt else []
    method = v.say(
        "test.method",
        method=word(f"abtest.method.{test.method}", v.lang),
        n_control=lead.n_control,
        n_treatment=lead.n_treatment,
        unit=v.say("unit.user" if case.trial.by_user else "unit.day"),
        alpha=number(plan.alpha, "ratio", v.lang),
        looks=plan.looks,
    )
    assumes = word(f"abtest.assumes.{test.method.removesuffix('_ewc')}", v.lang)
    skipped = [v.told(f) for f in case.beside.skipped]
    return [*found, blocks.text(" ".join([method, assumes, *_experts(v, verdict), *skipped]))]


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
            p=_chance(found.p_value, v.lang),
            sure=f"{sure:g}%",
            range=interval(found.ci_low / level, found.ci_high / level, "+percent", v.lang),
        )
    ]


def _declared(v: View, case: Case) -> Block:
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


def _experts(v: View, verdict: Verdict) -> list[str]:
    """Looks, the gap before, and what other methods would have said."""
    case = verdict.case
    said = list[str]()
    if case is None:
        return said
    if case.looks:
        crossed = [
            date
            for date, z, edge in zip(case.looks.dates, case.looks.z, case.looks.edges, strict=False)
            if abs(z) >= edge
        ]
        said.append(
            v.say("looks.crossed", date=number(crossed[0], "date", v.lang))
            if crossed
            else v.say("looks.inside", done=case.looks.done, planned=case.looks.planned)
        )
    net = case.beside.net
    level = case.lead.test.control
    checks = case.beside.checks
    if net and net.p_value is not None and level > 0:
        said.append(
            v.say(
                "net",
                change=number(net.effect / level, "+percent", v.lang),
                p=_chance(net.p_value, v.lang),
            )
        )
    plain = case.lead.plain
    if plain and plain.p_value is not None and level > 0:
        said.append(
            v.say(
                "cuped",
                change=number(plain.rel_effect, "+percent", v.lang),
                p=_chance(plain.p_value, v.lang),
                before=_chance(case.lead.imbalance_p, v.lang),
            )
        )
    if checks and checks.pooled_p is not None:
        said.append(
            v.say(
                "checks",
                pooled=_chance(checks.pooled_p, v.lang),
                phi=number(checks.dispersion, "ratio", v.lang),
                quasi=_chance(checks.quasi_p, v.lang),
            )
        )
    if checks and checks.jackknife_error and level > 0:
        said.append(
            v.say(
                "jackknife",
                error=number(checks.jackknife_error / level, "percent2", v.lang),
                ours=number((case.lead.test.se or 0) / level, "percent2", v.lang),
            )
        )
    chance = case.beside.posterior
    if chance and verdict.decision not in portfolio.NO_EFFECT:
        said.append(
            v.say(
                "posterior",
                loss=number(100 * chance.expected_loss_if_choose_treatment, "coef", v.lang),
                chance=number(chance.prob_treatment_better, "chance", v.lang),
            )
        )
    if checks and checks.wilcoxon_p is not None:
        said.append(v.say("wilcoxon", p=_chance(checks.wilcoxon_p, v.lang)))
    return said


def _course(v: View, verdict: Verdict, unit: str) -> list[Block]:
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


def _beside(v: View, verdict: Verdict) -> list[Block]:
    """Arms, secondary indicators, guardrails and segments in one table, money in a sentence."""
    case = verdict.case
    if case is None:
        return []
    groups = [("arm", r, r.decision) for r in case.arms if len(case.arms) > 1]
    groups += [("secondary", r, r.decision) for r in case.beside.secondary]
    groups += [("guardrail", r, m.decision) for r, m in case.beside.guardrails]
    apart = (case.beside.interaction_p or 1.0) < case.trial.plan.alpha
    groups += [("segment", r, r.decision if apart else "as_whole") for r in case.beside.segments]
    rows = pd.DataFrame(
        [
            {
                "kind": v.say(f"beside.{kind}"),
                "what": r.stratum or (r.variant if kind == "arm" else v.name(r.indicator)),
                "change": r.test.rel_effect,
                "p": r.p_adjusted if r.p_adjusted is not None else r.test.p_value,
                "word": word(f"abtest.decision.{said}", v.lang),
                "word_tone": TONE.get(said, "unclear"),
            }
            for kind, r, said in groups
        ]
    )
    found = []
    if len(rows):
        columns = [
            Column("kind", v.say("column.kind")),
            Column("what", v.say("column.what")),
            Column("change", v.say("column.change"), "+percent"),
            Column("p", v.say("column.p"), "p"),
            Column("word", v.say("column.verdict")),
        ]
        notes = [v.say("beside.note")]
        p = case.beside.interaction_p
        notes += [v.say("beside.interaction", p=_chance(p, v.lang))] if p is not None else []
        strata = case.beside.strata
        if strata and strata.common_odds_ratio is not None and strata.p_value is not None:
            notes.append(
                v.say(
                    "beside.strata",
                    p=_chance(strata.p_value, v.lang),
                    odds=number(strata.common_odds_ratio, "ratio", v.lang),
                )
            )
        notes += [v.say("beside.simpson")] if strata and strata.simpson_reversal else []
        found.append(
            blocks.table(
                rows,
                columns,
                id=f"beside-{verdict.test_id}",
                lang=v.lang,
                caption=v.say("beside.caption"),
                notes=notes,
            )
        )
    money = case.beside.money
    if money and verdict.decision != "inferior":
        found.append(
            blocks.text(
                v.say(
                    "money",
                    even=_even(case, v.lang),
                    profit=quantity(money.profit, v.money, v.lang),
                    range=interval(money.ci_low, money.ci_high, v.money, v.lang),
                    chance=">" * (money.prob_profitable > 0.999)
                    + number(min(money.prob_profitable, 0.999), "percent", v.lang),
                    loss=quantity(money.expected_loss, v.money, v.lang),
                )
            )
        )
    return found


def _even(case: Case, lang: str) -> str:
    """The relative change from which rolling out pays."""
    money = case.beside.money
    level = case.lead.test.control
    return number(
        money.break_even_effect / level if money and level > 0 else None, "+percent", lang
    )


def _chance(p: object, lang: str) -> str:
    """A p-value as it stands after the letter: = 0.016, < 0.001."""
    text = number(p, "p", lang)
    return text.replace("<", "< ") if "<" in text else f"= {text}"

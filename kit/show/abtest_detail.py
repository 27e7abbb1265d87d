"""One test in detail (单个试验): effect over time, daily values, what stands beside, method."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit import words
from kit.abtest import course, portfolio
from kit.abtest.verdict import Verdict
from kit.errors import Fault
from kit.show import blocks, figures
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity
from kit.show.sentences import join, say
from kit.show.tables import Column
from kit.words import word

TONE = {"treatment_better": "better", "non_inferior": "neutral", "treatment_worse": "worse",
        "inferior": "worse", "equivalent": "neutral", "keep_running": "provisional",
        "invalid_srm": "missing", "invalid_input": "missing", "no_test": "missing",
        "not_enough_data": "missing"}
UNIT = {"roi": "ratio", "roas": "ratio", "cost_ratio": "percent", "cpc": "money", "cpa": "money",
        "aov": "money", "revenue_per_user": "money", "sales": "money", "orders": "int",
        "clicks": "int", "revenue_per_session": "money"}


@dataclass(frozen=True)
class View:
    """One reader's view: tables, language, the verdicts that may be seen, as records and table."""

    tables: Any
    lang: str
    found: tuple[Verdict, ...]
    table: pd.DataFrame
    past: pd.DataFrame

    def say(self, key: str, n: int | None = None, **facts: object) -> str:
        return say(f"abtest.page.{key}", self.lang, n, **facts)

    def name(self, indicator: object) -> str:
        """Label of an indicator."""
        known = f"indicator.{indicator}"
        return word(known if words.has(known) else f"abtest.indicator.{indicator}", self.lang)

    def told(self, fault: Fault) -> str:
        """A fault with its indicators named in the reader's language."""
        names = {k: join([self.name(i) for i in v], self.lang) if k == "indicators" else
                 self.name(v) if k == "indicator" else
                 join([self.say(f"field.{i}") for i in v], self.lang) if k == "missing" else v
                 for k, v in fault.facts.items()}
        return Fault(fault.key, names).told(self.lang)

    def then(self, verdict: Verdict) -> str:
        """The next step; where it is a longer test, how long."""
        step = word(f"abtest.next.{verdict.next_step}", self.lang)
        if verdict.next_step != "longer" or not verdict.plan or not verdict.plan.min_effect:
            return step
        days = portfolio.weeks_more(verdict)
        effect = number(verdict.plan.min_effect, "percent", self.lang)
        more = self.say("longer", days=days, effect=effect) if days else self.say(
            "longer_never", effect=effect)
        return step + more

    def unpaid(self) -> list[str]:
        """Per test why it has no money verdict."""
        early = word("abtest.page.no_money_yet", self.lang)
        skips = [[self.told(f) for f in v.case.beside.skipped if ".money" in f.key]
                 if v.case and v.decision not in portfolio.NO_EFFECT else [] for v in self.found]
        return [" ".join(skip) or early for skip in skips]


def tests(v: View) -> list[Block]:
    """One folded section per test (逐项说明): figures first, then method and doubts."""
    return [blocks.details(v.say("test.summary", test=row.label, verdict=row.word),
                           _test(v, verdict, row))
            for verdict, row in zip(v.found, v.table.itertuples(), strict=True)]


def _test(v: View, verdict: Verdict, row: Any) -> list[Block]:
    case, plan = verdict.case, verdict.plan
    if case is None or plan is None:
        return [blocks.box("refuse", [v.told(f) for f in verdict.faults])]
    unit, test, lead = UNIT.get(plan.indicator, "percent2"), case.lead.test, case.lead
    lines, found = [row.why, row.next], []
    if verdict.decision not in portfolio.NO_EFFECT:
        lines.append(v.say(
            "test.numbers", metric=v.name(plan.indicator), variant=lead.variant,
            control=quantity(test.control, unit, v.lang), p=_chance(test.p_value, v.lang),
            treatment=quantity(test.treatment, unit, v.lang),
            change=number(row.rel_effect, "+percent", v.lang),
            range=interval(row.rel_low, row.rel_high, "+percent", v.lang)))
        found = _series(v, verdict, unit) + _beside(v, verdict)
    found = [blocks.answer(lines), *found]
    doubt = [*case.trial.deviations, *case.beside.cautions]
    found += [blocks.box("warn", [v.told(f) for f in doubt])] if doubt else []
    method = v.say("test.method", method=word(f"abtest.method.{test.method}", v.lang),
                   n_control=lead.n_control, n_treatment=lead.n_treatment,
                   unit=v.say("unit.user" if case.trial.by_user else "unit.day"),
                   alpha=number(plan.alpha, "ratio", v.lang), looks=plan.looks)
    assumes = word(f"abtest.assumes.{test.method.removesuffix('_ewc')}", v.lang)
    skipped = [v.told(f) for f in case.beside.skipped]
    return [*found, blocks.text(" ".join([method, assumes, *_experts(v, verdict), *skipped]))]


def _experts(v: View, verdict: Verdict) -> list[str]:
    """Looks, the gap before, and what other methods would have said."""
    case, said = verdict.case, list[str]()
    if case is None:
        return said
    if case.looks:
        crossed = [date for date, z, edge in zip(case.looks.dates, case.looks.z, case.looks.edges,
                                                 strict=False) if abs(z) >= edge]
        said.append(v.say("looks.crossed", date=number(crossed[0], "date", v.lang)) if crossed
                    else v.say("looks.inside", done=case.looks.done, planned=case.looks.planned))
    net, level, checks = case.beside.net, case.lead.test.control, case.beside.checks
    if net and net.p_value is not None and level > 0:
        said.append(v.say("net", change=number(net.effect / level, "+percent", v.lang),
                          p=_chance(net.p_value, v.lang)))
    if checks and checks.pooled_p is not None:
        said.append(v.say("checks", pooled=_chance(checks.pooled_p, v.lang),
                          phi=number(checks.dispersion, "ratio", v.lang),
                          quasi=_chance(checks.quasi_p, v.lang)))
    if checks and checks.wilcoxon_p is not None:
        said.append(v.say("wilcoxon", p=_chance(checks.wilcoxon_p, v.lang)))
    return said


def _series(v: View, verdict: Verdict, unit: str) -> list[Block]:
    """Cumulative effect with its boundary, and the daily values of both arms."""
    case = verdict.case
    if case is None:
        return []
    name, found = v.name(case.lead.indicator), []
    grown = course.cumulative(case.trial, case.lead, case.looks, case.trial.plan.alpha)
    if len(grown) > 1 and case.lead.test.control > 0:
        grown[["value", "low", "high", "bound_low", "bound_high"]] /= case.lead.test.control
        looks = v.say("effect.bounds" if case.looks else "effect.no_bounds")
        fig = figures.lines(grown, x="date", unit="+percent", lang=v.lang, reference=0)
        found.append(blocks.figure(
            fig, id=f"effect-{verdict.test_id}", title=v.say("effect.title", metric=name),
            subtitle=v.say("effect.subtitle", metric=name), lang=v.lang, notes=[looks],
            alt=v.say("effect.alt", days=len(grown),
                      last=number(grown["value"].iloc[-1], "+percent", v.lang))))
    daily = course.by_date(case.trial, case.lead)
    if len(daily):
        daily["tone"] = np.where(daily["series"] == case.lead.variant, "focus", "others")
        small = unit == "money" and daily["value"].max() < 100
        fig = figures.lines(daily, x="date", unit="ratio" if small else unit, lang=v.lang)
        found.append(blocks.figure(
            fig, id=f"daily-{verdict.test_id}", title=v.say("daily.title", metric=name),
            subtitle=v.say("daily.subtitle", metric=name), lang=v.lang,
            alt=v.say("daily.alt", metric=name, days=int(daily["date"].nunique()))))
    return found


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
    rows = pd.DataFrame([{
        "kind": v.say(f"beside.{kind}"), "what": r.stratum or (
            r.variant if kind == "arm" else v.name(r.indicator)),
        "change": r.test.rel_effect, "p": r.p_adjusted if r.p_adjusted is not None
        else r.test.p_value, "word": word(f"abtest.decision.{said}", v.lang),
        "word_tone": TONE.get(said, "unclear")} for kind, r, said in groups])
    found = []
    if len(rows):
        columns = [Column("kind", v.say("column.kind")), Column("what", v.say("column.what")),
                   Column("change", v.say("column.change"), "+percent"),
                   Column("p", v.say("column.p"), "p"), Column("word", v.say("column.verdict"))]
        notes = [v.say("beside.note")]
        p = case.beside.interaction_p
        notes += [v.say("beside.interaction", p=_chance(p, v.lang))] if p is not None else []
        strata = case.beside.strata
        notes += [v.say("beside.simpson")] if strata and strata.simpson_reversal else []
        found.append(blocks.table(rows, columns, id=f"beside-{verdict.test_id}", lang=v.lang,
                                  caption=v.say("beside.caption"), notes=notes))
    money = case.beside.money
    if money and verdict.decision != "inferior":
        found.append(blocks.text(v.say(
            "money", profit=quantity(money.profit, "money", v.lang),
            range=interval(money.ci_low, money.ci_high, "money", v.lang),
            chance=">" * (money.prob_profitable > 0.999) + number(
                min(money.prob_profitable, 0.999), "percent", v.lang),
            loss=quantity(money.expected_loss, "money", v.lang))))
    return found


def _chance(p: object, lang: str) -> str:
    """A p-value as it stands after the letter: = 0.016, < 0.001."""
    text = number(p, "p", lang)
    return text.replace("<", "< ") if "<" in text else f"= {text}"

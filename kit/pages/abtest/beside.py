"""What stands beside the main indicator? (其他指标、护栏、人群、金额)."""

import pandas as pd

from kit.abtest.compare import Reading
from kit.abtest.decisions import Decision
from kit.abtest.verdict import Case, Verdict
from kit.pages.abtest.view import TONE, View, p_text
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, number, quantity
from kit.show.tables import Column
from kit.words import word


def beside(v: View, verdict: Verdict) -> list[Block]:
    """Arms, secondary indicators, guardrails and segments in one table, money in a sentence."""
    case = verdict.case
    if case is None:
        return []
    money = [] if verdict.decision == Decision.INFERIOR else _money(v, case)
    return [*_table(v, case, verdict.test_id), *money]


def _rows(v: View, case: Case) -> pd.DataFrame:
    """One row an arm, secondary indicator, guardrail and segment, with its verdict."""
    groups: list[tuple[str, Reading, str]] = [
        ("arm", r, r.decision) for r in case.arms if len(case.arms) > 1
    ]
    groups += [("secondary", r, r.decision) for r in case.beside.secondary]
    groups += [("guardrail", r, m.decision) for r, m in case.beside.guardrails]
    apart = (case.beside.interaction_p or 1.0) < case.trial.plan.alpha
    groups += [("segment", r, r.decision if apart else "as_whole") for r in case.beside.segments]
    return pd.DataFrame(
        [
            {
                "kind": v.say(f"beside.{kind}"),
                "what": r.stratum or (r.variant if kind == "arm" else v.name(r.indicator)),
                "change": r.test.rel_effect,
                "p": r.p_adjusted if r.p_adjusted is not None else r.test.p_value,
                "word": word(f"abtest.decision.{decision}", v.lang),
                "word_tone": TONE.get(decision, "unclear"),
            }
            for kind, r, decision in groups
        ]
    )


def _table(v: View, case: Case, test_id: str) -> list[Block]:
    rows = _rows(v, case)
    if rows.empty:
        return []
    columns = [
        Column("kind", v.say("column.kind")),
        Column("what", v.say("column.what")),
        Column("change", v.say("column.change"), "+percent"),
        Column("p", v.say("column.p"), "p"),
        Column("word", v.say("column.verdict")),
    ]
    caption = v.say("beside.caption")
    notes = _notes(v, case)
    return [
        blocks.table(
            rows, columns, id=f"beside-{test_id}", lang=v.lang, caption=caption, notes=notes
        )
    ]


def _notes(v: View, case: Case) -> list[str]:
    """Whether segments differ, what all strata say together, and a reversal (人群说明)."""
    p = case.beside.interaction_p
    strata = case.beside.strata
    notes = [v.say("beside.note")]
    notes += [v.say("beside.interaction", p=p_text(p, v.lang))] if p is not None else []
    if strata and strata.common_odds_ratio is not None and strata.p_value is not None:
        odds = number(strata.common_odds_ratio, "ratio", v.lang)
        notes.append(v.say("beside.strata", p=p_text(strata.p_value, v.lang), odds=odds))
    return [*notes, *([v.say("beside.simpson")] if strata and strata.simpson_reversal else [])]


def _money(v: View, case: Case) -> list[Block]:
    """What rolling out would bring, with its chance and the loss if not (金额)."""
    money = case.beside.money
    if not money:
        return []
    sure = ">" * (money.prob_profitable > 0.999)
    line = v.say(
        "money",
        even=_even(case, v.lang),
        profit=quantity(money.profit, v.money, v.lang),
        range=interval(money.ci_low, money.ci_high, v.money, v.lang),
        chance=sure + number(min(money.prob_profitable, 0.999), "percent", v.lang),
        loss=quantity(money.expected_loss, v.money, v.lang),
    )
    return [blocks.text(line)]


def _even(case: Case, lang: str) -> str:
    """The relative change from which rolling out pays."""
    money = case.beside.money
    level = case.lead.test.control
    return number(
        money.break_even_effect / level if money and level > 0 else None, "+percent", lang
    )

"""Notebook 5 for one person (个人): score, tests, actions, plan; the interview is in talk_page."""

from dataclasses import replace
from typing import Any

import pandas as pd
from markupsafe import Markup

from kit.pages.people.agenda import agenda, own_facts
from kit.pages.people.calibrated import decided
from kit.pages.people.feedback import feedback_days, rated_answers
from kit.pages.people.view import View, edges, listed, note
from kit.people import appeals as pleas
from kit.people.career import last_change
from kit.scoring.feedback import answers, is_exact
from kit.scoring.floors import under
from kit.scoring.pools import LEAST
from kit.show import blocks
from kit.show.ahead import chance, chance_rest, stands, step
from kit.show.blocks import Block, Card
from kit.show.doubted import doubted
from kit.show.format import interval
from kit.show.html import each, t
from kit.words import word

PAPER = Block("text", Markup('<div class="two-sheets"></div>'))  # blocks.css: close on paper


def first(v: View) -> list[Block]:
    """Title, headline cards and answer of one person's page (页首、要点、结论)."""
    if not v.who:
        return []
    kind = "person" if v.audience == "employee" else "sheet"
    title = v.say(f"people.{kind}.title", name=v.names[v.who])
    head = blocks.header(v.tables, v.lang, title=title, question=v.say(f"people.{kind}.question"))
    facts = [note(v, n) for n in v.of(v.found.standing).to_dict("records")]
    rated = rated_answers(v)
    if rated["named"].all():  # nobody answered, or too few for any pool to be shown
        hidden = "people.feedback_hidden" if is_exact(v.tables) else "people.feedback_few"
        given = len(v.mine(answers(v.tables, feedback_days(v))))
        facts.append(
            v.say(
                hidden if given else "people.no_feedback",
                n=max(LEAST, v.tables.scheme.feedback.min_raters),
            )
        )
    doubts = doubted(v.tables, v.lang, {v.who: v.names[v.who]})
    return [
        head,
        PAPER,
        blocks.answers("grade", blocks.cards(_cards(v))),
        blocks.answers("next", _answer(v)),
        *([blocks.box("warn", doubts)] if doubts else []),
        *([blocks.box("note", facts)] if facts else []),
        *_facts(v),
        *agenda(v),
    ]


def _facts(v: View) -> list[Block]:
    """What the agenda says of the person, as facts: a manager sees nothing that is not here."""
    lines = own_facts(v)
    if not lines:
        return []
    items = each(lambda line: t("<li>{}</li>", line), lines)
    html = t("<section><h3>{}</h3><ul>{}</ul></section>", v.say("people.own_facts"), items)
    return [Block("text", html, {"sentences": lines}, "own-facts")]


def total(v: View) -> dict[str, Any]:
    """The person's row of the scorecards' totals."""
    return dict(v.mine(v.found.cards.totals).iloc[0])


def gone(v: View) -> bool:
    """Whether the person has left (已离职): no interview, no plan, but points and an appeal."""
    return bool(v.mine(v.found.steps)["reason"].eq("left").any())


def _change(v: View) -> tuple[float | None, bool]:
    """Change of the compared total since the period before, and whether it is beyond chance."""
    mine = v.mine(last_change(v.found.alike, level=v.tables.scheme.uncertainty.level))
    if mine.empty or mine["period_id"].iloc[0] != v.tables.period.id:
        return None, False
    return float(mine["change"].iloc[0]), bool(mine["sure"].iloc[0])


def _cards(v: View) -> list[Card]:
    of = total(v)
    (change, sure) = _change(v)
    adjusted = of["grade_adjusted"]
    moved = (
        ""
        if change is None
        else v.say(
            "people.card.beyond" if sure else "people.card.within",
            change=v.number(change, "+points"),
        )
    )
    grade = v.grade(of)
    likely = "" if grade == "—" else chance(v.scheme_of(v.who), of, v.lang)
    then = v.say(
        "people.card.grade_then", grade=adjusted if isinstance(adjusted, str) and adjusted else "—"
    )
    floor = v.scheme_of(v.who).coverage_floor
    least = v.say("people.card.floor", floor=v.number(floor, "percent")) if floor else ""
    tone = "neutral" if not sure else "better" if (change or 0) > 0 else "worse"
    return [
        Card(
            v.say("people.card.total"), v.number(of["printed"], "points"), moved, _span(v, of), tone
        ),
        Card(v.say("people.card.grade"), grade, likely),
        Card(v.say("people.card.adjusted"), v.number(of["printed_adjusted"], "points"), then),
        Card(
            v.say("people.card.coverage"),
            v.number(of["coverage"], "percent"),
            least,
        ),
    ]


def _span(v: View, of: dict[str, Any]) -> str:
    return interval(of["ci_low"], of["ci_high"], "points", v.lang)


def _answer(v: View) -> Block:
    """The answer (结论); index and summary cite what comes first: score, lines, step, last day."""
    cited = _cited(v)
    of = total(v)
    if pd.isna(of["printed"]):
        more = []
    else:
        strong = edges(v, v.who)[0]
        more = [v.say("people.say.strong", what=listed(v, strong))] if strong else []
        more += chance_rest(v.scheme_of(v.who), of, v.lang)
    block = blocks.answer([*cited, *more])
    return replace(block, data=block.data | {"cited": cited})


def _cited(v: View) -> list[str]:
    """Score and grade, the lines, what changed them, the one next step, the last day to object."""
    of = total(v)
    until = v.say("people.say.appeal", until=str(appeal_until(v)))
    if pd.isna(of["printed"]):
        why = word(of["reason"], v.lang) if isinstance(of["reason"], str) and of["reason"] else "—"
        return [v.say("people.say.unscored", reason=why), until]
    points = v.number(of["printed"], "points")
    lines = [v.say("people.say.total", points=points, grade=v.grade(of), span=_span(v, of))]
    lines += [stands(v.scheme_of(v.who), of["printed"], v.lang), *capped(v, of)]
    nearest = step(v.tables_of(v.who), v.mine(v.weighed), v.lang)
    lines += [*_changed(v, points), *decided(v), *([nearest] if nearest else [])]
    return [*lines, until]


def _changed(v: View, before: str) -> list[str]:
    """What an appeal or a review made of the total and grade (改动后), where they were changed."""
    now = dict(v.mine(v.found.official).iloc[0])
    after, grade = v.number(now["printed"], "points"), str(now["grade"]) or "—"
    told = v.say("people.say.changed", before=before, after=after, grade=grade)
    return [told] if now["changed"] else []


def capped(v: View, of: dict[str, Any]) -> list[str]:
    """Why a grade stands under what the total alone would give (等级封顶); nothing if it does not.

    of : the person's row of the totals, scored
    """
    scheme = v.scheme_of(v.who)
    alone = next((g.grade for g in scheme.grades if of["printed"] >= g.min), "")
    if not scheme.core_floor or alone in ("", of["grade"]):
        return []
    low = under(scheme, v.mine(v.found.cards.indicators))
    line, cap = v.number(scheme.core_floor.points, "points"), scheme.core_floor.cap
    what = listed(v, low["indicator"])
    lines = [v.say("people.capped", alone=alone, what=what, cap=cap, floor=line)]
    if len(low) and not low["sure"].any():
        nearest = low.loc[[low["high"].idxmax()]]
        high = v.number(nearest["high"].iloc[0], "points")
        lines.append(
            v.say(
                "people.capped_unsure", what=listed(v, nearest["indicator"]), high=high, floor=line
            )
        )
    return lines


def appeal_until(v: View) -> Any:
    """Last day for an appeal (异议截止): working days after the talk, else after its due day."""
    steps = v.mine(v.found.steps).set_index("phase")
    return pleas.until(v.tables, steps.loc["feedback", "on"])

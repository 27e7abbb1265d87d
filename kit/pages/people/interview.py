"""The interview (面谈) on one person's sheet: loop, questions, room to write, and the appeal."""

import numpy as np
import pandas as pd
from markupsafe import Markup

from kit.pages.people.agenda import first_asked
from kit.pages.people.appeals import appeals
from kit.pages.people.calibrated import calibrated
from kit.pages.people.person import appeal_until, gone
from kit.pages.people.view import View, edges, heading, listed, step
from kit.people import loop as loops
from kit.people.ladder import missed
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.goals import goals, may_come
from kit.show.goals import missed as words_of
from kit.show.html import each, t
from kit.show.status import standing

ROWS_TO_FILL = 3  # empty lines for what the talk agrees


def talk(v: View) -> list[Block]:
    """Loop, questions, room for the reply, signatures, appeal (面谈: 问题、答复、签字、异议)."""
    if not v.who:
        return []
    steps = v.mine(v.found.steps)
    phases = zip(v.words("phase", steps["phase"]), steps.to_dict("records"), strict=True)
    done = [v.say("people.phase_is", phase=name, state=step(v, row)) for name, row in phases]
    held = v.mine(loops.of_period(v.tables, "interviews"))
    told = [
        v.say(f"people.talk.{name}", text=text)
        for name in ("facts", "obstacles", "reply")
        for text in v.masked(held[name])
        if text
    ]
    told += _open(v) if told else []
    state = Block("text", t("<p>{}</p>", v.run(done)), {"sentences": done, "loop": done})
    return [
        *heading(v, "talk"),
        state,
        *([blocks.box("note", told)] if told else []),
        *([] if gone(v) else _folded(v, _sheet(v))),
        *calibrated(v),
        *appeals(v),
        blocks.text(_route(v)),
    ]


def _open(v: View) -> list[str]:
    """What a record may call missed that late conversions may still reach (暂未达到)."""
    rows = missed(v.found)
    rows = v.mine(rows[rows["completion"].notna()])
    late = [may_come(v.tables, r["indicator"], r["completion"]) for r in rows.to_dict("records")]
    rows = rows[np.array(late, bool)]
    told = words_of(v, rows, v.indicators(rows["indicator"]))
    days = standing(v.tables)["provisional"]
    return [v.say("people.talk_open", what=told, days=days)] if len(rows) else []


def _sheet(v: View) -> list[Block]:
    """Questions and the form to fill in, for a talk that can still be held (面谈表)."""
    asked = questions(v)
    ask = Block(
        "text",
        t("<ol>{}</ol>", each(lambda q: t("<li>{}</li>", q), asked)),
        {"sentences": asked},
        "questions",
    )
    return [ask, Block("text", _form(v), {}, "form")]


def _folded(v: View, sheet: list[Block]) -> list[Block]:
    """The form in a fold on the own page (折叠): the sheet that the manager prints has it open."""
    own = v.audience == "employee"
    return [blocks.details(v.say("people.talk_form"), sheet)] if own else sheet


def _route(v: View) -> str:
    """How and until when to appeal (申诉途径), counted from the talk or the day it was due."""
    talk = v.mine(v.found.steps).set_index("phase").loc["feedback"]
    since = "after_talk" if pd.notna(talk["on"]) else "after_due"
    return v.say(
        "people.appeal_route",
        until=str(appeal_until(v)),
        since=v.say(f"people.{since}", days=v.tables.scheme.appeal.working_days),
    )


def questions(v: View) -> list[str]:
    """Questions for the talk (面谈提问), from the figures: gaps, late actions, skills."""
    weak = edges(v, v.who)[1]
    late = v.mine(v.found.late)
    asked = [*first_asked(v)]
    rows = v.mine(v.found.cards.indicators).set_index("indicator", drop=False).loc[weak]
    aims = zip(weak, goals(v, rows), strict=True)
    asked += [v.say("people.ask.weak", what=listed(v, [name]), goal=goal) for name, goal in aims]
    acts = v.masked(late.loc[late["what"] == "action", "item"])
    asked += [v.say("people.ask.late", what=text) for text in acts]
    asked += [v.say("people.ask.skill", what=s) for s in v.mine(v.found.gaps)["skill"][:1]]
    return [*asked, v.say("people.ask.help"), v.say("people.ask.next")]


def _form(v: View) -> Markup:
    """Lines to write on: agreed actions, the reply, signatures."""
    cells = Markup('<td style="height:1.8em;min-width:5em"></td>') * 3
    names = [v.say(f"people.c.{name}") for name in ("action", "owner", "due")]
    heads = each(lambda name: t('<th scope="col" style="text-align:left">{}</th>', name), names)
    rows = each(lambda _: t("<tr>{}</tr>", cells), range(ROWS_TO_FILL))
    sign = each(
        lambda name: t('<span style="white-space:nowrap">{}</span> ', v.say(f"people.sign.{name}")),
        ("person", "manager", "date"),
    )
    return t(
        '<table style="width:100%"><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table><p>{}</p>"
        '<div style="height:4em;border:1px solid #8A929C"></div><p>{}</p>',
        v.say("people.form"),
        heads,
        rows,
        v.say("people.reply"),
        sign,
    )

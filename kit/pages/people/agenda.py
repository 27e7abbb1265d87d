"""Whom to talk to first, what is due this week (先谈谁、本周待办): on page 5 and on the index."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
from markupsafe import Markup

from kit.data.store.opaque import opaque
from kit.pages.people.view import View
from kit.people import agenda as facts_of
from kit.people.agenda import SHOWN, Entry
from kit.people.hints import Hint
from kit.people.tasks import Task
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import day, interval, quantity, unit_word
from kit.show.html import each, folded, t
from kit.show.sentences import join, say, some
from kit.show.spark import spark
from kit.show.tables import Column
from kit.words import word

LED = ("manager",)  # who gives the talks
OWN = ("2_kpi_scoring", "5_people")  # pages that an employee has
COLUMNS = ("what", "owner", "due", "worth", "see")


def agenda(v: View) -> list[Block]:
    """Talk first and this week (先谈谁、本周待办), with their data for the index and the mail."""
    known = facts_of.agenda(v.tables, v.found)
    kind = v.audience.partition("/")[0]
    week = [_task(v, task) for task in facts_of.this_week(known, v.people, v.audience)]
    told: dict[str, Any] = {"as_of": str(known.today), "week": week}
    if kind in LED and not v.who:
        told["talk"] = [_entry(v, entry) for entry in facts_of.talk_first(known, v.people)]
        told["people"] = len(v.people)
    if v.who and kind != "employee":  # the manager's tasks stand on the team's page
        told["week"] = []
    html = drawn(told, v.lang)
    return [Block("agenda", html, {"agenda": told}, "agenda")] if html else []


def own_facts(v: View) -> list[str]:
    """What the agenda says of the person, as facts on the person's own page (本人事实)."""
    known = facts_of.agenda(v.tables, v.found)
    return [_said(v, hint) for hint in facts_of.own(known, v.who)]


def first_asked(v: View) -> list[str]:
    """The question that the agenda would ask first (先问), for the interview sheet; none: empty."""
    known = facts_of.agenda(v.tables, v.found)
    mine = [entry for entry in facts_of.talk_first(known, [v.who]) if entry.ask != "good"]
    return [_begun(v.say(f"people.first_ask.{entry.ask}")) for entry in mine]


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def drawn(told: dict[str, Any], lang: str) -> Markup:
    """The agenda's data as HTML (画待办), the same on every page that cites it."""
    parts = [_talk(told, lang)] if "talk" in told else []
    return Markup("").join([*parts, *([_week(told, lang)] if told["week"] or parts else [])])


def _talk(told: dict[str, Any], lang: str) -> Markup:
    entries = told["talk"]
    if not entries:
        nobody = t("<p>{}</p>", word("people.agenda.nobody", lang))
        return t(
            '<section data-answers="talk"><h2 id="talk-first">{}</h2>{}</section>',
            word("people.agenda.talk", lang),
            nobody,
        )
    return t(
        '<section data-answers="talk"><h2 id="talk-first">{}</h2><p class="what">{}</p>'
        '<ul class="talk">{}</ul><p class="what">{}</p></section>',
        word("people.agenda.talk", lang),
        word("people.agenda.talk_note", lang),
        each(lambda entry: _person(entry, lang), entries),
        _by_chance(told["people"], lang) if "people" in told else "",
    )


def _by_chance(people: int, lang: str) -> str:
    """How often one of so many equals would be named (偶然点到)."""
    return say("people.agenda.equals", lang, people=people, n=facts_of.equals(people))


def _person(entry: dict[str, Any], lang: str) -> Markup:
    return t(
        '<li><p class="who"><a href="{}">{}</a> {}</p><ul>{}</ul><p class="ask">{}</p></li>',
        entry["href"],
        entry["name"],
        spark([tuple(pair) for pair in entry["past"]], lang),
        each(
            lambda line: t("<li>{} {}</li>", line["text"], _link(*line["see"])),
            entry["lines"],
        ),
        entry["ask"],
    )


def _link(href: str, name: str) -> Markup:
    return t('<a href="{}">{}</a>', href, name) if href else Markup("")


def _week(told: dict[str, Any], lang: str) -> Markup:
    day_ = day(dt.date.fromisoformat(told["as_of"]), lang)
    head = word("people.agenda.week", lang)
    rows = told["week"]
    columns = [Column(key, word(f"people.agenda.c_{key}", lang)) for key in COLUMNS]
    caption = word("people.agenda.as_of", lang, day=day_)
    if not rows:
        inner = t("<p>{}</p>", word("people.agenda.nothing", lang))
    else:
        parts = [pd.DataFrame(part) for part in (rows[:SHOWN], rows[SHOWN:]) if part]
        tables = [
            blocks.table(part, columns, id=id, caption=caption, lang=lang, deciding=True).html
            for part, id in zip(parts, ("week", "week-rest"), strict=False)
        ]
        more = word("people.agenda.more", lang, n=len(rows) - SHOWN)
        inner = Markup("").join([tables[0], *(folded(more, table) for table in tables[1:])])
    return t('<section data-answers="week"><h2 id="this-week">{}</h2>{}</section>', head, inner)


def _entry(v: View, entry: Entry) -> dict[str, Any]:
    who = entry.specialist_id
    return {
        "name": v.names[who],
        "href": sheet(who),
        "past": [
            [name, None if pd.isna(value) else value]
            for name, value in facts_of.past_totals(v.found.alike, who)
        ],
        "lines": [
            {"text": _said(v, hint), "see": seen(v, hint.page), "at": _address(v, hint)}
            for hint in entry.hints
        ],
        "ask": v.say("people.agenda.ask", what=v.say(f"people.first_ask.{entry.ask}")),
    }


def _address(v: View, hint: Hint) -> list[str]:
    """Notebook, table, row and column where the figure stands (出处)."""
    return [hint.page, hint.at[0], v.names[hint.specialist_id], hint.at[1]] if hint.at[1] else []


def sheet(who: str) -> str:
    """The page of one person among those of a team (个人页)."""
    return f"5_people-{opaque(who)}.html"


def seen(v: View, page: str) -> list[str]:
    """Link to a page of the same reader, empty where the reader has none; and its short name."""
    there = v.audience != "employee" or page in OWN
    return [f"{page}.html" if there else "", v.say(f"people.see.{page[:1]}")]


def _said(v: View, hint: Hint) -> str:
    """A hint as a sentence (线索成句)."""
    facts = {name: _shown(v, *fact) for name, fact in hint.facts.items() if fact[1] != "flag"}
    if "low" in facts:
        (low, unit), (high, _) = hint.facts["low"], hint.facts["high"]
        facts["span"] = interval(low, high, v.unit(unit), v.lang)
        facts = {k: x for k, x in facts.items() if k not in ("low", "high")}
    if hint.kind == "overdue":
        facts["what"] = _with_item(v, facts)
    if "again" in hint.facts:
        facts["again"] = v.say("people.hint.again") if hint.facts["again"][0] else ""
    n: Any = facts.pop("n", None)
    return v.say(f"people.hint.{hint.kind}", n, **facts)


def _with_item(v: View, facts: dict[str, Any]) -> str:
    """What is late, with its name in brackets where it has one (逾期事项)."""
    item = facts.pop("item")
    what = str(facts["what"])
    return v.say("people.hint.what_item", what=what, item=item) if item else what


def _shown(v: View, value: Any, unit: str) -> object:
    if unit in ("what", "channel", "indicator"):
        named = {"what": lambda x: v.words("what", x), "channel": v.channels}
        return named.get(unit, v.indicators)([value])[0]
    if unit == "free":
        return v.masked([value])[0]
    if unit == "day":
        return day(value, v.lang)
    if unit == "plan":
        return plan_name(v, value)
    if unit == "count":
        return int(value)
    if unit == "name":
        return str(value)
    write = v.number if unit.endswith("points") else _quantity(v)
    return write(value, unit)


def _quantity(v: View) -> Callable[[Any, str], str]:
    return lambda value, unit: quantity(value, v.unit(unit), v.lang)


def plan_name(v: View, plan: str) -> str:
    """Name of a campaign; its id where it has none (计划名)."""
    rows = v.tables.get("plans").dropna(subset="plan_name")
    return str(dict(zip(rows["plan_id"], rows["plan_name"], strict=True)).get(plan, plan))


def _task(v: View, task: Task) -> dict[str, Any]:
    """A row of the week in words (待办一行)."""
    today = facts_of.agenda(v.tables, v.found).today
    return {
        "what": _what(v, task),
        "owner": _owners(v, task),
        "due": _due(v, task.due, today),
        "worth": _worth(v, task),
        "see": seen(v, task.page)[1],
        "see_href": seen(v, task.page)[0],
        "kind": task.kind,
        "due_on": str(task.due or ""),
        "money": list(task.money),
    }


def _what(v: View, task: Task) -> str:
    facts = {name: _shown(v, *fact) for name, fact in task.facts.items()}
    names = [v.names.get(who, who) for who in task.about]
    items = (
        [plan_name(v, x) for x in task.items] if task.kind in ("stop", "unowned") else task.items
    )
    if task.kind == "overdue":
        facts["what"] = _with_item(v, facts)
    facts |= {"who": join(names, v.lang)} if task.kind in ("appeal", "overdue") else {}
    if task.kind in ("interviews", "course"):
        facts |= {"who": some(names, v.lang, of="people")}
    if task.kind in ("ship", "fix", "keep", "course", "unowned"):
        facts["items"] = join(items, v.lang)
    n = {"stop": len(task.items), "interviews": len(names), "course": len(names)}.get(task.kind)
    return v.say(f"people.todo.{task.kind}", n, **facts)


def _owners(v: View, task: Task) -> str:
    """Owners by name, with how many each has of several; nobody, or another manager (负责人)."""
    heads = facts_of.agenda(v.tables, v.found).heads
    counts = {who: task.owners.count(who) for who in dict.fromkeys(task.owners)}
    kind, _, me = v.audience.partition("/")
    open_ = kind != "employee" and not me  # a reader of all teams may know who leads whom
    named: dict[str, int] = {}
    for who, n in counts.items():
        known = v.names[who] if who in v.people else who if who == me or open_ else ""
        name = known or v.say("people.agenda.other_manager" if who in heads else "people.colleague")
        if known and who not in v.names:
            name = v.say("people.agenda.manager", id=who)
        named[name] = named.get(name, 0) + n
    if task.kind == "budget":
        named[v.say("people.agenda.above")] = 1
    several = len(named) > 1 and task.kind == "stop"
    told = [f"{name} {n}" if several else name for name, n in named.items()]
    return join(told, v.lang) or v.say("people.agenda.nobody_owns")


def _due(v: View, due: dt.date | None, today: dt.date) -> str:
    if due is None:
        return v.say("people.agenda.set_a_date")
    gone = (today - due).days
    text = day(due, v.lang)
    if gone > 0:
        return v.say("people.agenda.past", day=text)
    return v.say("people.agenda.tomorrow", day=text) if gone == -1 else text


def _worth(v: View, task: Task) -> str:
    """Money with its kind, one of four fixed (涉及)."""
    if not task.money:
        return "—"
    unit = v.unit("money")
    kind = f"people.worth.{task.money_kind}"
    if len(task.money) == 1:
        return v.say(kind, money=quantity(task.money[0], unit, v.lang))
    low, high = (v.number(end, unit) for end in task.money)
    return v.say(
        kind, money=v.say("people.agenda.money", low=low, high=high, unit=unit_word(unit, v.lang))
    )

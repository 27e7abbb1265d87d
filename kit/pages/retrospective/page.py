"""Notebook 4 (复盘): what moved, how much was ours, what to do — for manager and hr."""

import pandas as pd

from kit.pages.retrospective import budget, own
from kit.pages.retrospective.view import View, ranged
from kit.people.hints import last_owners, losing
from kit.retrospective import story
from kit.retrospective.efficiency import is_split, told
from kit.retrospective.waterfall import CAUSES
from kit.show import blocks
from kit.show.blocks import Block, Card
from kit.show.doubted import doubted
from kit.show.format import number, unit_word

ANSWERED = 2  # sentences that stand open at most


def first(v: View) -> list[Block]:
    """Title, the market's part and ours, the budget, the rest in a fold (页首、结论)."""
    team = own.own_team(v)
    scope = v.say("scope") if team is None else v.say("scope_own", team=str(team["team"]))
    names = {"title": v.say("title"), "question": v.say("question"), "team": scope}
    head = blocks.header(v.tables, v.lang, **names)
    market = blocks.answers("market", blocks.answer(_lines(v)[: _open(v)]))
    warned = [blocks.box("warn", said) for said in [doubted(v.tables, v.lang, v.names)] if said]
    return [head, market, budget.move(v), *warned]


def _open(v: View) -> int:
    """How many sentences stand open (开放的句数): the shop's own says all, a team's needs the shop.

    The figure of the change draws what the next sentence lists.
    """
    return ANSWERED if own.own_team(v) is not None or own.shop(v) is None else 1


def _lines(v: View) -> list[str]:
    """The answer in sentences, the market's part and ours first (结论)."""
    lines = [v.told(c) for c in story.story(v.found, v.plans)]
    team, whole = own.own_team(v), own.shop(v)
    if team is not None:
        return [own.sentence(v, team, str(team["team"])), *lines]
    if whole is None:
        return lines
    return [own.sentence(v, whole, v.say("whole_shop_")), *lines[1:]]


def cards(v: View) -> list[Block]:
    """The change in figures, and boxes where mix and rate pull apart (要点、结构反转提示)."""
    told = {
        tone: [v.told(c) for t, c in story.boxes(v.found) if t == tone]
        for tone in ("refuse", "warn")
    }
    boxes = [blocks.box("refuse", told["refuse"])] if told["refuse"] else []
    rest = _lines(v)[_open(v) :]
    more = [blocks.details(v.say("more_answer"), [blocks.answer(rest)])] if rest else []
    shown = [] if v.found.bridge.reason else [_cards(v, own.own_team(v))]
    return [*shown, *more, *boxes, *_warned(v, told["warn"])]


def _warned(v: View, lines: list[str]) -> list[Block]:
    """Warnings in a fold of their own that says how many there are (提示)."""
    title = v.say("more_warned", len(lines))
    return [blocks.details(title, [blocks.box("warn", lines)])] if lines else []


def _cards(v: View, team: pd.Series | None) -> Block:
    total = v.found.bridge.total() if team is None else team
    growth = total["change"] / total["v0"] if total["v0"] else None
    rate, low, high = told(v.found.bridge, total)
    merit = {"own_up": "better", "own_down": "worse"}.get(story.merit(v.found), "unclear")
    tone = merit if team is None else own.tone(v, team)
    split = is_split(v.found.bridge)  # else all of our part is one
    mine = _losing(v, team)
    stop = mine["yuan"].sum()
    items = [
        Card(
            _labelled(v, "sales" if team is None else "sales_own"),
            v.brief(total["v1"], "money0"),
            change=number(growth, "+percent", v.lang),
            raw=total["v1"],
        ),
        Card(_labelled(v, "outside"), v.brief(total[CAUSES].sum())),
        *([Card(_labelled(v, "own"), v.brief(total["own"]))] if split else []),
        Card(
            _labelled(v, "of_it_rate" if split else "own"),
            v.brief(rate),
            tone=tone,
            interval=ranged(v, low, high),
        ),
        Card(
            _labelled(v, "to_stop"),
            v.brief(stop, "money0"),
            tone="worse" if stop else "neutral",
            interval=v.say("to_stop_of", n=len(mine)),
        ),
    ]
    return blocks.cards(items)


def _losing(v: View, team: pd.Series | None) -> pd.DataFrame:
    """Losses to stop: those of the reader's own people where there is an own team (该停的亏损)."""
    rows = losing(v.found.lists, v.found.rules.worth)
    if team is None or rows.empty:
        return rows
    of = last_owners(v.tables)
    return rows[[bool({*of.get(plan, [])} & {*v.names}) for plan in rows["plan_id"]]]


def _labelled(v: View, key: str) -> str:
    """Label of a card with its unit: beside a figure of this size the unit would wrap (卡片名)."""
    return v.say("of_unit", name=v.say(key), unit=unit_word(v.unit("money"), v.lang))


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    how = [] if v.found.bridge.reason else [v.say("waterfall_note")]
    return blocks.doubts([*(v.told(c) for c in story.doubts(v.found)), *how], v.lang)


def checked(v: View) -> None:
    """Text for the stored check (校验输出): the five sentences, without paths or times."""
    print("\n".join(v.told(c) for c in story.story(v.found, v.plans)))

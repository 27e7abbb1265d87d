"""Notebook 4 (复盘): what moved, how much was ours, what to do — for manager and hr."""

from kit.pages.retrospective import budget
from kit.pages.retrospective.view import View, efficiency_range
from kit.retrospective import story
from kit.retrospective.drill import worth
from kit.retrospective.waterfall import CAUSES
from kit.show import blocks
from kit.show.blocks import Block, Card
from kit.show.doubted import doubted
from kit.show.format import number, unit_word


def first(v: View) -> list[Block]:
    """Title, cards, five sentences, and boxes on structure (页首、要点、五句话)."""
    names = {"title": v.say("title"), "question": v.say("question"), "team": v.say("scope")}
    head = blocks.header(v.tables, v.lang, **names)
    lines = doubted(v.tables, v.lang, v.names)
    lines += [v.told(c) for c in story.story(v.found, v.plans)]
    told = {
        tone: [v.told(c) for t, c in story.boxes(v.found) if t == tone]
        for tone in ("refuse", "warn")
    }
    boxes = [blocks.box(tone, said) for tone, said in told.items() if said]
    shown = [] if v.found.bridge.reason else [_cards(v)]
    return [head, *shown, budget.move(v), blocks.answer(lines), *boxes]


def _cards(v: View) -> Block:
    total = v.found.bridge.total()
    rate = total["change"] / total["v0"] if total["v0"] else None
    tone = {"own_up": "better", "own_down": "worse"}.get(story.merit(v.found), "unclear")
    split = "spend" in v.found.bridge.steps  # else all of our part is one
    losing = worth(v.found.lists, "stop", v.found.rules.worth)
    losing = losing.drop_duplicates("plan_id")
    stop = losing["yuan"].sum()
    items = [
        Card(
            _labelled(v, "sales"),
            v.brief(total["v1"], "money0"),
            change=number(rate, "+percent", v.lang),
            raw=total["v1"],
        ),
        Card(_labelled(v, "outside"), v.brief(total[CAUSES].sum())),
        *([Card(_labelled(v, "own"), v.brief(total["own"]))] if split else []),
        Card(
            _labelled(v, "of_it_rate" if split else "own"),
            v.brief(total["rate"]),
            tone=tone,
            interval=efficiency_range(v, total),
        ),
        Card(
            _labelled(v, "to_stop"),
            v.brief(stop, "money0"),
            tone="worse" if stop else "neutral",
            interval=v.say("to_stop_of", n=len(losing)),
        ),
    ]
    return blocks.cards(items)


def _labelled(v: View, key: str) -> str:
    """Label of a card with its unit: beside a figure of this size the unit would wrap (卡片名)."""
    return v.say("of_unit", name=v.say(key), unit=unit_word(v.unit("money"), v.lang))


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    return blocks.doubts([v.told(c) for c in story.doubts(v.found)], v.lang)


def checked(v: View) -> None:
    """Text for the stored check (校验输出): the five sentences, without paths or times."""
    print("\n".join(v.told(c) for c in story.story(v.found, v.plans)))

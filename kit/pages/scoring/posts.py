"""Sections a group (分组成节): what a page shows once for each appraisal group of a period."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from kit.pages.scoring.view import View, basis
from kit.show import blocks, stacks
from kit.show.blocks import Block, Card


def by_group(section: Callable[[View], Any]) -> Callable[[View], Any]:
    """A section that a page shows once a group (分组成节), each by the group's own scheme."""

    @wraps(section)
    def told(v: View) -> Any:
        if not v.groups:
            return section(v)
        found: list[Block] = []
        several = False
        for part in v.groups:
            made = section(part)
            several = several or isinstance(made, list)
            inner = made if isinstance(made, list) else [made] if made is not None else []
            if inner:
                found += [group_head(part), *(stacks.renamed(b, part.group) for b in inner)]
        return found if several else stacks.stack(found) if found else None

    return told


def group_head(v: View) -> Block:
    """The heading of a group's section (分组标题)."""
    name = v.tables.period.groups.label(v.group, v.lang)
    return stacks.heading(v.say("scoring.group_head", group=name, n=len(v.totals)))


def by_groups(v: View, cards: Callable[[View], Any], answer: Callable[[View], Any]) -> list[Block]:
    """A card a group, how groups work, and each group's own headline (分组要点)."""
    groups = v.tables.period.groups
    each = [
        Card(
            groups.label(part.group, v.lang),
            v.say("scoring.card_people", n=len(part.totals)),
            interval=v.who(v.totals["group_id"].eq(part.group)),
            raw=len(part.totals),
        )
        for part in v.groups
    ]
    exempt = v.totals["reason"].eq("scoring.exempt")
    told = [v.say(f"scoring.group_rule_{groups.by}")]
    told += [v.say("scoring.group_exempt", who=v.who(exempt))] if exempt.any() else []
    out = [blocks.cards(each), blocks.answer(told)]
    for part in v.groups:
        lines = blocks.answer(answer(part) + basis(part))
        headline = stacks.stack([blocks.cards(cards(part))])  # the index follows the first row
        out += [group_head(part), headline, lines]
    return out

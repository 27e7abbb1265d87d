"""How did the brand do? (品牌): one figure for the shop, nobody's own."""

from kit.pages.retrospective.view import View
from kit.retrospective.brand import brand_change
from kit.retrospective.scope import days, this_span
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, number


def brand(v: View) -> list[Block]:
    """The brand search index beside the period compared with, its interval, and what it is not."""
    now, before = this_span(v.tables), v.tables.period.compare
    found = brand_change(v.tables, now, before) if before else {}
    if not found:
        short = before is not None and 1 in (days(now), days(before))
        return [blocks.text(v.say("brand_one_day" if short else "no_brand"))]
    said = v.say(
        "brand_say",
        now=number(found["now"], "int", v.lang),
        change=number(found["change"], "+percent", v.lang),
        span=interval(found["low"], found["high"], "+percent", v.lang),
        before=before.id,
    )
    return [
        blocks.details(v.say("t_brand"), [blocks.text(said), blocks.text(v.say("note_brand_shop"))])
    ]

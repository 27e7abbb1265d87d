"""How did the brand do? (品牌): one figure for the shop, nobody's own."""

from kit.pages.retrospective.view import View
from kit.retrospective.brand import brand_change, brand_untold
from kit.retrospective.scope import this_span
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import interval, number


def brand(v: View) -> list[Block]:
    """The brand search index beside the period compared with, its interval, and what it is not."""
    before = v.tables.period.compare
    if before is None:
        return [blocks.text(v.say("no_brand_prior"))]
    why = brand_untold(v.tables, this_span(v.tables), before)
    if why:
        return [blocks.text(v.say(f"no_brand_{why}"))]
    found = brand_change(v.tables, this_span(v.tables), before)
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

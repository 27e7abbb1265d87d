"""Is it the channels or the person? (渠道结构)."""

from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.scoring import review
from kit.show import blocks
from kit.show.blocks import Block


@by_group
def mix(v: View) -> list[Block]:
    """Crude and standardised conversion, and who changes places (渠道结构)."""
    if v.own:
        return []
    rows = visible_rows(v, review.standardised(v.tables, "click_conversion"))
    turned = rows[rows["reversed"] > 0].sort_values("reversed", ascending=False)
    said = v.say("scoring.say_mix", n=len(turned), who=v.people(turned["name"].tolist()))
    spec = "name crude:percent2 standardised:percent2 reversed:int"
    table = v.table(rows, "mix", spec, notes=[v.say("scoring.note_mix")])
    return [*([blocks.text(said)] if len(turned) else []), table]

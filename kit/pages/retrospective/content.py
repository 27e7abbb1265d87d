"""Which creatives tire? (素材疲劳)."""

from kit.pages.retrospective.view import View, named, titled
from kit.retrospective import fatigue
from kit.retrospective.scope import this_span
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import some


def content(v: View) -> list[Block]:
    """Creatives whose click-through falls while others' does not, folded (素材疲劳)."""
    rows = fatigue.tired(v.tables, this_span(v.tables))
    if rows.empty:
        return [blocks.text(v.say("fatigue_none_seen", days=2 * fatigue.HALF))]
    tired = rows[rows["tired"]]
    units = [
        v.say("creative_of", creative=creative, plan=v.label("plan_id", plan))
        for creative, plan in zip(tired["creative"], tired["plan_id"], strict=True)
    ]
    said = v.say("fatigue_say", len(tired), all=len(rows), which=some(units, v.lang))
    line = said if units else v.say("fatigue_fresh", n=len(rows))
    told = rows.assign(advice=[v.say("renew") if x else "" for x in rows["tired"]])
    told = named(v, named(v, told, "plan_id"), "channel").rename(columns={"now": "ctr_now"})
    told = told.rename(columns={"before": "ctr_before", "change": "ctr_change"})
    told = told.rename(columns={"low": "ctr_change__low", "high": "ctr_change__high"})
    columns = v.columns(
        creative="text",
        plan_id="text",
        channel="text",
        ctr_before="percent2",
        ctr_now="percent2",
        ctr_change="+percent",
        ctr_change_="interval:+percent",
        advice="text",
    )
    notes = [v.say("note_fatigue", days=fatigue.HALF)]
    table = titled(v, told, columns, "fatigue", notes)
    return [blocks.details(v.say("t_fatigue"), [blocks.text(line), table])]

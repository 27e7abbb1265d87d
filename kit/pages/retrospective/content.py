"""Which creatives tire? (素材疲劳)."""

import pandas as pd

from kit.pages.retrospective.view import View, named, titled
from kit.retrospective import fatigue
from kit.retrospective.scope import this_span
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import some

RATES = {
    "before": "ctr_before",
    "now": "ctr_now",
    "change": "ctr_change",
    "low": "ctr_change__low",
    "high": "ctr_change__high",
}  # of what the columns are


def content(v: View) -> list[Block]:
    """Creatives whose click-through falls against the others', folded (素材疲劳)."""
    span = this_span(v.tables)
    rows, why = fatigue.fatigue(v.tables, span)
    if why:
        return [blocks.text(v.say(f"fatigue_{why}", days=2 * fatigue.HALF, end=str(span.end)))]
    tired = rows[rows["tired"]]
    units = _units(v, tired)
    said = v.say("fatigue_say", len(tired), all=len(rows), which=some(units, v.lang))
    line = said if units else v.say("fatigue_fresh", n=len(rows))
    told = named(v, rows.assign(creative=_units(v, rows, mark=True)), "channel")
    told = told.rename(columns=RATES)
    columns = v.columns(
        creative="text",
        channel="text",
        ctr_before="percent2",
        ctr_now="percent2",
        ctr_change="+percent",
        ctr_change_="interval:+percent",
    )
    notes = [v.say("note_fatigue", days=fatigue.HALF)]
    table = titled(v, told, columns, "fatigue", notes)
    return [blocks.details(v.say("t_fatigue"), [blocks.text(line), table])]


def _units(v: View, rows: pd.DataFrame, mark: bool = False) -> list[str]:
    """Creatives with their campaign, those to renew marked in a table (创意与计划)."""
    said = [
        v.say("creative_of", creative=creative, plan=v.label("plan_id", plan))
        for creative, plan in zip(rows["creative"], rows["plan_id"], strict=True)
    ]
    renew = rows["tired"] & mark
    return [
        v.say("renew", unit=unit) if tired else unit
        for unit, tired in zip(said, renew, strict=True)
    ]

"""Who does what until when? (考核日程), as a table and as a calendar file."""

from urllib.parse import quote

from kit.pages.people.view import View, grid
from kit.people import cycle as steps
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.html import t


def cycle(v: View) -> list[Block]:
    """The cycle's calendar, folded; on paper a table, for a calendar program an .ics (考核日程)."""
    table = steps.cycle(v.tables)
    named = table.assign(
        what=v.words("cycle", table["step"]), owner=v.words("cycle_by", table["who"])
    )
    titles = [
        v.say("people.cycle_title", what=what, who=who, period=v.tables.period.id)
        for what, who in zip(named["what"], named["owner"], strict=True)
    ]
    file = steps.ics(table, titles, v.tables.period.id)
    link = t(
        '<p><a download="{}.ics" href="data:text/calendar;charset=utf-8,{}">{}</a></p>',
        v.tables.period.id,
        quote(file, safe=""),
        v.say("people.cycle_file"),
    )
    rows = grid(v, named, "what owner start/from:date due:date", "cycle")
    inner = [rows, Block("text", link, {"sentences": [v.say("people.cycle_file")]}, "ics")]
    return [blocks.details(v.say("people.cycle"), inner)]

"""Does what was spent pay in the long run? (长效 ROI)."""

from kit.pages.retrospective.view import View, named, titled
from kit.retrospective import long_run as room
from kit.show import blocks
from kit.show.blocks import Block


def long_run(v: View) -> list[Block]:
    """Return of the customers won within 90 days, by channel, folded (各渠道长效 ROI)."""
    rows = room.long_run(v.tables)
    if rows.empty:
        return [blocks.text(v.say("long_run_none", days=room.DAYS + room.CAME))]
    rows = named(v, rows, "channel").rename(columns={"low": "long__low", "high": "long__high"})
    columns = v.columns(
        channel="text",
        customers="int",
        again="percent",
        spend="money",
        roi_first="ratio",
        roi_long="ratio",
        long_="interval:ratio",
    )
    rows = rows.assign(reason=v.say("long_run_few", n=room.FEW))
    notes = [v.say("note_long_run", days=room.DAYS, came=room.CAME)]
    return [blocks.details(v.say("t_long_run"), [titled(v, rows, columns, "long_run", notes)])]

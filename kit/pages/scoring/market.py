"""What did the market do to the totals? (大盘调整)."""

from kit.pages.scoring.groups import by_group
from kit.pages.scoring.view import View
from kit.show.blocks import Block


@by_group
def market(v: View) -> Block:
    """Raw and adjusted totals in adjacent columns (大盘调整)."""
    frame = v.totals.assign(total=v.totals["printed"], adjusted=v.totals["printed_adjusted"])
    growth = v.rows.groupby("specialist_id")["market_growth"].max()
    frame["growth"] = frame["specialist_id"].map(growth)
    spec = "name total:points adjusted:points grade grade_adjusted growth:+percent"
    share = v.number(v.tables.scheme.market.pass_through, "percent")
    return v.table(frame, "market", spec, notes=[v.say("scoring.note_market", share=share)])

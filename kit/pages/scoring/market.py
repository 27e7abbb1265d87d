"""What did the market do to the totals? (大盘调整)."""

from kit.pages.scoring.posts import by_group
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


def market_line(v: View) -> list[str]:
    """Whose grade the market adjustment would change (大盘调整的影响); nothing if nobody's."""
    if v.rows["market_growth"].isna().all():
        return [v.say(f"scoring.say_market_{_unadjusted(v)}")]
    moved = v.totals["grade_adjusted"].ne(v.totals["grade"]) & v.totals["grade_adjusted"].ne("")
    if not moved.any():
        return []
    return [v.say("scoring.say_market", n=int(moved.sum()), who=v.who(moved))]


def _unadjusted(v: View) -> str:
    """Why nothing was adjusted for the market (为何未做大盘调整)."""
    if not v.tables.has("market"):
        return "off"
    if v.tables.period.compare is None:
        return "no_compare"
    adjusted = set(v.tables.scheme.market.indicators)
    return "no_index" if adjusted & set(v.rows["indicator"]) else "none"

"""Short and long term, quantitative and soft, own and team (平衡)."""

from kit.pages.scoring.groups import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.scoring import sensitivity
from kit.show.blocks import Block
from kit.show.sentences import join


@by_group
def balance(v: View) -> Block:
    """Short and long term, quantitative and soft, own and team (平衡)."""
    sides = ("short", "long", "hard", "soft", "own", "team")
    spec = " ".join(["name", *(f"{side}:points" for side in sides)])
    inside = [v.tables.scheme.library[name] for name in v.rows["indicator"].unique()]
    long, team = (
        [of.id for of in inside if test(of)]
        for test in (lambda of: of.span == "long", lambda of: of.team)
    )
    note = v.say(
        "scoring.note_balance",
        long=join([v.label(i) for i in long], v.lang),
        team=join([v.label(i) for i in team], v.lang) or "—",
    )
    return v.table(
        visible_rows(v, sensitivity.balance(v.tables, v.cards)), "balance", spec, notes=[note]
    )

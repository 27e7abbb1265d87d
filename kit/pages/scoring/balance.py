"""Short and long term, quantitative and soft, own and team (平衡)."""

import pandas as pd

from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.scoring import sensitivity
from kit.show.blocks import Block
from kit.show.sentences import join

PAIRS = (("short", "long"), ("hard", "soft"), ("own", "team"))


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
    rows = visible_rows(v, sensitivity.balance(v.tables, v.cards))
    return v.table(rows, "balance", spec, notes=[*findings(v, rows), note])


def findings(v: View, rows: pd.DataFrame) -> list[str]:
    """Whose sides lie apart by the scheme's line or more, a sentence each balance (平衡结论)."""
    line = v.tables.scheme.people.balance
    edge = f"{line:g}"
    said = []
    for first, second in PAIRS:
        apart = rows[first] - rows[second]
        if apart.isna().all():
            continue
        sides = {"first": v.say(f"scoring.c_{first}"), "second": v.say(f"scoring.c_{second}")}
        more, less = (rows.loc[sign * apart >= line, "name"].tolist() for sign in (1, -1))
        ways = ((*sides.values(), more), (*reversed(sides.values()), less))
        told = [
            v.say("scoring.balance_apart", high=high, low=low, who=v.people(names), line=edge)
            for high, low, names in ways
            if names
        ]
        said += told or [v.say("scoring.balance_even", line=edge, **sides)]
    return said

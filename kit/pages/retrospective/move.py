"""Which budget to move, how much, how sure, and who must agree (挪什么、多少、多大把握、谁同意)."""

import pandas as pd

from kit.pages.retrospective.view import View
from kit.retrospective.move import Move, cut, move
from kit.show.format import number
from kit.show.sentences import join
from kit.words import word


def trial(v: View) -> list[str]:
    """The trial in sentences (预算试行): from, to, amount, gain, who; what speaks against it."""
    found = move(v.tables, v.found.advice)
    if found is None:
        return []
    return [_moved(v, found), *_whose(v, found), *_contrary(v)]


def _moved(v: View, found: Move) -> str:
    at = v.found.advice.channels.set_index("channel")
    margin = v.found.yardstick.margin
    sides = {
        side: join(
            [
                v.say(
                    "move_part",
                    channel=v.label("channel", name),
                    money=v.amount(size, "money0"),
                    now=v.amount(at.loc[name, "spend"], "money0"),
                    then=v.amount(at.loc[name, "proposed"], "money0"),
                )
                for name, size in channels.items()
            ],
            v.lang,
        )
        for side, channels in (("gives", found.gives), ("takes", found.takes))
    }
    low, high = (v.amount(end, "money") for end in found.gain)
    facts = {**sides, "low": low, "high": high}
    if margin is None:
        return v.say("move_trial_sales", None, **facts)
    least, most = (v.amount(end * margin, "money") for end in found.gain)
    return v.say("move_trial", None, **facts, least=least, most=most)


def last(v: View) -> list[str]:
    """What the last unit of money brings where budget is given up, against break-even."""
    found = move(v.tables, v.found.advice)
    if found is None:
        return []
    rows = v.found.advice.channels.set_index("channel")["marginal"]
    line = v.found.yardstick.break_even
    return [
        v.say(
            f"move_last_{'below' if rows[name] < line else 'above'}",
            channel=v.label("channel", name),
            money=v.amount(rows[name], "money"),
            break_even=v.amount(line, "money"),
        )
        for name in found.gives
    ]


def _whose(v: View, found: Move) -> list[str]:
    """Which team holds most of each channel; whether giver and gainer are one (谁让出、谁受益)."""
    if found.held.empty:
        return []
    parts = [
        v.say(
            "move_held",
            channel=v.label("channel", row["channel"]),
            team=str(row["team"]),
            share=number(row["share"], "percent", v.lang),
        )
        for row in found.held.to_dict("records")
    ]
    teams = found.held.set_index("channel")["team"]
    sides = [{teams.get(name) for name in side} for side in (found.gives, found.takes)]
    key = "move_across" if sides[0] != sides[1] else "move_within"
    due = word("people.agenda.set_a_date", v.lang)
    return [v.say(key, parts=join(parts, v.lang), who=_heads(v, teams), due=due)]


def _heads(v: View, teams: pd.Series) -> str:
    """The managers who must agree, by team; by id to who sees that team (须同意的上级)."""
    roster = v.tables.get("roster")
    roster = roster[roster["specialist_id"].isin(v.names)].dropna(subset=["manager_id"])
    told = []
    for team in dict.fromkeys(teams.dropna()):
        ids = join(sorted({*roster.loc[roster["team"] == team, "manager_id"]}), v.lang)
        told.append(v.say("move_head" if ids else "move_head_", team=str(team), id=ids))
    return join(told, v.lang)


def _contrary(v: View) -> list[str]:
    """An agreed action that moved money into what is now to give (与上期措施相反)."""
    down = cut(v.found.advice)
    acts = v.found.ledger
    acts = acts[(acts["status"] == "reached") & ~acts["sure"].astype(bool)]
    into = acts[acts["over"].isin({f"channel:{name}" for name in down})]
    return [
        v.say("move_contrary", action=row["action"], channel=v.label("channel", row["over"][8:]))
        for row in into.to_dict("records")
    ]

"""Which budget to move, how much, how sure, and who must agree (挪什么、多少、多大把握、谁同意)."""

from kit.pages.retrospective.view import View
from kit.retrospective.move import Move, cut, move
from kit.show.format import number
from kit.show.sentences import join


def trial(v: View) -> list[str]:
    """The trial in sentences (预算试行): from, to, amount, gain, who; what speaks against it."""
    found = move(v.tables, v.found.advice)
    if found is None:
        return []
    return [_moved(v, found), *_whose(v, found), *_contrary(v)]


def _moved(v: View, found: Move) -> str:
    sides = {
        side: join(
            [
                v.say("move_part", channel=v.label("channel", name), money=v.amount(size, "money0"))
                for name, size in channels.items()
            ],
            v.lang,
        )
        for side, channels in (("gives", found.gives), ("takes", found.takes))
    }
    low, high = (v.amount(end, "money") for end in found.gain)
    return v.say("move_trial", None, **sides, low=low, high=high)


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
    return [v.say(key, parts=join(parts, v.lang))]


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

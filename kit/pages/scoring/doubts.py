"""What could make this wrong? (存疑之处) and the lines that notebook tests compare."""

from kit.pages.scoring.next_step import next_steps
from kit.pages.scoring.view import View
from kit.people import appeals
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import join
from kit.show.status import standing


def doubts(v: View) -> Block:
    """What could make this wrong (存疑之处)."""
    days = [
        v.say("scoring.doubt_days_of", n=n, profile=v.say(f"scoring.profile_{p}"))
        for p, n in v.cards.blend.items()
    ]
    late = standing(v.tables)["provisional"]
    lines = [
        v.say("scoring.doubt_days"),
        v.say("scoring.doubt_attribution", provisional=late),
        v.say("scoring.doubt_roi"),
        v.say("scoring.doubt_profile", days=join(days, v.lang)),
    ]
    lines += [v.say("show.chance_how")] if v.totals["chance"].notna().any() else []
    at = v.totals["at_target"].dropna()
    lines += [v.say("scoring.doubt_kinks", x=v.number(at.mean(), "points"))] if len(at) else []
    lines += [v.say("scoring.doubt_calendar")] if len(v.cards.blend) > 1 else []
    lines += [v.say("scoring.doubt_market")] if v.rows["market_growth"].notna().any() else []
    return blocks.doubts([*lines, *notice(v)], v.lang)


def notice(v: View) -> list[str]:
    """What a person is owed to know (告知): what is automatic, who decides, how to object.

    Only on a person's own page.
    """
    if not v.own:
        return []
    talks = v.tables.get("interviews")
    mine = talks["specialist_id"].isin(v.names) & (talks["period_id"] == v.tables.period.id)
    held = talks.loc[mine, "held_on"]
    until = appeals.until(v.tables, held.max() if len(held) else float("nan"))
    months = v.tables.scheme.people.retention_months
    kept = v.say("scoring.kept_months", n=months) if months else v.say("scoring.kept_unsaid")
    return [v.say("scoring.notice", until=str(until), kept=kept)]


def checked(v: View) -> None:
    """The figures a notebook test compares (核对用文字)."""
    for row in v.totals.head(3).to_dict("records"):
        both = [
            (v.number(row[f"printed{x}"], "points"), row[f"grade{x}"]) for x in ("", "_adjusted")
        ]
        print(row["specialist_id"], *both[0], *both[1])
    print(len(next_steps(v)), dict(v.cards.blend))

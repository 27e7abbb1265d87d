"""What broke, and what was learned? (突发情况与技能)."""

from kit.pages.scoring.view import View, visible_rows
from kit.people.growth import skill_levels
from kit.people.privacy import masked
from kit.show import blocks
from kit.show.blocks import Block


def growing(v: View) -> list[Block]:
    """Incidents of the period and how skills moved (突发情况、技能变化), beside the soft items."""
    days = (str(v.tables.period.start), str(v.tables.period.last_day))
    rows = visible_rows(v, v.tables.get("incidents"))
    rows = rows[rows["detected_at"].dt.normalize().between(*days)]
    hours = (rows["resolved_at"] - rows["detected_at"]).dt.total_seconds() / 3600
    notes = [
        masked(x, v.tables, list(v.names), v.lang) if isinstance(x, str) else ""
        for x in rows["note"]
    ]
    shown = rows.assign(
        hours=hours,
        note=notes,
        reason="scoring.still_open",
        on=rows["detected_at"].dt.strftime("%m-%d %H:%M"),
    )
    spec = "name on kind hours:hours impact:money note"
    none = blocks.text(v.say("scoring.say_no_incident"))
    return [v.table(shown, "incidents", spec) if len(shown) else none, *_skills(v, days[1])]


def _skills(v: View, end: str) -> list[Block]:
    seen = skill_levels(v.tables)
    seen = seen[seen["assessed_on"] <= end]
    seen["lacks"] = seen["gap"] >= v.tables.scheme.people.skill_gap
    of = seen.groupby("specialist_id", as_index=False)
    known = visible_rows(
        v,
        of.agg(
            skills=("skill", "size"),
            previous=("previous", "mean"),
            observed=("observed", "mean"),
            lacks=("lacks", "sum"),
            on=("assessed_on", "max"),
        ),
    )
    known = known.assign(
        change=known["observed"] - known["previous"],
        reason="scoring.once",
        on=known["on"].dt.strftime("%Y-%m-%d"),
    )
    spec = "name skills:int previous:ratio observed:ratio change:+ratio lacks:int on"
    gap = v.number(v.tables.scheme.people.skill_gap, "points")
    return [v.table(known, "skills", spec, gap=gap)] if len(known) else []

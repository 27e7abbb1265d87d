"""What may follow from the grades of several periods? (结果应用): a proposal with its evidence."""

from typing import Any

from kit.pages.people.view import View, grid, heading
from kit.people.consequences import consequences
from kit.show.blocks import Block
from kit.words import word


def outcomes(v: View) -> list[Block]:
    """Each consequence of the scheme for the people whom this reader sees (结果应用)."""
    rows = v.of(consequences(v.tables.period, v.found.past))
    if rows.empty:
        return []
    named = v.tables.scheme.consequences
    rows = rows.assign(
        consequence=[getattr(named[x].name, v.lang) for x in rows["consequence"]],
        verdict=v.words("outcome", rows["verdict"]),
        past_grades=[_grades(v, grades) for grades in rows["grades"]],
        reason="people.no_chance",
    )
    spec = "consequence verdict past_grades chance:chance"
    table = grid(
        v, rows, spec if v.who else f"name {spec}", "outcomes", v.say("people.how.outcomes")
    )
    return [*heading(v, "outcomes"), table]


def _grades(v: View, grades: tuple[Any, ...]) -> str:
    """Period, grade and its chance, one after the other."""
    told = [
        v.say("people.outcome_of", period=span, grade=grade or "—", p=v.number(p, "chance"))
        for span, grade, p in grades
    ]
    return word("show.comma", v.lang).join(told)

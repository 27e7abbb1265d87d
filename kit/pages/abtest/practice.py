"""How does each person test, how many alarms are false? (试验习惯与误报预算)."""

import math

from kit.abtest import portfolio
from kit.abtest.year import year
from kit.pages.abtest.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.tables import Column
from kit.words import word


def practice(v: View) -> Block:
    """How each specialist tests (试验习惯): practice counts, not luck."""
    names = v.table.drop_duplicates("specialist_id").set_index("specialist_id")["name"]
    rows = portfolio.practice(v.table)
    rows["name"] = rows["specialist_id"].map(names)
    columns = [Column("name", v.say("column.who"))] + [
        Column(key, v.say(f"practice.{key}"), "int")
        for key in ("tests", "declared_before", "sized", "stopped_as_planned", "data_sound")
    ]
    return blocks.table(
        rows,
        columns,
        id="tests-practice",
        caption=v.say("practice.caption"),
        lang=v.lang,
        notes=[v.say("practice.note")],
    )


def alarms(v: View) -> Block:
    """False-alarm budget and earlier tests on the same question (误报预算、以往结论)."""
    lines = [*_budget(v), *_year(v), *_learned(v)]
    return blocks.answer(lines or [v.say("alarms_none")])


def _budget(v: View) -> list[str]:
    """Clear results, and how many the tests would give by chance alone (误报预算)."""
    found = portfolio.false_alarms(v.table)
    if not found["tests"]:
        return []
    return [
        v.say(
            "alarms",
            n=int(found["tests"]),
            clear=int(found["clear"]),
            expected=number(found["expected"], "points", v.lang),
            any=number(found["any"], "percent", v.lang),
        )
    ]


def _learned(v: View) -> list[str]:
    """What earlier tests on the same question found (以往结论); that there were none."""
    before = portfolio.learned(v.table, v.past)
    if before.empty:
        return [v.say("learned_none")] if len(v.table) else []
    return [
        v.say(
            "learned",
            test=row.test_id,
            topic=row.topic,
            past=row.test_id_before,
            date=number(row.end_date, "date", v.lang),
            idea=row.hypothesis,
            verdict=word(f"abtest.decision.{row.decision}", v.lang),
            change=number(row.rel_effect, "+percent", v.lang),
        )
        for row in before.itertuples()
    ]


def _year(v: View) -> list[str]:
    """Wins of the year, of which some are false (全年胜出); nothing where nothing won."""
    found = (*portfolio.evaluated(v.tables, earlier=True), *portfolio.evaluated(v.tables))
    of = year(found, v.tables.period.last_day, portfolio.usual(found))
    if not of.won:
        return []
    told = {"n": of.judged, "won": of.won, "kept": of.kept}
    if math.isnan(of.false):
        return [v.say("year_unknown" if of.few else "year_blind", **told)]
    said = [v.say("year", **told, false=number(of.false, "points", v.lang))]
    return [*said, v.say("year_left", n=of.blind)] if of.blind else said

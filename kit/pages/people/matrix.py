"""Who can do what on which channel, and who carries how much? (技能矩阵、负荷与奖金)."""

import pandas as pd

from kit.pages.people.view import View
from kit.people import payroll
from kit.people.growth import link, skill_levels
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.tables import Column
from kit.words import word


def matrix(v: View) -> list[Block]:
    """People × skills: level of the last assessment, required, change; strengths too (技能矩阵)."""
    seen = v.of(skill_levels(v.tables))
    if v.who or seen.empty:
        return []
    cells = seen.assign(text=[_cell(v, row) for row in seen.to_dict("records")])
    cells["tone"] = (cells["gap"] > 0).map({True: "worse", False: "better"})
    wide = cells.pivot(index="name", columns="skill", values="text")
    tones = cells.pivot(index="name", columns="skill", values="tone").add_suffix("_tone")
    columns = [Column("name", v.say("people.c.name"))]
    columns += [Column(str(skill), _skill(v, str(skill))) for skill in wide]
    frame = wide.join(tones).reset_index().assign(reason="people.not_assessed")
    caption = word("people.t.matrix", v.lang)
    table = blocks.table(
        frame,
        columns,
        id="matrix",
        caption=caption,
        lang=v.lang,
        notes=[v.say("people.how.matrix")],
    )
    return [blocks.details(caption, [table])]


def _cell(v: View, row: dict) -> str:
    """A level beside what is required, and its change since the assessment before (水平、变化)."""
    level = f"{v.number(row['observed'], 'ratio')} / {v.number(row['required'], 'ratio')}"
    if pd.isna(row["previous"]):
        return level
    return f"{level} ({v.number(row['observed'] - row['previous'], '+ratio')})"


def _skill(v: View, skill: str) -> str:
    """A skill with the indicator and the channel that it serves (技能、所服务的指标与渠道)."""
    indicator, channel = link(v.tables.scheme, skill)
    if not indicator:
        return skill
    served = v.indicators([indicator])[0]
    where = f" · {v.channels([channel])[0]}" if channel else ""
    return v.say("people.skill_serves", skill=skill, served=served + where)


def load_pay(v: View) -> list[Block]:
    """Load beside pay, for HR alone; a person judges whether they match (负荷与奖金)."""
    if v.audience != "hr" or v.who:
        return []
    rows = payroll.payroll(v.tables, v.found.official)
    load = v.of(v.found.load).merge(
        rows[["specialist_id", "coef", "due", "days", "of"]], "left", "specialist_id"
    )
    if load["due"].isna().all():
        return []
    money = f"money:{v.tables.period.currency}"
    units = {"plans": "int", "channels": "int", "spend": money, "coef": "coef", "due": "ratio"}
    names = {"due": "amount"}
    columns = [Column("name", v.say("people.c.name"))]
    columns += [Column(k, v.say(f"people.c.{names.get(k, k)}"), u) for k, u in units.items()]
    caption = word("people.t.load_pay", v.lang)
    frame = load.sort_values("spend", ascending=False).assign(reason="people.no_base")
    notes = [v.say("people.how.load_pay")]
    table = blocks.table(frame, columns, id="load_pay", caption=caption, lang=v.lang, notes=notes)
    return [blocks.details(caption, [table])]

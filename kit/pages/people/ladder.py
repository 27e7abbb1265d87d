"""What must be done for the next grade and level, and by whom? (下一步、职责、辅导计划)."""

from typing import Any

import pandas as pd

from kit.pages.people.person import gone
from kit.pages.people.view import View, grid, heading, listed
from kit.people import ladder as steps
from kit.people.loop import clock
from kit.retrospective.scope import following, this_span
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import quantity
from kit.show.goals import goals, missed
from kit.show.sentences import join


def ladder(v: View) -> list[Block]:
    """One person's next grade, next level and plan; nothing on a team's page (本人下一步)."""
    if not v.who or gone(v):
        return []
    lines = [*_grade(v), *_level(v), *_more(v, v.who)]
    plan = _plan(v, v.mine(_coaching(v)))
    return [*heading(v, "ladder"), blocks.box("note", lines), *plan]


def ladders(v: View) -> list[Block]:
    """The same for a team, folded: what each lacks, responsibility by name, plans (全组下一步)."""
    if v.who:
        return []
    lacks = v.of(steps.lacking(v.found, v.tables.scheme.people))
    lacks = lacks.assign(
        verdict=v.words("ready", lacks["verdict"]),
        skills=[join(names, v.lang) or "—" for names in lacks["skills"]],
        late=[join(v.masked(texts), v.lang) or "—" for texts in lacks["late"]],
    )
    spec = "name verdict periods/periods_short:int skills/skills_short late"
    named = v.of(steps.responsibilities(v.tables, v.found))
    more = [line for who in named["specialist_id"].unique() for line in _more(v, who)]
    plans = _plan(v, v.of(_coaching(v)), "name ")
    inner = [
        grid(v, lacks, spec, "lacking"),
        blocks.box("note", more or [v.say("people.more_none")]),
        *plans,
    ]
    return [blocks.details(v.say("people.ladders"), inner)]


def _grade(v: View) -> list[str]:
    """How far the next grade is, and what would reach it (距下一等级)."""
    of = v.mine(v.found.cards.totals).iloc[0]
    rows = v.mine(v.weighed)
    gap = steps.grade_gap(v.scheme_of(v.who), of, rows)
    if not gap:
        best = pd.notna(of["printed"])
        return [v.say("people.grade_best", grade=of["grade"])] if best else []
    facts = {
        "grade": gap["grade"],
        "line": v.number(gap["line"], "points"),
        "gap": v.number(gap["gap"], "points"),
    }
    if gap["gap"] == 0 and gap["floor"]:
        return [v.say("people.grade_floor", what=listed(v, gap["floor"]), **facts)]
    own = rows.set_index("indicator")
    told = [
        v.say(
            "people.grade_step",
            what=listed(v, [name]),
            gain=v.number(gain, "points"),
            actual=_figure(v, name, own.loc[name, "actual"]),
            target=_figure(v, name, own.loc[name, "target"]),
        )
        for name, gain in gap["steps"]
    ]
    key = "people.grade_gap" if gap["enough"] else "people.grade_far"
    also = [v.say("people.grade_floor_too", what=listed(v, gap["floor"]))] if gap["floor"] else []
    lines = [v.say(key, steps=join(told, v.lang) or "—", **facts), *also]
    return lines if gap["enough"] else [*lines, *_soft(v, rows)]


def _soft(v: View, rows: pd.DataFrame) -> list[str]:
    """What of the way targets cannot cover: one item of 360 and the behaviour a level up."""
    scheme = v.scheme_of(v.who)
    found = steps.next_soft(scheme, rows)
    if not found:
        return []
    facts: dict[str, Any] = {"what": listed(v, [found["item"]])}
    facts |= {"points": v.number(found["points"], "points")}
    if found["level"] is None:
        return [v.say("people.grade_soft_bare", **facts)]
    anchor = scheme.feedback.anchors[found["item"]][found["level"]]
    return [v.say("people.grade_soft", anchor=getattr(anchor, v.lang), **facts)]


def _figure(v: View, name: str, value: Any) -> str:
    unit = v.tables.scheme.library[name].unit
    return quantity(value, unit.replace("money", f"money:{v.tables.period.currency}"), v.lang)


def _level(v: View) -> list[str]:
    """What is lacking for the next level (晋升还缺什么)."""
    rows = v.mine(steps.lacking(v.found, v.tables.scheme.people))
    if rows.empty:
        return []
    of = rows.iloc[0]
    lines = v.tables.scheme.people
    line = v.number(lines.ready_line, "points")
    levels = _levels(v)
    if of["verdict"] == "ready":
        return [v.say("people.level_ready", n=lines.ready_periods, line=line, levels=levels)]
    parts = [
        v.say("people.level_periods", n=int(of["periods"]), line=line) if of["periods"] else "",
        v.say("people.level_skills", what=join(_skills(v, of["skills"]), v.lang))
        if of["skills"]
        else "",
        v.say("people.level_late", what=join(v.masked(of["late"]), v.lang)) if of["late"] else "",
    ]
    how = [v.say("people.level_how", held=int(of["held"]))] if of["periods"] else []
    what = join([p for p in parts if p], v.lang)
    return [v.say("people.level_lacks", what=what, levels=levels), *how]


def _levels(v: View) -> str:
    """The level now and the next one, as far as roster and scheme name them (级别)."""
    now, then = steps.levels(v.tables, v.who)
    if not now:
        return ""
    return v.say("people.level_names" if then else "people.level_name", now=now, then=then)


def _skills(v: View, names: tuple[str, ...]) -> list[str]:
    """Required skills that are short: level now, level required, and the course for it (技能)."""
    gaps = v.mine(v.found.gaps).set_index("skill").loc[list(names)]
    said = []
    for skill, row in zip(names, gaps.to_dict("records"), strict=True):
        course = v.say("people.level_no_course")
        if pd.notna(row["course"]):
            day = "—" if pd.isna(row["start_date"]) else f"{row['start_date']:%Y-%m-%d}"
            course = v.say("people.level_course", course=row["course"], day=day)
        levels: dict[str, Any] = {"now": v.number(row["observed"], "ratio")}
        levels["need"] = v.number(row["required"], "ratio")
        said.append(v.say("people.level_skill", skill=skill, course=course, **levels))
    return said


def _more(v: View, who: str) -> list[str]:
    """Responsibility that may be offered, by name, with its evidence (可谈的职责)."""
    rows = steps.responsibilities(v.tables, v.found)
    rows = rows[rows["specialist_id"] == who]
    seen = set(v.people) if v.audience != "employee" else {v.who}
    said = []
    for row in rows.to_dict("records"):
        open_ = row["kind"] == "channel" or row["colleague"] in seen
        said.append(
            v.say(
                f"people.more_{row['kind'] if open_ else 'coach_unnamed'}",
                name=v.names[who],
                channel=v.channels([row["channel"]])[0],
                fit=v.number(row["fit_low"], "+percent"),
                skill=row["skill"],
                colleague=v.names.get(row["colleague"], "") if open_ else "",
                room=v.say("people.more_room" if row["room"] else "people.more_full"),
            )
        )
    return said


def _coaching(v: View) -> pd.DataFrame:
    ahead = following(this_span(v.tables))
    return steps.coaching(v.tables, v.found, clock(v.tables), ahead)


def _plan(v: View, rows: pd.DataFrame, first: str = "") -> list[Block]:
    """The plan as a table: target, measure, owner, due, review, and last period's measure."""
    rest = _rest(v, rows)
    if rows.empty:
        return [blocks.text(said) for said in rest or [_none(v)]]
    units = [v.tables.scheme.library[name].unit for name in rows["indicator"]]
    booked = rows["action"].notna()
    measure = v.masked(rows["action"].where(booked, rows["course"]))
    open_ = v.say("people.measure_open")
    rows = rows.assign(
        indicator=v.indicators(rows["indicator"]),
        reached=[
            f"{v.number(x, u)} / {goal}"
            for x, goal, u in zip(rows["actual"], goals(v, rows), units, strict=True)
        ],
        measure=[text or open_ for text in measure],
        owner=[
            v.called([who])[0] if pd.notna(who) else v.names[one]
            for who, one in zip(rows["owner"], rows["specialist_id"], strict=True)
        ],
    )
    spec = "indicator reached measure owner due:date review:date"
    return [grid(v, rows, first + spec, "coaching", *rest, *_last(v))]


def _rest(v: View, listed_: pd.DataFrame) -> list[str]:
    """By what rule the rows were chosen, and on a sheet what else was missed (其余未达成的)."""
    rows = steps.missed(v.found)
    if not v.who:
        small = listed(v, v.of(rows)["indicator"].unique())
        return [v.say("people.coaching_rule")] if len(listed_) else _small(v, v.of(rows), small)
    rows = v.mine(rows)
    rows = rows[~rows["indicator"].isin(listed_["indicator"])]
    told = missed(v, rows, v.indicators(rows["indicator"]))
    if len(listed_) and len(rows):
        return [v.say("people.coaching_rest", n=len(rows), what=told)]
    return _small(v, rows, told)


def _small(v: View, rows: pd.DataFrame, told: str) -> list[str]:
    """What was missed and would add next to nothing to a total (加不了多少的)."""
    least = v.number(steps.LEAST, "ratio")
    return [v.say("people.coaching_small", n=len(rows), what=told, least=least)] * bool(len(rows))


def _none(v: View) -> str:
    """Why there is no plan (为何没有辅导计划): every target was met, or nobody here was scored."""
    rows = v.found.cards.indicators
    rows = v.mine(rows) if v.who else v.of(rows)
    scored = rows["points"].notna() & rows["branch"].eq("hard")
    return v.say("people.no_coaching" if scored.any() else "people.coaching_unscored")


def _last(v: View) -> list[str]:
    """What came of the measures agreed before (上期措施的结果), a sentence each on a sheet."""
    before = v.tables.period.compare
    rows = v.mine(v.found.actions) if v.who else v.found.actions.iloc[:0]
    rows = rows[rows["indicator"].notna()]
    texts = v.masked(rows["action"])
    fates = v.fates(rows)
    told = [
        v.say("people.measure_last", what=text, fate=fate)
        for text, fate in zip(texts, fates, strict=True)
    ]
    return told if before else []

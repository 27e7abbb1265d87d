"""Notebook 5 on growth (成长): skill gaps and what to do, and what past training brought."""

import pandas as pd

from kit.pages.people.view import View, grid, heading
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import join
from kit.words import word

OPEN = 3  # gaps shown before the fold
FEWEST = 3  # people of a pool whose figure may be shown to who does not see all of them


def growth(v: View) -> list[Block]:
    """Skill gaps by cost, and what past training brought (技能短板、培训效果)."""
    if v.who:
        return []
    gaps = by_skill(v)
    spec = "skill who course_on/course owner serves cost/price:ratio"
    if gaps.empty:
        key = "people.no_gaps" if v.tables.has("skills") else "people.no_skills"
        return [*heading(v, "growth", fold=True), blocks.text(v.say(key)), *trained(v)]
    top = gaps.head(OPEN).assign(cost=[v.number(x, "int") for x in gaps["cost"].head(OPEN)])
    first = grid(v, top, "skill who course_on/course owner cost/price", "gaps_top")
    fold = [blocks.text(v.say("people.how.gaps")), grid(v, gaps, spec, "gaps"), *trained(v)]
    return [
        *heading(v, "growth", fold=True),
        first,
        blocks.details(v.say("people.fold.gaps"), fold),
    ]


def by_skill(v: View) -> pd.DataFrame:
    """Gaps of the team, a row a skill and what to do (短板归并): who, and cost in all."""
    rows = planned(v, v.of(v.found.gaps).sort_values("gap", ascending=False, kind="stable"))
    rows["size"] = rows["gap"].map(lambda gap: v.number(gap, "ratio"))
    keys = ["skill", "course_on", "owner"]
    by = rows.groupby(keys, dropna=False, sort=False)
    whole = by.agg(serves=("serves", "first"), cost=("cost", "sum"), reason=("reason", "first"))
    alike = rows.groupby([*keys, "size"], dropna=False, sort=False)["name"].agg(list)
    sizes = alike.index.get_level_values("size")
    said = pd.Series(
        [
            v.say("people.gap_of", gap=size, who=word("show.comma", v.lang).join(names))
            for size, names in zip(sizes, alike, strict=True)
        ],
        alike.index,
        dtype=object,
    )
    who = said.groupby(keys, dropna=False, sort=False).agg(word("people.and_so", v.lang).join)
    table = whole.assign(who=who).reset_index()
    return table.sort_values("cost", ascending=False, ignore_index=True)


def planned(v: View, gaps: pd.DataFrame) -> pd.DataFrame:
    """Gaps as the pages print them: cost = gap × weight in percent, owner and course in words."""
    starts = gaps["start_date"].dt.strftime("%Y-%m-%d")
    courses = [
        name
        if pd.isna(on)
        else v.say("people.course_again" if again else "people.course_on", course=name, on=on)
        for name, on, again in zip(gaps["course"], starts, gaps["again"], strict=True)
    ]
    return gaps.assign(
        serves=v.indicators(gaps["indicator"]),
        cost=gaps["cost"] * 100,
        owner=v.words("owner", gaps["owner"]),
        course_on=courses,
    )


def trained(v: View) -> list[Block]:
    """Effect of each past course on its indicator, or that it cannot be told (培训效果)."""
    rows = v.found.trained
    rows = rows[rows["people"].map(lambda ids: bool({*ids} & {*v.people})).astype(bool)]
    known = [_pooled(v, ids) for ids in rows["people"]]
    seen = [join(_seen(v, ids), v.lang) for ids in rows["people"]]
    told = pd.Series([bool(name) for name in known], rows.index, dtype=bool)
    rows = rows.assign(
        name=[name or who for name, who in zip(known, seen, strict=True)],
        serves=v.indicators(rows["indicator"]),
        effect=rows["effect"].where(told),
        effect_low=rows["low"].where(told),
        effect_high=rows["high"].where(told),
        reason=told.map({True: "people.effect_too_few", False: "people.pooled_few"}),
        verdict=v.words("effect", rows["decision"].where(told, "cannot_tell")),
    )
    spec = (
        "course name start_date/start:date serves effect:+percent "
        "effect/interval:interval:+percent verdict"
    )
    return [grid(v, rows, spec, "trained", v.say("people.how.trained"))] if len(rows) else []


def _seen(v: View, ids: tuple[str, ...]) -> list[str]:
    return [v.names[i] for i in ids if i in v.people]


def _pooled(v: View, ids: tuple[str, ...]) -> str:
    """Whose effect a figure is (合计的是谁): a pooled figure names its pool.

    Empty where some of the pool are not visible and it is under three: the figure would tell of
    one of them.
    """
    seen = join(_seen(v, ids), v.lang)
    if len(ids) == 1:
        return seen
    if set(ids) <= set(v.people):
        return v.say("people.pooled_all", who=seen)
    return v.say("people.pooled_some", len(ids), who=seen) if len(ids) >= FEWEST else ""

"""Did results and skills move together? (业绩与成长)."""

import pandas as pd

from kit.pages.people.view import View, grid
from kit.people import advance as room
from kit.show import blocks, figures, heard
from kit.show.alike import alike
from kit.show.blocks import Block
from kit.show.format import interval


def advance(v: View) -> list[Block]:
    """Totals beside skills over the same periods, folded; on a sheet nothing (业绩与成长)."""
    if v.who:
        return []
    rows = v.of(room.advance(v.tables, v.found))
    known = rows.dropna(subset=["learnt", "slope"]).sort_values("learnt", ascending=False)
    if known.empty:
        return [blocks.text(v.say("people.advance_none"))]
    title = _title(v, known)
    told = [v.say("people.advance_skills", learnt=v.number(x, "+ratio")) for x in known["learnt"]]
    drawn_rows = known.assign(label=known["name"], value=known["slope"], word=told, tone="neutral")
    fig = figures.dots(drawn_rows, unit="+points", lang=v.lang, reference=0.0)
    notes = [v.say("people.how.advance"), *alike(v, v.of(v.found.alike))]
    drawn = blocks.figure(
        fig,
        id="advance",
        title=title,
        subtitle=v.say("people.advance_subtitle"),
        alt=heard.rows(drawn_rows, lambda x: v.number(x, "+points"), v.lang),
        lang=v.lang,
        notes=notes,
    )
    table = rows.assign(slope_low=rows["low"], slope_high=rows["high"], reason="people.advance_few")
    spec = "name skills:int then:ratio now:ratio learnt:+ratio slope:+points "
    spec += "slope/interval:interval:+points"
    return [blocks.details(title, [drawn, grid(v, table, spec, "advance")])]


def _title(v: View, known: pd.DataFrame) -> str:
    """How many learnt, and whose totals can be told to rise or fall with it."""
    learnt = known["learnt"] > 0
    risen = int((learnt & (known["direction"] == "up")).sum())
    fallen = int((learnt & (known["direction"] == "down")).sum())
    facts = {"all": len(known), "n": int(learnt.sum()), "up": risen, "down": fallen}
    return v.say("people.advance_finding", **facts)


def own(v: View) -> list[Block]:
    """The same for one person as a sentence, for the fold of own figures (本人业绩与成长)."""
    rows = v.mine(room.advance(v.tables, v.found)).dropna(subset=["learnt", "slope"])
    if rows.empty:
        return [blocks.text(v.say("people.advance_none"))]
    row = rows.iloc[0]
    said = v.say(
        "people.advance_own",
        n=int(row["n"]),
        then=v.number(row["then"], "ratio"),
        now=v.number(row["now"], "ratio"),
        slope=v.number(row["slope"], "+points"),
        span=interval(row["low"], row["high"], "+points", v.lang),
        way=v.say(f"scoring.direction_{row['direction'] or 'none'}"),
    )
    return [blocks.text(said)]

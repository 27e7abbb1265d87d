"""Whose indicators are measured, on which days? (谁的哪项指标、哪些日子有数据)."""

from typing import Any

from kit.data.quality import inventory as stock
from kit.pages.load.view import View
from kit.scoring import visits
from kit.show import blocks, grids
from kit.show.blocks import Block
from kit.show.sentences import join
from kit.words import word


def coverage(v: View) -> Block:
    """Who can be scored on what (覆盖矩阵)."""
    cells = v.trust.cells
    lost = cells[cells["status"] != "measured"]
    if cells.empty:
        return blocks.text(v.say("nobody"))
    shown = cells.assign(
        who=cells["specialist_id"].map(v.names),
        text="",
        tone=(cells["status"] == "measured").map({True: "neutral", False: "missing"}),
        what=[visits.label(v.tables, i, v.lang) for i in cells["indicator"]],
    )
    fig = grids.tracker(shown, row="what", column="who")
    gaps = [_gap(v, row) for row in lost.to_dict("records")]
    title = v.say("coverage.title", n=len(lost), all=len(cells))
    return blocks.figure(
        fig,
        id="coverage",
        title=title,
        subtitle=v.say("coverage.subtitle"),
        alt=f"{title} {join(gaps[:10], v.lang)}",
        lang=v.lang,
        notes=gaps[:12],
    )


def _gap(v: View, row: dict[Any, Any]) -> str:
    """Whose indicator is not measured, and why."""
    return v.say(
        "gap",
        who=v.names[row["specialist_id"]],
        what=visits.label(v.tables, str(row["indicator"]), v.lang),
        why=v.say(f"why.{row['status']}", table=word(f"table.{row['table']}", v.lang)),
    )


def calendar(v: View) -> Block:
    """Days of the period (数据日历)."""
    days = stock.calendar(v.tables)
    count = {tone: int((days["tone"] == tone).sum()) for tone in ("missing", "provisional")}
    title = v.say("calendar.title", **count)
    return blocks.figure(
        grids.calendar(days, lang=v.lang),
        id="calendar",
        title=title,
        subtitle=v.say("calendar.subtitle"),
        alt=title,
        lang=v.lang,
    )

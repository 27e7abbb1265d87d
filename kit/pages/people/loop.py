"""Is the loop closed? (闭环、逾期、人员变动)."""

from kit.pages.people.view import View, grid, heading, note, step
from kit.people.loop import clock
from kit.show import blocks, grids
from kit.show.blocks import Block
from kit.words import word

TONE = {
    "done": "done",
    "late": "unclear",
    "unclear": "unclear",
    "pending": "provisional",
    "overdue": "worse",
    "missing": "missing",
    "unknown": "missing",
    "exempt": "neutral",
}


def loop(v: View) -> list[Block]:
    """Five phases, what is overdue, and who was not there all the time (闭环、逾期、人员变动)."""
    if v.who:
        return []
    title, drawn = _tracker(v)
    late = v.of(v.found.late)
    late = late.assign(what=v.words("what", late["what"]), item=v.masked(late["item"]))
    table = grid(v, late, "name what item due:date lag:int", "overdue")
    notes = [f"{n['name']}: {note(v, n)}" for n in v.of(v.found.standing).to_dict("records")]
    how = v.say("people.how.loop", today=str(clock(v.tables).today))
    return [
        *heading(v, "loop", fold=True),
        blocks.text(title),
        *([table] if len(late) else []),
        *([blocks.box("note", notes)] if notes else []),
        blocks.details(v.say("people.fold.loop"), [blocks.text(how), drawn]),
    ]


def _tracker(v: View) -> tuple[str, Block]:
    """People × phases as a picture, and its finding: how many went the whole way (闭环进度)."""
    steps = v.of(v.found.steps)
    cells = steps.assign(
        tone=steps["status"].map(TONE),
        phase=v.words("phase", steps["phase"]),
        text=[step(v, row) for row in steps.to_dict("records")],
    )
    whole = steps["status"].isin(["done", "exempt"]).groupby(steps["name"]).all()
    title = v.say("people.loop_finding", done=int(whole.sum()), all=len(whole))
    open_ = cells[~steps["status"].isin(["done", "late", "exempt"])]
    alt = [f"{n} {p} {x}" for n, p, x in open_[["name", "phase", "text"]].to_numpy()]
    fig = grids.tracker(cells, row="name", column="phase")
    drawn = blocks.figure(
        fig,
        id="loop",
        title=title,
        alt=word("show.semicolon", v.lang).join([title, *alt]),
        lang=v.lang,
        subtitle=v.say("people.loop_subtitle"),
    )
    return title, drawn

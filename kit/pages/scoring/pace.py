"""How far is each stage target reached? (过程与阶段目标)."""

import pandas as pd

from kit.pages.scoring.page import tracking
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.scoring import progress
from kit.show import blocks
from kit.show.blocks import Block

SIGNS = {"ahead": "better", "behind": "worse", "on_pace": "neutral", "": "neutral"}


@by_group
def pace(v: View) -> list[Block]:
    """Stage targets, and while a period runs its projected end (过程跟踪)."""
    out = []
    period = v.tables.period
    if period.last_day < period.end:
        rows = visible_rows(v, progress.pace(v.tables))
        units = [v.unit(v.tables.scheme.library[name].unit) for name in rows["indicator"]]
        frame = rows.assign(
            **{f"{key}_unit": units for key in ("actual", "projected", "target")},
            indicator=[v.measured(i) for i in rows["indicator"]],
        )
        spec = "name indicator actual:mixed projected:mixed target:mixed pace:percent"
        elapsed = v.number(rows["elapsed"].median(), "percent")
        table = v.table(frame, "pace", spec, elapsed=elapsed)
        out = [blocks.box("note", tracking(v)), table, _weeks(v)]
    rows = visible_rows(v, progress.stages(v.tables))
    if rows.empty:
        return [*out, blocks.text(v.say("scoring.say_no_stage"))]
    names = [n for n in rows["indicator"].unique() if n in set(v.rows["indicator"])]
    first = next((n for n in ("sales", *names) if n in names), "")
    others = [n for n in names if n != first]
    out += _stages(v, rows[rows["indicator"] == first]) if first else []
    return [*out, *([_others(v, rows, others)] if others else [])]


def _others(v: View, rows: pd.DataFrame, names: list[str]) -> Block:
    """Stage targets of the other indicators (其他指标的阶段目标), a table each, folded."""
    tables = []
    for name in names:
        mine = rows[(rows["indicator"] == name) & (rows["status"] != "open")]
        if len(mine):
            told = _ends(v, mine)
            caption = v.say("scoring.caption_stages_of", indicator=v.label(name))
            tables.append(_paces(v, mine.assign(stage=told), "stage", f"stages-{name}", caption))
    return blocks.details(v.say("scoring.stages_more", n=len(tables)), tables)


def _ends(v: View, rows: pd.DataFrame) -> list[str]:
    """Stages with their last day (阶段与截止日)."""
    ends = pd.to_datetime(rows["stage_end"]).dt.strftime("%m-%d")
    return [
        v.say("scoring.stage_to", stage=stage, day=day)
        for stage, day in zip(rows["stage"], ends, strict=True)
    ]


def _stages(v: View, rows: pd.DataFrame) -> list[Block]:
    done = rows[rows["status"].isin(["behind", "on_pace", "ahead"])]
    late = done[(done["stage_end"] == done["stage_end"].max()) & (done["status"] == "behind")]
    own = "_own" if v.own else ""
    facts = {} if v.own else {"n": len(late), "who": v.people(late["name"].tolist())}
    line = (
        v.say(f"scoring.say_behind{own}", **facts)
        if len(late)
        else v.say(f"scoring.say_on_pace{own}")
    )
    said = v.say("scoring.caption_stages_of", indicator=v.label(rows["indicator"].iloc[0]))
    caption = v.say("scoring.caption_stages") if rows["indicator"].iloc[0] == "sales" else said
    told = done.assign(stage=_ends(v, done))
    return [blocks.text(line), _paces(v, told, "stage", "stages", caption)]


def _weeks(v: View) -> Block:
    """Sales of each week over what the season's curve gives it of the target (按周状态)."""
    rows = visible_rows(v, progress.weeks(v.tables, "sales"))
    part = rows[rows["days"] < 7].drop_duplicates("week")
    labels = {
        r["week"]: v.say("scoring.week_part", n=r["days"], day=r["week"])
        for r in part.to_dict("records")
    }
    told = rows.assign(week=rows["week"].replace(labels))
    return _paces(v, told, "week", "weeks", v.say("scoring.caption_weeks"))


def _paces(v: View, rows: pd.DataFrame, by: str, name: str, caption: str) -> Block:
    """People × stages or weeks, with the sign of ahead and behind."""
    order = list(dict.fromkeys(rows.sort_values("stage_end")[by])) if "stage_end" in rows else None
    wide, status = (rows.pivot(index="name", columns=by, values=x) for x in ("pace", "status"))
    wide = wide[order] if order else wide
    tones = status.replace(SIGNS).add_suffix("_tone")
    frame = wide.join(tones).reindex(list(dict.fromkeys(rows["name"]))).reset_index()
    frame = frame.assign(reason="scoring.no_stage")
    columns = [
        blocks.Column("name", v.say("scoring.c_name"), "text"),
        *(blocks.Column(part, part, "percent") for part in wide.columns),
    ]
    return blocks.table(frame, columns, id=name, lang=v.lang, caption=caption)

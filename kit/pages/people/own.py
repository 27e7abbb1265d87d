"""What is mine, and where does it stand? (本人的渠道、关键词、时段、活动、延误任务)."""

import pandas as pd

from kit.data.store.cache import remembered
from kit.pages.people import advance
from kit.pages.people.view import View, grid, heading
from kit.people import activities
from kit.retrospective import drill
from kit.retrospective.brand import is_brand
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import quantity
from kit.show.sentences import join

MOST = 10  # entries of a list on a person's page
ACTIVITY = ("plan_completion", "timeliness", "budget_execution")  # indicators of activities


def own(v: View) -> list[Block]:
    """Own channels, strategies, stop and push lists, activities, late tasks (本人明细), folded."""
    if not v.who:
        return []
    inner = [*_by(v, "channel"), *_by(v, "strategy"), *_lists(v), *_activities(v)]
    inner += advance.own(v) if inner else []
    late = v.mine(activities.late_tasks(v.tables))
    table = [_late(v, late, "")] if len(late) else [_on_time(v)]
    if not inner:
        return table
    return [
        *heading(v, "own", v.say("people.how.own"), fold=v.audience == "employee"),
        *table,
        blocks.details(_head(v), inner),
    ]


def late(v: View) -> list[Block]:
    """Late tasks and activities of a team, by name, folded (延误任务、活动一览)."""
    if v.who:
        return []
    rows = v.of(activities.late_tasks(v.tables))
    inner = [_late(v, rows, "name ")] if len(rows) else [_on_time(v)]
    inner += _activities(v)
    people = rows["name"].nunique()
    return [blocks.details(v.say("people.late_tasks", n=len(rows), people=people), inner)]


def _on_time(v: View) -> Block:
    """That no task was late, or that nobody knows."""
    given = v.tables.has("tasks")
    return blocks.text(v.say(f"people.late_{'none' if given else 'unknown'}"))


def _head(v: View) -> str:
    return v.say("people.own_more")


def _late(v: View, rows: pd.DataFrame, first: str) -> Block:
    why = rows["undated"].map({True: "people.done_undated", False: "people.still_open"})
    rows = rows.assign(task=v.masked(rows["task"]), plan=_plans(v, rows["plan_id"]), reason=why)
    return grid(v, rows, f"{first}task plan due:date done_on/done:date late/days_late:int", "late")


def _plans(v: View, ids: pd.Series) -> list[str]:
    """Names of plans beside their ids (计划名)."""
    known = v.tables.get("plans").drop_duplicates("plan_id").set_index("plan_id")["plan_name"]
    return [
        "—" if pd.isna(one) else f"{known[one]} ({one})" if one in known.index else str(one)
        for one in ids
    ]


def _by(v: View, column: str) -> list[Block]:
    """Own figures by channel or strategy, beside everybody's (渠道、策略)."""
    rows = v.mine(activities.own(v.tables, column)).sort_values("spend", ascending=False)
    if rows.empty:
        return []
    known = rows[column].astype(object).fillna(v.say("people.no_label"))
    named = v.channels(known) if column == "channel" else known.tolist()
    rows = rows.assign(**{column: named}, reason="people.no_rate")
    spec = f"{column} spend:money sales:money share/own_share:percent roi:ratio usual:ratio"
    return [grid(v, rows, spec, f"own_{column}")]


def _lists(v: View) -> list[Block]:
    """Own entries of the stop and push lists: keywords, hours, audiences (本人停投、加投清单)."""
    found = remembered(v.tables, "lists", drill.lists)
    mine = v.mine(activities.owners(v.tables))["plan_id"]
    rows = found[found["plan_id"].isin(mine) & found["list"].isin(["stop", "push"])]
    if rows.empty:
        return [blocks.text(v.say("people.own_lists_none"))]
    rows = rows.groupby("list", sort=False).head(MOST)
    whole = rows["dimension"] == "plan_id"
    brand = is_brand(v.tables.scheme, rows)
    rows = rows.assign(
        advice=v.words("advice", rows["list"]),
        plan=_plans(v, rows["plan_id"]),
        unit=[
            v.say("people.whole_plan") if all_ else str(name)
            for all_, name in zip(whole, rows["name"], strict=True)
        ],
        kind=[v.say("people.brand") if own_ else "" for own_ in brand],
        worth=[
            v.say(
                f"people.worth.{'loss' if which == 'stop' else 'above'}",
                money=quantity(yuan, v.unit("money"), v.lang),
            )
            for which, yuan in zip(rows["list"], rows["yuan"], strict=True)
        ],
        roi=rows["shrunk"],
        roi_low=rows["low"],
        roi_high=rows["high"],
    )
    spec = "advice plan unit kind/brand roi/roi_like:ratio roi/interval80:interval:ratio worth"
    return [grid(v, rows, spec, "own_lists")]


def _activities(v: View) -> list[Block]:
    """Activities: owner, tasks due, done and in time, spend, sales, ROI against target (活动)."""
    rows = activities.activities(v.tables)
    nobody = rows[rows["specialist_id"].isna()].assign(name="—")
    rows = v.mine(rows) if v.who else pd.concat([v.of(rows), nobody], ignore_index=True)
    if rows.empty:
        return []
    words = {True: "kit.yes", False: "kit.no"}
    rows = rows.assign(
        activity=_items(v, rows),
        met=["—" if pd.isna(x) else v.say(words[bool(x)]) for x in rows["met"]],
        reason="people.no_rate",
    )
    spec = "activity due/tasks_due:int on_time:int sales:money roi:ratio target/roi_target:ratio "
    notes = [v.say("people.activities_read"), *_scored(v)]
    rows = rows.assign(on_time=rows["on_time"].where(rows["due"] > 0))
    return [grid(v, rows, spec + "met" if v.who else f"name/owner {spec}met", "activities", *notes)]


def _items(v: View, rows: pd.DataFrame) -> list[str]:
    """What each activity is called: a plan with its id, a task's words, a promotion (活动名)."""
    named = {p.id: getattr(p.name, v.lang) for p in activities.held(v.tables)}
    said = dict(zip(rows.index, _plans(v, rows["item"]), strict=True))
    tasks = rows.loc[rows["kind"] == "task", "item"]
    said |= dict(zip(tasks.index, v.masked(tasks), strict=True))
    for n, row in rows[rows["kind"] == "promotion"].iterrows():
        nobody = pd.isna(row["specialist_id"])
        key = "people.activity_nobody" if nobody else "people.activity_promotion"
        said[n] = v.say(key, name=named[row["item"]])
    return [said[n] for n in rows.index]


def _scored(v: View) -> list[str]:
    """Which indicators score activities, with their weights (计分与否): a sentence a group."""
    rows = v.found.cards.indicators
    rows = v.mine(rows) if v.who else v.of(rows)
    groups = v.tables.period.groups
    if v.who or groups is None:
        return [_scored_by(v, rows)]
    each = [(groups.label(name, v.lang), mine) for name, mine in rows.groupby("group_id")]
    return [
        v.say("people.pay.of_group", group=group, said=_scored_by(v, mine)) for group, mine in each
    ]


def _scored_by(v: View, rows: pd.DataFrame) -> str:
    """The same of some people's indicators; the largest weight where people's differ."""
    weights = rows.groupby("indicator")["weight"].max()
    scored = weights[weights.index.isin(ACTIVITY) & (weights > 0)]
    if scored.empty:
        return v.say("people.activities_unscored")
    labels = v.indicators(scored.index)
    each = [f"{n} {v.number(w, 'percent')}" for n, w in zip(labels, scored, strict=True)]
    return v.say("people.activities_scored", what=join(each, v.lang))

"""Notebook 2 (绩效评分): who did how well, and how sure that is — manager, hr, employee."""

import numpy as np
import pandas as pd

from kit.pages.scoring import crowd
from kit.pages.scoring.market import market_line
from kit.pages.scoring.partial import partial, rough
from kit.pages.scoring.posts import by_group, by_groups
from kit.pages.scoring.view import View, basis, doubts
from kit.pages.scoring.warnings import few_orders
from kit.people.appeals import official, until
from kit.people.loop import of_period
from kit.scoring import progress
from kit.scoring.chances import SETTLED, again
from kit.show import blocks, grids, heard
from kit.show.ahead import chance, chance_rest, stands, step
from kit.show.blocks import Block, Card
from kit.show.format import interval
from kit.show.sentences import join

TONES = {"above": "better", "below": "worse", "level": "unclear"}


def first(v: View) -> list[Block]:
    """Title, headline cards and the answer (页首、要点、结论)."""
    team = (
        join(list(v.names.values()), v.lang) if v.own else v.say("scoring.people", n=len(v.totals))
    )
    question = v.say("scoring.question_own" if v.own else "scoring.question")
    head = blocks.header(
        v.tables, v.lang, title=v.say("scoring.title"), team=team, question=question
    )
    if v.groups:
        return [head, *by_groups(v, _cards, _answer)]
    cards = blocks.cards(_own_cards(v) if v.own else _cards(v))
    said = blocks.answer(_answer(v) + basis(v))
    doubted = [blocks.box("warn", said) for said in [doubts(v)] if said]
    if v.own:
        return [head, blocks.answers("grade", cards), said, *_next(v), *doubted]
    return [head, blocks.answers("who", said), cards, *doubted]


def _next(v: View) -> list[Block]:
    """The one thing to do next, and until when to object (下一步、异议期限)."""
    held = of_period(v.tables, "interviews")
    talked = held.loc[held["specialist_id"].isin(v.names), "held_on"].max()
    nearest = step(v.tables, v.weighed(*v.names), v.lang)
    last = v.say("scoring.say_until", until=str(until(v.tables, talked)))
    lines = [*([nearest] if nearest else []), last]
    return [blocks.answers("next", blocks.box("note", lines))]


def _cards(v: View) -> list[Card]:
    scored = v.totals["total"].notna()
    if not scored.any():
        n = v.say("scoring.card_scored_of", n=0, all=len(v.totals))
        return [Card(v.say("scoring.card_scored"), n, tone="missing")]
    counts = v.totals.loc[scored, "standing"].value_counts()
    return [
        Card(
            v.say(f"scoring.card_{kind}"),
            v.say("scoring.card_people", n=int(counts.get(kind, 0))),
            "",
            v.who(v.totals["standing"].eq(kind) & scored),
            tone if counts.get(kind, 0) else "neutral",
            int(counts.get(kind, 0)),
        )
        for kind, tone in TONES.items()
    ]


def _own_cards(v: View) -> list[Card]:
    row = v.totals.iloc[0].to_dict()
    moved = v.say(
        "scoring.card_adjusted",
        grade=row["grade_adjusted"] or "—",
        value=v.number(row["printed_adjusted"], "points"),
    )
    ends = v.say(
        "scoring.card_interval", interval=interval(row["ci_low"], row["ci_high"], "points", v.lang)
    )
    total = v.number(row["printed"], "points")
    return [
        Card(
            v.say("scoring.card_total"), total, moved, ends, TONES[row["standing"]], row["printed"]
        ),
        Card(v.say("scoring.card_grade"), row["told"], chance(v.tables.scheme, row, v.lang)),
        _group(v, row),
        Card(
            v.say("scoring.card_coverage"),
            v.number(row["coverage"], "percent"),
            interval=v.say("scoring.card_coverage_of"),
            raw=row["coverage"],
        ),
    ]


def _group(v: View, row: dict) -> Card:
    """Whether one's own total is above, near or below the others'; nothing without others."""
    if np.isnan(row["total"]) or v.n_scored <= 1:
        return Card(v.say("scoring.card_group"), "—", interval="")
    others = v.say("scoring.card_group_of", n=v.n_scored - 1)
    return Card(
        v.say("scoring.card_group"), v.say(f"scoring.card_{row['standing']}"), interval=others
    )


def _answer(v: View) -> list[str]:
    if v.own:
        [row] = v.totals.to_dict("records")
        return [*tracking(v), *_own(v, row), *partial(v), *rough(v), *few_orders(v), *changed(v)]
    scored = v.totals["total"].notna()
    if not scored.any():
        return [*tracking(v), *nobody(v)]
    lines = tracking(v) + _standings(v, scored) + partial(v) + rough(v) + few_orders(v)
    lines += [*_settled(v, scored), *_again(v), *market_line(v), *changed(v)]
    none = ~scored
    return lines + (
        [v.say("scoring.say_no_total", n=int(none.sum()), who=v.who(none))] if none.any() else []
    )


def _settled(v: View, scored: pd.Series) -> list[str]:
    """Whose grades are not settled (等级未定的人), or that all are, if chances are known."""
    line = v.number(SETTLED, "chance")
    unsure = v.totals["open"]
    if unsure.any():
        return [v.say("scoring.say_grades", n=int(unsure.sum()), line=line, who=v.who(unsure))]
    known = v.totals.loc[scored, "chance"].notna().all()
    return [v.say("scoring.say_grades_sure", line=line)] if known else []


def _again(v: View) -> list[str]:
    """How many would get another grade at the same truth (不变也会换等级); none if not known."""
    totals = v.cards.totals
    if v.cards.grouped or not {"se", "grade", "printed"} <= set(totals):
        return []
    same = again(v.tables.scheme, totals)
    same = same[np.isfinite(same) & totals["specialist_id"].isin(v.names).to_numpy()]
    n = int(np.round((1 - same).sum()))
    return [v.say("scoring.say_again", n=n, of=len(same))] if n else []


def _standings(v: View, scored: pd.Series) -> list[str]:
    """Who can be told from the mean of the others (能否分出高下), and how many cannot."""
    others = v.n_scored - 1
    if not others:
        return [v.say("scoring.say_alone")]
    sets = {kind: scored & v.totals["standing"].eq(kind) for kind in ("above", "below")}
    lines = [
        v.say(f"scoring.say_{kind}", int(inside.sum()), who=v.who(inside), others=others)
        for kind, inside in sets.items()
        if inside.any()
    ]
    level = int(scored.sum() - sum(inside.sum() for inside in sets.values()))
    key = "scoring.say_level" if lines else "scoring.say_level_all"
    return lines + ([v.say(key, n=level, others=others)] if level else [])


def tracking(v: View) -> list[str]:
    """While the period runs (过程跟踪): that it does, and whose sales would end short of target."""
    period = v.tables.period
    if period.last_day >= period.end:
        return []
    rows = progress.pace(v.tables)
    rows = rows[(rows["indicator"] == "sales") & rows["specialist_id"].isin(v.names)]
    late = [v.names[i] for i in rows.loc[rows["pace"] < 1 - progress.LEVEL, "specialist_id"]]
    told = v.say("scoring.say_tracking", day=str(period.last_day))
    if rows["pace"].isna().all():
        return [told]
    line = v.number(1 - progress.LEVEL, "percent")
    return [
        told,
        v.say("scoring.say_projected", n=len(late), who=v.people(late), line=line)
        if late
        else v.say("scoring.say_projected_none", line=line),
    ]


def changed(v: View) -> list[str]:
    """Totals that an accepted appeal changed (异议改动): both figures, the scored one stays."""
    return [
        v.say("scoring.say_changed", name=v.names[who], **facts) for who, facts in after(v).items()
    ]


def after(v: View) -> dict[str, dict[str, str]]:
    """What was scored and what stands after an accepted appeal (改后总分), by person."""
    rows = official(v.tables, v.cards)
    rows = rows[rows["changed"] & rows["specialist_id"].isin(v.totals["specialist_id"])]
    return {
        r["specialist_id"]: {
            "grade": r["grade"] or "—",
            "scored": v.number(r["scored"], "points"),
            "total": v.number(r["printed"], "points"),
        }
        for r in rows.to_dict("records")
    }


def nobody(v: View) -> list[str]:
    """That nobody has a total (无人有总分), and why, indicator by indicator."""
    whys = [v.say(str(r)) for r in v.totals["reason"].unique() if r]
    why = join(whys, v.lang) or v.say("scoring.nobody_here")
    return [v.say("scoring.say_nobody", why=why), *lacking(v, v.rows)]


def lacking(v: View, rows: pd.DataFrame) -> list[str]:
    """What was not scored, one sentence a reason (缺什么)."""
    gone = rows[rows["points"].isna() & (rows["reason"] != "scoring.closed")]
    gone = v.reasoned(gone.drop_duplicates(["indicator", "reason"]))
    return [
        v.say(
            "scoring.say_lacking",
            items=join(part["label"].tolist(), v.lang),
            why=str(why),
        )
        for why, part in gone.groupby("why", sort=False)
    ]


def _own(v: View, row: dict) -> list[str]:
    """One's own total, how sure it is, and whether it differs from the others' (本人结论)."""
    if np.isnan(row["total"]):
        return [v.say("scoring.verdict_none", why=v.say(row["reason"]))]
    told = v.say(
        "scoring.say_own",
        total=v.number(row["printed"], "points"),
        grade=row["told"],
        interval=interval(row["ci_low"], row["ci_high"], "points", v.lang),
    )
    others = v.n_scored - 1
    lines = [
        told,
        *chance_rest(v.tables.scheme, row, v.lang),
        stands(v.tables.scheme, row["printed"], v.lang),
    ]
    return [*lines, *([v.say(f"scoring.own_{row['standing']}", n=others)] if others else [])]


@by_group
def heat(v: View) -> Block | None:
    """People × indicators on the fixed scale of points (热力图)."""
    if v.own or v.rows["points"].isna().all():
        return None
    order = v.totals["specialist_id"].tolist()
    rows = v.rows.set_index("specialist_id").loc[order].reset_index()
    hard = rows[(rows["branch"] == "hard") & rows["points"].notna()]
    worst = (rows if hard.empty else hard).groupby("label")["points"].mean().idxmin()
    low = int((rows.loc[rows["label"] == worst, "points"] < 60).sum())
    n, m = len(order), rows["label"].nunique()
    some = rows[rows["specialist_id"].isin(crowd.few(v).totals["specialist_id"])]
    fig = grids.heat(some, row="name", column="label", value="points", unit="int", lang=v.lang)
    said = heard.cells(some, lambda x: v.number(x, "int"), v.lang, keys=["name", "label", "points"])
    notes = [v.say("scoring.heat_note")] if rows["branch"].eq("soft").any() else []
    notes += crowd.told(v)
    return blocks.figure(
        fig,
        id="heat",
        lang=v.lang,
        notes=notes,
        title=v.say("scoring.heat_title", n=low, indicator=worst),
        subtitle=v.say("scoring.heat_subtitle", n=n),
        alt=v.say("scoring.heat_alt", n=some["name"].nunique(), m=m, cells=said),
    )

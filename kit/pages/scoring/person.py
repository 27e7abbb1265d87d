"""One card a person (个人评分卡): what makes the total, and the 360 answers."""

import pandas as pd

from kit.pages.scoring import beside, crowd, form, rated
from kit.pages.scoring import plus_minus as plus
from kit.pages.scoring import unscored as rest
from kit.pages.scoring.core import core_note, marked
from kit.pages.scoring.page import after
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View
from kit.scoring.items import held_back
from kit.show import blocks, figures, stacks
from kit.show.blocks import Block
from kit.show.format import missing
from kit.show.goals import counted, goals
from kit.show.group_mean import group_mean
from kit.show.html import t
from kit.show.links import ANCHOR, sheet
from kit.show.rated import how_rated
from kit.show.sentences import join
from kit.words import word

CARD = (
    "indicator actual:mixed target:mixed points:points points_adjusted:points "
    "weight_used:percent2 contribution:points3"
)


@by_group
def persons(v: View) -> list[Block]:
    """One card a person (每个人的评分卡), folded but for an employee's own."""
    out = crowd.said(v)
    v = crowd.few(v)
    others = rest.measured(v)
    for row in v.totals.to_dict("records"):
        who = row["specialist_id"]
        inner: list[Block] = [
            *card(v, who),
            *plus.plus_minus(v, who),
            *earlier(v, who),
            beside.money(v, who),
            *rest.unscored(v, others, who),
            *beside.behaviour(v, who),
            *_answered(v, who),
            *([] if v.own else [_way(v, who)]),
        ]
        whose = v.say("scoring.c_whose")
        inner = [blocks.named(block, who, row["name"], whose) for block in inner]
        head = v.say(
            "scoring.card_summary",
            name=row["name"],
            grade=row["told"],
            total=v.number(row["printed"], "points"),
        )
        out += inner if v.own else [blocks.details(head, inner)]
    return [*out, *_reading(v, others)]


def _way(v: View, who: str) -> Block:
    """Where each figure's way from the rows of the files stands: the person's sheet (追溯)."""
    told = v.say("scoring.trace_link", name=v.names[who])
    html = t('<p><a href="{}#{}">{}</a></p>', sheet(who), ANCHOR, told)
    return Block("text", html, {"sentences": [told]})


def _answered(v: View, who: str) -> list[Block]:
    """360 answers; on the own page in a fold (360 评价)."""
    found = rated.answers(v, who)
    return [blocks.details(v.say("scoring.caption_360"), found)] if v.own else found


def card(v: View, who: str) -> list[Block]:
    """Table of one person's indicators, on the own page with the figure folded under it."""
    rows = v.rows[v.rows["specialist_id"] == who]
    total = v.totals[v.totals["specialist_id"] == who].iloc[0]
    known = rows[rows["points"].notna()]
    if known.empty:
        return [blocks.box("missing", [v.say(total["reason"])])]
    fig = [_drawn(v, known, total)] if v.own else []
    units = [v.unit(v.tables.scheme.library[name].unit) for name in rows["indicator"]]
    shown = rows.assign(
        indicator=[marked(v, name, v.measured(name)) for name in rows["indicator"]],
        actual_unit=units,
        target=rows["target"].astype(object).where(rows["target"].notna(), goals(v, rows)),
        target_unit=units,
    )
    notes = [_sum(v, total)]
    soft = held_back(rows, total["total"])
    notes += [] if soft is None else [v.say("scoring.note_closed", soft=v.number(soft, "ratio"))]
    notes += [v.say("scoring.note_goal"), *how_rated(v, who, rows)] if v.own else []
    notes += [v.say("scoring.verdict_changed", **after(v)[who])] if who in after(v) else []
    notes += form.bare(v, total["bare"])
    notes += form.replaced(v, who)
    notes += core_note(v, rows["indicator"].tolist()) if v.own else []
    if form.is_form(v):
        return [form.form(v, who, rows, notes), *fig]
    id = f"indicators-{who}"
    return [v.table(shown, "card", CARD, id=id, notes=notes, deciding=v.own), *fig]


def _sum(v: View, total: pd.Series) -> str:
    """How the lines make the total (合计方法): with plus and minus points, or set by a veto."""
    printed = v.number(total["printed"], "points")
    if total["specialist_id"] in v.before:
        return group_mean(v, v.cards_of(total["specialist_id"]), total["printed"])
    if not pd.isna(total["veto"]):
        return v.say("scoring.note_sum_veto", total=printed)
    if not total["plus_minus"]:
        return v.say("scoring.note_sum", total=printed)
    points = v.number(total["plus_minus"], "+points")
    return v.say("scoring.note_sum_plus", points=points, total=printed)


def earlier(v: View, who: str) -> list[Block]:
    """The cards of groups that a person was in before (换组前的评分卡)."""
    groups = v.tables.period.groups
    out: list[Block] = []
    for other in v.before.get(who, ()):
        days = v.cards_of(who).set_index("group_id")["days"]
        name = groups.label(other.group, v.lang)
        head = v.say("scoring.group_card", group=name, days=int(days[other.group]))
        inner = [stacks.renamed(b, other.group) for b in card(other, who)]
        out += [stacks.heading(head), *inner]
    return out


def _drawn(v: View, known: pd.DataFrame, total: pd.Series) -> Block:
    """The same as a picture (得分图), in a fold: it says nothing that the table does not."""
    return blocks.details(v.say("scoring.card_drawn"), [_figure(v, known, total)])


def _figure(v: View, known: pd.DataFrame, total: pd.Series) -> Block:
    moved = (known["points_adjusted"] - known["points"]).abs() > 0.05
    frame = known[["points", "contribution"]].assign(
        label=[v.measured(name) for name in known["indicator"]],
        text=[_pair(v, row) for row in known.to_dict("records")],
        adjusted=known["points_adjusted"].where(moved),
    )
    return blocks.figure(
        figures.scorecard(frame, lang=v.lang),
        id="card",
        lang=v.lang,
        title=_title(v, known, total),
        subtitle=v.say("scoring.card_subtitle"),
        alt=v.say("scoring.card_alt", name=total["name"], each=_heard(v, frame)),
    )


def _heard(v: View, frame: pd.DataFrame) -> str:
    """The picture's figures, an indicator after the other (替代文字)."""
    told = []
    for row in frame.to_dict("records"):
        pair = word("show.heard_range", v.lang, range=row["text"]) if row["text"] else ""
        shown = {k: v.number(row[k], "points") for k in ("points", "contribution", "adjusted")}
        line = v.say("scoring.card_heard", label=row["label"], pair=pair, **shown)
        hollow = not missing(row["adjusted"])
        told.append(v.say("scoring.card_heard_adjusted", told=line, **shown) if hollow else line)
    return join(told, v.lang)


def _title(v: View, known: pd.DataFrame, total: pd.Series) -> str:
    """One person's total and grade, and how many of the targets were met."""
    n, met = counted(v.tables.scheme, known)
    return v.say(
        "scoring.card_title",
        name=total["name"],
        grade=total["told"],
        total=v.number(total["printed"], "points"),
        n=n,
        met=met,
    )


def _pair(v: View, row: dict) -> str:
    """Actual and, where one was set, target (实际、目标)."""
    unit = v.tables.scheme.library[row["indicator"]].unit
    return " / ".join(v.number(row[k], unit) for k in ("actual", "target") if not pd.isna(row[k]))


def _reading(v: View, others: pd.DataFrame) -> list[Block]:
    """What holds for every card of a page about many, said once (评分卡怎么读)."""
    if v.own or v.rows["points"].isna().all():
        return []
    names = list(dict.fromkeys(v.rows["indicator"]))
    lines = [*core_note(v, names), v.say("scoring.note_goal"), *rated.notes(v)]
    lines += [beside.note_comments(v)]
    texts = [blocks.text(line) for line in lines]
    return [blocks.details(v.say("scoring.how_to_read"), [*texts, *rest.formulas(v, others)])]

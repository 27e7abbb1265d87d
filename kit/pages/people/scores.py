"""What made this person's total? (本人得分)."""

from typing import Any

import pandas as pd

from kit.pages.people.feedback import rated
from kit.pages.people.person import capped, total
from kit.pages.people.view import View, grid, heading, summed
from kit.scoring.grid import half_up
from kit.scoring.items import held_back
from kit.show import blocks
from kit.show.alike import alike
from kit.show.blocks import Block
from kit.show.format import interval, unit_word
from kit.show.goals import goals
from kit.show.group_mean import group_mean
from kit.show.rated import how_rated

LAST = 0.001  # the last digit of a contribution that a table shows
ROUNDED = 0.05  # that rounding of a hundred lines can make, of points
SHOWN = 4  # periods beside this one: two sheets hold no more


def scores(v: View) -> list[Block]:
    """The score with its trace, totals so far, and 360 (得分明细、历次总分、360 评价)."""
    if not v.who:
        return []
    rows = v.mine(v.found.cards.indicators)
    of = total(v)
    units = [v.tables.scheme.library[i].unit for i in rows["indicator"]]
    ends = zip(rows["ci_low"], rows["ci_high"], units, strict=True)
    rows = rows.assign(
        label=_named(v, rows["indicator"]),
        target=goals(v, rows),
        actual=[v.number(x, u) for x, u in zip(rows["actual"], units, strict=True)],
        span=[interval(low, high, u, v.lang) for low, high, u in ends],
    )
    spec = (
        "label/indicator actual:mixed target:mixed points:points weight_used/weight:percent2 "
        "contribution:points3 span/of_actual:mixed"
    )
    sums = _sum(v, rows, of)
    soft = held_back(rows, of["total"])
    sums += [] if soft is None else [v.say("scoring.note_closed", soft=v.number(soft, "ratio"))]
    sums += capped(v, of)
    sums += how_rated(v, v.who, rows)
    like = v.mine(v.found.alike)
    compared = like["printed"].where(like["total"].notna())
    past = v.mine(v.found.past).assign(alike=compared, alike_reason="people.not_alike")
    past = past.assign(total_low=past["ci_low"], total_high=past["ci_high"])[::-1][:SHOWN]
    past = past.assign(grade=[v.grade(row) for row in past.to_dict("records")])
    notes = alike(v, like)
    then = (
        "period_id/period printed/total:points total/interval:interval:points grade "
        "printed_adjusted/adjusted:points coverage:percent"
    )
    then += " alike:points" if notes else ""
    then += " scored:points" if past["changed"].any() else ""
    several = [grid(v, past, then, "periods", *notes)] if len(past) > 1 else []
    how = v.run([v.say("people.how.score"), v.say("show.chance_how")])
    return [
        *_opened(v, grid(v, rows, spec, "score", *sums), how),
        *([blocks.details(v.say("people.t.periods"), several)] if several else []),
        *_answered(v),
    ]


def _opened(v: View, table: Block, how: str) -> list[Block]:
    """The score in full; on the own page in a fold: the page of scores has it open (得分明细)."""
    if v.audience != "employee":
        return [*heading(v, "score", how), table]
    return [
        *heading(v, "score"),
        blocks.details(v.say("people.t.score"), [blocks.text(how), table]),
    ]


def _sum(v: View, rows: pd.DataFrame, of: dict[str, Any]) -> list[str]:
    """How the lines make the total (合计), with what a hand sum of the printed ones gives."""
    printed = v.number(of["printed"], "points")
    if pd.notna(of["veto"]):
        return [v.say("scoring.note_sum_veto", total=printed)]
    if of["plus_minus"]:
        points = v.number(of["plus_minus"], "+points")
        return [v.say("scoring.note_sum_plus", points=points, total=printed)]
    grouped = v.found.cards.grouped
    cards = v.mine(grouped.cards) if grouped else rows.iloc[:0]
    if len(cards) > 1:
        return [group_mean(v, cards, of["printed"])]
    hand = sum(half_up(rows["contribution"].dropna().to_numpy(), LAST))
    if abs(hand - of["total"]) > ROUNDED:  # a total that other periods or ratings made
        return []
    total = summed(of["total"], of["printed"])
    return [v.say("people.score_sum", hand=f"{hand:.3f}", total=total, printed=printed)]


def _answered(v: View) -> list[Block]:
    """360 answers; on the own page in a fold, on the sheet for the talk open (360 评价)."""
    found = rated(v)
    folds = v.audience == "employee" and found
    return [blocks.details(v.say("people.t.rated"), found)] if folds else found


def _named(v: View, names: pd.Series) -> list[str]:
    """Indicators, core ones marked, money with its currency (指标、核心标记与单位)."""
    money = unit_word(f"money:{v.tables.period.currency}", v.lang)
    scheme = v.scheme_of(v.who)
    told = [
        v.say("people.in_money", name=label, unit=money)
        if scheme.library[name].unit == "money"
        else label
        for name, label in zip(names, v.indicators(names), strict=True)
    ]
    core = [scheme.indicators[name].group == "core" for name in names]
    return [
        v.say("scoring.core_mark", label=label) if of else label
        for label, of in zip(told, core, strict=True)
    ]

"""Where should the next budget go? (下一笔预算该花在哪里)."""

from dataclasses import replace
from typing import Any

import pandas as pd

from kit.pages.retrospective.move import last, trial
from kit.pages.retrospective.view import View, titled
from kit.retrospective.scope import this_span
from kit.show import blocks
from kit.show import curves as curves_page
from kit.show.blocks import Block
from kit.show.format import number, unit_word
from kit.show.html import t
from kit.show.sentences import join


def move(v: View) -> Block:
    """What to do with the budget, in sentences (预算怎么动): it stands on the first screen."""
    a = v.found.advice
    facts: dict[str, Any] = {}
    if a.gain:
        ends = dict(zip(("p10", "p50", "p90"), a.gain, strict=True))
        facts = {k: v.amount(x) for k, x in ends.items()}
        facts |= {
            "chance": number(a.chance, "chance", v.lang),
            "share": number(a.share, "+percent", v.lang),
        }
    moved = trial(v)
    box = blocks.box("note", moved or [v.say(f"budget_{a.decision}", None, **facts)])
    html = t('<div data-answers="budget">{}</div>', box.html)
    return replace(box, html=html, data=box.data | {"budget": box.data["sentences"]}, id="budget")


def budget(v: View) -> list[Block]:
    """What to do with the budget, curves and the split (预算建议)."""
    rows = _channels(v)
    drawn = [_curves(v, rows[rows["reason"].isna()])] if len(v.found.advice.curves) else []
    rows = rows.assign(channel=rows["label"])
    columns = v.columns(
        channel="text",
        spend="money",
        average="ratio",
        marginal="ratio",
        marginal_="interval:ratio",
        proposed="money",
        bound="text",
        why="text",
        b_="interval:ratio",
    )
    table = titled(v, rows, columns, "channels", [v.say("note_budget")])
    now = this_span(v.tables)
    if rows.empty and v.tables.drill(["date"], now.start, now.end)["spend"].sum() > 0:
        table = blocks.text(v.say("no_channels"))
    said = [blocks.text(line) for line in (*last(v), *_next(v))]
    return [*said, *drawn, blocks.details(v.say("t_channels"), [table])]


def _channels(v: View) -> pd.DataFrame:
    """Channels with their labels, why one has no curve, and what bounds its share (各渠道)."""
    given = v.found.advice.channels
    curved = given["reason"] != "commission"  # a commission has no curve
    why = pd.Series([v.say(f"curve_{r or 'known'}") for r in given["reason"]], given.index)
    return given.assign(
        b__low=given["b_low"].where(curved),
        b__high=given["b_high"].where(curved),
        label=[v.label("channel", c) for c in given["channel"]],
        marginal__low=given["low"],
        marginal__high=given["high"],
        why=why,
        reason=why.where(given["reason"] != ""),
        bound=[v.say(f"bound_{b}") if isinstance(b, str) else "" for b in given["bound"]],
    )


def _curves(v: View, known: pd.DataFrame) -> Block:
    """Curves of the channels that have one, with today and the proposal (响应曲线)."""
    given = v.found.advice.curves
    lines = given.assign(
        channel=given["series"], series=[v.label("channel", c) for c in given["series"]]
    )
    each = [
        v.say("brings", name=row["label"], yuan=v.amount(row["marginal"], "money"))
        for row in known.sort_values("marginal", ascending=False).to_dict("records")
    ]
    title = v.say("curves_title", unit=_one(v), channels=join(each, v.lang))
    marks = _marks(v, known)
    return blocks.figure(
        curves_page.curves(lines, marks, unit=v.unit("money"), lang=v.lang),
        id="curves",
        lang=v.lang,
        title=title,
        alt=v.say("curves_alt", marks=_heard(v, marks)),
        subtitle=v.say("curves_subtitle", unit=unit_word(v.unit("money"), v.lang)),
    )


def _heard(v: View, marks: pd.DataFrame) -> str:
    """Each mark of the picture, what is spent and what it sells (替代文字)."""
    told = [
        v.say(
            f"mark_{mark['kind']}",
            name=mark["series"],
            spend=v.amount(mark["spend"], "money0"),
            value=v.amount(mark["value"], "money0"),
        )
        for mark in marks.dropna(subset=["spend"]).to_dict("records")
    ]
    return join(told, v.lang)


def _marks(v: View, known: pd.DataFrame) -> pd.DataFrame:
    """Where each channel stands on its curve today, and where the proposal puts it (位置)."""
    marks = [
        {
            "series": row["label"],
            "kind": kind,
            "spend": row[column],
            "value": _at(v.found.advice.curves, row["channel"], row[column]),
        }
        for kind, column in (("today", "spend"), ("proposal", "proposed"))
        for row in known.to_dict("records")
    ]
    return pd.DataFrame(marks)


def _next(v: View) -> list[str]:
    """What one more unit of budget brings against break-even; who gives without being full."""
    a = v.found.advice
    line = v.found.yardstick.break_even
    if a.price is None:
        return []
    price, least = (v.amount(x, "money") for x in (a.price, line))
    way = "above" if a.price > line else "below"
    return [v.say(f"price_{way}", unit=_one(v), price=price, break_even=least)]


def _one(v: View) -> str:
    """One unit of the currency (一元), without cents."""
    return v.amount(1, "money0")


def _at(curves: pd.DataFrame, channel: str, spend: float) -> float:
    line = curves[curves["series"] == channel]
    return float(line["value"].iloc[(line["spend"] - spend).abs().argmin()])

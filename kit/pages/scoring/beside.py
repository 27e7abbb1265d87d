"""Beside a person's card (评分卡旁证): money next to ROI, behavioural anchors, comments."""

import pandas as pd

from kit.pages.scoring.view import View
from kit.people.privacy import masked
from kit.scoring import feedback
from kit.scoring.kpi import underspend
from kit.scoring.panel import panel
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import quantity


def money(v: View, who: str) -> Block:
    """Contribution and budget use beside ROI (毛利贡献、预算执行): ROI rewards underspending."""
    data = panel(v.tables, v.tables.period.start, v.tables.period.last_day)
    place = data.people.index(who)
    share = margin(v, who)
    keys = {"gmv": "revenue", "cost": "spend", "budget": "budget"}
    sums = {key: data.total[name][place] for key, name in keys.items()}
    sums = {key: None if pd.isna(value) else float(value) for key, value in sums.items()}
    known = sums["gmv"] is not None and sums["cost"] is not None
    found = underspend({who: sums}, share if known else None)[who]
    facts = {
        "roi": v.number(found["roi"], "ratio"),
        "use": v.number(found["budget_use"], "percent"),
    }
    if found["contribution"] is None:
        return blocks.text(v.say("scoring.say_no_contribution", **facts))
    yuan = quantity(found["contribution"], v.unit("money"), v.lang)
    rate = v.number(share, "percent")
    return blocks.text(v.say("scoring.say_contribution", yuan=yuan, margin=rate, **facts))


def margin(v: View, who: str) -> float | None:
    """Gross margin (毛利率): the scheme's, else of one's own plans' orders; None if unknown."""
    given = v.tables.scheme.retrospective.gross_margin
    period = v.tables.period
    if given is not None:
        return float(given)
    return v.tables.own_margins(period.start, period.last_day).get(who)


def behaviour(v: View, who: str) -> list[Block]:
    """The anchor nearest to each soft item, the next one, and comments (行为锚、评语)."""
    rows = v.rows[(v.rows["specialist_id"] == who) & (v.rows["branch"] == "soft")]
    rows = rows[rows["actual"].notna()]
    if rows.empty:
        return []
    said = _comments(v, who)
    frame = pd.DataFrame(
        [
            {
                "item": r["label"],
                "mean": r["actual"],
                **_anchors(v, r["indicator"], r["actual"]),
                "comments": " / ".join(dict.fromkeys(said.get(r["indicator"], []))),
            }
            for r in rows.to_dict("records")
        ]
    )
    spec = "item mean:ratio level next" + (" comments" if frame["comments"].any() else "")
    notes = [note_comments(v)] if v.own else []
    return [v.table(frame, "behaviour", spec, id=f"behaviour-{who}", notes=notes)]


def _comments(v: View, who: str) -> dict[str, list[str]]:
    """Comments on one person that this reader may see, by item; HR's with their ids (评语)."""
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    rows = feedback.comments(v.tables, days, v.audience)
    rows = rows[rows["specialist_id"] == who]
    mark = "[{}] " if v.audience == "hr" else ""
    found: dict[str, list[str]] = {}
    for row in rows.to_dict("records"):
        told = mark.format(row["id"]) + masked(row["comment"], v.tables, list(v.names), v.lang)
        found.setdefault(row["item"], []).append(told)
    return found


def note_comments(v: View) -> str:
    """Whose comments are shown (评语来自谁)."""
    read = v.tables.period.comments_read_by
    key = "hr" if v.audience == "hr" else "waiting" if read is None else "read"
    return v.say(f"scoring.note_comments_{key}", who=read or "")


def _anchors(v: View, item: str, value: float) -> dict[str, str]:
    """Nearest anchor of the scheme and the one above it, each with its level."""
    known = v.tables.scheme.feedback.anchors.get(item, {})
    scale = v.tables.scheme.scale_of(item)
    figures = {name: read for name in known if (read := scale.read(name)) is not None}
    if not figures:
        return {"level": "", "next": ""}
    levels = sorted(figures, key=lambda name: figures[name])
    level = min(levels, key=lambda name: abs(figures[name] - value))
    above = [name for name in levels if figures[name] > figures[level]][:1]
    told = {
        n: v.say("scoring.anchor", level=n, text=getattr(known[n], v.lang)) for n in (level, *above)
    }
    return {"level": told[level], "next": told[above[0]] if above else ""}

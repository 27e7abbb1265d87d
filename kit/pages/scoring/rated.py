"""The 360 answers on a person's card (360 度评价): what is published, and for HR alone the rest."""

from typing import Any

import pandas as pd

from kit.pages.scoring.view import View
from kit.scoring import feedback
from kit.scoring.items import shown
from kit.scoring.pools import FULL, LEAST, ORDER
from kit.scoring.published import published
from kit.show.blocks import Block


def answers(v: View, who: str) -> list[Block]:
    """Published figures of 360, an item a row, and the self gap; for HR the exact means too."""
    rows = shown(v.tables, days(v))
    rows = rows[rows["specialist_id"] == who]
    rows = rows.assign(told=[_told(v, r) for r in rows.to_dict("records")])
    wide = rows.pivot(index="item", columns="relation", values="told").fillna("")
    counted = v.rows[v.rows["specialist_id"] == who].set_index("indicator")["actual"]
    if "self" in wide:
        own = rows[rows["relation"] == "self"].set_index("item")["figure"]
        wide["gap"] = own - counted.reindex(wide.index)
    names = [r for r in ORDER if r in wide]
    spec = " ".join(["item", *names, *(["gap:+ratio"] if "gap" in wide else [])])
    frame = wide.reset_index().assign(
        item=[v.label(i) for i in wide.index], gap_reason="scoring.item_unscored"
    )
    lines = notes(v) if v.own else []
    table = v.table(frame, "360", spec, id=f"answers-{who}", notes=lines)
    return [table, *(_exact(v, who) if v.audience == "hr" else [])]


def _told(v: View, row: dict[Any, Any]) -> str:
    """One figure with the band of its raters, and how far it is rounded."""
    if row["named"]:
        return v.number(row["figure"], "ratio")
    band = "full" if row["least"] >= FULL else "few"
    facts = {"low": int(row["least"]), "high": FULL - 1}
    key = "scoring.answer_one_band" if band == "few" and facts["low"] == facts["high"] else ""
    step = f"{row['step']:g}"
    return v.say(
        key or f"scoring.answer_{band}", mean=v.number(row["figure"], "ratio"), step=step, **facts
    )


def _exact(v: View, who: str) -> list[Block]:
    """Exact means with numbers and spread (精确均值), and what is held back and why."""
    rows = feedback.exact(v.tables, days(v))
    rows = rows[rows["specialist_id"] == who]
    held = published(v.tables, days(v)).held
    held = held[held["specialist_id"] == who]
    lines = [
        v.say(f"scoring.held_{row['why']}", item=v.label(row["item"]), n=int(row["n"]))
        for row in held.to_dict("records")
    ]
    if feedback.is_exact(v.tables):
        lines = [v.say("scoring.exact_tells")]
    frame = rows.assign(
        item=[v.label(i) for i in rows["item"]],
        relation=[v.say(f"scoring.relation_{r}") for r in rows["relation"]],
    )
    spec = "item relation n_raters:int mean:ratio spread:ratio"
    return [v.table(frame, "exact", spec, id=f"exact-{who}", notes=lines)] if len(rows) else []


def days(v: View) -> pd.DatetimeIndex:
    """Days of the period that count (期内日期)."""
    return pd.date_range(v.tables.period.start, v.tables.period.last_day)


def notes(v: View) -> list[str]:
    """The rule of anonymity in one sentence, and whether leniency is corrected (360 说明)."""
    if feedback.is_exact(v.tables):
        return [v.say("scoring.note_360_exact")]
    corrected = feedback.corrected(v.tables)
    least = max(LEAST, v.tables.scheme.feedback.min_raters)
    few = "–".join(dict.fromkeys((str(least), str(FULL - 1))))
    return [
        v.say("scoring.note_360" if least < FULL else "scoring.note_360_full", n=least, few=few),
        v.say("scoring.note_360_corrected" if corrected else "scoring.note_360_raw"),
    ]

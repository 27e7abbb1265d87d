"""Notebook 2, person by person (个人评分卡): card, 360, trace, and what would raise the total."""

import pandas as pd

from kit import words
from kit.scoring import feedback, trace
from kit.scoring.kpi import Indicator, indicators
from kit.show import blocks, figures
from kit.show import scoring_beside as beside
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.scoring_page import View, lacking

TABLE_OF_CARD = dict(
    actual="mixed",
    target="mixed",
    points="points",
    points_adjusted="points",
    weight_used="percent",
    contribution="points",
)


def persons(v: View) -> list[Block]:
    """One card a person (每个人的评分卡), folded but for an employee's own."""
    out = []
    for row in v.totals.to_dict("records"):
        who = row["specialist_id"]
        inner = [*card(v, who), beside.money(v, who), *beside.behaviour(v, who), answers(v, who)]
        head = v.say(
            "scoring.card_summary",
            name=row["name"],
            grade=row["grade"] or "—",
            total=number(row["printed"], "points", v.lang),
        )
        out += inner if v.own else [blocks.details(head, inner)]
    return out


def card(v: View, who: str) -> list[Block]:
    """Table of one person's indicators, on the own page with the figure."""
    rows = v.rows[v.rows["specialist_id"] == who]
    total = v.totals[v.totals["specialist_id"] == who].iloc[0]
    known = rows[rows["points"].notna()]
    if known.empty:
        return [blocks.box("missing", [v.say(total["reason"])])]
    fig = [_figure(v, known, total)] if v.own else []
    units = [v.unit(indicators()[name].unit) for name in rows["indicator"]]
    shown = rows.assign(indicator=rows["label"], actual_unit=units, target_unit=units)
    columns = v.columns(indicator="text", **TABLE_OF_CARD)
    return [
        *fig,
        blocks.table(
            shown,
            columns,
            id=f"indicators-{who}",
            lang=v.lang,
            caption=v.say("scoring.caption_card"),
        ),
    ]


def _figure(v: View, known: pd.DataFrame, total: pd.Series) -> Block:
    texts = [v.say("scoring.card_text", **_pair(v, row)) for row in known.to_dict("records")]
    moved = (known["points_adjusted"] - known["points"]).abs() > 0.05
    frame = known[["label", "points", "contribution"]].assign(
        text=texts, adjusted=known["points_adjusted"].where(moved)
    )
    facts = {"name": total["name"], "grade": total["grade"] or "—"}
    best, worst = (frame["label"].loc[getattr(frame["points"], f)()] for f in ("idxmax", "idxmin"))
    return blocks.figure(
        figures.scorecard(frame, lang=v.lang),
        id="card",
        lang=v.lang,
        title=v.say(
            "scoring.card_title", total=number(total["printed"], "points", v.lang), **facts
        ),
        subtitle=v.say("scoring.card_subtitle"),
        alt=v.say("scoring.card_alt", name=total["name"], best=best, worst=worst),
    )


def _pair(v: View, row: dict) -> dict[str, str]:
    unit = indicators()[row["indicator"]].unit
    return {key: number(row[key], unit, v.lang) for key in ("actual", "target")}


def answers(v: View, who: str) -> Block:
    """Relation means of 360 that may be shown (360 度评价)."""
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    rows = feedback.shown(v.tables, days)
    rows = rows[rows["specialist_id"] == who]
    corrected = feedback.answers(v.tables, days)["leniency"].notna().any()
    frame = rows.assign(
        item=[v.label(i) for i in rows["item"]],
        relation=[v.say(f"scoring.relation_{r}") for r in rows["relation"]],
    )
    columns = v.columns(item="text", relation="text", n="int", mean="ratio", spread="ratio")
    floor = v.tables.scheme.feedback.min_raters
    notes = [
        v.say("scoring.note_360", n=floor),
        v.say("scoring.note_360_corrected" if corrected else "scoring.note_360_raw"),
    ]
    return blocks.table(
        frame,
        columns,
        id=f"answers-{who}",
        lang=v.lang,
        caption=v.say("scoring.caption_360"),
        notes=notes,
    )


def formula(v: View, of: Indicator) -> str:
    """An indicator's formula in words (算法): sales ÷ spend."""
    if of.item:
        return v.say("scoring.by_360")
    parts = [
        " − ".join(v.say(f"measure.{m}") for m in side.split(" - "))
        for side in (of.top, of.under)
        if side
    ]
    return " ÷ ".join(f"({p})" if "−" in p and of.under else p for p in parts)


def traces(v: View) -> list[Block]:
    """Each figure of one person from rows to contribution (追溯); for the employee's own page."""
    out = []
    for who in v.totals["specialist_id"] if v.own else []:
        mine = (v.rows["specialist_id"] == who) & (v.rows["reason"] != "scoring.closed")
        names = v.rows.loc[mine, "indicator"]
        out += [blocks.details(v.label(name), _trace(v, who, name)) for name in names]
    return out


def _trace(v: View, who: str, name: str) -> list[Block]:
    """The chain of one figure, and the file rows behind it."""
    chain = _steps(v, trace.trace(v.tables, v.cards, who, name), indicators()[name])
    columns = v.columns(step="text", value="text", by="text")
    caption = v.say("scoring.caption_trace")
    out = [blocks.table(chain, columns, id=f"trace-{name}", lang=v.lang, caption=caption)]
    rows = trace.source_rows(v.tables, who, name)
    if len(rows):
        shown = rows.rename(columns={"plan_id": "plan", "first_row": "first", "last_row": "last"})
        shown["table"] = [v.say(f"table.{t}") for t in rows["table"]]
        columns = v.columns(
            table="text", plan="text", file="text", first="int", last="int", rows="int"
        )
        caption = v.say("scoring.caption_rows")
        out.append(blocks.table(shown, columns, id=f"rows-{name}", lang=v.lang, caption=caption))
    return out


def _steps(v: View, chain: pd.DataFrame, of: Indicator) -> pd.DataFrame:
    """Steps, values with their units and how each came about, in words."""
    units = {
        "actual": of.unit,
        "target": of.unit,
        "completion": "percent",
        "points": "points",
        "weight": "percent",
        "weight_used": "percent",
        "contribution": "points",
    }
    how = {"actual": formula(v, of), "contribution": v.say("scoring.by_product")}
    rows = []
    for row in chain.to_dict("records"):
        step = row["step"]
        keys = (f"scoring.step_{step}", f"scoring.relation_{step}", f"measure.{step}")
        key = next(k for k in keys if words.has(k))
        unit = units.get(step, "ratio" if of.item else "money")
        by = v.say(f"table.{row['by']}") if words.has(f"table.{row['by']}") else row["by"]
        rows.append(
            {
                "step": v.say(key),
                "value": number(row["value"], unit, v.lang),
                "by": how.get(step, by),
            }
        )
    return pd.DataFrame(rows)


def next_steps(v: View) -> list[str]:
    """What would raise each total most (下一步), one sentence a person and branch."""
    out, total = [], v.totals.set_index("specialist_id")["total"]
    for who in v.totals["specialist_id"]:
        mine = v.rows[v.rows["specialist_id"] == who]
        rows = mine[mine["points"].notna()]
        hard = rows[(rows["branch"] == "hard") & rows["target"].notna() & (rows["points"] < 100)]
        gain = hard["weight_used"] * (100 - hard["points"])
        soft = rows[rows["branch"] == "soft"].sort_values("points").head(1)
        lines = [v.say("scoring.next_none")] if hard.empty and len(rows) else []
        if pd.isna(total[who]):
            hard, lines = hard[:0], [v.say("scoring.next_unscored"), *lacking(v, mine)]
        if len(hard):
            top = hard.loc[gain.idxmax()]
            unit = indicators()[top["indicator"]].unit
            lines.append(
                v.say(
                    "scoring.next_gap",
                    indicator=top["label"],
                    gain=number(gain.max(), "points", v.lang),
                    actual=number(top["actual"], unit, v.lang),
                    target=number(top["target"], unit, v.lang),
                )
            )
        lines += [
            v.say(
                "scoring.next_soft",
                item=row["label"],
                points=number(row["points"], "points", v.lang),
            )
            for row in soft.to_dict("records")
        ]
        out += (
            lines
            if v.own
            else [v.say("scoring.next_person", name=v.names[who], what=" ".join(lines))]
        )
    return out


def steps(v: View) -> Block:
    """Next steps as a box (下一步)."""
    return blocks.box("note", next_steps(v))

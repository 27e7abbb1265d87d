"""Notebook 2, person by person (个人评分卡): card, 360, trace, and what would raise the total."""

import pandas as pd

from kit import words
from kit.pages.scoring import beside
from kit.pages.scoring import unscored as rest
from kit.pages.scoring.page import after, lacking
from kit.pages.scoring.view import View
from kit.scoring import feedback, trace
from kit.scoring.kpi import Indicator, indicators
from kit.show import blocks, figures
from kit.show.blocks import Block
from kit.show.format import quantity
from kit.show.sentences import join

CARD = (
    "indicator actual:mixed target:mixed points:points points_adjusted:points "
    "weight_used:percent contribution:points"
)
UNITS = {
    "completion": "percent",
    "points": "points",
    "weight": "percent",
    "weight_used": "percent",
    "contribution": "points",
}
MONEY = ("revenue", "spend", "budget", "refund_amount", "order_revenue", "margin_net")
UNIT_OF = dict.fromkeys(MONEY, "money") | {"brand_now": "ratio", "brand_before": "ratio"}
ENDS = ("lo", "hi", "zero_lo", "zero_hi", "step")  # of a rule, in the unit of its x
LEAST = 0.05  # a gain that prints as 0.0 is none


def persons(v: View) -> list[Block]:
    """One card a person (每个人的评分卡), folded but for an employee's own."""
    out = []
    others = rest.measured(v)
    for row in v.totals.to_dict("records"):
        who = row["specialist_id"]
        inner = [
            *card(v, who),
            beside.money(v, who),
            *rest.unscored(v, others, who),
            *beside.behaviour(v, who),
            answers(v, who),
        ]
        head = v.say(
            "scoring.card_summary",
            name=row["name"],
            grade=row["grade"] or "—",
            total=v.number(row["printed"], "points"),
        )
        out += inner if v.own else [blocks.details(head, inner)]
    return [*out, *_reading(v, others)]


def card(v: View, who: str) -> list[Block]:
    """Table of one person's indicators, on the own page with the figure."""
    rows = v.rows[v.rows["specialist_id"] == who]
    total = v.totals[v.totals["specialist_id"] == who].iloc[0]
    known = rows[rows["points"].notna()]
    if known.empty:
        return [blocks.box("missing", [v.say(total["reason"])])]
    fig = [_figure(v, known, total)] if v.own else []
    units = [v.unit(indicators()[name].unit) for name in rows["indicator"]]
    shown = rows.assign(
        indicator=[v.measured(name) for name in rows["indicator"]],
        actual_unit=units,
        target_unit=units,
    )
    notes = [v.say("scoring.note_sum", total=v.number(total["printed"], "points"))]
    soft = feedback.held_back(rows, total["total"])
    notes += [] if soft is None else [v.say("scoring.note_closed", soft=v.number(soft, "ratio"))]
    notes += [v.say("scoring.note_goal")] if v.own else []
    notes += [v.say("scoring.verdict_changed", **after(v)[who])] if who in after(v) else []
    return [*fig, v.table(shown, "card", CARD, id=f"indicators-{who}", notes=notes)]


def _figure(v: View, known: pd.DataFrame, total: pd.Series) -> Block:
    moved = (known["points_adjusted"] - known["points"]).abs() > 0.05
    frame = known[["points", "contribution"]].assign(
        label=[v.measured(name) for name in known["indicator"]],
        text=[_pair(v, row) for row in known.to_dict("records")],
        adjusted=known["points_adjusted"].where(moved),
    )
    best, worst = (frame["label"].loc[getattr(frame["points"], f)()] for f in ("idxmax", "idxmin"))
    points = v.number(total["printed"], "points")
    grade = total["grade"] or "—"
    goals = known.loc[known["target"].notna(), "completion"]
    title = v.say(
        "scoring.card_title",
        name=total["name"],
        grade=grade,
        total=points,
        n=len(goals),
        met=int((goals >= 1).sum()),
    )
    return blocks.figure(
        figures.scorecard(frame, lang=v.lang),
        id="card",
        lang=v.lang,
        title=title,
        subtitle=v.say("scoring.card_subtitle"),
        alt=v.say("scoring.card_alt", name=total["name"], best=best, worst=worst),
    )


def _pair(v: View, row: dict) -> str:
    """Actual and, where one was set, target (实际、目标)."""
    unit = indicators()[row["indicator"]].unit
    return " / ".join(v.number(row[k], unit) for k in ("actual", "target") if not pd.isna(row[k]))


def answers(v: View, who: str) -> Block:
    """Relation means of 360 that may be shown, an item a row, and the self gap (360 度评价)."""
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    rows = feedback.shown(v.tables, days)
    rows = rows[rows["specialist_id"] == who]
    told = [
        v.say(
            "scoring.answer" if r["n"] > 1 else "scoring.answer_one",
            n=int(r["n"]),
            mean=v.number(r["mean"], "ratio"),
            spread=v.number(r["spread"], "ratio"),
        )
        for r in rows.to_dict("records")
    ]
    wide = rows.assign(told=told).pivot(index="item", columns="relation", values="told").fillna("")
    counted = v.rows[v.rows["specialist_id"] == who].set_index("indicator")["actual"]
    if "self" in wide:
        own = rows[rows["relation"] == "self"].set_index("item")["mean"]
        wide["gap"] = own - counted.reindex(wide.index)
    names = [r for r in ("manager", "peer", "cross_dept", "others", "self") if r in wide]
    spec = " ".join(["item", *names, *(["gap:+ratio"] if "gap" in wide else [])])
    frame = wide.reset_index().assign(
        item=[v.label(i) for i in wide.index], gap_reason="scoring.item_unscored"
    )
    notes = _notes_360(v) if v.own else []
    return v.table(frame, "360", spec, id=f"answers-{who}", notes=notes)


def _notes_360(v: View) -> list[str]:
    """Which 360 means are shown, and whether the score corrects them (360 说明)."""
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    corrected = feedback.answers(v.tables, days)["leniency"].notna().any()
    return [
        v.say("scoring.note_360", n=v.tables.scheme.feedback.min_raters),
        v.say("scoring.note_360_corrected" if corrected else "scoring.note_360_raw"),
    ]


def _reading(v: View, others: pd.DataFrame) -> list[Block]:
    """What holds for every card of a page about many, said once (评分卡怎么读)."""
    if v.own or v.rows["points"].isna().all():
        return []
    lines = [v.say("scoring.note_goal"), *_notes_360(v), beside.note_comments(v)]
    texts = [blocks.text(line) for line in lines]
    return [blocks.details(v.say("scoring.how_to_read"), [*texts, *rest.formulas(v, others)])]


def rule(v: View, name: str) -> str:
    """The scoring rule of an indicator in words (评分标准)."""
    of = v.tables.scheme.rules[v.tables.scheme.indicators[name].rule]
    on = getattr(of, "on", "completion")
    unit = "percent" if on == "completion" else indicators()[name].unit
    facts = {
        key: v.number(x, unit if key in ENDS else "int" if x == int(x) else "ratio")
        for key, x in of.model_dump().items()
        if isinstance(x, float | int)
    }
    bands = [(lo, s) for lo, _, s in getattr(of, "bands", ())]
    marks = of.points if of.kind == "anchors" else bands
    if of.kind in ("anchors", "bands"):
        facts["marks"] = join(
            [
                v.say("scoring.rule_mark", x=v.number(x, unit), points=v.number(y, "int"))
                for x, y in marks
            ],
            v.lang,
        )
    return v.say(f"scoring.rule_{of.kind}", on=v.say(f"scoring.on_{on}"), **facts)


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
    rows = trace.source_rows(v.tables, who, name)
    shown = rows.rename(columns={"plan_id": "plan", "first_row": "first", "last_row": "last"})
    shown = shown.assign(table=[v.say(f"table.{t}") for t in rows["table"]])
    spec = "table plan file first:int last:int rows:int"
    found = [v.table(shown, "rows", spec, id=f"rows-{name}")] if len(rows) else []
    return [v.table(chain, "trace", "step value:mixed by", id=f"trace-{name}"), *found]


def _steps(v: View, chain: pd.DataFrame, of: Indicator) -> pd.DataFrame:
    """Steps, values with their units and how each came about, in words."""
    units = UNITS | {"actual": of.unit, "target": of.unit}
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    lean = of.item and feedback.answers(v.tables, days)["leniency"].notna().any()
    came = v.say("scoring.by_360_corrected") if lean else rest.formula(v, of)
    how = {"actual": came, "contribution": v.say("scoring.by_product"), "points": rule(v, of.id)}
    rows = []
    for row in chain.to_dict("records"):
        step = row["step"]
        if pd.isna(row["value"]) and step in ("target", "completion"):
            continue  # a rule on the value alone
        keys = (f"scoring.step_{step}", f"scoring.relation_{step}", f"measure.{step}")
        said = [key for key in (f"table.{row['by']}", row["by"]) if words.has(key)]
        by = v.say(said[0]) if said else row["by"]
        unit = units.get(step) or ("ratio" if of.item else UNIT_OF.get(step, "int"))
        told = v.say(next(k for k in keys if words.has(k)))
        rows.append(
            {
                "step": v.named(told, unit),
                "value": row["value"],
                "value_unit": v.unit(unit),
                "by": how.get(step, by),
            }
        )
    return pd.DataFrame(rows)


def aim(v: View, who: str) -> dict:
    """What to work on (下一步): the target that would add most to the total, the lowest soft item.

    Keys indicator, actual, target, gain and item, points; those of a side without one are absent.
    """
    mine = v.rows[(v.rows["specialist_id"] == who) & v.rows["points"].notna()]
    hard = mine[(mine["branch"] == "hard") & mine["target"].notna() & (mine["points"] < 100)]
    hard = hard.assign(gain=hard["weight_used"] * (100 - hard["points"]))
    best = hard[hard["gain"] >= LEAST].nlargest(1, "gain")
    low = mine[mine["branch"] == "soft"].nsmallest(1, "points").rename(columns={"label": "item"})
    keys = (["indicator", "actual", "target", "gain"], ["item", "points"])
    return {
        key: row[key]
        for part, names in zip((best, low), keys, strict=True)
        for row in part.to_dict("records")
        for key in names
    }


def next_steps(v: View) -> list[str]:
    """What would raise each total most (下一步), one sentence a person and branch."""
    out = []
    total = v.totals.set_index("specialist_id")["total"]
    for who in v.totals["specialist_id"]:
        mine = v.rows[v.rows["specialist_id"] == who]
        found = aim(v, who)
        lines = []
        if pd.isna(total[who]):
            lines += [v.say("scoring.next_unscored"), *lacking(v, mine)]
        elif "gain" in found:
            unit = v.unit(indicators()[found["indicator"]].unit)
            actual, target = (quantity(found[k], unit, v.lang) for k in ("actual", "target"))
            lines.append(
                v.say(
                    "scoring.next_gap",
                    indicator=v.label(found["indicator"]),
                    gain=v.number(found["gain"], "points"),
                    actual=actual,
                    target=target,
                )
            )
        elif mine["points"].notna().any():
            lines.append(v.say("scoring.next_none"))
        lines += (
            [
                v.say(
                    "scoring.next_soft",
                    item=found["item"],
                    points=v.number(found["points"], "points"),
                )
            ]
            if "item" in found
            else []
        )
        out += (
            lines
            if v.own
            else [v.say("scoring.next_person", name=v.names[who], what=v.prose(lines))]
        )
    return out


def steps(v: View) -> Block:
    """Next steps (下一步): sentences on the own page, else a line of a table a person."""
    none = v.totals["total"].isna()
    if v.own or none.all():
        return blocks.box("note", next_steps(v))
    frame = pd.DataFrame([_aimed(v, who) for who in v.totals.loc[~none, "specialist_id"]])
    reasons = {f"{key}_reason": "scoring.no_soft" for key in ("lowest", "points")}
    notes = [line for line, out in zip(next_steps(v), none, strict=True) if out]
    spec = "name aim gain:points actual:mixed target:mixed lowest points:points"
    return v.table(frame.assign(reason="scoring.next_none", **reasons), "next", spec, notes=notes)


def _aimed(v: View, who: str) -> dict:
    found = aim(v, who)
    told = {"name": v.names[who], "lowest": found.get("item"), **found}
    name = found.get("indicator")
    unit = v.unit(indicators()[name].unit) if name else ""
    return {
        **told,
        "aim": v.measured(name) if name else None,
        "actual_unit": unit,
        "target_unit": unit,
    }

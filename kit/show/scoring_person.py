"""Notebook 2, person by person (个人评分卡): card, 360, trace, and what would raise the total."""

import pandas as pd

from kit import words
from kit.scoring import feedback, trace
from kit.scoring.kpi import Indicator, indicators
from kit.show import blocks, figures
from kit.show import scoring_beside as beside
from kit.show import scoring_unscored as rest
from kit.show.blocks import Block
from kit.show.scoring_page import after, lacking
from kit.show.scoring_view import View
from kit.show.sentences import join

CARD = ("indicator actual:mixed target:mixed points:points points_adjusted:points "
        "weight_used:percent contribution:points")  # fmt: skip
UNITS = {"completion": "percent", "points": "points", "weight": "percent",
         "weight_used": "percent", "contribution": "points"}  # fmt: skip
MONEY = ("revenue", "spend", "budget", "refund_amount", "order_revenue", "margin_net")
UNIT_OF = {name: "money" for name in MONEY} | {"brand_now": "ratio", "brand_before": "ratio"}
ENDS = ("lo", "hi", "zero_lo", "zero_hi", "step")  # of a rule, in the unit of its x
LEAST = 0.05  # a gain that prints as 0.0 is none


def persons(v: View) -> list[Block]:
    """One card a person (每个人的评分卡), folded but for an employee's own."""
    out = []
    others = rest.measured(v)
    for row in v.totals.to_dict("records"):
        who = row["specialist_id"]
        inner = [*card(v, who), beside.money(v, who), *rest.unscored(v, others, who),
                 *beside.behaviour(v, who), answers(v, who)]  # fmt: skip
        head = v.say("scoring.card_summary", name=row["name"], grade=row["grade"] or "—",
                     total=v.number(row["printed"], "points"))  # fmt: skip
        out += inner if v.own else [blocks.details(head, inner)]
    return [*out, *rest.formulas(v, others)]


def card(v: View, who: str) -> list[Block]:
    """Table of one person's indicators, on the own page with the figure."""
    rows = v.rows[v.rows["specialist_id"] == who]
    total = v.totals[v.totals["specialist_id"] == who].iloc[0]
    known = rows[rows["points"].notna()]
    if known.empty:
        return [blocks.box("missing", [v.say(total["reason"])])]
    fig = [_figure(v, known, total)] if v.own else []
    units = [v.unit(indicators()[name].unit) for name in rows["indicator"]]
    shown = rows.assign(indicator=[v.measured(name) for name in rows["indicator"]],
                        actual_unit=units, target_unit=units)  # fmt: skip
    notes = [v.say("scoring.note_sum", total=v.number(total["printed"], "points"))]
    notes += [v.say("scoring.verdict_changed", **after(v)[who])] if who in after(v) else []
    return [*fig, v.table(shown, "card", CARD, id=f"indicators-{who}", notes=notes)]


def _figure(v: View, known: pd.DataFrame, total: pd.Series) -> Block:
    moved = (known["points_adjusted"] - known["points"]).abs() > 0.05
    frame = known[["points", "contribution"]].assign(
        label=[v.measured(name) for name in known["indicator"]],
        text=[_pair(v, row) for row in known.to_dict("records")],
        adjusted=known["points_adjusted"].where(moved))  # fmt: skip
    best, worst = (frame["label"].loc[getattr(frame["points"], f)()] for f in ("idxmax", "idxmin"))
    points, grade = v.number(total["printed"], "points"), total["grade"] or "—"
    goals = known.loc[known["target"].notna(), "completion"]
    title = v.say("scoring.card_title", name=total["name"], grade=grade, total=points,
                  n=len(goals), met=int((goals >= 1).sum()))  # fmt: skip
    return blocks.figure(
        figures.scorecard(frame, lang=v.lang), id="card", lang=v.lang, title=title,
        subtitle=v.say("scoring.card_subtitle"),
        alt=v.say("scoring.card_alt", name=total["name"], best=best, worst=worst),
    )  # fmt: skip


def _pair(v: View, row: dict) -> str:
    """Actual and, where one was set, target (实际、目标)."""
    unit = indicators()[row["indicator"]].unit
    return " / ".join(v.number(row[k], unit) for k in ("actual", "target") if not pd.isna(row[k]))


def answers(v: View, who: str) -> Block:
    """Relation means of 360 that may be shown, an item a row, and the self gap (360 度评价)."""
    days = pd.date_range(v.tables.period.start, v.tables.period.last_day)
    rows = feedback.shown(v.tables, days)
    rows = rows[rows["specialist_id"] == who]
    corrected = feedback.answers(v.tables, days)["leniency"].notna().any()
    told = [v.say("scoring.answer" if r["n"] > 1 else "scoring.answer_one", n=int(r["n"]),
                  mean=v.number(r["mean"], "ratio"), spread=v.number(r["spread"], "ratio"))
            for r in rows.to_dict("records")]  # fmt: skip
    wide = rows.assign(told=told).pivot(index="item", columns="relation", values="told").fillna("")
    counted = v.rows[v.rows["specialist_id"] == who].set_index("indicator")["actual"]
    if "self" in wide:
        own = rows[rows["relation"] == "self"].set_index("item")["mean"]
        wide["gap"] = own - counted.reindex(wide.index)
    names = [r for r in ("manager", "peer", "cross_dept", "others", "self") if r in wide]
    spec = " ".join(["item", *names, *(["gap:+ratio"] if "gap" in wide else [])])
    floor = v.tables.scheme.feedback.min_raters
    notes = [v.say("scoring.note_360", n=floor),
             v.say("scoring.note_360_corrected" if corrected else "scoring.note_360_raw")]
    frame = wide.reset_index().assign(item=[v.label(i) for i in wide.index])
    return v.table(frame, "360", spec, id=f"answers-{who}", notes=notes)


def rule(v: View, name: str) -> str:
    """The scoring rule of an indicator in words (评分标准)."""
    of = v.tables.scheme.rules[v.tables.scheme.indicators[name].rule]
    on = getattr(of, "on", "completion")
    unit = "percent" if on == "completion" else indicators()[name].unit
    facts = {key: v.number(x, unit if key in ENDS else "int" if x == int(x) else "ratio")
             for key, x in of.model_dump().items() if isinstance(x, float | int)}  # fmt: skip
    bands = [(lo, s) for lo, _, s in getattr(of, "bands", ())]
    marks = of.points if of.kind == "anchors" else bands
    if of.kind in ("anchors", "bands"):
        facts["marks"] = join([v.say("scoring.rule_mark", x=v.number(x, unit),
                                     points=v.number(y, "int")) for x, y in marks],
                              v.lang)  # fmt: skip
    return v.say(f"scoring.rule_{of.kind}", on=v.say(f"scoring.on_{on}"), **facts)


def traces(v: View) -> list[Block]:
    """Each figure of one person from rows to contribution (追溯); for the employee's own page."""
    out = []
    for who in v.totals["specialist_id"] if v.own else []:
        mine = (v.rows["specialist_id"] == who) & (v.rows["reason"] != "scoring.closed")
        names = v.rows.loc[mine, "indicator"]
        out += [blocks.text(v.say("scoring.say_trace"))]
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
    how = {"actual": came, "contribution": v.say("scoring.by_product"),
           "points": rule(v, of.id)}  # fmt: skip
    rows = []
    for row in chain.to_dict("records"):
        step = row["step"]
        if pd.isna(row["value"]) and step in ("target", "completion"):
            continue  # a rule on the value alone
        keys = (f"scoring.step_{step}", f"scoring.relation_{step}", f"measure.{step}")
        said = [key for key in (f"table.{row['by']}", row["by"]) if words.has(key)]
        by = v.say(said[0]) if said else row["by"]
        unit = units.get(step) or ("ratio" if of.item else UNIT_OF.get(step, "int"))
        rows.append({"step": v.say(next(k for k in keys if words.has(k))), "value": row["value"],
                     "value_unit": v.unit(unit), "by": how.get(step, by)})  # fmt: skip
    return pd.DataFrame(rows)


def next_steps(v: View) -> list[str]:
    """What would raise each total most (下一步), one sentence a person and branch."""
    out, total = [], v.totals.set_index("specialist_id")["total"]
    for who in v.totals["specialist_id"]:
        mine = v.rows[v.rows["specialist_id"] == who]
        rows = mine[mine["points"].notna()]
        hard = rows[(rows["branch"] == "hard") & rows["target"].notna() & (rows["points"] < 100)]
        gain = hard["weight_used"] * (100 - hard["points"])
        hard, gain = hard[gain >= LEAST], gain[gain >= LEAST]
        soft = rows[rows["branch"] == "soft"].sort_values("points").head(1)
        lines = [v.say("scoring.next_none")] if hard.empty and len(rows) else []
        if pd.isna(total[who]):
            hard, lines = hard[:0], [v.say("scoring.next_unscored"), *lacking(v, mine)]
        if len(hard):
            top = hard.loc[gain.idxmax()]
            unit = indicators()[top["indicator"]].unit
            lines.append(v.say("scoring.next_gap", indicator=top["label"],
                               gain=v.number(gain.max(), "points"),
                               actual=v.number(top["actual"], unit),
                               target=v.number(top["target"], unit)))  # fmt: skip
        lines += [v.say("scoring.next_soft", item=row["label"],
                        points=v.number(row["points"], "points"))
                  for row in soft.to_dict("records")]  # fmt: skip
        told = v.say("scoring.next_person", name=v.names[who], what=v.prose(lines))
        out += lines if v.own else [told]
    return out


def steps(v: View) -> Block:
    """Next steps as a box (下一步)."""
    return blocks.box("note", next_steps(v))

"""How did each score come about? (每个得分怎样算出来)."""

from dataclasses import replace
from typing import Any

import pandas as pd

from kit import words
from kit.pages.scoring import unscored as rest
from kit.pages.scoring.core import marked
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View, view
from kit.scheme.library import Indicator
from kit.scoring import feedback, trace
from kit.scoring.what_if import scorecards
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.html import t
from kit.show.links import ANCHOR
from kit.show.rule import rule

UNITS = {
    "completion": "percent",
    "points": "points",
    "weight": "percent2",
    "weight_used": "percent2",
    "contribution": "points3",
}
MONEY = ("revenue", "spend", "budget", "refund_amount", "order_revenue", "margin_net")
UNIT_OF = dict.fromkeys(MONEY, "money") | {"brand_now": "ratio", "brand_before": "ratio"}


@by_group
def traces(v: View) -> list[Block]:
    """Each figure of one person from rows to contribution (追溯); for the employee's own page."""
    return [each for who in v.totals["specialist_id"] if v.own for each in _traces(v, who)]


def beside_talk(tables: Any, lang: str, audience: str, specialist: str) -> list[Block]:
    """The same on the sheet that HR or a manager has of a person (面谈表上的追溯), folded."""
    if not specialist or audience == "employee":
        return []
    v = view(scorecards(tables), lang, audience, specialist)
    inner = [each for part in v.groups or (v,) for each in _traces(part, specialist)]
    target = t('<span id="{}"></span>', ANCHOR)
    fold = blocks.details(v.say("scoring.trace_fold"), inner)
    return [replace(fold, html=target + fold.html)] if inner else []


def _traces(v: View, who: str) -> list[Block]:
    """A fold for each indicator of a person (逐项)."""
    mine = (v.rows["specialist_id"] == who) & (v.rows["reason"] != "scoring.closed")
    head = v.say("scoring.c_indicator")
    return [
        blocks.details(
            marked(v, name, v.label(name)),
            [blocks.named(b, name, v.label(name), head) for b in _trace(v, who, name)],
        )
        for name in v.rows.loc[mine, "indicator"]
    ]


def _trace(v: View, who: str, name: str) -> list[Block]:
    """The chain of one figure, and the file rows behind it."""
    chain = _steps(v, trace.trace(v.tables, v.cards, who, name), v.tables.scheme.library[name])
    rows = trace.source_rows(v.tables, who, name)
    shown = rows.rename(columns={"plan_id": "plan", "first_row": "from", "last_row": "last"})
    shown = shown.assign(table=[v.say(f"table.{t}") for t in rows["table"]])
    spec = "table plan file from:int last:int rows:int"
    found = [v.table(shown, "rows", spec, id=f"rows-{name}")] if len(rows) else []
    return [v.table(chain, "trace", "step value:mixed by", id=f"trace-{name}"), *found]


def _steps(v: View, chain: pd.DataFrame, of: Indicator) -> pd.DataFrame:
    """Steps, values with their units and how each came about, in words."""
    units = UNITS | {"actual": of.unit, "target": of.unit}
    lean = of.item and feedback.corrected(v.tables)
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
        key = next((k for k in keys if words.has(k)), "")
        told = v.say(key) if key else rest.measure(v, step)
        rows.append(
            {
                "step": v.named(told, unit),
                "value": row["value"],
                "value_unit": v.unit(unit),
                "by": how.get(step, by),
            }
        )
    return pd.DataFrame(rows)

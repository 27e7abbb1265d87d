"""What moved unlike the rest? (哪里与众不同)."""

from dataclasses import replace

import pandas as pd

from kit.pages.retrospective.view import View, titled
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import number

RATE = {
    "ctr": "percent2",
    "click_conversion": "percent2",
    "timeliness": "percent",
    "budget_execution": "percent",
    "plan_completion": "percent",
    "clicks": "int",
    "orders": "int",
    "new_customers": "int",
    "roi": "ratio",
}


def findings(v: View) -> Block:
    """Segments that moved unlike the rest, proven (发现)."""
    rows = v.found.findings
    if rows.empty:
        return blocks.text(v.say("no_findings"))
    rows = _worded(v, rows)
    columns = v.columns(
        segment="text",
        step="text",
        yuan="+money",
        yuan_="interval:+money",
        rate0="mixed",
        rate1="mixed",
        dimension="text",
        p_adjusted="p",
    )
    searched = v.say("searched", n=int(rows["searched"].iloc[0]))
    shown, whole = (
        titled(v, rows, part, "findings", [searched]) for part in (columns[:-1], columns)
    )
    return replace(shown, data=whole.data)  # all are proven: p is for the download


def _worded(v: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Findings in the reader's words, rates in the unit of their measure (成表)."""
    cells = zip(rows["dimension"], rows["segment"], strict=True)
    units = [RATE.get(measure, "ratio") for measure in rows["measure"]]
    ends = {
        end: [number(x, unit, v.lang) for x, unit in zip(rows[end], units, strict=True)]
        for end in ("rate0", "rate1")
    }
    return rows.assign(
        segment=[v.cell(*cell) for cell in cells],
        step=[v.step(m) for m in rows["measure"]],
        yuan__low=rows["low_yuan"],
        yuan__high=rows["high_yuan"],
        **ends,
        dimension=[v.dimension(d) for d in rows["dimension"]],
    )

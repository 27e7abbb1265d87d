"""What moved unlike the rest? (哪里与众不同)."""

from dataclasses import replace

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
    cells = zip(rows["dimension"], rows["segment"], strict=True)
    rows = rows.assign(
        segment=[v.cell(*cell) for cell in cells],
        step=[v.step(m) for m in rows["measure"]],
        yuan__low=rows["low_yuan"],
        yuan__high=rows["high_yuan"],
    )
    for end in ("rate0", "rate1"):
        rows[end] = [
            number(x, RATE.get(m, "ratio"), v.lang)
            for x, m in zip(rows[end], rows["measure"], strict=True)
        ]
    rows["dimension"] = [v.dimension(d) for d in rows["dimension"]]
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

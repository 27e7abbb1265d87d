"""Which days are out of line? (异常与数据问题)."""

from kit.pages.retrospective.view import View, titled
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import quantity


def troubles(v: View) -> Block:
    """Days out of line and data trouble, apart from performance (异常与数据问题)."""
    rows = v.found.troubles
    if rows.empty:
        return blocks.text(v.say("no_troubles"))
    told = {"click_conversion": "percent2", "spend": v.unit("money0")}
    units = [told.get(m, "int") for m in rows["measure"]]
    where = zip(rows["scope"], rows["name"], strict=True)
    rows = rows.assign(
        where=[v.label(s, n) for s, n in where],
        kind=[v.say(f"kind_{k}") for k in rows["kind"]],
        measure=[v.say(f"of_{m}") for m in rows["measure"]],
    )
    rank = rows["z"].abs().fillna(1e9).rank(ascending=False)
    for column in ("value", "baseline"):
        rows[column] = [quantity(x, u, v.lang) for x, u in zip(rows[column], units, strict=True)]
    columns = v.columns(
        where="text",
        kind="text",
        measure="text",
        value="mixed",
        baseline="mixed",
        start="date",
        end="date",
    )
    rows = rows.iloc[rank.argsort(kind="stable")]  # the gravest are shown
    return titled(v, rows, columns, "troubles", [v.say("note_troubles")])

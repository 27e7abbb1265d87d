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
    lasting = rows["times"].notna()
    rank = rows["z"].abs().fillna(1e9).mask(lasting, 2e9).rank(ascending=False)
    for column in ("value", "baseline"):
        rows[column] = [quantity(x, u, v.lang) for x, u in zip(rows[column], units, strict=True)]
    rows["event"] = [
        _event(v, *each) for each in zip(rows["event"], rows["event_start"], strict=True)
    ]
    columns = v.columns(
        where="text",
        kind="text",
        measure="text",
        value="mixed",
        baseline="mixed",
        start="date",
        end="date",
    )
    if lasting.any():
        columns += v.columns(times="ratio", times_="interval:ratio")
    if (rows["event"] != "").any():
        columns += v.columns(event="text")
    notes = [v.say("note_troubles"), *([v.say("note_lasting")] if lasting.any() else [])]
    rows = rows.iloc[rank.argsort(kind="stable")]  # the gravest are shown
    return titled(v, rows, columns, "troubles", notes)


def _event(v: View, kind: object, start: object) -> str:
    """The event on record about when a change began (在册事件): its kind and first day."""
    known = isinstance(kind, str) and kind != ""
    return (
        v.say("event_from", event=v.label("event", kind), day=f"{start:%Y-%m-%d}") if known else ""
    )

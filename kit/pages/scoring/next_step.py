"""What would raise the total most? (下一步)."""

import pandas as pd

from kit.pages.scoring.page import lacking
from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View
from kit.scoring import ahead
from kit.show import blocks
from kit.show.ahead import step
from kit.show.blocks import Block


def aim(v: View, who: str) -> dict:
    """What to work on (下一步), the item by its name; see `kit.scoring.ahead.aim`."""
    found = ahead.aim(v.weighed(who))
    return found | ({"item": v.label(found["item"])} if "item" in found else {})


def next_steps(v: View) -> list[str]:
    """What would raise each total most (下一步), one sentence a person and branch."""
    out = []
    for row in v.totals.to_dict("records"):
        who = row["specialist_id"]
        lines = _next(v, who, not pd.isna(row["total"]))
        told = v.say("scoring.next_person", name=v.names[who], what=v.prose(lines))
        out += lines if v.own else [told]
    return out


def _next(v: View, who: str, is_scored: bool) -> list[str]:
    """One person's next step in figures, or why there is none, and the lowest of the 360 items."""
    mine = v.rows[v.rows["specialist_id"] == who]
    found = aim(v, who)
    lines = []
    if not is_scored:
        lines += [v.say("scoring.next_unscored"), *lacking(v, mine)]
    elif "gain" in found:
        lines.append(step(v.tables, v.weighed(who), v.lang))
    elif mine["points"].notna().any():
        lines.append(v.say("scoring.next_none"))
    if "item" in found:
        points = v.number(found["points"], "points")
        lines.append(v.say("scoring.next_soft", item=found["item"], points=points))
    return lines


@by_group
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
    unit = v.unit(v.tables.scheme.library[name].unit) if name else ""
    return {
        **told,
        "aim": v.measured(name) if name else None,
        "actual_unit": unit,
        "target_unit": unit,
    }

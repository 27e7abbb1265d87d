"""What would raise the total most? (下一步)."""

import pandas as pd

from kit.pages.scoring.groups import by_group
from kit.pages.scoring.page import lacking
from kit.pages.scoring.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import quantity

LEAST = 0.05  # a gain that prints as 0.0 is none


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
            unit = v.unit(v.tables.scheme.library[found["indicator"]].unit)
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

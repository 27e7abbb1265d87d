"""Are the targets fair, is a figure unusual? (目标核对、诚信检查)."""

from typing import Any

import pandas as pd

from kit.pages.scoring.posts import by_group
from kit.pages.scoring.view import View, visible_rows
from kit.scoring import integrity
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import join

UNUSUAL = {"end_spike": "ratio", "end_refunds": "percent", "brand_share": "percent"}


@by_group
def targets(v: View) -> list[Block]:
    """Targets away from what was to be expected, and unusual figures (目标核对、诚信检查)."""
    check = v.targets_checked
    listed = check[check["flag"] != ""]
    lines = [_away(v, row) for row in listed[listed["sure"]].to_dict("records")]
    found = visible_rows(v, integrity.integrity(v.tables))
    strange = [_unusual(v, row) for row in found[found["flag"]].to_dict("records")]
    net = found[found["rule"] == "net_sales"].rename(
        columns={"value": "net_sales", "usual": "sales"}
    )
    return [
        blocks.box("warn" if lines else "note", lines or [_fine(v, check, len(listed))]),
        *([_checks(v, listed)] if len(listed) else []),
        blocks.box("warn" if strange else "note", [*strange, *_usual(v, found)]),
        *([_net(v, net)] if net["net_sales"].notna().any() else []),
    ]


def _fine(v: View, check: pd.DataFrame, listed: int) -> str:
    """That no target is clearly off, of those that there is something to compare with."""
    n = int(check["ratio"].notna().sum())
    if not n:
        return v.say(f"scoring.say_targets_{'uncompared' if len(check) else 'none'}")
    if listed:
        return v.say("scoring.say_targets_near", n=listed)
    rest = len(check) - n
    return v.say(f"scoring.say_targets_{'part' if rest else 'fine'}", n=n, rest=rest)


def _usual(v: View, found: pd.DataFrame) -> list[str]:
    """That nothing is unusual, and what of it could not be looked at (未测的不算正常)."""
    looked = found[found["rule"].isin(UNUSUAL)]
    seen = looked[["value", "usual"]].notna().all(axis=1)
    n = seen.groupby(looked["rule"]).sum()
    people = looked["specialist_id"].nunique()
    blind = [
        v.say(f"scoring.looked_{rule}")
        + (v.say("scoring.looked_at_part", n=n[rule], people=people) if n[rule] else "")
        for rule in UNUSUAL
        if n.get(rule, 0) < people
    ]
    none = [v.say("scoring.unusual_none")] if seen.any() and not found["flag"].any() else []
    return none + ([v.say("scoring.unusual_blind", what=join(blind, v.lang))] if blind else [])


def _net(v: View, net: pd.DataFrame) -> Block:
    spec = "name sales:money net_sales:money"
    return blocks.details(v.say("scoring.caption_net"), [v.table(net, "net", spec)])


def _away(v: View, row: dict) -> str:
    """Whose target is away from what was to be expected, and how far."""
    return v.say(
        f"scoring.say_{row['flag']}",
        name=row["name"],
        indicator=v.label(row["indicator"]),
        ratio=v.number(row["ratio"], "percent"),
    )


def _unusual(v: View, row: dict) -> str:
    """Whose figure is unusual, beside what is usual where that is known."""
    rule = row["rule"]
    facts: dict[str, Any] = {"name": row["name"], "value": v.number(row["value"], UNUSUAL[rule])}
    if rule != "end_spike":
        facts |= {"usual": v.number(row["usual"], UNUSUAL[rule])}
    return v.say(f"scoring.unusual_{rule}", **facts)


def _checks(v: View, listed: pd.DataFrame) -> Block:
    units = [v.unit(v.tables.scheme.library[name].unit) for name in listed["indicator"]]
    sure = [v.say("scoring.flag_sure") if s else "" for s in listed["sure"]]
    flags = [v.say(f"scoring.flag_{f}") + s for f, s in zip(listed["flag"], sure, strict=True)]
    frame = listed.assign(
        **{f"{key}_unit": units for key in ("actual", "target", "expected")},
        flag=flags,
        indicator=[v.measured(i) for i in listed["indicator"]],
    )
    spec = "name indicator actual:mixed target:mixed expected:mixed ratio:percent flag"
    edge = v.number(v.tables.scheme.targets.tolerance, "percent")
    turned = any(v.tables.scheme.library[name].better == "down" for name in listed["indicator"])
    notes = [v.say("scoring.note_ratio_lower")] if turned else []
    return v.table(frame, "targets", spec, edge=edge, notes=notes)

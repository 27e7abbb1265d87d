"""What to stop, what to push? (停什么，加什么)."""

from dataclasses import replace

import pandas as pd

from kit.pages.retrospective.view import View, named, titled
from kit.people.hints import last_owners
from kit.retrospective.brand import is_brand
from kit.show import blocks, grids, heard
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import join, some
from kit.show.tables import records

CELLS = 12  # keywords of the heat map


def lists(v: View) -> list[Block]:
    """What to stop is open; what did well this period, and what is unsettled, is folded.

    A month above target says little of the next: of equals some are above, so it is no advice.
    """
    stop, push, watch = (_listed(v, which) for which in ("stop", "push", "watch"))
    return [stop, blocks.details(v.say("push_fold"), [push, watch])]


def _listed(v: View, which: str) -> Block:
    rows = v.found.lists[v.found.lists["list"] == which]
    if rows.empty:
        return blocks.text(v.say(f"no_{which}"))
    order = "spend" if which == "watch" else "yuan"
    rows = _units(v, rows.sort_values(order, ascending=False)).assign(above=rows["yuan"])
    first = {"plan_id": "text", "unit": "text", "owner": "text"}
    first |= {"stop": {"yuan": "money"}, "push": {"above": "money"}, "watch": {}}[which]
    last = {"spend": "money", "orders": "int", "clicks": "int"}
    columns = v.columns(**first, **last, estimate="ratio", estimate_="interval:ratio")
    by = v.found.yardstick
    note = v.say(
        f"note_{which}",
        target=number(by.target, "ratio", v.lang),
        break_even=number(by.break_even, "ratio", v.lang),
    )
    notes = [note, *([v.say("note_brand")] if rows["branded"].any() else [])]
    raw = records(rows, v.columns(roi="ratio"), v.lang)
    block = titled(v, rows, columns, f"list_{which}", notes)
    every = [cells | more for cells, more in zip(block.data["rows"], raw["rows"], strict=True)]
    data = block.data | {"columns": [*block.data["columns"], *raw["columns"]], "rows": every}
    return replace(block, data=data)


def _units(v: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Units with campaign, owner and what they bring a yuan, brand words last (单元)."""
    whole = rows["dimension"] == "plan_id"
    brand = is_brand(v.tables.scheme, rows)
    unit = rows["name"].mask(whole, v.say("whole_plan"))
    told = [v.say("brand_word", name=name) for name in unit[brand]]
    unit = unit.mask(brand, pd.Series(told, unit[brand].index))
    rows = named(v, owned(v, rows.assign(branded=brand)), "plan_id").assign(unit=unit)
    rows = pd.concat([rows[~rows["branded"]], rows[rows["branded"]]])  # sought anyway: last
    none = rows["orders"] == 0  # without an order the clicks speak, and nothing is printed
    return rows.assign(
        estimate=rows["shrunk"].mask(none),
        estimate__low=rows["low"].mask(none),
        estimate__high=rows["high"].mask(none),
        **dict.fromkeys(("estimate_reason", "estimate__reason"), "retrospective.no_order"),
    )


def owned(v: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with who owned the plan on the last day, the reader's own people first (负责人)."""
    of = last_owners(v.tables)
    who = [of.get(plan, []) for plan in rows["plan_id"]]
    told = [[v.names[one] for one in each if one in v.names] for each in who]
    names = [
        join(mine, v.lang) if mine else v.say("other_team" if each else "no_owner")
        for mine, each in zip(told, who, strict=True)
    ]
    mine = [not mine for mine in told]
    found = rows.assign(owner=names, theirs=mine)
    return found.sort_values("theirs", kind="stable")


def heat(v: View) -> Block:
    """Wasted money by keyword and hour (浪费热力图)."""
    rows = v.found.waste
    if rows.empty or not (rows["yuan"] > 0).any():
        return blocks.text(v.say("no_waste"))
    top = rows.groupby("keyword")["yuan"].sum().nlargest(CELLS)
    top = top[top > 0]
    shown = rows[rows["keyword"].isin(top.index)].assign(yuan=lambda r: r["yuan"].clip(lower=0))
    shown = shown.assign(rank=-shown["keyword"].map(top)).sort_values(["rank", "hour"])
    fig = grids.heat(
        shown,
        row="keyword",
        column="hour",
        value="yuan",
        unit=v.unit("money"),
        lang=v.lang,
        scale=None,
    )
    total = v.amount(rows["yuan"].clip(lower=0).sum(), "money0")
    each = [
        v.say("entry", name=str(k), yuan=v.amount(x, "money0"))
        for k, x in shown.groupby("keyword", sort=False)["yuan"].sum().items()
    ]
    title = v.say("heat_title", yuan=total, keywords=some(each, v.lang))
    keys = ["keyword", "hour", "yuan"]
    ends = heard.cells(shown, lambda x: v.amount(x, "money0"), v.lang, keys=keys, ends=["highest"])
    alt = v.say("heat_alt", each=join(each, v.lang), cells=ends)
    drawn = blocks.figure(
        fig, id="waste", lang=v.lang, title=title, subtitle=v.say("heat_subtitle"), alt=alt
    )
    return blocks.details(title, [drawn])

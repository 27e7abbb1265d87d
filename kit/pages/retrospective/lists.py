"""What to stop, what to push? (停什么，加什么)."""

import pandas as pd

from kit.pages.retrospective.view import View, named, titled
from kit.retrospective.brand import is_brand
from kit.show import blocks, grids
from kit.show.blocks import Block
from kit.show.format import number
from kit.show.sentences import some

CELLS = 12  # keywords of the heat map


def lists(v: View) -> list[Block]:
    """Units to stop, push and watch (止损、加码、观察), with their yuan."""
    return [_listed(v, which) for which in ("stop", "push", "watch")]


def _listed(v: View, which: str) -> Block:
    rows = v.found.lists[v.found.lists["list"] == which]
    if rows.empty:
        return blocks.text(v.say(f"no_{which}"))
    order = "spend" if which == "watch" else "yuan"
    rows = rows.sort_values(order, ascending=False)
    whole = rows["dimension"] == "plan_id"
    brand = is_brand(v.tables.scheme, rows)
    unit = rows["name"].mask(whole, v.say("whole_plan"))
    told = [v.say("brand_word", name=name) for name in unit[brand]]
    rows = named(v, rows, "plan_id").assign(
        unit=unit.mask(brand, pd.Series(told, unit[brand].index))
    )
    rows = pd.concat([rows[~brand], rows[brand]])  # what people look for anyway comes last
    rows = rows.rename(columns={"low": "roi__low", "high": "roi__high"})
    first = {"plan_id": "text", "unit": "text"} | ({} if which == "watch" else {"yuan": "money"})
    columns = v.columns(**first, spend="money", orders="int", roi="ratio", roi_="interval:ratio")
    by = v.found.yardstick
    note = v.say(
        f"note_{which}",
        target=number(by.target, "ratio", v.lang),
        break_even=number(by.break_even, "ratio", v.lang),
    )
    notes = [note, v.say("note_shrunk"), *([v.say("note_brand")] if brand.any() else [])]
    return titled(v, rows, columns, f"list_{which}", notes)


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
    return blocks.figure(
        fig, id="waste", lang=v.lang, title=title, subtitle=v.say("heat_subtitle"), alt=title
    )

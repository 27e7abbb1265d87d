"""What refuses or warns, and what did reading change? (质量关口、读取时的改动)."""

import pandas as pd

from kit.data.quality import inventory as stock
from kit.pages.load.view import View, told
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.tables import Column


def _told(v: View, rows: pd.DataFrame, found: list[str], id: str) -> Block:
    rows = rows.assign(text=found, level=[v.say(f"level.{s}") for s in rows["severity"]])
    columns = [
        Column("level", v.say("column.level")),
        Column("text", v.say("column.text")),
        Column("count", v.say("column.count"), "int"),
    ]
    if rows.empty:
        return blocks.text(v.say("nothing"))
    read = id == "gates"
    return blocks.table(rows, columns, id=id, caption=v.say(id), lang=v.lang, deciding=read)


def cleaned(v: View) -> Block:
    """What reading changed or left out (清洗记录)."""
    rows = stock.cleaned(v.tables)
    found = [told(v, i) for i in v.tables.found if i.rule in stock.CLEANED]
    return _told(v, rows, found, "cleaned")


def gates(v: View) -> Block:
    """Findings of the gates that somebody must mend (质量关口), gravest first."""
    return _told(v, *_split(v, noted=False), "gates")


def noted(v: View) -> Block:
    """The other findings, in a fold: for information (其余说明)."""
    return blocks.details(v.say("gates-noted"), [_told(v, *_split(v, noted=True), "gates-noted")])


def _split(v: View, *, noted: bool) -> tuple[pd.DataFrame, list[str]]:
    rows = v.tables.issues
    inside = rows["severity"].eq("note").eq(noted)
    lines = [told(v, i) for i in v.tables.found]
    return rows[inside], [line for line, kept in zip(lines, inside, strict=True) if kept]

"""Which tables are there? (数据清单)."""

from kit.data.quality import inventory as stock
from kit.pages.load.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.tables import Column
from kit.words import word


def inventory(v: View) -> Block:
    """Tables, rows and days (数据盘点)."""
    rows = stock.inventory(v.tables).assign(
        reason="show.not_given", first_reason="load.undated", last_reason="load.undated"
    )
    rows = rows.assign(name=[word(f"table.{t}", v.lang) for t in rows["table"]])
    columns = [
        Column("name", v.say("column.table")),
        Column("rows", v.say("column.rows"), "int"),
        Column("first", v.say("column.first"), "date"),
        Column("last", v.say("column.last"), "date"),
        Column("files", v.say("column.files"), "int"),
        Column("table", v.say("column.id")),
    ]
    return blocks.table(rows, columns, id="inventory", caption=v.say("inventory"), lang=v.lang)

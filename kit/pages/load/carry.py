"""How far do the data carry? (数据能撑多远): by platform, and the days that were not read as is."""

import pandas as pd

from kit.data.quality import carry as stock
from kit.pages.load.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.sentences import some
from kit.show.tables import Column
from kit.words import has, word


def carry(v: View) -> Block:
    """Shares of rows and spend that were read exactly, converted or left out (读取质量)."""
    lost = stock.refused(v.tables)
    if not v.tables.has("ads"):
        return blocks.text(v.say("carry.nothing", n=lost))
    rows = stock.by_platform(v.tables)
    if rows.empty:
        return blocks.text(v.say("carry.nothing", n=lost))
    rows = rows.assign(
        platform=[_named(v, p) for p in rows["platform"]],
        odd=[_days(v, days) for days in rows["odd"]],
    )
    columns = [
        Column("platform", v.say("carry.platform")),
        Column("score", v.say("carry.score"), "percent"),
        Column("missing", v.say("carry.missing"), "int"),
        Column("rows", v.say("column.rows"), "int"),
        Column("rows_exact", v.say("carry.rows_exact"), "percent"),
        Column("rows_converted", v.say("carry.rows_converted"), "percent"),
        Column("rows_left_out", v.say("carry.rows_left_out"), "percent"),
        Column("spend_exact", v.say("carry.spend_exact"), "percent"),
        Column("odd", v.say("carry.odd")),
    ]
    notes = [v.say("carry.note"), v.say("carry.refused", n=lost)]
    return blocks.table(
        rows, columns, id="carry", caption=v.say("carry.title"), lang=v.lang, notes=notes
    )


def _named(v: View, platform: str) -> str:
    key = f"platform.{platform}"
    return word(key, v.lang) if has(key) else platform


def _days(v: View, days: list[pd.Timestamp]) -> str:
    """The days that were not read as the file has them, the first three by date."""
    return some([f"{day:%Y-%m-%d}" for day in days], v.lang, 3) if days else "—"

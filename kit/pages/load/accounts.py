"""Do the sources agree? (各来源是否对得上)."""

import pandas as pd

from kit.data.quality import inventory as stock
from kit.data.quality.checks import mature_days
from kit.data.quality.reconcile import reconciled
from kit.pages.load.view import View
from kit.show import blocks
from kit.show.blocks import Block
from kit.show.format import unit_word
from kit.show.tables import Column
from kit.words import word


def accounts(v: View) -> Block:
    """The sources against one another (对账)."""
    mature = mature_days(v.tables) if v.tables.has("ads") else stock.period_days(v.tables)
    rows = reconciled(v.tables, mature) if len(mature) else pd.DataFrame()
    if rows.empty:
        return blocks.text(v.say("no_accounts"))
    kinds = {"measure": "load.measure", "left": "table", "right": "table", "status": "load.status"}
    said = {name: [word(f"{kind}.{x}", v.lang) for x in rows[name]] for name, kind in kinds.items()}
    columns = [
        Column("measure", v.say("column.measure")),
        Column("status", v.say("column.status")),
        Column("difference", v.say("column.difference"), "+percent"),
        Column("left", v.say("column.left")),
        Column("left_value", v.say("column.value"), "int"),
        Column("right", v.say("column.right")),
        Column("right_value", v.say("column.other"), "int"),
    ]
    bad = int((~rows["status"].isin(["ok", "within", "apart"])).sum())
    money = unit_word(f"money:{v.tables.period.currency}", v.lang)
    return blocks.table(
        rows.assign(**said),
        columns,
        id="accounts",
        lang=v.lang,
        caption=v.say("accounts", n=len(rows), bad=bad),
        notes=[v.say("accounts.note", currency=money)],
    )
